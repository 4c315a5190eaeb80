/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "cli/json.h"
#include "cli/statement.h"

#define HEADER_MAX 4096

static enum cardea_status
refuse(struct cardea_diag *diag, const char *reason)
{
	return cardea_diag_set(diag, CARDEA_E_SYNTAX, "%s", reason);
}

/* ---- what is said ---- */

static bool
is_known_claim(const char *key, void *context)
{
	static const char *const known[] = { "device", "san", "serial", "iat",
		"nbf", "exp", "facts", "iss", "sub", "jti" };
	const char **unknown = context;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(key, known[i]) == 0)
			return true;
	}
	*unknown = key;
	return false;
}

/* A text of at most size - 1 printable bytes, if it is there. */
static enum cardea_status
read_text(const struct cardea_json_object *claims, const char *key, char *text,
    size_t size, struct cardea_diag *diag)
{
	const char *value = cardea_json_find_text(claims, key, NULL);

	if (value == NULL)
		return cardea_json_has(claims, key)
		    ? cardea_diag_set(
			  diag, CARDEA_E_SYNTAX, "%s: wants a text", key)
		    : CARDEA_OK;
	for (const char *at = value; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == '\x7f')
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "%s: holds a control character", key);
	}
	if (value[0] == '\0' ||
	    cardea_text_copy(text, size, value) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "%s: wants 1 to %zu bytes", key, size - 1);
	return CARDEA_OK;
}

static enum cardea_status
read_subject(const struct cardea_json_object *claims,
    struct cardea_statement *statement, struct cardea_diag *diag)
{
	enum cardea_status status;

	status = read_text(claims, "device", statement->device,
	    sizeof(statement->device), diag);
	if (status == CARDEA_OK)
		status = read_text(claims, "san", statement->san,
		    sizeof(statement->san), diag);
	if (status == CARDEA_OK)
		status = read_text(claims, "serial", statement->serial,
		    sizeof(statement->serial), diag);
	if (status != CARDEA_OK)
		return status;
	if ((statement->device[0] != '\0') ==
	    (statement->san[0] != '\0' || statement->serial[0] != '\0'))
		return refuse(
		    diag, "wants \"device\", or \"san\" or \"serial\"");
	return CARDEA_OK;
}

static enum cardea_status
of_another_time(struct cardea_diag *diag, const char *reason)
{
	return cardea_diag_set(diag, CARDEA_E_CONFLICT, "%s", reason);
}

/* Not a second of leeway: a clock that is ahead of ours would make its word
 * count for longer than it should. */
static enum cardea_status
read_times(const struct cardea_json_object *claims, int64_t now_s,
    struct cardea_statement *statement, struct cardea_diag *diag)
{
	int64_t from_s = 0;
	enum cardea_status status;

	status = cardea_json_find_integer(
	    claims, "iat", &statement->issued_s, diag);
	if (status == CARDEA_OK)
		status = cardea_json_find_integer(claims, "nbf", &from_s, diag);
	if (status == CARDEA_OK)
		status = cardea_json_find_integer(
		    claims, "exp", &statement->ends_s, diag);
	if (status != CARDEA_OK)
		return status;
	if (statement->issued_s <= 0)
		return refuse(diag, "wants \"iat\", the time it was said");
	if (statement->issued_s > now_s || from_s > now_s)
		return of_another_time(diag, "is from the future");
	if (cardea_json_has(claims, "exp") && statement->ends_s <= now_s)
		return of_another_time(diag, "has ended");
	return CARDEA_OK;
}

/* ---- facts ---- */

struct reader {
	const struct cardea_json_object *facts;
	struct cardea_statement *statement;
	enum cardea_status status;
	struct cardea_diag *diag;
};

static bool
is_fact_name(const char *name)
{
	return name[0] != '\0' && strlen(name) <= CARDEA_POSTURE_NAME_MAX &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") ==
	    strlen(name);
}

/* true and false as those words; an integer is nobody's fact */
static enum cardea_status
read_value(const struct reader *reader, const char *name,
    struct cardea_device_fact *fact)
{
	bool flag = false;

	if (cardea_json_find_text(reader->facts, name, NULL) != NULL)
		return read_text(reader->facts, name, fact->value,
		    sizeof(fact->value), reader->diag);
	if (cardea_json_find_bool(reader->facts, name, &flag, NULL) !=
	    CARDEA_OK)
		return cardea_diag_set(reader->diag, CARDEA_E_SYNTAX,
		    "%s: wants true, false or a text", name);
	return cardea_text_copy(
	    fact->value, sizeof(fact->value), flag ? "true" : "false");
}

