/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "unit/agent_fixture.h"
#include "unit/test.h"
#include "wire/channel.h"

/* Agents that talk nonsense, do not answer or take their time. */

/* --- agents that do not mean well ----------------------------------------- */

static void
sign_without_a_touch(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say_signature(fd, &ed, 0);
}

static void
sign_with_another_key(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	/* of the same type: only the signature tells */
	say_signature(fd, &strange, 1);
}

static void
sign_something_else(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	request[request_len - 5] ^= 1;
	say_signature(fd, &ed, 1);
}

static void
K01_what_was_signed_is_told_as_it_is_and_not_believed(void **state)
{
	struct cardea_agent_answer answer;

	(void)state;
	answer = sign_with(sign_without_a_touch, "");
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_true(is_right(&answer));
	assert_int_equal(answer.assertion.auth_data[32], 0);

	answer = sign_with(sign_with_another_key, "");
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_false(is_right(&answer));

	answer = sign_with(sign_something_else, "");
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_false(is_right(&answer));
}

static void
close_at_once(int fd)
{
	shutdown(fd, SHUT_RDWR);
}

static void
close_after_the_question(int fd)
{
	(void)hear(fd);
	shutdown(fd, SHUT_RDWR);
}

static void
close_in_the_length(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\0", 2);
	shutdown(fd, SHUT_RDWR);
}

static void
close_in_the_list(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\0\0\x20\x0c\0\0\0\1", 9);
	shutdown(fd, SHUT_RDWR);
}

static void
close_instead_of_signing(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	shutdown(fd, SHUT_RDWR);
}

static void
say_a_huge_length(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\xff\xff\xff\xff\x0c", 5);
}

static void
say_a_length_beyond_the_ceiling(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\4\0\1\x0c", 5);
}

static void
say_nothing_at_length(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\0\0\0", 4);
}

static void
say_success(int fd)
{
	(void)hear(fd);
	say(fd, (const unsigned char *)"\6", 1);
}

static void
sign_before_listing(int fd)
{
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0e\0\0\0\0", 5);
}

static void
tell_more_keys_than_there_are(int fd)
{
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0c\xff\xff\xff\xff\0\0\0\0\0\0\0\0",
	    13);
}

static void
list_with_a_byte_too_many(int fd)
{
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0c\0\0\0\0\0", 6);
}

static void
list_instead_of_signing(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0c\0\0\0\0", 5);
}

static void
sign_with_nothing(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0e\0\0\0\0", 5);
}

static void
sign_with_a_byte_too_many(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0e\0\0\0\0\0", 6);
}

static void
sign_with_a_key_of_another_type(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say_signature(fd, &ec, 1);
}

static void
an_agent_that_talks_nonsense_ends_it(void **state)
{
	static const char closed[] = "the ssh agent closed the connection";
	static const char size[] =
	    "the ssh agent's answer is of no possible size";
	static const char list[] = "the ssh agent's answer is no list of keys";
	static const char signature[] =
	    "the ssh agent's answer is no signature of that key";
	static const struct {
		void (*behave)(int fd);
		const char *reason;
	} cases[] = {
		{ close_at_once, closed },
		{ close_after_the_question, closed },
		{ close_in_the_length, closed },
		{ close_in_the_list, closed },
		{ close_instead_of_signing, closed },
		{ say_a_huge_length, size },
		{ say_a_length_beyond_the_ceiling, size },
		{ say_nothing_at_length, size },
		{ say_success, list },
		{ sign_before_listing, list },
		{ tell_more_keys_than_there_are, list },
		{ list_with_a_byte_too_many, list },
		{ list_instead_of_signing, signature },
		{ sign_with_nothing, signature },
		{ sign_with_a_byte_too_many, signature },
		{ sign_with_a_key_of_another_type, signature },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    sign_with(cases[i].behave, cases[i].reason).end,
		    CARDEA_AGENT_FAILED);
}

/* --- ends of waiting ------------------------------------------------------ */

static void
nap(long ms)
{
	const struct timespec time = { .tv_nsec = ms * 1000000 };

	(void)nanosleep(&time, NULL);
}

