/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "factor/attestation.h"
#include "factor/remote.h"

/*
 * What a server may send to cardea-askpass and what may come back: an argument
 * of an askpass, an answer with one part a line, a ticket, a registration.
 * What can be read is written as the same text again: no two texts mean the
 * same, so nothing can be changed on its way unseen.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

#define TEXT_MAX 32768

static char again[TEXT_MAX];

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

static void
read_argument(const char *text)
{
	static struct cardea_remote_question question;
	unsigned char hash[CARDEA_FIDO2_HASH];
	size_t len = strlen(text), again_len;

	if (cardea_remote_read(text, &question, NULL) != CARDEA_OK ||
	    question.kind == CARDEA_REMOTE_OTHER)
		return;
	must(text[0] == '(' && question.user[0] != '\0');
	must(strncmp(text + 1, question.user, strlen(question.user)) == 0);
	must(text[1 + strlen(question.user)] == '@');
	if (question.kind == CARDEA_REMOTE_MORE) {
		must(question.part >= 2 &&
		    question.part <= CARDEA_PROOF_CHUNKS_MAX);
		return;
	}
	if (question.kind == CARDEA_REMOTE_DEVICE) {
		must(cardea_remote_device_prompt(
			 &question.device, again, sizeof(again)) == CARDEA_OK);
		again_len = strlen(again);
		must(len > again_len &&
		    strcmp(text + len - again_len, again) == 0);
		return;
	}
	must(cardea_remote_prompt(&question.challenge, again, sizeof(again)) ==
	    CARDEA_OK);
	again_len = strlen(again);
	must(len > again_len && strcmp(text + len - again_len, again) == 0);
	must(cardea_remote_hash(&question.challenge, question.user,
		 question.host, hash) == CARDEA_OK);
}

static void
read_parts(char *text)
{
	static struct cardea_remote_parts parts, written;
	static struct cardea_remote_answer answer;
	bool done = false;
	char *line;

	memset(&parts, 0, sizeof(parts));
	while (!done && (line = strsep(&text, "\n")) != NULL) {
		char prompt[32];

		if (cardea_remote_add_part(&cardea_remote_key_form, &parts,
			line, &done) != CARDEA_OK)
			return;
		must(done ==
		    (cardea_remote_more(&parts, prompt, sizeof(prompt)) !=
			CARDEA_OK));
	}
	if (cardea_remote_join(&parts, &answer) != CARDEA_OK)
		return;
	must(done);
	must(cardea_remote_write(&answer, &written) == CARDEA_OK);
	must(written.count == parts.count);
	for (unsigned int i = 0; i < parts.count; i++)
		must(strcmp(written.texts[i], parts.texts[i]) == 0);
}

static void
read_ticket(const char *text)
{
	static struct cardea_remote_ticket ticket;
	unsigned char hash[CARDEA_FIDO2_HASH];

	if (cardea_remote_read_ticket(text, &ticket, NULL) != CARDEA_OK)
		return;
	must(cardea_remote_write_ticket(&ticket, again, sizeof(again)) ==
	    CARDEA_OK);
	must(strcmp(again, text) == 0);
	must(cardea_remote_ticket_hash(&ticket, hash) == CARDEA_OK);
}

static void
read_made(const char *text)
{
	static struct cardea_fido2_registration registration;
	char id[CARDEA_TXN_MAX + 1];

	if (cardea_remote_read_made(text, id, &registration, NULL) != CARDEA_OK)
		return;
	must(cardea_remote_write_made(
		 id, &registration, again, sizeof(again)) == CARDEA_OK);
	must(strcmp(again, text) == 0);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	char *text;

	if (len >= TEXT_MAX)
		return 0;
	text = malloc(len + 1);
	if (text == NULL)
		return 0;
	if (len > 0)
		memcpy(text, bytes, len);
	text[len] = '\0';
	read_argument(text);
	read_ticket(text);
	read_made(text);
	read_parts(text);
	free(text);
	return 0;
}
