/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/u2fkeys_fixture.h"
#include "unit/vectors.h"

bool
keep(const struct cardea_u2fkeys_item *item, void *context)
{
	struct found *found = context;

	assert_true(found->count < 32);
	found->items[found->count++] = *item;
	return true;
}

size_t
load(const char *folder, const char *name, char text[FILE_MAX])
{
	const char *srcdir = getenv("SRCDIR");
	char path[4096];
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/tests/vectors/%s/%s",
	    srcdir == NULL ? "." : srcdir, folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, FILE_MAX, file);
	fclose(file);
	assert_true(len < FILE_MAX);
	if (len >= strlen(PLACE) && memcmp(text, PLACE, strlen(PLACE)) == 0) {
		len -= strlen(PLACE) - 5;
		memmove(text + 5, text + strlen(PLACE), len - 5);
		memcpy(text, "alice", 5);
	}
	text[len] = '\0';
	return len;
}

const struct cardea_u2fkeys_source whole = { .rp_id = "pam://host",
	.app_id = "pam://app",
	.user = "alice",
	.whole = true };
const struct cardea_u2fkeys_source strict = { .rp_id = "pam://host",
	.app_id = "pam://app",
	.user = "alice" };

enum cardea_status
read_text(const char *text, size_t len,
    const struct cardea_u2fkeys_source *source, struct found *found)
{
	/* on the heap at its own size, for the sanitizer */
	char *copy = malloc(len + 1);
	enum cardea_status status;

	assert_non_null(copy);
	memcpy(copy, text, len);
	found->count = 0;
	status = cardea_u2fkeys_read(copy, len, source, keep, found, NULL);
	free(copy);
	if (status != CARDEA_OK)
		assert_int_equal(found->count, 0);
	return status;
}
