/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_MIRROR_H
#define CARDEA_STORE_MIRROR_H

#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/clock.h"

/*
 * The mirror: what stands in for a cluster that cannot be reached, where a rule
 * has a word for that.  A store of this host alone, below the store's path,
 * that holds a copy of what says who somebody is (keys, devices, locks,
 * grants), and nothing that is spent: codes are not in it.
 *
 * It is worth something for as long as the settings say, by the wall clock and,
 * within one boot, by the monotonic one.  Where a clock has to be synchronised
 * to be believed, one that is not tells nothing of the time before this boot.
 * So a lock that is set while this host is cut off takes effect here after that
 * time, because then nobody is let in.
 */
#define CARDEA_KIND_MIRROR "mirror" /* in the mirror alone: its stamp */

struct cardea_mirror_stamp {
	int64_t time_s; /* when the copy began; 0: by no clock to be believed */
	int64_t monotonic_ms;
	char boot_id[37];
	uint64_t records;
};

/* cardea_mirror_refresh: all of it, the stamp last; cut off anywhere, the old
 * stamp stands.  A mirror that is damaged, or sealed under a key that is gone,
 * is made anew. */
CARDEA_MUST_USE enum cardea_status cardea_mirror_refresh(
    const struct cardea_settings *settings, struct cardea_store *cluster,
    struct cardea_mirror_stamp *ret_stamp, struct cardea_diag *diag);

/* cardea_mirror_read: its stamp, however old. MISSING. */
CARDEA_MUST_USE enum cardea_status
cardea_mirror_read(const struct cardea_settings *settings,
    struct cardea_mirror_stamp *ret_stamp, struct cardea_diag *diag);

/* cardea_mirror_age_s: -1 if it cannot be told, or is of the future. */
int64_t cardea_mirror_age_s(const struct cardea_settings *settings,
    const struct cardea_mirror_stamp *stamp, const struct cardea_clock *clock);

/* cardea_mirror_open: for reading; the caller closes. MISSING if there is none
 * or it was never whole; RANGE if it is too old, or nobody knows. */
CARDEA_MUST_USE enum cardea_status cardea_mirror_open(
    const struct cardea_settings *settings, const struct cardea_clock *clock,
    struct cardea_store **ret_store, struct cardea_diag *diag);

#endif
