/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "base/text.h"
#include "cli/roster.h"
#include "store/changes.h"
#include "store/mark.h"
#include "store/record.h"

#define ROSTER_FORMAT 1

/* --- reading ------------------------------------------------------------ */

struct walk {
	struct cardea_store *store;
	struct cardea_roster *roster;
	enum cardea_status status;
};

/* ret_mark->value is the caller's to clear. */
static enum cardea_status
read_mark(struct walk *walk, const char *kind, const char *id,
    struct cardea_mark *ret_mark)
{
	return cardea_mark_read(
	    walk->store, kind, walk->roster->user, id, ret_mark, NULL);
}

static bool
visit_token(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	struct cardea_roster *roster = walk->roster;
	struct cardea_otp_token *token = &roster->tokens[roster->token_count];
	struct cardea_mark mark;

	(void)key;
	if (roster->token_count == CARDEA_TOKENS_MAX) {
		walk->status = CARDEA_E_RANGE;
		return false;
	}
	walk->status = cardea_record_decode_token(value, token);
	if (walk->status != CARDEA_OK)
		return false;
	roster->token_versions[roster->token_count++] = value->version;
	walk->status = read_mark(
	    walk, CARDEA_KIND_TOKEN_MARK, token->id, &mark);
	if (walk->status != CARDEA_OK)
		return false;
	roster->token_marks[roster->token_count - 1] = mark.version;
	walk->status = cardea_mark_lay_token(&mark.value, token);
	cardea_value_clear(&mark.value);
	return walk->status == CARDEA_OK;
}

static bool
visit_key(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	struct cardea_roster *roster = walk->roster;
	struct cardea_fido2_credential *held = &roster->keys[roster->key_count];
	struct cardea_mark mark;

	(void)key;
	if (roster->key_count == CARDEA_KEYS_MAX) {
		walk->status = CARDEA_E_RANGE;
		return false;
	}
	walk->status = cardea_record_decode_credential(value, held);
	if (walk->status != CARDEA_OK)
		return false;
	roster->key_versions[roster->key_count++] = value->version;
	walk->status = read_mark(
	    walk, CARDEA_KIND_CREDENTIAL_MARK, held->id, &mark);
	if (walk->status != CARDEA_OK)
		return false;
	roster->key_marks[roster->key_count - 1] = mark.version;
	walk->status = cardea_mark_lay_credential(&mark.value, held);
	cardea_value_clear(&mark.value);
	return walk->status == CARDEA_OK;
}

