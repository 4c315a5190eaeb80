/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rig/key/resident.h"
#include "rig/key/state.h"

void
residents_load(struct residents *residents, const struct state *state)
{
	size_t len = state_read(
	    state, "resident", residents, sizeof *residents);
	if (len != sizeof *residents || residents->count > RESIDENTS_MAX)
		residents->count = 0;
}

static void
save(const struct residents *residents, const struct state *state)
{
	state_write(state, "resident", residents, sizeof *residents);
}

void
residents_clear(struct residents *residents, const struct state *state)
{
	memset(residents, 0, sizeof *residents);
	save(residents, state);
}

/* The room of that user, or the next free one. */
static struct resident *
room_for(struct residents *residents, const unsigned char rp_hash[HASH_LEN],
    struct slice user)
{
	for (size_t i = 0; i < residents->count; i++) {
		struct resident *old = &residents->list[i];
		if (memcmp(old->rp_hash, rp_hash, HASH_LEN) == 0 &&
		    old->user_len == user.len &&
		    memcmp(old->user, user.bytes, user.len) == 0)
			return old;
	}
	if (residents->count == RESIDENTS_MAX)
		return NULL;
	return &residents->list[residents->count++];
}

bool
residents_add(struct residents *residents, const struct state *state,
    const struct credential *credential, const unsigned char rp_hash[HASH_LEN],
    struct slice user)
{
	if (user.len > USER_ID_MAX)
		return false;
	struct resident *room = room_for(residents, rp_hash, user);
	if (room == NULL)
		return false;
	memcpy(room->id, credential->id, CREDENTIAL_ID_LEN);
	memcpy(room->rp_hash, rp_hash, HASH_LEN);
	memcpy(room->user, user.bytes, user.len);
	room->user_len = (unsigned char)user.len;
	save(residents, state);
	return true;
}

size_t
residents_find(const struct residents *residents,
    const unsigned char rp_hash[HASH_LEN], size_t ret_indices[RESIDENTS_MAX])
{
	size_t count = 0;
	for (size_t i = 0; i < residents->count; i++) {
		if (memcmp(residents->list[i].rp_hash, rp_hash, HASH_LEN) == 0)
			ret_indices[count++] = i;
	}
	return count;
}
