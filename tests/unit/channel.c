/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "unit/test.h"
#include "wire/channel.h"

#define SHORT_MS 60
#define LONG_MS 5000

static struct cardea_message message, other;

static int
make_pair(void **state)
{
	static int fds[2];

	*state = fds;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds);
}

static int
close_pair(void **state)
{
	int *fds = *state;

	(void)close(fds[0]);
	(void)close(fds[1]);
	return 0;
}

static long
elapsed_ms(const struct timespec *since)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - since->tv_sec) * 1000 +
	    (now.tv_nsec - since->tv_nsec) / 1000000;
}

static void
ask(const char *prompt)
{
	assert_int_equal(
	    cardea_message_put_text(&message, CARDEA_MESSAGE_ASK, 0, 0, prompt),
	    CARDEA_OK);
}

static void
a_message_crosses_in_one_packet(void **state)
{
	int *fds = *state;

	ask("Code: ");
	assert_int_equal(
	    cardea_channel_send(fds[0], &message, LONG_MS), CARDEA_OK);
	assert_int_equal(
	    cardea_channel_receive(fds[1], &other, LONG_MS), CARDEA_OK);
	assert_int_equal(other.kind, CARDEA_MESSAGE_ASK);
	assert_int_equal(other.body_len, 6);
	assert_memory_equal(other.body, "Code: ", 6);
}

static void
two_messages_do_not_run_together(void **state)
{
	int *fds = *state;

	ask("first");
	assert_int_equal(
	    cardea_channel_send(fds[0], &message, LONG_MS), CARDEA_OK);
	ask("2nd");
	assert_int_equal(
	    cardea_channel_send(fds[0], &message, LONG_MS), CARDEA_OK);
	assert_int_equal(
	    cardea_channel_receive(fds[1], &other, LONG_MS), CARDEA_OK);
	assert_int_equal(other.body_len, 5);
	assert_int_equal(
	    cardea_channel_receive(fds[1], &other, LONG_MS), CARDEA_OK);
	assert_int_equal(other.body_len, 3);
}

static void
a_silent_peer_is_a_timeout_at_the_deadline(void **state)
{
	struct timespec start;
	int *fds = *state;

	other.body_len = 4711;
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(
	    cardea_channel_receive(fds[0], &other, SHORT_MS), CARDEA_E_TIMEOUT);
	assert_in_range(elapsed_ms(&start), SHORT_MS - 1, LONG_MS);
	assert_int_equal(other.body_len, 4711);
	assert_int_equal(
	    cardea_channel_receive(fds[0], &other, 0), CARDEA_E_TIMEOUT);
}

static void
a_peer_that_does_not_read_is_a_timeout_P12(void **state)
{
	enum cardea_status status = CARDEA_OK;
	int *fds = *state;
	int sent = 0;

	ask("Code: ");
	while (status == CARDEA_OK && sent++ < 100000)
		status = cardea_channel_send(fds[0], &message, SHORT_MS);
	assert_int_equal(status, CARDEA_E_TIMEOUT);
}

static void
a_dead_peer_is_a_status_and_never_a_signal_P03(void **state)
{
	struct sigaction before;
	int *fds = *state;

	assert_int_equal(sigaction(SIGPIPE, NULL, &before), 0);
	assert_true(before.sa_handler == SIG_DFL);
	(void)close(fds[1]);
	ask("Code: ");
	assert_int_equal(
	    cardea_channel_send(fds[0], &message, LONG_MS), CARDEA_E_CLOSED);
	assert_int_equal(
	    cardea_channel_receive(fds[0], &other, LONG_MS), CARDEA_E_CLOSED);
	fds[1] = -1;
}

static void
what_a_peer_said_before_it_died_still_arrives(void **state)
{
	int *fds = *state;

	ask("last words");
	assert_int_equal(
	    cardea_channel_send(fds[0], &message, LONG_MS), CARDEA_OK);
	(void)close(fds[0]);
	fds[0] = -1;
	assert_int_equal(
	    cardea_channel_receive(fds[1], &other, LONG_MS), CARDEA_OK);
	assert_int_equal(
	    cardea_channel_receive(fds[1], &other, LONG_MS), CARDEA_E_CLOSED);
}

