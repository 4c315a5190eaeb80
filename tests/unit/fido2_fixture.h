/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_FIDO2_FIXTURE_H
#define TESTS_UNIT_FIDO2_FIXTURE_H

#include "factor/authdata.h"
#include "factor/fido2.h"
#include "factor/library/table.h"

#define UP CARDEA_AUTHDATA_UP
#define UV CARDEA_AUTHDATA_UV
#define ED CARDEA_AUTHDATA_ED

#define EACH(i, table) (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)

static inline struct cardea_fido2_verdict
judge(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion, bool need_uv)
{
	struct cardea_fido2_verdict verdict;

	cardea_fido2_judge(
	    &cardea_fido2_library, credential, assertion, need_uv, &verdict);
	return verdict;
}

#endif
