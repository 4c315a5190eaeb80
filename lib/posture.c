/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/posture.h>

#include "base/text.h"

#define NOT "not-"
#define OS "os="
#define KERNEL "kernel-older-than="
#define KERNEL_MAX_S (20u * 366u * 86400u)

const char *
cardea_posture_text(enum cardea_posture_fact fact)
{
	static const char *const texts[CARDEA_POSTURE_FACT_COUNT] = {
		[CARDEA_POSTURE_DISK_ENCRYPTED] = "disk-encrypted",
		[CARDEA_POSTURE_SECURE_BOOT] = "secure-boot",
		[CARDEA_POSTURE_FIREWALL] = "firewall",
		[CARDEA_POSTURE_CONFINEMENT] = "confinement",
		[CARDEA_POSTURE_REBOOT_NEEDED] = "reboot-needed",
		[CARDEA_POSTURE_CLOCK_SYNCHRONISED] = "clock-synchronised",
	};

	return (unsigned int)fact < CARDEA_POSTURE_FACT_COUNT ? texts[fact]
							      : "";
}

/* What stands behind a prefix; NULL if the prefix is not there. */
static const char *
behind(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

/* The fact of a word without "not-"; COUNT if it is none. */
static enum cardea_posture_fact
find_fact(const char *name)
{
	int fact = 0;

	while (fact < CARDEA_POSTURE_FACT_COUNT &&
	    strcmp(name, cardea_posture_text((enum cardea_posture_fact)fact)) !=
		0)
		fact++;
	return (enum cardea_posture_fact)fact;
}

static bool
is_os(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";

	return text[0] != '\0' && strspn(text, allowed) == strlen(text) &&
	    strlen(text) <= CARDEA_POSTURE_TEXT_MAX;
}

bool
cardea_posture_is_word(const char *text)
{
	const char *rest = behind(text, NOT);
	uint32_t age_s;

	if (find_fact(rest != NULL ? rest : text) != CARDEA_POSTURE_FACT_COUNT)
		return true;
	rest = behind(text, OS);
	if (rest != NULL)
		return is_os(rest);
	rest = behind(text, KERNEL);
	return rest != NULL &&
	    cardea_text_duration(rest, KERNEL_MAX_S, &age_s) == CARDEA_OK;
}

static enum cardea_known
known(bool is_so)
{
	return is_so ? CARDEA_YES : CARDEA_NO;
}

/* "debian" is any of its releases, "debian-12" one of them. */
static enum cardea_known
judge_os(const struct cardea_posture *posture, const char *wanted)
{
	size_t len = strlen(posture->os);

	if (len == 0 || !is_os(wanted))
		return CARDEA_UNKNOWN;
	if (strcmp(wanted, posture->os) == 0)
		return CARDEA_YES;
	if (strncmp(wanted, posture->os, len) != 0 || wanted[len] != '-')
		return CARDEA_NO;
	/* a release that does not tell its version may be any */
	return posture->os_version[0] == '\0'
	    ? CARDEA_UNKNOWN
	    : known(strcmp(wanted + len + 1, posture->os_version) == 0);
}

static enum cardea_known
judge_kernel(
    const struct cardea_posture *posture, const char *wanted, int64_t time_s)
{
	uint32_t age_s;

	if (cardea_text_duration(wanted, KERNEL_MAX_S, &age_s) != CARDEA_OK ||
	    posture->kernel_built_s <= 0 || time_s <= 0)
		return CARDEA_UNKNOWN;
	return known(time_s - posture->kernel_built_s > (int64_t)age_s);
}

enum cardea_known
cardea_posture_holds(
    const struct cardea_posture *posture, const char *text, int64_t time_s)
{
	const char *rest = behind(text, NOT);
	enum cardea_posture_fact fact = find_fact(rest != NULL ? rest : text);

	if (fact != CARDEA_POSTURE_FACT_COUNT) {
		enum cardea_known value = posture->facts[fact];

		if (value != CARDEA_YES && value != CARDEA_NO)
			return CARDEA_UNKNOWN;
		return rest == NULL ? value : known(value == CARDEA_NO);
	}
	rest = behind(text, OS);
	if (rest != NULL)
		return judge_os(posture, rest);
	rest = behind(text, KERNEL);
	return rest != NULL ? judge_kernel(posture, rest, time_s)
			    : CARDEA_UNKNOWN;
}
