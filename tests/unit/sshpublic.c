/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "cert/sshcert_form.h"
#include "unit/sshmaker.h"
#include "unit/test.h"

static struct sshmaker_key *keys[CARDEA_SSHPUBLIC_COUNT];

static int
make_keys(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++)
		keys[i] = sshmaker_key((enum cardea_sshpublic_type)i, 0);
	return 0;
}

static int
free_keys(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++)
		sshmaker_key_free(keys[i]);
	return 0;
}

static enum cardea_status
parse(const struct sshmaker_bytes *blob)
{
	struct cardea_sshpublic key;

	return cardea_sshpublic_parse(blob->data, blob->len, &key);
}

static void
every_type_is_read_and_written_back_to_the_byte(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++) {
		const struct sshmaker_bytes *blob = &keys[i]->blob;
		unsigned char again[CARDEA_SSHPUBLIC_MAX];
		struct cardea_sshpublic key = { 0 };
		size_t len = 0;

		assert_int_equal(
		    cardea_sshpublic_parse(blob->data, blob->len, &key),
		    CARDEA_OK);
		assert_int_equal(key.type, i);
		assert_true(cardea_sshpublic_holds(&key));
		assert_false(cardea_sshpublic_is_weak(&key));
		assert_int_equal(
		    cardea_sshpublic_write(&key, again, sizeof(again), &len),
		    CARDEA_OK);
		assert_int_equal(len, blob->len);
		assert_memory_equal(again, blob->data, len);
		assert_int_equal(
		    cardea_sshpublic_write(&key, again, len - 1, &len),
		    CARDEA_E_RANGE);
	}
}

static void
a_key_that_is_cut_or_has_a_tail_is_none(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++) {
		struct sshmaker_bytes blob = keys[i]->blob;
		size_t len = blob.len;

		sshmaker_put_u8(&blob, 0);
		assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
		for (blob.len = 0; blob.len < len; blob.len++)
			assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
	}
}

static void
other_types_are_missing_and_certificates_are_none(void **state)
{
	static const char *const names[] = { "ssh-dss", "ssh-ed448",
		"rsa-sha2-256", "rsa-sha2-512", "SSH-ED25519", "ssh-ed25519 ",
		"ssh-ed25519-cert-v01@openssh.com",
		"webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
		"ssh-mldsa44-ed25519@openssh.com" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct sshmaker_bytes blob = { .len = 0 };

		sshmaker_put_text(&blob, names[i]);
		sshmaker_put_text(&blob, "0123456789abcdef0123456789abcdef");
		assert_int_equal(parse(&blob), CARDEA_E_MISSING);
	}
}

static void
a_curve_belongs_to_its_type(void **state)
{
	static const char *const wrong[] = { "nistp384", "NISTP256", "",
		"prime256v1" };
	struct cardea_sshpublic key = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_sshpublic_parse(keys[CARDEA_SSHPUBLIC_P256]->blob.data,
		keys[CARDEA_SSHPUBLIC_P256]->blob.len, &key),
	    CARDEA_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct sshmaker_bytes blob = { .len = 0 };

		sshmaker_put_text(&blob, "ecdsa-sha2-nistp256");
		sshmaker_put_text(&blob, wrong[i]);
		sshmaker_put_string(&blob, key.point.bytes, key.point.len);
		assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
	}
}

static void
a_point_beside_its_curve_is_no_key(void **state)
{
	struct sshmaker_bytes blob = keys[CARDEA_SSHPUBLIC_P384]->blob;
	struct cardea_cert_bytes lent = sshmaker_lend(&blob);
	struct cardea_cert_identity identity;
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_sshcert_describe(&lent, &identity, &diag), CARDEA_OK);
	blob.data[blob.len - 1] ^= 1;
	assert_int_equal(
	    cardea_sshcert_describe(&lent, &identity, &diag), CARDEA_E_SYNTAX);
	assert_string_not_equal(diag.reason, "");
	/* a compressed one, and the one at infinity */
	blob.data[blob.len - 97] = 0x02;
	assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
}

static void
put_rsa(struct sshmaker_bytes *blob, const char *e, size_t e_len,
    unsigned int top, size_t n_len)
{
	blob->len = 0;
	sshmaker_put_text(blob, "ssh-rsa");
	sshmaker_put_string(blob, e, e_len);
	sshmaker_put_u32(blob, (uint32_t)n_len);
	for (size_t i = 0; i < n_len; i++)
		sshmaker_put_u8(blob, i == 0 ? top : 0xff);
}

static bool
is_weak(const struct sshmaker_bytes *blob)
{
	struct cardea_sshpublic key;

	assert_int_equal(
	    cardea_sshpublic_parse(blob->data, blob->len, &key), CARDEA_OK);
	return cardea_sshpublic_is_weak(&key);
}

