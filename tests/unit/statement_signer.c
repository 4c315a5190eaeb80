/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/base64.h"
#include "unit/statement_signer.h"

#define DAY_S 86400

EVP_PKEY *
signer_key(const char *kind)
{
	EVP_PKEY *key;

	if (strncmp(kind, "RSA", 3) == 0)
		key = EVP_PKEY_Q_keygen(
		    NULL, NULL, "RSA", (size_t)atoi(kind + 3));
	else if (strncmp(kind, "P-", 2) == 0)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
	else
		key = EVP_PKEY_Q_keygen(NULL, NULL, kind);
	assert_non_null(key);
	return key;
}

X509 *
signer_certificate(EVP_PKEY *key, const char *name)
{
	BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();
	X509 *certificate = X509_new();
	X509_NAME *subject;

	assert_non_null(certificate);
	assert_int_equal(X509_set_version(certificate, X509_VERSION_3), 1);
	assert_int_equal(
	    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 7), 1);
	assert_non_null(
	    ASN1_TIME_set(X509_getm_notBefore(certificate), SIGNED_AT - DAY_S));
	assert_non_null(
	    ASN1_TIME_set(X509_getm_notAfter(certificate), SIGNED_AT + DAY_S));
	subject = X509_get_subject_name(certificate);
	assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
			     (const unsigned char *)name, -1, -1, 0),
	    1);
	assert_int_equal(X509_set_issuer_name(certificate, subject), 1);
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	assert_int_equal(X509_add1_ext_i2d(certificate, NID_basic_constraints,
			     constraints, 1, X509V3_ADD_DEFAULT),
	    1);
	BASIC_CONSTRAINTS_free(constraints);
	assert_true(X509_sign(certificate, key,
			EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519
			    ? NULL
			    : EVP_sha256()) > 0);
	return certificate;
}

static void
append(BIO *bio, char *text)
{
	char *bytes;
	long len = BIO_get_mem_data(bio, &bytes);
	size_t at = strlen(text);

	assert_true(len > 0 && at + (size_t)len < 16384);
	memcpy(text + at, bytes, (size_t)len);
	text[at + (size_t)len] = '\0';
	BIO_free(bio);
}

void
signer_pem_key(EVP_PKEY *key, char *text)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
	append(bio, text);
}

void
signer_pem_certificate(X509 *certificate, char *text)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_int_equal(PEM_write_bio_X509(bio, certificate), 1);
	append(bio, text);
}

struct cardea_statement_keys *
signer_pin(const char *pem)
{
	const struct cardea_cert_bytes bytes = { (const unsigned char *)pem,
		strlen(pem) };
	struct cardea_statement_keys *keys = NULL;
	struct cardea_diag diag = { 0 };

	if (cardea_statement_keys_load(&bytes, &keys, &diag) != CARDEA_OK)
		fail_msg("not pinned: %s", diag.reason);
	return keys;
}

/* ---- signing ---- */

static size_t
sign(EVP_PKEY *key, const char *message, unsigned char *signature, size_t size)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool plain = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;

	assert_int_equal(EVP_DigestSignInit_ex(context, NULL,
			     plain ? NULL : "SHA256", NULL, NULL, key, NULL),
	    1);
	assert_int_equal(EVP_DigestSign(context, signature, &size,
			     (const unsigned char *)message, strlen(message)),
	    1);
	EVP_MD_CTX_free(context);
	return size;
}

/* RFC 7518, 3.4 */
static size_t
as_pair(unsigned char *signature, size_t len, int half)
{
	const unsigned char *at = signature;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)len);

	assert_non_null(pair);
	assert_int_equal(
	    BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, half), half);
	assert_int_equal(
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + half, half), half);
	ECDSA_SIG_free(pair);
	return 2 * (size_t)half;
}

static void
encode(const void *bytes, size_t len, char *text, size_t size)
{
	assert_int_equal(
	    cardea_base64_encode(CARDEA_BASE64_URL, bytes, len, text, size),
	    CARDEA_OK);
}

char *
signer_jws(EVP_PKEY *key, const char *header, const char *payload)
{
	size_t size = 4 * (strlen(header) + strlen(payload)) + 4096, len;
	char *text = calloc(1, size);
	unsigned char signature[1024];

	assert_non_null(text);
	encode(header, strlen(header), text, size);
	strcat(text, ".");
	encode(
	    payload, strlen(payload), text + strlen(text), size - strlen(text));
	len = sign(key, text, signature, sizeof(signature));
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
		len = as_pair(signature, len, (EVP_PKEY_get_bits(key) + 7) / 8);
	strcat(text, ".");
	encode(signature, len, text + strlen(text), size - strlen(text));
	return text;
}

unsigned char *
signer_cms(EVP_PKEY *key, X509 *certificate, const char *text,
    unsigned int flags, const char *digest, size_t *ret_len)
{
	BIO *content = BIO_new_mem_buf(text, -1);
	const EVP_MD *md = digest == NULL ? NULL : EVP_get_digestbyname(digest);
	CMS_ContentInfo *cms = CMS_sign(
	    NULL, NULL, NULL, content, flags | CMS_BINARY | CMS_PARTIAL);
	unsigned char *der = NULL;
	int len;

	assert_non_null(cms);
	assert_non_null(
	    CMS_add1_signer(cms, certificate, key, md, flags | CMS_BINARY));
	assert_int_equal(CMS_final(cms, content, NULL, flags | CMS_BINARY), 1);
	len = i2d_CMS_ContentInfo(cms, &der);
	assert_true(len > 0);
	CMS_ContentInfo_free(cms);
	BIO_free(content);
	*ret_len = (size_t)len;
	return der;
}
