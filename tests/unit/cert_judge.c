/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/ask.h"
#include "unit/x509_fixture.h"

/*
 * The real judge in the real cardea-cert: what it needs it can do behind its
 * filter, for every kind of key, and its no comes out as it went in.
 */
static struct x509_party *root, *middle;
static struct cardea_authority authority = {
	.kind = CARDEA_AUTHORITY_X509,
	.name = "devices",
	.revocation = CARDEA_REVOCATION_BY_NONE,
};
static struct cardea_cert_question question;
static struct cardea_cert_lists lists;
static struct cardea_cert_verdict verdict, inside;

static const unsigned char words[] = "cardea device proof";
static const struct cardea_cert_bytes message = { words, sizeof(words) };

static int
set_up(void **state)
{
	const struct x509_recipe one = { .name = "Root", .is_authority = true };
	const struct x509_recipe two = { .name = "Issuing",
		.is_authority = true };

	(void)state;
	root = x509_make(&one, NULL);
	middle = x509_make(&two, root);
	memset(lists.fds, 0xff, sizeof(lists.fds));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	x509_drop();
	return 0;
}

static void
ask_about(struct x509_party *leaf, struct x509_party *signer)
{
	struct cardea_diag diag = { .line = 0 };

	memset(&question, 0, sizeof(question));
	question.kind = CARDEA_CERT_X509;
	question.leaf = leaf->der;
	question.time_s = X509_NOW;
	question.chain_count = 1;
	question.chain[0] = middle->der;
	question.trust_count = 1;
	question.trust[0].authority = &authority;
	question.trust[0].trust = x509_pem_of(&root, 1);
	question.proof = CARDEA_CERT_PROOF_SIGNATURE;
	question.message = message;
	question.signature = x509_prove(signer, &message, NULL);
	assert_int_equal(
	    cardea_cert_ask(&question, &lists, &verdict, &diag), CARDEA_OK);
	/* as the same judge says here, without a filter */
	memset(&inside, 0, sizeof(inside));
	cardea_cert_judge(&question, &inside);
	assert_string_equal(verdict.detail, inside.detail);
	assert_int_equal(verdict.why, inside.why);
	assert_int_equal(verdict.result, inside.result);
	assert_memory_equal(
	    &verdict.identity, &inside.identity, sizeof(inside.identity));
}

static void
X07_every_kind_of_key_is_judged_without_rights(void **state)
{
	static const char *const keys[] = { "P-256", "P-384", "P-521",
		"ED25519", "RSA:2048", "RSA:4096" };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct x509_recipe recipe = { .name = "laptop-7",
			.key = keys[i] };
		struct x509_party *leaf = x509_make(&recipe, middle);

		ask_about(leaf, leaf);
		assert_string_equal(
		    cardea_cert_why_text(verdict.why), "accepted");
		assert_string_equal(verdict.identity.authority, "devices");
	}
}

static void
X07_a_no_comes_out_as_it_is(void **state)
{
	const struct x509_recipe recipe = { .name = "laptop-7" };
	const struct x509_recipe small = { .name = "small", .key = "RSA:1024" };
	const struct x509_recipe old = { .name = "old",
		.from_s = X509_NOW - 2 * X509_DAY,
		.to_s = X509_NOW - X509_DAY };
	struct x509_party *leaf = x509_make(&recipe, middle);

	(void)state;
	ask_about(leaf, root);
	assert_int_equal(verdict.why, CARDEA_CERT_WRONG_PROOF);
	leaf = x509_make(&small, middle);
	ask_about(leaf, leaf);
	assert_int_equal(verdict.why, CARDEA_CERT_WEAK);
	leaf = x509_make(&old, middle);
	ask_about(leaf, leaf);
	assert_int_equal(verdict.why, CARDEA_CERT_EXPIRED);
	leaf = x509_make(&recipe, root);
	leaf->der.len--;
	ask_about(leaf, leaf);
	assert_int_equal(verdict.why, CARDEA_CERT_MALFORMED);
}

/* A list that is not there, where one must be, is trouble; not a yes. */
static void
X03_a_list_that_is_missing_is_trouble(void **state)
{
	const struct x509_recipe recipe = { .name = "laptop-7" };
	struct x509_party *leaf = x509_make(&recipe, middle);

	(void)state;
	authority.revocation = CARDEA_REVOCATION_BY_CRL;
	ask_about(leaf, leaf);
	authority.revocation = CARDEA_REVOCATION_BY_NONE;
	assert_int_equal(verdict.result, CARDEA_RESULT_BROKEN);
	assert_int_equal(verdict.why, CARDEA_CERT_REVOCATION_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    X07_every_kind_of_key_is_judged_without_rights),
		cmocka_unit_test(X07_a_no_comes_out_as_it_is),
		cmocka_unit_test(X03_a_list_that_is_missing_is_trouble),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
