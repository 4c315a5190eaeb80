/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include <cardea/requirement.h>

#include "unit/random.h"
#include "unit/test.h"

#define TXN "00112233445566778899aabbccddeeff"

static struct cardea_requirement
parse(const char *text)
{
	struct cardea_requirement requirement;
	struct cardea_diag diag = { .line = 0 };

	if (cardea_requirement_parse(text, &requirement, &diag) != CARDEA_OK)
		fail_msg("\"%s\": %s", text, diag.reason);
	return requirement;
}

static const char *
format(const struct cardea_requirement *requirement)
{
	static char text[CARDEA_REQUIREMENT_MAX + 1];

	assert_int_equal(
	    cardea_requirement_format(requirement, text, sizeof(text)),
	    CARDEA_OK);
	return text;
}

static void
requirements_have_one_canonical_text(void **state)
{
	static const char *const cases[][2] = {
		{ "none", "none" },
		{ " none\n", "none" },
		{ "totp", "totp" },
		{ "((totp))", "totp" },
		{ "password+totp", "password + totp" },
		{ "\tpassword\n+\rtotp ", "password + totp" },
		{ "fido2|password+totp", "fido2 | password + totp" },
		{ "fido2|(password+totp)", "fido2 | password + totp" },
		{ "(fido2|password)+totp", "(fido2 | password) + totp" },
		{ "device + (fido2(uv) | totp)",
		    "device + (fido2(uv) | totp)" },
		{ "password + (totp + device)", "password + totp + device" },
		{ "password | (totp | device)", "password | totp | device" },
		{ "password + (totp + (device + fido2))",
		    "password + totp + device + fido2" },
		{ "(password | totp) | (device | fido2)",
		    "password | totp | device | fido2" },
		{ "device(issuer=\"Example Device CA\")",
		    "device(issuer=\"Example Device CA\")" },
		{ "device( state = active , known )",
		    "device(state=active, known)" },
		{ "sshcert(ca=\"deploy-ca\")", "sshcert(ca=deploy-ca)" },
		{ "device(tag=\"a\\\"b\\\\c\")",
		    "device(tag=\"a\\\"b\\\\c\")" },
		{ "device(owner=\"J\xc3\xbcrgen\")",
		    "device(owner=\"J\xc3\xbcrgen\")" },
		{ "hotp|recovery|sshkey|sshcert",
		    "hotp | recovery | sshkey | sshcert" },
		{ "((((((((totp))))))))", "totp" },
		{ "device(uri=pkcs11:x/y.z@h)", "device(uri=pkcs11:x/y.z@h)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_requirement one = parse(cases[i][0]);
		struct cardea_requirement two;

		assert_string_equal(format(&one), cases[i][1]);
		two = parse(cases[i][1]);
		assert_memory_equal(&one, &two, sizeof(one));
	}
}

static void
errors_name_the_place_and_what_was_expected(void **state)
{
	static const struct {
		const char *text;
		const char *reason;
	} cases[] = {
		{ "", "expected a factor or \"(\" at character 1" },
		{ "   ", "expected a factor or \"(\" at character 4" },
		{ "totp +", "expected a factor or \"(\" at character 7" },
		{ "| totp", "expected a factor or \"(\" at character 1" },
		{ "totp totp",
		    "expected \"+\", \"|\" or the end at character 6" },
		{ "totp)", "expected \"+\", \"|\" or the end at character 5" },
		{ "(totp", "expected \"+\", \"|\" or \")\" at character 6" },
		{ "()", "expected a factor or \"(\" at character 2" },
		{ "smartcard", "unknown factor at character 1" },
		{ "totp + TOTP", "expected a factor or \"(\" at character 8" },
		{ "totp + none",
		    "\"none\" stands only alone, expected a factor at "
		    "character 8" },
		{ "(none)",
		    "\"none\" stands only alone, expected a factor at "
		    "character 2" },
		{ "never", "unknown factor at character 1" },
		{ "nonesuch", "unknown factor at character 1" },
		{ "totp & totp",
		    "expected \"+\", \"|\" or the end at character 6" },
		{ "totp || totp", "expected a factor or \"(\" at character 7" },
		{ "fido2(", "expected a qualifier at character 7" },
		{ "fido2()", "expected a qualifier at character 7" },
		{ "fido2(uv", "expected \",\" or \")\" at character 9" },
		{ "fido2(uv,)", "expected a qualifier at character 10" },
		{ "fido2(uv up)", "expected \",\" or \")\" at character 10" },
		{ "fido2(UV)", "expected a qualifier at character 7" },
		{ "device(state=)", "expected a value at character 14" },
		{ "device(state=\"\")", "expected a value at character 15" },
		{ "device(state=\"a", "expected closing \" at character 16" },
		{ "device(state=\"a\\n\")",
		    "expected \\\" or \\\\ at character 17" },
		{ "device(state=\"a\nb\")",
		    "control character at character 16" },
		{ "device(state=\"a\x7f\")",
		    "control character at character 16" },
		{ "device(state=\xff)", "expected a value at character 14" },
		{ "totp\x01",
		    "expected \"+\", \"|\" or the end at character 5" },
		{ "none none",
		    "\"none\" stands only alone, expected a factor "
		    "at character 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_requirement requirement, before;
		struct cardea_diag diag = { .line = 0 };

		memset(&requirement, 0x55, sizeof(requirement));
		before = requirement;
		assert_int_equal(cardea_requirement_parse(
				     cases[i].text, &requirement, &diag),
		    CARDEA_E_SYNTAX);
		assert_string_equal(diag.reason, cases[i].reason);
		assert_memory_equal(&requirement, &before, sizeof(requirement));
		assert_int_equal(
		    cardea_requirement_parse(cases[i].text, &requirement, NULL),
		    CARDEA_E_SYNTAX);
	}
}

/* repeat: "totp" count times, joined */
static const char *
repeat(const char *item, const char *joint, unsigned int count)
{
	static char text[100000];
	size_t len = 0;

	text[0] = '\0';
	for (unsigned int i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
		    i == 0 ? "" : joint, item);
	return text;
}

static enum cardea_status
status_of(const char *text)
{
	struct cardea_requirement requirement;

	return cardea_requirement_parse(text, &requirement, NULL);
}

static void
every_ceiling_is_refused_one_beyond_it(void **state)
{
	char text[2048];
	char word[CARDEA_QUALIFIER_VALUE_MAX + 2];

	(void)state;
	/* 32 factors and 31 joints are 63 nodes; one more does not fit */
	assert_int_equal(status_of(repeat("totp", "+", 32)), CARDEA_OK);
	assert_int_equal(status_of(repeat("totp", "|", 33)), CARDEA_E_RANGE);
	assert_int_equal(status_of("(((((((( totp ))))))))"), CARDEA_OK);
	assert_int_equal(status_of("((((((((( totp )))))))))"), CARDEA_E_RANGE);
	assert_int_equal(
	    status_of("device(a,b,c,d,e,f,g,h,i,j,k,l)"), CARDEA_OK);
	assert_int_equal(
	    status_of("device(a,b,c,d,e,f,g,h,i,j,k,l,m)"), CARDEA_E_RANGE);
	assert_int_equal(
	    status_of(repeat("device(a,b,c,d,e,f,g,h)", "+", 4)), CARDEA_OK);
	assert_int_equal(status_of(repeat("device(a,b,c,d,e,f,g,h)", "+", 5)),
	    CARDEA_E_RANGE);
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	(void)snprintf(text, sizeof(text), "device(a=%s)", word);
	assert_int_equal(status_of(text), CARDEA_E_RANGE);
	(void)snprintf(text, sizeof(text), "device(a=\"%s\")", word);
	assert_int_equal(status_of(text), CARDEA_E_RANGE);
	word[CARDEA_QUALIFIER_VALUE_MAX] = '\0';
	(void)snprintf(text, sizeof(text), "device(a=%s)", word);
	assert_int_equal(status_of(text), CARDEA_OK);
	word[CARDEA_QUALIFIER_KEY_MAX + 1] = '\0';
	(void)snprintf(text, sizeof(text), "device(%s)", word);
	assert_int_equal(status_of(text), CARDEA_E_RANGE);
	word[CARDEA_QUALIFIER_KEY_MAX] = '\0';
	(void)snprintf(text, sizeof(text), "device(%s)", word);
	assert_int_equal(status_of(text), CARDEA_OK);
	memset(text, ' ', sizeof(text));
	memcpy(text, "totp", 4);
	text[CARDEA_REQUIREMENT_MAX] = '\0';
	assert_int_equal(status_of(text), CARDEA_OK);
	text[CARDEA_REQUIREMENT_MAX] = ' ';
	text[CARDEA_REQUIREMENT_MAX + 1] = '\0';
	assert_int_equal(status_of(text), CARDEA_E_RANGE);
	assert_int_equal(status_of(repeat("(", "", 90000)), CARDEA_E_RANGE);
}

static void
a_short_target_is_refused_and_untouched(void **state)
{
	struct cardea_requirement requirement = parse("password + totp");
	char text[16] = "old";

	(void)state;
	for (size_t size = 0; size < 16; size++) {
		assert_int_equal(
		    cardea_requirement_format(&requirement, text, size),
		    CARDEA_E_RANGE);
		assert_string_equal(text, "old");
	}
	assert_int_equal(
	    cardea_requirement_format(&requirement, text, 16), CARDEA_OK);
	assert_string_equal(text, "password + totp");
}

static void
a_text_beyond_the_ceiling_is_refused_however_large_the_target(void **state)
{
	char word[CARDEA_QUALIFIER_VALUE_MAX + 1];
	char text[2 * CARDEA_REQUIREMENT_MAX];
	struct cardea_requirement one, both;

	(void)state;
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	(void)snprintf(text, sizeof(text), "device(a=%s, b=%s, c=%s, d=%s)",
	    word, word, word, word);
	one = parse(text);
	assert_int_equal(cardea_requirement_and(&one, &one, &both), CARDEA_OK);
	text[0] = '\0';
	assert_int_equal(cardea_requirement_format(&both, text, sizeof(text)),
	    CARDEA_E_RANGE);
	assert_string_equal(text, "");
}

static void
the_zero_requirement_is_met_by_nothing(void **state)
{
	static const struct cardea_requirement zero;
	static const struct cardea_evidence_set none = { .txn = TXN };
	struct cardea_requirement rest;

	(void)state;
	assert_int_equal(cardea_requirement_kind(&zero), CARDEA_NODE_FALSE);
	assert_string_equal(format(&zero), "never");
	cardea_requirement_residual(&zero, "alice", &none, &rest);
	assert_int_equal(cardea_requirement_kind(&rest), CARDEA_NODE_FALSE);
	cardea_requirement_missing(&zero, "alice", &none, &rest);
	assert_int_equal(cardea_requirement_kind(&rest), CARDEA_NODE_FALSE);
}

static void
damaged_values_are_met_by_nothing(void **state)
{
	static const struct cardea_evidence_set none = { .txn = TXN };
	struct cardea_requirement good = parse("none");
	struct cardea_requirement bad, rest;

	(void)state;
	bad = good;
	bad.root = 1;
	assert_int_equal(cardea_requirement_kind(&bad), CARDEA_NODE_FALSE);
	bad = good;
	bad.node_count = 0;
	assert_int_equal(cardea_requirement_kind(&bad), CARDEA_NODE_FALSE);
	bad.node_count = 1000;
	bad.root = CARDEA_NODES_MAX;
	assert_int_equal(cardea_requirement_kind(&bad), CARDEA_NODE_FALSE);
	for (unsigned int bit = 0; bit < 31; bit++) {
		bad = good;
		bad.nodes[0].kind = (enum cardea_node_kind)(
		    CARDEA_NODE_TRUE ^ (1u << bit));
		cardea_requirement_residual(&bad, "alice", &none, &rest);
		assert_int_equal(
		    cardea_requirement_kind(&rest), CARDEA_NODE_FALSE);
		assert_string_equal(format(&rest), "never");
	}
	/* a circle: the pair's child is the pair */
	bad = parse("password + totp");
	bad.nodes[2].left = 2;
	cardea_requirement_residual(&bad, "alice", &none, &rest);
	assert_int_equal(cardea_requirement_kind(&rest), CARDEA_NODE_FALSE);
	bad = parse("password + totp");
	bad.nodes[2].right = 200;
	cardea_requirement_residual(&bad, "alice", &none, &rest);
	assert_int_equal(cardea_requirement_kind(&rest), CARDEA_NODE_FALSE);
	bad = parse("totp");
	bad.nodes[0].quality_first = 30;
	bad.nodes[0].quality_count = 3;
	cardea_requirement_residual(&bad, "alice", &none, &rest);
	assert_int_equal(cardea_requirement_kind(&rest), CARDEA_NODE_FALSE);
}

static void
and_joins_and_never_loses_a_demand(void **state)
{
	static const char *const cases[][3] = {
		{ "none", "none", "none" },
		{ "none", "totp", "totp" },
		{ "totp", "none", "totp" },
		{ "totp", "fido2", "totp + fido2" },
		{ "totp | fido2", "password", "(totp | fido2) + password" },
		{ "password", "totp | fido2", "password + (totp | fido2)" },
		{ "password + totp", "device(known) + fido2",
		    "password + totp + device(known) + fido2" },
		{ "totp | fido2", "device | sshkey",
		    "(totp | fido2) + (device | sshkey)" },
	};
	static const struct cardea_requirement never;
	struct cardea_requirement a, b, both, before;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		a = parse(cases[i][0]);
		b = parse(cases[i][1]);
		assert_int_equal(
		    cardea_requirement_and(&a, &b, &both), CARDEA_OK);
		assert_string_equal(format(&both), cases[i][2]);
		/* the target may be one of the sources */
		assert_int_equal(cardea_requirement_and(&a, &b, &a), CARDEA_OK);
		assert_memory_equal(&a, &both, sizeof(a));
	}
	a = parse("none");
	assert_int_equal(cardea_requirement_and(&a, &never, &both), CARDEA_OK);
	assert_int_equal(cardea_requirement_kind(&both), CARDEA_NODE_FALSE);
	assert_int_equal(cardea_requirement_and(&never, &a, &both), CARDEA_OK);
	assert_int_equal(cardea_requirement_kind(&both), CARDEA_NODE_FALSE);

	a = parse("totp");
	assert_int_equal(cardea_requirement_and(&a, &never, &both), CARDEA_OK);
	assert_int_equal(cardea_requirement_kind(&both), CARDEA_NODE_FALSE);
	assert_int_equal(cardea_requirement_and(&never, &a, &both), CARDEA_OK);
	assert_int_equal(cardea_requirement_kind(&both), CARDEA_NODE_FALSE);

	a = parse(repeat("totp", "+", 32));
	b = parse("fido2");
	memset(&both, 0x55, sizeof(both));
	before = both;
	assert_int_equal(cardea_requirement_and(&a, &b, &both), CARDEA_E_RANGE);
	assert_memory_equal(&both, &before, sizeof(both));
	a = parse(repeat("device(a,b,c,d,e,f,g,h)", "|", 4));
	b = parse("fido2(uv)");
	assert_int_equal(cardea_requirement_and(&a, &b, &both), CARDEA_E_RANGE);
	assert_memory_equal(&both, &before, sizeof(both));
}

static void
add_result(struct cardea_evidence_set *set, enum cardea_factor factor,
    enum cardea_result result)
{
	struct cardea_evidence item = { .version = CARDEA_EVIDENCE_VERSION,
		.factor = factor,
		.result = result,
		.subject = "alice",
		.txn = TXN };

	assert_int_equal(cardea_evidence_add(set, &item), CARDEA_OK);
}

static void
residual_and_missing_are_told_as_the_table_says(void **state)
{
	/* totp verified, password refused, device broken, recovery absent */
	static const char *const cases[][3] = {
		{ "none", "none", "none" },
		{ "totp", "none", "none" },
		{ "totp(fresh)", "totp(fresh)", "totp(fresh)" },
		{ "password", "never", "password" },
		{ "device", "never", "device" },
		{ "recovery", "never", "recovery" },
		{ "fido2", "fido2", "fido2" },
		{ "totp + fido2(uv)", "fido2(uv)", "fido2(uv)" },
		{ "password + fido2", "never", "password + fido2" },
		{ "password | fido2", "fido2", "password | fido2" },
		{ "totp | fido2", "none", "none" },
		{ "totp + (password | fido2 | hotp)", "fido2 | hotp",
		    "password | fido2 | hotp" },
		{ "password + totp | fido2 + hotp", "fido2 + hotp",
		    "password | fido2 + hotp" },
		{ "hotp | totp + (fido2 | sshkey)", "hotp | fido2 | sshkey",
		    "hotp | fido2 | sshkey" },
		{ "(hotp | password) + fido2(uv)", "hotp + fido2(uv)",
		    "(hotp | password) + fido2(uv)" },
		{ "(password + hotp(x) | fido2(uv)) + sshkey(y)",
		    "fido2(uv) + sshkey(y)",
		    "(password + hotp(x) | fido2(uv)) + sshkey(y)" },
	};
	struct cardea_evidence_set set = { .txn = TXN };
	struct cardea_requirement whole, rest;

	(void)state;
	add_result(&set, CARDEA_FACTOR_TOTP, CARDEA_RESULT_VERIFIED);
	add_result(&set, CARDEA_FACTOR_PASSWORD, CARDEA_RESULT_REFUSED);
	add_result(&set, CARDEA_FACTOR_DEVICE, CARDEA_RESULT_BROKEN);
	add_result(&set, CARDEA_FACTOR_RECOVERY, CARDEA_RESULT_ABSENT);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		whole = parse(cases[i][0]);
		cardea_requirement_residual(&whole, "alice", &set, &rest);
		assert_string_equal(format(&rest), cases[i][1]);
		cardea_requirement_missing(&whole, "alice", &set, &rest);
		assert_string_equal(format(&rest), cases[i][2]);
		cardea_requirement_missing(&whole, "bob", &set, &rest);
		assert_memory_equal(&rest, &whole, sizeof(rest));
	}
}

