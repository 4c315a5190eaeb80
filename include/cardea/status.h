/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STATUS_H
#define CARDEA_STATUS_H

/*
 * Status: did the machinery work?  It never says what a factor found (that
 * is enum cardea_result, evidence.h) nor whether somebody may enter (that is
 * struct cardea_decision, decide.h).  The three types never mix.
 *
 * A status is passed up unchanged by whoever cannot handle it.  Outputs of a
 * function that returns anything but CARDEA_OK are untouched.
 */

#define CARDEA_MUST_USE __attribute__((warn_unused_result))
#define CARDEA_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

enum cardea_status {
	CARDEA_OK = 0,
	/* our own fault: a broken invariant, a caller's misuse */
	CARDEA_E_INTERNAL = -1,
	/* resources: try again later may help */
	CARDEA_E_MEMORY = -2,
	CARDEA_E_IO = -3,      /* a system call failed; the diag names it */
	CARDEA_E_FULL = -4,    /* no space left where state is kept */
	CARDEA_E_TIMEOUT = -5, /* a deadline passed */
	CARDEA_E_CLOSED = -6,  /* the other end has gone */
	/* the input is at fault */
	CARDEA_E_MISSING = -7, /* no such file or record: a definite answer */
	CARDEA_E_UNSAFE = -8,  /* wrong owner, mode or kind of file */
	CARDEA_E_SYNTAX = -9,  /* not what the grammar says */
	CARDEA_E_RANGE =
	    -10, /* beyond a ceiling of limits.h, or does not fit */
	CARDEA_E_CORRUPT = -11, /* an integrity check failed */
	CARDEA_E_VERSION = -12, /* made by a version we do not know */
	/* a conditional commit lost against another one: read again */
	CARDEA_E_CONFLICT = -13,
};

/* cardea_status_text: borrowed, constant, lower case, never NULL; a number
 * that is no status gives "unknown status". */
const char *cardea_status_text(enum cardea_status status);

#endif
