/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>
#include <cardea/requirement.h>

#include "policy/qualifier.h"
#include "policy/reader.h"

#define RULE_SEEN (1u << 8) /* mark of a text that names a rule */
#define DAY_S 86400

struct rule_draft {
	struct cardea_image_rule rule;
	struct cardea_reader_block when;
	const struct cardea_setting *has_when, *none; /* require = "none" */
	const struct cardea_setting *observe_until, *require_only;
	const struct cardea_setting *approve;
	bool observe;
};

static enum cardea_status
read_name(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;
	const char *name;
	enum cardea_status status;

	status = cardea_reader_name(
	    reader, setting, CARDEA_RULE_NAME_MAX, &name);
	if (status != CARDEA_OK)
		return status;
	draft->rule.name = cardea_build_text(reader->build, name);
	if (cardea_build_mark(reader->build, draft->rule.name, RULE_SEEN))
		return cardea_reader_refuse(
		    reader, setting, "a rule of this name exists already");
	return CARDEA_OK;
}

static enum cardea_status
read_when(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;

	draft->has_when = setting;
	return cardea_read_block(reader, setting, &draft->when);
}

static enum cardea_status
read_line(struct cardea_reader *reader, const struct cardea_setting *setting,
    uint32_t *ret_text)
{
	const char *text;
	enum cardea_status status;

	status = cardea_reader_text(reader, setting, CARDEA_TEXT_MAX, &text);
	if (status == CARDEA_OK)
		*ret_text = cardea_build_text(reader->build, text);
	return status;
}

static enum cardea_status
read_deny(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;

	return read_line(reader, setting, &draft->rule.deny);
}

static enum cardea_status
read_reason(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;

	return read_line(reader, setting, &draft->rule.reason);
}

static enum cardea_status
read_owner(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;

	return read_line(reader, setting, &draft->rule.owner);
}

static enum cardea_status
read_review(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;
	enum cardea_status status;
	uint32_t day;

	status = cardea_reader_date(reader, setting, &day);
	if (status == CARDEA_OK)
		status = read_line(reader, setting, &draft->rule.review);
	return status;
}

/* The canonical text goes into the image, so that what is logged and what is
 * enforced are one. */
static enum cardea_status
read_requirement(struct cardea_reader *reader,
    const struct cardea_setting *setting, uint32_t *ret_text,
    enum cardea_node_kind *ret_kind)
{
	struct cardea_requirement requirement;
	char canonical[CARDEA_REQUIREMENT_MAX + 1];
	const char *text;
	enum cardea_status status;

	status = cardea_reader_text(
	    reader, setting, CARDEA_REQUIREMENT_MAX, &text);
	if (status != CARDEA_OK)
		return status;
	status = cardea_requirement_parse(text, &requirement, reader->diag);
	if (status == CARDEA_OK)
		status = cardea_qualifier_check(&requirement, reader->diag);
	if (status == CARDEA_OK)
		status = cardea_requirement_format(
		    &requirement, canonical, sizeof(canonical));
	if (status != CARDEA_OK)
		return cardea_tree_refuse(reader->tree, setting, status,
		    reader->diag, "the requirement is too long");
	*ret_text = cardea_build_text(reader->build, canonical);
	*ret_kind = cardea_requirement_kind(&requirement);
	return CARDEA_OK;
}

static enum cardea_status
read_require(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;
	enum cardea_node_kind kind = CARDEA_NODE_FALSE;
	enum cardea_status status = read_requirement(
	    reader, setting, &draft->rule.require, &kind);

	if (kind == CARDEA_NODE_TRUE)
		draft->none = setting;
	else
		draft->rule.flags |= CARDEA_RULE_ASKS;
	return status;
}

