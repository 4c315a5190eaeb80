/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "base/text.h"
#include "store/mark.h"
#include "store/trial.h"

#define EVERYWHERE "*" /* the counter of a user from all sources */
#define KNOWN_VERSION 1
#define KNOWN_LEN 9
#define KNOWN_REFRESH_S 86400 /* a known source is written once a day */

static bool
is_ipv4(const struct cardea_address *source)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(source->bytes, mapped, sizeof(mapped)) == 0;
}

static enum cardea_status
source_text(
    const struct cardea_request *request, char text[CARDEA_SOURCE_TEXT_MAX + 1])
{
	struct cardea_address source = request->source;
	char address[CARDEA_ADDRESS_TEXT_MAX + 1];
	const char *suffix = "";

	if (source.kind == CARDEA_ADDRESS_NONE && request->ruser[0] != '\0')
		return cardea_text_print(text, CARDEA_SOURCE_TEXT_MAX + 1,
		    "none:%s", request->ruser);
	if (source.kind == CARDEA_ADDRESS_IP && !is_ipv4(&source)) {
		memset(source.bytes + 8, 0, 8);
		suffix = "/64";
	}
	cardea_address_format(&source, address);
	return cardea_text_print(
	    text, CARDEA_SOURCE_TEXT_MAX + 1, "%s%s", address, suffix);
}

static enum cardea_status
read_counter(struct cardea_store *store, struct cardea_counter *counter,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_store_get(store, &counter->key, &value, diag);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	counter->version = value.version;
	status = cardea_record_decode_tries(&value, &counter->tries);
	cardea_value_clear(&value);
	return status;
}

/* Those who have no records of their own share 256 slots of each counter, by
 * keyed hash: names that strangers invent take no room. */
static enum cardea_status
slot_key(const struct cardea_store *store, const char *kind, const char *text,
    struct cardea_key *ret_key)
{
	char mac[17], slot[16];
	enum cardea_status status;

	cardea_store_mac(store, text, mac);
	status = cardea_text_print(slot, sizeof(slot), "%s-%.2s", kind, mac);
	if (status != CARDEA_OK)
		return status;
	return cardea_key_make(CARDEA_KIND_TRIES, "", slot, ret_key);
}

static enum cardea_status
name_counters(
    struct cardea_trial *trial, struct cardea_store *store, const char *source)
{
	const char *user = trial->ask->request->user;
	char both[CARDEA_NAME_MAX + CARDEA_SOURCE_TEXT_MAX + 2];
	enum cardea_status status;

	if (trial->enrolled) {
		status = cardea_key_make(
		    CARDEA_KIND_TRIES, user, source, &trial->by_source.key);
		if (status != CARDEA_OK)
			return status;
		return cardea_key_make(
		    CARDEA_KIND_TRIES, user, EVERYWHERE, &trial->by_user.key);
	}
	status = cardea_text_print(both, sizeof(both), "%s %s", user, source);
	if (status == CARDEA_OK)
		status = slot_key(store, "source", both, &trial->by_source.key);
	if (status == CARDEA_OK)
		status = slot_key(store, "user", user, &trial->by_user.key);
	return status;
}

