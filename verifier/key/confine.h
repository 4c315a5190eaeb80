/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_KEY_CONFINE_H
#define CARDEA_VERIFIER_KEY_CONFINE_H

#include <stdint.h>

#include <cardea/status.h>

/*
 * What cardea-key may do.  Whoever plugs in a key has written every byte that
 * comes from it; so before the first one is read, all rights are gone (K05).
 */

/* cardea_key_confine_first: at the very start, before anything is read. IO. */
CARDEA_MUST_USE enum cardea_status cardea_key_confine_first(void);

/* cardea_key_confine_limit: the process ends by itself after so long. */
void cardea_key_confine_limit(uint32_t ms);

/* cardea_key_confine: root becomes nobody, for good; others stay who they are.
 * Memory, files and time are bounded, and the end of the parent is the end. IO
 * if any of it cannot be had: then do not go on. */
CARDEA_MUST_USE enum cardea_status cardea_key_confine(void);

#endif
