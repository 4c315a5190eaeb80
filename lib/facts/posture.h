/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_POSTURE_H
#define CARDEA_FACTS_POSTURE_H

#include <stddef.h>
#include <sys/types.h>

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

/* posture_file.c: what the readers share, of ROOT/PATH. */
bool cardea_posture_is_there(const char *root, const char *path);

/* cardea_posture_bytes: the first size bytes; -1 if it is not there, or cannot
 * be read. */
ssize_t cardea_posture_bytes(
    const char *root, const char *path, void *bytes, size_t size);

/* cardea_posture_file: the first size - 1 bytes as text; false also if they are
 * none. */
bool cardea_posture_file(
    const char *root, const char *path, char *text, size_t size);

#endif
