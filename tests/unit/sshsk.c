/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/sshwire.h"
#include "unit/sk_key.h"
#include "unit/sshsk_fixture.h"

static const unsigned char nonce[32] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
	12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
	30, 31 };
static const struct cardea_sshsk_question question = { .user = "alice",
	.host = "host.example",
	.service = "sudo",
	.txn = "00112233445566778899aabbccddeeff",
	.nonce = nonce };

/* The signature blob within an armoured file (PROTOCOL.sshsig). */
static size_t
read_signature(const struct vector *vector, unsigned char *blob, size_t size)
{
	static unsigned char bytes[1024];
	char text[2048], base64[2048], *line, *rest = text;
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string found;
	size_t len = 0;

	read_text(vector->name, ".sig", text, sizeof(text));
	base64[0] = '\0';
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (strncmp(line, "-----", 5) != 0)
			strcat(base64, line);
	}
	assert_int_equal(cardea_base64_decode(CARDEA_BASE64, base64,
			     strlen(base64), bytes, sizeof(bytes), &len),
	    CARDEA_OK);
	assert_memory_equal(bytes, "SSHSIG\0\0\0\1", 10);
	cardea_sshwire_read(&reader, bytes + 10, len - 10);
	(void)cardea_sshwire_get_string(&reader); /* the public key */
	assert_true(cardea_sshwire_is(
	    cardea_sshwire_get_string(&reader), CARDEA_SSHSK_NAMESPACE));
	assert_true(cardea_sshwire_is(cardea_sshwire_get_string(&reader), ""));
	assert_true(
	    cardea_sshwire_is(cardea_sshwire_get_string(&reader), "sha512"));
	found = cardea_sshwire_get_string(&reader);
	assert_int_equal(cardea_sshwire_all_read(&reader), CARDEA_OK);
	assert_in_range(found.len, 1, size);
	memcpy(blob, found.bytes, found.len);
	return found.len;
}

/* --- envelopes ------------------------------------------------------------ */

static void
an_envelope_is_what_ssh_keygen_signs(void **state)
{
	unsigned char envelope[CARDEA_SSHSK_ENVELOPE_MAX];
	size_t envelope_len = 0;

	(void)state;
	assert_int_equal(
	    cardea_sshsk_envelope(&question, envelope, &envelope_len),
	    CARDEA_OK);
	assert_int_equal(envelope_len, 6 + 4 + 12 + 4 + 4 + 6 + 4 + 64);
	for (size_t i = 0; i < VECTORS; i++) {
		struct cardea_fido2_credential key;
		struct cardea_fido2_assertion assertion;
		unsigned char blob[512];
		size_t len;

		read_key(&vectors[i], &key);
		len = read_signature(&vectors[i], blob, sizeof(blob));
		assert_int_equal(cardea_sshsk_signature(&key, blob, len,
				     envelope, envelope_len, &assertion),
		    CARDEA_OK);
		assert_int_equal(assertion.auth_data_len, 37);
		assert_int_equal(assertion.auth_data[32], vectors[i].flags);
		assert_true(sk_verify(&key, &assertion));
		assertion.client_hash[0] ^= 1;
		assert_false(sk_verify(&key, &assertion));
	}
}

static void
K03_every_part_of_the_question_is_in_the_envelope(void **state)
{
	static const unsigned char other[32] = { 1 };
	struct cardea_sshsk_question questions[] = { question, question,
		question, question, question, question, question };
	unsigned char envelopes[7][CARDEA_SSHSK_ENVELOPE_MAX];
	size_t len = 0;

	(void)state;
	questions[1].user = "alic";
	questions[2].host = "host.exampl";
	questions[3].service = "su";
	questions[4].txn = "10112233445566778899aabbccddeeff";
	questions[5].nonce = other;
	/* a character moved from one part into the next */
	questions[6].user = "aliceh";
	questions[6].host = "ost.example";
	for (size_t i = 0; i < 7; i++) {
		assert_int_equal(
		    cardea_sshsk_envelope(&questions[i], envelopes[i], &len),
		    CARDEA_OK);
		assert_int_equal(len, 104);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(
			    envelopes[i], envelopes[j], len);
	}
}

