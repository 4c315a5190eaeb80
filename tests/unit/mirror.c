/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "ledger_fixture.h"
#include "store/hint.h"
#include "store/mirror.h"

/* The fixture's store plays the cluster; the mirror lies where the settings say
 * that this host keeps what it has to keep. */
struct place {
	struct ledger *ledger;
	struct cardea_mirror_stamp stamp;
};

static struct place
start(void **state)
{
	struct place place = { .ledger = *state };
	struct cardea_settings *settings = &place.ledger->settings;

	snprintf(settings->store_path, sizeof(settings->store_path), "%s/here",
	    place.ledger->directory);
	memcpy(settings->seal_key_path, place.ledger->key_path,
	    sizeof(place.ledger->key_path));
	settings->store_size_mb = 1;
	settings->cluster.mirror_max_age_s = 3600;
	assert_int_equal(mkdir(settings->store_path, 0700), 0);
	return place;
}

static void
refresh(struct place *place)
{
	struct cardea_diag diag = { 0 };

	assert_int_equal(cardea_mirror_refresh(&place->ledger->settings,
			     place->ledger->store, &place->stamp, &diag),
	    CARDEA_OK);
	assert_string_equal(diag.reason, "");
}

static enum cardea_status
open_mirror(struct place *place, struct cardea_store **ret_store,
    struct cardea_diag *diag)
{
	*diag = (struct cardea_diag){ 0 };
	return cardea_mirror_open(
	    &place->ledger->settings, &place->ledger->clock, ret_store, diag);
}

static void
expect_closed(struct place *place, enum cardea_status status, const char *why)
{
	struct cardea_store *store = NULL;
	struct cardea_diag diag;

	assert_int_equal(open_mirror(place, &store, &diag), status);
	assert_null(store);
	if (strstr(diag.reason, why) == NULL)
		fail_msg("%s", diag.reason);
}

static enum cardea_status
find(struct place *place, const char *kind, const char *owner, const char *id)
{
	struct cardea_store *store = NULL;
	struct cardea_value value = { 0 };
	struct cardea_diag diag;
	struct cardea_key key;
	enum cardea_status status;

	assert_int_equal(open_mirror(place, &store, &diag), CARDEA_OK);
	assert_int_equal(cardea_key_make(kind, owner, id, &key), CARDEA_OK);
	status = cardea_store_get(store, &key, &value, NULL);
	cardea_value_clear(&value);
	(void)cardea_store_close(store);
	return status;
}

static void
what_says_who_somebody_is_is_there_and_no_code(void **state)
{
	struct place place = start(state);

	ledger_enrol_key(place.ledger, "alice", "key", 7);
	ledger_enrol(place.ledger, "alice", "phone", CARDEA_OTP_TOTP);
	ledger_put_bytes(place.ledger, CARDEA_KIND_LOCK, "bob", "", "x");
	refresh(&place);
	assert_int_equal(place.stamp.records, 2);
	assert_int_equal(
	    find(&place, CARDEA_KIND_CREDENTIAL, "alice", "key"), CARDEA_OK);
	assert_int_equal(find(&place, CARDEA_KIND_LOCK, "bob", ""), CARDEA_OK);
	assert_int_equal(find(&place, CARDEA_KIND_TOKEN, "alice", "phone"),
	    CARDEA_E_MISSING);
}

static void
what_is_gone_goes_and_what_changed_changes(void **state)
{
	struct place place = start(state);
	struct cardea_change change = { .kind = CARDEA_CHANGE_DELETE };
	struct cardea_value value = { 0 };

	ledger_put_bytes(place.ledger, CARDEA_KIND_LOCK, "bob", "", "x");
	refresh(&place);
	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_LOCK, "bob", "", &change.key),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_store_get(place.ledger->store, &change.key, &value, NULL),
	    CARDEA_OK);
	change.version = value.version;
	cardea_value_clear(&value);
	assert_int_equal(
	    cardea_store_commit(place.ledger->store, &change, 1, NULL),
	    CARDEA_OK);
	ledger_put_bytes(place.ledger, CARDEA_KIND_LOCK, "carol", "", "y");
	refresh(&place);
	assert_int_equal(
	    find(&place, CARDEA_KIND_LOCK, "bob", ""), CARDEA_E_MISSING);
	assert_int_equal(
	    find(&place, CARDEA_KIND_LOCK, "carol", ""), CARDEA_OK);
}

