/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_KEY_CHOOSE_H
#define CARDEA_KEY_CHOOSE_H

#include "key/pool.h"

/*
 * Which keys are asked, and for what, of those that have been looked at.
 *
 * A key that surely holds a credential and wants no PIN blinks at once, beside
 * others of its kind.  A PIN is asked for only while no key blinks, for one key
 * at a time: those that surely hold a credential first, and by name where there
 * are several keys; whoever types nothing is asked for the PIN of the next.  A
 * key that may hold one and hides it comes last.
 */

/* cardea_key_choose: asks the person and the keys, as far as anything can be
 * asked now; slow keys are waited for until now is past the pool's patience. */
void cardea_key_choose(struct cardea_key_pool *pool, int64_t now_ms);

#endif
