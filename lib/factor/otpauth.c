/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/otpauth.h"

#define SCHEME "otpauth://"

/* One bit for each parameter, so that none is given twice. */
enum parameter {
	PARAMETER_SECRET = 1u << 0,
	PARAMETER_ISSUER = 1u << 1,
	PARAMETER_ALGORITHM = 1u << 2,
	PARAMETER_DIGITS = 1u << 3,
	PARAMETER_PERIOD = 1u << 4,
	PARAMETER_COUNTER = 1u << 5,
};

static const struct {
	const char *name;
	enum parameter parameter;
} parameters[] = {
	{ "secret", PARAMETER_SECRET },
	{ "issuer", PARAMETER_ISSUER },
	{ "algorithm", PARAMETER_ALGORITHM },
	{ "digits", PARAMETER_DIGITS },
	{ "period", PARAMETER_PERIOD },
	{ "counter", PARAMETER_COUNTER },
};

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* RFC 3986, 2.1, of len bytes into text, which has room for len and a NUL. No
 * control byte may come out: names go to the log and to terminals. */
static bool
percent_decode(const char *encoded, size_t len, char *text)
{
	for (size_t i = 0; i < len; i++) {
		int byte = (unsigned char)encoded[i];

		if (byte == '%') {
			if (len - i < 3 || hex_value(encoded[i + 1]) < 0 ||
			    hex_value(encoded[i + 2]) < 0)
				return false;
			byte = hex_value(encoded[i + 1]) * 16 +
			    hex_value(encoded[i + 2]);
			i += 2;
		}
		if (byte < 0x20 || byte == 0x7f)
			return false;
		*text++ = (char)byte;
	}
	*text = '\0';
	return true;
}

static enum cardea_status
parse_algorithm(const char *value, struct cardea_otp_token *token)
{
	static const enum cardea_otp_hash hashes[] = { CARDEA_OTP_SHA1,
		CARDEA_OTP_SHA256, CARDEA_OTP_SHA512 };

	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (strcmp(value, cardea_otp_hash_text(hashes[i])) == 0) {
			token->hash = hashes[i];
			return CARDEA_OK;
		}
	}
	return CARDEA_E_SYNTAX;
}

static enum cardea_status
parse_value(
    enum parameter parameter, const char *value, struct cardea_otp_token *token)
{
	enum cardea_status status = CARDEA_OK;
	uint64_t number = 0;

	switch (parameter) {
	case PARAMETER_SECRET:
		return cardea_base32_decode(value, &token->key);
	case PARAMETER_ISSUER:
		return CARDEA_OK; /* stands in the label too, or is shown */
	case PARAMETER_ALGORITHM:
		return parse_algorithm(value, token);
	case PARAMETER_DIGITS:
		status = cardea_text_number(value, CARDEA_CODE_DIGITS_MIN,
		    CARDEA_CODE_DIGITS_MAX, &number);
		token->digits = (unsigned int)number;
		return status;
	case PARAMETER_PERIOD:
		status = cardea_text_number(value, CARDEA_OTP_PERIOD_MIN_S,
		    CARDEA_OTP_PERIOD_MAX_S, &number);
		token->period_s = (uint32_t)number;
		return status;
	case PARAMETER_COUNTER:
		status = cardea_text_number(
		    value, 0, CARDEA_OTP_COUNTER_MAX, &number);
		token->watermark = (int64_t)number - 1;
		return status;
	}
	return CARDEA_E_INTERNAL;
}

static size_t
find_parameter(const char *name, size_t len)
{
	const size_t count = sizeof(parameters) / sizeof(parameters[0]);
	size_t at = 0;

	while (at < count &&
	    (strlen(parameters[at].name) != len ||
		strncmp(parameters[at].name, name, len) != 0))
		at++;
	return at;
}

/* "name=value" of len bytes; buffer takes the decoded value. */
static enum cardea_status
parse_parameter(const char *text, size_t len, unsigned int *seen,
    struct cardea_otp_token *token, struct cardea_diag *diag)
{
	char value[CARDEA_OTPAUTH_MAX + 1];
	const char *equals = memchr(text, '=', len);
	size_t name_len, at;
	enum cardea_status status;

