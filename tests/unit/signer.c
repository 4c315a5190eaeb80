/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "factor/authdata.h"
#include "factor/cose.h"
#include "store/crypto.h"
#include "unit/signer.h"
#include "unit/test.h"

#define FROM_S INT64_C(1704067200)  /* 2024-01-01 */
#define UNTIL_S INT64_C(4102444800) /* 2100-01-01 */

const unsigned char softkey_model[CARDEA_FIDO2_MODEL] = "softkey of tests";

/* Bytes that grow. */
struct writer {
	unsigned char bytes[CARDEA_KEY_STATEMENT_MAX + 4096];
	size_t len;
};

static void
put(struct writer *writer, const void *bytes, size_t len)
{
	assert_true(len <= sizeof(writer->bytes) - writer->len);
	if (len > 0)
		memcpy(writer->bytes + writer->len, bytes, len);
	writer->len += len;
}

static void
put_byte(struct writer *writer, unsigned int byte)
{
	unsigned char one = (unsigned char)byte;

	put(writer, &one, 1);
}

static void
put_head(struct writer *writer, enum cardea_cbor_kind kind, size_t number)
{
	unsigned int major = (unsigned int)kind << 5;

	assert_true(number < 65536);
	if (number < 24) {
		put_byte(writer, major | (unsigned int)number);
		return;
	}
	put_byte(writer, major | (number < 256 ? 24 : 25));
	if (number >= 256)
		put_byte(writer, (unsigned int)(number >> 8));
	put_byte(writer, (unsigned int)(number & 255));
}

static void
put_integer(struct writer *writer, int64_t number)
{
	if (number < 0)
		put_head(writer, CARDEA_CBOR_NEGATIVE, (size_t)(-1 - number));
	else
		put_head(writer, CARDEA_CBOR_UNSIGNED, (size_t)number);
}

static void
put_bytes(struct writer *writer, const void *bytes, size_t len)
{
	put_head(writer, CARDEA_CBOR_BYTES, len);
	put(writer, bytes, len);
}

static void
put_text(struct writer *writer, const char *text)
{
	put_head(writer, CARDEA_CBOR_TEXT, strlen(text));
	put(writer, text, strlen(text));
}

static EVP_PKEY *
new_pair(enum cardea_fido2_algorithm algorithm)
{
	switch (algorithm) {
	case CARDEA_FIDO2_ES256:
		return EVP_EC_gen("P-256");
	case CARDEA_FIDO2_ES384:
		return EVP_EC_gen("P-384");
	case CARDEA_FIDO2_EDDSA:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	case CARDEA_FIDO2_RS256:
		return EVP_RSA_gen(2048);
	case CARDEA_FIDO2_ALGORITHM_NONE:
		break;
	}
	return NULL;
}

struct softkey
softkey_new(enum cardea_fido2_algorithm algorithm)
{
	struct softkey key = { .pair = new_pair(algorithm) };
	struct cardea_fido2_credential *credential = &key.credential;
	unsigned char *der = NULL;
	int len;

	assert_non_null(key.pair);
	len = i2d_PUBKEY(key.pair, &der);
	assert_true(len > 0);
	assert_int_equal(
	    cardea_cose_read_spki(der, (size_t)len, credential, NULL),
	    CARDEA_OK);
	assert_int_equal(credential->algorithm, algorithm);
	OPENSSL_free(der);
	strcpy(credential->id, "0123456789abcdef");
	strcpy(credential->name, "blue key");
	strcpy(credential->rp_id, SOFTKEY_RP);
	credential->kind = CARDEA_FIDO2_CTAP;
	credential->handle_len = 32;
	memset(credential->handle, 0x68, 32);
	credential->created_s = FROM_S;
	return key;
}

void
softkey_free(struct softkey *key)
{
	EVP_PKEY_free(key->pair);
	*key = (struct softkey){ 0 };
}

static const char *
digest_of(enum cardea_fido2_algorithm algorithm)
{
	if (algorithm == CARDEA_FIDO2_EDDSA)
		return NULL;
	return algorithm == CARDEA_FIDO2_ES384 ? "SHA384" : "SHA256";
}

size_t
softkey_sign(EVP_PKEY *pair, enum cardea_fido2_algorithm algorithm,
    const unsigned char *bytes, size_t len,
    unsigned char signature[CARDEA_KEY_SIGNATURE_MAX])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t signature_len = CARDEA_KEY_SIGNATURE_MAX;

	assert_int_equal(EVP_DigestSignInit_ex(context, NULL,
			     digest_of(algorithm), NULL, NULL, pair, NULL),
	    1);
	assert_int_equal(
	    EVP_DigestSign(context, signature, &signature_len, bytes, len), 1);
	EVP_MD_CTX_free(context);
	return signature_len;
}

