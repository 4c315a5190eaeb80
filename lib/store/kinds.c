/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/kinds.h"
#include "store/ledger_grant.h"
#include "store/record.h"

bool
cardea_kind_is_mirrored(const char *kind)
{
	static const char *const kinds[] = { CARDEA_KIND_CREDENTIAL,
		CARDEA_KIND_DEVICE, CARDEA_KIND_DEVICE_OF,
		CARDEA_KIND_DEVICE_CHAIN, CARDEA_KIND_LOCK, CARDEA_KIND_ROSTER,
		CARDEA_KIND_GRANT };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i], kind) == 0)
			return true;
	}
	return false;
}
