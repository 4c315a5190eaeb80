/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cert/devproof.h"
#include "store/crypto.h"
#include "unit/remote_fixture.h"

/*
 * The server's side, for scripts:
 *   remote prompt [HANDLE UV] the prompt with a challenge, for that credential
 *   remote device             the prompt for a device
 *   remote device-answer PART...  what these parts say; signed=right if the
 *                             signature begins with the digest of what it is
 *                             to be over
 *   remote ticket             a ticket
 *   remote answer PART...     what these parts say, a word a line
 *   remote made TEXT          what that registration says
 */
#define HANDLE_AT 55 /* in the data of a registration (WebAuthn, 6.5.1) */

static int
say_answer(int count, char **texts)
{
	static struct cardea_remote_parts parts;
	static struct cardea_remote_answer answer;
	bool done = false;

	for (int i = 0; i < count; i++)
		if (cardea_remote_add_part(&cardea_remote_key_form, &parts,
			texts[i], &done) != CARDEA_OK)
			return 1;
	if (!done || cardea_remote_join(&parts, &answer) != CARDEA_OK)
		return 1;
	printf("no=%d\nhandle=%zu\nuser=%s\nhost=%s\nauth_data_len=%zu\n",
	    answer.no, answer.handle, answer.user, answer.host,
	    answer.auth_data_len);
	return 0;
}

static struct cardea_remote_device_challenge
a_device_challenge(void)
{
	struct cardea_remote_device_challenge challenge = { .service = "sshd" };

	memset(challenge.nonce, 0xa5, sizeof(challenge.nonce));
	return challenge;
}

static bool
is_signed(const struct cardea_remote_device_answer *answer)
{
	struct cardea_remote_device_challenge challenge = a_device_challenge();
	const struct cardea_devproof proof = {
		.nonce = challenge.nonce,
		.way = "remote",
		.user = answer->user,
		.service = challenge.service,
		.host = answer->host,
		.fingerprint = answer->fingerprint,
	};
	unsigned char message[CARDEA_DEVPROOF_MAX], digest[CARDEA_SHA256];
	size_t len = 0;

	return cardea_devproof_message(&proof, message, &len) == CARDEA_OK &&
	    cardea_crypto_sha256(message, len, digest) == CARDEA_OK &&
	    memcmp(answer->signature, digest, sizeof(digest)) == 0;
}

static int
say_device(int count, char **texts)
{
	static struct cardea_remote_parts parts;
	static struct cardea_remote_device_answer answer;
	bool done = false;

	for (int i = 0; i < count; i++)
		if (cardea_remote_add_part(&cardea_remote_device_form, &parts,
			texts[i], &done) != CARDEA_OK)
			return 1;
	if (!done || cardea_remote_device_join(&parts, &answer) != CARDEA_OK)
		return 1;
	printf("no=%d\n", answer.no);
	if (answer.no != CARDEA_REMOTE_DEVICE_PROOF)
		return 0;
	printf("user=%s\nhost=%s\ncertificates=%zu\nfingerprint=%s\n"
	       "form=%d\nsignature_len=%zu\nsigned=%s\n",
	    answer.user, answer.host, answer.count, answer.fingerprint,
	    answer.form, answer.signature_len,
	    is_signed(&answer) ? "right" : "wrong");
	return 0;
}

static int
say_made(const char *text)
{
	static struct cardea_fido2_registration registration;
	struct cardea_remote_ticket ticket = a_ticket(2);
	unsigned char hash[CARDEA_FIDO2_HASH];
	char id[CARDEA_TXN_MAX + 1];
	const unsigned char *data = registration.auth_data;
	size_t handle_len;

	if (cardea_remote_read_made(text, id, &registration, NULL) !=
		CARDEA_OK ||
	    cardea_remote_ticket_hash(&ticket, hash) != CARDEA_OK)
		return 1;
	printf("id=%s\nrp_id=%s\nhash=%s\n", id, registration.rp_id,
	    memcmp(hash, registration.client_hash, sizeof(hash)) == 0
		? "right"
		: "wrong");
	handle_len = (size_t)data[HANDLE_AT - 2] << 8 | data[HANDLE_AT - 1];
	if (registration.auth_data_len < HANDLE_AT + handle_len)
		return 1;
	fputs("handle=", stdout);
	for (size_t i = 0; i < handle_len; i++)
		printf("%02x", data[HANDLE_AT + i]);
	putchar('\n');
	return 0;
}

static bool
set_handle(struct cardea_remote_challenge *challenge, const char *hex, char uv)
{
	struct cardea_remote_handle *handle = &challenge->handles[0];

	challenge->handle_count = 1;
	challenge->uv = (enum cardea_uv)(uv - '0');
	handle->len = strlen(hex) / 2;
	return handle->len <= sizeof(handle->bytes) &&
	    cardea_text_unhex(handle->bytes, handle->len, hex) == CARDEA_OK;
}

int
main(int argc, char **argv)
{
	static char text[CARDEA_REMOTE_TICKET_MAX];
	const char *verb = argc > 1 ? argv[1] : "";

	if (strcmp(verb, "answer") == 0)
		return say_answer(argc - 2, argv + 2);
	if (strcmp(verb, "device-answer") == 0)
		return say_device(argc - 2, argv + 2);
	if (strcmp(verb, "device") == 0) {
		struct cardea_remote_device_challenge challenge =
		    a_device_challenge();

		if (cardea_remote_device_prompt(
			&challenge, text, sizeof(text)) != CARDEA_OK)
			return 1;
	} else if (strcmp(verb, "made") == 0 && argc == 3) {
		return say_made(argv[2]);
	} else if (strcmp(verb, "prompt") == 0) {
		struct cardea_remote_challenge challenge = a_challenge();

		if (argc == 4 && !set_handle(&challenge, argv[2], argv[3][0]))
			return 1;
		if (cardea_remote_prompt(&challenge, text, sizeof(text)) !=
		    CARDEA_OK)
			return 1;
	} else if (strcmp(verb, "ticket") == 0) {
		struct cardea_remote_ticket ticket = a_ticket(2);

		if (cardea_remote_write_ticket(&ticket, text, sizeof(text)) !=
		    CARDEA_OK)
			return 1;
	} else {
		return 2;
	}
	fputs(text, stdout);
	return 0;
}
