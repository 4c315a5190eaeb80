/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <sys/stat.h>

#include "policy/folder.h"
#include "policy/image.h"

size_t
cardea_policy_source_count(const struct cardea_policy *policy)
{
	return policy->parts[CARDEA_PART_SOURCES].count;
}

enum cardea_status
cardea_policy_source(const struct cardea_policy *policy, size_t index,
    struct cardea_policy_source *ret_source)
{
	const struct cardea_image_source *from;
	const char *path;

	if (index >= cardea_policy_source_count(policy))
		return CARDEA_E_RANGE;
	from = cardea_image_slice(
	    policy, CARDEA_PART_SOURCES, (uint32_t)index, 1);
	if (from == NULL)
		return CARDEA_E_CORRUPT;
	path = cardea_image_text(policy, from->path);
	if (path == NULL || path[0] == '\0')
		return CARDEA_E_CORRUPT;
	ret_source->path = path;
	ret_source->size = from->size;
	ret_source->mtime_s = from->mtime_s;
	ret_source->mtime_ns = from->nanosecond;
	return CARDEA_OK;
}

static bool
is_folder(const char *path)
{
	return path[0] != '\0' && path[strlen(path) - 1] == '/';
}

static bool
file_changed(const struct cardea_policy_source *source)
{
	struct stat st;

	return lstat(source->path, &st) != 0 ||
	    (uint64_t)st.st_size != source->size ||
	    st.st_mtim.tv_sec != source->mtime_s ||
	    (uint32_t)st.st_mtim.tv_nsec != source->mtime_ns;
}

static bool
knows(const struct cardea_policy *policy, const char *path)
{
	size_t count = cardea_policy_source_count(policy);

	for (size_t i = 0; i < count; i++) {
		struct cardea_policy_source source;

		if (cardea_policy_source(policy, i, &source) == CARDEA_OK &&
		    strcmp(source.path, path) == 0)
			return true;
	}
	return false;
}

/* Files that went are noticed by their own entries, those that came here. The
 * folder's own time says nothing: editors leave and remove their files. */
static bool
folder_changed(const struct cardea_policy *policy, const char *path)
{
	struct cardea_folder folder;
	bool changed = false;
	char name[256];

	if (strlen(path) >= sizeof(name))
		return true;
	memcpy(name, path, strlen(path));
	name[strlen(path) - 1] = '\0';
	if (cardea_folder_list(name, &folder, NULL) != CARDEA_OK)
		return true;
	for (size_t i = 0; i < folder.count && !changed; i++)
		changed = !knows(policy, folder.paths[i]);
	cardea_folder_clear(&folder);
	return changed;
}

const char *
cardea_policy_stale(const struct cardea_policy *policy)
{
	size_t count = cardea_policy_source_count(policy);

	for (size_t i = 0; i < count; i++) {
		struct cardea_policy_source source;

		if (cardea_policy_source(policy, i, &source) != CARDEA_OK)
			return "";
		if (is_folder(source.path) ? folder_changed(policy, source.path)
					   : file_changed(&source))
			return source.path;
	}
	return NULL;
}
