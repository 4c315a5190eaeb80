/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ROSTER_H
#define CARDEA_CLI_ROSTER_H

#include <cardea/store.h>

#include "factor/fido2.h"
#include "factor/otp.h"
#include "factor/recovery.h"

/*
 * Everything one user has enrolled, read with the versions it had.  Each
 * change is one conditional commit that also puts the user's roster record:
 * two administrators at once cannot together enrol one token too many, nor
 * two of one name; the later one loses with CONFLICT and reads again.
 */
struct cardea_roster {
	char user[CARDEA_NAME_MAX + 1];
	uint64_t version; /* of the roster record; 0: none yet */
	size_t token_count;
	struct cardea_otp_token tokens[CARDEA_TOKENS_MAX];
	uint64_t token_versions[CARDEA_TOKENS_MAX];
	uint64_t token_marks[CARDEA_TOKENS_MAX]; /* versions (mark.h) */
	size_t key_count;
	struct cardea_fido2_credential keys[CARDEA_KEYS_MAX];
	uint64_t key_versions[CARDEA_KEYS_MAX];
	uint64_t key_marks[CARDEA_KEYS_MAX];
	uint64_t recovery_version; /* 0: no codes */
	uint64_t recovery_mark;
	struct cardea_recovery_set recovery;
};

/* cardea_roster_read: an unknown user has an empty roster. */
CARDEA_MUST_USE enum cardea_status
cardea_roster_read(struct cardea_store *store, const char *user,
    struct cardea_roster *ret_roster, struct cardea_diag *diag);
void cardea_roster_clear(struct cardea_roster *roster);

/*
 * Tokens and keys, one by one: the tokens come first.  A person names them by
 * id or name, so names are unique among all of them.
 */
#define CARDEA_ROSTER_ENTRIES_MAX (CARDEA_TOKENS_MAX + CARDEA_KEYS_MAX)

struct cardea_roster_entry { /* borrowed */
	const char *id, *name;
	const char *factor; /* "totp", "hotp", "fido2" */
	bool is_key;
	bool disabled;
};

size_t cardea_roster_count(const struct cardea_roster *roster);
struct cardea_roster_entry
cardea_roster_entry(const struct cardea_roster *roster, size_t index);

/* cardea_roster_find: index of the entry with this id or else this name; the
 * count if there is none. */
size_t cardea_roster_find(const struct cardea_roster *roster, const char *what);

/* cardea_roster_find_key: index into keys of the one with this public key, or
 * with this handle at this rp id; key_count if there is none. */
size_t cardea_roster_find_key(const struct cardea_roster *roster,
    const struct cardea_fido2_credential *credential);

/* cardea_roster_name: the word, else "WORD-2" and so on, which nothing has
 * yet. RANGE if the word leaves no room for that. */
CARDEA_MUST_USE enum cardea_status
cardea_roster_name(const struct cardea_roster *roster, const char *word,
    char ret_name[CARDEA_CREDENTIAL_MAX + 1]);

/* cardea_roster_add_token: RANGE with a diag if there are as many as there may
 * be, or the name is taken. CONFLICT: read again. */
CARDEA_MUST_USE enum cardea_status cardea_roster_add_token(
    struct cardea_store *store, const struct cardea_roster *roster,
    const struct cardea_otp_token *token, struct cardea_diag *diag);

/* cardea_roster_add_key: the same; RANGE too for a key that is there already.
 * A ticket (NULL: none) that led to it is deleted in the same commit. */
struct cardea_roster_ticket {
	const char *id;
	uint64_t version;
};
CARDEA_MUST_USE enum cardea_status cardea_roster_add_key(
    struct cardea_store *store, const struct cardea_roster *roster,
    const struct cardea_fido2_credential *credential,
    const struct cardea_roster_ticket *ticket, struct cardea_diag *diag);

/* cardea_roster_put_recovery: replaces the codes. */
CARDEA_MUST_USE enum cardea_status cardea_roster_put_recovery(
    struct cardea_store *store, const struct cardea_roster *roster,
    const struct cardea_recovery_set *set, struct cardea_diag *diag);

/* cardea_roster_remove: entries by bit (1 << index), and the codes. */
CARDEA_MUST_USE enum cardea_status cardea_roster_remove(
    struct cardea_store *store, const struct cardea_roster *roster,
    uint32_t entries, bool recovery, struct cardea_diag *diag);

/* cardea_roster_switch: one entry off or on. */
CARDEA_MUST_USE enum cardea_status cardea_roster_switch(
    struct cardea_store *store, const struct cardea_roster *roster,
    size_t index, bool disabled, struct cardea_diag *diag);

#endif
