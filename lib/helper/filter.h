/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_HELPER_FILTER_H
#define CARDEA_HELPER_FILTER_H

#include <cardea/status.h>

/*
 * The system calls of a process that only computes: memory that is not
 * executable, the clock, random bytes, and what it says on descriptors that are
 * open already.  Any other call is its end (SIGSYS): no file, socket, process
 * or signal to anybody can come from it, whoever runs it now (X07, C5).
 */

/* cardea_filter_compute: needs no_new_privs (cardea_confine_first).  OK also
 * where kernel or processor know no such filter: rights and limits hold all
 * the same. IO if there should be one and is not. */
CARDEA_MUST_USE enum cardea_status cardea_filter_compute(void);

#endif
