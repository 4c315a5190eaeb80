/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "policy/image.h"
#include "policy/match.h"
#include "policy/match_parts.h"
#include "policy/times.h"

static enum cardea_truth
judge_block(struct cardea_match *match, uint32_t index, unsigned int depth);

/* A name that every request has, unless nobody filled it in. */
static enum cardea_truth
judge_name(bool known, uint32_t text, const uint32_t *values, uint32_t count)
{
	return known
	    ? cardea_match_truth(cardea_match_holds(values, count, text))
	    : CARDEA_MAYBE;
}

static enum cardea_truth
judge_services(
    const struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	if (!match->service_known)
		return CARDEA_MAYBE;
	for (size_t i = 0; i < match->service_count; i++) {
		if (cardea_match_holds(values, count, match->services[i]))
			return CARDEA_TRUE;
	}
	return CARDEA_FALSE;
}

static enum cardea_truth
judge_groups(
    const struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	if (!match->request->groups_known)
		return CARDEA_MAYBE;
	for (size_t i = 0; i < match->group_count; i++) {
		if (cardea_match_holds(values, count, match->groups[i]))
			return CARDEA_TRUE;
	}
	return CARDEA_FALSE;
}

/* Words are few and seldom asked for, so they are read where they are met. */
static enum cardea_truth
judge_posture(
    struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	const struct cardea_request *request = match->request;
	enum cardea_truth truth = CARDEA_FALSE;

	for (uint32_t i = 0; i < count && truth != CARDEA_TRUE; i++) {
		const char *word = cardea_image_text(match->policy, values[i]);

		if (word == NULL || !cardea_posture_is_word(word))
			return cardea_match_damaged(match);
		switch (cardea_posture_holds(&request->posture, word,
		    request->time_known ? request->time_s : 0)) {
		case CARDEA_YES:
			truth = CARDEA_TRUE;
			break;
		case CARDEA_UNKNOWN:
			truth = CARDEA_MAYBE;
			break;
		case CARDEA_NO:
			break;
		}
	}
	return truth;
}

static enum cardea_truth
judge_origin(
    const struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	enum cardea_origin origin = match->request->origin;

	if (origin != CARDEA_ORIGIN_LOCAL && origin != CARDEA_ORIGIN_REMOTE)
		return CARDEA_MAYBE;
	return cardea_match_truth(
	    cardea_match_holds(values, count, (uint32_t)origin));
}

static const struct cardea_local_time *
local_time(struct cardea_match *match, uint32_t timezone)
{
	if (timezone >= CARDEA_TIMEZONES_MAX) {
		match->damaged = true;
		return NULL;
	}
	return match->locals[timezone];
}

static enum cardea_truth
judge_hours(struct cardea_match *match, uint32_t index)
{
	const struct cardea_image_hours *hours = cardea_image_slice(
	    match->policy, CARDEA_PART_HOURS, index, 1);

	if (hours == NULL)
		return cardea_match_damaged(match);
	return cardea_times_hours(match->policy, hours,
	    local_time(match, hours->timezone), &match->damaged);
}

static enum cardea_truth
judge_zones(struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	enum cardea_truth truth = CARDEA_FALSE;

	for (uint32_t i = 0; i < count; i++) {
		enum cardea_truth one = cardea_match_zone(match, values[i]);

		if (one > truth)
			truth = one;
	}
	return truth;
}

enum cardea_truth
cardea_match_hours(struct cardea_match *match, uint32_t hours)
{
	if (hours >= match->hours_count)
		return cardea_match_damaged(match);
	if (match->hours[hours] == CARDEA_MATCH_UNJUDGED)
		match->hours[hours] = (unsigned char)judge_hours(match, hours);
	return (enum cardea_truth)match->hours[hours];
}

static enum cardea_truth
judge_all_hours(
    struct cardea_match *match, const uint32_t *values, uint32_t count)
{
	enum cardea_truth truth = CARDEA_FALSE;

	for (uint32_t i = 0; i < count; i++) {
		enum cardea_truth one = cardea_match_hours(match, values[i]);

		if (one > truth)
			truth = one;
	}
	return truth;
}

static enum cardea_truth
judge_instant(struct cardea_match *match, enum cardea_image_key key,
    const uint32_t *values, uint32_t count)
{
	enum cardea_truth reached;

	if (count != 3)
		return cardea_match_damaged(match);
	reached = cardea_times_reached(
	    local_time(match, values[0]), values[1], values[2]);
	return key == CARDEA_KEY_FROM ? reached : cardea_match_negate(reached);
}

static enum cardea_truth
judge_unless(struct cardea_match *match, const uint32_t *values, uint32_t count,
    unsigned int depth)
{
	enum cardea_truth truth = CARDEA_FALSE;

	for (uint32_t i = 0; i < count && truth != CARDEA_TRUE; i++) {
		enum cardea_truth one = judge_block(match, values[i], depth);

		if (one > truth)
			truth = one;
	}
	return cardea_match_negate(truth);
}

