/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_KEY_POOL_H
#define CARDEA_KEY_POOL_H

#include "helper/spawn.h"
#include "key/talk.h"

/*
 * One touch, from the list of keys to the first answer: a process for each key,
 * all waited for at once, beside the person and the end of the time.  For
 * touch.c alone; choose.h says which keys are asked.
 */

enum cardea_key_phase {
	CARDEA_KEY_LOOKING = 0, /* what it holds is not known yet */
	CARDEA_KEY_READY,	/* for its turn, or for another one */
	CARDEA_KEY_ASKED,	/* it blinks */
	CARDEA_KEY_OVER,
};

/* one key that was found, and the process that reads it */
struct cardea_key_seat {
	struct cardea_helper process;
	char label[CARDEA_KEY_LABEL_MAX + 1];
	enum cardea_key_phase phase;
	bool is_certain; /* from READY on */
	struct cardea_key_means means;
	bool pin_asked;		   /* which is done once */
	bool must_verify;	   /* the key demands it, or it was begun */
	unsigned int fingers;	   /* how often the sensor was asked */
	enum cardea_touch_end end; /* OVER */
};

/* One touch from the list of keys to the first answer. */
struct cardea_key_pool {
	const char *helper;
	const struct cardea_touch_person *person;
	struct cardea_key_request *request; /* the same for all keys */
	struct cardea_key_report *report;   /* the last one heard */
	unsigned char *packet;
	int64_t deadline_ms;
	int64_t patience_ms; /* until then slow keys are waited for */
	struct cardea_diag *diag;

	size_t seat_count;
	struct cardea_key_seat seats[CARDEA_KEY_DEVICES_MAX];
	const char *cue; /* the last one told */
	bool decided;	 /* no other key is asked */
};

/* cardea_key_pool_open: an empty request in a pool to be closed, on failure
 * too. MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_key_pool_open(struct cardea_key_pool *pool, const char *helper,
    const struct cardea_touch_person *person, int timeout_ms,
    struct cardea_diag *diag);
void cardea_key_pool_close(struct cardea_key_pool *pool);

/* cardea_key_pool_run: with the request filled; the report holds the answer if
 * the end is DONE.  No process is left when it returns. */
CARDEA_MUST_USE enum cardea_status
cardea_key_pool_run(struct cardea_key_pool *pool, const char *device,
    enum cardea_touch_end *ret_end);

/* cardea_key_leave: this key is not asked any more. */
void cardea_key_leave(struct cardea_key_seat *seat, enum cardea_touch_end end);

/* cardea_key_is_called_off: the person has gone away. */
bool cardea_key_is_called_off(const struct cardea_key_pool *pool);

#endif