static void
nothing_can_be_written_there(void **state)
{
	struct place place = start(state);
	struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.data = (const unsigned char *)"x",
		.len = 1 };
	struct cardea_store *store = NULL;
	struct cardea_diag diag;

	refresh(&place);
	assert_int_equal(open_mirror(&place, &store, &diag), CARDEA_OK);
	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_LOCK, "bob", "", &change.key),
	    CARDEA_OK);
	assert_int_not_equal(
	    cardea_store_commit(store, &change, 1, NULL), CARDEA_OK);
	(void)cardea_store_close(store);
}

/* The bound within which a lock reaches a host that is cut off. */
static void
one_that_is_too_old_is_none(void **state)
{
	struct place place = start(state);
	struct cardea_store *store = NULL;
	struct cardea_diag diag;

	expect_closed(&place, CARDEA_E_MISSING, "");
	refresh(&place);
	ledger_pass(place.ledger, 3600);
	assert_int_equal(open_mirror(&place, &store, &diag), CARDEA_OK);
	(void)cardea_store_close(store);
	ledger_pass(place.ledger, 1);
	expect_closed(&place, CARDEA_E_RANGE,
	    "the mirror is 3601 seconds old, more than 3600");
	refresh(&place);
	assert_int_equal(open_mirror(&place, &store, &diag), CARDEA_OK);
	(void)cardea_store_close(store);
}

static void
no_clock_makes_it_young_again(void **state)
{
	struct place place = start(state);
	struct cardea_clock *clock = &place.ledger->clock;
	struct cardea_store *store = NULL;
	struct cardea_diag diag;

	refresh(&place);
	ledger_pass(place.ledger, 4000);
	/* the wall clock set back, in the same boot */
	clock->time_s -= 4000;
	expect_closed(&place, CARDEA_E_RANGE, "4000 seconds old");
	clock->time_s -= 10;
	expect_closed(&place, CARDEA_E_RANGE, "cannot be told");
	clock->time_s += 20;
	clock->plausible = false;
	expect_closed(&place, CARDEA_E_RANGE, "cannot be told");
	clock->plausible = true;
	clock->monotonic_ms -= 5000 * 1000;
	expect_closed(&place, CARDEA_E_RANGE, "cannot be told");
	/* after a reboot only the wall clock knows */
	memcpy(place.ledger->boot_id, BOOT_B, sizeof(BOOT_B));
	assert_int_equal(open_mirror(&place, &store, &diag), CARDEA_OK);
	(void)cardea_store_close(store);
	clock->time_s += 3600;
	expect_closed(&place, CARDEA_E_RANGE, "3610 seconds old");
}

static void
expect_open(struct place *place)
{
	struct cardea_store *store = NULL;
	struct cardea_diag diag;

	assert_int_equal(open_mirror(place, &store, &diag), CARDEA_OK);
	(void)cardea_store_close(store);
}

/* Where the settings ask for a clock that is synchronised. */
static void
R09_of_another_boot_an_unsynchronised_clock_tells_nothing(void **state)
{
	struct place place = start(state);
	struct cardea_clock *clock = &place.ledger->clock;
	struct cardea_settings *settings = &place.ledger->settings;

	settings->require_synchronised_clock = true;
	refresh(&place);
	clock->synchronised = false;
	/* of this boot the monotonic clock does */
	ledger_pass(place.ledger, 3600);
	expect_open(&place);
	clock->time_s -= 3000;
	expect_open(&place);
	ledger_pass(place.ledger, 1);
	expect_closed(&place, CARDEA_E_RANGE, "3601 seconds old");
	memcpy(place.ledger->boot_id, BOOT_B, sizeof(BOOT_B));
	expect_closed(&place, CARDEA_E_RANGE, "cannot be told");
	clock->synchronised = true;
	expect_open(&place);
	clock->synchronised = false;
	settings->require_synchronised_clock = false;
	expect_open(&place);
}

static void
R09_nor_does_a_stamp_by_such_a_clock(void **state)
{
	struct place place = start(state);
	struct cardea_clock *clock = &place.ledger->clock;

	place.ledger->settings.require_synchronised_clock = true;
	clock->synchronised = false;
	refresh(&place);
	assert_int_equal(place.stamp.time_s, 0);
	ledger_pass(place.ledger, 3600);
	clock->synchronised = true;
	expect_open(&place);
	memcpy(place.ledger->boot_id, BOOT_B, sizeof(BOOT_B));
	expect_closed(&place, CARDEA_E_RANGE, "cannot be told");
	refresh(&place);
	expect_open(&place);
}

