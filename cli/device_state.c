/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/device.h"

/*
 * `cardea device lock`, `unlock` and `remove`.  A device that is not active
 * opens nothing, whichever of its identities is shown; what it has proved
 * before counts no longer either, since logins look at its state each time.
 */

static const struct cardea_option lock_options[] = {
	{ "lost", NULL, "it is lost or stolen", false },
	{ "retired", NULL, "it is out of service", false },
	{ "reason", "TEXT", "why; kept with the device, and logged", false },
	{ NULL, NULL, NULL, false },
};

static const struct cardea_option unlock_options[] = {
	{ NULL, NULL, NULL, false },
};

static const struct cardea_option remove_options[] = {
	{ "yes", NULL, "do not ask", false },
	{ NULL, NULL, NULL, false },
};

struct switching {
	enum cardea_device_state state, was;
	int64_t time_s;
	char by[CARDEA_NAME_MAX + 1];
	char reason[CARDEA_TEXT_MAX + 1];
	bool changed;
};

static bool
set_state(struct cardea_device *device, void *context)
{
	struct switching *wish = context;

	wish->was = device->state;
	wish->changed = device->state != wish->state ||
	    strcmp(device->state_reason, wish->reason) != 0;
	if (!wish->changed)
		return false;
	device->state = wish->state;
	device->state_s = wish->time_s;
	memcpy(device->state_by, wish->by, sizeof(device->state_by));
	memcpy(
	    device->state_reason, wish->reason, sizeof(device->state_reason));
	return true;
}

static void
tell_state(const struct cardea_admin *admin, const char *id,
    const struct switching *wish)
{
	const char *text = cardea_device_state_text(wish->state);
	struct cardea_json *json = &admin->call->out;
	struct cardea_event event = {
		.severity = CARDEA_SEVERITY_WARNING,
		.factor = cardea_factor_text(CARDEA_FACTOR_DEVICE),
		.credential = id,
		.reason = wish->reason,
	};
	char what[64];

	if (wish->changed) {
		snprintf(what, sizeof(what), "device state=%s was=%s", text,
		    cardea_device_state_text(wish->was));
		cardea_admin_log(admin, &event, what);
	}
	cardea_json_text(json, "id", id);
	cardea_json_text(json, "state", text);
	cardea_json_text(json, "was", cardea_device_state_text(wish->was));
	cardea_json_bool(json, "changed", wish->changed);
	cardea_call_say(admin->call, "%s is %s%s.", id,
	    wish->changed ? "now " : "already ", text);
}

static enum cardea_exit
run_switch(struct cardea_call *call, struct switching *wish)
{
	const char *id = call->operands[0];
	enum cardea_exit code = CARDEA_EXIT_OK;
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	cardea_admin_name(wish->by);
	status = cardea_admin_open(&admin, call, false, &diag);
	if (status != CARDEA_OK) {
		code = cardea_call_trouble(call, status, &diag);
		goto out;
	}
	wish->time_s = admin.clock.time_s;
	status = cardea_ledger_change_device(
	    admin.store, id, set_state, wish, &diag);
	if (status == CARDEA_OK)
		tell_state(&admin, id, wish);
	else
		code = cardea_device_fail(call, id, status, &diag);
out:
	cardea_admin_close(&admin);
	return code;
}

static enum cardea_exit
run_lock(struct cardea_call *call)
{
	struct switching wish = { .state = CARDEA_DEVICE_LOCKED };
	const char *reason = cardea_call_text(call, "reason");
	bool lost = cardea_call_has(call, "lost");
	bool retired = cardea_call_has(call, "retired");

	if (lost && retired)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "device lock: --lost or --retired, not both");
	if (reason == NULL || reason[0] == '\0')
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "device lock: say why with --reason");
	if (cardea_text_copy(wish.reason, sizeof(wish.reason), reason) !=
	    CARDEA_OK)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--reason: longer than %d bytes", CARDEA_TEXT_MAX);
	if (lost)
		wish.state = CARDEA_DEVICE_LOST;
	if (retired)
		wish.state = CARDEA_DEVICE_RETIRED;
	return run_switch(call, &wish);
}

static enum cardea_exit
run_unlock(struct cardea_call *call)
{
	struct switching wish = { .state = CARDEA_DEVICE_ACTIVE };

	return run_switch(call, &wish);
}

/* ---- remove ---- */

/* A damaged record can be removed too, and nothing else can be done with it. */
static enum cardea_exit
check_there(struct cardea_admin *admin, const char *id)
{
	struct cardea_device device;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_ledger_device(admin->store, id, &device, &diag);
	if (status == CARDEA_OK || status == CARDEA_E_CORRUPT ||
	    status == CARDEA_E_VERSION)
		return CARDEA_EXIT_OK;
	return cardea_device_fail(admin->call, id, status, &diag);
}

static enum cardea_exit
remove_device(struct cardea_admin *admin, const char *id)
{
	char question[CARDEA_CREDENTIAL_MAX + 64];
	struct cardea_diag diag = { 0 };
	enum cardea_exit code = check_there(admin, id);
	enum cardea_status status;

	if (code != CARDEA_EXIT_OK)
		return code;
	snprintf(question, sizeof(question),
	    "Remove device %s and all it is known by? [y/N] ", id);
	code = cardea_admin_agree(admin->call, question);
	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_ledger_remove_device(admin->store, id, &diag);
	if (status != CARDEA_OK)
		return cardea_device_fail(admin->call, id, status, &diag);
	cardea_device_log(admin, id, "device remove", NULL);
	cardea_json_text(&admin->call->out, "id", id);
	cardea_json_bool(&admin->call->out, "removed", true);
	cardea_call_say(admin->call, "Removed device %s.", id);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_remove(struct cardea_call *call)
{
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, false, &diag);
	code = status == CARDEA_OK ? remove_device(&admin, call->operands[0])
				   : cardea_call_trouble(call, status, &diag);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_device_lock = {
	"device lock",
	"NAME",
	1,
	1,
	"let a device open nothing",
	true,
	lock_options,
	run_lock,
};

const struct cardea_command cardea_verb_device_unlock = {
	"device unlock",
	"NAME",
	1,
	1,
	"make a device active again",
	true,
	unlock_options,
	run_unlock,
};

const struct cardea_command cardea_verb_device_remove = {
	"device remove",
	"NAME",
	1,
	1,
	"forget a device and all it is known by",
	true,
	remove_options,
	run_remove,
};
