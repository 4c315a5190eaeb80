/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/ledger.h"
#include "store/ledger_device.h"
#include "store/ledger_key.h"
#include "store/standing.h"

/* What became of one item; a status other than OK means that nobody knows. */
struct look {
	struct cardea_store *store;
	const char *user;
	struct cardea_device *device; /* room for one */
	bool stands;
	struct cardea_diag *diag;
};

static enum cardea_status
find_by(struct look *look, const char *kind, const char *text)
{
	struct cardea_device_identity identity;

	if (cardea_text_print(identity.text, sizeof(identity.text), "%s%s",
		kind, text) != CARDEA_OK)
		return CARDEA_E_MISSING;
	return cardea_ledger_device_of(
	    look->store, &identity, 1, look->device, look->diag);
}

/* A device is named by its id, or by a fingerprint if the table had it not;
 * one that was removed has lost its word, an unknown one never had any. */
static enum cardea_status
look_at_device(struct look *look, const char *credential, bool owned)
{
	bool is_id = strchr(credential, ':') == NULL;
	enum cardea_status status;

	if (is_id) {
		status = cardea_ledger_device(
		    look->store, credential, look->device, look->diag);
	} else {
		status = find_by(look, "x509:", credential);
		if (status == CARDEA_E_MISSING)
			status = find_by(look, "ssh-key:", credential);
	}
	if (status == CARDEA_E_MISSING) {
		look->stands = !is_id;
		return CARDEA_OK;
	}
	if (status == CARDEA_OK)
		look->stands = look->device->state == CARDEA_DEVICE_ACTIVE &&
		    (!owned || cardea_device_owned(look->device, look->user));
	return status;
}

/* The device that a security key belongs to, by the key's id in the table. */
static enum cardea_status
look_at_key(struct look *look, const char *credential)
{
	struct cardea_key_set *set = calloc(1, sizeof(*set));
	char text[CARDEA_DEVICE_IDENTITY_MAX + 1];
	enum cardea_status status = CARDEA_E_MEMORY;

	look->stands = false;
	if (set != NULL)
		status = cardea_ledger_keys(
		    look->store, look->user, set, look->diag);
	for (size_t i = 0; status == CARDEA_OK && i < set->count; i++) {
		const struct cardea_fido2_credential *key = &set->items[i];

		if (strcmp(key->name[0] != '\0' ? key->name : key->id,
			credential) != 0)
			continue;
		look->stands = !key->disabled;
		status = cardea_text_print(
		    text, sizeof(text), "%s/%s", look->user, key->id);
		if (status == CARDEA_OK)
			status = find_by(look, "fido2:", text);
		if (status == CARDEA_OK)
			look->stands = look->stands &&
			    look->device->state == CARDEA_DEVICE_ACTIVE;
		if (status == CARDEA_E_MISSING)
			status = CARDEA_OK;
	}
	free(set);
	return status;
}

static enum cardea_status
look_at(struct look *look, const struct cardea_evidence *item)
{
	look->stands = true;
	switch (item->factor) {
	case CARDEA_FACTOR_TOTP:
	case CARDEA_FACTOR_HOTP:
		return cardea_ledger_credential(look->store, look->user,
		    item->factor, item->credential, &look->stands, look->diag);
	case CARDEA_FACTOR_FIDO2:
		return look_at_key(look, item->credential);
	case CARDEA_FACTOR_DEVICE:
	case CARDEA_FACTOR_SSHCERT:
		return look_at_device(look, item->credential, true);
	case CARDEA_FACTOR_SSHKEY:
		return look_at_device(look, item->credential, false);
	case CARDEA_FACTOR_NONE:
	case CARDEA_FACTOR_PASSWORD:
	case CARDEA_FACTOR_RECOVERY:
	case CARDEA_FACTOR_COUNT:
		break;
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_standing_forget(struct cardea_store *store, const char *user,
    bool remembered_only, struct cardea_evidence_set *evidence,
    struct cardea_diag *diag)
{
	struct look look = { .store = store, .user = user, .diag = diag };
	struct cardea_evidence_set *kept = malloc(sizeof(*kept));
	enum cardea_status status = CARDEA_E_MEMORY;

	look.device = malloc(sizeof(*look.device));
	if (look.device != NULL && kept != NULL) {
		*kept = *evidence;
		kept->count = 0;
		status = CARDEA_OK;
	}
	for (size_t i = 0; status == CARDEA_OK && i < evidence->count; i++) {
		const struct cardea_evidence *item = &evidence->items[i];

		look.stands = true;
		if (item->result == CARDEA_RESULT_VERIFIED &&
		    (item->remembered || !remembered_only))
			status = look_at(&look, item);
		if (look.stands)
			kept->items[kept->count++] = *item;
	}
	if (status == CARDEA_OK)
		*evidence = *kept;
	free(look.device);
	free(kept);
	return status;
}
