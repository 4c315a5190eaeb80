/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cardea/limits.h>

#include "policy/image.h"
#include "policy/match.h"
#include "unit/policies.h"
#include "unit/random.h"

/* something of everything */
static const char all[] =
    "zones: { z = { networks = [ \"10.0.0.0/8\", \"2001:db8::/32\" ]; }; };"
    "hours: { h = { days = \"mon-fri\"; times = [ \"07:00-19:00\", "
    "\"22:00-02:00\" ]; timezone = \"UTC\"; except = \"2026-12-25\"; }; };"
    "rules = ( { name = \"a\"; require = \"totp | recovery\"; when_outage = { "
    "cluster = \"fido2\"; }; when = { user = [ \"x\", \"y\" ]; service = "
    "\"sshd\"; zone = \"z\"; hours = \"h\"; unless = ( { group = \"g\"; }, { "
    "from = \"2026-01-01\"; until = \"2026-02-01\"; } ); }; },"
    "{ name = \"b\"; require = \"password\"; when = { caller = \"root\"; "
    "origin = \"local\"; host = \"h\"; tty = \"t\"; ruser = \"r\"; }; },"
    "{ name = \"c\"; deny = \"no\"; alert = true; owner = \"o\"; review = "
    "\"2027-01-01\"; reason = \"r\"; mode = \"observe\"; observe_until = "
    "\"2027-01-01\"; } );";

static struct cardea_request
somebody(void)
{
	struct cardea_request request = { .user = "x",
		.service = "sshd",
		.groups_known = true,
		.time_known = true,
		.local_count = 1,
		.local = { { .zone = "UTC",
		    .known = true,
		    .year = 2026,
		    .month = 11,
		    .day = 25,
		    .second = 12 * 3600 } } };

	request.login_source = cardea_address_parse("10.1.2.3");
	assert_int_equal(cardea_request_add_group(&request, "f"), CARDEA_OK);
	return request;
}

/* whatever stands in the image: every call comes back */
static void
use(const struct cardea_policy *policy)
{
	struct cardea_request request = somebody();
	struct cardea_policy_source source;
	struct cardea_rule rule;
	struct cardea_requirement pretended;
	enum cardea_truth truth;
	size_t rules = cardea_policy_rule_count(policy);

	for (size_t i = 0; i < rules && i < 50; i++) {
		if (cardea_policy_match(policy, i, &request, &truth) ==
		    CARDEA_OK)
			assert_in_range(truth, CARDEA_FALSE, CARDEA_TRUE);
		if (cardea_policy_rule(policy, i, &rule) == CARDEA_OK)
			assert_true(strlen(rule.name) < SIZE_MAX);
	}
	(void)cardea_policy_pretend(policy, &request, 1, &pretended);
	cardea_policy_names_group(policy, "g");
	cardea_policy_subject_is_ruser(policy, "su");
	for (size_t i = 0; i < cardea_policy_timezone_count(policy) && i < 50;
	     i++)
		assert_non_null(cardea_policy_timezone(policy, i));
	for (size_t i = 0; i < cardea_policy_source_count(policy) && i < 50;
	     i++) {
		if (cardea_policy_source(policy, i, &source) == CARDEA_OK)
			assert_non_null(source.path);
	}
}

/* what a login is told by it */
static enum cardea_status
select_rule(struct cardea_policy *policy, struct cardea_selection *selection)
{
	struct cardea_request request = somebody();

	memset(selection, 0, sizeof(*selection));
	return cardea_policy_select(policy, &request, selection, NULL);
}

/* Header and sums are judged at open, all else where it is read: so a byte is
 * noticed, or nobody has read it. */
