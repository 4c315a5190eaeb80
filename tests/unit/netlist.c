/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/netlist_fixture.h"
#include "unit/test.h"

static void
an_address_is_in_the_list_or_not(void **state)
{
	(void)state;
	prepare("192.0.2.0/24\n198.51.100.7\n2001:db8::/32\n"
		"203.0.113.5 - 203.0.113.9\n");
	assert_int_equal(look_up("192.0.2.0"), CARDEA_YES);
	assert_int_equal(look_up("192.0.2.255"), CARDEA_YES);
	assert_int_equal(look_up("::ffff:192.0.2.9"), CARDEA_YES);
	assert_int_equal(look_up("192.0.3.0"), CARDEA_NO);
	assert_int_equal(look_up("192.0.1.255"), CARDEA_NO);
	assert_int_equal(look_up("198.51.100.7"), CARDEA_YES);
	assert_int_equal(look_up("198.51.100.8"), CARDEA_NO);
	assert_int_equal(look_up("2001:db8:ffff::1"), CARDEA_YES);
	assert_int_equal(look_up("2001:db9::"), CARDEA_NO);
	assert_int_equal(look_up("203.0.113.4"), CARDEA_NO);
	assert_int_equal(look_up("203.0.113.9"), CARDEA_YES);
	assert_int_equal(look_up("203.0.113.10"), CARDEA_NO);
	assert_int_equal(look_up("::"), CARDEA_NO);
	assert_int_equal(look_up("ffff::"), CARDEA_NO);
	assert_int_equal(look_up("fe80::1%eth0"), CARDEA_NO);
}

