/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_KEY_NODE_H
#define CARDEA_VERIFIER_KEY_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The hidraw device of a key: opened while there are rights, read and written
 * when there are none.  One a process.
 */

/* cardea_node_open: a character device, never as a terminal of ours, and
 * nothing is read from it. */
bool cardea_node_open(const char *path);

/* cardea_node_lock: one client at a time, by the lock that libfido2 takes on
 * its own devices; patient for so long. */
bool cardea_node_lock(uint32_t ms);

/* What libfido2 calls: whole reports, -1 for anything else. The first byte
 * that is written is the number of the report, 0. */
void *cardea_node_begin(const char *path);
void cardea_node_end(void *handle);
int cardea_node_read(
    void *handle, unsigned char *bytes, size_t len, int timeout_ms);
int cardea_node_write(void *handle, const unsigned char *bytes, size_t len);

#endif
