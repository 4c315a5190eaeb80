/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "cli/statement.h"
#include "unit/statement_signer.h"

/* What a statement says, and what of it is refused although it is signed. */

#define HEADER "{\"alg\":\"ES256\"}"
#define IAT "\"iat\":1799999000"
#define GOOD "{\"device\":\"laptop-7\"," IAT ",\"facts\":{\"disk\":true}}"

struct bench {
	EVP_PKEY *key;
	struct cardea_statement_keys *keys;
};

static int
set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	char pem[16384] = "";

	assert_non_null(bench);
	bench->key = signer_key("P-256");
	signer_pem_key(bench->key, pem);
	bench->keys = signer_pin(pem);
	*state = bench;
	return 0;
}

static int
tear_down(void **state)
{
	struct bench *bench = *state;

	cardea_statement_keys_free(bench->keys);
	EVP_PKEY_free(bench->key);
	free(bench);
	return 0;
}

static enum cardea_status
read_text(const struct bench *bench, const char *text,
    struct cardea_statement *ret_statement, struct cardea_diag *diag)
{
	const struct cardea_cert_bytes bytes = { (const unsigned char *)text,
		strlen(text) };

	return cardea_statement_read(
	    bench->keys, &bytes, NULL, SIGNED_AT, ret_statement, diag);
}

/* signed by the pinned key */
static enum cardea_status
read_signed(const struct bench *bench, const char *header, const char *payload,
    struct cardea_statement *ret_statement, struct cardea_diag *diag)
{
	char *jws = signer_jws(bench->key, header, payload);
	enum cardea_status status = read_text(bench, jws, ret_statement, diag);

	free(jws);
	return status;
}

static void
expect_refusal(const struct bench *bench, const char *header,
    const char *payload, enum cardea_status status, const char *reason)
{
	struct cardea_statement statement = { .issued_s = 77 };
	struct cardea_diag diag = { 0 };

	if (read_signed(bench, header, payload, &statement, &diag) != status ||
	    strstr(diag.reason, reason) == NULL)
		fail_msg("%s: \"%s\" in place of \"%s\"", payload, diag.reason,
		    reason);
	assert_int_equal(statement.issued_s, 77);
}

static void
all_that_may_be_said_is_read(void **state)
{
	struct cardea_statement statement;

	assert_int_equal(
	    read_signed(*state,
		"{\"alg\":\"ES256\",\"typ\":\"JWT\","
		"\"kid\":\"1\",\"jwk\":{\"kty\":\"oct\"}}",
		"{\"device\":\"laptop-7\",\"iat\":1800000000,"
		"\"nbf\":1800000000,\"exp\":1800000001,\"iss\":\"mdm\","
		"\"sub\":\"x\",\"jti\":\"1\",\"facts\":{\"disk\":true,"
		"\"screen_lock\":false,\"os\":\"debian 12\","
		"\"firewall\":\"unknown\"}}",
		&statement, NULL),
	    CARDEA_OK);
	assert_string_equal(statement.device, "laptop-7");
	assert_string_equal(statement.san, "");
	assert_string_equal(statement.serial, "");
	assert_int_equal(statement.issued_s, 1800000000);
	assert_int_equal(statement.ends_s, 1800000001);
	assert_int_equal(statement.fact_count, 4);
	assert_string_equal(statement.facts[0].name, "disk");
	assert_string_equal(statement.facts[0].value, "true");
	assert_string_equal(statement.facts[1].value, "false");
	assert_string_equal(statement.facts[2].value, "debian 12");
	assert_string_equal(statement.facts[3].value, "unknown");
	assert_memory_equal(statement.signer, "SHA256:", 7);
	assert_int_equal(read_signed(*state, HEADER,
			     "{\"san\":\"dns:a.example\",\"serial\":\"0a\"," IAT
			     ",\"facts\":{\"disk\":true}}",
			     &statement, NULL),
	    CARDEA_OK);
	assert_string_equal(statement.san, "dns:a.example");
	assert_string_equal(statement.serial, "0a");
	assert_int_equal(statement.ends_s, 0);
}

