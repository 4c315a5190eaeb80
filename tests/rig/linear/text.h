/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_RIG_LINEAR_TEXT_H
#define TESTS_RIG_LINEAR_TEXT_H

#include <stdio.h>

#include "rig/linear/check.h"

/*
 * A history as text, one line an operation:
 *
 *   OBJECT PROCESS BEGIN END OPERATION OUTCOME FIRST SECOND
 *
 * with times in nanoseconds, read, cas, write or add, and done, refused or
 * unknown.
 */
struct linear_line {
	char object[64];
	long process;
	struct linear_event event;
};

/* 0; -1 if it is no such line */
int linear_parse(const char *text, struct linear_line *ret_line);

void linear_print(FILE *to, const struct linear_line *line);

#endif
