/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_SOFTKEY_H
#define RIG_KEY_SOFTKEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rig/key/certificate.h"
#include "rig/key/hid.h"
#include "rig/key/pin.h"
#include "rig/key/resident.h"
#include "rig/key/state.h"

/*
 * The whole key, in the order in which a request passes through it:
 * transport.c (reports), hid.c (messages), ctap.c (CTAP2) or u2f.c, make.c,
 * assert.c and pin.c (the commands), touch.c (the person), authdata.c and
 * credential.c (the answer), mode.c and mangle.c (what is wrong with it).
 */

enum attestation {
	ATTESTATION_SELF, /* packed, by the credential's own key */
	ATTESTATION_X5C,  /* packed, with the certificate of the batch */
	ATTESTATION_U2F,  /* fido-u2f */
	ATTESTATION_NONE,
};

struct options {
	enum attestation attestation;
	bool u2f_only, fido2_only;
	bool finger; /* it has a fingerprint sensor */
	bool tokens; /* CTAP 2.1: the sensor unlocks a token, too */
	int touch_timeout_ms;
	unsigned int backup; /* the flags BE and BS */
	const char *maker;
	unsigned char aaguid[AAGUID_LEN];
	unsigned char certificate_aaguid[AAGUID_LEN];
};

/* What getNextAssertion goes on with. */
struct round {
	size_t count; /* credentials that are left */
	size_t left[RESIDENTS_MAX];
	unsigned char rp_hash[HASH_LEN], client_hash[HASH_LEN];
	unsigned int flags;
};

struct softkey {
	struct options options;
	struct state state;
	struct hid hid;
	unsigned char seed[HASH_LEN];
	struct certificates certificates;
	struct pin pin;
	struct residents residents;
	struct round round;
};

/* Each answers the request in hid. */
void ctap_serve(struct softkey *softkey);
void u2f_serve(struct softkey *softkey);

#endif