static enum cardea_status
read_all(struct cardea_store *store, const char *kind,
    cardea_store_visit *visit, struct cardea_roster *roster,
    struct cardea_diag *diag)
{
	struct walk walk = { store, roster, CARDEA_OK };
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(kind, roster->user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(store, &prefix, visit, &walk, diag);
	return status == CARDEA_OK ? walk.status : status;
}

/* version 0 where there is no such record */
static enum cardea_status
read_record(struct cardea_store *store, const char *kind, const char *user,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	struct cardea_key key;
	enum cardea_status status = cardea_key_make(kind, user, "", &key);

	if (status == CARDEA_OK)
		status = cardea_store_get(store, &key, ret_value, diag);
	return status == CARDEA_E_MISSING ? CARDEA_OK : status;
}

static enum cardea_status
read_recovery(struct cardea_store *store, struct cardea_roster *roster,
    struct cardea_diag *diag)
{
	struct cardea_mark mark = { .version = 0 };
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = read_record(
	    store, CARDEA_KIND_RECOVERY, roster->user, &value, diag);
	if (status == CARDEA_OK && value.version != 0)
		status = cardea_record_decode_recovery(
		    &value, &roster->recovery);
	if (status == CARDEA_OK)
		roster->recovery_version = value.version;
	if (status == CARDEA_OK)
		status = cardea_mark_read(store, CARDEA_KIND_RECOVERY_MARK,
		    roster->user, "", &mark, diag);
	if (status == CARDEA_OK)
		status = cardea_mark_lay_recovery(
		    &mark.value, &roster->recovery);
	roster->recovery_mark = mark.version;
	cardea_value_clear(&mark.value);
	cardea_value_clear(&value);
	return status;
}

enum cardea_status
cardea_roster_read(struct cardea_store *store, const char *user,
    struct cardea_roster *ret_roster, struct cardea_diag *diag)
{
	struct cardea_roster roster = { 0 };
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_text_copy(roster.user, sizeof(roster.user), user);
	if (status == CARDEA_OK)
		status = read_record(
		    store, CARDEA_KIND_ROSTER, user, &value, diag);
	roster.version = value.version;
	cardea_value_clear(&value);
	if (status == CARDEA_OK)
		status = read_all(
		    store, CARDEA_KIND_TOKEN, visit_token, &roster, diag);
	if (status == CARDEA_OK)
		status = read_all(
		    store, CARDEA_KIND_CREDENTIAL, visit_key, &roster, diag);
	if (status == CARDEA_OK)
		status = read_recovery(store, &roster, diag);
	if (status != CARDEA_OK) {
		cardea_roster_clear(&roster);
		return status;
	}
	*ret_roster = roster; /* moved */
	return CARDEA_OK;
}

void
cardea_roster_clear(struct cardea_roster *roster)
{
	for (size_t i = 0; i < CARDEA_TOKENS_MAX; i++)
		cardea_otp_token_clear(&roster->tokens[i]);
	*roster = (struct cardea_roster){ 0 };
}

/* --- looking ------------------------------------------------------------ */

size_t
cardea_roster_count(const struct cardea_roster *roster)
{
	return roster->token_count + roster->key_count;
}

struct cardea_roster_entry
cardea_roster_entry(const struct cardea_roster *roster, size_t index)
{
	const struct cardea_fido2_credential *credential;

	if (index < roster->token_count) {
		const struct cardea_otp_token *token = &roster->tokens[index];

		return (struct cardea_roster_entry){ .id = token->id,
			.name = token->name,
			.factor = cardea_otp_kind_text(token->kind),
			.disabled = token->disabled };
	}
	credential = &roster->keys[index - roster->token_count];
	return (struct cardea_roster_entry){ .id = credential->id,
		.name = credential->name,
		.factor = cardea_factor_text(CARDEA_FACTOR_FIDO2),
		.is_key = true,
		.disabled = credential->disabled };
}

size_t
cardea_roster_find(const struct cardea_roster *roster, const char *what)
{
	size_t count = cardea_roster_count(roster);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(cardea_roster_entry(roster, i).id, what) == 0)
			return i;
	}
	for (size_t i = 0; i < count; i++) {
		if (strcmp(cardea_roster_entry(roster, i).name, what) == 0)
			return i;
	}
	return count;
}

