/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "factor/u2fstatement.h"
#include "unit/u2fkeys_fixture.h"
#include "unit/vectors.h"

/* Registrations as libu2f-host leaves them. */

static size_t
load_registration(unsigned char message[FILE_MAX])
{
	json_t *root = load_vectors("u2fkeys/register.json");
	const char *text = text_of(root, "registrationData");
	size_t len = 0;

	assert_int_equal(cardea_base64_decode(CARDEA_BASE64_URL, text,
			     strlen(text), message, FILE_MAX, &len),
	    CARDEA_OK);
	json_decref(root);
	return len;
}

static const unsigned char client_hash[CARDEA_FIDO2_HASH] = { 7 };

static void
a_registration_of_u2f_becomes_an_attestation(void **state)
{
	static struct cardea_fido2_registration registration;
	unsigned char message[FILE_MAX];
	size_t len = load_registration(message), handle_len = message[66];
	const unsigned char *auth_data = registration.auth_data;

	(void)state;
	assert_int_equal(
	    cardea_u2fkeys_registration(message, len, "http://demo.example",
		client_hash, &registration, NULL),
	    CARDEA_OK);
	assert_string_equal(registration.format, "fido-u2f");
	assert_string_equal(registration.rp_id, "http://demo.example");
	assert_memory_equal(
	    registration.client_hash, client_hash, CARDEA_FIDO2_HASH);
	/* WebAuthn level 2, 6.1: flags UP and AT, counter, model, handle, key
	 */
	assert_int_equal(auth_data[32], 0x41);
	assert_int_equal(auth_data[54], handle_len);
	assert_memory_equal(auth_data + 55, message + 67, handle_len);
	assert_int_equal(registration.auth_data_len, 55 + handle_len + 77);
	assert_memory_equal(auth_data + 55 + handle_len + 10, message + 2, 32);
	assert_memory_equal(auth_data + 55 + handle_len + 45, message + 34, 32);
}

static void
K02_a_registration_cut_anywhere_is_refused(void **state)
{
	static struct cardea_fido2_registration registration;
	unsigned char message[FILE_MAX];
	size_t len = load_registration(message);

	(void)state;
	registration.auth_data_len = 99;
	for (size_t at = 0; at < len; at++) {
		unsigned char *cut = malloc(at + 1);

		assert_non_null(cut);
		memcpy(cut, message, at);
		assert_int_equal(cardea_u2fkeys_registration(cut, at, "app",
				     client_hash, &registration, NULL),
		    CARDEA_E_SYNTAX);
		free(cut);
	}
	message[len] = 0;
	assert_int_equal(cardea_u2fkeys_registration(message, len + 1, "app",
			     client_hash, &registration, NULL),
	    CARDEA_E_SYNTAX);
	message[0] = 4;
	assert_int_equal(cardea_u2fkeys_registration(message, len, "app",
			     client_hash, &registration, NULL),
	    CARDEA_E_SYNTAX);
	message[0] = 5;
	message[1] = 3;
	assert_int_equal(cardea_u2fkeys_registration(message, len, "app",
			     client_hash, &registration, NULL),
	    CARDEA_E_SYNTAX);
	assert_int_equal(registration.auth_data_len, 99);
}

static void
a_statement_has_the_shortest_lengths_or_is_refused(void **state)
{
	static const struct {
		size_t signature, certificate, room;
		enum cardea_status status;
	} cases[] = {
		{ 23, 256, 4096, CARDEA_E_SYNTAX },
		{ 24, 256, 4096, CARDEA_OK },
		{ 255, 2000, 4096, CARDEA_OK },
		{ 256, 2000, 4096, CARDEA_E_SYNTAX },
		{ 70, 255, 4096, CARDEA_E_SYNTAX },
		{ 70, 65536, 70000, CARDEA_E_SYNTAX },
		{ 70, 500, 7 + 70 + 8 + 500, CARDEA_OK },
		{ 70, 500, 7 + 70 + 8 + 499, CARDEA_E_RANGE },
	};
	static unsigned char filler[70000], bytes[70000];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = 99;

		assert_int_equal(
		    cardea_u2fstatement(filler, cases[i].signature, filler,
			cases[i].certificate, bytes, cases[i].room, &len),
		    cases[i].status);
		assert_int_equal(len,
		    cases[i].status == CARDEA_OK
			? 7 + cases[i].signature + 8 + cases[i].certificate
			: 99);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_registration_of_u2f_becomes_an_attestation),
		cmocka_unit_test(K02_a_registration_cut_anywhere_is_refused),
		cmocka_unit_test(
		    a_statement_has_the_shortest_lengths_or_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