static enum cardea_truth
judge_values(struct cardea_match *match, enum cardea_image_key key,
    const uint32_t *values, uint32_t count, unsigned int depth)
{
	const struct cardea_request *request = match->request;

	if (key == CARDEA_KEY_SERVICE)
		return judge_services(match, values, count);
	if (key == CARDEA_KEY_UNLESS)
		return judge_unless(match, values, count, depth + 1);
	if (request == NULL)
		return CARDEA_MAYBE;
	switch (key) {
	case CARDEA_KEY_USER:
		return judge_name(
		    request->user[0] != '\0', match->user, values, count);
	case CARDEA_KEY_CALLER:
		return judge_name(
		    request->caller_known && request->caller[0] != '\0',
		    match->caller, values, count);
	case CARDEA_KEY_RUSER:
		return judge_name(true, match->ruser, values, count);
	case CARDEA_KEY_ORIGIN:
		return judge_origin(match, values, count);
	case CARDEA_KEY_HOST:
		return judge_name(
		    request->host[0] != '\0', match->host, values, count);
	case CARDEA_KEY_TTY:
		return judge_name(true, match->tty, values, count);
	case CARDEA_KEY_GROUP:
		return judge_groups(match, values, count);
	case CARDEA_KEY_POSTURE:
		return judge_posture(match, values, count);
	case CARDEA_KEY_GRANT:
		return cardea_match_grants(match, values, count);
	case CARDEA_KEY_COUNTRY:
		return cardea_match_countries(match, values, count);
	case CARDEA_KEY_ASN:
		return cardea_match_asns(match, values, count);
	case CARDEA_KEY_SIGNAL:
		return cardea_match_signals(match, values, count);
	case CARDEA_KEY_RISK:
		return cardea_match_risk(match, values, count);
	case CARDEA_KEY_ZONE:
		return judge_zones(match, values, count);
	case CARDEA_KEY_HOURS:
		return judge_all_hours(match, values, count);
	case CARDEA_KEY_FROM:
	case CARDEA_KEY_UNTIL:
		return judge_instant(match, key, values, count);
	case CARDEA_KEY_SERVICE:
	case CARDEA_KEY_UNLESS:
	case CARDEA_KEY_END:
		break;
	}
	return cardea_match_damaged(match);
}

static enum cardea_truth
judge_condition(struct cardea_match *match,
    const struct cardea_image_condition *condition, unsigned int depth)
{
	const uint32_t *values = &condition->first;

	if (condition->count != 1)
		values = cardea_image_slice(match->policy, CARDEA_PART_VALUES,
		    condition->first, condition->count);
	/* no values would be an empty list: nobody (V12), and never written */
	if (values == NULL || condition->count == 0 ||
	    condition->key >= CARDEA_KEY_END)
		return cardea_match_damaged(match);
	return judge_values(match, (enum cardea_image_key)condition->key,
	    values, condition->count, depth);
}

static enum cardea_truth
judge_block(struct cardea_match *match, uint32_t index, unsigned int depth)
{
	const struct cardea_image_block *block = cardea_image_slice(
	    match->policy, CARDEA_PART_BLOCKS, index, 1);
	const struct cardea_image_condition *conditions;
	enum cardea_truth truth = CARDEA_TRUE;

	if (block == NULL || depth > CARDEA_NESTING_MAX || match->budget == 0)
		return cardea_match_damaged(match);
	match->budget--;
	conditions = cardea_image_slice(
	    match->policy, CARDEA_PART_CONDITIONS, block->first, block->count);
	if (conditions == NULL)
		return cardea_match_damaged(match);
	for (uint32_t i = 0; i < block->count && truth != CARDEA_FALSE; i++) {
		enum cardea_truth one = judge_condition(
		    match, &conditions[i], depth);

		if (one < truth)
			truth = one;
	}
	return truth;
}

/* a tree of blocks visits each at most once; a damaged image that loops runs
 * out of them */
static void
refill(struct cardea_match *match)
{
	match->budget = cardea_image_count(match->policy, CARDEA_PART_BLOCKS);
}

enum cardea_truth
cardea_match_condition(
    struct cardea_match *match, const struct cardea_image_condition *condition)
{
	refill(match);
	return judge_condition(match, condition, 0);
}

enum cardea_truth
cardea_match_block(struct cardea_match *match, uint32_t block)
{
	refill(match);
	return judge_block(match, block, 0);
}

enum cardea_status
cardea_match_rule(
    struct cardea_match *match, size_t index, enum cardea_truth *ret_truth)
{
	enum cardea_truth truth;

	if (index >= cardea_policy_rule_count(match->policy))
		return CARDEA_E_RANGE;
	refill(match);
	truth = judge_block(match, (uint32_t)index, 0);
	if (match->damaged || cardea_image_is_damaged(match->policy))
		return CARDEA_E_CORRUPT;
	*ret_truth = truth;
	return CARDEA_OK;
}