static void
demand_noticed(const struct written *good, unsigned char *bytes, size_t at,
    const struct cardea_selection *wanted)
{
	const struct cardea_image_header *header = good->image;
	size_t body = sizeof(*header) +
	    header->parts[CARDEA_PART_SUMS].count *
		sizeof(struct cardea_image_sum);
	static struct cardea_selection selection;
	struct cardea_policy *policy = NULL;
	enum cardea_status status;

	status = cardea_policy_open(bytes, good->len, &policy, NULL);
	if (at < body) {
		/* version and byte order are told apart */
		assert_int_equal(status,
		    at >= 8 && at < 16 ? CARDEA_E_VERSION : CARDEA_E_CORRUPT);
		assert_null(policy);
		return;
	}
	if (status != CARDEA_OK) {
		assert_int_equal(status, CARDEA_E_CORRUPT);
		return;
	}
	status = select_rule(policy, &selection);
	if (status == CARDEA_OK)
		assert_memory_equal(&selection, wanted, sizeof(selection));
	else
		assert_int_equal(status, CARDEA_E_CORRUPT);
	/* once met, damage is damage for whoever asks next */
	if (cardea_image_is_damaged(policy))
		assert_int_equal(
		    select_rule(policy, &selection), CARDEA_E_CORRUPT);
	cardea_policy_free(policy);
}

static void
demand_all_noticed(const char *rules, size_t step)
{
	static struct cardea_selection wanted;
	struct written written = write_policy("", rules);
	unsigned char *bytes = malloc(written.len);

	assert_non_null(bytes);
	assert_int_equal(select_rule(written.policy, &wanted), CARDEA_OK);
	for (size_t i = 0; i < written.len; i += step) {
		for (int bit = 0; bit < 8; bit += 7) {
			memcpy(bytes, written.image, written.len);
			bytes[i] ^= (unsigned char)(1u << bit);
			demand_noticed(&written, bytes, i, &wanted);
		}
	}
	free(bytes);
	drop_policy(&written);
}

static void
every_flipped_byte_is_noticed_at_open_or_where_it_is_read(void **state)
{
	(void)state;
	demand_all_noticed(all, 1);
}

/* many rules of others, with this effect, between two of this one's */
static char *
many_rules(int count, const char *effect)
{
	char *text = malloc(512u + 160u * (size_t)count);
	size_t at;

	assert_non_null(text);
	at = (size_t)snprintf(text, 512,
	    "zones: { z = { networks = [ \"10.0.0.0/8\" ]; }; }; rules = ( "
	    "{ name = \"first\"; deny = \"d\"; when = { user = \"other\"; "
	    "service = \"sshd\"; }; },");
	for (int i = 0; i < count; i++)
		at += (size_t)snprintf(text + at, 160,
		    "{ name = \"r%d\"; %s when = { %s = "
		    "\"n%d\"; zone = \"z\"; }; },",
		    i, effect, i % 2 == 0 ? "user" : "group", i);
	snprintf(
	    text + at, 160, "{ name = \"last\"; require = \"password\"; } );");
	return text;
}

static void
damage_among_thousands_of_rules_never_gives_another_answer(void **state)
{
	char *text = many_rules(2000, "deny = \"d\";");

	(void)state;
	demand_all_noticed(text, 1931);
	free(text);
}

static void
a_login_reads_no_more_of_ten_thousand_rules_than_of_ten(void **state)
{
	static struct cardea_selection selection;
	static const int counts[] = { 10, 10000 };
	size_t read[2] = { 0 };

	(void)state;
	for (int k = 0; k < 2; k++) {
		char *text = many_rules(counts[k], "deny = \"d\";");
		struct written written = write_policy("", text);
		size_t sums = cardea_image_count(
		    written.policy, CARDEA_PART_SUMS);

		assert_int_equal(
		    select_rule(written.policy, &selection), CARDEA_OK);
		assert_true(selection.matched && !selection.denied);
		for (size_t i = 0; i < sums; i++)
			read[k] += written.policy->judged[i];
		print_message("# %d rules: %zu of %zu blocks read\n", counts[k],
		    read[k], sums);
		free(text);
		drop_policy(&written);
	}
	assert_true(read[1] <= read[0] + 16);
}

