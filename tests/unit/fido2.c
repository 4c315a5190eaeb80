/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit/fido2_fixture.h"
#include "unit/signer.h"
#include "unit/test.h"

static const enum cardea_fido2_algorithm algorithms[] = { CARDEA_FIDO2_ES256,
	CARDEA_FIDO2_ES384, CARDEA_FIDO2_EDDSA, CARDEA_FIDO2_RS256 };

/* What an assertion with these flags and this counter comes to. */
static enum cardea_fido2_why
why_of(const struct softkey *key, unsigned int flags, uint32_t counter,
    bool need_uv)
{
	struct cardea_fido2_assertion assertion = softkey_assert(
	    key, flags, counter, NULL, 0);
	struct cardea_fido2_verdict verdict = judge(
	    &key->credential, &assertion, need_uv);

	assert_int_equal(verdict.result == CARDEA_RESULT_VERIFIED,
	    verdict.why == CARDEA_FIDO2_ACCEPTED);
	return verdict.why;
}

static void
every_algorithm_of_libfido2_is_judged(void **state)
{
	(void)state;
	for
		EACH(i, algorithms)
		{
			struct softkey key = softkey_new(algorithms[i]);
			struct cardea_fido2_assertion assertion =
			    softkey_assert(&key, UP | UV, 4711, NULL, 0);
			struct cardea_fido2_verdict verdict;

			assert_true(cardea_fido2_library.has_algorithm(
			    (int)algorithms[i]));
			assert_int_equal(
			    cardea_fido2_check_credential(
				&cardea_fido2_library, &key.credential, NULL),
			    CARDEA_OK);
			verdict = judge(&key.credential, &assertion, true);
			assert_int_equal(
			    verdict.result, CARDEA_RESULT_VERIFIED);
			assert_int_equal(verdict.counter, 4711);
			assert_true(verdict.verified_user);
			assertion.client_hash[0] ^= 1;
			verdict = judge(&key.credential, &assertion, true);
			assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
			assert_int_equal(
			    verdict.why, CARDEA_FIDO2_WRONG_SIGNATURE);
			assert_int_equal(verdict.counter, 0);
			assert_false(verdict.verified_user);
			softkey_free(&key);
		}
	assert_false(cardea_fido2_library.has_algorithm(0));
	assert_false(cardea_fido2_library.has_algorithm(-36));
}

/* The bytes that OpenSSH's keys sign are the same (PROTOCOL.u2f). */
static void
keys_of_ssh_are_judged_by_the_same_rules(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_EDDSA);

	(void)state;
	key.credential.kind = CARDEA_FIDO2_SSH;
	key.credential.handle_len = 0;
	strcpy(key.credential.rp_id, "ssh:");
	assert_int_equal(why_of(&key, UP, 1, false), CARDEA_FIDO2_ACCEPTED);
	assert_int_equal(why_of(&key, 0, 1, false), CARDEA_FIDO2_NO_PRESENCE);
	assert_int_equal(
	    why_of(&key, UP, 1, true), CARDEA_FIDO2_NO_VERIFICATION);
	key.credential.handle_len = 1;
	assert_int_equal(
	    why_of(&key, UP, 1, false), CARDEA_FIDO2_BAD_CREDENTIAL);
	softkey_free(&key);
	key = softkey_new(CARDEA_FIDO2_ES384);
	key.credential.kind = CARDEA_FIDO2_SSH;
	key.credential.handle_len = 0;
	assert_int_equal(
	    why_of(&key, UP, 1, false), CARDEA_FIDO2_BAD_CREDENTIAL);
	softkey_free(&key);
}

static void
K01_presence_is_always_demanded(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);

	(void)state;
	assert_int_equal(why_of(&key, 0, 1, false), CARDEA_FIDO2_NO_PRESENCE);
	assert_int_equal(why_of(&key, UV, 1, false), CARDEA_FIDO2_NO_PRESENCE);
	assert_int_equal(why_of(&key, UV, 1, true), CARDEA_FIDO2_NO_PRESENCE);
	softkey_free(&key);
}

static void
K01_verification_is_demanded_by_rule_or_credential(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);

	(void)state;
	assert_int_equal(why_of(&key, UP, 1, false), CARDEA_FIDO2_ACCEPTED);
	assert_int_equal(
	    why_of(&key, UP, 1, true), CARDEA_FIDO2_NO_VERIFICATION);
	assert_int_equal(why_of(&key, UP | UV, 1, true), CARDEA_FIDO2_ACCEPTED);
	key.credential.demands_uv = true;
	assert_int_equal(
	    why_of(&key, UP, 1, false), CARDEA_FIDO2_NO_VERIFICATION);
	assert_int_equal(
	    why_of(&key, UP | UV, 1, false), CARDEA_FIDO2_ACCEPTED);
	softkey_free(&key);
}

