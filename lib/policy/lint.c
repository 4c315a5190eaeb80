/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/lint.h"
#include "policy/lint_authority.h"
#include "policy/lint_context.h"
#include "policy/lint_grant.h"
#include "policy/lint_hours.h"
#include "policy/lint_outage.h"
#include "policy/shadow.h"

#define DAY_S 86400

struct lint {
	const struct cardea_policy *policy;
	int64_t now_s;
	cardea_lint_report *report;
	void *context;
	bool *observes; /* by rule: it decides nothing today */
	uint32_t *shadowed_by;
	bool has_approvers; /* some rule is about them */
	bool emergency;	    /* one of those judged so far keeps a way in */
};

/* where a finding lies */
struct place {
	const char *file;
	unsigned int line;
	const char *name;
};

static void tell(const struct lint *lint, struct place place,
    const char *format, ...) CARDEA_PRINTF(3, 4);

static void
tell(const struct lint *lint, struct place place, const char *format, ...)
{
	struct cardea_diag warning = { .line = 0 };
	char text[sizeof(warning.reason)];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	cardea_diag_place(&warning, place.file, place.line, place.name);
	(void)cardea_diag_set(&warning, CARDEA_OK, "%s", text);
	lint->report(&warning, lint->context);
}

static bool
observes(const struct cardea_rule *rule, int64_t now_s)
{
	return rule->observe && now_s < rule->observe_until_s;
}

static bool
asks_nothing(const struct cardea_rule *rule)
{
	return rule->kind == CARDEA_RULE_REQUIRE &&
	    strcmp(rule->require, "none") == 0;
}

/* The caller is what the kernel says; user, group and ruser are what somebody
 * typed, and stay unproved where nothing is asked. */
static void
judge_none(const struct lint *lint, uint32_t index,
    const struct cardea_rule *rule, struct place place)
{
	static const enum cardea_image_key places[] = { CARDEA_KEY_ZONE,
		CARDEA_KEY_COUNTRY, CARDEA_KEY_ASN, CARDEA_KEY_ORIGIN,
		CARDEA_KEY_TTY };
	const struct cardea_policy *policy = lint->policy;
	bool place_only = false;

	if (!asks_nothing(rule) ||
	    cardea_shadow_find(policy, index, CARDEA_KEY_CALLER) != NULL)
		return;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		place_only = place_only ||
		    cardea_shadow_find(policy, index, places[i]) != NULL;
	if (place_only)
		tell(lint, place,
		    "asks for nothing but a place, and a place is no proof");
	else
		tell(lint, place,
		    "asks for nothing and names no caller: whoever comes "
		    "this way is let in");
}

static bool
review_passed(const char *review, int64_t now_s)
{
	int year, month, day;

	return cardea_text_date(review, &year, &month, &day) == CARDEA_OK &&
	    now_s >= (cardea_text_days(year, month, day) + 1) * DAY_S;
}

struct spot {
	const struct lint *lint;
	struct place place;
};

static void
tell_fault(const char *text, void *context)
{
	const struct spot *spot = context;

	tell(spot->lint, spot->place, "%s", text);
}

static void
judge_certificates(
    const struct lint *lint, const struct cardea_rule *rule, struct place place)
{
	const struct cardea_settings *settings = cardea_policy_settings(
	    lint->policy);
	struct spot spot = { lint, place };

	if (rule->kind != CARDEA_RULE_REQUIRE)
		return;
	cardea_lint_certificates(settings, rule->require, tell_fault, &spot);
	for (size_t i = 0; i < CARDEA_OUTAGE_COUNT; i++)
		cardea_lint_certificates(
		    settings, rule->when_outage[i], tell_fault, &spot);
}

static bool
means_service(const struct cardea_policy *policy,
    const struct cardea_image_condition *services, const char *service)
{
	const uint32_t *values = cardea_shadow_values(policy, services);

	for (uint32_t i = 0; values != NULL && i < services->count; i++) {
		const char *named = cardea_image_text(policy, values[i]);

		if (named != NULL && cardea_request_service_is(named, service))
			return true;
	}
	return false;
}

/* Does it name the service by which people approve? */
static bool
is_about_approvers(const struct cardea_policy *policy, uint32_t index)
{
	const struct cardea_image_condition *services = cardea_shadow_find(
	    policy, index, CARDEA_KEY_SERVICE);

	return services != NULL &&
	    means_service(policy, services, CARDEA_SERVICE_APPROVE);
}

