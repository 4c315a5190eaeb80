/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/shown.h"
#include "unit/test.h"

static struct cardea_cert_shown shown;
static struct cardea_cert_shown_item item, back;
static unsigned char bytes[CARDEA_CERT_MAX + 1];
static uint32_t number;

static int
set_up(void **unused)
{
	(void)unused;
	memset(&shown, 0, sizeof(shown));
	memset(&item, 0, sizeof(item));
	memset(bytes, 'c', sizeof(bytes));
	item.kind = CARDEA_CERT_X509;
	item.source = "192.0.2.1";
	number = 99;
	item.leaf = (struct cardea_cert_bytes){ bytes, 100 };
	item.chain_count = 2;
	item.chain[0] = (struct cardea_cert_bytes){ bytes, 200 };
	item.chain[1] = (struct cardea_cert_bytes){ bytes, 300 };
	return 0;
}

static void
what_is_added_is_found_by_its_number(void **state)
{
	(void)state;
	assert_int_equal(
	    cardea_cert_shown_get(&shown, 1, &back), CARDEA_E_MISSING);
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	assert_int_equal(number, 1);
	item.kind = CARDEA_CERT_SSH;
	item.chain_count = 0;
	item.source = "";
	item.leaf.data = bytes + 1;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	assert_int_equal(number, 2);
	assert_int_equal(cardea_cert_shown_get(&shown, 1, &back), CARDEA_OK);
	assert_int_equal(back.kind, CARDEA_CERT_X509);
	assert_string_equal(back.source, "192.0.2.1");
	assert_false(back.cut);
	assert_int_equal(back.leaf.len, 100);
	assert_int_equal(back.leaf.data[0], 'c');
	assert_int_equal(back.chain_count, 2);
	assert_int_equal(back.chain[1].len, 300);
	assert_int_equal(cardea_cert_shown_get(&shown, 2, &back), CARDEA_OK);
	assert_int_equal(back.kind, CARDEA_CERT_SSH);
	assert_string_equal(back.source, "");
	assert_int_equal(back.chain_count, 0);
	assert_int_equal(
	    cardea_cert_shown_get(&shown, 3, &back), CARDEA_E_MISSING);
	assert_int_equal(
	    cardea_cert_shown_get(&shown, 0, &back), CARDEA_E_MISSING);
}

static void
the_same_is_kept_once(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	len = shown.len;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	assert_int_equal(shown.len, len);
	assert_int_equal(number, 1);
	item.source = "192.0.2.2";
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	assert_int_equal(number, 2);
	/* also where a second one would have no room */
	memset(&shown, 0, sizeof(shown));
	item.leaf.len = CARDEA_CERT_SHOWN_MAX - 1000;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	len = shown.len;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	assert_int_equal(number, 1);
	assert_int_equal(shown.len, len);
}

static void
expect_refusal(void)
{
	const struct cardea_cert_shown before = shown;

	number = 99;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_E_RANGE);
	assert_int_equal(number, 99);
	assert_int_equal(shown.len, before.len);
	assert_memory_equal(shown.bytes, before.bytes, before.len);
}

static void
what_has_no_room_is_refused_and_loses_nothing(void **state)
{
	(void)state;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	item.leaf.len = CARDEA_CERT_MAX;
	expect_refusal();
	item.leaf.len = CARDEA_CERT_MAX + 1;
	expect_refusal();
	item.leaf.len = 0;
	expect_refusal();
	item.leaf.len = 1;
	item.chain_count = CARDEA_CERT_CHAIN_MAX + 1;
	expect_refusal();
	item.chain_count = 0;
	item.kind = CARDEA_CERT_SSH_KEY;
	expect_refusal();
	item.kind = CARDEA_CERT_NONE;
	expect_refusal();
	/* to the last byte */
	item.kind = CARDEA_CERT_SSH;
	item.leaf.len = sizeof(shown.bytes) - shown.len -
	    (5 * 4 + strlen(item.source) + 1);
	item.leaf.len++;
	expect_refusal();
	item.leaf.len--;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	assert_int_equal(number, 2);
	assert_int_equal(shown.len, sizeof(shown.bytes));
}

/* Whatever is sent along, the leaf is kept. */
static void
a_chain_without_room_is_cut(void **state)
{
	(void)state;
	item.chain[0].len = CARDEA_CERT_MAX;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	assert_int_equal(cardea_cert_shown_get(&shown, 1, &back), CARDEA_OK);
	assert_true(back.cut);
	assert_int_equal(back.chain_count, 0);
	assert_int_equal(back.leaf.len, 100);
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	assert_int_equal(number, 1);
	/* and stays so where it is kept anew */
	memset(&shown, 0, sizeof(shown));
	back.leaf.data = bytes;
	back.source = "";
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &back, &number), CARDEA_OK);
	assert_int_equal(cardea_cert_shown_get(&shown, 1, &back), CARDEA_OK);
	assert_true(back.cut);
}

/* Whatever the bytes are, there is an end, and nothing is read beyond it. */
static void
what_was_never_written_is_no_item(void **state)
{
	struct cardea_cert_shown *cut = malloc(sizeof(*cut));

	(void)state;
	assert_non_null(cut);
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &number), CARDEA_OK);
	for (size_t len = 1; len < shown.len; len++) {
		*cut = shown;
		cut->len = len;
		assert_int_equal(
		    cardea_cert_shown_get(cut, 1, &back), CARDEA_E_SYNTAX);
	}
	for (size_t i = 0; i < shown.len; i++) {
		*cut = shown;
		cut->bytes[i] ^= 0xff;
		assert_int_not_equal(
		    cardea_cert_shown_get(cut, 1000, &back), CARDEA_OK);
	}
	cut->len = sizeof(cut->bytes) + 1;
	assert_int_equal(cardea_cert_shown_get(cut, 1, &back), CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_cert_shown_add(cut, &item, &number), CARDEA_E_SYNTAX);
	free(cut);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_added_is_found_by_its_number),
		TEST(a_chain_without_room_is_cut),
		TEST(the_same_is_kept_once),
		TEST(what_has_no_room_is_refused_and_loses_nothing),
		TEST(what_was_never_written_is_no_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
