/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_LOGIND_H
#define CARDEA_FACTS_LOGIND_H

#include <sys/types.h>

#include <cardea/address.h>

/*
 * Where the login session came from in which a process runs, by the word of
 * systemd-logind: of what pam_systemd told it when the session began, and of
 * the control group, which no process without rights leaves.  libsystemd is
 * loaded when it is asked for; a machine without it knows nothing.
 */

/* The three calls of sd-login(3), as it has them. */
struct cardea_logind {
	int (*pid_get_session)(pid_t pid, char **ret_session);
	int (*session_is_remote)(const char *session);
	int (*session_get_remote_host)(const char *session, char **ret_host);
};

/* cardea_logind_load: NULL where there is none. */
const struct cardea_logind *cardea_logind_load(void);

/* cardea_logind_source: NONE for a local session, the address of a remote one;
 * UNKNOWN where there is no session, the host is no number (it was resolved by
 * somebody), or logind is NULL. */
struct cardea_address
cardea_logind_source(const struct cardea_logind *logind, pid_t pid);

#endif