static void
judge_approvers(const struct lint *lint, uint32_t index,
    const struct cardea_rule *rule, struct place place)
{
	const char *fault;

	if (rule->kind != CARDEA_RULE_REQUIRE ||
	    !is_about_approvers(lint->policy, index))
		return;
	fault = cardea_lint_approver(rule->require);
	if (fault != NULL)
		tell(lint, place, "%s", fault);
}

static void
judge_approval(
    const struct lint *lint, const struct cardea_rule *rule, struct place place)
{
	if (rule->approve > 0 && !lint->has_approvers)
		tell(lint, place,
		    "its grants want approval, and no rule is for the service "
		    "\"" CARDEA_SERVICE_APPROVE "\": nobody can approve");
}

/* a finding about the rule at hand, or about something else with its name */
static void
tell_finding(const char *key, const char *text, void *context)
{
	const struct spot *spot = context;
	struct place other = { "", 0, key };

	tell(spot->lint, key[0] != '\0' ? other : spot->place, "%s", text);
}

static void
judge_circumstances(struct lint *lint, uint32_t index,
    const struct cardea_rule *rule, struct place place)
{
	struct spot spot = { lint, place };

	if (!lint->observes[index])
		cardea_lint_rule_context(
		    lint->policy, index, lint->emergency, tell_finding, &spot);
	lint->emergency = lint->emergency ||
	    (rule->emergency && !lint->observes[index]);
}

static enum cardea_status
judge_rule(struct lint *lint, uint32_t index)
{
	struct cardea_rule rule, earlier;
	struct place place;
	enum cardea_status status;

	status = cardea_policy_rule(lint->policy, index, &rule);
	if (status != CARDEA_OK)
		return status;
	place = (struct place){ rule.file, rule.line, rule.name };
	if (lint->shadowed_by[index] != UINT32_MAX) {
		status = cardea_policy_rule(
		    lint->policy, lint->shadowed_by[index], &earlier);
		if (status != CARDEA_OK)
			return status;
		tell(lint, place,
		    "is never reached: \"%s\" (line %u) matches whatever it "
		    "matches",
		    earlier.name, earlier.line);
	}
	judge_none(lint, index, &rule, place);
	judge_certificates(lint, &rule, place);
	judge_circumstances(lint, index, &rule, place);
	judge_approvers(lint, index, &rule, place);
	cardea_lint_outage(cardea_policy_settings(lint->policy), &rule,
	    tell_fault, &(struct spot){ lint, place });
	judge_approval(lint, &rule, place);
	if (rule.observe && lint->now_s >= rule.observe_until_s)
		tell(lint, place,
		    "observe_until has passed: the rule is enforced");
	if (review_passed(rule.review, lint->now_s))
		tell(lint, place, "was to be reviewed by %s%s%s", rule.review,
		    rule.owner[0] != '\0' ? ": ask " : "", rule.owner);
	return CARDEA_OK;
}

static void
judge_settings(const struct lint *lint)
{
	int64_t until = cardea_policy_settings(lint->policy)->observe_until_s;

	if (until != 0 && lint->now_s >= until)
		tell(lint, (struct place){ "", 0, "observe" },
		    "the date has passed: everything is enforced");
}

static enum cardea_status
judge_rules(struct lint *lint)
{
	uint32_t count = (uint32_t)cardea_policy_rule_count(lint->policy);
	enum cardea_status status = CARDEA_OK;
	bool finished = true;

	for (uint32_t i = 0; i < count && status == CARDEA_OK; i++) {
		struct cardea_rule rule;

		status = cardea_policy_rule(lint->policy, i, &rule);
		if (status == CARDEA_OK)
			lint->observes[i] = observes(&rule, lint->now_s);
		if (status == CARDEA_OK && rule.kind == CARDEA_RULE_REQUIRE &&
		    is_about_approvers(lint->policy, i))
			lint->has_approvers = true;
	}
	if (status == CARDEA_OK)
		status = cardea_shadow_rules(
		    lint->policy, lint->observes, lint->shadowed_by, &finished);
	for (uint32_t i = 0; i < count && status == CARDEA_OK; i++)
		status = judge_rule(lint, i);
	if (status == CARDEA_OK && !finished)
		tell(lint, (struct place){ "", 0, "" },
		    "too many rules to find all that are never reached");
	return status;
}

