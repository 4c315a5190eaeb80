/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/device.h"
#include "cli/moment.h"

/*
 * `cardea device list` and `show`.  A list of those whose certificates end soon
 * is a question for monitoring: it ends with 1 if there are any.
 */

#define AHEAD_MAX_S (3650u * 86400u)

static const struct cardea_option list_options[] = {
	{ "state", "STATE", "those that are active, locked, lost or retired",
	    false },
	{ "tag", "TAG", "those that have this tag", false },
	{ "owner", "USER", "those that this user may come by", false },
	{ "expiring", "TIME",
	    "active ones whose certificate ends within 30d; ends with 1 if any",
	    false },
	{ NULL, NULL, NULL, false },
};

struct lister {
	struct cardea_call *call;
	const char *tag, *owner;
	enum cardea_device_state state; /* NONE: any */
	int64_t until_s;		/* 0: whenever it ends */
	size_t shown, damaged;
};

static bool
is_wanted(const struct lister *lister, const struct cardea_device *device)
{
	enum cardea_device_state state = lister->state;

	/* nobody renews what is locked away */
	if (state == CARDEA_DEVICE_NONE && lister->until_s != 0)
		state = CARDEA_DEVICE_ACTIVE;
	return (state == CARDEA_DEVICE_NONE || device->state == state) &&
	    (lister->tag == NULL ||
		cardea_device_tagged(device, lister->tag)) &&
	    (lister->owner == NULL ||
		cardea_device_owned(device, lister->owner)) &&
	    (lister->until_s == 0 ||
		(device->expires_s != 0 &&
		    device->expires_s < lister->until_s));
}

static void
format_day(int64_t time_s, char text[CARDEA_MOMENT_TEXT_MAX + 1])
{
	memcpy(text, "-", 2);
	if (time_s == 0)
		return;
	cardea_moment_format(time_s, text);
	text[strcspn(text, "T")] = '\0';
}

/* "alice bob", or "-" where there is none; whole words, as many as fit */
static void
join(char *text, size_t size, const char *words, size_t step, size_t count)
{
	size_t len = 0;

	memcpy(text, "-", 2);
	for (size_t i = 0; i < count; i++) {
		const char *word = words + i * step;

		if (len + strlen(word) + 6 > size) {
			memcpy(text + len, " ...", 5);
			return;
		}
		len += (size_t)snprintf(
		    text + len, size - len, "%s%s", i == 0 ? "" : " ", word);
	}
}

static void
say_row(struct cardea_call *call, const struct cardea_device *device)
{
	char seen[CARDEA_MOMENT_TEXT_MAX + 1];
	char expires[CARDEA_MOMENT_TEXT_MAX + 1];
	char owners[CARDEA_NAME_MAX + 64], tags[128];

	format_day(device->seen_s, seen);
	format_day(device->expires_s, expires);
	join(owners, sizeof(owners), device->owners[0],
	    sizeof(device->owners[0]), device->owner_count);
	join(tags, sizeof(tags), device->tags[0], sizeof(device->tags[0]),
	    device->tag_count);
	cardea_call_say(call, "%-20s %-8s %-11s %-11s %-16s %s", device->id,
	    cardea_device_state_text(device->state), seen, expires, owners,
	    tags);
}

static bool
tell_one(const char *id, const struct cardea_device *device, void *context)
{
	struct lister *lister = context;

	if (device == NULL) {
		cardea_call_warn(
		    lister->call, "the record of device %s cannot be read", id);
		lister->damaged++;
		return true;
	}
	if (!is_wanted(lister, device))
		return true;
	if (lister->shown++ == 0)
		cardea_call_say(lister->call, "%-20s %-8s %-11s %-11s %-16s %s",
		    "NAME", "STATE", "SEEN", "EXPIRES", "OWNERS", "TAGS");
	say_row(lister->call, device);
	cardea_device_put(&lister->call->out, NULL, device);
	return true;
}

