/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "unit/etcd_bytes.h"
#include "unit/random.h"
#include "unit/test.h"

#define PREFIX "/c/"

static struct cardea_key
key(const char *owner)
{
	struct cardea_key made;

	assert_int_equal(cardea_key_make("k", owner, "", &made), CARDEA_OK);
	return made;
}

static void
expect_bytes(
    struct cardea_etcd_bytes *bytes, const void *wanted, size_t wanted_len)
{
	assert_int_equal(bytes->len, wanted_len);
	assert_memory_equal(bytes->data, wanted, wanted_len);
	free(bytes->data);
}

/* --- what is asked ------------------------------------------------------- */

/* No field says that a server may answer from what it remembers. */
static void
R03_a_get_names_the_key_and_wants_the_newest(void **state)
{
	static const char wanted[] = "\x0a\x07/c/k\0a";
	const struct cardea_key a = key("a");
	struct cardea_etcd_bytes bytes;

	(void)state;
	assert_int_equal(cardea_etcd_write_get(PREFIX, &a, &bytes), CARDEA_OK);
	expect_bytes(&bytes, wanted, 9);
}

static void
a_list_ends_behind_all_that_begins_so(void **state)
{
	struct cardea_key below = { .bytes = "k", .len = 2 };
	struct cardea_etcd_bytes bytes;

	(void)state;
	assert_int_equal(
	    cardea_etcd_write_list(PREFIX, &below, &below, &bytes), CARDEA_OK);
	expect_bytes(&bytes, "\x0a\x05/c/k\0\x12\x05/c/k\x01\x18\x40", 16);
	memcpy(below.bytes, "k\0\xff\xff", 4);
	below.len = 4;
	assert_int_equal(
	    cardea_etcd_write_list(PREFIX, &below, &below, &bytes), CARDEA_OK);
	expect_bytes(
	    &bytes, "\x0a\x07/c/k\0\xff\xff\x12\x05/c/k\x01\x18\x40", 18);
}

static void
a_commit_compares_each_version_and_reads_what_it_would_put(void **state)
{
	const struct cardea_change changes[] = {
		{ .kind = CARDEA_CHANGE_PUT,
		    .key = key("a"),
		    .data = (const unsigned char *)"v",
		    .len = 1 },
		{ .kind = CARDEA_CHANGE_DELETE, .key = key("b"), .version = 9 },
		{ .kind = CARDEA_CHANGE_CHECK, .key = key("c"), .version = 8 },
	};
	struct cardea_etcd_bytes bytes;

	(void)state;
	assert_int_equal(
	    cardea_etcd_write_commit(PREFIX, changes, 3, &bytes), CARDEA_OK);
	expect_bytes(&bytes,
	    /* create_revision == 0, mod_revision == 9, mod_revision == 8 */
	    "\x0a\x0d\x10\x01\x1a\x07/c/k\0a\0\x28\x00"
	    "\x0a\x0d\x10\x02\x1a\x07/c/k\0b\0\x30\x09"
	    "\x0a\x0d\x10\x02\x1a\x07/c/k\0c\0\x30\x08"
	    /* put, delete */
	    "\x12\x0e\x12\x0c\x0a\x07/c/k\0a\0\x12\x01v"
	    "\x12\x0b\x1a\x09\x0a\x07/c/k\0b\0"
	    /* else get */
	    "\x1a\x0b\x0a\x09\x0a\x07/c/k\0a\0",
	    15 * 3 + 16 + 13 + 13);
}

/* etcd answers a transaction without reads or writes from what a server
 * remembers, which may be cut off from the others. */
static void
R03_a_commit_of_checks_alone_reads_what_it_checks(void **state)
{
	static const char wanted[] =
	    "\x0a\x0d\x10\x02\x1a\x07/c/k\0c\0\x30\x08"
	    "\x12\x0d\x0a\x0b\x0a\x07/c/k\0c\0\x40\x01"
	    "\x1a\x0d\x0a\x0b\x0a\x07/c/k\0c\0\x40\x01";
	struct cardea_change change = {
		.kind = CARDEA_CHANGE_CHECK, .key = key("c"), .version = 8
	};
	struct cardea_etcd_bytes bytes;

	(void)state;
	assert_int_equal(
	    cardea_etcd_write_commit(PREFIX, &change, 1, &bytes), CARDEA_OK);
	expect_bytes(&bytes, wanted, 45);
	assert_false(cardea_etcd_writes(&change, 1));
	change.kind = CARDEA_CHANGE_DELETE;
	assert_true(cardea_etcd_writes(&change, 1));
	change.version = 0;
	assert_false(cardea_etcd_writes(&change, 1));
	change.version = UINT64_MAX;
	assert_int_equal(cardea_etcd_write_commit(PREFIX, &change, 1, &bytes),
	    CARDEA_E_CONFLICT);
}

