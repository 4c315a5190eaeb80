/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_AUTHDATA_H
#define CARDEA_FACTOR_AUTHDATA_H

#include "factor/cbor.h"
#include "factor/fido2.h"

/*
 * Authenticator data (WebAuthn level 2, 6.1), taken apart to the last byte:
 *
 *   SHA-256(rp id) | flags | counter | attested data? | extensions?
 *
 * Pure; borrows its input.
 */
#define CARDEA_AUTHDATA_MIN 37

enum cardea_authdata_flag {
	CARDEA_AUTHDATA_UP = 0x01, /* user present */
	CARDEA_AUTHDATA_UV = 0x04, /* user verified */
	CARDEA_AUTHDATA_BE = 0x08, /* may be backed up (level 3, 6.1.3) */
	CARDEA_AUTHDATA_BS = 0x10, /* is backed up */
	CARDEA_AUTHDATA_AT = 0x40, /* attested data follow */
	CARDEA_AUTHDATA_ED = 0x80, /* extensions follow */
};

struct cardea_authdata {
	const unsigned char *rp_hash; /* CARDEA_FIDO2_HASH bytes */
	unsigned int flags;
	uint32_t counter;
	/* attested data */
	const unsigned char *model; /* CARDEA_FIDO2_MODEL bytes */
	struct cardea_cbor_span handle;
	struct cardea_cbor_span key;	    /* a COSE_Key */
	struct cardea_cbor_span extensions; /* a map; len 0: none */
};

/* cardea_authdata_read: SYNTAX unless bytes are authenticator data from end to
 * end, with attested data exactly if attested, and extensions exactly if the
 * flag says so (K08). */
CARDEA_MUST_USE enum cardea_status
cardea_authdata_read(const unsigned char *bytes, size_t len, bool attested,
    struct cardea_authdata *ret_data);

#endif
