/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "facts/sshauth.h"
#include "wire/message.h"

/*
 * Bytes of the socket, as either end may get them from the other one.  What is
 * decoded must encode to the same bytes again: no two packets mean the same,
 * so none can be read in two ways.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
read_bodies(const struct cardea_message *message)
{
	static struct cardea_begin begin;
	struct cardea_verdict_body verdict;
	struct cardea_sshauth sshauth;
	char text[CARDEA_ANSWER_MAX + 1];

	if (cardea_message_get_text(message, text, sizeof(text)) == CARDEA_OK)
		must(strlen(text) < sizeof(text));
	if (cardea_message_get_verdict(message, &verdict) == CARDEA_OK)
		must(strlen(verdict.resume) <= CARDEA_TXN_MAX);
	if (cardea_message_get_begin(message, &begin) != CARDEA_OK)
		return;
	must(strlen(begin.user) <= CARDEA_NAME_MAX);
	must(strlen(begin.service) <= CARDEA_SERVICE_MAX);
	if (cardea_sshauth_parse(begin.sshauth, &sshauth, NULL) == CARDEA_OK)
		must(sshauth.count <= CARDEA_SSHAUTH_KEYS_MAX);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	static struct cardea_message message;
	unsigned char packet[CARDEA_MESSAGE_MAX];
	size_t packet_len = 0;

	if (cardea_message_decode(bytes, len, &message) != CARDEA_OK)
		return 0;
	must(message.body_len <= sizeof(message.body));
	must(cardea_message_encode(&message, packet, &packet_len) == CARDEA_OK);
	must(packet_len == len && memcmp(packet, bytes, len) == 0);
	read_bodies(&message);
	return 0;
}
