/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cli/watch_last.h"
#include "store/mirror.h"
#include "store/standing.h"

bool
cardea_watch_is_lost(
    const struct cardea_admin *admin, enum cardea_status status)
{
	return admin->settings != NULL &&
	    admin->settings->engine == CARDEA_ENGINE_ETCD &&
	    (status == CARDEA_E_IO || status == CARDEA_E_TIMEOUT);
}

enum cardea_status
cardea_watch_go_on(struct cardea_admin *admin, struct cardea_watch_list *list,
    struct cardea_diag *diag)
{
	struct cardea_mirror_stamp stamp;

	admin->store = cardea_store_close(admin->store);
	list->lost = true;
	if (list->host[0] == '\0')
		return cardea_diag_set(diag, CARDEA_E_MISSING,
		    "which sessions are open is not known until the cluster "
		    "is back");
	list->mirrored_s = 0;
	if (cardea_mirror_read(admin->settings, &stamp, NULL) == CARDEA_OK)
		list->mirrored_s = stamp.time_s;
	return cardea_mirror_open(
	    admin->settings, &admin->clock, &admin->store, diag);
}

/* What a session rests on may have been made a moment before it: that it is not
 * in an older mirror says nothing. */
struct cardea_store *
cardea_watch_store(const struct cardea_admin *admin,
    const struct cardea_watch_list *list, const struct cardea_session *session)
{
	return list->lost && session->opened_s >= list->mirrored_s
	    ? NULL
	    : admin->store;
}

/* Codes are not in the mirror: it cannot tell whether one was removed. */
static bool
is_mirrored(const struct cardea_evidence *item)
{
	return item->result != CARDEA_RESULT_VERIFIED ||
	    (item->factor != CARDEA_FACTOR_TOTP &&
		item->factor != CARDEA_FACTOR_HOTP);
}

static void
add_those(struct cardea_evidence_set *to,
    const struct cardea_evidence_set *from, bool mirrored)
{
	for (size_t i = 0; i < from->count; i++) {
		if (is_mirrored(&from->items[i]) == mirrored)
			to->items[to->count++] = from->items[i];
	}
}

static enum cardea_status
ask_mirror(struct cardea_store *mirror, const char *user,
    struct cardea_evidence_set *evidence, bool *ret_partly)
{
	struct cardea_evidence_set *asked = malloc(sizeof(*asked));
	enum cardea_status status;

	if (asked == NULL)
		return CARDEA_E_MEMORY;
	*asked = *evidence;
	asked->count = 0;
	add_those(asked, evidence, true);
	*ret_partly = asked->count != evidence->count;
	status = cardea_standing_forget(mirror, user, false, asked, NULL);
	add_those(asked, evidence, false);
	if (status == CARDEA_OK)
		*evidence = *asked;
	free(asked);
	return status;
}

enum cardea_status
cardea_watch_standing(struct cardea_store *store,
    const struct cardea_session *session, bool lost,
    struct cardea_evidence_set *evidence, bool *ret_partly)
{
	*ret_partly = false;
	if (!lost)
		return cardea_standing_forget(
		    store, session->user, false, evidence, NULL);
	if (store != NULL)
		return ask_mirror(store, session->user, evidence, ret_partly);
	*ret_partly = true;
	return CARDEA_OK;
}
