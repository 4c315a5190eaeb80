/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/kinds.h"
#include "store/ledger_grant.h"
#include "store/ledger_history.h"
#include "store/mark.h"
#include "store/record.h"
#include "store/schema.h"

/* The mirror has what says who somebody is, and that the time of looking on is
 * over, which no clock brings back.  It has no codes, because whether one was
 * spent is known to the cluster alone; and nothing of what a person did
 * (history, proofs, sessions), because of that it would only know the past. */
const struct cardea_kind cardea_kinds[] = {
	{ CARDEA_KIND_SCHEMA, CARDEA_KIND_BY_ADMIN, false },
	{ CARDEA_KIND_TOKEN, CARDEA_KIND_BY_ADMIN, false },
	{ CARDEA_KIND_TOKEN_MARK, CARDEA_KIND_BY_HOST, false },
	{ CARDEA_KIND_RECOVERY, CARDEA_KIND_BY_ADMIN, false },
	{ CARDEA_KIND_RECOVERY_MARK, CARDEA_KIND_BY_HOST, false },
	{ CARDEA_KIND_CREDENTIAL, CARDEA_KIND_BY_ADMIN, true },
	{ CARDEA_KIND_CREDENTIAL_MARK, CARDEA_KIND_BY_HOST, true },
	{ CARDEA_KIND_TICKET, CARDEA_KIND_BY_ADMIN, false },
	{ CARDEA_KIND_ROSTER, CARDEA_KIND_BY_ADMIN, true },
	{ CARDEA_KIND_LOCK, CARDEA_KIND_BY_ADMIN, true },
	{ CARDEA_KIND_DEVICE, CARDEA_KIND_BY_ADMIN, true },
	{ CARDEA_KIND_DEVICE_MARK, CARDEA_KIND_BY_HOST, true },
	{ CARDEA_KIND_DEVICE_OF, CARDEA_KIND_BY_ADMIN, true },
	{ CARDEA_KIND_DEVICE_CHAIN, CARDEA_KIND_BY_ADMIN, true },
	{ CARDEA_KIND_GRANT, CARDEA_KIND_BY_ADMIN, true },
	{ CARDEA_KIND_GRANT_MARK, CARDEA_KIND_BY_HOST, true },
	{ CARDEA_KIND_GRANT_COUNT, CARDEA_KIND_BY_ADMIN, false },
	{ CARDEA_KIND_TRIES, CARDEA_KIND_BY_HOST, false },
	{ CARDEA_KIND_KNOWN, CARDEA_KIND_BY_HOST, false },
	{ CARDEA_KIND_PROOF, CARDEA_KIND_BY_HOST, false },
	{ CARDEA_KIND_SESSION, CARDEA_KIND_BY_HOST, false },
	{ CARDEA_KIND_HISTORY, CARDEA_KIND_BY_HOST, false },
	{ CARDEA_KIND_OBSERVE, CARDEA_KIND_BY_HOST, true },
};
const size_t cardea_kind_count = sizeof(cardea_kinds) / sizeof(cardea_kinds[0]);

bool
cardea_kind_is_mirrored(const char *name)
{
	for (size_t i = 0; i < cardea_kind_count; i++) {
		if (strcmp(cardea_kinds[i].name, name) == 0)
			return cardea_kinds[i].mirrored;
	}
	return false;
}
