/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "unit/x509_scene.h"

/* The profile of certificates, and what is told of one. */

/* One change of a certificate, and why it is refused then. */
struct wrong {
	const char *what; /* in the detail */
	enum cardea_cert_why why;
	struct x509_recipe recipe;
};

#define CHANGE(nid, value) .change_count = 1, .changes = { { nid, value } }

static const struct wrong wrong_leaves[] = {
	{ "no subject alternative name", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_subject_alt_name, NULL) } },
	{ "no purpose", CARDEA_CERT_PURPOSE,
	    { CHANGE(NID_ext_key_usage, NULL) } },
	{ "not for this purpose", CARDEA_CERT_PURPOSE,
	    { CHANGE(NID_ext_key_usage, "serverAuth") } },
	{ "any purpose at all", CARDEA_CERT_PURPOSE,
	    { CHANGE(NID_ext_key_usage, "clientAuth,anyExtendedKeyUsage") } },
	{ "authority's", CARDEA_CERT_PROFILE,
	    { .is_authority = true,
		.change_count = 3,
		.changes = { { NID_ext_key_usage, "clientAuth" },
		    { NID_subject_alt_name, "DNS:a.example.org" },
		    { NID_key_usage, "digitalSignature,keyCertSign" } } } },
	{ "may not sign", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, "critical,keyEncipherment") } },
	{ "for nothing", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, "critical,DER:03020700") } },
	{ "is no authority", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, "digitalSignature,keyCertSign") } },
	{ "path length", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_basic_constraints, "CA:FALSE,pathlen:1") } },
	{ "constrains names", CARDEA_CERT_PROFILE,
	    { CHANGE(
		NID_name_constraints, "critical,permitted;DNS:example.org") } },
	{ "must not be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_authority_key_identifier, "critical,keyid") } },
	{ "must not be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_subject_key_identifier, "critical,hash") } },
	{ "must not be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_info_access,
		"critical,OCSP;URI:http://ocsp.example.org/") } },
	{ "issuer's key", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_authority_key_identifier, NULL) } },
	{ "not known", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_netscape_comment, "critical,hello") } },
	{ "serial number is zero", CARDEA_CERT_PROFILE, { .serial = "0" } },
	{ "serial number is negative", CARDEA_CERT_PROFILE,
	    { .serial = "-5" } },
	{ "longer than 20", CARDEA_CERT_PROFILE,
	    { .serial = "7f00000000000000000000000000000000000000aa" } },
	{ "longer than 20", CARDEA_CERT_PROFILE,
	    { .serial = "ff000000000000000000000000000000000000aa" } },
	{ "not of version 3", CARDEA_CERT_PROFILE, { .version = 2 } },
	{ "not of version 3", CARDEA_CERT_PROFILE, { .version = 1 } },
	{ "RSA key of 1024", CARDEA_CERT_WEAK, { .key = "RSA:1024" } },
	{ "RSA key of 2047", CARDEA_CERT_WEAK, { .key = "RSA:2047" } },
	{ "kind that is not taken", CARDEA_CERT_WEAK, { .key = "P-224" } },
	{ "kind that is not taken", CARDEA_CERT_WEAK, { .key = "secp256k1" } },
	{ "kind that is not taken", CARDEA_CERT_WEAK, { .key = "ED448" } },
	{ "algorithm", CARDEA_CERT_WEAK, { .digest = "SHA1" } },
	{ "algorithm", CARDEA_CERT_WEAK, { .digest = "SHA224" } },
	{ "algorithm", CARDEA_CERT_WEAK, { .digest = "SHA3-256" } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:.example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a..example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a_b.example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:-a.example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a*.example.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a.*.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:*") } },
	{ "alternative name 2", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DNS:a.org,email:a@b@c.org") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "URI:laptop") } },
	{ "empty list of alternative", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DER:3000") } },
	{ "alternative name 1", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_subject_alt_name, "DER:30058703010203") } },
	{ "malformed", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_ext_key_usage, "DER:04023000") } },
	{ "is not DER", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_ext_key_usage, "DER:30800000") } },
	{ "is not DER", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_key_usage, "DER:030207800500") } },
	{ "purposes", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_ext_key_usage, "DER:3000") } },
	{ "extension authorityInfoAccess", CARDEA_CERT_MALFORMED,
	    { CHANGE(NID_info_access, "DER:3003020105") } },
	{ "half there", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_authority_key_identifier, "DER:3000") } },
	{ "policy twice", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_certificate_policies, "1.2.3.4,1.2.3.4") } },
};

