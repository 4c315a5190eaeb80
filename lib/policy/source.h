/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_SOURCE_H
#define CARDEA_POLICY_SOURCE_H

#include <stddef.h>

#include <cardea/diag.h>

/*
 * From source files to the prepared form: reads cardea.conf (settings), the
 * files of policy.d in name order and policy.conf (rules, zones, hours), and
 * writes one image.  All or nothing: whatever is unknown, of the wrong type,
 * out of range, named twice or not at all is refused with file, line, key and
 * reason.  A missing cardea.conf or policy.conf is refused as well: absence
 * never allows.
 *
 * For the command only.  Files are read as base/file.h reads them: owner
 * root, not writable by others, no links, no FIFOs, bounded.
 */
struct cardea_source_paths {
	const char *settings; /* cardea.conf */
	const char *rules;    /* policy.conf */
	const char *folder;   /* policy.d; NULL: none */
};

/* cardea_source_default: where they lie on an installed system */
struct cardea_source_paths cardea_source_default(void);

/* cardea_source_compile: the image is on the heap, aligned to 8, and the
 * caller's. MISSING, UNSAFE, SYNTAX, RANGE, IO, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_source_compile(const struct cardea_source_paths *paths, void **ret_image,
    size_t *ret_len, struct cardea_diag *diag);

/* cardea_source_text: the same from texts in memory, for tests: settings may
 * be "" (all defaults); files are named "cardea.conf" and "policy.conf". */
CARDEA_MUST_USE enum cardea_status
cardea_source_text(const char *settings, const char *rules, void **ret_image,
    size_t *ret_len, struct cardea_diag *diag);

/* cardea_source_install: opens the image once more, as a login would, and
 * puts it in place atomically (mode 0600). */
CARDEA_MUST_USE enum cardea_status cardea_source_install(
    const void *image, size_t len, const char *path, struct cardea_diag *diag);

#endif
