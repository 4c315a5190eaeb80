/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/attestation_fixture.h"
#include "unit/test.h"

/* From the certificate in a statement to a pinned root. */

/* AAGUID of the softkey in the extension: OCTET STRING in DER, as hex */
#define OWN_MODEL "DER:04:10:73:6f:66:74:6b:65:79:20:6f:66:20:74:65:73:74:73"
#define OTHER_MODEL "DER:04:10:73:6f:66:74:6b:65:79:20:6f:66:20:74:65:73:74:74"

static void
a_chain_to_a_pinned_root_proves_the_model(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	struct cardea_attestation attestation = accepted(
	    &registration, &chain_needed);
	const struct cardea_fido2_credential *credential =
	    &attestation.credential;

	(void)state;
	assert_int_equal(attestation.kind, CARDEA_ATTESTATION_CHAINED);
	assert_true(attestation.verified_user);
	assert_true(credential->attested);
	assert_int_equal(credential->kind, CARDEA_FIDO2_CTAP);
	assert_int_equal(credential->algorithm, CARDEA_FIDO2_ES256);
	assert_int_equal(credential->public_len, 64);
	assert_memory_equal(
	    credential->public_key, key.credential.public_key, 64);
	assert_int_equal(credential->handle_len, 32);
	assert_memory_equal(credential->handle, key.credential.handle, 32);
	assert_string_equal(credential->rp_id, SOFTKEY_RP);
	assert_memory_equal(
	    credential->model, softkey_model, CARDEA_FIDO2_MODEL);
	assert_int_equal(credential->counter, 7);
	assert_false(credential->backup_eligible);
	assert_false(credential->disabled);
	assert_string_equal(credential->id, "");
	assert_string_equal(credential->name, "");
}

static void
the_chain_may_have_certificates_in_between(void **state)
{
	struct softcert middle = softcert_new(
	    &(struct softcert_make){ .issuer = &root,
		.common_name = "middle",
		.unit = "",
		.constraints = "critical,CA:TRUE" });
	struct softcert low = softcert_new(
	    &(struct softcert_make){ .issuer = &middle });
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .chain = { &low, &middle } });

	(void)state;
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
	/* and is none without them */
	registration = signed_by(&low);
	assert_int_equal(accepted(&registration, &with_roots).kind,
	    CARDEA_ATTESTATION_UNCHAINED);
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "no chain to a pinned root: unable to get local issuer");
	softcert_free(&middle);
	softcert_free(&low);
}

/* A leaf may not sign: it is no authority, whatever it calls itself. */
static void
a_certificate_that_is_no_authority_signs_nothing(void **state)
{
	struct softcert low = softcert_new(
	    &(struct softcert_make){ .issuer = &leaf });
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .chain = { &low, &leaf } });

	(void)state;
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "no chain to a pinned root");
	softcert_free(&low);
}

/* The file pins what is in it, be it the leaf itself. */
static void
a_pinned_certificate_need_not_have_signed_itself(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	char path[64];
	const struct cardea_attestation_rules rules = { .need_chain = true,
		.roots_path = path };

	(void)state;
	snprintf(path, sizeof(path), "%s/leaf.pem", folder);
	softcert_write(path, (const struct softcert *const[]){ &leaf }, 1);
	assert_int_equal(
	    accepted(&registration, &rules).kind, CARDEA_ATTESTATION_CHAINED);
}

static void
another_root_is_no_root_though_it_has_the_name(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	const struct cardea_attestation_rules rules = {
		.roots_path = other_roots
	};
	struct cardea_attestation_rules needed = rules;
	struct cardea_attestation attestation = accepted(&registration, &rules);

	(void)state;
	assert_int_equal(attestation.kind, CARDEA_ATTESTATION_UNCHAINED);
	assert_false(attestation.credential.attested);
	assert_true(attestation.unchained[0] != '\0');
	needed.need_chain = true;
	refused(&registration, &needed, CARDEA_E_UNSAFE,
	    "no chain to a pinned root");
	/* the root that comes along is not believed */
	registration = softkey_register(
	    &key, &(struct softkey_make){ .chain = { &leaf, &root } });
	refused(&registration, &needed, CARDEA_E_UNSAFE,
	    "no chain to a pinned root");
	/* without any roots */
	assert_int_equal(accepted(&registration, &no_rules).kind,
	    CARDEA_ATTESTATION_UNCHAINED);
	needed.roots_path = NULL;
	refused(&registration, &needed, CARDEA_E_UNSAFE, "no roots are given");
}

static void
certificates_are_good_for_their_time_only(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	const struct cardea_clock kept = now;

	(void)state;
	now.time_s = 1704067199; /* a second before 2024 */
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "certificate is not yet valid");
	now.time_s = INT64_C(4102444801); /* a second after 2099 */
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "certificate has expired");
	assert_int_equal(accepted(&registration, &with_roots).kind,
	    CARDEA_ATTESTATION_UNCHAINED);
	now = kept;
	now.plausible = false;
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE, "clock");
	now = kept;
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
}

