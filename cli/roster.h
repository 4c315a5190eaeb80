/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ROSTER_H
#define CARDEA_CLI_ROSTER_H

#include <cardea/store.h>

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
	uint64_t recovery_version; /* 0: no codes */
	struct cardea_recovery_set recovery;
};

/* cardea_roster_read: an unknown user has an empty roster. */
CARDEA_MUST_USE enum cardea_status
cardea_roster_read(struct cardea_store *store, const char *user,
    struct cardea_roster *ret_roster, struct cardea_diag *diag);
void cardea_roster_clear(struct cardea_roster *roster);

/* cardea_roster_find: index of the token with this id or else this name;
 * token_count if there is none. */
size_t cardea_roster_find(const struct cardea_roster *roster, const char *what);

/* cardea_roster_add: a new token. CONFLICT: read again. */
CARDEA_MUST_USE enum cardea_status cardea_roster_add(struct cardea_store *store,
    const struct cardea_roster *roster, const struct cardea_otp_token *token,
    struct cardea_diag *diag);

/* cardea_roster_put_recovery: replaces the codes. */
CARDEA_MUST_USE enum cardea_status cardea_roster_put_recovery(
    struct cardea_store *store, const struct cardea_roster *roster,
    const struct cardea_recovery_set *set, struct cardea_diag *diag);

/* cardea_roster_remove: tokens by bit (1 << index), and the codes. */
CARDEA_MUST_USE enum cardea_status cardea_roster_remove(
    struct cardea_store *store, const struct cardea_roster *roster,
    unsigned int tokens, bool recovery, struct cardea_diag *diag);

#endif