static bool
is_same(
    const unsigned char *a, size_t a_len, const unsigned char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

size_t
cardea_roster_find_key(const struct cardea_roster *roster,
    const struct cardea_fido2_credential *credential)
{
	for (size_t i = 0; i < roster->key_count; i++) {
		const struct cardea_fido2_credential *key = &roster->keys[i];

		if (is_same(key->public_key, key->public_len,
			credential->public_key, credential->public_len))
			return i;
		if (key->handle_len > 0 &&
		    is_same(key->handle, key->handle_len, credential->handle,
			credential->handle_len) &&
		    strcmp(key->rp_id, credential->rp_id) == 0)
			return i;
	}
	return roster->key_count;
}

enum cardea_status
cardea_roster_name(const struct cardea_roster *roster, const char *word,
    char ret_name[CARDEA_CREDENTIAL_MAX + 1])
{
	size_t count = cardea_roster_count(roster);
	char name[CARDEA_CREDENTIAL_MAX + 1];
	enum cardea_status status;

	status = cardea_text_copy(name, sizeof(name), word);
	for (size_t n = 2;
	     status == CARDEA_OK && cardea_roster_find(roster, name) < count;
	     n++)
		status = cardea_text_print(
		    name, sizeof(name), "%s-%zu", word, n);
	if (status == CARDEA_OK)
		memcpy(ret_name, name, sizeof(name));
	return status;
}

/* --- changing ----------------------------------------------------------- */

static enum cardea_status
plan_put(struct cardea_changes *changes, const char *kind, const char *user,
    const char *id, uint64_t version, struct cardea_value *value)
{
	struct cardea_key key;
	enum cardea_status status = cardea_key_make(kind, user, id, &key);

	if (status == CARDEA_OK)
		return cardea_changes_put(changes, &key, version, value);
	cardea_value_clear(value);
	return status;
}

static enum cardea_status
plan_delete(struct cardea_changes *changes, const char *kind, const char *user,
    const char *id, uint64_t version)
{
	struct cardea_key key;
	enum cardea_status status = cardea_key_make(kind, user, id, &key);

	if (status != CARDEA_OK)
		return status;
	return cardea_changes_delete(changes, &key, version);
}

/* The roster record itself: its version is all that matters. */
static enum cardea_status
plan_roster(struct cardea_changes *changes, const struct cardea_roster *roster)
{
	struct cardea_value value = { .data = malloc(1), .len = 1 };

	if (value.data == NULL)
		return CARDEA_E_MEMORY;
	value.data[0] = ROSTER_FORMAT;
	return plan_put(changes, CARDEA_KIND_ROSTER, roster->user, "",
	    roster->version, &value);
}

/* Ends a change: commits what was planned, if all of it could be. */
static enum cardea_status
commit(struct cardea_store *store, const struct cardea_roster *roster,
    struct cardea_changes *changes, enum cardea_status status,
    struct cardea_diag *diag)
{
	if (status == CARDEA_OK)
		status = plan_roster(changes, roster);
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    store, changes->items, changes->count, diag);
	cardea_changes_clear(changes);
	return status;
}

static enum cardea_status
plan_token(struct cardea_changes *changes, const char *user,
    const struct cardea_otp_token *token, uint64_t version)
{
	struct cardea_value value = { 0 };
	enum cardea_status status = cardea_record_encode_token(token, &value);

	if (status != CARDEA_OK)
		return status;
	return plan_put(
	    changes, CARDEA_KIND_TOKEN, user, token->id, version, &value);
}

static enum cardea_status
plan_key(struct cardea_changes *changes, const char *user,
    const struct cardea_fido2_credential *credential, uint64_t version)
{
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_record_encode_credential(credential, &value);
	if (status != CARDEA_OK)
		return status;
	return plan_put(changes, CARDEA_KIND_CREDENTIAL, user, credential->id,
	    version, &value);
}

static enum cardea_status
check_name(const struct cardea_roster *roster, const char *name,
    struct cardea_diag *diag)
{
	if (cardea_roster_find(roster, name) == cardea_roster_count(roster))
		return CARDEA_OK;
	return cardea_diag_set(diag, CARDEA_E_RANGE,
	    "%s has a token or key of this name", roster->user);
}

enum cardea_status
cardea_roster_add_token(struct cardea_store *store,
    const struct cardea_roster *roster, const struct cardea_otp_token *token,
    struct cardea_diag *diag)
{
	struct cardea_changes changes = { 0 };
	enum cardea_status status = check_name(roster, token->name, diag);

	if (status != CARDEA_OK)
		return status;
	if (roster->token_count == CARDEA_TOKENS_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "%s has %d tokens, which is the most", roster->user,
		    CARDEA_TOKENS_MAX);
	status = plan_token(&changes, roster->user, token, 0);
	return commit(store, roster, &changes, status, diag);
}

