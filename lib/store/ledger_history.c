/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/ledger_history.h"
#include "store/changes.h"
#include "store/record.h"
#include "store/retry.h"
#include "store/tries.h"

/* as it stands, with the version that a commit must name; 0 and an empty one
 * if there is none */
static enum cardea_status
read_history(struct cardea_store *store, const char *user,
    struct cardea_key *ret_key, uint64_t *ret_version,
    struct cardea_history *ret_history, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_HISTORY, user, "", ret_key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, ret_key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	*ret_version = value.version;
	status = cardea_record_decode_history(&value, ret_history);
	cardea_value_clear(&value);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "the history of the user");
	return CARDEA_OK;
}

enum cardea_status
cardea_ledger_history(struct cardea_store *store,
    const struct cardea_settings *settings, const char *user, int64_t now_s,
    struct cardea_history *ret_history, struct cardea_diag *diag)
{
	struct cardea_key key;
	enum cardea_status status;
	uint64_t version;

	status = read_history(store, user, &key, &version, ret_history, diag);
	if (status == CARDEA_OK)
		(void)cardea_history_fade(
		    ret_history, settings->history_s, now_s);
	return status;
}

struct noting {
	struct cardea_store *store;
	const struct cardea_settings *settings;
	const struct cardea_request *request;
};

static enum cardea_status
note_once(void *context, struct cardea_diag *diag)
{
	const struct noting *call = context;
	const struct cardea_request *request = call->request;
	struct cardea_history history = { .last_login_s = 0 };
	struct cardea_changes changes = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_key key;
	uint64_t version = 0;
	enum cardea_status status;
	bool later;

	status = read_history(
	    call->store, request->user, &key, &version, &history, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	later = cardea_history_fade(
	    &history, call->settings->history_s, request->time_s);
	if (!cardea_history_note(&history, request) && !later)
		return CARDEA_OK;
	status = cardea_record_encode_history(&history, &value);
	if (status == CARDEA_OK)
		status = cardea_changes_put(&changes, &key, version, &value);
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    call->store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	return status;
}

enum cardea_status
cardea_ledger_note_login(struct cardea_store *store,
    const struct cardea_settings *settings,
    const struct cardea_request *request, struct cardea_diag *diag)
{
	struct noting call = { store, settings, request };

	if (!request->time_known || !request->user_exists)
		return CARDEA_OK;
	return cardea_retry(note_once, &call, diag);
}

struct forgetting {
	struct cardea_store *store;
	const char *user;
};

/* one that cannot be read is to be forgotten all the same */
static enum cardea_status
forget_once(void *context, struct cardea_diag *diag)
{
	const struct forgetting *call = context;
	struct cardea_change gone = { .kind = CARDEA_CHANGE_DELETE };
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_HISTORY, call->user, "", &gone.key);
	if (status == CARDEA_OK)
		status = cardea_store_get(call->store, &gone.key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	gone.version = value.version;
	cardea_value_clear(&value);
	return cardea_store_commit(call->store, &gone, 1, diag);
}

enum cardea_status
cardea_ledger_forget_history(
    struct cardea_store *store, const char *user, struct cardea_diag *diag)
{
	struct forgetting call = { store, user };

	return cardea_retry(forget_once, &call, diag);
}

enum cardea_status
cardea_ledger_failures(struct cardea_store *store,
    const struct cardea_settings *settings, const char *user,
    const struct cardea_clock *clock, uint32_t *ret_count,
    struct cardea_diag *diag)
{
	const struct cardea_limit limit = { settings->user_tries,
		settings->delay_s, settings->delay_max_s };
	struct cardea_moment now = cardea_moment_of(clock);
	struct cardea_value value = { 0 };
	struct cardea_tries tries;
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_TRIES, user, "*", &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &key, &value, diag);
	if (status == CARDEA_E_MISSING) {
		*ret_count = 0;
		return CARDEA_OK;
	}
	if (status == CARDEA_OK)
		status = cardea_record_decode_tries(&value, &tries);
	cardea_value_clear(&value);
	if (status == CARDEA_OK)
		*ret_count = cardea_tries_count(&tries, &limit, &now);
	return status;
}
