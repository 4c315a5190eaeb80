/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/shown.h"
#include "unit/test.h"

static struct cardea_cert_shown shown;
static struct cardea_cert_shown_item item, back;
static unsigned char bytes[CARDEA_CERT_MAX + 1];

static int
set_up(void **unused)
{
	(void)unused;
	memset(&shown, 0, sizeof(shown));
	memset(&item, 0, sizeof(item));
	memset(bytes, 'c', sizeof(bytes));
	item.kind = CARDEA_CERT_X509;
	(void)strcpy(item.credential, "desk");
	item.leaf = (struct cardea_cert_bytes){ bytes, 100 };
	item.chain_count = 2;
	item.chain[0] = (struct cardea_cert_bytes){ bytes, 200 };
	item.chain[1] = (struct cardea_cert_bytes){ bytes, 300 };
	return 0;
}

static void
what_is_added_is_found_in_its_order(void **state)
{
	size_t at = 0;

	(void)state;
	assert_int_equal(
	    cardea_cert_shown_next(&shown, &at, &back), CARDEA_E_MISSING);
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
	item.kind = CARDEA_CERT_SSH;
	item.chain_count = 0;
	bytes[0] = 's';
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
	assert_int_equal(cardea_cert_shown_next(&shown, &at, &back), CARDEA_OK);
	assert_int_equal(back.kind, CARDEA_CERT_X509);
	assert_string_equal(back.credential, "desk");
	assert_int_equal(back.leaf.len, 100);
	assert_int_equal(back.leaf.data[0], 'c');
	assert_int_equal(back.chain_count, 2);
	assert_int_equal(back.chain[1].len, 300);
	assert_int_equal(cardea_cert_shown_next(&shown, &at, &back), CARDEA_OK);
	assert_int_equal(back.kind, CARDEA_CERT_SSH);
	assert_int_equal(back.leaf.data[0], 's');
	assert_int_equal(back.chain_count, 0);
	assert_int_equal(
	    cardea_cert_shown_next(&shown, &at, &back), CARDEA_E_MISSING);
}

static void
the_same_is_kept_once(void **state)
{
	size_t len;

	(void)state;
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
	len = shown.len;
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
	assert_int_equal(shown.len, len);
	(void)strcpy(item.credential, "spare");
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
	len = shown.len;
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
	assert_int_equal(shown.len, len);
}

static void
expect_refusal(void)
{
	const struct cardea_cert_shown before = shown;

	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_E_RANGE);
	assert_int_equal(shown.len, before.len);
	assert_memory_equal(shown.bytes, before.bytes, before.len);
}

static void
what_has_no_room_is_refused_and_loses_nothing(void **state)
{
	size_t at = 0, count = 0;

	(void)state;
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
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
	    (4 * 4 + strlen(item.credential));
	item.leaf.len++;
	expect_refusal();
	item.leaf.len--;
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
	assert_int_equal(shown.len, sizeof(shown.bytes));
	while (cardea_cert_shown_next(&shown, &at, &back) == CARDEA_OK)
		count++;
	assert_int_equal(count, 2);
}

/* Whatever the bytes are, there is an end, and nothing is read beyond it. */
static void
what_was_never_written_is_no_item(void **state)
{
	struct cardea_cert_shown *cut = malloc(sizeof(*cut));
	enum cardea_status status;

	(void)state;
	assert_non_null(cut);
	assert_int_equal(cardea_cert_shown_add(&shown, &item), CARDEA_OK);
	for (size_t len = 1; len < shown.len; len++) {
		size_t at = 0;

		*cut = shown;
		cut->len = len;
		assert_int_equal(
		    cardea_cert_shown_next(cut, &at, &back), CARDEA_E_SYNTAX);
		assert_int_equal(at, 0);
	}
	for (size_t i = 0; i < shown.len; i++) {
		size_t at = 0, turns = 0;

		*cut = shown;
		cut->bytes[i] ^= 0xff;
		do
			status = cardea_cert_shown_next(cut, &at, &back);
		while (status == CARDEA_OK && turns++ < 100);
		assert_true(turns < 100);
		assert_true(at <= cut->len);
	}
	cut->len = sizeof(cut->bytes) + 1;
	assert_int_equal(cardea_cert_shown_next(cut, &(size_t){ 0 }, &back),
	    CARDEA_E_SYNTAX);
	free(cut);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_added_is_found_in_its_order),
		TEST(the_same_is_kept_once),
		TEST(what_has_no_room_is_refused_and_loses_nothing),
		TEST(what_was_never_written_is_no_item),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
