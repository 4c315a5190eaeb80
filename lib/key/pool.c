/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "key/pool.h"

#define LIST_TIMEOUT_MS 5000
#define PROMPT_MAX 160

static int64_t
now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The more an end tells, the higher; of several keys the best is told. */
static int
rank(enum cardea_touch_end end)
{
	switch (end) {
	case CARDEA_TOUCH_DONE:
		return 11;
	case CARDEA_TOUCH_EXISTS:
		return 10;
	case CARDEA_TOUCH_BLOCKED:
		return 9;
	case CARDEA_TOUCH_WRONG_PIN:
		return 8;
	case CARDEA_TOUCH_REFUSED:
		return 7;
	case CARDEA_TOUCH_TIMEOUT:
		return 6;
	case CARDEA_TOUCH_NO_PIN:
		return 5;
	case CARDEA_TOUCH_NO_UV:
		return 4;
	case CARDEA_TOUCH_CANCELLED:
		return 3;
	case CARDEA_TOUCH_FAILED:
		return 2;
	case CARDEA_TOUCH_NOT_HELD:
		return 1;
	case CARDEA_TOUCH_NO_KEY:
	case CARDEA_TOUCH_END_COUNT:
		break;
	}
	return 0;
}

static void
leave(struct cardea_key_seat *seat, enum cardea_touch_end end)
{
	seat->over = true;
	seat->end = end;
	cardea_key_call_off(&seat->process);
}

static bool
is_called_off(const struct cardea_key_pool *pool)
{
	struct pollfd hangup = { .fd = pool->person->hangup_fd,
		.events = POLLIN };

	return poll(&hangup, 1, 0) == 1;
}

/* --- the list of keys
 * --------------------------------------------------------- */

/* One report of one helper. CLOSED when everything is called off. */
static enum cardea_status
await_report(struct cardea_key_pool *pool, int fd, int64_t until_ms)
{
	struct pollfd polled[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = pool->person->hangup_fd, .events = POLLIN },
	};
	enum cardea_status status;
	size_t len = 0;

	for (;;) {
		int64_t left_ms = until_ms - now_ms();
		int ready = poll(polled, 2, left_ms > 0 ? (int)left_ms : 0);

		if (ready > 0)
			break;
		if (ready == 0)
			return CARDEA_E_TIMEOUT;
		if (errno != EINTR)
			return CARDEA_E_IO;
	}
	if (polled[1].revents != 0)
		return CARDEA_E_CLOSED;
	status = cardea_key_receive(fd, pool->packet, &len);
	if (status == CARDEA_OK)
		status = cardea_key_unpack_report(
		    pool->packet, len, pool->report);
	return status;
}

static enum cardea_status
send_request(struct cardea_key_pool *pool, int fd)
{
	enum cardea_status status;
	size_t len = 0;

	status = cardea_key_pack_request(
	    pool->request, pool->packet, CARDEA_KEY_PACKET_MAX, &len);
	if (status == CARDEA_OK)
		status = cardea_key_send(fd, pool->packet, len);
	return status;
}

static enum cardea_status
list_devices(struct cardea_key_pool *pool)
{
	struct cardea_key_process process = CARDEA_KEY_PROCESS_NONE;
	enum cardea_key_task task = pool->request->task;
	enum cardea_status status;

	pool->request->task = CARDEA_KEY_TASK_LIST;
	status = cardea_key_spawn(pool->helper, &process, pool->diag);
	if (status == CARDEA_OK)
		status = send_request(pool, process.fd);
	if (status == CARDEA_OK)
		status = await_report(
		    pool, process.fd, now_ms() + LIST_TIMEOUT_MS);
	if (status == CARDEA_OK && pool->report->say != CARDEA_KEY_SAY_DEVICES)
		status = CARDEA_E_SYNTAX;
	cardea_key_call_off(&process);
	cardea_key_reap(&process);
	pool->request->task = task;
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    pool->diag, status, "the keys cannot be listed");
	return CARDEA_OK;
}

static enum cardea_status
find_devices(struct cardea_key_pool *pool, const char *device)
{
	struct cardea_key_report *report = pool->report;

	if (device == NULL || device[0] == '\0')
		return list_devices(pool);
	memset(report, 0, sizeof(*report));
	report->device_count = 1;
	return cardea_text_copy(
	    report->devices[0].path, sizeof(report->devices[0].path), device);
}

/* A helper that cannot be started is one key less, unless it is the first. */
static enum cardea_status
take_seats(struct cardea_key_pool *pool)
{
	const struct cardea_key_report devices = *pool->report;
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < devices.device_count; i++) {
		struct cardea_key_seat *seat = &pool->seats[pool->seat_count];

		*seat = (struct cardea_key_seat){
			.process = CARDEA_KEY_PROCESS_NONE
		};
		memcpy(pool->request->device, devices.devices[i].path,
		    sizeof(pool->request->device));
		memcpy(
		    seat->label, devices.devices[i].label, sizeof(seat->label));
		status = cardea_key_spawn(
		    pool->helper, &seat->process, pool->diag);
		if (status != CARDEA_OK)
			break;
		pool->seat_count++;
		if (send_request(pool, seat->process.fd) != CARDEA_OK)
			leave(seat, CARDEA_TOUCH_FAILED);
	}
	return pool->seat_count > 0 ? CARDEA_OK : status;
}

