/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cardea/limits.h>
#include <cardea/log.h>

#include "base/clock.h"
#include "logsocket.h"
#include "unit/test.h"

/* In the build tree, where the test runs, and relative: a socket's path must
 * be short. */
static char path[64];
static int reader = -1;

static int
open_reader(int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, path, sizeof(path));
	(void)unlink(path);
	assert_true(fd >= 0);
	assert_int_equal(
	    bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static int
set_up(void **state)
{
	(void)state;
	(void)snprintf(
	    path, sizeof(path), "logsocket-%ld.sock", (long)getpid());
	reader = open_reader(SOCK_DGRAM);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	(void)close(reader);
	(void)unlink(path);
	return 0;
}

static unsigned int
count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	unsigned int count = 0;

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		count++;
	(void)closedir(folder);
	return count;
}

static void
one_text_is_one_datagram(void **state)
{
	char got[CARDEA_LINE_MAX + 128];
	char line[CARDEA_LINE_MAX + 64];
	unsigned int before = count_descriptors();

	(void)state;
	assert_int_equal(cardea_logsocket_send(path, "<85>one"), CARDEA_OK);
	assert_int_equal(cardea_logsocket_send(path, "<85>two"), CARDEA_OK);
	assert_int_equal(recv(reader, got, sizeof(got), 0), 7);
	assert_memory_equal(got, "<85>one", 7);
	assert_int_equal(recv(reader, got, sizeof(got), 0), 7);
	assert_memory_equal(got, "<85>two", 7);
	memset(line, 'x', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	assert_int_equal(cardea_logsocket_send(path, line), CARDEA_OK);
	assert_int_equal(
	    recv(reader, got, sizeof(got), 0), CARDEA_LINE_MAX + 63);
	assert_int_equal(recv(reader, got, sizeof(got), 0), -1);
	/* F02: nothing stays open */
	assert_int_equal(count_descriptors(), before);
}

static void
a_reader_that_has_stopped_costs_no_more_than_the_limit(void **state)
{
	unsigned int before = count_descriptors();
	enum cardea_status status = CARDEA_OK;
	unsigned int sent = 0;
	int64_t began_ms, took_ms;

	(void)state;
	while (sent < 10000 && status == CARDEA_OK) {
		began_ms = cardea_clock_read().monotonic_ms;
		status = cardea_logsocket_send(path, "<85>filling up");
		took_ms = cardea_clock_read().monotonic_ms - began_ms;
		sent++;
	}
	assert_int_equal(status, CARDEA_E_TIMEOUT);
	assert_in_range(took_ms, CARDEA_LOG_TIMEOUT_MS, 1000);
	assert_int_equal(count_descriptors(), before);
}

static void
a_missing_socket_is_told_at_once(void **state)
{
	unsigned int before = count_descriptors();
	char too_long[200];
	FILE *file;

	(void)state;
	(void)unlink(path);
	assert_int_equal(cardea_logsocket_send(path, "x"), CARDEA_E_IO);
	file = fopen(path, "w");
	assert_non_null(file);
	(void)fclose(file);
	assert_int_equal(cardea_logsocket_send(path, "x"), CARDEA_E_IO);
	/* a socket file whose reader has gone */
	(void)close(reader);
	reader = open_reader(SOCK_DGRAM);
	(void)close(reader);
	assert_int_equal(cardea_logsocket_send(path, "x"), CARDEA_E_IO);
	reader = open_reader(SOCK_STREAM);
	assert_int_equal(cardea_logsocket_send(path, "x"), CARDEA_E_IO);
	memset(too_long, 'p', sizeof(too_long) - 1);
	too_long[sizeof(too_long) - 1] = '\0';
	assert_int_equal(cardea_logsocket_send(too_long, "x"), CARDEA_E_RANGE);
	assert_int_equal(count_descriptors(), before);
}

static void
P07_closed_standard_descriptors_stay_closed(void **state)
{
	int saved = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
	char got[16];

	(void)state;
	(void)close(STDIN_FILENO);
	assert_int_equal(cardea_logsocket_send(path, "<85>zero"), CARDEA_OK);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), -1);
	if (saved >= 0) {
		assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
		(void)close(saved);
	}
	assert_int_equal(recv(reader, got, sizeof(got), 0), 8);
}

