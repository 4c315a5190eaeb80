/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/authdata.h"
#include "unit/attestation_fixture.h"
#include "unit/test.h"

/* Formats of statements and what each of them proves. */

#define UP CARDEA_AUTHDATA_UP
#define UV CARDEA_AUTHDATA_UV
#define AT CARDEA_AUTHDATA_AT
#define BE CARDEA_AUTHDATA_BE
#define BS CARDEA_AUTHDATA_BS

static void
the_key_may_sign_for_itself(void **state)
{
	static const enum cardea_fido2_algorithm algorithms[] = {
		CARDEA_FIDO2_ES256, CARDEA_FIDO2_ES384, CARDEA_FIDO2_EDDSA,
		CARDEA_FIDO2_RS256
	};

	(void)state;
	for
		EACH(i, algorithms)
		{
			struct softkey own = softkey_new(algorithms[i]);
			struct cardea_fido2_registration registration =
			    softkey_register(&own, &(struct softkey_make){ 0 });
			struct cardea_attestation attestation = accepted(
			    &registration, &with_roots);

			assert_int_equal(
			    attestation.kind, CARDEA_ATTESTATION_SELF);
			assert_int_equal(
			    attestation.credential.algorithm, algorithms[i]);
			assert_false(attestation.credential.attested);
			refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
			    "its attestation is \"self\"");
			registration.client_hash[5] ^= 1;
			refused(&registration, &no_rules, CARDEA_E_CORRUPT,
			    "signature");
			softkey_free(&own);
		}
}

static void
a_statement_must_name_the_algorithm_of_its_key(void **state)
{
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .named = CARDEA_FIDO2_EDDSA });

	(void)state;
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "another algorithm");
	registration = softkey_register(&key,
	    &(struct softkey_make){
		.named = (enum cardea_fido2_algorithm)(-65535) }); /* SHA-1 */
	refused(&registration, &no_rules, CARDEA_E_VERSION, "not supported");
	registration = softkey_register(&key,
	    &(struct softkey_make){
		.named = CARDEA_FIDO2_RS256, .chain = { &leaf } });
	refused(&registration, &no_rules, CARDEA_E_CORRUPT, "signature");
}

static void
none_proves_nothing(void **state)
{
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .format = "none", .bare = true });
	struct cardea_attestation attestation = accepted(
	    &registration, &with_roots);

	(void)state;
	assert_int_equal(attestation.kind, CARDEA_ATTESTATION_NONE);
	assert_false(attestation.credential.attested);
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "its attestation is \"none\"");
}

/* WebAuthn level 2, 8.7: the statement is the empty map */
static void
none_with_a_statement_is_refused(void **state)
{
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .format = "none" });

	(void)state;
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	registration.statement_len = 0;
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	memcpy(registration.statement, "\xa0\xa0", 2);
	registration.statement_len = 2;
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
}

static void
other_formats_are_not_supported(void **state)
{
	static const char *const formats[] = { "tpm", "android-key", "apple",
		"android-safetynet", "Packed", "packed ", "",
		"0123456789012345678901234567890" };

	(void)state;
	for
		EACH(i, formats)
		{
			struct cardea_fido2_registration registration =
			    softkey_register(&key, &(struct softkey_make){ 0 });

			strcpy(registration.format, formats[i]);
			refused(&registration, &no_rules, CARDEA_E_VERSION,
			    "not supported");
		}
}

static struct cardea_fido2_registration
made_by_u2f(const struct softcert *cert, unsigned int flags)
{
	return softkey_register(&key,
	    &(struct softkey_make){
		.format = "fido-u2f", .flags = flags, .chain = { cert } });
}

/* Its signature covers neither the model nor the flags nor the counter. */
static void
u2f_proves_the_key_and_nothing_else(void **state)
{
	static const unsigned char unknown[CARDEA_FIDO2_MODEL];
	struct cardea_fido2_registration registration = made_by_u2f(
	    &leaf, UP | UV | AT | BE | BS);
	struct cardea_attestation attestation = accepted(
	    &registration, &chain_needed);
	struct cardea_attestation_rules rules = chain_needed;

	(void)state;
	assert_int_equal(attestation.kind, CARDEA_ATTESTATION_CHAINED);
	assert_memory_equal(
	    attestation.credential.model, unknown, sizeof(unknown));
	assert_false(attestation.verified_user);
	assert_false(attestation.credential.backup_eligible);
	assert_false(attestation.credential.backed_up);
	assert_int_equal(attestation.credential.counter, 0);
	rules.need_uv = true;
	refused(&registration, &rules, CARDEA_E_UNSAFE, "verified its user");
	rules = chain_needed;
	rules.allow = (const unsigned char(*)[CARDEA_FIDO2_MODEL])softkey_model;
	rules.allow_count = 1;
	refused(&registration, &rules, CARDEA_E_UNSAFE, "not among");
}