/* --- PIN
 * ------------------------------------------------------------------------ */

/* With several keys it must be plain whose PIN is meant. */
static enum cardea_status
write_prompt(const struct cardea_key_pool *pool,
    const struct cardea_key_seat *seat, char *prompt)
{
	uint32_t tries = seat->pin_tries;
	const char *label = seat->label[0] != '\0' && pool->seat_count > 1
	    ? seat->label
	    : "the security key";

	if (tries == 1)
		return cardea_text_print(prompt, PROMPT_MAX,
		    "This is the last try: a wrong PIN blocks the key. PIN of "
		    "%s (empty: give up): ",
		    label);
	if (tries != CARDEA_KEY_TRIES_UNKNOWN)
		return cardea_text_print(prompt, PROMPT_MAX,
		    "PIN of %s (%u tries left): ", label, tries);
	return cardea_text_print(prompt, PROMPT_MAX, "PIN of %s: ", label);
}

static bool
is_pin(const struct cardea_secret *pin)
{
	return pin->len >= CARDEA_KEY_PIN_MIN && pin->len <= CARDEA_KEY_PIN_MAX;
}

/* A PIN that no key can have costs none of its tries. */
static bool
ask_pin(struct cardea_key_pool *pool, struct cardea_key_seat *seat,
    struct cardea_secret *pin)
{
	char prompt[PROMPT_MAX];

	if (seat->pin_asked || pool->person->ask_pin == NULL ||
	    write_prompt(pool, seat, prompt) != CARDEA_OK)
		return false;
	seat->pin_asked = true;
	return pool->person->ask_pin(pool->person->context, prompt, pin) &&
	    is_pin(pin);
}

/* --- go
 * ---------------------------------------------------------------------------
 */

static void
cue(struct cardea_key_pool *pool, bool sensor)
{
	if (pool->cued || pool->person->tell == NULL)
		return;
	pool->cued = true;
	pool->person->tell(pool->person->context,
	    sensor ? "Touch the sensor of your security key."
		   : "Touch your security key.");
}

static void
go(struct cardea_key_pool *pool, struct cardea_key_seat *seat, bool sensor,
    const struct cardea_secret *pin)
{
	size_t len = 0;

	cue(pool, sensor);
	if (cardea_key_pack_go(sensor, pin, pool->packet, CARDEA_KEY_PACKET_MAX,
		&len) != CARDEA_OK ||
	    cardea_key_send(seat->process.fd, pool->packet, len) != CARDEA_OK)
		leave(seat, CARDEA_TOUCH_FAILED);
	cardea_wipe(pool->packet, len);
}

static void
call_off(struct cardea_key_pool *pool, enum cardea_touch_end end)
{
	for (size_t i = 0; i < pool->seat_count; i++) {
		if (!pool->seats[i].over)
			leave(&pool->seats[i], end);
	}
}

/* with_pin: it helps, or nothing else does.  Who goes away from the question
 * has not said no. */
static void
go_with_pin(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	struct cardea_secret pin = { .data = NULL };
	static const struct cardea_secret none = { .data = NULL };

	if (ask_pin(pool, seat, &pin))
		go(pool, seat, false, &pin);
	else if (is_called_off(pool))
		call_off(pool, CARDEA_TOUCH_CANCELLED);
	else if (pool->request->uv == CARDEA_UV_PREFER)
		go(pool, seat, false, &none);
	else
		leave(seat, CARDEA_TOUCH_NO_PIN);
	cardea_secret_clear(&pin);
}

static void
take_ready(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	static const struct cardea_secret none = { .data = NULL };
	const struct cardea_key_report *report = pool->report;

	seat->pin_tries = report->pin_tries;
	if (pool->request->uv == CARDEA_UV_NO)
		go(pool, seat, false, &none);
	else if (report->has_sensor)
		go(pool, seat, true, &none);
	else if (report->has_pin)
		go_with_pin(pool, seat);
	else if (pool->request->uv == CARDEA_UV_PREFER)
		go(pool, seat, false, &none);
	else
		leave(seat, CARDEA_TOUCH_NO_UV);
}

/* --- what the keys say
 * --------------------------------------------------------------- */

static bool
is_answer(const struct cardea_key_pool *pool)
{
	const struct cardea_key_report *report = pool->report;

	if (report->say == CARDEA_KEY_SAY_SHOWN)
		return pool->request->task == CARDEA_KEY_TASK_ASSERT &&
		    report->handle < pool->request->handle_count;
	return report->say == CARDEA_KEY_SAY_MADE &&
	    pool->request->task == CARDEA_KEY_TASK_MAKE;
}

/* The key wants a PIN after all: its sensor gave up, or it always does.  A
 * finger costs no try of the PIN, so what it said of them still holds. */
