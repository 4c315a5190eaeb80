/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/cms.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>

#include "base/base64.h"
#include "unit/statement_signer.h"

/* Who signed it: JWS of the RFCs, CMS of our own making, and what is refused.
 */

static char *
vector(const char *name)
{
	char path[512];
	FILE *file;
	char *text = calloc(1, 8192);

	assert_non_null(text);
	snprintf(path, sizeof(path), "%s/jws-rfc/%s", TEST_VECTORS, name);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_true(fread(text, 1, 8191, file) > 0);
	fclose(file);
	return text;
}

/* Verifies a compact JWS as the caller of this unit would. */
static enum cardea_status
verify(const struct cardea_statement_keys *keys,
    enum cardea_statement_algorithm algorithm, const char *jws, char *signer)
{
	const char *last = strrchr(jws, '.');
	unsigned char bytes[1024];
	const struct cardea_cert_bytes message = { (const unsigned char *)jws,
		(size_t)(last - jws) };
	struct cardea_cert_bytes signature = { .data = bytes };

	assert_int_equal(
	    cardea_base64_decode(CARDEA_BASE64_URL, last + 1, strlen(last + 1),
		bytes, sizeof(bytes), &signature.len),
	    CARDEA_OK);
	return cardea_statement_verify(
	    keys, algorithm, &message, &signature, SIGNED_AT, signer, NULL);
}

static const struct {
	const char *name;
	enum cardea_statement_algorithm algorithm;
	size_t signature_len;
} examples[] = {
	{ "rfc7515-a2", CARDEA_STATEMENT_RS256, 256 },
	{ "rfc7515-a3", CARDEA_STATEMENT_ES256, 64 },
	{ "rfc8037-a4", CARDEA_STATEMENT_EDDSA, 64 },
};
#define EXAMPLES (sizeof(examples) / sizeof(examples[0]))

static void
the_examples_of_the_rfcs_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++) {
		char file[64], signer[CARDEA_CERT_NAME_MAX + 1] = "";
		struct cardea_statement_keys *keys;
		char *pem, *jws;

		snprintf(file, sizeof(file), "%s.pem", examples[i].name);
		pem = vector(file);
		snprintf(file, sizeof(file), "%s.jws", examples[i].name);
		jws = vector(file);
		keys = signer_pin(pem);
		assert_int_equal(
		    verify(keys, examples[i].algorithm, jws, signer),
		    CARDEA_OK);
		assert_memory_equal(signer, "SHA256:", 7);
		/* each by its own algorithm alone */
		for (int other = 0; other < 4; other++) {
			if ((enum cardea_statement_algorithm)other ==
			    examples[i].algorithm)
				continue;
			assert_int_equal(
			    verify(keys, (enum cardea_statement_algorithm)other,
				jws, signer),
			    CARDEA_E_UNSAFE);
		}
		cardea_statement_keys_free(keys);
		free(pem);
		free(jws);
	}
}

static void
and_no_changed_bit_of_them_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXAMPLES; i++) {
		char file[64], signer[CARDEA_CERT_NAME_MAX + 1] = "nobody";
		struct cardea_statement_keys *keys;
		char *pem, *jws, *last;

		snprintf(file, sizeof(file), "%s.pem", examples[i].name);
		pem = vector(file);
		snprintf(file, sizeof(file), "%s.jws", examples[i].name);
		jws = vector(file);
		last = strrchr(jws, '.');
		keys = signer_pin(pem);
		for (char *at = jws; *at != '\0'; at++) {
			char was = *at;

			/* a last character has bits that must be zero */
			if (at == last || at[1] == '\0' || at == last - 1)
				continue;
			*at = was == 'A' ? 'B' : 'A';
			assert_int_equal(
			    verify(keys, examples[i].algorithm, jws, signer),
			    CARDEA_E_UNSAFE);
			*at = was;
		}
		assert_string_equal(signer, "nobody");
		cardea_statement_keys_free(keys);
		free(pem);
		free(jws);
	}
}

