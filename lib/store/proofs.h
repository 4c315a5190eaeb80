/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_PROOFS_H
#define CARDEA_STORE_PROOFS_H

#include "store/changes.h"
#include "store/ledger.h"

/* The proofs that stand with the record of a login: changes that belong into
 * the commit that makes or removes it. */

/* cardea_proofs_put_login: none, unless the opening says so. */
CARDEA_MUST_USE enum cardea_status cardea_proofs_put_login(
    struct cardea_store *store, const struct cardea_session_opening *opening,
    struct cardea_changes *changes, struct cardea_diag *diag);

/* cardea_proofs_drop_login: as many as there is room for; the rest counts for
 * nothing without the record and ends by itself. */
CARDEA_MUST_USE enum cardea_status cardea_proofs_drop_login(
    struct cardea_store *store, const char *user, const char *record,
    struct cardea_changes *changes, struct cardea_diag *diag);

#endif
