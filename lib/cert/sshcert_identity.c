/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "cert/sshcert_form.h"
#include "cert/sshcert_option.h"

/*
 * What a certificate says, as text that may be logged and shown: a key id or
 * principal that is not printable is left out whole, since half of it, or an
 * escaped one, is another name (S07).  Nothing is matched by what stands here.
 */

/* What changes how a line is read without being seen: controls of C1, marks of
 * direction, breaks of lines and paragraphs, the byte order mark. */
static bool
is_hidden(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) ||
	    (point >= 0x200b && point <= 0x200f) ||
	    (point >= 0x2028 && point <= 0x202e) ||
	    (point >= 0x2060 && point <= 0x206f) || point == 0x061c ||
	    point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb);
}

/* The length of the character in front (RFC 3629, 4), 0 if there is none. */
static size_t
take_character(const unsigned char *bytes, size_t len, uint32_t *ret_point)
{
	static const uint32_t lowest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = bytes[0];
	size_t size = first < 0x80   ? 1
	    : (first & 0xe0) == 0xc0 ? 2
	    : (first & 0xf0) == 0xe0 ? 3
	    : (first & 0xf8) == 0xf0 ? 4
				     : 0;
	uint32_t point = size == 1 ? first : first & (0x7fu >> size);

	if (size == 0 || size > len)
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes[i] & 0x3f);
	}
	if (point < lowest[size] || point > 0x10ffff ||
	    (point >= 0xd800 && point <= 0xdfff))
		return 0;
	*ret_point = point;
	return size;
}

static bool
is_printable(struct cardea_sshwire_string string)
{
	size_t at = 0;

	while (at < string.len) {
		uint32_t point = 0;
		size_t size = take_character(
		    string.bytes + at, string.len - at, &point);

		if (size == 0 || is_hidden(point))
			return false;
		at += size;
	}
	return true;
}

/* Whole, or not at all. */
static bool
put_text(struct cardea_sshwire_string string, char *text, size_t size)
{
	if (string.len >= size || !is_printable(string))
		return false;
	memcpy(text, string.bytes, string.len);
	text[string.len] = '\0';
	return true;
}

static void
put_principals(
    const struct cardea_sshcert *cert, struct cardea_cert_identity *identity)
{
	struct cardea_sshwire_reader reader;

	cardea_sshwire_read(
	    &reader, cert->principals.bytes, cert->principals.len);
	while (!reader.failed && reader.at < reader.len &&
	    identity->name_count < CARDEA_CERT_NAMES_MAX) {
		char *text = identity->names[identity->name_count].text;

		if (put_text(cardea_sshwire_get_string(&reader), text,
			CARDEA_CERT_NAME_MAX + 1))
			identity->name_count++;
	}
}

static int64_t
moment_of(uint64_t time)
{
	return time > INT64_MAX ? INT64_MAX : (int64_t)time;
}

static enum cardea_status
put_certificate(
    const struct cardea_sshcert *cert, struct cardea_cert_identity *identity)
{
	struct cardea_sshcert_options options;
	enum cardea_status status;

	(void)put_text(
	    cert->key_id, identity->subject, sizeof(identity->subject));
	put_principals(cert, identity);
	identity->not_before_s = moment_of(cert->valid_after);
	identity->not_after_s = moment_of(cert->valid_before);
	if (cardea_sshcert_options(cert, &options) == CARDEA_OK) {
		identity->needs_uv = options.needs_uv;
		identity->forced = options.forced;
	}
	status = cardea_text_print(identity->serial, sizeof(identity->serial),
	    "%" PRIu64, cert->serial);
	if (status == CARDEA_OK)
		status = cardea_sshpublic_fingerprint(
		    &cert->ca, identity->issuer);
	return status;
}

enum cardea_status
cardea_sshcert_identify(const struct cardea_sshcert *cert, bool is_cert,
    struct cardea_cert_identity *ret_identity)
{
	struct cardea_cert_identity identity = { 0 };
	enum cardea_status status;

	identity.kind = is_cert ? CARDEA_CERT_SSH : CARDEA_CERT_SSH_KEY;
	identity.security_key = cardea_sshpublic_is_sk(cert->key.type);
	identity.not_after_s = INT64_MAX;
	status = cardea_sshpublic_fingerprint(&cert->key, identity.fingerprint);
	if (status == CARDEA_OK)
		status = cardea_text_copy(identity.ssh_fingerprint,
		    sizeof(identity.ssh_fingerprint), identity.fingerprint);
	if (status == CARDEA_OK && !identity.security_key)
		status = cardea_sshpublic_spki_hash(
		    &cert->key, identity.key_hash);
	if (status == CARDEA_OK && is_cert)
		status = put_certificate(cert, &identity);
	if (status != CARDEA_OK)
		return CARDEA_E_INTERNAL;
	*ret_identity = identity;
	return CARDEA_OK;
}