static void
one_line_feed_behind_it_does_no_harm_and_nothing_else_may_stand_there(
    void **state)
{
	const struct bench *bench = *state;
	static const struct {
		const char *before, *behind;
		enum cardea_status status;
	} cases[] = { { "", "\n", CARDEA_OK }, { "", "\r\n", CARDEA_OK },
		{ "", "\n\n", CARDEA_E_SYNTAX }, { "", " ", CARDEA_E_SYNTAX },
		{ " ", "", CARDEA_E_SYNTAX }, { "", "=", CARDEA_E_SYNTAX },
		{ "", ".x", CARDEA_E_SYNTAX }, { "x.", "", CARDEA_E_SYNTAX } };
	char *jws = signer_jws(bench->key, HEADER, GOOD);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_statement statement;
		char *text = NULL;

		assert_true(asprintf(&text, "%s%s%s", cases[i].before, jws,
				cases[i].behind) > 0);
		assert_int_equal(
		    read_text(bench, text, &statement, NULL), cases[i].status);
		free(text);
	}
	free(jws);
}

static void
headers_that_would_have_it_judged_otherwise_are_refused(void **state)
{
	expect_refusal(
	    *state, "{\"alg\":\"none\"}", GOOD, CARDEA_E_UNSAFE, "algorithm");
	expect_refusal(
	    *state, "{\"alg\":\"HS256\"}", GOOD, CARDEA_E_UNSAFE, "algorithm");
	expect_refusal(
	    *state, "{\"alg\":1}", GOOD, CARDEA_E_UNSAFE, "algorithm");
	expect_refusal(*state, "{}", GOOD, CARDEA_E_UNSAFE, "algorithm");
	/* a right signature under another name */
	expect_refusal(
	    *state, "{\"alg\":\"RS256\"}", GOOD, CARDEA_E_UNSAFE, "pinned");
	expect_refusal(
	    *state, "{\"alg\":\"EdDSA\"}", GOOD, CARDEA_E_UNSAFE, "pinned");
	expect_refusal(*state, "{\"alg\":\"ES256\",\"crit\":[\"exp\"]}", GOOD,
	    CARDEA_E_SYNTAX, "extension");
	expect_refusal(*state, "{\"alg\":\"ES256\",\"b64\":false}", GOOD,
	    CARDEA_E_SYNTAX, "extension");
	expect_refusal(*state, "{\"alg\":\"none\",\"alg\":\"ES256\"}", GOOD,
	    CARDEA_E_SYNTAX, "JSON");
	expect_refusal(*state, "[]", GOOD, CARDEA_E_SYNTAX, "object");
	expect_refusal(*state, "", GOOD, CARDEA_E_SYNTAX, "JSON");
}

/* RFC 8725, 2.1: a MAC made with the public key as its secret. */
static void
what_has_no_signature_of_the_pinned_key_is_refused(void **state)
{
	const struct bench *bench = *state;
	EVP_PKEY *stranger = signer_key("P-256");
	char *jws = signer_jws(stranger, HEADER, GOOD);
	struct cardea_statement statement;
	char *last = strrchr(jws, '.');

	assert_int_equal(
	    read_text(bench, jws, &statement, NULL), CARDEA_E_UNSAFE);
	last[1] = '\0';
	assert_int_equal(
	    read_text(bench, jws, &statement, NULL), CARDEA_E_UNSAFE);
	*last = '\0';
	assert_int_equal(
	    read_text(bench, jws, &statement, NULL), CARDEA_E_SYNTAX);
	assert_int_equal(
	    read_text(bench, "", &statement, NULL), CARDEA_E_SYNTAX);
	assert_int_equal(
	    read_text(bench, "..", &statement, NULL), CARDEA_E_SYNTAX);
	assert_int_equal(
	    read_text(bench, "{\"payload\":\"\"}", &statement, NULL),
	    CARDEA_E_SYNTAX);
	free(jws);
	EVP_PKEY_free(stranger);
}