static void
X04_a_certificate_outside_the_profile_is_refused(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(wrong_leaves) / sizeof(wrong_leaves[0]);
	     i++) {
		struct x509_recipe recipe = wrong_leaves[i].recipe;

		recipe.name = "laptop-7";
		stage(&scene, x509_make(&recipe, scene.middle));
		is_why(&scene, wrong_leaves[i].why, wrong_leaves[i].what);
		assert_int_equal(scene.verdict.result, CARDEA_RESULT_REFUSED);
	}
}

static const struct x509_recipe right_leaves[] = {
	{ CHANGE(NID_key_usage, NULL) },
	{ CHANGE(NID_basic_constraints, "CA:FALSE") },
	{ CHANGE(NID_basic_constraints, "critical,CA:FALSE") },
	{ CHANGE(NID_subject_key_identifier, NULL) },
	{ CHANGE(NID_ext_key_usage, "critical,serverAuth,clientAuth") },
	{ CHANGE(NID_netscape_comment, "hello") },
	{ CHANGE(NID_subject_alt_name,
	    "email:a@example.org,IP:192.0.2.1,URI:urn:uuid:1,IP:2001:db8::1") },
	{ CHANGE(NID_subject_alt_name,
	    "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@example.org") },
	{ .serial = "7f000000000000000000000000000000000000aa" },
	{ .serial = "1" },
	{ .key = "RSA:2048" },
	{ .key = "RSA:4096" },
	{ .digest = "SHA512" },
};

static void
X04_what_the_profile_allows_is_accepted(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(right_leaves) / sizeof(right_leaves[0]);
	     i++) {
		struct x509_recipe recipe = right_leaves[i];

		recipe.name = "laptop-7";
		stage(&scene, x509_make(&recipe, scene.middle));
		is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	}
}

static void
X04_an_empty_subject_wants_a_critical_name(void **state)
{
	struct x509_recipe recipe = { .name = NULL };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	stage(&scene, x509_make(&recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_PROFILE, "empty subject");
	recipe = (struct x509_recipe){ CHANGE(
	    NID_subject_alt_name, "critical,DNS:laptop-7.example.org") };
	stage(&scene, x509_make(&recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static const struct wrong wrong_issuers[] = {
	{ "not marked as an authority's", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_basic_constraints, NULL) } },
	{ "not marked as an authority's", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_basic_constraints, "CA:TRUE") } },
	{ "not marked as an authority's", CARDEA_CERT_PROFILE,
	    { .change_count = 2,
		.changes = { { NID_basic_constraints, "critical,CA:FALSE" },
		    { NID_key_usage, "critical,keyCertSign" } } } },
	{ "may not sign", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, "critical,digitalSignature") } },
	{ "may not sign", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_key_usage, NULL) } },
	{ "without a key identifier", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_subject_key_identifier, NULL) } },
	{ "must be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints, "permitted;DNS:example.org") } },
	{ "must be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_policy_constraints, "requireExplicitPolicy:9") } },
	{ "must be critical", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_inhibit_any_policy, "9") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints, "critical,DER:3000") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints, "critical,DER:3004a000a100") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints,
		"critical,permitted;DNS:.example.org") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints,
		"critical,permitted;DNS:*.example.org") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints,
		"critical,excluded;email:a@b@example.org") } },
	{ "malformed name constraints", CARDEA_CERT_PROFILE,
	    { CHANGE(NID_name_constraints,
		"critical,permitted;IP:10.0.0.0/255.0.255.0") } },
	{ "purpose", CARDEA_CERT_PURPOSE,
	    { CHANGE(NID_ext_key_usage, "serverAuth") } },
	{ "RSA key of 1024", CARDEA_CERT_WEAK, { .key = "RSA:1024" } },
	{ "kind that is not taken", CARDEA_CERT_WEAK, { .key = "P-224" } },
	{ "algorithm", CARDEA_CERT_WEAK, { .digest = "SHA1" } },
	{ "expired", CARDEA_CERT_EXPIRED, { .to_s = X509_NOW - 1 } },
	{ "not valid yet", CARDEA_CERT_NOT_YET, { .from_s = X509_NOW + 1 } },
};

static void
X04_an_issuer_outside_the_profile_is_refused(void **state)
{
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(wrong_issuers) / sizeof(wrong_issuers[0]);
	     i++) {
		struct x509_recipe recipe = wrong_issuers[i].recipe;

		recipe.name = "Issuing";
		recipe.is_authority = true;
		scene.middle = x509_make(&recipe, scene.root);
		stage(&scene, x509_make(&leaf_recipe, scene.middle));
		is_why(&scene, wrong_issuers[i].why, wrong_issuers[i].what);
	}
}