/* does any condition of the policy, however deep, hold this value? */
static bool
is_used(const struct cardea_policy *policy, enum cardea_image_key key,
    uint32_t value)
{
	size_t count;
	const struct cardea_image_condition *conditions = cardea_image_part(
	    policy, CARDEA_PART_CONDITIONS, &count);

	for (size_t i = 0; i < count; i++) {
		const uint32_t *values;

		if (conditions[i].key != (uint32_t)key)
			continue;
		values = cardea_shadow_values(policy, &conditions[i]);
		for (uint32_t k = 0; values != NULL && k < conditions[i].count;
		     k++) {
			if (values[k] == value)
				return true;
		}
	}
	return false;
}

static struct place
place_of(const struct cardea_policy *policy, uint32_t file, uint32_t line,
    uint32_t name)
{
	const char *file_text = cardea_image_text(policy, file);
	const char *name_text = cardea_image_text(policy, name);

	return (struct place){ file_text != NULL ? file_text : "", line,
		name_text != NULL ? name_text : "" };
}

static void
judge_places(const struct lint *lint)
{
	const struct cardea_policy *policy = lint->policy;
	const struct cardea_image_zone *zones;
	const struct cardea_image_hours *hours;
	size_t count;

	zones = cardea_image_part(policy, CARDEA_PART_ZONES, &count);
	for (uint32_t i = 0; i < count; i++) {
		if (!is_used(policy, CARDEA_KEY_ZONE, i) &&
		    !cardea_lint_zone_named(policy, i))
			tell(lint,
			    place_of(policy, zones[i].file, zones[i].line,
				zones[i].name),
			    "no rule names this zone");
	}
	hours = cardea_image_part(policy, CARDEA_PART_HOURS, &count);
	for (uint32_t i = 0; i < count; i++) {
		struct spot spot = { lint,
			place_of(policy, hours[i].file, hours[i].line,
			    hours[i].name) };

		if (!is_used(policy, CARDEA_KEY_HOURS, i))
			tell_fault("no rule names these hours", &spot);
		cardea_lint_hours(
		    policy, &hours[i], lint->now_s, tell_fault, &spot);
	}
}

static void
judge_timezones(const struct lint *lint)
{
	size_t count = cardea_policy_timezone_count(lint->policy);

	for (size_t i = 0; i < count; i++) {
		const char *name = cardea_policy_timezone(lint->policy, i);
		char path[sizeof(CARDEA_ZONEINFO) + CARDEA_TIMEZONE_MAX + 1];
		struct stat st;

		if (cardea_text_print(path, sizeof(path), "%s/%s",
			CARDEA_ZONEINFO, name) == CARDEA_OK &&
		    stat(path, &st) == 0 && S_ISREG(st.st_mode))
			continue;
		tell(lint, (struct place){ "", 0, name },
		    "this machine knows no such time zone: times in it are "
		    "never certain");
	}
}

static bool
names_root(const struct cardea_policy *policy,
    const struct cardea_image_condition *callers)
{
	const uint32_t *values = cardea_shadow_values(policy, callers);
	uint32_t root = cardea_image_find(policy, "root");

	for (uint32_t i = 0; values != NULL && i < callers->count; i++) {
		if (values[i] == root)
			return true;
	}
	return false;
}

/* a rule that decides today and lets root pass this service unasked */
static bool
lets_root(const struct lint *lint, uint32_t index, const char *service)
{
	const struct cardea_policy *policy = lint->policy;
	const struct cardea_image_condition *callers, *services;
	struct cardea_rule rule;

	callers = cardea_shadow_find(policy, index, CARDEA_KEY_CALLER);
	services = cardea_shadow_find(policy, index, CARDEA_KEY_SERVICE);
	return !lint->observes[index] && callers != NULL &&
	    cardea_policy_rule(policy, index, &rule) == CARDEA_OK &&
	    asks_nothing(&rule) && names_root(policy, callers) &&
	    (services == NULL || means_service(policy, services, service));
}