static void
names_finds_every_factor_and_no_other(void **state)
{
	struct cardea_requirement requirement = parse(
	    "password + (totp | fido2(uv))");
	static const struct cardea_requirement zero;

	(void)state;
	for (int f = 0; f <= CARDEA_FACTOR_COUNT; f++) {
		enum cardea_factor factor = (enum cardea_factor)f;
		bool there = factor == CARDEA_FACTOR_PASSWORD ||
		    factor == CARDEA_FACTOR_TOTP ||
		    factor == CARDEA_FACTOR_FIDO2;

		assert_int_equal(
		    cardea_requirement_names(&requirement, factor), there);
		assert_false(cardea_requirement_names(&zero, factor));
	}
}

/* --- random expressions ---------------------------------------------- */

struct text {
	char bytes[4096];
	size_t len;
};

static void
add(struct text *text, const char *more)
{
	size_t len = strlen(more);

	assert_true(text->len + len < sizeof(text->bytes));
	memcpy(text->bytes + text->len, more, len + 1);
	text->len += len;
}

static void
add_blanks(struct random *random, struct text *text)
{
	static const char *const blanks[] = { "", "", " ", "  ", "\t", "\n" };

	add(text, blanks[random_below(random, 6)]);
}

static void
add_random_factor(struct random *random, struct text *text)
{
	static const char *const words[] = { "uv", "known", "state=active",
		"ca=\"deploy ca\"", "tag=\"a\\\"b\"", "x=\"plain\"",
		"y = 1.2:3/4@5", "o=\"\\\\\"", "n=\"\xc3\xa9\"" };
	enum cardea_factor factor = (enum cardea_factor)(
	    1 + (int)random_below(random, CARDEA_FACTOR_COUNT - 1));
	unsigned int count = random_below(random, 3);

	add(text, cardea_factor_text(factor));
	for (unsigned int i = 0; i < count; i++) {
		add_blanks(random, text);
		add(text, i == 0 ? "(" : ",");
		add_blanks(random, text);
		add(text, words[random_below(random, 9)]);
	}
	add_blanks(random, text);
	add(text, count > 0 ? ")" : "");
}

