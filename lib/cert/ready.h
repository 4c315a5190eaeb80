/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_READY_H
#define CARDEA_CERT_READY_H

#include <cardea/status.h>

/* cardea_cert_ready: what the judge's libraries open, they open now: after the
 * filter (helper/filter.h) they could not.  No configuration file is read.
 * INTERNAL if they cannot start. */
CARDEA_MUST_USE enum cardea_status cardea_cert_ready(void);

#endif
