/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LEDGER_KEY_H
#define CARDEA_STORE_LEDGER_KEY_H

#include <cardea/store.h>

#include "base/clock.h"
#include "factor/fido2.h"

/*
 * What the store does for security keys.  Their proofs answer fresh challenges,
 * so nothing has to be spent; what is kept is the counter, which tells a clone,
 * and the time of the last use.
 */

/* Credentials of one user, in the order of their keys in the store. */
struct cardea_key_set {
	size_t count;
	struct cardea_fido2_credential items[CARDEA_KEYS_MAX];
};

/* cardea_ledger_keys: all of them, disabled ones too; a user without any has an
 * empty set. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_keys(struct cardea_store *store, const char *user,
    struct cardea_key_set *ret_set, struct cardea_diag *diag);

/* What became of a use. */
enum cardea_key_use {
	CARDEA_KEY_USE_NONE = 0,
	CARDEA_KEY_USE_KEPT = 0x39c5a61b, /* counter and time are durable */
	CARDEA_KEY_USE_ROLLED_BACK = 0x56a3e91c, /* the counter did not grow */
	CARDEA_KEY_USE_GONE = 0x0e9a5d63, /* removed, disabled or replaced */
};

/* cardea_ledger_use_key: after a verified judgement, before its evidence:
 * compares the counter with the stored one once more and keeps it, in one
 * conditional commit, so that of two logins at once no stale counter passes.
 * has_counter false (sshd shows none): only the time is kept.  A credential
 * that was changed otherwise since it was read (another key under its id,
 * disabled) is GONE.  On CONFLICT it reads again until the deadline. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_use_key(struct cardea_store *store, const char *user,
    const struct cardea_fido2_credential *credential, bool has_counter,
    uint32_t counter, bool backed_up, const struct cardea_clock *clock,
    enum cardea_key_use *ret_use, struct cardea_diag *diag);

#endif
