/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/changes.h"
#include "store/ledger.h"

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

enum cardea_status
cardea_ledger_open_session(struct cardea_store *store,
    const struct cardea_session *session, struct cardea_diag *diag)
{
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
		status = cardea_store_commit(
		    store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	return status;
}

enum cardea_status
cardea_ledger_close_session(struct cardea_store *store, const char *user,
    const char *id, struct cardea_diag *diag)
{
	struct cardea_change gone = { .kind = CARDEA_CHANGE_DELETE };
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_SESSION, user, id, &gone.key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &gone.key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	gone.version = value.version;
	cardea_value_clear(&value);
	return cardea_store_commit(store, &gone, 1, diag);
}
