/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "store/changes.h"
#include "store/crypto.h"
#include "store/ledger_device.h"
#include "store/mark.h"
#include "store/record.h"
#include "store/retry.h"
#include "store/sorted.h"

/*
 * A device is one record, and one more for each identity, so that whose a
 * certificate or key is costs one look-up however many devices there are.
 * Whatever changes an identity's record changes that of its device in the same
 * commit.
 */

/* How often a look-up that a change ran through is begun again. */
#define ROUNDS 16

/* ---- reading ---- */

static enum cardea_status
damaged(const char *id, enum cardea_status status, struct cardea_diag *diag)
{
	if (status != CARDEA_E_CORRUPT && status != CARDEA_E_VERSION)
		return status;
	return cardea_diag_set(diag, status, "the record of device %s: %s", id,
	    cardea_status_text(status));
}

static enum cardea_status
read_device(struct cardea_store *store, const char *id,
    struct cardea_device *ret_device, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_DEVICE, id, "", &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	status = damaged(
	    id, cardea_record_decode_device(&value, ret_device), diag);
	cardea_value_clear(&value);
	return status;
}

/* What was seen of it. */
static enum cardea_status
lay_mark(struct cardea_store *store, struct cardea_device *device,
    struct cardea_mark *ret_mark, struct cardea_diag *diag)
{
	struct cardea_mark mark;
	enum cardea_status status;

	status = cardea_mark_read(
	    store, CARDEA_KIND_DEVICE_MARK, device->id, "", &mark, diag);
	if (status != CARDEA_OK)
		return status;
	status = damaged(
	    device->id, cardea_mark_lay_device(&mark.value, device), diag);
	cardea_value_clear(&mark.value);
	*ret_mark = mark;
	return status;
}

static enum cardea_status
read_seen_device(struct cardea_store *store, const char *id,
    struct cardea_device *ret_device, struct cardea_diag *diag)
{
	struct cardea_device device;
	struct cardea_mark mark;
	enum cardea_status status = read_device(store, id, &device, diag);

	if (status == CARDEA_OK)
		status = lay_mark(store, &device, &mark, diag);
	if (status == CARDEA_OK)
		*ret_device = device;
	return status;
}

enum cardea_status
cardea_ledger_device(struct cardea_store *store, const char *id,
    struct cardea_device *ret_device, struct cardea_diag *diag)
{
	/* what can be no device's id is none's */
	if (!cardea_device_is_name(id))
		return CARDEA_E_MISSING;
	return read_seen_device(store, id, ret_device, diag);
}

/* Names of people and hosts are as long as they like, and a store's keys are
 * not sealed; so a claim is found by the hash of its text. */
static enum cardea_status
claim_key(const char *identity, struct cardea_key *ret_key)
{
	unsigned char digest[CARDEA_SHA256];
	char hex[2 * CARDEA_SHA256 + 1];
	enum cardea_status status;

	status = cardea_crypto_sha256(identity, strlen(identity), digest);
	if (status != CARDEA_OK)
		return status;
	cardea_text_hex(hex, digest, sizeof(digest));
	return cardea_key_make(CARDEA_KIND_DEVICE_OF, hex, "", ret_key);
}

/* Whose an identity is; MISSING. */
static enum cardea_status
read_claim(struct cardea_store *store, const char *identity,
    struct cardea_key *ret_key, uint64_t *ret_version,
    struct cardea_device_claim *ret_claim, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	enum cardea_status status = claim_key(identity, ret_key);

	if (status == CARDEA_OK)
		status = cardea_store_get(store, ret_key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_record_decode_claim(&value, ret_claim);
	*ret_version = value.version;
	cardea_value_clear(&value);
	if (status == CARDEA_OK &&
	    strcmp(ret_claim->identity.text, identity) != 0)
		status = CARDEA_E_CORRUPT;
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "the record of a device's identity: %s",
		    cardea_status_text(status));
	return CARDEA_OK;
}

/* The id that all claims among these name; the first identity that did. */
static enum cardea_status
find_claimed(struct cardea_store *store,
    const struct cardea_device_identity *identities, size_t count,
    struct cardea_device_claim *ret_claim, struct cardea_diag *diag)
{
	struct cardea_device_claim found = { .id = "" };