/* --- answers to a get ---------------------------------------------------- */

static enum cardea_status
read_get(struct wire *wire, struct cardea_value *value)
{
	const struct cardea_key a = key("a");
	const struct cardea_etcd_bytes bytes = wire_of(wire);
	struct cardea_etcd_head head = { .revision = 77 };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = cardea_etcd_read_get(
	    &bytes, PREFIX, &a, &head, value, &diag);

	assert_true((status == CARDEA_E_CORRUPT) == (diag.reason[0] != '\0'));
	if (status == CARDEA_OK || status == CARDEA_E_MISSING) {
		assert_int_equal(head.cluster, 17);
		assert_int_equal(head.member, 7);
		assert_int_equal(head.revision, 100);
	} else {
		assert_int_equal(head.revision, 77);
		assert_null(value->data);
	}
	return status;
}

static void
a_record_is_read_with_its_version(void **state)
{
	const struct cardea_key a = key("a");
	struct cardea_value value = { .data = NULL };
	struct wire wire = { .len = 0 };

	(void)state;
	wire_head(&wire, 100);
	assert_int_equal(read_get(&wire, &value), CARDEA_E_MISSING);
	wire_row(&wire, PREFIX, &a, 90, "text");
	wire_number(&wire, 4, 1);
	assert_int_equal(read_get(&wire, &value), CARDEA_OK);
	assert_int_equal(value.version, 90);
	assert_int_equal(value.len, 4);
	assert_memory_equal(value.data, "text", 4);
	cardea_value_clear(&value);
}

static void
fields_that_nobody_knows_are_passed_over(void **state)
{
	const struct cardea_key a = key("a");
	struct cardea_value value = { .data = NULL };
	struct wire wire = { .len = 0 };

	(void)state;
	wire_head(&wire, 100);
	wire_number(&wire, 99, 1);
	wire_bytes(&wire, 77, "new", 3);
	wire_row(&wire, PREFIX, &a, 90, "text");
	assert_int_equal(read_get(&wire, &value), CARDEA_OK);
	cardea_value_clear(&value);
}

static void
what_was_not_asked_for_is_no_answer(void **state)
{
	const struct cardea_key a = key("a"), b = key("b");
	struct cardea_value value = { .data = NULL };
	struct wire wire;

	(void)state;
	for (int i = 0; i < 7; i++) {
		memset(&wire, 0, sizeof(wire));
		if (i != 0)
			wire_head(&wire, i == 1 ? 0 : 100);
		wire_row(&wire, i == 2 ? "/d/" : PREFIX, i == 3 ? &b : &a,
		    i == 4	 ? 101
			: i == 5 ? 4 /* before it was made */
				 : 90,
		    "text");
		if (i == 6)
			wire_row(&wire, PREFIX, &a, 90, "text");
		assert_int_equal(read_get(&wire, &value), CARDEA_E_CORRUPT);
	}
}

/* Thirty thousand rows of two bytes would want megabytes. */
static void
a_small_answer_gets_little_memory(void **state)
{
	struct cardea_value value = { .data = NULL };
	struct wire wire = { .len = 0 };

	(void)state;
	wire_head(&wire, 100);
	while (wire.len + 2 < sizeof(wire.bytes))
		wire_bytes(&wire, 2, "", 0);
	assert_int_equal(read_get(&wire, &value), CARDEA_E_CORRUPT);
}

/* Whatever byte is another one: the record that was asked for, or none. */
static void
a_damaged_answer_is_never_another_record(void **state)
{
	const struct cardea_key a = key("a");
	struct cardea_value value = { .data = NULL };
	struct cardea_etcd_head head;
	struct cardea_etcd_bytes bytes;
	struct wire good = { .len = 0 }, bad;
	struct random random = { 42 };

	(void)state;
	wire_head(&good, 100);
	wire_row(&good, PREFIX, &a, 90, "text");
	for (int i = 0; i < 20000; i++) {
		bad = good;
		for (unsigned int n = random_below(&random, 3); n < 3; n++)
			bad.bytes[random_below(
			    &random, (unsigned int)bad.len)] =
			    (unsigned char)random_below(&random, 256);
		bytes = wire_of(&bad);
		bytes.len = i % 5 == 0
		    ? random_below(&random, (unsigned int)bad.len)
		    : bad.len;
		if (cardea_etcd_read_get(
			&bytes, PREFIX, &a, &head, &value, NULL) != CARDEA_OK)
			continue;
		assert_true(
		    value.version > 0 && value.version <= head.revision);
		cardea_value_clear(&value);
	}
}

