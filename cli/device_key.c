/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/device_key.h"
#include "cli/terminal.h"
#include "sign/talk.h"

/* --- the PIN ------------------------------------------------------------- */

/* Its first line: editors end a file with a newline. */
static enum cardea_status
read_pin(const char *path, struct cardea_secret *pin, struct cardea_diag *diag)
{
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0, line;

	status = cardea_file_read(path, CARDEA_FILE_SECRET,
	    CARDEA_SIGN_PIN_MAX + 1, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	line = strcspn(text, "\n");
	if (line == 0 || (line < len && line + 1 != len)) {
		cardea_diag_place(diag, path, 0, NULL);
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "is not one line with a PIN");
	} else {
		status = cardea_secret_set(pin, text, line);
	}
	cardea_wipe(text, len);
	free(text);
	return status;
}

static bool
is_token(const char *uri)
{
	return strncmp(uri, "pkcs11:", 7) == 0;
}

enum cardea_exit
cardea_device_key_pin(struct cardea_call *call, struct cardea_device_key *key,
    const char *otherwise, const char *file_option, const char *ask_option)
{
	const char *file = cardea_call_text(call, file_option);
	bool wanted = cardea_call_has(call, ask_option);
	enum cardea_status status = CARDEA_OK;
	struct cardea_diag diag = { 0 };

	if (file != NULL && wanted)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--%s and --%s: only one of them", file_option, ask_option);
	if (wanted && !cardea_terminal_is_interactive())
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--%s: nobody is at a terminal to be asked", ask_option);
	if (file == NULL && !wanted)
		file = otherwise;
	if (file != NULL)
		status = read_pin(file, &key->pin, &diag);
	else if (wanted ||
	    (is_token(key->key.uri) && cardea_terminal_is_interactive()))
		status = cardea_terminal_ask_hidden(
		    "PIN or password of the key: ", CARDEA_SIGN_PIN_MAX,
		    &key->pin);
	if (status == CARDEA_OK)
		return CARDEA_EXIT_OK;
	(void)cardea_diag_set(&diag, status, "no PIN was given");
	return cardea_call_trouble(call, status, &diag);
}

/* The same again, if it was typed. */
static enum cardea_exit
confirm(struct cardea_call *call, const struct cardea_device_key *key)
{
	struct cardea_secret again = { .data = NULL };
	enum cardea_exit code = CARDEA_EXIT_OK;

	if (cardea_terminal_ask_hidden(
		"The same again: ", CARDEA_SIGN_PIN_MAX, &again) != CARDEA_OK ||
	    !cardea_secret_equal(
		again.data, again.len, key->pin.data, key->pin.len))
		code = cardea_call_refuse(
		    call, CARDEA_EXIT_NO, "not the same twice; no key is made");
	cardea_secret_clear(&again);
	return code;
}

enum cardea_exit
cardea_device_key_read(struct cardea_call *call, const char *uri, bool is_new,
    struct cardea_device_key *key)
{
	enum cardea_exit code;

	key->key.uri = uri;
	key->key.tpm = cardea_call_text(call, "tpm");
	key->key.module = cardea_call_text(call, "pkcs11");
	key->key.pin = &key->pin;
	code = cardea_device_key_pin(call, key, NULL, "pin-file", "pin");
	if (code == CARDEA_EXIT_OK && is_new && !is_token(uri) &&
	    cardea_call_has(call, "pin"))
		code = confirm(call, key);
	return code;
}

void
cardea_device_key_clear(struct cardea_device_key *key)
{
	cardea_secret_clear(&key->pin);
}

/* --- options ------------------------------------------------------------- */

enum cardea_status
cardea_device_key_algorithm(const struct cardea_call *call,
    enum cardea_sign_algorithm *ret_algorithm, struct cardea_diag *diag)
{
	static const struct {
		const char *name;
		enum cardea_sign_algorithm algorithm;
	} known[] = {
		{ "p256", CARDEA_SIGN_EC_P256 },
		{ "p384", CARDEA_SIGN_EC_P384 },
		{ "ed25519", CARDEA_SIGN_ED25519 },
		{ "rsa2048", CARDEA_SIGN_RSA_2048 },
		{ "rsa3072", CARDEA_SIGN_RSA_3072 },
	};
	const char *name = cardea_call_text(call, "algorithm");

	if (name == NULL)
		name = known[0].name;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, name) == 0) {
			*ret_algorithm = known[i].algorithm;
			return CARDEA_OK;
		}
	}
	return cardea_diag_set(diag, CARDEA_E_SYNTAX,
	    "--algorithm: wants p256, p384, ed25519, rsa2048 or rsa3072");
}

enum cardea_status
cardea_device_key_names(const struct cardea_call *call,
    struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX], size_t *ret_count,
    struct cardea_diag *diag)
{
	const char *name;
	size_t count = 0, at = 0;

	while ((name = cardea_call_next(call, "san", &at)) != NULL) {
		if (count == CARDEA_CERT_NAMES_MAX ||
		    cardea_text_copy(names[count].text,
			sizeof(names[count].text), name) != CARDEA_OK)
			return cardea_diag_set(diag, CARDEA_E_RANGE,
			    "--san: too many, or too long");
		count++;
	}
	*ret_count = count;
	return CARDEA_OK;
}

/* --- the key ------------------------------------------------------------- */

enum cardea_exit
cardea_device_key_refuse(
    struct cardea_call *call, const struct cardea_sign_answer *answer)
{
	enum cardea_exit code = CARDEA_EXIT_NO;

	if (answer->why == CARDEA_SIGN_UNREACHABLE ||
	    answer->why == CARDEA_SIGN_TIMEOUT ||
	    answer->why == CARDEA_SIGN_FAILED)
		code = CARDEA_EXIT_TROUBLE;
	return cardea_call_refuse(call, code, "the key: %s: %.180s",
	    cardea_sign_why_text(answer->why), answer->detail);
}

enum cardea_exit
cardea_device_key_make(struct cardea_call *call,
    const struct cardea_device_key *key, enum cardea_sign_algorithm algorithm)
{
	struct cardea_sign_answer answer = { .why = CARDEA_SIGN_WHY_NONE };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_sign_make(
	    &key->key, algorithm, CARDEA_DEVICE_MAKE_MS, &answer, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	if (answer.why != CARDEA_SIGN_DONE)
		return cardea_device_key_refuse(call, &answer);
	return CARDEA_EXIT_OK;
}