static void
say_nothing(int fd)
{
	(void)fd;
}

static void
never_sign(int fd)
{
	say_ours(fd);
	(void)hear(fd);
}

static void
drip(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\4\0\0\x0c", 5);
	while (send(fd, "", 1, MSG_NOSIGNAL) == 1)
		nap(2);
}

static void
K09_an_agent_that_does_not_answer_ends_at_the_limit(void **state)
{
	static void (*const behaviours[])(
	    int fd) = { say_nothing, never_sign, drip };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct cardea_agent_call call = usual_call();
		int64_t start_ms = cardea_channel_now_ms(), took_ms;

		call.peer.timeout_ms = 200;
		start_agent(behaviours[i]);
		assert_int_equal(
		    sign_by(&call, "the ssh agent did not answer in time").end,
		    CARDEA_AGENT_TIMEOUT);
		took_ms = cardea_channel_now_ms() - start_ms;
		assert_in_range(took_ms, 200, 5000);
		assert_int_equal(end_agent(), 0);
		assert_int_equal(told, i == 1 ? 1 : 0);
	}
}

/* A socket that is listened on and never asked. */
static int
listen_only(void)
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(listener >= 0);
	(void)unlink(address.sun_path);
	assert_int_equal(
	    bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 0), 0);
	return listener;
}

static int
join_queue(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void
K09_a_queue_that_does_not_move_ends_at_the_limit(void **state)
{
	struct cardea_agent_call call = usual_call();
	int listener = listen_only(), waiting = join_queue();

	(void)state;
	call.peer.timeout_ms = 100;
	assert_int_equal(sign_by(&call, NULL).end, CARDEA_AGENT_TIMEOUT);
	close(waiting);
	close(listener);
}

static void
K09_a_queue_that_moves_is_waited_for(void **state)
{
	const struct cardea_agent_call call = usual_call();
	int listener = listen_only(), waiting = join_queue();

	(void)state;
	agent_pid = fork();
	assert_true(agent_pid >= 0);
	if (agent_pid == 0) {
		int fd;

		nap(60);
		close(accept(listener, NULL, NULL));
		fd = accept(listener, NULL, NULL);
		hold_none(fd);
		_exit(0);
	}
	close(listener);
	assert_int_equal(sign_by(&call, NULL).end, CARDEA_AGENT_NO_KEY);
	assert_int_equal(end_agent(), 0);
	close(waiting);
}

/* The other end of hangup_fd writes, or goes, after a while. */
static struct cardea_agent_answer
sign_until_hangup(bool write_first)
{
	struct cardea_touch_person leaving = person;
	struct cardea_agent_call call = usual_call();
	struct cardea_agent_answer answer;
	int pair[2];
	pid_t child;

	/* first, so that it does not hold the other end as well */
	start_agent(never_sign);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	leaving.hangup_fd = pair[0];
	call.peer.person = &leaving;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		nap(50);
		if (write_first)
			say_bytes(pair[1], "x", 1);
		_exit(0);
	}
	close(pair[1]);
	answer = sign_by(&call, "nobody waits for it any more");
	assert_int_equal(end_agent(), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(pair[0]);
	return answer;
}

static void
it_is_called_off_when_the_person_goes(void **state)
{
	(void)state;
	assert_int_equal(sign_until_hangup(false).end, CARDEA_AGENT_CANCELLED);
	assert_int_equal(sign_until_hangup(true).end, CARDEA_AGENT_CANCELLED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    K01_what_was_signed_is_told_as_it_is_and_not_believed),
		cmocka_unit_test(an_agent_that_talks_nonsense_ends_it),
		cmocka_unit_test(
		    K09_an_agent_that_does_not_answer_ends_at_the_limit),
		cmocka_unit_test(
		    K09_a_queue_that_does_not_move_ends_at_the_limit),
		cmocka_unit_test(K09_a_queue_that_moves_is_waited_for),
		cmocka_unit_test(it_is_called_off_when_the_person_goes),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
