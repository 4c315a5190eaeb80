/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_REMOTE_PARTS_H
#define CARDEA_FACTOR_REMOTE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/limits.h>
#include <cardea/status.h>

/*
 * Answers of cardea-askpass, cut into what every front end lets through:
 *
 *   cardea-key1:1/2:BASE64URL
 *
 * Every part but the last is full, so one answer has one form; each is base64
 * by itself.
 */

/* What an answer of one kind looks like. */
struct cardea_remote_form {
	const char *magic; /* "cardea-key1:" */
	unsigned int parts_max;
};

#define CARDEA_REMOTE_PART_DIGITS 476u /* groups of four, below its head */
#define CARDEA_REMOTE_PART_BYTES (CARDEA_REMOTE_PART_DIGITS / 4 * 3)

/* how many parts so many bytes are */
#define CARDEA_REMOTE_PARTS_OF(bytes)                                          \
	(((bytes) + CARDEA_REMOTE_PART_BYTES - 1) / CARDEA_REMOTE_PART_BYTES)

/* An answer as its parts, each at most CARDEA_PROOF_CHUNK_MAX characters. */
struct cardea_remote_parts {
	unsigned int count; /* 1 .. the form's parts_max */
	char texts[CARDEA_PROOF_CHUNKS_MAX][CARDEA_PROOF_CHUNK_MAX + 1];
};

/* cardea_remote_cut: RANGE if it is too long for its form; SYNTAX for nothing.
 */
CARDEA_MUST_USE enum cardea_status cardea_remote_cut(
    const struct cardea_remote_form *form, const unsigned char *bytes,
    size_t len, struct cardea_remote_parts *ret_parts);

/* cardea_remote_add_part: the verifier's side. parts begins zeroed; SYNTAX
 * unless text is exactly the next part of one answer.  *ret_done when all are
 * there. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_add_part(const struct cardea_remote_form *form,
    struct cardea_remote_parts *parts, const char *text, bool *ret_done);

/* cardea_remote_more: "[cardea-more1:2] ", the prompt for the next part. */
CARDEA_MUST_USE enum cardea_status cardea_remote_more(
    const struct cardea_remote_parts *parts, char *prompt, size_t size);

/* cardea_remote_bytes: what complete parts were cut from. SYNTAX; RANGE beyond
 * size, or the form's. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_bytes(const struct cardea_remote_form *form,
    const struct cardea_remote_parts *parts, unsigned char *bytes, size_t size,
    size_t *ret_len);

#endif
