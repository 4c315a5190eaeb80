/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/device.h"
#include "cli/device_wish.h"

/*
 * `cardea device add`: a new device, active at once.  One that is known by
 * nothing yet may be added, and is found by nobody until it is.
 */

static const struct cardea_option add_options[] = {
	{ "owner", "USER", "who may come by it; without any: everybody", true },
	{ "tag", "TAG", "a word that rules can ask for", true },
	{ "certificate", "FILE", "its X.509 certificate, PEM or DER", false },
	{ "chain", "FILE", "what vouches for it: PEM, kept with it", false },
	{ "ssh-key", "FILE", "public key or certificate of OpenSSH", true },
	{ "ssh-cert", "AUTHORITY/KEYID",
	    "certificates of that key id, by that authority", true },
	{ "san", "AUTHORITY/dns:NAME",
	    "certificates for that name, by that authority", true },
	{ "fido2", "USER/ID", "security key of a user, by id or name", true },
	{ NULL, NULL, NULL, false },
};

static enum cardea_exit
read_owners(struct cardea_call *call, struct cardea_device *device)
{
	const char *user;
	size_t at = 0;

	while ((user = cardea_call_next(call, "owner", &at)) != NULL) {
		enum cardea_exit code = cardea_admin_check_user(call, user);

		if (code != CARDEA_EXIT_OK)
			return code;
		/* a device without owners would be everybody's */
		if (device->owner_count > 0 &&
		    cardea_device_owned(device, user))
			continue;
		if (device->owner_count == CARDEA_DEVICE_OWNERS_MAX)
			return cardea_call_refuse(call, CARDEA_EXIT_NO,
			    "--owner: a device has at most %d",
			    CARDEA_DEVICE_OWNERS_MAX);
		memcpy(device->owners[device->owner_count++], user,
		    strlen(user) + 1);
	}
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
read_tags(struct cardea_call *call, struct cardea_device *device)
{
	const char *tag;
	size_t at = 0;

	while ((tag = cardea_call_next(call, "tag", &at)) != NULL) {
		if (!cardea_device_is_name(tag))
			return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
			    "--tag: 1 to %d of a-z A-Z 0-9 . _ -",
			    CARDEA_DEVICE_TAG_MAX);
		if (cardea_device_tagged(device, tag))
			continue;
		if (device->tag_count == CARDEA_DEVICE_TAGS_MAX)
			return cardea_call_refuse(call, CARDEA_EXIT_NO,
			    "--tag: a device has at most %d",
			    CARDEA_DEVICE_TAGS_MAX);
		memcpy(device->tags[device->tag_count++], tag, strlen(tag) + 1);
	}
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
read_device(struct cardea_admin *admin, struct cardea_device *device,
    struct cardea_device_wish *wish)
{
	struct cardea_call *call = admin->call;
	enum cardea_exit code;

	if (!cardea_device_is_name(call->operands[0]))
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "a device's name has 1 to %d of a-z A-Z 0-9 . _ -",
		    CARDEA_CREDENTIAL_MAX);
	memcpy(device->id, call->operands[0], strlen(call->operands[0]) + 1);
	device->state = CARDEA_DEVICE_ACTIVE;
	device->state_s = device->created_s = admin->clock.time_s;
	cardea_admin_name(device->state_by);
	code = read_owners(call, device);
	if (code == CARDEA_EXIT_OK)
		code = read_tags(call, device);
	if (code == CARDEA_EXIT_OK)
		code = cardea_device_wish_read(admin, wish);
	if (code != CARDEA_EXIT_OK)
		return code;
	device->expires_s = wish->expires_s;
	device->identity_count = wish->count;
	memcpy(
	    device->identities, wish->identities, sizeof(device->identities));
	return CARDEA_EXIT_OK;
}

static void
tell(struct cardea_admin *admin, const struct cardea_device *device)
{
	struct cardea_call *call = admin->call;

	cardea_device_log(admin, device->id, "device add", NULL);
	cardea_device_put(&call->out, "device", device);
	cardea_call_say(call, "Added device %s, known by %zu.", device->id,
	    device->identity_count);
	for (size_t i = 0; i < device->identity_count; i++)
		cardea_call_say(call, "  %s", device->identities[i].text);
	if (device->identity_count == 0)
		cardea_call_warn(call,
		    "%s is known by nothing yet: see `cardea help device "
		    "identity`",
		    device->id);
	if (device->expires_s != 0 && device->expires_s <= admin->clock.time_s)
		cardea_call_warn(
		    call, "the certificate of %s has ended", device->id);
}

static enum cardea_exit
add(struct cardea_admin *admin)
{
	struct cardea_device device = { .version = 0 };
	struct cardea_device_wish wish = { .count = 0 };
	enum cardea_exit code = read_device(admin, &device, &wish);
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_ledger_put_device(admin->store, &device, &diag);
	if (status != CARDEA_OK)
		return cardea_device_fail(
		    admin->call, device.id, status, &diag);
	tell(admin, &device);
	if (wish.chain.count == 0)
		return CARDEA_EXIT_OK;
	status = cardea_ledger_put_device_chain(
	    admin->store, device.id, &wish.chain, &diag);
	if (status != CARDEA_OK)
		return cardea_device_fail(
		    admin->call, device.id, status, &diag);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run_add(struct cardea_call *call)
{
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, false, &diag);
	code = status == CARDEA_OK ? add(&admin)
				   : cardea_call_trouble(call, status, &diag);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_device_add = {
	"device add",
	"NAME",
	1,
	1,
	"add a device, and say what it is known by",
	true,
	add_options,
	run_add,
};
