/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "store/record_txn.h"
#include "store/recordio.h"

/* One that rests on no certificate is written as it was before there were any:
 * those that are open while Cardea is renewed stay readable. */
#define SESSION_FORMAT 2
#define SESSION_FORMAT_SHOWN 3

enum cardea_status
cardea_record_encode_session(
    const struct cardea_session *session, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	status = cardea_recordio_start(&io, CARDEA_VALUE_MAX,
	    session->shown.len == 0 ? SESSION_FORMAT : SESSION_FORMAT_SHOWN);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_text(pack, session->id);
	cardea_pack_text(pack, session->txn);
	cardea_pack_text(pack, session->host);
	cardea_pack_text(pack, session->boot_id);
	cardea_pack_text(pack, session->parent);
	cardea_pack_text(pack, session->policy);
	cardea_pack_text(pack, session->user);
	cardea_pack_text(pack, session->pam_user);
	cardea_pack_text(pack, session->service);
	cardea_pack_text(pack, session->source);
	cardea_pack_text(pack, session->tty);
	cardea_pack_text(pack, session->rule);
	cardea_pack_text(pack, session->login_session);
	cardea_recordio_put_i32(pack, session->pid);
	cardea_pack_u64(pack, session->pid_start);
	cardea_pack_i64(pack, session->opened_s);
	cardea_pack_i64(pack, session->ends_s);
	cardea_record_put_request(pack, &session->request);
	cardea_record_put_evidence(pack, &session->evidence);
	if (session->shown.len > 0)
		cardea_record_put_shown(
		    pack, &session->evidence, &session->shown);
	return cardea_recordio_finish(&io, ret_value);
}

static void
get_session(struct cardea_unpack *unpack, struct cardea_session *session)
{
	cardea_unpack_text(unpack, session->id, sizeof(session->id));
	cardea_unpack_text(unpack, session->txn, sizeof(session->txn));
	cardea_unpack_text(unpack, session->host, sizeof(session->host));
	cardea_unpack_text(unpack, session->boot_id, sizeof(session->boot_id));
	cardea_unpack_text(unpack, session->parent, sizeof(session->parent));
	cardea_unpack_text(unpack, session->policy, sizeof(session->policy));
	cardea_unpack_text(unpack, session->user, sizeof(session->user));
	cardea_unpack_text(
	    unpack, session->pam_user, sizeof(session->pam_user));
	cardea_unpack_text(unpack, session->service, sizeof(session->service));
	cardea_unpack_text(unpack, session->source, sizeof(session->source));
	cardea_unpack_text(unpack, session->tty, sizeof(session->tty));
	cardea_unpack_text(unpack, session->rule, sizeof(session->rule));
	cardea_unpack_text(
	    unpack, session->login_session, sizeof(session->login_session));
	session->pid = cardea_recordio_get_i32(unpack);
	session->pid_start = cardea_unpack_u64(unpack);
	session->opened_s = cardea_unpack_i64(unpack);
	session->ends_s = cardea_unpack_i64(unpack);
	cardea_record_get_request(unpack, &session->request);
	cardea_record_get_evidence(unpack, &session->evidence);
}

enum cardea_status
cardea_record_decode_session(
    const struct cardea_value *value, struct cardea_session *ret_session)
{
	struct cardea_session *session;
	struct cardea_unpack unpack;
	enum cardea_status status;
	bool shown = false;

	status = cardea_recordio_open(&unpack, value, SESSION_FORMAT);
	if (status == CARDEA_E_VERSION) {
		status = cardea_recordio_open(
		    &unpack, value, SESSION_FORMAT_SHOWN);
		shown = true;
	}
	if (status != CARDEA_OK)
		return status;
	/* too large for a stack that somebody else may have filled */
	session = calloc(1, sizeof(*session));
	if (session == NULL)
		return CARDEA_E_MEMORY;
	get_session(&unpack, session);
	if (shown) {
		cardea_record_get_shown(
		    &unpack, &session->evidence, &session->shown);
		unpack.failed = unpack.failed || session->shown.len == 0;
	}
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_session = *session;
	free(session);
	return status;
}
