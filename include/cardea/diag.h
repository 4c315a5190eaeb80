/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_DIAG_H
#define CARDEA_DIAG_H

#include <cardea/status.h>

/*
 * A diagnostic: what a status cannot say.  It belongs to the caller, who
 * zeroes it; the function that fails first fills it, those above leave it
 * alone.  It holds no secret: whoever writes one names a place and a reason,
 * never a value that a person typed.  NULL is accepted wherever a diag is.
 */
struct cardea_diag {
	char file[256];	   /* "" if no file is concerned */
	unsigned int line; /* from 1; 0 if unknown */
	char key[128];	   /* configuration key or record, "" if none */
	char reason[256];  /* one clause, lower case, no full stop */
};

/* cardea_diag_set: fills the reason, unless an earlier one stands there.
 * Returns status, so that a failing function can end with it. */
enum cardea_status cardea_diag_set(struct cardea_diag *diag,
    enum cardea_status status, const char *format, ...) CARDEA_PRINTF(3, 4);

/* cardea_diag_place: fills file, line and key unless set; NULL and 0 leave
 * a field alone. */
void cardea_diag_place(struct cardea_diag *diag, const char *file,
    unsigned int line, const char *key);

/* cardea_diag_format: "FILE:LINE: KEY: reason" with the parts that are there.
 * Control bytes come out escaped. Never fails; cuts at size. */
void cardea_diag_format(
    const struct cardea_diag *diag, char *text, unsigned long size);

#endif