static void
statements_of_another_time_are_refused(void **state)
{
#define AT(times) "{\"device\":\"a\"," times ",\"facts\":{\"disk\":true}}"
	expect_refusal(*state, HEADER, AT("\"iat\":1800000001"),
	    CARDEA_E_CONFLICT, "future");
	expect_refusal(*state, HEADER, AT(IAT ",\"nbf\":1800000001"),
	    CARDEA_E_CONFLICT, "future");
	expect_refusal(*state, HEADER, AT(IAT ",\"exp\":1800000000"),
	    CARDEA_E_CONFLICT, "ended");
	expect_refusal(
	    *state, HEADER, AT(IAT ",\"exp\":0"), CARDEA_E_CONFLICT, "ended");
	expect_refusal(
	    *state, HEADER, AT(IAT ",\"exp\":-5"), CARDEA_E_CONFLICT, "ended");
	expect_refusal(
	    *state, HEADER, AT("\"jti\":\"x\""), CARDEA_E_SYNTAX, "iat");
	expect_refusal(*state, HEADER, AT("\"iat\":0"), CARDEA_E_SYNTAX, "iat");
	expect_refusal(
	    *state, HEADER, AT("\"iat\":-1"), CARDEA_E_SYNTAX, "iat");
	expect_refusal(*state, HEADER, AT("\"iat\":1799999000.5"),
	    CARDEA_E_SYNTAX, "whole number");
	expect_refusal(*state, HEADER, AT("\"iat\":\"1799999000\""),
	    CARDEA_E_SYNTAX, "whole number");
	expect_refusal(*state, HEADER, AT("\"iat\":99999999999999999999"),
	    CARDEA_E_SYNTAX, "JSON");
	expect_refusal(*state, HEADER, AT(IAT ",\"exp\":\"never\""),
	    CARDEA_E_SYNTAX, "whole number");
}