static enum cardea_exit
read_filter(struct lister *lister)
{
	struct cardea_call *call = lister->call;
	const char *state = cardea_call_text(call, "state");
	const char *ahead = cardea_call_text(call, "expiring");
	uint32_t ahead_s = 0;

	lister->tag = cardea_call_text(call, "tag");
	lister->owner = cardea_call_text(call, "owner");
	if (state != NULL) {
		lister->state = cardea_device_state_parse(state);
		if (lister->state == CARDEA_DEVICE_NONE)
			return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
			    "--state: wants active, locked, lost or retired");
	}
	if (ahead == NULL)
		return CARDEA_EXIT_OK;
	if (cardea_text_duration(ahead, AHEAD_MAX_S, &ahead_s) != CARDEA_OK)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--expiring: wants a time like 45s, 15m, 10h or 7d");
	lister->until_s = cardea_clock_read().time_s + ahead_s;
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
conclude(const struct lister *lister)
{
	if (lister->damaged > 0)
		return cardea_call_refuse(lister->call, CARDEA_EXIT_TROUBLE,
		    "%zu device(s) cannot be read: remove and add them again",
		    lister->damaged);
	if (lister->shown == 0)
		cardea_call_say(lister->call, "No such devices.");
	return lister->until_s != 0 && lister->shown > 0 ? CARDEA_EXIT_NO
							 : CARDEA_EXIT_OK;
}

static enum cardea_exit
run_list(struct cardea_call *call)
{
	struct lister lister = { .call = call };
	enum cardea_exit code = read_filter(&lister);
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_admin_open(&admin, call, true, &diag);
	cardea_json_open_array(&call->out, "devices");
	if (status == CARDEA_OK)
		status = cardea_ledger_list_devices(
		    admin.store, tell_one, &lister, &diag);
	cardea_json_shut(&call->out);
	code = status == CARDEA_OK ? conclude(&lister)
				   : cardea_call_trouble(call, status, &diag);
	cardea_admin_close(&admin);
	return code;
}

/* ---- show ---- */

static const struct cardea_option show_options[] = {
	{ NULL, NULL, NULL, false },
};

static void
say_time(struct cardea_call *call, const char *what, int64_t time_s)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(time_s, text);
	cardea_call_say(call, "  %s %s", what, time_s == 0 ? "never" : text);
}

static void
say_device(struct cardea_call *call, const struct cardea_device *device)
{
	cardea_call_say(call, "%s: %s%s%s", device->id,
	    cardea_device_state_text(device->state),
	    device->state_reason[0] == '\0' ? "" : ", ", device->state_reason);
	say_time(call, "so since", device->state_s);
	if (device->state_by[0] != '\0')
		cardea_call_say(call, "    by %s", device->state_by);
	if (device->owner_count == 0)
		cardea_call_say(call, "  of everybody");
	for (size_t i = 0; i < device->owner_count; i++)
		cardea_call_say(call, "  of %s", device->owners[i]);
	for (size_t i = 0; i < device->tag_count; i++)
		cardea_call_say(call, "  tag %s", device->tags[i]);
	for (size_t i = 0; i < device->identity_count; i++)
		cardea_call_say(
		    call, "  known by %s", device->identities[i].text);
	say_time(call, "added", device->created_s);
	say_time(call, "last seen", device->seen_s);
	if (device->seen_s != 0)
		cardea_call_say(call, "    by %s%s%s", device->seen_user,
		    device->seen_source[0] == '\0' ? "" : " from ",
		    device->seen_source);
	if (device->expires_s != 0)
		say_time(call, "certificate ends", device->expires_s);
	if (device->posture_s != 0) {
		say_time(call, "posture told", device->posture_s);
		cardea_call_say(call, "    by %s", device->posture_signer);
	}
	for (size_t i = 0; i < device->fact_count; i++)
		cardea_call_say(call, "    %s %s", device->facts[i].name,
		    device->facts[i].value);
}

static enum cardea_exit
run_show(struct cardea_call *call)
{
	const char *id = call->operands[0];
	enum cardea_exit code = CARDEA_EXIT_OK;
	struct cardea_admin admin = { 0 };
	struct cardea_device device;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, true, &diag);
	if (status != CARDEA_OK) {
		code = cardea_call_trouble(call, status, &diag);
		goto out;
	}
	status = cardea_ledger_device(admin.store, id, &device, &diag);
	if (status != CARDEA_OK) {
		code = cardea_device_fail(call, id, status, &diag);
		goto out;
	}
	say_device(call, &device);
	cardea_device_put(&call->out, "device", &device);
out:
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_device_list = {
	"device list",
	"",
	0,
	0,
	"list devices",
	true,
	list_options,
	run_list,
};

const struct cardea_command cardea_verb_device_show = {
	"device show",
	"NAME",
	1,
	1,
	"show all that is known of a device",
	true,
	show_options,
	run_show,
};
