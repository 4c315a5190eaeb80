/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_BASE64_H
#define CARDEA_BASE_BASE64_H

#include <stddef.h>

#include <cardea/status.h>

/*
 * RFC 4648: base64 with its padding (section 4) and the form for names and
 * addresses without it (section 5).  Reading is strict: no blank, no newline,
 * no foreign character, padding exactly as the alphabet asks, unused bits zero,
 * so that no two texts stand for the same bytes.
 */
enum cardea_base64_kind {
	CARDEA_BASE64 = 0,     /* "+/", padded */
	CARDEA_BASE64_URL = 1, /* "-_", not padded */
};

/* characters of len bytes, padding included, without a NUL */
#define CARDEA_BASE64_LEN(len) (((len) + 2) / 3 * 4)

/* cardea_base64_encode: text with its NUL. RANGE if it does not fit size. */
CARDEA_MUST_USE enum cardea_status
cardea_base64_encode(enum cardea_base64_kind kind, const unsigned char *bytes,
    size_t len, char *text, size_t size);

/* cardea_base64_decode: text_len characters; SYNTAX, or RANGE if there are
 * more than size bytes. The bytes may be written on failure. "" is no bytes. */
CARDEA_MUST_USE enum cardea_status
cardea_base64_decode(enum cardea_base64_kind kind, const char *text,
    size_t text_len, unsigned char *bytes, size_t size, size_t *ret_len);

#endif