static void
hash(const char *text, unsigned char digest[CARDEA_FIDO2_HASH])
{
	assert_int_equal(
	    cardea_crypto_sha256(text, strlen(text), digest), CARDEA_OK);
}

/* The 37 bytes that all authenticator data begin with. */
static void
put_front(struct writer *writer, const char *rp_id, unsigned int flags,
    uint32_t counter)
{
	unsigned char digest[CARDEA_FIDO2_HASH];

	hash(rp_id, digest);
	put(writer, digest, sizeof(digest));
	put_byte(writer, flags);
	for (unsigned int shift = 32; shift > 0; shift -= 8)
		put_byte(writer, counter >> (shift - 8) & 255);
}

struct cardea_fido2_assertion
softkey_assert(const struct softkey *key, unsigned int flags, uint32_t counter,
    const void *tail, size_t tail_len)
{
	struct cardea_fido2_assertion assertion = { 0 };
	struct writer writer = { .len = 0 };

	put_front(&writer, key->credential.rp_id, flags, counter);
	put(&writer, tail, tail_len);
	assertion.auth_data_len = writer.len;
	memcpy(assertion.auth_data, writer.bytes, writer.len);
	hash("challenge", assertion.client_hash);
	put(&writer, assertion.client_hash, CARDEA_FIDO2_HASH);
	assertion.signature_len = softkey_sign(key->pair,
	    key->credential.algorithm, writer.bytes, writer.len,
	    assertion.signature);
	return assertion;
}

static void
put_cose(
    struct writer *writer, const struct cardea_fido2_credential *credential)
{
	const unsigned char *key = credential->public_key;
	size_t half = credential->public_len / 2;

	switch (credential->algorithm) {
	case CARDEA_FIDO2_ES256:
	case CARDEA_FIDO2_ES384:
		put(writer, "\xa5\x01\x02\x03", 4);
		put_integer(writer, (int64_t)credential->algorithm);
		put_integer(writer, -1);
		put_integer(writer,
		    credential->algorithm == CARDEA_FIDO2_ES256 ? 1 : 2);
		put_integer(writer, -2);
		put_bytes(writer, key, half);
		put_integer(writer, -3);
		put_bytes(writer, key + half, half);
		return;
	case CARDEA_FIDO2_EDDSA:
		put(writer, "\xa4\x01\x01\x03\x27\x20\x06\x21", 8);
		put_bytes(writer, key, 32);
		return;
	case CARDEA_FIDO2_RS256:
		put(writer, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
		put_bytes(writer, key, 256);
		put_integer(writer, -2);
		put_bytes(writer, key + 256, 3);
		return;
	case CARDEA_FIDO2_ALGORITHM_NONE:
		break;
	}
	fail();
}

static void
put_auth_data(struct writer *writer, const struct softkey *key,
    const struct softkey_make *make)
{
	const struct cardea_fido2_credential *credential = &key->credential;
	unsigned int flags = make->flags;

	if (flags == 0)
		flags = CARDEA_AUTHDATA_UP | CARDEA_AUTHDATA_UV |
		    CARDEA_AUTHDATA_AT;
	if (make->extensions_len > 0)
		flags |= CARDEA_AUTHDATA_ED;
	put_front(writer, credential->rp_id, flags, 7);
	put(writer, softkey_model, CARDEA_FIDO2_MODEL);
	put_byte(writer, (unsigned int)(credential->handle_len >> 8));
	put_byte(writer, (unsigned int)(credential->handle_len & 255));
	put(writer, credential->handle, credential->handle_len);
	put_cose(writer, credential);
	put(writer, make->extensions, make->extensions_len);
}

/* What U2F signs instead (WebAuthn level 2, 8.6). */
static void
put_u2f_message(struct writer *writer, const struct softkey *key,
    const struct cardea_fido2_registration *registration)
{
	put_byte(writer, 0);
	put(writer, registration->auth_data, CARDEA_FIDO2_HASH);
	put(writer, registration->client_hash, CARDEA_FIDO2_HASH);
	put(writer, key->credential.handle, key->credential.handle_len);
	put_byte(writer, 4);
	put(writer, key->credential.public_key, key->credential.public_len);
}

static void
put_chain(struct writer *writer, const struct softcert *const *chain)
{
	size_t count = 0;

	while (chain[count] != NULL)
		count++;
	put_text(writer, "x5c");
	put_head(writer, CARDEA_CBOR_ARRAY, count);
	for (size_t i = 0; i < count; i++) {
		unsigned char *der = NULL;
		int len = i2d_X509(chain[i]->certificate, &der);

		assert_true(len > 0);
		put_bytes(writer, der, (size_t)len);
		OPENSSL_free(der);
	}
}

static void
put_statement(struct writer *writer, const struct softkey *key,
    const struct softkey_make *make,
    const struct cardea_fido2_registration *registration)
{
	bool u2f = strcmp(registration->format, "fido-u2f") == 0;
	bool chained = make->chain[0] != NULL;
	enum cardea_fido2_algorithm algorithm = chained
	    ? CARDEA_FIDO2_ES256
	    : key->credential.algorithm;
	unsigned char signature[CARDEA_KEY_SIGNATURE_MAX];
	struct writer message = { .len = 0 };

	if (u2f) {
		put_u2f_message(&message, key, registration);
	} else {
		put(&message, registration->auth_data,
		    registration->auth_data_len);
		put(&message, registration->client_hash, CARDEA_FIDO2_HASH);
	}
	put_head(
	    writer, CARDEA_CBOR_MAP, 1 + (u2f ? 0u : 1u) + (chained ? 1u : 0u));
	if (!u2f) {
		put_text(writer, "alg");
		put_integer(writer,
		    (int64_t)(make->named != 0 ? make->named : algorithm));
	}
	put_text(writer, "sig");
	put_bytes(writer, signature,
	    softkey_sign(chained ? make->chain[0]->pair : key->pair, algorithm,
		message.bytes, message.len, signature));
	if (chained)
		put_chain(writer, make->chain);
}

struct cardea_fido2_registration
softkey_register(const struct softkey *key, const struct softkey_make *make)
{
	struct cardea_fido2_registration registration = { 0 };
	struct writer writer = { .len = 0 };

	hash("challenge", registration.client_hash);
	strcpy(registration.rp_id, key->credential.rp_id);
	strcpy(registration.format, make->format ? make->format : "packed");
	put_auth_data(&writer, key, make);
	registration.auth_data_len = writer.len;
	memcpy(registration.auth_data, writer.bytes, writer.len);
	writer.len = 0;
	if (make->bare)
		put_head(&writer, CARDEA_CBOR_MAP, 0);
	else
		put_statement(&writer, key, make, &registration);
	assert_true(writer.len <= sizeof(registration.statement));
	registration.statement_len = writer.len;
	memcpy(registration.statement, writer.bytes, writer.len);
	return registration;
}

static void
add_name(X509_NAME *name, const char *field, const char *text)
{
	if (text[0] == '\0')
		return;
	assert_int_equal(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
			     (const unsigned char *)text, -1, -1, 0),
	    1);
}