static void
a_question_that_is_not_whole_has_no_envelope(void **state)
{
	unsigned char envelope[CARDEA_SSHSK_ENVELOPE_MAX];
	char long_name[2 * CARDEA_NAME_MAX + 200];
	size_t len = 99;

	(void)state;
	memset(long_name, 'a', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	for (int i = 0; i < 6; i++) {
		struct cardea_sshsk_question bad = question;

		if (i == 0)
			bad.user = "";
		else if (i == 1)
			bad.host = NULL;
		else if (i == 2)
			bad.service = "";
		else if (i == 3)
			bad.txn = "";
		else if (i == 4)
			bad.nonce = NULL;
		else
			bad.user = long_name;
		assert_int_equal(cardea_sshsk_envelope(&bad, envelope, &len),
		    i == 5 ? CARDEA_E_RANGE : CARDEA_E_INTERNAL);
	}
	assert_int_equal(len, 99);
}

/* --- signatures ----------------------------------------------------------- */

static void
what_a_key_signs_becomes_the_assertion_that_it_is(void **state)
{
	static const enum cardea_fido2_algorithm algorithms[] = {
		CARDEA_FIDO2_EDDSA, CARDEA_FIDO2_ES256
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sk_key key;

		sk_key_make(&key, algorithms[i], "ssh:test");
		/* often enough for numbers of every usual length */
		for (uint32_t counter = 0; counter < 600; counter++) {
			struct cardea_fido2_assertion assertion;
			unsigned char blob[CARDEA_SSH_BLOB_MAX];
			size_t len;

			len = sk_key_sign(&key, (const unsigned char *)&counter,
			    sizeof(counter), (uint8_t)counter,
			    counter * 16777259u, blob);
			assert_int_equal(
			    cardea_sshsk_signature(&key.credential, blob, len,
				(const unsigned char *)&counter,
				sizeof(counter), &assertion),
			    CARDEA_OK);
			assert_true(sk_verify(&key.credential, &assertion));
			assert_int_equal(
			    assertion.auth_data[32], (uint8_t)counter);
		}
		sk_key_free(&key);
	}
}

static void
K08_a_signature_cut_or_lengthened_at_any_byte_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		struct cardea_fido2_credential key;
		struct cardea_fido2_assertion assertion;
		unsigned char blob[512] = { 0 };
		size_t len;

		read_key(&vectors[i], &key);
		len = read_signature(&vectors[i], blob, sizeof(blob));
		memset(&assertion, 0x5a, sizeof(assertion));
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(cardea_sshsk_signature(&key, blob, cut,
					     nonce, 1, &assertion),
			    CARDEA_E_SYNTAX);
		assert_int_equal(cardea_sshsk_signature(
				     &key, blob, len + 1, nonce, 1, &assertion),
		    CARDEA_E_SYNTAX);
		assert_int_equal(assertion.auth_data_len,
		    (size_t)0x5a5a5a5a << 32 | 0x5a5a5a5a);
	}
}

/* Refused at once, or not what the key signed. */
static void
no_flipped_bit_of_a_signature_verifies(void **state)
{
	unsigned char envelope[CARDEA_SSHSK_ENVELOPE_MAX];
	size_t envelope_len = 0;

	(void)state;
	assert_int_equal(
	    cardea_sshsk_envelope(&question, envelope, &envelope_len),
	    CARDEA_OK);
	for (size_t i = 0; i < VECTORS; i++) {
		struct cardea_fido2_credential key;
		struct cardea_fido2_assertion assertion;
		unsigned char blob[512];
		size_t len;

		read_key(&vectors[i], &key);
		len = read_signature(&vectors[i], blob, sizeof(blob));
		for (size_t bit = 0; bit < 8 * len; bit++) {
			blob[bit / 8] ^= (unsigned char)(1u << bit % 8);
			if (cardea_sshsk_signature(&key, blob, len, envelope,
				envelope_len, &assertion) == CARDEA_OK)
				assert_false(sk_verify(&key, &assertion));
			blob[bit / 8] ^= (unsigned char)(1u << bit % 8);
		}
	}
}

static size_t
make_signature(unsigned char *blob, size_t size, const char *type,
    const void *signature, size_t len)
{
	struct cardea_sshwire_writer writer;

	cardea_sshwire_write(&writer, blob, size);
	cardea_sshwire_put_text(&writer, type);
	cardea_sshwire_put_string(&writer, signature, len);
	cardea_sshwire_put_u8(&writer, 1);
	cardea_sshwire_put_u32(&writer, 7);
	assert_false(writer.failed);
	return writer.len;
}

/* The type must be the key's own: PROTOCOL.u2f has a third one, of browsers,
 * whose signed bytes hold text of the other side's choosing. */
