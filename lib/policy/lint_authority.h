/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_LINT_AUTHORITY_H
#define CARDEA_POLICY_LINT_AUTHORITY_H

#include <cardea/policy.h>

/*
 * Demands of a rule that no certificate can ever meet with these settings: an
 * authority that is not there, a host without a certificate of its own.
 */
typedef void cardea_lint_fault(const char *text, void *context);

/* cardea_lint_certificates: each fault of one requirement's text */
void cardea_lint_certificates(const struct cardea_settings *settings,
    const char *text, cardea_lint_fault *fault, void *context);

#endif