static bool
same_key(const struct cardea_key *a, const struct cardea_key *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

struct token_walk {
	struct cardea_trial *trial;
	enum cardea_status status;
};

static bool
take_token(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct token_walk *walk = context;
	struct cardea_trial *trial = walk->trial;
	struct cardea_trial_token *slot = &trial->tokens[trial->token_count];

	if (trial->token_count == CARDEA_TOKENS_MAX) {
		walk->status = CARDEA_E_RANGE;
		return false;
	}
	walk->status = cardea_record_decode_token(value, &slot->token);
	if (walk->status != CARDEA_OK)
		return false;
	slot->key = *key;
	slot->version = value->version;
	slot->mark_version = 0;
	walk->status = cardea_key_make(CARDEA_KIND_TOKEN_MARK,
	    trial->ask->request->user, slot->token.id, &slot->mark_key);
	trial->token_count++;
	return walk->status == CARDEA_OK;
}

static bool
lay_mark(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct token_walk *walk = context;
	struct cardea_trial *trial = walk->trial;

	for (size_t i = 0; i < trial->token_count; i++) {
		struct cardea_trial_token *slot = &trial->tokens[i];

		if (!same_key(&slot->mark_key, key))
			continue;
		slot->mark_version = value->version;
		walk->status = cardea_mark_lay_token(value, &slot->token);
	}
	return walk->status == CARDEA_OK;
}

static enum cardea_status
read_tokens(struct cardea_trial *trial, struct cardea_store *store,
    struct cardea_diag *diag)
{
	struct token_walk walk = { trial, CARDEA_OK };
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_TOKEN, trial->ask->request->user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, take_token, &walk, diag);
	if (status == CARDEA_OK && walk.status == CARDEA_OK)
		status = cardea_key_make(CARDEA_KIND_TOKEN_MARK,
		    trial->ask->request->user, NULL, &prefix);
	if (status == CARDEA_OK && walk.status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, lay_mark, &walk, diag);
	if (status == CARDEA_OK && walk.status != CARDEA_OK)
		status = cardea_diag_set(diag, walk.status,
		    "a token record of the user: %s",
		    cardea_status_text(walk.status));
	return status;
}

static enum cardea_status
read_recovery(struct cardea_trial *trial, struct cardea_store *store,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_RECOVERY,
	    trial->ask->request->user, "", &trial->recovery_key);
	if (status != CARDEA_OK)
		return status;
	status = cardea_store_get(store, &trial->recovery_key, &value, diag);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	trial->recovery_version = value.version;
	status = cardea_record_decode_recovery(&value, &trial->recovery);
	cardea_value_clear(&value);
	return status;
}

/* Read whether or not there are codes: the same work for everybody (P17). */
static enum cardea_status
read_recovery_mark(struct cardea_trial *trial, struct cardea_store *store,
    struct cardea_diag *diag)
{
	struct cardea_mark mark;
	enum cardea_status status;

	status = cardea_mark_read(store, CARDEA_KIND_RECOVERY_MARK,
	    trial->ask->request->user, "", &mark, diag);
	if (status != CARDEA_OK)
		return status;
	trial->recovery_mark_key = mark.key;
	trial->recovery_mark_version = mark.version;
	status = cardea_mark_lay_recovery(&mark.value, &trial->recovery);
	cardea_value_clear(&mark.value);
	return status;
}

static enum cardea_status
decode_known(const struct cardea_value *value, int64_t *ret_time_s)
{
	struct cardea_unpack unpack;
	uint8_t version;
	int64_t time_s;

	cardea_unpack_init(&unpack, value->data, value->len);
	version = cardea_unpack_u8(&unpack);
	time_s = cardea_unpack_i64(&unpack);
	if (cardea_unpack_done(&unpack) != CARDEA_OK)
		return CARDEA_E_CORRUPT;
	if (version != KNOWN_VERSION)
		return CARDEA_E_VERSION;
	*ret_time_s = time_s;
	return CARDEA_OK;
}

static enum cardea_status
read_known(struct cardea_trial *trial, struct cardea_store *store,
    const char *source, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_KNOWN, trial->ask->request->user,
	    source, &trial->known_key);
	if (status != CARDEA_OK)
		return status;
	status = cardea_store_get(store, &trial->known_key, &value, diag);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	trial->known_version = value.version;
	status = decode_known(&value, &trial->known_s);
	cardea_value_clear(&value);
	trial->known_source = status == CARDEA_OK;
	return status;
}

/* An account that is gone leaves records behind: they are nobody's (V16). */
static void
drop_records_of_nobody(struct cardea_trial *trial)
{
	while (trial->token_count > 0)
		cardea_otp_token_clear(
		    &trial->tokens[--trial->token_count].token);
	trial->recovery = (struct cardea_recovery_set){ 0 };
	trial->recovery_version = 0;
	trial->known_source = false;
}

