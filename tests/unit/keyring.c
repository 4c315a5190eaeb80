/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/keyring.h"
#include "store/seal.h"
#include "unit/store_fixture.h"

#define A "aa112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define B "bb112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define C "cc112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define D "dd112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define E "ee112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define F "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define G "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static enum cardea_status
parse(const char *text, struct cardea_keyring *ret_keyring,
    struct cardea_diag *diag)
{
	return cardea_keyring_parse(text, strlen(text), ret_keyring, diag);
}

static void
a_file_of_one_line_is_what_it_always_was(void **state)
{
	struct cardea_keyring keyring = { .has_next = true };

	(void)state;
	assert_int_equal(parse(A "\n", &keyring, NULL), CARDEA_OK);
	assert_false(keyring.has_next);
	assert_false(keyring.has_names);
	assert_int_equal(keyring.old_count, 0);
	assert_int_equal(cardea_keyring_current(&keyring)[0], 0xaa);
	assert_int_equal(cardea_keyring_names(&keyring)[0], 0xaa);
	cardea_keyring_clear(&keyring);
	assert_null(keyring.bytes.data);
	cardea_keyring_clear(&keyring);
}

static void
every_line_has_its_place(void **state)
{
	struct cardea_keyring keyring;

	(void)state;
	assert_int_equal(
	    parse(A "\nold " B "\nnames " C "\nnext " D "\nold " E "\n",
		&keyring, NULL),
	    CARDEA_OK);
	assert_true(keyring.has_next);
	assert_true(keyring.has_names);
	assert_int_equal(keyring.old_count, 2);
	assert_int_equal(cardea_keyring_current(&keyring)[0], 0xaa);
	assert_int_equal(cardea_keyring_next(&keyring)[0], 0xdd);
	assert_int_equal(cardea_keyring_names(&keyring)[0], 0xcc);
	assert_int_equal(cardea_keyring_old(&keyring, 0)[0], 0xbb);
	assert_int_equal(cardea_keyring_old(&keyring, 1)[0], 0xee);
	cardea_keyring_clear(&keyring);
}

static void
what_is_no_key_file_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text;
		unsigned int line;
		const char *reason;
	} cases[] = {
		{ "", 1, "is not a key of 64 hex digits" },
		{ "\n", 1, "is not a key of 64 hex digits" },
		{ "old " A "\n", 1, "is not a key of 64 hex digits" },
		{ A "\n\n", 2,
		    "is neither \"next\", \"old\" nor \"names\" with a key" },
		{ A "\n" B "\n", 2,
		    "is neither \"next\", \"old\" nor \"names\" with a key" },
		{ A "\nolder " B "\n", 2,
		    "is neither \"next\", \"old\" nor \"names\" with a key" },
		{ A "\n# note\n", 2,
		    "is neither \"next\", \"old\" nor \"names\" with a key" },
		{ A "\r\n", 1, "is not a key of 64 hex digits" },
		{ A "\nold  " B "\n", 2, "is not a key of 64 hex digits" },
		{ A "\nold " B " \n", 2, "is not a key of 64 hex digits" },
		{ A "\nold aabb\n", 2, "is not a key of 64 hex digits" },
		{ A "\nold g" B "\n", 2, "is not a key of 64 hex digits" },
		{ A "\nold " A "\n", 2, "is a key that stands there already" },
		{ A "\nnext " A "\n", 2, "is a key that stands there already" },
		{ A "\nold " B "\nnext " B "\n", 3,
		    "is a key that stands there already" },
		{ A "\nold " B "\nold " B "\n", 3,
		    "is a key that stands there already" },
		{ A "\nnext " B "\nnext " C "\n", 3, "stands twice" },
		{ A "\nnames " B "\nnames " B "\n", 3, "stands twice" },
		{ A "\nold " B "\nold " C "\nold " D "\nold " E "\nold " F "\n",
		    6, "one old key too many" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_keyring keyring = { .old_count = 77 };
		struct cardea_diag diag = { 0 };

		assert_int_equal(
		    parse(cases[i].text, &keyring, &diag), CARDEA_E_SYNTAX);
		assert_string_equal(diag.reason, cases[i].reason);
		assert_int_equal(diag.line, cases[i].line);
		assert_int_equal(keyring.old_count, 77);
	}
}

