/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "refresh/stream.h"
#include "unit/test.h"

/* A helper of refresh, good or taken over (stream_double.c): its parent ends in
 * time, takes no more than it wants, and shows nobody what no log should. */

static struct cardea_stream_call call;
static struct cardea_stream_end end;
static struct cardea_diag diag;
static size_t len, shown;

static int
set_up(void **state)
{
	(void)state;
	memset(&call, 0, sizeof(call));
	memset(&diag, 0, sizeof(diag));
	call.path = STREAM_DOUBLE;
	call.max = 1000000;
	call.all_ms = 2000;
	call.stall_ms = 1000;
	len = 77;
	assert_int_equal(cardea_stream_file(&call.sink, &diag), CARDEA_OK);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return close(call.sink);
}

static enum cardea_status
run(const char *how)
{
	call.request = how;
	call.request_len = strlen(how);
	return cardea_stream_run(&call, &end, &len, &diag);
}

static void
show(size_t so_far, void *context)
{
	(void)context;
	shown = so_far;
}

static void
what_goes_in_comes_out(void **state)
{
	static char bytes[300000], back[sizeof(bytes)];
	int fd = -1;

	(void)state;
	memset(bytes, 'b', sizeof(bytes));
	bytes[sizeof(bytes) - 1] = 'e';
	assert_int_equal(cardea_stream_file(&fd, &diag), CARDEA_OK);
	assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
	assert_int_equal(cardea_stream_seal(fd, &diag), CARDEA_OK);
	assert_int_equal(write(fd, bytes, 1), -1);
	call.file_count = 1;
	call.files[0] = fd;
	call.progress = show;
	assert_int_equal(run("echo"), CARDEA_OK);
	assert_int_equal(len, sizeof(bytes));
	assert_int_equal(shown, sizeof(bytes));
	assert_int_equal(pread(call.sink, back, sizeof(back), 0), sizeof(back));
	assert_memory_equal(bytes, back, sizeof(bytes));
	assert_int_equal(end.info_len, 4);
	(void)close(fd);
}

static void
a_no_has_its_reason_and_shows_no_control_character(void **state)
{
	(void)state;
	assert_int_equal(run("refuse"), CARDEA_E_UNSAFE);
	assert_string_equal(diag.reason, "no?[2J way");
	assert_int_equal(len, 77);
}

static void
X07_a_helper_taken_over_gives_nothing(void **state)
{
	static const struct {
		const char *how;
		enum cardea_status status;
	} cases[] = {
		{ "die", CARDEA_E_CLOSED },
		{ "nonsense", CARDEA_E_SYNTAX },
		{ "nothing", CARDEA_E_SYNTAX },
		{ "half", CARDEA_E_SYNTAX },
		{ "line", CARDEA_E_SYNTAX },
		{ "status", CARDEA_E_SYNTAX },
		{ "large", CARDEA_E_SYNTAX },
		{ "flood", CARDEA_E_RANGE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&diag, 0, sizeof(diag));
		if (run(cases[i].how) != cases[i].status)
			fail_msg("%s: %s", cases[i].how, diag.reason);
		assert_int_equal(len, 77);
		assert_null(strchr(diag.reason, '\n'));
	}
	assert_true(lseek(call.sink, 0, SEEK_END) <= (off_t)call.max);
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

static void
X08_a_helper_that_hangs_or_drips_ends_in_time(void **state)
{
	int64_t begin_ms = now_ms();

	(void)state;
	assert_int_equal(run("hang"), CARDEA_E_TIMEOUT);
	assert_in_range(now_ms() - begin_ms, 1000, 1800);
	begin_ms = now_ms();
	assert_int_equal(run("drip"), CARDEA_E_TIMEOUT);
	assert_in_range(now_ms() - begin_ms, 2000, 2800);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_goes_in_comes_out, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    a_no_has_its_reason_and_shows_no_control_character, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(
		    X07_a_helper_taken_over_gives_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
		    X08_a_helper_that_hangs_or_drips_ends_in_time, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