	for (size_t i = 0; i < count; i++) {
		struct cardea_device_identity identity;
		struct cardea_device_claim claim;
		struct cardea_key key;
		uint64_t version;
		enum cardea_status status;

		/* what has no form can have been enrolled by nobody */
		if (cardea_device_parse_identity(
			identities[i].text, &identity, NULL) != CARDEA_OK)
			continue;
		status = read_claim(
		    store, identity.text, &key, &version, &claim, diag);
		if (status == CARDEA_E_MISSING)
			continue;
		if (status != CARDEA_OK)
			return status;
		if (found.id[0] != '\0' && strcmp(found.id, claim.id) != 0)
			return cardea_diag_set(diag, CARDEA_E_UNSAFE,
			    "%s is device %s, %.120s is device %s",
			    found.identity.text, found.id, claim.identity.text,
			    claim.id);
		if (found.id[0] == '\0')
			found = claim;
	}
	if (found.id[0] == '\0')
		return CARDEA_E_MISSING;
	*ret_claim = found;
	return CARDEA_OK;
}

/* Claim and device are two reads; a change between them shows in that the
 * device does not have what brought us to it, and then all is read again. */
enum cardea_status
cardea_ledger_device_of(struct cardea_store *store,
    const struct cardea_device_identity *identities, size_t count,
    struct cardea_device *ret_device, struct cardea_diag *diag)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct cardea_device_claim claim;
		struct cardea_device device;
		enum cardea_status status;

		status = find_claimed(store, identities, count, &claim, diag);
		if (status != CARDEA_OK)
			return status;
		status = read_seen_device(store, claim.id, &device, diag);
		if (status != CARDEA_OK && status != CARDEA_E_MISSING)
			return status;
		if (status == CARDEA_OK &&
		    cardea_device_index_of(&device, claim.identity.text) <
			device.identity_count) {
			*ret_device = device;
			return CARDEA_OK;
		}
	}
	return cardea_diag_set(diag, CARDEA_E_CORRUPT,
	    "an identity names a device that does not have it");
}

struct listing {
	struct cardea_store *store;
	bool (*each)(
	    const char *id, const struct cardea_device *device, void *context);
	void *context;
	enum cardea_status status;
};

static bool
list_one(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct listing *listing = context;
	struct cardea_device device;
	struct cardea_mark mark;
	const char *kind, *id, *none;

	listing->status = cardea_key_split(key, &kind, &id, &none);
	if (listing->status != CARDEA_OK)
		return false;
	if (cardea_record_decode_device(value, &device) != CARDEA_OK ||
	    lay_mark(listing->store, &device, &mark, NULL) != CARDEA_OK)
		return listing->each(id, NULL, listing->context);
	return listing->each(id, &device, listing->context);
}

enum cardea_status
cardea_ledger_list_devices(struct cardea_store *store,
    bool (*each)(
	const char *id, const struct cardea_device *device, void *context),
    void *context, struct cardea_diag *diag)
{
	struct listing listing = { store, each, context, CARDEA_OK };
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_DEVICE, NULL, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list_sorted(
		    store, &prefix, list_one, &listing, diag);
	return status == CARDEA_OK ? listing.status : status;
}

/* ---- putting ---- */

static enum cardea_status
check_identities(const struct cardea_device *device, struct cardea_diag *diag)
{
	for (size_t i = 0; i < device->identity_count; i++) {
		const char *text = device->identities[i].text;
		struct cardea_device_identity identity;
		enum cardea_status status;

		status = cardea_device_parse_identity(text, &identity, diag);
		if (status == CARDEA_OK && strcmp(identity.text, text) != 0)
			status = CARDEA_E_SYNTAX;
		if (status == CARDEA_OK &&
		    cardea_device_index_of(device, text) < i)
			status = cardea_diag_set(
			    diag, CARDEA_E_RANGE, "%.200s: given twice", text);
		if (status != CARDEA_OK)
			return status;
	}
	return CARDEA_OK;
}

