/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_COMPLAIN_H
#define CARDEA_MODULES_COMPLAIN_H

#include <security/pam_modules.h>

#include <cardea/request.h>

/*
 * The one line to syslog for what no verifier was there to tell.  Not through
 * pam_syslog, which waits for ever on a stuck reader, but as one datagram
 * with a deadline; whether anybody took it changes no verdict.  The user's
 * name is left out: of a name nobody has looked up we cannot tell whether it
 * is a password typed too early (I13).
 */

/* cardea_complain: module is its name; what is one clause, why is more of it
 * or NULL. */
void cardea_complain(pam_handle_t *pamh, enum cardea_phase phase,
    const char *module, const char *what, const char *why);

#endif
