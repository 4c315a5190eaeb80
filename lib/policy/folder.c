/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/folder.h"

#define PATH_SIZE 256 /* as much as a diag holds */

static bool
is_source(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 &&
	    strcmp(name + len - 5, ".conf") == 0;
}

static enum cardea_status
add_path(struct cardea_folder *folder, const char *path, const char *name,
    struct cardea_diag *diag)
{
	char joined[PATH_SIZE];

	if (folder->count == CARDEA_SOURCE_FILES_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "more than %d files", CARDEA_SOURCE_FILES_MAX);
	if (cardea_text_print(joined, sizeof(joined), "%s/%s", path, name) !=
	    CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the name of a file is too long");
	folder->paths[folder->count] = strdup(joined);
	if (folder->paths[folder->count] == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	folder->count++;
	return CARDEA_OK;
}

static enum cardea_status
walk(DIR *dir, const char *path, struct cardea_folder *folder,
    struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	const struct dirent *entry;

	folder->paths = calloc(CARDEA_SOURCE_FILES_MAX, sizeof(char *));
	if (folder->paths == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	while (status == CARDEA_OK) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL && errno != 0)
			return cardea_diag_set(
			    diag, CARDEA_E_IO, "readdir: %s", strerror(errno));
		if (entry == NULL)
			break;
		if (is_source(entry->d_name))
			status = add_path(folder, path, entry->d_name, diag);
	}
	return status;
}

static int
compare_paths(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

enum cardea_status
cardea_folder_list(const char *path, struct cardea_folder *ret_folder,
    struct cardea_diag *diag)
{
	struct cardea_folder folder = { 0, NULL };
	enum cardea_status status;
	DIR *dir;
	int fd;

	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		*ret_folder = folder;
		return CARDEA_OK;
	}
	if (fd < 0) {
		cardea_diag_place(diag, path, 0, NULL);
		return cardea_diag_set(diag,
		    errno == ENOTDIR || errno == ELOOP ? CARDEA_E_UNSAFE
						       : CARDEA_E_IO,
		    "cannot open the folder: %s", strerror(errno));
	}
	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "fdopendir: %s", strerror(errno));
	}
	status = walk(dir, path, &folder, diag);
	closedir(dir);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, path, 0, NULL);
		cardea_folder_clear(&folder);
		return status;
	}
	if (folder.count > 1)
		qsort(
		    folder.paths, folder.count, sizeof(char *), compare_paths);
	*ret_folder = folder;
	return CARDEA_OK;
}

void
cardea_folder_clear(struct cardea_folder *folder)
{
	for (size_t i = 0; i < folder->count; i++)
		free(folder->paths[i]);
	free(folder->paths);
	folder->paths = NULL;
	folder->count = 0;
}
