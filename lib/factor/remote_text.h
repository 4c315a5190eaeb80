/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_REMOTE_TEXT_H
#define CARDEA_FACTOR_REMOTE_TEXT_H

#include "base/pack.h"
#include "factor/remote.h"

/*
 * What the texts of remote.h have in common: packed bytes as MAGIC:BASE64URL,
 * and the judgement of the values in them, which is the same for who writes
 * and who reads, so that what can be written can be read and the reverse.
 */

/* cardea_remote_text_write: RANGE if it does not fit; the pack's own failure.
 */
CARDEA_MUST_USE enum cardea_status cardea_remote_text_write(
    const char *magic, const struct cardea_pack *pack, char *text, size_t size);

/* cardea_remote_text_prompt: the same for a prompt, which magic begins with
 * words for people and TAIL ends. */
#define CARDEA_REMOTE_TAIL "] "
CARDEA_MUST_USE enum cardea_status cardea_remote_text_prompt(const char *magic,
    const struct cardea_pack *pack, char *prompt, size_t size);

/* cardea_remote_text_read: text_len characters that are magic and the bytes,
 * and nothing else. SYNTAX; RANGE beyond size bytes. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_text_read(const char *magic, const char *text, size_t text_len,
    unsigned char *bytes, size_t size, size_t *ret_len);

/* cardea_remote_is_name: of a user, host, service or relying party. Not empty,
 * and nothing that breaks a line or moves a cursor. */
bool cardea_remote_is_name(const char *name);

void cardea_remote_lower(char *host); /* ASCII, as ssh does */

void cardea_remote_put_uv(struct cardea_pack *pack, enum cardea_uv uv);
enum cardea_uv cardea_remote_get_uv(struct cardea_unpack *unpack);

/* cardea_remote_get_name: fails the unpack unless it is a name. */
void
cardea_remote_get_name(struct cardea_unpack *unpack, char *name, size_t size);

/* cardea_remote_put_whom, cardea_remote_get_whom: for whom and where something
 * was signed, the host in lower case.  get: names of CARDEA_NAME_MAX + 1. */
void cardea_remote_put_whom(
    struct cardea_pack *pack, const char *user, const char *host);
void
cardea_remote_get_whom(struct cardea_unpack *unpack, char *user, char *host);

/* cardea_remote_get_bytes: a blob of low to high bytes. */
void cardea_remote_get_bytes(struct cardea_unpack *unpack, unsigned char *bytes,
    size_t low, size_t high, size_t *ret_len);

#endif
