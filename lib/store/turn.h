/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_TURN_H
#define CARDEA_STORE_TURN_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include <cardea/diag.h>
#include <cardea/limits.h>

#include "store/place.h"

/*
 * Whose turn it is: one lock between processes, kept in a small file beside
 * the store.  The kernel wakes the waiters, so nobody sleeps and looks again,
 * every wait has an end, and a holder that dies frees the lock (a robust,
 * process-shared mutex).  A holder that is only stopped keeps it: so all
 * signals are held back during a turn, lest a person stop his own sudo by
 * Ctrl-Z while a host full of others queues behind it.
 *
 * The file holds nothing worth keeping: the first to open it makes it anew,
 * whatever stood there.  Not for threads, nor across fork.
 */
struct cardea_turn {
	int fd;
	struct cardea_turn_page *page; /* NULL: no lock, nobody can write */
	bool mine;
	sigset_t mask; /* as it was before the turn */
};

#define CARDEA_TURN_NONE                                                       \
	{                                                                      \
		.fd = -1                                                       \
	}

/* cardea_turn_open: in a directory, made if missing.  UNSAFE for
 * anything but a regular file of ours alone, FULL, IO, TIMEOUT.  A file on a
 * read-only file system gives a turn that takes at once if read_only. */
CARDEA_MUST_USE enum cardea_status
cardea_turn_open(const struct cardea_place *place, const char *name,
    bool read_only, struct cardea_turn *ret_turn, struct cardea_diag *diag);

/* cardea_turn_take: TIMEOUT after timeout_ms. Not while it is mine. */
CARDEA_MUST_USE enum cardea_status cardea_turn_take(
    struct cardea_turn *turn, int64_t timeout_ms, struct cardea_diag *diag);

/* cardea_turn_give: no-op unless taken. */
void cardea_turn_give(struct cardea_turn *turn);

void cardea_turn_close(struct cardea_turn *turn);

#endif
