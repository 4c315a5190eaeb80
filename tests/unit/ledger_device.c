/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/ledger_device_fixture.h"

static void
a_device_is_found_by_each_of_its_identities_and_by_no_other(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_device device;

	add(ledger, "laptop-7", PRINT("1"), "fido2:alice/00ff");
	add(ledger, "laptop-8", PRINT("2"), NULL);
	device = get(ledger, "laptop-7");
	assert_string_equal(device.id, "laptop-7");
	assert_int_equal(device.state, CARDEA_DEVICE_ACTIVE);
	assert_true(device.version > 0);
	assert_string_equal(whose(ledger, PRINT("1")), "laptop-7");
	assert_string_equal(whose(ledger, "fido2:alice/00ff"), "laptop-7");
	assert_string_equal(whose(ledger, PRINT("2")), "laptop-8");
	assert_string_equal(whose(ledger, PRINT("3")), "");
	assert_string_equal(whose(ledger, "fido2:bob/00ff"), "");
	assert_string_equal(whose(ledger, "no identity at all"), "");
	assert_int_equal(
	    cardea_ledger_device(ledger->store, "laptop-9", &device, NULL),
	    CARDEA_E_MISSING);
	assert_int_equal(
	    cardea_ledger_device(ledger->store, "../x", &device, NULL),
	    CARDEA_E_MISSING);
}

static void
a_host_name_finds_it_in_either_case(void **state)
{
	struct ledger *ledger = *state;

	add(ledger, "a", "x509-name:ca/dns:laptop.example", NULL);
	assert_string_equal(
	    whose(ledger, "x509-name:ca/dns:LAPTOP.Example"), "a");
	assert_string_equal(
	    whose(ledger, "x509-name:CA/dns:laptop.example"), "");
}

static void
of_several_the_first_that_is_known_counts_and_two_devices_are_none(void **state)
{
	struct ledger *ledger = *state;
	const struct cardea_device_identity known[] = { { PRINT("9") },
		{ PRINT("2") }, { PRINT("1") } };
	const struct cardea_device_identity mixed[] = { { PRINT("1") },
		{ PRINT("3") } };
	struct cardea_device device = { .version = 0 };
	struct cardea_diag diag = { 0 };

	add(ledger, "a", PRINT("1"), PRINT("2"));
	add(ledger, "b", PRINT("3"), NULL);
	assert_int_equal(
	    cardea_ledger_device_of(ledger->store, known, 3, &device, NULL),
	    CARDEA_OK);
	assert_string_equal(device.id, "a");
	device.version = 0;
	assert_int_equal(
	    cardea_ledger_device_of(ledger->store, mixed, 2, &device, &diag),
	    CARDEA_E_UNSAFE);
	assert_non_null(strstr(diag.reason, "device a"));
	assert_non_null(strstr(diag.reason, "device b"));
	assert_int_equal(device.version, 0);
	assert_int_equal(
	    cardea_ledger_device_of(ledger->store, known, 0, &device, NULL),
	    CARDEA_E_MISSING);
}

static void
what_is_there_already_is_not_put_again(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_device device = fresh("a", NULL), old;
	struct cardea_diag diag = { 0 };

	assert_int_equal(put(ledger, &device), CARDEA_OK);
	assert_int_equal(
	    cardea_ledger_put_device(ledger->store, &device, &diag),
	    CARDEA_E_CONFLICT);
	assert_non_null(strstr(diag.reason, "already"));
	/* and of two that read the same, the second loses */
	device = old = get(ledger, "a");
	strcpy(device.tags[device.tag_count++], "one");
	assert_int_equal(put(ledger, &device), CARDEA_OK);
	strcpy(old.tags[old.tag_count++], "two");
	assert_int_equal(put(ledger, &old), CARDEA_E_CONFLICT);
	assert_string_equal(get(ledger, "a").tags[0], "one");
	/* nor does one that is gone come back */
	device = get(ledger, "a");
	assert_int_equal(
	    cardea_ledger_remove_device(ledger->store, "a", NULL), CARDEA_OK);
	assert_int_equal(put(ledger, &device), CARDEA_E_CONFLICT);
}

static void
an_identity_of_another_device_is_refused_by_name(void **state)
{
	struct ledger *ledger = *state;
	const char *const identities[] = { PRINT("2"), PRINT("1"), NULL };
	struct cardea_device device = fresh("b", identities);
	struct cardea_diag diag = { 0 };

	add(ledger, "a", PRINT("1"), NULL);
	assert_int_equal(
	    cardea_ledger_put_device(ledger->store, &device, &diag),
	    CARDEA_E_CONFLICT);
	assert_non_null(strstr(diag.reason, PRINT("1")));
	assert_non_null(strstr(diag.reason, "device a"));
	/* nothing of it was stored */
	assert_int_equal(
	    cardea_ledger_device(ledger->store, "b", &device, NULL),
	    CARDEA_E_MISSING);
	assert_string_equal(whose(ledger, PRINT("2")), "");
}