static void
add_random(struct random *random, struct text *text, unsigned int depth)
{
	unsigned int count = 1 + random_below(random, 3);

	for (unsigned int i = 0; i < count; i++) {
		add_blanks(random, text);
		if (i > 0)
			add(text, random_one_in(random, 2) ? "+" : "|");
		add_blanks(random, text);
		if (depth > 0 && random_one_in(random, 2)) {
			add(text, "(");
			add_random(random, text, depth - 1);
			add(text, ")");
		} else {
			add_random_factor(random, text);
		}
		add_blanks(random, text);
	}
}

/* assert_minimal: without any one pair of its parentheses, the text means
 * something else.  Gives the number of pairs. */
static unsigned int
assert_minimal(const char *text, const struct cardea_requirement *meant)
{
	unsigned int pairs = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		char less[CARDEA_REQUIREMENT_MAX + 1];
		struct cardea_requirement other;
		int depth = 1;
		size_t end = i;

		if (text[i] != '(' ||
		    (i > 0 && text[i - 1] != ' ' && text[i - 1] != '('))
			continue;
		while (depth > 0) {
			end++;
			depth += text[end] == '(' ? 1 : 0;
			depth -= text[end] == ')' ? 1 : 0;
		}
		memcpy(less, text, strlen(text) + 1);
		less[i] = less[end] = ' ';
		other = parse(less);
		assert_memory_not_equal(&other, meant, sizeof(other));
		pairs++;
	}
	return pairs;
}

