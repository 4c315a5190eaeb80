/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_DEVICE_MEANT_H
#define CARDEA_CLI_DEVICE_MEANT_H

#include "cli/admin.h"
#include "cli/statement.h"

/*
 * Which device a statement is about.  A manager that does not know our names
 * says what stands in the device's certificate; that must mean exactly one
 * device.
 */

/* cardea_device_meant: MISSING: none of the table; UNSAFE: more than one. */
CARDEA_MUST_USE enum cardea_status cardea_device_meant(
    const struct cardea_admin *admin, const struct cardea_statement *statement,
    char ret_id[CARDEA_CREDENTIAL_MAX + 1], struct cardea_diag *diag);

#endif