/* A library that says yes to everything, after it has taken a flag away. */
static enum cardea_status
verify_and_clear(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion)
{
	(void)credential;
	((struct cardea_fido2_assertion *)assertion)->auth_data[32] = 0;
	return CARDEA_OK;
}

static void
K01_the_flags_are_read_again_after_the_signature(void **state)
{
	const struct cardea_fido2_library library = {
		.version = CARDEA_FIDO2_LIBRARY_VERSION,
		.verify = verify_and_clear,
	};
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion assertion = softkey_assert(
	    &key, UP | UV, 1, NULL, 0);
	struct cardea_fido2_verdict verdict;

	(void)state;
	cardea_fido2_judge(
	    &library, &key.credential, &assertion, true, &verdict);
	assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
	assert_int_equal(verdict.why, CARDEA_FIDO2_NO_PRESENCE);
	softkey_free(&key);
}

/* libfido2 accepts flags of zero when it is not told otherwise, so it is told.
 */
static void
K01_the_library_demands_the_flags_itself(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion nobody = softkey_assert(
	    &key, UV, 1, NULL, 0);
	struct cardea_fido2_assertion unverified = softkey_assert(
	    &key, UP, 1, NULL, 0);

	(void)state;
	assert_int_equal(cardea_fido2_library.verify(&key.credential, &nobody),
	    CARDEA_E_CORRUPT);
	assert_int_equal(
	    cardea_fido2_library.verify(&key.credential, &unverified),
	    CARDEA_OK);
	key.credential.demands_uv = true;
	assert_int_equal(
	    cardea_fido2_library.verify(&key.credential, &unverified),
	    CARDEA_E_CORRUPT);
	key.credential.demands_uv = false;
	strcpy(key.credential.rp_id, "elsewhere.example.org");
	assert_int_equal(
	    cardea_fido2_library.verify(&key.credential, &unverified),
	    CARDEA_E_CORRUPT);
	softkey_free(&key);
}

static size_t
read_back(int fd, char *text, size_t size)
{
	ssize_t len = pread(fd, text, size - 1, 0);

	assert_true(len >= 0);
	text[len] = '\0';
	return (size_t)len;
}

static void
K04_nothing_is_printed_whatever_the_environment_says(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .flags = 0 });
	struct cardea_attestation attestation;
	int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	FILE *caught = tmpfile();
	char text[256];

	(void)state;
	assert_non_null(caught);
	assert_int_equal(setenv("FIDO_DEBUG", "1", 1), 0);
	fflush(NULL);
	dup2(fileno(caught), STDOUT_FILENO);
	dup2(fileno(caught), STDERR_FILENO);
	(void)why_of(&key, UP, 1, false);
	(void)why_of(&key, UP | ED, 1, false);
	(void)cardea_fido2_library.attest(
	    &registration, NULL, &attestation, NULL);
	registration.statement[20] ^= 1;
	(void)cardea_fido2_library.attest(
	    &registration, NULL, &attestation, NULL);
	key.credential.public_key[3] ^= 1;
	(void)why_of(&key, UP, 1, false);
	fflush(NULL);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	unsetenv("FIDO_DEBUG");
	if (read_back(fileno(caught), text, sizeof(text)) != 0)
		fail_msg("%s", text);
	fclose(caught);
	close(out);
	close(err);
	softkey_free(&key);
}

static void
K07_a_counter_must_grow(void **state)
{
	static const struct {
		uint32_t stored, shown;
		bool grows;
	} cases[] = { { 0, 0, true }, { 0, 1, true }, { 0, UINT32_MAX, true },
		{ 1, 0, false }, { 1, 1, false }, { 1, 2, true },
		{ 7, 6, false }, { 256, 255, false }, { 255, 256, true },
		{ UINT32_MAX, 0, false }, { UINT32_MAX, UINT32_MAX, false },
		{ UINT32_MAX - 1, UINT32_MAX, true },
		{ 0x80000000u, 0x7fffffffu, false },
		{ 0x7fffffffu, 0x80000000u, true } };
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);

	(void)state;
	for
		EACH(i, cases)
		{
			assert_int_equal(cardea_fido2_counter_grows(
					     cases[i].stored, cases[i].shown),
			    cases[i].grows);
			key.credential.counter = cases[i].stored;
			assert_int_equal(
			    why_of(&key, UP, cases[i].shown, false),
			    cases[i].grows ? CARDEA_FIDO2_ACCEPTED
					   : CARDEA_FIDO2_COUNTER);
		}
	softkey_free(&key);
}