/* how many blocks of these rules are read to say what a stranger is asked */
static size_t
blocks_of_stranger(int rules, const char *effect, uint64_t pick)
{
	struct cardea_request stranger = { .user = "nobody",
		.service = "sshd",
		.user_exists = true,
		.groups_known = true };
	struct cardea_requirement asked;
	char *text = many_rules(rules, effect);
	struct written written = write_policy("", text);
	size_t sums = cardea_image_count(written.policy, CARDEA_PART_SUMS);
	size_t read = 0;

	stranger.login_source = cardea_address_parse("10.0.2.7");
	assert_true(
	    cardea_policy_pretend(written.policy, &stranger, pick, &asked));
	for (size_t i = 0; i < sums; i++)
		read += written.policy->judged[i];
	free(text);
	drop_policy(&written);
	return read;
}

static void
P17_a_stranger_reads_no_more_of_ten_thousand_rules_than_of_ten(void **state)
{
	static const char *const effects[] = { "deny = \"d\";",
		"require = \"totp\";" };

	(void)state;
	for (int k = 0; k < 2; k++) {
		for (uint64_t pick = 1; pick < UINT64_MAX / 7001; pick *= 7001)
			assert_in_range(
			    blocks_of_stranger(10000, effects[k], pick), 1,
			    blocks_of_stranger(10, effects[k], pick) + 32);
	}
}

static void
every_cut_and_every_added_byte_is_noticed_at_open(void **state)
{
	struct written written = write_policy("", all);
	struct cardea_policy *policy = NULL;
	unsigned char *bytes = calloc(1, written.len + 8);

	(void)state;
	assert_non_null(bytes);
	memcpy(bytes, written.image, written.len);
	for (size_t len = 0; len < written.len; len++)
		assert_int_equal(cardea_policy_open(bytes, len, &policy, NULL),
		    CARDEA_E_CORRUPT);
	assert_int_equal(
	    cardea_policy_open(bytes, written.len + 1, &policy, NULL),
	    CARDEA_E_CORRUPT);
	assert_null(policy);
	free(bytes);
	drop_policy(&written);
}

/* the same with the check sum put right: what only root can do, and what a
 * reader with one bound forgotten would not survive */
static void
a_damaged_image_with_a_right_check_sum_is_survived(void **state)
{
	struct written written = write_policy("", all);
	unsigned char *bytes = malloc(written.len);
	struct random random = { .state = 2026 };

	(void)state;
	assert_non_null(bytes);
	for (int round = 0; round < 20000; round++) {
		struct cardea_policy *policy = NULL;
		unsigned int changes = 1 + random_below(&random, 4);

		memcpy(bytes, written.image, written.len);
		for (unsigned int i = 0; i < changes; i++) {
			size_t at = random_below(
			    &random, (unsigned int)written.len);

			bytes[at] = random_below(&random, 2) == 0
			    ? (unsigned char)random_below(&random, 256)
			    : (unsigned char)(bytes[at] + 1);
		}
		if (cardea_image_seal(bytes, written.len) != CARDEA_OK ||
		    cardea_policy_open(bytes, written.len, &policy, NULL) !=
			CARDEA_OK)
			continue;
		use(policy);
		cardea_policy_free(policy);
	}
	free(bytes);
	drop_policy(&written);
}

