/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/askpass/enroll.h"
#include "cli/askpass/key.h"

#define PERSON_MS 300000 /* to read and agree */
#define TOUCH_MS 60000

/* Up to the end of stream; at a terminal up to a line with which the ticket is
 * whole. Mail and terminals break long lines: white space is nothing here. */
static enum cardea_status
read_ticket(FILE *stream, struct cardea_remote_ticket *ret_ticket,
    struct cardea_diag *diag)
{
	static char text[CARDEA_REMOTE_TICKET_MAX];
	bool by_hand = isatty(fileno(stream)) == 1;
	size_t len = 0;
	int byte;

	while ((byte = getc(stream)) != EOF) {
		if (byte == '\n' && by_hand &&
		    cardea_remote_read_ticket(text, ret_ticket, NULL) ==
			CARDEA_OK)
			return CARDEA_OK;
		if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n')
			continue;
		if (byte == '\0' || len == sizeof(text) - 1)
			return cardea_diag_set(
			    diag, CARDEA_E_RANGE, "is no ticket");
		text[len++] = (char)byte;
	}
	if (ferror(stream) != 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "cannot be read");
	return cardea_remote_read_ticket(text, ret_ticket, diag);
}

static enum cardea_status
open_ticket(const char *file, struct cardea_remote_ticket *ret_ticket,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	FILE *stream = stdin;

	cardea_diag_place(
	    diag, file != NULL ? file : "standard input", 0, NULL);
	if (file != NULL)
		stream = fopen(file, "re");
	else if (isatty(STDIN_FILENO) == 1)
		fputs("Paste the ticket of the server (cardea-ticket1:...), "
		      "then press Enter:\n",
		    stderr);
	if (stream == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "cannot be opened: %s", strerror(errno));
	status = read_ticket(stream, ret_ticket, diag);
	if (stream != stdin)
		fclose(stream);
	return status;
}

/* A ticket may come from anybody: what it will be good for is said first. */
static bool
agrees(struct cardea_person *person, const struct cardea_remote_ticket *ticket)
{
	char text[1024];

	if (cardea_text_print(text, sizeof(text),
		"A new credential on your security key%s,\n"
		"  to sign in as  %s\n"
		"  at             %s\n"
		"  (relying party %s).",
		ticket->resident ? ", kept in the key itself" : "",
		ticket->user, ticket->host, ticket->rp_id) != CARDEA_OK)
		return false;
	cardea_person_tell(person, text);
	return cardea_person_agrees(person, "Go on? [y/N] ");
}

static enum cardea_status
make(struct cardea_person *person, const struct cardea_remote_ticket *ticket,
    const char *device, struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	enum cardea_touch_end end = CARDEA_TOUCH_FAILED;
	enum cardea_status status;

	if (person->terminal == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "there is no terminal to ask you");
	if (!agrees(person, ticket))
		return cardea_diag_set(diag, CARDEA_E_CLOSED, "not done");
	status = cardea_key_make(
	    ticket, device, person, TOUCH_MS, &end, ret_registration, diag);
	if (status == CARDEA_OK && end != CARDEA_TOUCH_DONE)
		status = cardea_diag_set(
		    diag, CARDEA_E_CLOSED, "%s", cardea_key_end_words(end));
	return status;
}

static enum cardea_status
print(const struct cardea_remote_ticket *ticket,
    const struct cardea_fido2_registration *registration)
{
	static char text[CARDEA_REMOTE_MADE_MAX];
	enum cardea_status status;

	status = cardea_remote_write_made(
	    ticket->id, registration, text, sizeof(text));
	if (status == CARDEA_OK && (puts(text) == EOF || fflush(stdout) != 0))
		status = CARDEA_E_IO;
	return status;
}

bool
cardea_enroll_key(const char *device, const char *file)
{
	static struct cardea_fido2_registration registration;
	static struct cardea_remote_ticket ticket;
	struct cardea_diag wrong_ticket = { 0 }, diag = { 0 };
	struct cardea_person person;
	enum cardea_status status;

	if (open_ticket(file, &ticket, &wrong_ticket) != CARDEA_OK)
		return cardea_person_refuse(&wrong_ticket);
	status = cardea_person_open(&person, "", -1, PERSON_MS);
	if (status == CARDEA_OK) {
		status = make(&person, &ticket, device, &registration, &diag);
		cardea_person_close(&person);
	}
	if (status == CARDEA_OK)
		status = print(&ticket, &registration);
	if (status != CARDEA_OK) {
		cardea_diag_set(
		    &diag, status, "%s", cardea_status_text(status));
		return cardea_person_refuse(&diag);
	}
	return true;
}