static enum cardea_status
check_device(const struct cardea_device *device, struct cardea_diag *diag)
{
	if (!cardea_device_is_name(device->id))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "a device's name has 1 to %d of a-z A-Z 0-9 . _ -",
		    CARDEA_CREDENTIAL_MAX);
	if (device->owner_count > CARDEA_DEVICE_OWNERS_MAX ||
	    device->tag_count > CARDEA_DEVICE_TAGS_MAX ||
	    device->identity_count > CARDEA_DEVICE_IDENTITIES_MAX ||
	    device->fact_count > CARDEA_POSTURE_FACTS_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "more owners, tags, identities or facts than %d",
		    CARDEA_DEVICE_IDENTITIES_MAX);
	for (size_t i = 0; i < device->tag_count; i++) {
		if (!cardea_device_is_name(device->tags[i]))
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "a tag has 1 to %d of a-z A-Z 0-9 . _ -",
			    CARDEA_DEVICE_TAG_MAX);
	}
	for (size_t i = 0; i < device->owner_count; i++) {
		if (device->owners[i][0] == '\0')
			return cardea_diag_set(
			    diag, CARDEA_E_SYNTAX, "an owner has no name");
	}
	return check_identities(device, diag);
}

struct putting {
	struct cardea_store *store;
	const struct cardea_device *device;
	const struct cardea_device *old; /* NULL: there is none */
	struct cardea_changes changes;
	bool claimed; /* an identity is another device's: no use in retrying */
};

static enum cardea_status
claim(struct putting *put, const char *identity, struct cardea_diag *diag)
{
	struct cardea_device_claim claim = { .id = "" }, old;
	struct cardea_value value = { 0 };
	struct cardea_key key;
	uint64_t version = 0;
	enum cardea_status status;

	status = read_claim(put->store, identity, &key, &version, &old, diag);
	if (status == CARDEA_OK && strcmp(old.id, put->device->id) != 0) {
		put->claimed = true;
		return cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "%.160s is device %s already", identity, old.id);
	}
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	status = cardea_text_copy(claim.id, sizeof(claim.id), put->device->id);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    claim.identity.text, sizeof(claim.identity.text), identity);
	if (status == CARDEA_OK)
		status = cardea_record_encode_claim(&claim, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(&put->changes, &key, version, &value);
}

/* Ends a claim of the device id; one that is gone or another's is let be. */
static enum cardea_status
disclaim(struct cardea_store *store, const char *id, const char *identity,
    struct cardea_changes *changes, struct cardea_diag *diag)
{
	struct cardea_device_claim old;
	struct cardea_key key;
	uint64_t version;
	enum cardea_status status;

	status = read_claim(store, identity, &key, &version, &old, diag);
	if (status == CARDEA_E_MISSING ||
	    (status == CARDEA_OK && strcmp(old.id, id) != 0))
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_delete(changes, &key, version);
}

static bool
has(const struct cardea_device *device, const char *identity)
{
	return device != NULL &&
	    cardea_device_index_of(device, identity) < device->identity_count;
}

/* Those that stay are guarded by the version of the device's own record. */
static enum cardea_status
collect_claims(struct putting *put, struct cardea_diag *diag)
{
	const struct cardea_device *device = put->device, *old = put->old;
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; status == CARDEA_OK && i < device->identity_count;
	     i++) {
		if (!has(old, device->identities[i].text))
			status = claim(put, device->identities[i].text, diag);
	}
	for (size_t i = 0;
	     status == CARDEA_OK && old != NULL && i < old->identity_count;
	     i++) {
		if (!has(device, old->identities[i].text))
			status = disclaim(put->store, device->id,
			    old->identities[i].text, &put->changes, diag);
	}
	return status;
}

static enum cardea_status
collect_device(struct cardea_changes *changes,
    const struct cardea_device *device, uint64_t version)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_DEVICE, device->id, "", &key);
	if (status == CARDEA_OK)
		status = cardea_record_encode_device(device, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(changes, &key, version, &value);
}

/* old is what is in the store now; NULL: nothing is. */
static enum cardea_status
replace(struct putting *put, struct cardea_diag *diag)
{
	enum cardea_status status;

	status = check_device(put->device, diag);
	if (status == CARDEA_OK)
		status = collect_device(
		    &put->changes, put->device, put->device->version);
	if (status == CARDEA_OK)
		status = collect_claims(put, diag);
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    put->store, put->changes.items, put->changes.count, diag);
	cardea_changes_clear(&put->changes);
	return status;
}

