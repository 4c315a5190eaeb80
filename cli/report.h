/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_REPORT_H
#define CARDEA_CLI_REPORT_H

#include "cli/admin.h"

/* `cardea report`: report.c reads the log, report_store.c the store. */

#define CARDEA_REPORT_AHEAD_S (30 * 86400) /* what ends within */
#define CARDEA_REPORT_UNUSED_S (90 * 86400)

/* cardea_report_store: the members of an object that is open, and lines for
 * people.  since_s: grants that ended after it are told. */
CARDEA_MUST_USE enum cardea_status cardea_report_store(
    struct cardea_admin *admin, int64_t since_s, struct cardea_diag *diag);

#endif