static void
garbage_is_refused_whatever_its_length(void **state)
{
	static unsigned char bytes[2 * CARDEA_MESSAGE_MAX];
	static const size_t lengths[] = { 1, 4, CARDEA_WIRE_HEADER - 1,
		CARDEA_WIRE_HEADER, 512, CARDEA_MESSAGE_MAX,
		CARDEA_MESSAGE_MAX + 1, 2 * CARDEA_MESSAGE_MAX };
	int *fds = *state;

	memset(bytes, 0xa5, sizeof(bytes));
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		assert_int_equal(
		    send(fds[0], bytes, lengths[i], 0), (ssize_t)lengths[i]);
		other.body_len = 4711;
		assert_int_equal(
		    cardea_channel_receive(fds[1], &other, LONG_MS),
		    CARDEA_E_SYNTAX);
		assert_int_equal(other.body_len, 4711);
	}
}

static void
a_good_packet_with_a_tail_beyond_the_ceiling_is_not_cut(void **state)
{
	static unsigned char bytes[CARDEA_MESSAGE_MAX + 4096];
	int *fds = *state;
	size_t len = 0;

	ask("Code: ");
	assert_int_equal(
	    cardea_message_encode(&message, bytes, &len), CARDEA_OK);
	assert_int_equal(
	    send(fds[0], bytes, sizeof(bytes), 0), (ssize_t)sizeof(bytes));
	assert_int_equal(
	    cardea_channel_receive(fds[1], &other, LONG_MS), CARDEA_E_SYNTAX);
}

static void
a_descriptor_that_is_no_socket_is_an_error(void **state)
{
	(void)state;
	ask("Code: ");
	assert_int_equal(
	    cardea_channel_send(-1, &message, LONG_MS), CARDEA_E_IO);
	assert_int_equal(
	    cardea_channel_receive(-1, &other, LONG_MS), CARDEA_E_IO);
}

static void
ignore_signal(int number)
{
	(void)number;
}

static void
signals_do_not_shorten_or_prolong_a_wait(void **state)
{
	struct sigaction action = { .sa_handler = ignore_signal }, before;
	const struct itimerval storm = { { 0, 500 }, { 0, 500 } }, calm = { 0 };
	struct timespec start;
	int *fds = *state;

	assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &storm, NULL), 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(
	    cardea_channel_receive(fds[0], &other, SHORT_MS), CARDEA_E_TIMEOUT);
	assert_in_range(elapsed_ms(&start), SHORT_MS - 1, LONG_MS);
	assert_int_equal(setitimer(ITIMER_REAL, &calm, NULL), 0);
	assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
}

static void
a_message_outside_the_vocabulary_is_never_sent(void **state)
{
	int *fds = *state;

	ask("Code: ");
	message.code = 9;
	assert_int_equal(
	    cardea_channel_send(fds[0], &message, LONG_MS), CARDEA_E_INTERNAL);
	assert_int_equal(
	    cardea_channel_receive(fds[1], &other, 0), CARDEA_E_TIMEOUT);
}

#define ON_A_PAIR(test)                                                        \
	cmocka_unit_test_setup_teardown(test, make_pair, close_pair)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_PAIR(a_message_crosses_in_one_packet),
		ON_A_PAIR(two_messages_do_not_run_together),
		ON_A_PAIR(a_silent_peer_is_a_timeout_at_the_deadline),
		ON_A_PAIR(a_peer_that_does_not_read_is_a_timeout_P12),
		ON_A_PAIR(a_dead_peer_is_a_status_and_never_a_signal_P03),
		ON_A_PAIR(what_a_peer_said_before_it_died_still_arrives),
		ON_A_PAIR(garbage_is_refused_whatever_its_length),
		ON_A_PAIR(
		    a_good_packet_with_a_tail_beyond_the_ceiling_is_not_cut),
		ON_A_PAIR(a_descriptor_that_is_no_socket_is_an_error),
		ON_A_PAIR(signals_do_not_shorten_or_prolong_a_wait),
		ON_A_PAIR(a_message_outside_the_vocabulary_is_never_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
