/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/sshwire.h"
#include "facts/sshauth.h"
#include "store/crypto.h"

#define BLOB_MAX 8192
#define CERTIFICATE "-cert-v01@openssh.com"

/* One word of a line, without the blank after it. */
struct word {
	const char *text;
	size_t len;
};

static struct word
take_word(const char **at, const char *end)
{
	struct word word = { *at, 0 };

	while (word.text + word.len < end && word.text[word.len] != ' ')
		word.len++;
	*at = word.text + word.len;
	if (*at < end)
		(*at)++;
	return word;
}

/* Lower case, digits and the few signs that names of methods and key types
 * are made of (RFC 4251, section 6). */
static bool
is_name(const struct word *word, size_t max)
{
	size_t i;

	if (word->len == 0 || word->len > max)
		return false;
	for (i = 0; i < word->len; i++) {
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-.@/_",
			word->text[i]) == NULL)
			return false;
	}
	return true;
}

static enum cardea_status
make_fingerprint(const unsigned char *blob, size_t len,
    char fingerprint[CARDEA_SSHAUTH_FINGERPRINT_MAX + 1])
{
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_sha256(blob, len, digest);
	if (status != CARDEA_OK)
		return status;
	return cardea_sshwire_fingerprint(digest, fingerprint);
}

/* A key blob begins with its own type as a string (RFC 4253, section 6.6);
 * one that says otherwise than the line is not what sshd writes. */
static bool
blob_is_of(const unsigned char *blob, size_t len, const struct word *type)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string named;

	cardea_sshwire_read(&reader, blob, len);
	named = cardea_sshwire_get_string(&reader);
	return !reader.failed && reader.at < len && named.len == type->len &&
	    memcmp(named.bytes, type->text, type->len) == 0;
}

static bool
is_certificate(const struct word *type)
{
	size_t len = strlen(CERTIFICATE);

	return type->len >= len &&
	    memcmp(type->text + type->len - len, CERTIFICATE, len) == 0;
}

enum cardea_status
cardea_sshauth_decode(const struct cardea_sshauth_blob *blob,
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	/* the one form that sshd writes: no other text may stand for it */
	return cardea_base64_decode(CARDEA_BASE64, blob->base64,
	    blob->base64_len, bytes, size, ret_len);
}

static enum cardea_status
add_certificate(const struct word *type, const struct word *base64,
    struct cardea_sshauth *sshauth)
{
	struct cardea_sshauth_blob certificate = { base64->text, base64->len };
	unsigned char blob[CARDEA_CERT_MAX];
	enum cardea_status status;
	size_t len;

	if (sshauth->certificate_count == CARDEA_SSHAUTH_KEYS_MAX)
		return CARDEA_E_RANGE;
	status = cardea_sshauth_decode(&certificate, blob, sizeof(blob), &len);
	if (status != CARDEA_OK)
		return status;
	if (!blob_is_of(blob, len, type))
		return CARDEA_E_SYNTAX;
	sshauth->certificates[sshauth->certificate_count++] = certificate;
	return CARDEA_OK;
}

static enum cardea_status
add_key(const struct word *type, const struct word *base64,
    struct cardea_sshauth *sshauth)
{
	struct cardea_sshauth_key *key = &sshauth->keys[sshauth->count];
	unsigned char blob[BLOB_MAX];
	enum cardea_status status;
	size_t len;

	if (!is_name(type, CARDEA_SSHAUTH_TYPE_MAX))
		return CARDEA_E_SYNTAX;
	if (is_certificate(type))
		return add_certificate(type, base64, sshauth);
	if (sshauth->count == CARDEA_SSHAUTH_KEYS_MAX)
		return CARDEA_E_RANGE;
	key->blob.base64 = base64->text;
	key->blob.base64_len = base64->len;
	status = cardea_sshauth_decode(&key->blob, blob, sizeof(blob), &len);
	if (status != CARDEA_OK)
		return status;
	if (!blob_is_of(blob, len, type))
		return CARDEA_E_SYNTAX;
	status = make_fingerprint(blob, len, key->fingerprint);
	if (status != CARDEA_OK)
		return status;
	memcpy(key->type, type->text, type->len);
	key->type[type->len] = '\0';
	sshauth->count++;
	return CARDEA_OK;
}

static enum cardea_status
parse_line(const char *line, const char *end, struct cardea_sshauth *sshauth)
{
	struct word method = take_word(&line, end);
	struct word type = take_word(&line, end);
	struct word base64 = take_word(&line, end);

	if (!is_name(&method, CARDEA_SSHAUTH_TYPE_MAX))
		return CARDEA_E_SYNTAX;
	if (method.len != strlen("publickey") ||
	    memcmp(method.text, "publickey", method.len) != 0)
		return CARDEA_OK;
	/* sshd says no more of a key; pam_env, where it reads a file of the
	 * person's, might: what it adds ends in a line that sshd wrote */
	if (base64.text + base64.len != end)
		return CARDEA_E_SYNTAX;
	return add_key(&type, &base64, sshauth);
}

enum cardea_status
cardea_sshauth_parse(const char *text, struct cardea_sshauth *ret_sshauth,
    struct cardea_diag *diag)
{
	struct cardea_sshauth sshauth = { .count = 0 };
	enum cardea_status status = CARDEA_OK;

	while (*text != '\0' && status == CARDEA_OK) {
		const char *end = strchr(text, '\n');

		if (end == NULL)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "SSH_AUTH_INFO_0 has a line without an end");
		status = parse_line(text, end, &sshauth);
		text = end + 1;
	}
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "SSH_AUTH_INFO_0 is not of the form that sshd writes");
	*ret_sshauth = sshauth;
	return CARDEA_OK;
}
