/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_U2FKEYS_FIXTURE_H
#define TESTS_UNIT_U2FKEYS_FIXTURE_H

#include "factor/u2fkeys.h"

/* Other programs' files of keys, read as the command reads them. */

#define FILE_MAX 8192
#define PLACE "@USERNAME@"

/* What a file gave. */
struct found {
	size_t count;
	struct cardea_u2fkeys_item items[32];
};

bool keep(const struct cardea_u2fkeys_item *item, void *context);

/* A file of tests/vectors, alice in the place of its user. */
size_t load(const char *folder, const char *name, char text[FILE_MAX]);

extern const struct cardea_u2fkeys_source whole;
extern const struct cardea_u2fkeys_source strict;

enum cardea_status read_text(const char *text, size_t len,
    const struct cardea_u2fkeys_source *source, struct found *found);

#endif
