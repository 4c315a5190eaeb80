/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_EVIDENCE_H
#define CARDEA_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/limits.h>
#include <cardea/status.h>

/*
 * Evidence: the record that one verification leaves.  Plain values, no
 * pointers, no secrets.  Evidence about another subject, of another
 * transaction or of an unknown version is no evidence (invariant 5); the
 * reader checks, so the writer cannot forget.
 */

enum cardea_factor {
	CARDEA_FACTOR_NONE = 0,
	CARDEA_FACTOR_PASSWORD,
	CARDEA_FACTOR_TOTP,
	CARDEA_FACTOR_HOTP,
	CARDEA_FACTOR_RECOVERY,
	CARDEA_FACTOR_FIDO2,
	CARDEA_FACTOR_DEVICE,
	CARDEA_FACTOR_SSHKEY,
	CARDEA_FACTOR_SSHCERT,
	CARDEA_FACTOR_COUNT, /* not a factor */
};

/* What a factor found.  Far apart in bits, so that one flipped bit does not
 * turn a no into a yes (V26); anything not listed here means none. */
enum cardea_result {
	CARDEA_RESULT_NONE = 0,		     /* nothing was checked */
	CARDEA_RESULT_ABSENT = 0x1be24d87,   /* not enrolled, or not offered */
	CARDEA_RESULT_REFUSED = 0x2d71e2d8,  /* checked, and wrong */
	CARDEA_RESULT_BROKEN = 0x4e93391e,   /* could not be checked */
	CARDEA_RESULT_VERIFIED = 0x72c5a6a5, /* checked, and right */
};

struct cardea_quality {
	char key[CARDEA_QUALIFIER_KEY_MAX + 1];
	char value[CARDEA_QUALIFIER_VALUE_MAX + 1]; /* "" for a bare word */
};

#define CARDEA_EVIDENCE_VERSION 1u

struct cardea_evidence {
	uint32_t version; /* CARDEA_EVIDENCE_VERSION */
	enum cardea_factor factor;
	enum cardea_result result;
	char subject[CARDEA_NAME_MAX + 1];
	char txn[CARDEA_TXN_MAX + 1];
	char credential[CARDEA_CREDENTIAL_MAX + 1]; /* which token or key */
	int64_t time_s;
	bool remembered; /* from the ledger of proofs, not shown now */
	uint32_t shown; /* the certificate that it rests on, by its number among
			   those kept beside it; 0: on none */
	size_t quality_count;
	struct cardea_quality qualities[CARDEA_QUALITIES_MAX];
};

struct cardea_evidence_set {
	char txn[CARDEA_TXN_MAX + 1]; /* the transaction all items must name */
	size_t count;
	struct cardea_evidence items[CARDEA_EVIDENCE_MAX];
};

/* cardea_evidence_add: CARDEA_E_RANGE if full; CARDEA_E_INTERNAL for
 * evidence of an unknown version or another transaction. */
CARDEA_MUST_USE enum cardea_status cardea_evidence_add(
    struct cardea_evidence_set *set, const struct cardea_evidence *evidence);

/* cardea_evidence_result: what the set holds on a factor of a subject whose
 * qualities include all those demanded.  VERIFIED if any item verified it;
 * else the last item's result; NONE if nothing is there.  An item that is
 * verified but lacks a demanded quality says nothing about the demand: another
 * proof may still have it (a touch with the PIN after one without). */
enum cardea_result cardea_evidence_result(const struct cardea_evidence_set *set,
    const char *subject, enum cardea_factor factor,
    const struct cardea_quality *demanded, size_t demanded_count);

/* cardea_factor_shows_person: does it take the person to show it?  A code, or a
 * touch of a key.  A device shows itself; what sshd or the stack says of a
 * password or a key is their word. */
bool cardea_factor_shows_person(enum cardea_factor factor);

/* cardea_evidence_shows_person: has the subject shown one of those now?  What
 * is remembered does not count. */
bool cardea_evidence_shows_person(
    const struct cardea_evidence_set *set, const char *subject);

/* names as the policy and the log write them; "none" for what is no factor */
const char *cardea_factor_text(enum cardea_factor factor);
enum cardea_factor cardea_factor_parse(const char *text); /* NONE if unknown */
const char *cardea_result_text(enum cardea_result result);

#endif
