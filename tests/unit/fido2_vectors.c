/* SPDX-License-Identifier: BSD-2-Clause */
#include "factor/fido2.h"
#include "factor/library/table.h"
#include "unit/webauthn.h"

/* Every assertion of the vectors that libfido2 has an algorithm for, and what
 * SOURCE says must be refused. */

struct sample {
	const char *id;
	bool has_uv;
	struct cardea_fido2_credential credential;
	struct cardea_fido2_assertion assertion;
	size_t client_data_len;
	unsigned char client_data[1024];
};

#define SAMPLES_MAX 16

static size_t sample_count, unsupported;
static struct sample samples[SAMPLES_MAX];
static json_t *vectors;

static int
load_samples(void **state)
{
	const json_t *test;
	size_t i;

	(void)state;
	vectors = load_vectors(WEBAUTHN_VECTORS);
	json_array_foreach(json_object_get(vectors, "tests"), i, test)
	{
		struct sample *sample = &samples[sample_count];

		assert_true(sample_count < SAMPLES_MAX);
		if (!webauthn_credential(vectors, test, &sample->credential)) {
			unsupported++;
			continue;
		}
		sample_count++;
		sample->id = text_of(test, "id");
		sample->has_uv = json_is_true(json_object_get(
		    json_object_get(test, "authentication_flags"), "UV"));
		sample->assertion = webauthn_assertion(test);
		sample->client_data_len = bytes_of(
		    json_object_get(test, "authentication"), "clientDataJSON",
		    sample->client_data, sizeof(sample->client_data));
	}
	return 0;
}

static int
drop_samples(void **state)
{
	(void)state;
	json_decref(vectors);
	return 0;
}

static struct cardea_fido2_verdict
judge(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion, bool need_uv)
{
	struct cardea_fido2_verdict verdict;

	cardea_fido2_judge(
	    &cardea_fido2_library, credential, assertion, need_uv, &verdict);
	return verdict;
}

static void
is_refused(const struct sample *sample,
    const struct cardea_fido2_assertion *assertion, enum cardea_fido2_why why)
{
	struct cardea_fido2_verdict verdict = judge(
	    &sample->credential, assertion, false);

	assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
	if (why != CARDEA_FIDO2_WHY_NONE)
		assert_int_equal(verdict.why, why);
}

static void
every_assertion_is_decided_as_source_says(void **state)
{
	const json_t *test;
	size_t i, accepted = 0;

	(void)state;
	json_array_foreach(json_object_get(vectors, "tests"), i, test)
	{
		const char *word = text_of(test, "libfido2_1_12_0");
		const json_t *flags = json_object_get(
		    test, "authentication_flags");
		struct cardea_fido2_assertion assertion = webauthn_assertion(
		    test);
		struct cardea_fido2_credential credential;
		struct cardea_fido2_verdict verdict;
		bool is_ours = webauthn_credential(vectors, test, &credential);

		assert_int_equal(is_ours, word[0] == '0');
		if (!is_ours)
			continue;
		verdict = judge(&credential, &assertion, false);
		assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
		assert_int_equal(verdict.why, CARDEA_FIDO2_ACCEPTED);
		assert_int_equal(verdict.verified_user,
		    json_is_true(json_object_get(flags, "UV")));
		assert_int_equal(verdict.backup_eligible,
		    json_is_true(json_object_get(flags, "BE")));
		assert_int_equal(verdict.backed_up,
		    json_is_true(json_object_get(flags, "BS")));
		assert_int_equal(verdict.counter, 0);
		accepted++;
	}
	assert_int_equal(accepted, 4);
	assert_int_equal(unsupported, 1); /* RSA of 3488 bits */
}

static void
verification_is_refused_where_it_is_demanded_and_not_there(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample_count; i++) {
		struct cardea_fido2_verdict verdict = judge(
		    &samples[i].credential, &samples[i].assertion, true);

		if (samples[i].has_uv) {
			assert_int_equal(
			    verdict.result, CARDEA_RESULT_VERIFIED);
			continue;
		}
		assert_int_equal(verdict.result, CARDEA_RESULT_REFUSED);
		assert_int_equal(verdict.why, CARDEA_FIDO2_NO_VERIFICATION);
	}
}