/* Cut at every byte, the file of a rotation is refused, or it is a file that
 * lacks whole lines: never one with half a key. */
static void
a_file_that_is_cut_has_whole_keys_or_is_refused(void **state)
{
	static const char text[] = A "\nnext " B "\nold " C "\nnames " D "\n";
	const size_t line[] = { 64, 64 + 1 + 5 + 64, 64 + 70 + 5 + 64,
		64 + 70 + 69 + 7 + 64 };
	size_t whole = 0;

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct cardea_keyring keyring = { .old_count = 0 };
		enum cardea_status status = cardea_keyring_parse(
		    text, len, &keyring, NULL);

		if (status == CARDEA_OK)
			whole++;
		else
			assert_int_equal(status, CARDEA_E_SYNTAX);
		cardea_keyring_clear(&keyring);
	}
	/* each line with and without its newline */
	assert_int_equal(whole, 2 * sizeof(line) / sizeof(line[0]));
}

/* ---- rotation ---- */

static void
a_rotation_goes_from_next_to_current_to_old_and_keeps_the_names(void **state)
{
	const struct fixture *fixture = *state;
	struct cardea_keyring keyring;
	unsigned char next[CARDEA_GCM_KEY];
	struct stat st;

	assert_int_equal(
	    cardea_keyring_create(fixture->key_path, NULL), CARDEA_OK);
	assert_int_equal(
	    cardea_keyring_load(fixture->key_path, &keyring, NULL), CARDEA_OK);
	assert_int_equal(cardea_keyring_use(&keyring), CARDEA_E_MISSING);
	cardea_keyring_clear(&keyring);
	assert_int_equal(parse(A "\n", &keyring, NULL), CARDEA_OK);
	assert_int_equal(cardea_keyring_begin(&keyring), CARDEA_OK);
	assert_int_equal(cardea_keyring_begin(&keyring), CARDEA_E_CONFLICT);
	memcpy(next, cardea_keyring_next(&keyring), sizeof(next));
	assert_int_equal(
	    cardea_keyring_save(&keyring, fixture->key_path, NULL), CARDEA_OK);
	cardea_keyring_clear(&keyring);

	assert_int_equal(stat(fixture->key_path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(
	    cardea_keyring_load(fixture->key_path, &keyring, NULL), CARDEA_OK);
	assert_true(keyring.has_next && keyring.has_names);
	assert_memory_equal(cardea_keyring_next(&keyring), next, sizeof(next));
	assert_int_equal(cardea_keyring_use(&keyring), CARDEA_OK);
	assert_false(keyring.has_next);
	assert_memory_equal(
	    cardea_keyring_current(&keyring), next, sizeof(next));
	assert_int_equal(keyring.old_count, 1);
	assert_int_equal(cardea_keyring_old(&keyring, 0)[0], 0xaa);
	assert_int_equal(cardea_keyring_names(&keyring)[0], 0xaa);
	cardea_keyring_finish(&keyring);
	assert_int_equal(keyring.old_count, 0);
	assert_int_equal(cardea_keyring_names(&keyring)[0], 0xaa);
	cardea_keyring_clear(&keyring);
}

static void
more_old_keys_than_there_is_room_for_are_refused_not_dropped(void **state)
{
	struct cardea_keyring keyring;

	(void)state;
	assert_int_equal(parse(A "\nold " B "\nold " C "\nold " D "\nold " E
				 "\nnext " F "\nnames " G "\n",
			     &keyring, NULL),
	    CARDEA_OK);
	assert_int_equal(cardea_keyring_use(&keyring), CARDEA_E_FULL);
	assert_true(keyring.has_next);
	assert_int_equal(keyring.old_count, 4);
	assert_int_equal(cardea_keyring_current(&keyring)[0], 0xaa);
	cardea_keyring_clear(&keyring);
}

/* ---- what the keys do ---- */

static void
derive(const char *text, struct cardea_seal *ret_seal)
{
	struct cardea_keyring keyring;

	assert_int_equal(parse(text, &keyring, NULL), CARDEA_OK);
	assert_int_equal(cardea_seal_derive(&keyring, ret_seal), CARDEA_OK);
	cardea_keyring_clear(&keyring);
}

static void
what_any_key_of_the_file_sealed_opens(void **state)
{
	static const char *const before[] = { A "\n", B "\n", C "\n" };
	const struct cardea_key key = key_of("token", "alice", "1");
	struct cardea_seal all, one;
	struct cardea_value sealed, value = { 0 };
	size_t index = 9;

	(void)state;
	derive(A "\nnext " B "\nold " C "\n", &all);
	assert_int_equal(all.count, 3);
	assert_int_equal(all.use, 0);
	for (size_t i = 0; i < 3; i++) {
		derive(before[i], &one);
		assert_int_equal(cardea_seal_value(&one, &key,
				     (const unsigned char *)"x", 1, &sealed),
		    CARDEA_OK);
		assert_int_equal(
		    cardea_seal_find(&all, &sealed, &index), CARDEA_OK);
		assert_int_equal(index, i);
		assert_int_equal(
		    cardea_seal_open(&all, &key, &sealed, &value, NULL),
		    CARDEA_OK);
		assert_memory_equal(value.data, "x", 1);
		cardea_value_clear(&value);
		cardea_value_clear(&sealed);
		cardea_seal_clear(&one);
	}
	derive(D "\n", &one);
	assert_int_equal(cardea_seal_value(&one, &key,
			     (const unsigned char *)"x", 1, &sealed),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_seal_find(&all, &sealed, &index), CARDEA_E_MISSING);
	assert_int_equal(cardea_seal_open(&all, &key, &sealed, &value, NULL),
	    CARDEA_E_CORRUPT);
	cardea_value_clear(&sealed);
	assert_int_equal(
	    cardea_seal_prefer(&all, one.ids[0]), CARDEA_E_MISSING);
	assert_int_equal(all.use, 0);
	assert_int_equal(cardea_seal_prefer(&all, all.ids[1]), CARDEA_OK);
	assert_int_equal(cardea_seal_value(&all, &key,
			     (const unsigned char *)"x", 1, &sealed),
	    CARDEA_OK);
	assert_memory_equal(sealed.data + 1, all.ids[1], CARDEA_SEAL_ID);
	cardea_value_clear(&sealed);
	cardea_seal_clear(&one);
	cardea_seal_clear(&all);
}

/* Security keys hold user handles that come from it: they must not change. */
static void
hashes_and_pseudonyms_outlive_every_rotation(void **state)
{
	unsigned char first[CARDEA_SHA256], later[CARDEA_SHA256];
	struct cardea_seal before, after;
	char mac[17], again[17];

	(void)state;
	derive(A "\n", &before);
	derive(B "\nold " A "\nnames " A "\n", &after);
	assert_int_equal(cardea_seal_mac(&before, "alice", mac), CARDEA_OK);
	assert_int_equal(cardea_seal_mac(&after, "alice", again), CARDEA_OK);
	assert_string_equal(mac, again);
	assert_int_equal(
	    cardea_seal_pseudonym(&before, "p", "alice", first), CARDEA_OK);
	assert_int_equal(
	    cardea_seal_pseudonym(&after, "p", "alice", later), CARDEA_OK);
	assert_memory_equal(first, later, sizeof(first));
	cardea_seal_clear(&after);
	derive(B "\nold " A "\n", &after);
	assert_int_equal(cardea_seal_mac(&after, "alice", again), CARDEA_OK);
	assert_string_not_equal(mac, again);
	cardea_seal_clear(&before);
	cardea_seal_clear(&after);
}

#define WITH_FIXTURE(test)                                                     \
	cmocka_unit_test_setup_teardown(test, fixture_make, fixture_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_one_line_is_what_it_always_was),
		cmocka_unit_test(every_line_has_its_place),
		cmocka_unit_test(what_is_no_key_file_is_refused_with_its_line),
		cmocka_unit_test(
		    a_file_that_is_cut_has_whole_keys_or_is_refused),
		WITH_FIXTURE(
		    a_rotation_goes_from_next_to_current_to_old_and_keeps_the_names),
		cmocka_unit_test(
		    more_old_keys_than_there_is_room_for_are_refused_not_dropped),
		cmocka_unit_test(what_any_key_of_the_file_sealed_opens),
		cmocka_unit_test(hashes_and_pseudonyms_outlive_every_rotation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
