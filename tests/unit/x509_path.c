/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <time.h>

#include "unit/x509_scene.h"

/* From a certificate to an anchor, and what a path may be like. */

static void
X01_no_anchor_no_path(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	/* the issuing authority is no anchor by being sent */
	scene.question.trust[0].trust = x509_pem_of(
	    (struct x509_party *[]){ x509_make(&root_recipe, NULL) }, 1);
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no path");
	scene.question.chain_count = 0;
	scene.question.trust[0].trust = x509_pem_of(&scene.root, 1);
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no path");
	/* an anchor that does not end in itself is none */
	scene.question.trust[0].trust = x509_pem_of(&scene.middle, 1);
	assert_int_not_equal(judged(&scene), CARDEA_CERT_ACCEPTED);
	/* a certificate does not vouch for itself */
	scene.question.trust[0].trust = x509_pem_of(&scene.leaf, 1);
	assert_int_not_equal(judged(&scene), CARDEA_CERT_ACCEPTED);
	scene.question.trust_count = 0;
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no authority");
	scene.question.trust_count = 1;
	scene.authority.kind = CARDEA_AUTHORITY_SSH;
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no authority");
}

static void
X01_a_pinned_certificate_that_signed_itself_is_refused(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	stage(&scene, x509_make(&leaf_recipe, NULL));
	scene.question.trust[0].trust = x509_pem_of(&scene.leaf, 1);
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "no path");
}

static void
anchors_of_one_authority_never_vouch_for_another(void **state)
{
	struct scene scene;
	struct x509_party *stranger;

	(void)state;
	stage_usual(&scene);
	stranger = x509_make(
	    &(struct x509_recipe){ .name = "Elsewhere", .is_authority = true },
	    NULL);
	name_authority(&scene.other, "elsewhere");
	scene.question.trust_count = 2;
	scene.question.trust[1] = scene.question.trust[0];
	scene.question.trust[0].authority = &scene.other;
	scene.question.trust[0].trust = x509_pem_of(&stranger, 1);
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	assert_string_equal(scene.verdict.identity.authority, "devices");
	/* and a refusal is that of the path which came furthest */
	scene.question.time_s = X509_NOW + 2 * X509_DAY;
	is_why(&scene, CARDEA_CERT_EXPIRED, "the certificate has expired");
	assert_string_equal(scene.verdict.identity.authority, "");
}

static void
a_damaged_file_of_anchors_is_trouble(void **state)
{
	static const unsigned char junk[] =
	    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	scene.question.trust[0].trust.data = junk;
	scene.question.trust[0].trust.len = sizeof(junk) - 1;
	is_why(&scene, CARDEA_CERT_FAILED, "anchors of devices");
	assert_int_equal(scene.verdict.result, CARDEA_RESULT_BROKEN);
	scene.question.trust[0].trust.len = 0;
	is_why(&scene, CARDEA_CERT_FAILED, "anchors of devices");
	/* another authority's answer is one all the same */
	name_authority(&scene.other, "whole");
	scene.question.trust_count = 2;
	scene.question.trust[1] = scene.question.trust[0];
	scene.question.trust[1].authority = &scene.other;
	scene.question.trust[1].trust = x509_pem_of(&scene.root, 1);
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	assert_string_equal(scene.verdict.identity.authority, "whole");
}

