/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_TREE_H
#define CARDEA_POLICY_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>

/*
 * The text of one source file as a tree of settings.  tree.c is the only file
 * that includes libconfig, and it only ever hands it text that we read into
 * memory ourselves and that cardea_scan_text let through.
 *
 * Only for the command: libconfig calls abort when memory runs out.
 */

struct cardea_tree;
struct cardea_setting; /* one setting; lives as long as the tree */

enum cardea_tree_kind {
	CARDEA_TREE_OTHER = 0, /* floats: no key takes one */
	CARDEA_TREE_GROUP,     /* { } */
	CARDEA_TREE_ARRAY,     /* [ ] */
	CARDEA_TREE_LIST,      /* ( ) */
	CARDEA_TREE_TEXT,
	CARDEA_TREE_NUMBER,
	CARDEA_TREE_BOOL,
};

/* cardea_tree_parse: text need not end in a NUL, name is for the diag and kept
 * as a copy. SYNTAX, RANGE (see scan.h), MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_tree_parse(const char *name, const char *text, size_t len,
    struct cardea_tree **ret_tree, struct cardea_diag *diag);

/* cardea_tree_read: the same from a file we trust (base/file.h). */
CARDEA_MUST_USE enum cardea_status cardea_tree_read(
    const char *path, struct cardea_tree **ret_tree, struct cardea_diag *diag);

struct cardea_tree *cardea_tree_free(struct cardea_tree *tree);

const char *cardea_tree_name(const struct cardea_tree *tree);

/* cardea_tree_root: the group of the whole file */
const struct cardea_setting *cardea_tree_root(const struct cardea_tree *tree);

enum cardea_tree_kind cardea_tree_kind(const struct cardea_setting *setting);

/* members of a group, array or list; NULL beyond the last */
size_t cardea_tree_count(const struct cardea_setting *setting);
const struct cardea_setting *
cardea_tree_at(const struct cardea_setting *setting, size_t index);

/* "" for a member of an array or list */
const char *cardea_tree_key(const struct cardea_setting *setting);

/* of the kind named, else "", 0, false */
const char *cardea_tree_text(const struct cardea_setting *setting);
int64_t cardea_tree_number(const struct cardea_setting *setting);
bool cardea_tree_bool(const struct cardea_setting *setting);

unsigned int cardea_tree_line(const struct cardea_setting *setting);

/* cardea_tree_refuse: fills the diag with file, line, path of the key
 * ("rules[2].when.user") and the reason; returns status. */
enum cardea_status cardea_tree_refuse(const struct cardea_tree *tree,
    const struct cardea_setting *setting, enum cardea_status status,
    struct cardea_diag *diag, const char *format, ...) CARDEA_PRINTF(5, 6);

#endif
