/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "node.h"

#define REPORT 64 /* bytes of a HID report of FIDO */
#define LOCK_PAUSE_MS 50

static int node_fd = -1;

/* Looked at before, because opening can be an act of its own; and after,
 * because that may have been another.  O_NONBLOCK: a line may have to be waited
 * for. */
bool
cardea_node_open(const char *path)
{
	struct stat info;

	if (stat(path, &info) != 0 || !S_ISCHR(info.st_mode))
		return false;
	node_fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	return node_fd >= 0 && fstat(node_fd, &info) == 0 &&
	    S_ISCHR(info.st_mode);
}

bool
cardea_node_lock(uint32_t ms)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };

	for (uint32_t waited = 0;; waited += LOCK_PAUSE_MS) {
		if (flock(node_fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		if (waited >= ms || (errno != EWOULDBLOCK && errno != EINTR))
			return false;
		(void)nanosleep(&pause, NULL);
	}
}

void *
cardea_node_begin(const char *path)
{
	(void)path;
	return node_fd >= 0 ? &node_fd : NULL;
}

/* Held to the end of the process, and the lock with it. */
void
cardea_node_end(void *handle)
{
	(void)handle;
}

static bool
wait_for(short events, int timeout_ms)
{
	struct pollfd polled = { .fd = node_fd, .events = events };
	int ready;

	do
		ready = poll(&polled, 1, timeout_ms);
	while (ready < 0 && errno == EINTR);
	return ready == 1 && (polled.revents & events) != 0;
}

int
cardea_node_read(void *handle, unsigned char *bytes, size_t len, int timeout_ms)
{
	(void)handle;
	if (len != REPORT || !wait_for(POLLIN, timeout_ms))
		return -1;
	return read(node_fd, bytes, len) == REPORT ? REPORT : -1;
}

int
cardea_node_write(void *handle, const unsigned char *bytes, size_t len)
{
	(void)handle;
	if (len != 1 + REPORT)
		return -1;
	return write(node_fd, bytes, len) == 1 + REPORT ? 1 + REPORT : -1;
}