/* CVE-2022-21449 of another library: r and s of zero fit every message. */
static void
signatures_of_nothing_are_none(void **state)
{
	static const unsigned char zero[256],
	    ones[256] = { [31] = 1, [63] = 1 };
	const struct cardea_cert_bytes message = { (const unsigned char *)"a.b",
		3 };
	EVP_PKEY *key = signer_key("P-256");
	char pem[16384] = "", signer[CARDEA_CERT_NAME_MAX + 1];
	struct cardea_statement_keys *keys;

	(void)state;
	signer_pem_key(key, pem);
	keys = signer_pin(pem);
	for (size_t len = 0; len <= 256; len++) {
		const struct cardea_cert_bytes all[] = { { zero, len },
			{ ones, len } };

		for (size_t i = 0; i < 2; i++)
			assert_int_equal(cardea_statement_verify(keys,
					     CARDEA_STATEMENT_ES256, &message,
					     &all[i], SIGNED_AT, signer, NULL),
			    CARDEA_E_UNSAFE);
	}
	cardea_statement_keys_free(keys);
	EVP_PKEY_free(key);
}

static void
names_of_algorithms_are_exact(void **state)
{
	static const char *const none[] = { "", "none", "None", "HS256",
		"HS512", "RS384", "PS256", "ES384", "ES256K", "es256", "EDDSA",
		"RS256 ", "ES256\n" };

	(void)state;
	assert_int_equal(
	    cardea_statement_algorithm_parse("ES256"), CARDEA_STATEMENT_ES256);
	assert_int_equal(
	    cardea_statement_algorithm_parse("EdDSA"), CARDEA_STATEMENT_EDDSA);
	assert_int_equal(
	    cardea_statement_algorithm_parse("RS256"), CARDEA_STATEMENT_RS256);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(cardea_statement_algorithm_parse(none[i]),
		    CARDEA_STATEMENT_NONE);
}

/* ---- what may be pinned ---- */

