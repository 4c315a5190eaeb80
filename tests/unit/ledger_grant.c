/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "store/ledger_grant.h"
#include "unit/ledger_fixture.h"

#define HOUR 3600

/* A wish of carol's for alice; the id is told apart by its number. */
static struct cardea_grant
wish(unsigned int number, const char *rule, uint32_t length_s, uint32_t wanted)
{
	struct cardea_grant grant = { .user = "alice",
		.by = "carol",
		.reason = "change 4711",
		.made_s = NOW,
		.length_s = length_s,
		.wanted = wanted };

	snprintf(grant.id, sizeof(grant.id), "%016x", number);
	strcpy(grant.rule, rule);
	return grant;
}

static enum cardea_status
make(struct ledger *ledger, unsigned int number, const char *rule,
    uint32_t length_s, uint32_t wanted)
{
	struct cardea_grant made = { 0 };
	struct cardea_grant wished = wish(number, rule, length_s, wanted);

	wished.made_s = ledger->clock.time_s;
	return cardea_ledger_make_grant(ledger->store, &wished, &made, NULL);
}

static void
made(struct ledger *ledger, unsigned int number, const char *rule,
    uint32_t length_s, uint32_t wanted)
{
	assert_int_equal(
	    make(ledger, number, rule, length_s, wanted), CARDEA_OK);
}

/* What a request of alice's would have as facts now. */
static struct cardea_grants
facts(struct ledger *ledger)
{
	struct cardea_grants grants = { 0 };

	ledger->request.time_known = ledger->clock.plausible;
	ledger->request.time_s = ledger->clock.time_s;
	assert_int_equal(cardea_ledger_grants(
			     ledger->store, &ledger->request, &grants, NULL),
	    CARDEA_OK);
	return grants;
}

static bool
counts(struct ledger *ledger, const char *rule)
{
	struct cardea_grants grants = facts(ledger);

	assert_true(grants.known);
	return cardea_grants_find(&grants, rule) != NULL;
}

static enum cardea_status
approve(struct ledger *ledger, unsigned int number, const char *by,
    struct cardea_diag *diag)
{
	struct cardea_approval approval = { .time_s = ledger->clock.time_s };
	struct cardea_grant grant;
	char id[CARDEA_GRANT_ID_MAX + 1];

	snprintf(id, sizeof(id), "%016x", number);
	strcpy(approval.by, by);
	strcpy(approval.txn, "0123456789abcdef0123456789abcdef");
	return cardea_ledger_approve_grant(
	    ledger->store, "alice", id, &approval, &grant, diag);
}

static void
refuses(struct ledger *ledger, unsigned int number, const char *by,
    const char *reason)
{
	struct cardea_diag diag = { 0 };

	assert_int_equal(approve(ledger, number, by, &diag), CARDEA_E_CONFLICT);
	assert_string_equal(diag.reason, reason);
}

static enum cardea_status
revoke(struct ledger *ledger, unsigned int number, struct cardea_diag *diag)
{
	struct cardea_grant grant;
	char id[CARDEA_GRANT_ID_MAX + 1];

	snprintf(id, sizeof(id), "%016x", number);
	return cardea_ledger_revoke_grant(ledger->store, "alice", id, "bob",
	    ledger->clock.time_s, &grant, diag);
}

static bool
count(const struct cardea_grant *grant, void *context)
{
	size_t *number = context;

	assert_string_equal(grant->user, "alice");
	++*number;
	return true;
}

static size_t
settle(struct ledger *ledger)
{
	size_t number = 0;

	assert_int_equal(cardea_ledger_settle_grants(ledger->store, "alice",
			     &ledger->clock, count, &number, NULL),
	    CARDEA_OK);
	return number;
}

/* --- by itself ---------------------------------------------------------------
 */

