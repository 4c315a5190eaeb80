/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardea-key as it was built, with the software key of the rig, by whoever runs
 * the tests.  tests/e2e/touch.sh has everything that wants root or two keys.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "key/touch.h"
#include "unit/scratch.h"
#include "unit/test.h"

#define TIMEOUT_MS 10000
#define SHORT_MS 400

static char folder[] = "touch-XXXXXX";
static char device[4096], state_path[64], helper[4096];
static pid_t softkey;

static const unsigned char hash[CARDEA_FIDO2_HASH] = "a challenge";
static struct cardea_fido2_registration made;
static struct cardea_touch_answer answer;
static int hangup_fds[2];

/* --- the key, and the person --------------------------------------------- */

static void
command(const char *words)
{
	char path[128], next[136];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/mode", state_path);
	(void)snprintf(next, sizeof(next), "%s.new", path);
	file = fopen(next, "we");
	assert_non_null(file);
	(void)fprintf(file, "%s\n", words);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(rename(next, path), 0);
}

static void
tell(void *context, const char *text)
{
	(void)context;
	(void)text;
}

static void
tell_and_leave(void *context, const char *text)
{
	(void)context;
	(void)text;
	assert_int_equal(close(hangup_fds[1]), 0);
}

static const struct cardea_touch_person nobody = { tell, NULL, -1, NULL };

static struct cardea_touch_handle
handle_of_made(void)
{
	const unsigned char *data = made.auth_data;

	return (struct cardea_touch_handle){
		.rp_id = "touch.test",
		.bytes = data + 55,
		.len = (size_t)data[53] << 8 | data[54],
	};
}

static enum cardea_touch_end
touch_as(
    const struct cardea_touch_person *person, const char *path, int timeout_ms)
{
	const struct cardea_touch_handle handle = handle_of_made();
	const struct cardea_touch touch = {
		.client_hash = hash,
		.handle_count = 1,
		.handles = &handle,
		.device = device,
		.timeout_ms = timeout_ms,
	};

	memset(&answer, 0, sizeof(answer));
	assert_int_equal(
	    cardea_touch_assert(path, &touch, person, &answer, NULL),
	    CARDEA_OK);
	return answer.end;
}

/* --- what is left afterwards --------------------------------------------- */

static size_t
count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	size_t count = 0;

	assert_non_null(directory);
	while (readdir(directory) != NULL)
		count++;
	assert_int_equal(closedir(directory), 0);
	return count;
}

/* The software key is the one child there is, and it runs. */
static void
assert_no_child_has_ended(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), 0);
}

/* --- the tests ----------------------------------------------------------- */

static enum cardea_status
make(enum cardea_touch_end *ret_end)
{
	static const unsigned char user[CARDEA_KEY_USER_HANDLE] = "user";
	const struct cardea_touch_wish wish = {
		.client_hash = hash,
		.rp_id = "touch.test",
		.user = "alice",
		.user_handle = user,
		.algorithm = CARDEA_FIDO2_EDDSA,
		.device = device,
		.timeout_ms = TIMEOUT_MS,
	};

	return cardea_touch_make(helper, &wish, &nobody, ret_end, &made, NULL);
}

static void
a_credential_is_made_and_answers(void **state)
{
	enum cardea_touch_end end = CARDEA_TOUCH_FAILED;

	(void)state;
	assert_int_equal(make(&end), CARDEA_OK);
	assert_int_equal(end, CARDEA_TOUCH_DONE);
	assert_string_equal(made.format, "packed");
	assert_memory_equal(made.client_hash, hash, sizeof(hash));
	assert_true(made.statement_len > 0);

	assert_int_equal(
	    touch_as(&nobody, helper, TIMEOUT_MS), CARDEA_TOUCH_DONE);
	assert_int_equal(answer.handle, 0);
	assert_memory_equal(answer.assertion.client_hash, hash, sizeof(hash));
	assert_memory_equal(answer.assertion.auth_data, made.auth_data, 32);
	assert_int_equal(answer.assertion.auth_data_len, 37);
	assert_int_equal(answer.assertion.signature_len, 64);
}

