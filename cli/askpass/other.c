/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/askpass/next.h"
#include "cli/askpass/other.h"
#include "cli/askpass/parent.h"
#include "cli/askpass/person.h"

/* what ssh reads of an answer, silently cut beyond (readpass.c) */
#define ANSWER_MAX 1023
#define WAIT_MS CARDEA_ANSWER_TIMEOUT_MS

static bool
print(const struct cardea_secret *answer)
{
	return cardea_file_write_open(
		   STDOUT_FILENO, answer->data, answer->len) == CARDEA_OK &&
	    cardea_file_write_open(STDOUT_FILENO, "\n", 1) == CARDEA_OK;
}

static bool
ask_secret(struct cardea_person *person, const char *prompt)
{
	struct cardea_secret answer = { 0 };
	bool done;

	done = cardea_person_ask(person, prompt, CARDEA_PERSON_HIDE, ANSWER_MAX,
		   &answer) == CARDEA_OK &&
	    print(&answer);
	cardea_secret_clear(&answer);
	return done;
}

/* "yes", for programs that do not look at the exit code */
static bool
ask_permission(struct cardea_person *person, const char *prompt)
{
	struct cardea_secret answer = { 0 };
	bool done;

	done = cardea_person_agrees(person, prompt) &&
	    cardea_secret_set(&answer, "yes", 3) == CARDEA_OK && print(&answer);
	cardea_secret_clear(&answer);
	return done;
}

static bool
ask_here(struct cardea_person *person, const char *prompt)
{
	const char *hint = getenv("SSH_ASKPASS_PROMPT");

	if (hint != NULL && strcmp(hint, "none") == 0) {
		cardea_person_tell(person, prompt);
		return true;
	}
	if (hint != NULL && strcmp(hint, "confirm") == 0)
		return ask_permission(person, prompt);
	return ask_secret(person, prompt);
}

bool
cardea_other_ask(const char *prompt)
{
	struct cardea_person person;
	struct cardea_process parent;
	struct cardea_diag diag = { 0 };
	int watched_fd = -1;
	bool done = false;

	cardea_next_become(prompt);
	if (cardea_process_read(getppid(), &parent, NULL) != CARDEA_OK ||
	    cardea_parent_watch(&parent, &watched_fd) != CARDEA_OK ||
	    cardea_person_open(&person, "", watched_fd, WAIT_MS) != CARDEA_OK) {
		cardea_diag_set(&diag, CARDEA_E_IO, "nobody can be asked");
	} else if (person.terminal == NULL) {
		cardea_diag_set(&diag, CARDEA_E_MISSING,
		    "there is no other askpass, and no terminal");
		cardea_person_close(&person);
	} else {
		done = ask_here(&person, prompt);
		cardea_person_close(&person);
	}
	if (watched_fd >= 0)
		close(watched_fd);
	return diag.reason[0] == '\0' ? done : cardea_person_refuse(&diag);
}
