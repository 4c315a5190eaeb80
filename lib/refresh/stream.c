/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "helper/pass.h"
#include "helper/spawn.h"
#include "refresh/stream.h"

#define HELLO 'R'
#define DATA 'D'
#define END 'E'
#define CHUNK 32768
#define PACKET (1 + CHUNK)

static int64_t
now_ms(void)
{
	struct timespec now = { .tv_sec = 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

enum cardea_status
cardea_stream_file(int *ret_fd, struct cardea_diag *diag)
{
	int fd = memfd_create("cardea", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "memfd_create");
	*ret_fd = fd;
	return CARDEA_OK;
}

enum cardea_status
cardea_stream_seal(int fd, struct cardea_diag *diag)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW |
	    F_SEAL_WRITE;

	if (fcntl(fd, F_ADD_SEALS, seals) != 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "F_ADD_SEALS");
	return CARDEA_OK;
}

/* --- the last word ------------------------------------------------------- */

static bool
is_status(int32_t number)
{
	return number <= CARDEA_OK && number >= CARDEA_E_CONFLICT;
}

static enum cardea_status
unpack_end(
    const unsigned char *bytes, size_t len, struct cardea_stream_end *ret_end)
{
	struct cardea_stream_end end = { .info_len = 0 };
	const unsigned char *info = NULL;
	struct cardea_unpack unpack;
	int32_t number;

	cardea_unpack_init(&unpack, bytes, len);
	number = (int32_t)cardea_unpack_u32(&unpack);
	cardea_unpack_text(&unpack, end.reason, sizeof(end.reason));
	cardea_unpack_blob(&unpack, &info, &end.info_len);
	if (cardea_unpack_done(&unpack) != CARDEA_OK || !is_status(number) ||
	    end.info_len > sizeof(end.info))
		return CARDEA_E_SYNTAX;
	for (char *c = end.reason; *c != '\0'; c++) {
		if (*c < 0x20 || *c > 0x7e)
			return CARDEA_E_SYNTAX;
	}
	if (end.info_len > 0)
		memcpy(end.info, info, end.info_len);
	end.status = (enum cardea_status)number;
	*ret_end = end;
	return CARDEA_OK;
}

/* --- the parent's end ---------------------------------------------------- */

struct listener {
	const struct cardea_stream_call *call;
	int fd;
	size_t len;
	struct cardea_stream_end end;
	bool is_ended;
};

static enum cardea_status
take(struct listener *listener, const unsigned char *packet, size_t len)
{
	const struct cardea_stream_call *call = listener->call;
	enum cardea_status status;

	if (len > 0 && packet[0] == END) {
		status = unpack_end(packet + 1, len - 1, &listener->end);
		listener->is_ended = status == CARDEA_OK;
		return status;
	}
	if (len < 2 || packet[0] != DATA)
		return CARDEA_E_SYNTAX;
	if (len - 1 > call->max - listener->len)
		return CARDEA_E_RANGE;
	status = cardea_file_write_open(call->sink, packet + 1, len - 1);
	listener->len += len - 1;
	if (status == CARDEA_OK && call->progress != NULL)
		call->progress(listener->len, call->context);
	return status;
}

static enum cardea_status
listen_to(struct listener *listener)
{
	static unsigned char packet[PACKET]; /* too large for a stack */
	int64_t end_ms = now_ms() + listener->call->all_ms;
	enum cardea_status status = CARDEA_OK;

	while (status == CARDEA_OK && !listener->is_ended) {
		struct pollfd polled = { .fd = listener->fd, .events = POLLIN };
		int64_t left_ms = end_ms - now_ms();
		size_t len = 0;

		if (left_ms > listener->call->stall_ms)
			left_ms = listener->call->stall_ms;
		if (left_ms <= 0 || poll(&polled, 1, (int)left_ms) == 0)
			return CARDEA_E_TIMEOUT;
		status = cardea_helper_receive(
		    listener->fd, packet, sizeof(packet), &len);
		if (status == CARDEA_OK)
			status = take(listener, packet, len);
		else if (status == CARDEA_E_TIMEOUT)
			status = CARDEA_OK; /* woken by a signal */
	}
	return status;
}

static enum cardea_status
send_request(const struct cardea_stream_call *call, int socket_fd,
    struct cardea_diag *diag)
{
	const unsigned char hello[1] = { HELLO };
	int fds[CARDEA_STREAM_FILES_MAX + 1];
	enum cardea_status status;
	int fd = -1;

	if (call->file_count > CARDEA_STREAM_FILES_MAX)
		return CARDEA_E_INTERNAL;
	status = cardea_stream_file(&fd, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_file_write_open(fd, call->request, call->request_len);
	if (status == CARDEA_OK)
		status = cardea_stream_seal(fd, diag);
	fds[0] = fd;
	memcpy(fds + 1, call->files, call->file_count * sizeof(int));
	if (status == CARDEA_OK)
		status = cardea_pass_send(
		    socket_fd, hello, sizeof(hello), fds, call->file_count + 1);
	(void)close(fd);
	return status;
}

static enum cardea_status
explain(enum cardea_status status, const struct cardea_stream_call *call,
    struct cardea_diag *diag)
{
	const char *slash = strrchr(call->path, '/');
	const char *name = slash == NULL ? call->path : slash + 1;

	if (status == CARDEA_E_RANGE)
		return cardea_diag_set(
		    diag, status, "is larger than %zu bytes", call->max);
	if (status == CARDEA_E_TIMEOUT)
		return cardea_diag_set(diag, status,
		    "took too long: %u s in all, %u s without a byte",
		    call->all_ms / 1000, call->stall_ms / 1000);
	if (status == CARDEA_E_CLOSED)
		return cardea_diag_set(
		    diag, status, "%s ended without a word", name);
	return cardea_diag_set(
	    diag, status, "%s: %s", name, cardea_status_text(status));
}

enum cardea_status
cardea_stream_run(const struct cardea_stream_call *call,
    struct cardea_stream_end *ret_end, size_t *ret_len,
    struct cardea_diag *diag)
{
	struct cardea_helper helper = CARDEA_HELPER_NONE;
	struct listener listener = { .call = call };
	enum cardea_status status;

	status = cardea_helper_spawn(call->path, &helper, diag);
	if (status != CARDEA_OK)
		return status;
	listener.fd = helper.fd;
	status = send_request(call, helper.fd, diag);
	if (status == CARDEA_OK)
		status = listen_to(&listener);
	(void)cardea_helper_reap(
	    &helper, listener.is_ended ? CARDEA_HELPER_GRACE_MS : 0);
	if (status != CARDEA_OK)
		return explain(status, call, diag);
	if (listener.end.status != CARDEA_OK)
		return cardea_diag_set(
		    diag, listener.end.status, "%s", listener.end.reason);
	*ret_end = listener.end;
	*ret_len = listener.len;
	return CARDEA_OK;
}