static void
u2f_is_as_webauthn_8_6_says(void **state)
{
	struct softcert bare = softcert_new(&(struct softcert_make){
	    .issuer = &root, .unit = "", .constraints = "" });
	struct softcert wide = softcert_new(
	    &(struct softcert_make){ .issuer = &root, .curve = "P-384" });
	struct cardea_fido2_registration registration = made_by_u2f(&bare, 0);
	struct softkey eddsa = softkey_new(CARDEA_FIDO2_EDDSA);

	(void)state;
	/* 8.2.1 is not about these */
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
	registration = made_by_u2f(&wide, 0);
	refused(&registration, &no_rules, CARDEA_E_UNSAFE, "P-256");
	/* one certificate, no more and no less */
	registration = softkey_register(&key,
	    &(struct softkey_make){
		.format = "fido-u2f", .chain = { &leaf, &root } });
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	registration = softkey_register(
	    &key, &(struct softkey_make){ .format = "fido-u2f" });
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	/* the key is on P-256 too */
	registration = softkey_register(&eddsa,
	    &(struct softkey_make){ .format = "fido-u2f", .chain = { &leaf } });
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "es256");
	/* a statement of the one kind is none of the other */
	registration = signed_by(&leaf);
	strcpy(registration.format, "fido-u2f");
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	registration = made_by_u2f(&leaf, 0);
	strcpy(registration.format, "packed");
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	softkey_free(&eddsa);
	softcert_free(&bare);
	softcert_free(&wide);
}

static void
presence_is_always_demanded_and_verification_by_rule(void **state)
{
	const struct cardea_attestation_rules rules = { .need_uv = true };
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .flags = UV | AT });

	(void)state;
	refused(&registration, &no_rules, CARDEA_E_UNSAFE, "nobody touched");
	registration = softkey_register(
	    &key, &(struct softkey_make){ .flags = UP | AT });
	assert_false(accepted(&registration, &no_rules).verified_user);
	refused(&registration, &rules, CARDEA_E_UNSAFE, "verified its user");
	registration = softkey_register(
	    &key, &(struct softkey_make){ .flags = UP | UV | AT | BE });
	assert_true(accepted(&registration, &rules).verified_user);
	assert_true(accepted(&registration, &rules).credential.backup_eligible);
}

static void
models_are_allowed_and_denied(void **state)
{
	static const unsigned char list[2][CARDEA_FIDO2_MODEL] = {
		"another model ..", "softkey of tests"
	};
	struct cardea_fido2_registration chained = signed_by(&leaf);
	struct cardea_fido2_registration claimed = softkey_register(
	    &key, &(struct softkey_make){ 0 });
	struct cardea_attestation_rules rules = {
		.roots_path = roots, .deny = list, .deny_count = 1
	};

	(void)state;
	(void)accepted(&chained, &rules);
	rules.deny_count = 2;
	refused(&chained, &rules, CARDEA_E_UNSAFE,
	    "736f6674-6b65-7920-6f66-207465737473 are not wanted");
	/* a claim is enough to be refused, and never enough to be let in */
	refused(&claimed, &rules, CARDEA_E_UNSAFE, "are not wanted");
	rules = (struct cardea_attestation_rules){
		.roots_path = roots, .allow = list, .allow_count = 2
	};
	(void)accepted(&chained, &rules);
	refused(&claimed, &rules, CARDEA_E_UNSAFE, "does not prove its own");
	rules.roots_path = other_roots;
	refused(&chained, &rules, CARDEA_E_UNSAFE, "does not prove its own");
	rules.roots_path = roots;
	rules.allow_count = 1;
	refused(&chained, &rules, CARDEA_E_UNSAFE, "not among");
	rules.allow_count = 2;
	rules.deny = list + 1;
	rules.deny_count = 1;
	refused(&chained, &rules, CARDEA_E_UNSAFE, "are not wanted");
}

static void
another_relying_party_or_client_is_refused(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);

	(void)state;
	strcpy(registration.rp_id, "login.example.com");
	refused(&registration, &no_rules, CARDEA_E_CORRUPT,
	    "another relying party");
	registration = signed_by(&leaf);
	registration.client_hash[31] ^= 0x80;
	refused(&registration, &no_rules, CARDEA_E_CORRUPT, "signature");
}

/* One byte after another, of a chained registration: what is still accepted is
 * not chained (the certificate itself was hit). */
static void
a_flipped_bit_is_never_accepted_as_chained(void **state)
{
	struct cardea_fido2_registration good = signed_by(&leaf), bad = good;
	struct cardea_attestation attestation;
	struct cardea_diag diag;

	(void)state;
	for (size_t at = 0; at < good.auth_data_len; at++) {
		bad.auth_data[at] ^= (unsigned char)(1 << at % 8);
		assert_int_not_equal(
		    judge_by(&bad, &with_roots, NULL, &diag), CARDEA_OK);
		bad.auth_data[at] = good.auth_data[at];
	}
	for (size_t at = 0; at < good.statement_len; at++) {
		bad.statement[at] ^= (unsigned char)(1 << at % 8);
		if (judge_by(&bad, &with_roots, &attestation, &diag) ==
		    CARDEA_OK)
			assert_int_equal(
			    attestation.kind, CARDEA_ATTESTATION_UNCHAINED);
		bad.statement[at] = good.statement[at];
	}
}

