/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/policies.h"
#include "unit/random.h"

/*
 * Random conditions, nested by unless, against a slow model that knows the
 * three tables of Kleene and nothing else (C08); and against the meaning of
 * unknown: a definite answer must stay the same whatever the unknown facts
 * turn out to be.
 */
#define NAMES 3 /* a, b, c; the value NAMES is somebody else */
#define UNKNOWN -1
#define CHILDREN 2

enum key { USER, CALLER, GROUP, ORIGIN, KEYS };

/* for USER, CALLER, ORIGIN a value, for GROUP a set of values; or UNKNOWN */
struct facts {
	int of[KEYS];
};

struct block {
	unsigned int wanted[KEYS]; /* set of values; 0: no such condition */
	int child_count;
	struct block *children[CHILDREN];
};

static const char *const key_names[KEYS] = { "user", "caller", "group",
	"origin" };
static const char *const people[] = { "a", "b", "c", "d" };
static const char *const origins[] = { "local", "remote" };

static struct block *
make_block(struct random *random, int depth)
{
	struct block *block = calloc(1, sizeof(*block));
	unsigned int any = 0;

	assert_non_null(block);
	while (any == 0 && block->child_count == 0) {
		for (int key = 0; key < KEYS; key++) {
			unsigned int values = key == ORIGIN
			    ? 2u
			    : (unsigned int)NAMES;

			if (random_below(random, 2) == 0)
				block->wanted[key] = random_below(
				    random, 1u << values);
			any |= block->wanted[key];
		}
		if (depth > 0)
			block->child_count = (int)random_below(
			    random, CHILDREN + 1);
	}
	for (int i = 0; i < block->child_count; i++)
		block->children[i] = make_block(random, depth - 1);
	return block;
}

static void
drop_block(struct block *block)
{
	for (int i = 0; i < block->child_count; i++)
		drop_block(block->children[i]);
	free(block);
}

static void
append(char *text, size_t size, const char *more)
{
	assert_true(strlen(text) + strlen(more) < size);
	strncat(text, more, size - strlen(text) - 1);
}

static void
write_block(const struct block *block, char *text, size_t size)
{
	char part[64];

	append(text, size, "{ ");
	for (int key = 0; key < KEYS; key++) {
		const char *comma = "";

		if (block->wanted[key] == 0)
			continue;
		snprintf(part, sizeof(part), "%s = [ ", key_names[key]);
		append(text, size, part);
		for (int value = 0; value < NAMES; value++) {
			if ((block->wanted[key] & (1u << value)) == 0)
				continue;
			snprintf(part, sizeof(part), "%s\"%s\"", comma,
			    key == ORIGIN ? origins[value] : people[value]);
			append(text, size, part);
			comma = ", ";
		}
		append(text, size, " ]; ");
	}
	if (block->child_count > 0)
		append(text, size, "unless = ( ");
	for (int i = 0; i < block->child_count; i++) {
		if (i > 0)
			append(text, size, ", ");
		write_block(block->children[i], text, size);
	}
	append(text, size, block->child_count > 0 ? " ); }" : "}");
}

/* Kleene's tables, written out */
static enum cardea_truth
both(enum cardea_truth a, enum cardea_truth b)
{
	if (a == CARDEA_FALSE || b == CARDEA_FALSE)
		return CARDEA_FALSE;
	return a == CARDEA_TRUE && b == CARDEA_TRUE ? CARDEA_TRUE
						    : CARDEA_MAYBE;
}

static enum cardea_truth
opposite(enum cardea_truth a)
{
	if (a == CARDEA_MAYBE)
		return CARDEA_MAYBE;
	return a == CARDEA_TRUE ? CARDEA_FALSE : CARDEA_TRUE;
}