enum cardea_status
cardea_roster_add_key(struct cardea_store *store,
    const struct cardea_roster *roster,
    const struct cardea_fido2_credential *credential,
    const struct cardea_roster_ticket *ticket, struct cardea_diag *diag)
{
	size_t same = cardea_roster_find_key(roster, credential);
	struct cardea_changes changes = { 0 };
	enum cardea_status status;

	if (same < roster->key_count)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "%s has this key already: \"%s\" (%s)", roster->user,
		    roster->keys[same].name, roster->keys[same].id);
	if (roster->key_count == CARDEA_KEYS_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "%s has %d security keys, which is the most", roster->user,
		    CARDEA_KEYS_MAX);
	status = check_name(roster, credential->name, diag);
	if (status != CARDEA_OK)
		return status;
	status = plan_key(&changes, roster->user, credential, 0);
	if (status == CARDEA_OK && ticket != NULL)
		status = plan_delete(&changes, CARDEA_KIND_TICKET, roster->user,
		    ticket->id, ticket->version);
	return commit(store, roster, &changes, status, diag);
}

enum cardea_status
cardea_roster_put_recovery(struct cardea_store *store,
    const struct cardea_roster *roster, const struct cardea_recovery_set *set,
    struct cardea_diag *diag)
{
	struct cardea_changes changes = { 0 };
	struct cardea_value value = { 0 };
	enum cardea_status status = cardea_record_encode_recovery(set, &value);

	if (status == CARDEA_OK)
		status = plan_put(&changes, CARDEA_KIND_RECOVERY, roster->user,
		    "", roster->recovery_version, &value);
	return commit(store, roster, &changes, status, diag);
}

/* With what use has left of it; version 0: nothing. */
static enum cardea_status
plan_end(struct cardea_changes *changes, const char *kind,
    const char *mark_kind, const char *user, const char *id, uint64_t version,
    uint64_t mark)
{
	enum cardea_status status = plan_delete(
	    changes, kind, user, id, version);

	return status == CARDEA_OK && mark != 0
	    ? plan_delete(changes, mark_kind, user, id, mark)
	    : status;
}

static enum cardea_status
plan_removal(struct cardea_changes *changes, const struct cardea_roster *roster,
    size_t index)
{
	size_t key = index - roster->token_count;

	if (index < roster->token_count)
		return plan_end(changes, CARDEA_KIND_TOKEN,
		    CARDEA_KIND_TOKEN_MARK, roster->user,
		    roster->tokens[index].id, roster->token_versions[index],
		    roster->token_marks[index]);
	return plan_end(changes, CARDEA_KIND_CREDENTIAL,
	    CARDEA_KIND_CREDENTIAL_MARK, roster->user, roster->keys[key].id,
	    roster->key_versions[key], roster->key_marks[key]);
}

enum cardea_status
cardea_roster_remove(struct cardea_store *store,
    const struct cardea_roster *roster, uint32_t entries, bool recovery,
    struct cardea_diag *diag)
{
	struct cardea_changes changes = { 0 };
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0;
	     i < cardea_roster_count(roster) && status == CARDEA_OK; i++) {
		if ((entries & UINT32_C(1) << i) != 0)
			status = plan_removal(&changes, roster, i);
	}
	if (status == CARDEA_OK && recovery)
		status = plan_end(&changes, CARDEA_KIND_RECOVERY,
		    CARDEA_KIND_RECOVERY_MARK, roster->user, "",
		    roster->recovery_version, roster->recovery_mark);
	return commit(store, roster, &changes, status, diag);
}

enum cardea_status
cardea_roster_switch(struct cardea_store *store,
    const struct cardea_roster *roster, size_t index, bool disabled,
    struct cardea_diag *diag)
{
	struct cardea_changes changes = { 0 };
	enum cardea_status status;

	if (index < roster->token_count) {
		struct cardea_otp_token token = roster->tokens[index];

		token.disabled = disabled; /* the key stays the roster's */
		status = plan_token(&changes, roster->user, &token,
		    roster->token_versions[index]);
	} else {
		size_t key = index - roster->token_count;
		struct cardea_fido2_credential credential = roster->keys[key];

		credential.disabled = disabled;
		status = plan_key(&changes, roster->user, &credential,
		    roster->key_versions[key]);
	}
	return commit(store, roster, &changes, status, diag);
}
