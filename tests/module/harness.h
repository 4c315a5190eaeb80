/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_MODULE_HARNESS_H
#define TESTS_MODULE_HARNESS_H

#include <security/pam_appl.h>
#include <stdbool.h>
#include <stddef.h>

#include "unit/test.h"

/*
 * The real modules under the real libpam, in a box of their own (rig/box.sh)
 * where a scripted program stands at the verifier's path and syslog is a
 * socket of ours.  A test sets a stack, a script for each start of the
 * verifier, the answers of the person, and looks at what came of it.
 */

/* Names in a stack: @context, @totp, @fido2, @device and @decide are the
 * modules' paths. */
void harness_stack(const char *lines);

/* harness_stack_of: one line of ours whose own code becomes visible: it is
 * what libpam returns, but for HARNESS_IGNORED in place of PAM_IGNORE. */
#define HARNESS_IGNORED PAM_CRED_ERR
void harness_stack_of(const char *phase, const char *line);

/* harness_script: what the verifier does, first start first. */
void harness_script(int start, const char *steps);

/* harness_is_over: every script was taken by some start. */
bool harness_is_over(void);

/* harness_heard: what the verifiers were told, one line a message; and then
 * forgets it. */
const char *harness_heard(void);

enum harness_answer_kind {
	ANSWER_RENAME,	/* "0", and PAM_USER becomes text */
	ANSWER_TEXT,	/* text */
	ANSWER_LONG,	/* that many 'x' */
	ANSWER_HIDDEN,	/* text, each byte of it times -1 */
	ANSWER_NULL,	/* an answer without a text */
	ANSWER_NOTHING, /* success without an answer */
	ANSWER_FAILURE, /* PAM_CONV_ERR, and nothing else */
	ANSWER_ERROR,	/* PAM_CONV_ERR, and a pointer to freed memory */
};

struct harness_answer {
	enum harness_answer_kind kind;
	const char *text;
	size_t len;
};

/* harness_answers: for the prompts to come; beyond them, ANSWER_ERROR. */
void harness_answers(const struct harness_answer *answers, size_t count);

/* harness_conversing: the application's own code is running. */
extern bool harness_conversing;

/* harness_said: what was shown, "style text" a line; and then forgets it. */
const char *harness_said(void);

/* harness_log: lines of ours in syslog since the last look; *ret_text may be
 * NULL. */
size_t harness_log(const char **ret_text);

/* harness_stop_log, harness_start_log: /dev/log without a reader. */
void harness_stop_log(void);
void harness_start_log(void);

pam_handle_t *harness_start(const char *user);
void harness_end(pam_handle_t *pamh, int code);

/* harness_run: start, one call ("auth", "account", "open", "close",
 * "password", "setcred"), end. */
int harness_call(pam_handle_t *pamh, const char *call, int flags);
int harness_run(const char *call, int flags);

/* harness_slow: refusals asked for this delay, in microseconds */
unsigned int harness_delay(void);

/* harness_main: in the box, or skipped with the reason. */
int harness_main(const struct CMUnitTest *tests, size_t count);

#endif
