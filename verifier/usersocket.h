/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_USERSOCKET_H
#define CARDEA_VERIFIER_USERSOCKET_H

#include <sys/types.h>

#include <cardea/diag.h>

/*
 * A socket that a user's own program listens on, reached by root on that user's
 * word.  The path may be anything, so it is looked at with the user's rights
 * and none of ours: what he cannot reach, we do not reach for him, nor tell him
 * that it is there.  And what is reached must be his: the socket itself, which
 * is no symbolic link, and whoever listens on it.  Root has no other rule:
 * root's socket serves root alone.
 *
 * Only the file system's view of us changes (setfsuid(2), setfsgid(2)), since
 * by any other the user could signal us; the listener therefore sees root at
 * the other end, which OpenSSH's agent takes.  A group that the user is in by
 * /etc/group does not open a way; supplementary groups of ours must be none
 * (wire/launch.c), or they would.
 */

/* cardea_usersocket_connect: a stream socket, close-on-exec and non-blocking.
 * SYNTAX: not an absolute path; RANGE: beyond CARDEA_AGENT_PATH_MAX; MISSING:
 * nobody listens there, or not for that user; UNSAFE: not the user's; FULL: its
 * queue of callers is full, try again; IO, INTERNAL: the rights cannot be had.
 * Ends the process where they cannot be given back. */
CARDEA_MUST_USE enum cardea_status cardea_usersocket_connect(const char *path,
    uid_t uid, gid_t gid, int *ret_fd, struct cardea_diag *diag);

#endif