static void
a_grant_counts_from_its_making_to_its_end(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_grants grants;

	assert_false(counts(ledger, "deploy"));
	made(ledger, 1, "deploy", 2 * HOUR, 0);
	grants = facts(ledger);
	assert_int_equal(grants.count, 1);
	assert_string_equal(grants.items[0].rule, "deploy");
	assert_string_equal(grants.items[0].id, "0000000000000001");
	assert_int_equal(grants.items[0].ends_s, NOW + 2 * HOUR);
	assert_null(cardea_grants_find(&grants, "other"));
	ledger_pass(ledger, 2 * HOUR - 1);
	assert_true(counts(ledger, "deploy"));
	ledger_pass(ledger, 1);
	assert_false(counts(ledger, "deploy"));
}

static void
a_grant_is_its_users_alone(void **state)
{
	struct ledger *ledger = *state;

	made(ledger, 1, "deploy", HOUR, 0);
	strcpy(ledger->request.user, "alic");
	assert_false(counts(ledger, "deploy"));
	strcpy(ledger->request.user, "alice2");
	assert_false(counts(ledger, "deploy"));
	strcpy(ledger->request.user, ""); /* is nobody, not everybody */
	assert_false(counts(ledger, "deploy"));
}

static void
of_several_for_one_rule_the_last_to_end_is_told(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_grants grants;

	made(ledger, 1, "deploy", HOUR, 0);
	made(ledger, 2, "deploy", 3 * HOUR, 0);
	made(ledger, 3, "deploy", 2 * HOUR, 0);
	made(ledger, 4, "other", HOUR, 0);
	grants = facts(ledger);
	assert_int_equal(grants.count, 2);
	assert_int_equal(
	    cardea_grants_find(&grants, "deploy")->ends_s, NOW + 3 * HOUR);
}

static void
a_revoked_grant_stops_at_once(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_diag diag = { 0 };

	made(ledger, 1, "deploy", HOUR, 0);
	assert_int_equal(revoke(ledger, 1, NULL), CARDEA_OK);
	assert_false(counts(ledger, "deploy"));
	assert_int_equal(revoke(ledger, 1, &diag), CARDEA_E_CONFLICT);
	assert_string_equal(diag.reason, "it is revoked already");
	assert_int_equal(revoke(ledger, 2, NULL), CARDEA_E_MISSING);
	made(ledger, 3, "deploy", HOUR, 0);
	ledger_pass(ledger, HOUR);
	assert_int_equal(revoke(ledger, 3, NULL), CARDEA_E_CONFLICT);
}

static void
nobody_has_more_grants_than_there_is_room_for(void **state)
{
	struct ledger *ledger = *state;

	for (unsigned int i = 0; i < CARDEA_GRANTS_MAX; i++) {
		char rule[16];

		snprintf(rule, sizeof(rule), "rule-%u", i);
		made(ledger, i, rule, HOUR, i % 2);
	}
	assert_int_equal(make(ledger, 99, "more", HOUR, 0), CARDEA_E_FULL);
	assert_int_equal(facts(ledger).count, CARDEA_GRANTS_MAX / 2);
	assert_int_equal(revoke(ledger, 1, NULL), CARDEA_OK);
	made(ledger, 99, "more", HOUR, 0);
	assert_int_equal(make(ledger, 100, "more", HOUR, 0), CARDEA_E_FULL);
}

static void
what_ended_long_ago_is_removed_along_the_way(void **state)
{
	struct ledger *ledger = *state;

	made(ledger, 1, "deploy", HOUR, 0);
	made(ledger, 2, "deploy", HOUR, 1);
	made(ledger, 3, "deploy", CARDEA_GRANT_MAX_S, 0);
	ledger_pass(ledger, CARDEA_GRANT_KEEP_S);
	made(ledger, 4, "deploy", HOUR, 0);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_GRANT, "alice"), 4);
	ledger_pass(ledger, 2 * CARDEA_GRANT_WAIT_S);
	made(ledger, 5, "deploy", HOUR, 0);
	/* the two of the first day; what goes on and the last ones stay */
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_GRANT, "alice"), 3);
}