static void
a_cut_registration_is_refused_at_every_byte(void **state)
{
	struct cardea_fido2_registration good = signed_by(&leaf), bad = good;
	struct cardea_diag diag;

	(void)state;
	for (size_t len = 0; len < good.auth_data_len; len++) {
		bad.auth_data_len = len;
		assert_int_equal(
		    judge_by(&bad, &no_rules, NULL, &diag), CARDEA_E_SYNTAX);
	}
	bad = good;
	for (size_t len = 0; len < good.statement_len; len++) {
		bad.statement_len = len;
		assert_int_equal(
		    judge_by(&bad, &no_rules, NULL, &diag), CARDEA_E_SYNTAX);
	}
	bad.statement_len = sizeof(bad.statement) + 1;
	refused(&bad, &no_rules, CARDEA_E_RANGE, "too long");
	bad = good;
	bad.auth_data_len = sizeof(bad.auth_data) + 1;
	refused(&bad, &no_rules, CARDEA_E_RANGE, "too long");
}

static void
a_statement_has_its_members_once_and_no_others(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} statements[] = {
#define BYTES(text) { text, sizeof(text) - 1 }
		BYTES("\xa0"), /* nothing */
		BYTES("\xa1\x63"
		      "alg\x26"),
		BYTES("\xa1\x63"
		      "sig\x41x"),
		BYTES("\xa2\x63"
		      "alg\x26\x63"
		      "sig\x40"), /* empty */
		BYTES("\xa2\x63"
		      "alg\x26\x63"
		      "sig\x61x"), /* text */
		BYTES("\xa2\x63"
		      "alg\x63"
		      "abc\x63"
		      "sig\x41x"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "alg\x26\x63"
		      "sig\x41x"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "sig\x41x"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "x5c\x80"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "x5c\x81\x40"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "x5c\x41x"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "ver\x61"
		      "2"),
		BYTES("\xa2\x63"
		      "alg\x26\x63"
		      "sig\x41x\x00"),
		BYTES("\x82\x26\x41x"),
		BYTES("\xf6"),
	};
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ 0 });

	(void)state;
	for
		EACH(i, statements)
		{
			memcpy(registration.statement, statements[i].bytes,
			    statements[i].len);
			registration.statement_len = statements[i].len;
			refused(&registration, &no_rules, CARDEA_E_SYNTAX,
			    "statement");
		}
}

static void
extensions_are_no_hindrance(void **state)
{
	static const char *const maps[] = { "\xa0",
		"\xa1\x6b"
		"credProtect\x02",
		"\xa1\x6bhmac-secret\xf5", "\xa1\x6bhmac-secret\xf4",
		"\xa1\x68"
		"credBlob\xf5",
		"\xa1\x6cminPinLength\x06",
		"\xa3\x67unknown\xa0\x6b"
		"credProtect\x03\x6bhmac-secret\xf5" };

	(void)state;
	for
		EACH(i, maps)
		{
			struct softkey_make make = { .extensions = maps[i],
				.extensions_len = strlen(maps[i]) };
			struct cardea_fido2_registration registration =
			    softkey_register(&key, &make);

			assert_int_equal(
			    accepted(&registration, &no_rules).kind,
			    CARDEA_ATTESTATION_SELF);
			make.chain[0] = &leaf;
			registration = softkey_register(&key, &make);
			assert_int_equal(
			    accepted(&registration, &chain_needed).kind,
			    CARDEA_ATTESTATION_CHAINED);
		}
}

static void
kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(
	    cardea_attestation_text(CARDEA_ATTESTATION_NONE), "none");
	assert_string_equal(
	    cardea_attestation_text(CARDEA_ATTESTATION_SELF), "self");
	assert_string_equal(
	    cardea_attestation_text(CARDEA_ATTESTATION_UNCHAINED), "unchained");
	assert_string_equal(
	    cardea_attestation_text(CARDEA_ATTESTATION_CHAINED), "chained");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_key_may_sign_for_itself),
		cmocka_unit_test(
		    a_statement_must_name_the_algorithm_of_its_key),
		cmocka_unit_test(none_proves_nothing),
		cmocka_unit_test(none_with_a_statement_is_refused),
		cmocka_unit_test(other_formats_are_not_supported),
		cmocka_unit_test(u2f_proves_the_key_and_nothing_else),
		cmocka_unit_test(u2f_is_as_webauthn_8_6_says),
		cmocka_unit_test(
		    presence_is_always_demanded_and_verification_by_rule),
		cmocka_unit_test(models_are_allowed_and_denied),
		cmocka_unit_test(another_relying_party_or_client_is_refused),
		cmocka_unit_test(a_flipped_bit_is_never_accepted_as_chained),
		cmocka_unit_test(a_cut_registration_is_refused_at_every_byte),
		cmocka_unit_test(
		    a_statement_has_its_members_once_and_no_others),
		cmocka_unit_test(extensions_are_no_hindrance),
		cmocka_unit_test(kinds_have_names),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
