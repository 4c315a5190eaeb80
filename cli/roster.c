/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "base/text.h"
#include "cli/roster.h"
#include "store/record.h"

#define ROSTER_FORMAT 1

struct walk {
	struct cardea_roster *roster;
	enum cardea_status status;
};

static bool
visit_token(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	struct cardea_roster *roster = walk->roster;

	(void)key;
	if (roster->token_count == CARDEA_TOKENS_MAX) {
		walk->status = CARDEA_E_RANGE;
		return false;
	}
	walk->status = cardea_record_decode_token(
	    value, &roster->tokens[roster->token_count]);
	if (walk->status != CARDEA_OK)
		return false;
	roster->token_versions[roster->token_count++] = value->version;
	return true;
}

static enum cardea_status
read_tokens(struct cardea_store *store, struct cardea_roster *roster,
    struct cardea_diag *diag)
{
	struct walk walk = { .roster = roster, .status = CARDEA_OK };
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_TOKEN, roster->user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, visit_token, &walk, diag);
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
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = read_record(
	    store, CARDEA_KIND_RECOVERY, roster->user, &value, diag);
	if (status == CARDEA_OK && value.version != 0)
		status = cardea_record_decode_recovery(
		    &value, &roster->recovery);
	if (status == CARDEA_OK)
		roster->recovery_version = value.version;
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
		status = read_tokens(store, &roster, diag);
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

size_t
cardea_roster_find(const struct cardea_roster *roster, const char *what)
{
	for (size_t i = 0; i < roster->token_count; i++) {
		if (strcmp(roster->tokens[i].id, what) == 0)
			return i;
	}
	for (size_t i = 0; i < roster->token_count; i++) {
		if (strcmp(roster->tokens[i].name, what) == 0)
			return i;
	}
	return roster->token_count;
}

/* A change of one record of the user, and what the commit wants of it. */
static enum cardea_status
plan(struct cardea_change *change, const char *kind, const char *user,
    const char *id)
{
	return cardea_key_make(kind, user, id, &change->key);
}

/* The roster record itself: its version is all that matters. */
static enum cardea_status
commit_with_roster(struct cardea_store *store,
    const struct cardea_roster *roster, struct cardea_change *changes,
    size_t count, struct cardea_diag *diag)
{
	unsigned char format[4];
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, format, sizeof(format));
	cardea_pack_u8(&pack, ROSTER_FORMAT);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		status = plan(
		    &changes[0], CARDEA_KIND_ROSTER, roster->user, "");
	if (status != CARDEA_OK)
		return status;
	changes[0].kind = CARDEA_CHANGE_PUT;
	changes[0].version = roster->version;
	changes[0].data = format;
	changes[0].len = pack.len;
	return cardea_store_commit(store, changes, count, diag);
}

enum cardea_status
cardea_roster_add(struct cardea_store *store,
    const struct cardea_roster *roster, const struct cardea_otp_token *token,
    struct cardea_diag *diag)
{
	struct cardea_change changes[2] = { 0 };
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_record_encode_token(token, &value);
	if (status == CARDEA_OK)
		status = plan(
		    &changes[1], CARDEA_KIND_TOKEN, roster->user, token->id);
	if (status == CARDEA_OK) {
		changes[1].kind = CARDEA_CHANGE_PUT;
		changes[1].data = value.data;
		changes[1].len = value.len;
		status = commit_with_roster(store, roster, changes, 2, diag);
	}
	cardea_value_clear(&value);
	return status;
}

enum cardea_status
cardea_roster_put_recovery(struct cardea_store *store,
    const struct cardea_roster *roster, const struct cardea_recovery_set *set,
    struct cardea_diag *diag)
{
	struct cardea_change changes[2] = { 0 };
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_record_encode_recovery(set, &value);
	if (status == CARDEA_OK)
		status = plan(
		    &changes[1], CARDEA_KIND_RECOVERY, roster->user, "");
	if (status == CARDEA_OK) {
		changes[1].kind = CARDEA_CHANGE_PUT;
		changes[1].version = roster->recovery_version;
		changes[1].data = value.data;
		changes[1].len = value.len;
		status = commit_with_roster(store, roster, changes, 2, diag);
	}
	cardea_value_clear(&value);
	return status;
}

enum cardea_status
cardea_roster_remove(struct cardea_store *store,
    const struct cardea_roster *roster, unsigned int tokens, bool recovery,
    struct cardea_diag *diag)
{
	struct cardea_change changes[CARDEA_TOKENS_MAX + 2] = { 0 };
	enum cardea_status status = CARDEA_OK;
	size_t count = 1;

	for (size_t i = 0; i < roster->token_count && status == CARDEA_OK;
	     i++) {
		if ((tokens & 1u << i) == 0)
			continue;
		changes[count].kind = CARDEA_CHANGE_DELETE;
		changes[count].version = roster->token_versions[i];
		status = plan(&changes[count++], CARDEA_KIND_TOKEN,
		    roster->user, roster->tokens[i].id);
	}
	if (status == CARDEA_OK && recovery) {
		changes[count].kind = CARDEA_CHANGE_DELETE;
		changes[count].version = roster->recovery_version;
		status = plan(
		    &changes[count++], CARDEA_KIND_RECOVERY, roster->user, "");
	}
	if (status != CARDEA_OK)
		return status;
	return commit_with_roster(store, roster, changes, count, diag);
}