static void
a_grant_that_nobody_could_mean_is_not_made(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_grant out = { .length_s = 77 };
	struct cardea_grant bad = wish(1, "deploy", 0, 0);

	assert_int_equal(
	    cardea_ledger_make_grant(ledger->store, &bad, &out, NULL),
	    CARDEA_E_RANGE);
	bad = wish(1, "deploy", CARDEA_GRANT_MAX_S + 1, 0);
	assert_int_equal(
	    cardea_ledger_make_grant(ledger->store, &bad, &out, NULL),
	    CARDEA_E_RANGE);
	bad = wish(1, "deploy", HOUR, CARDEA_APPROVALS_MAX + 1);
	assert_int_equal(
	    cardea_ledger_make_grant(ledger->store, &bad, &out, NULL),
	    CARDEA_E_RANGE);
	bad = wish(1, "deploy", HOUR, 0);
	bad.made_s = 0;
	assert_int_equal(
	    cardea_ledger_make_grant(ledger->store, &bad, &out, NULL),
	    CARDEA_E_RANGE);
	assert_int_equal(out.length_s, 77);
	made(ledger, 1, "deploy", HOUR, 0);
	/* an id is never taken twice */
	assert_int_equal(make(ledger, 1, "deploy", HOUR, 0), CARDEA_E_RANGE);
}

/* --- approval
 * ------------------------------------------------------------------ */

static void
it_waits_for_as_many_as_were_wanted(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_grants grants;

	made(ledger, 1, "deploy", 2 * HOUR, 2);
	assert_false(counts(ledger, "deploy"));
	ledger_pass(ledger, 600);
	assert_int_equal(approve(ledger, 1, "bob", NULL), CARDEA_OK);
	assert_false(counts(ledger, "deploy"));
	ledger_pass(ledger, 600);
	assert_int_equal(approve(ledger, 1, "dave", NULL), CARDEA_OK);
	grants = facts(ledger);
	/* its time begins with the last approval */
	assert_int_equal(cardea_grants_find(&grants, "deploy")->ends_s,
	    NOW + 1200 + 2 * HOUR);
	refuses(ledger, 1, "erin", "it counts already");
}

static void
nobody_approves_for_himself_nor_what_he_asked_for_nor_twice(void **state)
{
	struct ledger *ledger = *state;

	made(ledger, 1, "deploy", HOUR, 2);
	refuses(
	    ledger, 1, "alice", "nobody approves what is granted to himself");
	refuses(ledger, 1, "carol", "nobody approves what he asked for");
	assert_int_equal(approve(ledger, 1, "bob", NULL), CARDEA_OK);
	refuses(ledger, 1, "bob", "this person has approved it already");
	assert_false(counts(ledger, "deploy"));
	assert_int_equal(approve(ledger, 1, "", NULL), CARDEA_E_INTERNAL);
	assert_int_equal(approve(ledger, 2, "bob", NULL), CARDEA_E_MISSING);
}

static void
a_wish_lapses_after_a_day(void **state)
{
	struct ledger *ledger = *state;

	made(ledger, 1, "deploy", 7 * 86400, 1);
	ledger_pass(ledger, CARDEA_GRANT_WAIT_S - 1);
	made(ledger, 2, "deploy", HOUR, 1);
	ledger_pass(ledger, 1);
	refuses(ledger, 1, "bob", "it is over");
	assert_int_equal(approve(ledger, 2, "bob", NULL), CARDEA_OK);
}

static void
what_is_revoked_or_over_is_not_approved(void **state)
{
	struct ledger *ledger = *state;

	made(ledger, 1, "deploy", HOUR, 1);
	assert_int_equal(revoke(ledger, 1, NULL), CARDEA_OK);
	refuses(ledger, 1, "bob", "it is over");
	assert_false(counts(ledger, "deploy"));
}

