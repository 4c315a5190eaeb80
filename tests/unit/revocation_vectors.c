/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "cert/crlindex.h"
#include "cert/ocsp.h"
#include "unit/revocation_fixture.h"
#include "unit/test.h"
#include "unit/vectors.h"

/*
 * BoringSSL's lists and OCSP answers, and the lists of NIST's PKITS, each
 * through our own calls.  What they expect not to be good never is.  What they
 * have for good and we refuse stands below with what it is refused for, to the
 * word; there may be no other one.
 */
#define BORING "boringssl-revocation/"

static struct cardea_cert_bytes
decode(const char *base64)
{
	size_t size = strlen(base64), len;
	unsigned char *bytes = malloc(size + 1);

	assert_non_null(bytes);
	assert_int_equal(cardea_base64_decode(CARDEA_BASE64, base64,
			     strlen(base64), bytes, size, &len),
	    CARDEA_OK);
	return (struct cardea_cert_bytes){ bytes, len };
}

static struct cardea_cert_bytes
block_of(const json_t *test, const char *label)
{
	const char *base64 = json_string_value(json_object_get(test, label));

	return base64 == NULL ? (struct cardea_cert_bytes){ 0 }
			      : decode(base64);
}

static void
drop(struct cardea_cert_bytes *bytes)
{
	free((void *)(uintptr_t)bytes->data);
	bytes->data = NULL;
}

static X509 *
parse(const struct cardea_cert_bytes *der)
{
	const unsigned char *at = der->data;

	return d2i_X509(NULL, &at, (long)der->len);
}

/* The list by cardea_crlindex_build, then, where only its number is missing,
 * as it stands. */
struct list_case {
	const char *file;
	const char *reason; /* of cardea_crlindex_build */
	const char *word;   /* of the look-up, without regard to the number */
	const char *why;    /* a deviation, if the word is not as expected */
};

/* None of them has a number, which RFC 5280 demands (5.2.3), so none becomes an
 * index; whatever is not told from that is told by the look-up. */
#define NUMBER "the list has no number (cRLNumber; RFC 5280, 5.2.3)"
/* an odd one: it is signed by its own key, so no path leads to the authority */
#define OWN "the certificate is signed by itself"

static const struct list_case list_cases[] = {
	{ "bad_fake_critical_crlentryextension.pem",
	    "an entry of the list has a critical extension that is unknown",
	    "UNKNOWN", NULL },
	{ "bad_idp_contains_wrong_uri.pem", NUMBER, "UNKNOWN", NULL },
	{ "bad_idp_uri_and_onlycontainsusercerts.pem", NUMBER, "UNKNOWN",
	    NULL },
	{ "bad_nextupdate_too_old.pem", NUMBER, "UNKNOWN", NULL },
	{ "bad_thisupdate_in_future.pem", NUMBER, "UNKNOWN", NULL },
	{ "good.pem", NUMBER, "GOOD", NULL },
	{ "good_idp_contains_uri.pem", NUMBER, "GOOD", NULL },
	{ "good_idp_onlycontainscacerts.pem", NUMBER, "UNKNOWN", OWN },
	{ "good_idp_uri_and_onlycontainscacerts.pem", NUMBER, "UNKNOWN", OWN },
	{ "good_key_rollover.pem", NUMBER, "UNKNOWN",
	    "two authorities of one name, and no key identifier" },
	{ "good_no_crldp.pem", NUMBER, "GOOD", NULL },
	{ "invalid_garbage_after_crlentryextensions.pem",
	    "an extension of an entry of the list is malformed", "UNKNOWN",
	    NULL },
	{ "invalid_garbage_after_signaturevalue.pem",
	    "the signature of the list is malformed", "UNKNOWN", NULL },
	{ "invalid_garbage_after_thisupdate.pem",
	    "the list has no nextUpdate, or it is malformed", "UNKNOWN", NULL },
	{ "invalid_garbage_revocationdate.pem",
	    "a date in the list is malformed", "UNKNOWN", NULL },
	{ "invalid_garbage_signaturevalue.pem",
	    "the signature of the list is malformed", "UNKNOWN", NULL },
	{ "invalid_garbage_tbscertlist.pem",
	    "the form of the list is malformed", "UNKNOWN", NULL },
	{ "invalid_idp_empty_sequence.pem",
	    "the scope of the list (issuingDistributionPoint) is empty or "
	    "malformed",
	    "UNKNOWN", NULL },
	{ "invalid_idp_onlycontains_user_and_ca_certs.pem",
	    "the scope of the list leaves out everybody", "UNKNOWN", NULL },
	{ "invalid_idp_onlycontainsusercerts_v1_leaf.pem", NUMBER, "UNKNOWN",
	    NULL },
	{ "invalid_issuer_keyusage_no_crlsign.pem", NUMBER, "UNKNOWN", NULL },
	{ "revoked_generalized_revocationdate.pem", NUMBER, "REVOKED", NULL },
};

