/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "unit/test.h"

/* The whole of tests/vectors/NAME; the caller gives it back to json_decref. */
static inline json_t *
load_vectors(const char *name)
{
	char path[4096];
	const char *srcdir = getenv("SRCDIR");
	json_error_t error;
	json_t *root;

	snprintf(path, sizeof(path), "%s/tests/vectors/%s",
	    srcdir == NULL ? "." : srcdir, name);
	root = json_load_file(path, 0, &error);
	if (root == NULL)
		print_message("%s: %s\n", path, error.text);
	assert_non_null(root);
	return root;
}

static inline const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	assert_non_null(text);
	return text;
}

static inline int64_t
number_of(const json_t *object, const char *key)
{
	const json_t *number = json_object_get(object, key);

	assert_true(json_is_integer(number));
	return json_integer_value(number);
}

#endif
