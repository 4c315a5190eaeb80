/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "sign/ca_record.h"
#include "unit/scratch.h"
#include "unit/test.h"

static char folder[] = "ca-XXXXXX";
static char base[3000], path[4096];

static const char *
path_of(const char *name)
{
	(void)snprintf(path, sizeof(path), "%s/%s%s%s", base, folder,
	    name[0] != '\0' ? "/" : "", name);
	return path;
}

static enum cardea_status
hold(struct cardea_ca_record *record)
{
	return cardea_ca_record_hold(path_of("ca"), true, record, NULL);
}

static void
write_text(const char *text)
{
	assert_int_equal(cardea_file_replace(path_of("ca/record"), text,
			     strlen(text), 0600, NULL),
	    CARDEA_OK);
}

static enum cardea_status
read_text(const char *text)
{
	struct cardea_ca_record record;
	enum cardea_status status;

	assert_int_equal(hold(&record), CARDEA_OK);
	write_text(text);
	status = cardea_ca_record_read(&record, NULL);
	cardea_ca_record_clear(&record);
	return status;
}

static void
what_was_issued_and_revoked_is_remembered(void **state)
{
	struct cardea_ca_record record;
	struct cardea_ca_made made = { .not_after_s = 2000000000 };

	(void)state;
	assert_int_equal(hold(&record), CARDEA_OK);
	strncpy(record.key, "/a key", sizeof(record.key) - 1);
	strncpy(record.pin_file, "/pin", sizeof(record.pin_file) - 1);
	record.list_number = 7;
	record.list_time_s = 1800000000;
	for (int i = 0; i < 40; i++) {
		(void)snprintf(made.serial, sizeof(made.serial), "%02x", i);
		(void)snprintf(
		    made.subject, sizeof(made.subject), "CN=a b %d", i);
		assert_int_equal(
		    cardea_ca_record_add(&record, &made, NULL), CARDEA_OK);
	}
	made.subject[0] = '\0';
	strncpy(made.serial, "ff", 3);
	assert_int_equal(cardea_ca_record_add(&record, &made, NULL), CARDEA_OK);
	cardea_ca_record_find(&record, "05")->revoked_s = 1900000000;
	assert_int_equal(cardea_ca_record_write(&record, NULL), CARDEA_OK);
	cardea_ca_record_clear(&record);

	assert_int_equal(hold(&record), CARDEA_OK);
	assert_int_equal(cardea_ca_record_read(&record, NULL), CARDEA_OK);
	assert_string_equal(record.key, "/a key");
	assert_string_equal(record.pin_file, "/pin");
	assert_string_equal(record.tpm, "");
	assert_int_equal(record.list_number, 7);
	assert_int_equal(record.list_time_s, 1800000000);
	assert_int_equal(record.count, 41);
	assert_int_equal(
	    cardea_ca_record_find(&record, "05")->revoked_s, 1900000000);
	assert_int_equal(cardea_ca_record_find(&record, "06")->revoked_s, 0);
	assert_string_equal(
	    cardea_ca_record_find(&record, "27")->subject, "CN=a b 39");
	assert_string_equal(cardea_ca_record_find(&record, "ff")->subject, "");
	assert_null(cardea_ca_record_find(&record, "28"));
	cardea_ca_record_clear(&record);
}

#define HEAD "cardea authority 1\nkey /k\nlist 1 5\n"

static void
what_we_did_not_write_is_damage(void **state)
{
	static const char *const bad[] = {
		"",
		"cardea authority 2\nkey /k\nlist 1 5\n",
		"cardea authority 1\nlist 1 5\n",
		HEAD "certificate ab 5 0 CN=x", /* cut */
		HEAD "certificate ab 5 0\n",
		HEAD "certificate AB 5 0 CN=x\n",
		HEAD "certificate ab 5 -1 CN=x\n",
		HEAD "certificate ab x 0 CN=x\n",
		HEAD "certificate  5 0 CN=x\n",
		HEAD "certificate 0123456789012345678901234567890123456789ab 5 "
		     "0 x\n",
		HEAD "unknown word\n",
		HEAD "\n",
		"cardea authority 1\nkey /k\nlist -1 5\n",
	};

	(void)state;
	assert_int_equal(
	    read_text(HEAD "certificate ab 5 0 CN=x\n"), CARDEA_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(read_text(bad[i]), CARDEA_E_CORRUPT);
}

static void
the_folder_is_ours_alone_and_held_by_one(void **state)
{
	struct cardea_ca_record record;
	struct cardea_diag diag = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_ca_record_hold(path_of("none"), false, &record, &diag),
	    CARDEA_E_MISSING);
	cardea_ca_record_clear(&record);
	assert_int_equal(
	    cardea_ca_record_hold("relative", false, &record, NULL),
	    CARDEA_E_RANGE);
	cardea_ca_record_clear(&record);
	assert_int_equal(chmod(path_of("ca"), 0770), 0);
	assert_int_equal(hold(&record), CARDEA_E_UNSAFE);
	cardea_ca_record_clear(&record);
	assert_int_equal(chmod(path_of("ca"), 0700), 0);
	assert_int_equal(hold(&record), CARDEA_OK);
	assert_int_equal(chmod(path_of("ca/record"), 0644), 0);
	assert_int_equal(cardea_ca_record_read(&record, NULL), CARDEA_E_UNSAFE);
	assert_int_equal(chmod(path_of("ca/record"), 0600), 0);
	strncpy(record.tpm, "a\nkey /other", sizeof(record.tpm) - 1);
	assert_int_equal(
	    cardea_ca_record_write(&record, NULL), CARDEA_E_SYNTAX);
	cardea_ca_record_clear(&record);
}

static void
two_do_not_work_at_once(void **state)
{
	struct cardea_ca_record first, second;

	(void)state;
	assert_int_equal(hold(&first), CARDEA_OK);
	assert_int_equal(hold(&second), CARDEA_E_TIMEOUT);
	cardea_ca_record_clear(&second);
	cardea_ca_record_clear(&first);
	assert_int_equal(hold(&second), CARDEA_OK);
	cardea_ca_record_clear(&second);
}

static int
begin(void **state)
{
	(void)state;
	scratch_make(folder);
	return getcwd(base, sizeof(base)) != NULL ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	scratch_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_issued_and_revoked_is_remembered),
		cmocka_unit_test(what_we_did_not_write_is_damage),
		cmocka_unit_test(the_folder_is_ours_alone_and_held_by_one),
		cmocka_unit_test(two_do_not_work_at_once),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