static void
a_signature_of_another_type_is_refused(void **state)
{
	static const char *const types[] = {
		"webauthn-sk-ecdsa-sha2-nistp256@openssh.com", ED25519,
		"ecdsa-sha2-nistp256", "", ECDSA "\n"
	};
	static const unsigned char numbers[] = { 0, 0, 0, 1, 5, 0, 0, 0, 1, 7 };
	static const unsigned char der[] = { 0x30, 6, 2, 1, 5, 2, 1, 7 };
	struct cardea_fido2_assertion assertion;
	struct cardea_fido2_credential key;
	unsigned char blob[256];
	size_t len;

	(void)state;
	read_key(&vectors[1], &key);
	len = make_signature(
	    blob, sizeof(blob), ECDSA, numbers, sizeof(numbers));
	assert_int_equal(
	    cardea_sshsk_signature(&key, blob, len, nonce, 1, &assertion),
	    CARDEA_OK);
	assert_int_equal(assertion.signature_len, sizeof(der));
	assert_memory_equal(assertion.signature, der, sizeof(der));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		len = make_signature(
		    blob, sizeof(blob), types[i], numbers, sizeof(numbers));
		assert_int_equal(cardea_sshsk_signature(
				     &key, blob, len, nonce, 1, &assertion),
		    CARDEA_E_SYNTAX);
	}
}

static void
numbers_have_one_form_and_at_most_256_bits(void **state)
{
	static const struct {
		unsigned char bytes[80];
		size_t len;
		bool good;
	} cases[] = {
		{ { 0, 0, 0, 1, 1, 0, 0, 0, 2, 0, 0x80 }, 11, true },
		{ { 0, 0, 0, 1, 1, 0, 0, 0, 1, 0x80 }, 10, false },
		{ { 0, 0, 0, 1, 1, 0, 0, 0, 2, 0, 1 }, 11, false },
		{ { 0, 0, 0, 1, 1, 0, 0, 0, 0 }, 9, false },
		{ { 0, 0, 0, 0, 0, 0, 0, 1, 1 }, 9, false },
		{ { 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0 }, 11, false },
		{ { 0, 0, 0, 1, 1 }, 5, false },
		{ { 0 }, 0, false },
		{ { 0, 0, 0, 33, 0, 0x80, [37] = 0, 0, 0, 1, 1 }, 42, true },
		{ { 0, 0, 0, 33, 1, 0x80, [37] = 0, 0, 0, 1, 1 }, 42, true },
		{ { 0, 0, 0, 34, 0, 0x80, [38] = 0, 0, 0, 1, 1 }, 43, false },
	};
	struct cardea_fido2_assertion assertion;
	struct cardea_fido2_credential key;

	(void)state;
	read_key(&vectors[1], &key);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned char blob[256];
		size_t len;

		len = make_signature(
		    blob, sizeof(blob), ECDSA, cases[i].bytes, cases[i].len);
		assert_int_equal(cardea_sshsk_signature(
				     &key, blob, len, nonce, 1, &assertion),
		    cases[i].good ? CARDEA_OK : CARDEA_E_SYNTAX);
	}
}

static void
an_ed25519_signature_has_64_bytes(void **state)
{
	static const unsigned char zeros[80];
	struct cardea_fido2_assertion assertion;
	struct cardea_fido2_credential key;
	unsigned char blob[256];

	(void)state;
	read_key(&vectors[0], &key);
	for (size_t i = 0; i <= sizeof(zeros); i++) {
		size_t len = make_signature(
		    blob, sizeof(blob), ED25519, zeros, i);

		assert_int_equal(cardea_sshsk_signature(
				     &key, blob, len, nonce, 1, &assertion),
		    i == 64 ? CARDEA_OK : CARDEA_E_SYNTAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_envelope_is_what_ssh_keygen_signs),
		cmocka_unit_test(
		    K03_every_part_of_the_question_is_in_the_envelope),
		cmocka_unit_test(a_question_that_is_not_whole_has_no_envelope),
		cmocka_unit_test(
		    what_a_key_signs_becomes_the_assertion_that_it_is),
		cmocka_unit_test(
		    K08_a_signature_cut_or_lengthened_at_any_byte_is_refused),
		cmocka_unit_test(no_flipped_bit_of_a_signature_verifies),
		cmocka_unit_test(a_signature_of_another_type_is_refused),
		cmocka_unit_test(numbers_have_one_form_and_at_most_256_bits),
		cmocka_unit_test(an_ed25519_signature_has_64_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