/* --- the clock
 * ------------------------------------------------------------------ */

static void
R07_a_clock_set_back_revives_nothing_that_was_seen_over(void **state)
{
	struct ledger *ledger = *state;

	made(ledger, 1, "deploy", HOUR, 0);
	memcpy(ledger->boot_id, BOOT_B, 37); /* a reboot: the monotonic
						clock says nothing any more */
	ledger_pass(ledger, HOUR);
	assert_int_equal(settle(ledger), 1);
	assert_int_equal(settle(ledger), 0);
	ledger->clock.time_s = NOW + 10;
	assert_false(counts(ledger, "deploy"));
	refuses(ledger, 1, "bob", "it is over");
}

static void
R07_a_clock_set_back_lengthens_no_grant_of_this_boot(void **state)
{
	struct ledger *ledger = *state;

	made(ledger, 1, "deploy", HOUR, 0);
	ledger_pass(ledger, HOUR - 1);
	ledger->clock.time_s = NOW + 10;
	assert_true(counts(ledger, "deploy"));
	ledger_pass(ledger, 1);
	assert_false(counts(ledger, "deploy"));
	assert_int_equal(settle(ledger), 1);
	memcpy(ledger->boot_id, BOOT_B, 37);
	assert_false(counts(ledger, "deploy"));
}

/* Somebody reads the clock, another one makes a grant, the first one looks. */
static void
what_began_since_the_clock_was_read_is_not_over(void **state)
{
	struct ledger *ledger = *state;

	ledger_pass(ledger, 5);
	made(ledger, 1, "deploy", HOUR, 0);
	ledger_pass(ledger, -5);
	assert_int_equal(settle(ledger), 0);
	assert_false(counts(ledger, "deploy"));
	ledger_pass(ledger, 5);
	assert_true(counts(ledger, "deploy"));
}

static void
R07_a_grant_of_a_time_to_come_does_not_count(void **state)
{
	struct ledger *ledger = *state;

	ledger->clock.time_s = NOW + 86400;
	made(ledger, 1, "deploy", HOUR, 0);
	made(ledger, 2, "other", HOUR, 1);
	ledger->clock.time_s = NOW;
	assert_false(counts(ledger, "deploy"));
	refuses(ledger, 2, "bob", "it is over");
	assert_int_equal(settle(ledger), 0);
	ledger->clock.time_s = NOW + 86400;
	assert_true(counts(ledger, "deploy"));
	/* it can be ended before its time */
	ledger->clock.time_s = NOW;
	assert_int_equal(revoke(ledger, 1, NULL), CARDEA_OK);
	ledger->clock.time_s = NOW + 86400;
	assert_false(counts(ledger, "deploy"));
}

static void
R09_without_a_clock_to_trust_nothing_is_known(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_grants grants;

	made(ledger, 1, "deploy", HOUR, 0);
	ledger->clock.plausible = false;
	grants = facts(ledger);
	assert_false(grants.known);
	assert_int_equal(grants.count, 0);
	/* nor is anything noted by it */
	ledger->clock.time_s += 10 * HOUR;
	assert_int_equal(settle(ledger), 0);
	ledger->clock.time_s = NOW;
	ledger->clock.plausible = true;
	assert_true(counts(ledger, "deploy"));
}

/* --- damage
 * ---------------------------------------------------------------------- */

static void
V08_a_damaged_record_is_unknown_and_not_none(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_grants grants;
	struct cardea_diag diag = { 0 };

	made(ledger, 1, "deploy", HOUR, 0);
	ledger_put_bytes(ledger, CARDEA_KIND_GRANT, "alice", "ffffffffffffffff",
	    "\001nonsense");
	ledger->request.time_known = true;
	ledger->request.time_s = NOW;
	memset(&grants, 0x5a, sizeof(grants));
	assert_int_equal(cardea_ledger_grants(
			     ledger->store, &ledger->request, &grants, &diag),
	    CARDEA_E_CORRUPT);
	assert_int_equal(((unsigned char *)&grants)[0], 0x5a);
	assert_non_null(strstr(diag.reason, "grant"));
	assert_int_equal(make(ledger, 2, "x", HOUR, 0), CARDEA_E_CORRUPT);
	/* another user's is none of it */
	strcpy(ledger->request.user, "bob");
	assert_false(counts(ledger, "deploy"));
}

