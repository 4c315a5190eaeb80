/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/sshwire.h"
#include "factor/sshsk.h"

/* sshd(8), "AUTHORIZED_KEYS FILE FORMAT": options, type, base64, comment. */
#define LINE_END "\r\n"
#define BLANKS " \t" LINE_END

static const char *
skip_blanks(const char *at)
{
	return at + strspn(at, BLANKS);
}

/* One line, with or without its end: a second one would be lost silently. */
static bool
is_one_line(const char *text)
{
	const char *end = text + strcspn(text, LINE_END);

	if (*end == '\r')
		end++;
	if (*end == '\n')
		end++;
	return *end == '\0';
}

/* Type and base64; MISSING for a well-formed key that is none of ours. */
static enum cardea_status
read_key(const char *text, struct cardea_fido2_credential *credential,
    const char **ret_comment)
{
	size_t type_len = strcspn(text, BLANKS);
	const char *base64 = skip_blanks(text + type_len);
	size_t base64_len = strcspn(base64, BLANKS), len;
	unsigned char blob[CARDEA_SSH_BLOB_MAX];
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string named;

	if (cardea_base64_decode(CARDEA_BASE64, base64, base64_len, blob,
		sizeof(blob), &len) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	cardea_sshwire_read(&reader, blob, len);
	named = cardea_sshwire_get_string(&reader);
	/* the blob names its own type: a line that says another lies */
	if (named.len == 0 || named.len != type_len ||
	    memcmp(named.bytes, text, type_len) != 0)
		return CARDEA_E_SYNTAX;
	*ret_comment = skip_blanks(base64 + base64_len);
	return cardea_sshsk_key(blob, len, credential);
}

static bool
is_option(const char *option, size_t len, const char *name)
{
	return len == strlen(name) && strncasecmp(option, name, len) == 0;
}

/* The end of one option: a comma or a blank outside of quotes; NULL where the
 * quotes do not end. */
static const char *
end_of_option(const char *at)
{
	bool quoted = false;

	for (; *at != '\0'; at++) {
		if (at[0] == '\\' && at[1] == '"')
			at++;
		else if (*at == '"')
			quoted = !quoted;
		else if (!quoted && strchr("," BLANKS, *at) != NULL)
			break;
	}
	return quoted ? NULL : at;
}

/* Of the options, which are about ssh logins, two are about the key itself. */
static enum cardea_status
read_options(const char *text, bool *ret_demands_uv, const char **ret_rest,
    struct cardea_diag *diag)
{
	bool demands_uv = false;
	const char *end;

	for (;; text = end + 1) {
		size_t len;

		end = end_of_option(text);
		if (end == NULL)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "a quoted option has no end");
		len = (size_t)(end - text);
		if (is_option(text, len, "cert-authority"))
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "the key is a certificate authority's, "
			    "not a person's");
		if (is_option(text, len, "verify-required"))
			demands_uv = true;
		if (*end != ',')
			break;
	}
	*ret_demands_uv = demands_uv;
	*ret_rest = skip_blanks(end);
	return CARDEA_OK;
}

/* A comment is a courtesy: what does not fit, or does not print, is left. */
static void
copy_comment(const char *comment, char name[CARDEA_CREDENTIAL_MAX + 1])
{
	size_t len = 0;

	while (len < CARDEA_CREDENTIAL_MAX && comment[len] >= ' ' &&
	    comment[len] <= '~')
		len++;
	while (len > 0 && comment[len - 1] == ' ')
		len--;
	memcpy(name, comment, len);
	name[len] = '\0';
}

/* As sshd does: a line that begins with no key begins with options. */
enum cardea_status
cardea_sshsk_line(const char *line,
    struct cardea_fido2_credential *ret_credential, struct cardea_diag *diag)
{
	struct cardea_fido2_credential credential;
	const char *at = skip_blanks(line), *comment;
	bool demands_uv = false;
	enum cardea_status status;

	if (!is_one_line(line))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "there is more than one line");
	if (*at == '\0' || *at == '#')
		return cardea_diag_set(
		    diag, CARDEA_E_MISSING, "there is no key in the line");
	status = read_key(at, &credential, &comment);
	if (status == CARDEA_E_SYNTAX) {
		status = read_options(at, &demands_uv, &at, diag);
		if (status == CARDEA_OK)
			status = read_key(at, &credential, &comment);
	}
	if (status == CARDEA_E_MISSING)
		return cardea_diag_set(
		    diag, status, "the key is not one of a security key");
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "not a public key of OpenSSH");

	copy_comment(comment, credential.name);
	credential.demands_uv = demands_uv;
	*ret_credential = credential;
	return CARDEA_OK;
}