static void
what_is_formatted_parses_back_to_the_same_value(void **state)
{
	struct random random = { .state = 20261123 };
	unsigned int accepted = 0, wrapped = 0;

	(void)state;
	for (unsigned int i = 0; i < 20000; i++) {
		struct cardea_requirement one, two;
		struct text text = { .len = 0 };
		const char *canonical;

		add_random(&random, &text, random_below(&random, 5));
		if (cardea_requirement_parse(text.bytes, &one, NULL) !=
		    CARDEA_OK)
			continue; /* too large */
		accepted++;
		canonical = format(&one);
		two = parse(canonical);
		assert_memory_equal(&one, &two, sizeof(one));
		wrapped += assert_minimal(canonical, &one);
	}
	assert_in_range(accepted, 10000, 20000);
	assert_in_range(wrapped, 2000, 20000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requirements_have_one_canonical_text),
		cmocka_unit_test(errors_name_the_place_and_what_was_expected),
		cmocka_unit_test(every_ceiling_is_refused_one_beyond_it),
		cmocka_unit_test(a_short_target_is_refused_and_untouched),
		cmocka_unit_test(
		    a_text_beyond_the_ceiling_is_refused_however_large_the_target),
		cmocka_unit_test(the_zero_requirement_is_met_by_nothing),
		cmocka_unit_test(damaged_values_are_met_by_nothing),
		cmocka_unit_test(and_joins_and_never_loses_a_demand),
		cmocka_unit_test(
		    residual_and_missing_are_told_as_the_table_says),
		cmocka_unit_test(names_finds_every_factor_and_no_other),
		cmocka_unit_test(
		    what_is_formatted_parses_back_to_the_same_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