/* A name constraint of the issuing authority, a name of the device. */
static const struct constrained {
	const char *constraint, *names;
	bool allowed;
} constrained[] = {
	{ "permitted;DNS:example.org", "DNS:a.example.org", true },
	{ "permitted;DNS:example.org", "DNS:example.org", true },
	{ "permitted;DNS:EXAMPLE.org", "DNS:a.example.ORG", true },
	{ "permitted;DNS:example.org", "DNS:aexample.org", false },
	{ "permitted;DNS:example.org", "DNS:a.example.org.net", false },
	{ "permitted;DNS:example.org", "DNS:a.example.org,DNS:b.net", false },
	{ "permitted;DNS:example.org", "email:a@example.net", true },
	{ "permitted;DNS:example.org", "DNS:*.example.org", true },
	{ "permitted;DNS:a.example.org", "DNS:*.example.org", false },
	{ "permitted;DNS:example.org,permitted;DNS:example.net",
	    "DNS:a.example.org,DNS:b.example.net", true },
	{ "excluded;DNS:example.org", "DNS:a.example.org", false },
	{ "excluded;DNS:example.org", "DNS:a.example.net", true },
	{ "excluded;DNS:a.example.org", "DNS:*.example.org", false },
	{ "excluded;DNS:b.a.example.org", "DNS:*.example.org", true },
	{ "permitted;DNS:example.org,excluded;DNS:a.example.org",
	    "DNS:b.a.example.org", false },
	{ "permitted;email:example.org", "email:a@example.org", true },
	{ "permitted;email:example.org", "email:a@b.example.org", false },
	{ "permitted;email:.example.org", "email:a@b.example.org", true },
	{ "permitted;email:.example.org", "email:a@example.org", false },
	{ "permitted;email:a@example.org", "email:a@example.org", true },
	{ "permitted;email:a@example.org", "email:A@example.org", false },
	{ "permitted;email:a@example.org", "email:a@EXAMPLE.org", true },
	{ "permitted;email:a@example.org", "email:b@example.org", false },
	{ "excluded;email:a@example.org", "email:b@example.org", true },
	{ "permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.2.77", true },
	{ "permitted;IP:192.0.2.0/255.255.255.0", "IP:192.0.3.77", false },
	{ "permitted;IP:192.0.2.0/255.255.255.0", "IP:2001:db8::1", false },
	{ "excluded;IP:192.0.2.0/255.255.255.0", "IP:2001:db8::1", true },
	{ "excluded;IP:0.0.0.0/0.0.0.0", "IP:192.0.2.1", false },
	{ "permitted;IP:2001:db8::/ffff:ffff::", "IP:2001:db8::1", true },
	{ "permitted;URI:example.org", "URI:https://example.org/x", true },
	{ "permitted;URI:example.org", "URI:https://example.org:44/x", true },
	/* OpenSSL takes "u@example.org" for the host */
	{ "permitted;URI:example.org", "URI:https://u@example.org/", false },
	{ "permitted;URI:example.org", "URI:https://a.example.org/", false },
	{ "permitted;URI:.example.org", "URI:https://a.example.org/", true },
	{ "permitted;URI:example.org", "URI:https://192.0.2.1/", false },
	{ "permitted;URI:example.org", "URI:urn:uuid:1", false },
	{ "excluded;URI:example.org", "URI:urn:uuid:1", false },
	{ "excluded;URI:example.org", "URI:https://[2001:db8::1]/", false },
	{ "permitted;RID:1.2.3", "RID:1.2.3", false },
	{ "permitted;RID:1.2.3", "DNS:a.example.org", true },
	{ "excluded;otherName:1.2.3;UTF8:x", "otherName:1.2.3;UTF8:y", false },
};

static void
X04_name_constraints_hold(void **state)
{
	struct scene scene;
	char text[256];

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(constrained) / sizeof(constrained[0]);
	     i++) {
		struct x509_recipe issuer = middle_recipe, leaf = leaf_recipe;

		snprintf(text, sizeof(text), "critical,%s",
		    constrained[i].constraint);
		issuer.change_count = leaf.change_count = 1;
		issuer.changes[0] = (struct x509_change){ NID_name_constraints,
			text };
		leaf.changes[0] = (struct x509_change){ NID_subject_alt_name,
			constrained[i].names };
		scene.middle = x509_make(&issuer, scene.root);
		stage(&scene, x509_make(&leaf, scene.middle));
		if ((judged(&scene) == CARDEA_CERT_ACCEPTED) !=
		    constrained[i].allowed)
			print_message("%s: %s: %s\n", constrained[i].constraint,
			    constrained[i].names, scene.verdict.detail);
		assert_int_equal(scene.verdict.why,
		    constrained[i].allowed ? CARDEA_CERT_ACCEPTED
					   : CARDEA_CERT_CONSTRAINT);
	}
}