static bool
read_fact(const char *name, void *context)
{
	struct reader *reader = context;
	struct cardea_statement *statement = reader->statement;
	struct cardea_device_fact *fact;

	if (statement->fact_count == CARDEA_POSTURE_FACTS_MAX) {
		reader->status = cardea_diag_set(reader->diag, CARDEA_E_RANGE,
		    "more than %d facts", CARDEA_POSTURE_FACTS_MAX);
		return false;
	}
	if (!is_fact_name(name)) {
		reader->status = cardea_diag_set(reader->diag, CARDEA_E_SYNTAX,
		    "\"%.40s\": a fact's name has 1 to %d of a-z 0-9 . _ -",
		    name, CARDEA_POSTURE_NAME_MAX);
		return false;
	}
	fact = &statement->facts[statement->fact_count++];
	memcpy(fact->name, name, strlen(name) + 1);
	reader->status = read_value(reader, name, fact);
	return reader->status == CARDEA_OK;
}

static enum cardea_status
read_facts(const struct cardea_json_object *claims,
    struct cardea_statement *statement, struct cardea_diag *diag)
{
	struct cardea_json_object facts = { 0 };
	struct reader reader = { &facts, statement, CARDEA_OK, diag };

	if (!cardea_json_find_object(claims, "facts", &facts))
		return refuse(diag, "wants \"facts\", an object");
	(void)cardea_json_keys(&facts, read_fact, &reader);
	if (reader.status == CARDEA_OK && statement->fact_count == 0)
		return refuse(diag, "has no facts");
	return reader.status;
}

static enum cardea_status
read_claims(const char *text, size_t len, int64_t now_s,
    struct cardea_statement *statement, struct cardea_diag *diag)
{
	struct cardea_json_object claims = { 0 };
	const char *unknown = NULL;
	enum cardea_status status;

	status = cardea_json_parse_any(text, len, &claims, diag);
	if (status != CARDEA_OK)
		return status;
	if (!cardea_json_keys(&claims, is_known_claim, &unknown))
		status = cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "\"%.60s\" is no claim that is known here", unknown);
	if (status == CARDEA_OK)
		status = read_subject(&claims, statement, diag);
	if (status == CARDEA_OK)
		status = read_times(&claims, now_s, statement, diag);
	if (status == CARDEA_OK)
		status = read_facts(&claims, statement, diag);
	cardea_json_object_clear(&claims);
	return status;
}

/* ---- JWS ---- */

/* The three parts of a compact JWS, as they stand. */
struct parts {
	struct cardea_cert_bytes header, payload, signature, signed_part;
};

static bool
split(const struct cardea_cert_bytes *bytes, struct parts *parts)
{
	const unsigned char *text = bytes->data;
	const unsigned char *first, *second;
	size_t len = bytes->len;

	/* what an editor or a here-document leaves behind it */
	if (len > 0 && text[len - 1] == '\n')
		len--;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	first = memchr(text, '.', len);
	if (first == NULL)
		return false;
	second = memchr(first + 1, '.', len - (size_t)(first + 1 - text));
	if (second == NULL)
		return false;
	parts->header = (struct cardea_cert_bytes){ text,
		(size_t)(first - text) };
	parts->payload = (struct cardea_cert_bytes){ first + 1,
		(size_t)(second - first - 1) };
	parts->signature = (struct cardea_cert_bytes){ second + 1,
		len - (size_t)(second + 1 - text) };
	parts->signed_part = (struct cardea_cert_bytes){ text,
		(size_t)(second - text) };
	return true;
}

static enum cardea_status
decode(const struct cardea_cert_bytes *part, unsigned char *bytes, size_t size,
    size_t *ret_len)
{
	return cardea_base64_decode(CARDEA_BASE64_URL, (const char *)part->data,
	    part->len, bytes, size, ret_len);
}

/* RFC 7515, 4.1.11: what "crit" names must be understood, and we understand no
 * extension; RFC 7797's "b64" among them.  Keys and addresses of keys in the
 * header are not looked at: keys are pinned. */
static enum cardea_status
read_header(const struct cardea_cert_bytes *part,
    enum cardea_statement_algorithm *ret_algorithm, struct cardea_diag *diag)
{
	unsigned char text[HEADER_MAX];
	struct cardea_json_object header = { 0 };
	enum cardea_statement_algorithm algorithm = CARDEA_STATEMENT_NONE;
	const char *name;
	size_t len = 0;
	enum cardea_status status;

