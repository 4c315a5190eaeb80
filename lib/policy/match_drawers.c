/* SPDX-License-Identifier: BSD-2-Clause */
#include "policy/match.h"
#include "policy/match_parts.h"

/* Which rules may match a request: those in the drawers that it opens. */

static void
open_services(struct cardea_match *match, uint32_t key)
{
	for (size_t i = 0; i < match->service_count; i++)
		cardea_index_open(&match->walk, key, match->services[i]);
}

/* 0: a name that the policy does not hold, whose drawers are empty */
static void
open_name(struct cardea_match *match, enum cardea_image_key key, uint32_t text)
{
	if (text != 0)
		cardea_index_open(&match->walk, (uint32_t)key, text);
}

static bool
is_filed(const struct cardea_match *match, enum cardea_image_key key)
{
	return cardea_index_has_key(match->policy, (uint32_t)key);
}

/* Rules that ask who somebody is, of the services that this may be: all, or
 * those that require something. */
static void
open_personal(struct cardea_match *match, uint32_t key)
{
	cardea_index_open(&match->walk, key, 0);
	open_services(match, key);
}

/* The drawers of user and groups.  Whoever has no name yet, or unknown groups,
 * may be anybody whom a rule of this service is about: what is filed under
 * users and groups asks who somebody is, so it is there too. */
static void
open_person(struct cardea_match *match)
{
	const struct cardea_request *request = match->request;
	bool known = (request->user[0] != '\0' ||
			 !is_filed(match, CARDEA_KEY_USER)) &&
	    (request->groups_known || !is_filed(match, CARDEA_KEY_GROUP));

	if (match->impersonal)
		return;
	if (!known) {
		open_personal(match, CARDEA_INDEX_PERSONAL);
		return;
	}
	open_name(match, CARDEA_KEY_USER, match->user);
	for (size_t i = 0; i < match->group_count; i++)
		open_name(match, CARDEA_KEY_GROUP, match->groups[i]);
}

/* Is the fact unknown, as its condition has it, and are there rules filed by
 * it?  Those of every value may match then. */
static bool
is_missing(
    const struct cardea_match *match, bool known, enum cardea_image_key key)
{
	return !known && is_filed(match, key);
}

static void
open_request(struct cardea_match *match)
{
	const struct cardea_request *request = match->request;
	bool caller = request->caller_known && request->caller[0] != '\0';

	match->linear = !match->service_known ||
	    is_missing(match, caller, CARDEA_KEY_CALLER) ||
	    is_missing(match, request->host[0] != '\0', CARDEA_KEY_HOST);
	if (match->linear)
		return;
	cardea_index_open(&match->walk, CARDEA_INDEX_OTHERS, 0);
	open_services(match, CARDEA_KEY_SERVICE);
	open_name(match, CARDEA_KEY_RUSER, match->ruser);
	open_name(match, CARDEA_KEY_CALLER, match->caller);
	open_name(match, CARDEA_KEY_HOST, match->host);
	open_name(match, CARDEA_KEY_TTY, match->tty);
	open_person(match);
}

static void
open_drawers(struct cardea_match *match)
{
	match->walk.policy = match->policy;
	if (match->request != NULL) {
		open_request(match);
	} else {
		open_personal(match, CARDEA_INDEX_PERSONAL);
		match->linear = !match->service_known;
	}
	match->linear = match->linear || match->walk.overflown;
}

static void
close_drawers(struct cardea_match *match)
{
	match->next = 0;
	match->walk.count = 0;
	match->walk.overflown = false;
}

void
cardea_match_rewind(struct cardea_match *match)
{
	close_drawers(match);
	match->impersonal = false;
	open_drawers(match);
}

void
cardea_match_impersonal(struct cardea_match *match)
{
	close_drawers(match);
	match->impersonal = true;
	open_drawers(match);
}

size_t
cardea_match_asking(struct cardea_match *match, size_t end)
{
	close_drawers(match);
	if (match->linear)
		return 0;
	open_personal(match, CARDEA_INDEX_ASKING);
	return match->walk.overflown ? 0 : cardea_index_cut(&match->walk, end);
}

bool
cardea_match_asking_at(
    const struct cardea_match *match, size_t number, size_t *ret_index)
{
	return cardea_index_at(&match->walk, number, ret_index);
}

bool
cardea_match_next(struct cardea_match *match, size_t *ret_index)
{
	if (!match->linear)
		return cardea_index_next(&match->walk, ret_index);
	if (match->next >= cardea_policy_rule_count(match->policy))
		return false;
	*ret_index = match->next++;
	return true;
}
