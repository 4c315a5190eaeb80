/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/sweep.h"

#define LOOK_MAX 32 /* records looked at in one walk */

bool
cardea_proof_is_over(
    const struct cardea_proof *proof, const struct cardea_moment *now)
{
	int64_t age_ms = now->clock.monotonic_ms - proof->monotonic_ms;
	int64_t age_s = now->clock.time_s - proof->time_s;

	/* Another boot may be another host's, where the proof still counts, and
	 * whose clock may be ahead of this one, which may be wrong. */
	if (!cardea_moment_is_same_boot(now, proof->boot_id))
		return now->clock.plausible &&
		    (age_s < -CARDEA_CLOCKS_APART_S ||
			age_s > CARDEA_REMEMBER_MAX_S);
	return age_ms < 0 || age_ms > (int64_t)CARDEA_REMEMBER_MAX_S * 1000;
}

struct walk {
	const struct cardea_moment *now;
	struct cardea_changes *changes;
	size_t looked;
	size_t found;
	enum cardea_status status;
};

static bool
visit(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	struct cardea_proof proof;

	if (!cardea_changes_has(walk->changes, key) &&
	    cardea_record_decode_proof(value, &proof) == CARDEA_OK &&
	    cardea_proof_is_over(&proof, walk->now)) {
		walk->status = cardea_changes_delete(
		    walk->changes, key, value->version);
		walk->found++;
	}
	walk->looked++;
	return walk->status == CARDEA_OK && walk->looked < LOOK_MAX &&
	    walk->found < CARDEA_SWEEP_MAX &&
	    cardea_changes_room(walk->changes) > 0;
}

enum cardea_status
cardea_sweep(struct cardea_store *store, const struct cardea_moment *now,
    struct cardea_changes *changes, struct cardea_diag *diag)
{
	struct walk walk = { .now = now, .changes = changes };
	struct cardea_key prefix;
	enum cardea_status status;

	if (cardea_changes_room(changes) == 0)
		return CARDEA_OK;
	status = cardea_key_make(CARDEA_KIND_PROOF, NULL, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(store, &prefix, visit, &walk, diag);
	return status == CARDEA_OK ? walk.status : status;
}
