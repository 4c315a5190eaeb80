/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_FIDO2_LIBRARY_H
#define CARDEA_FACTOR_FIDO2_LIBRARY_H

#include <stdbool.h>

#include <cardea/diag.h>
#include <cardea/status.h>

/*
 * libfido2 (and libcbor, and OpenSSL's X.509) behind one table of functions,
 * in a shared object of our own that is loaded by whoever needs it: a login
 * whose rule asks for no security key never maps them.
 */
struct cardea_fido2_credential;
struct cardea_fido2_assertion;
struct cardea_fido2_registration;
struct cardea_attestation;

#define CARDEA_FIDO2_LIBRARY_VERSION 1u

struct cardea_fido2_library {
	unsigned int version; /* CARDEA_FIDO2_LIBRARY_VERSION */

	/* OK: the signature is right, the flags are as they must be: presence,
	 * and user verification if the credential demands it. CORRUPT: it is
	 * not. SYNTAX: there is no such public key. VERSION: libfido2 has not
	 * this algorithm. INTERNAL, MEMORY: nothing is known. */
	enum cardea_status (*verify)(
	    const struct cardea_fido2_credential *credential,
	    const struct cardea_fido2_assertion *assertion);

	/* takes an attestation apart and verifies its signature and, against
	 * roots_path if that is not NULL, its chain: attestation.h */
	enum cardea_status (*attest)(
	    const struct cardea_fido2_registration *registration,
	    const char *roots_path, struct cardea_attestation *ret_attestation,
	    struct cardea_diag *diag);

	/* does this libfido2 have the algorithm? */
	bool (*has_algorithm)(int algorithm);
};

/* cardea_fido2_library_load: from the one path where it is installed; the
 * table lives as long as the process. MISSING, VERSION, IO with a diag. */
CARDEA_MUST_USE enum cardea_status cardea_fido2_library_load(
    const struct cardea_fido2_library **ret_library, struct cardea_diag *diag);

#endif
