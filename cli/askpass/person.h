/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_PERSON_H
#define CARDEA_CLI_ASKPASS_PERSON_H

#include <stdio.h>

#include <cardea/diag.h>

#include "cli/askpass/child.h"

/*
 * Who sits here: at /dev/tty if that is ours to use, else before a window of
 * another askpass, else reading stderr.  stdin is never asked, it may be the
 * input of the command that ssh runs.  Whatever is shown is escaped, for names
 * and prompts come from strangers.
 *
 * While a person is there, Ctrl-C and its like do not end us at once but make
 * hangup_fd readable, so that the echo comes back and the key stops blinking.
 */
struct cardea_person {
	FILE *terminal; /* NULL: none */
	struct cardea_child window;
	int signal_fd;
	int hangup_fd;
	int64_t deadline_ms; /* for every answer; monotonic */
	const char *matter;  /* borrowed; "" once it was said in the terminal */
};

/* cardea_person_open: matter ("": none) is what it is about, said before
 * anything else and in every window; watched_fd (-1: none) calls all of it off
 * when it becomes readable. IO. */
CARDEA_MUST_USE enum cardea_status
cardea_person_open(struct cardea_person *person, const char *matter,
    int watched_fd, int timeout_ms);
void cardea_person_close(struct cardea_person *person);

/* cardea_person_tell: a line, or a window in the place of the last one.  The
 * context is the person (key/touch.h). */
void cardea_person_tell(void *context, const char *text);

/* cardea_person_note: the same for what nobody needs to act on: no window. */
void cardea_person_note(struct cardea_person *person, const char *text);

/* cardea_person_ask_pin: at the terminal or by a window; false if there is
 * neither, or nothing was typed. */
bool cardea_person_ask_pin(
    void *context, const char *prompt, struct cardea_secret *ret_pin);

/* cardea_person_ask_hidden: the same for a secret of up to max bytes. */
bool cardea_person_ask_hidden(struct cardea_person *person, const char *prompt,
    size_t max, struct cardea_secret *ret_secret);

/* cardea_person_ask: at the terminal only. MISSING without one; CLOSED,
 * TIMEOUT; RANGE if the answer is longer than max. */
enum cardea_person_echo {
	CARDEA_PERSON_HIDE = 0,
	CARDEA_PERSON_SHOW,
};
CARDEA_MUST_USE enum cardea_status
cardea_person_ask(struct cardea_person *person, const char *prompt,
    enum cardea_person_echo echo, size_t max, struct cardea_secret *ret_answer);

/* cardea_person_agrees: "y" or "yes" at the terminal. */
bool cardea_person_agrees(struct cardea_person *person, const char *question);

/* cardea_person_refuse: says why there will be no answer, and is false; needs
 * no person. */
bool cardea_person_refuse(const struct cardea_diag *diag);

#endif
