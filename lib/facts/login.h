/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_LOGIN_H
#define CARDEA_FACTS_LOGIN_H

#include "facts/process.h"

/*
 * Which processes belong to one login.  Told from the kernel: the audit
 * session, which nobody without rights leaves, or descent.
 */

#define CARDEA_LOGIN_DEPTH_MAX 64

/* A process and those it descends from, itself first. */
struct cardea_ancestry {
	size_t count;
	struct {
		pid_t pid;
		uint64_t start;
	} items[CARDEA_LOGIN_DEPTH_MAX];
};

/* cardea_ancestry_read: without init, and without what cannot be read. */
void cardea_ancestry_read(pid_t pid, struct cardea_ancestry *ret_ancestry);

/* cardea_ancestry_find: the place of a process; count if it is none of them. */
size_t cardea_ancestry_find(
    const struct cardea_ancestry *ancestry, pid_t pid, uint64_t start);

/* cardea_login_led: the audit session that began with this process, "" if none
 * did: a process that merely runs in one has it from its parent, or had it
 * before (`before`: when its PAM session was opened).  joins: by su or sudo,
 * which begin none whoever their parent is. */
void cardea_login_led(pid_t pid, const char *before, bool joins,
    char ret_session[CARDEA_CREDENTIAL_MAX + 1]);

#endif
