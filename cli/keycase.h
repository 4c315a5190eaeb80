/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_KEYCASE_H
#define CARDEA_CLI_KEYCASE_H

#include "cli/octets.h"
#include "factor/attestation.h"

/*
 * One case of `cardea test fido2`: read from JSON, and judged by the very
 * functions that judge logins and enrolments.
 */
struct cardea_keycase {
	enum cardea_result result;
	const char *why; /* one word, constant */
	bool has_data;	 /* the authenticator data could be read */
	unsigned int flags;
	uint32_t counter;
	enum cardea_fido2_algorithm algorithm; /* NONE: not known */
	bool has_attestation;
	struct cardea_attestation attestation;
};

/* Both: OK with a result in the zeroed ret_case, and a diag that may tell more
 * of it; SYNTAX for what is no question; INTERNAL, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_keycase_assertion(const struct cardea_octets *octets,
    struct cardea_keycase *ret_case, struct cardea_diag *diag);
CARDEA_MUST_USE enum cardea_status
cardea_keycase_attestation(const struct cardea_octets *octets,
    struct cardea_keycase *ret_case, struct cardea_diag *diag);

/* For the two of them: the result; OK, so that a function can end with it. */
enum cardea_status cardea_keycase_settle(
    struct cardea_keycase *outcome, enum cardea_result result, const char *why);

/* ... and what the authenticator data say, if they can be read. */
void cardea_keycase_note(struct cardea_keycase *outcome,
    const unsigned char *auth_data, size_t len, bool attested);

#endif