static void
claims_that_are_twice_or_unknown_or_of_another_form_are_refused(void **state)
{
#define FACTS ",\"facts\":{\"disk\":true}}"
	static const struct {
		const char *payload, *reason;
		enum cardea_status status;
	} cases[] = {
		{ "{\"device\":\"a\",\"device\":\"b\"," IAT FACTS, "JSON",
		    CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT
		  ",\"facts\":{\"disk\":false,\"disk\":true}}",
		    "JSON", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT FACTS "{}", "JSON",
		    CARDEA_E_SYNTAX },
		{ "[]", "object", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\",\"aud\":\"b\"," IAT FACTS, "\"aud\"",
		    CARDEA_E_SYNTAX },
		{ "{" IAT FACTS, "wants \"device\"", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\",\"serial\":\"1\"," IAT FACTS,
		    "wants \"device\"", CARDEA_E_SYNTAX },
		{ "{\"device\":7," IAT FACTS, "wants a text", CARDEA_E_SYNTAX },
		{ "{\"device\":\"\"," IAT FACTS, "bytes", CARDEA_E_RANGE },
		{ "{\"device\":\"a\\u0000b\"," IAT FACTS, "JSON",
		    CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\\u001bb\"," IAT FACTS, "control",
		    CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT "}", "facts", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":[]}", "facts",
		    CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":{}}", "no facts",
		    CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":{\"disk\":1}}",
		    "true, false", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":{\"disk\":null}}",
		    "true, false", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":{\"disk\":{}}}",
		    "true, false", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":{\"Disk\":true}}",
		    "name", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":{\"\":true}}", "name",
		    CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":{\"a=b\":true}}", "name",
		    CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT
		  ",\"facts\":{\"abcdefghijklmnopqrstuvwxyz012345\":true}}",
		    "name", CARDEA_E_SYNTAX },
		{ "{\"device\":\"a\"," IAT ",\"facts\":{\"os\":\"\"}}", "bytes",
		    CARDEA_E_RANGE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_refusal(*state, HEADER, cases[i].payload,
		    cases[i].status, cases[i].reason);
}

static void
what_is_beyond_a_ceiling_is_refused_not_cut(void **state)
{
	char payload[8192] = "{\"device\":\"a\"," IAT ",\"facts\":{";
	struct cardea_statement statement;
	char *large = malloc(CARDEA_STATEMENT_MAX + 2);
	struct cardea_diag diag = { 0 };
	size_t len;

	assert_non_null(large);
	memset(large, 'a', CARDEA_STATEMENT_MAX + 1);
	large[CARDEA_STATEMENT_MAX + 1] = '\0';
	assert_int_equal(
	    read_text(*state, large, &statement, &diag), CARDEA_E_RANGE);
	free(large);
	for (int i = 0; i <= CARDEA_POSTURE_FACTS_MAX; i++) {
		len = strlen(payload);
		snprintf(payload + len, sizeof(payload) - len, "%s\"f%d\":true",
		    i == 0 ? "" : ",", i);
	}
	strcat(payload, "}}");
	expect_refusal(
	    *state, HEADER, payload, CARDEA_E_RANGE, "more than 16 facts");
	snprintf(payload, sizeof(payload),
	    "{\"device\":\"a\"," IAT ",\"facts\":{\"os\":\"%064d\"}}", 0);
	expect_refusal(*state, HEADER, payload, CARDEA_E_RANGE, "1 to 63");
	snprintf(
	    payload, sizeof(payload), "{\"device\":\"%064d\"," IAT FACTS, 0);
	expect_refusal(*state, HEADER, payload, CARDEA_E_RANGE, "1 to 63");
	/* a header beyond what any needs */
	snprintf(payload, sizeof(payload),
	    "{\"alg\":\"ES256\",\"x\":\"%05000d\"}", 0);
	expect_refusal(*state, payload, GOOD, CARDEA_E_SYNTAX, "header");
}

static void
cms_says_the_same(void **state)
{
	const struct bench *bench = *state;
	X509 *certificate = signer_certificate(bench->key, "manager");
	const struct cardea_cert_bytes content = { (const unsigned char *)GOOD,
		strlen(GOOD) };
	struct cardea_cert_bytes bytes;
	struct cardea_statement statement;
	unsigned char *der;
	char *jws;

	der = signer_cms(
	    bench->key, certificate, GOOD, 0, "SHA256", &bytes.len);
	bytes.data = der;
	assert_int_equal(cardea_statement_read(bench->keys, &bytes, NULL,
			     SIGNED_AT, &statement, NULL),
	    CARDEA_OK);
	assert_string_equal(statement.device, "laptop-7");
	assert_int_equal(cardea_statement_read(bench->keys, &bytes, &content,
			     SIGNED_AT, &statement, NULL),
	    CARDEA_E_SYNTAX);
	OPENSSL_free(der);
	/* content beside a JWS is nobody's */
	jws = signer_jws(bench->key, HEADER, GOOD);
	bytes = (struct cardea_cert_bytes){ (unsigned char *)jws, strlen(jws) };
	assert_int_equal(cardea_statement_read(bench->keys, &bytes, &content,
			     SIGNED_AT, &statement, NULL),
	    CARDEA_E_SYNTAX);
	free(jws);
	X509_free(certificate);
}

#define BENCH_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		BENCH_TEST(all_that_may_be_said_is_read),
		BENCH_TEST(
		    one_line_feed_behind_it_does_no_harm_and_nothing_else_may_stand_there),
		BENCH_TEST(
		    headers_that_would_have_it_judged_otherwise_are_refused),
		BENCH_TEST(what_has_no_signature_of_the_pinned_key_is_refused),
		BENCH_TEST(statements_of_another_time_are_refused),
		BENCH_TEST(
		    claims_that_are_twice_or_unknown_or_of_another_form_are_refused),
		BENCH_TEST(what_is_beyond_a_ceiling_is_refused_not_cut),
		BENCH_TEST(cms_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