/* --- lists --------------------------------------------------------------- */

static enum cardea_status
read_list(struct wire *wire, const char *from, struct cardea_etcd_page *page)
{
	const struct cardea_key first = key(from);
	const struct cardea_key below = { .bytes = "k", .len = 2 };
	const struct cardea_etcd_bytes bytes = wire_of(wire);
	struct cardea_etcd_head head;

	return cardea_etcd_read_list(
	    &bytes, PREFIX, &first, &below, &head, page, NULL);
}

static void
a_page_is_in_order_and_of_what_was_asked(void **state)
{
	static struct cardea_etcd_page page;
	const struct cardea_key a = key("a"), b = key("b"),
				other = { .bytes = "other", .len = 6 };
	struct wire wire = { .len = 0 };

	(void)state;
	wire_head(&wire, 100);
	assert_int_equal(read_list(&wire, "a", &page), CARDEA_OK);
	assert_int_equal(page.count, 0);
	wire_row(&wire, PREFIX, &a, 90, "one");
	wire_row(&wire, PREFIX, &b, 91, "two");
	wire_number(&wire, 3, 1);
	assert_int_equal(read_list(&wire, "a", &page), CARDEA_OK);
	assert_int_equal(page.count, 2);
	assert_true(page.more);
	assert_int_equal(page.values[1].version, 91);
	assert_memory_equal(page.keys[1].bytes, b.bytes, b.len);
	assert_int_equal(page.keys[1].len, b.len);
	cardea_etcd_page_clear(&page);
	/* before the first one that was asked for */
	assert_int_equal(read_list(&wire, "aa", &page), CARDEA_E_CORRUPT);
	wire_row(&wire, PREFIX, &b, 91, "twice");
	assert_int_equal(read_list(&wire, "a", &page), CARDEA_E_CORRUPT);
	assert_int_equal(page.count, 0);
	wire.len = 0;
	wire_head(&wire, 100);
	wire_row(&wire, PREFIX, &other, 90, "one");
	assert_int_equal(read_list(&wire, "a", &page), CARDEA_E_CORRUPT);
	wire.len = 0;
	wire_head(&wire, 100);
	wire_number(&wire, 3, 1); /* more, and nothing */
	assert_int_equal(read_list(&wire, "a", &page), CARDEA_E_CORRUPT);
}

/* --- commits ------------------------------------------------------------- */

static const char *const parts_of[] = { "\x12\x00", "\x1a\x00" };

static enum cardea_status
read_commit(struct wire *wire, enum cardea_etcd_outcome *outcome)
{
	const struct cardea_change changes[] = {
		{ .kind = CARDEA_CHANGE_PUT,
		    .key = key("a"),
		    .version = 90,
		    .data = (const unsigned char *)"mine",
		    .len = 4 },
		{ .kind = CARDEA_CHANGE_DELETE, .key = key("b"), .version = 9 },
	};
	const struct cardea_etcd_bytes bytes = wire_of(wire);
	struct cardea_etcd_head head;

	return cardea_etcd_read_commit(
	    &bytes, PREFIX, changes, 2, &head, outcome, NULL);
}

static void
begin_commit(struct wire *wire, uint64_t revision, bool succeeded, size_t parts)
{
	wire->len = 0;
	wire_head(wire, revision);
	if (succeeded)
		wire_number(wire, 2, 1);
	for (size_t i = 0; i < parts; i++)
		wire_bytes(wire, 3, parts_of[i % 2], 2);
}

/* One answer to a read in the other branch. */
static void
add_read(struct wire *wire, const char *owner, const char *text)
{
	const struct cardea_key of = key(owner);
	struct wire range = { .len = 0 }, part = { .len = 0 };

	if (text != NULL)
		wire_row(&range, PREFIX, &of, 95, text);
	wire_part(&part, 1, &range);
	wire_part(wire, 3, &part);
}

