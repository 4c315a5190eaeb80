/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "key/choose.h"
#include "unit/test.h"

#define SEATS 3
#define BEFORE 0 /* the patience is over at 10 */
#define AFTER 20

/* --- a person, who writes down what happens ------------------------------ */

static char told[1024];
static const char *typed; /* NULL: nobody answers */

static void
note(const char *what, const char *text)
{
	size_t len = strlen(told);

	(void)snprintf(told + len, sizeof(told) - len, "%s<%s> ", what, text);
}

static void
tell(void *context, const char *text)
{
	(void)context;
	note("tell", text);
}

static bool
ask_pin(void *context, const char *prompt, struct cardea_secret *ret_pin)
{
	(void)context;
	note("ask", prompt);
	if (typed == NULL)
		return false;
	assert_int_equal(
	    cardea_secret_set(ret_pin, typed, strlen(typed)), CARDEA_OK);
	return true;
}

static const struct cardea_touch_person person = { tell, ask_pin, -1, NULL };

/* --- a pool of keys, whose processes are the test ------------------------ */

static struct cardea_key_pool pool;
static int far_ends[SEATS];

static int
open_pool(void **state)
{
	static const char *const labels[SEATS] = { "Red", "Blue", "Green" };

	(void)state;
	told[0] = '\0';
	typed = "1234";
	assert_int_equal(
	    cardea_key_pool_open(&pool, "/nowhere", &person, 1000, NULL),
	    CARDEA_OK);
	pool.patience_ms = 10;
	pool.seat_count = SEATS;
	for (size_t i = 0; i < SEATS; i++) {
		int fds[2];

		assert_int_equal(
		    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds), 0);
		pool.seats[i] = (struct cardea_key_seat){
			.process = { .fd = fds[0] },
			.phase = CARDEA_KEY_OVER,
			.end = CARDEA_TOUCH_NOT_HELD,
		};
		memcpy(pool.seats[i].label, labels[i], strlen(labels[i]) + 1);
		far_ends[i] = fds[1];
	}
	return 0;
}

static int
close_pool(void **state)
{
	(void)state;
	for (size_t i = 0; i < SEATS; i++) {
		(void)close(far_ends[i]);
		(void)close(pool.seats[i].process.fd);
	}
	cardea_key_pool_close(&pool);
	return 0;
}

static struct cardea_key_seat *
seat(size_t at, bool is_certain, struct cardea_key_means means)
{
	pool.seats[at].phase = CARDEA_KEY_READY;
	pool.seats[at].is_certain = is_certain;
	pool.seats[at].means = means;
	return &pool.seats[at];
}

static const struct cardea_key_means bare = { .pin_tries = 0xff };
static const struct cardea_key_means sensor = { .has_sensor = true,
	.pin_tries = 0xff };
static const struct cardea_key_means by_pin = { .has_pin = true,
	.pin_tries = 8 };
static const struct cardea_key_means both = { .has_sensor = true,
	.has_pin = true,
	.pin_tries = 8 };

static struct cardea_key_means
tries_left(uint32_t tries)
{
	return (struct cardea_key_means){ .has_pin = true, .pin_tries = tries };
}

/* What that key was told: "" nothing, "touch", "sensor", or the PIN. */
static const char *
heard(size_t at)
{
	static char text[CARDEA_KEY_PIN_MAX + 1];
	unsigned char packet[CARDEA_KEY_PACKET_MAX];
	struct cardea_secret pin = { .data = NULL };
	size_t len = 0;
	bool uv = false;

	if (cardea_helper_receive(
		far_ends[at], packet, CARDEA_KEY_PACKET_MAX, &len) != CARDEA_OK)
		return "";
	assert_int_equal(
	    cardea_key_unpack_go(packet, len, &uv, &pin), CARDEA_OK);
	(void)snprintf(text, sizeof(text), "%s",
	    pin.len > 0 ? (const char *)pin.data
		: uv	? "sensor"
			: "touch");
	cardea_secret_clear(&pin);
	return text;
}

/* --- the tests ----------------------------------------------------------- */

static void
all_that_want_a_touch_blink_at_once_and_it_is_told_once(void **state)
{
	(void)state;
	seat(0, true, by_pin);
	seat(1, true, bare);
	pool.seats[2].phase = CARDEA_KEY_LOOKING; /* nobody waits for it */
	cardea_key_choose(&pool, BEFORE);
	assert_string_equal(heard(0), "touch");
	assert_string_equal(heard(1), "touch");
	assert_string_equal(told, "tell<Touch your security key.> ");
	assert_int_equal(pool.seats[0].phase, CARDEA_KEY_ASKED);
}

static void
no_pin_is_asked_for_while_a_key_blinks(void **state)
{
	(void)state;
	pool.request->uv = CARDEA_UV_NEED;
	seat(0, true, by_pin);
	seat(1, true, sensor);
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(0), "");
	assert_string_equal(heard(1), "sensor");
	assert_string_equal(
	    told, "tell<Touch the sensor of your security key.> ");
	pool.seats[1].phase = CARDEA_KEY_OVER; /* it was pulled out */
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(0), "1234");
}

static void
a_pin_waits_for_slow_keys_and_not_for_ever(void **state)
{
	(void)state;
	pool.request->uv = CARDEA_UV_NEED;
	seat(0, true, by_pin);
	pool.seats[1].phase = CARDEA_KEY_LOOKING;
	cardea_key_choose(&pool, BEFORE);
	assert_string_equal(told, "");
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(told,
	    "ask<PIN of Red (8 tries left): > tell<Touch your security key.> ");
}

