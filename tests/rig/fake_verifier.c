/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fake_verifier: stands in for cardea-verify and says what a script tells it,
 * so that a module's answer to anything can be seen.  Each start takes the
 * lowest of /run/fake/script.1 to .9 and removes it.  One step a line:
 *
 *   take                             receives a message, notes it in "heard"
 *   verdict CODE [ID [DELAY [DIGITS]]]   CODE in hexadecimal, ID "-" for none
 *   ask TEXT, echo TEXT, tell TEXT, courtesy TEXT, error TEXT
 *   garbage LENGTH                   that many bytes of nothing
 *   hang                             says nothing until the module has gone
 *   crash                            ends by a signal
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/channel.h"

#define SOCKET_FD 3
#define FOLDER "/run/fake/"

static struct cardea_message message;

static FILE *
open_script(void)
{
	char path[64];

	for (int number = 1; number < 10; number++) {
		FILE *script;

		(void)snprintf(path, sizeof(path), FOLDER "script.%d", number);
		script = fopen(path, "re");
		if (script == NULL)
			continue;
		(void)unlink(path);
		return script;
	}
	return NULL;
}

/* One line a message: kind, code, flags, and the body as printable text. */
static void
note(void)
{
	FILE *heard = fopen(FOLDER "heard", "ae");

	if (heard == NULL)
		return;
	(void)fprintf(heard, "%d %x %x %zu ", (int)message.kind, message.code,
	    message.flags, message.body_len);
	for (size_t i = 0; i < message.body_len; i++) {
		unsigned char byte = message.body[i];

		if (byte > ' ' && byte < 0x7f)
			(void)fputc(byte, heard);
		else
			(void)fprintf(heard, "\\x%02x", byte);
	}
	(void)fputc('\n', heard);
	(void)fclose(heard);
}

static void
say_text(enum cardea_message_kind kind, uint32_t flags, const char *text)
{
	if (cardea_message_put_text(&message, kind, 0, flags, text) !=
		CARDEA_OK ||
	    cardea_channel_send(SOCKET_FD, &message, 5000) != CARDEA_OK)
		exit(1);
}

/* say_verdict: sent raw where the vocabulary forbids it. */
static void
say_verdict(const char *words)
{
	struct cardea_verdict_body body = { 0 };
	unsigned char packet[CARDEA_MESSAGE_MAX];
	unsigned int code = 0;
	char id[CARDEA_TXN_MAX + 1] = "-";
	size_t len = 0;

	(void)sscanf(words, "%x %32s %u %u", &code, id, &body.fail_delay_ms,
	    &body.split_digits);
	if (strcmp(id, "-") != 0)
		memcpy(body.resume, id, sizeof(id));
	if (cardea_message_put_verdict(
		&message, CARDEA_OUTCOME_BROKEN, &body) != CARDEA_OK ||
	    cardea_message_encode(&message, packet, &len) != CARDEA_OK)
		exit(1);
	for (size_t i = 0; i < 4; i++)
		packet[16 + i] = (unsigned char)(code >> (8 * i));
	(void)send(SOCKET_FD, packet, len, MSG_NOSIGNAL);
}

static void
say_garbage(size_t len)
{
	unsigned char *bytes = malloc(len + 1);

	if (bytes == NULL)
		exit(1);
	memset(bytes, 0xa5, len + 1);
	(void)send(SOCKET_FD, bytes, len, MSG_NOSIGNAL);
	free(bytes);
}

static void
say_wait(uint32_t ms)
{
	message.kind = CARDEA_MESSAGE_WAIT;
	message.flags = 0;
	message.code = ms;
	message.body_len = 0;
	(void)!cardea_channel_send(SOCKET_FD, &message, 20000);
}

static void
hang(void)
{
	char byte;

	while (recv(SOCKET_FD, &byte, sizeof(byte), 0) > 0)
		continue;
	exit(0);
}

static void
take(void)
{
	if (cardea_channel_receive(SOCKET_FD, &message, 20000) != CARDEA_OK)
		exit(1);
	note();
}

static void
step(const char *word, const char *rest)
{
	if (strcmp(word, "take") == 0)
		take();
	else if (strcmp(word, "verdict") == 0)
		say_verdict(rest);
	else if (strcmp(word, "ask") == 0)
		say_text(CARDEA_MESSAGE_ASK, 0, rest);
	else if (strcmp(word, "echo") == 0)
		say_text(CARDEA_MESSAGE_ASK, CARDEA_FLAG_ECHO, rest);
	else if (strcmp(word, "tell") == 0)
		say_text(CARDEA_MESSAGE_TELL, 0, rest);
	else if (strcmp(word, "courtesy") == 0)
		say_text(CARDEA_MESSAGE_TELL, CARDEA_FLAG_COURTESY, rest);
	else if (strcmp(word, "error") == 0)
		say_text(CARDEA_MESSAGE_TELL, CARDEA_FLAG_ERROR, rest);
	else if (strcmp(word, "wait") == 0)
		say_wait((uint32_t)strtoul(rest, NULL, 10));
	else if (strcmp(word, "sleep") == 0)
		(void)sleep((unsigned int)strtoul(rest, NULL, 10));
	else if (strcmp(word, "garbage") == 0)
		say_garbage(strtoul(rest, NULL, 10));
	else if (strcmp(word, "hang") == 0)
		hang();
	else
		(void)raise(SIGKILL);
}

int
main(void)
{
	FILE *script = open_script();
	char line[1024];

	if (script == NULL)
		return 1;
	while (fgets(line, sizeof(line), script) != NULL) {
		char *rest;

		line[strcspn(line, "\n")] = '\0';
		rest = line + strcspn(line, " ");
		if (*rest != '\0')
			*rest++ = '\0';
		step(line, rest);
	}
	(void)fclose(script);
	return 0;
}