static void
X04_an_address_in_the_subject_is_constrained_too(void **state)
{
	static const char *const mails[] = { "a@example.org", "a@example.net",
		"nonsense" };
	struct x509_recipe issuer = middle_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	issuer.change_count = 1;
	issuer.changes[0] = (struct x509_change){ NID_name_constraints,
		"critical,permitted;email:example.org" };
	scene.middle = x509_make(&issuer, scene.root);
	for (size_t i = 0; i < 3; i++) {
		struct x509_party *leaf = x509_make(&leaf_recipe, scene.middle);

		X509_NAME_add_entry_by_NID(
		    X509_get_subject_name(leaf->certificate),
		    NID_pkcs9_emailAddress, MBSTRING_ASC,
		    (const unsigned char *)mails[i], -1, -1, 0);
		x509_sign(leaf, scene.middle, NULL);
		stage(&scene, leaf);
		assert_int_equal(judged(&scene),
		    i == 0 ? CARDEA_CERT_ACCEPTED : CARDEA_CERT_CONSTRAINT);
	}
}

static void
X07_a_path_has_five_between_and_no_more(void **state)
{
	struct x509_party *levels[CARDEA_CERT_CHAIN_MAX + 1], *party;
	struct scene scene;
	char name[32];

	(void)state;
	stage_usual(&scene);
	party = scene.root;
	for (size_t i = 0; i <= CARDEA_CERT_CHAIN_MAX; i++) {
		struct x509_recipe recipe = middle_recipe;

		snprintf(name, sizeof(name), "Level %zu", i);
		recipe.name = name;
		levels[i] = party = x509_make(&recipe, party);
		stage(&scene, x509_make(&leaf_recipe, party));
		scene.question.chain_count = 0;
		scene.question.trust[0].intermediates = x509_pem_of(
		    levels, i + 1);
		if (i < CARDEA_CERT_CHAIN_MAX)
			is_why(&scene, CARDEA_CERT_ACCEPTED, "");
		else
			is_why(&scene, CARDEA_CERT_UNTRUSTED, "no path");
	}
}

static double
seconds_taken(struct scene *scene)
{
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	assert_int_not_equal(judged(scene), CARDEA_CERT_ACCEPTED);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) +
	    (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

/* Two hundred authorities with one name and one key, each signed by all: there
 * are 200 to the power of five paths, and none leads to the anchor. */
static void
X08_many_paths_end_in_time(void **state)
{
	static struct x509_party *crowd[200];
	struct x509_party *stranger;
	struct scene scene;
	double taken;

	(void)state;
	stage_usual(&scene);
	stranger = x509_make(&middle_recipe, NULL);
	for (size_t i = 0; i < 200; i++) {
		struct x509_recipe recipe = middle_recipe;

		recipe.same_key = stranger;
		crowd[i] = x509_make(&recipe, stranger);
	}
	stage(&scene, x509_make(&leaf_recipe, stranger));
	scene.question.chain_count = 0;
	scene.question.trust[0].intermediates = x509_pem_of(crowd, 200);
	taken = seconds_taken(&scene);
	print_message("200 authorities with one name and key: %.3f s\n", taken);
	assert_true(taken < CARDEA_CERT_CPU_S);
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "");
}

static void
X08_a_thousand_name_constraints_end_in_time(void **state)
{
	static char constraints[16000], names[16000];
	struct x509_recipe issuer = middle_recipe, leaf = leaf_recipe;
	struct scene scene;
	double taken;

	(void)state;
	stage_usual(&scene);
	strcpy(constraints, "critical");
	strcpy(names, "DNS:a.example.org");
	for (size_t i = 0; i < 600; i++) {
		snprintf(constraints + strlen(constraints), 32,
		    ",excluded;DNS:x%zu.org", i);
		snprintf(names + strlen(names), 32, ",DNS:a%zu.org", i);
	}
	issuer.change_count = leaf.change_count = 1;
	issuer.changes[0] = (struct x509_change){ NID_name_constraints,
		constraints };
	leaf.changes[0] = (struct x509_change){ NID_subject_alt_name, names };
	scene.middle = x509_make(&issuer, scene.root);
	stage(&scene, x509_make(&leaf, scene.middle));
	taken = seconds_taken(&scene);
	print_message("600 names, 600 constraints: %.3f s\n", taken);
	assert_true(taken < CARDEA_CERT_CPU_S);
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "alternative names");
	stage(&scene, x509_make(&leaf_recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "name constraints");
}

