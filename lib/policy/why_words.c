/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "policy/why_words.h"

#define SHOWN 6 /* values of a longer list are counted */

void
cardea_words_add(struct cardea_words *words, const char *format, ...)
{
	static const char comma[] = ", ", rest[] = ", ...";
	char word[640];
	va_list arguments;
	int len;

	if (words->cut)
		return;
	va_start(arguments, format);
	len = vsnprintf(word, sizeof(word), format, arguments);
	va_end(arguments);
	words->cut = len < 0 || (size_t)len >= sizeof(word) ||
	    words->len + sizeof(comma) + (size_t)len + sizeof(rest) >
		words->size;
	if (words->cut)
		len = snprintf(words->text + words->len,
		    words->size - words->len, "%s",
		    words->len == 0 ? "..." : rest);
	else
		len = snprintf(words->text + words->len,
		    words->size - words->len, "%s%s",
		    words->len == 0 ? "" : comma, word);
	words->len += len > 0 ? (size_t)len : 0;
}

const char *
cardea_why_key(uint32_t key)
{
	static const char *const keys[CARDEA_KEY_END] = {
		[CARDEA_KEY_SERVICE] = "service",
		[CARDEA_KEY_USER] = "user",
		[CARDEA_KEY_CALLER] = "caller",
		[CARDEA_KEY_RUSER] = "ruser",
		[CARDEA_KEY_ORIGIN] = "origin",
		[CARDEA_KEY_HOST] = "host",
		[CARDEA_KEY_TTY] = "tty",
		[CARDEA_KEY_GROUP] = "group",
		[CARDEA_KEY_POSTURE] = "posture",
		[CARDEA_KEY_GRANT] = "grant",
		[CARDEA_KEY_COUNTRY] = "country",
		[CARDEA_KEY_ASN] = "asn",
		[CARDEA_KEY_SIGNAL] = "signal",
		[CARDEA_KEY_RISK] = "risk_at_least",
		[CARDEA_KEY_ZONE] = "zone",
		[CARDEA_KEY_HOURS] = "hours",
		[CARDEA_KEY_FROM] = "from",
		[CARDEA_KEY_UNTIL] = "until",
		[CARDEA_KEY_UNLESS] = "unless",
	};

	return key < CARDEA_KEY_END && keys[key] != NULL ? keys[key] : "";
}

const uint32_t *
cardea_why_values(const struct cardea_policy *policy,
    const struct cardea_image_condition *condition)
{
	if (condition->count == 1)
		return &condition->first;
	return cardea_image_slice(
	    policy, CARDEA_PART_VALUES, condition->first, condition->count);
}

static const char *
text_of(const struct cardea_policy *policy, uint32_t text)
{
	const char *found = cardea_image_text(policy, text);

	return found == NULL ? "" : found;
}

static const char *
zone_name(const struct cardea_policy *policy, uint32_t index)
{
	const struct cardea_image_zone *zone = cardea_image_slice(
	    policy, CARDEA_PART_ZONES, index, 1);

	return zone == NULL ? "" : text_of(policy, zone->name);
}

static const struct cardea_image_hours *
hours_of(const struct cardea_policy *policy, uint32_t index)
{
	return cardea_image_slice(policy, CARDEA_PART_HOURS, index, 1);
}

static void
add_value(struct cardea_words *words, const struct cardea_policy *policy,
    uint32_t key, uint32_t value)
{
	const struct cardea_image_hours *hours;

	switch (key) {
	case CARDEA_KEY_ORIGIN:
		cardea_words_add(
		    words, "%s", cardea_origin_text((enum cardea_origin)value));
		return;
	case CARDEA_KEY_ASN:
	case CARDEA_KEY_RISK:
		cardea_words_add(words, "%u", value);
		return;
	case CARDEA_KEY_SIGNAL:
		cardea_words_add(words, "%s",
		    cardea_signal_text((enum cardea_signal)(value - 1)));
		return;
	case CARDEA_KEY_ZONE:
		cardea_words_add(words, "%s", zone_name(policy, value));
		return;
	case CARDEA_KEY_HOURS:
		hours = hours_of(policy, value);
		cardea_words_add(words, "%s",
		    hours == NULL ? "" : text_of(policy, hours->name));
		return;
	default:
		cardea_words_add(words, "%s", text_of(policy, value));
		return;
	}
}

/* One of many: asked of the judge, value by value. */
static void
add_match(struct cardea_words *words, struct cardea_match *match,
    const struct cardea_image_condition *condition, const uint32_t *values)
{
	for (uint32_t i = 0; i < condition->count; i++) {
		const struct cardea_image_condition one = {
			.key = condition->key, .count = 1, .first = values[i]
		};

		if (cardea_match_condition(match, &one) != CARDEA_TRUE)
			continue;
		add_value(words, match->policy, condition->key, values[i]);
		break;
	}
	cardea_words_add(words, "%u in all", condition->count);
}

