/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "cli/moment.h"
#include "cli/terminal.h"
#include "cli/token.h"
#include "factor/otpauth.h"

#define SECRET_TEXT_MAX 511

static enum cardea_status
read_hash(const struct cardea_call *call, enum cardea_otp_hash *ret_hash,
    struct cardea_diag *diag)
{
	static const enum cardea_otp_hash all[] = { CARDEA_OTP_SHA1,
		CARDEA_OTP_SHA256, CARDEA_OTP_SHA512 };
	const char *text = cardea_call_text(call, "algorithm");

	if (text == NULL)
		return CARDEA_OK;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(text, cardea_otp_hash_text(all[i])) == 0) {
			*ret_hash = all[i];
			return CARDEA_OK;
		}
	}
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "--algorithm: wants SHA1, SHA256 or SHA512");
}

static enum cardea_status
read_validity(const struct cardea_call *call, struct cardea_otp_token *token,
    struct cardea_diag *diag)
{
	const char *from = cardea_call_text(call, "not-before");
	const char *to = cardea_call_text(call, "not-after");

	if (from != NULL &&
	    (cardea_moment_parse(from, &token->not_before_s) != CARDEA_OK ||
		token->not_before_s <= 0))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--not-before: wants a day or a time after 1970");
	if (to != NULL &&
	    (cardea_moment_parse_end(to, &token->not_after_s) != CARDEA_OK ||
		token->not_after_s <= 0))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--not-after: wants a day or a time after 1970");
	if (from != NULL && to != NULL &&
	    token->not_after_s <= token->not_before_s)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--not-after: lies before --not-before");
	return CARDEA_OK;
}

static enum cardea_status
read_name(const struct cardea_call *call, struct cardea_otp_token *token,
    struct cardea_diag *diag)
{
	const char *name = cardea_call_text(call, "name");

	if (name == NULL)
		return CARDEA_OK;
	if (name[0] == '\0' ||
	    cardea_text_copy(token->name, sizeof(token->name), name) !=
		CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--name: wants 1 to %d bytes", CARDEA_CREDENTIAL_MAX);
	return CARDEA_OK;
}

/* The numbers of the token; kind is set. */
static enum cardea_status
read_shape(const struct cardea_call *call, struct cardea_otp_token *token,
    struct cardea_diag *diag)
{
	static const uint64_t digit_bounds[] = { CARDEA_CODE_DIGITS_MIN,
		CARDEA_CODE_DIGITS_MAX };
	static const uint64_t period_bounds[] = { 15, 300 };
	static const uint64_t counter_bounds[] = { 0, INT64_MAX };
	uint64_t digits = 6, period = 30, counter = 0;
	enum cardea_status status;

	status = cardea_call_number(
	    call, "digits", digit_bounds, &digits, diag);
	if (status == CARDEA_OK)
		status = cardea_call_number(
		    call, "period", period_bounds, &period, diag);
	if (status == CARDEA_OK)
		status = cardea_call_number(
		    call, "counter", counter_bounds, &counter, diag);
	if (status != CARDEA_OK)
		return status;
	token->digits = (unsigned int)digits;
	token->period_s = token->kind == CARDEA_OTP_TOTP ? (uint32_t)period : 0;
	token->watermark = token->kind == CARDEA_OTP_TOTP
	    ? CARDEA_OTP_NO_WATERMARK
	    : (int64_t)counter - 1;
	token->sync_at = -1;
	return read_hash(call, &token->hash, diag);
}

/* As many bytes as the hash is long (RFC 4226, section 4, R6). */
static size_t
key_length(enum cardea_otp_hash hash)
{
	switch (hash) {
	case CARDEA_OTP_SHA256:
		return 32;
	case CARDEA_OTP_SHA512:
		return 64;
	case CARDEA_OTP_SHA1:
		break;
	}
	return 20;
}

static enum cardea_status
make_key(struct cardea_otp_token *token)
{
	enum cardea_status status = cardea_secret_resize(
	    &token->key, key_length(token->hash));

	if (status == CARDEA_OK)
		status = cardea_secret_random(token->key.data, token->key.len);
	return status;
}

static enum cardea_status
read_key(struct cardea_otp_token *token, struct cardea_diag *diag)
{
	struct cardea_secret text = { 0 };
	enum cardea_status status;

	status = cardea_terminal_is_interactive()
	    ? cardea_terminal_ask("Secret (base32): ", SECRET_TEXT_MAX, &text)
	    : cardea_terminal_read(SECRET_TEXT_MAX, &text);
	if (status == CARDEA_OK)
		status = cardea_base32_decode(
		    (const char *)text.data, &token->key);
	cardea_secret_clear(&text);
	if (status == CARDEA_OK)
		return CARDEA_OK;
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "the secret on standard input is no base32");
}

enum cardea_status
cardea_token_read(const struct cardea_call *call,
    struct cardea_otp_token *token, struct cardea_diag *diag)
{
	enum cardea_status status = read_shape(call, token, diag);

	if (status == CARDEA_OK)
		status = read_name(call, token, diag);
	if (status == CARDEA_OK)
		status = read_validity(call, token, diag);
	if (status != CARDEA_OK)
		return status;
	if (cardea_secret_random_hex(token->id, 8) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the kernel gave no random bytes");
	status = cardea_call_has(call, "secret-stdin") ? read_key(token, diag)
						       : make_key(token);
	if (status == CARDEA_OK)
		status = cardea_otp_check_token(token, diag);
	return status;
}
