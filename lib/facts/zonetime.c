/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "facts/zonetime.h"

/* The name becomes a path and part of TZ: nothing that leaves the folder and
 * nothing that TZ's own grammar would read differently. */
static bool
is_zone_name(const char *zone)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "_+-/";

	return zone[0] != '\0' && zone[0] != '/' &&
	    zone[strspn(zone, allowed)] == '\0';
}

/* is_tzif: libc takes whatever it cannot read for UTC without a word, so the
 * file is looked at first (RFC 8536, section 3.1: the magic number). */
static bool
is_tzif(const char *path)
{
	char magic[4];
	struct stat st;
	bool good = false;
	int fd;

	/* O_NONBLOCK: a FIFO would hold us for ever (F06) */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic))
		good = memcmp(magic, "TZif", sizeof(magic)) == 0;
	(void)close(fd);
	return good;
}

/* ask_libc: with an environment of one variable in place of the process's.
 * An absolute path: a relative one is sought in TZDIR, and if it is not found
 * or damaged there, read as a rule of its own. */
static bool
ask_libc(const char *path, time_t time, struct tm *ret_tm)
{
	char variable[PATH_MAX + 8];
	char *own[] = { variable, NULL };
	char **saved = environ;
	bool good;

	if (cardea_text_print(variable, sizeof(variable), "TZ=:%s", path) !=
	    CARDEA_OK)
		return false;
	environ = own;
	tzset();
	good = localtime_r(&time, ret_tm) != NULL;
	/* a damaged file leaves libc without a name for the zone */
	good = good && ret_tm->tm_zone != NULL && ret_tm->tm_zone[0] != '\0';
	if (good) /* the name's bytes belong to the next tzset */
		ret_tm->tm_zone = NULL;
	environ = saved;
	tzset();
	return good;
}

static void
fill(const struct tm *tm, struct cardea_local_time *local)
{
	int second = (tm->tm_hour * 60 + tm->tm_min) * 60 + tm->tm_sec;

	local->known = true;
	local->year = tm->tm_year + 1900;
	local->month = tm->tm_mon + 1;
	local->day = tm->tm_mday;
	local->weekday = (tm->tm_wday + 6) % 7;
	/* a leap second belongs to the day that it ends */
	local->second = second < 86400 ? second : 86399;
}

void
cardea_zonetime_in(const char *folder, const char *zone, int64_t time_s,
    struct cardea_local_time *ret_local)
{
	char path[PATH_MAX];
	time_t time = (time_t)time_s;
	struct tm tm;
	bool good;

	memset(ret_local, 0, sizeof(*ret_local));
	if (cardea_text_copy(ret_local->zone, sizeof(ret_local->zone), zone) !=
		CARDEA_OK ||
	    folder[0] != '/' || !is_zone_name(zone) || time != time_s)
		return;
	if (strcmp(zone, "UTC") == 0) {
		good = gmtime_r(&time, &tm) != NULL;
	} else {
		good = cardea_text_print(path, sizeof(path), "%s/%s", folder,
			   zone) == CARDEA_OK &&
		    is_tzif(path) && ask_libc(path, time, &tm);
	}
	if (good && tm.tm_year <= 9999 - 1900)
		fill(&tm, ret_local);
}

void
cardea_zonetime(
    const char *zone, int64_t time_s, struct cardea_local_time *ret_local)
{
	cardea_zonetime_in(CARDEA_ZONEINFO, zone, time_s, ret_local);
}