static enum cardea_status
read_outage(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct rule_draft *draft)
{
	enum cardea_node_kind kind = CARDEA_NODE_FALSE;
	enum cardea_status status;

	for (size_t i = 0; i < CARDEA_OUTAGE_COUNT; i++) {
		if (strcmp(cardea_outage_text(i), cardea_tree_key(setting)) !=
		    0)
			continue;
		status = read_requirement(
		    reader, setting, &draft->rule.outage[i], &kind);
		if (kind == CARDEA_NODE_TRUE)
			return cardea_reader_refuse(reader, setting,
			    "an outage must not open the door: demand "
			    "something");
		return status;
	}
	return cardea_reader_refuse(reader, setting,
	    "expected store-unwritable, cluster or revocation-stale");
}

static enum cardea_status
read_when_outage(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct rule_draft *draft = target;
	enum cardea_status status = CARDEA_OK;
	size_t count = cardea_tree_count(setting);

	draft->require_only = setting;
	if (cardea_tree_kind(setting) != CARDEA_TREE_GROUP || count == 0)
		return cardea_reader_refuse(
		    reader, setting, "expected a block { ... }");
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_outage(reader, cardea_tree_at(setting, i), draft);
	return status;
}

static enum cardea_status
read_remember(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct rule_draft *draft = target;

	draft->require_only = setting;
	return cardea_reader_duration(
	    reader, setting, 1, CARDEA_REMEMBER_MAX_S, &draft->rule.remember_s);
}

static enum cardea_status
read_session(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;

	draft->require_only = setting;
	return cardea_reader_duration(
	    reader, setting, 1, CARDEA_SESSION_MAX_S, &draft->rule.session_s);
}

static enum cardea_status
read_revocation(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct rule_draft *draft = target;

	draft->require_only = setting;
	return cardea_reader_duration(reader, setting, 1,
	    CARDEA_REVOCATION_MAX_S, &draft->rule.revocation_s);
}

static enum cardea_status
read_flag(struct cardea_reader *reader, const struct cardea_setting *setting,
    struct rule_draft *draft, uint32_t flag)
{
	bool value;
	enum cardea_status status = cardea_reader_bool(reader, setting, &value);

	if (status == CARDEA_OK && value)
		draft->rule.flags |= flag;
	return status;
}

static enum cardea_status
read_emergency(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct rule_draft *draft = target;

	draft->require_only = setting;
	return read_flag(reader, setting, draft, CARDEA_RULE_EMERGENCY);
}

static enum cardea_status
read_alert(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	return read_flag(reader, setting, target, CARDEA_RULE_ALERT);
}

static enum cardea_status
read_grant(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;

	draft->require_only = setting;
	return read_flag(reader, setting, draft, CARDEA_RULE_GRANT);
}

static enum cardea_status
read_approve(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;

	draft->approve = setting;
	return cardea_reader_number(
	    reader, setting, 1, CARDEA_APPROVALS_MAX, &draft->rule.approve);
}

static enum cardea_status
read_mode(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct rule_draft *draft = target;
	const char *mode = cardea_tree_text(setting);

	if (strcmp(mode, "observe") == 0)
		draft->observe = true;
	else if (strcmp(mode, "enforce") != 0)
		return cardea_reader_refuse(
		    reader, setting, "expected \"observe\" or \"enforce\"");
	return CARDEA_OK;
}

/* The day named is the last one of observing; enforcement begins with the
 * next midnight in UTC. */
static enum cardea_status
read_observe_until(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct rule_draft *draft = target;
	enum cardea_status status;
	uint32_t day;

	draft->observe_until = setting;
	status = cardea_reader_date(reader, setting, &day);
	if (status == CARDEA_OK)
		draft->rule.observe_until_s = ((int64_t)day + 1) * DAY_S;
	return status;
}

static const struct cardea_reader_key rule_keys[] = {
	{ "name", read_name },
	{ "when", read_when },
	{ "require", read_require },
	{ "deny", read_deny },
	{ "mode", read_mode },
	{ "observe_until", read_observe_until },
	{ "remember", read_remember },
	{ "session", read_session },
	{ "revocation", read_revocation },
	{ "emergency", read_emergency },
	{ "when_outage", read_when_outage },
	{ "owner", read_owner },
	{ "review", read_review },
	{ "reason", read_reason },
	{ "alert", read_alert },
	{ "grant", read_grant },
	{ "approve", read_approve },
};

