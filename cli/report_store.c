/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cover.h"
#include "cli/grant.h"
#include "cli/moment.h"
#include "cli/report.h"
#include "cli/roster.h"
#include "store/record.h"
#include "store/sorted.h"

/* What the store tells for `cardea report`, one section after the other. */

struct section {
	struct cardea_admin *admin;
	const char *title;
	bool titled; /* the title was said: there is something below it */
	int64_t since_s;
	enum cardea_status status;
	struct cardea_diag *diag;
};

static void
say_title(struct section *section)
{
	if (!section->titled)
		cardea_call_say(section->admin->call, "%s", section->title);
	section->titled = true;
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

/* --- people and their factors --------------------------------------------- */

/* One thing that ends soon or lies idle. */
struct stale {
	const char *owner, *kind, *id;
	int64_t ends_s, used_s, created_s;
};

static void
tell_stale(struct section *section, const struct stale *stale)
{
	struct cardea_call *call = section->admin->call;
	int64_t now_s = section->admin->clock.time_s;
	bool ending = stale->ends_s != 0 &&
	    stale->ends_s < now_s + CARDEA_REPORT_AHEAD_S;
	bool idle = stale->used_s < now_s - CARDEA_REPORT_UNUSED_S &&
	    stale->created_s < now_s - CARDEA_REPORT_UNUSED_S;
	char ends[CARDEA_MOMENT_TEXT_MAX + 1] = "";
	char used[CARDEA_MOMENT_TEXT_MAX + 1] = "never";

	if (!ending && !idle)
		return;
	say_title(section);
	if (ending)
		cardea_moment_format(stale->ends_s, ends);
	if (stale->used_s != 0)
		cardea_moment_format(stale->used_s, used);
	cardea_call_say(call, "  %s %s%s%s: last used %s%s%s", stale->kind,
	    stale->owner, stale->owner[0] == '\0' ? "" : " ", stale->id, used,
	    ending ? ", ends " : "", ends);
	cardea_json_open_object(&call->out, NULL);
	cardea_json_text(&call->out, "kind", stale->kind);
	cardea_json_text(&call->out, "owner", stale->owner);
	cardea_json_text(&call->out, "id", stale->id);
	cardea_json_bool(&call->out, "unused", idle);
	put_time(&call->out, "used", stale->used_s);
	put_time(&call->out, "ends", ending ? stale->ends_s : 0);
	cardea_json_shut(&call->out);
}

static bool
has_factor(const struct cardea_roster *roster, int64_t now_s)
{
	for (size_t i = 0; i < roster->token_count; i++) {
		const struct cardea_otp_token *token = &roster->tokens[i];

		if (!token->disabled && token->not_before_s <= now_s &&
		    (token->not_after_s == 0 || now_s < token->not_after_s))
			return true;
	}
	for (size_t i = 0; i < roster->key_count; i++) {
		if (!roster->keys[i].disabled)
			return true;
	}
	return roster->recovery_version != 0 &&
	    cardea_recovery_left(&roster->recovery) > 0;
}

static bool
read_roster(
    struct section *section, const char *user, struct cardea_roster *roster)
{
	*roster = (struct cardea_roster){ 0 };
	if (section->status == CARDEA_OK)
		section->status = cardea_roster_read(
		    section->admin->store, user, roster, section->diag);
	return section->status == CARDEA_OK;
}

static void
tell_bare(const char *user, bool covered, void *context)
{
	struct section *section = context;
	struct cardea_roster roster;

	if (!covered || !read_roster(section, user, &roster))
		return;
	if (!has_factor(&roster, section->admin->clock.time_s)) {
		say_title(section);
		cardea_call_say(section->admin->call, "  %s", user);
		cardea_json_text(&section->admin->call->out, NULL, user);
	}
	cardea_roster_clear(&roster);
}

static void
tell_idle(const char *user, bool covered, void *context)
{
	struct section *section = context;
	struct cardea_roster roster;

	(void)covered;
	if (!read_roster(section, user, &roster))
		return;
	for (size_t i = 0; i < roster.token_count; i++) {
		const struct cardea_otp_token *token = &roster.tokens[i];
		const struct stale stale = { user,
			cardea_otp_kind_text(token->kind), token->id,
			token->not_after_s, token->used_s, token->created_s };

		if (!token->disabled)
			tell_stale(section, &stale);
	}
	for (size_t i = 0; i < roster.key_count; i++) {
		const struct cardea_fido2_credential *key = &roster.keys[i];
		const struct stale stale = { user, "fido2", key->id, 0,
			key->used_s, key->created_s };

		if (!key->disabled)
			tell_stale(section, &stale);
	}
	cardea_roster_clear(&roster);
}

/* --- devices ---------------------------------------------------------------
 */

static bool
tell_idle_device(
    const char *id, const struct cardea_device *device, void *context)
{
	struct section *section = context;

	if (device != NULL && device->state == CARDEA_DEVICE_ACTIVE) {
		const struct stale stale = { "", "device", id,
			device->expires_s, device->seen_s, device->created_s };

		tell_stale(section, &stale);
	}
	return true;
}

static bool
tell_locked_device(
    const char *id, const struct cardea_device *device, void *context)
{
	struct section *section = context;
	struct cardea_json *json = &section->admin->call->out;
	const char *state;

	if (device == NULL ||
	    (device->state != CARDEA_DEVICE_LOCKED &&
		device->state != CARDEA_DEVICE_LOST))
		return true;
	state = cardea_device_state_text(device->state);
	say_title(section);
	cardea_call_say(section->admin->call, "  device %s: %s, by %s%s%s", id,
	    state, device->state_by,
	    device->state_reason[0] == '\0' ? "" : ": ", device->state_reason);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "device", id);
	cardea_json_text(json, "state", state);
	cardea_json_text(json, "by", device->state_by);
	cardea_json_text(json, "reason", device->state_reason);
	cardea_json_shut(json);
	return true;
}

