/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_CHILD_H
#define CARDEA_CLI_ASKPASS_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/secret.h"

/*
 * The programs that cardea-askpass starts: ssh for its version, another
 * askpass for a window.  Each is ended and reaped by its process id, and is
 * told to end if we are killed.
 */

struct cardea_child {
	pid_t pid;  /* 0: none */
	int output; /* what it says, -1: nothing is caught */
};

struct cardea_child_call {
	const char *path;
	char *const *arguments;
	char *const *environment;
	int caught; /* STDOUT_FILENO or STDERR_FILENO; -1: none */
};

#define CARDEA_CHILD_NONE                                                      \
	{                                                                      \
		0, -1                                                          \
	}

/* cardea_child_start: with stdin on /dev/null, stdout too unless caught. IO;
 * that it cannot be executed shows as an end without a word. */
CARDEA_MUST_USE enum cardea_status cardea_child_start(
    const struct cardea_child_call *call, struct cardea_child *ret_child);

/* cardea_child_read: what it says until it closes the pipe. RANGE beyond max
 * bytes, TIMEOUT at the deadline of the monotonic clock, CLOSED if hangup_fd
 * (-1: none) becomes readable first. */
CARDEA_MUST_USE enum cardea_status
cardea_child_read(const struct cardea_child *child, size_t max,
    int64_t deadline_ms, int hangup_fd, struct cardea_secret *ret_output);

/* cardea_child_end: lets it end by itself for so long, then ends it. True if
 * it ended by itself and well. Does nothing where there is none. */
bool cardea_child_end(struct cardea_child *child, int wait_ms);

/* cardea_child_become: this process becomes that program; back on failure. */
void cardea_child_become(const struct cardea_child_call *call);

#endif
