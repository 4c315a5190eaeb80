/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "store/library/grpc.h"

#define CODE_NONE -1
#define CODE_BAD -2
#define CODE_MAX 16 /* UNAUTHENTICATED, the last that gRPC knows */

void
cardea_grpc_begin(
    struct cardea_grpc_answer *answer, size_t max, struct cardea_diag *diag)
{
	*answer = (struct cardea_grpc_answer){
		.max = max, .code = CODE_NONE, .diag = diag
	};
}

void
cardea_grpc_clear(struct cardea_grpc_answer *answer)
{
	free(answer->bytes);
	answer->bytes = NULL;
	answer->len = answer->want = 0;
}

void
cardea_grpc_prefix(unsigned char prefix[CARDEA_GRPC_PREFIX], size_t request_len)
{
	prefix[0] = 0; /* not compressed */
	for (size_t i = 1; i < CARDEA_GRPC_PREFIX; i++)
		prefix[i] = (unsigned char)(request_len >>
		    (8 * (CARDEA_GRPC_PREFIX - 1 - i)));
}

/* --- head and trailer ---------------------------------------------------- */

/* The value of a line that has this name; NULL if it has another. */
static const char *
value_of(
    const char *line, size_t len, const char *name, char *value, size_t size)
{
	size_t at = strlen(name);

	if (len <= at || strncasecmp(line, name, at) != 0 || line[at] != ':')
		return NULL;
	for (at++; at < len && (line[at] == ' ' || line[at] == '\t');)
		at++;
	while (len > at && isspace((unsigned char)line[len - 1]))
		len--;
	len -= at;
	if (len >= size)
		len = size - 1; /* of a text; no number is as long */
	memcpy(value, line + at, len);
	value[len] = '\0';
	return value;
}

/* "%20" and the like: how gRPC writes what HTTP would not carry. */
static void
decode_text(char *text)
{
	unsigned char byte;
	char digits[3];
	char *to = text;

	for (const char *at = text; *at != '\0'; at++) {
		if (at[0] == '%' && isxdigit((unsigned char)at[1]) &&
		    isxdigit((unsigned char)at[2])) {
			memcpy(digits, at + 1, 2);
			digits[2] = '\0';
			if (cardea_text_unhex(&byte, 1, digits) == CARDEA_OK &&
			    byte != '\0') {
				*to++ = (char)byte;
				at += 2;
				continue;
			}
		}
		*to++ = *at;
	}
	*to = '\0';
}

static int
read_number(const char *text, uint64_t max)
{
	uint64_t number;

	return cardea_text_number(text, 0, max, &number) == CARDEA_OK
	    ? (int)number
	    : CODE_BAD;
}

/* "HTTP/2 200": a new head, which is all that counts after one of 1xx */
static void
take_first_line(struct cardea_grpc_answer *answer, const char *line, size_t len)
{
	char text[32] = "";
	const char *space;

	memcpy(text, line, len < sizeof(text) ? len : sizeof(text) - 1);
	text[strcspn(text, "\r\n")] = '\0';
	space = strchr(text, ' ');
	answer->is_http2 = strncmp(text, "HTTP/2", 6) == 0;
	answer->is_grpc = false;
	answer->code = CODE_NONE;
	answer->text[0] = '\0';
	answer->http = 0;
	if (space == NULL)
		return;
	text[(size_t)(space - text) + 1 + strcspn(space + 1, " ")] = '\0';
	answer->http = read_number(space + 1, 999);
}

enum cardea_status
cardea_grpc_take_line(
    struct cardea_grpc_answer *answer, const char *line, size_t len)
{
	static const char type[] = "application/grpc";
	char value[CARDEA_GRPC_TEXT_MAX + 1];

	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		take_first_line(answer, line, len);
		return CARDEA_OK;
	}
	if (value_of(line, len, "content-type", value, sizeof(value)) != NULL)
		answer->is_grpc = strncasecmp(value, type, sizeof(type) - 1) ==
		    0;
	if (value_of(line, len, "grpc-message", value, sizeof(value)) != NULL) {
		decode_text(value);
		memcpy(answer->text, value, sizeof(value));
	}
	if (value_of(line, len, "grpc-status", value, sizeof(value)) == NULL)
		return CARDEA_OK;
	if (answer->code != CODE_NONE)
		return cardea_diag_set(answer->diag, CARDEA_E_CORRUPT,
		    "the answer has two endings");
	answer->code = read_number(value, CODE_MAX);
	return CARDEA_OK;
}

/* --- body ---------------------------------------------------------------- */

static enum cardea_status
take_prefix(struct cardea_grpc_answer *answer)
{
	uint32_t want = 0;

	if (answer->prefix[0] != 0)
		return cardea_diag_set(answer->diag, CARDEA_E_VERSION,
		    "the answer is compressed, which nobody asked for");
	for (size_t i = 1; i < CARDEA_GRPC_PREFIX; i++)
		want = want << 8 | answer->prefix[i];
	if (want > answer->max)
		return cardea_diag_set(answer->diag, CARDEA_E_RANGE,
		    "the answer has %u bytes, more than the %zu it may have",
		    want, answer->max);
	answer->want = want;
	answer->bytes = malloc(answer->want + 1);
	return answer->bytes == NULL
	    ? cardea_diag_set(answer->diag, CARDEA_E_MEMORY, "no memory")
	    : CARDEA_OK;
}

