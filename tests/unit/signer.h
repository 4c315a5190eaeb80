/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SIGNER_H
#define TESTS_UNIT_SIGNER_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "factor/attestation.h"

/*
 * A security key for tests, without transport: makes assertions and
 * registrations, sound ones or with one thing wrong.  Whatever fails here ends
 * the test.
 */
#define SOFTKEY_RP "login.example.org"

struct softkey {
	EVP_PKEY *pair;
	struct cardea_fido2_credential credential;
};

/* softkey_new: a fresh pair; the credential is what enrolment would store. */
struct softkey softkey_new(enum cardea_fido2_algorithm algorithm);
void softkey_free(struct softkey *key);

/* softkey_sign: as the algorithm does, over bytes. */
size_t softkey_sign(EVP_PKEY *pair, enum cardea_fido2_algorithm algorithm,
    const unsigned char *bytes, size_t len,
    unsigned char signature[CARDEA_KEY_SIGNATURE_MAX]);

/* softkey_assert: authenticator data of these flags, this counter, and tail
 * behind them; the client hash is that of "challenge". */
struct cardea_fido2_assertion softkey_assert(const struct softkey *key,
    unsigned int flags, uint32_t counter, const void *tail, size_t tail_len);

/* A certificate, and who signs it; NULL issuer: it signs itself. */
struct softcert {
	EVP_PKEY *pair;
	X509 *certificate;
};

struct softcert_make {
	const struct softcert *issuer;
	const char *curve; /* NULL: P-256 */
	long version;	   /* as people count, from 1; 0: 3 */
	const char *common_name;
	const char *unit; /* NULL: "Authenticator Attestation"; "": none */
	const char *constraints; /* NULL: "CA:FALSE"; "": none */
	const char *aaguid;	 /* DER: or "critical,DER:"; NULL: none */
	int64_t from_s, until_s; /* 0: 2024, 2100 */
};

struct softcert softcert_new(const struct softcert_make *make);
void softcert_free(struct softcert *cert);
/* softcert_write: these in PEM, into a file of mode 0644 */
void softcert_write(
    const char *path, const struct softcert *const *certs, size_t count);

/* How a registration is made. */
struct softkey_make {
	const char *format; /* NULL: "packed" */
	unsigned int flags; /* 0: UP, UV and AT */
	const void *extensions;
	size_t extensions_len;
	enum cardea_fido2_algorithm named; /* in the statement; 0: the real */
	const struct softcert *chain[CARDEA_KEY_CHAIN_MAX + 1]; /* NULL ends */
	bool bare; /* "none", with an empty statement */
};

struct cardea_fido2_registration
softkey_register(const struct softkey *key, const struct softkey_make *make);

/* the AAGUID of every softkey */
extern const unsigned char softkey_model[CARDEA_FIDO2_MODEL];

#endif
