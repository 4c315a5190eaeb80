/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <sys/stat.h>

#include "base/base64.h"
#include "base/clock.h"
#include "factor/library/table.h"
#include "unit/scratch.h"
#include "unit/webauthn.h"

/* Every registration of the vectors: its attestation, and against their root.
 */

static struct cardea_clock now = { .time_s = 1782000000, .plausible = true };

struct cardea_clock
cardea_clock_read(void)
{
	return now;
}

static char folder[] = "attestation_vectors.XXXXXX";
static char roots[64];
static json_t *vectors;

static int
begin(void **state)
{
	unsigned char der[2048];
	char text[4096];
	size_t len;
	FILE *file;

	(void)state;
	vectors = load_vectors(WEBAUTHN_VECTORS);
	scratch_make(folder);
	assert_int_equal(chmod(folder, 0755), 0);
	snprintf(roots, sizeof(roots), "%s/root.pem", folder);
	len = bytes_of(json_object_get(vectors, "attestation_root"),
	    "attestation_ca_cert", der, sizeof(der));
	assert_int_equal(
	    cardea_base64_encode(CARDEA_BASE64, der, len, text, sizeof(text)),
	    CARDEA_OK);
	file = fopen(roots, "w");
	assert_non_null(file);
	fprintf(file, "-----BEGIN CERTIFICATE-----\n");
	for (size_t at = 0; at < strlen(text); at += 64)
		fprintf(file, "%.64s\n", text + at);
	fprintf(file, "-----END CERTIFICATE-----\n");
	fclose(file);
	assert_int_equal(chmod(roots, 0644), 0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	json_decref(vectors);
	scratch_remove(folder);
	return 0;
}

static enum cardea_status
judge(const struct cardea_fido2_registration *registration,
    const char *roots_path, struct cardea_attestation *ret_attestation)
{
	const struct cardea_attestation_rules rules = {
		.roots_path = roots_path
	};
	struct cardea_diag diag = { 0 };

	return cardea_attestation_judge(&cardea_fido2_library, registration,
	    &rules, ret_attestation, &diag);
}

static bool
is_unsupported(const json_t *test)
{
	return strcmp(text_of(test, "id"), "packed-rs256") == 0;
}

static void
every_registration_is_decided_by_its_format(void **state)
{
	const json_t *test;
	size_t i, chained = 0, bare = 0;

	(void)state;
	json_array_foreach(json_object_get(vectors, "tests"), i, test)
	{
		struct cardea_fido2_registration registration =
		    webauthn_registration(vectors, test);
		struct cardea_attestation attestation = { 0 };
		bool is_none = strncmp(text_of(test, "id"), "none", 4) == 0;
		unsigned char model[CARDEA_FIDO2_MODEL] = { 0 };

		if (is_unsupported(test)) {
			assert_int_equal(
			    judge(&registration, roots, &attestation),
			    CARDEA_E_VERSION);
			continue;
		}
		assert_int_equal(
		    judge(&registration, roots, &attestation), CARDEA_OK);
		assert_int_equal(attestation.kind,
		    is_none ? CARDEA_ATTESTATION_NONE
			    : CARDEA_ATTESTATION_CHAINED);
		if (strcmp(registration.format, "fido-u2f") != 0)
			(void)bytes_of(json_object_get(test, "registration"),
			    "aaguid", model, sizeof(model));
		assert_memory_equal(
		    attestation.credential.model, model, sizeof(model));
		assert_int_equal((int)attestation.credential.algorithm,
		    number_of(test, "cose_alg"));
		chained += is_none ? 0 : 1;
		bare += is_none ? 1 : 0;
	}
	assert_int_equal(chained, 2);
	assert_int_equal(bare, 2);
}

/* What is signed: not so for "none", whose bytes anybody could have written. */
static void
a_flipped_bit_of_what_is_signed_is_refused(void **state)
{
	const json_t *test;
	size_t i, tried = 0;

	(void)state;
	json_array_foreach(json_object_get(vectors, "tests"), i, test)
	{
		struct cardea_fido2_registration good = webauthn_registration(
						     vectors, test),
						 bad = good;
		struct cardea_attestation attestation;
		bool is_packed = strcmp(good.format, "packed") == 0;

		if (is_unsupported(test) || !is_packed)
			continue;
		for (size_t at = 0; at < good.auth_data_len; at++) {
			bad.auth_data[at] ^= (unsigned char)(1 << at % 8);
			assert_int_not_equal(
			    judge(&bad, NULL, &attestation), CARDEA_OK);
			bad.auth_data[at] = good.auth_data[at];
			tried++;
		}
		for (size_t at = 0; at < CARDEA_FIDO2_HASH; at++) {
			bad.client_hash[at] ^= (unsigned char)(1 << at % 8);
			assert_int_equal(
			    judge(&bad, NULL, &attestation), CARDEA_E_CORRUPT);
			bad.client_hash[at] = good.client_hash[at];
			tried++;
		}
	}
	assert_true(tried > 100);
}

/* The same for a U2F key: handle, public key, relying party and client data. */
static void
a_flipped_bit_of_what_u2f_signs_is_refused(void **state)
{
	const json_t *test;
	size_t i, tried = 0;

	(void)state;
	json_array_foreach(json_object_get(vectors, "tests"), i, test)
	{
		struct cardea_fido2_registration good = webauthn_registration(
						     vectors, test),
						 bad = good;
		struct cardea_attestation attestation;

		if (strcmp(good.format, "fido-u2f") != 0)
			continue;
		for (size_t at = 0; at < good.auth_data_len; at++) {
			/* flags, counter and model are not among it */
			if (at >= 32 && at < 53)
				continue;
			bad.auth_data[at] ^= (unsigned char)(1 << at % 8);
			assert_int_not_equal(
			    judge(&bad, NULL, &attestation), CARDEA_OK);
			bad.auth_data[at] = good.auth_data[at];
			tried++;
		}
	}
	assert_int_equal(tried, 143);
}

static void
an_attestation_object_has_three_members(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		enum cardea_status status;
	} objects[] = {
#define OBJECT(text, status) { text, sizeof(text) - 1, status }
		OBJECT("\xa3\x63"
		       "fmt\x64none\x67"
		       "attStmt\xa0\x68"
		       "authData\x41x",
		    CARDEA_OK),
		OBJECT("\xa3\x68"
		       "authData\x41x\x63"
		       "fmt\x64none\x67"
		       "attStmt\xa0",
		    CARDEA_OK),
		OBJECT("", CARDEA_E_SYNTAX),
		OBJECT("\xa0", CARDEA_E_SYNTAX),
		OBJECT("\xa2\x63"
		       "fmt\x64none\x67"
		       "attStmt\xa0",
		    CARDEA_E_SYNTAX),
		OBJECT("\xa3\x63"
		       "fmt\x64none\x67"
		       "attStmt\xa0\x67"
		       "attStmt\xa0",
		    CARDEA_E_SYNTAX),
		OBJECT("\xa3\x63"
		       "fmt\x64none\x67"
		       "attStmt\xa0\x68"
		       "authdata\x41x",
		    CARDEA_E_SYNTAX),
		OBJECT("\xa4\x63"
		       "fmt\x64none\x67"
		       "attStmt\xa0\x68"
		       "authData\x41x\x61x\x00",
		    CARDEA_E_SYNTAX),
		OBJECT("\xa3\x63"
		       "fmt\x44none\x67"
		       "attStmt\xa0\x68"
		       "authData\x41x",
		    CARDEA_E_SYNTAX),
		OBJECT("\xa3\x63"
		       "fmt\x64no\0e\x67"
		       "attStmt\xa0\x68"
		       "authData\x41x",
		    CARDEA_E_SYNTAX),
		OBJECT("\xa3\x63"
		       "fmt\x64none\x67"
		       "attStmt\xa0\x68"
		       "authData\x61x",
		    CARDEA_E_SYNTAX),
		OBJECT("\xa3\x63"
		       "fmt\x64none\x67"
		       "attStmt\xa0\x68"
		       "authData\x41x\x00",
		    CARDEA_E_SYNTAX),
		OBJECT("\xa3\x63"
		       "fmt\x78\x20"
		       "01234567890123456789012345678901"
		       "\x67"
		       "attStmt\xa0\x68"
		       "authData\x41x",
		    CARDEA_E_RANGE),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		struct cardea_fido2_registration registration = {
			.auth_data_len = 99
		};

		assert_int_equal(cardea_attestation_unpack(
				     (const unsigned char *)objects[i].bytes,
				     objects[i].len, &registration, NULL),
		    objects[i].status);
		if (objects[i].status != CARDEA_OK) {
			assert_int_equal(registration.auth_data_len, 99);
			continue;
		}
		assert_string_equal(registration.format, "none");
		assert_int_equal(registration.auth_data_len, 1);
		assert_int_equal(registration.statement_len, 1);
		assert_int_equal(registration.statement[0], 0xa0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_registration_is_decided_by_its_format),
		cmocka_unit_test(a_flipped_bit_of_what_is_signed_is_refused),
		cmocka_unit_test(a_flipped_bit_of_what_u2f_signs_is_refused),
		cmocka_unit_test(an_attestation_object_has_three_members),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
