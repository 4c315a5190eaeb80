/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_PROCESS_H
#define CARDEA_FACTS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cardea/diag.h>
#include <cardea/limits.h>

/*
 * What the kernel says of another process, from /proc alone.  Never from its
 * environment or its arguments: the caller of sudo chose those.  What cannot
 * be read is an error and never a default, because 0 is the name of root.
 */

/* the kernel's (uid_t)-1: no audit session was ever opened */
#define CARDEA_PROCESS_NO_SESSION "4294967295"

struct cardea_process {
	pid_t pid;
	pid_t parent;
	uid_t real_uid;
	uid_t effective_uid;
	gid_t real_gid;
	unsigned int tty; /* device number of its terminal, 0: none */
	uint64_t start;	  /* clock ticks since boot: with pid, one process */
};

/* cardea_process_read: MISSING if there is no such process; IO, SYNTAX. */
CARDEA_MUST_USE enum cardea_status cardea_process_read(
    pid_t pid, struct cardea_process *ret_process, struct cardea_diag *diag);

/* cardea_process_session: the audit session id; "" where none is set or the
 * kernel knows none. */
CARDEA_MUST_USE enum cardea_status cardea_process_session(pid_t pid,
    char ret_session[CARDEA_CREDENTIAL_MAX + 1], struct cardea_diag *diag);

/* cardea_process_login_uid: whose login it descends from, as the kernel keeps
 * it through su and sudo; MISSING where none is set or the kernel knows none.
 */
CARDEA_MUST_USE enum cardea_status
cardea_process_login_uid(pid_t pid, uid_t *ret_uid, struct cardea_diag *diag);

/* cardea_process_is: does the process still run that had this pid and began
 * then?  True as well where that cannot be told: nobody is buried alive. */
bool cardea_process_is(pid_t pid, uint64_t start);

/* cardea_process_runs: is the program that the process executes the same file
 * (device and inode) as one of these? False where either cannot be told. */
bool cardea_process_runs(pid_t pid, const char *const *paths, size_t count);

#endif