	if (equals == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a parameter has no value");
	name_len = (size_t)(equals - text);
	at = find_parameter(text, name_len);
	if (at == sizeof(parameters) / sizeof(parameters[0]))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "unknown parameter");
	cardea_diag_place(diag, NULL, 0, parameters[at].name);
	if ((*seen & parameters[at].parameter) != 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX, "given twice");
	*seen |= parameters[at].parameter;
	if (!percent_decode(equals + 1, len - name_len - 1, value))
		status = CARDEA_E_SYNTAX;
	else
		status = parse_value(parameters[at].parameter, value, token);
	CARDEA_WIPE(value);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "%s", cardea_status_text(status));
	return CARDEA_OK;
}

static enum cardea_status
parse_query(const char *query, unsigned int *seen,
    struct cardea_otp_token *token, struct cardea_diag *diag)
{
	struct cardea_diag fault = { 0 };
	enum cardea_status status = CARDEA_OK;

	while (status == CARDEA_OK) {
		size_t len = strcspn(query, "&");

		/* the place of a parameter that was right is of no interest */
		fault = (struct cardea_diag){ 0 };
		status = parse_parameter(query, len, seen, token, &fault);
		if (query[len] == '\0')
			break;
		query += len + 1;
	}
	if (status == CARDEA_OK)
		return CARDEA_OK;
	cardea_diag_place(diag, NULL, 0, fault.key);
	return cardea_diag_set(diag, status, "%s", fault.reason);
}

static enum cardea_status
parse_label(const char *label, size_t len, struct cardea_otp_token *token,
    struct cardea_diag *diag)
{
	char name[CARDEA_OTPAUTH_MAX + 1];

	cardea_diag_place(diag, NULL, 0, "label");
	if (len == 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX, "empty");
	if (!percent_decode(label, len, name))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "bad percent code or control byte");
	if (cardea_text_copy(token->name, sizeof(token->name), name) !=
	    CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "longer than %d bytes", CARDEA_CREDENTIAL_MAX);
	return CARDEA_OK;
}

static enum cardea_status
check_seen(const struct cardea_otp_token *token, unsigned int seen,
    struct cardea_diag *diag)
{
	bool hotp = token->kind == CARDEA_OTP_HOTP;

	if ((seen & PARAMETER_SECRET) == 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "the secret is missing");
	if (hotp && (seen & PARAMETER_COUNTER) == 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "hotp needs a counter");
	if (hotp && (seen & PARAMETER_PERIOD) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "hotp has no period");
	if (!hotp && (seen & PARAMETER_COUNTER) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "totp has no counter");
	return cardea_otp_check_token(token, diag);
}

/* Scheme and type; returns what follows, or NULL. */
static const char *
parse_type(const char *uri, struct cardea_otp_token *token)
{
	const char *type = uri + strlen(SCHEME);

	if (strncmp(uri, SCHEME, strlen(SCHEME)) != 0)
		return NULL;
	if (strncmp(type, "totp/", 5) == 0) {
		token->kind = CARDEA_OTP_TOTP;
		token->period_s = 30;
	} else if (strncmp(type, "hotp/", 5) == 0) {
		token->kind = CARDEA_OTP_HOTP;
	} else {
		return NULL;
	}
	return type + 5;
}

/* RFC 3986 knows printable ASCII alone; a fragment has no meaning here. */
static bool
is_uri_text(const char *uri)
{
	for (; *uri != '\0'; uri++) {
		if (*uri <= 0x20 || *uri > 0x7e || *uri == '#')
			return false;
	}
	return true;
}

enum cardea_status
cardea_otpauth_parse(const char *uri, struct cardea_otp_token *ret_token,
    struct cardea_diag *diag)
{
	struct cardea_otp_token token = {
		.digits = 6, .watermark = CARDEA_OTP_NO_WATERMARK, .sync_at = -1
	};
	unsigned int seen = 0;
	enum cardea_status status;
	const char *label, *query;