static const struct list_case *
list_case_of(const char *file)
{
	for (size_t i = 0; i < sizeof(list_cases) / sizeof(list_cases[0]);
	     i++) {
		if (strcmp(list_cases[i].file, file) == 0)
			return &list_cases[i];
	}
	print_message("%s is not expected\n", file);
	fail();
	return NULL;
}

static const char *
word_of(const json_t *root, const json_t *test,
    const struct cardea_cert_bytes *index)
{
	struct cardea_cert_bytes authority = block_of(test, "ca_certificate");
	struct cardea_cert_bytes second = block_of(test, "ca_certificate_2");
	struct cardea_cert_bytes leaf = block_of(test, "certificate");
	struct verifying verifying = {
		.authority.kind = CARDEA_AUTHORITY_X509,
		.authority.revocation = CARDEA_REVOCATION_BY_CRL,
		.question.time_s = number_of(root, "verify_time_unix"),
		.question.revocation_s = (uint32_t)number_of(root, "max_age_s"),
		.trust.list_count = 1,
		.trust.lists[0] = *index,
	};
	struct verified verified;
	X509 *between = second.data == NULL ? NULL : parse(&second);
	X509 *anchor = parse(&authority), *last = parse(&leaf);

	verifying.anchor = anchor;
	verifying.leaf = last;
	verifying.between[0] = between;
	verifying.between_count = between == NULL ? 0 : 1;
	verified = verify_path(&verifying);
	X509_free(anchor);
	X509_free(last);
	X509_free(between);
	drop(&authority);
	drop(&second);
	drop(&leaf);
	if (verified.verdict.result == CARDEA_RESULT_VERIFIED)
		return "GOOD";
	return verified.verdict.why == CARDEA_CERT_REVOKED ? "REVOKED"
							   : "UNKNOWN";
}

static void
try_list(const json_t *root, const json_t *test)
{
	struct cardea_cert_bytes list = block_of(test, "crl");
	struct cardea_cert_bytes issuers[2] = {
		block_of(test, "ca_certificate"),
		block_of(test, "ca_certificate_2"),
	};
	const size_t count = issuers[1].data == NULL ? 1 : 2;
	const struct cardea_crlindex_issuers who = { count, issuers };
	const struct list_case *expected = list_case_of(text_of(test, "file"));
	struct cardea_cert_bytes index = { 0 };
	struct cardea_diag diag = { 0 };
	unsigned char *bytes = NULL;
	const char *word = "UNKNOWN";
	size_t len;

	assert_int_not_equal(
	    cardea_crlindex_build(&list, &who, &bytes, &len, &diag), CARDEA_OK);
	if (index_list(&list, issuers, count, &index) == CARDEA_OK)
		word = word_of(root, test, &index);
	if (strcmp(diag.reason, expected->reason) != 0 ||
	    strcmp(word, expected->word) != 0)
		print_message("{ \"%s\", \"%s\", \"%s\", NULL },\n",
		    text_of(test, "file"), diag.reason, word);
	assert_string_equal(diag.reason, expected->reason);
	assert_string_equal(word, expected->word);
	assert_int_equal(expected->why != NULL,
	    strcmp(word, text_of(test, "expected")) != 0);
	/* what is not good never is */
	assert_true(strcmp(word, "GOOD") != 0 ||
	    strcmp(text_of(test, "expected"), "GOOD") == 0);
	drop(&list);
	drop(&issuers[0]);
	drop(&issuers[1]);
	drop(&index);
}

