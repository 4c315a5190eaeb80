/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/device.h"
#include "cli/moment.h"

/* What the verbs of `cardea device` tell, each in the same words. */

enum cardea_exit
cardea_device_fail(struct cardea_call *call, const char *id,
    enum cardea_status status, const struct cardea_diag *diag)
{
	if (status == CARDEA_E_MISSING)
		return cardea_call_refuse(
		    call, CARDEA_EXIT_NO, "%s: no such device", id);
	if ((status == CARDEA_E_CONFLICT || status == CARDEA_E_RANGE ||
		status == CARDEA_E_SYNTAX) &&
	    diag->reason[0] != '\0')
		return cardea_call_fail(call, CARDEA_EXIT_NO, diag);
	return cardea_call_trouble(call, status, diag);
}

void
cardea_device_log(const struct cardea_admin *admin, const char *id,
    const char *what, const char *reason)
{
	const struct cardea_event event = {
		.factor = cardea_factor_text(CARDEA_FACTOR_DEVICE),
		.credential = id,
		.reason = reason,
	};

	cardea_admin_log(admin, &event, what);
}

/* Takes an identity off; another change may have taken it off before. */
static bool
drop(struct cardea_device *device, void *context)
{
	const struct cardea_device_identity *identity = context;
	size_t at = cardea_device_index_of(device, identity->text);

	if (at == device->identity_count)
		return false;
	device->identity_count--;
	memmove(&device->identities[at], &device->identities[at + 1],
	    (device->identity_count - at) * sizeof(device->identities[0]));
	return true;
}

enum cardea_status
cardea_device_drop_key(const struct cardea_admin *admin, const char *user,
    const char *id, struct cardea_diag *diag)
{
	char what[CARDEA_DEVICE_IDENTITY_MAX + 32];
	struct cardea_device_identity identity;
	struct cardea_device device;
	enum cardea_status status;

	status = cardea_text_print(
	    identity.text, sizeof(identity.text), "fido2:%s/%s", user, id);
	if (status == CARDEA_OK)
		status = cardea_ledger_device_of(
		    admin->store, &identity, 1, &device, diag);
	if (status == CARDEA_OK)
		status = cardea_ledger_change_device(
		    admin->store, device.id, drop, &identity, diag);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	snprintf(what, sizeof(what), "device identity -%s", identity.text);
	cardea_device_log(admin, device.id, what, NULL);
	cardea_call_say(
	    admin->call, "Device %s is known by it no longer.", device.id);
	return CARDEA_OK;
}

void
cardea_device_put_time(
    struct cardea_json *json, const char *key, int64_t time_s)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	if (time_s == 0)
		return;
	cardea_moment_format(time_s, text);
	cardea_json_text(json, key, text);
}

void
cardea_device_put_facts(struct cardea_json *json, const char *key,
    const struct cardea_device *device)
{
	cardea_json_open_object(json, key);
	for (size_t i = 0; i < device->fact_count; i++)
		cardea_json_text(
		    json, device->facts[i].name, device->facts[i].value);
	cardea_json_shut(json);
}

static void
put_lists(struct cardea_json *json, const struct cardea_device *device)
{
	cardea_json_open_array(json, "owners");
	for (size_t i = 0; i < device->owner_count; i++)
		cardea_json_text(json, NULL, device->owners[i]);
	cardea_json_shut(json);
	cardea_json_open_array(json, "tags");
	for (size_t i = 0; i < device->tag_count; i++)
		cardea_json_text(json, NULL, device->tags[i]);
	cardea_json_shut(json);
	cardea_json_open_array(json, "identities");
	for (size_t i = 0; i < device->identity_count; i++)
		cardea_json_text(json, NULL, device->identities[i].text);
	cardea_json_shut(json);
}

void
cardea_device_put(struct cardea_json *json, const char *key,
    const struct cardea_device *device)
{
	cardea_json_open_object(json, key);
	cardea_json_text(json, "id", device->id);
	cardea_json_text(
	    json, "state", cardea_device_state_text(device->state));
	cardea_json_text(json, "state_by", device->state_by);
	cardea_json_text(json, "state_reason", device->state_reason);
	cardea_device_put_time(json, "state_since", device->state_s);
	put_lists(json, device);
	cardea_device_put_time(json, "created", device->created_s);
	cardea_device_put_time(json, "seen", device->seen_s);
	if (device->seen_s != 0) {
		cardea_json_text(json, "seen_user", device->seen_user);
		cardea_json_text(json, "seen_source", device->seen_source);
	}
	cardea_device_put_time(json, "expires", device->expires_s);
	if (device->posture_s != 0) {
		cardea_device_put_time(json, "posture", device->posture_s);
		cardea_json_text(
		    json, "posture_signer", device->posture_signer);
		cardea_device_put_facts(json, "facts", device);
	}
	cardea_json_shut(json);
}
