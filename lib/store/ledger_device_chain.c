/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/changes.h"
#include "store/ledger_device.h"
#include "store/mark.h"
#include "store/record.h"
#include "store/retry.h"

/* What goes with a device and ends with it: its chain, and the device's end. */

/* version 0 where there is no such record; the bytes are the caller's. */
static enum cardea_status
read_record(struct cardea_store *store, const char *kind, const char *id,
    struct cardea_key *ret_key, struct cardea_value *ret_value,
    struct cardea_diag *diag)
{
	enum cardea_status status = cardea_key_make(kind, id, "", ret_key);

	if (status == CARDEA_OK)
		status = cardea_store_get(store, ret_key, ret_value, diag);
	return status == CARDEA_E_MISSING ? CARDEA_OK : status;
}

enum cardea_status
cardea_ledger_device_chain(struct cardea_store *store, const char *id,
    struct cardea_device_chain *ret_chain, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	if (!cardea_device_is_name(id))
		return CARDEA_E_MISSING;
	status = read_record(
	    store, CARDEA_KIND_DEVICE_CHAIN, id, &key, &value, diag);
	if (status == CARDEA_OK && value.version == 0)
		return CARDEA_E_MISSING;
	if (status != CARDEA_OK)
		return status;
	status = cardea_record_decode_chain(&value, ret_chain);
	cardea_value_clear(&value);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "the certificates kept for device %s: %s", id,
		    cardea_status_text(status));
	return CARDEA_OK;
}

/* ---- putting a chain ---- */

struct chaining {
	struct cardea_store *store;
	const char *id;
	const struct cardea_device_chain *chain;
};

static enum cardea_status
collect_chain(const struct cardea_device_chain *chain,
    const struct cardea_key *key, uint64_t version,
    struct cardea_changes *changes)
{
	struct cardea_value value = { 0 };
	enum cardea_status status;

	if (chain->count == 0)
		return version == 0
		    ? CARDEA_OK
		    : cardea_changes_delete(changes, key, version);
	status = cardea_record_encode_chain(chain, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(changes, key, version, &value);
}

static enum cardea_status
chain_once(void *context, struct cardea_diag *diag)
{
	const struct chaining *call = context;
	struct cardea_changes changes = { 0 };
	struct cardea_value device = { 0 }, old = { 0 };
	struct cardea_key device_key, key;
	enum cardea_status status;

	status = read_record(call->store, CARDEA_KIND_DEVICE, call->id,
	    &device_key, &device, diag);
	if (status == CARDEA_OK && device.version == 0)
		status = CARDEA_E_MISSING;
	if (status == CARDEA_OK)
		status = read_record(call->store, CARDEA_KIND_DEVICE_CHAIN,
		    call->id, &key, &old, diag);
	if (status == CARDEA_OK)
		status = cardea_changes_check(
		    &changes, &device_key, device.version);
	if (status == CARDEA_OK)
		status = collect_chain(
		    call->chain, &key, old.version, &changes);
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    call->store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	cardea_value_clear(&device);
	cardea_value_clear(&old);
	return status;
}

enum cardea_status
cardea_ledger_put_device_chain(struct cardea_store *store, const char *id,
    const struct cardea_device_chain *chain, struct cardea_diag *diag)
{
	struct chaining call = { store, id, chain };

	if (!cardea_device_is_name(id))
		return CARDEA_E_MISSING;
	return cardea_retry(chain_once, &call, diag);
}

/* ---- the end of a device ---- */

struct removing {
	struct cardea_store *store;
	const char *id;
};

struct claims {
	const char *id;
	struct cardea_changes *changes;
	enum cardea_status status;
};

static bool
end_claim(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct claims *claims = context;
	struct cardea_device_claim claim;

	if (cardea_record_decode_claim(value, &claim) != CARDEA_OK ||
	    strcmp(claim.id, claims->id) != 0)
		return true;
	claims->status = cardea_changes_delete(
	    claims->changes, key, value->version);
	return claims->status == CARDEA_OK;
}

/* The claims themselves are asked, not the device, which may be damaged and
 * must be removable then too. */
static enum cardea_status
collect_claims(struct cardea_store *store, const char *id,
    struct cardea_changes *changes, struct cardea_diag *diag)
{
	struct claims claims = { id, changes, CARDEA_OK };
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_DEVICE_OF, NULL, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, end_claim, &claims, diag);
	return status == CARDEA_OK ? claims.status : status;
}

/* A chain that is not there must not be there at the end either: somebody may
 * be putting one. */
static enum cardea_status
collect_end(const struct removing *call, struct cardea_changes *changes,
    struct cardea_diag *diag)
{
	struct cardea_value device = { 0 }, chain = { 0 };
	struct cardea_mark mark = { .version = 0 };
	struct cardea_key device_key, key;
	enum cardea_status status;

	status = read_record(call->store, CARDEA_KIND_DEVICE, call->id,
	    &device_key, &device, diag);
	if (status == CARDEA_OK && device.version == 0)
		status = CARDEA_E_MISSING;
	if (status == CARDEA_OK)
		status = read_record(call->store, CARDEA_KIND_DEVICE_CHAIN,
		    call->id, &key, &chain, diag);
	if (status == CARDEA_OK)
		status = cardea_changes_delete(
		    changes, &device_key, device.version);
	if (status == CARDEA_OK)
		status = chain.version == 0
		    ? cardea_changes_check(changes, &key, 0)
		    : cardea_changes_delete(changes, &key, chain.version);
	if (status == CARDEA_OK)
		status = cardea_mark_read(call->store, CARDEA_KIND_DEVICE_MARK,
		    call->id, "", &mark, diag);
	if (status == CARDEA_OK && mark.version != 0)
		status = cardea_changes_delete(
		    changes, &mark.key, mark.version);
	cardea_value_clear(&mark.value);
	cardea_value_clear(&device);
	cardea_value_clear(&chain);
	return status;
}

static enum cardea_status
remove_once(void *context, struct cardea_diag *diag)
{
	const struct removing *call = context;
	struct cardea_changes changes = { 0 };
	enum cardea_status status = collect_end(call, &changes, diag);

	if (status == CARDEA_OK)
		status = collect_claims(call->store, call->id, &changes, diag);
	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    call->store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	return status;
}

enum cardea_status
cardea_ledger_remove_device(
    struct cardea_store *store, const char *id, struct cardea_diag *diag)
{
	struct removing call = { store, id };

	if (!cardea_device_is_name(id))
		return CARDEA_E_MISSING;
	return cardea_retry(remove_once, &call, diag);
}