static void
add_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = nid == NID_undef
	    ? X509V3_EXT_conf(NULL, NULL, "1.3.6.1.4.1.45724.1.1.4", value)
	    : X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static void
set_times(X509 *certificate, const struct softcert_make *make)
{
	int64_t from_s = make->from_s != 0 ? make->from_s : FROM_S;
	int64_t until_s = make->until_s != 0 ? make->until_s : UNTIL_S;

	ASN1_TIME_set(X509_getm_notBefore(certificate), (time_t)from_s);
	ASN1_TIME_set(X509_getm_notAfter(certificate), (time_t)until_s);
}

struct softcert
softcert_new(const struct softcert_make *make)
{
	struct softcert cert = {
		.pair = EVP_EC_gen(make->curve ? make->curve : "P-256"),
		.certificate = X509_new(),
	};
	const struct softcert *issuer = make->issuer ? make->issuer : &cert;
	const char *unit = make->unit ? make->unit
				      : "Authenticator Attestation";
	const char *constraints = make->constraints ? make->constraints
						    : "CA:FALSE";
	X509_NAME *name = X509_get_subject_name(cert.certificate);
	static long serial;

	assert_non_null(cert.pair);
	X509_set_version(cert.certificate,
	    make->version != 0 ? make->version - 1 : X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(cert.certificate), ++serial);
	add_name(name, "C", "AA");
	add_name(name, "O", "Softkeys");
	add_name(name, "OU", unit);
	add_name(name, "CN", make->common_name ? make->common_name : "key");
	X509_set_issuer_name(
	    cert.certificate, X509_get_subject_name(issuer->certificate));
	set_times(cert.certificate, make);
	X509_set_pubkey(cert.certificate, cert.pair);
	if (constraints[0] != '\0')
		add_extension(
		    cert.certificate, NID_basic_constraints, constraints);
	if (make->aaguid != NULL)
		add_extension(cert.certificate, NID_undef, make->aaguid);
	assert_true(
	    X509_sign(cert.certificate, issuer->pair, EVP_sha256()) > 0);
	return cert;
}

void
softcert_free(struct softcert *cert)
{
	EVP_PKEY_free(cert->pair);
	X509_free(cert->certificate);
	*cert = (struct softcert){ 0 };
}

void
softcert_write(
    const char *path, const struct softcert *const *certs, size_t count)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	assert_non_null(file);
	fputs("What stands between certificates is no matter.\n", file);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
		    PEM_write_X509(file, certs[i]->certificate), 1);
	assert_int_equal(fclose(file), 0);
}
