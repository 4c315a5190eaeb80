/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cardea/address.h>

#include "facts/library/table.h"
#include "unit/mmdb_bytes.h"
#include "unit/scratch.h"

/*
 * Files that libmaxminddb alone does not survive, or takes for something else,
 * through the door that logins use.
 */

static char folder[] = "shape.XXXXXX";

static int
setup(void **state)
{
	(void)state;
	memcpy(folder, "shape.XXXXXX", sizeof(folder));
	scratch_make(folder);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

/* a tree of one node: every address leads to what comes next */
static void
begin_file(void)
{
	begin();
	for (int side = 0; side < 2; side++)
		put("\0\0\x11", 3);
	put("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
}

/* less: "languages", which is the last, is the caller's */
static void
put_metadata(unsigned int version, unsigned int more)
{
	put("\xab\xcd\xefMaxMind.com", 14);
	put_map(9 + more);
	put_text("binary_format_major_version");
	put_number(5, 2, 2);
	put_text("binary_format_minor_version");
	put_number(5, 2, 0);
	put_text("build_epoch");
	put_number(9, 8, 1900000000);
	put_text("database_type");
	put_text("Made-Up-City");
	put_text("description");
	put_map(0);
	put_text("ip_version");
	put_number(5, 2, version);
	put_text("node_count");
	put_number(6, 4, 1);
	put_text("record_size");
	put_number(5, 2, 24);
}

static void
put_languages(void)
{
	put_text("languages");
	put_array(1);
	put_text("en");
}

static void
put_country(void)
{
	put_text("country");
	put_map(1);
	put_text("iso_code");
	put_text("DE");
}

/* read(): the file as it was built; the status of opening it, or of the
 * look-up */
static enum cardea_status
read_as(enum cardea_place_base base, const char *text,
    struct cardea_place *ret_place, struct cardea_diag *diag)
{
	struct cardea_address address = cardea_address_parse(text);
	struct cardea_place_base_file *file = NULL;
	struct cardea_place_info info = { .type = "" };
	enum cardea_status status;
	char path[64];
	FILE *out;

	memset(ret_place, 0, sizeof(*ret_place));
	snprintf(path, sizeof(path), "%s/x.mmdb", folder);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	fclose(out);
	status = cardea_place_library.open(path, &file, &info, diag);
	if (status != CARDEA_OK) {
		assert_null(file);
		return status;
	}
	assert_string_equal(info.type, "Made-Up-City");
	assert_int_equal(info.built_s, 1900000000);
	status = cardea_place_library.look_up(
	    file, base, address.bytes, ret_place, diag);
	cardea_place_library.close(file);
	return status;
}

static void
demand(enum cardea_status wanted, const char *said)
{
	struct cardea_diag diag = { .line = 0 };
	struct cardea_place place;

	assert_int_equal(
	    read_as(CARDEA_PLACE_COUNTRY, "192.0.2.1", &place, &diag), wanted);
	assert_string_equal(diag.reason, said);
	assert_int_equal(place.country_known,
	    wanted == CARDEA_OK ? CARDEA_YES : CARDEA_UNKNOWN);
}

static void
a_file_built_so_is_read(void **state)
{
	(void)state;
	begin_file();
	put_map(1);
	put_country();
	put_metadata(6, 0);
	put_languages();
	demand(CARDEA_OK, "");
}

static void
C11_a_record_nested_without_end_is_damaged(void **state)
{
	(void)state;
	begin_file();
	put_map(2);
	put_text("a");
	put_nested(2000000);
	put_country();
	put_metadata(6, 0);
	put_languages();
	demand(CARDEA_E_CORRUPT, "a record is damaged");
}

static void
C11_a_record_as_wide_as_the_file_is_damaged(void **state)
{
	(void)state;
	begin_file();
	put_map(2);
	put_text("a");
	put_octet(31);
	put_octet(11 - 7);
	put("\x3c\x00\x00", 3);
	for (unsigned int i = 0; i < 65821 + 0x3c0000; i++)
		put_text("");
	put_country();
	put_metadata(6, 0);
	put_languages();
	demand(CARDEA_E_CORRUPT, "a record is damaged");
}

/* 2^40 values in 900 octets: libmaxminddb would unfold them all */
static void
C11_metadata_that_unfolds_without_end_is_damaged(void **state)
{
	size_t section, top;

	(void)state;
	begin_file();
	put_map(1);
	put_country();
	section = len + 14;
	put_metadata(6, 0);
	put_text("languages");
	/* the fan stands behind what points at it, where nothing is read */
	top = len - section + 5 + 2 + 12 * 39;
	put_pointer(top);
	assert_int_equal(put_fan(section, 40), top);
	demand(CARDEA_E_CORRUPT, "what it says of itself is damaged");
}

static void
C11_metadata_nested_without_end_is_damaged(void **state)
{
	(void)state;
	begin_file();
	put_map(1);
	put_country();
	put_metadata(6, 1);
	put_text("a");
	put_nested(60000);
	put_languages();
	demand(CARDEA_E_CORRUPT, "what it says of itself is damaged");
}

static void
C11_what_is_no_database_is_said_to_be_none(void **state)
{
	static const char said[] = "is no database of MaxMind's format, or cut";

	(void)state;
	begin();
	demand(CARDEA_E_CORRUPT, said);
	put_text("x");
	demand(CARDEA_E_CORRUPT, said);
	memset(bytes, 'x', 300000);
	len = 300000;
	demand(CARDEA_E_CORRUPT, said);
}

static void
a_database_of_IPv4_says_nothing_of_IPv6(void **state)
{
	struct cardea_diag diag = { .line = 0 };
	struct cardea_place place;

	(void)state;
	begin_file();
	put_map(2);
	put_country();
	put_text("is_anonymous");
	put_octet(1);
	put_octet(14 - 7);
	put_metadata(4, 0);
	put_languages();
	demand(CARDEA_OK, "");
	assert_int_equal(
	    read_as(CARDEA_PLACE_COUNTRY, "::ffff:192.0.2.1", &place, &diag),
	    CARDEA_OK);
	assert_string_equal(place.country, "DE");
	assert_int_equal(
	    read_as(CARDEA_PLACE_COUNTRY, "2001:db8::1", &place, &diag),
	    CARDEA_E_MISSING);
	assert_int_equal(place.country_known, CARDEA_UNKNOWN);
	/* missing would mean: it is known to have none */
	assert_int_equal(
	    read_as(CARDEA_PLACE_TRAITS, "2001:db8::1", &place, &diag),
	    CARDEA_OK);
	assert_int_equal(place.traits_known, CARDEA_UNKNOWN);
	assert_int_equal(
	    read_as(CARDEA_PLACE_TRAITS, "192.0.2.1", &place, &diag),
	    CARDEA_OK);
	assert_int_equal(place.traits_known, CARDEA_YES);
	assert_int_equal(place.traits, CARDEA_TRAIT_ANONYMOUS);
}

static void
where_the_owner_is_registered_is_no_country(void **state)
{
	struct cardea_diag diag = { .line = 0 };
	struct cardea_place place;

	(void)state;
	begin_file();
	put_map(1);
	put_text("registered_country");
	put_map(1);
	put_text("iso_code");
	put_text("DE");
	put_metadata(6, 0);
	put_languages();
	assert_int_equal(
	    read_as(CARDEA_PLACE_COUNTRY, "192.0.2.1", &place, &diag),
	    CARDEA_OK);
	assert_int_equal(place.country_known, CARDEA_UNKNOWN);
	assert_string_equal(place.country, "");
}

int
main(void)
{
#define FILES(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		FILES(a_file_built_so_is_read),
		FILES(C11_a_record_nested_without_end_is_damaged),
		FILES(C11_a_record_as_wide_as_the_file_is_damaged),
		FILES(C11_metadata_that_unfolds_without_end_is_damaged),
		FILES(C11_metadata_nested_without_end_is_damaged),
		FILES(C11_what_is_no_database_is_said_to_be_none),
		FILES(a_database_of_IPv4_says_nothing_of_IPv6),
		FILES(where_the_owner_is_registered_is_no_country),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
