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

/* --- what was remembered ----------------------------------------------------
 */

/* The credential of a proof is the device's id, or the fingerprint of what no
 * device had then; it may have one now. */
static enum cardea_status
find_remembered(struct cardea_attempt *attempt,
    const struct cardea_evidence *evidence, struct cardea_device *device,
    struct cardea_diag *diag)
{
	const char *credential = evidence->credential;
	enum cardea_status status;

	if (strchr(credential, ':') == NULL)
		return cardea_ledger_device(
		    attempt->store, credential, device, diag);
	status = cardea_device_look_up_by(
	    attempt, "x509:", credential, device, diag);
	if (status == CARDEA_E_MISSING)
		status = cardea_device_look_up_by(
		    attempt, "ssh-key:", credential, device, diag);
	return status;
}

static bool
is_device_still_good(struct cardea_attempt *attempt,
    const struct cardea_evidence *evidence, struct cardea_device *device)
{
	bool is_id = strchr(evidence->credential, ':') == NULL;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = find_remembered(attempt, evidence, device, &diag);
	if (status == CARDEA_OK)
		return cardea_device_objection(device, attempt->request.user) ==
		    NULL;
	/* a device that was removed has lost its word */
	if (status == CARDEA_E_MISSING)
		return !is_id;
	cardea_report_trouble(attempt, CARDEA_SEVERITY_ERR, "store", &diag);
	return false;
}

/* A key goes by its name in evidence, and by its id in the table. */
static bool
is_key_still_good(
    struct cardea_attempt *attempt, const struct cardea_evidence *evidence)
{
	struct cardea_key_set *set = calloc(1, sizeof(*set));
	struct cardea_diag diag = { .line = 0 };
	bool good = false;

	if (set == NULL ||
	    cardea_ledger_keys(
		attempt->store, attempt->request.user, set, &diag) != CARDEA_OK)
		goto out;
	for (size_t i = 0; i < set->count; i++) {
		const struct cardea_fido2_credential *key = &set->items[i];
		const char *name = key->name[0] != '\0' ? key->name : key->id;

		if (strcmp(name, evidence->credential) == 0)
			good = !key->disabled &&
			    cardea_device_key_objection(
				attempt, attempt->request.user, key) == NULL;
	}
out:
	free(set);
	return good;
}

static bool
is_still_good(struct cardea_attempt *attempt,
    const struct cardea_evidence *evidence, struct cardea_device *device)
{
	if (!evidence->remembered)
		return true;
	switch (evidence->factor) {
	case CARDEA_FACTOR_DEVICE:
	case CARDEA_FACTOR_SSHCERT:
		return is_device_still_good(attempt, evidence, device);
	case CARDEA_FACTOR_FIDO2:
		return is_key_still_good(attempt, evidence);
	case CARDEA_FACTOR_NONE:
	case CARDEA_FACTOR_PASSWORD:
	case CARDEA_FACTOR_TOTP:
	case CARDEA_FACTOR_HOTP:
	case CARDEA_FACTOR_RECOVERY:
	case CARDEA_FACTOR_SSHKEY:
	case CARDEA_FACTOR_COUNT:
		break;
	}
	return true;
}

void
cardea_device_forget(struct cardea_attempt *attempt)
{
	struct cardea_evidence_set *set = &attempt->evidence;
	struct cardea_device *device = malloc(sizeof(*device));
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++) {
		bool good = device != NULL &&
		    is_still_good(attempt, &set->items[i], device);

		if (good)
			set->items[kept++] = set->items[i];
	}
	set->count = kept;
	free(device);
}
