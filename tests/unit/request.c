/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/request.h>

#include "unit/test.h"

static void
the_zero_request_knows_nothing(void **state)
{
	static const struct cardea_request request;

	(void)state;
	assert_int_equal(request.source.kind, CARDEA_ADDRESS_UNKNOWN);
	assert_int_equal(request.origin, CARDEA_ORIGIN_UNKNOWN);
	assert_false(request.groups_known);
	assert_false(request.time_known);
	assert_false(cardea_request_in_group(&request, "ops"));
	assert_false(cardea_request_in_group(&request, ""));
	assert_null(cardea_request_local(&request, "UTC"));
	assert_null(cardea_request_local(&request, ""));
}

static void
I07_groups_are_compared_whole(void **state)
{
	static struct cardea_request request;

	(void)state;
	memset(&request, 0, sizeof(request));
	assert_int_equal(
	    cardea_request_add_group(&request, "ops-eu"), CARDEA_OK);
	assert_int_equal(
	    cardea_request_add_group(&request, "staff"), CARDEA_OK);
	assert_int_equal(request.group_text_len, 13);
	assert_true(cardea_request_in_group(&request, "ops-eu"));
	assert_true(cardea_request_in_group(&request, "staff"));
	assert_false(cardea_request_in_group(&request, "ops"));
	assert_false(cardea_request_in_group(&request, "ops-eu2"));
	assert_false(cardea_request_in_group(&request, "eu"));
	assert_false(cardea_request_in_group(&request, "taff"));
	assert_false(cardea_request_in_group(&request, "Staff"));
	assert_false(cardea_request_in_group(&request, ""));
}

