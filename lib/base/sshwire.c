/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/sshwire.h"
#include "base/text.h"

static const struct cardea_sshwire_string none = { (const unsigned char *)"",
	0 };

void
cardea_sshwire_write(
    struct cardea_sshwire_writer *writer, unsigned char *bytes, size_t size)
{
	writer->bytes = bytes;
	writer->size = size;
	writer->len = 0;
	writer->failed = false;
}

void
cardea_sshwire_put_bytes(
    struct cardea_sshwire_writer *writer, const void *bytes, size_t len)
{
	if (writer->failed || len > writer->size - writer->len) {
		writer->failed = true;
		return;
	}
	if (len > 0)
		memcpy(writer->bytes + writer->len, bytes, len);
	writer->len += len;
}

void
cardea_sshwire_put_u8(struct cardea_sshwire_writer *writer, uint8_t value)
{
	cardea_sshwire_put_bytes(writer, &value, 1);
}

void
cardea_sshwire_put_u32(struct cardea_sshwire_writer *writer, uint32_t value)
{
	const unsigned char bytes[4] = { (unsigned char)(value >> 24),
		(unsigned char)(value >> 16), (unsigned char)(value >> 8),
		(unsigned char)value };

	cardea_sshwire_put_bytes(writer, bytes, sizeof(bytes));
}

void
cardea_sshwire_put_string(
    struct cardea_sshwire_writer *writer, const void *bytes, size_t len)
{
	if (len > UINT32_MAX) {
		writer->failed = true;
		return;
	}
	cardea_sshwire_put_u32(writer, (uint32_t)len);
	cardea_sshwire_put_bytes(writer, bytes, len);
}

void
cardea_sshwire_put_text(struct cardea_sshwire_writer *writer, const char *text)
{
	cardea_sshwire_put_string(writer, text, strlen(text));
}

enum cardea_status
cardea_sshwire_written(const struct cardea_sshwire_writer *writer)
{
	return writer->failed ? CARDEA_E_RANGE : CARDEA_OK;
}

void
cardea_sshwire_read(
    struct cardea_sshwire_reader *reader, const void *bytes, size_t len)
{
	reader->bytes = bytes;
	reader->len = len;
	reader->at = 0;
	reader->failed = false;
}

static const unsigned char *
take(struct cardea_sshwire_reader *reader, size_t len)
{
	const unsigned char *bytes;

	if (reader->failed || len > reader->len - reader->at) {
		reader->failed = true;
		return NULL;
	}
	bytes = reader->bytes + reader->at;
	reader->at += len;
	return bytes;
}

uint8_t
cardea_sshwire_get_u8(struct cardea_sshwire_reader *reader)
{
	const unsigned char *bytes = take(reader, 1);

	return bytes == NULL ? 0 : bytes[0];
}

uint32_t
cardea_sshwire_get_u32(struct cardea_sshwire_reader *reader)
{
	const unsigned char *bytes = take(reader, 4);

	if (bytes == NULL)
		return 0;
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	    (uint32_t)bytes[2] << 8 | bytes[3];
}

uint64_t
cardea_sshwire_get_u64(struct cardea_sshwire_reader *reader)
{
	uint64_t high = cardea_sshwire_get_u32(reader);
	uint64_t low = cardea_sshwire_get_u32(reader);

	return reader->failed ? 0 : high << 32 | low;
}

struct cardea_sshwire_string
cardea_sshwire_get_string(struct cardea_sshwire_reader *reader)
{
	struct cardea_sshwire_string string;

	string.len = cardea_sshwire_get_u32(reader);
	string.bytes = take(reader, string.len);
	return string.bytes == NULL ? none : string;
}

struct cardea_sshwire_string
cardea_sshwire_get_positive(struct cardea_sshwire_reader *reader)
{
	struct cardea_sshwire_string number = cardea_sshwire_get_string(reader);
	const unsigned char *bytes = number.bytes;

	/* the sign is the first bit; a zero byte may only be there to clear it,
	 * and zero itself has no bytes */
	if (number.len == 0 || (bytes[0] & 0x80) != 0 ||
	    (bytes[0] == 0 && (number.len == 1 || (bytes[1] & 0x80) == 0))) {
		reader->failed = true;
		return none;
	}
	return number;
}

enum cardea_status
cardea_sshwire_all_read(const struct cardea_sshwire_reader *reader)
{
	if (reader->failed || reader->at != reader->len)
		return CARDEA_E_SYNTAX;
	return CARDEA_OK;
}

bool
cardea_sshwire_is(struct cardea_sshwire_string string, const char *text)
{
	return string.len == strlen(text) &&
	    memcmp(string.bytes, text, string.len) == 0;
}

enum cardea_status
cardea_sshwire_fingerprint(const unsigned char sha256[32],
    char ret_text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1])
{
	char text[CARDEA_BASE64_LEN(32) + 1];
	enum cardea_status status;

	status = cardea_base64_encode(
	    CARDEA_BASE64, sha256, 32, text, sizeof(text));
	if (status != CARDEA_OK)
		return status;
	text[strcspn(text, "=")] = '\0';
	return cardea_text_print(
	    ret_text, CARDEA_SSHWIRE_FINGERPRINT_MAX + 1, "SHA256:%s", text);
}
