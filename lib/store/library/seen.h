/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LIBRARY_SEEN_H
#define CARDEA_STORE_LIBRARY_SEEN_H

#include "store/library/message.h"
#include "store/place.h"

/*
 * What was seen of the cluster: which one it is, and the highest revision that
 * it gave.  Who answers with less is of another time, an older copy say, in
 * which codes are good that were spent since.  It is known for the life of the
 * process and, unsynced, in a small file, so that the next process knows it
 * too; what a crash takes from the file is only the end of that memory.
 */
struct cardea_seen {
	struct cardea_place place; /* fd < 0: nothing is kept */
	uint64_t cluster, revision;
	uint32_t server; /* which one answered last: the one to begin with */
	bool is_news;	 /* more than the file says */
};

#define CARDEA_SEEN_FILE "cluster"

/* cardea_seen_open: path is made if it is missing, unless only to be read.
 * UNSAFE, CORRUPT, IO, RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_seen_open(const char *path,
    bool read_only, struct cardea_seen *ret_seen, struct cardea_diag *diag);
/* cardea_seen_close: saves; the zero value may not be closed. */
void cardea_seen_close(struct cardea_seen *seen);

/* cardea_seen_judge: CORRUPT for another cluster or an earlier time; else it
 * is remembered. wrote: the answer to what made a revision of its own, which
 * is newer than all that were seen. */
CARDEA_MUST_USE enum cardea_status cardea_seen_judge(struct cardea_seen *seen,
    const struct cardea_etcd_head *head, bool wrote, struct cardea_diag *diag);

/* cardea_seen_save: best effort; never to less than what is there. */
void cardea_seen_save(struct cardea_seen *seen);

#endif
