/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "facts/posture.h"

#define PATH_SIZE 512
#define TEXT_SIZE 16384

/* UEFI's name for the variables that it defines itself */
#define EFI_GLOBAL "8be4df61-93ca-11d2-aa0d-00e098032b8c"
#define EFI_ATTRIBUTES 4 /* bytes in front of a variable's value */

/* ---- boot ---- */

static enum cardea_known
read_secure_boot(const char *root)
{
	unsigned char value[EFI_ATTRIBUTES + 1];

	if (!cardea_posture_is_there(root, "/sys/firmware/efi"))
		return cardea_posture_is_there(root, "/sys/firmware")
		    ? CARDEA_NO
		    : CARDEA_UNKNOWN;
	if (cardea_posture_bytes(root,
		"/sys/firmware/efi/efivars/SecureBoot-" EFI_GLOBAL, value,
		sizeof(value)) != (ssize_t)sizeof(value) ||
	    value[EFI_ATTRIBUTES] > 1)
		return CARDEA_UNKNOWN;
	return value[EFI_ATTRIBUTES] == 1 ? CARDEA_YES : CARDEA_NO;
}

/* A kernel whose modules are gone was replaced by a package of the same name.
 */
static enum cardea_known
read_reboot(const char *root, const char *kernel)
{
	char modules[PATH_SIZE];

	if (cardea_posture_is_there(root, "/run/reboot-required"))
		return CARDEA_YES;
	if (kernel[0] == '\0' || !cardea_posture_is_there(root, "/lib/modules"))
		return CARDEA_UNKNOWN;
	if (cardea_text_print(modules, sizeof(modules), "/lib/modules/%s",
		kernel) != CARDEA_OK)
		return CARDEA_UNKNOWN;
	return cardea_posture_is_there(root, modules) ? CARDEA_NO : CARDEA_YES;
}

/* ---- mandatory access control ---- */

static enum cardea_known
read_selinux(const char *root)
{
	char text[8];

	if (!cardea_posture_file(
		root, "/sys/fs/selinux/enforce", text, sizeof(text)))
		return CARDEA_NO;
	return text[0] == '1' ? CARDEA_YES : CARDEA_NO;
}

/* Enabled is not enough: some profile must be enforced. */
static enum cardea_known
read_apparmor(const char *root)
{
	char text[TEXT_SIZE];

	if (!cardea_posture_file(root,
		"/sys/module/apparmor/parameters/enabled", text,
		sizeof(text)) ||
	    text[0] != 'Y')
		return CARDEA_NO;
	if (!cardea_posture_file(root, "/sys/kernel/security/apparmor/profiles",
		text, sizeof(text)))
		return CARDEA_UNKNOWN;
	return strstr(text, "(enforce)") != NULL ? CARDEA_YES : CARDEA_NO;
}

static enum cardea_known
read_confinement(const char *root)
{
	enum cardea_known apparmor;

	if (read_selinux(root) == CARDEA_YES)
		return CARDEA_YES;
	apparmor = read_apparmor(root);
	if (apparmor != CARDEA_NO)
		return apparmor;
	/* without securityfs nobody can tell what else is there */
	return cardea_posture_is_there(root, "/sys/module") ? CARDEA_NO
							    : CARDEA_UNKNOWN;
}

/* ---- releases ---- */

