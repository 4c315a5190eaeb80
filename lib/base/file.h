/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_FILE_H
#define CARDEA_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <cardea/diag.h>

/*
 * Files we trust.  Opened once, judged by descriptor afterwards:
 * 1. no symbolic link in the last component, no FIFO, device or directory
 *    (opened O_NONBLOCK, so that a FIFO cannot hold us: F06);
 * 2. owner root (or the effective user, for tests without root), not writable
 * by group or others; the directory that holds it likewise (sticky is not
 * enough);
 * 3. at most max bytes, read to the end, never mapped while others may write;
 * 4. replaced only by rename of a synced temporary file made with O_EXCL.
 */

enum cardea_file_kind {
	CARDEA_FILE_CONFIG, /* may be read by all */
	CARDEA_FILE_SECRET, /* besides: no bits for group and others */
};

/* cardea_file_open: a descriptor, close-on-exec. MISSING, UNSAFE, IO. */
CARDEA_MUST_USE enum cardea_status cardea_file_open(const char *path,
    enum cardea_file_kind kind, int *ret_fd, struct cardea_diag *diag);

/* cardea_file_check: the judgement of rules 1 and 2 on a file that is already
 * open; path is for the diag. UNSAFE, IO. */
CARDEA_MUST_USE enum cardea_status cardea_file_check(int fd, const char *path,
    enum cardea_file_kind kind, struct cardea_diag *diag);

/* cardea_file_is_safe_directory: rule 2 on a directory that is open. */
bool cardea_file_is_safe_directory(int fd);

/* cardea_file_read: whole contents, NUL added; the caller frees (wipe a
 * secret first). RANGE beyond max. */
CARDEA_MUST_USE enum cardea_status
cardea_file_read(const char *path, enum cardea_file_kind kind, size_t max,
    char **ret_bytes, size_t *ret_len, struct cardea_diag *diag);

/* cardea_file_read_open: the same, of a file that is open and was checked;
 * path is for the diag. */
CARDEA_MUST_USE enum cardea_status
cardea_file_read_open(int fd, const char *path, size_t max, char **ret_bytes,
    size_t *ret_len, struct cardea_diag *diag);

/* cardea_file_write_open: all of it, not synced. FULL, IO. */
CARDEA_MUST_USE enum cardea_status
cardea_file_write_open(int fd, const void *data, size_t len);

/* cardea_file_replace: atomically, durable; a new file gets mode, an existing
 * one keeps the stricter of both (F10). The old one stays on failure. */
CARDEA_MUST_USE enum cardea_status cardea_file_replace(const char *path,
    const void *bytes, size_t len, mode_t mode, struct cardea_diag *diag);

/* cardea_file_create: the same, but CONFLICT if anything stands there. */
CARDEA_MUST_USE enum cardea_status cardea_file_create(const char *path,
    const void *bytes, size_t len, mode_t mode, struct cardea_diag *diag);

#endif
