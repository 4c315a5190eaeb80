/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_ARCHIVE_H
#define CARDEA_STORE_ARCHIVE_H

#include <stdio.h>

#include <cardea/store.h>

#include "store/crypto.h"
#include "store/seal.h"

/*
 * All records of a store in one file.
 *
 *   "CARDEA STORE EXPORT 1 " ID NEWLINE
 *   frames: letter (1) | length (4) | sealed in format 2 (seal.h)
 *
 * H says where and when it was made; R is a record; E ends it with their number
 * and a digest over all that stands before.  Each frame is sealed for its place
 * in this very file, so frames cannot be changed, dropped, swapped, repeated or
 * brought from another export, and a file that is cut has no end.  A stolen
 * file says how many records there are and how long each is.
 */
#define CARDEA_ARCHIVE_ID 32 /* hex digits */

struct cardea_archive_head {
	char id[CARDEA_ARCHIVE_ID + 1];
	char host[CARDEA_NAME_MAX + 1];
	int64_t time_s;
	uint32_t schema;
};

/* The zero value is no archive; one is written or read from front to back. */
struct cardea_archive {
	FILE *file;			/* borrowed */
	const struct cardea_seal *seal; /* borrowed */
	struct cardea_archive_head head;
	uint64_t count; /* of records so far */
	unsigned char digest[CARDEA_SHA256];
};

/* cardea_archive_begin: head.id is made, host, time and schema are given. */
CARDEA_MUST_USE enum cardea_status cardea_archive_begin(
    struct cardea_archive *archive, FILE *file, const struct cardea_seal *seal,
    const struct cardea_archive_head *head, struct cardea_diag *diag);
CARDEA_MUST_USE enum cardea_status
cardea_archive_put(struct cardea_archive *archive, const struct cardea_key *key,
    const struct cardea_value *value, struct cardea_diag *diag);
/* cardea_archive_end: flushed, not synced. */
CARDEA_MUST_USE enum cardea_status
cardea_archive_end(struct cardea_archive *archive, struct cardea_diag *diag);

/* cardea_archive_open: reads the head. SYNTAX: no export; VERSION; CORRUPT. */
CARDEA_MUST_USE enum cardea_status
cardea_archive_open(struct cardea_archive *archive, FILE *file,
    const struct cardea_seal *seal, struct cardea_diag *diag);

/* cardea_archive_next: MISSING after the last record, once the end has been
 * judged; CORRUPT for what is cut or altered. The caller clears ret_value. */
CARDEA_MUST_USE enum cardea_status
cardea_archive_next(struct cardea_archive *archive, struct cardea_key *ret_key,
    struct cardea_value *ret_value, struct cardea_diag *diag);

#endif
