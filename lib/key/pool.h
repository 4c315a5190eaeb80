/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_KEY_POOL_H
#define CARDEA_KEY_POOL_H

#include "key/spawn.h"

/*
 * One touch, from the list of keys to the first answer: a process for each key,
 * all waited for at once, beside the person and the end of the time.  For
 * touch.c alone.
 *
 * Where several keys need a PIN, each is asked for by the name of its key, in
 * the order in which they turn out to hold a credential; the others wait.
 */

/* one key that was found, and the process that reads it */
struct cardea_key_seat {
	struct cardea_key_process process;
	char label[CARDEA_KEY_LABEL_MAX + 1];
	bool over;
	enum cardea_touch_end end; /* if over */
	uint32_t pin_tries;	   /* left, when the key was ready */
	bool pin_asked;
};

/* One touch from the list of keys to the first answer. */
struct cardea_key_pool {
	const char *helper;
	const struct cardea_touch_person *person;
	struct cardea_key_request *request; /* the same for all keys */
	struct cardea_key_report *report;   /* the last one heard */
	unsigned char *packet;
	int64_t deadline_ms;
	struct cardea_diag *diag;

	size_t seat_count;
	struct cardea_key_seat seats[CARDEA_KEY_DEVICES_MAX];
	bool cued;
	bool answered;
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

#endif
