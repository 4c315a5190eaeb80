/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_TEMPLATE_H
#define CARDEA_CLI_TEMPLATE_H

#include <stdint.h>

#include <cardea/status.h>

/*
 * What `cardea init` begins with: conf/cardea.conf and
 * conf/policies/observe.conf, built into the program, so that a host is set
 * up the same whatever lies in its data folder.
 */

/* cardea_template_settings: cardea.conf, observed until a day, with size_mb
 * for the store unless that is 0. The caller frees. MEMORY; INTERNAL if the
 * file has no such keys. */
CARDEA_MUST_USE enum cardea_status cardea_template_settings(
    const char *observe_until, uint64_t size_mb, char **ret_text);

/* cardea_template_rules: borrowed. */
const char *cardea_template_rules(void);

#endif
