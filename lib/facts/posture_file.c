/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "facts/posture.h"

#define PATH_SIZE 512

bool
cardea_posture_is_there(const char *root, const char *path)
{
	char full[PATH_SIZE];
	struct stat st;

	return cardea_text_print(full, sizeof(full), "%s%s", root, path) ==
	    CARDEA_OK &&
	    lstat(full, &st) == 0;
}

ssize_t
cardea_posture_bytes(
    const char *root, const char *path, void *bytes, size_t size)
{
	char full[PATH_SIZE];
	size_t len = 0;
	ssize_t part;
	int fd;

	if (cardea_text_print(full, sizeof(full), "%s%s", root, path) !=
	    CARDEA_OK)
		return -1;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -1;
	do {
		part = read(fd, (char *)bytes + len, size - len);
		if (part > 0)
			len += (size_t)part;
	} while ((part > 0 && len < size) || (part < 0 && errno == EINTR));
	(void)close(fd);
	return part < 0 ? -1 : (ssize_t)len;
}

bool
cardea_posture_file(const char *root, const char *path, char *text, size_t size)
{
	ssize_t len = cardea_posture_bytes(root, path, text, size - 1);

	if (len < 0)
		return false;
	text[len] = '\0';
	return strlen(text) == (size_t)len;
}
