/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/turn.h"
#include "unit/scratch.h"
#include "unit/test.h"

#define NAME "turn"

struct room {
	char path[32];
	char file[48];
	struct cardea_place place;
};

static int
set_up(void **state)
{
	struct room *room = calloc(1, sizeof(*room));

	assert_non_null(room);
	snprintf(room->path, sizeof(room->path), "turn-XXXXXX");
	scratch_make(room->path);
	snprintf(room->file, sizeof(room->file), "%s/%s", room->path, NAME);
	assert_int_equal(
	    cardea_place_enter(room->path, false, &room->place, NULL),
	    CARDEA_OK);
	*state = room;
	return 0;
}

static int
tear_down(void **state)
{
	struct room *room = *state;

	cardea_place_leave(&room->place);
	scratch_remove(room->path);
	free(room);
	return 0;
}

static struct cardea_turn
open_turn(const struct room *room)
{
	struct cardea_turn turn = CARDEA_TURN_NONE;
	struct cardea_diag diag = { 0 };

	assert_int_equal(
	    cardea_turn_open(&room->place, NAME, false, &turn, &diag),
	    CARDEA_OK);
	assert_string_equal(diag.reason, "");
	return turn;
}

static int64_t
now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A child that takes the turn, says so, and waits for a byte. */
struct holder {
	pid_t pid;
	int to, from;
};

static void
hold(const struct room *room, int in, int out)
{
	struct cardea_turn turn = open_turn(room);
	char byte = 'T';

	/* a shell lets its jobs in the background ignore Ctrl-C */
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTSTP, SIG_DFL);
	if (cardea_turn_take(&turn, 1000, NULL) != CARDEA_OK ||
	    write(out, &byte, 1) != 1 || read(in, &byte, 1) != 1)
		_exit(1);
	cardea_turn_give(&turn);
	/* whatever was held back has come by now */
	_exit(write(out, &byte, 1) == 1 ? 0 : 1);
}

static struct holder
start_holder(const struct room *room)
{
	struct holder holder;
	int to[2], from[2];
	char byte = 0;

	assert_int_equal(pipe(to), 0);
	assert_int_equal(pipe(from), 0);
	holder.pid = fork();
	assert_true(holder.pid >= 0);
	if (holder.pid == 0) {
		close(to[1]);
		close(from[0]);
		hold(room, to[0], from[1]);
	}
	close(to[0]);
	close(from[1]);
	holder.to = to[1];
	holder.from = from[0];
	assert_int_equal(read(holder.from, &byte, 1), 1);
	assert_int_equal(byte, 'T');
	return holder;
}

static int
end_holder(const struct holder *holder)
{
	int wstatus = -1;

	close(holder->to);
	close(holder->from);
	assert_int_equal(waitpid(holder->pid, &wstatus, 0), holder->pid);
	return wstatus;
}

static void
only_one_has_the_turn(void **state)
{
	struct cardea_turn turn = open_turn(*state);
	struct holder holder = start_holder(*state);

	assert_int_equal(cardea_turn_take(&turn, 50, NULL), CARDEA_E_TIMEOUT);
	assert_int_equal(write(holder.to, "g", 1), 1);
	assert_int_equal(cardea_turn_take(&turn, 5000, NULL), CARDEA_OK);
	cardea_turn_give(&turn);
	cardea_turn_give(&turn);
	assert_int_equal(cardea_turn_take(&turn, 50, NULL), CARDEA_OK);
	cardea_turn_close(&turn);
	(void)end_holder(&holder);
}

static void
a_stopped_holder_costs_the_deadline_and_no_more(void **state)
{
	struct cardea_turn turn = open_turn(*state);
	struct holder holder = start_holder(*state);
	struct cardea_diag diag = { 0 };
	int64_t begun, took;
	int wstatus;

	assert_int_equal(kill(holder.pid, SIGSTOP), 0);
	assert_int_equal(waitpid(holder.pid, &wstatus, WUNTRACED), holder.pid);
	assert_true(WIFSTOPPED(wstatus));
	begun = now_ms();
	assert_int_equal(cardea_turn_take(&turn, 300, &diag), CARDEA_E_TIMEOUT);
	took = now_ms() - begun;
	assert_in_range(took, 299, 3000);
	assert_string_equal(
	    diag.reason, "busy: another process keeps the store locked");
	assert_int_equal(kill(holder.pid, SIGKILL), 0);
	assert_true(WIFSIGNALED(end_holder(&holder)));
	/* and once it is dead nobody waits for it */
	assert_int_equal(cardea_turn_take(&turn, 1000, NULL), CARDEA_OK);
	cardea_turn_close(&turn);
}

static void
a_killed_holder_frees_the_turn_for_all_who_wait(void **state)
{
	struct cardea_turn turn = open_turn(*state);

	for (int round = 0; round < 50; round++) {
		struct holder holder = start_holder(*state);

		assert_int_equal(kill(holder.pid, SIGKILL), 0);
		assert_int_equal(
		    cardea_turn_take(&turn, 5000, NULL), CARDEA_OK);
		cardea_turn_give(&turn);
		assert_true(WIFSIGNALED(end_holder(&holder)));
	}
	cardea_turn_close(&turn);
}

/* Whoever sits at the terminal can stop his own sudo, but not while a host
 * full of others waits for it. */
