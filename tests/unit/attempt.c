/* SPDX-License-Identifier: BSD-2-Clause */
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "unit/test.h"
#include "verifier/attempt.h"
#include "wire/channel.h"

#define TOUCH_MS 20000

/* within: will the watchdog bite between these two? */
static bool
within(int64_t low_ms, int64_t high_ms)
{
	struct itimerval timer;
	int64_t ms;

	assert_int_equal(getitimer(ITIMER_REAL, &timer), 0);
	ms = (int64_t)timer.it_value.tv_sec * 1000 +
	    timer.it_value.tv_usec / 1000;
	return ms > low_ms && ms <= high_ms + 10;
}

/* what comes in the midst of a wait, a PIN for one, does not prolong it */
static void
K09_the_watchdog_waits_for_a_key_as_long_as_was_said_and_no_longer(void **state)
{
	const int64_t work_ms = CARDEA_REPLY_TIMEOUT_MS;
	struct cardea_attempt attempt;
	struct cardea_attempt_wait wait;
	struct cardea_message message;
	int fds[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
	cardea_attempt_init(&attempt, fds[0]);

	wait = cardea_attempt_wait(&attempt, TOUCH_MS);
	assert_true(within(TOUCH_MS, TOUCH_MS + work_ms));
	assert_int_equal(
	    cardea_message_put_text(
		&message, CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_TEXT, 0, "1234"),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_channel_send(fds[1], &message, 1000), CARDEA_OK);
	assert_int_equal(cardea_attempt_hear(&attempt, &message), CARDEA_OK);
	assert_true(within(work_ms, TOUCH_MS + work_ms));
	cardea_attempt_waited(&attempt, &wait);
	assert_true(within(0, work_ms));

	assert_int_equal(
	    cardea_channel_send(fds[1], &message, 1000), CARDEA_OK);
	assert_int_equal(cardea_attempt_hear(&attempt, &message), CARDEA_OK);
	assert_true(within(0, work_ms));
	alarm(0);
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    K09_the_watchdog_waits_for_a_key_as_long_as_was_said_and_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