static void
R01_a_commit_was_done_only_if_all_of_it_says_so(void **state)
{
	enum cardea_etcd_outcome outcome = CARDEA_ETCD_LOST;
	struct wire wire;

	(void)state;
	begin_commit(&wire, 101, true, 2);
	assert_int_equal(read_commit(&wire, &outcome), CARDEA_OK);
	assert_int_equal(outcome, CARDEA_ETCD_DONE);
	for (size_t parts = 0; parts < 4; parts++) {
		if (parts == 2)
			continue;
		begin_commit(&wire, 101, true, parts);
		assert_int_equal(
		    read_commit(&wire, &outcome), CARDEA_E_CORRUPT);
	}
	/* the other way round, and older than what it changed */
	begin_commit(&wire, 101, true, 0);
	wire_bytes(&wire, 3, parts_of[1], 2);
	wire_bytes(&wire, 3, parts_of[0], 2);
	assert_int_equal(read_commit(&wire, &outcome), CARDEA_E_CORRUPT);
	begin_commit(&wire, 90, true, 2);
	assert_int_equal(read_commit(&wire, &outcome), CARDEA_E_CORRUPT);
}

static void
R11_a_commit_that_lost_to_itself_is_told_by_its_own_bytes(void **state)
{
	enum cardea_etcd_outcome outcome = CARDEA_ETCD_DONE;
	struct wire wire;

	(void)state;
	begin_commit(&wire, 100, false, 0);
	add_read(&wire, "a", "mine");
	assert_int_equal(read_commit(&wire, &outcome), CARDEA_OK);
	assert_int_equal(outcome, CARDEA_ETCD_OURS);
	for (int i = 0; i < 3; i++) {
		begin_commit(&wire, 100, false, 0);
		add_read(&wire, "a", i == 0 ? "mind" : i == 1 ? "mine!" : NULL);
		assert_int_equal(read_commit(&wire, &outcome), CARDEA_OK);
		assert_int_equal(outcome, CARDEA_ETCD_LOST);
	}
	begin_commit(&wire, 100, false, 0);
	assert_int_equal(read_commit(&wire, &outcome), CARDEA_E_CORRUPT);
	add_read(&wire, "b", "mine"); /* of another key */
	assert_int_equal(read_commit(&wire, &outcome), CARDEA_E_CORRUPT);
	begin_commit(&wire, 100, false, 0);
	add_read(&wire, "a", "mine");
	add_read(&wire, "a", "mine");
	assert_int_equal(read_commit(&wire, &outcome), CARDEA_E_CORRUPT);
}

/* --- a server of itself -------------------------------------------------- */

static void
a_server_tells_of_itself(void **state)
{
	struct cardea_etcd_status status;
	struct cardea_etcd_bytes bytes;
	struct wire wire = { .len = 0 };
	char long_text[300];

	(void)state;
	wire_head(&wire, 100);
	wire_bytes(&wire, 2, "3.4.23", 6);
	wire_number(&wire, 3, 20480);
	wire_number(&wire, 4, 7);
	wire_number(&wire, 5, 12);
	wire_number(&wire, 6, 3);
	wire_bytes(&wire, 8, "memberID:7 alarm:NOSPACE ", 25);
	bytes = wire_of(&wire);
	assert_int_equal(
	    cardea_etcd_read_status(&bytes, &status, NULL), CARDEA_OK);
	assert_string_equal(status.version, "3.4.23");
	assert_string_equal(status.trouble, "memberID:7 alarm:NOSPACE ");
	assert_int_equal(status.leader, 7);
	assert_int_equal(status.db_bytes, 20480);
	memset(long_text, 'x', sizeof(long_text));
	wire_bytes(&wire, 2, long_text, sizeof(long_text));
	bytes = wire_of(&wire);
	assert_int_equal(
	    cardea_etcd_read_status(&bytes, &status, NULL), CARDEA_E_CORRUPT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(R03_a_get_names_the_key_and_wants_the_newest),
		cmocka_unit_test(a_list_ends_behind_all_that_begins_so),
		cmocka_unit_test(
		    a_commit_compares_each_version_and_reads_what_it_would_put),
		cmocka_unit_test(
		    R03_a_commit_of_checks_alone_reads_what_it_checks),
		cmocka_unit_test(a_record_is_read_with_its_version),
		cmocka_unit_test(fields_that_nobody_knows_are_passed_over),
		cmocka_unit_test(what_was_not_asked_for_is_no_answer),
		cmocka_unit_test(a_small_answer_gets_little_memory),
		cmocka_unit_test(a_damaged_answer_is_never_another_record),
		cmocka_unit_test(a_page_is_in_order_and_of_what_was_asked),
		cmocka_unit_test(
		    R01_a_commit_was_done_only_if_all_of_it_says_so),
		cmocka_unit_test(
		    R11_a_commit_that_lost_to_itself_is_told_by_its_own_bytes),
		cmocka_unit_test(a_server_tells_of_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
