/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_WATCH_NOTES_H
#define CARDEA_CLI_WATCH_NOTES_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/diag.h>
#include <cardea/limits.h>

/*
 * What was said of sessions already, and of what is amiss here: once is enough,
 * also where each round is a process of its own.  It is kept in a file that a
 * reboot takes away, as it does sessions; without it things are said twice, and
 * nothing else.
 */
#define CARDEA_WATCH_NOTE_MAX 127

struct cardea_watch_note {
	char id[CARDEA_TXN_MAX + 1];
	char unsure[CARDEA_WATCH_NOTE_MAX + 1]; /* why; "": it was not */
	bool warned;
	bool seen; /* in this round */
};

/* What may be amiss; one says nothing of another. */
enum cardea_watch_trouble {
	CARDEA_WATCH_POLICY = 0,
	CARDEA_WATCH_STORE,
	CARDEA_WATCH_CLUSTER, /* out of reach */
	CARDEA_WATCH_UNSEEN,  /* and so are the records */
	CARDEA_WATCH_MIRROR,
	CARDEA_WATCH_RECORDS, /* one that should go stays */
	CARDEA_WATCH_TROUBLES,
};

/* The zero value holds none; freed by cardea_watch_notes_clear. */
struct cardea_watch_notes {
	size_t count;
	struct cardea_watch_note *items;
	bool amiss[CARDEA_WATCH_TROUBLES];
	bool changed; /* since they were read or written */
};

/* cardea_watch_notes_read: none where there is no file.  What is no note of
 * ours is passed over.  UNSAFE, IO, RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_watch_notes_read(
    struct cardea_watch_notes *notes, struct cardea_diag *diag);

/* cardea_watch_notes_write: where they have changed. */
CARDEA_MUST_USE enum cardea_status cardea_watch_notes_write(
    struct cardea_watch_notes *notes, struct cardea_diag *diag);

/* cardea_watch_notes_of: those of this session, which is seen in this round;
 * NULL without memory.  Good until the next call. */
struct cardea_watch_note *
cardea_watch_notes_of(struct cardea_watch_notes *notes, const char *id);

/* cardea_watch_notes_warn, _doubt: what was said just now. */
void cardea_watch_notes_warn(
    struct cardea_watch_notes *notes, struct cardea_watch_note *note);
void cardea_watch_notes_doubt(struct cardea_watch_notes *notes,
    struct cardea_watch_note *note, const char *words);

/* cardea_watch_notes_amiss, _well: true if it was not so before. */
bool cardea_watch_notes_amiss(
    struct cardea_watch_notes *notes, enum cardea_watch_trouble trouble);
bool cardea_watch_notes_well(
    struct cardea_watch_notes *notes, enum cardea_watch_trouble trouble);

/* cardea_watch_notes_forget: those that were not seen in this round. */
void cardea_watch_notes_forget(struct cardea_watch_notes *notes);

void cardea_watch_notes_clear(struct cardea_watch_notes *notes);

#endif
