/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/sshwire.h"
#include "unit/sshsk_fixture.h"

/* Public keys; envelopes and signatures: sshsk.c */

static void
keys_of_ssh_keygen_are_read_and_written_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		struct cardea_fido2_credential key, again;
		unsigned char blob[CARDEA_SSHSK_KEY_MAX];
		char text[CARDEA_SSHSK_FINGERPRINT_MAX + 1];
		size_t len = 0;

		read_key(&vectors[i], &key);
		assert_int_equal(key.kind, CARDEA_FIDO2_SSH);
		assert_int_equal(key.algorithm, vectors[i].algorithm);
		assert_string_equal(key.rp_id, vectors[i].application);
		assert_string_equal(key.name, vectors[i].comment);
		assert_int_equal(
		    cardea_sshsk_fingerprint(&key, text), CARDEA_OK);
		assert_string_equal(text, vectors[i].fingerprint);

		assert_int_equal(
		    cardea_sshsk_blob(&key, blob, sizeof(blob), &len),
		    CARDEA_OK);
		assert_int_equal(
		    cardea_sshsk_key(blob, len, &again), CARDEA_OK);
		memset(key.name, 0, sizeof(key.name));
		assert_memory_equal(&again, &key, sizeof(key));
		assert_int_equal(cardea_sshsk_blob(&key, blob, len - 1, &len),
		    CARDEA_E_RANGE);
	}
}

static void
K08_a_key_cut_or_lengthened_at_any_byte_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		struct cardea_fido2_credential key, again;
		unsigned char blob[CARDEA_SSHSK_KEY_MAX] = { 0 };
		size_t len = 0;

		read_key(&vectors[i], &key);
		assert_int_equal(
		    cardea_sshsk_blob(&key, blob, sizeof(blob), &len),
		    CARDEA_OK);
		memset(&again, 0x5a, sizeof(again));
		for (size_t cut = 0; cut < len; cut++)
			assert_int_equal(cardea_sshsk_key(blob, cut, &again),
			    CARDEA_E_SYNTAX);
		assert_int_equal(
		    cardea_sshsk_key(blob, len + 1, &again), CARDEA_E_SYNTAX);
		assert_int_equal(again.rp_id[0], 0x5a);
	}
}

/* Every flipped bit gives another key, or none. */
static void
no_flipped_bit_gives_the_same_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < VECTORS; i++) {
		struct cardea_fido2_credential key, again;
		unsigned char blob[CARDEA_SSHSK_KEY_MAX], back[sizeof(blob)];
		size_t len = 0, back_len = 0;

		read_key(&vectors[i], &key);
		assert_int_equal(
		    cardea_sshsk_blob(&key, blob, sizeof(blob), &len),
		    CARDEA_OK);
		for (size_t bit = 0; bit < 8 * len; bit++) {
			blob[bit / 8] ^= (unsigned char)(1u << bit % 8);
			if (cardea_sshsk_key(blob, len, &again) == CARDEA_OK) {
				assert_int_equal(cardea_sshsk_blob(&again, back,
						     sizeof(back), &back_len),
				    CARDEA_OK);
				assert_int_equal(back_len, len);
				assert_memory_equal(back, blob, len);
			}
			blob[bit / 8] ^= (unsigned char)(1u << bit % 8);
		}
	}
}

/* A key blob of texts and one public key of any bytes. */
static size_t
make_blob(unsigned char *blob, size_t size, const char *type, const char *curve,
    unsigned char first, size_t public_len, const char *application,
    size_t application_len)
{
	struct cardea_sshwire_writer writer;
	unsigned char public[128] = { first };

	cardea_sshwire_write(&writer, blob, size);
	cardea_sshwire_put_text(&writer, type);
	if (curve != NULL)
		cardea_sshwire_put_text(&writer, curve);
	cardea_sshwire_put_string(&writer, public, public_len);
	cardea_sshwire_put_string(&writer, application, application_len);
	assert_false(writer.failed);
	return writer.len;
}