static void
a_grant_at_another_ones_place_is_damage(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_value value = { 0 };
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT };
	struct cardea_grants grants = { 0 };
	struct cardea_key key;

	made(ledger, 1, "deploy", HOUR, 0);
	assert_int_equal(cardea_key_make(CARDEA_KIND_GRANT, "alice",
			     "0000000000000001", &key),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_store_get(ledger->store, &key, &value, NULL), CARDEA_OK);
	assert_int_equal(cardea_key_make(CARDEA_KIND_GRANT, "bob",
			     "0000000000000001", &change.key),
	    CARDEA_OK);
	change.data = value.data;
	change.len = value.len;
	assert_int_equal(
	    cardea_store_commit(ledger->store, &change, 1, NULL), CARDEA_OK);
	cardea_value_clear(&value);
	strcpy(ledger->request.user, "bob");
	assert_int_equal(cardea_ledger_grants(
			     ledger->store, &ledger->request, &grants, NULL),
	    CARDEA_E_CORRUPT);
	assert_false(grants.known);
}

static void
all_are_listed_and_a_visit_may_stop(void **state)
{
	struct ledger *ledger = *state;
	size_t number = 0;

	made(ledger, 1, "deploy", HOUR, 0);
	made(ledger, 2, "deploy", HOUR, 3);
	assert_int_equal(
	    cardea_ledger_list_grants(ledger->store, "", count, &number, NULL),
	    CARDEA_OK);
	assert_int_equal(number, 2);
	number = 0;
	assert_int_equal(cardea_ledger_list_grants(
			     ledger->store, "alice", count, &number, NULL),
	    CARDEA_OK);
	assert_int_equal(number, 2);
	number = 0;
	assert_int_equal(cardea_ledger_list_grants(
			     ledger->store, "bob", count, &number, NULL),
	    CARDEA_OK);
	assert_int_equal(number, 0);
}

#define GRANT_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		GRANT_TEST(a_grant_counts_from_its_making_to_its_end),
		GRANT_TEST(a_grant_is_its_users_alone),
		GRANT_TEST(of_several_for_one_rule_the_last_to_end_is_told),
		GRANT_TEST(a_revoked_grant_stops_at_once),
		GRANT_TEST(nobody_has_more_grants_than_there_is_room_for),
		GRANT_TEST(what_ended_long_ago_is_removed_along_the_way),
		GRANT_TEST(a_grant_that_nobody_could_mean_is_not_made),
		GRANT_TEST(it_waits_for_as_many_as_were_wanted),
		GRANT_TEST(
		    nobody_approves_for_himself_nor_what_he_asked_for_nor_twice),
		GRANT_TEST(a_wish_lapses_after_a_day),
		GRANT_TEST(what_is_revoked_or_over_is_not_approved),
		GRANT_TEST(
		    R07_a_clock_set_back_revives_nothing_that_was_seen_over),
		GRANT_TEST(
		    R07_a_clock_set_back_lengthens_no_grant_of_this_boot),
		GRANT_TEST(what_began_since_the_clock_was_read_is_not_over),
		GRANT_TEST(R07_a_grant_of_a_time_to_come_does_not_count),
		GRANT_TEST(R09_without_a_clock_to_trust_nothing_is_known),
		GRANT_TEST(V08_a_damaged_record_is_unknown_and_not_none),
		GRANT_TEST(a_grant_at_another_ones_place_is_damage),
		GRANT_TEST(all_are_listed_and_a_visit_may_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
