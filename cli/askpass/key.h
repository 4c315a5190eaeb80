/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_KEY_H
#define CARDEA_CLI_ASKPASS_KEY_H

#include "cli/askpass/person.h"
#include "key/touch.h"

/* What the far end wants, put to the keys that are plugged in here. */

CARDEA_MUST_USE enum cardea_status
cardea_key_sign(const struct cardea_remote_question *question,
    struct cardea_person *person, int timeout_ms,
    struct cardea_touch_answer *ret_answer, struct cardea_diag *diag);

/* cardea_key_make: device is a path, or NULL: every key. */
CARDEA_MUST_USE enum cardea_status
cardea_key_make(const struct cardea_remote_ticket *ticket, const char *device,
    struct cardea_person *person, int timeout_ms,
    enum cardea_touch_end *ret_end,
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag);

/* cardea_key_end_words: how it ended, for the person. */
const char *cardea_key_end_words(enum cardea_touch_end end);

#endif
