/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "facts/posture.h"

/*
 * What lies below "/": a device, below it others (LVM, RAID, a partition's
 * disk), and somewhere on the way a mapping of dm-crypt, whose uuid begins with
 * "CRYPT-".  Encrypted is what has one on every way down.
 */

#define PATH_SIZE 1024
#define MOUNTS_SIZE 65536
#define DEPTH_MAX 8 /* devices on top of one another */

/* ---- the device of "/" ---- */

/* The field with this number of a line of proc(5), mountinfo; of those behind
 * the dash, which may stand anywhere, from 100 on. */
static bool
field_of(const char *line, size_t len, int number, char *text, size_t size)
{
	int at = 0;

	for (size_t begin = 0; begin < len;) {
		size_t end = begin;

		while (end < len && line[end] != ' ')
			end++;
		if (at == number && end - begin < size) {
			memcpy(text, line + begin, end - begin);
			text[end - begin] = '\0';
			return true;
		}
		at = end - begin == 1 && line[begin] == '-' ? 100 : at + 1;
		begin = end + 1;
	}
	return false;
}

/* "/dev/mapper/root" is a link to "../dm-0", which sysfs knows. */
static bool
name_device(const char *root, const char *source, char *path, size_t size)
{
	char full[PATH_SIZE], target[PATH_SIZE];
	const char *name;
	ssize_t len;

	if (strncmp(source, "/dev/", 5) != 0 ||
	    cardea_text_print(full, sizeof(full), "%s%s", root, source) !=
		CARDEA_OK)
		return false;
	len = readlink(full, target, sizeof(target) - 1);
	if (len > 0)
		target[len] = '\0';
	name = strrchr(len > 0 ? target : source, '/');
	name = name != NULL ? name + 1 : target;
	return cardea_text_print(path, size, "/sys/class/block/%s", name) ==
	    CARDEA_OK;
}

/* Of several mounts on "/" the last one is what is seen.  File systems over
 * several devices have a number that is made up: their source tells. */
static bool
find_root(const char *root, const char *mounts, char *path, size_t size)
{
	bool found = false;

	for (const char *line = mounts; *line != '\0';) {
		size_t len = strcspn(line, "\n");
		char point[8], number[32], source[256];

		if (field_of(line, len, 4, point, sizeof(point)) &&
		    strcmp(point, "/") == 0 &&
		    field_of(line, len, 2, number, sizeof(number)) &&
		    field_of(line, len, 101, source, sizeof(source)))
			found = strncmp(number, "0:", 2) == 0
			    ? name_device(root, source, path, size)
			    : cardea_text_print(path, size, "/sys/dev/block/%s",
				  number) == CARDEA_OK;
		line += len + (line[len] == '\n' ? 1 : 0);
	}
	return found;
}

/* ---- what is below it ---- */

static enum cardea_known judge(const char *root, const char *path, int depth);

/* All of the devices below; UNKNOWN if there are none. */
static enum cardea_known
judge_slaves(const char *root, const char *path, int depth)
{
	enum cardea_known all = CARDEA_UNKNOWN;
	char full[PATH_SIZE];
	struct dirent *entry;
	DIR *folder;

	if (cardea_text_print(full, sizeof(full), "%s%s/slaves", root, path) !=
	    CARDEA_OK)
		return CARDEA_UNKNOWN;
	folder = opendir(full);
	if (folder == NULL)
		return CARDEA_UNKNOWN;
	while ((entry = readdir(folder)) != NULL) {
		enum cardea_known one = CARDEA_UNKNOWN;

		if (entry->d_name[0] == '.')
			continue;
		if (cardea_text_print(full, sizeof(full), "%s/slaves/%s", path,
			entry->d_name) == CARDEA_OK)
			one = judge(root, full, depth + 1);
		all = one;
		if (one != CARDEA_YES)
			break;
	}
	(void)closedir(folder);
	return all;
}

static bool
is_partition(const char *root, const char *path)
{
	char full[PATH_SIZE], text[32];

	return cardea_text_print(full, sizeof(full), "%s/partition", path) ==
	    CARDEA_OK &&
	    cardea_posture_file(root, full, text, sizeof(text));
}

static enum cardea_known
judge(const char *root, const char *path, int depth)
{
	char full[PATH_SIZE], text[256];
	enum cardea_known below;

	if (depth > DEPTH_MAX)
		return CARDEA_UNKNOWN;
	if (cardea_text_print(full, sizeof(full), "%s/dm/uuid", path) ==
		CARDEA_OK &&
	    cardea_posture_file(root, full, text, sizeof(text)) &&
	    strncmp(text, "CRYPT-", 6) == 0)
		return CARDEA_YES;
	below = judge_slaves(root, path, depth);
	if (below != CARDEA_UNKNOWN)
		return below;
	if (is_partition(root, path) &&
	    cardea_text_print(full, sizeof(full), "%s/..", path) == CARDEA_OK)
		return judge(root, full, depth + 1);
	/* the lowest device, if it is one at all */
	if (cardea_text_print(full, sizeof(full), "%s/dev", path) ==
		CARDEA_OK &&
	    cardea_posture_file(root, full, text, sizeof(text)))
		return CARDEA_NO;
	return CARDEA_UNKNOWN;
}

enum cardea_known
cardea_posture_disk(const char *root)
{
	static char mounts[MOUNTS_SIZE];
	char path[PATH_SIZE];

	if (!cardea_posture_file(
		root, "/proc/self/mountinfo", mounts, sizeof(mounts)) ||
	    strlen(mounts) == sizeof(mounts) - 1 ||
	    !find_root(root, mounts, path, sizeof(path)))
		return CARDEA_UNKNOWN;
	return judge(root, path, 0);
}
