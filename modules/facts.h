/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_FACTS_H
#define CARDEA_MODULES_FACTS_H

#include <security/pam_modules.h>

#include "wire/message.h"

/*
 * What this process knows of the request: PAM items, and of the PAM
 * environment the one variable that sshd sets there itself.  The process
 * environment, which under sudo is the caller's, gives no fact; of it only the
 * address of the caller's own ssh-agent is carried on, where the verifier may
 * knock with the caller's rights.  What is too long is refused, never cut: a
 * truncated name is another person's (I06).
 */

/* cardea_facts_gather: user and resume as given; the rest from the handle.
 * RANGE with *ret_bad naming the fact that is too long; IO if PAM does not
 * answer. */
CARDEA_MUST_USE enum cardea_status
cardea_facts_gather(pam_handle_t *pamh, const char *user, const char *resume,
    struct cardea_begin *ret_begin, const char **ret_bad);

#endif
