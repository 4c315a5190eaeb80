/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/model_lists.h"
#include "unit/test.h"

/* Policies: drawn, and as text. */

static struct model_tree *
draw_tree(
    struct random *random, struct model_policy *policy, unsigned int depth)
{
	struct model_tree *tree = &policy->trees[policy->tree_count++];

	if (depth == 0 || random_one_in(random, 2)) {
		tree->op = 0;
		tree->leaf = random_below(random, 5);
		return tree;
	}
	tree->op = random_one_in(random, 2) ? '+' : '|';
	tree->left = draw_tree(random, policy, depth - 1);
	tree->right = draw_tree(random, policy, depth - 1);
	return tree;
}

static void
draw_conditions(struct random *random, struct model_block *block)
{
	unsigned int start = random_below(random, MODEL_KEYS);

	for (unsigned int i = 0; i < block->count; i++) {
		struct model_condition *condition = &block->conditions[i];
		unsigned int most;

		/* each key stands once in a block */
		condition->key = (enum model_key)((start + 5 * i) % MODEL_KEYS);
		most = condition->key == MODEL_ORIGIN ? 3 : 7;
		condition->values = 1 + random_below(random, most);
		/* a date or a score is one value, no list */
		if (condition->key == MODEL_FROM ||
		    condition->key == MODEL_UNTIL ||
		    condition->key == MODEL_RISK)
			condition->values = 1u << random_below(random, 3);
	}
}

static struct model_block *
draw_block(
    struct random *random, struct model_policy *policy, unsigned int depth)
{
	struct model_block *block = &policy->blocks[policy->block_count++];

	block->count = 1 + random_below(random, 2);
	draw_conditions(random, block);
	block->unless_count = depth > 0 && random_one_in(random, 2)
	    ? 1 + random_below(random, 2)
	    : 0;
	if (block->unless_count > 0 && random_one_in(random, 3))
		block->count = 0;
	for (unsigned int i = 0; i < block->unless_count; i++)
		block->unless[i] = draw_block(random, policy, depth - 1);
	return block;
}

static void
draw_rule(
    struct random *random, struct model_policy *policy, struct model_rule *rule)
{
	rule->when = random_one_in(random, 8)
	    ? NULL
	    : draw_block(random, policy, MODEL_DEPTH);
	rule->deny = random_one_in(random, 3);
	rule->observe = random_one_in(random, 5);
	rule->observe_is_over = random_one_in(random, 2);
	if (rule->deny || (rule->when != NULL && random_one_in(random, 6)))
		return; /* denies, or demands nothing */
	rule->require = draw_tree(random, policy, 2);
	rule->emergency = random_one_in(random, 6);
	rule->grant = random_one_in(random, 5);
	for (unsigned int i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if (random_one_in(random, 6))
			rule->outage[i] = draw_tree(random, policy, 1);
	}
}

void
model_draw_policy(struct random *random, struct model_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	policy->count = 1 + random_below(random, MODEL_RULES);
	for (unsigned int i = 0; i < policy->count; i++) {
		policy->rules[i].number = i;
		draw_rule(random, policy, &policy->rules[i]);
	}
}

/* --- policies as text ------------------------------------------------ */

struct out {
	char *text;
	size_t size;
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
	    out->text + out->len, out->size - out->len, format, args);
	va_end(args);
	assert_true(len >= 0 && (size_t)len < out->size - out->len);
	out->len += (size_t)len;
}

static void
put_tree(struct out *out, const struct model_tree *tree)
{
	if (tree == NULL) {
		put(out, "%s", "none");
	} else if (tree->op == 0) {
		put(out, "%s", leaves[tree->leaf].text);
	} else {
		put(out, "%s", "(");
		put_tree(out, tree->left);
		put(out, "%s", tree->op == '+' ? " + " : "|");
		put_tree(out, tree->right);
		put(out, "%s", ")");
	}
}

static void
put_condition(struct out *out, const struct model_condition *condition)
{
	bool list = (condition->values & (condition->values - 1)) != 0;
	bool bare = condition->key == MODEL_ASN || condition->key == MODEL_RISK;
	bool first = true;

	put(out, "%s = ", kinds[condition->key].key);
	put(out, "%s", list ? "[ " : "");
	for (unsigned int value = 0; value < 3; value++) {
		if ((condition->values >> value & 1u) == 0)
			continue;
		put(out, "%s%s%s%s", first ? "" : ", ", bare ? "" : "\"",
		    kinds[condition->key].names[value], bare ? "" : "\"");
		first = false;
	}
	put(out, "%s; ", list ? " ]" : "");
}

static void
put_block(struct out *out, const struct model_block *block)
{
	put(out, "%s", "{ ");
	for (unsigned int i = 0; i < block->count; i++)
		put_condition(out, &block->conditions[i]);
	if (block->unless_count > 0)
		put(out, "%s",
		    block->unless_count > 1 ? "unless = ( " : "unless = ");
	for (unsigned int i = 0; i < block->unless_count; i++) {
		put(out, "%s", i > 0 ? ", " : "");
		put_block(out, block->unless[i]);
	}
	if (block->unless_count > 0)
		put(out, "%s", block->unless_count > 1 ? " ); " : "; ");
	put(out, "%s", "}");
}

static void
put_rule(struct out *out, const struct model_rule *rule, unsigned int number)
{
	static const char *const outages[CARDEA_OUTAGE_COUNT] = {
		"store-unwritable", "cluster", "revocation-stale"
	};
	char name[16];
	bool open = false;

	(void)snprintf(name, sizeof(name), "r%u", number);
	put(out, "  { name = \"%s\"; ", name);
	if (rule->when != NULL) {
		put(out, "%s", "when = ");
		put_block(out, rule->when);
		put(out, "%s", "; ");
	}
	put(out, "%s", rule->deny ? "deny = \"no\"; " : "require = \"");
	if (!rule->deny) {
		put_tree(out, rule->require);
		put(out, "%s", "\"; reason = \"test\"; ");
	}
	if (rule->observe)
		put(out, "mode = \"observe\"; observe_until = \"%s\"; ",
		    rule->observe_is_over ? "2026-11-01" : "2027-12-31");
	put(out, "%s", rule->emergency ? "emergency = true; " : "");
	put(out, "%s", rule->grant ? "grant = true; " : "");
	for (unsigned int i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if (rule->outage[i] == NULL)
			continue;
		put(out, "%s", open ? "" : "when_outage = { ");
		open = true;
		put(out, "%s = \"", outages[i]);
		put_tree(out, rule->outage[i]);
		put(out, "%s", "\"; ");
	}
	put(out, "%s", open ? "}; }" : "}");
}

void
model_write(const struct model_policy *policy, char *text, size_t size)
{
	struct out out = { .text = text, .size = size };

	put(&out, "%s", world_text);
	put(&out, "%s", "rules = (\n");
	for (unsigned int i = 0; i < policy->count; i++) {
		put(&out, "%s", i > 0 ? ",\n" : "");
		put_rule(&out, &policy->rules[i], i);
	}
	put(&out, "%s", "\n);\n");
}