enum cardea_status
cardea_trial_read(struct cardea_trial *trial, struct cardea_store *store,
    const struct cardea_ask *ask, struct cardea_diag *diag)
{
	const struct cardea_clock *clock = &ask->now.clock;
	char source[CARDEA_SOURCE_TEXT_MAX + 1];
	bool trusted = clock->plausible &&
	    (clock->synchronised || !ask->settings->require_synchronised_clock);
	enum cardea_status status;

	*trial = (struct cardea_trial){
		.ask = ask,
		.time_s = trusted ? clock->time_s : -1,
	};
	status = source_text(ask->request, source);
	if (status == CARDEA_OK)
		status = read_tokens(trial, store, diag);
	if (status == CARDEA_OK)
		status = read_recovery(trial, store, diag);
	if (status == CARDEA_OK)
		status = read_recovery_mark(trial, store, diag);
	if (status == CARDEA_OK)
		status = read_known(trial, store, source, diag);
	if (status != CARDEA_OK)
		return status;

	if (!ask->request->user_exists)
		drop_records_of_nobody(trial);
	trial->enrolled = trial->token_count > 0 ||
	    trial->recovery_version != 0;
	status = name_counters(trial, store, source);
	if (status == CARDEA_OK)
		status = read_counter(store, &trial->by_source, diag);
	if (status == CARDEA_OK)
		status = read_counter(store, &trial->by_user, diag);
	return status;
}

static struct cardea_limit
limit_of(const struct cardea_settings *settings, uint32_t tries)
{
	return (struct cardea_limit){
		.tries = tries,
		.delay_s = settings->delay_s,
		.delay_max_s = settings->delay_max_s,
	};
}

/* The delay of the user as a whole is for strangers: a guesser elsewhere must
 * not keep the owner out from a place where the owner was before, nor from
 * the console (R06). */
bool
cardea_trial_is_delayed(const struct cardea_trial *trial)
{
	struct cardea_limit here = limit_of(
	    trial->ask->settings, trial->ask->settings->tries);
	struct cardea_limit all = limit_of(
	    trial->ask->settings, trial->ask->settings->user_tries);
	bool stranger = !trial->known_source &&
	    trial->ask->request->source.kind != CARDEA_ADDRESS_NONE;

	if (cardea_tries_delay_ms(
		&trial->by_source.tries, &here, &trial->ask->now) > 0)
		return true;
	return stranger &&
	    cardea_tries_delay_ms(
		&trial->by_user.tries, &all, &trial->ask->now) > 0;
}

