/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/ledger_key.h"
#include "store/mark.h"
#include "store/record.h"
#include "store/retry.h"

/* ---- all of one user ---- */

struct walk {
	struct cardea_key_set set;
	enum cardea_status status;
};

static bool
take(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;

	(void)key;
	if (walk->set.count == CARDEA_KEYS_MAX) {
		walk->status = CARDEA_E_RANGE;
		return false;
	}
	walk->status = cardea_record_decode_credential(
	    value, &walk->set.items[walk->set.count]);
	if (walk->status != CARDEA_OK)
		return false;
	walk->set.count++;
	return true;
}

static bool
lay(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	const char *kind, *owner, *id;

	walk->status = cardea_key_split(key, &kind, &owner, &id);
	for (size_t i = 0; walk->status == CARDEA_OK && i < walk->set.count;
	     i++) {
		if (strcmp(walk->set.items[i].id, id) == 0)
			walk->status = cardea_mark_lay_credential(
			    value, &walk->set.items[i]);
	}
	return walk->status == CARDEA_OK;
}

static enum cardea_status
walk_kind(struct walk *walk, struct cardea_store *store, const char *kind,
    const char *user, cardea_store_visit *visit, struct cardea_diag *diag)
{
	struct cardea_key prefix;
	enum cardea_status status = cardea_key_make(kind, user, NULL, &prefix);

	if (status == CARDEA_OK)
		status = cardea_store_list(store, &prefix, visit, walk, diag);
	if (status == CARDEA_OK && walk->status != CARDEA_OK)
		status = cardea_diag_set(diag, walk->status,
		    "a security key's record of the user: %s",
		    cardea_status_text(walk->status));
	return status;
}

enum cardea_status
cardea_ledger_keys(struct cardea_store *store, const char *user,
    struct cardea_key_set *ret_set, struct cardea_diag *diag)
{
	struct walk walk = { .status = CARDEA_OK };
	enum cardea_status status;

	status = walk_kind(
	    &walk, store, CARDEA_KIND_CREDENTIAL, user, take, diag);
	if (status == CARDEA_OK)
		status = walk_kind(
		    &walk, store, CARDEA_KIND_CREDENTIAL_MARK, user, lay, diag);
	if (status == CARDEA_OK)
		*ret_set = walk.set;
	return status;
}

/* ---- one use ---- */

/* What was proved, all of it borrowed, and where it is kept. */
struct use {
	struct cardea_store *store;
	const char *user;
	const struct cardea_fido2_credential *credential;
	bool has_counter;
	uint32_t counter;
	bool backed_up;
	int64_t time_s;
	enum cardea_key_use *ret_use;
};

/* The judgement was about this public key and these demands. */
static bool
is_as_judged(const struct cardea_fido2_credential *stored,
    const struct cardea_fido2_credential *judged)
{
	return !stored->disabled && stored->kind == judged->kind &&
	    stored->algorithm == judged->algorithm &&
	    stored->demands_uv == judged->demands_uv &&
	    strcmp(stored->rp_id, judged->rp_id) == 0 &&
	    stored->public_len == judged->public_len &&
	    memcmp(stored->public_key, judged->public_key,
		stored->public_len) == 0 &&
	    stored->handle_len == judged->handle_len &&
	    memcmp(stored->handle, judged->handle, stored->handle_len) == 0;
}

/* stored becomes what the use leaves of it, if it is KEPT. */
static enum cardea_key_use
apply(const struct use *use, struct cardea_fido2_credential *stored)
{
	if (!is_as_judged(stored, use->credential))
		return CARDEA_KEY_USE_GONE;
	if (use->has_counter) {
		if (!cardea_fido2_counter_grows(stored->counter, use->counter))
			return CARDEA_KEY_USE_ROLLED_BACK;
		stored->counter = use->counter;
		stored->backed_up = use->backed_up;
	}
	stored->used_s = use->time_s;
	return CARDEA_KEY_USE_KEPT;
}

/* The credential is checked, its mark is written: one that was removed or
 * changed meanwhile conflicts. */
static enum cardea_status
keep(struct cardea_store *store, const struct cardea_change *credential,
    const struct cardea_mark *mark,
    const struct cardea_fido2_credential *stored, struct cardea_diag *diag)
{
	struct cardea_change changes[] = {
		*credential,
		{ .kind = CARDEA_CHANGE_PUT,
		    .key = mark->key,
		    .version = mark->version },
	};
	struct cardea_value value = { 0 };
	enum cardea_status status;

	status = cardea_mark_encode_credential(stored, &value);
	if (status == CARDEA_OK) {
		changes[1].data = value.data;
		changes[1].len = value.len;
		status = cardea_store_commit(store, changes, 2, diag);
	}
	cardea_value_clear(&value);
	return status;
}

/* What is stored, and what use has made of it. */
static enum cardea_status
read_both(const struct use *use, struct cardea_change *credential,
    struct cardea_mark *mark, struct cardea_fido2_credential *stored,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	const char *id = use->credential->id;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_CREDENTIAL, use->user, id, &credential->key);
	if (status == CARDEA_OK)
		status = cardea_store_get(
		    use->store, &credential->key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	credential->version = value.version;
	status = cardea_record_decode_credential(&value, stored);
	if (status == CARDEA_OK)
		status = cardea_mark_read(use->store,
		    CARDEA_KIND_CREDENTIAL_MARK, use->user, id, mark, diag);
	if (status == CARDEA_OK)
		status = cardea_mark_lay_credential(&mark->value, stored);
	cardea_value_clear(&value);
	return status;
}

static enum cardea_status
use_once(void *context, struct cardea_diag *diag)
{
	const struct use *use = context;
	struct cardea_change credential = { .kind = CARDEA_CHANGE_CHECK };
	struct cardea_mark mark = { .version = 0 };
	struct cardea_fido2_credential stored;
	enum cardea_key_use found;
	enum cardea_status status;

	status = read_both(use, &credential, &mark, &stored, diag);
	if (status == CARDEA_E_MISSING) {
		*use->ret_use = CARDEA_KEY_USE_GONE;
		return CARDEA_OK;
	}
	if (status != CARDEA_OK)
		goto out;
	found = apply(use, &stored);
	if (found == CARDEA_KEY_USE_KEPT)
		status = keep(use->store, &credential, &mark, &stored, diag);
	if (status == CARDEA_OK)
		*use->ret_use = found;
out:
	cardea_value_clear(&mark.value);
	return status;
}

enum cardea_status
cardea_ledger_use_key(struct cardea_store *store, const char *user,
    const struct cardea_fido2_credential *credential, bool has_counter,
    uint32_t counter, bool backed_up, const struct cardea_clock *clock,
    enum cardea_key_use *ret_use, struct cardea_diag *diag)
{
	struct use use = {
		.store = store,
		.user = user,
		.credential = credential,
		.has_counter = has_counter,
		.counter = counter,
		.backed_up = backed_up,
		/* 0 would mean never; a clock in trouble must not say that */
		.time_s = clock->time_s > 0 ? clock->time_s : 1,
		.ret_use = ret_use,
	};

	return cardea_retry(use_once, &use, diag);
}
