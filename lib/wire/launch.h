/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_WIRE_LAUNCH_H
#define CARDEA_WIRE_LAUNCH_H

#include <cardea/status.h>

/*
 * Starts the verifier inside somebody else's process and leaves no trace in
 * it: no SIGCHLD, no zombie, no handler, mask, descriptor, environment or
 * rlimit of the host changes (P01 to P20).  An intermediate is cloned with
 * exit signal 0, never execs, and is reaped here by __WCLONE; its child
 * becomes the verifier:
 *   real, effective and saved ids and groups 0, default signal actions, empty
 *   mask, rlimits, umask and cwd set anew, descriptors 0-2 on /dev/null, 3 the
 *   socket, all others closed; empty environment; fixed path; the host's
 *   process group and session kept, so that Ctrl-C reaches it.
 * Works with 0, 1 or 2 closed in the host, and under SIGCHLD ignored,
 * handled, blocked or SA_NOCLDWAIT.  Nothing here allocates or starts a
 * thread.  A host that is init or a child subreaper inherits the verifier, as
 * it does every orphan, and reaps it as it does them.
 */

/* cardea_launch: ret_fd is our end, close-on-exec, never 0-2.  UNSAFE unless
 * the effective user is root and path is a file that only root can write;
 * MISSING; TIMEOUT if exec does not come back; IO with errno kept. */
CARDEA_MUST_USE enum cardea_status cardea_launch(const char *path, int *ret_fd);

#endif