static void
I15_keys_are_exactly_as_protocol_u2f_has_them(void **state)
{
	static const struct {
		const char *type, *curve;
		unsigned char first;
		size_t public_len;
		const char *application;
		size_t application_len;
		enum cardea_status status;
	} cases[] = {
		{ ED25519, NULL, 7, 32, "ssh:", 4, CARDEA_OK },
		{ ED25519, NULL, 7, 32, "a b~", 4, CARDEA_OK },
		{ ED25519, NULL, 7, 31, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ED25519, NULL, 7, 33, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ED25519, NULL, 7, 0, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ED25519, NULL, 7, 32, "", 0, CARDEA_E_SYNTAX },
		{ ED25519, NULL, 7, 32, "s\0h:", 4, CARDEA_E_SYNTAX },
		{ ED25519, NULL, 7, 32, "ss\n:", 4, CARDEA_E_SYNTAX },
		{ ED25519, NULL, 7, 32, "ssh\x7f", 4, CARDEA_E_SYNTAX },
		{ ED25519, NULL, 7, 32, "ssh\xe9", 4, CARDEA_E_SYNTAX },
		{ ED25519, "nistp256", 4, 65, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, "nistp256", 4, 65, "ssh:", 4, CARDEA_OK },
		{ ECDSA, "nistp256", 2, 65, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, "nistp256", 6, 65, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, "nistp256", 2, 33, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, "nistp256", 4, 64, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, "nistp256", 4, 66, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, "nistp256", 0, 0, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, "nistp384", 4, 65, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, "", 4, 65, "ssh:", 4, CARDEA_E_SYNTAX },
		{ ECDSA, NULL, 4, 65, "ssh:", 4, CARDEA_E_SYNTAX },
		/* K06: other types are no error */
		{ "ssh-ed25519", NULL, 7, 32, "", 0, CARDEA_E_MISSING },
		{ "sk-ssh-ed25519-cert-v01@openssh.com", NULL, 7, 32, "ssh:", 4,
		    CARDEA_E_MISSING },
		{ ED25519 "x", NULL, 7, 32, "ssh:", 4, CARDEA_E_MISSING },
		{ "sk-ssh-ed25519@openssh.co", NULL, 7, 32, "ssh:", 4,
		    CARDEA_E_MISSING },
		/* but a type is a name */
		{ "", NULL, 7, 32, "ssh:", 4, CARDEA_E_SYNTAX },
		{ "ssh\n", NULL, 7, 32, "ssh:", 4, CARDEA_E_SYNTAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_fido2_credential key;
		unsigned char blob[512];
		size_t len;

		len = make_blob(blob, sizeof(blob), cases[i].type,
		    cases[i].curve, cases[i].first, cases[i].public_len,
		    cases[i].application, cases[i].application_len);
		assert_int_equal(
		    cardea_sshsk_key(blob, len, &key), cases[i].status);
	}
}

static void
the_longest_application_fits_and_no_longer_one(void **state)
{
	struct cardea_fido2_credential key;
	unsigned char blob[1024], back[CARDEA_SSHSK_KEY_MAX];
	char application[257];
	size_t len, back_len = 0;

	(void)state;
	memset(application, 'a', sizeof(application));
	len = make_blob(blob, sizeof(blob), ECDSA, "nistp256", 4, 65,
	    application, CARDEA_KEY_RP_MAX);
	assert_int_equal(cardea_sshsk_key(blob, len, &key), CARDEA_OK);
	assert_int_equal(strlen(key.rp_id), CARDEA_KEY_RP_MAX);
	assert_int_equal(
	    cardea_sshsk_blob(&key, back, sizeof(back), &back_len), CARDEA_OK);
	assert_int_equal(back_len, len);
	assert_memory_equal(back, blob, len);
	len = make_blob(blob, sizeof(blob), ECDSA, "nistp256", 4, 65,
	    application, CARDEA_KEY_RP_MAX + 1);
	assert_int_equal(cardea_sshsk_key(blob, len, &key), CARDEA_E_SYNTAX);
}

static void
a_credential_of_another_kind_has_no_blob(void **state)
{
	struct cardea_fido2_credential good, bad;
	struct cardea_fido2_assertion assertion;
	unsigned char blob[CARDEA_SSHSK_KEY_MAX];
	char text[CARDEA_SSHSK_FINGERPRINT_MAX + 1];
	size_t len = 99;

	(void)state;
	read_key(&vectors[0], &good);
	for (int i = 0; i < 4; i++) {
		bad = good;
		if (i == 0)
			bad.kind = CARDEA_FIDO2_CTAP;
		else if (i == 1)
			bad.algorithm = CARDEA_FIDO2_ES256;
		else if (i == 2)
			bad.algorithm = CARDEA_FIDO2_RS256;
		else
			bad.public_len = 31;
		assert_int_equal(
		    cardea_sshsk_blob(&bad, blob, sizeof(blob), &len),
		    CARDEA_E_INTERNAL);
		assert_int_equal(
		    cardea_sshsk_fingerprint(&bad, text), CARDEA_E_INTERNAL);
		assert_int_equal(
		    cardea_sshsk_signature(&bad, blob, 1, blob, 1, &assertion),
		    CARDEA_E_INTERNAL);
	}
	assert_int_equal(len, 99);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_ssh_keygen_are_read_and_written_back),
		cmocka_unit_test(
		    K08_a_key_cut_or_lengthened_at_any_byte_is_refused),
		cmocka_unit_test(no_flipped_bit_gives_the_same_key),
		cmocka_unit_test(I15_keys_are_exactly_as_protocol_u2f_has_them),
		cmocka_unit_test(
		    the_longest_application_fits_and_no_longer_one),
		cmocka_unit_test(a_credential_of_another_kind_has_no_blob),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
