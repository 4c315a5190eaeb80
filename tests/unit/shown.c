/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "facts/shown.h"
#include "facts/text.h"
#include "unit/test.h"

#define TXN "0123456789abcdef0123456789abcdef"

static struct cardea_evidence
proof(enum cardea_factor factor, enum cardea_result result)
{
	struct cardea_evidence evidence = {
		.version = CARDEA_EVIDENCE_VERSION,
		.factor = factor,
		.result = result,
		.subject = "alice",
		.txn = TXN,
	};

	return evidence;
}

static void
add(struct cardea_evidence_set *set, const struct cardea_evidence *evidence)
{
	assert_int_equal(cardea_evidence_add(set, evidence), CARDEA_OK);
}

static struct cardea_evidence_set
login(void)
{
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_evidence one;

	one = proof(CARDEA_FACTOR_PASSWORD, CARDEA_RESULT_VERIFIED);
	add(&set, &one);
	one = proof(CARDEA_FACTOR_TOTP, CARDEA_RESULT_REFUSED);
	add(&set, &one);
	one = proof(CARDEA_FACTOR_DEVICE, CARDEA_RESULT_VERIFIED);
	strcpy(one.qualities[0].key, "known");
	strcpy(one.qualities[1].key, "issuer");
	strcpy(one.qualities[1].value, "Our CA, +1");
	one.quality_count = 2;
	add(&set, &one);
	return set;
}

static void
what_was_shown_comes_back_with_its_qualities(void **state)
{
	const struct cardea_request request = { .user = "alice", .time_s = 77 };
	const struct cardea_evidence_set set = login();
	struct cardea_evidence_set read = { .txn = TXN };
	struct cardea_request facts = request;
	char text[CARDEA_FACTS_TEXT_MAX + 1] = "at:77";

	(void)state;
	assert_int_equal(cardea_shown_add(&set, text, sizeof(text)), CARDEA_OK);
	assert_string_equal(text,
	    "at:77 shown:+password,+device,known,issuer%3dOur%20CA%2c%20+1");
	assert_int_equal(
	    cardea_shown_parse(text, &request, &read, NULL), CARDEA_OK);
	assert_int_equal(read.count, 2);
	assert_int_equal(cardea_evidence_result(&read, "alice",
			     CARDEA_FACTOR_DEVICE, set.items[2].qualities, 2),
	    CARDEA_RESULT_VERIFIED);
	assert_int_equal(
	    cardea_evidence_result(&read, "alice", CARDEA_FACTOR_TOTP, NULL, 0),
	    CARDEA_RESULT_NONE);
	/* the facts themselves are read as if it did not stand there */
	assert_int_equal(cardea_facts_parse(text, &facts, NULL), CARDEA_OK);
	assert_int_equal(facts.time_s, 77);
}

static void
where_nothing_was_shown_nothing_is_said(void **state)
{
	const struct cardea_request request = { .user = "alice" };
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_evidence one = proof(
	    CARDEA_FACTOR_TOTP, CARDEA_RESULT_BROKEN);
	char text[64] = "at:77";

	(void)state;
	add(&set, &one);
	assert_int_equal(cardea_shown_add(&set, text, sizeof(text)), CARDEA_OK);
	assert_string_equal(text, "at:77");
	assert_int_equal(
	    cardea_shown_parse(text, &request, &set, NULL), CARDEA_OK);
	assert_int_equal(set.count, 1);
}

static void
what_does_not_fit_leaves_the_facts_as_they_are(void **state)
{
	const struct cardea_evidence_set set = login();
	char text[40] = "at:77";

	(void)state;
	assert_int_equal(
	    cardea_shown_add(&set, text, sizeof(text)), CARDEA_E_RANGE);
	assert_string_equal(text, "at:77");
}

static void
nothing_else_passes_for_something_shown(void **state)
{
	static const char *const texts[] = { "at:7 shown:", "at:7 shown:totp",
		"at:7 shown:+", "at:7 shown:+magic", "at:7 shown:+none",
		"at:7 shown:+totp,", "at:7 shown:+totp,%3dx",
		"at:7 shown:+totp host:x", "at:7 shown:+totp,,uv",
		"at:7 shown:+totp,%zz" };
	const struct cardea_request request = { .user = "alice" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct cardea_evidence_set set = { .txn = TXN };

		if (cardea_shown_parse(texts[i], &request, &set, NULL) !=
		    CARDEA_E_SYNTAX)
			fail_msg("accepted: %s", texts[i]);
		assert_int_equal(set.count, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_shown_comes_back_with_its_qualities),
		cmocka_unit_test(where_nothing_was_shown_nothing_is_said),
		cmocka_unit_test(
		    what_does_not_fit_leaves_the_facts_as_they_are),
		cmocka_unit_test(nothing_else_passes_for_something_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
