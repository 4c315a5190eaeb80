/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardea-key: reads one security key for its parent.  See lib/key/talk.h for
 * what is said, confine.h for what it may do.  It prints nothing, and has no
 * environment, so no FIDO_DEBUG can make libfido2 print (K04).
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "helper/confine.h"
#include "helper/spawn.h"
#include "key/talk.h"
#include "node.h"

#define FIRST_MS 10000 /* until the request is there, and for a list */
#define MEMORY_MAX (64UL * 1024 * 1024)
#define CPU_MAX_S 30
#define SLACK_MS 2000 /* beyond the parent's own limit */

/* static: too large for a stack, and there is one of each */
static struct cardea_key_request request;
static struct cardea_key_report report;
static unsigned char packet[CARDEA_KEY_PACKET_MAX];

static void
stop(int number)
{
	(void)number;
	cardea_device_cancel();
	_exit(0);
}

/* Our parent may have blocked them, to be called off in peace itself; then we
 * could not be. */
static void
handle_signals(void)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP, SIGALRM };
	struct sigaction action = { .sa_handler = stop };
	sigset_t handled;

	sigfillset(&action.sa_mask);
	sigemptyset(&handled);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)sigaction(ends[i], &action, NULL);
		(void)sigaddset(&handled, ends[i]);
	}
	(void)sigprocmask(SIG_UNBLOCK, &handled, NULL);
}

/* The parent's next word; without one there is nothing more to do. */
static size_t
hear(void)
{
	struct pollfd polled = { .fd = CARDEA_HELPER_FD, .events = POLLIN };
	size_t len = 0;

	while (poll(&polled, 1, -1) < 0)
		continue;
	if (cardea_helper_receive(CARDEA_HELPER_FD, packet,
		CARDEA_KEY_PACKET_MAX, &len) != CARDEA_OK)
		_exit(0);
	return len;
}

static void
say(void)
{
	size_t len = 0;

	if (cardea_key_pack_report(&report, packet, sizeof(packet), &len) !=
		CARDEA_OK ||
	    cardea_helper_send(CARDEA_HELPER_FD, packet, len) != CARDEA_OK)
		_exit(1);
}

static void
say_end(enum cardea_touch_end end)
{
	report.say = CARDEA_KEY_SAY_ENDED;
	report.end = end;
	say();
}

static void
list(void)
{
	if (cardea_confine_rest() != CARDEA_OK ||
	    cardea_device_list(&report) != CARDEA_OK)
		_exit(1);
	say();
}

/* Go, and go again, as long as the user can still be verified. */
static void
ask(void)
{
	bool again = true;

	while (again) {
		struct cardea_secret pin = { .data = NULL };
		bool uv = false;
		size_t len = hear();
		enum cardea_status status = cardea_key_unpack_go(
		    packet, len, &uv, &pin);

		CARDEA_WIPE(packet);
		if (status != CARDEA_OK)
			_exit(1);
		cardea_device_ask(&request, uv, &pin, &report);
		cardea_secret_clear(&pin);
		again = report.say == CARDEA_KEY_SAY_ENDED &&
		    report.end == CARDEA_TOUCH_NO_PIN;
		say();
	}
}

static void
serve(void)
{
	bool is_reader = cardea_device_is_reader(request.device);
	bool is_there = is_reader || cardea_node_open(request.device);

	if (cardea_confine(is_reader) != CARDEA_OK)
		_exit(1);
	if (!is_there) {
		say_end(CARDEA_TOUCH_NO_KEY);
		return;
	}
	cardea_device_look(&request, &report);
	if (cardea_confine_rest() != CARDEA_OK)
		_exit(1);
	say();
	if (report.say == CARDEA_KEY_SAY_READY)
		ask();
}

int
main(void)
{
	size_t len;

	if (cardea_confine_first(MEMORY_MAX, CPU_MAX_S) != CARDEA_OK)
		return 1;
	cardea_confine_time(FIRST_MS);
	handle_signals();
	len = hear();
	if (cardea_key_unpack_request(packet, len, &request) != CARDEA_OK)
		return 1;
	if (request.task == CARDEA_KEY_TASK_LIST) {
		list();
		return 0;
	}
	cardea_confine_time(request.timeout_ms + SLACK_MS);
	serve();
	return 0;
}