	if (decode(part, text, sizeof(text), &len) != CARDEA_OK)
		return refuse(diag, "its header is not base64url, or too long");
	status = cardea_json_parse_any((const char *)text, len, &header, diag);
	if (status != CARDEA_OK)
		return status;
	name = cardea_json_find_text(&header, "alg", NULL);
	if (name != NULL)
		algorithm = cardea_statement_algorithm_parse(name);
	if (cardea_json_has(&header, "crit") || cardea_json_has(&header, "b64"))
		status = refuse(diag, "its header asks for an extension");
	else if (algorithm == CARDEA_STATEMENT_NONE)
		status = cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "its algorithm is not ES256, EdDSA or RS256");
	cardea_json_object_clear(&header);
	if (status == CARDEA_OK)
		*ret_algorithm = algorithm;
	return status;
}

static enum cardea_status
check_jws(const struct cardea_statement_keys *keys, const struct parts *parts,
    int64_t now_s, struct cardea_statement *statement, struct cardea_diag *diag)
{
	enum cardea_statement_algorithm algorithm = CARDEA_STATEMENT_NONE;
	unsigned char bytes[CARDEA_CERT_SIGNATURE_MAX];
	struct cardea_cert_bytes signature = { .data = bytes };
	enum cardea_status status;

	status = read_header(&parts->header, &algorithm, diag);
	if (status != CARDEA_OK)
		return status;
	if (decode(&parts->signature, bytes, sizeof(bytes), &signature.len) !=
	    CARDEA_OK)
		return refuse(diag, "its signature is not base64url");
	return cardea_statement_verify(keys, algorithm, &parts->signed_part,
	    &signature, now_s, statement->signer, diag);
}

static enum cardea_status
read_jws(const struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *bytes, int64_t now_s,
    struct cardea_statement *statement, struct cardea_diag *diag)
{
	unsigned char *payload;
	struct parts parts;
	size_t len = 0;
	enum cardea_status status;

	if (!split(bytes, &parts))
		return refuse(diag, "is neither CMS nor JWS in compact form");
	status = check_jws(keys, &parts, now_s, statement, diag);
	if (status != CARDEA_OK)
		return status;
	payload = malloc(parts.payload.len + 1);
	if (payload == NULL)
		return CARDEA_E_MEMORY;
	if (decode(&parts.payload, payload, parts.payload.len + 1, &len) !=
	    CARDEA_OK)
		status = refuse(diag, "its payload is not base64url");
	else
		status = read_claims(
		    (const char *)payload, len, now_s, statement, diag);
	free(payload);
	return status;
}

/* ---- CMS ---- */

static bool
is_cms(const struct cardea_cert_bytes *bytes)
{
	static const char begin[] = "-----BEGIN ";

	return bytes->len >= sizeof(begin) &&
	    (bytes->data[0] == 0x30 ||
		memcmp(bytes->data, begin, sizeof(begin) - 1) == 0);
}

static enum cardea_status
read_cms(const struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *bytes,
    const struct cardea_cert_bytes *content, int64_t now_s,
    struct cardea_statement *statement, struct cardea_diag *diag)
{
	unsigned char *text = NULL;
	size_t len = 0;
	enum cardea_status status;

	status = cardea_statement_open(
	    keys, bytes, content, now_s, &text, &len, statement->signer, diag);
	if (status == CARDEA_OK)
		status = read_claims(
		    (const char *)text, len, now_s, statement, diag);
	free(text);
	return status;
}

enum cardea_status
cardea_statement_read(const struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *bytes,
    const struct cardea_cert_bytes *content, int64_t now_s,
    struct cardea_statement *ret_statement, struct cardea_diag *diag)
{
	struct cardea_statement statement = { .issued_s = 0 };
	enum cardea_status status;

	if (bytes->len > CARDEA_STATEMENT_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "is longer than %d bytes", CARDEA_STATEMENT_MAX);
	if (is_cms(bytes))
		status = read_cms(
		    keys, bytes, content, now_s, &statement, diag);
	else if (content != NULL)
		status = refuse(
		    diag, "is no CMS message, and content is given");
	else
		status = read_jws(keys, bytes, now_s, &statement, diag);
	if (status == CARDEA_OK)
		*ret_statement = statement;
	return status;
}
