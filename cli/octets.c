/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "cli/octets.h"

#define KEY_SIZE 64

/* The one form in which a member stands there; no text: none. */
struct form {
	const char *text;
	enum cardea_octets_encoding encoding;
};

static const char *const encodings[CARDEA_OCTETS_ENCODINGS] = {
	[CARDEA_OCTETS_HEX] = "hex",
	[CARDEA_OCTETS_BASE64] = "base64",
	[CARDEA_OCTETS_BASE64URL] = "base64url",
	[CARDEA_OCTETS_TEXT] = "text",
};

enum cardea_status
cardea_octets_find_text(const struct cardea_octets *octets, const char *member,
    const char **ret_text, struct cardea_diag *diag)
{
	char number[24];
	const char *text = cardea_json_find_text(octets->object, member, NULL);

	if (text == NULL &&
	    cardea_json_find_text(octets->object, member, number) != NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "%s: wants a text", member);
	*ret_text = text;
	return CARDEA_OK;
}

enum cardea_status
cardea_octets_begin(struct cardea_octets *octets,
    const struct cardea_json_object *object, struct cardea_diag *diag)
{
	enum cardea_status status;
	const char *text = NULL;

	octets->object = object;
	octets->encoding = CARDEA_OCTETS_HEX;
	status = cardea_octets_find_text(octets, "encoding", &text, diag);
	if (status != CARDEA_OK || text == NULL)
		return status;
	for (unsigned int i = 0; i < CARDEA_OCTETS_ENCODINGS; i++) {
		if (strcmp(text, encodings[i]) == 0) {
			octets->encoding = (enum cardea_octets_encoding)i;
			return CARDEA_OK;
		}
	}
	return cardea_diag_set(diag, CARDEA_E_SYNTAX,
	    "encoding: wants hex, base64, base64url or text");
}

static enum cardea_status
decode(enum cardea_octets_encoding encoding, const char *text,
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	size_t len = strlen(text);
	enum cardea_status status;

	switch (encoding) {
	case CARDEA_OCTETS_HEX:
		if (len / 2 > size)
			return CARDEA_E_RANGE;
		status = cardea_text_unhex(bytes, len / 2, text);
		if (status == CARDEA_OK)
			*ret_len = len / 2;
		return status;
	case CARDEA_OCTETS_BASE64:
		return cardea_base64_decode(
		    CARDEA_BASE64, text, len, bytes, size, ret_len);
	case CARDEA_OCTETS_BASE64URL:
		return cardea_base64_decode(
		    CARDEA_BASE64_URL, text, len, bytes, size, ret_len);
	case CARDEA_OCTETS_TEXT:
		if (len > size)
			return CARDEA_E_RANGE;
		memcpy(bytes, text, len);
		*ret_len = len;
		return CARDEA_OK;
	case CARDEA_OCTETS_ENCODINGS:
		break;
	}
	return CARDEA_E_INTERNAL;
}

/* Takes the member's form under this key, if it has it; SYNTAX if it is the
 * second one. */
static enum cardea_status
take_form(const struct cardea_octets *octets, const char *key,
    enum cardea_octets_encoding encoding, struct form *form,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	const char *text = NULL;

	status = cardea_octets_find_text(octets, key, &text, diag);
	if (status != CARDEA_OK || text == NULL)
		return status;
	if (form->text != NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "%s: is there twice", key);
	form->text = text;
	form->encoding = encoding;
	return CARDEA_OK;
}

static enum cardea_status
find_form(const struct cardea_octets *octets, const char *member,
    struct form *form, struct cardea_diag *diag)
{
	enum cardea_status status;
	char key[KEY_SIZE];

	status = take_form(octets, member, octets->encoding, form, diag);
	for (unsigned int i = 0;
	     status == CARDEA_OK && i < CARDEA_OCTETS_ENCODINGS; i++) {
		status = cardea_text_print(
		    key, sizeof(key), "%s_%s", member, encodings[i]);
		if (status == CARDEA_OK)
			status = take_form(octets, key,
			    (enum cardea_octets_encoding)i, form, diag);
	}
	return status;
}

enum cardea_status
cardea_octets_find(const struct cardea_octets *octets, const char *member,
    unsigned char *bytes, size_t size, size_t *ret_len,
    struct cardea_diag *diag)
{
	struct form form = { 0 };
	enum cardea_status status = find_form(octets, member, &form, diag);

	if (status != CARDEA_OK || form.text == NULL)
		return status;
	status = decode(form.encoding, form.text, bytes, size, ret_len);
	if (status == CARDEA_E_RANGE)
		return cardea_diag_set(
		    diag, status, "%s: has more than %zu bytes", member, size);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "%s: is not in %s", member,
		    encodings[form.encoding]);
	return CARDEA_OK;
}

enum cardea_status
cardea_octets_need(const struct cardea_octets *octets, const char *member,
    unsigned char *bytes, size_t size, size_t *ret_len,
    struct cardea_diag *diag)
{
	if (!cardea_octets_has(octets, member))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "wants %s", member);
	return cardea_octets_find(octets, member, bytes, size, ret_len, diag);
}

enum cardea_status
cardea_octets_need_text(const struct cardea_octets *octets, const char *member,
    char *text, size_t size, struct cardea_diag *diag)
{
	const char *found = NULL;
	enum cardea_status status = cardea_octets_find_text(
	    octets, member, &found, diag);

	if (status != CARDEA_OK)
		return status;
	if (found == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "wants %s", member);
	if (cardea_text_copy(text, size, found) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "%s: is too long", member);
	return CARDEA_OK;
}

bool
cardea_octets_has(const struct cardea_octets *octets, const char *member)
{
	struct form form = { 0 };

	return find_form(octets, member, &form, NULL) != CARDEA_OK ||
	    form.text != NULL;
}

bool
cardea_octets_is(const char *key, const char *member)
{
	size_t len = strlen(member);

	if (strncmp(key, member, len) != 0)
		return false;
	if (key[len] == '\0')
		return true;
	for (unsigned int i = 0; i < CARDEA_OCTETS_ENCODINGS; i++) {
		if (key[len] == '_' && strcmp(key + len + 1, encodings[i]) == 0)
			return true;
	}
	return false;
}
