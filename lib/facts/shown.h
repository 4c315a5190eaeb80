/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_SHOWN_H
#define CARDEA_FACTS_SHOWN_H

#include <cardea/diag.h>
#include <cardea/evidence.h>
#include <cardea/request.h>

/*
 * What a login has verified, as the last of its facts in the log (text.h), so
 * that the same proofs can be weighed again by another policy:
 *
 *   ... shown:+password,+fido2,uv,model%3dabc
 *
 * Each factor has a "+", and what follows it are its qualities.  Credentials
 * are not repeated: they stand in the lines of the verifications.  Pure.
 */

/* cardea_shown_add: to a text of facts; nothing if nothing was verified.  RANGE
 * leaves the text alone. */
CARDEA_MUST_USE enum cardea_status cardea_shown_add(
    const struct cardea_evidence_set *set, char *text, size_t size);

/* cardea_shown_parse: adds to a set what a text of facts says was shown, as of
 * the request's user and time and the set's txn. SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_shown_parse(const char *text, const struct cardea_request *request,
    struct cardea_evidence_set *set, struct cardea_diag *diag);

#endif
