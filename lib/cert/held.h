/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_HELD_H
#define CARDEA_CERT_HELD_H

#include "cert/inquiry.h"
#include "store/crypto.h"

/*
 * Certificates that held when a running watch asked last, by all that was asked
 * with them: a process for each of them in each round would be most of what it
 * does.  One that held by these very authorities and lists is not revoked by
 * them a moment later; whatever else came out is asked for again.
 */
#define CARDEA_CERT_HELD_SLOTS 4096

/* A newer one takes the place of an older one with the same slot, which is then
 * asked about once more.  The zero value remembers none.  Large: on the heap.
 */
struct cardea_cert_held {
	unsigned char slots[CARDEA_CERT_HELD_SLOTS][CARDEA_SHA256];
};

/* cardea_cert_held_name: a digest of everything that the verdict hangs on, the
 * time by quarters of an hour; false if none can be made. */
CARDEA_MUST_USE bool
cardea_cert_held_name(const struct cardea_cert_inquiry *inquiry,
    unsigned char ret_name[CARDEA_SHA256]);

/* of none (NULL) nothing is known, and nothing is kept */
bool cardea_cert_held_has(const struct cardea_cert_held *held,
    const unsigned char name[CARDEA_SHA256]);
void cardea_cert_held_add(
    struct cardea_cert_held *held, const unsigned char name[CARDEA_SHA256]);

#endif