static void
identities_follow_the_device(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_device device;

	add(ledger, "a", PRINT("1"), PRINT("2"));
	device = get(ledger, "a");
	strcpy(device.identities[0].text, PRINT("3"));
	assert_int_equal(put(ledger, &device), CARDEA_OK);
	assert_string_equal(whose(ledger, PRINT("1")), "");
	assert_string_equal(whose(ledger, PRINT("2")), "a");
	assert_string_equal(whose(ledger, PRINT("3")), "a");
	add(ledger, "b", PRINT("1"), NULL);
	assert_string_equal(whose(ledger, PRINT("1")), "b");
	assert_int_equal(
	    cardea_ledger_remove_device(ledger->store, "a", NULL), CARDEA_OK);
	assert_string_equal(whose(ledger, PRINT("2")), "");
	assert_string_equal(whose(ledger, PRINT("3")), "");
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_DEVICE_OF, NULL), 1);
	assert_int_equal(cardea_ledger_remove_device(ledger->store, "a", NULL),
	    CARDEA_E_MISSING);
}

static void
the_fullest_device_fits_one_commit_whatever_changes(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_device device = fresh("a", NULL);

	device.identity_count = CARDEA_DEVICE_IDENTITIES_MAX;
	for (size_t i = 0; i < CARDEA_DEVICE_IDENTITIES_MAX; i++)
		snprintf(device.identities[i].text,
		    sizeof(device.identities[i].text), "ssh-cert:ca/%zu", i);
	assert_int_equal(put(ledger, &device), CARDEA_OK);
	assert_string_equal(whose(ledger, "ssh-cert:ca/15"), "a");
	device = get(ledger, "a");
	/* fifteen go and fifteen come, and the device */
	for (size_t i = 1; i < CARDEA_DEVICE_IDENTITIES_MAX; i++)
		snprintf(device.identities[i].text,
		    sizeof(device.identities[i].text), "ssh-cert:ca/n%zu", i);
	assert_int_equal(put(ledger, &device), CARDEA_OK);
	device = get(ledger, "a");
	for (size_t i = 0; i < CARDEA_DEVICE_IDENTITIES_MAX; i++)
		snprintf(device.identities[i].text,
		    sizeof(device.identities[i].text), "ssh-cert:ca/m%zu", i);
	assert_int_equal(put(ledger, &device), CARDEA_OK);
	assert_string_equal(whose(ledger, "ssh-cert:ca/n15"), "");
	assert_string_equal(whose(ledger, "ssh-cert:ca/m15"), "a");
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_DEVICE_OF, NULL),
	    CARDEA_DEVICE_IDENTITIES_MAX);
	assert_int_equal(
	    cardea_ledger_remove_device(ledger->store, "a", NULL), CARDEA_OK);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_DEVICE_OF, NULL), 0);
}

static void
what_no_device_may_be_is_not_put(void **state)
{
	struct ledger *ledger = *state;
	const char *const twice[] = { PRINT("1"), PRINT("1"), NULL };
	const char *const upper[] = { "x509-name:ca/dns:A", NULL };
	const char *const none[] = { "nothing", NULL };
	struct cardea_device device = fresh("a/b", NULL);

	assert_int_equal(put(ledger, &device), CARDEA_E_SYNTAX);
	device = fresh("", NULL);
	assert_int_equal(put(ledger, &device), CARDEA_E_SYNTAX);
	device = fresh("a", twice);
	assert_int_equal(put(ledger, &device), CARDEA_E_RANGE);
	device = fresh("a", upper);
	assert_int_equal(put(ledger, &device), CARDEA_E_SYNTAX);
	device = fresh("a", none);
	assert_int_equal(put(ledger, &device), CARDEA_E_SYNTAX);
	device = fresh("a", NULL);
	device.state = CARDEA_DEVICE_NONE;
	assert_int_equal(put(ledger, &device), CARDEA_E_RANGE);
	device.state = CARDEA_DEVICE_ACTIVE;
	device.tag_count = 1;
	assert_int_equal(put(ledger, &device), CARDEA_E_SYNTAX);
	device.tag_count = 0;
	device.owner_count = 1;
	assert_int_equal(put(ledger, &device), CARDEA_E_SYNTAX);
	device.owner_count = CARDEA_DEVICE_OWNERS_MAX + 1;
	assert_int_equal(put(ledger, &device), CARDEA_E_RANGE);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_DEVICE, NULL), 0);
}

