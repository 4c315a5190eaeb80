/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_POSTURE_H
#define CARDEA_FACTS_POSTURE_H

#include <stddef.h>

#include <cardea/posture.h>

/*
 * Reads this machine's health from /proc, /sys, /run and /etc.  What cannot be
 * read, or says something new, is unknown: nothing here is trouble, and nothing
 * here blocks.  root is "" for this machine, or a folder that stands for it.
 */

/* cardea_posture_read: all but the clock, which the caller knows. */
void cardea_posture_read(const char *root, struct cardea_posture *ret_posture);

/* posture_disk.c: is everything below the root file system encrypted? */
enum cardea_known cardea_posture_disk(const char *root);

/* posture_firewall.c: does nftables or iptables filter what comes in?  Asks the
 * kernel; of a folder that stands for a machine it reads what iptables has. */
enum cardea_known cardea_posture_firewall(const char *root);

/* What the readers share: the first size - 1 bytes of ROOT/PATH as text; false
 * if it is not there, or cannot be read. */
bool cardea_posture_file(
    const char *root, const char *path, char *text, size_t size);

#endif
