/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_SSHWIRE_H
#define CARDEA_BASE_SSHWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/status.h>

/*
 * Bytes as SSH writes them (RFC 4251, section 5): big endian numbers, strings
 * with their length in front, and the one text that names a key.  Errors stick
 * as in base/pack.h: after the first one all puts are void and all gets give 0
 * and the empty string, and the last call tells.  No allocation.
 */
struct cardea_sshwire_writer {
	unsigned char *bytes;
	size_t size;
	size_t len; /* written so far */
	bool failed;
};

struct cardea_sshwire_reader {
	const unsigned char *bytes;
	size_t len;
	size_t at;
	bool failed;
};

struct cardea_sshwire_string {
	const unsigned char *bytes; /* borrowed from the input */
	size_t len;
};

void cardea_sshwire_write(
    struct cardea_sshwire_writer *writer, unsigned char *bytes, size_t size);
void cardea_sshwire_put_u8(struct cardea_sshwire_writer *writer, uint8_t value);
void
cardea_sshwire_put_u32(struct cardea_sshwire_writer *writer, uint32_t value);
void cardea_sshwire_put_string(
    struct cardea_sshwire_writer *writer, const void *bytes, size_t len);
void
cardea_sshwire_put_text(struct cardea_sshwire_writer *writer, const char *text);
/* without a length */
void cardea_sshwire_put_bytes(
    struct cardea_sshwire_writer *writer, const void *bytes, size_t len);

/* cardea_sshwire_written: RANGE if anything did not fit. */
CARDEA_MUST_USE enum cardea_status
cardea_sshwire_written(const struct cardea_sshwire_writer *writer);

void cardea_sshwire_read(
    struct cardea_sshwire_reader *reader, const void *bytes, size_t len);
uint8_t cardea_sshwire_get_u8(struct cardea_sshwire_reader *reader);
uint32_t cardea_sshwire_get_u32(struct cardea_sshwire_reader *reader);
uint64_t cardea_sshwire_get_u64(struct cardea_sshwire_reader *reader);
struct cardea_sshwire_string
cardea_sshwire_get_string(struct cardea_sshwire_reader *reader);

/* cardea_sshwire_get_positive: an mpint above zero in its one form: with a zero
 * byte in front where the number's first bit is set, and nowhere else.  These
 * are also the contents of the same number in DER. */
struct cardea_sshwire_string
cardea_sshwire_get_positive(struct cardea_sshwire_reader *reader);

/* cardea_sshwire_all_read: SYNTAX unless all was read, without failure, to the
 * last byte. */
CARDEA_MUST_USE enum cardea_status
cardea_sshwire_all_read(const struct cardea_sshwire_reader *reader);

/* cardea_sshwire_is: are these the characters of text? */
bool cardea_sshwire_is(struct cardea_sshwire_string string, const char *text);

/* cardea_sshwire_fingerprint: the SHA-256 of a key blob as ssh-keygen -l
 * prints it: "SHA256:" and 43 characters of base64. */
#define CARDEA_SSHWIRE_FINGERPRINT_MAX 50
CARDEA_MUST_USE enum cardea_status
cardea_sshwire_fingerprint(const unsigned char sha256[32],
    char ret_text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1]);

#endif