static void
K07_a_counter_that_stands_is_told_though_refused(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion assertion = softkey_assert(
	    &key, UP | UV, 5, NULL, 0);
	struct cardea_fido2_verdict verdict;

	(void)state;
	key.credential.counter = 9;
	verdict = judge(&key.credential, &assertion, false);
	assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
	assert_int_equal(verdict.why, CARDEA_FIDO2_COUNTER);
	assert_int_equal(verdict.counter, 5);
	assert_true(verdict.verified_user);
	softkey_free(&key);
}

static enum cardea_fido2_why
why_with_tail(const struct softkey *key, unsigned int flags, const void *tail,
    size_t tail_len)
{
	struct cardea_fido2_assertion assertion = softkey_assert(
	    key, flags, 1, tail, tail_len);

	return judge(&key->credential, &assertion, false).why;
}

#define TAIL(text) text, sizeof(text) - 1

static void
K08_trailing_bytes_are_refused_though_signed(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);

	(void)state;
	assert_int_equal(
	    why_with_tail(&key, UP, TAIL("\x00")), CARDEA_FIDO2_MALFORMED);
	assert_int_equal(
	    why_with_tail(&key, UP, TAIL("\xa0")), CARDEA_FIDO2_MALFORMED);
	assert_int_equal(
	    why_with_tail(&key, UP | ED, TAIL("")), CARDEA_FIDO2_MALFORMED);
	assert_int_equal(why_with_tail(&key, UP | ED, TAIL("\xa0\xa0")),
	    CARDEA_FIDO2_MALFORMED);
	assert_int_equal(why_with_tail(&key, UP | ED, TAIL("\x81\x01")),
	    CARDEA_FIDO2_MALFORMED);
	softkey_free(&key);
}

static void
K08_attested_data_are_refused_though_signed(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);

	(void)state;
	assert_int_equal(why_with_tail(&key, UP | CARDEA_AUTHDATA_AT, TAIL("")),
	    CARDEA_FIDO2_MALFORMED);
	softkey_free(&key);
}

static void
extensions_are_no_hindrance(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);

	(void)state;
	assert_int_equal(
	    why_with_tail(&key, UP | ED, TAIL("\xa0")), CARDEA_FIDO2_ACCEPTED);
	assert_int_equal(why_with_tail(&key, UP | ED, TAIL("\xa1\x61x\xf5")),
	    CARDEA_FIDO2_ACCEPTED);
	/* what libfido2 would look at */
	assert_int_equal(
	    why_with_tail(&key, UP | ED, TAIL("\xa1\x6bhmac-secret\x44wxyz")),
	    CARDEA_FIDO2_ACCEPTED);
	assert_int_equal(why_with_tail(&key, UP | ED,
			     TAIL("\xa1\x68"
				  "credBlob\x44wxyz")),
	    CARDEA_FIDO2_ACCEPTED);
	/* and would not take */
	assert_int_equal(
	    why_with_tail(&key, UP | ED, TAIL("\xa1\x6bhmac-secret\x01")),
	    CARDEA_FIDO2_WRONG_SIGNATURE);
	softkey_free(&key);
}

static void
a_foreign_relying_party_is_refused(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion assertion = softkey_assert(
	    &key, UP, 1, NULL, 0);

	(void)state;
	strcpy(key.credential.rp_id, "login.example.com");
	assert_int_equal(judge(&key.credential, &assertion, false).why,
	    CARDEA_FIDO2_FOREIGN_RP);
	softkey_free(&key);
}

static void
a_disabled_key_is_refused_and_its_counter_told(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion assertion = softkey_assert(
	    &key, UP, 12, NULL, 0);
	struct cardea_fido2_verdict verdict;

	(void)state;
	key.credential.disabled = true;
	verdict = judge(&key.credential, &assertion, false);
	assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
	assert_int_equal(verdict.why, CARDEA_FIDO2_DISABLED);
	assert_int_equal(verdict.counter, 12);
	/* nobody learns from a wrong answer that it is disabled */
	assertion.signature[9] ^= 1;
	verdict = judge(&key.credential, &assertion, false);
	assert_int_equal(verdict.why, CARDEA_FIDO2_WRONG_SIGNATURE);
	softkey_free(&key);
}