static void
S04_rsa_is_2048_to_8192_bits_with_an_exponent_that_is_one(void **state)
{
	struct sshmaker_bytes blob = { .len = 0 };

	(void)state;
	put_rsa(&blob, "\3", 1, 0x7f, 256); /* 2047 bits */
	assert_true(is_weak(&blob));
	put_rsa(&blob, "\3", 1, 0, 257); /* 2048, a zero in front */
	assert_false(is_weak(&blob));
	put_rsa(&blob, "\3", 1, 0, 1025);
	assert_false(is_weak(&blob));
	put_rsa(&blob, "\3", 1, 1, 1025); /* 8193 */
	assert_true(is_weak(&blob));
	put_rsa(&blob, "\1", 1, 0, 257);
	assert_true(is_weak(&blob));
	put_rsa(&blob, "\2", 1, 0, 257);
	assert_true(is_weak(&blob));
	put_rsa(&blob, "\1\0\1", 3, 0, 257);
	assert_false(is_weak(&blob));
	blob.data[blob.len - 1] = 0xfe; /* an even modulus */
	assert_true(is_weak(&blob));
	/* beyond what ssh-keygen has for a key at all */
	put_rsa(&blob, "\3", 1, 0x7f, 128);
	assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
	put_rsa(&blob, "\3", 1, 1, 2049);
	assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
	/* numbers in another form than their one */
	put_rsa(&blob, "\0\3", 2, 0, 257);
	assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
	put_rsa(&blob, "", 0, 0, 257);
	assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
	put_rsa(&blob, "\3", 1, 0xff, 256); /* below zero */
	assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
}

static void
an_application_is_text_of_some_length(void **state)
{
	struct cardea_sshpublic key = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_sshpublic_parse(keys[CARDEA_SSHPUBLIC_SK_ED25519]->blob.data,
		keys[CARDEA_SSHPUBLIC_SK_ED25519]->blob.len, &key),
	    CARDEA_OK);
	for (size_t len = 0; len <= CARDEA_KEY_RP_MAX + 1; len++) {
		struct sshmaker_bytes blob = { .len = 0 };
		char text[CARDEA_KEY_RP_MAX + 2];

		memset(text, 'a', sizeof(text));
		sshmaker_put_text(&blob, "sk-ssh-ed25519@openssh.com");
		sshmaker_put_string(&blob, key.point.bytes, key.point.len);
		sshmaker_put_string(&blob, text, len);
		assert_int_equal(parse(&blob),
		    len > 0 && len <= CARDEA_KEY_RP_MAX ? CARDEA_OK
							: CARDEA_E_SYNTAX);
		blob.data[blob.len - 1] = 0;
		assert_int_equal(parse(&blob), CARDEA_E_SYNTAX);
	}
}

static void
a_public_key_of_x509_is_the_same_key(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++) {
		unsigned char blob[CARDEA_SSHPUBLIC_MAX], hash[32], wanted[32];
		struct cardea_sshpublic key = { 0 };
		struct cardea_cert_bytes spki;
		unsigned char *der = NULL;
		size_t len = 0;

		assert_int_equal(cardea_sshpublic_parse(keys[i]->blob.data,
				     keys[i]->blob.len, &key),
		    CARDEA_OK);
		if (cardea_sshpublic_is_sk((enum cardea_sshpublic_type)i)) {
			assert_int_equal(cardea_sshpublic_spki_hash(&key, hash),
			    CARDEA_E_MISSING);
			continue;
		}
		spki.len = (size_t)i2d_PUBKEY(keys[i]->pair, &der);
		spki.data = der;
		assert_int_equal(
		    cardea_sshpublic_of_spki(&spki, blob, sizeof(blob), &len),
		    CARDEA_OK);
		assert_int_equal(len, keys[i]->blob.len);
		assert_memory_equal(blob, keys[i]->blob.data, len);
		assert_int_equal(
		    cardea_sshpublic_spki_hash(&key, hash), CARDEA_OK);
		assert_int_equal(EVP_Digest(spki.data, spki.len, wanted, NULL,
				     EVP_sha256(), NULL),
		    1);
		assert_memory_equal(hash, wanted, sizeof(hash));
		spki.len--;
		assert_int_equal(
		    cardea_sshpublic_of_spki(&spki, blob, sizeof(blob), &len),
		    CARDEA_E_MISSING);
		OPENSSL_free(der);
	}
}

static enum cardea_status
of_spki(const unsigned char *der, int der_len)
{
	const struct cardea_cert_bytes spki = { der, (size_t)der_len };
	unsigned char blob[CARDEA_SSHPUBLIC_MAX];
	size_t len = 0;

	return cardea_sshpublic_of_spki(&spki, blob, sizeof(blob), &len);
}

