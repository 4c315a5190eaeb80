/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A name service that misbehaves as its users' names say.  The verifier has an
 * empty environment and cannot be preloaded; but it asks whom nsswitch.conf
 * names, and in a world of its own that is this.
 */
#include <errno.h>
#include <nss.h>
#include <pwd.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

enum nss_status _nss_compat_getpwnam_r(const char *name, struct passwd *entry,
    char *buffer, size_t size, int *error);
enum nss_status _nss_compat_getpwuid_r(
    uid_t uid, struct passwd *entry, char *buffer, size_t size, int *error);

static enum nss_status
answer(const char *name, struct passwd *entry, char *buffer, size_t size)
{
	if (size <= strlen(name))
		return NSS_STATUS_TRYAGAIN;
	memset(entry, 0, sizeof(*entry));
	memcpy(buffer, name, strlen(name) + 1);
	entry->pw_name = buffer;
	entry->pw_passwd = buffer;
	entry->pw_gecos = buffer;
	entry->pw_dir = buffer;
	entry->pw_shell = buffer;
	entry->pw_uid = 4711;
	entry->pw_gid = 4711;
	return NSS_STATUS_SUCCESS;
}

EXPORT enum nss_status
_nss_compat_getpwnam_r(const char *name, struct passwd *entry, char *buffer,
    size_t size, int *error)
{
	*error = 0;
	if (strcmp(name, "again") == 0) {
		*error = EAGAIN;
		return NSS_STATUS_TRYAGAIN;
	}
	if (strcmp(name, "range") == 0) {
		*error = ERANGE;
		return NSS_STATUS_TRYAGAIN;
	}
	if (strcmp(name, "down") == 0) {
		*error = ECONNREFUSED;
		return NSS_STATUS_UNAVAIL;
	}
	if (strcmp(name, "ALICE") == 0)
		return answer("alice", entry, buffer, size);
	if (strcmp(name, "empty") == 0)
		return answer("", entry, buffer, size);
	return NSS_STATUS_NOTFOUND;
}

EXPORT enum nss_status
_nss_compat_getpwuid_r(
    uid_t uid, struct passwd *entry, char *buffer, size_t size, int *error)
{
	(void)uid;
	(void)entry;
	(void)buffer;
	(void)size;
	*error = EAGAIN;
	return NSS_STATUS_TRYAGAIN;
}
