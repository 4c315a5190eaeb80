/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_JSON_H
#define CARDEA_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cardea/diag.h>

/*
 * JSON out and in; the only unit that knows jansson.  A writer is filled from
 * front to back; errors stick, and cardea_json_print tells.  Inside an array
 * the key is NULL.  Memory that held a value is wiped, since enrolment prints
 * secrets.  Text that is not UTF-8 comes out with each stray byte as the
 * character of that number, as in the log.
 */
#define CARDEA_JSON_DEPTH 8

struct json_t;

struct cardea_json {
	struct json_t *stack[CARDEA_JSON_DEPTH];
	size_t depth; /* 0: nothing begun */
	bool failed;
};

/* cardea_json_begin: an empty object as the root. */
void cardea_json_begin(struct cardea_json *json);
void cardea_json_clear(struct cardea_json *json);

void cardea_json_open_object(struct cardea_json *json, const char *key);
void cardea_json_open_array(struct cardea_json *json, const char *key);
void cardea_json_shut(struct cardea_json *json); /* the innermost */

void
cardea_json_text(struct cardea_json *json, const char *key, const char *text);
void
cardea_json_number(struct cardea_json *json, const char *key, int64_t number);
void cardea_json_bool(struct cardea_json *json, const char *key, bool value);

/* cardea_json_print: one line, with its newline; IO or MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_json_print(const struct cardea_json *json, FILE *stream);

/* What is read: one flat object (test). */
struct cardea_json_object {
	struct json_t *root;
};

/* cardea_json_parse: SYNTAX unless line is exactly one object of texts, whole
 * numbers and truth values, without repeated keys. The caller clears. */
CARDEA_MUST_USE enum cardea_status cardea_json_parse(const char *line,
    struct cardea_json_object *ret_object, struct cardea_diag *diag);
/* cardea_json_parse_any: the same, with values of every type. */
CARDEA_MUST_USE enum cardea_status
cardea_json_parse_any(const char *text, size_t len,
    struct cardea_json_object *ret_object, struct cardea_diag *diag);
void cardea_json_object_clear(struct cardea_json_object *object);

/* cardea_json_find_text: borrowed; a whole number is given back as its digits
 * in number, a truth value as "true" or "false", both as NULL if number is
 * NULL. NULL if there is no key. */
const char *cardea_json_find_text(
    const struct cardea_json_object *object, const char *key, char number[24]);

/* cardea_json_next_text: the texts of a member one by one, which is a text or
 * an array of them; *at begins at 0.  Borrowed; NULL after the last, and with
 * SYNTAX in *ret_status for a member that is something else. */
const char *
cardea_json_next_text(const struct cardea_json_object *object, const char *key,
    size_t *at, enum cardea_status *ret_status, struct cardea_diag *diag);

/* cardea_json_find_bool: SYNTAX if the key stands for something else; ret_value
 * keeps the caller's default if there is no key. */
CARDEA_MUST_USE enum cardea_status
cardea_json_find_bool(const struct cardea_json_object *object, const char *key,
    bool *ret_value, struct cardea_diag *diag);

/* cardea_json_find_integer: the same for a whole number. */
CARDEA_MUST_USE enum cardea_status
cardea_json_find_integer(const struct cardea_json_object *object,
    const char *key, int64_t *ret_number, struct cardea_diag *diag);

/* cardea_json_find_object: a member that is an object, borrowed, not to be
 * cleared; false if it is not there, or something else. */
bool cardea_json_find_object(const struct cardea_json_object *object,
    const char *key, struct cardea_json_object *ret_member);

bool cardea_json_has(const struct cardea_json_object *object, const char *key);

/* cardea_json_keys: calls visit with each key until it returns false. */
bool cardea_json_keys(const struct cardea_json_object *object,
    bool (*visit)(const char *key, void *context), void *context);

#endif