static void
add_instant(struct cardea_words *words, const struct cardea_policy *policy,
    const uint32_t values[3])
{
	time_t day = (time_t)values[1] * 86400;
	struct tm date;

	if (gmtime_r(&day, &date) == NULL)
		return;
	cardea_words_add(words, "%04d-%02d-%02d %02u:%02u:%02u %s",
	    date.tm_year + 1900, date.tm_mon + 1, date.tm_mday,
	    values[2] / 3600, values[2] / 60 % 60, values[2] % 60,
	    cardea_policy_timezone(policy, values[0]));
}

void
cardea_why_wanted(struct cardea_match *match,
    const struct cardea_image_condition *condition,
    char text[CARDEA_WHY_WANTED_MAX + 1])
{
	struct cardea_words words = { text, CARDEA_WHY_WANTED_MAX + 1, 0,
		false };
	const uint32_t *values = cardea_why_values(match->policy, condition);

	text[0] = '\0';
	if (values == NULL || condition->key == CARDEA_KEY_UNLESS)
		return;
	if (condition->key == CARDEA_KEY_FROM ||
	    condition->key == CARDEA_KEY_UNTIL) {
		add_instant(&words, match->policy, values);
	} else if (condition->count > SHOWN) {
		add_match(&words, match, condition, values);
	} else {
		for (uint32_t i = 0; i < condition->count; i++)
			add_value(
			    &words, match->policy, condition->key, values[i]);
	}
}

/* --- what was found ------------------------------------------------------ */

static void
add_groups(struct cardea_words *words, const struct cardea_request *request)
{
	if (!request->groups_known)
		cardea_words_add(words, "unknown");
	else if (request->group_text_len == 0)
		cardea_words_add(words, "none that the policy names");
	for (size_t at = 0;
	     request->groups_known && at < request->group_text_len;
	     at += strlen(request->group_text + at) + 1)
		cardea_words_add(words, "%s", request->group_text + at);
}

static const char *
known_text(enum cardea_known fact)
{
	switch (fact) {
	case CARDEA_YES:
		return "yes";
	case CARDEA_NO:
		return "no";
	case CARDEA_UNKNOWN:
		break;
	}
	return "unknown";
}

static void
add_posture(struct cardea_words *words, const struct cardea_match *match,
    const uint32_t *values, uint32_t count)
{
	const struct cardea_request *request = match->request;

	for (uint32_t i = 0; i < count; i++) {
		const char *word = text_of(match->policy, values[i]);

		cardea_words_add(words, "%s: %s", word,
		    known_text(cardea_posture_holds(&request->posture, word,
			request->time_known ? request->time_s : 0)));
	}
}

static void
add_country(struct cardea_words *words, const struct cardea_place *place)
{
	if (place->country_known != CARDEA_YES)
		cardea_words_add(words, "%s",
		    place->country_known == CARDEA_NO ? "none" : "unknown");
	else if (place->subdivision_known == CARDEA_YES)
		cardea_words_add(words, "%s", place->subdivision);
	else
		cardea_words_add(words, "%s", place->country);
}

static void
add_asn(struct cardea_words *words, const struct cardea_place *place)
{
	if (place->asn_known == CARDEA_YES)
		cardea_words_add(words, "%u", place->asn);
	else
		cardea_words_add(words, "%s",
		    place->asn_known == CARDEA_NO ? "none" : "unknown");
}

static void
add_signals(struct cardea_words *words, const struct cardea_request *request,
    const uint32_t *values, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct cardea_signal_fact *fact;

		if (values[i] == 0 || values[i] > CARDEA_SIGNAL_COUNT)
			continue;
		fact = &request->signals[values[i] - 1];
		cardea_words_add(words, "%s%s%s%s", known_text(fact->holds),
		    fact->compared[0] == '\0' ? "" : " (", fact->compared,
		    fact->compared[0] == '\0' ? "" : ")");
	}
}

static void
add_risk(struct cardea_words *words, const struct cardea_match *match)
{
	uint32_t least, most;

	cardea_policy_risk(match->policy, match->request, &least, &most);
	if (least == most)
		cardea_words_add(words, "%u", least);
	else
		cardea_words_add(words, "%u to %u", least, most);
}

static void
add_grant(
    struct cardea_words *words, const struct cardea_match *match, uint32_t rule)
{
	const struct cardea_grants *grants = &match->request->grants;
	const struct cardea_granted *granted = cardea_grants_find(
	    grants, text_of(match->policy, rule));

	if (!grants->known)
		cardea_words_add(words, "unknown");
	else if (granted == NULL)
		cardea_words_add(words, "none");
	else
		cardea_words_add(words, "%s", granted->id);
}