static void
ctrl_z_and_ctrl_c_wait_until_the_turn_is_given(void **state)
{
	struct holder holder = start_holder(*state);
	struct cardea_turn turn = open_turn(*state);
	int wstatus;

	assert_int_equal(kill(holder.pid, SIGTSTP), 0);
	assert_int_equal(kill(holder.pid, SIGINT), 0);
	assert_int_equal(cardea_turn_take(&turn, 100, NULL), CARDEA_E_TIMEOUT);
	/* neither stopped nor dead, though it was told twice */
	assert_int_equal(waitpid(holder.pid, &wstatus, WUNTRACED | WNOHANG), 0);
	assert_int_equal(write(holder.to, "g", 1), 1);
	assert_int_equal(cardea_turn_take(&turn, 5000, NULL), CARDEA_OK);
	cardea_turn_close(&turn);
	wstatus = end_holder(&holder);
	assert_true(WIFSIGNALED(wstatus));
	assert_int_equal(WTERMSIG(wstatus), SIGINT);
}

static void
P10_the_signal_mask_is_as_it_was(void **state)
{
	struct cardea_turn turn = open_turn(*state);
	struct holder holder;
	sigset_t before, during, after;

	sigemptyset(&before);
	sigaddset(&before, SIGUSR2);
	sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(cardea_turn_take(&turn, 100, NULL), CARDEA_OK);
	sigprocmask(SIG_SETMASK, NULL, &during);
	assert_int_equal(sigismember(&during, SIGTSTP), 1);
	cardea_turn_give(&turn);
	sigprocmask(SIG_SETMASK, NULL, &after);
	assert_memory_equal(&after, &before, sizeof(long));
	holder = start_holder(*state);
	assert_int_equal(cardea_turn_take(&turn, 20, NULL), CARDEA_E_TIMEOUT);
	sigprocmask(SIG_SETMASK, NULL, &after);
	assert_memory_equal(&after, &before, sizeof(long));
	cardea_turn_close(&turn);
	assert_int_equal(write(holder.to, "g", 1), 1);
	(void)end_holder(&holder);
	sigemptyset(&before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void
rubbish_in_the_file_is_made_anew(void **state)
{
	const struct room *room = *state;
	unsigned char bytes[8192];
	struct cardea_turn turn;

	for (int round = 0; round < 12; round++) {
		const size_t len = round % 3 == 0 ? 100 : sizeof(bytes);
		int fd = open(room->file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		memset(bytes, round < 6 ? 0xff : round * 37, sizeof(bytes));
		assert_true(fd >= 0);
		assert_int_equal(write(fd, bytes, len), (ssize_t)len);
		close(fd);
		turn = open_turn(room);
		assert_int_equal(
		    cardea_turn_take(&turn, 1000, NULL), CARDEA_OK);
		cardea_turn_close(&turn);
	}
}

static enum cardea_status
try_open(const struct room *room, bool read_only)
{
	struct cardea_turn turn = CARDEA_TURN_NONE;
	enum cardea_status status;

	alarm(1);
	status = cardea_turn_open(&room->place, NAME, read_only, &turn, NULL);
	alarm(0);
	if (status == CARDEA_OK)
		cardea_turn_close(&turn);
	else
		assert_int_equal(turn.fd, -1);
	return status;
}

static void
F06_anything_but_a_file_of_ours_is_refused_at_once(void **state)
{
	const struct room *room = *state;

	assert_int_equal(mkfifo(room->file, 0600), 0);
	assert_int_equal(try_open(room, false), CARDEA_E_UNSAFE);
	assert_int_equal(unlink(room->file), 0);
	assert_int_equal(mkdir(room->file, 0700), 0);
	assert_int_equal(try_open(room, false), CARDEA_E_UNSAFE);
	assert_int_equal(rmdir(room->file), 0);
	assert_int_equal(symlink("elsewhere", room->file), 0);
	assert_int_equal(try_open(room, false), CARDEA_E_UNSAFE);
	assert_int_equal(unlink(room->file), 0);
	assert_int_equal(try_open(room, false), CARDEA_OK);
	assert_int_equal(chmod(room->file, 0660), 0);
	assert_int_equal(try_open(room, false), CARDEA_E_UNSAFE);
	assert_int_equal(try_open(room, true), CARDEA_E_UNSAFE);
	assert_int_equal(chmod(room->file, 0600), 0);
	assert_int_equal(try_open(room, true), CARDEA_OK);
}

/* While somebody has it open nobody makes it anew under him. */
static void
a_file_in_use_is_left_alone(void **state)
{
	struct cardea_turn first = open_turn(*state);
	struct holder holder;
	struct cardea_turn second;

	holder = start_holder(*state);
	second = open_turn(*state);
	assert_int_equal(cardea_turn_take(&second, 20, NULL), CARDEA_E_TIMEOUT);
	cardea_turn_close(&second);
	assert_int_equal(cardea_turn_take(&first, 20, NULL), CARDEA_E_TIMEOUT);
	cardea_turn_close(&first);
	assert_int_equal(write(holder.to, "g", 1), 1);
	(void)end_holder(&holder);
}

#define IN_A_ROOM(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_ROOM(only_one_has_the_turn),
		IN_A_ROOM(a_stopped_holder_costs_the_deadline_and_no_more),
		IN_A_ROOM(a_killed_holder_frees_the_turn_for_all_who_wait),
		IN_A_ROOM(ctrl_z_and_ctrl_c_wait_until_the_turn_is_given),
		IN_A_ROOM(P10_the_signal_mask_is_as_it_was),
		IN_A_ROOM(rubbish_in_the_file_is_made_anew),
		IN_A_ROOM(F06_anything_but_a_file_of_ours_is_refused_at_once),
		IN_A_ROOM(a_file_in_use_is_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
