/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_PIN_H
#define RIG_KEY_PIN_H

#include <stdbool.h>

#include "rig/key/crypto.h"
#include "rig/key/status.h"

struct softkey;
struct state;

/*
 * clientPIN with PIN/UV protocol one (CTAP2, 6.5): the PIN, its tries, and the
 * token that it unlocks; in a key of CTAP 2.1 the fingerprint unlocks it, too.
 */
#define PIN_TRIES 8
#define PIN_TRIES_AT_ONCE 3 /* then the key must be plugged in anew */
#define PIN_HASH_LEN 16
#define PIN_AUTH_LEN 16

struct pin {
	/* the file pin in the state folder */
	struct pin_record {
		unsigned char is_set, tries, hash[PIN_HASH_LEN];
	} record;
	/* until it is unplugged */
	unsigned int misses;
	EVP_PKEY *agreement;
	unsigned char token[HASH_LEN];
	bool touched; /* the finger that unlocked the token is a touch */
};

void pin_load(struct pin *pin, const struct state *state);
void pin_forget(struct pin *pin, const struct state *state);

/* pin_command: authenticatorClientPIN */
enum ctap_status pin_command(
    struct softkey *softkey, struct slice request, struct writer *answer);

/* pin_check_auth: was the hash of a request signed with the token? */
enum ctap_status pin_check_auth(struct softkey *softkey, struct slice auth,
    bool is_protocol_one, struct slice client_hash);

#endif