static void
take_end(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	if (pool->report->end != CARDEA_TOUCH_NO_PIN || seat->pin_asked) {
		leave(seat, pool->report->end);
		return;
	}
	go_with_pin(pool, seat);
}

static void
hear(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	enum cardea_status status;
	size_t len = 0;

	status = cardea_key_receive(seat->process.fd, pool->packet, &len);
	if (status == CARDEA_E_TIMEOUT)
		return;
	if (status == CARDEA_OK)
		status = cardea_key_unpack_report(
		    pool->packet, len, pool->report);
	if (status != CARDEA_OK) {
		leave(seat, CARDEA_TOUCH_FAILED);
		return;
	}
	if (is_answer(pool)) {
		leave(seat, CARDEA_TOUCH_DONE);
		pool->answered = true;
	} else if (pool->report->say == CARDEA_KEY_SAY_READY) {
		take_ready(pool, seat);
	} else if (pool->report->say == CARDEA_KEY_SAY_ENDED) {
		take_end(pool, seat);
	} else {
		leave(seat, CARDEA_TOUCH_FAILED);
	}
}

/* --- waiting
 * ------------------------------------------------------------------------- */

static bool
is_anybody_left(const struct cardea_key_pool *pool)
{
	for (size_t i = 0; i < pool->seat_count; i++) {
		if (!pool->seats[i].over)
			return true;
	}
	return false;
}

/* Waits for all keys and for the person at once, and hears one of them. */
static enum cardea_status
wait_once(struct cardea_key_pool *pool)
{
	struct pollfd polled[CARDEA_KEY_DEVICES_MAX + 1];
	int64_t left_ms = pool->deadline_ms - now_ms();
	int ready;

	if (left_ms <= 0) {
		call_off(pool, CARDEA_TOUCH_TIMEOUT);
		return CARDEA_OK;
	}
	for (size_t i = 0; i < pool->seat_count; i++)
		polled[i] = (struct pollfd){ .fd = pool->seats[i].over
			    ? -1
			    : pool->seats[i].process.fd,
			.events = POLLIN };
	polled[pool->seat_count] =
	    (struct pollfd){ .fd = pool->person->hangup_fd, .events = POLLIN };
	ready = poll(polled, pool->seat_count + 1, (int)left_ms);
	if (ready < 0)
		return errno == EINTR ? CARDEA_OK : CARDEA_E_IO;
	if (polled[pool->seat_count].revents != 0) {
		call_off(pool, CARDEA_TOUCH_CANCELLED);
		return CARDEA_OK;
	}
	for (size_t i = 0; i < pool->seat_count && !pool->answered; i++) {
		if (!pool->seats[i].over && polled[i].revents != 0)
			hear(pool, &pool->seats[i]);
	}
	return CARDEA_OK;
}

static enum cardea_touch_end
best_end(const struct cardea_key_pool *pool)
{
	enum cardea_touch_end best = CARDEA_TOUCH_NO_KEY;

	for (size_t i = 0; i < pool->seat_count; i++) {
		if (rank(pool->seats[i].end) > rank(best))
			best = pool->seats[i].end;
	}
	return best;
}

/* All are told to end before any is waited for. */
static void
dismiss(struct cardea_key_pool *pool)
{
	for (size_t i = 0; i < pool->seat_count; i++)
		cardea_key_call_off(&pool->seats[i].process);
	for (size_t i = 0; i < pool->seat_count; i++)
		cardea_key_reap(&pool->seats[i].process);
}

enum cardea_status
cardea_key_pool_run(struct cardea_key_pool *pool, const char *device,
    enum cardea_touch_end *ret_end)
{
	enum cardea_status status = find_devices(pool, device);

	/* what a Ctrl-C ends may be the helper first */
	if (status != CARDEA_OK && is_called_off(pool)) {
		*ret_end = CARDEA_TOUCH_CANCELLED;
		return CARDEA_OK;
	}
	if (status == CARDEA_OK)
		status = take_seats(pool);
	while (status == CARDEA_OK && !pool->answered && is_anybody_left(pool))
		status = wait_once(pool);
	if (status == CARDEA_OK)
		*ret_end = best_end(pool);
	dismiss(pool);
	return status;
}

/* The pool's three large parts are on the heap. */
enum cardea_status
cardea_key_pool_open(struct cardea_key_pool *pool, const char *helper,
    const struct cardea_touch_person *person, int timeout_ms,
    struct cardea_diag *diag)
{
	*pool = (struct cardea_key_pool){ .helper = helper,
		.person = person,
		.request = calloc(1, sizeof(*pool->request)),
		.report = calloc(1, sizeof(*pool->report)),
		.packet = malloc(CARDEA_KEY_PACKET_MAX),
		.deadline_ms = now_ms() + timeout_ms,
		.diag = diag };
	if (pool->request == NULL || pool->report == NULL ||
	    pool->packet == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "a touch");
	pool->request->timeout_ms = (uint32_t)timeout_ms;
	return CARDEA_OK;
}

void
cardea_key_pool_close(struct cardea_key_pool *pool)
{
	free(pool->packet);
	free(pool->report);
	free(pool->request);
}