/* --- locks, grants, sessions -----------------------------------------------
 */

static bool
tell_lock(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct section *section = context;
	struct cardea_json *json = &section->admin->call->out;
	char until[CARDEA_MOMENT_TEXT_MAX + 1] = "unlocked";
	struct cardea_lock lock = { 0 };
	const char *kind, *owner, *id;

	section->status = cardea_key_split(key, &kind, &owner, &id);
	if (section->status == CARDEA_OK)
		section->status = cardea_record_decode_lock(value, &lock);
	if (section->status != CARDEA_OK)
		return false;
	if (lock.until_s != 0 && lock.until_s <= section->admin->clock.time_s)
		return true;
	if (lock.until_s != 0)
		cardea_moment_format(lock.until_s, until);
	say_title(section);
	cardea_call_say(section->admin->call, "  user %s: until %s, by %s%s%s",
	    owner, until, lock.by, lock.reason[0] == '\0' ? "" : ": ",
	    lock.reason);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "user", owner);
	put_time(json, "until", lock.until_s);
	cardea_json_text(json, "by", lock.by);
	cardea_json_text(json, "reason", lock.reason);
	cardea_json_shut(json);
	return true;
}

/* Break-glass is told like every other grant, and says what it is. */
static bool
tell_grant(const struct cardea_grant *grant, void *context)
{
	struct section *section = context;
	int64_t now_s = section->admin->clock.time_s;
	int64_t ended_s = grant->revoked_s != 0 ? grant->revoked_s
						: grant->ends_s;

	if (cardea_grant_state(grant, now_s) == CARDEA_GRANT_OVER &&
	    ended_s < section->since_s)
		return true;
	say_title(section);
	cardea_grant_tell(section->admin->call, grant, now_s, NULL);
	return true;
}

static bool
tell_session(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct cardea_session *session = calloc(1, sizeof(*session));
	struct section *section = context;
	struct cardea_json *json = &section->admin->call->out;
	char opened[CARDEA_MOMENT_TEXT_MAX + 1];

	(void)key;
	section->status = session == NULL
	    ? CARDEA_E_MEMORY
	    : cardea_record_decode_session(value, session);
	if (section->status == CARDEA_OK) {
		say_title(section);
		cardea_moment_format(session->opened_s, opened);
		cardea_call_say(section->admin->call,
		    "  %s: %s since %s, from %s, rule %s", session->user,
		    session->service, opened, session->source, session->rule);
		cardea_json_open_object(json, NULL);
		cardea_json_text(json, "user", session->user);
		cardea_json_text(json, "id", session->id);
		cardea_json_text(json, "service", session->service);
		cardea_json_text(json, "source", session->source);
		cardea_json_text(json, "rule", session->rule);
		put_time(json, "opened", session->opened_s);
		cardea_json_shut(json);
	}
	free(session);
	return section->status == CARDEA_OK;
}

/* --- all -------------------------------------------------------------------
 */

static enum cardea_status
walk_people(struct section *section, cardea_cover_person *visit)
{
	enum cardea_status status = cardea_cover_people(
	    section->admin->policy, visit, section, section->diag);

	return status == CARDEA_OK ? section->status : status;
}

static enum cardea_status
walk_records(
    struct section *section, const char *kind, cardea_store_visit *visit)
{
	struct cardea_key prefix;
	enum cardea_status status = cardea_key_make(kind, NULL, NULL, &prefix);

	if (status == CARDEA_OK)
		status = cardea_store_list_sorted(section->admin->store,
		    &prefix, visit, section, section->diag);
	return status == CARDEA_OK ? section->status : status;
}

static enum cardea_status
tell_all_idle(struct section *section)
{
	enum cardea_status status = walk_people(section, tell_idle);

	if (status == CARDEA_OK)
		status = cardea_ledger_list_devices(section->admin->store,
		    tell_idle_device, section, section->diag);
	return status;
}

static enum cardea_status
tell_all_locks(struct section *section)
{
	enum cardea_status status = walk_records(
	    section, CARDEA_KIND_LOCK, tell_lock);

	if (status == CARDEA_OK)
		status = cardea_ledger_list_devices(section->admin->store,
		    tell_locked_device, section, section->diag);
	return status;
}

static enum cardea_status
tell_all_grants(struct section *section)
{
	return cardea_ledger_list_grants(
	    section->admin->store, "", tell_grant, section, section->diag);
}

static enum cardea_status
tell_all_sessions(struct section *section)
{
	return walk_records(section, CARDEA_KIND_SESSION, tell_session);
}

static enum cardea_status
tell_all_bare(struct section *section)
{
	return walk_people(section, tell_bare);
}

enum cardea_status
cardea_report_store(
    struct cardea_admin *admin, int64_t since_s, struct cardea_diag *diag)
{
	static const struct {
		const char *key, *title;
		enum cardea_status (*tell)(struct section *section);
	} sections[] = {
		{ "without_factor", "people without any factor that works",
		    tell_all_bare },
		{ "idle", "unused for 90 days, or ending within 30",
		    tell_all_idle },
		{ "locked", "locked", tell_all_locks },
		{ "grants", "grants", tell_all_grants },
		{ "sessions", "sessions", tell_all_sessions },
	};
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0;
	     i < sizeof(sections) / sizeof(sections[0]) && status == CARDEA_OK;
	     i++) {
		struct section section = { admin, sections[i].title, false,
			since_s, CARDEA_OK, diag };

		cardea_json_open_array(&admin->call->out, sections[i].key);
		status = sections[i].tell(&section);
		cardea_json_shut(&admin->call->out);
	}
	return status;
}