static void
I06_a_group_that_does_not_fit_is_refused_whole(void **state)
{
	static struct cardea_request request, before;
	char name[CARDEA_NAME_MAX + 2];
	size_t count = 0;

	(void)state;
	memset(&request, 0, sizeof(request));
	memset(name, 'g', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(
	    cardea_request_add_group(&request, name), CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_request_add_group(&request, ""), CARDEA_E_SYNTAX);
	assert_int_equal(request.group_text_len, 0);
	name[CARDEA_NAME_MAX] = '\0';
	while (cardea_request_add_group(&request, name) == CARDEA_OK)
		count++;
	assert_int_equal(count, CARDEA_GROUP_TEXT_MAX / (CARDEA_NAME_MAX + 1));
	before = request;
	assert_int_equal(
	    cardea_request_add_group(&request, name), CARDEA_E_RANGE);
	assert_memory_equal(&request, &before, sizeof(request));
	assert_true(cardea_request_in_group(&request, name));
}

static void
a_damaged_length_finds_no_group(void **state)
{
	static struct cardea_request request;

	(void)state;
	memset(&request, 0, sizeof(request));
	assert_int_equal(cardea_request_add_group(&request, "ops"), CARDEA_OK);
	request.group_text_len = CARDEA_GROUP_TEXT_MAX + 1;
	assert_false(cardea_request_in_group(&request, "ops"));
	assert_int_equal(
	    cardea_request_add_group(&request, "dev"), CARDEA_E_RANGE);
}

static void
local_times_are_found_by_their_zone(void **state)
{
	static struct cardea_request request;
	const struct cardea_local_time *local;

	(void)state;
	memset(&request, 0, sizeof(request));
	request.local_count = 2;
	memcpy(request.local[0].zone, "UTC", sizeof("UTC"));
	memcpy(request.local[1].zone, "Europe/Berlin", sizeof("Europe/Berlin"));
	local = cardea_request_local(&request, "Europe/Berlin");
	assert_ptr_equal(local, &request.local[1]);
	assert_null(cardea_request_local(&request, "Europe/Ber"));
	request.local_count = CARDEA_TIMEZONES_MAX + 5;
	assert_null(cardea_request_local(&request, "Asia/Tokyo"));
}

static void
origin_is_remote_as_soon_as_there_is_a_remote_host(void **state)
{
	static const struct {
		const char *rhost;
		const char *tty;
		enum cardea_origin origin;
	} cases[] = {
		{ "192.0.2.1", "ssh", CARDEA_ORIGIN_REMOTE },
		{ "192.0.2.1", "tty1", CARDEA_ORIGIN_REMOTE },
		{ "UNKNOWN", NULL, CARDEA_ORIGIN_REMOTE },
		{ NULL, "tty1", CARDEA_ORIGIN_LOCAL },
		{ "", "/dev/tty12", CARDEA_ORIGIN_LOCAL },
		{ "", "ttyS0", CARDEA_ORIGIN_LOCAL },
		{ "", "hvc0", CARDEA_ORIGIN_LOCAL },
		{ "", "console", CARDEA_ORIGIN_LOCAL },
		{ "", "/dev/console", CARDEA_ORIGIN_LOCAL },
		{ "", ":0", CARDEA_ORIGIN_LOCAL },
		{ "", ":1.0", CARDEA_ORIGIN_LOCAL },
		{ NULL, NULL, CARDEA_ORIGIN_UNKNOWN },
		{ "", "", CARDEA_ORIGIN_UNKNOWN },
		{ "", "pts/0", CARDEA_ORIGIN_UNKNOWN },
		{ "", "/dev/pts/3", CARDEA_ORIGIN_UNKNOWN },
		{ "", "ssh", CARDEA_ORIGIN_UNKNOWN },
		{ "", "cron", CARDEA_ORIGIN_UNKNOWN },
		{ "", "tty", CARDEA_ORIGIN_UNKNOWN },
		{ "", "tty1x", CARDEA_ORIGIN_UNKNOWN },
		{ "", "ttyp0", CARDEA_ORIGIN_UNKNOWN },
		{ "", "xtty1", CARDEA_ORIGIN_UNKNOWN },
		{ "", "consoles", CARDEA_ORIGIN_UNKNOWN },
		{ "", ":", CARDEA_ORIGIN_UNKNOWN },
		{ "", ":/", CARDEA_ORIGIN_UNKNOWN },
		{ "", ":a", CARDEA_ORIGIN_UNKNOWN },
		{ "", "00", CARDEA_ORIGIN_UNKNOWN },
		{ "", ":0.", CARDEA_ORIGIN_UNKNOWN },
		{ "", ":0x", CARDEA_ORIGIN_UNKNOWN },
		/* C06: displays that sshd and xrdp hand out */
		{ "", ":10", CARDEA_ORIGIN_UNKNOWN },
		{ "", "localhost:10.0", CARDEA_ORIGIN_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    cardea_request_origin(cases[i].rhost, cases[i].tty),
		    cases[i].origin);
}

static void
service_classes_cover_the_login_variants(void **state)
{
	static const struct {
		const char *named;
		const char *service;
		bool is;
	} cases[] = {
		{ "sshd", "sshd", true },
		{ "sudo", "sudo", true },
		{ "sudo", "sudo-i", true },
		{ "sudo-i", "sudo-i", true },
		{ "sudo-i", "sudo", false },
		{ "su", "su", true },
		{ "su", "su-l", true },
		{ "su-l", "su", false },
		{ "su", "sudo", false },
		{ "sudo", "su-l", false },
		{ "su", "sudo-i", false },
		{ "sudo", "sudo-x", false },
		{ "su", "su-", false },
		{ "login", "login2", false },
		{ "", "sshd", false },
		{ "sshd", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    cardea_request_service_is(cases[i].named, cases[i].service),
		    cases[i].is);
}

static void
phases_and_origins_have_names(void **state)
{
	(void)state;
	assert_string_equal(cardea_phase_text(CARDEA_PHASE_NONE), "none");
	assert_string_equal(cardea_phase_text(CARDEA_PHASE_AUTH), "auth");
	assert_string_equal(cardea_phase_text(CARDEA_PHASE_ACCOUNT), "account");
	assert_string_equal(cardea_phase_text(CARDEA_PHASE_SESSION), "session");
	assert_string_equal(
	    cardea_phase_text(CARDEA_PHASE_PASSWORD), "password");
	assert_string_equal(cardea_phase_text((enum cardea_phase)99), "none");
	assert_string_equal(
	    cardea_origin_text(CARDEA_ORIGIN_UNKNOWN), "unknown");
	assert_string_equal(cardea_origin_text(CARDEA_ORIGIN_LOCAL), "local");
	assert_string_equal(cardea_origin_text(CARDEA_ORIGIN_REMOTE), "remote");
	assert_string_equal(
	    cardea_origin_text((enum cardea_origin)99), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_zero_request_knows_nothing),
		cmocka_unit_test(I07_groups_are_compared_whole),
		cmocka_unit_test(
		    I06_a_group_that_does_not_fit_is_refused_whole),
		cmocka_unit_test(a_damaged_length_finds_no_group),
		cmocka_unit_test(local_times_are_found_by_their_zone),
		cmocka_unit_test(
		    origin_is_remote_as_soon_as_there_is_a_remote_host),
		cmocka_unit_test(service_classes_cover_the_login_variants),
		cmocka_unit_test(phases_and_origins_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
