/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_KEYRING_H
#define CARDEA_STORE_KEYRING_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/diag.h>

#include "base/secret.h"
#include "store/crypto.h"

/*
 * The key file: what seals, what still opens, what names derive from.
 *
 *   HEX          the current key: the first line, all that a file of old has
 *   next HEX     known and opens, but seals nothing yet, so that all hosts of
 *                a fleet can have it before the first record under it
 *   old HEX      opens what was sealed before; up to four of them
 *   names HEX    what keyed hashes and pseudonyms derive from; without the
 *                line it is the current key.  It never changes: the user
 *                handles that security keys hold come from it
 *
 * Each key is 64 hex digits.  Nothing else may stand there: whoever reads half
 * a key file would lose what the other half opens.  This unit does not know
 * what a key seals; see seal.h.
 */
#define CARDEA_KEYRING_OLD_MAX 4
#define CARDEA_KEYRING_FILE_MAX 1024

/* The zero value is no keyring; clear wipes, any number of times. */
struct cardea_keyring {
	struct cardea_secret bytes; /* a place for each key that there can be */
	bool has_next;
	bool has_names;
	size_t old_count;
};

/* cardea_keyring_parse: SYNTAX with the line; text is NUL-ended. */
CARDEA_MUST_USE enum cardea_status cardea_keyring_parse(const char *text,
    size_t len, struct cardea_keyring *ret_keyring, struct cardea_diag *diag);

/* cardea_keyring_load: of a file that is root's alone. MISSING, UNSAFE,
 * SYNTAX, RANGE, IO. */
CARDEA_MUST_USE enum cardea_status cardea_keyring_load(const char *path,
    struct cardea_keyring *ret_keyring, struct cardea_diag *diag);

/* cardea_keyring_create: a file with one key, mode 0400. CONFLICT if anything
 * stands there; it is never replaced. */
CARDEA_MUST_USE enum cardea_status
cardea_keyring_create(const char *path, struct cardea_diag *diag);

/* cardea_keyring_save: in the place of what is there, by rename. */
CARDEA_MUST_USE enum cardea_status
cardea_keyring_save(const struct cardea_keyring *keyring, const char *path,
    struct cardea_diag *diag);

void cardea_keyring_clear(struct cardea_keyring *keyring);

/* Borrowed, CARDEA_GCM_KEY bytes each; next and old only where there is one. */
const unsigned char *
cardea_keyring_current(const struct cardea_keyring *keyring);
const unsigned char *cardea_keyring_next(const struct cardea_keyring *keyring);
const unsigned char *cardea_keyring_names(const struct cardea_keyring *keyring);
const unsigned char *
cardea_keyring_old(const struct cardea_keyring *keyring, size_t index);

/* The steps of a rotation.  begin adds a random next key, and writes down what
 * names derive from. CONFLICT if there is a next one. */
CARDEA_MUST_USE enum cardea_status
cardea_keyring_begin(struct cardea_keyring *keyring);
/* use: next becomes current, current the newest old one. MISSING without a next
 * one; FULL where there is no room for one more old key. */
CARDEA_MUST_USE enum cardea_status
cardea_keyring_use(struct cardea_keyring *keyring);
/* finish: drops the old keys. */
void cardea_keyring_finish(struct cardea_keyring *keyring);

#endif