static enum cardea_truth
model(const struct block *block, const struct facts *facts)
{
	enum cardea_truth truth = CARDEA_TRUE;

	for (int key = 0; key < KEYS; key++) {
		enum cardea_truth one = CARDEA_MAYBE;

		if (block->wanted[key] == 0)
			continue;
		if (facts->of[key] != UNKNOWN) {
			unsigned int have = key == GROUP
			    ? (unsigned int)facts->of[key]
			    : 1u << facts->of[key];

			one = (block->wanted[key] & have) != 0 ? CARDEA_TRUE
							       : CARDEA_FALSE;
		}
		truth = both(truth, one);
	}
	for (int i = 0; i < block->child_count; i++)
		truth = both(truth, opposite(model(block->children[i], facts)));
	return truth;
}

static void
fill_request(const struct facts *facts, struct cardea_request *request)
{
	memset(request, 0, sizeof(*request));
	if (facts->of[USER] != UNKNOWN)
		request->user[0] = *people[facts->of[USER]];
	if (facts->of[CALLER] != UNKNOWN) {
		request->caller_known = true;
		request->caller[0] = *people[facts->of[CALLER]];
	}
	request->groups_known = facts->of[GROUP] != UNKNOWN;
	for (int i = 0; request->groups_known && i < NAMES; i++) {
		if ((facts->of[GROUP] & (1 << i)) != 0)
			assert_int_equal(
			    cardea_request_add_group(request, people[i]),
			    CARDEA_OK);
	}
	if (facts->of[ORIGIN] != UNKNOWN)
		request->origin = facts->of[ORIGIN] == 0 ? CARDEA_ORIGIN_LOCAL
							 : CARDEA_ORIGIN_REMOTE;
}

static enum cardea_truth
judge(const struct cardea_policy *policy, const struct facts *facts)
{
	static struct cardea_request request;
	enum cardea_truth truth = (enum cardea_truth)99;

	fill_request(facts, &request);
	assert_int_equal(
	    cardea_policy_match(policy, 0, &request, &truth), CARDEA_OK);
	return truth;
}

/* how many values a fact may turn out to have */
static int
values_of(int key)
{
	if (key == GROUP)
		return 1 << NAMES;
	return key == ORIGIN ? 2 : NAMES + 1;
}

static struct facts
random_facts(struct random *random)
{
	struct facts facts;

	for (int key = 0; key < KEYS; key++)
		facts.of[key] = (int)random_below(
				    random, (unsigned int)values_of(key) + 2) -
		    2;
	for (int key = 0; key < KEYS; key++) {
		if (facts.of[key] < 0)
			facts.of[key] = UNKNOWN;
	}
	return facts;
}

/* every way in which the unknown facts may turn out, from this key on */
static void
expect_stays(const struct cardea_policy *policy, struct facts facts, int key,
    enum cardea_truth definite)
{
	if (key == KEYS) {
		assert_int_equal(judge(policy, &facts), definite);
		return;
	}
	if (facts.of[key] != UNKNOWN) {
		expect_stays(policy, facts, key + 1, definite);
		return;
	}
	for (int value = 0; value < values_of(key); value++) {
		facts.of[key] = value;
		expect_stays(policy, facts, key + 1, definite);
	}
}

static void
C08_random_conditions_agree_with_a_slow_model(void **state)
{
	struct random random = { .state = 20261125 };
	int seen[3] = { 0, 0, 0 };
	char text[16384];

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct block *block = make_block(&random, 3);
		struct written written;

		snprintf(text, sizeof(text),
		    "rules = ( { name = \"r\"; deny = \"d\"; when = ");
		write_block(block, text, sizeof(text));
		append(text, sizeof(text), "; } );");
		written = write_policy("", text);
		for (int i = 0; i < 40; i++) {
			struct facts facts = random_facts(&random);
			enum cardea_truth truth = judge(written.policy, &facts);

			if (truth != model(block, &facts))
				fail_msg("%s gave %d", text, (int)truth);
			seen[truth]++;
			if (truth != CARDEA_MAYBE)
				expect_stays(written.policy, facts, 0, truth);
		}
		drop_policy(&written);
		drop_block(block);
	}
	/* the test has met all three answers often */
	for (int i = 0; i < 3; i++)
		assert_true(seen[i] > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(C08_random_conditions_agree_with_a_slow_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
