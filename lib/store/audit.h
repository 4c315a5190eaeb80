/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_AUDIT_H
#define CARDEA_STORE_AUDIT_H

#include <cardea/store.h>

/*
 * Every kind of record there is, and whether one is what it says it is: that it
 * can be read, and that the names inside are those it stands under.  For who
 * looks after a store; a login judges what it reads where it reads it.
 */
extern const char *const cardea_audit_kinds[];
extern const size_t cardea_audit_kind_count;

/* cardea_audit_record: CORRUPT or VERSION with a reason; a kind that is none of
 * those above is CORRUPT. */
CARDEA_MUST_USE enum cardea_status
cardea_audit_record(const struct cardea_key *key,
    const struct cardea_value *value, struct cardea_diag *diag);

/* A record that another one must vouch for: cardea_audit_anchor gives the key
 * of that one, or MISSING where it stands for itself. */
CARDEA_MUST_USE enum cardea_status
cardea_audit_anchor(const struct cardea_key *key,
    const struct cardea_value *value, struct cardea_key *ret_anchor);

#endif
