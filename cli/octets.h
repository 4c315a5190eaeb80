/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_OCTETS_H
#define CARDEA_CLI_OCTETS_H

#include "cli/json.h"

/*
 * Bytes in a JSON object.  A member "signature" is in the encoding that the
 * member "encoding" names: hex (also if there is none), base64, base64url or
 * text, which is the UTF-8 of the text itself; "signature_base64" and the like
 * are in the one they are called after.  One of these may stand there, and is
 * read strictly (RFC 4648; base64url without padding).
 */
enum cardea_octets_encoding {
	CARDEA_OCTETS_HEX = 0,
	CARDEA_OCTETS_BASE64,
	CARDEA_OCTETS_BASE64URL,
	CARDEA_OCTETS_TEXT,
	CARDEA_OCTETS_ENCODINGS,
};

struct cardea_octets {
	const struct cardea_json_object *object; /* borrowed */
	enum cardea_octets_encoding encoding;
};

/* cardea_octets_begin: SYNTAX for an encoding that is none of these. */
CARDEA_MUST_USE enum cardea_status
cardea_octets_begin(struct cardea_octets *octets,
    const struct cardea_json_object *object, struct cardea_diag *diag);

/* cardea_octets_find: *ret_len is untouched, and the status OK, if there is no
 * such member.  SYNTAX, also for two of them; RANGE beyond size; the bytes may
 * be written on failure. */
CARDEA_MUST_USE enum cardea_status
cardea_octets_find(const struct cardea_octets *octets, const char *member,
    unsigned char *bytes, size_t size, size_t *ret_len,
    struct cardea_diag *diag);

/* cardea_octets_need: the same, but SYNTAX if there is no such member. */
CARDEA_MUST_USE enum cardea_status
cardea_octets_need(const struct cardea_octets *octets, const char *member,
    unsigned char *bytes, size_t size, size_t *ret_len,
    struct cardea_diag *diag);

/* cardea_octets_find_text: a text that is no bytes, borrowed; NULL if there is
 * none, SYNTAX if there is something else. */
CARDEA_MUST_USE enum cardea_status
cardea_octets_find_text(const struct cardea_octets *octets, const char *member,
    const char **ret_text, struct cardea_diag *diag);

/* cardea_octets_need_text: a copy of it; SYNTAX if there is none. */
CARDEA_MUST_USE enum cardea_status
cardea_octets_need_text(const struct cardea_octets *octets, const char *member,
    char *text, size_t size, struct cardea_diag *diag);

/* cardea_octets_has: is there such a member in any encoding? */
bool cardea_octets_has(const struct cardea_octets *octets, const char *member);

/* cardea_octets_is: is the key that member, in any encoding? */
bool cardea_octets_is(const char *key, const char *member);

#endif