static void
X04_the_purpose_is_the_authoritys(void **state)
{
	struct x509_recipe recipe = leaf_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	recipe.change_count = 1;
	recipe.changes[0] = (struct x509_change){ NID_ext_key_usage,
		"1.3.6.1.4.1.99.7" };
	stage(&scene, x509_make(&recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_PURPOSE, "");
	strcpy(scene.authority.purpose, "1.3.6.1.4.1.99.7");
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	strcpy(scene.authority.purpose, "1.3.6.1.4.1.99.77");
	is_why(&scene, CARDEA_CERT_PURPOSE, "");
	/* "any" is no purpose of a login */
	strcpy(scene.authority.purpose, "any");
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	prove(&scene, scene.leaf, NULL);
	is_why(&scene, CARDEA_CERT_PURPOSE, "");
}

static void
X07_what_is_too_large_is_refused_unread(void **state)
{
	static unsigned char bytes[2 * CARDEA_CERT_MAX];
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	memcpy(bytes, scene.leaf->der.data, scene.leaf->der.len);
	scene.question.leaf.data = bytes;
	scene.question.leaf.len = CARDEA_CERT_MAX + 1;
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "16384");
	scene.question.leaf = scene.leaf->der;
	scene.question.chain[0].data = bytes;
	scene.question.chain[0].len = CARDEA_CERT_MAX + 1;
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "sent along");
	scene.question.chain[0] = scene.middle->der;
	scene.question.chain_count = CARDEA_CERT_CHAIN_MAX + 1;
	is_why(&scene, CARDEA_CERT_TOO_LARGE, "more than 5");
}

static void
X07_every_octet_less_or_more_is_refused(void **state)
{
	unsigned char bytes[2048];
	struct scene scene;
	size_t len;

	(void)state;
	stage_usual(&scene);
	len = scene.leaf->der.len;
	memcpy(bytes, scene.leaf->der.data, len);
	bytes[len] = 0;
	scene.question.leaf.data = bytes;
	for (size_t i = 0; i < len; i += 7) {
		scene.question.leaf.len = i;
		is_why(&scene, CARDEA_CERT_MALFORMED, "no certificate in DER");
	}
	scene.question.leaf.len = len + 1;
	is_why(&scene, CARDEA_CERT_MALFORMED, "no certificate in DER");
	scene.question.leaf.len = len;
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 0x20;
		assert_int_not_equal(judged(&scene), CARDEA_CERT_ACCEPTED);
		bytes[i] ^= 0x20;
	}
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
}

static void
the_identity_is_what_the_certificate_says(void **state)
{
	const struct cardea_cert_identity *identity;
	struct cardea_cert_identity described;
	struct x509_recipe recipe = leaf_recipe;
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	recipe.name = "Jörgs Laptop";
	recipe.serial = "0ABC";
	recipe.change_count = 1;
	recipe.changes[0] = (struct x509_change){ NID_subject_alt_name,
		"DNS:l7.example.org,email:j@example.org,IP:192.0.2.7,"
		"otherName:1.3.6.1.4.1.311.20.2.3;UTF8:j@corp" };
	stage(&scene, x509_make(&recipe, scene.middle));
	is_why(&scene, CARDEA_CERT_ACCEPTED, "");
	identity = &scene.verdict.identity;
	assert_int_equal(identity->kind, CARDEA_CERT_X509);
	assert_string_equal(identity->authority, "devices");
	assert_string_equal(identity->subject, "CN=Jörgs Laptop");
	assert_string_equal(identity->issuer, "CN=Issuing");
	assert_string_equal(identity->issuer_name, "Issuing");
	assert_string_equal(identity->serial, "0abc");
	assert_int_equal(identity->not_before_s, X509_NOW - X509_DAY);
	assert_int_equal(identity->not_after_s, X509_NOW + X509_DAY);
	assert_int_equal(identity->name_count, 4);
	assert_string_equal(identity->names[0].text, "dns:l7.example.org");
	assert_string_equal(identity->names[1].text, "email:j@example.org");
	assert_string_equal(identity->names[2].text, "ip:192.0.2.7");
	assert_string_equal(identity->names[3].text, "upn:j@corp");
	assert_int_equal(identity->purpose_count, 1);
	assert_string_equal(identity->purposes[0].text, "1.3.6.1.5.5.7.3.2");
	assert_int_equal(identity->revocation_s, 0);
	assert_int_equal(strlen(identity->fingerprint), 7 + 43);
	assert_int_equal(
	    cardea_x509_describe(&scene.leaf->der, &described, NULL),
	    CARDEA_OK);
	assert_string_equal(described.fingerprint, identity->fingerprint);
	assert_string_equal(described.authority, "");
	/* it is told of what is refused, too */
	scene.question.trust_count = 0;
	is_why(&scene, CARDEA_CERT_UNTRUSTED, "");
	assert_string_equal(scene.verdict.identity.serial, "0abc");
}

