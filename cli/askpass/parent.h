/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_PARENT_H
#define CARDEA_CLI_ASKPASS_PARENT_H

#include "facts/process.h"

/*
 * The ssh that asks.  Its "(user@host) " in front of a prompt is what a proof
 * stands on, and only OpenSSH 8.5 and later print it: before an older one, or
 * another program, everything in the prompt would be the server's word.
 */

/* cardea_parent_find: the nearest ancestor, three steps at most, whose program
 * is named ssh: between the two may stand a script. MISSING. */
CARDEA_MUST_USE enum cardea_status
cardea_parent_find(struct cardea_process *ret_ssh, struct cardea_diag *diag);

/* cardea_parent_check: asks that very program for its version. VERSION if it
 * is too old, or no OpenSSH. */
CARDEA_MUST_USE enum cardea_status
cardea_parent_check(const struct cardea_process *ssh, struct cardea_diag *diag);

/* cardea_parent_is_new_enough: of what ssh -V says. */
bool cardea_parent_is_new_enough(const char *text);

/* cardea_parent_watch: a descriptor that becomes readable when it ends, for
 * the caller to close. MISSING if it has ended already. */
CARDEA_MUST_USE enum cardea_status
cardea_parent_watch(const struct cardea_process *ssh, int *ret_fd);

#endif
