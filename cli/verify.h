/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_VERIFY_H
#define CARDEA_CLI_VERIFY_H

#include "cli/admin.h"

/*
 * A person at this terminal proves himself to the verifier, as at a login, but
 * without PAM: the command is the other end of the socket and asks what the
 * verifier asks.  The installed policy says by its rules for the service what
 * is wanted of whom; tries are counted and all is logged as ever.  Passwords
 * cannot be proved here, so a rule that wants one is never met.
 *
 * That the verifier permits is not believed from its word alone: what it leaves
 * for the next phase, sealed with the store's key, is taken, and the proof must
 * be in there.
 */

/* cardea_verify_person: OK: this user showed a code or a key just now, in the
 * transaction ret_txn.  NO, told to the person, if he did not. */
enum cardea_exit cardea_verify_person(struct cardea_admin *admin,
    const char *service, const char *user, char ret_txn[CARDEA_TXN_MAX + 1]);

#endif
