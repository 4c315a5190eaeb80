/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_QUESTION_H
#define CARDEA_CLI_QUESTION_H

#include <cardea/evidence.h>

#include "cli/command.h"

/*
 * What the verbs of `cardea test` share: a question about one proof is
 * answered by one JSON object, and a batch of them, one object a line, by as
 * many lines.  A question that is none is answered too, with the result
 * "none" and the reason.
 */

/* Fills json with the answer to one line; the exit code that it comes to. */
struct cardea_question {
	size_t line_max;
	enum cardea_exit (*answer)(struct cardea_json *json, const char *line,
	    const struct cardea_call *call);
};

/* cardea_question_batch: answers each line of stdin until its end; the worst
 * of the exit codes, in the order ok, no, usage, trouble. */
enum cardea_exit cardea_question_batch(
    struct cardea_call *call, const struct cardea_question *question);

/* cardea_question_finish: ends a call with one question, whose answer is in
 * call->out: that is printed without --json too, and what was wrong with a bad
 * question also stands on stderr. */
enum cardea_exit cardea_question_finish(struct cardea_call *call,
    enum cardea_exit code, const struct cardea_diag *diag);

/* cardea_question_bad: the answer to what is no question. */
enum cardea_exit
cardea_question_bad(struct cardea_json *json, const struct cardea_diag *diag);

/* cardea_question_keys: false with a diag if a member is not among these. */
bool cardea_question_keys(const struct cardea_json_object *object,
    const char *const *known, struct cardea_diag *diag);

enum cardea_exit cardea_question_exit(enum cardea_result result);

#endif