enum cardea_status
cardea_grpc_take(
    struct cardea_grpc_answer *answer, const void *bytes, size_t len)
{
	const unsigned char *from = bytes;
	enum cardea_status status = CARDEA_OK;

	/* the page of some other server is nobody's message */
	if (answer->http != 200 || !answer->is_http2 || !answer->is_grpc)
		return cardea_diag_set(answer->diag, CARDEA_E_CORRUPT,
		    "the answer is not one of gRPC (HTTP%s status %d)",
		    answer->is_http2 ? "/2" : "", answer->http);
	while (len > 0 && answer->prefix_len < CARDEA_GRPC_PREFIX) {
		answer->prefix[answer->prefix_len++] = *from++;
		len--;
		if (answer->prefix_len == CARDEA_GRPC_PREFIX)
			status = take_prefix(answer);
	}
	if (status != CARDEA_OK || len == 0)
		return status;
	if (len > answer->want - answer->len)
		return cardea_diag_set(answer->diag, CARDEA_E_CORRUPT,
		    "the answer goes on after its end");
	memcpy(answer->bytes + answer->len, from, len);
	answer->len += len;
	return CARDEA_OK;
}

/* --- the end ------------------------------------------------------------- */

/* gRPC's numbers. */
enum code {
	OK = 0,
	INVALID_ARGUMENT = 3,
	PERMISSION_DENIED = 7,
	RESOURCE_EXHAUSTED = 8,
	FAILED_PRECONDITION = 9,
	UNIMPLEMENTED = 12,
	DATA_LOSS = 15,
	UNAUTHENTICATED = 16,
};

/* etcd says some things by text alone. */
struct saying {
	enum code code;
	const char *part; /* NULL: whatever it says */
	enum cardea_status status;
	bool final;
};

static const struct saying sayings[] = {
	/* somebody changed users or roles while we asked */
	{ INVALID_ARGUMENT, "revision of auth store is old", CARDEA_E_TIMEOUT,
	    false },
	{ INVALID_ARGUMENT, "request is too large", CARDEA_E_RANGE, true },
	{ INVALID_ARGUMENT, "too many operations", CARDEA_E_RANGE, true },
	{ INVALID_ARGUMENT, "user name", CARDEA_E_UNSAFE, true },
	{ INVALID_ARGUMENT, NULL, CARDEA_E_INTERNAL, true },
	{ FAILED_PRECONDITION, "user", CARDEA_E_UNSAFE, true },
	{ PERMISSION_DENIED, NULL, CARDEA_E_UNSAFE, true },
	{ UNAUTHENTICATED, NULL, CARDEA_E_UNSAFE, true },
	{ RESOURCE_EXHAUSTED, "space exceeded", CARDEA_E_FULL, true },
	/* from gRPC itself: larger than the server reads */
	{ RESOURCE_EXHAUSTED, "larger than max", CARDEA_E_RANGE, true },
	{ UNIMPLEMENTED, NULL, CARDEA_E_VERSION, false },
	{ DATA_LOSS, NULL, CARDEA_E_CORRUPT, false },
};

enum cardea_status
cardea_grpc_judge(int code, const char *text, bool *ret_final)
{
	*ret_final = false;
	for (size_t i = 0; i < sizeof(sayings) / sizeof(sayings[0]); i++) {
		const struct saying *saying = &sayings[i];

		if ((int)saying->code != code ||
		    (saying->part != NULL &&
			strstr(text, saying->part) == NULL))
			continue;
		*ret_final = saying->final;
		return saying->status;
	}
	if (code <= OK || code > CODE_MAX)
		return CARDEA_E_CORRUPT;
	/* no leader, election, overload: it may have been done all the same */
	return CARDEA_E_TIMEOUT;
}

enum cardea_status
cardea_grpc_end(struct cardea_grpc_answer *answer, bool *ret_final)
{
	enum cardea_status status;

	*ret_final = false;
	if (answer->http != 200 || !answer->is_http2 || !answer->is_grpc)
		return cardea_diag_set(answer->diag, CARDEA_E_CORRUPT,
		    "the answer is not one of gRPC (HTTP%s status %d)",
		    answer->is_http2 ? "/2" : "", answer->http);
	if (answer->code == CODE_NONE || answer->code == CODE_BAD)
		return cardea_diag_set(
		    answer->diag, CARDEA_E_CORRUPT, "the answer has no ending");
	if (answer->code != OK) {
		status = cardea_grpc_judge(
		    answer->code, answer->text, ret_final);
		return cardea_diag_set(answer->diag, status,
		    "refused with \"%s\" (gRPC status %d)", answer->text,
		    answer->code);
	}
	if (answer->prefix_len != CARDEA_GRPC_PREFIX ||
	    answer->len != answer->want)
		return cardea_diag_set(
		    answer->diag, CARDEA_E_CORRUPT, "the answer is cut off");
	return CARDEA_OK;
}