/* CVE-2023-0464: each authority maps each of many policies to all of them. */
static void
X08_a_tree_of_policies_ends_in_time(void **state)
{
	static char policies[4000], mappings[8000];
	struct x509_party *party, *levels[CARDEA_CERT_CHAIN_MAX];
	struct scene scene;
	double taken;
	char name[32];

	(void)state;
	stage_usual(&scene);
	strcpy(policies, "1.2.3.0");
	strcpy(mappings, "critical,1.2.3.0:1.2.3.0");
	for (size_t i = 0; i < 16; i++) {
		snprintf(policies + strlen(policies), 16, ",1.2.3.%zu", i + 1);
		for (size_t j = 0; j < 16; j++)
			snprintf(mappings + strlen(mappings), 32,
			    ",1.2.3.%zu:1.2.3.%zu", i + 1, j + 1);
	}
	party = scene.root;
	for (size_t i = 0; i < CARDEA_CERT_CHAIN_MAX; i++) {
		struct x509_recipe recipe = middle_recipe;

		snprintf(name, sizeof(name), "Level %zu", i);
		recipe.name = name;
		recipe.change_count = 2;
		recipe.changes[0] =
		    (struct x509_change){ NID_certificate_policies, policies };
		recipe.changes[1] = (struct x509_change){ NID_policy_mappings,
			mappings };
		levels[i] = party = x509_make(&recipe, party);
	}
	stage(&scene, x509_make(&leaf_recipe, party));
	scene.question.chain_count = 0;
	scene.question.trust[0].intermediates = x509_pem_of(
	    levels, CARDEA_CERT_CHAIN_MAX);
	scene.question.explicit_policy = true;
	taken = seconds_taken(&scene);
	print_message("5 levels of 256 mappings: %.3f s\n", taken);
	assert_true(taken < CARDEA_CERT_CPU_S);
}

static void
X09_the_last_second_is_not_valid_any_more(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	scene.question.time_s = X509_NOW + X509_DAY - 1;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	scene.question.time_s = X509_NOW + X509_DAY;
	is_why(&scene, CARDEA_CERT_EXPIRED, "");
	scene.question.time_s = X509_NOW - X509_DAY;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	scene.question.time_s = X509_NOW - X509_DAY - 1;
	is_why(&scene, CARDEA_CERT_NOT_YET, "");
	scene.question.time_s = 0;
	is_why(&scene, CARDEA_CERT_FAILED, "");
}

