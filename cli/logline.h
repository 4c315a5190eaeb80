/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_LOGLINE_H
#define CARDEA_CLI_LOGLINE_H

#include <stdio.h>

#include <cardea/log.h>

#include "cli/command.h"

/*
 * What Cardea wrote to syslog, line by line.  A line counts as ours by its tag,
 * which the log daemon wrote, never by words inside a message, which anybody
 * can have logged.
 */
struct cardea_logline {
	const char *stamp; /* as the daemon wrote it, "" if bare */
	const char *host;
	bool time_known;
	int64_t time_s;
	struct cardea_log_line parsed;
};

/* One line of ours; it is gone afterwards.  Whatever is not OK ends it all. */
typedef enum cardea_status
cardea_logline_visit(const struct cardea_logline *line, void *context);

struct cardea_loglines {
	cardea_logline_visit *visit;
	void *context;
	uint64_t unreadable; /* ours by tag, but not by grammar */
};

CARDEA_MUST_USE enum cardea_status
cardea_loglines_read(struct cardea_loglines *lines, FILE *stream);

/* cardea_loglines_read_file: "-" is standard input. IO. */
CARDEA_MUST_USE enum cardea_status cardea_loglines_read_file(
    struct cardea_loglines *lines, const char *path, struct cardea_diag *diag);

/* cardea_loglines_read_logs: those that --log names, without it the one that
 * Debian writes. */
CARDEA_MUST_USE enum cardea_status
cardea_loglines_read_logs(struct cardea_loglines *lines,
    struct cardea_call *call, struct cardea_diag *diag);

/* cardea_loglines_since: --since as an instant, or a span ("7d") before now;
 * ret_since_s keeps the default without it. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_loglines_since(const struct cardea_call *call, int64_t now_s,
    int64_t *ret_since_s, struct cardea_diag *diag);

#endif
