/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "key/choose.h"

#define LIST_TIMEOUT_MS 5000
#define PATIENCE_MS 2000

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

bool
cardea_key_is_called_off(const struct cardea_key_pool *pool)
{
	struct pollfd hangup = { .fd = pool->person->hangup_fd,
		.events = POLLIN };

	return poll(&hangup, 1, 0) == 1;
}

void
cardea_key_leave(struct cardea_key_seat *seat, enum cardea_touch_end end)
{
	seat->phase = CARDEA_KEY_OVER;
	seat->end = end;
	cardea_helper_call_off(&seat->process);
}

/* --- the list of keys ---------------------------------------------------- */

/* One report of one helper.  CLOSED when everything is called off. */
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
	status = cardea_helper_receive(
	    fd, pool->packet, CARDEA_KEY_PACKET_MAX, &len);
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
		status = cardea_helper_send(fd, pool->packet, len);
	return status;
}

static enum cardea_status
list_devices(struct cardea_key_pool *pool)
{
	struct cardea_helper process = CARDEA_HELPER_NONE;
	enum cardea_key_task task = pool->request->task;
	int64_t until_ms = now_ms() + LIST_TIMEOUT_MS;
	enum cardea_status status;

	if (until_ms > pool->deadline_ms)
		until_ms = pool->deadline_ms;
	pool->request->task = CARDEA_KEY_TASK_LIST;
	status = cardea_helper_spawn(pool->helper, &process, pool->diag);
	if (status == CARDEA_OK)
		status = send_request(pool, process.fd);
	if (status == CARDEA_OK)
		status = await_report(pool, process.fd, until_ms);
	if (status == CARDEA_OK && pool->report->say != CARDEA_KEY_SAY_DEVICES)
		status = CARDEA_E_SYNTAX;
	cardea_helper_call_off(&process);
	cardea_helper_reap(&process, CARDEA_HELPER_GRACE_MS);
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

		*seat =
		    (struct cardea_key_seat){ .process = CARDEA_HELPER_NONE };
		memcpy(pool->request->device, devices.devices[i].path,
		    sizeof(pool->request->device));
		memcpy(
		    seat->label, devices.devices[i].label, sizeof(seat->label));
		status = cardea_helper_spawn(
		    pool->helper, &seat->process, pool->diag);
		if (status != CARDEA_OK)
			break;
		pool->seat_count++;
		if (send_request(pool, seat->process.fd) != CARDEA_OK)
			cardea_key_leave(seat, CARDEA_TOUCH_FAILED);
	}
	return pool->seat_count > 0 ? CARDEA_OK : status;
}

/* --- what the keys say --------------------------------------------------- */

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

/* Whoever has just failed with one key is not asked for the PIN of another,
 * into which he would type the same again. */
static bool
decides(const struct cardea_key_seat *seat, enum cardea_touch_end end)
{
	return end == CARDEA_TOUCH_DONE || end == CARDEA_TOUCH_EXISTS ||
	    end == CARDEA_TOUCH_WRONG_PIN ||
	    (end == CARDEA_TOUCH_BLOCKED && seat->pin_asked);
}

static void
take_end(struct cardea_key_pool *pool, struct cardea_key_seat *seat,
    enum cardea_touch_end end)
{
	cardea_key_leave(seat, end);
	pool->decided = pool->decided || decides(seat, end);
}

/* READY, or ready for another try to verify the user. */
static void
take_means(const struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	seat->phase = CARDEA_KEY_READY;
	seat->means = pool->report->means;
}

/* What it says has its time: the answer to GO cannot come before. */
static void
take_report(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	const struct cardea_key_report *report = pool->report;
	bool is_asked = seat->phase == CARDEA_KEY_ASKED;

	if (report->say == CARDEA_KEY_SAY_READY &&
	    seat->phase == CARDEA_KEY_LOOKING) {
		seat->is_certain = report->is_certain;
		take_means(pool, seat);
	} else if (is_asked && is_answer(pool)) {
		take_end(pool, seat, CARDEA_TOUCH_DONE);
	} else if (report->say != CARDEA_KEY_SAY_ENDED) {
		take_end(pool, seat, CARDEA_TOUCH_FAILED);
	} else if (is_asked && report->end == CARDEA_TOUCH_NO_PIN &&
	    !seat->pin_asked) {
		seat->must_verify = true;
		take_means(pool, seat);
	} else {
		take_end(pool, seat, report->end);
	}
}