/* SEC 1, C.5 in DER (X.690): one form only */
static void
an_ecdsa_signature_has_one_form(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion assertion = softkey_assert(
	    &key, UP, 1, NULL, 0);
	struct cardea_fido2_assertion other = assertion;
	size_t len = assertion.signature_len;

	(void)state;
	/* a byte behind it */
	other.signature_len = len + 1;
	assert_int_equal(judge(&key.credential, &other, false).why,
	    CARDEA_FIDO2_WRONG_SIGNATURE);
	/* cut anywhere */
	for (size_t cut = 0; cut < len; cut++) {
		other.signature_len = cut;
		assert_int_equal(judge(&key.credential, &other, false).result,
		    CARDEA_RESULT_REFUSED);
	}
	/* its length in two bytes */
	memmove(other.signature + 2, assertion.signature + 1, len - 1);
	other.signature[1] = 0x81;
	other.signature_len = len + 1;
	assert_int_equal(judge(&key.credential, &other, false).why,
	    CARDEA_FIDO2_WRONG_SIGNATURE);
	/* r with a zero in front that it does not need */
	memcpy(other.signature, assertion.signature, 4);
	other.signature[1]++;
	other.signature[3]++;
	other.signature[4] = 0;
	memcpy(other.signature + 5, assertion.signature + 4, len - 4);
	assert_int_equal(judge(&key.credential, &other, false).why,
	    CARDEA_FIDO2_WRONG_SIGNATURE);
	/* r and s of nothing */
	memcpy(other.signature, "\x30\x06\x02\x01\x00\x02\x01\x00", 8);
	other.signature_len = 8;
	assert_int_equal(judge(&key.credential, &other, false).why,
	    CARDEA_FIDO2_WRONG_SIGNATURE);
	other = assertion;
	assert_int_equal(
	    judge(&key.credential, &other, false).why, CARDEA_FIDO2_ACCEPTED);
	softkey_free(&key);
}

static void
a_point_off_its_curve_is_no_credential(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion assertion = softkey_assert(
	    &key, UP, 1, NULL, 0);
	struct cardea_fido2_verdict verdict;

	(void)state;
	key.credential.public_key[63] ^= 1;
	verdict = judge(&key.credential, &assertion, false);
	assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
	assert_int_equal(verdict.why, CARDEA_FIDO2_BAD_CREDENTIAL);
	softkey_free(&key);
}

static void
names_go_there_and_back(void **state)
{
	(void)state;
	for
		EACH(i, algorithms)
	assert_int_equal(cardea_fido2_algorithm_parse(
			     cardea_fido2_algorithm_text(algorithms[i])),
	    algorithms[i]);
	assert_int_equal(
	    cardea_fido2_algorithm_parse("ES256"), CARDEA_FIDO2_ALGORITHM_NONE);
	assert_int_equal(
	    cardea_fido2_algorithm_parse("none"), CARDEA_FIDO2_ALGORITHM_NONE);
	assert_string_equal(
	    cardea_fido2_algorithm_text(CARDEA_FIDO2_ALGORITHM_NONE), "none");
	for (int why = 1; why < CARDEA_FIDO2_WHY_COUNT; why++) {
		const char *text = cardea_fido2_why_text(
		    (enum cardea_fido2_why)why);

		assert_string_not_equal(text, "none");
		for (int other = 1; other < why; other++)
			assert_string_not_equal(text,
			    cardea_fido2_why_text(
				(enum cardea_fido2_why)other));
	}
	assert_string_equal(
	    cardea_fido2_why_text(CARDEA_FIDO2_WHY_COUNT), "none");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_algorithm_of_libfido2_is_judged),
		cmocka_unit_test(keys_of_ssh_are_judged_by_the_same_rules),
		cmocka_unit_test(K01_presence_is_always_demanded),
		cmocka_unit_test(
		    K01_verification_is_demanded_by_rule_or_credential),
		cmocka_unit_test(
		    K01_the_flags_are_read_again_after_the_signature),
		cmocka_unit_test(K01_the_library_demands_the_flags_itself),
		cmocka_unit_test(
		    K04_nothing_is_printed_whatever_the_environment_says),
		cmocka_unit_test(K07_a_counter_must_grow),
		cmocka_unit_test(
		    K07_a_counter_that_stands_is_told_though_refused),
		cmocka_unit_test(K08_trailing_bytes_are_refused_though_signed),
		cmocka_unit_test(K08_attested_data_are_refused_though_signed),
		cmocka_unit_test(extensions_are_no_hindrance),
		cmocka_unit_test(a_foreign_relying_party_is_refused),
		cmocka_unit_test(
		    a_disabled_key_is_refused_and_its_counter_told),
		cmocka_unit_test(an_ecdsa_signature_has_one_form),
		cmocka_unit_test(a_point_off_its_curve_is_no_credential),
		cmocka_unit_test(names_go_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