static void
K09_every_end_leaves_neither_process_nor_descriptor(void **state)
{
	static const struct {
		const char *mode;
		int timeout_ms;
		enum cardea_touch_end end;
	} rows[] = {
		{ "approve", TIMEOUT_MS, CARDEA_TOUCH_DONE },
		{ "deny", TIMEOUT_MS, CARDEA_TOUCH_REFUSED },
		{ "wait", SHORT_MS, CARDEA_TOUCH_TIMEOUT },
		{ "endless", SHORT_MS, CARDEA_TOUCH_TIMEOUT },
		{ "hang=1", SHORT_MS, CARDEA_TOUCH_TIMEOUT },
		{ "cbor=junk", TIMEOUT_MS, CARDEA_TOUCH_NOT_HELD },
		{ "error=0x2e", TIMEOUT_MS, CARDEA_TOUCH_NOT_HELD },
		{ "error=0x2f@2", TIMEOUT_MS, CARDEA_TOUCH_TIMEOUT },
		{ "foreigncred", TIMEOUT_MS, CARDEA_TOUCH_REFUSED },
		{ "approve", TIMEOUT_MS, CARDEA_TOUCH_DONE },
	};
	size_t before = count_descriptors();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		command(rows[i].mode);
		assert_int_equal(
		    touch_as(&nobody, helper, rows[i].timeout_ms), rows[i].end);
		assert_no_child_has_ended();
		assert_int_equal(count_descriptors(), before);
	}
}

static void
K09_whoever_leaves_is_not_waited_for(void **state)
{
	struct cardea_touch_person leaving = { tell_and_leave, NULL, -1, NULL };
	struct timespec from, to;

	(void)state;
	command("wait");
	assert_int_equal(pipe2(hangup_fds, O_CLOEXEC), 0);
	leaving.hangup_fd = hangup_fds[0];
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &from), 0);
	assert_int_equal(
	    touch_as(&leaving, helper, TIMEOUT_MS), CARDEA_TOUCH_CANCELLED);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &to), 0);
	assert_true(to.tv_sec - from.tv_sec < TIMEOUT_MS / 1000 / 2);
	assert_no_child_has_ended();
	assert_int_equal(close(hangup_fds[0]), 0);
	command("approve");
}

/* A helper of one line of shell. */
static const char *
write_helper(const char *line, mode_t mode)
{
	static char path[64];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/helper", folder);
	file = fopen(path, "we");
	assert_non_null(file);
	(void)fprintf(file, "#!/bin/sh\n%s\n", line);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static void
V04_a_helper_that_dies_hangs_or_babbles_is_no_answer(void **state)
{
	static const char *const lines[] = { "exit 0", "kill -9 $$",
		"exec sleep 60", "trap '' TERM; exec sleep 60",
		"echo anything at all >&3; exec sleep 60" };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		enum cardea_touch_end end = touch_as(
		    &nobody, write_helper(lines[i], 0755), SHORT_MS);

		assert_true(
		    end == CARDEA_TOUCH_FAILED || end == CARDEA_TOUCH_TIMEOUT);
		assert_no_child_has_ended();
	}
}

static void
F02_a_helper_that_others_may_have_written_is_not_started(void **state)
{
	const struct cardea_touch_handle handle = handle_of_made();
	struct cardea_touch touch = {
		.client_hash = hash,
		.handle_count = 1,
		.handles = &handle,
		.timeout_ms = TIMEOUT_MS,
	};
	struct cardea_diag diag = { .line = 0 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		touch.device = i == 0 ? device : ""; /* and to list keys */
		assert_int_equal(
		    cardea_touch_assert(write_helper("exit 0", 0775), &touch,
			&nobody, &answer, &diag),
		    CARDEA_E_UNSAFE);
		assert_string_not_equal(diag.reason, "");
		assert_int_equal(cardea_touch_assert("/nowhere", &touch,
				     &nobody, &answer, NULL),
		    CARDEA_E_MISSING);
	}
	assert_no_child_has_ended();
}