static void
X03_every_list_of_boringssl_is_decided_as_expected(void **state)
{
	json_t *root = load_vectors(BORING "crl.json");
	const json_t *test;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(root, "tests"), i, test)
	    try_list(root, test);
	assert_int_equal(i, sizeof(list_cases) / sizeof(list_cases[0]));
	json_decref(root);
}

/* All of them are signed with SHA-1, which counts for nothing: so what is good
 * comes as far as that and no further.  has_critical_ct_extension is good for
 * BoringSSL, which knows of that extension, and good_response_invalid_serial
 * has a serial number that is no DER. */
struct answer_case {
	const char *file;
	enum cardea_ocsp_answer answer;
	const char *reason;
};

#define SHA1 "the OCSP answer is signed with an algorithm that does not count"

static const struct answer_case answer_cases[] = {
	{ "bad_signature.pem", CARDEA_OCSP_INVALID, SHA1 },
	{ "bad_status.pem", CARDEA_OCSP_INVALID,
	    "the OCSP responder had no answer, but an error" },
	{ "good_response_invalid_serial.pem", CARDEA_OCSP_INVALID,
	    "the certificate that OCSP was asked about, or its issuer, is "
	    "malformed" },
	{ "has_critical_ct_extension.pem", CARDEA_OCSP_INVALID,
	    "the OCSP answer has a critical extension that is unknown" },
	{ "has_critical_response_extension.pem", CARDEA_OCSP_INVALID,
	    "the OCSP answer has a critical extension that is unknown" },
	{ "has_single_extension.pem", CARDEA_OCSP_INVALID, SHA1 },
	{ "has_version.pem", CARDEA_OCSP_INVALID, SHA1 },
	{ "invalid_response.pem", CARDEA_OCSP_INVALID,
	    "the OCSP answer is malformed" },
	{ "no_response.pem", CARDEA_OCSP_NONE,
	    "the OCSP answer is not about this certificate" },
	{ "ocsp_sign_indirect_missing.pem", CARDEA_OCSP_INVALID, SHA1 },
	{ "old_response.pem", CARDEA_OCSP_INVALID, SHA1 },
	{ "revoke_response.pem", CARDEA_OCSP_INVALID, SHA1 },
};

static void
try_answer(
    const json_t *root, const json_t *test, const struct answer_case *expected)
{
	struct cardea_cert_bytes parts[3] = {
		block_of(test, "ocsp_response"),
		block_of(test, "certificate"),
		block_of(test, "ca_certificate"),
	};
	const struct cardea_ocsp_call call = {
		.response = parts[0],
		.certificate = parts[1],
		.issuer = parts[2],
		.time_s = number_of(root, "verify_time_unix"),
		.max_age_s = (uint32_t)number_of(root, "max_age_s"),
	};
	struct cardea_diag diag = { 0 };
	int64_t date_s = -1;
	enum cardea_ocsp_answer answer = cardea_ocsp_judge(
	    &call, &date_s, &diag);

	if (strcmp(diag.reason, expected->reason) != 0)
		print_message("{ \"%s\", %x, \"%s\" },\n",
		    text_of(test, "file"), (unsigned int)answer, diag.reason);
	assert_string_equal(text_of(test, "file"), expected->file);
	assert_int_equal(answer, expected->answer);
	assert_string_equal(diag.reason, expected->reason);
	assert_int_not_equal(answer, CARDEA_OCSP_GOOD);
	assert_int_equal(date_s, -1);
	for (size_t i = 0; i < 3; i++)
		drop(&parts[i]);
}

static void
X02_every_answer_of_boringssl_is_decided_as_expected(void **state)
{
	json_t *root = load_vectors(BORING "ocsp.json");
	const json_t *test;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(root, "tests"), i, test)
	{
		assert_true(i < sizeof(answer_cases) / sizeof(answer_cases[0]));
		try_answer(root, test, &answer_cases[i]);
	}
	assert_int_equal(i, sizeof(answer_cases) / sizeof(answer_cases[0]));
	json_decref(root);
}

#define PKITS_TIME_S 1302739200 /* 2011-04-14 */
#define PKITS_MAX 8

/* A PKITS test: its chain, its lists each signed by whichever certificate of
 * the suite it is. */