/* The address, and of the zones those that it may be in. */
static void
add_zones(struct cardea_words *words, struct cardea_match *match,
    const uint32_t *values, uint32_t count)
{
	char address[CARDEA_ADDRESS_TEXT_MAX + 1];

	cardea_address_format(&match->request->login_source, address);
	cardea_words_add(words, "%s", address);
	for (uint32_t i = 0; i < count; i++) {
		enum cardea_truth truth = cardea_match_zone(match, values[i]);

		if (truth != CARDEA_FALSE)
			cardea_words_add(words, "%s in %s",
			    truth == CARDEA_TRUE ? "is" : "perhaps",
			    zone_name(match->policy, values[i]));
	}
}

static void
add_local(struct cardea_words *words, const struct cardea_match *match,
    uint32_t number)
{
	static const char days[7][4] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	const struct cardea_local_time *local = number < CARDEA_TIMEZONES_MAX
	    ? match->locals[number]
	    : NULL;

	if (!match->request->time_known)
		cardea_words_add(words, "unknown: the clock is not trusted");
	else if (local == NULL || !local->known)
		cardea_words_add(words, "unknown: no time zone %s here",
		    cardea_policy_timezone(match->policy, number));
	else
		cardea_words_add(words, "%s %04d-%02d-%02d %02d:%02d:%02d %s",
		    days[(unsigned int)local->weekday % 7], local->year,
		    local->month, local->day, local->second / 3600,
		    local->second / 60 % 60, local->second % 60, local->zone);
}

/* each clock once */
static void
add_clocks(struct cardea_words *words, const struct cardea_match *match,
    const uint32_t *values, uint32_t count)
{
	bool told[CARDEA_TIMEZONES_MAX] = { false };

	for (uint32_t i = 0; i < count; i++) {
		const struct cardea_image_hours *hours = hours_of(
		    match->policy, values[i]);

		if (hours == NULL || hours->timezone >= CARDEA_TIMEZONES_MAX ||
		    told[hours->timezone])
			continue;
		told[hours->timezone] = true;
		add_local(words, match, hours->timezone);
	}
}

/* the names among the facts: false if it is none of them */
static bool
add_found_name(struct cardea_words *words, const struct cardea_request *request,
    uint32_t key)
{
	const char *name = "", *none = "unknown";

	switch (key) {
	case CARDEA_KEY_SERVICE:
		name = request->service;
		break;
	case CARDEA_KEY_USER:
		name = request->user;
		break;
	case CARDEA_KEY_CALLER:
		name = request->caller_known ? request->caller : "";
		break;
	case CARDEA_KEY_RUSER:
		name = request->ruser;
		none = "none";
		break;
	case CARDEA_KEY_ORIGIN:
		name = cardea_origin_text(request->origin);
		break;
	case CARDEA_KEY_HOST:
		name = request->host;
		break;
	case CARDEA_KEY_TTY:
		name = request->tty;
		none = "none";
		break;
	default:
		return false;
	}
	cardea_words_add(words, "%s", name[0] == '\0' ? none : name);
	return true;
}

static void
add_found(struct cardea_words *words, struct cardea_match *match, uint32_t key,
    const uint32_t *values, uint32_t count)
{
	const struct cardea_request *request = match->request;

	switch (key) {
	case CARDEA_KEY_GROUP:
		add_groups(words, request);
		return;
	case CARDEA_KEY_POSTURE:
		add_posture(words, match, values, count);
		return;
	case CARDEA_KEY_GRANT:
		add_grant(words, match, values[0]);
		return;
	case CARDEA_KEY_COUNTRY:
		add_country(words, &request->place);
		return;
	case CARDEA_KEY_ASN:
		add_asn(words, &request->place);
		return;
	case CARDEA_KEY_SIGNAL:
		add_signals(words, request, values, count);
		return;
	case CARDEA_KEY_RISK:
		add_risk(words, match);
		return;
	case CARDEA_KEY_ZONE:
		add_zones(words, match, values, count);
		return;
	case CARDEA_KEY_HOURS:
		add_clocks(words, match, values, count);
		return;
	case CARDEA_KEY_FROM:
	case CARDEA_KEY_UNTIL:
		add_local(words, match, values[0]);
		return;
	default: /* "unless": what stands inside it tells */
		return;
	}
}

void
cardea_why_found(struct cardea_match *match,
    const struct cardea_image_condition *condition,
    char text[CARDEA_WHY_FOUND_MAX + 1])
{
	struct cardea_words words = { text, CARDEA_WHY_FOUND_MAX + 1, 0,
		false };
	const uint32_t *values = cardea_why_values(match->policy, condition);

	text[0] = '\0';
	if (values != NULL &&
	    !add_found_name(&words, match->request, condition->key))
		add_found(
		    &words, match, condition->key, values, condition->count);
}