static void
what_ssh_has_no_key_for_is_missing(void **state)
{
	static const char *const kinds[] = { "ED448", "X25519" };
	EVP_PKEY *pair = EVP_EC_gen("secp256k1");
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(pair, &der);

	(void)state;
	assert_int_equal(of_spki(der, len), CARDEA_E_MISSING);
	OPENSSL_free(der);
	EVP_PKEY_free(pair);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		der = NULL;
		pair = EVP_PKEY_Q_keygen(NULL, NULL, kinds[i]);
		len = i2d_PUBKEY(pair, &der);
		assert_int_equal(of_spki(der, len), CARDEA_E_MISSING);
		OPENSSL_free(der);
		EVP_PKEY_free(pair);
	}
	/* a point in its short form: another SubjectPublicKeyInfo, whose hash
	 * is not that of the key */
	der = NULL;
	pair = EVP_EC_gen("P-256");
	assert_int_equal(EVP_PKEY_set_utf8_string_param(pair,
			     OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
			     OSSL_PKEY_EC_POINT_CONVERSION_FORMAT_COMPRESSED),
	    1);
	len = i2d_PUBKEY(pair, &der);
	assert_int_equal(of_spki(der, len), CARDEA_E_MISSING);
	OPENSSL_free(der);
	EVP_PKEY_free(pair);
	assert_int_equal(
	    of_spki((const unsigned char *)"", 0), CARDEA_E_MISSING);
}

/* --- lines ---------------------------------------------------------------- */

static void
a_line_is_a_type_a_blank_and_the_key(void **state)
{
	const struct sshmaker_bytes *blob = &keys[CARDEA_SSHPUBLIC_P256]->blob;
	unsigned char bytes[CARDEA_CERT_MAX];
	struct cardea_diag diag = { 0 };
	char line[4096] = "", other[8192];
	size_t len = 0;

	(void)state;
	sshmaker_line(blob, line, sizeof(line));
	assert_int_equal(
	    cardea_sshcert_line(line, bytes, sizeof(bytes), &len, &diag),
	    CARDEA_OK);
	assert_int_equal(len, blob->len);
	assert_memory_equal(bytes, blob->data, len);
	(void)snprintf(
	    other, sizeof(other), " \t%.*s\r\n", (int)(strlen(line) - 9), line);
	assert_int_equal(
	    cardea_sshcert_line(other, bytes, sizeof(bytes), &len, &diag),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_sshcert_line(line, bytes, blob->len - 1, &len, &diag),
	    CARDEA_E_RANGE);

	(void)snprintf(other, sizeof(other), "cert-authority %s", line);
	assert_int_equal(
	    cardea_sshcert_line(other, bytes, sizeof(bytes), &len, &diag),
	    CARDEA_E_SYNTAX);
	(void)snprintf(other, sizeof(other), "%s%s", line, line);
	assert_int_equal(
	    cardea_sshcert_line(other, bytes, sizeof(bytes), &len, &diag),
	    CARDEA_E_SYNTAX);
	line[0] = 'E'; /* another type than that of the key */
	assert_int_equal(
	    cardea_sshcert_line(line, bytes, sizeof(bytes), &len, &diag),
	    CARDEA_E_SYNTAX);
	assert_string_not_equal(diag.reason, "");
}

static void
what_is_no_line_is_refused(void **state)
{
	static const char *const lines[] = { "", "\n", " ", "ssh-ed25519",
		"ssh-ed25519 ", "ssh-ed25519 AAAA=", "ssh-ed25519 !!!!",
		"ssh-ed25519 AAAA", "# ssh-ed25519 AAAA", "ssh-ed25519\nAAAA",
		"\"a b\" ssh-ed25519 AAAA" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		unsigned char bytes[CARDEA_CERT_MAX];
		struct cardea_diag diag = { 0 };
		size_t len = 77;

		assert_int_equal(cardea_sshcert_line(lines[i], bytes,
				     sizeof(bytes), &len, &diag),
		    CARDEA_E_SYNTAX);
		assert_int_equal(len, 77);
		assert_string_not_equal(diag.reason, "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_type_is_read_and_written_back_to_the_byte),
		cmocka_unit_test(a_key_that_is_cut_or_has_a_tail_is_none),
		cmocka_unit_test(
		    other_types_are_missing_and_certificates_are_none),
		cmocka_unit_test(a_curve_belongs_to_its_type),
		cmocka_unit_test(a_point_beside_its_curve_is_no_key),
		cmocka_unit_test(
		    S04_rsa_is_2048_to_8192_bits_with_an_exponent_that_is_one),
		cmocka_unit_test(an_application_is_text_of_some_length),
		cmocka_unit_test(a_public_key_of_x509_is_the_same_key),
		cmocka_unit_test(what_ssh_has_no_key_for_is_missing),
		cmocka_unit_test(a_line_is_a_type_a_blank_and_the_key),
		cmocka_unit_test(what_is_no_line_is_refused),
	};

	return cmocka_run_group_tests_name(
	    "sshpublic", tests, make_keys, free_keys);
}