static void
another_relying_party_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample_count; i++) {
		struct sample sample = samples[i];

		strcpy(sample.credential.rp_id, "example.com");
		is_refused(&sample, &sample.assertion, CARDEA_FIDO2_FOREIGN_RP);
	}
}

static void
another_challenge_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample_count; i++) {
		struct cardea_fido2_assertion assertion = samples[i].assertion;

		memcpy(assertion.client_hash,
		    samples[(i + 1) % sample_count].assertion.client_hash,
		    CARDEA_FIDO2_HASH);
		is_refused(
		    &samples[i], &assertion, CARDEA_FIDO2_WRONG_SIGNATURE);
	}
}

static void
the_key_of_another_test_is_refused(void **state)
{
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < sample_count; i++) {
		for (size_t j = 0; j < sample_count; j++) {
			if (i == j)
				continue;
			is_refused(&samples[i], &samples[j].assertion,
			    CARDEA_FIDO2_WRONG_SIGNATURE);
			tried++;
		}
	}
	assert_int_equal(tried, 12);
}

static void
a_flipped_bit_at_every_byte_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample_count; i++) {
		const struct sample *sample = &samples[i];
		struct cardea_fido2_assertion assertion = sample->assertion;

		for (size_t at = 0; at < assertion.signature_len; at++) {
			assertion.signature[at] ^= (unsigned char)(1 << at % 8);
			is_refused(
			    sample, &assertion, CARDEA_FIDO2_WRONG_SIGNATURE);
			assertion.signature[at] =
			    sample->assertion.signature[at];
		}
		for (size_t bit = 0; bit < 8 * assertion.auth_data_len; bit++) {
			assertion.auth_data[bit / 8] ^= (unsigned char)(1
			    << bit % 8);
			is_refused(sample, &assertion, CARDEA_FIDO2_WHY_NONE);
			assertion.auth_data[bit / 8] =
			    sample->assertion.auth_data[bit / 8];
		}
	}
}

static void
a_flipped_bit_of_the_client_data_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample_count; i++) {
		struct sample sample = samples[i];

		for (size_t at = 0; at < sample.client_data_len; at++) {
			unsigned char kept = sample.client_data[at];

			sample.client_data[at] ^= (unsigned char)(1 << at % 8);
			assert_int_equal(
			    cardea_crypto_sha256(sample.client_data,
				sample.client_data_len,
				sample.assertion.client_hash),
			    CARDEA_OK);
			is_refused(&sample, &sample.assertion,
			    CARDEA_FIDO2_WRONG_SIGNATURE);
			sample.client_data[at] = kept;
		}
	}
}

/* A point that is not on its curve cannot have signed anything. */
static void
a_flipped_bit_of_the_public_key_is_never_accepted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sample_count; i++) {
		struct sample sample = samples[i];

		for (size_t at = 0; at < sample.credential.public_len; at++) {
			sample.credential.public_key[at] ^= (unsigned char)(1
			    << at % 8);
			assert_int_not_equal(
			    judge(&sample.credential, &sample.assertion, false)
				.result,
			    CARDEA_RESULT_VERIFIED);
			sample.credential.public_key[at] =
			    samples[i].credential.public_key[at];
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_assertion_is_decided_as_source_says),
		cmocka_unit_test(
		    verification_is_refused_where_it_is_demanded_and_not_there),
		cmocka_unit_test(another_relying_party_is_refused),
		cmocka_unit_test(another_challenge_is_refused),
		cmocka_unit_test(the_key_of_another_test_is_refused),
		cmocka_unit_test(a_flipped_bit_at_every_byte_is_refused),
		cmocka_unit_test(a_flipped_bit_of_the_client_data_is_refused),
		cmocka_unit_test(
		    a_flipped_bit_of_the_public_key_is_never_accepted),
	};

	return cmocka_run_group_tests(tests, load_samples, drop_samples);
}
