/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/changes.h"
#include "store/ledger.h"
#include "store/proofs.h"
#include "store/retry.h"

#define LOOK_MAX 64 /* records of the user looked at in one opening */
#define DROP_MAX 4  /* of which so many are removed, with their proofs */

enum cardea_status
cardea_ledger_lock(struct cardea_store *store,
    const struct cardea_request *request, struct cardea_lock *ret_lock,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_lock lock;
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_LOCK, request->user, "", &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_record_decode_lock(&value, &lock);
	cardea_value_clear(&value);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "the lock of the user");
	if (lock.until_s != 0 && request->time_known &&
	    request->time_s >= lock.until_s)
		return CARDEA_E_MISSING;
	*ret_lock = lock;
	return CARDEA_OK;
}

bool
cardea_session_joins(const struct cardea_session *session)
{
	return session->parent[0] != '\0' ||
	    cardea_request_service_is("su", session->service) ||
	    cardea_request_service_is("sudo", session->service);
}

/* --- those that are gone ------------------------------------------------- */

struct gone_walk {
	const struct cardea_session_opening *opening;
	struct cardea_changes *changes;
	struct cardea_session *session; /* too large for the stack */
	size_t looked, dropped;
	char ids[DROP_MAX][CARDEA_TXN_MAX + 1];
	enum cardea_status status;
};

static bool
visit_gone(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct gone_walk *walk = context;
	const struct cardea_session_opening *opening = walk->opening;

	walk->looked++;
	if (cardea_record_decode_session(value, walk->session) == CARDEA_OK &&
	    opening->is_gone(walk->session, opening->context)) {
		walk->status = cardea_changes_delete(
		    walk->changes, key, value->version);
		memcpy(walk->ids[walk->dropped++], walk->session->id,
		    sizeof(walk->ids[0]));
	}
	return walk->status == CARDEA_OK && walk->looked < LOOK_MAX &&
	    walk->dropped < DROP_MAX && cardea_changes_room(walk->changes) > 0;
}

/* Whose host died has closed nothing; tidying is worth no failure. */
static void
drop_gone(struct cardea_store *store,
    const struct cardea_session_opening *opening,
    struct cardea_changes *changes)
{
	const char *user = opening->session->user;
	struct gone_walk walk = { .opening = opening, .changes = changes };
	size_t sure = changes->count;
	struct cardea_key prefix;
	enum cardea_status status;

	if (opening->is_gone == NULL || cardea_changes_room(changes) == 0)
		return;
	walk.session = malloc(sizeof(*walk.session));
	if (walk.session == NULL)
		return;
	status = cardea_key_make(CARDEA_KIND_SESSION, user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, visit_gone, &walk, NULL);
	if (status == CARDEA_OK)
		status = walk.status;
	for (size_t i = 0; i < walk.dropped && status == CARDEA_OK; i++)
		status = cardea_proofs_drop_login(
		    store, user, walk.ids[i], changes, NULL);
	if (status != CARDEA_OK)
		changes->count = sure; /* deletions hold no value to free */
	free(walk.session);
}

/* --- opening and closing ------------------------------------------------- */

struct opening_call {
	struct cardea_store *store;
	const struct cardea_session_opening *opening;
};

static enum cardea_status
open_once(void *context, struct cardea_diag *diag)
{
	const struct opening_call *call = context;
	const struct cardea_session *session = call->opening->session;
	struct cardea_changes changes = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_SESSION, session->user, session->id, &key);
	if (status == CARDEA_OK)
		status = cardea_record_encode_session(session, &value);
	if (status == CARDEA_OK)
		status = cardea_changes_put(&changes, &key, 0, &value);
	if (status == CARDEA_OK)
		status = cardea_proofs_put_login(
		    call->store, call->opening, &changes, diag);
	if (status == CARDEA_OK) {
		drop_gone(call->store, call->opening, &changes);
		status = cardea_store_commit(
		    call->store, changes.items, changes.count, diag);
	}
	cardea_changes_clear(&changes);
	return status;
}

enum cardea_status
cardea_ledger_open_session(struct cardea_store *store,
    const struct cardea_session_opening *opening, struct cardea_diag *diag)
{
	struct opening_call call = { store, opening };

	return cardea_retry(open_once, &call, diag);
}

struct closing_call {
	struct cardea_store *store;
	const char *user, *id;
};

static enum cardea_status
close_once(void *context, struct cardea_diag *diag)
{
	const struct closing_call *call = context;
	struct cardea_changes changes = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_SESSION, call->user, call->id, &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(call->store, &key, &value, diag);
	if (status == CARDEA_OK)
		status = cardea_changes_delete(&changes, &key, value.version);
	if (status == CARDEA_OK)
		status = cardea_proofs_drop_login(
		    call->store, call->user, call->id, &changes, diag);
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    call->store, changes.items, changes.count, diag);
	cardea_value_clear(&value);
	cardea_changes_clear(&changes);
	return status;
}

enum cardea_status
cardea_ledger_close_session(struct cardea_store *store, const char *user,
    const char *id, struct cardea_diag *diag)
{
	struct closing_call call = { store, user, id };

	return cardea_retry(close_once, &call, diag);
}

/* --- listing ------------------------------------------------------------- */

struct list_walk {
	cardea_session_visit *visit;
	void *context;
	struct cardea_session *session;
	enum cardea_status damage;
};

static bool
visit_one(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct list_walk *walk = context;
	enum cardea_status status;

	(void)key;
	status = cardea_record_decode_session(value, walk->session);
	if (status == CARDEA_OK)
		return walk->visit(walk->session, walk->context);
	walk->damage = status;
	return true;
}

enum cardea_status
cardea_ledger_list_sessions(struct cardea_store *store, const char *user,
    cardea_session_visit *visit, void *context, struct cardea_diag *diag)
{
	struct list_walk walk = { .visit = visit, .context = context };
	struct cardea_key prefix;
	enum cardea_status status;

	walk.session = malloc(sizeof(*walk.session));
	if (walk.session == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "no memory");
	status = cardea_key_make(
	    CARDEA_KIND_SESSION, user[0] == '\0' ? NULL : user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, visit_one, &walk, diag);
	free(walk.session);
	if (status != CARDEA_OK || walk.damage == CARDEA_OK)
		return status;
	return cardea_diag_set(
	    diag, walk.damage, "the record of a session cannot be read");
}
