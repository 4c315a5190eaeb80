/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cert/x509.h"
#include "cli/device_meant.h"

struct ids {
	char (*items)[CARDEA_CREDENTIAL_MAX + 1];
	size_t count, room;
	bool failed;
};

/* A damaged device is nobody's subject, and is told of by the list. */
static bool
collect(const char *id, const struct cardea_device *device, void *context)
{
	struct ids *ids = context;

	if (device == NULL)
		return true;
	if (ids->count == ids->room) {
		size_t room = ids->room == 0 ? 64 : ids->room * 2;
		void *items = reallocarray(
		    ids->items, room, sizeof(ids->items[0]));

		ids->failed = items == NULL;
		if (ids->failed)
			return false;
		ids->items = items;
		ids->room = room;
	}
	memcpy(ids->items[ids->count++], id, strlen(id) + 1);
	return true;
}

static bool
is_same_name(const char *a, const char *b)
{
	/* names of hosts are the same in either case (RFC 4343) */
	return strncmp(a, "dns:", 4) == 0 ? strcasecmp(a, b) == 0
					  : strcmp(a, b) == 0;
}

static bool
has_name(const struct cardea_device *device,
    const struct cardea_cert_identity *leaf, const char *san)
{
	for (size_t i = 0; i < device->identity_count; i++) {
		const char *text = device->identities[i].text;

		if (strncmp(text, "x509-name:", 10) == 0 &&
		    is_same_name(san, strchr(text, '/') + 1))
			return true;
	}
	for (size_t i = 0; i < leaf->name_count; i++) {
		if (is_same_name(san, leaf->names[i].text))
			return true;
	}
	return false;
}

/* The certificate that is kept for it; without one an empty identity. */
static enum cardea_status
read_leaf(const struct cardea_admin *admin, const char *id,
    struct cardea_cert_identity *leaf, struct cardea_diag *diag)
{
	struct cardea_device_chain chain;
	struct cardea_cert_bytes der = { .data = chain.der };
	enum cardea_status status;

	status = cardea_ledger_device_chain(admin->store, id, &chain, diag);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	der.len = chain.lens[0];
	/* one that would not be taken any more says nothing */
	if (cardea_x509_describe(&der, leaf, NULL) != CARDEA_OK)
		*leaf =
		    (struct cardea_cert_identity){ .kind = CARDEA_CERT_NONE };
	return CARDEA_OK;
}

static enum cardea_status
is_meant(const struct cardea_admin *admin, const char *id,
    const struct cardea_statement *statement, bool *ret_meant,
    struct cardea_diag *diag)
{
	struct cardea_cert_identity leaf = { .kind = CARDEA_CERT_NONE };
	struct cardea_device device;
	enum cardea_status status;

	status = cardea_ledger_device(admin->store, id, &device, diag);
	if (status == CARDEA_OK)
		status = read_leaf(admin, id, &leaf, diag);
	/* one that was removed while we looked */
	if (status == CARDEA_E_MISSING) {
		*ret_meant = false;
		return CARDEA_OK;
	}
	if (status != CARDEA_OK)
		return status;
	*ret_meant = (statement->san[0] == '\0' ||
			 has_name(&device, &leaf, statement->san)) &&
	    (statement->serial[0] == '\0' ||
		strcasecmp(statement->serial, leaf.serial) == 0);
	return CARDEA_OK;
}

static enum cardea_status
find_only(const struct cardea_admin *admin, const struct ids *ids,
    const struct cardea_statement *statement, size_t *ret_index,
    struct cardea_diag *diag)
{
	size_t found = ids->count;

	for (size_t i = 0; i < ids->count; i++) {
		bool meant = false;
		enum cardea_status status = is_meant(
		    admin, ids->items[i], statement, &meant, diag);

		if (status != CARDEA_OK)
			return status;
		if (meant && found < ids->count)
			return cardea_diag_set(diag, CARDEA_E_UNSAFE,
			    "may be about %s or about %s", ids->items[found],
			    ids->items[i]);
		if (meant)
			found = i;
	}
	if (found == ids->count)
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "is about no device of the table");
	*ret_index = found;
	return CARDEA_OK;
}

enum cardea_status
cardea_device_meant(const struct cardea_admin *admin,
    const struct cardea_statement *statement,
    char ret_id[CARDEA_CREDENTIAL_MAX + 1], struct cardea_diag *diag)
{
	struct ids ids = { .count = 0 };
	size_t found = 0;
	enum cardea_status status;

	if (statement->device[0] != '\0') {
		memcpy(ret_id, statement->device, sizeof(statement->device));
		return CARDEA_OK;
	}
	status = cardea_ledger_list_devices(admin->store, collect, &ids, diag);
	if (status == CARDEA_OK && ids.failed)
		status = CARDEA_E_MEMORY;
	if (status == CARDEA_OK)
		status = find_only(admin, &ids, statement, &found, diag);
	if (status == CARDEA_OK)
		memcpy(ret_id, ids.items[found], sizeof(ids.items[0]));
	free(ids.items);
	return status;
}
