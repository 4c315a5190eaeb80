/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/pem.h"
#include "cert/devproof.h"
#include "device_ssh.h"
#include "device_way.h"
#include "sign/sign.h"

/*
 * This machine itself.  Its certificate is no secret, and its key signs
 * whatever root asks, so the proof says that the key is here, now: not that it
 * is nowhere else, which only a TPM or a token can promise.
 */

#define PIN_MAX 256

static enum cardea_device_step
break_off(struct cardea_device_try *try, const struct cardea_diag *diag,
    const char *why)
{
	cardea_diag_format(diag, try->detail, sizeof(try->detail));
	return cardea_device_end(try, CARDEA_RESULT_BROKEN, why);
}

static enum cardea_status
load_certificate(struct cardea_device_try *try, struct cardea_diag *diag)
{
	const char *path = try->attempt->settings->device_certificate;
	unsigned char der[CARDEA_CERT_MAX];
	enum cardea_status status;
	char *text = NULL;
	const char *at;
	size_t len = 0;

	try->chain.count = 0;
	status = cardea_file_read(
	    path, CARDEA_FILE_CONFIG, CARDEA_CERT_FILE_MAX, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	at = text;
	while (status == CARDEA_OK) {
		status = cardea_pem_next(&at, der, sizeof(der), &len, diag);
		if (status == CARDEA_OK)
			status = cardea_device_show(try, der, len);
	}
	if (status == CARDEA_E_MISSING)
		status = try->chain.count > 0
		    ? CARDEA_OK
		    : cardea_diag_set(diag, CARDEA_E_SYNTAX,
			  "there is no certificate in it");
	else if (status == CARDEA_E_RANGE)
		status = cardea_diag_set(diag, status,
		    "more certificates than a chain may have, or larger ones");
	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	free(text);
	return status;
}

/* The first line of the file; none is no PIN. */
static enum cardea_status
load_pin(const char *path, struct cardea_secret *pin, struct cardea_diag *diag)
{
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0;

	if (path[0] == '\0')
		return CARDEA_OK;
	status = cardea_file_read(
	    path, CARDEA_FILE_SECRET, PIN_MAX, &text, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_secret_set(pin, text, strcspn(text, "\r\n"));
	if (text != NULL)
		cardea_wipe(text, len);
	free(text);
	return status;
}

/* Binds the signature to this one question. */
static enum cardea_status
make_message(struct cardea_device_try *try)
{
	const struct cardea_attempt *attempt = try->attempt;
	const struct cardea_cert_bytes leaf = { try->chain.der,
		try->chain.lens[0] };
	char fingerprint[CARDEA_CERT_FINGERPRINT_MAX + 1];
	unsigned char nonce[CARDEA_DEVPROOF_NONCE];
	const struct cardea_devproof proof = {
		.nonce = nonce,
		.way = cardea_device_way_text(CARDEA_DEVICE_WAY_HOST),
		.user = attempt->request.user,
		.service = attempt->begin.service,
		.host = attempt->request.host,
		.fingerprint = fingerprint,
	};
	enum cardea_status status;

	status = cardea_secret_random(nonce, sizeof(nonce));
	if (status == CARDEA_OK)
		status = cardea_device_fingerprint(&leaf, fingerprint);
	if (status == CARDEA_OK)
		status = cardea_devproof_message(
		    &proof, try->message, &try->message_len);
	return status;
}

/* A key that is another's, or that has had enough of wrong PINs, has said no;
 * one that cannot be reached has said nothing. */
static enum cardea_result
result_of(enum cardea_sign_why why)
{
	switch (why) {
	case CARDEA_SIGN_FOREIGN:
	case CARDEA_SIGN_WRONG_PIN:
	case CARDEA_SIGN_LOCKED:
		return CARDEA_RESULT_REFUSED;
	case CARDEA_SIGN_WHY_NONE:
	case CARDEA_SIGN_DONE:
	case CARDEA_SIGN_NO_KEY:
	case CARDEA_SIGN_UNSAFE:
	case CARDEA_SIGN_UNREACHABLE:
	case CARDEA_SIGN_TIMEOUT:
	case CARDEA_SIGN_UNSUPPORTED:
	case CARDEA_SIGN_FAILED:
	case CARDEA_SIGN_WHY_COUNT:
		break;
	}
	return CARDEA_RESULT_BROKEN;
}

static enum cardea_device_step
take_answer(
    struct cardea_device_try *try, const struct cardea_sign_answer *answer)
{
	if (answer->why != CARDEA_SIGN_DONE) {
		memcpy(try->detail, answer->detail, sizeof(try->detail));
		return cardea_device_end(try, result_of(answer->why),
		    cardea_sign_why_text(answer->why));
	}
	if (answer->signature_len > sizeof(try->signature))
		return cardea_device_end(
		    try, CARDEA_RESULT_BROKEN, "signature");
	try->kind = CARDEA_CERT_X509;
	try->proof = CARDEA_CERT_PROOF_SIGNATURE;
	memcpy(try->signature, answer->signature, answer->signature_len);
	try->signature_len = answer->signature_len;
	return CARDEA_DEVICE_SHOWN;
}

static enum cardea_device_step
sign(struct cardea_device_try *try, const struct cardea_secret *pin)
{
	const struct cardea_settings *settings = try->attempt->settings;
	const struct cardea_sign_key key = {
		.uri = settings->device_key,
		.tpm = settings->device_tpm,
		.module = settings->device_pkcs11,
		.pin = pin,
	};
	const struct cardea_cert_bytes message = { try->message,
		try->message_len };
	struct cardea_sign_answer answer = { .why = CARDEA_SIGN_WHY_NONE };
	struct cardea_diag diag = { .line = 0 };
	int left_ms = cardea_device_left_ms(try);

	if (left_ms > CARDEA_SIGN_MS)
		left_ms = CARDEA_SIGN_MS;
	if (cardea_sign(&key, &message, left_ms, &answer, &diag) != CARDEA_OK)
		return break_off(try, &diag, "the key cannot be asked");
	return take_answer(try, &answer);
}

enum cardea_device_step
cardea_device_by_host(struct cardea_device_try *try)
{
	const struct cardea_settings *settings = try->attempt->settings;
	struct cardea_secret pin = { .data = NULL };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_device_step step;

	if (settings->device_certificate[0] == '\0') {
		(void)cardea_device_end(try, CARDEA_RESULT_ABSENT,
		    "this machine has no certificate");
		return CARDEA_DEVICE_PASS;
	}
	if (load_certificate(try, &diag) != CARDEA_OK)
		return break_off(try, &diag, "certificate");
	if (make_message(try) != CARDEA_OK)
		return cardea_device_end(
		    try, CARDEA_RESULT_BROKEN, "no challenge can be made");
	step = load_pin(settings->device_pin_file, &pin, &diag) == CARDEA_OK
	    ? sign(try, &pin)
	    : break_off(try, &diag, "pin_file");
	cardea_secret_clear(&pin);
	return step;
}