static enum cardea_status
put_tries(struct cardea_changes *changes, const struct cardea_counter *counter,
    const struct cardea_tries *tries)
{
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_record_encode_tries(tries, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(
	    changes, &counter->key, counter->version, &value);
}

enum cardea_status
cardea_trial_count(
    const struct cardea_trial *trial, struct cardea_changes *changes)
{
	struct cardea_limit limit = limit_of(trial->ask->settings, 0);
	struct cardea_tries here = trial->by_source.tries;
	struct cardea_tries all = trial->by_user.tries;
	enum cardea_status status;

	cardea_tries_add(&here, &limit, &trial->ask->now);
	cardea_tries_add(&all, &limit, &trial->ask->now);
	status = put_tries(changes, &trial->by_source, &here);
	if (status != CARDEA_OK)
		return status;
	return put_tries(changes, &trial->by_user, &all);
}

enum cardea_status
cardea_trial_touch(
    const struct cardea_trial *trial, struct cardea_changes *changes)
{
	const struct cardea_counter *here = &trial->by_source;
	enum cardea_status status = CARDEA_OK;

	/* places that strangers come from take no room before they count */
	if (here->version != 0)
		status = put_tries(changes, here, &here->tries);
	if (status == CARDEA_OK)
		status = put_tries(
		    changes, &trial->by_user, &trial->by_user.tries);
	return status;
}

static enum cardea_status
put_known(const struct cardea_trial *trial, struct cardea_changes *changes)
{
	int64_t age_s = trial->ask->now.clock.time_s - trial->known_s;
	struct cardea_value value = { 0 };
	struct cardea_pack pack;

	/* only an address is a place; "unknown" is anybody's */
	if (trial->ask->request->source.kind != CARDEA_ADDRESS_IP)
		return CARDEA_OK;
	if (trial->known_source && age_s >= 0 && age_s < KNOWN_REFRESH_S)
		return CARDEA_OK;
	value.data = calloc(1, KNOWN_LEN);
	if (value.data == NULL)
		return CARDEA_E_MEMORY;
	value.len = KNOWN_LEN;
	cardea_pack_init(&pack, value.data, value.len);
	cardea_pack_u8(&pack, KNOWN_VERSION);
	cardea_pack_i64(&pack, trial->ask->now.clock.time_s);
	if (cardea_pack_done(&pack) != CARDEA_OK) {
		cardea_value_clear(&value);
		return CARDEA_E_INTERNAL;
	}
	return cardea_changes_put(
	    changes, &trial->known_key, trial->known_version, &value);
}

struct prune_walk {
	const struct cardea_trial *trial;
	struct cardea_changes *changes;
	enum cardea_status status;
	/* known sources: how many, and which was used longest ago */
	size_t count;
	int64_t oldest_s;
	struct cardea_key oldest;
	uint64_t oldest_version;
};

/* Counters whose every refusal is forgotten. */
static bool
prune_tries(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct prune_walk *walk = context;
	const struct cardea_trial *trial = walk->trial;
	struct cardea_limit limit = limit_of(trial->ask->settings, 0);
	struct cardea_tries tries;

	if (cardea_changes_room(walk->changes) == 0)
		return false;
	if (same_key(key, &trial->by_source.key))
		return true;
	walk->status = cardea_record_decode_tries(value, &tries);
	if (walk->status != CARDEA_OK)
		return false;
	if (cardea_tries_count(&tries, &limit, &trial->ask->now) == 0)
		walk->status = cardea_changes_delete(
		    walk->changes, key, value->version);
	return walk->status == CARDEA_OK;
}

static bool
find_oldest(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct prune_walk *walk = context;
	int64_t time_s;

	walk->status = decode_known(value, &time_s);
	if (walk->status != CARDEA_OK)
		return false;
	if (walk->count == 0 || time_s < walk->oldest_s) {
		walk->oldest = *key;
		walk->oldest_s = time_s;
		walk->oldest_version = value->version;
	}
	walk->count++;
	return true;
}

static enum cardea_status
walk_kind(struct prune_walk *walk, struct cardea_store *store, const char *kind,
    cardea_store_visit *visit, struct cardea_diag *diag)
{
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(
	    kind, walk->trial->ask->request->user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(store, &prefix, visit, walk, diag);
	return status == CARDEA_OK ? walk->status : status;
}

/* A new place may push out the one used longest ago. */
static enum cardea_status
make_room_for_known(struct prune_walk *walk, struct cardea_store *store,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	if (walk->trial->known_version != 0 ||
	    walk->trial->ask->request->source.kind != CARDEA_ADDRESS_IP)
		return CARDEA_OK;
	status = walk_kind(walk, store, CARDEA_KIND_KNOWN, find_oldest, diag);
	if (status == CARDEA_OK && walk->count >= CARDEA_KNOWN_SOURCES_MAX)
		status = cardea_changes_delete(
		    walk->changes, &walk->oldest, walk->oldest_version);
	return status;
}

enum cardea_status
cardea_trial_succeed(const struct cardea_trial *trial,
    struct cardea_store *store, struct cardea_changes *changes,
    struct cardea_diag *diag)
{
	struct prune_walk walk = { .trial = trial, .changes = changes };
	const struct cardea_counter *here = &trial->by_source;
	enum cardea_status status = CARDEA_OK;

	if (here->version != 0)
		status = cardea_changes_delete(
		    changes, &here->key, here->version);
	if (status == CARDEA_OK)
		status = put_known(trial, changes);
	if (status == CARDEA_OK)
		status = make_room_for_known(&walk, store, diag);
	if (status == CARDEA_OK)
		status = walk_kind(
		    &walk, store, CARDEA_KIND_TRIES, prune_tries, diag);
	return status;
}

void
cardea_trial_clear(struct cardea_trial *trial)
{
	while (trial->token_count > 0)
		cardea_otp_token_clear(
		    &trial->tokens[--trial->token_count].token);
	CARDEA_WIPE(trial->tokens);
}
