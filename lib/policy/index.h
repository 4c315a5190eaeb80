/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_INDEX_H
#define CARDEA_POLICY_INDEX_H

#include "policy/image.h"

/*
 * Rules in drawers, so that a login looks at those that may concern it.  Each
 * rule is filed once: under the values of one of its conditions, the most
 * particular one, or under none.  What stands in no drawer that a request opens
 * cannot match it, not even maybe; so drawers of a fact that is unknown must
 * all be opened, and then every rule is looked at; but who somebody is may be
 * unknown, see below.
 *
 * A second filing, under CARDEA_INDEX_PERSONAL, holds the rules that ask who
 * somebody is, by the services that they are about: for the question whether an
 * early answer would tell, and for whoever has no name yet. CARDEA_INDEX_ASKING
 * holds those among them that require something, for what a stranger is asked.
 */
#define CARDEA_INDEX_OTHERS 0u	    /* key of rules under no value; value 0 */
#define CARDEA_INDEX_PERSONAL 1000u /* value: a service, or 0: any */
#define CARDEA_INDEX_ASKING 1001u   /* likewise */

#define CARDEA_INDEX_OPEN_MAX 128 /* drawers open at once; else all rules */

/* One walk over several drawers, in the order of the rules. The zero value
 * holds none. */
struct cardea_index_walk {
	const struct cardea_policy *policy;
	struct {
		uint32_t at, end; /* into filed */
	} open[CARDEA_INDEX_OPEN_MAX];
	size_t count;
	bool overflown;
};

/* cardea_index_has_key: is any rule filed under it? */
bool cardea_index_has_key(const struct cardea_policy *policy, uint32_t key);

/* cardea_index_open: nothing if there is no such drawer */
void
cardea_index_open(struct cardea_index_walk *walk, uint32_t key, uint32_t value);

/* cardea_index_next: the next rule, each once; false at the end, and where
 * damage was met (cardea_image_is_damaged) */
bool cardea_index_next(struct cardea_index_walk *walk, size_t *ret_rule);

/* cardea_index_cut: leaves out the rules from end on; how many entries are
 * left, where a rule that stands in two of the drawers counts twice. */
size_t cardea_index_cut(struct cardea_index_walk *walk, size_t end);

/* cardea_index_at: by its number among those that are left, drawer by drawer */
bool cardea_index_at(
    const struct cardea_index_walk *walk, size_t number, size_t *ret_rule);

#endif
