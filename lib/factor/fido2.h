/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_FIDO2_H
#define CARDEA_FACTOR_FIDO2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>
#include <cardea/evidence.h>
#include <cardea/limits.h>

#include "factor/fido2_library.h"

/*
 * Security keys: what is enrolled of one, and the judgement of what it signed.
 * Two kinds of credential, one judgement: a CTAP credential (WebAuthn level 2,
 * section 4) and an OpenSSH "sk" key (PROTOCOL.u2f) sign the same bytes,
 *
 *   SHA-256(rp id) | flags | counter | extensions ... | SHA-256(client data)
 *
 * and an application ("ssh:") is an rp id.  Nothing here is secret.  Pure but
 * for the library (libfido2), which is loaded when the first rule asks for it.
 */

enum cardea_fido2_kind {
	CARDEA_FIDO2_NONE = 0,
	CARDEA_FIDO2_CTAP = 1, /* reached by its handle: FIDO2 or U2F */
	CARDEA_FIDO2_SSH = 2,  /* reached through ssh; has no handle here */
};

/* COSE algorithms (RFC 9053). */
enum cardea_fido2_algorithm {
	CARDEA_FIDO2_ALGORITHM_NONE = 0,
	CARDEA_FIDO2_ES256 = -7,
	CARDEA_FIDO2_EDDSA = -8,
	CARDEA_FIDO2_ES384 = -35,
	CARDEA_FIDO2_RS256 = -257,
};

#define CARDEA_FIDO2_MODEL 16 /* an AAGUID */
#define CARDEA_FIDO2_HASH 32

struct cardea_fido2_credential {
	char id[CARDEA_CREDENTIAL_MAX + 1];   /* ours: 16 hex digits */
	char name[CARDEA_CREDENTIAL_MAX + 1]; /* a person's word for it */
	enum cardea_fido2_kind kind;
	enum cardea_fido2_algorithm algorithm;
	/* ES256, ES384: x and y; EDDSA: 32 bytes; RS256: n (256), e (3) */
	size_t public_len;
	unsigned char public_key[CARDEA_KEY_PUBLIC_MAX];
	size_t handle_len; /* CTAP: the credential id */
	unsigned char handle[CARDEA_KEY_HANDLE_MAX];
	char rp_id[CARDEA_KEY_RP_MAX + 1]; /* or application, or U2F appId */
	unsigned char model[CARDEA_FIDO2_MODEL]; /* all zero: not known */
	uint32_t counter; /* the highest it has shown; 0: never one */
	bool resident;	  /* the key itself remembers it */
	bool demands_uv;  /* whatever the rule says */
	bool attested;	  /* its model was proved by a chain to our roots */
	bool backup_eligible, backed_up; /* WebAuthn level 3, 6.1.3 */
	bool disabled;
	int64_t created_s, used_s; /* 0: never used */
};

/* What a key signed. */
struct cardea_fido2_assertion {
	unsigned char client_hash[CARDEA_FIDO2_HASH];
	size_t auth_data_len;
	unsigned char auth_data[CARDEA_KEY_AUTHDATA_MAX]; /* raw, not CBOR */
	size_t signature_len;
	unsigned char signature[CARDEA_KEY_SIGNATURE_MAX]; /* DER for ES* */
};

enum cardea_fido2_why {
	CARDEA_FIDO2_WHY_NONE = 0,
	CARDEA_FIDO2_ACCEPTED,
	CARDEA_FIDO2_DISABLED,
	CARDEA_FIDO2_BAD_CREDENTIAL, /* a record no key can match */
	CARDEA_FIDO2_MALFORMED,	     /* authenticator data, to the last byte */
	CARDEA_FIDO2_FOREIGN_RP,
	CARDEA_FIDO2_NO_PRESENCE,
	CARDEA_FIDO2_NO_VERIFICATION, /* neither PIN nor fingerprint */
	CARDEA_FIDO2_WRONG_SIGNATURE,
	CARDEA_FIDO2_COUNTER,	  /* did not grow: there may be a clone (K07) */
	CARDEA_FIDO2_UNSUPPORTED, /* an algorithm that libfido2 has not */
	CARDEA_FIDO2_FAILED,
	CARDEA_FIDO2_WHY_COUNT,
};

struct cardea_fido2_verdict {
	enum cardea_result result;
	enum cardea_fido2_why why;
	/* set if the signature was right, whatever else was not */
	uint32_t counter;
	bool verified_user; /* flag UV */
	bool backup_eligible, backed_up;
};

/*
 * cardea_fido2_judge: presence is always demanded, user verification if need_uv
 * or the credential says so; both flags are read again after the signature was
 * right, from the very bytes that were signed (K01).  Authenticator data is 37
 * bytes, or longer by exactly one CBOR map of extensions if the flag says so;
 * attested data has no place in it (K08).  The counter must grow, but a key
 * that never had one may show 0 (K07).
 */
void cardea_fido2_judge(const struct cardea_fido2_library *library,
    const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion, bool need_uv,
    struct cardea_fido2_verdict *ret_verdict);

/* cardea_fido2_counter_grows: may shown follow stored? */
bool cardea_fido2_counter_grows(uint32_t stored, uint32_t shown);

/* cardea_fido2_is_of: is it the hash of this rp id? INTERNAL. */
CARDEA_MUST_USE enum cardea_status
cardea_fido2_is_of(const unsigned char hash[CARDEA_FIDO2_HASH],
    const char *rp_id, bool *ret_is);

/* cardea_fido2_check_credential: is every field what enrolment would write?
 * SYNTAX; VERSION for an algorithm that libfido2 has not. library may be NULL:
 * then that is not asked. */
CARDEA_MUST_USE enum cardea_status
cardea_fido2_check_credential(const struct cardea_fido2_library *library,
    const struct cardea_fido2_credential *credential, struct cardea_diag *diag);

const char *cardea_fido2_why_text(enum cardea_fido2_why why); /* for the log */
const char *
cardea_fido2_algorithm_text(enum cardea_fido2_algorithm algorithm); /* es256 */
enum cardea_fido2_algorithm cardea_fido2_algorithm_parse(const char *text);

#endif
