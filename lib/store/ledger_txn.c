/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/ledger.h"
#include "store/sweep.h"

static enum cardea_status
leave_once(struct cardea_store *store, const struct cardea_txn *txn,
    const struct cardea_moment *now, struct cardea_diag *diag)
{
	struct cardea_changes changes = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_TXN, txn->id, "", &key);
	if (status == CARDEA_OK)
		status = cardea_record_encode_txn(txn, &value);
	if (status == CARDEA_OK)
		status = cardea_changes_put(&changes, &key, 0, &value);
	/* tidying is worth no login: without it the record still goes in */
	if (status == CARDEA_OK && now != NULL &&
	    cardea_sweep(store, now, &changes, NULL) != CARDEA_OK)
		changes.count = 1;
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	return status;
}

enum cardea_status
cardea_ledger_leave(struct cardea_store *store, const struct cardea_txn *txn,
    struct cardea_diag *diag)
{
	struct cardea_clock clock = cardea_clock_read();
	struct cardea_moment now = cardea_moment_of(&clock);
	enum cardea_status status;

	if (txn->id[0] == '\0')
		return cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "a phase without an id");
	status = leave_once(store, txn, &now, NULL);
	if (status == CARDEA_OK)
		return CARDEA_OK;
	/* another one may have swept the same records */
	return leave_once(store, txn, NULL, diag);
}

static bool
same_address(const struct cardea_address *a, const struct cardea_address *b)
{
	return a->kind == b->kind &&
	    (a->kind != CARDEA_ADDRESS_IP ||
		memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0);
}

static bool
same_request(const struct cardea_request *frozen,
    const struct cardea_request *fresh, enum cardea_phase phase)
{
	/* sudo opens the session of the target (design: subject is kept) */
	if (phase != CARDEA_PHASE_SESSION &&
	    strcmp(frozen->pam_user, fresh->pam_user) != 0)
		return false;
	return strcmp(frozen->service, fresh->service) == 0 &&
	    strcmp(frozen->rhost, fresh->rhost) == 0 &&
	    strcmp(frozen->ruser, fresh->ruser) == 0 &&
	    same_address(&frozen->source, &fresh->source) &&
	    frozen->caller_known && fresh->caller_known &&
	    frozen->caller_uid == fresh->caller_uid;
}

/* The process that left the record, or the root process that forked it: sshd
 * judges auth and account in a child. */
static bool
same_process(const struct cardea_txn *txn, const struct cardea_resumer *resumer)
{
	if (resumer->pid <= 0)
		return false;
	if (resumer->pid == txn->pid)
		return resumer->pid_start == txn->pid_start;
	return resumer->pid == txn->parent &&
	    resumer->pid_start == txn->parent_start;
}

static bool
may_resume(const struct cardea_txn *txn, const struct cardea_resumer *resumer,
    const struct cardea_moment *now)
{
	/* every pass through auth is an attempt of its own */
	if (resumer->phase == CARDEA_PHASE_NONE ||
	    resumer->phase == CARDEA_PHASE_AUTH || resumer->phase < txn->phase)
		return false;
	return !cardea_txn_is_over(txn, now) && same_process(txn, resumer) &&
	    same_request(&txn->request, resumer->request, resumer->phase);
}

enum cardea_status
cardea_ledger_resume(struct cardea_store *store, const char *id,
    const struct cardea_resumer *resumer, const struct cardea_clock *clock,
    struct cardea_txn *ret_txn, struct cardea_diag *diag)
{
	struct cardea_moment now = cardea_moment_of(clock);
	struct cardea_change gone = { .kind = CARDEA_CHANGE_DELETE };
	struct cardea_value value = { 0 };
	struct cardea_txn txn;
	enum cardea_status status;

	if (id[0] == '\0' || strnlen(id, CARDEA_TXN_MAX + 1) > CARDEA_TXN_MAX)
		return CARDEA_E_MISSING;
	status = cardea_key_make(CARDEA_KIND_TXN, id, "", &gone.key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &gone.key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	gone.version = value.version;
	status = cardea_record_decode_txn(&value, &txn);
	cardea_value_clear(&value);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the record of an earlier phase");
	/* left in place: whoever only knows the id must not burn it */
	if (strcmp(txn.id, id) != 0 || !may_resume(&txn, resumer, &now))
		return CARDEA_E_MISSING;
	status = cardea_store_commit(store, &gone, 1, diag);
	if (status == CARDEA_E_CONFLICT)
		return CARDEA_E_MISSING; /* another one was faster */
	if (status == CARDEA_OK)
		*ret_txn = txn;
	return status;
}

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
