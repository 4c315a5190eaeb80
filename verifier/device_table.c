/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device_table.h"
#include "factor/sshsk.h"
#include "report.h"
#include "store/ledger_key.h"

/* x509-key, x509, ssh-key, ssh-cert, and a name each */
#define IDENTITIES_MAX (4 + CARDEA_CERT_NAMES_MAX)

struct list {
	size_t count;
	struct cardea_device_identity items[IDENTITIES_MAX];
};

/* One that is longer than any in the table is none of the table's. */
static void
add(struct list *list, const char *kind, const char *authority,
    const char *text)
{
	if (text[0] != '\0' && list->count < IDENTITIES_MAX &&
	    cardea_text_print(list->items[list->count].text,
		sizeof(list->items[0].text), "%s:%s%s%s", kind, authority,
		authority[0] != '\0' ? "/" : "", text) == CARDEA_OK)
		list->count++;
}

static void
list_x509(const struct cardea_cert_identity *identity, struct list *list)
{
	static const unsigned char none[sizeof(identity->key_hash)];
	char hex[2 * sizeof(identity->key_hash) + 1];

	if (memcmp(identity->key_hash, none, sizeof(none)) != 0) {
		cardea_text_hex(
		    hex, identity->key_hash, sizeof(identity->key_hash));
		add(list, "x509-key", "", hex);
	}
	add(list, "x509", "", identity->fingerprint);
	for (size_t i = 0; i < identity->name_count; i++) {
		if (identity->authority[0] != '\0')
			add(list, "x509-name", identity->authority,
			    identity->names[i].text);
	}
}

static void
list_identities(const struct cardea_cert_identity *identity, struct list *list)
{
	list->count = 0;
	if (identity->kind == CARDEA_CERT_X509)
		list_x509(identity, list);
	else if (identity->kind == CARDEA_CERT_SSH &&
	    identity->authority[0] != '\0')
		add(list, "ssh-cert", identity->authority, identity->subject);
	add(list, "ssh-key", "",
	    identity->ssh_fingerprint[0] != '\0' ||
		    identity->kind == CARDEA_CERT_X509
		? identity->ssh_fingerprint
		: identity->fingerprint);
}

enum cardea_status
cardea_device_look_up(const struct cardea_attempt *attempt,
    const struct cardea_cert_identity *identity,
    struct cardea_device *ret_device, struct cardea_diag *diag)
{
	struct list list;

	list_identities(identity, &list);
	if (list.count == 0)
		return CARDEA_E_MISSING;
	return cardea_ledger_device_of(
	    attempt->store, list.items, list.count, ret_device, diag);
}

enum cardea_status
cardea_device_look_up_by(const struct cardea_attempt *attempt, const char *kind,
    const char *text, struct cardea_device *ret_device,
    struct cardea_diag *diag)
{
	struct cardea_device_identity identity;

	if (cardea_text_print(identity.text, sizeof(identity.text), "%s%s",
		kind, text) != CARDEA_OK)
		return CARDEA_E_MISSING;
	return cardea_ledger_device_of(
	    attempt->store, &identity, 1, ret_device, diag);
}

static const char *
objection_to_state(enum cardea_device_state state)
{
	switch (state) {
	case CARDEA_DEVICE_ACTIVE:
		return NULL;
	case CARDEA_DEVICE_LOCKED:
		return "device locked";
	case CARDEA_DEVICE_LOST:
		return "device lost";
	case CARDEA_DEVICE_RETIRED:
		return "device retired";
	case CARDEA_DEVICE_NONE:
		break;
	}
	return "device not active";
}

const char *
cardea_device_objection(const struct cardea_device *device, const char *user)
{
	const char *objection = objection_to_state(device->state);

	if (objection == NULL && !cardea_device_owned(device, user))
		objection = "not this user's device";
	return objection;
}

/* To the device that has it, whoever its owners are: those of a key are another
 * table's. */
static const char *
objection_to(struct cardea_attempt *attempt, const char *kind, const char *text)
{
	struct cardea_device *device = malloc(sizeof(*device));
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = CARDEA_E_MEMORY;
	const char *objection = NULL;

	if (device != NULL)
		status = cardea_device_look_up_by(
		    attempt, kind, text, device, &diag);
	if (status == CARDEA_OK) {
		objection = objection_to_state(device->state);
	} else if (status != CARDEA_E_MISSING) {
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "store", &diag);
		objection = "store";
	}
	free(device);
	return objection;
}

const char *
cardea_device_sshkey_objection(
    struct cardea_attempt *attempt, const char *fingerprint)
{
	return objection_to(attempt, "ssh-key:", fingerprint);
}

/* ssh's are known by their fingerprint as well. */
const char *
cardea_device_key_objection(struct cardea_attempt *attempt, const char *user,
    const struct cardea_fido2_credential *key)
{
	char text[CARDEA_DEVICE_IDENTITY_MAX + 1];
	const char *objection = NULL;

	if (cardea_text_print(text, sizeof(text), "%s/%s", user, key->id) ==
	    CARDEA_OK)
		objection = objection_to(attempt, "fido2:", text);
	if (objection != NULL || key->kind != CARDEA_FIDO2_SSH)
		return objection;
	if (cardea_sshsk_fingerprint(key, text) != CARDEA_OK)
		return "store";
	return cardea_device_sshkey_objection(attempt, text);
}
