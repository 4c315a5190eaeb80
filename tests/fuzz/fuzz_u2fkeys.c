/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "factor/u2fkeys.h"

/*
 * Files of other programs: the first byte chooses between pam-u2f's, ours for
 * one user or for all, and a registration of libu2f-host.  Of what is accepted
 * each credential is one that can be stored; a file that is accepted as it is
 * gives the same when its last line is said to be whole.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tally {
	size_t count, demanding;
};

static bool
add(const struct cardea_u2fkeys_item *item, void *context)
{
	const struct cardea_fido2_credential *credential = &item->credential;
	struct tally *tally = context;

	if (item->user[0] == '\0' || item->line == 0 ||
	    credential->kind != CARDEA_FIDO2_CTAP ||
	    credential->public_len == 0 ||
	    credential->public_len > sizeof(credential->public_key) ||
	    credential->handle_len > sizeof(credential->handle) ||
	    (credential->handle_len == 0 && !credential->resident) ||
	    credential->rp_id[0] == '\0')
		abort();
	tally->count++;
	tally->demanding += credential->demands_uv;
	return true;
}

static void
try_file(const uint8_t *data, size_t size, const char *user)
{
	struct cardea_u2fkeys_source source = {
		.rp_id = "pam://host", .app_id = "pam://app", .user = user
	};
	struct tally strict = { 0 }, whole = { 0 };
	bool accepted;

	accepted = cardea_u2fkeys_read((const char *)data, size, &source, add,
		       &strict, NULL) == CARDEA_OK;
	if (!accepted && strict.count > 0)
		abort();
	source.whole = true;
	if (cardea_u2fkeys_read((const char *)data, size, &source, add, &whole,
		NULL) != CARDEA_OK &&
	    (accepted || whole.count > 0))
		abort();
	if (accepted && memcmp(&strict, &whole, sizeof(whole)) != 0)
		abort();
}

static void
try_registration(const uint8_t *data, size_t size)
{
	static const unsigned char hash[CARDEA_FIDO2_HASH] = { 0 };
	static struct cardea_fido2_registration registration;

	if (cardea_u2fkeys_registration(data, size, "https://host", hash,
		&registration, NULL) != CARDEA_OK)
		return;
	if (registration.auth_data_len > sizeof(registration.auth_data) ||
	    registration.statement_len > sizeof(registration.statement))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	switch (data[0] % 3) {
	case 0:
		try_file(data + 1, size - 1, NULL);
		break;
	case 1:
		try_file(data + 1, size - 1, "alice");
		break;
	default:
		try_registration(data + 1, size - 1);
		break;
	}
	return 0;
}
