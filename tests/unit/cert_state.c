/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cert/place.h"
#include "cert/state.h"
#include "unit/scratch.h"
#include "unit/test.h"

#define NOW 1800000000
#define HOUR 3600

static char folder[32];
static struct cardea_cert_state state, back;
static struct cardea_settings settings;
static struct cardea_diag diag;

static int
set_up(void **unused)
{
	(void)unused;
	(void)strcpy(folder, "cert_state.XXXXXX");
	scratch_make(folder);
	memset(&state, 0, sizeof(state));
	memset(&settings, 0, sizeof(settings));
	memset(&diag, 0, sizeof(diag));
	return 0;
}

static int
tear_down(void **unused)
{
	(void)unused;
	scratch_remove(folder);
	return 0;
}

static void
add_list(const char *authority, uint32_t number, int64_t from_s, int64_t to_s)
{
	struct cardea_cert_state_list list = {
		.number = number,
		.this_update_s = from_s,
		.next_update_s = to_s,
		.fetched_s = NOW,
	};

	(void)strcpy(list.authority, authority);
	assert_int_equal(cardea_cert_state_set(&state, &list), CARDEA_OK);
}

static struct cardea_authority *
add_authority(const char *name, size_t lists, enum cardea_revocation_by by)
{
	struct cardea_authority *authority =
	    &settings.authorities[settings.authority_count++];

	authority->kind = CARDEA_AUTHORITY_X509;
	(void)strcpy(authority->name, name);
	authority->list_count = lists;
	authority->revocation = by;
	return authority;
}

/* --- places -------------------------------------------------------------- */

static void
names_of_files_are_those_of_authorities(void **unused)
{
	struct cardea_authority authority = {
		.kind = CARDEA_AUTHORITY_X509,
		.name = "Corp Root_1.a-b",
	};
	unsigned char digest[32] = { 0xab };
	char path[CARDEA_CERT_PLACE_MAX + 1];

	(void)unused;
	assert_int_equal(
	    cardea_cert_place_list("/f", &authority, 2, path), CARDEA_OK);
	assert_string_equal(path, "/f/Corp+Root_1.a-b.2.index");
	authority.kind = CARDEA_AUTHORITY_SSH;
	assert_int_equal(
	    cardea_cert_place_list("/f", &authority, 0, path), CARDEA_OK);
	assert_string_equal(path, "/f/Corp+Root_1.a-b.0.krl");
	assert_int_equal(
	    cardea_cert_place_answer("/f", &authority, digest, path),
	    CARDEA_OK);
	assert_string_equal(path,
	    "/f/Corp+Root_1.a-b.ab00000000000000000000000000000000000000000000"
	    "000000000000000000.ocsp");
	assert_int_equal(cardea_cert_place_state("/f", path), CARDEA_OK);
	assert_string_equal(path, "/f/state");
}

/* The folder is not left, and no two authorities share a file. */
static void
names_that_lead_elsewhere_are_refused(void **unused)
{
	static const char *const names[] = { "", "a/b", "../x", "a+b", "a\nb",
		"\xc3\xa4" };
	struct cardea_authority authority = { .kind = CARDEA_AUTHORITY_X509 };
	char path[CARDEA_CERT_PLACE_MAX + 1] = "as before";

	(void)unused;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)strcpy(authority.name, names[i]);
		assert_int_equal(
		    cardea_cert_place_list("/f", &authority, 0, path),
		    CARDEA_E_RANGE);
	}
	(void)strcpy(authority.name, "corp");
	assert_int_equal(cardea_cert_place_list("/f", &authority,
			     CARDEA_AUTHORITY_LISTS_MAX, path),
	    CARDEA_E_RANGE);
	assert_string_equal(path, "as before");
}

/* --- the file ------------------------------------------------------------ */

static void
what_is_written_is_read(void **unused)
{
	const struct cardea_cert_state_list *list;

	(void)unused;
	add_list("corp", 0, NOW - 5, NOW + 5);
	add_list("corp", CARDEA_CERT_STATE_OCSP, NOW - 7, 0);
	add_list("corp", 0, NOW - 4, NOW + 6);
	assert_int_equal(
	    cardea_cert_state_write(folder, &state, &diag), CARDEA_OK);
	assert_int_equal(
	    cardea_cert_state_read(folder, &back, &diag), CARDEA_OK);
	assert_int_equal(back.count, 2);
	list = cardea_cert_state_find(&back, "corp", 0);
	assert_non_null(list);
	assert_int_equal(list->this_update_s, NOW - 4);
	assert_int_equal(list->next_update_s, NOW + 6);
	assert_int_equal(list->fetched_s, NOW);
	assert_null(cardea_cert_state_find(&back, "corp", 1));
	assert_null(cardea_cert_state_find(&back, "cor", 0));
}

