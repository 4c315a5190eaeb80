/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/ledger_grant.h"
#include "unit/record_kinds.h"

WRAP(grant)

static void
fill_grant(void *object, unsigned int *seed)
{
	struct cardea_grant *grant = object;
	bool approved = rand_r(seed) % 2 == 0;

	FILL_TEXT(grant->id);
	FILL_TEXT(grant->user);
	FILL_TEXT(grant->rule);
	FILL_TEXT(grant->by);
	FILL_TEXT(grant->reason);
	FILL_TEXT(grant->revoked_by);
	FILL_TEXT(grant->boot_id);
	grant->emergency = rand_r(seed) % 2 == 0;
	grant->made_s = 1 + rand_r(seed);
	grant->length_s = 1 + (uint32_t)rand_r(seed) % CARDEA_GRANT_MAX_S;
	grant->over_s = number(seed);
	grant->revoked_s = number(seed);
	grant->starts_monotonic_ms = number(seed);
	grant->wanted = 1 + (uint32_t)rand_r(seed) % CARDEA_APPROVALS_MAX;
	grant->approval_count = approved ? grant->wanted
					 : (size_t)grant->wanted - 1;
	for (size_t i = 0; i < grant->approval_count; i++) {
		FILL_TEXT(grant->approvals[i].by);
		FILL_TEXT(grant->approvals[i].txn);
		grant->approvals[i].time_s = number(seed);
	}
	grant->ends_s = grant->made_s + CARDEA_GRANT_WAIT_S;
	if (!approved)
		return;
	grant->starts_s = 1 + rand_r(seed);
	grant->ends_s = grant->starts_s + (int64_t)grant->length_s;
}

static const struct kind grant_kind = KIND(grant, grant, clear_plain);

static void
a_grant_is_kept_byte_for_byte(void **state)
{
	(void)state;
	demand_same_bytes(&grant_kind);
}

static void
a_grant_cut_anywhere_is_none(void **state)
{
	(void)state;
	demand_no_truncation(&grant_kind);
	demand_no_trailing_bytes(&grant_kind);
}

static void
a_grant_of_another_format_is_none(void **state)
{
	(void)state;
	demand_its_format(&grant_kind);
}

static void
a_changed_byte_gives_no_second_form(void **state)
{
	(void)state;
	demand_one_encoding(&grant_kind);
}

static struct cardea_grant
sound_grant(void)
{
	struct cardea_grant grant = { .id = "0123456789abcdef",
		.user = "alice",
		.rule = "deploy",
		.by = "carol",
		.made_s = 1000,
		.starts_s = 2000,
		.ends_s = 2600,
		.length_s = 600,
		.wanted = 1,
		.approval_count = 1,
		.approvals = { { .by = "bob", .time_s = 2000 } } };

	return grant;
}

static void
expect_unsound(const struct cardea_grant *grant)
{
	struct cardea_value value = { 0 };

	assert_int_equal(cardea_record_encode_grant(grant, &value), CARDEA_OK);
	expect_refusal(&grant_kind, &value, CARDEA_E_CORRUPT);
	cardea_value_clear(&value);
}

/* Whoever could write records could write anything; but what our own code would
 * not have made shows a fault before it lets anybody in. */
static void
what_contradicts_itself_is_no_grant(void **state)
{
	struct cardea_grant grant = sound_grant();
	struct cardea_value value = { 0 };

	(void)state;
	assert_int_equal(cardea_record_encode_grant(&grant, &value), CARDEA_OK);
	assert_int_equal(cardea_record_decode_grant(&value, &grant), CARDEA_OK);
	cardea_value_clear(&value);

	grant.ends_s++; /* longer than was granted */
	expect_unsound(&grant);
	grant = sound_grant();
	grant.wanted = 2; /* begun without all approvals */
	expect_unsound(&grant);
	grant = sound_grant();
	grant.starts_s = 0; /* approved and never begun */
	expect_unsound(&grant);
	grant = sound_grant();
	grant.approval_count = 0; /* a wish that would not lapse */
	grant.starts_s = 0;
	grant.ends_s = 1000 + CARDEA_GRANT_WAIT_S + 1;
	expect_unsound(&grant);
	grant = sound_grant();
	grant.made_s = 0;
	expect_unsound(&grant);
	grant = sound_grant();
	grant.wanted = CARDEA_APPROVALS_MAX + 1;
	expect_unsound(&grant);
	grant = sound_grant();
	grant.length_s = CARDEA_GRANT_MAX_S + 1;
	grant.ends_s = grant.starts_s + (int64_t)grant.length_s;
	expect_unsound(&grant);
}

static void
more_approvals_than_there_is_room_for_are_not_written(void **state)
{
	struct cardea_grant grant = sound_grant();
	struct cardea_value value = { 0 };

	(void)state;
	grant.approval_count = CARDEA_APPROVALS_MAX + 1;
	assert_int_equal(
	    cardea_record_encode_grant(&grant, &value), CARDEA_E_RANGE);
	assert_null(value.data);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_grant_is_kept_byte_for_byte),
		cmocka_unit_test(a_grant_cut_anywhere_is_none),
		cmocka_unit_test(a_grant_of_another_format_is_none),
		cmocka_unit_test(a_changed_byte_gives_no_second_form),
		cmocka_unit_test(what_contradicts_itself_is_no_grant),
		cmocka_unit_test(
		    more_approvals_than_there_is_room_for_are_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
