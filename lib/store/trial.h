/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_TRIAL_H
#define CARDEA_STORE_TRIAL_H

#include <cardea/policy.h>
#include <cardea/store.h>

#include "store/changes.h"
#include "store/record.h"
#include "store/tries.h"

/*
 * One answer and the records it may touch, as read at one moment.  Reads the
 * same records for every user, enrolled or not, existing or not (P17); where
 * nothing is enrolled, decoys stand in that nothing can match.
 *
 * Refusals are counted for the user by source and for the user as a whole.
 * A source is an IPv4 address, an IPv6 /64 (what one household has), or on
 * this machine the requesting user, never the caller's uid (V19): so that
 * nobody's su to somebody stops that person's own sudo.
 */

#define CARDEA_SOURCE_TEXT_MAX (CARDEA_NAME_MAX + 8)

/* What is asked of the ledger. All borrowed. */
struct cardea_ask {
	const struct cardea_settings *settings;
	const struct cardea_request *request;
	struct cardea_moment now;
	unsigned int factors; /* bits 1 << factor */
	const char *answer;
};

struct cardea_trial_token {
	struct cardea_key key;
	uint64_t version;
	struct cardea_otp_token token; /* with its mark laid over it */
	struct cardea_key mark_key;
	uint64_t mark_version; /* 0: none */
};

struct cardea_counter {
	struct cardea_key key;
	uint64_t version; /* 0: nothing counted yet */
	struct cardea_tries tries;
};

struct cardea_trial {
	const struct cardea_ask *ask; /* borrowed */
	int64_t time_s; /* -1: the clock cannot be trusted (R09) */

	bool enrolled; /* the user exists and has records of their own */
	size_t token_count;
	struct cardea_trial_token tokens[CARDEA_TOKENS_MAX];
	struct cardea_key recovery_key;
	uint64_t recovery_version;	     /* 0: none */
	struct cardea_recovery_set recovery; /* likewise */
	struct cardea_key recovery_mark_key;
	uint64_t recovery_mark_version;

	struct cardea_counter by_source;
	struct cardea_counter by_user;
	bool known_source; /* the user has succeeded from here before */
	struct cardea_key known_key;
	uint64_t known_version;
	int64_t known_s;
};

/* cardea_trial_read: the caller clears, on failure too. */
CARDEA_MUST_USE enum cardea_status
cardea_trial_read(struct cardea_trial *trial, struct cardea_store *store,
    const struct cardea_ask *ask, struct cardea_diag *diag);

/* cardea_trial_is_delayed: too many tries; nothing may be judged now. */
bool cardea_trial_is_delayed(const struct cardea_trial *trial);

/* cardea_trial_count: adds one refusal to both counters. */
CARDEA_MUST_USE enum cardea_status cardea_trial_count(
    const struct cardea_trial *trial, struct cardea_changes *changes);

/* cardea_trial_touch: writes the counters back as they are, so that an answer
 * that does not count takes the time of one that does (P17). */
CARDEA_MUST_USE enum cardea_status cardea_trial_touch(
    const struct cardea_trial *trial, struct cardea_changes *changes);

/* cardea_trial_succeed: forgets the refusals from this source and no
 * others (V24), notes the source as known, and drops records of other sources
 * that no longer say anything, as far as there is room. */
CARDEA_MUST_USE enum cardea_status cardea_trial_succeed(
    const struct cardea_trial *trial, struct cardea_store *store,
    struct cardea_changes *changes, struct cardea_diag *diag);

void cardea_trial_clear(struct cardea_trial *trial);

#endif
