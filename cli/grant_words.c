/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "cli/grant.h"
#include "cli/moment.h"

/* The two largest units are enough for people. */
void
cardea_grant_format_left(int64_t seconds, char text[CARDEA_GRANT_LEFT_MAX])
{
	static const struct {
		int64_t unit_s;
		char name;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t first = 0;
	int64_t rest;
	int len;

	while (first < 3 && seconds < units[first].unit_s)
		first++;
	len = snprintf(text, CARDEA_GRANT_LEFT_MAX, "%" PRId64 "%c",
	    seconds / units[first].unit_s, units[first].name);
	rest = first == 3
	    ? 0
	    : seconds % units[first].unit_s / units[first + 1].unit_s;
	if (rest > 0)
		snprintf(text + len, CARDEA_GRANT_LEFT_MAX - (size_t)len,
		    " %" PRId64 "%c", rest, units[first + 1].name);
}

static const char *
state_text(const struct cardea_grant *grant, int64_t now_s)
{
	switch (cardea_grant_state(grant, now_s)) {
	case CARDEA_GRANT_WAITING:
		return "waiting";
	case CARDEA_GRANT_ACTIVE:
		return "active";
	case CARDEA_GRANT_OVER:
		break;
	}
	if (grant->revoked_s != 0)
		return "revoked";
	return grant->starts_s == 0 ? "lapsed" : "over";
}

static void
put_time(struct cardea_json *json, const char *key, int64_t time_s)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	if (time_s == 0)
		return;
	cardea_moment_format(time_s, text);
	cardea_json_text(json, key, text);
}

static void
put_grant(struct cardea_json *json, const struct cardea_grant *grant,
    int64_t now_s, const char *key)
{
	cardea_json_open_object(json, key);
	cardea_json_text(json, "id", grant->id);
	cardea_json_text(json, "user", grant->user);
	cardea_json_text(json, "rule", grant->rule);
	cardea_json_text(json, "state", state_text(grant, now_s));
	cardea_json_bool(json, "emergency", grant->emergency);
	cardea_json_text(json, "reason", grant->reason);
	cardea_json_text(json, "by", grant->by);
	cardea_json_number(json, "length_s", grant->length_s);
	put_time(json, "made", grant->made_s);
	put_time(json, "starts", grant->starts_s);
	put_time(json, "ends", grant->ends_s);
	if (cardea_grant_state(grant, now_s) != CARDEA_GRANT_OVER)
		cardea_json_number(json, "left_s", grant->ends_s - now_s);
	if (grant->revoked_s != 0) {
		put_time(json, "revoked", grant->revoked_s);
		cardea_json_text(json, "revoked_by", grant->revoked_by);
	}
	cardea_json_number(json, "wanted", grant->wanted);
	cardea_json_open_array(json, "approvals");
	for (size_t i = 0; i < grant->approval_count; i++) {
		cardea_json_open_object(json, NULL);
		cardea_json_text(json, "by", grant->approvals[i].by);
		put_time(json, "time", grant->approvals[i].time_s);
		cardea_json_text(json, "txn", grant->approvals[i].txn);
		cardea_json_shut(json);
	}
	cardea_json_shut(json);
	cardea_json_shut(json);
}

static void
say_state(
    struct cardea_call *call, const struct cardea_grant *grant, int64_t now_s)
{
	char left[CARDEA_GRANT_LEFT_MAX], ends[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(grant->ends_s, ends);
	cardea_grant_format_left(grant->ends_s - now_s, left);
	switch (cardea_grant_state(grant, now_s)) {
	case CARDEA_GRANT_ACTIVE:
		cardea_call_say(call, "    until %s, %s left", ends, left);
		return;
	case CARDEA_GRANT_WAITING:
		cardea_call_say(call,
		    "    has %zu of %" PRIu32
		    " approvals, lapses without at %s, in %s",
		    grant->approval_count, grant->wanted, ends, left);
		return;
	case CARDEA_GRANT_OVER:
		break;
	}
	if (grant->revoked_s != 0) {
		cardea_moment_format(grant->revoked_s, ends);
		cardea_call_say(
		    call, "    revoked at %s by %s", ends, grant->revoked_by);
	} else {
		cardea_call_say(call, "    ended at %s", ends);
	}
}

void
cardea_grant_tell(struct cardea_call *call, const struct cardea_grant *grant,
    int64_t now_s, const char *key)
{
	char made[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(grant->made_s, made);
	cardea_call_say(call, "  grant %s %s: %s may use rule \"%s\"%s",
	    grant->id, state_text(grant, now_s), grant->user, grant->rule,
	    grant->emergency ? ", of emergencies" : "");
	cardea_call_say(call, "    asked for by %s at %s: %s", grant->by, made,
	    grant->reason);
	for (size_t i = 0; i < grant->approval_count; i++) {
		cardea_moment_format(grant->approvals[i].time_s, made);
		cardea_call_say(call, "    approved by %s at %s",
		    grant->approvals[i].by, made);
	}
	say_state(call, grant, now_s);
	put_grant(&call->out, grant, now_s, key);
}

void
cardea_grant_log(const struct cardea_admin *admin,
    const struct cardea_grant *grant, const char *txn, const char *what)
{
	struct cardea_event event = {
		.severity = CARDEA_SEVERITY_NOTICE,
		.txn = txn,
		.user = grant->user,
		.rule = grant->rule,
		.reason = grant->reason,
	};
	char detail[CARDEA_NAME_MAX + 64], name[CARDEA_NAME_MAX + 1];
	char alert[sizeof(detail) + sizeof(name) + 8];

	snprintf(detail, sizeof(detail), "grant %s %s", grant->id, what);
	cardea_admin_log(admin, &event, detail);
	if (!grant->emergency)
		return;
	cardea_admin_name(name);
	snprintf(alert, sizeof(alert), "%s by=%s", detail, name);
	event.event = "alert";
	event.severity = CARDEA_SEVERITY_WARNING;
	event.detail = alert;
	if (cardea_log_send(&event,
		admin->settings->log_json ? CARDEA_LOG_JSON
					  : CARDEA_LOG_LOGFMT) != CARDEA_OK)
		cardea_call_warn(
		    admin->call, "done, but syslog did not take the alert");
}

static bool
log_over(const struct cardea_grant *grant, void *context)
{
	cardea_grant_log(context, grant, "", "is over");
	return true;
}

enum cardea_status
cardea_grant_open(struct cardea_admin *admin, struct cardea_call *call,
    struct cardea_diag *diag)
{
	enum cardea_status status = cardea_admin_open(admin, call, false, diag);

	if (status != CARDEA_OK)
		return status;
	return cardea_ledger_settle_grants(
	    admin->store, "", &admin->clock, log_over, admin, diag);
}

struct search {
	const char *id;
	struct cardea_grant *ret_grant;
	bool found;
};

static bool
is_it(const struct cardea_grant *grant, void *context)
{
	struct search *search = context;

	if (strcmp(grant->id, search->id) != 0)
		return true;
	*search->ret_grant = *grant;
	search->found = true;
	return false;
}

enum cardea_exit
cardea_grant_find(
    struct cardea_admin *admin, const char *id, struct cardea_grant *ret_grant)
{
	struct search search = { id, ret_grant, false };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_ledger_list_grants(
	    admin->store, "", is_it, &search, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	if (!search.found)
		return cardea_call_refuse(admin->call, CARDEA_EXIT_NO,
		    "there is no grant %s: see `cardea grants`", id);
	return CARDEA_EXIT_OK;
}
