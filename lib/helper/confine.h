/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_HELPER_CONFINE_H
#define CARDEA_HELPER_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

#include <cardea/status.h>

/*
 * What a helper may do.  Whoever plugs in a key, or shows a certificate, has
 * written every byte that comes from it; so before the first one is read, all
 * rights are gone (K05, X07).  IO if any of it cannot be had: then do not go
 * on.
 */

/* cardea_confine_first: at the very start.  Nothing to gain, nothing that
 * stays behind, no environment; files, memory (beyond what the program has) and
 * processor time are bounded. */
CARDEA_MUST_USE enum cardea_status
cardea_confine_first(uint64_t memory, uint32_t cpu_s);

/* cardea_confine_apart: instead of that and of cardea_confine, for a helper
 * that needs the rights of whoever asks, since those alone reach a TPM or a
 * token: it may write files of moderate size, as a software token does, and
 * have threads. The end of the parent is the end. */
CARDEA_MUST_USE enum cardea_status
cardea_confine_apart(uint64_t memory, uint32_t cpu_s);

/* cardea_confine_time: the process ends by itself after so long. */
void cardea_confine_time(uint32_t ms);

/* cardea_confine: root becomes nobody, for good; others stay who they are.
 * The end of the parent is the end.  The kernel lets nobody use a reader (NFC)
 * who may not administer the network: that right alone may be kept. */
CARDEA_MUST_USE enum cardea_status cardea_confine(bool for_reader);

/* cardea_confine_rest: every capability goes.  When the reader is open; and
 * where devices are looked for, which are root's own and want nothing else. */
CARDEA_MUST_USE enum cardea_status cardea_confine_rest(void);

#endif