static void
a_leaf_is_as_webauthn_8_2_1_says(void **state)
{
	static const struct {
		struct softcert_make make;
		const char *reason;
	} cases[] = {
		{ { .version = 1, .constraints = "" }, "version 3" },
		{ { .common_name = "" }, "names no maker" },
		{ { .unit = "" }, "none of an authenticator" },
		{ { .unit = "authenticator attestation" },
		    "none of an authenticator" },
		{ { .unit = "Authenticator Attestation " },
		    "none of an authenticator" },
		{ { .constraints = "" }, "may sign" },
		{ { .constraints = "CA:TRUE" }, "may sign" },
		{ { .aaguid = OTHER_MODEL }, "another model" },
		{ { .aaguid = "critical," OWN_MODEL }, "another model" },
		{ { .aaguid = "DER:04:00" }, "another model" },
		{ { .aaguid = "DER:05:00" }, "another model" },
	};

	(void)state;
	for
		EACH(i, cases)
		{
			struct softcert_make make = cases[i].make;
			struct cardea_fido2_registration registration;
			struct softcert cert;

			make.issuer = &root;
			cert = softcert_new(&make);
			registration = signed_by(&cert);
			refused(&registration, &with_roots, CARDEA_E_UNSAFE,
			    cases[i].reason);
			/* the roots are not what this is about */
			refused(&registration, &no_rules, CARDEA_E_UNSAFE,
			    cases[i].reason);
			softcert_free(&cert);
		}
}

static void
a_leaf_that_names_the_model_is_accepted(void **state)
{
	struct softcert cert = softcert_new(
	    &(struct softcert_make){ .issuer = &root, .aaguid = OWN_MODEL });
	struct cardea_fido2_registration registration = signed_by(&cert);

	(void)state;
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
	softcert_free(&cert);
}

/* A certificate of another key: its owner did not sign this. */
static void
a_signature_by_another_key_is_refused(void **state)
{
	struct softcert twin = { .pair = other_root.pair,
		.certificate = leaf.certificate };
	struct cardea_fido2_registration registration = signed_by(&twin);

	(void)state;
	refused(&registration, &no_rules, CARDEA_E_CORRUPT, "signature");
}

static void
a_chain_has_its_limit(void **state)
{
	struct softkey_make make = { 0 };
	struct cardea_fido2_registration registration;

	(void)state;
	for (size_t i = 0; i < CARDEA_KEY_CHAIN_MAX; i++)
		make.chain[i] = i == 0 ? &leaf : &root;
	registration = softkey_register(&key, &make);
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
	/* one more, by hand: a9 for a8 in front, and one byte behind */
	for (size_t i = 0; i + 4 < registration.statement_len; i++) {
		if (memcmp(registration.statement + i, "x5c\x88", 4) == 0)
			registration.statement[i + 3] = 0x89;
	}
	memcpy(registration.statement + registration.statement_len, "\x41x", 2);
	registration.statement_len += 2;
	refused(&registration, &no_rules, CARDEA_E_RANGE, "more than 8");
}

static void
certificates_are_der_to_the_last_byte(void **state)
{
	/* the signature does not cover them */
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .chain = { &leaf, &root } });
	size_t len = registration.statement_len;

	(void)state;
	/* the second one: its inner length a byte too small */
	for (size_t i = len - 1; i > 0; i--) {
		if (memcmp(registration.statement + i, "\x30\x82", 2) == 0 &&
		    registration.statement[i - 3] == 0x59) {
			registration.statement[i + 3]--;
			break;
		}
	}
	refused(&registration, &no_rules, CARDEA_E_SYNTAX,
	    "certificate 2 of the attestation is malformed");
}

static void
write_text(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
trouble_with_the_roots_is_told_and_grants_nothing(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	char path[64];
	const struct cardea_attestation_rules rules = { .roots_path = path };

	(void)state;
	snprintf(path, sizeof(path), "%s/odd.pem", folder);
	refused(&registration, &rules, CARDEA_E_MISSING, "no such file");
	write_text(path, "", 0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 1");
	write_text(path, "nothing of the kind\n", 0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 1");
	write_text(path,
	    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
	    0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 1");
	/* nobody is asked for a pass phrase */
	write_text(path,
	    "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: AES-128-CBC,00000000000000000000000000000000\n\n"
	    "AAAAAAAAAAAAAAAAAAAAAA==\n-----END CERTIFICATE-----\n",
	    0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 1");
	softcert_write(path, (const struct softcert *const[]){ &root }, 1);
	assert_int_equal(chmod(path, 0664), 0);
	refused(&registration, &rules, CARDEA_E_UNSAFE, "writable");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(
	    accepted(&registration, &rules).kind, CARDEA_ATTESTATION_CHAINED);
}

/* A sound certificate, and then one that is cut. */
static void
half_a_file_of_roots_is_none(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	char path[64], text[4096];
	const struct cardea_attestation_rules rules = { .roots_path = path };
	size_t len;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/half.pem", folder);
	softcert_write(
	    path, (const struct softcert *const[]){ &root, &other_root }, 2);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len - 40] = '\0';
	write_text(path, text, 0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_to_a_pinned_root_proves_the_model),
		cmocka_unit_test(the_chain_may_have_certificates_in_between),
		cmocka_unit_test(
		    a_certificate_that_is_no_authority_signs_nothing),
		cmocka_unit_test(
		    a_pinned_certificate_need_not_have_signed_itself),
		cmocka_unit_test(
		    another_root_is_no_root_though_it_has_the_name),
		cmocka_unit_test(certificates_are_good_for_their_time_only),
		cmocka_unit_test(a_leaf_is_as_webauthn_8_2_1_says),
		cmocka_unit_test(a_leaf_that_names_the_model_is_accepted),
		cmocka_unit_test(a_signature_by_another_key_is_refused),
		cmocka_unit_test(a_chain_has_its_limit),
		cmocka_unit_test(certificates_are_der_to_the_last_byte),
		cmocka_unit_test(
		    trouble_with_the_roots_is_told_and_grants_nothing),
		cmocka_unit_test(half_a_file_of_roots_is_none),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
