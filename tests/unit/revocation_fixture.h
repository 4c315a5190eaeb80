/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_REVOCATION_FIXTURE_H
#define TESTS_UNIT_REVOCATION_FIXTURE_H

#include <openssl/x509.h>

#include "cert/revocation.h"

/*
 * A path that is verified with revocation and nothing else of ours, as
 * cert/revocation.h says that its caller does it.
 */
struct verifying {
	struct cardea_authority authority;
	struct cardea_cert_trust trust;
	struct cardea_cert_question question;
	const X509 *anchor, *leaf;
	const X509 *between[4];
	size_t between_count;
	bool plain; /* without the callback: nothing is tolerated */
};

struct verified {
	enum cardea_status armed;
	int error; /* of OpenSSL, if that was its end */
	struct cardea_cert_verdict verdict;
};

struct verified verify_path(struct verifying *verifying);

/* The index of a list in DER, made without the demand for a number; freed by
 * the caller.  MISSING where the list can be read, and nobody signed it. */
enum cardea_status index_list(const struct cardea_cert_bytes *list,
    const struct cardea_cert_bytes *issuers, size_t count,
    struct cardea_cert_bytes *ret_index);

#endif
