/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "store/hint.h"

#define NAME "cluster-lost"
#define TEXT_MAX 24

static bool
hint_path(const char *directory, char *path, size_t size)
{
	return cardea_text_print(path, size, "%s/%s", directory, NAME) ==
	    CARDEA_OK;
}

bool
cardea_hint_read(const char *directory, int64_t monotonic_ms)
{
	char path[256], *text = NULL;
	uint64_t since_ms = 0;
	bool fresh = false;
	size_t len;

	if (!hint_path(directory, path, sizeof(path)) ||
	    cardea_file_read(path, CARDEA_FILE_SECRET, TEXT_MAX, &text, &len,
		NULL) != CARDEA_OK)
		return false;
	if (cardea_text_number(text, 0, INT64_MAX, &since_ms) == CARDEA_OK)
		fresh = (int64_t)since_ms <= monotonic_ms &&
		    monotonic_ms - (int64_t)since_ms < CARDEA_HINT_MS;
	free(text);
	return fresh;
}

void
cardea_hint_leave(const char *directory, int64_t monotonic_ms)
{
	char path[256], text[TEXT_MAX + 1];

	if (hint_path(directory, path, sizeof(path)) &&
	    cardea_text_print(text, sizeof(text), "%lld",
		(long long)monotonic_ms) == CARDEA_OK)
		(void)!cardea_file_replace(
		    path, text, strlen(text), S_IRUSR | S_IWUSR, NULL);
}

void
cardea_hint_drop(const char *directory)
{
	char path[256];

	if (hint_path(directory, path, sizeof(path)))
		(void)unlink(path);
}