/* ---- having been seen ---- */

static enum cardea_status
see(struct ledger *ledger, const char *id, const char *user, bool *ret_active)
{
	return cardea_ledger_saw_device(ledger->store, id, user, "192.0.2.1",
	    NOW + 100, &ledger->clock, ret_active, NULL);
}

static void
what_was_seen_is_kept(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_device device;
	bool active = false;

	add(ledger, "a", PRINT("1"), NULL);
	assert_int_equal(see(ledger, "a", "alice", &active), CARDEA_OK);
	assert_true(active);
	device = get(ledger, "a");
	assert_int_equal(device.seen_s, NOW);
	assert_string_equal(device.seen_user, "alice");
	assert_string_equal(device.seen_source, "192.0.2.1");
	assert_int_equal(device.expires_s, NOW + 100);
	assert_string_equal(whose(ledger, PRINT("1")), "a");
	/* a key that has no end leaves the certificate's */
	assert_int_equal(
	    cardea_ledger_saw_device(ledger->store, "a", "bob", "", 0,
		&(struct cardea_clock){ .time_s = 0 }, &active, NULL),
	    CARDEA_OK);
	device = get(ledger, "a");
	assert_int_equal(device.seen_s, 1);
	assert_string_equal(device.seen_source, "");
	assert_int_equal(device.expires_s, NOW + 100);
}

static void
a_device_that_may_not_count_any_more_is_not_seen(void **state)
{
	static const enum cardea_device_state states[] = { CARDEA_DEVICE_LOCKED,
		CARDEA_DEVICE_LOST, CARDEA_DEVICE_RETIRED };
	struct ledger *ledger = *state;
	struct cardea_device device;
	bool active = true;

	add(ledger, "a", NULL, NULL);
	for (size_t i = 0; i < 3; i++) {
		device = get(ledger, "a");
		device.state = states[i];
		assert_int_equal(put(ledger, &device), CARDEA_OK);
		active = true;
		assert_int_equal(see(ledger, "a", "alice", &active), CARDEA_OK);
		assert_false(active);
		assert_int_equal(get(ledger, "a").seen_s, 0);
	}
	device = get(ledger, "a");
	device.state = CARDEA_DEVICE_ACTIVE;
	device.owner_count = 1;
	strcpy(device.owners[0], "bob");
	assert_int_equal(put(ledger, &device), CARDEA_OK);
	active = true;
	assert_int_equal(see(ledger, "a", "alice", &active), CARDEA_OK);
	assert_false(active);
	assert_int_equal(see(ledger, "a", "bob", &active), CARDEA_OK);
	assert_true(active);
	assert_int_equal(
	    cardea_ledger_remove_device(ledger->store, "a", NULL), CARDEA_OK);
	assert_int_equal(see(ledger, "a", "bob", &active), CARDEA_OK);
	assert_false(active);
}

/* ---- the chain ---- */

