/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "cli/json.h"
#include "cli/terminal.h"

/* Values may be secrets, and jansson frees them without wiping. */
static void
wipe_and_free(void *bytes)
{
	if (bytes == NULL)
		return;
	cardea_wipe(bytes, malloc_usable_size(bytes));
	free(bytes);
}

void
cardea_json_begin(struct cardea_json *json)
{
	json_set_alloc_funcs(malloc, wipe_and_free);
	*json = (struct cardea_json){ 0 };
	json->stack[0] = json_object();
	json->depth = 1;
	json->failed = json->stack[0] == NULL;
}

void
cardea_json_clear(struct cardea_json *json)
{
	if (json->depth > 0)
		json_decref(json->stack[0]);
	*json = (struct cardea_json){ 0 };
}

/* Takes the value over, also when it fails. */
static bool
put(struct cardea_json *json, const char *key, json_t *value)
{
	json_t *in;

	if (json->failed || json->depth == 0 || value == NULL)
		goto fail;
	in = json->stack[json->depth - 1];
	if (key != NULL && json_object_set_new(in, key, value) == 0)
		return true;
	if (key == NULL && json_array_append_new(in, value) == 0)
		return true;
	json->failed = true;
	return false;

fail:
	json_decref(value);
	json->failed = true;
	return false;
}

static void
open_value(struct cardea_json *json, const char *key, json_t *value)
{
	if (json->depth >= CARDEA_JSON_DEPTH)
		json->failed = true;
	if (put(json, key, value))
		json->stack[json->depth++] = value;
}

void
cardea_json_open_object(struct cardea_json *json, const char *key)
{
	open_value(json, key, json_object());
}

void
cardea_json_open_array(struct cardea_json *json, const char *key)
{
	open_value(json, key, json_array());
}

void
cardea_json_shut(struct cardea_json *json)
{
	if (json->depth > 1)
		json->depth--;
}

/* A stray byte becomes the character of its number: two bytes for one. */
static char *
make_utf8(const char *text)
{
	char *copy = malloc(strlen(text) * 2 + 1), *to = copy;

	if (copy == NULL)
		return NULL;
	while (*text != '\0') {
		size_t len = cardea_terminal_utf8(text, NULL);
		unsigned char byte = (unsigned char)*text;

		if (len == 0) {
			*to++ = (char)(0xc0 | byte >> 6);
			*to++ = (char)(0x80 | (byte & 0x3f));
			text++;
		}
		for (; len > 0; len--)
			*to++ = *text++;
	}
	*to = '\0';
	return copy;
}

void
cardea_json_text(struct cardea_json *json, const char *key, const char *text)
{
	char *copy = make_utf8(text);

	put(json, key, copy == NULL ? NULL : json_string(copy));
	wipe_and_free(copy);
}

void
cardea_json_number(struct cardea_json *json, const char *key, int64_t number)
{
	put(json, key, json_integer(number));
}

void
cardea_json_bool(struct cardea_json *json, const char *key, bool value)
{
	put(json, key, json_boolean(value));
}

enum cardea_status
cardea_json_print(const struct cardea_json *json, FILE *stream)
{
	char *text;
	int written;

	if (json->failed || json->depth == 0)
		return CARDEA_E_MEMORY;
	text = json_dumps(json->stack[0], JSON_COMPACT);
	if (text == NULL)
		return CARDEA_E_MEMORY;
	written = fprintf(stream, "%s\n", text);
	wipe_and_free(text);
	if (written < 0 || fflush(stream) != 0)
		return CARDEA_E_IO;
	return CARDEA_OK;
}

/* A value of another type would be taken for one that is not there. */
static bool
is_flat(json_t *root)
{
	void *at = json_object_iter(root);

	for (; at != NULL; at = json_object_iter_next(root, at)) {
		const json_t *value = json_object_iter_value(at);

		if (!json_is_string(value) && !json_is_integer(value) &&
		    !json_is_boolean(value))
			return false;
	}
	return true;
}

enum cardea_status
cardea_json_parse_any(const char *text, size_t len,
    struct cardea_json_object *ret_object, struct cardea_diag *diag)
{
	json_error_t error;
	json_t *root;

	json_set_alloc_funcs(malloc, wipe_and_free);
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "not a line of JSON");
	if (!json_is_object(root)) {
		json_decref(root);
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "not a JSON object");
	}
	ret_object->root = root;
	return CARDEA_OK;
}

enum cardea_status
cardea_json_parse(const char *line, struct cardea_json_object *ret_object,
    struct cardea_diag *diag)
{
	struct cardea_json_object object = { 0 };
	enum cardea_status status;

	status = cardea_json_parse_any(line, strlen(line), &object, diag);
	if (status != CARDEA_OK)
		return status;
	if (!is_flat(object.root)) {
		cardea_json_object_clear(&object);
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "not a JSON object of texts, whole numbers and truth "
		    "values");
	}
	*ret_object = object; /* moved */
	return CARDEA_OK;
}

void
cardea_json_object_clear(struct cardea_json_object *object)
{
	json_decref(object->root);
	object->root = NULL;
}

const char *
cardea_json_find_text(
    const struct cardea_json_object *object, const char *key, char number[24])
{
	const json_t *value = json_object_get(object->root, key);

	if (json_is_string(value))
		return json_string_value(value);
	if (number == NULL)
		return NULL;
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	if (!json_is_integer(value))
		return NULL;
	snprintf(number, 24, "%" PRId64, (int64_t)json_integer_value(value));
	return number;
}

const char *
cardea_json_next_text(const struct cardea_json_object *object, const char *key,
    size_t *at, enum cardea_status *ret_status, struct cardea_diag *diag)
{
	const json_t *value = json_object_get(object->root, key);
	const char *text;

	if (json_is_array(value))
		value = json_array_get(value, *at);
	else if (*at > 0)
		value = NULL;
	if (value == NULL)
		return NULL;
	text = json_string_value(value);
	if (text == NULL)
		*ret_status = cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "%s: wants a text, or an array of texts", key);
	(*at)++;
	return text;
}

enum cardea_status
cardea_json_find_bool(const struct cardea_json_object *object, const char *key,
    bool *ret_value, struct cardea_diag *diag)
{
	const json_t *value = json_object_get(object->root, key);

	if (value == NULL)
		return CARDEA_OK;
	if (!json_is_boolean(value))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "%s: wants true or false", key);
	*ret_value = json_is_true(value);
	return CARDEA_OK;
}

enum cardea_status
cardea_json_find_integer(const struct cardea_json_object *object,
    const char *key, int64_t *ret_number, struct cardea_diag *diag)
{
	const json_t *value = json_object_get(object->root, key);

	if (value == NULL)
		return CARDEA_OK;
	if (!json_is_integer(value))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "%s: wants a whole number", key);
	*ret_number = json_integer_value(value);
	return CARDEA_OK;
}

bool
cardea_json_find_object(const struct cardea_json_object *object,
    const char *key, struct cardea_json_object *ret_member)
{
	json_t *value = json_object_get(object->root, key);

	if (!json_is_object(value))
		return false;
	ret_member->root = value;
	return true;
}

bool
cardea_json_has(const struct cardea_json_object *object, const char *key)
{
	return json_object_get(object->root, key) != NULL;
}

bool
cardea_json_keys(const struct cardea_json_object *object,
    bool (*visit)(const char *key, void *context), void *context)
{
	void *at = json_object_iter(object->root);

	for (; at != NULL; at = json_object_iter_next(object->root, at)) {
		if (!visit(json_object_iter_key(at), context))
			return false;
	}
	return true;
}
