/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_ATTESTATION_H
#define CARDEA_FACTOR_ATTESTATION_H

#include "factor/fido2.h"

/*
 * A new credential, as a key hands it over, and what its attestation proves
 * (WebAuthn level 2, sections 6.5 and 8).  Formats: "packed" with a chain,
 * "packed" by the credential's own key (self), "fido-u2f", "none".  Every other
 * format is refused.
 */

struct cardea_fido2_registration {
	unsigned char client_hash[CARDEA_FIDO2_HASH];
	char rp_id[CARDEA_KEY_RP_MAX + 1];
	char format[32]; /* "packed", "fido-u2f", "none" */
	size_t auth_data_len;
	unsigned char auth_data[CARDEA_KEY_REGISTRATION_MAX]; /* raw */
	size_t statement_len;
	unsigned char statement[CARDEA_KEY_STATEMENT_MAX]; /* CBOR attStmt */
};

enum cardea_attestation_kind {
	CARDEA_ATTESTATION_NONE = 0,  /* nothing proved: "none" */
	CARDEA_ATTESTATION_SELF,      /* by the credential's own key */
	CARDEA_ATTESTATION_UNCHAINED, /* by a key whose chain ends nowhere */
	CARDEA_ATTESTATION_CHAINED, /* by a chain to one of the pinned roots */
};

/*
 * What attest() found. The credential has no id, name or times yet.  What no
 * signature covers is not believed: a "fido-u2f" registration proves no model,
 * no user verification and no backup flags, and "none" proves nothing at all,
 * so of it only what the key claims is told.
 */
struct cardea_attestation {
	enum cardea_attestation_kind kind;
	char unchained[128]; /* UNCHAINED: why, for people */
	bool verified_user;
	struct cardea_fido2_credential credential;
};

/* What is accepted at enrolment. */
struct cardea_attestation_rules {
	bool need_chain;	/* kind CHAINED, nothing less */
	bool need_uv;		/* the key must have verified the user */
	const char *roots_path; /* PEM, root's own; NULL: no roots */
	size_t allow_count, deny_count;
	const unsigned char (*allow)[CARDEA_FIDO2_MODEL]; /* empty: all */
	const unsigned char (*deny)[CARDEA_FIDO2_MODEL];
};

/* cardea_attestation_judge: OK with a credential that may be stored (attested
 * is true for CHAINED; an allow list believes a model only if it is).  Any
 * other status with a diag that says what was wrong: SYNTAX malformed, CORRUPT
 * a signature or hash, UNSAFE against the rules, VERSION an algorithm or format
 * that is not supported. */
CARDEA_MUST_USE enum cardea_status
cardea_attestation_judge(const struct cardea_fido2_library *library,
    const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules,
    struct cardea_attestation *ret_attestation, struct cardea_diag *diag);

/* cardea_attestation_unpack: format, auth_data and statement from an
 * attestation object as browsers and libraries hand it on (CBOR; 6.5.4); the
 * rest of the registration stays as it is.  SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_attestation_unpack(const unsigned char *bytes, size_t len,
    struct cardea_fido2_registration *registration, struct cardea_diag *diag);

const char *cardea_attestation_text(enum cardea_attestation_kind kind);

#endif
