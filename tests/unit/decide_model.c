/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/decide_fixture.h"
#include "unit/test.h"

/* Every requirement up to four leaves, against a reference. */

/*
 * The reference: a tree of its own, judged by plain recursion on what each
 * leaf found.  Leaf kinds 0..3 are password, totp, fido2 and fido2(uv).
 */
struct tree {
	char op; /* '+', '|' or 0 for a leaf */
	unsigned int leaf;
	struct tree *left;
	struct tree *right;
};

struct leaf {
	enum cardea_factor factor;
	const char *text;
};

static const struct leaf leaves[] = {
	{ CARDEA_FACTOR_PASSWORD, "password" },
	{ CARDEA_FACTOR_TOTP, "totp" },
	{ CARDEA_FACTOR_FIDO2, "fido2" },
	{ CARDEA_FACTOR_FIDO2, "fido2(uv)" },
};

/* what one factor left: results 0..4, and fido2 verified with uv besides */
static const struct {
	enum cardea_result result;
	const char *quality;
} outcomes[] = {
	{ CARDEA_RESULT_NONE, "" },
	{ CARDEA_RESULT_ABSENT, "" },
	{ CARDEA_RESULT_REFUSED, "" },
	{ CARDEA_RESULT_BROKEN, "" },
	{ CARDEA_RESULT_VERIFIED, "" },
	{ CARDEA_RESULT_VERIFIED, "uv" },
};

#define PASSWORDS 5u
#define TOTPS 5u
#define FIDO2S 6u
#define WORLDS (PASSWORDS * TOTPS * FIDO2S)

struct world {
	struct cardea_evidence_set evidence;
	enum cardea_result found[4]; /* by leaf */
};

static struct world worlds[WORLDS];

static void
make_worlds(void)
{
	for (unsigned int w = 0; w < WORLDS; w++) {
		unsigned int p = w % PASSWORDS;
		unsigned int t = w / PASSWORDS % TOTPS;
		unsigned int f = w / PASSWORDS / TOTPS;
		struct world *world = &worlds[w];

		memset(world, 0, sizeof(*world));
		memcpy(world->evidence.txn, TXN, sizeof(TXN));
		add_result(&world->evidence, CARDEA_FACTOR_PASSWORD,
		    outcomes[p].result, "");
		add_result(&world->evidence, CARDEA_FACTOR_TOTP,
		    outcomes[t].result, "");
		add_result(&world->evidence, CARDEA_FACTOR_FIDO2,
		    outcomes[f].result, outcomes[f].quality);
		world->found[0] = outcomes[p].result;
		world->found[1] = outcomes[t].result;
		world->found[2] = outcomes[f].result;
		/* verified without uv says nothing about fido2(uv) */
		world->found[3] = f == 4 ? CARDEA_RESULT_NONE
					 : outcomes[f].result;
	}
}

enum truth { NO, OPEN, YES };

static enum truth
judge(const struct tree *tree, const struct world *world, bool forgiving)
{
	enum truth left, right;

	if (tree->op == 0) {
		if (world->found[tree->leaf] == CARDEA_RESULT_VERIFIED)
			return YES;
		if (world->found[tree->leaf] == CARDEA_RESULT_NONE)
			return OPEN;
		return forgiving ? OPEN : NO;
	}
	left = judge(tree->left, world, forgiving);
	right = judge(tree->right, world, forgiving);
	if (tree->op == '+')
		return left < right ? left : right;
	return left > right ? left : right;
}

/* open_leaves: bits of the leaves that are left in what is still open */
static unsigned int
open_leaves(const struct tree *tree, const struct world *world, bool forgiving)
{
	if (judge(tree, world, forgiving) != OPEN)
		return 0;
	if (tree->op == 0)
		return 1u << tree->leaf;
	return open_leaves(tree->left, world, forgiving) |
	    open_leaves(tree->right, world, forgiving);
}

static enum cardea_reason
expected_reason(const struct world *world, unsigned int lacking)
{
	static const struct {
		enum cardea_result result;
		enum cardea_reason reason;
	} order[] = {
		{ CARDEA_RESULT_REFUSED, CARDEA_REASON_FACTOR_REFUSED },
		{ CARDEA_RESULT_BROKEN, CARDEA_REASON_FACTOR_BROKEN },
		{ CARDEA_RESULT_ABSENT, CARDEA_REASON_FACTOR_ABSENT },
	};

	for (size_t i = 0; i < 3; i++) {
		for (unsigned int leaf = 0; leaf < 4; leaf++) {
			if ((lacking & (1u << leaf)) != 0 &&
			    world->found[leaf] == order[i].result)
				return order[i].reason;
		}
	}
	return CARDEA_REASON_FACTOR_MISSING;
}

static void
write_tree(const struct tree *tree, char *text, size_t size)
{
	size_t len = strlen(text);

	if (tree->op == 0) {
		(void)snprintf(
		    text + len, size - len, "%s", leaves[tree->leaf].text);
		return;
	}
	(void)snprintf(text + len, size - len, "(");
	write_tree(tree->left, text, size);
	len = strlen(text);
	(void)snprintf(text + len, size - len, " %c ", tree->op);
	write_tree(tree->right, text, size);
	len = strlen(text);
	(void)snprintf(text + len, size - len, ")");
}

