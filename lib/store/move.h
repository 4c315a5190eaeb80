/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_MOVE_H
#define CARDEA_STORE_MOVE_H

#include "store/transfer.h"

/*
 * A store that moves to another engine while logins go on.
 *
 *   1. the target says that it is being filled: no login uses it;
 *   2. all is copied once, which takes its time;
 *   3. the source says that it was moved: from this commit on nothing is spent
 *      there, whoever has it open (schema.h);
 *   4. what changed meanwhile is copied, both sides are compared;
 *   5. the target says that it is in use.
 *
 * Cut off anywhere, it is begun again and goes on; before 3 the source is in
 * use, after 5 the target, between them neither.  At no moment are both: a code
 * that was spent on one is spent on the other.  Each of these words carries the
 * id of the transfer, so that a target is filled from one source alone.
 */
struct cardea_move {
	struct cardea_transfer transfer; /* both opened with closed_too */
	const char *from_name, *to_name; /* engines, for what the stores say */
	void (*step)(
	    const char *what, void *context); /* NULL, or told of each */
	bool already;			      /* it was done before this call */
};

/* cardea_move: CONFLICT where a side says that it belongs to another move, or
 * the target holds records of its own; diag tells. */
CARDEA_MUST_USE enum cardea_status
cardea_move(struct cardea_move *move, struct cardea_diag *diag);

/* cardea_move_undo: of a move that has not come to its end; the source is in
 * use again. CONFLICT: the target is in use, or nothing was moved. */
CARDEA_MUST_USE enum cardea_status
cardea_move_undo(struct cardea_move *move, struct cardea_diag *diag);

#endif
