/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "uri.h"

#define NAME_MAX_BYTES 32
#define VALUE_MAX_BYTES 256

struct attribute {
	char name[NAME_MAX_BYTES];
	size_t len;
	unsigned char value[VALUE_MAX_BYTES]; /* a NUL follows */
};

/* RFC 7512, 2.3: unreserved, these, and %HH */
static bool
is_plain(char byte)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "-._~:[]@!$'()*+,=&/?|";

	return byte != '\0' && strchr(allowed, byte) != NULL;
}

static bool
decode(const char *text, size_t text_len, struct attribute *attribute)
{
	size_t len = 0;

	for (size_t i = 0; i < text_len; i++) {
		unsigned char byte = (unsigned char)text[i];
		char hex[3] = "";

		if (byte == '%' && i + 2 < text_len) {
			memcpy(hex, text + i + 1, 2);
			i += 2;
			if (cardea_text_unhex(&byte, 1, hex) != CARDEA_OK)
				return false;
		} else if (!is_plain((char)byte)) {
			return false;
		}
		if (len + 1 >= sizeof(attribute->value))
			return false;
		attribute->value[len++] = byte;
	}
	attribute->value[len] = '\0';
	attribute->len = len;
	return len > 0;
}

/* "name=value" of so many bytes. */
static bool
read_attribute(const char *from, size_t len, struct attribute *attribute)
{
	const char *equals = memchr(from, '=', len);
	size_t name_len;

	if (equals == NULL)
		return false;
	name_len = (size_t)(equals - from);
	if (name_len == 0 || name_len >= sizeof(attribute->name))
		return false;
	memcpy(attribute->name, from, name_len);
	attribute->name[name_len] = '\0';
	return decode(equals + 1, len - name_len - 1, attribute);
}

static bool
is_one(const struct attribute *attribute, const char *name)
{
	return strcmp(attribute->name, name) == 0;
}

/* Once, and without a NUL inside. */
static bool
keep_text(const struct attribute *attribute, char *text, size_t size)
{
	const char *value = (const char *)attribute->value;

	return text[0] == '\0' && strlen(value) == attribute->len &&
	    cardea_text_copy(text, size, value) == CARDEA_OK;
}

static bool
keep_id(const struct attribute *attribute, struct cardea_token_uri *uri)
{
	if (uri->id_len != 0 || attribute->len > sizeof(uri->id))
		return false;
	memcpy(uri->id, attribute->value, attribute->len);
	uri->id_len = attribute->len;
	return true;
}

static bool
keep_slot(const struct attribute *attribute, struct cardea_token_uri *uri)
{
	if (uri->has_slot)
		return false;
	uri->has_slot = true;
	return cardea_text_number((const char *)attribute->value, 0, UINT32_MAX,
		   &uri->slot) == CARDEA_OK;
}

static bool
keep_of_path(const struct attribute *attribute, struct cardea_token_uri *uri)
{
	if (is_one(attribute, "token"))
		return keep_text(attribute, uri->token, sizeof(uri->token));
	if (is_one(attribute, "manufacturer"))
		return keep_text(
		    attribute, uri->manufacturer, sizeof(uri->manufacturer));
	if (is_one(attribute, "model"))
		return keep_text(attribute, uri->model, sizeof(uri->model));
	if (is_one(attribute, "serial"))
		return keep_text(attribute, uri->serial, sizeof(uri->serial));
	if (is_one(attribute, "object"))
		return keep_text(attribute, uri->object, sizeof(uri->object));
	if (is_one(attribute, "id"))
		return keep_id(attribute, uri);
	if (is_one(attribute, "slot-id"))
		return keep_slot(attribute, uri);
	return is_one(attribute, "type") &&
	    strcmp((const char *)attribute->value, "private") == 0;
}

static bool
keep_of_query(const struct attribute *attribute, struct cardea_token_uri *uri)
{
	return is_one(attribute, "module-path") &&
	    keep_text(attribute, uri->module, sizeof(uri->module));
}

static bool
read_part(const char **at, char separator, char end,
    bool (*keep)(const struct attribute *, struct cardea_token_uri *),
    struct cardea_token_uri *uri)
{
	const char stops[3] = { separator, end, '\0' };

	while (**at != '\0' && **at != end) {
		struct attribute attribute;
		size_t len = strcspn(*at, stops);

		if (!read_attribute(*at, len, &attribute) ||
		    !keep(&attribute, uri))
			return false;
		*at += len;
		if (**at == separator && (*++*at == '\0' || **at == end))
			return false;
	}
	return true;
}

enum cardea_status
cardea_token_uri_parse(const char *text, struct cardea_token_uri *ret_uri,
    struct cardea_diag *diag)
{
	static const char scheme[] = "pkcs11:";
	struct cardea_token_uri uri = { .has_slot = false };
	const char *at = text + sizeof(scheme) - 1;

	if (strncmp(text, scheme, sizeof(scheme) - 1) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "no PKCS #11 URI");
	if (strstr(text, "pin-value=") != NULL ||
	    strstr(text, "pin-source=") != NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "a PIN has no place in the name of a key");
	if (!read_part(&at, ';', '?', keep_of_path, &uri) ||
	    (*at == '?' &&
		(*++at == '\0' ||
		    !read_part(&at, '&', '\0', keep_of_query, &uri))))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wrong, unknown or twice in the PKCS #11 URI: \"%.60s\"",
		    at);
	*ret_uri = uri;
	return CARDEA_OK;
}