static void
a_chain_goes_with_its_device(void **state)
{
	static struct cardea_device_chain chain, back;
	struct ledger *ledger = *state;

	chain.count = 2;
	chain.lens[0] = 3;
	chain.lens[1] = 4;
	memcpy(chain.der, "onetwoo", 7);
	assert_int_equal(
	    cardea_ledger_put_device_chain(ledger->store, "a", &chain, NULL),
	    CARDEA_E_MISSING);
	add(ledger, "a", NULL, NULL);
	assert_int_equal(
	    cardea_ledger_device_chain(ledger->store, "a", &back, NULL),
	    CARDEA_E_MISSING);
	assert_int_equal(
	    cardea_ledger_put_device_chain(ledger->store, "a", &chain, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_ledger_device_chain(ledger->store, "a", &back, NULL),
	    CARDEA_OK);
	assert_int_equal(back.count, 2);
	assert_int_equal(back.lens[1], 4);
	assert_memory_equal(back.der, "onetwoo", 7);
	chain.count = 1;
	assert_int_equal(
	    cardea_ledger_put_device_chain(ledger->store, "a", &chain, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_ledger_device_chain(ledger->store, "a", &back, NULL),
	    CARDEA_OK);
	assert_int_equal(back.count, 1);
	/* nobody of the same name inherits it */
	assert_int_equal(
	    cardea_ledger_remove_device(ledger->store, "a", NULL), CARDEA_OK);
	add(ledger, "a", NULL, NULL);
	assert_int_equal(
	    cardea_ledger_device_chain(ledger->store, "a", &back, NULL),
	    CARDEA_E_MISSING);
	assert_int_equal(
	    cardea_ledger_put_device_chain(ledger->store, "a", &chain, NULL),
	    CARDEA_OK);
	chain.count = 0;
	assert_int_equal(
	    cardea_ledger_put_device_chain(ledger->store, "a", &chain, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_ledger_device_chain(ledger->store, "a", &back, NULL),
	    CARDEA_E_MISSING);
}

/* ---- damage ---- */

struct seen {
	char ids[64];
};

static bool
note(const char *id, const struct cardea_device *device, void *context)
{
	struct seen *seen = context;

	strcat(seen->ids, id);
	strcat(seen->ids, device == NULL ? "! " : " ");
	return strcmp(id, "c") != 0;
}

static void
all_are_listed_in_order_the_damaged_ones_by_name(void **state)
{
	struct ledger *ledger = *state;
	struct seen seen = { .ids = "" };

	add(ledger, "b", NULL, NULL);
	add(ledger, "a", PRINT("1"), NULL);
	add(ledger, "d", NULL, NULL);
	add(ledger, "c", NULL, NULL);
	ledger_put_bytes(ledger, CARDEA_KIND_DEVICE, "a0", "", "\1??");
	assert_int_equal(
	    cardea_ledger_list_devices(ledger->store, note, &seen, NULL),
	    CARDEA_OK);
	assert_string_equal(seen.ids, "a a0! b c ");
}

static void
damage_is_trouble_not_absence_and_can_be_removed(void **state)
{
	struct ledger *ledger = *state;
	const struct cardea_device_identity identity = { PRINT("1") };
	struct cardea_device device = { .version = 99 };
	struct cardea_diag diag = { 0 };
	bool active = true;

	add(ledger, "a", PRINT("1"), NULL);
	ledger_put_bytes(ledger, CARDEA_KIND_DEVICE, "a", "", "\1??");
	assert_int_equal(
	    cardea_ledger_device(ledger->store, "a", &device, &diag),
	    CARDEA_E_CORRUPT);
	assert_non_null(strstr(diag.reason, "device a"));
	assert_int_equal(
	    cardea_ledger_device_of(ledger->store, &identity, 1, &device, NULL),
	    CARDEA_E_CORRUPT);
	assert_int_equal(device.version, 99);
	assert_int_equal(see(ledger, "a", "alice", &active), CARDEA_E_CORRUPT);
	ledger_put_bytes(ledger, CARDEA_KIND_DEVICE, "a", "", "\2??");
	assert_int_equal(
	    cardea_ledger_device(ledger->store, "a", &device, NULL),
	    CARDEA_E_VERSION);
	assert_int_equal(
	    cardea_ledger_remove_device(ledger->store, "a", NULL), CARDEA_OK);
	assert_string_equal(whose(ledger, PRINT("1")), "");
	add(ledger, "b", PRINT("1"), NULL);
}

/* Two records that contradict each other let nobody in. */
static void
a_claim_of_a_device_that_denies_it_is_damage(void **state)
{
	struct ledger *ledger = *state;
	const struct cardea_device_identity identity = { PRINT("1") };
	struct cardea_device device;
	struct cardea_value value = { 0 };
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT };

	add(ledger, "a", PRINT("1"), NULL);
	device = get(ledger, "a");
	device.identity_count = 0;
	assert_int_equal(
	    cardea_record_encode_device(&device, &value), CARDEA_OK);
	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_DEVICE, "a", "", &change.key),
	    CARDEA_OK);
	change.version = device.version;
	change.data = value.data;
	change.len = value.len;
	assert_int_equal(
	    cardea_store_commit(ledger->store, &change, 1, NULL), CARDEA_OK);
	cardea_value_clear(&value);
	assert_int_equal(
	    cardea_ledger_device_of(ledger->store, &identity, 1, &device, NULL),
	    CARDEA_E_CORRUPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(
		    a_device_is_found_by_each_of_its_identities_and_by_no_other),
		LEDGER_TEST(a_host_name_finds_it_in_either_case),
		LEDGER_TEST(
		    of_several_the_first_that_is_known_counts_and_two_devices_are_none),
		LEDGER_TEST(what_is_there_already_is_not_put_again),
		LEDGER_TEST(an_identity_of_another_device_is_refused_by_name),
		LEDGER_TEST(identities_follow_the_device),
		LEDGER_TEST(
		    the_fullest_device_fits_one_commit_whatever_changes),
		LEDGER_TEST(what_no_device_may_be_is_not_put),
		LEDGER_TEST(what_was_seen_is_kept),
		LEDGER_TEST(a_device_that_may_not_count_any_more_is_not_seen),
		LEDGER_TEST(a_chain_goes_with_its_device),
		LEDGER_TEST(all_are_listed_in_order_the_damaged_ones_by_name),
		LEDGER_TEST(damage_is_trouble_not_absence_and_can_be_removed),
		LEDGER_TEST(a_claim_of_a_device_that_denies_it_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
