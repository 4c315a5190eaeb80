/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/fido2_fixture.h"
#include "unit/signer.h"
#include "unit/test.h"

/* A library in trouble, and records that no enrolment writes. */

static enum cardea_status answer;

static enum cardea_status
verify_as_told(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion)
{
	(void)credential;
	(void)assertion;
	return answer;
}

static bool
has_none(int algorithm)
{
	(void)algorithm;
	return false;
}

static const struct cardea_fido2_library obedient = {
	.version = CARDEA_FIDO2_LIBRARY_VERSION,
	.verify = verify_as_told,
	.has_algorithm = has_none,
};

static void
trouble_of_the_library_is_no_answer(void **state)
{
	static const struct {
		enum cardea_status status;
		enum cardea_result result;
		enum cardea_fido2_why why;
	} cases[] = {
		{ CARDEA_OK, CARDEA_RESULT_VERIFIED, CARDEA_FIDO2_ACCEPTED },
		{ CARDEA_E_CORRUPT, CARDEA_RESULT_REFUSED,
		    CARDEA_FIDO2_WRONG_SIGNATURE },
		{ CARDEA_E_SYNTAX, CARDEA_RESULT_BROKEN,
		    CARDEA_FIDO2_BAD_CREDENTIAL },
		{ CARDEA_E_VERSION, CARDEA_RESULT_BROKEN,
		    CARDEA_FIDO2_UNSUPPORTED },
		{ CARDEA_E_INTERNAL, CARDEA_RESULT_BROKEN,
		    CARDEA_FIDO2_FAILED },
		{ CARDEA_E_MEMORY, CARDEA_RESULT_BROKEN, CARDEA_FIDO2_FAILED },
		{ CARDEA_E_IO, CARDEA_RESULT_BROKEN, CARDEA_FIDO2_FAILED },
	};
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion assertion = softkey_assert(
	    &key, UP, 1, NULL, 0);
	struct cardea_fido2_verdict verdict;

	(void)state;
	for
		EACH(i, cases)
		{
			answer = cases[i].status;
			cardea_fido2_judge(&obedient, &key.credential,
			    &assertion, false, &verdict);
			assert_int_equal(verdict.result, cases[i].result);
			assert_int_equal(verdict.why, cases[i].why);
		}
	softkey_free(&key);
}

typedef void spoil(struct cardea_fido2_credential *credential);

#define SPOILS(name, what)                                                     \
	static void name(struct cardea_fido2_credential *credential)           \
	{                                                                      \
		what;                                                          \
	}

SPOILS(no_kind, credential->kind = CARDEA_FIDO2_NONE)
SPOILS(other_kind, credential->kind = (enum cardea_fido2_kind)7)
SPOILS(no_algorithm, credential->algorithm = CARDEA_FIDO2_ALGORITHM_NONE)
SPOILS(
    other_algorithm, credential->algorithm = (enum cardea_fido2_algorithm)(-36))
SPOILS(short_key, credential->public_len--)
SPOILS(long_key, credential->public_len++)
SPOILS(no_handle, credential->handle_len = 0)
SPOILS(long_handle, credential->handle_len = CARDEA_KEY_HANDLE_MAX + 1)
SPOILS(no_rp, credential->rp_id[0] = '\0')
SPOILS(control_rp, credential->rp_id[2] = '\n')
SPOILS(endless_rp, memset(credential->rp_id, 'x', sizeof(credential->rp_id)))
SPOILS(no_id, credential->id[0] = '\0')
SPOILS(short_id, credential->id[15] = '\0')
SPOILS(long_id, strcpy(credential->id, "0123456789abcdef0"))
SPOILS(upper_id, credential->id[10] = 'A')
SPOILS(no_name, credential->name[0] = '\0')
SPOILS(control_name, credential->name[1] = '\x1b')
SPOILS(backed_up, credential->backed_up = true)
SPOILS(early, credential->created_s = -1)
SPOILS(early_use, credential->used_s = -1)

static void
a_record_that_no_enrolment_writes_is_told(void **state)
{
	static spoil *const spoils[] = { no_kind, other_kind, no_algorithm,
		other_algorithm, short_key, long_key, no_handle, long_handle,
		no_rp, control_rp, endless_rp, no_id, short_id, long_id,
		upper_id, no_name, control_name, backed_up, early, early_use };
	const size_t for_judges = 11; /* the first ones */
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion assertion = softkey_assert(
	    &key, UP, 1, NULL, 0);

	(void)state;
	answer = CARDEA_OK;
	for
		EACH(i, spoils)
		{
			struct cardea_fido2_credential bad = key.credential;
			struct cardea_fido2_verdict verdict;
			struct cardea_diag diag = { 0 };

			spoils[i](&bad);
			assert_int_equal(
			    cardea_fido2_check_credential(
				&cardea_fido2_library, &bad, &diag),
			    CARDEA_E_SYNTAX);
			assert_true(diag.reason[0] != '\0');
			cardea_fido2_judge(
			    &obedient, &bad, &assertion, false, &verdict);
			if (i < for_judges) {
				assert_int_equal(
				    verdict.result, CARDEA_RESULT_BROKEN);
				assert_int_equal(
				    verdict.why, CARDEA_FIDO2_BAD_CREDENTIAL);
			}
		}
	assert_int_equal(
	    cardea_fido2_check_credential(NULL, &key.credential, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_fido2_check_credential(&obedient, &key.credential, NULL),
	    CARDEA_E_VERSION);
	softkey_free(&key);
}

static void
an_assertion_beyond_its_bounds_is_malformed(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_assertion good = softkey_assert(
	    &key, UP, 1, NULL, 0);
	struct cardea_fido2_assertion bad = good;

	(void)state;
	bad.auth_data_len = sizeof(bad.auth_data) + 1;
	assert_int_equal(
	    judge(&key.credential, &bad, false).why, CARDEA_FIDO2_MALFORMED);
	bad = good;
	bad.signature_len = sizeof(bad.signature) + 1;
	assert_int_equal(
	    judge(&key.credential, &bad, false).why, CARDEA_FIDO2_MALFORMED);
	bad.signature_len = 0;
	assert_int_equal(
	    judge(&key.credential, &bad, false).why, CARDEA_FIDO2_MALFORMED);
	softkey_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(trouble_of_the_library_is_no_answer),
		cmocka_unit_test(a_record_that_no_enrolment_writes_is_told),
		cmocka_unit_test(an_assertion_beyond_its_bounds_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