static void
another_path_is_found_where_one_fails(void **state)
{
	struct x509_recipe old = middle_recipe, narrow = middle_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	old.same_key = narrow.same_key = scene.middle;
	old.to_s = X509_NOW - 10;
	narrow.change_count = 1;
	narrow.changes[0] = (struct x509_change){ NID_name_constraints,
		"critical,permitted;DNS:example.net" };
	scene.question.chain[0] = x509_make(&old, scene.root)->der;
	is_why(&scene, CARDEA_CERT_EXPIRED, "");
	scene.question.chain[1] = x509_make(&narrow, scene.root)->der;
	scene.question.chain_count = 2;
	is_why(&scene, CARDEA_CERT_CONSTRAINT, "");
	scene.question.chain[2] = scene.middle->der;
	scene.question.chain_count = 3;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static void
a_forged_signature_of_the_issuer_is_refused(void **state)
{
	struct x509_recipe recipe = middle_recipe;
	struct x509_party *forger;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	/* the same name, and a key identifier that says it is the same key */
	forger = x509_make(&recipe, scene.root);
	stage(&scene, x509_make(&leaf_recipe, scene.middle));
	x509_sign(scene.leaf, forger, NULL);
	scene.question.leaf = scene.leaf->der;
	is_why(&scene, CARDEA_CERT_BAD_SIGNATURE, "certificate 0");
}

static void
policies_that_hold_are_told(void **state)
{
	struct x509_recipe issuer = middle_recipe, leaf = leaf_recipe;
	const char *wanted[] = { "1.2.3.4" };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	issuer.change_count = leaf.change_count = 1;
	issuer.changes[0] = (struct x509_change){ NID_certificate_policies,
		"1.2.3.4,1.2.3.5" };
	leaf.changes[0] = (struct x509_change){ NID_certificate_policies,
		"1.2.3.5,1.2.3.6" };
	scene.middle = x509_make(&issuer, scene.root);
	stage(&scene, x509_make(&leaf, scene.middle));
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	assert_int_equal(scene.verdict.identity.policy_count, 1);
	assert_string_equal(scene.verdict.identity.policies[0].text, "1.2.3.5");
	scene.question.explicit_policy = true;
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	scene.question.policies = wanted;
	scene.question.policy_count = 1;
	is_why(&scene, CARDEA_CERT_CONSTRAINT, "");
	assert_int_equal(scene.verdict.identity.policy_count, 0);
	wanted[0] = "1.2.3.5";
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static void
an_anchors_policies_bind(void **state)
{
	struct x509_recipe root = root_recipe, leaf = leaf_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	root.change_count = 1;
	root.changes[0] = (struct x509_change){ NID_policy_constraints,
		"critical,requireExplicitPolicy:0" };
	scene.root = x509_make(&root, NULL);
	scene.middle = x509_make(&middle_recipe, scene.root);
	stage(&scene, x509_make(&leaf, scene.middle));
	is_why(&scene, CARDEA_CERT_CONSTRAINT, "policy");
}

static void
the_name_asked_for_is_matched(void **state)
{
	static const struct {
		const char *names, *wanted;
		bool matches;
	} cases[] = {
		{ "DNS:a.example.org", "dns:A.example.ORG", true },
		{ "DNS:a.example.org", "dns:b.example.org", false },
		{ "DNS:a.example.org", "email:a.example.org", false },
		{ "DNS:a.example.org", "a.example.org", false },
		{ "DNS:*.example.org", "dns:a.example.org", true },
		{ "DNS:*.example.org", "dns:b.a.example.org", false },
		{ "DNS:*.example.org", "dns:example.org", false },
		{ "DNS:*.org", "dns:example.org", false },
		{ "IP:192.0.2.1", "ip:192.0.2.1", true },
		{ "IP:192.0.2.1", "dns:192.0.2.1", false },
		{ "IP:2001:db8::1", "ip:2001:DB8:0::0001", true },
		{ "IP:2001:db8::1", "ip:2001:db8::2", false },
		{ "email:a@example.org", "email:a@EXAMPLE.org", true },
		{ "email:a@example.org", "email:A@example.org", false },
		{ "URI:urn:uuid:1", "uri:urn:uuid:1", true },
		{ "URI:urn:uuid:1", "uri:urn:uuid:2", false },
	};
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct x509_recipe leaf = leaf_recipe;

		leaf.change_count = 1;
		leaf.changes[0] = (struct x509_change){ NID_subject_alt_name,
			cases[i].names };
		stage(&scene, x509_make(&leaf, scene.middle));
		scene.question.name = cases[i].wanted;
		if (cases[i].matches)
			is_why(&scene, CARDEA_CERT_ACCEPTED, "");
		else
			is_why(&scene, CARDEA_CERT_NAME, "is not for");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(X01_no_anchor_no_path),
		TEST(X01_a_pinned_certificate_that_signed_itself_is_refused),
		TEST(anchors_of_one_authority_never_vouch_for_another),
		TEST(a_damaged_file_of_anchors_is_trouble),
		TEST(X04_name_constraints_hold),
		TEST(X04_an_address_in_the_subject_is_constrained_too),
		TEST(X07_a_path_has_five_between_and_no_more),
		TEST(X08_many_paths_end_in_time),
		TEST(X08_a_thousand_name_constraints_end_in_time),
		TEST(X08_a_tree_of_policies_ends_in_time),
		TEST(X09_the_last_second_is_not_valid_any_more),
		TEST(another_path_is_found_where_one_fails),
		TEST(a_forged_signature_of_the_issuer_is_refused),
		TEST(policies_that_hold_are_told),
		TEST(an_anchors_policies_bind),
		TEST(the_name_asked_for_is_matched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
