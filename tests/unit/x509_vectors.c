/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "cert/x509_key.h"
#include "cert/x509_profile.h"
#include "cert/x509_room.h"
#include "unit/vectors.h"

#include <openssl/x509.h>

#define LINE_MAX_BYTES 16384

static struct cardea_x509_room room;

static int
open_room(void **state)
{
	(void)state;
	return cardea_x509_room_open(&room) ? 0 : -1;
}

static int
close_room(void **state)
{
	(void)state;
	cardea_x509_room_close(&room);
	return 0;
}

static struct cardea_cert_bytes
unhexed(const char *hex, unsigned char *bytes)
{
	struct cardea_cert_bytes made = { bytes, strlen(hex) / 2 };

	if (strcmp(hex, "-") == 0)
		made.len = 0;
	else
		assert_int_equal(
		    cardea_text_unhex(bytes, made.len, hex), CARDEA_OK);
	return made;
}

/* "acceptable" is what some verifiers take and some do not. */
static bool
is_as_expected(const char *expected, bool holds)
{
	if (strcmp(expected, "acceptable") == 0)
		return true;
	return holds == (strcmp(expected, "valid") == 0);
}

/* Through the function that judges a device's proof. */
static void
X01_wycheproofs_signatures(void **state)
{
	static unsigned char key[LINE_MAX_BYTES], text[LINE_MAX_BYTES],
	    tag[LINE_MAX_BYTES];
	static char line[LINE_MAX_BYTES];
	struct cardea_cert_bytes spki = { key, 0 };
	char file[64] = "", *at, *word[4];
	size_t count = 0, valid = 0;
	FILE *stream = fopen(
	    TEST_VECTORS "/wycheproof-signatures/signatures.txt", "re");

	(void)state;
	assert_non_null(stream);
	while (fgets(line, sizeof(line), stream) != NULL) {
		struct cardea_cert_bytes message, signature;
		bool holds;

		line[strcspn(line, "\n")] = '\0';
		at = line;
		for (size_t i = 0; i < 4; i++)
			word[i] = strsep(&at, " ");
		if (strcmp(word[0], "key") == 0) {
			snprintf(file, sizeof(file), "%s", word[1]);
			spki = unhexed(word[2], key);
			continue;
		}
		message = unhexed(word[2], text);
		signature = unhexed(word[3], tag);
		holds = cardea_x509_signature_holds(
		    room.context, &spki, &message, &signature);
		if (!is_as_expected(word[1], holds))
			print_message("%s %s: %s\n", file, word[0], word[1]);
		assert_true(is_as_expected(word[1], holds));
		count++;
		valid += strcmp(word[1], "valid") == 0;
	}
	fclose(stream);
	assert_int_equal(count, 894);
	assert_true(valid > 200);
}

/* What BoringSSL's parser does not take must fail here before anything else
 * does; all of these keys are too short, so that none of the others passes. */
#define SHORT_KEY "has an RSA key of 1024 bits"
#define NO_DER "is no certificate in DER"

static const struct {
	const char *id, *fault;
} faults[] = {
	{ "bad_policy_qualifiers",
	    "extension certificatePolicies is malformed" },
	{ "bad_signature_algorithm_oid",
	    "is signed with an algorithm that is not taken" },
	{ "basic_constraints_negative_path", "has an impossible path length" },
	{ "basic_constraints_path_too_large", "has an impossible path length" },
	{ "basic_constraints_pathlen_not_ca",
	    "has a path length, and is no authority" },
	{ "cert_algorithm_not_sequence", NO_DER },
	{ "cert_data_after_signature", NO_DER },
	{ "cert_not_sequence", NO_DER },
	/* an outer shell, which BoringSSL opens in two steps; so are "tbs_" */
	{ "cert_skeleton", NO_DER },
	{ "crldp_1uri_noissuer", SHORT_KEY },
	{ "extension_critical_0", "an extension says that it is not critical" },
	{ "extension_not_critical", SHORT_KEY },
	{ "failed_signature_algorithm", NO_DER },
	{ "key_usage", SHORT_KEY },
	{ "serial_not_minimal", NO_DER },
	{ "serial_zero", "serial number is zero" },
	{ "serial_zero_padded", SHORT_KEY },
	{ "serial_zero_padded_21_bytes",
	    "serial number is longer than 20 octets" },
	{ "subject_alt_name", SHORT_KEY },
	{ "subject_not_ascii", NO_DER },
	/* a PrintableString with UTF-8 in it, which BoringSSL lets be */
	{ "subject_printable_string_containing_utf8_client_cert", NO_DER },
	{ "subject_t61string", SHORT_KEY },
	{ "subjectaltname_dns_not_ascii", "alternative name 1 is malformed" },
	{ "subjectaltname_general_names_empty_sequence",
	    "has an empty list of alternative names" },
	{ "tbs_v1_extensions", NO_DER },
	{ "tbs_v3_extensions_not_sequence", NO_DER },
	{ "tbs_v3_no_optionals", NO_DER },
	{ "tbs_v3_real", NO_DER },
	{ "tbs_validity_both_generalized_time", NO_DER },
	{ "tbs_validity_relaxed", NO_DER },
};

static const char *
fault_of(const json_t *test, struct cardea_x509_fault *fault)
{
	const char *text = text_of(test, "der");
	unsigned char bytes[8192];
	struct cardea_cert_bytes der = { bytes, 0 };
	X509 *certificate;

	memset(fault, 0, sizeof(*fault));
	assert_int_equal(cardea_base64_decode(CARDEA_BASE64, text, strlen(text),
			     bytes, sizeof(bytes), &der.len),
	    CARDEA_OK);
	certificate = cardea_x509_read(&room, &der, false, fault);
	if (certificate != NULL)
		assert_false(cardea_x509_leaf_holds(
		    certificate, CARDEA_X509_ANY, fault));
	X509_free(certificate);
	return fault->text;
}

static void
X07_certificates_of_boringssls_parser(void **state)
{
	json_t *root = load_vectors("boringssl-chain/parse.json");
	const json_t *tests = json_object_get(root, "tests"), *test;
	size_t i;

	(void)state;
	assert_int_equal(
	    json_array_size(tests), sizeof(faults) / sizeof(faults[0]));
	json_array_foreach(tests, i, test)
	{
		struct cardea_x509_fault fault;

		assert_string_equal(text_of(test, "id"), faults[i].id);
		if (strcmp(fault_of(test, &fault), faults[i].fault) != 0)
			print_message("%s\n", faults[i].id);
		assert_string_equal(fault.text, faults[i].fault);
		if (json_is_false(json_object_get(test, "must_parse")))
			assert_string_not_equal(fault.text, SHORT_KEY);
	}
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(X01_wycheproofs_signatures),
		cmocka_unit_test(X07_certificates_of_boringssls_parser),
	};

	return cmocka_run_group_tests(tests, open_room, close_room);
}
