/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_LEDGER_CODE_FIXTURE_H
#define TESTS_UNIT_LEDGER_CODE_FIXTURE_H

#include <string.h>

#include "unit/ledger_fixture.h"

/* Codes that are shown to the ledger, and what became of them. */

static inline void
expect(struct cardea_spend spend, enum cardea_result result, const char *why)
{
	assert_string_equal(spend.why, why);
	assert_int_equal(spend.result, result);
	assert_int_equal(spend.delayed, strcmp(why, "delayed") == 0);
}

static inline void
wrong_codes(struct ledger *ledger, unsigned int count)
{
	char far_away[9];

	while (count-- > 0) {
		ledger_code("phone", STEP + 100000 + count, far_away);
		expect(ledger_spend(ledger, far_away), CARDEA_RESULT_REFUSED,
		    "wrong");
	}
}

static inline bool
add_refusals(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	uint32_t *sum = context;
	struct cardea_tries tries;

	(void)key;
	assert_int_equal(cardea_record_decode_tries(value, &tries), CARDEA_OK);
	*sum += tries.count;
	return true;
}

/* All that are counted, of anybody. */
static inline uint32_t
refusals(struct ledger *ledger)
{
	struct cardea_key prefix;
	uint32_t sum = 0;

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_TRIES, NULL, NULL, &prefix), CARDEA_OK);
	assert_int_equal(
	    cardea_store_list(ledger->store, &prefix, add_refusals, &sum, NULL),
	    CARDEA_OK);
	return sum;
}

#define LEDGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

#endif