static void
check_needs(const struct cardea_selection *selection, const struct tree *tree,
    const struct world *world)
{
	enum truth truth = judge(tree, world, false);
	unsigned int open = open_leaves(tree, world, false);

	for (int f = 0; f < CARDEA_FACTOR_COUNT; f++) {
		enum cardea_need expected = CARDEA_NEED_NOT_NEEDED;

		for (unsigned int leaf = 0; leaf < 4; leaf++) {
			if ((open & (1u << leaf)) != 0 &&
			    (int)leaves[leaf].factor == f)
				expected = CARDEA_NEED_HELPFUL;
		}
		if (truth == NO)
			expected = CARDEA_NEED_FUTILE;
		assert_int_equal(cardea_decide_need(selection, &request,
				     &world->evidence, (enum cardea_factor)f),
		    expected);
	}
}

static void
check_missing(const struct cardea_decision *decision, unsigned int lacking)
{
	struct cardea_requirement missing;

	assert_int_equal(
	    cardea_requirement_parse(decision->missing, &missing, NULL),
	    CARDEA_OK);
	for (unsigned int leaf = 0; leaf < 4; leaf++)
		assert_int_equal(
		    cardea_requirement_names(&missing, leaves[leaf].factor),
		    (lacking & (1u << leaf)) != 0 ||
			(leaf >= 2 && (lacking & 0xcu) != 0));
	assert_int_equal(strstr(decision->missing, "fido2(uv)") != NULL,
	    (lacking & 8u) != 0);
}

static unsigned int compared;

/* check_tree: all worlds; the bits of those that were let in are kept, so
 * that the order between worlds can be judged as well. */
static void
check_tree(const struct tree *tree, bool needs)
{
	char text[256] = "";
	struct cardea_selection selection;
	bool in[WORLDS];

	write_tree(tree, text, sizeof(text));
	selection = select_text(text);
	for (unsigned int w = 0; w < WORLDS; w++) {
		const struct world *world = &worlds[w];
		struct cardea_decision decision = decide(
		    &selection, &world->evidence);
		bool met = judge(tree, world, false) == YES;
		unsigned int lacking = open_leaves(tree, world, true);

		in[w] = met;
		compared++;
		if ((decision.verdict == CARDEA_PERMIT) != met)
			fail_msg("%s in world %u", text, w);
		assert_true(met || decision.verdict == CARDEA_DENY);
		assert_string_equal(cardea_reason_text(decision.reason),
		    cardea_reason_text(met ? CARDEA_REASON_REQUIREMENT_MET
					   : expected_reason(world, lacking)));
		if (met)
			assert_string_equal(decision.missing, "");
		else
			check_missing(&decision, lacking);
		if (needs)
			check_needs(&selection, tree, world);
	}
	/* fewer proofs never help: turn each verified factor to each other
	 * result, nothing at all included */
	for (unsigned int w = 0; w < WORLDS; w++) {
		unsigned int p = w % PASSWORDS, t = w / PASSWORDS % TOTPS;
		unsigned int f = w / PASSWORDS / TOTPS;

		for (unsigned int less = 0; less < 4; less++) {
			unsigned int row = f * TOTPS * PASSWORDS;

			assert_false(p == 4 && !in[w] && in[w - 4 + less]);
			assert_false(
			    t == 4 && !in[w] && in[row + less * PASSWORDS + p]);
			assert_false(f >= 4 && !in[w] &&
			    in[(less * TOTPS + t) * PASSWORDS + p]);
		}
		assert_false(f == 5 && !in[w] && in[w - TOTPS * PASSWORDS]);
	}
}

/* each_tree: every tree of exactly count leaves of the kinds allowed, called
 * back with the tree that holds it. */
struct each {
	struct tree nodes[16];
	unsigned int used;
	unsigned int kinds; /* bits of leaves */
	const struct tree *root;
	bool needs;
};

typedef void then(struct each *each, void *context);

struct pair {
	struct tree *slot;
	unsigned int left, right;
	then *next;
	void *context;
};

static void each_tree(struct each *each, struct tree *slot, unsigned int count,
    then *next, void *context);

static void
fill_right(struct each *each, void *context)
{
	struct pair *pair = context;

	each_tree(
	    each, pair->slot->right, pair->right, pair->next, pair->context);
}

static void
each_tree(struct each *each, struct tree *slot, unsigned int count, then *next,
    void *context)
{
	if (count == 1) {
		slot->op = 0;
		for (slot->leaf = 0; slot->leaf < 4; slot->leaf++) {
			if ((each->kinds & (1u << slot->leaf)) != 0)
				next(each, context);
		}
		return;
	}
	for (unsigned int left = 1; left < count; left++) {
		struct pair pair = { slot, left, count - left, next, context };
		unsigned int used = each->used;

		slot->left = &each->nodes[each->used++];
		slot->right = &each->nodes[each->used++];
		slot->op = '+';
		each_tree(each, slot->left, left, fill_right, &pair);
		slot->op = '|';
		each_tree(each, slot->left, left, fill_right, &pair);
		each->used = used;
	}
}

static void
check_each(struct each *each, void *context)
{
	(void)context;
	check_tree(each->root, each->needs);
}

static unsigned int
check_all(unsigned int count, unsigned int kinds, bool needs)
{
	struct each each = { .used = 1, .kinds = kinds, .needs = needs };
	unsigned int before = compared;

	each.root = &each.nodes[0];
	each_tree(&each, &each.nodes[0], count, check_each, NULL);
	return (compared - before) / WORLDS;
}

static void
every_small_requirement_is_judged_as_the_reference_does(void **state)
{
	(void)state;
	make_worlds();
	assert_int_equal(check_all(1, 0xf, true), 4);
	assert_int_equal(check_all(2, 0xf, true), 32);
	assert_int_equal(check_all(3, 0xf, true), 512);
	/* five shapes, three joints, three kinds of leaf */
	assert_int_equal(check_all(4, 0xb, false), 5 * 8 * 81);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(every_small_requirement_is_judged_as_the_reference_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
