/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a caller and its cardea-sign say to each other, and the name of a key on
 * a token: what is understood is said in the same bytes again, and what is not
 * done brings no signature.
 */
#include <stdlib.h>
#include <string.h>

#include "../../verifier/sign/uri.h"
#include "sign/talk.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static unsigned char again[CARDEA_SIGN_PACKET_MAX];

static void
try_request(const unsigned char *data, size_t size)
{
	static struct cardea_sign_request request;
	size_t len = 0;

	if (cardea_sign_unpack_request(data, size, &request) == CARDEA_OK) {
		must(request.name_count <= CARDEA_CERT_NAMES_MAX);
		must(request.pin.len <= CARDEA_SIGN_PIN_MAX);
		must(cardea_sign_pack_request(
			 &request, again, sizeof(again), &len) == CARDEA_OK);
		must(len == size && memcmp(again, data, size) == 0);
	}
	cardea_secret_clear(&request.pin);
}

static void
try_reply(const unsigned char *data, size_t size, enum cardea_sign_task task)
{
	static struct cardea_sign_reply reply;
	size_t len = 0;

	if (cardea_sign_unpack_reply(data, size, task, &reply) != CARDEA_OK)
		return;
	must((reply.answer.why == CARDEA_SIGN_DONE) ==
	    (reply.answer.public_len > 0));
	must(reply.answer.signature_len == 0 ||
	    (task == CARDEA_SIGN_TASK_SIGN &&
		reply.answer.why == CARDEA_SIGN_DONE));
	must(cardea_sign_pack_reply(&reply, again, sizeof(again), &len) ==
	    CARDEA_OK);
	must(len == size && memcmp(again, data, size) == 0);
}

static void
try_uri(const unsigned char *data, size_t size)
{
	struct cardea_token_uri uri;
	char text[CARDEA_KEY_URI_MAX + 1];

	if (size > CARDEA_KEY_URI_MAX)
		return;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (cardea_token_uri_parse(text, &uri, NULL) != CARDEA_OK)
		return;
	must(strncmp(text, "pkcs11:", 7) == 0);
	must(strstr(text, "pin-value=") == NULL);
	must(uri.id_len <= sizeof(uri.id));
	must(memchr(uri.object, 0, sizeof(uri.object)) != NULL);
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	if (size > CARDEA_SIGN_PACKET_MAX)
		return 0;
	try_request(data, size);
	try_reply(data, size, CARDEA_SIGN_TASK_SIGN);
	try_reply(data, size, CARDEA_SIGN_TASK_MAKE);
	try_reply(data, size, CARDEA_SIGN_TASK_REQUEST);
	try_uri(data, size);
	return 0;
}