static void
C02_an_address_that_is_unknown_is_neither_in_nor_out(void **state)
{
	(void)state;
	prepare("::/0\n");
	assert_int_equal(look_up("UNKNOWN"), CARDEA_UNKNOWN);
	assert_int_equal(look_up("host.example.org"), CARDEA_UNKNOWN);
	/* from no network at all: in no list, whatever becomes of the list */
	assert_int_equal(look_up(""), CARDEA_NO);
	assert_int_equal(look_up("0.0.0.0"), CARDEA_YES);
	assert_int_equal(
	    look_up("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), CARDEA_YES);
}

static void
an_entry_ends_at_its_second(void **state)
{
	/* 1900000000 is 2030-03-17T17:46:40Z */
	(void)state;
	prepare("192.0.2.0/24 until 2030-03-17T17:46:40Z\n"
		"192.0.2.128/25 until 2030-03-17\n");
	assert_int_equal(look_up_at("192.0.2.1", LIST_NOW - 1), CARDEA_YES);
	assert_int_equal(look_up_at("192.0.2.1", LIST_NOW), CARDEA_NO);
	/* over one another, the longer counts; a date means its whole day */
	assert_int_equal(look_up_at("192.0.2.200", LIST_NOW), CARDEA_YES);
	assert_int_equal(look_up_at("192.0.2.200", 1900022399), CARDEA_YES);
	assert_int_equal(look_up_at("192.0.2.200", 1900022400), CARDEA_NO);
}

static void
state_of(int64_t now_s, const char *folder_of,
    struct cardea_netlist_state *ret_state)
{
	cardea_netlist_state(folder_of, &list, now_s, ret_state);
}

static void
C02_a_list_that_has_expired_or_is_too_old_is_unknown(void **state)
{
	struct cardea_netlist_state told;

	(void)state;
	prepare("# expires: 2030-03-17T17:46:50Z\n192.0.2.1\n");
	assert_int_equal(look_up_at("192.0.2.1", LIST_NOW + 9), CARDEA_YES);
	assert_int_equal(
	    look_up_at("192.0.2.1", LIST_NOW + 10), CARDEA_UNKNOWN);
	assert_int_equal(
	    look_up_at("192.0.2.2", LIST_NOW + 10), CARDEA_UNKNOWN);
	state_of(LIST_NOW + 10, folder, &told);
	assert_true(told.there);
	assert_false(told.usable);
	assert_int_equal(told.expires_s, LIST_NOW + 10);
	assert_non_null(strstr(told.diag.reason, "expired"));
	assert_string_equal(told.diag.file, list.path);

	prepare("192.0.2.1\n");
	assert_int_equal(look_up_at("192.0.2.1", LIST_NOW + 86400), CARDEA_YES);
	assert_int_equal(
	    look_up_at("192.0.2.1", LIST_NOW + 86401), CARDEA_UNKNOWN);
	state_of(LIST_NOW + 86401, folder, &told);
	assert_non_null(strstr(told.diag.reason, "24 hours ago"));
	/* a clock that is far behind knows no age */
	assert_int_equal(look_up_at("192.0.2.1", LIST_NOW - 86400), CARDEA_YES);
	assert_int_equal(
	    look_up_at("192.0.2.1", LIST_NOW - 86401), CARDEA_UNKNOWN);
}

static void
C02_a_list_that_was_never_prepared_is_unknown(void **state)
{
	char path[CARDEA_NETLIST_PATH_MAX + 1];
	struct cardea_netlist_state told;

	(void)state;
	list_path(path);
	(void)unlink(path);
	assert_int_equal(look_up("192.0.2.1"), CARDEA_UNKNOWN);
	state_of(LIST_NOW, folder, &told);
	assert_false(told.there);
	assert_false(told.usable);
	assert_non_null(strstr(told.diag.reason, "never prepared"));
	state_of(LIST_NOW, "no/such/folder", &told);
	assert_false(told.usable);
	assert_true(told.diag.reason[0] != '\0');
}

/* rules of base/file.h */
static void
C02_a_list_that_others_may_write_is_unknown(void **state)
{
	char path[CARDEA_NETLIST_PATH_MAX + 1];
	char other[sizeof(path) + 2];

	(void)state;
	prepare("192.0.2.1\n");
	list_path(path);
	assert_int_equal(chmod(path, 0620), 0);
	assert_int_equal(look_up("192.0.2.1"), CARDEA_UNKNOWN);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(look_up("192.0.2.1"), CARDEA_YES);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(look_up("192.0.2.1"), CARDEA_UNKNOWN);
	assert_int_equal(chmod(folder, 0755), 0);

	snprintf(other, sizeof(other), "%s.x", path);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(strrchr(other, '/') + 1, path), 0);
	assert_int_equal(look_up("192.0.2.1"), CARDEA_UNKNOWN);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(look_up("192.0.2.1"), CARDEA_UNKNOWN);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(look_up("192.0.2.1"), CARDEA_YES);
}

static void
another_list_under_its_name_is_unknown(void **state)
{
	const struct cardea_address address = cardea_address_parse("192.0.2.1");
	const struct cardea_policy_list another = { "/x", LIST_ID + 1, 0 };
	char path[CARDEA_NETLIST_PATH_MAX + 1];
	char other[CARDEA_NETLIST_PATH_MAX + 1];
	struct cardea_netlist_state told;

	(void)state;
	prepare("192.0.2.1\n");
	list_path(path);
	assert_int_equal(
	    cardea_netlist_path(folder, another.id, other), CARDEA_OK);
	assert_int_equal(link(path, other), 0);
	assert_int_equal(
	    cardea_netlist_look_up(folder, &another, &address, LIST_NOW, &told),
	    CARDEA_UNKNOWN);
	assert_non_null(strstr(told.diag.reason, "another list"));
	assert_int_equal(unlink(other), 0);
}

static void
a_list_may_be_empty_if_it_says_so(void **state)
{
	struct cardea_netlist_state told;

	(void)state;
	prepare("; may be empty\n");
	assert_int_equal(look_up("192.0.2.1"), CARDEA_NO);
	state_of(LIST_NOW, folder, &told);
	assert_true(told.usable);
	assert_int_equal(told.entries, 0);
}

/* --- damage ----------------------------------------------------------------
 */

static const char *const probes[] = { "10.0.0.0", "10.0.1.44", "10.9.9.9",
	"::1" };
#define PROBES (sizeof(probes) / sizeof(probes[0]))

/* entries: every second address from 10.0.0.0 on */
static void
prepare_comb(unsigned int entries)
{
	char *text = malloc((size_t)entries * 20 + 1), *at = text;

	assert_non_null(text);
	*text = '\0';
	for (unsigned int i = 0; i < entries; i++)
		at += sprintf(at, "10.0.%u.%u\n", i / 128, i % 128 * 2);
	prepare(text);
	free(text);
}

static void
flip_all(size_t step, const unsigned char *masks, size_t mask_count)
{
	enum cardea_known right[PROBES];
	size_t len, unknown = 0;
	unsigned char *bytes = read_list(&len);

	for (size_t i = 0; i < PROBES; i++) {
		right[i] = look_up(probes[i]);
		assert_int_not_equal(right[i], CARDEA_UNKNOWN);
	}
	for (size_t at = 0; at < len; at += step) {
		for (size_t m = 0; m < mask_count; m++) {
			bytes[at] ^= masks[m];
			put_list(bytes, len);
			for (size_t i = 0; i < PROBES; i++) {
				enum cardea_known known = look_up(probes[i]);

				if (known == CARDEA_UNKNOWN)
					unknown++;
				else
					assert_int_equal(known, right[i]);
			}
			bytes[at] ^= masks[m];
		}
	}
	assert_true(unknown > 0);
	put_list(bytes, len);
	for (size_t i = 0; i < PROBES; i++)
		assert_int_equal(look_up(probes[i]), right[i]);
	free(bytes);
}

static void
C02_no_flipped_byte_makes_a_wrong_answer(void **state)
{
	static const unsigned char masks[] = { 0x01, 0xff };

	(void)state;
	prepare_comb(5);
	flip_all(1, masks, sizeof(masks));
	/* more than one block: 204 ranges fit into one */
	prepare_comb(300);
	flip_all(31, masks, 1);
}

/* What it says of its own end and age is believed of a whole header alone. */
static void
C02_a_header_with_one_flipped_bit_makes_no_answer(void **state)
{
	unsigned char *bytes;
	size_t len;

	(void)state;
	prepare("# expires: 2030-03-18\n10.0.0.0\n");
	bytes = read_list(&len);
	for (size_t bit = 0; bit < CARDEA_NETLIST_HEADER * 8; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		put_list(bytes, len);
		assert_int_equal(look_up("10.0.0.0"), CARDEA_UNKNOWN);
		assert_int_equal(look_up("10.0.0.1"), CARDEA_UNKNOWN);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	free(bytes);
}

static void
C02_no_cut_or_grown_file_makes_an_answer(void **state)
{
	unsigned char *bytes, *longer;
	size_t len;

	(void)state;
	prepare_comb(5);
	bytes = read_list(&len);
	for (size_t cut = 0; cut < len; cut++) {
		put_list(bytes, cut);
		for (size_t i = 0; i < PROBES; i++)
			assert_int_equal(look_up(probes[i]), CARDEA_UNKNOWN);
	}
	longer = calloc(1, len + 1);
	assert_non_null(longer);
	memcpy(longer, bytes, len);
	put_list(longer, len + 1);
	assert_int_equal(look_up("10.0.0.0"), CARDEA_UNKNOWN);
	free(longer);
	free(bytes);
}

static void
damage_is_told_by_the_name_of_the_source(void **state)
{
	const struct cardea_address address = cardea_address_parse("10.0.0.0");
	struct cardea_netlist_state told;
	unsigned char *bytes;
	size_t len;

	(void)state;
	prepare_comb(12);
	bytes = read_list(&len);
	bytes[len - 1] ^= 1;
	put_list(bytes, len);
	assert_int_equal(
	    cardea_netlist_look_up(folder, &list, &address, LIST_NOW, &told),
	    CARDEA_UNKNOWN);
	assert_string_equal(told.diag.file, list.path);
	assert_non_null(strstr(told.diag.reason, "damaged"));
	assert_false(told.usable);
	/* of another version, by which nothing can be read */
	bytes[len - 1] ^= 1;
	bytes[8]++;
	put_list(bytes, len);
	assert_int_equal(
	    cardea_netlist_look_up(folder, &list, &address, LIST_NOW, &told),
	    CARDEA_UNKNOWN);
	assert_non_null(strstr(told.diag.reason, "another version"));
	free(bytes);
}

/* --- renewing --------------------------------------------------------------
 */

static enum cardea_status
renew(int64_t prepared_s)
{
	char path[CARDEA_NETLIST_PATH_MAX + 1], next[sizeof(path) + 4];
	struct cardea_netlist old;
	enum cardea_status status;
	int from, to;

	list_path(path);
	snprintf(next, sizeof(next), "%s.new", path);
	from = open(path, O_RDONLY | O_CLOEXEC);
	to = open(next, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(from >= 0 && to >= 0);
	assert_int_equal(cardea_netlist_open(from, &old, NULL), CARDEA_OK);
	status = cardea_netlist_renew(&old, prepared_s, to, NULL);
	close(from);
	close(to);
	if (status == CARDEA_OK)
		assert_int_equal(rename(next, path), 0);
	return status;
}

static void
a_list_is_renewed_whole_or_not_at_all(void **state)
{
	unsigned char *before, *after;
	size_t before_len, after_len;

	(void)state;
	prepare_comb(500);
	before = read_list(&before_len);
	assert_int_equal(
	    look_up_at("10.0.0.0", LIST_NOW + 90000), CARDEA_UNKNOWN);
	assert_int_equal(renew(LIST_NOW + 90000), CARDEA_OK);
	assert_int_equal(look_up_at("10.0.0.0", LIST_NOW + 90000), CARDEA_YES);
	assert_int_equal(look_up_at("10.0.0.1", LIST_NOW + 90000), CARDEA_NO);
	assert_int_equal(renew(LIST_NOW), CARDEA_OK);
	after = read_list(&after_len);
	assert_int_equal(after_len, before_len);
	assert_memory_equal(after, before, before_len);

	/* damage in a block that no look-up has met is not carried on */
	for (size_t at = CARDEA_NETLIST_HEADER; at < before_len; at += 1999) {
		before[at] ^= 0x10;
		put_list(before, before_len);
		assert_int_equal(renew(LIST_NOW), CARDEA_E_CORRUPT);
		before[at] ^= 0x10;
	}
	prepare("# may be empty\n");
	assert_int_equal(renew(LIST_NOW + 5), CARDEA_OK);
	assert_int_equal(look_up("10.0.0.0"), CARDEA_NO);
	free(before);
	free(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_is_in_the_list_or_not),
		cmocka_unit_test(
		    C02_an_address_that_is_unknown_is_neither_in_nor_out),
		cmocka_unit_test(an_entry_ends_at_its_second),
		cmocka_unit_test(
		    C02_a_list_that_has_expired_or_is_too_old_is_unknown),
		cmocka_unit_test(C02_a_list_that_was_never_prepared_is_unknown),
		cmocka_unit_test(C02_a_list_that_others_may_write_is_unknown),
		cmocka_unit_test(another_list_under_its_name_is_unknown),
		cmocka_unit_test(a_list_may_be_empty_if_it_says_so),
		cmocka_unit_test(C02_no_flipped_byte_makes_a_wrong_answer),
		cmocka_unit_test(
		    C02_a_header_with_one_flipped_bit_makes_no_answer),
		cmocka_unit_test(C02_no_cut_or_grown_file_makes_an_answer),
		cmocka_unit_test(damage_is_told_by_the_name_of_the_source),
		cmocka_unit_test(a_list_is_renewed_whole_or_not_at_all),
	};

	return cmocka_run_group_tests(tests, folder_set_up, folder_tear_down);
}
