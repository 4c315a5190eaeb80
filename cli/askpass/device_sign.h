/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_DEVICE_SIGN_H
#define CARDEA_CLI_ASKPASS_DEVICE_SIGN_H

#include "cli/askpass/device_conf.h"
#include "cli/askpass/person.h"
#include "factor/remote.h"

/* cardea_device_sign: one block's certificate and a signature of its key over
 * this question, or no with a diag.  CLOSED: called off; else OK, also where
 * the machinery failed. */
CARDEA_MUST_USE enum cardea_status
cardea_device_sign(const struct cardea_device_conf_block *block,
    const struct cardea_remote_question *question, struct cardea_person *person,
    struct cardea_remote_device_answer *answer, struct cardea_diag *diag);

#endif
