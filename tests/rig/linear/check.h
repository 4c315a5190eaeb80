/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_RIG_LINEAR_CHECK_H
#define TESTS_RIG_LINEAR_CHECK_H

#include <stddef.h>
#include <stdint.h>

/*
 * Is a history linearisable?  Several clients have called operations of one
 * object, each between two moments; the question is whether they can be put
 * into one order, each at a moment of its own between its two, in which every
 * one of them has the outcome that it had.
 *
 * Wing and Gong's search with Lowe's memory of what has been tried: "Testing
 * for linearizability", 2017.  The object is one number, which is all that the
 * store promises: what may be made once (0 becomes something), a record that is
 * changed as it was read, a counter, a lock (0 and 1).
 *
 * An operation whose outcome nobody was told may have happened at any time
 * after it began, or never.
 */
enum linear_op {
	LINEAR_READ = 0, /* first: what was read */
	LINEAR_CAS,	 /* first: what must be there, second: what then is */
	LINEAR_WRITE,	 /* first: what is there from now on */
	LINEAR_ADD,	 /* first: the sum that one more made */
};

enum linear_outcome {
	LINEAR_DONE = 0,
	LINEAR_REFUSED, /* of a CAS: something else was there */
	LINEAR_UNKNOWN,
};

struct linear_event {
	int64_t begin, end; /* of one clock */
	enum linear_op op;
	enum linear_outcome outcome;
	int64_t first, second;
};

enum linear_verdict {
	LINEAR_NO = 0,
	LINEAR_YES,
	LINEAR_UNDECIDED, /* the memory did not suffice */
};

/* linear_check: the object begins as 0. */
enum linear_verdict
linear_check(const struct linear_event *events, size_t count);

#endif