	if (strnlen(uri, CARDEA_OTPAUTH_MAX + 1) > CARDEA_OTPAUTH_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "longer than %d bytes", CARDEA_OTPAUTH_MAX);
	if (!is_uri_text(uri))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "a byte that no URI holds, or a fragment");
	label = parse_type(uri, &token);
	if (label == NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "neither otpauth://totp/ nor otpauth://hotp/");
	query = strchr(label, '?');
	if (query == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "the secret is missing");

	status = parse_query(query + 1, &seen, &token, diag);
	if (status == CARDEA_OK)
		status = check_seen(&token, seen, diag);
	if (status == CARDEA_OK)
		status = parse_label(
		    label, (size_t)(query - label), &token, diag);
	if (status != CARDEA_OK) {
		cardea_otp_token_clear(&token);
		return status;
	}
	*ret_token = token; /* moved */
	return CARDEA_OK;
}

static enum cardea_status
append(char *uri, const char *text)
{
	size_t at = strlen(uri);

	return cardea_text_copy(uri + at, CARDEA_OTPAUTH_MAX + 1 - at, text);
}

/* RFC 3986, 2.3: all but the unreserved characters as %HH. */
static enum cardea_status
append_encoded(char *uri, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";
	size_t at = strlen(uri);

	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte < 0x20 || byte == 0x7f)
			return CARDEA_E_SYNTAX;
		if (CARDEA_OTPAUTH_MAX - at < 3)
			return CARDEA_E_RANGE;
		if (strchr(plain, *text) != NULL) {
			uri[at++] = *text;
		} else {
			uri[at++] = '%';
			cardea_text_hex(uri + at, &byte, 1);
			at += 2;
		}
		uri[at] = '\0';
	}
	return CARDEA_OK;
}

static enum cardea_status
format_label(const struct cardea_otp_token *token, const char *issuer,
    const char *account, char *uri)
{
	enum cardea_status status;

	if (account[0] == '\0')
		return CARDEA_E_SYNTAX;
	status = cardea_text_print(uri, CARDEA_OTPAUTH_MAX + 1, SCHEME "%s/",
	    cardea_otp_kind_text(token->kind));
	if (status == CARDEA_OK && issuer[0] != '\0') {
		status = append_encoded(uri, issuer);
		if (status == CARDEA_OK)
			status = append(uri, ":");
	}
	if (status == CARDEA_OK)
		status = append_encoded(uri, account);
	return status;
}

static enum cardea_status
format_query(
    const struct cardea_otp_token *token, const char *issuer, char *uri)
{
	char secret[CARDEA_OTP_KEY_MAX * 8 / 5 + 2], last[48];
	enum cardea_status status;
	size_t at = strlen(uri);

	status = cardea_base32_encode(
	    token->key.data, token->key.len, secret, sizeof(secret));
	if (status == CARDEA_OK && token->kind == CARDEA_OTP_TOTP)
		status = cardea_text_print(
		    last, sizeof(last), "period=%u", token->period_s);
	else if (status == CARDEA_OK)
		status = cardea_text_print(last, sizeof(last), "counter=%lld",
		    (long long)token->watermark + 1);
	if (status == CARDEA_OK)
		status = cardea_text_print(uri + at,
		    CARDEA_OTPAUTH_MAX + 1 - at,
		    "?secret=%s&algorithm=%s&digits=%u&%s", secret,
		    cardea_otp_hash_text(token->hash), token->digits, last);
	CARDEA_WIPE(secret);
	if (status != CARDEA_OK || issuer[0] == '\0')
		return status;
	status = append(uri, "&issuer=");
	return status == CARDEA_OK ? append_encoded(uri, issuer) : status;
}

enum cardea_status
cardea_otpauth_format(const struct cardea_otp_token *token, const char *issuer,
    const char *account, char uri[CARDEA_OTPAUTH_MAX + 1])
{
	char text[CARDEA_OTPAUTH_MAX + 1] = "";
	enum cardea_status status;

	status = cardea_otp_check_token(token, NULL);
	if (status == CARDEA_OK)
		status = format_label(token, issuer, account, text);
	if (status == CARDEA_OK)
		status = format_query(token, issuer, text);
	if (status == CARDEA_OK)
		memcpy(uri, text, sizeof(text));
	CARDEA_WIPE(text);
	return status;
}