static void
judge_root(const struct lint *lint)
{
	static const char *const services[] = { "su", "sudo" };
	uint32_t count = (uint32_t)cardea_policy_rule_count(lint->policy);

	for (size_t i = 0; i < 2; i++) {
		bool found = false;

		for (uint32_t k = 0; k < count && !found; k++)
			found = lets_root(lint, k, services[i]);
		if (!found)
			tell(lint, (struct place){ "", 0, services[i] },
			    "no rule lets root become another user: cron jobs "
			    "and package scripts will be refused");
	}
}

/* A key that ssh reaches was made for "ssh:" or the like, whatever this host is
 * called. */
static bool
is_through_ssh(const struct cardea_requirement *requirement,
    const struct cardea_node *node)
{
	for (size_t i = 0; i < node->quality_count; i++) {
		const char *key =
		    requirement->qualities[node->quality_first + i].key;

		if (strcmp(key, "agent") == 0 || strcmp(key, "sshd") == 0)
			return true;
	}
	return false;
}

static bool
wants_rp_id(const char *text)
{
	struct cardea_requirement requirement;

	if (text == NULL ||
	    cardea_requirement_parse(text, &requirement, NULL) != CARDEA_OK)
		return false;
	for (size_t i = 0; i < requirement.node_count; i++) {
		const struct cardea_node *node = &requirement.nodes[i];

		if (node->kind == CARDEA_NODE_FACTOR &&
		    node->factor == CARDEA_FACTOR_FIDO2 &&
		    !is_through_ssh(&requirement, node))
			return true;
	}
	return false;
}

static bool
rule_wants_rp_id(const struct cardea_policy *policy, uint32_t index)
{
	struct cardea_rule rule;

	if (cardea_policy_rule(policy, index, &rule) != CARDEA_OK ||
	    rule.kind != CARDEA_RULE_REQUIRE)
		return false;
	for (size_t i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if (wants_rp_id(rule.when_outage[i]))
			return true;
	}
	return wants_rp_id(rule.require);
}

static void
judge_rp_id(const struct lint *lint)
{
	uint32_t count = (uint32_t)cardea_policy_rule_count(lint->policy);
	bool wanted = false;

	for (uint32_t i = 0; i < count && !wanted; i++)
		wanted = rule_wants_rp_id(lint->policy, i);
	if (wanted && cardea_policy_settings(lint->policy)->rp_id[0] == '\0')
		tell(lint, (struct place){ "", 0, "fido2.rp_id" },
		    "is not set: security keys are enrolled for the name of "
		    "this host, and no other host accepts them");
}

enum cardea_status
cardea_lint(const struct cardea_policy *policy, int64_t now_s,
    cardea_lint_report *report, void *context)
{
	size_t count = cardea_policy_rule_count(policy);
	struct lint lint = { policy, now_s, report, context,
		calloc(count + 1, sizeof(bool)),
		calloc(count + 1, sizeof(uint32_t)), false, false };
	struct spot everywhere = { &lint, { "", 0, "" } };
	enum cardea_status status = CARDEA_E_MEMORY;

	if (lint.observes != NULL && lint.shadowed_by != NULL)
		status = judge_rules(&lint);
	if (status == CARDEA_OK) {
		judge_settings(&lint);
		judge_places(&lint);
		judge_timezones(&lint);
		judge_root(&lint);
		judge_rp_id(&lint);
		cardea_lint_databases(policy, tell_finding, &everywhere);
	}
	free(lint.observes);
	free(lint.shadowed_by);
	return status;
}

static void
visit_names(const struct cardea_policy *policy, uint32_t flag,
    cardea_lint_name *visit, void *context)
{
	size_t count;
	const struct cardea_image_text *texts = cardea_image_part(
	    policy, CARDEA_PART_TEXTS, &count);

	for (uint32_t i = 0; i < count; i++) {
		const char *name = cardea_image_text(policy, i);

		if ((texts[i].flags & flag) != 0 && name != NULL)
			visit(name, context);
	}
}

void
cardea_lint_users(
    const struct cardea_policy *policy, cardea_lint_name *visit, void *context)
{
	visit_names(policy, CARDEA_TEXT_USER, visit, context);
}

void
cardea_lint_groups(
    const struct cardea_policy *policy, cardea_lint_name *visit, void *context)
{
	visit_names(policy, CARDEA_TEXT_GROUP, visit, context);
}
