/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper/pass.h"

union control {
	struct cmsghdr header; /* for its alignment */
	char bytes[CMSG_SPACE(CARDEA_PASS_MAX * sizeof(int))];
};

enum cardea_status
cardea_pass_send(int fd, const unsigned char *packet, size_t len,
    const int *fds, size_t count)
{
	unsigned char copy[64];
	struct iovec part = { .iov_base = copy, .iov_len = len };
	union control control;
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	struct cmsghdr *header;
	ssize_t sent;

	if (count == 0 || count > CARDEA_PASS_MAX || len > sizeof(copy))
		return CARDEA_E_RANGE;
	memcpy(copy, packet, len);
	memset(&control, 0, sizeof(control));
	message.msg_control = control.bytes;
	message.msg_controllen = CMSG_SPACE(count * sizeof(int));
	header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(count * sizeof(int));
	memcpy(CMSG_DATA(header), fds, count * sizeof(int));
	do
		sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent < 0)
		return errno == EPIPE || errno == ECONNRESET ? CARDEA_E_CLOSED
							     : CARDEA_E_IO;
	return (size_t)sent == len ? CARDEA_OK : CARDEA_E_IO;
}

/* All that came, however it came. */
static size_t
take_descriptors(struct msghdr *message, int fds[CARDEA_PASS_MAX])
{
	size_t count = 0;

	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header != NULL;
	     header = CMSG_NXTHDR(message, header)) {
		size_t len;

		if (header->cmsg_level != SOL_SOCKET ||
		    header->cmsg_type != SCM_RIGHTS)
			continue;
		len = header->cmsg_len - CMSG_LEN(0);
		memcpy(fds + count, CMSG_DATA(header), len);
		count += len / sizeof(int);
	}
	return count;
}

static ssize_t
receive(int fd, struct msghdr *message)
{
	ssize_t len;

	do
		len = recvmsg(
		    fd, message, MSG_DONTWAIT | MSG_TRUNC | MSG_CMSG_CLOEXEC);
	while (len < 0 && errno == EINTR);
	return len;
}

static enum cardea_status
judge(ssize_t len, size_t size, const struct msghdr *message, size_t count,
    size_t max)
{
	if (len == 0)
		return CARDEA_E_CLOSED;
	if ((size_t)len > size)
		return CARDEA_E_SYNTAX;
	if ((message->msg_flags & MSG_CTRUNC) != 0 || count > max)
		return CARDEA_E_RANGE;
	return CARDEA_OK;
}

enum cardea_status
cardea_pass_receive(int fd, unsigned char *packet, size_t size, size_t *ret_len,
    int *fds, size_t max, size_t *ret_count)
{
	struct iovec part = { .iov_base = packet, .iov_len = size };
	union control control;
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	int got[CARDEA_PASS_MAX];
	enum cardea_status status;
	ssize_t len = receive(fd, &message);
	size_t count;

	if (len < 0 && errno == EAGAIN)
		return CARDEA_E_TIMEOUT;
	if (len < 0)
		return errno == ECONNRESET ? CARDEA_E_CLOSED : CARDEA_E_IO;
	count = take_descriptors(&message, got);
	status = judge(len, size, &message, count, max);
	if (status != CARDEA_OK) {
		while (count > 0)
			(void)close(got[--count]);
		return status;
	}
	memcpy(fds, got, count * sizeof(int));
	*ret_len = (size_t)len;
	*ret_count = count;
	return CARDEA_OK;
}