/* S07: what would turn a line of the log around is left out. */
static void
names_that_cannot_be_shown_are_left_out(void **state)
{
	static const char *const names[] = { "a\nb", "a\x1b[2Jb",
		"a\xe2\x80\xae"
		"b",
		"a\xc2\x85"
		"b" };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct x509_recipe recipe = leaf_recipe;
		const char *c;

		recipe.name = names[i];
		stage(&scene, x509_make(&recipe, scene.middle));
		is_why(&scene, CARDEA_CERT_ACCEPTED, "");
		for (c = scene.verdict.identity.subject; *c != '\0'; c++)
			assert_true((unsigned char)*c >= 0x20 &&
			    (unsigned char)*c < 0x7f);
	}
}

static void
describe_judges_the_profile_alone(void **state)
{
	struct cardea_cert_identity identity, untouched;
	struct x509_recipe recipe = leaf_recipe;
	struct cardea_cert_bytes large;
	struct cardea_diag diag = { 0 };
	struct scene scene;

	(void)state;
	stage_usual(&scene);
	recipe.to_s = X509_NOW - 5;
	stage(&scene, x509_make(&recipe, NULL));
	assert_int_equal(
	    cardea_x509_describe(&scene.leaf->der, &identity, &diag),
	    CARDEA_OK);
	memset(&identity, 0x5a, sizeof(identity));
	untouched = identity;
	assert_int_equal(
	    cardea_x509_describe(&scene.root->der, &identity, &diag),
	    CARDEA_E_SYNTAX);
	assert_string_equal(
	    diag.reason, "the certificate is an authority's, not a device's");
	large = scene.leaf->der;
	large.len = CARDEA_CERT_MAX + 1;
	assert_int_equal(
	    cardea_x509_describe(&large, &identity, NULL), CARDEA_E_RANGE);
	assert_memory_equal(&identity, &untouched, sizeof(identity));
}

static enum cardea_status
pem_status(const char *text, size_t len, size_t max, size_t *count)
{
	const struct cardea_cert_bytes pem = { (const unsigned char *)text,
		len };
	struct cardea_cert_bytes items[8];
	unsigned char *heap = (unsigned char *)0x1;
	enum cardea_status status;

	*count = 99;
	status = cardea_x509_pem(&pem, max, items, count, &heap, NULL);
	if (status == CARDEA_OK) {
		free(heap);
	} else {
		assert_int_equal(*count, 99);
		assert_true(heap == (unsigned char *)0x1);
	}
	return status;
}

static void
pem_holds_certificates_and_nothing_else(void **state)
{
	struct scene scene;
	struct cardea_cert_bytes pem;
	char text[16384];
	size_t count, len;

	(void)state;
	stage_usual(&scene);
	pem = x509_pem_of(
	    (struct x509_party *[]){ scene.root, scene.middle }, 2);
	len = (size_t)snprintf(text, sizeof(text),
	    "Subject: the root\n%.*s\nand that was it\n", (int)pem.len,
	    (const char *)pem.data);
	assert_int_equal(pem_status(text, len, 8, &count), CARDEA_OK);
	assert_int_equal(count, 2);
	assert_int_equal(pem_status(text, len, 2, &count), CARDEA_OK);
	assert_int_equal(pem_status(text, len, 1, &count), CARDEA_E_RANGE);
	assert_int_equal(pem_status("", 0, 8, &count), CARDEA_E_SYNTAX);
	assert_int_equal(pem_status("no pem", 6, 8, &count), CARDEA_E_SYNTAX);
	/* cut in the second one */
	assert_int_equal(
	    pem_status((const char *)pem.data, pem.len - 40, 8, &count),
	    CARDEA_E_SYNTAX);
	memcpy(strstr(text, "CERTIFICATE"), "certificate", 11);
	assert_int_equal(pem_status(text, len, 8, &count), CARDEA_E_SYNTAX);
	len = (size_t)snprintf(text, sizeof(text),
	    "-----BEGIN PRIVATE KEY-----\nAAAA\n"
	    "-----END PRIVATE KEY-----\n%.*s",
	    (int)pem.len, (const char *)pem.data);
	assert_int_equal(pem_status(text, len, 8, &count), CARDEA_E_SYNTAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(X04_a_certificate_outside_the_profile_is_refused),
		TEST(X04_what_the_profile_allows_is_accepted),
		TEST(X04_an_empty_subject_wants_a_critical_name),
		TEST(X04_an_issuer_outside_the_profile_is_refused),
		TEST(X04_the_purpose_is_the_authoritys),
		TEST(X07_what_is_too_large_is_refused_unread),
		TEST(X07_every_octet_less_or_more_is_refused),
		TEST(the_identity_is_what_the_certificate_says),
		TEST(names_that_cannot_be_shown_are_left_out),
		TEST(describe_judges_the_profile_alone),
		TEST(pem_holds_certificates_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
