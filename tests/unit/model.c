/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/model.h"
#include "unit/policies.h"

/*
 * Random policies, requests and evidence, judged by the library and by the
 * model (model.h).  A failure names its seed and shows the policy; the seed
 * alone repeats it.
 */
#define POLICIES 2500
#define WORLDS 4
#define RESOLUTIONS 40

struct outcome {
	unsigned int permits, denials, maybes, resolved, observed, outages;
};

static char text[65536];

static enum cardea_verdict
decide(const struct cardea_policy *policy, const struct model_world *world,
    struct cardea_selection *selection)
{
	static struct cardea_request request;
	struct cardea_evidence_set evidence;
	struct cardea_decision decision;
	struct cardea_diag diag = { .line = 0 };

	model_make_request(world, &request);
	model_make_evidence(world, &evidence);
	memset(selection, 0, sizeof(*selection));
	if (cardea_policy_select(policy, &request, selection, &diag) !=
	    CARDEA_OK)
		fail_msg("%s\n%s", diag.reason, text);
	cardea_decide(policy, selection, &request, &evidence, &decision);
	return decision.verdict;
}

/* Each rule's when, by Kleene's tables, one by one. */
static void
check_rules(const struct cardea_policy *policy,
    const struct model_policy *model, const struct model_world *world,
    uint64_t seed)
{
	static struct cardea_request request;

	model_make_request(world, &request);
	for (unsigned int i = 0; i < model->count; i++) {
		enum cardea_truth truth = (enum cardea_truth)99;
		enum cardea_truth expected = model_judge_rule(
		    &model->rules[i], world);

		assert_int_equal(
		    cardea_policy_match(policy, i, &request, &truth),
		    CARDEA_OK);
		if (truth != expected)
			fail_msg("seed %llu: rule %u is %d, not %d\n%s",
			    (unsigned long long)seed, i, (int)truth,
			    (int)expected, text);
	}
}

static bool
has_emergency(const struct model_policy *model)
{
	for (unsigned int i = 0; i < model->count; i++) {
		if (model->rules[i].emergency)
			return true;
	}
	return false;
}

/*
 * What is unknown never opens a door: whoever is let in without a fact would
 * be let in whatever the fact turns out to be.  Emergency rules are made to
 * bend this, and are left out.
 */
static void
check_resolutions(const struct cardea_policy *policy,
    const struct model_policy *model, const struct model_world *world,
    struct random *random, struct outcome *outcome)
{
	unsigned int count = model_resolutions(world);
	unsigned int tries = count < RESOLUTIONS ? count : RESOLUTIONS;
	struct cardea_selection selection;

	for (unsigned int i = 0; i < tries; i++) {
		unsigned int number = count > RESOLUTIONS
		    ? random_below(random, count)
		    : i;
		struct model_world known;

		model_resolve(world, number, &known);
		if (decide(policy, &known, &selection) != CARDEA_PERMIT)
			fail_msg("an unknown fact opens a door\n%s", text);
		assert_false(selection.maybe);
		assert_true(model_permits(model, &known, 0, false));
		outcome->resolved++;
	}
}

/* Kleene is careful: a definite answer is right in every resolution. */
static void
check_definite(const struct model_policy *model,
    const struct model_world *world, struct random *random)
{
	unsigned int count = model_resolutions(world);
	struct model_world known;

	model_resolve(world, random_below(random, count), &known);
	for (unsigned int i = 0; i < model->count; i++) {
		enum cardea_truth truth = model_judge_rule(
		    &model->rules[i], world);

		if (truth != CARDEA_MAYBE)
			assert_int_equal(
			    model_judge_rule(&model->rules[i], &known), truth);
	}
}

static void
check_world(const struct cardea_policy *policy,
    const struct model_policy *model, struct random *random, uint64_t seed,
    struct outcome *outcome)
{
	struct cardea_selection selection;
	struct model_world world;
	bool expected;

	model_draw_world(random, &world);
	check_rules(policy, model, &world, seed);
	check_definite(model, &world, random);
	expected = model_permits(model, &world, 0, false);
	if ((decide(policy, &world, &selection) == CARDEA_PERMIT) != expected)
		fail_msg("seed %llu: the model %s\n%s",
		    (unsigned long long)seed, expected ? "permits" : "denies",
		    text);
	outcome->permits += expected;
	outcome->denials += !expected;
	outcome->maybes += selection.maybe;
	outcome->observed += selection.observed_count > 0;
	outcome->outages += selection.outage_used != 0;
	if (expected && !has_emergency(model))
		check_resolutions(policy, model, &world, random, outcome);
}

static void
check_policy(uint64_t seed, struct outcome *outcome)
{
	static struct model_policy model;
	struct random random = { .state = seed };
	struct written written;

	model_draw_policy(&random, &model);
	model_write(&model, text, sizeof(text));
	written = write_policy("", text);
	for (unsigned int i = 0; i < WORLDS; i++)
		check_world(written.policy, &model, &random, seed, outcome);
	drop_policy(&written);
}

static void
C08_the_library_agrees_with_the_model_whatever_is_unknown(void **state)
{
	struct outcome outcome = { .permits = 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= POLICIES; seed++)
		check_policy(seed, &outcome);
	/* the test has seen enough of each kind to mean something */
	assert_int_equal(outcome.permits + outcome.denials, POLICIES * WORLDS);
	assert_in_range(outcome.permits, 800, POLICIES * WORLDS);
	assert_in_range(outcome.denials, 2000, POLICIES * WORLDS);
	assert_in_range(outcome.maybes, 1000, POLICIES * WORLDS);
	assert_in_range(outcome.observed, 500, POLICIES * WORLDS);
	assert_in_range(outcome.outages, 100, POLICIES * WORLDS);
	assert_in_range(outcome.resolved, 2000, 10000000);
}

/* The model's own ground: what its lists say is what the world is. */
static void
the_model_denies_and_permits_as_one_reads_it(void **state)
{
	static struct model_policy model;
	struct model_world world = { .user = 0, .time = 2, .wall = 0 };
	struct model_block block = { .count = 1 };
	struct model_tree totp = { .leaf = 1 };

	(void)state;
	memset(&model, 0, sizeof(model));
	assert_false(model_permits(&model, &world, 0, false));
	model.count = 1;
	model.rules[0].when = &block;
	model.rules[0].require = &totp;
	block.conditions[0].key = MODEL_USER;
	block.conditions[0].values = 1;
	assert_false(model_permits(&model, &world, 0, false));
	world.found[1] = CARDEA_RESULT_VERIFIED;
	assert_true(model_permits(&model, &world, 0, false));
	world.user = 1;
	assert_false(model_permits(&model, &world, 0, false));
	world.user = 0;
	model.rules[0].deny = true;
	assert_false(model_permits(&model, &world, 0, false));
	world.source = -1;
	world.groups = -1;
	assert_int_equal(model_resolutions(&world), 8 * 6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_model_denies_and_permits_as_one_reads_it),
		cmocka_unit_test(
		    C08_the_library_agrees_with_the_model_whatever_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
