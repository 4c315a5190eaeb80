/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_REFRESH_STREAM_H
#define CARDEA_REFRESH_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>

#include "base/pack.h"

/*
 * `cardea refresh` and its helpers: cardea-fetch, which has the network, and
 * cardea-revocation, which reads what strangers signed.  One request and some
 * files go in; bytes come out, as many as they are, and a last word.  The
 * helper has no file of its own and no rights; what it says is bounded in size
 * and time by its parent, and read as a stranger's.
 */
#define CARDEA_STREAM_FILES_MAX 4
#define CARDEA_STREAM_INFO_MAX 512

struct cardea_stream_end {
	enum cardea_status status;		    /* how the helper fared */
	char reason[256];			    /* printable; "" if OK */
	unsigned char info[CARDEA_STREAM_INFO_MAX]; /* of the task */
	size_t info_len;
};

struct cardea_stream_call {
	const char *path; /* of the helper */
	const void *request;
	size_t request_len;
	size_t file_count; /* beside the request; the caller's to close */
	int files[CARDEA_STREAM_FILES_MAX];
	int sink;   /* what comes out is written there */
	size_t max; /* bytes of it */
	uint32_t all_ms, stall_ms;
	void (*progress)(size_t len, void *context); /* may be NULL */
	void *context;
};

/* cardea_stream_run: starts the helper and waits for its end.  OK only if it
 * said OK; else its own status and reason, RANGE beyond max, TIMEOUT, CLOSED
 * for one that died, SYNTAX for nonsense.  Something may be written in any
 * case. */
CARDEA_MUST_USE enum cardea_status cardea_stream_run(
    const struct cardea_stream_call *call, struct cardea_stream_end *ret_end,
    size_t *ret_len, struct cardea_diag *diag);

/* cardea_stream_file: an unnamed file in memory; cardea_stream_seal: nobody can
 * change it any more. */
CARDEA_MUST_USE enum cardea_status
cardea_stream_file(int *ret_fd, struct cardea_diag *diag);
CARDEA_MUST_USE enum cardea_status
cardea_stream_seal(int fd, struct cardea_diag *diag);

/* --- the helper's end ---------------------------------------------------- */

struct cardea_stream_part { /* mapped, for the life of the process */
	const unsigned char *data;
	size_t len;
};

/* cardea_stream_hear: the request and its files; only regular ones, each of at
 * most max bytes. */
CARDEA_MUST_USE enum cardea_status cardea_stream_hear(size_t max,
    struct cardea_stream_part parts[CARDEA_STREAM_FILES_MAX + 1],
    size_t *ret_count);

/* cardea_stream_put, cardea_stream_end: wait until the parent takes it. CLOSED.
 */
CARDEA_MUST_USE enum cardea_status
cardea_stream_put(const void *bytes, size_t len);
CARDEA_MUST_USE enum cardea_status
cardea_stream_say(const struct cardea_stream_end *end);

#endif
