/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LEDGER_HISTORY_H
#define CARDEA_STORE_LEDGER_HISTORY_H

#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/clock.h"
#include "facts/history.h"

/* The history of each user in the store: one record a user, written by logins
 * that were let in on a proof. */

#define CARDEA_KIND_HISTORY "history" /* owner user */

CARDEA_MUST_USE enum cardea_status cardea_record_encode_history(
    const struct cardea_history *history, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_history(
    const struct cardea_value *value, struct cardea_history *ret_history);

/* cardea_ledger_history: MISSING if nothing is remembered of the user. What is
 * too old at this time is left out already. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_history(struct cardea_store *store,
    const struct cardea_settings *settings, const char *user, int64_t now_s,
    struct cardea_history *ret_history, struct cardea_diag *diag);

/* cardea_ledger_note_login: adds this login, in a commit of its own, with
 * retries; does not write what says nothing new (cardea_history_note), nor
 * while the request's time is not known. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_note_login(
    struct cardea_store *store, const struct cardea_settings *settings,
    const struct cardea_request *request, struct cardea_diag *diag);

/* cardea_ledger_forget_history: MISSING if there was none */
CARDEA_MUST_USE enum cardea_status cardea_ledger_forget_history(
    struct cardea_store *store, const char *user, struct cardea_diag *diag);

/* cardea_ledger_failures: refusals of the user from everywhere that are not yet
 * forgotten (tries.h) */
CARDEA_MUST_USE enum cardea_status cardea_ledger_failures(
    struct cardea_store *store, const struct cardea_settings *settings,
    const char *user, const struct cardea_clock *clock, uint32_t *ret_count,
    struct cardea_diag *diag);

#endif