static void
the_fullest_state_has_room(void **unused)
{
	char name[CARDEA_AUTHORITY_NAME_MAX + 1];
	struct cardea_cert_state_list more = { .authority = "more" };

	(void)unused;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < CARDEA_AUTHORITIES_MAX; i++) {
		name[0] = (char)('a' + i);
		for (uint32_t k = 0; k <= CARDEA_CERT_STATE_OCSP; k++)
			add_list(name, k, NOW, NOW);
	}
	assert_int_equal(cardea_cert_state_set(&state, &more), CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_cert_state_write(folder, &state, &diag), CARDEA_OK);
	assert_int_equal(
	    cardea_cert_state_read(folder, &back, &diag), CARDEA_OK);
	assert_memory_equal(&state, &back, sizeof(state));
}

static void
put_byte(const char *path, off_t at, unsigned char byte)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	assert_int_equal(close(fd), 0);
}

static void
a_state_damaged_anywhere_is_none(void **unused)
{
	char path[CARDEA_CERT_PLACE_MAX + 1];
	unsigned char bytes[256];
	ssize_t len;
	int fd;

	(void)unused;
	assert_int_equal(cardea_cert_place_state(folder, path), CARDEA_OK);
	assert_int_equal(
	    cardea_cert_state_read(folder, &back, &diag), CARDEA_E_MISSING);
	add_list("corp", 0, NOW, NOW);
	assert_int_equal(
	    cardea_cert_state_write(folder, &state, &diag), CARDEA_OK);
	fd = open(path, O_RDONLY);
	len = read(fd, bytes, sizeof(bytes));
	assert_in_range(len, 80, 140);
	(void)close(fd);
	for (ssize_t i = 0; i < len; i++) {
		put_byte(path, i, bytes[i] ^ 1);
		assert_int_equal(cardea_cert_state_read(folder, &back, &diag),
		    CARDEA_E_CORRUPT);
		put_byte(path, i, bytes[i]);
	}
	assert_int_equal(
	    cardea_cert_state_read(folder, &back, &diag), CARDEA_OK);
	while (len-- > 0) {
		assert_int_equal(truncate(path, len), 0);
		assert_int_equal(cardea_cert_state_read(folder, &back, &diag),
		    CARDEA_E_CORRUPT);
	}
}

static void
a_state_that_others_can_write_is_none(void **unused)
{
	char path[CARDEA_CERT_PLACE_MAX + 1];

	(void)unused;
	assert_int_equal(cardea_cert_place_state(folder, path), CARDEA_OK);
	assert_int_equal(
	    cardea_cert_state_write(folder, &state, &diag), CARDEA_OK);
	assert_int_equal(chmod(path, 0666), 0);
	assert_int_equal(
	    cardea_cert_state_read(folder, &back, &diag), CARDEA_E_UNSAFE);
}

/* --- stale --------------------------------------------------------------- */

static bool
is_stale(int64_t now_s)
{
	return cardea_cert_state_stale(&state, &settings, now_s) != NULL;
}

static void
a_list_is_stale_beyond_its_end_or_its_age(void **unused)
{
	struct cardea_authority *authority;

	(void)unused;
	assert_false(is_stale(NOW));
	authority = add_authority("corp", 2, CARDEA_REVOCATION_BY_CRL);
	add_list("corp", 0, NOW, NOW + 10 * HOUR);
	assert_true(is_stale(NOW)); /* the second is missing */
	add_list("corp", 1, NOW, 0);
	assert_false(is_stale(NOW + 10 * HOUR));
	assert_true(is_stale(NOW + 10 * HOUR + 1));
	authority->max_age_s = HOUR;
	assert_false(is_stale(NOW + HOUR));
	assert_true(is_stale(NOW + HOUR + 1));
	authority->revocation = CARDEA_REVOCATION_BY_NONE;
	assert_false(is_stale(NOW + HOUR + 1));
	assert_true(cardea_cert_state_stale(&state, &settings, NOW) == NULL);
}

static void
either_will_do_where_either_is_asked(void **unused)
{
	struct cardea_authority *authority;

	(void)unused;
	authority = add_authority("corp", 1, CARDEA_REVOCATION_BY_ANY);
	(void)strcpy(authority->ocsp, "http://ocsp.example.org/");
	add_list("corp", 0, NOW, NOW + HOUR);
	assert_false(is_stale(NOW));
	assert_true(is_stale(NOW + 2 * HOUR));
	add_list("corp", CARDEA_CERT_STATE_OCSP, NOW, NOW + 3 * HOUR);
	assert_false(is_stale(NOW + 2 * HOUR));
	assert_true(is_stale(NOW + 4 * HOUR));
	authority->revocation = CARDEA_REVOCATION_BY_OCSP;
	assert_true(is_stale(NOW + 2 * HOUR));
	authority->list_count = 0;
	assert_false(is_stale(NOW + 2 * HOUR));
	assert_true(is_stale(NOW + 4 * HOUR));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_files_are_those_of_authorities),
		cmocka_unit_test(names_that_lead_elsewhere_are_refused),
		cmocka_unit_test_setup_teardown(
		    what_is_written_is_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    the_fullest_state_has_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_state_damaged_anywhere_is_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_state_that_others_can_write_is_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_list_is_stale_beyond_its_end_or_its_age, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    either_will_do_where_either_is_asked, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
