/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "base/secret.h"
#include "wire/channel.h"

int64_t
cardea_channel_now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* wait_until: OK when something can be done with fd: data, room, or an error
 * that the next call will tell. */
static enum cardea_status
wait_until(int fd, short events, int64_t deadline_ms)
{
	for (;;) {
		struct pollfd pollfd = { .fd = fd, .events = events };
		int64_t left = deadline_ms - cardea_channel_now_ms();
		int ready;

		ready = poll(&pollfd, 1, left > 0 ? (int)left : 0);
		if (ready > 0)
			return CARDEA_OK;
		if (ready == 0 && left <= 0)
			return CARDEA_E_TIMEOUT;
		if (ready < 0 && errno != EINTR)
			return CARDEA_E_IO;
		if (ready < 0 && left <= 0)
			return CARDEA_E_TIMEOUT;
	}
}

/* failure_status: what errno says; OK means "try again after a wait". */
static enum cardea_status
failure_status(int error)
{
	switch (error) {
	case EAGAIN:
	case EINTR:
		return CARDEA_OK;
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return CARDEA_E_CLOSED;
	default:
		return CARDEA_E_IO;
	}
}

static enum cardea_status
send_packet(
    int fd, const unsigned char *packet, size_t len, int64_t deadline_ms)
{
	for (;;) {
		enum cardea_status status;
		ssize_t sent;

		sent = send(fd, packet, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent >= 0)
			return (size_t)sent == len ? CARDEA_OK : CARDEA_E_IO;

		status = failure_status(errno);
		if (status != CARDEA_OK)
			return status;
		status = wait_until(fd, POLLOUT, deadline_ms);
		if (status != CARDEA_OK)
			return status;
	}
}

/* receive_packet: MSG_TRUNC makes the kernel tell the true length of a packet
 * that is too large.  There is no room for control data, so descriptors that
 * a peer might pass are dropped by the kernel. */
static enum cardea_status
receive_packet(int fd, unsigned char packet[CARDEA_MESSAGE_MAX],
    size_t *ret_len, int64_t deadline_ms)
{
	for (;;) {
		enum cardea_status status;
		ssize_t len;

		len = recv(
		    fd, packet, CARDEA_MESSAGE_MAX, MSG_DONTWAIT | MSG_TRUNC);
		if (len == 0)
			return CARDEA_E_CLOSED;
		if (len > CARDEA_MESSAGE_MAX)
			return CARDEA_E_SYNTAX;
		if (len > 0) {
			*ret_len = (size_t)len;
			return CARDEA_OK;
		}

		status = failure_status(errno);
		if (status != CARDEA_OK)
			return status;
		status = wait_until(fd, POLLIN, deadline_ms);
		if (status != CARDEA_OK)
			return status;
	}
}

enum cardea_status
cardea_channel_send(
    int fd, const struct cardea_message *message, int timeout_ms)
{
	unsigned char packet[CARDEA_MESSAGE_MAX];
	int64_t deadline_ms = cardea_channel_now_ms() + timeout_ms;
	enum cardea_status status;
	size_t len = 0;

	status = cardea_message_encode(message, packet, &len);
	if (status == CARDEA_OK)
		status = send_packet(fd, packet, len, deadline_ms);
	cardea_wipe(packet, len);
	return status;
}

enum cardea_status
cardea_channel_receive(
    int fd, struct cardea_message *ret_message, int timeout_ms)
{
	unsigned char packet[CARDEA_MESSAGE_MAX];
	int64_t deadline_ms = cardea_channel_now_ms() + timeout_ms;
	enum cardea_status status;
	size_t len = 0;

	status = receive_packet(fd, packet, &len, deadline_ms);
	if (status == CARDEA_OK)
		status = cardea_message_decode(packet, len, ret_message);
	CARDEA_WIPE(packet);
	return status;
}
