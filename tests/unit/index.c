/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "policy/image.h"
#include "policy/index.h"
#include "policy/match.h"
#include "unit/policies.h"
#include "unit/random.h"

/*
 * What the drawers hand out, against a walk over all rules: the same answer
 * whatever the rules are and whichever facts are unknown.  The slow walk is
 * the manual's, line by line, and knows no drawer.
 */
#define NOW_S 1795604400 /* 2026-11-25 11:00 UTC */
#define RULES 40
#define POLICIES 400
#define REQUESTS 25

struct out {
	char text[65536];
	size_t len;
};

static void put(struct out *out, const char *format, ...) CARDEA_PRINTF(2, 3);

static void
put(struct out *out, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(
	    out->text + out->len, sizeof(out->text) - out->len, format, args);
	va_end(args);
	assert_true(len >= 0 && (size_t)len < sizeof(out->text) - out->len);
	out->len += (size_t)len;
}

/* --- policies -------------------------------------------------------- */

static const char *const names[] = { "ann", "ben", "cat", "dan", "eve" };
static const char *const services[] = { "sshd", "sudo", "su", "login" };
static const char *const doors[] = { "sshd", "sudo-i", "su-l", "su", "login",
	"cron" };

static const struct {
	const char *key;
	const char *const *values;
	unsigned int count;
	unsigned int one_in;
} keys[] = {
	{ "user", names, 5, 3 },
	{ "group", names, 5, 4 },
	{ "ruser", names, 5, 8 },
	{ "caller", names, 5, 8 },
	{ "host", names, 5, 8 },
	{ "tty", names, 5, 8 },
	{ "service", services, 4, 3 },
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static void
put_block(struct out *out, struct random *random, unsigned int depth)
{
	put(out, "{ %s", random_one_in(random, 6) ? "zone = \"office\"; " : "");
	for (size_t i = 0; i < KEYS; i++) {
		unsigned int first = random_below(random, keys[i].count);

		if (!random_one_in(random, keys[i].one_in))
			continue;
		put(out, "%s = [ \"%s\"", keys[i].key, keys[i].values[first]);
		if (random_one_in(random, 2))
			put(out, ", \"%s\"",
			    keys[i].values[(first + 1) % keys[i].count]);
		put(out, "%s", " ]; ");
	}
	if (depth > 0 && random_one_in(random, 4)) {
		put(out, "%s", "unless = ");
		put_block(out, random, depth - 1);
		put(out, "%s", "; ");
	}
	/* no block may be empty */
	put(out, "%s", "origin = [ \"local\", \"remote\" ]; }");
}

static void
put_rule(struct out *out, struct random *random, unsigned int number)
{
	static const char *const demands[] = { "totp", "fido2", "recovery",
		"none" };

	bool everybody = random_one_in(random, 30);
	bool emergency = random_one_in(random, 5);
	/* "none" needs a when, and nothing that goes with a demand */
	const char *demand =
	    demands[random_below(random, everybody || emergency ? 3 : 4)];

	put(out, "%s\n{ name = \"r%u\"; ", number > 0 ? "," : "", number);
	if (!everybody) {
		put(out, "%s", "when = ");
		put_block(out, random, 2);
		put(out, "%s", "; ");
	}
	if (random_one_in(random, 3))
		put(out, "%s", "deny = \"no\"; ");
	else
		put(out, "require = \"%s\"; reason = \"r\"; %s", demand,
		    emergency ? "emergency = true; " : "");
	if (random_one_in(random, 4))
		put(out, "mode = \"observe\"; observe_until = \"%s\"; ",
		    random_one_in(random, 2) ? "2026-11-01" : "2027-10-31");
	put(out, "%s", "}");
}

static void
draw_policy(struct out *out, struct random *random)
{
	unsigned int rules = 1 + random_below(random, RULES);

	out->len = 0;
	put(out, "%s",
	    "zones: { office = { networks = \"192.0.2.0/24\"; }; }; rules = (");
	for (unsigned int i = 0; i < rules; i++)
		put_rule(out, random, i);
	put(out, "%s", " );");
}

/* --- requests -------------------------------------------------------- */

/* "somebody" stands in no rule */
static void
draw_name(struct random *random, char *target, size_t size, unsigned int none)
{
	unsigned int at = random_below(random, 6);

	if (random_one_in(random, none))
		return;
	(void)snprintf(target, size, "%s", at < 5 ? names[at] : "somebody");
}

static void
draw_request(struct random *random, struct cardea_request *request)
{
	memset(request, 0, sizeof(*request));
	draw_name(random, request->user, sizeof(request->user), 8);
	draw_name(random, request->ruser, sizeof(request->ruser), 3);
	draw_name(random, request->caller, sizeof(request->caller), 8);
	draw_name(random, request->host, sizeof(request->host), 8);
	draw_name(random, request->tty, sizeof(request->tty), 3);
	request->caller_known = !random_one_in(random, 8);
	request->groups_known = !random_one_in(random, 5);
	for (unsigned int i = 0; request->groups_known && i < 5; i++) {
		if (random_one_in(random, 4))
			assert_int_equal(
			    cardea_request_add_group(request, names[i]),
			    CARDEA_OK);
	}
	if (!random_one_in(random, 20))
		(void)snprintf(request->service, sizeof(request->service), "%s",
		    doors[random_below(random, 6)]);
	request->origin = random_one_in(random, 8) ? CARDEA_ORIGIN_UNKNOWN
						   : CARDEA_ORIGIN_REMOTE;
	request->time_known = !random_one_in(random, 8);
	request->time_s = NOW_S;
	request->login_source = cardea_address_parse(
	    random_one_in(random, 2) ? "192.0.2.7" : "198.51.100.7");
	if (random_one_in(random, 5))
		request->login_source.kind = CARDEA_ADDRESS_UNKNOWN;
}

/* --- the slow walk --------------------------------------------------- */

static enum cardea_truth
judge(const struct cardea_policy *policy, size_t rule,
    const struct cardea_request *request)
{
	enum cardea_truth truth = CARDEA_FALSE;

	assert_int_equal(
	    cardea_policy_match(policy, rule, request, &truth), CARDEA_OK);
	return truth;
}

static struct cardea_rule
rule_at(const struct cardea_policy *policy, size_t index)
{
	struct cardea_rule rule;

	assert_int_equal(cardea_policy_rule(policy, index, &rule), CARDEA_OK);
	return rule;
}

static bool
observes(const struct cardea_rule *rule, const struct cardea_request *request)
{
	return rule->observe && request->time_known &&
	    request->time_s < rule->observe_until_s;
}

/* nothing but the service: may the rule be about somebody who comes by it? */
static bool
may_concern(
    const struct cardea_policy *policy, size_t rule, const char *service)
{
	enum cardea_truth truth = CARDEA_FALSE;
	struct cardea_match *match = NULL;

	assert_int_equal(
	    cardea_match_service(policy, service, &match), CARDEA_OK);
	assert_int_equal(cardea_match_rule(match, rule, &truth), CARDEA_OK);
	cardea_match_free(match);
	return truth != CARDEA_FALSE;
}

static bool
slow_early(const struct cardea_policy *policy,
    const struct cardea_request *request, size_t end)
{
	for (size_t i = 0; i < end; i++) {
		struct cardea_rule rule = rule_at(policy, i);

		if (!rule.early && !observes(&rule, request) &&
		    may_concern(policy, i, request->service))
			return false;
	}
	return true;
}

/* Only what the walk decides: which rules, in which order. */
static enum cardea_status
slow_select(const struct cardea_policy *policy,
    const struct cardea_request *request, struct cardea_selection *found)
{
	size_t count = cardea_policy_rule_count(policy), i;
	bool decided = false, emergency = false;

	memset(found, 0, sizeof(*found));
	for (i = 0; i < count && !decided; i++) {
		struct cardea_rule rule = rule_at(policy, i);
		enum cardea_truth truth = judge(policy, i, request);

		if (truth == CARDEA_FALSE)
			continue;
		if (observes(&rule, request)) {
			if (found->observed_count == CARDEA_OBSERVED_MAX) {
				found->observed_left_out++;
				continue;
			}
			found->observed[found->observed_count].rule = i;
			found->observed[found->observed_count++].truth = truth;
			continue;
		}
		if (rule.observe && !request->time_known)
			truth = CARDEA_MAYBE;
		found->maybe = found->maybe || truth == CARDEA_MAYBE;
		if (truth == CARDEA_MAYBE && rule.kind == CARDEA_RULE_REQUIRE) {
			if (found->maybe_count == CARDEA_MAYBE_MAX)
				return CARDEA_E_RANGE;
			found->maybe_rules[found->maybe_count++] = i;
			emergency = emergency ||
			    (rule.emergency && !rule.observe);
		} else if (truth == CARDEA_TRUE || !emergency) {
			found->matched = decided = true;
			found->denied = rule.kind == CARDEA_RULE_DENY;
			found->rule = i;
		}
	}
	found->denied = found->denied || !found->matched;
	found->early = found->denied && slow_early(policy, request, i);
	return CARDEA_OK;
}

static uint64_t
slow_pretend(const struct cardea_policy *policy,
    const struct cardea_request *request, const char **ret_texts)
{
	static struct cardea_request stranger;
	uint64_t found = 0;

	stranger = *request;
	memset(stranger.user, 0, sizeof(stranger.user));
	stranger.groups_known = false;
	stranger.group_text_len = 0;
	for (size_t i = 0; i < cardea_policy_rule_count(policy); i++) {
		struct cardea_rule rule = rule_at(policy, i);
		enum cardea_truth truth = judge(policy, i, &stranger);

		if (truth == CARDEA_FALSE || observes(&rule, &stranger))
			continue;
		if (rule.kind == CARDEA_RULE_REQUIRE &&
		    strcmp(rule.require, "none") != 0)
			ret_texts[found++] = rule.require;
		if (truth == CARDEA_TRUE)
			break;
	}
	return found;
}

/* --- the property ---------------------------------------------------- */

struct seen {
	unsigned int passed_over, permits, denials, early, maybes, observed,
	    refused, pretended;
};

/* Whatever is handed out ascends; whatever is not is FALSE. */
static void
check_walk(const struct cardea_policy *policy,
    const struct cardea_request *request, struct seen *seen)
{
	size_t count = cardea_policy_rule_count(policy), next = 0, i;
	struct cardea_match *match = NULL;

	assert_int_equal(
	    cardea_match_begin(policy, request, &match), CARDEA_OK);
	for (int round = 0; round < 2; round++) {
		next = 0;
		while (cardea_match_next(match, &i)) {
			assert_in_range(i, next, count - 1);
			for (; next < i; next++) {
				assert_int_equal(
				    judge(policy, next, request), CARDEA_FALSE);
				seen->passed_over++;
			}
			next = i + 1;
		}
		for (; next < count; next++) {
			assert_int_equal(
			    judge(policy, next, request), CARDEA_FALSE);
			seen->passed_over++;
		}
		cardea_match_rewind(match);
	}
	cardea_match_free(match);
}

static void
check_select(const struct cardea_policy *policy,
    const struct cardea_request *request, struct seen *seen, const char *text)
{
	static struct cardea_selection found, wanted;
	enum cardea_status status = slow_select(policy, request, &wanted);

	memset(&found, 0, sizeof(found));
	assert_int_equal(
	    cardea_policy_select(policy, request, &found, NULL), status);
	if (status != CARDEA_OK) {
		seen->refused++;
		return;
	}
	if (found.denied != wanted.denied || found.matched != wanted.matched ||
	    found.rule != wanted.rule || found.maybe != wanted.maybe ||
	    found.early != wanted.early ||
	    found.maybe_count != wanted.maybe_count ||
	    found.observed_count != wanted.observed_count ||
	    found.observed_left_out != wanted.observed_left_out)
		fail_msg(
		    "rule %zu, not %zu\n%s", found.rule, wanted.rule, text);
	assert_memory_equal(
	    found.maybe_rules, wanted.maybe_rules, sizeof(found.maybe_rules));
	for (size_t i = 0; i < found.observed_count; i++) {
		assert_int_equal(
		    found.observed[i].rule, wanted.observed[i].rule);
		assert_int_equal(
		    found.observed[i].truth, wanted.observed[i].truth);
	}
	seen->permits += !found.denied;
	seen->denials += found.denied;
	seen->early += found.early;
	seen->maybes += found.maybe;
	seen->observed += found.observed_count > 0;
}

/* Each is asked something that a walk over all rules finds, and all that it
 * finds is asked of somebody: a rule stands in up to three drawers. */
static void
check_pretend(const struct cardea_policy *policy,
    const struct cardea_request *request, struct seen *seen)
{
	static const char *texts[RULES + 1];
	uint64_t count = slow_pretend(policy, request, texts);
	bool asked[RULES + 1] = { false };
	struct cardea_requirement requirement;
	char text[256];

	if (count == 0)
		assert_false(
		    cardea_policy_pretend(policy, request, 3, &requirement));
	for (uint64_t pick = 0; pick < 4 * RULES && count > 0; pick++) {
		bool found = false;

		assert_true(
		    cardea_policy_pretend(policy, request, pick, &requirement));
		assert_int_equal(
		    cardea_requirement_format(&requirement, text, sizeof(text)),
		    CARDEA_OK);
		for (uint64_t i = 0; i < count; i++) {
			if (strcmp(text, texts[i]) == 0)
				found = asked[i] = true;
		}
		assert_true(found);
		seen->pretended++;
	}
	for (uint64_t i = 0; i < count; i++)
		assert_true(asked[i]);
}

static void
C08_drawers_give_the_answer_of_a_walk_over_all_rules(void **state)
{
	static struct cardea_request request;
	static struct out out;
	struct seen seen = { .passed_over = 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= POLICIES; seed++) {
		struct random random = { .state = seed };
		struct written written;

		draw_policy(&out, &random);
		written = write_policy("", out.text);
		for (int i = 0; i < REQUESTS; i++) {
			draw_request(&random, &request);
			check_walk(written.policy, &request, &seen);
			check_select(written.policy, &request, &seen, out.text);
			check_pretend(written.policy, &request, &seen);
		}
		drop_policy(&written);
	}
	/* each kind was met often enough to mean something */
	assert_true(seen.passed_over > 100000);
	assert_true(seen.permits > 1000 && seen.denials > 1000);
	assert_true(seen.early > 100 && seen.maybes > 1000);
	assert_true(seen.observed > 500 && seen.pretended > 5000);
	print_message("# passed over %u, permits %u, denials %u, early %u, "
		      "maybe %u, observed %u, refused %u, pretended %u\n",
	    seen.passed_over, seen.permits, seen.denials, seen.early,
	    seen.maybes, seen.observed, seen.refused, seen.pretended);
}

/* --- what it is good for --------------------------------------------- */

/* how many of the rules a request looks at */
static size_t
count_candidates(const char *rules, const struct cardea_request *request)
{
	struct written written = write_policy("", rules);
	struct cardea_match *match = NULL;
	size_t count = 0, i;

	assert_int_equal(
	    cardea_match_begin(written.policy, request, &match), CARDEA_OK);
	while (cardea_match_next(match, &i))
		count++;
	cardea_match_free(match);
	drop_policy(&written);
	return count;
}

static struct cardea_request
ann(void)
{
	struct cardea_request request = { .user = "ann",
		.service = "sshd",
		.host = "h7",
		.caller = "root",
		.caller_known = true,
		.groups_known = true };

	assert_int_equal(cardea_request_add_group(&request, "g7"), CARDEA_OK);
	return request;
}

/* the same rule so many times, with its number for %d */
static const char *
repeat(int count, const char *when)
{
	static struct out out;

	out.len = 0;
	put(&out, "%s", "rules = (");
	for (int i = 0; i < count; i++) {
		const char *at = strchr(when, '%');

		put(&out,
		    "{ name = \"r%d\"; deny = \"d\"; when = { %.*s%d%s "
		    "}; },",
		    i, (int)(at - when), when, i, at + 1);
	}
	put(&out, "%s", "{ name = \"last\"; require = \"totp\"; } );");
	return out.text;
}

static void
a_rule_is_filed_by_what_the_fewest_rules_name(void **state)
{
	struct cardea_request request = ann();

	(void)state;
	/* all are about ann and sshd: the host, or the group, is particular */
	assert_int_equal(
	    count_candidates(repeat(300,
				 "user = \"ann\"; service = \"sshd\"; host = "
				 "\"h%\";"),
		&request),
	    2);
	assert_int_equal(
	    count_candidates(repeat(300,
				 "user = \"ann\"; service = \"sshd\"; group = "
				 "\"g%\";"),
		&request),
	    2);
	assert_int_equal(
	    count_candidates(repeat(300, "user = \"u%\";"), &request), 1);
	assert_int_equal(
	    count_candidates(repeat(300, "service = \"s%\";"), &request), 1);
}

static void
a_stranger_looks_at_the_rules_of_his_service_alone(void **state)
{
	struct cardea_request request = ann();

	(void)state;
	memset(request.user, 0, sizeof(request.user));
	request.groups_known = false;
	assert_int_equal(
	    count_candidates(
		repeat(300, "user = \"u%\"; service = \"sudo\";"), &request),
	    1);
	assert_int_equal(
	    count_candidates(
		repeat(300, "group = \"g%\"; service = \"sudo\";"), &request),
	    1);
	/* whom these are about, he may be */
	assert_int_equal(
	    count_candidates(
		repeat(300, "user = \"u%\"; service = \"sshd\";"), &request),
	    301);
}

static void
what_is_unknown_opens_every_drawer_of_its_kind(void **state)
{
	struct cardea_request request = ann();

	(void)state;
	request.caller_known = false;
	assert_int_equal(
	    count_candidates(repeat(300, "caller = \"c%\";"), &request), 301);
	request = ann();
	memset(request.host, 0, sizeof(request.host));
	assert_int_equal(
	    count_candidates(repeat(300, "host = \"c%\";"), &request), 301);
	request = ann();
	memset(request.service, 0, sizeof(request.service));
	assert_int_equal(
	    count_candidates(repeat(300, "service = \"c%\";"), &request), 301);
}

/* somebody in more groups than drawers can be open at once */
static void
more_drawers_than_fit_mean_every_rule(void **state)
{
	struct cardea_request request = ann();
	char name[16];

	(void)state;
	for (int i = 0; i < CARDEA_INDEX_OPEN_MAX + 1; i++) {
		(void)snprintf(name, sizeof(name), "g%d", i);
		assert_int_equal(
		    cardea_request_add_group(&request, name), CARDEA_OK);
	}
	assert_int_equal(
	    count_candidates(repeat(300, "group = \"g%\";"), &request), 301);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    C08_drawers_give_the_answer_of_a_walk_over_all_rules),
		cmocka_unit_test(a_rule_is_filed_by_what_the_fewest_rules_name),
		cmocka_unit_test(
		    a_stranger_looks_at_the_rules_of_his_service_alone),
		cmocka_unit_test(
		    what_is_unknown_opens_every_drawer_of_its_kind),
		cmocka_unit_test(more_drawers_than_fit_mean_every_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
