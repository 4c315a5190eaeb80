/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_X509_FIXTURE_H
#define TESTS_UNIT_X509_FIXTURE_H

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "cert/x509.h"
#include "unit/test.h"

/*
 * Certificates made for one test: what is usual, but for what the test changes.
 * Everything lives until x509_drop.
 */
#define X509_NOW 1800000000 /* 2027-01-15 */
#define X509_DAY 86400

struct x509_change {
	int nid;
	const char *value; /* as in openssl's configuration; NULL: left out */
};

struct x509_recipe {
	const char *name; /* common name; NULL: an empty subject */
	bool is_authority;
	const char *key;    /* "P-256" (also NULL), "RSA:2048", "ED25519" ... */
	const char *digest; /* NULL: SHA256 */
	const char *serial; /* hex; NULL: of its own */
	int version;	    /* 0: 3 */
	int64_t from_s, to_s; /* 0: a day before and after now */
	size_t change_count;
	struct x509_change changes[8];
	struct x509_party *same_key; /* as this one's */
};

struct x509_party {
	X509 *certificate;
	EVP_PKEY *key;
	struct cardea_cert_bytes der;
};

/* x509_make: issuer NULL: it signs itself. */
struct x509_party *
x509_make(const struct x509_recipe *recipe, struct x509_party *issuer);
void x509_drop(void);

/* The same certificate, signed once more after it was changed. */
void x509_sign(
    struct x509_party *party, struct x509_party *issuer, const char *digest);

/* PEM of some, in static memory of its own each. */
struct cardea_cert_bytes
x509_pem_of(struct x509_party *const *parties, size_t count);

/* x509_prove: a signature as CARDEA_CERT_PROOF_SIGNATURE wants it; digest NULL:
 * the right one. */
struct cardea_cert_bytes x509_prove(struct x509_party *party,
    const struct cardea_cert_bytes *message, const char *digest);

#endif