static void
who_surely_holds_a_credential_comes_first(void **state)
{
	(void)state;
	pool.request->uv = CARDEA_UV_NEED;
	seat(0, false, sensor);
	seat(1, false, by_pin);
	seat(2, true, by_pin);
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(0), "");
	assert_string_equal(heard(1), "");
	assert_string_equal(heard(2), "1234");
	pool.seats[2].phase = CARDEA_KEY_OVER;
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(0), "sensor");
	assert_string_equal(heard(1), "");
}

static void
who_types_nothing_is_asked_for_the_next_key(void **state)
{
	(void)state;
	typed = NULL;
	pool.request->uv = CARDEA_UV_NEED;
	seat(0, true, by_pin);
	seat(1, true, tries_left(3));
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(told,
	    "ask<PIN of Red (8 tries left): > ask<PIN of Blue (3 tries left): "
	    "> ");
	assert_int_equal(pool.seats[0].end, CARDEA_TOUCH_NO_PIN);
	assert_int_equal(pool.seats[1].end, CARDEA_TOUCH_NO_PIN);
	assert_string_equal(heard(0), "");
}

static void
the_last_try_is_never_spent_without_saying_so(void **state)
{
	struct cardea_key_seat *last;

	(void)state;
	pool.seat_count = 1;
	pool.request->uv = CARDEA_UV_NEED;
	last = seat(0, true, tries_left(1));
	cardea_key_choose(&pool, AFTER);
	assert_non_null(strstr(told, "This is the last try: "));
	assert_null(strstr(told, "Red")); /* there is only one */
	assert_string_equal(heard(0), "1234");

	told[0] = '\0';
	last = seat(0, true, tries_left(0));
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(told, "");
	assert_int_equal(last->end, CARDEA_TOUCH_BLOCKED);
}

static void
what_no_pin_can_be_costs_no_try(void **state)
{
	char long_pin[CARDEA_KEY_PIN_MAX + 2];

	(void)state;
	memset(long_pin, '1', sizeof(long_pin) - 1);
	long_pin[sizeof(long_pin) - 1] = '\0';
	pool.request->uv = CARDEA_UV_NEED;
	for (int i = 0; i < 3; i++) {
		typed = i == 0 ? "" : i == 1 ? "123" : long_pin;
		seat(0, true, tries_left(1));
		cardea_key_choose(&pool, AFTER);
		assert_int_equal(pool.seats[0].end, CARDEA_TOUCH_NO_PIN);
		assert_string_equal(heard(0), "");
	}
}

static void
what_is_preferred_is_not_demanded(void **state)
{
	(void)state;
	typed = NULL;
	pool.request->uv = CARDEA_UV_PREFER;
	seat(0, true, bare);
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(0), "touch");
	pool.seats[0].phase = CARDEA_KEY_OVER;
	seat(1, true, by_pin);
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(1), "touch");
	/* but a key may demand it all the same */
	seat(1, true, by_pin)->must_verify = true;
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(1), "");
	assert_int_equal(pool.seats[1].end, CARDEA_TOUCH_NO_PIN);
}

static void
what_is_needed_and_cannot_be_had_ends_it(void **state)
{
	(void)state;
	pool.request->uv = CARDEA_UV_NEED;
	seat(0, true, bare);
	seat(1, false, bare);
	cardea_key_choose(&pool, AFTER);
	assert_int_equal(pool.seats[0].end, CARDEA_TOUCH_NO_UV);
	assert_int_equal(pool.seats[1].end, CARDEA_TOUCH_NO_UV);
	assert_string_equal(told, "");
}

static void
a_finger_is_tried_again_but_not_for_ever(void **state)
{
	(void)state;
	pool.request->uv = CARDEA_UV_NEED;
	for (int i = 0; i < 5; i++) {
		seat(0, true, both);
		cardea_key_choose(&pool, AFTER);
		assert_string_equal(heard(0), "sensor");
	}
	assert_string_equal(told,
	    "tell<Touch the sensor of your security key.> "
	    "tell<The sensor did not know this finger. Touch it again.> ");
	seat(0, true, both);
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(0), "1234");
}

static void
V04_a_process_that_has_gone_is_no_key(void **state)
{
	(void)state;
	assert_int_equal(shutdown(far_ends[0], SHUT_RDWR), 0);
	seat(0, true, bare);
	cardea_key_choose(&pool, AFTER);
	assert_int_equal(pool.seats[0].phase, CARDEA_KEY_OVER);
	assert_int_equal(pool.seats[0].end, CARDEA_TOUCH_FAILED);
}

static void
no_pin_is_left_in_the_packet(void **state)
{
	(void)state;
	typed = "secret-of-mine";
	pool.request->uv = CARDEA_UV_NEED;
	seat(0, true, by_pin);
	cardea_key_choose(&pool, AFTER);
	assert_string_equal(heard(0), typed);
	assert_null(memmem(pool.packet, CARDEA_KEY_PACKET_MAX, "secret", 6));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pool, close_pool)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_that_want_a_touch_blink_at_once_and_it_is_told_once),
		TEST(no_pin_is_asked_for_while_a_key_blinks),
		TEST(a_pin_waits_for_slow_keys_and_not_for_ever),
		TEST(who_surely_holds_a_credential_comes_first),
		TEST(who_types_nothing_is_asked_for_the_next_key),
		TEST(the_last_try_is_never_spent_without_saying_so),
		TEST(what_no_pin_can_be_costs_no_try),
		TEST(what_is_preferred_is_not_demanded),
		TEST(what_is_needed_and_cannot_be_had_ends_it),
		TEST(a_finger_is_tried_again_but_not_for_ever),
		TEST(V04_a_process_that_has_gone_is_no_key),
		TEST(no_pin_is_left_in_the_packet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
