/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/keycase.h"
#include "factor/authdata.h"

enum cardea_status
cardea_keycase_settle(
    struct cardea_keycase *outcome, enum cardea_result result, const char *why)
{
	outcome->result = result;
	outcome->why = why;
	return CARDEA_OK;
}

void
cardea_keycase_note(struct cardea_keycase *outcome,
    const unsigned char *auth_data, size_t len, bool attested)
{
	struct cardea_authdata data;

	if (cardea_authdata_read(auth_data, len, attested, &data) != CARDEA_OK)
		return;
	outcome->has_data = true;
	outcome->flags = data.flags;
	outcome->counter = data.counter;
}