/* an unless that holds itself: deep, wide and without end if nobody counts */
static void
a_rule_that_loops_is_corrupt_and_ends(void **state)
{
	struct written written = write_policy("", all);
	struct cardea_image_header *header = written.image;
	struct cardea_image_condition *conditions =
	    (struct cardea_image_condition *)(void *)((unsigned char *)
							  written.image +
		header->parts[CARDEA_PART_CONDITIONS].offset);
	struct cardea_request request = somebody();
	struct cardea_policy *policy = NULL;
	enum cardea_truth truth = CARDEA_FALSE;

	(void)state;
	for (uint32_t i = 0; i < header->parts[CARDEA_PART_CONDITIONS].count;
	     i++) {
		conditions[i].key = CARDEA_KEY_UNLESS;
		conditions[i].count = 1;
		conditions[i].first = 0;
	}
	assert_int_equal(
	    cardea_image_seal(written.image, written.len), CARDEA_OK);
	assert_int_equal(
	    cardea_policy_open(written.image, written.len, &policy, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_policy_match(policy, 0, &request, &truth), CARDEA_E_CORRUPT);
	assert_int_equal(truth, CARDEA_FALSE);
	cardea_policy_free(policy);
	drop_policy(&written);
}

static void
V26_a_rule_of_no_known_kind_is_corrupt(void **state)
{
	struct written written = write_policy("", all);
	struct cardea_image_header *header = written.image;
	struct cardea_image_rule *rules = (struct cardea_image_rule *)(void
		*)((unsigned char *)written.image +
	    header->parts[CARDEA_PART_RULES].offset);
	const uint32_t kind = rules[0].kind;

	(void)state;
	for (int bit = -1; bit < 32; bit++) {
		struct cardea_policy *policy = NULL;
		struct cardea_rule rule;

		rules[0].kind = bit < 0 ? 0 : kind ^ (1u << bit);
		assert_int_equal(
		    cardea_image_seal(written.image, written.len), CARDEA_OK);
		assert_int_equal(cardea_policy_open(
				     written.image, written.len, &policy, NULL),
		    CARDEA_OK);
		assert_int_equal(
		    cardea_policy_rule(policy, 0, &rule), CARDEA_E_CORRUPT);
		cardea_policy_free(policy);
	}
	drop_policy(&written);
}

static void
the_same_source_gives_the_same_bytes_and_another_one_another_digest(
    void **state)
{
	struct written one = write_policy("", all);
	struct written two = write_policy("", all);
	struct written three = write_policy("totp_window = 2;", all);

	(void)state;
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.image, two.image, one.len);
	assert_int_equal(strlen(cardea_policy_digest(one.policy)), 64);
	assert_string_not_equal(cardea_policy_digest(one.policy),
	    cardea_policy_digest(three.policy));
	drop_policy(&one);
	drop_policy(&two);
	drop_policy(&three);
}

static double
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* rules about other people, groups, places and services */
static char *
write_rules(int count)
{
	size_t size = 4096 + (size_t)count * 256, at;
	char *text = malloc(size);

	assert_non_null(text);
	at = (size_t)snprintf(text, size,
	    "zones: { z = { networks = \"203.0.113.0/24\"; }; }; rules = (");
	for (int i = 0; i < count; i++)
		at += (size_t)snprintf(text + at, size - at,
		    "%s\n{ name = \"rule-%d\"; when = { group = \"group-%d\"; "
		    "service = [ \"sshd\", \"sudo\" ]; %s }; require = "
		    "\"password + totp\"; }",
		    i > 0 ? "," : "", i, i, i % 3 == 0 ? "zone = \"z\";" : "");
	snprintf(text + at, size - at, ");");
	return text;
}

static void
C10_as_many_rules_as_the_ceiling_says_and_no_more(void **state)
{
	char *text = write_rules(CARDEA_RULES_MAX + 1);
	struct cardea_diag diag = { .line = 0 };
	double start = milliseconds();
	struct written written;
	void *image;
	size_t len;
	char *last;

	(void)state;
	assert_int_equal(
	    cardea_source_text("", text, &image, &len, &diag), CARDEA_E_RANGE);
	assert_string_equal(diag.reason, "more than 100000 rules");
	print_message(
	    "# 100001 rules refused in %.0f ms\n", milliseconds() - start);
	last = strstr(text, ",\n{ name = \"rule-100000\"");
	assert_non_null(last);
	memcpy(last, ");", 3);
	start = milliseconds();
	written = write_policy("", text);
	print_message("# 100000 rules compiled in %.0f ms, %zu bytes\n",
	    milliseconds() - start, written.len);
	assert_int_equal(
	    cardea_policy_rule_count(written.policy), CARDEA_RULES_MAX);
	drop_policy(&written);
	free(text);
}