enum cardea_status
cardea_ledger_put_device(struct cardea_store *store,
    const struct cardea_device *device, struct cardea_diag *diag)
{
	struct putting put = { .store = store, .device = device };
	struct cardea_device old;
	enum cardea_status status;

	status = cardea_ledger_device(store, device->id, &old, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	if (status == CARDEA_OK)
		put.old = &old;
	if ((status == CARDEA_OK ? old.version : 0) != device->version)
		return cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    device->version == 0 ? "there is a device %s already"
					 : "device %s was changed meanwhile",
		    device->id);
	return replace(&put, diag);
}

struct changing {
	struct cardea_store *store;
	const char *id;
	bool (*change)(struct cardea_device *device, void *context);
	void *context;
	bool claimed;
	struct cardea_diag claimed_by;
};

static enum cardea_status
change_once(void *context, struct cardea_diag *diag)
{
	struct changing *call = context;
	struct cardea_device old, device;
	struct putting put = {
		.store = call->store, .device = &device, .old = &old
	};
	enum cardea_status status;

	status = cardea_ledger_device(call->store, call->id, &old, diag);
	if (status != CARDEA_OK)
		return status;
	device = old;
	if (!call->change(&device, call->context))
		return CARDEA_OK;
	status = replace(&put, diag);
	call->claimed = put.claimed;
	if (!put.claimed)
		return status;
	call->claimed_by = *diag;
	return CARDEA_OK;
}

enum cardea_status
cardea_ledger_change_device(struct cardea_store *store, const char *id,
    bool (*change)(struct cardea_device *device, void *context), void *context,
    struct cardea_diag *diag)
{
	struct changing call = {
		.store = store, .id = id, .change = change, .context = context
	};
	enum cardea_status status = cardea_retry(change_once, &call, diag);

	if (status != CARDEA_OK || !call.claimed)
		return status;
	return cardea_diag_set(
	    diag, CARDEA_E_CONFLICT, "%s", call.claimed_by.reason);
}

struct seeing {
	struct cardea_store *store;
	const char *id, *user, *source;
	int64_t expires_s, time_s;
	bool *ret_active;
};

/* The device is checked, its mark is written: one that was locked or removed
 * meanwhile conflicts. */
static enum cardea_status
keep_sight(struct cardea_store *store, const struct cardea_device *device,
    const struct cardea_mark *mark, struct cardea_diag *diag)
{
	struct cardea_changes changes = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_DEVICE, device->id, "", &key);
	if (status == CARDEA_OK)
		status = cardea_changes_check(&changes, &key, device->version);
	if (status == CARDEA_OK)
		status = cardea_mark_encode_device(device, &value);
	if (status == CARDEA_OK)
		status = cardea_changes_put(
		    &changes, &mark->key, mark->version, &value);
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	return status;
}

static enum cardea_status
see_once(void *context, struct cardea_diag *diag)
{
	const struct seeing *see = context;
	struct cardea_mark mark = { .version = 0 };
	struct cardea_device device;
	bool active;
	enum cardea_status status;

	status = cardea_device_is_name(see->id)
	    ? read_device(see->store, see->id, &device, diag)
	    : CARDEA_E_MISSING;
	if (status == CARDEA_OK)
		status = lay_mark(see->store, &device, &mark, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	active = status == CARDEA_OK && device.state == CARDEA_DEVICE_ACTIVE &&
	    cardea_device_owned(&device, see->user);
	if (!active) {
		*see->ret_active = false;
		return CARDEA_OK;
	}
	device.seen_s = see->time_s;
	if (see->expires_s != 0)
		device.expires_s = see->expires_s;
	status = cardea_text_copy(
	    device.seen_user, sizeof(device.seen_user), see->user);
	if (status == CARDEA_OK)
		status = cardea_text_copy(device.seen_source,
		    sizeof(device.seen_source), see->source);
	if (status == CARDEA_OK)
		status = keep_sight(see->store, &device, &mark, diag);
	if (status == CARDEA_OK)
		*see->ret_active = true;
	return status;
}

enum cardea_status
cardea_ledger_saw_device(struct cardea_store *store, const char *id,
    const char *user, const char *source, int64_t expires_s,
    const struct cardea_clock *clock, bool *ret_active,
    struct cardea_diag *diag)
{
	struct seeing see = {
		.store = store,
		.id = id,
		.user = user,
		.source = source,
		.expires_s = expires_s,
		/* 0 would mean never; a clock in trouble must not say that */
		.time_s = clock->time_s > 0 ? clock->time_s : 1,
		.ret_active = ret_active,
	};

	return cardea_retry(see_once, &see, diag);
}
