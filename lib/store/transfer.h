/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_TRANSFER_H
#define CARDEA_STORE_TRANSFER_H

#include <cardea/store.h>

/*
 * One store made equal to another, whatever their engines: every record but the
 * schema.  Each write is a conditional commit, so that a transfer may be cut
 * off anywhere and begun again, and two at once do not mix.
 */
struct cardea_transfer {
	struct cardea_store *from, *to;
	/* called now and then; NULL if nobody wants to know */
	void (*progress)(const char *what, uint64_t done, void *context);
	void *context;
	/* NULL, or which kinds: the others are neither read nor touched */
	bool (*wanted)(const char *kind);
	uint64_t seen, written, deleted; /* of the last call */
};

/* cardea_transfer_copy: what is missing or different is put, what is not in
 * from is deleted. CONFLICT: somebody else writes there. */
CARDEA_MUST_USE enum cardea_status cardea_transfer_copy(
    struct cardea_transfer *transfer, struct cardea_diag *diag);

/* cardea_transfer_compare: CORRUPT unless both hold the same; changes nothing.
 */
CARDEA_MUST_USE enum cardea_status cardea_transfer_compare(
    struct cardea_transfer *transfer, struct cardea_diag *diag);

/* cardea_transfer_is_empty: no record but the schema. */
CARDEA_MUST_USE enum cardea_status cardea_transfer_is_empty(
    struct cardea_store *store, bool *ret_empty, struct cardea_diag *diag);

#endif
