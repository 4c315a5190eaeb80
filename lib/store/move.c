/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "store/move.h"
#include "store/schema.h"

static void
tell(const struct cardea_move *move, const char *what)
{
	if (move->step != NULL)
		move->step(what, move->transfer.context);
}

static bool
is_same_transfer(const struct cardea_schema *a, const struct cardea_schema *b)
{
	return a->transfer[0] != '\0' && strcmp(a->transfer, b->transfer) == 0;
}

/* A word that has changed since it was read is somebody else's doing. */
static enum cardea_status
say(struct cardea_store *store, struct cardea_schema *schema,
    struct cardea_diag *diag)
{
	enum cardea_status status = cardea_schema_put(store, schema, diag);

	if (status == CARDEA_E_CONFLICT)
		return cardea_diag_set(diag, status,
		    "somebody else moves this store, or changes its key");
	if (status == CARDEA_OK)
		*schema = *cardea_store_schema(store);
	return status;
}

/* ---- 1. the target is being filled ---- */

/* May what is in the target go?  Not if it is in use. */
static enum cardea_status
check_target(const struct cardea_move *move, const struct cardea_schema *from,
    const struct cardea_schema *to, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	bool empty = false;

	switch (to->state) {
	case CARDEA_SCHEMA_FILLING:
		return CARDEA_OK;
	case CARDEA_SCHEMA_MOVED:
		/* what is there is of the past, if it was moved to us */
		if (is_same_transfer(from, to))
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "the store to be filled was itself moved, and not to the "
		    "one in use here");
	case CARDEA_SCHEMA_ACTIVE:
		status = cardea_transfer_is_empty(
		    move->transfer.to, &empty, diag);
		break;
	}
	if (status == CARDEA_OK && !empty)
		return cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "the store to be filled holds records of its own");
	return status;
}

/* A new id each time: of two that fill one target, the later one ends the
 * earlier one's. */
static enum cardea_status
begin(struct cardea_move *move, const struct cardea_schema *from,
    struct cardea_schema *to, struct cardea_diag *diag)
{
	enum cardea_status status = check_target(move, from, to, diag);

	if (status != CARDEA_OK)
		return status;
	to->state = CARDEA_SCHEMA_FILLING;
	status = cardea_secret_random_hex(to->transfer, CARDEA_TRANSFER_ID / 2);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    to->other, sizeof(to->other), move->from_name);
	memcpy(to->key, from->key, sizeof(to->key));
	return status == CARDEA_OK ? say(move->transfer.to, to, diag) : status;
}

/* ---- 2. and 3. copied once, then nothing is spent in the source ---- */

static enum cardea_status
leave(struct cardea_move *move, struct cardea_schema *from,
    struct cardea_schema *to, struct cardea_diag *diag)
{
	enum cardea_status status = begin(move, from, to, diag);

	tell(move, "copying");
	if (status == CARDEA_OK)
		status = cardea_transfer_copy(&move->transfer, diag);
	if (status != CARDEA_OK)
		return status;
	tell(move, "closing the store that is left");
	from->state = CARDEA_SCHEMA_MOVED;
	memcpy(from->transfer, to->transfer, sizeof(from->transfer));
	status = cardea_text_copy(
	    from->other, sizeof(from->other), move->to_name);
	return status == CARDEA_OK ? say(move->transfer.from, from, diag)
				   : status;
}

/* ---- 4. and 5. ---- */

static enum cardea_status
arrive(struct cardea_move *move, struct cardea_schema *to,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	tell(move, "copying what changed meanwhile");
	status = cardea_transfer_copy(&move->transfer, diag);
	tell(move, "comparing");
	if (status == CARDEA_OK)
		status = cardea_transfer_compare(&move->transfer, diag);
	if (status != CARDEA_OK)
		return status;
	tell(move, "opening the new store");
	to->state = CARDEA_SCHEMA_ACTIVE;
	to->other[0] = '\0';
	return say(move->transfer.to, to, diag);
}

enum cardea_status
cardea_move(struct cardea_move *move, struct cardea_diag *diag)
{
	struct cardea_schema from = *cardea_store_schema(move->transfer.from);
	struct cardea_schema to = *cardea_store_schema(move->transfer.to);
	enum cardea_status status = CARDEA_OK;

	move->already = false;
	if (from.state == CARDEA_SCHEMA_FILLING)
		return cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "the store in use here is itself being filled");
	if (from.state == CARDEA_SCHEMA_ACTIVE) {
		status = leave(move, &from, &to, diag);
	} else if (!is_same_transfer(&from, &to) ||
	    to.state == CARDEA_SCHEMA_MOVED) {
		return cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "the store was moved to %s, and not to this one",
		    from.other);
	} else if (to.state == CARDEA_SCHEMA_ACTIVE) {
		move->already = true;
		return CARDEA_OK;
	}
	return status == CARDEA_OK ? arrive(move, &to, diag) : status;
}

/* ---- undone ---- */

enum cardea_status
cardea_move_undo(struct cardea_move *move, struct cardea_diag *diag)
{
	struct cardea_schema from = *cardea_store_schema(move->transfer.from);
	struct cardea_schema to = *cardea_store_schema(move->transfer.to);
	enum cardea_status status = CARDEA_OK;

	if (from.state != CARDEA_SCHEMA_MOVED)
		return cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "the store in use here was not moved");
	if (is_same_transfer(&from, &to) && to.state != CARDEA_SCHEMA_FILLING)
		return cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "the move has come to its end: move back instead");
	/* one that is still at work must not come to its end after this */
	if (is_same_transfer(&from, &to)) {
		status = cardea_secret_random_hex(
		    to.transfer, CARDEA_TRANSFER_ID / 2);
		if (status == CARDEA_OK)
			status = say(move->transfer.to, &to, diag);
	}
	if (status != CARDEA_OK)
		return status;
	from.state = CARDEA_SCHEMA_ACTIVE;
	from.other[0] = '\0';
	return say(move->transfer.from, &from, diag);
}
