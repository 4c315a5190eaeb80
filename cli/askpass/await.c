/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "cli/askpass/await.h"

enum cardea_status
cardea_await(int fd, int64_t deadline_ms, int hangup_fd)
{
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = hangup_fd, .events = POLLIN },
	};
	int ready;

	do {
		int64_t left = deadline_ms - cardea_clock_read().monotonic_ms;

		ready = poll(fds, 2, left > 0 ? (int)left : 0);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return CARDEA_E_IO;
	if (ready == 0)
		return CARDEA_E_TIMEOUT;
	return fds[1].revents != 0 ? CARDEA_E_CLOSED : CARDEA_OK;
}