/* Pages of a store turned to rubbish: read by nobody any more. */
static void
damage(const char *directory)
{
	char path[320];
	FILE *file;

	snprintf(path, sizeof(path), "%s/state", directory);
	file = fopen(path, "r+");
	assert_non_null(file);
	for (int i = 0; i < 65536; i++)
		fputc(0x5a, file);
	fclose(file);
}

static void
a_copy_that_broke_off_leaves_the_old_stamp(void **state)
{
	struct place place = start(state);
	struct cardea_mirror_stamp stamp = { .records = 99 }, old;
	struct cardea_diag diag = { 0 };

	ledger_put_bytes(place.ledger, CARDEA_KIND_LOCK, "bob", "", "x");
	refresh(&place);
	old = place.stamp;
	ledger_pass(place.ledger, 100);
	damage(place.ledger->path);
	assert_int_equal(cardea_mirror_refresh(&place.ledger->settings,
			     place.ledger->store, &stamp, &diag),
	    CARDEA_E_CORRUPT);
	assert_int_equal(stamp.records, 99);
	assert_int_equal(
	    cardea_mirror_read(&place.ledger->settings, &stamp, NULL),
	    CARDEA_OK);
	assert_int_equal(stamp.time_s, old.time_s);
	assert_int_equal(find(&place, CARDEA_KIND_LOCK, "bob", ""), CARDEA_OK);
}

static void
a_damaged_mirror_is_made_anew(void **state)
{
	struct place place = start(state);
	char path[320];

	ledger_enrol_key(place.ledger, "alice", "key", 7);
	refresh(&place);
	snprintf(
	    path, sizeof(path), "%s/mirror", place.ledger->settings.store_path);
	damage(path);
	expect_closed(&place, CARDEA_E_CORRUPT, "");
	refresh(&place);
	assert_int_equal(
	    find(&place, CARDEA_KIND_CREDENTIAL, "alice", "key"), CARDEA_OK);
}

/* --- the hint ------------------------------------------------------------- */

static void
a_hint_says_something_for_a_moment(void **state)
{
	const struct ledger *ledger = *state;

	assert_false(cardea_hint_read(ledger->directory, 1000));
	cardea_hint_leave(ledger->directory, 1000);
	assert_true(cardea_hint_read(ledger->directory, 1000));
	assert_true(
	    cardea_hint_read(ledger->directory, 1000 + CARDEA_HINT_MS - 1));
	assert_false(
	    cardea_hint_read(ledger->directory, 1000 + CARDEA_HINT_MS));
	/* of a boot that ran longer */
	assert_false(cardea_hint_read(ledger->directory, 999));
	cardea_hint_drop(ledger->directory);
	assert_false(cardea_hint_read(ledger->directory, 1000));
	cardea_hint_drop(ledger->directory);
}

static void
what_others_can_write_is_no_hint(void **state)
{
	const struct ledger *ledger = *state;
	char path[64];

	snprintf(path, sizeof(path), "%s/cluster-lost", ledger->directory);
	cardea_hint_leave(ledger->directory, 1000);
	assert_int_equal(chmod(path, 0666), 0);
	assert_false(cardea_hint_read(ledger->directory, 1000));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_false(cardea_hint_read(ledger->directory, 1000));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(
	    cardea_file_create(path, "1000x", 5, 0600, NULL), CARDEA_OK);
	assert_false(cardea_hint_read(ledger->directory, 1000));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_says_who_somebody_is_is_there_and_no_code),
		TEST(what_is_gone_goes_and_what_changed_changes),
		TEST(nothing_can_be_written_there),
		TEST(one_that_is_too_old_is_none),
		TEST(no_clock_makes_it_young_again),
		TEST(R09_of_another_boot_an_unsynchronised_clock_tells_nothing),
		TEST(R09_nor_does_a_stamp_by_such_a_clock),
		TEST(a_copy_that_broke_off_leaves_the_old_stamp),
		TEST(a_damaged_mirror_is_made_anew),
		TEST(a_hint_says_something_for_a_moment),
		TEST(what_others_can_write_is_no_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