struct pkits {
	struct cardea_cert_bytes certs[PKITS_MAX], lists[PKITS_MAX];
	X509 *parsed[PKITS_MAX];
	size_t cert_count, list_count;
	struct verifying verifying;
};

static void
load_pkits(const json_t *root, const json_t *test, struct pkits *pkits)
{
	const json_t *name;
	size_t i;

	json_array_foreach(json_object_get(test, "certs"), i, name)
	{
		assert_true(pkits->cert_count < PKITS_MAX);
		pkits->certs[i] = decode(text_of(
		    json_object_get(root, "certs"), json_string_value(name)));
		pkits->parsed[i] = parse(&pkits->certs[i]);
		assert_non_null(pkits->parsed[i]);
		pkits->cert_count++;
	}
	json_array_foreach(json_object_get(test, "crls"), i, name)
	{
		struct cardea_cert_bytes list = decode(text_of(
		    json_object_get(root, "crls"), json_string_value(name)));

		assert_true(pkits->list_count < PKITS_MAX);
		if (index_list(&list, pkits->certs, pkits->cert_count,
			&pkits->lists[pkits->list_count]) == CARDEA_OK)
			pkits->list_count++;
		drop(&list);
	}
}

static void
drop_pkits(struct pkits *pkits)
{
	for (size_t i = 0; i < PKITS_MAX; i++) {
		drop(&pkits->certs[i]);
		drop(&pkits->lists[i]);
		X509_free(pkits->parsed[i]);
	}
}

static bool
pkits_holds(struct pkits *pkits)
{
	struct verifying *verifying = &pkits->verifying;
	struct verified verified;

	verifying->authority.kind = CARDEA_AUTHORITY_X509;
	verifying->authority.revocation = CARDEA_REVOCATION_BY_CRL;
	verifying->question.time_s = PKITS_TIME_S;
	verifying->anchor = pkits->parsed[0];
	verifying->leaf = pkits->parsed[pkits->cert_count - 1];
	for (size_t i = 1; i + 1 < pkits->cert_count; i++)
		verifying->between[verifying->between_count++] =
		    pkits->parsed[i];
	verifying->trust.list_count = pkits->list_count;
	memcpy(verifying->trust.lists, pkits->lists,
	    sizeof(verifying->trust.lists));
	verified = verify_path(verifying);
	return verified.verdict.result == CARDEA_RESULT_VERIFIED;
}

/* The sections that are about lists: 4.4, 4.5, 4.7, 4.14 and 4.15, and what
 * else has revoked certificates; 4.1 has DSA, which does not count.  Names and
 * policies are not judged here. */
static const char *const pkits_sections[] = { "4.2.", "4.3.", "4.4.", "4.5.",
	"4.7.", "4.14.", "4.15." };

/* Valid for NIST and refused here: in 4.14.30 the issuer of the list stands for
 * revocation in that same list, where OpenSSL does not look for it. */
static const char *const pkits_refused[] = { "4.14.30#" };

static bool
begins_with_one(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strncmp(text, words[i], strlen(words[i])) == 0)
			return true;
	}
	return false;
}

static void
X05_pkits_is_decided_as_expected(void **state)
{
	json_t *root = load_vectors("nist-pkits/pkits.json");
	const json_t *test;
	size_t i, tried = 0;

	(void)state;
	json_array_foreach(json_object_get(root, "tests"), i, test)
	{
		const char *id = text_of(test, "id");
		struct pkits pkits = { 0 };
		bool expected = json_is_true(
		    json_object_get(test, "should_validate"));

		if (!begins_with_one(id, pkits_sections,
			sizeof(pkits_sections) / sizeof(pkits_sections[0])))
			continue;
		if (expected)
			expected = !begins_with_one(id, pkits_refused,
			    sizeof(pkits_refused) / sizeof(pkits_refused[0]));
		load_pkits(root, test, &pkits);
		if (pkits_holds(&pkits) != expected) {
			print_message("PKITS %s\n", id);
			fail();
		}
		drop_pkits(&pkits);
		tried++;
	}
	assert_true(tried > 30);
	json_decref(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    X03_every_list_of_boringssl_is_decided_as_expected),
		cmocka_unit_test(
		    X02_every_answer_of_boringssl_is_decided_as_expected),
		cmocka_unit_test(X05_pkits_is_decided_as_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
