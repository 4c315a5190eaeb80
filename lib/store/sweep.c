/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/sweep.h"

#define LOOK_MAX 32 /* records looked at in one walk */

bool
cardea_txn_is_over(
    const struct cardea_txn *txn, const struct cardea_moment *now)
{
	int64_t age_ms = now->clock.monotonic_ms - txn->created_monotonic_ms;

	return !cardea_moment_is_same_boot(now, txn->boot_id) || age_ms < 0 ||
	    age_ms > CARDEA_RESUME_S * 1000;
}

bool
cardea_proof_is_over(
    const struct cardea_proof *proof, const struct cardea_moment *now)
{
	int64_t age_ms = now->clock.monotonic_ms - proof->monotonic_ms;

	return !cardea_moment_is_same_boot(now, proof->boot_id) || age_ms < 0 ||
	    age_ms > (int64_t)CARDEA_REMEMBER_MAX_S * 1000;
}

struct walk {
	const struct cardea_moment *now;
	struct cardea_changes *changes;
	size_t looked;
	size_t found;
	enum cardea_status status;
};

static bool
go_on(struct walk *walk, const struct cardea_key *key, uint64_t version,
    bool over)
{
	if (over) {
		walk->status = cardea_changes_delete(
		    walk->changes, key, version);
		walk->found++;
	}
	walk->looked++;
	return walk->status == CARDEA_OK && walk->looked < LOOK_MAX &&
	    walk->found < CARDEA_SWEEP_MAX / 2 &&
	    cardea_changes_room(walk->changes) > 0;
}

static bool
visit_txn(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	struct cardea_txn txn;
	bool over = cardea_record_decode_txn(value, &txn) == CARDEA_OK &&
	    cardea_txn_is_over(&txn, walk->now);

	return go_on(walk, key, value->version, over);
}

static bool
visit_proof(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	struct cardea_proof proof;
	bool over = cardea_record_decode_proof(value, &proof) == CARDEA_OK &&
	    cardea_proof_is_over(&proof, walk->now);

	return go_on(walk, key, value->version, over);
}

static enum cardea_status
sweep_kind(struct cardea_store *store, const char *kind,
    cardea_store_visit *visit, struct walk *walk, struct cardea_diag *diag)
{
	struct cardea_key prefix;
	enum cardea_status status;

	if (cardea_changes_room(walk->changes) == 0)
		return CARDEA_OK;
	status = cardea_key_make(kind, NULL, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(store, &prefix, visit, walk, diag);
	return status == CARDEA_OK ? walk->status : status;
}

enum cardea_status
cardea_sweep(struct cardea_store *store, const struct cardea_moment *now,
    struct cardea_changes *changes, struct cardea_diag *diag)
{
	struct walk txns = { .now = now, .changes = changes };
	struct walk proofs = { .now = now, .changes = changes };
	enum cardea_status status;

	status = sweep_kind(store, CARDEA_KIND_TXN, visit_txn, &txns, diag);
	if (status != CARDEA_OK)
		return status;
	return sweep_kind(store, CARDEA_KIND_PROOF, visit_proof, &proofs, diag);
}