static void
what_is_too_much_is_refused(void **state)
{
	struct cardea_touch_handle handles[CARDEA_KEYS_MAX + 1];
	struct cardea_touch touch = {
		.client_hash = hash,
		.handle_count = CARDEA_KEYS_MAX + 1,
		.handles = handles,
		.device = device,
		.timeout_ms = TIMEOUT_MS,
	};

	(void)state;
	for (size_t i = 0; i <= CARDEA_KEYS_MAX; i++)
		handles[i] = handle_of_made();
	assert_int_equal(
	    cardea_touch_assert(helper, &touch, &nobody, &answer, NULL),
	    CARDEA_E_RANGE);
	touch.handle_count = 1;
	handles[0].len = CARDEA_KEY_HANDLE_MAX + 1;
	assert_int_equal(
	    cardea_touch_assert(helper, &touch, &nobody, &answer, NULL),
	    CARDEA_E_RANGE);
	handles[0].len = 0;
	assert_int_equal(
	    cardea_touch_assert(helper, &touch, &nobody, &answer, NULL),
	    CARDEA_E_RANGE);
}

static void
K05_it_works_with_0_to_2_closed_and_leaves_them_so(void **state)
{
	int kept[3];

	(void)state;
	for (int fd = 0; fd < 3; fd++) {
		kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
		assert_int_equal(close(fd), 0);
	}
	(void)touch_as(&nobody, helper, TIMEOUT_MS);
	for (int fd = 0; fd < 3; fd++) {
		bool is_closed = fcntl(fd, F_GETFD) < 0;

		(void)dup2(kept[fd], fd);
		(void)close(kept[fd]);
		assert_true(is_closed);
	}
	assert_int_equal(answer.end, CARDEA_TOUCH_DONE);
}

static void
every_end_has_a_word_of_its_own(void **state)
{
	(void)state;
	for (int a = 0; a < CARDEA_TOUCH_END_COUNT; a++) {
		for (int b = 0; b < a; b++)
			assert_string_not_equal(
			    cardea_touch_end_text((enum cardea_touch_end)a),
			    cardea_touch_end_text((enum cardea_touch_end)b));
	}
	assert_string_equal(
	    cardea_touch_end_text(CARDEA_TOUCH_END_COUNT), "unknown");
}

/* --- the rig ------------------------------------------------------------- */

static void
wait_until_ready(void)
{
	char path[96];

	(void)snprintf(path, sizeof(path), "%s/pid", state_path);
	for (int i = 0; i < TIMEOUT_MS / 10; i++) {
		if (access(path, F_OK) == 0)
			return;
		(void)usleep(10000);
	}
	fail_msg("the key does not come up");
}

static int
plug_in(void **state)
{
	const char *build = getenv("BUILDDIR");
	char program[4096];

	(void)state;
	if (build == NULL)
		build = ".";
	(void)snprintf(program, sizeof(program), "%s/tests/rig/softkey", build);
	(void)snprintf(
	    helper, sizeof(helper), "%s/verifier/key/cardea-key", build);
	scratch_make(folder);
	/* from the root on, or it would be the name of a reader */
	assert_non_null(realpath(folder, device));
	(void)snprintf(
	    device + strlen(device), sizeof(device) - strlen(device), "/key");
	(void)snprintf(state_path, sizeof(state_path), "%s/state", folder);
	(void)umask(022);
	softkey = fork();
	if (softkey == 0) {
		(void)execl(program, program, "--pty", device, "--dir",
		    state_path, "--foreground", (char *)NULL);
		_exit(127);
	}
	wait_until_ready();
	return 0;
}

static int
pull_out(void **state)
{
	(void)state;
	assert_int_equal(kill(softkey, SIGTERM), 0);
	assert_int_equal(waitpid(softkey, NULL, 0), softkey);
	scratch_remove(folder);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_credential_is_made_and_answers),
		cmocka_unit_test(
		    K09_every_end_leaves_neither_process_nor_descriptor),
		cmocka_unit_test(K09_whoever_leaves_is_not_waited_for),
		cmocka_unit_test(
		    V04_a_helper_that_dies_hangs_or_babbles_is_no_answer),
		cmocka_unit_test(
		    F02_a_helper_that_others_may_have_written_is_not_started),
		cmocka_unit_test(what_is_too_much_is_refused),
		cmocka_unit_test(
		    K05_it_works_with_0_to_2_closed_and_leaves_them_so),
		cmocka_unit_test(every_end_has_a_word_of_its_own),
	};

	return cmocka_run_group_tests(tests, plug_in, pull_out);
}