static const char *
fault_of_require(const struct rule_draft *draft)
{
	if (draft->none == NULL)
		return NULL;
	if (draft->rule.reason == 0)
		return "require = \"none\" needs a reason";
	if (draft->has_when == NULL)
		return "require = \"none\" without when would let everybody "
		       "in";
	if (draft->require_only != NULL)
		return "remember, session, revocation, emergency, grant and "
		       "when_outage need a requirement that asks for "
		       "something";
	return NULL;
}

static const char *
fault_of_rule(const struct rule_draft *draft)
{
	if (draft->rule.name == 0)
		return "a rule needs a name";
	if ((draft->rule.require != 0) == (draft->rule.deny != 0))
		return "a rule has exactly one of require and deny";
	if (draft->rule.deny != 0 && draft->require_only != NULL)
		return "remember, session, revocation, emergency, grant and "
		       "when_outage go with require only";
	if (draft->approve != NULL &&
	    (draft->rule.flags & CARDEA_RULE_GRANT) == 0)
		return "approve goes with grant = true only";
	if (draft->observe && draft->observe_until == NULL)
		return "mode = \"observe\" needs observe_until";
	if (!draft->observe && draft->observe_until != NULL)
		return "observe_until goes with mode = \"observe\" only";
	return fault_of_require(draft);
}

/* A rule that must be granted is one more condition, and a personal one. */
static void
add_grant(struct cardea_reader *reader, struct rule_draft *draft)
{
	uint32_t name = draft->rule.name;

	draft->when.conditions[draft->when.count++] = cardea_build_condition(
	    reader->build, CARDEA_KEY_GRANT, &name, 1);
	draft->when.personal = true;
}

static enum cardea_status
read_rule(struct cardea_reader *reader, const struct cardea_setting *setting)
{
	struct rule_draft draft = { .observe = false };
	enum cardea_status status;
	const char *fault;

	status = cardea_reader_group(reader, setting, rule_keys,
	    sizeof(rule_keys) / sizeof(rule_keys[0]), &draft);
	if (status != CARDEA_OK)
		return status;
	fault = fault_of_rule(&draft);
	if (fault != NULL)
		return cardea_reader_refuse(reader, setting, fault);
	draft.rule.kind = draft.rule.deny != 0 ? (uint32_t)CARDEA_RULE_DENY
					       : (uint32_t)CARDEA_RULE_REQUIRE;
	draft.rule.file = cardea_build_text(
	    reader->build, cardea_tree_name(reader->tree));
	draft.rule.line = cardea_tree_line(setting);
	if (draft.observe)
		draft.rule.flags |= CARDEA_RULE_OBSERVE;
	if ((draft.rule.flags & CARDEA_RULE_GRANT) != 0)
		add_grant(reader, &draft);
	if (!draft.when.personal)
		draft.rule.flags |= CARDEA_RULE_EARLY;
	cardea_build_rule(reader->build, &draft.rule, draft.when.conditions,
	    draft.when.count);
	return CARDEA_OK;
}

enum cardea_status
cardea_read_rules(
    struct cardea_reader *reader, const struct cardea_setting *rules)
{
	enum cardea_status status = CARDEA_OK;
	size_t count = cardea_tree_count(rules);

	if (cardea_tree_kind(rules) != CARDEA_TREE_LIST)
		return cardea_reader_refuse(
		    reader, rules, "expected a list ( { ... }, { ... } )");
	if (count > CARDEA_RULES_MAX)
		return cardea_tree_refuse(reader->tree, rules, CARDEA_E_RANGE,
		    reader->diag, "more than %d rules", CARDEA_RULES_MAX);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_rule(reader, cardea_tree_at(rules, i));
	return status;
}