/* KEY=value or KEY="value" of os-release(5), where the value is plain. */
static void
take_release(const char *text, const char *key, char *value, size_t size)
{
	size_t key_len = strlen(key), len;
	const char *line = text;

	value[0] = '\0';
	while (line != NULL && strncmp(line, key, key_len) != 0) {
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	if (line == NULL)
		return;
	line += key_len;
	if (line[0] == '"' || line[0] == '\'')
		line++;
	len = strspn(line, "abcdefghijklmnopqrstuvwxyz0123456789._-");
	if (len == 0 || len >= size)
		return;
	memcpy(value, line, len);
	value[len] = '\0';
}

static void
read_os(const char *root, struct cardea_posture *posture)
{
	char text[TEXT_SIZE];

	if (!cardea_posture_file(root, "/etc/os-release", text, sizeof(text)) &&
	    !cardea_posture_file(
		root, "/usr/lib/os-release", text, sizeof(text)))
		return;
	take_release(text, "ID=", posture->os, sizeof(posture->os));
	take_release(text, "VERSION_ID=", posture->os_version,
	    sizeof(posture->os_version));
}

static int64_t
seconds_of(int year, int month, int day)
{
	return cardea_text_days(year, month, day) * 86400;
}

/* Debian's way: "... Debian 6.1.90-1 (2024-05-03)" */
static int64_t
find_iso_date(const char *version)
{
	const char *at = version;
	int year, month, day;
	char date[11];

	while ((at = strchr(at, '(')) != NULL) {
		at++;
		if (strnlen(at, 11) < 11 || at[10] != ')')
			continue;
		memcpy(date, at, 10);
		date[10] = '\0';
		if (cardea_text_date(date, &year, &month, &day) == CARDEA_OK)
			return seconds_of(year, month, day);
	}
	return 0;
}

/* The kernel's own: "... Fri May  3 12:34:56 UTC 2024" at the end */
static int64_t
find_plain_date(const char *version)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char date[11], year_text[5];
	size_t len = strcspn(version, "\n");
	uint64_t day, year;
	int y, m, d;

	/* "May  3 12:34:56 UTC 2024" is 24 characters */
	if (len < 24)
		return 0;
	version += len - 24;
	memcpy(year_text, version + 20, 4);
	year_text[4] = '\0';
	for (unsigned int i = 0; i < 12; i++) {
		char day_text[3] = { version[4], version[5], '\0' };

		if (strncmp(version, months[i], 3) != 0)
			continue;
		if (cardea_text_number(
			day_text[0] == ' ' ? day_text + 1 : day_text, 1, 31,
			&day) != CARDEA_OK ||
		    cardea_text_number(year_text, 1990, 9999, &year) !=
			CARDEA_OK ||
		    cardea_text_print(date, sizeof(date), "%04u-%02u-%02u",
			(unsigned int)year, i + 1,
			(unsigned int)day) != CARDEA_OK ||
		    cardea_text_date(date, &y, &m, &d) != CARDEA_OK)
			return 0;
		return seconds_of(y, m, d);
	}
	return 0;
}

static void
read_kernel(const char *root, struct cardea_posture *posture)
{
	char text[1024];
	size_t len;

	if (cardea_posture_file(
		root, "/proc/sys/kernel/osrelease", text, sizeof(text))) {
		len = strcspn(text, "\n/");
		if (len < sizeof(posture->kernel)) {
			memcpy(posture->kernel, text, len);
			posture->kernel[len] = '\0';
		}
	}
	if (!cardea_posture_file(
		root, "/proc/sys/kernel/version", text, sizeof(text)))
		return;
	posture->kernel_built_s = find_iso_date(text);
	if (posture->kernel_built_s == 0)
		posture->kernel_built_s = find_plain_date(text);
}

void
cardea_posture_read(const char *root, struct cardea_posture *ret_posture)
{
	struct cardea_posture posture = { .os = "" };
	enum cardea_known *facts = posture.facts;

	read_os(root, &posture);
	read_kernel(root, &posture);
	facts[CARDEA_POSTURE_DISK_ENCRYPTED] = cardea_posture_disk(root);
	facts[CARDEA_POSTURE_SECURE_BOOT] = read_secure_boot(root);
	facts[CARDEA_POSTURE_FIREWALL] = cardea_posture_firewall(root);
	facts[CARDEA_POSTURE_CONFINEMENT] = read_confinement(root);
	facts[CARDEA_POSTURE_REBOOT_NEEDED] = read_reboot(root, posture.kernel);
	*ret_posture = posture;
}
