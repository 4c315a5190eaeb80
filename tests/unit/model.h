/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_MODEL_H
#define TESTS_UNIT_MODEL_H

#include <cardea/decide.h>

#include "unit/random.h"

/*
 * A slow model of policies and logins, for the property test: rules and
 * worlds as small structures of numbers, judged by plain recursion.  It
 * shares no line with the library; what it knows is the manual.
 *
 * Names are numbers into short lists; -1 is "not known".
 */

enum model_key {
	MODEL_USER,
	MODEL_GROUP,
	MODEL_RUSER,
	MODEL_CALLER,
	MODEL_SERVICE,
	MODEL_HOST,
	MODEL_TTY,
	MODEL_ORIGIN,
	MODEL_ZONE,
	MODEL_HOURS,
	MODEL_FROM,
	MODEL_UNTIL,
	MODEL_COUNTRY,
	MODEL_ASN,
	MODEL_SIGNAL,
	MODEL_RISK,
	MODEL_AREA, /* zones again: of countries, owners, lists and zones.  No
		       block has both, as they are not 5 apart */
	MODEL_KEYS,
};

#define MODEL_RULES 6
#define MODEL_TIMES 6
#define MODEL_WALLS 5
#define MODEL_SOURCES 6
#define MODEL_DEPTH 2
#define MODEL_SIGNALS 3

struct model_condition {
	enum model_key key;
	unsigned int values; /* bits: which names of the kind's list */
};

struct model_block {
	unsigned int count;
	struct model_condition conditions[3];
	unsigned int unless_count;
	struct model_block *unless[2];
};

struct model_tree {
	char op; /* '+', '|', or 0: a leaf */
	unsigned int leaf;
	struct model_tree *left, *right;
};

struct model_rule {
	unsigned int number;
	bool grant;
	struct model_block *when; /* NULL: everybody */
	bool deny;
	struct model_tree *require; /* NULL: none */
	struct model_tree *outage[CARDEA_OUTAGE_COUNT];
	bool observe;
	bool observe_is_over; /* its date lies before all of our times */
	bool emergency;
};

struct model_policy {
	unsigned int count;
	struct model_rule rules[MODEL_RULES];
	/* what blocks and trees are made of */
	struct model_block blocks[128];
	unsigned int block_count;
	struct model_tree trees[256];
	unsigned int tree_count;
};

struct model_world {
	int user, ruser, service, tty;
	int groups; /* bits, -1 unknown */
	int caller, host, origin, source;
	int time; /* into the list of instants, -1 unknown */
	int wall; /* what the clock in Berlin shows, -1 unknown */
	/* what is known of the source's address; the last value of each: none
	 */
	int country; /* DE, FR, AT, none */
	int part;    /* BE, HH, none: of whatever country it is */
	int asn;     /* 64500, 64501, 64502, none */
	int vpn, listed;
	int signals[MODEL_SIGNALS];
	int grants; /* bits: rules that are granted to the user */
	unsigned int outages;
	enum cardea_result found[5]; /* by kind of leaf */
};

void model_draw_policy(struct random *random, struct model_policy *policy);
void model_draw_world(struct random *random, struct model_world *world);

/* model_write: the policy as text */
void model_write(const struct model_policy *policy, char *text, size_t size);

void model_make_request(
    const struct model_world *world, struct cardea_request *request);
void model_make_evidence(
    const struct model_world *world, struct cardea_evidence_set *set);

enum cardea_truth model_judge_rule(
    const struct model_rule *rule, const struct model_world *world);

/* model_permits: from the rule at index on */
bool model_permits(const struct model_policy *policy,
    const struct model_world *world, unsigned int index, bool emergency);

/* model_resolutions: how many worlds without unknown facts there are that
 * this one may be; model_resolve: the one of that number. */
unsigned int model_resolutions(const struct model_world *world);
void model_resolve(const struct model_world *world, unsigned int number,
    struct model_world *ret_world);

#endif