static void
find_service(struct cardea_match *match, const char *name)
{
	uint32_t text = cardea_image_find(match->policy, name);

	if (text != 0)
		match->services[match->service_count++] = text;
}

/* Every name in the policy that means this service.  That a text is also
 * another thing's name does no harm: only conditions on services look here. */
static void
find_services(struct cardea_match *match, const char *service)
{
	const char *class = cardea_request_service_class(service);

	find_service(match, service);
	if (class != NULL)
		find_service(match, class);
}

static enum cardea_status
find_groups(struct cardea_match *match)
{
	const struct cardea_request *request = match->request;
	size_t at = 0;

	if (request->group_text_len > sizeof(request->group_text))
		return CARDEA_E_INTERNAL;
	while (at < request->group_text_len) {
		const char *name = request->group_text + at;
		size_t len = strnlen(name, request->group_text_len - at);
		uint32_t text;

		if (at + len == request->group_text_len)
			return CARDEA_E_INTERNAL; /* the last NUL is gone */
		text = cardea_image_find(match->policy, name);
		if (text != 0)
			match->groups[match->group_count++] = text;
		at += len + 1;
	}
	return CARDEA_OK;
}

static enum cardea_status
find_locals(struct cardea_match *match)
{
	size_t count = cardea_policy_timezone_count(match->policy);

	if (count > CARDEA_TIMEZONES_MAX)
		return CARDEA_E_CORRUPT;
	for (size_t i = 0; i < count; i++) {
		if (match->request->time_known)
			match->locals[i] = cardea_request_local(match->request,
			    cardea_policy_timezone(match->policy, i));
	}
	return CARDEA_OK;
}

static enum cardea_status
allocate(struct cardea_match *match)
{
	size_t groups = match->request != NULL
	    ? match->request->group_text_len / 2
	    : 0;

	match->zone_count = cardea_image_count(
	    match->policy, CARDEA_PART_ZONES);
	match->hours_count = cardea_image_count(
	    match->policy, CARDEA_PART_HOURS);
	match->zones = malloc(match->zone_count + 1);
	match->hours = malloc(match->hours_count + 1);
	match->groups = calloc(groups + 1, sizeof(*match->groups));
	if (match->zones == NULL || match->hours == NULL ||
	    match->groups == NULL)
		return CARDEA_E_MEMORY;
	memset(match->zones, CARDEA_MATCH_UNJUDGED, match->zone_count);
	memset(match->hours, CARDEA_MATCH_UNJUDGED, match->hours_count);
	return CARDEA_OK;
}

static enum cardea_status
prepare(struct cardea_match *match, const char *service)
{
	const struct cardea_request *request = match->request;
	enum cardea_status status = allocate(match);

	if (status != CARDEA_OK)
		return status;
	match->service_known = service[0] != '\0';
	find_services(match, service);
	if (request == NULL)
		return CARDEA_OK;
	match->user = cardea_image_find(match->policy, request->user);
	match->ruser = cardea_image_find(match->policy, request->ruser);
	match->caller = cardea_image_find(match->policy, request->caller);
	match->host = cardea_image_find(match->policy, request->host);
	match->tty = cardea_image_find(match->policy, request->tty);
	if (request->place.country_known == CARDEA_YES)
		match->country = cardea_image_find(
		    match->policy, request->place.country);
	if (request->place.subdivision_known == CARDEA_YES)
		match->subdivision = cardea_image_find(
		    match->policy, request->place.subdivision);
	status = find_locals(match);
	if (status == CARDEA_OK)
		status = find_groups(match);
	return status;
}

static enum cardea_status
begin(const struct cardea_policy *policy, const struct cardea_request *request,
    const char *service, struct cardea_match **ret_match)
{
	struct cardea_match *match = calloc(1, sizeof(*match));
	enum cardea_status status;

	if (match == NULL)
		return CARDEA_E_MEMORY;
	match->policy = policy;
	match->request = request;
	status = prepare(match, service);
	if (status == CARDEA_OK)
		cardea_match_rewind(match);
	if (status == CARDEA_OK && cardea_image_is_damaged(policy))
		status = CARDEA_E_CORRUPT;
	if (status != CARDEA_OK) {
		cardea_match_free(match);
		return status;
	}
	*ret_match = match;
	return CARDEA_OK;
}

enum cardea_status
cardea_match_begin(const struct cardea_policy *policy,
    const struct cardea_request *request, struct cardea_match **ret_match)
{
	return begin(policy, request, request->service, ret_match);
}

enum cardea_status
cardea_match_service(const struct cardea_policy *policy, const char *service,
    struct cardea_match **ret_match)
{
	return begin(policy, NULL, service, ret_match);
}

struct cardea_match *
cardea_match_free(struct cardea_match *match)
{
	if (match == NULL)
		return NULL;
	free(match->zones);
	free(match->hours);
	free(match->groups);
	free(match);
	return NULL;
}
