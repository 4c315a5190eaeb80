/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POSTURE_H
#define CARDEA_POSTURE_H

#include <stdbool.h>
#include <stdint.h>

#include <cardea/status.h>

/*
 * The health of this machine, as far as the kernel and a few files tell.  Facts
 * for rules, no proof of anything: whoever is root can make them up.  A plain
 * value; the zero value knows nothing.
 */

enum cardea_known { /* unknown is a value */
	CARDEA_UNKNOWN = 0,
	CARDEA_NO,
	CARDEA_YES,
};

enum cardea_posture_fact {
	CARDEA_POSTURE_DISK_ENCRYPTED = 0, /* below the root file system */
	CARDEA_POSTURE_SECURE_BOOT,
	CARDEA_POSTURE_FIREWALL,    /* something filters what comes in */
	CARDEA_POSTURE_CONFINEMENT, /* SELinux or AppArmor enforces */
	CARDEA_POSTURE_REBOOT_NEEDED,
	CARDEA_POSTURE_CLOCK_SYNCHRONISED,
	CARDEA_POSTURE_FACT_COUNT,
};

#define CARDEA_POSTURE_TEXT_MAX 63

struct cardea_posture {
	enum cardea_known facts[CARDEA_POSTURE_FACT_COUNT];
	char os[CARDEA_POSTURE_TEXT_MAX + 1];	      /* "debian", "" unknown */
	char os_version[CARDEA_POSTURE_TEXT_MAX + 1]; /* "12" */
	char kernel[CARDEA_POSTURE_TEXT_MAX + 1];     /* uname -r */
	int64_t kernel_built_s; /* the day it was built; 0: unknown */
};

/* cardea_posture_text: the word in rules and in the log; "" for none */
const char *cardea_posture_text(enum cardea_posture_fact fact);

/*
 * The words of a condition:
 *
 *   disk-encrypted, not-disk-encrypted, ...   of a fact, yes and no
 *   os=debian  os=debian-12                   /etc/os-release
 *   kernel-older-than=90d                     since it was built
 */

/* cardea_posture_is_word: is this text one of them? */
bool cardea_posture_is_word(const char *text);

/* cardea_posture_holds: does the word hold at this time?  UNKNOWN also for a
 * text that is no word. */
enum cardea_known cardea_posture_holds(
    const struct cardea_posture *posture, const char *text, int64_t time_s);

#endif
