/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper/pass.h"
#include "helper/spawn.h"
#include "refresh/stream.h"

#define HEAR_MS 10000
#define DATA 'D'
#define END 'E'
#define CHUNK 32768

/* --- in ------------------------------------------------------------------ */

static enum cardea_status
map(int fd, size_t max, struct cardea_stream_part *ret_part)
{
	struct stat st;
	void *bytes;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return CARDEA_E_UNSAFE;
	if (st.st_size < 0 || (uintmax_t)st.st_size > max)
		return CARDEA_E_RANGE;
	if (st.st_size == 0)
		return CARDEA_OK;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return CARDEA_E_MEMORY;
	ret_part->data = bytes;
	ret_part->len = (size_t)st.st_size;
	return CARDEA_OK;
}

enum cardea_status
cardea_stream_hear(size_t max,
    struct cardea_stream_part parts[CARDEA_STREAM_FILES_MAX + 1],
    size_t *ret_count)
{
	struct pollfd polled = { .fd = CARDEA_HELPER_FD, .events = POLLIN };
	int fds[CARDEA_STREAM_FILES_MAX + 1];
	unsigned char hello[1];
	enum cardea_status status;
	size_t len = 0, count = 0;

	(void)poll(&polled, 1, HEAR_MS);
	status = cardea_pass_receive(CARDEA_HELPER_FD, hello, sizeof(hello),
	    &len, fds, CARDEA_STREAM_FILES_MAX + 1, &count);
	if (status != CARDEA_OK)
		return status;
	memset(parts, 0, (CARDEA_STREAM_FILES_MAX + 1) * sizeof(parts[0]));
	for (size_t i = 0; i < count; i++) {
		if (status == CARDEA_OK)
			status = map(fds[i], max, &parts[i]);
		(void)close(fds[i]);
	}
	if (status == CARDEA_OK && count == 0)
		status = CARDEA_E_SYNTAX;
	if (status == CARDEA_OK)
		*ret_count = count;
	return status;
}

/* --- out ----------------------------------------------------------------- */

/* Blocking: the parent takes what it can write, and has a limit on time. */
static enum cardea_status
send_packet(const unsigned char *packet, size_t len)
{
	ssize_t sent;

	do
		sent = send(CARDEA_HELPER_FD, packet, len, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)len ? CARDEA_OK : CARDEA_E_CLOSED;
}

enum cardea_status
cardea_stream_put(const void *bytes, size_t len)
{
	static unsigned char packet[1 + CHUNK]; /* too large for a stack */
	const unsigned char *from = bytes;
	enum cardea_status status = CARDEA_OK;

	packet[0] = DATA;
	while (status == CARDEA_OK && len > 0) {
		size_t part = len < CHUNK ? len : CHUNK;

		memcpy(packet + 1, from, part);
		status = send_packet(packet, 1 + part);
		from += part;
		len -= part;
	}
	return status;
}

enum cardea_status
cardea_stream_say(const struct cardea_stream_end *end)
{
	unsigned char packet[1 + CARDEA_STREAM_INFO_MAX + 512];
	char reason[sizeof(end->reason)];
	struct cardea_pack pack;

	/* it may quote a stranger */
	memcpy(reason, end->reason, sizeof(reason));
	for (char *c = reason; *c != '\0'; c++) {
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	}
	packet[0] = END;
	cardea_pack_init(&pack, packet + 1, sizeof(packet) - 1);
	cardea_pack_u32(&pack, (uint32_t)end->status);
	cardea_pack_text(&pack, reason);
	cardea_pack_blob(&pack, end->info, end->info_len);
	if (cardea_pack_done(&pack) != CARDEA_OK)
		return CARDEA_E_RANGE;
	return send_packet(packet, 1 + pack.len);
}
