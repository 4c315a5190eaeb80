/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_COMMAND_H
#define CARDEA_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <cardea/diag.h>

#include "cli/json.h"

/*
 * What a subcommand is, and one call of it.  A command is a constant row: its
 * words, operands, options and help; usage, completion and the manual are
 * checked against these rows.  Options have long names only, are never
 * abbreviated, and stand once unless the row says otherwise; an unknown one
 * refuses the call before anything is done.
 */

/* The exit codes of cardea(8). */
enum cardea_exit {
	CARDEA_EXIT_OK = 0,	 /* done; permitted; verified */
	CARDEA_EXIT_NO = 1,	 /* a clear no: denied, refused, lint errors */
	CARDEA_EXIT_USAGE = 2,	 /* the call itself is at fault */
	CARDEA_EXIT_TROUBLE = 3, /* files, memory, the store, permission */
};

#define CARDEA_CALL_OPERANDS_MAX 256
#define CARDEA_CALL_OPTIONS_MAX 1024

struct cardea_option {
	const char *name;  /* "user"; NULL ends a list */
	const char *value; /* "USER" in the help; NULL for a flag */
	const char *help;
	bool many; /* may be given several times */
};

struct cardea_call;

struct cardea_command {
	const char *name;     /* "lock", "enroll totp" */
	const char *operands; /* "USER", "[FILE ...]", ""; where a "+" stands
				 in it, words may begin with one dash */
	size_t operands_min, operands_max;
	const char *help; /* one line, no full stop */
	bool root;	  /* refused to everybody else */
	const struct cardea_option *options;
	enum cardea_exit (*run)(struct cardea_call *call);
};

struct cardea_call {
	const struct cardea_command *command;
	const struct cardea_command *const *commands; /* the whole table */
	bool json;				      /* --json was given */
	bool help;				      /* --help was given */
	struct cardea_json out; /* printed at the end if json is set */
	size_t operand_count;
	const char *operands[CARDEA_CALL_OPERANDS_MAX];
	size_t option_count;
	struct {
		const struct cardea_option *option;
		const char *value;
	} given[CARDEA_CALL_OPTIONS_MAX];
};

extern const struct cardea_option cardea_command_common[];

/* cardea_command_find: the row that the first words name; *ret_words says
 * how many they are. NULL if there is none. */
const struct cardea_command *
cardea_command_find(const struct cardea_command *const *commands, int argc,
    char *const *argv, int *ret_words);

/* cardea_command_parse: fills a zeroed call from what follows the words.
 * CARDEA_E_SYNTAX or RANGE with a diag. Texts are borrowed from argv. */
CARDEA_MUST_USE enum cardea_status
cardea_command_parse(struct cardea_call *call, int argc, char *const *argv,
    struct cardea_diag *diag);

/* cardea_command_list: one line a row, those that begin with word if it is
 * not NULL; returns how many. */
size_t cardea_command_list(FILE *stream,
    const struct cardea_command *const *commands, const char *word);

/* cardea_command_help: usage and options of one row. */
void cardea_command_help(FILE *stream, const struct cardea_command *command);

bool cardea_call_has(const struct cardea_call *call, const char *option);

/* cardea_call_text: the option's value, borrowed; NULL if it was not given. */
const char *
cardea_call_text(const struct cardea_call *call, const char *option);

/* cardea_call_next: values of a repeated option one by one; *at begins at 0.
 * NULL after the last. */
const char *cardea_call_next(
    const struct cardea_call *call, const char *option, size_t *at);

/* cardea_call_number: an option that is a number of [low, high]; ret_number
 * keeps the caller's default if it was not given. */
CARDEA_MUST_USE enum cardea_status
cardea_call_number(const struct cardea_call *call, const char *option,
    const uint64_t bounds[2], uint64_t *ret_number, struct cardea_diag *diag);

/* cardea_call_fail: one line on stderr, and in the JSON answer; returns exit
 * so that a verb can end with it. */
enum cardea_exit cardea_call_fail(struct cardea_call *call,
    enum cardea_exit code, const struct cardea_diag *diag);

/* cardea_call_refuse: the same with a reason of our own. */
enum cardea_exit cardea_call_refuse(struct cardea_call *call,
    enum cardea_exit code, const char *format, ...) CARDEA_PRINTF(3, 4);

/* cardea_call_trouble: the same for a status; trouble unless the input is at
 * fault. */
enum cardea_exit cardea_call_trouble(struct cardea_call *call,
    enum cardea_status status, const struct cardea_diag *diag);

/* cardea_call_say: a line for people: nothing under --json. */
void cardea_call_say(const struct cardea_call *call, const char *format, ...)
    CARDEA_PRINTF(2, 3);

/* cardea_call_warn: one line on stderr. */
void cardea_call_warn(struct cardea_call *call, const char *format, ...)
    CARDEA_PRINTF(2, 3);

#endif