static const char *
datagram_of(const struct cardea_event *event, enum cardea_log_format format)
{
	static char text[CARDEA_LINE_MAX + 65];
	static char header[64];
	size_t len;

	assert_int_equal(
	    cardea_logsocket_datagram(event, format, text, sizeof(text)),
	    CARDEA_OK);
	len = (size_t)snprintf(header, sizeof(header),
	    "<%d>cardea[%ld]: ", 80 + (int)event->severity, (long)getpid());
	assert_memory_equal(text, header, len);
	return text + len;
}

static void
P05_facility_and_ident_stand_in_the_datagram(void **state)
{
	struct cardea_event event = { .event = "decision",
		.severity = CARDEA_SEVERITY_NOTICE,
		.user = "alice" };
	char small[16] = "old";

	(void)state;
	assert_string_equal(datagram_of(&event, CARDEA_LOG_LOGFMT),
	    "event=decision user=alice");
	event.severity = CARDEA_SEVERITY_CRIT;
	assert_string_equal(datagram_of(&event, CARDEA_LOG_JSON),
	    "{\"event\":\"decision\",\"user\":\"alice\"}");
	assert_int_equal(cardea_logsocket_datagram(
			     &event, CARDEA_LOG_LOGFMT, small, sizeof(small)),
	    CARDEA_E_RANGE);
	event.event = NULL;
	assert_int_equal(
	    cardea_log_send(&event, CARDEA_LOG_LOGFMT), CARDEA_E_INTERNAL);
}

static void
I14_an_event_too_long_is_told_without_its_longest_parts(void **state)
{
	static char detail[CARDEA_LINE_MAX + 1], missing[1024], name[256];
	struct cardea_event event = { .event = "decision",
		.severity = CARDEA_SEVERITY_NOTICE,
		.missing = "totp",
		.detail = detail };
	const char *line;

	(void)state;
	memset(detail, 'd', sizeof(detail) - 1);
	assert_string_equal(datagram_of(&event, CARDEA_LOG_LOGFMT),
	    "event=decision missing=totp "
	    "detail=\"too long: detail left out\"");
	event.detail = "short";
	event.signals = "unusual-hour(a, b)";
	event.facts = detail;
	assert_string_equal(datagram_of(&event, CARDEA_LOG_LOGFMT),
	    "event=decision missing=totp signals=\"unusual-hour(a, b)\" "
	    "detail=short");
	event.signals = detail;
	assert_string_equal(datagram_of(&event, CARDEA_LOG_LOGFMT),
	    "event=decision missing=totp "
	    "detail=\"too long: detail left out\"");
	event.facts = event.signals = NULL;
	event.detail = detail;
	/* the worst that every other field can hold: all bytes escaped */
	memset(name, '\n', sizeof(name) - 1);
	memset(missing, '\n', sizeof(missing) - 1);
	event.missing = missing;
	event.user = event.rhost = event.tty = name;
	event.service = event.credential = event.rule = name + CARDEA_NAME_MAX -
	    CARDEA_RULE_NAME_MAX;
	event.txn = "00112233445566778899aabbccddeeff";
	event.policy = "0123456789ab";
	event.phase = "account";
	event.factor = "password";
	event.result = "verified";
	event.decision = "permit";
	event.reason = "requirement-met";
	event.observe = "would-permit";
	event.has_took = true;
	event.took_ms = UINT32_MAX;
	line = datagram_of(&event, CARDEA_LOG_JSON);
	assert_non_null(strstr(
	    line, "\"detail\":\"too long: missing and detail left out\"}"));
	assert_null(strstr(line, "\"missing\":"));
	line = datagram_of(&event, CARDEA_LOG_LOGFMT);
	assert_non_null(strstr(line, "detail=\"too long: "));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(one_text_is_one_datagram),
		TEST(a_reader_that_has_stopped_costs_no_more_than_the_limit),
		TEST(a_missing_socket_is_told_at_once),
		TEST(P07_closed_standard_descriptors_stay_closed),
		TEST(P05_facility_and_ident_stand_in_the_datagram),
		TEST(I14_an_event_too_long_is_told_without_its_longest_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
