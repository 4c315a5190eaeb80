/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_RESIDENT_H
#define RIG_KEY_RESIDENT_H

#include <stdbool.h>

#include "rig/key/credential.h"

struct state;

/*
 * Credentials that the key remembers, so that nobody need list them.  The file
 * resident in the state folder holds this structure.
 */
#define RESIDENTS_MAX 32
#define USER_ID_MAX 64

struct resident {
	unsigned char id[CREDENTIAL_ID_LEN];
	unsigned char rp_hash[HASH_LEN];
	unsigned char user_len;
	unsigned char user[USER_ID_MAX];
};

struct residents {
	unsigned char count;
	struct resident list[RESIDENTS_MAX];
};

void residents_load(struct residents *residents, const struct state *state);
void residents_clear(struct residents *residents, const struct state *state);

/* residents_add: in place of the one of the same user and relying party; false
 * if there is no room */
bool residents_add(struct residents *residents, const struct state *state,
    const struct credential *credential, const unsigned char rp_hash[HASH_LEN],
    struct slice user);

/* residents_find: the indices of a relying party's, the oldest first */
size_t residents_find(const struct residents *residents,
    const unsigned char rp_hash[HASH_LEN], size_t ret_indices[RESIDENTS_MAX]);

#endif