static void
rules_that_do_not_match_are_passed_over(void **state)
{
	char *text = write_rules(10000);
	struct written written = write_policy("", text);
	struct cardea_request request = somebody();
	struct cardea_policy *policy = NULL;
	struct cardea_match *match = NULL;
	double start = milliseconds(), opened;

	(void)state;
	assert_int_equal(
	    cardea_policy_open(written.image, written.len, &policy, NULL),
	    CARDEA_OK);
	opened = milliseconds();
	assert_int_equal(
	    cardea_match_begin(policy, &request, &match), CARDEA_OK);
	for (size_t i = 0; i < 10000; i++) {
		enum cardea_truth truth = CARDEA_TRUE;

		assert_int_equal(
		    cardea_match_rule(match, i, &truth), CARDEA_OK);
		assert_int_equal(truth, CARDEA_FALSE);
	}
	print_message("# 10000 rules, %zu bytes: opened in %.3f ms, matched "
		      "in %.3f ms\n",
	    written.len, opened - start, milliseconds() - opened);
	cardea_match_free(match);
	cardea_policy_free(policy);
	drop_policy(&written);
	free(text);
}

static void
a_million_networks_cost_a_look_up_by_halves(void **state)
{
	const int count = 700000;
	char *text = malloc(16u * 1024 * 1024);
	struct written written;
	struct cardea_request request = somebody();
	enum cardea_truth truth;
	double start;
	size_t at;

	(void)state;
	assert_non_null(text);
	at = (size_t)snprintf(text, 64, "zones: { z = { networks = [ ");
	for (int i = 0; i < count; i++)
		at += (size_t)snprintf(text + at, 32, "%s\"%d.%d.%d.%d\"",
		    i > 0 ? "," : "", 1 + (i >> 15), (i >> 7) & 255,
		    (i << 1) & 255, 0);
	snprintf(text + at, 256,
	    " ]; }; }; rules = ( { name = \"r\"; deny = \"d\"; when = { zone "
	    "= \"z\"; }; } );");
	start = milliseconds();
	written = write_policy("", text);
	print_message("# %d networks compiled in %.0f ms, %zu bytes\n", count,
	    milliseconds() - start, written.len);
	request.login_source = cardea_address_parse("21.0.1.0");
	cardea_policy_free(written.policy);
	start = milliseconds();
	assert_int_equal(cardea_policy_open(
			     written.image, written.len, &written.policy, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	print_message(
	    "# opened and looked up in %.4f ms\n", milliseconds() - start);
	assert_int_equal(truth, CARDEA_FALSE);
	request.login_source = cardea_address_parse("21.0.2.0");
	assert_int_equal(
	    cardea_policy_match(written.policy, 0, &request, &truth),
	    CARDEA_OK);
	assert_int_equal(truth, CARDEA_TRUE);
	drop_policy(&written);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_flipped_byte_is_noticed_at_open_or_where_it_is_read),
		cmocka_unit_test(
		    damage_among_thousands_of_rules_never_gives_another_answer),
		cmocka_unit_test(
		    a_login_reads_no_more_of_ten_thousand_rules_than_of_ten),
		cmocka_unit_test(
		    P17_a_stranger_reads_no_more_of_ten_thousand_rules_than_of_ten),
		cmocka_unit_test(
		    every_cut_and_every_added_byte_is_noticed_at_open),
		cmocka_unit_test(
		    a_damaged_image_with_a_right_check_sum_is_survived),
		cmocka_unit_test(a_rule_that_loops_is_corrupt_and_ends),
		cmocka_unit_test(V26_a_rule_of_no_known_kind_is_corrupt),
		cmocka_unit_test(
		    the_same_source_gives_the_same_bytes_and_another_one_another_digest),
		cmocka_unit_test(
		    C10_as_many_rules_as_the_ceiling_says_and_no_more),
		cmocka_unit_test(rules_that_do_not_match_are_passed_over),
		cmocka_unit_test(a_million_networks_cost_a_look_up_by_halves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
