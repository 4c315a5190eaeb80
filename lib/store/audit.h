/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_AUDIT_H
#define CARDEA_STORE_AUDIT_H

#include <cardea/store.h>

/*
 * Whether a record is what it says it is: that it can be read, and that the
 * names inside are those it stands under.  For who
 * looks after a store; a login judges what it reads where it reads it.
 */
/* cardea_audit_record: CORRUPT or VERSION with a reason; a kind that is none of
 * kinds.h is CORRUPT. */
CARDEA_MUST_USE enum cardea_status
cardea_audit_record(const struct cardea_key *key,
    const struct cardea_value *value, struct cardea_diag *diag);

/* cardea_audit_relatives: of a record that could be read: do those that belong
 * to it say the same?  A device and what claims to be of it, a chain and its
 * device.  CORRUPT with a reason; other statuses are of reading the store. */
CARDEA_MUST_USE enum cardea_status
cardea_audit_relatives(struct cardea_store *store, const struct cardea_key *key,
    const struct cardea_value *value, struct cardea_diag *diag);

/* cardea_audit_is_left_over: a mark whose enrolment is gone.  It says nothing
 * (mark.h), so it is no damage. */
CARDEA_MUST_USE enum cardea_status cardea_audit_is_left_over(
    struct cardea_store *store, const struct cardea_key *key,
    bool *ret_left_over, struct cardea_diag *diag);

#endif
