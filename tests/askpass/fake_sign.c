/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign/sign.h"
#include "store/crypto.h"

/*
 * In place of a device's key, for the tests of cardea-askpass: FAKE_SIGN is
 * done, done:SIGNATURE-LENGTH, broken or a number of enum cardea_sign_why, or
 * URI=one of these where the key's URI is that;
 * FAKE_SIGN_PIN, if set, is the PIN it needs.  What was asked is written to
 * FAKE_TOUCH_LOG.  The signature begins with the SHA-256 of the message, so
 * that a server can tell what was signed.
 */
static void
note(const char *what, const char *text)
{
	const char *path = getenv("FAKE_TOUCH_LOG");
	FILE *log = path == NULL ? NULL : fopen(path, "a");

	if (log == NULL)
		return;
	fprintf(log, "%s=%s\n", what, text == NULL ? "" : text);
	fclose(log);
}

/* FAKE_SIGN holds words, the last that fits counts. */
static void
command(const char *uri, char *word, size_t size)
{
	const char *text = getenv("FAKE_SIGN");
	char copy[1024], *rest = copy, *item;

	snprintf(word, size, "done");
	snprintf(copy, sizeof(copy), "%s", text == NULL ? "done" : text);
	while ((item = strsep(&rest, " ")) != NULL) {
		char *value = strchr(item, '=');

		if (value == NULL)
			snprintf(word, size, "%s", item);
		else if (strncmp(item, uri, (size_t)(value - item)) == 0 &&
		    uri[value - item] == '\0')
			snprintf(word, size, "%s", value + 1);
	}
}

const char *
cardea_sign_why_text(enum cardea_sign_why why)
{
	static char text[32];

	snprintf(text, sizeof(text), "why %d", (int)why);
	return text;
}

enum cardea_status
cardea_sign(const struct cardea_sign_key *key,
    const struct cardea_cert_bytes *message, int timeout_ms,
    struct cardea_sign_answer *ret_answer, struct cardea_diag *diag)
{
	const char *pin = getenv("FAKE_SIGN_PIN");
	const char *given = key->pin == NULL || key->pin->len == 0
	    ? "(none)"
	    : (const char *)key->pin->data;
	char word[64];

	(void)timeout_ms;
	command(key->uri, word, sizeof(word));
	note("uri", key->uri);
	note("tpm", key->tpm);
	note("module", key->module);
	note("pin", given);
	if (strcmp(word, "broken") == 0)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "cardea-sign cannot be started");
	memset(ret_answer, 0, sizeof(*ret_answer));
	if (pin != NULL && strcmp(pin, given) != 0) {
		ret_answer->why = CARDEA_SIGN_WRONG_PIN;
		return CARDEA_OK;
	}
	if (strncmp(word, "done", 4) != 0) {
		ret_answer->why = (enum cardea_sign_why)atoi(word);
		return CARDEA_OK;
	}
	ret_answer->why = CARDEA_SIGN_DONE;
	ret_answer->signature_len = word[4] == ':' ? strtoul(word + 5, NULL, 10)
						   : 72;
	memset(ret_answer->signature, 0x51, sizeof(ret_answer->signature));
	return cardea_crypto_sha256(
	    message->data, message->len, ret_answer->signature);
}
