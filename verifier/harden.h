/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_HARDEN_H
#define CARDEA_VERIFIER_HARDEN_H

#include <stdint.h>

#include <cardea/status.h>

/*
 * The first confinement of a process that is about to hold secrets on behalf
 * of another one.  All of it is about our own process, so the rules for host
 * processes (invariant 8) do not speak against it.
 */

#define CARDEA_VERIFIER_FD 3 /* where the socket is: wire/launch.h */

/* cardea_harden: IO if any of it cannot be had; then do not go on. */
CARDEA_MUST_USE enum cardea_status cardea_harden(void);

/* The watchdog: no work of ours may hang, in a name service that never answers
 * (P16) least of all.  When the time is over the kernel ends the process;
 * the module sees its socket close, and denies. */
void cardea_watchdog_work(void); /* CARDEA_REPLY_TIMEOUT_MS from now */
void
cardea_watchdog_wait(int64_t ms); /* so much longer, for somebody outside */

#endif
