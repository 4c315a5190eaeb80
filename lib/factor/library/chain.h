/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_LIBRARY_CHAIN_H
#define CARDEA_FACTOR_LIBRARY_CHAIN_H

#include "factor/library/statement.h"

/*
 * The certificates of an attestation: is the first one what its format demands
 * (WebAuthn level 2, 8.2.1 and 8.6), and does a path lead to a pinned root?
 * Every certificate in the file of roots is trusted, whether it signed itself
 * or not, and no other is; nothing of the system's trust is read.  No
 * revocation, no names: a model that has fallen is taken off the list of roots
 * or put on the list of denied models.
 *
 * The only unit of the library that knows OpenSSL's certificates.
 */

/* cardea_chain_check: OK with *ret_chained; if that is false, ret_fault says
 * why (128 bytes).  roots_path may be NULL: then no path is looked for.
 * SYNTAX: certificates or roots that are none.  UNSAFE: the first certificate
 * is not fit for its format, or says another model than the key.  MISSING,
 * UNSAFE, RANGE, IO for the file of roots. */
CARDEA_MUST_USE enum cardea_status
cardea_chain_check(const struct cardea_statement *statement,
    const unsigned char model[CARDEA_FIDO2_MODEL], const char *roots_path,
    bool *ret_chained, char ret_fault[128], struct cardea_diag *diag);

/* cardea_chain_enter, leave: around all that is done with OpenSSL: no
 * configuration file is read, and what stands in the caller's queue of errors
 * stays there alone. */
void cardea_chain_enter(void);
void cardea_chain_leave(void);

#endif