static void
expect_no_keys(const char *pem, enum cardea_status status, const char *reason)
{
	const struct cardea_cert_bytes bytes = { (const unsigned char *)pem,
		strlen(pem) };
	struct cardea_statement_keys *keys = NULL;
	struct cardea_diag diag = { 0 };

	assert_int_equal(
	    cardea_statement_keys_load(&bytes, &keys, &diag), status);
	if (strstr(diag.reason, reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", diag.reason, reason);
	assert_null(keys);
}

static void
weak_broken_and_private_keys_cannot_be_pinned(void **state)
{
	EVP_PKEY *weak = signer_key("RSA1024"), *key = signer_key("P-256");
	char pem[16384] = "", many[16384] = "";
	BIO *bio;
	char *text;
	long len;

	(void)state;
	expect_no_keys("", CARDEA_E_SYNTAX, "no certificate");
	expect_no_keys("just words\n", CARDEA_E_SYNTAX, "no certificate");
	signer_pem_key(weak, pem);
	expect_no_keys(pem, CARDEA_E_SYNTAX, "1024 bits");
	pem[0] = '\0';
	signer_pem_key(key, pem);
	pem[strlen(pem) / 2] = '!';
	expect_no_keys(pem, CARDEA_E_SYNTAX, "damaged");
	pem[0] = '\0';
	signer_pem_key(key, pem);
	pem[strlen(pem) - 30] = '\0';
	expect_no_keys(pem, CARDEA_E_SYNTAX, "damaged");
	expect_no_keys("-----BEGIN PUBLIC KEY-----\nAAAA\n"
		       "-----END PUBLIC KEY-----\n",
	    CARDEA_E_SYNTAX, "cannot be read");
	bio = BIO_new(BIO_s_mem());
	assert_int_equal(
	    PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL), 1);
	len = BIO_get_mem_data(bio, &text);
	memcpy(pem, text, (size_t)len);
	pem[len] = '\0';
	BIO_free(bio);
	expect_no_keys(pem, CARDEA_E_SYNTAX, "neither");
	for (int i = 0; i <= CARDEA_STATEMENT_KEYS_MAX; i++)
		signer_pem_key(key, many);
	expect_no_keys(many, CARDEA_E_RANGE, "more than");
	EVP_PKEY_free(weak);
	EVP_PKEY_free(key);
}

static void
a_pinned_certificate_counts_inside_its_dates(void **state)
{
	EVP_PKEY *key = signer_key("ED25519");
	X509 *certificate = signer_certificate(key, "manager");
	char pem[16384] = "", signer[CARDEA_CERT_NAME_MAX + 1];
	struct cardea_statement_keys *keys;
	char *jws = signer_jws(key, "{\"alg\":\"EdDSA\"}", "x");
	const char *last = strrchr(jws, '.');
	unsigned char bytes[64];
	const struct cardea_cert_bytes message = { (unsigned char *)jws,
		(size_t)(last - jws) };
	struct cardea_cert_bytes signature = { .data = bytes };
	static const struct {
		int64_t time_s;
		enum cardea_status status;
	} cases[] = { { SIGNED_AT, CARDEA_OK },
		{ SIGNED_AT - 86400, CARDEA_OK },
		{ SIGNED_AT - 86401, CARDEA_E_UNSAFE },
		{ SIGNED_AT + 86400, CARDEA_OK },
		{ SIGNED_AT + 86401, CARDEA_E_UNSAFE } };

	(void)state;
	signer_pem_certificate(certificate, pem);
	keys = signer_pin(pem);
	assert_int_equal(
	    cardea_base64_decode(CARDEA_BASE64_URL, last + 1, strlen(last + 1),
		bytes, sizeof(bytes), &signature.len),
	    CARDEA_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    cardea_statement_verify(keys, CARDEA_STATEMENT_EDDSA,
			&message, &signature, cases[i].time_s, signer, NULL),
		    cases[i].status);
	assert_string_equal(signer, "CN=manager");
	cardea_statement_keys_free(keys);
	free(jws);
	X509_free(certificate);
	EVP_PKEY_free(key);
}

/* ---- CMS ---- */

struct manager {
	EVP_PKEY *key;
	X509 *certificate;
	struct cardea_statement_keys *by_certificate, *by_key;
};

static struct manager
hire(const char *kind)
{
	struct manager manager = { .key = signer_key(kind) };
	char pem[16384] = "";

	manager.certificate = signer_certificate(manager.key, kind);
	signer_pem_certificate(manager.certificate, pem);
	manager.by_certificate = signer_pin(pem);
	pem[0] = '\0';
	signer_pem_key(manager.key, pem);
	manager.by_key = signer_pin(pem);
	return manager;
}

static void
dismiss(struct manager *manager)
{
	cardea_statement_keys_free(manager->by_certificate);
	cardea_statement_keys_free(manager->by_key);
	X509_free(manager->certificate);
	EVP_PKEY_free(manager->key);
}

/* open: what came out of it, or the status that there was instead. */
static enum cardea_status
open_cms(const struct cardea_statement_keys *keys, const unsigned char *der,
    size_t len, const char *content, const char *wanted)
{
	const struct cardea_cert_bytes cms = { der, len };
	const struct cardea_cert_bytes beside = {
		(const unsigned char *)content,
		content == NULL ? 0 : strlen(content)
	};
	char signer[CARDEA_CERT_NAME_MAX + 1] = "";
	unsigned char *text = NULL;
	size_t text_len = 0;
	enum cardea_status status;

	status = cardea_statement_open(keys, &cms,
	    content == NULL ? NULL : &beside, SIGNED_AT, &text, &text_len,
	    signer, NULL);
	if (status == CARDEA_OK) {
		assert_int_equal(text_len, strlen(wanted));
		assert_memory_equal(text, wanted, text_len);
		assert_string_not_equal(signer, "");
	} else {
		assert_null(text);
		assert_string_equal(signer, "");
	}
	free(text);
	return status;
}

static void
cms_of_each_kind_of_key_opens_attached_and_detached(void **state)
{
	static const char *const kinds[] = { "RSA2048", "P-256", "P-384" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct manager manager = hire(kinds[i]);
		size_t len;
		unsigned char *der = signer_cms(manager.key,
		    manager.certificate, "inside", 0, "SHA256", &len);

		assert_int_equal(
		    open_cms(manager.by_certificate, der, len, NULL, "inside"),
		    CARDEA_OK);
		/* a pinned key is found by the certificate that comes along */
		assert_int_equal(
		    open_cms(manager.by_key, der, len, NULL, "inside"),
		    CARDEA_OK);
		assert_int_equal(open_cms(manager.by_certificate, der, len,
				     "inside", "inside"),
		    CARDEA_E_SYNTAX);
		OPENSSL_free(der);
		der = signer_cms(manager.key, manager.certificate, "beside",
		    CMS_DETACHED | CMS_NOCERTS, "SHA384", &len);
		assert_int_equal(open_cms(manager.by_certificate, der, len,
				     "beside", "beside"),
		    CARDEA_OK);
		assert_int_equal(
		    open_cms(manager.by_certificate, der, len, "Beside", ""),
		    CARDEA_E_UNSAFE);
		assert_int_equal(
		    open_cms(manager.by_certificate, der, len, NULL, ""),
		    CARDEA_E_SYNTAX);
		/* and without any, nobody can say which key is meant */
		assert_int_equal(
		    open_cms(manager.by_key, der, len, "beside", ""),
		    CARDEA_E_UNSAFE);
		OPENSSL_free(der);
		dismiss(&manager);
	}
}

/* A stranger's certificate in the message, with the manager's name and serial
 * number, is believed no more than any other. */
static void
nobody_signs_but_the_pinned_key(void **state)
{
	struct manager manager = hire("P-256"), stranger = hire("P-256");
	X509 *forged = signer_certificate(stranger.key, "P-256");
	size_t len;
	unsigned char *der = signer_cms(
	    stranger.key, forged, "evil", 0, "SHA256", &len);

	(void)state;
	assert_int_equal(
	    open_cms(stranger.by_key, der, len, NULL, "evil"), CARDEA_OK);
	assert_int_equal(open_cms(manager.by_certificate, der, len, NULL, ""),
	    CARDEA_E_UNSAFE);
	assert_int_equal(
	    open_cms(manager.by_key, der, len, NULL, ""), CARDEA_E_UNSAFE);
	OPENSSL_free(der);
	X509_free(forged);
	dismiss(&manager);
	dismiss(&stranger);
}

static void
weak_digests_and_several_signers_are_refused(void **state)
{
	struct manager manager = hire("RSA2048");
	BIO *content = BIO_new_mem_buf("twice", -1);
	CMS_ContentInfo *cms;
	unsigned char *der;
	size_t len;
	int got;

	(void)state;
	der = signer_cms(
	    manager.key, manager.certificate, "weak", 0, "SHA1", &len);
	assert_int_equal(open_cms(manager.by_certificate, der, len, NULL, ""),
	    CARDEA_E_UNSAFE);
	OPENSSL_free(der);
	cms = CMS_sign(NULL, NULL, NULL, content, CMS_BINARY | CMS_PARTIAL);
	for (int i = 0; i < 2; i++)
		assert_non_null(CMS_add1_signer(cms, manager.certificate,
		    manager.key, EVP_sha256(), CMS_BINARY | CMS_NOCERTS));
	assert_int_equal(CMS_final(cms, content, NULL, CMS_BINARY), 1);
	der = NULL;
	got = i2d_CMS_ContentInfo(cms, &der);
	assert_true(got > 0);
	assert_int_equal(
	    open_cms(manager.by_certificate, der, (size_t)got, NULL, ""),
	    CARDEA_E_SYNTAX);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(content);
	dismiss(&manager);
}

/* RFC 5652, 11.1: what the signer said that it signed must be what the message
 * says that it holds, or a time stamp becomes a statement. */
static void
what_was_signed_as_something_else_is_refused(void **state)
{
	struct manager manager = hire("P-256");
	const ASN1_OBJECT *stamp = OBJ_nid2obj(NID_id_smime_ct_TSTInfo);
	BIO *content = BIO_new_mem_buf("stamp", -1);
	CMS_ContentInfo *cms = CMS_sign(
	    NULL, NULL, NULL, content, CMS_BINARY | CMS_PARTIAL);
	unsigned char *der = NULL;
	int got;

	(void)state;
	assert_int_equal(CMS_set1_eContentType(cms, stamp), 1);
	assert_non_null(CMS_add1_signer(cms, manager.certificate, manager.key,
	    EVP_sha256(), CMS_BINARY | CMS_NOCERTS));
	assert_int_equal(CMS_final(cms, content, NULL, CMS_BINARY), 1);
	assert_int_equal(
	    CMS_set1_eContentType(cms, OBJ_nid2obj(NID_pkcs7_data)), 1);
	got = i2d_CMS_ContentInfo(cms, &der);
	assert_true(got > 0);
	assert_int_equal(
	    open_cms(manager.by_certificate, der, (size_t)got, NULL, ""),
	    CARDEA_E_SYNTAX);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(content);
	dismiss(&manager);
}

static void
damage_anywhere_is_refused(void **state)
{
	struct manager manager = hire("P-256");
	size_t len;
	unsigned char *der = signer_cms(manager.key, manager.certificate,
	    "inside", CMS_NOCERTS, "SHA256", &len);
	unsigned char *longer = malloc(len + 1);

	(void)state;
	assert_non_null(longer);
	for (size_t cut = 0; cut < len; cut++)
		assert_int_not_equal(
		    open_cms(manager.by_certificate, der, cut, NULL, "inside"),
		    CARDEA_OK);
	memcpy(longer, der, len);
	longer[len] = 0;
	assert_int_equal(
	    open_cms(manager.by_certificate, longer, len + 1, NULL, ""),
	    CARDEA_E_SYNTAX);
	/* some bits say nothing (a version, the order of attributes), so what
	 * opens must have the very content that was signed */
	for (size_t i = 0; i < len; i++) {
		der[i] ^= 0x11;
		(void)open_cms(
		    manager.by_certificate, der, len, NULL, "inside");
		der[i] ^= 0x11;
	}
	free(longer);
	OPENSSL_free(der);
	dismiss(&manager);
}

static void
what_is_not_signed_data_is_refused(void **state)
{
	static const char empty[] =
	    "-----BEGIN CMS-----\nAAAA\n-----END CMS-----\n";
	static const char other[] = "-----BEGIN CERTIFICATE-----\nMAA=\n"
				    "-----END CERTIFICATE-----\n";
	static const char *const texts[] = { "", "words", empty, other, "0" };
	static unsigned char large[CARDEA_STATEMENT_MAX + 1] = { 0x30 };
	struct manager manager = hire("P-256");

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(open_cms(manager.by_certificate,
				     (const unsigned char *)texts[i],
				     strlen(texts[i]), NULL, ""),
		    CARDEA_E_SYNTAX);
	assert_int_equal(
	    open_cms(manager.by_certificate, large, sizeof(large), NULL, ""),
	    CARDEA_E_RANGE);
	dismiss(&manager);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_rfcs_verify),
		cmocka_unit_test(and_no_changed_bit_of_them_does),
		cmocka_unit_test(signatures_of_nothing_are_none),
		cmocka_unit_test(names_of_algorithms_are_exact),
		cmocka_unit_test(weak_broken_and_private_keys_cannot_be_pinned),
		cmocka_unit_test(a_pinned_certificate_counts_inside_its_dates),
		cmocka_unit_test(
		    cms_of_each_kind_of_key_opens_attached_and_detached),
		cmocka_unit_test(nobody_signs_but_the_pinned_key),
		cmocka_unit_test(weak_digests_and_several_signers_are_refused),
		cmocka_unit_test(what_was_signed_as_something_else_is_refused),
		cmocka_unit_test(damage_anywhere_is_refused),
		cmocka_unit_test(what_is_not_signed_data_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
