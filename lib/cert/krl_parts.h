/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_KRL_PARTS_H
#define CARDEA_CERT_KRL_PARTS_H

#include "base/sshwire.h"
#include "cert/krl.h"

/*
 * The parts of a KRL: tables that are sorted once and searched.  A table's size
 * is what was counted in the list's own bytes, never a number that stands in
 * it: a range or a bitmap is one entry, however many serials it names.
 */

/* --- byte strings: keys, fingerprints, key ids ---------------------------- */

enum cardea_krl_kind {
	CARDEA_KRL_KEYS = 0, /* plain public keys */
	CARDEA_KRL_SHA1S,
	CARDEA_KRL_SHA256S,
	CARDEA_KRL_IDS, /* text without a NUL */
	CARDEA_KRL_KINDS,
};

struct cardea_krl_set {
	size_t count, size;
	struct cardea_sshwire_string *entries;
};

/* cardea_krl_set_count: adds the strings of a section to *count. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_krl_set_count(struct cardea_sshwire_string section,
    enum cardea_krl_kind kind, size_t *count);

/* cardea_krl_set_make: room for so many; the caller clears. MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_krl_set_make(struct cardea_krl_set *set, size_t size);

/* cardea_krl_set_add: the strings of a section that was counted. */
void cardea_krl_set_add(
    struct cardea_krl_set *set, struct cardea_sshwire_string section);

/* cardea_krl_set_sort: after the last; only then it can be searched. */
void cardea_krl_set_sort(struct cardea_krl_set *set);
bool cardea_krl_set_has(
    const struct cardea_krl_set *set, const void *bytes, size_t len);
void cardea_krl_set_clear(struct cardea_krl_set *set);

/* --- certificates --------------------------------------------------------- */

/* Serials from low to high, both included. */
struct cardea_krl_span {
	uint64_t low, high;
};

/* Serials from low on, by the bits of a number: the lowest bit of its last byte
 * is low itself. */
struct cardea_krl_bitmap {
	uint64_t low;
	uint64_t reach; /* the highest serial of this one and those before */
	struct cardea_sshwire_string bits;
};

/* A certificates section: what is revoked of one CA, or of all. */
struct cardea_krl_scope {
	struct cardea_sshwire_string ca; /* empty: any */
	size_t span_count, bitmap_count;
	struct cardea_krl_span *spans;	   /* sorted, apart from one another */
	struct cardea_krl_bitmap *bitmaps; /* sorted by low */
	struct cardea_krl_set ids;
	uint64_t entries;
};

/* cardea_krl_scope_read: the caller clears, also after a failure.  SYNTAX,
 * RANGE, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_krl_scope_read(struct cardea_sshwire_string section,
    struct cardea_krl_scope *scope, struct cardea_diag *diag);
void cardea_krl_scope_clear(struct cardea_krl_scope *scope);

/* cardea_krl_scope_has: serial 0 is no serial: "if a CA does not wish to number
 * its certificates it must set this field to zero". */
bool cardea_krl_scope_has(const struct cardea_krl_scope *scope, uint64_t serial,
    struct cardea_sshwire_string key_id);

/* cardea_krl_extension: name, is it critical, contents, and nothing behind.
 * None is known, so a critical one is SYNTAX like a malformed one. */
CARDEA_MUST_USE enum cardea_status
cardea_krl_extension(struct cardea_sshwire_string section);

#endif