static void
hear(struct cardea_key_pool *pool, struct cardea_key_seat *seat)
{
	enum cardea_status status;
	size_t len = 0;

	status = cardea_helper_receive(
	    seat->process.fd, pool->packet, CARDEA_KEY_PACKET_MAX, &len);
	if (status == CARDEA_E_TIMEOUT)
		return;
	if (status == CARDEA_OK)
		status = cardea_key_unpack_report(
		    pool->packet, len, pool->report);
	if (status == CARDEA_OK)
		take_report(pool, seat);
	else
		take_end(pool, seat, CARDEA_TOUCH_FAILED);
}

/* --- waiting ------------------------------------------------------------- */

static bool
is_anybody_left(const struct cardea_key_pool *pool)
{
	for (size_t i = 0; i < pool->seat_count; i++) {
		if (pool->seats[i].phase != CARDEA_KEY_OVER)
			return true;
	}
	return false;
}

static void
call_off(struct cardea_key_pool *pool, enum cardea_touch_end end)
{
	for (size_t i = 0; i < pool->seat_count; i++) {
		if (pool->seats[i].phase != CARDEA_KEY_OVER)
			cardea_key_leave(&pool->seats[i], end);
	}
}

/* Waits for all keys and for the person at once, and hears one of them. */
static enum cardea_status
wait_once(struct cardea_key_pool *pool)
{
	struct pollfd polled[CARDEA_KEY_DEVICES_MAX + 1];
	int64_t now = now_ms();
	int64_t left_ms = pool->deadline_ms - now;
	int ready;

	if (left_ms <= 0) {
		call_off(pool, CARDEA_TOUCH_TIMEOUT);
		return CARDEA_OK;
	}
	for (size_t i = 0; i < pool->seat_count; i++)
		polled[i] = (struct pollfd){
			.fd = pool->seats[i].phase == CARDEA_KEY_OVER
			    ? -1
			    : pool->seats[i].process.fd,
			.events = POLLIN,
		};
	if (now < pool->patience_ms && left_ms > pool->patience_ms - now)
		left_ms = pool->patience_ms - now;
	polled[pool->seat_count] =
	    (struct pollfd){ .fd = pool->person->hangup_fd, .events = POLLIN };
	ready = poll(polled, pool->seat_count + 1, (int)left_ms);
	if (ready < 0)
		return errno == EINTR ? CARDEA_OK : CARDEA_E_IO;
	if (polled[pool->seat_count].revents != 0) {
		call_off(pool, CARDEA_TOUCH_CANCELLED);
		return CARDEA_OK;
	}
	for (size_t i = 0; i < pool->seat_count && !pool->decided; i++) {
		if (polled[i].revents != 0)
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

/* All are told to end before any is waited for, and have one grace together. */
static void
dismiss(struct cardea_key_pool *pool)
{
	int64_t until_ms = now_ms() + CARDEA_HELPER_GRACE_MS;

	for (size_t i = 0; i < pool->seat_count; i++)
		cardea_helper_call_off(&pool->seats[i].process);
	for (size_t i = 0; i < pool->seat_count; i++) {
		int64_t left_ms = until_ms - now_ms();

		cardea_helper_reap(
		    &pool->seats[i].process, left_ms > 0 ? (int)left_ms : 0);
	}
}

enum cardea_status
cardea_key_pool_run(struct cardea_key_pool *pool, const char *device,
    enum cardea_touch_end *ret_end)
{
	enum cardea_status status = find_devices(pool, device);

	/* what a Ctrl-C ends may be the helper first */
	if (status != CARDEA_OK && cardea_key_is_called_off(pool)) {
		*ret_end = CARDEA_TOUCH_CANCELLED;
		return CARDEA_OK;
	}
	if (status == CARDEA_OK)
		status = take_seats(pool);
	while (status == CARDEA_OK && !pool->decided && is_anybody_left(pool)) {
		status = wait_once(pool);
		if (status == CARDEA_OK && !pool->decided)
			cardea_key_choose(pool, now_ms());
	}
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
		.patience_ms = now_ms() + PATIENCE_MS,
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
