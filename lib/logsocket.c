/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cardea/limits.h>
#include <cardea/log.h>

#include "base/clock.h"
#include "base/text.h"
#include "logsocket.h"

#define FACILITY_AUTHPRIV (10 << 3)
#define HEADER_MAX 64

/* wait_writable: until deadline_ms of the monotonic clock. */
static enum cardea_status
wait_writable(int fd, int64_t deadline_ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLOUT };
	int64_t left = deadline_ms - cardea_clock_read().monotonic_ms;

	if (left <= 0)
		return CARDEA_E_TIMEOUT;
	if (left > CARDEA_LOG_TIMEOUT_MS)
		left = CARDEA_LOG_TIMEOUT_MS;
	if (poll(&pollfd, 1, (int)left) < 0 && errno != EINTR)
		return CARDEA_E_IO;
	return CARDEA_OK;
}

enum cardea_status
cardea_logsocket_send(const char *path, const char *text)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(text);
	enum cardea_status status;
	int64_t deadline_ms;
	int fd;

	status = cardea_text_copy(
	    address.sun_path, sizeof(address.sun_path), path);
	if (status != CARDEA_OK)
		return status;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return CARDEA_E_IO;
	deadline_ms = cardea_clock_read().monotonic_ms + CARDEA_LOG_TIMEOUT_MS;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		status = CARDEA_E_IO;
	while (status == CARDEA_OK &&
	    send(fd, text, len, MSG_NOSIGNAL) != (ssize_t)len) {
		if (errno != EAGAIN && errno != EINTR)
			status = CARDEA_E_IO;
		else
			status = wait_writable(fd, deadline_ms);
	}
	(void)close(fd);
	return status;
}

static enum cardea_status
format_what_fits(const struct cardea_event *event,
    enum cardea_log_format format, char *line, size_t size)
{
	struct cardea_event less = *event;
	enum cardea_status status;

	status = cardea_log_format(&less, format, line, size);
	if (status == CARDEA_E_RANGE && less.facts != NULL) {
		less.facts = NULL;
		status = cardea_log_format(&less, format, line, size);
	}
	if (status == CARDEA_E_RANGE) {
		less.signals = NULL;
		less.detail = "too long: detail left out";
		status = cardea_log_format(&less, format, line, size);
	}
	if (status == CARDEA_E_RANGE) {
		less.missing = NULL;
		less.detail = "too long: missing and detail left out";
		status = cardea_log_format(&less, format, line, size);
	}
	return status;
}

enum cardea_status
cardea_logsocket_datagram(const struct cardea_event *event,
    enum cardea_log_format format, char *text, size_t size)
{
	char line[CARDEA_LINE_MAX + 1];
	enum cardea_status status;

	status = format_what_fits(event, format, line, sizeof(line));
	if (status != CARDEA_OK)
		return status;
	return cardea_text_print(text, size, "<%d>cardea[%ld]: %s",
	    FACILITY_AUTHPRIV | ((int)event->severity & 7), (long)getpid(),
	    line);
}

enum cardea_status
cardea_log_send(const struct cardea_event *event, enum cardea_log_format format)
{
	char datagram[HEADER_MAX + CARDEA_LINE_MAX + 1];
	enum cardea_status status;

	status = cardea_logsocket_datagram(
	    event, format, datagram, sizeof(datagram));
	if (status != CARDEA_OK)
		return status;
	return cardea_logsocket_send("/dev/log", datagram);
}
