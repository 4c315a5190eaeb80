/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target without a fuzzer: first every file of its corpus, then a
 * fixed number of mutations of each, made by a generator with a fixed seed.
 * So that each target is built and exercised in every `make check`; finding
 * new inputs is `./dev fuzz`.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX 65536
#define MUTATIONS 300

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* A copy on the heap of exactly size bytes, so that the address sanitizer
 * sees a read beyond the end. */
static void
run(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);

	if (copy == NULL)
		return;
	memcpy(copy, data, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void
mutate(const uint8_t *seed, size_t size, uint64_t *state)
{
	static uint8_t data[INPUT_MAX];
	uint64_t edits = 1 + next_random(state) % 8;

	memcpy(data, seed, size);
	while (edits-- > 0 && size > 0) {
		size_t at = (size_t)(next_random(state) % size);

		switch (next_random(state) % 4) {
		case 0:
			data[at] ^= (uint8_t)(1u << next_random(state) % 8);
			break;
		case 1:
			data[at] = (uint8_t)next_random(state);
			break;
		case 2:
			size = at;
			break;
		default:
			memmove(data + at, data, size - at);
			break;
		}
	}
	run(data, size);
}

static int
replay(const char *path, uint64_t *state)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	size_t size;

	if (file == NULL)
		return -1;
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	run(data, size);
	for (int i = 0; i < MUTATIONS; i++)
		mutate(data, size, state);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *srcdir = getenv("SRCDIR");
	const char *name = strrchr(argv[0], '_');
	uint64_t state = 0x9e3779b97f4a7c15u;
	struct dirent *entry;
	char folder[4096], path[8192];
	unsigned int files = 0;
	DIR *directory;

	if (argc != 1 || srcdir == NULL || name == NULL)
		return 2;
	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", srcdir,
	    name + 1);
	directory = opendir(folder);
	if (directory == NULL)
		return 2;
	run((const uint8_t *)"", 0);
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (replay(path, &state) == 0)
			files++;
	}
	closedir(directory);
	printf("1..1\n%s 1 - %s: %u seeds, %d mutations of each\n",
	    files > 0 ? "ok" : "not ok", name + 1, files, MUTATIONS);
	return files > 0 ? 0 : 1;
}
