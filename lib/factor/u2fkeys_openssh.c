/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/sshwire.h"
#include "factor/sshsk.h"
#include "factor/u2fkeys_openssh.h"

#define BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----\n"
#define END "-----END OPENSSH PRIVATE KEY-----"
#define MAGIC "openssh-key-v1" /* with its NUL */
#define BLOCK 8		       /* of the cipher "none" */

/* sk-api.h of OpenSSH: what the key was made for. */
enum flag {
	FLAG_PRESENCE = 0x01,
	FLAG_VERIFICATION = 0x04,
	FLAG_FORCE = 0x10, /* to overwrite an older one; says nothing now */
	FLAG_RESIDENT = 0x20,
};
#define FLAGS_KNOWN                                                            \
	(FLAG_PRESENCE | FLAG_VERIFICATION | FLAG_FORCE | FLAG_RESIDENT)

bool
cardea_u2fkeys_is_openssh(const char *text, size_t len)
{
	size_t begin = strlen(BEGIN);

	return len >= begin && memcmp(text, BEGIN, begin) == 0;
}

/* Base64 in lines, between the two marks: its bytes, or 0 of them. */
static size_t
read_body(const char *text, size_t len, unsigned char *bytes, size_t size)
{
	char base64[CARDEA_BASE64_LEN(CARDEA_SSH_BLOB_MAX)];
	size_t at = strlen(BEGIN), digits = 0, ret_len = 0;

	for (; at < len && text[at] != '-'; at++) {
		if (text[at] == '\n')
			continue;
		if (digits == sizeof(base64))
			return 0;
		base64[digits++] = text[at];
	}
	if (len - at < strlen(END) || text[at - 1] != '\n' ||
	    memcmp(text + at, END, strlen(END)) != 0)
		return 0;
	for (at += strlen(END); at < len; at++) {
		if (text[at] != '\n')
			return 0;
	}
	if (cardea_base64_decode(CARDEA_BASE64, base64, digits, bytes, size,
		&ret_len) != CARDEA_OK)
		return 0;
	return ret_len;
}

/* Fills up the last block with 1, 2, 3 and so on. */
static bool
is_padding(const struct cardea_sshwire_reader *reader)
{
	size_t len = reader->len - reader->at;

	if (len >= BLOCK || reader->len % BLOCK != 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (reader->bytes[reader->at + i] != i + 1)
			return false;
	}
	return true;
}

/* The private part repeats the public key's blob, without its length, between
 * two equal numbers and what only the owner has. */
static const char *
read_private(struct cardea_sshwire_string private,
    struct cardea_sshwire_string public, struct cardea_u2fkeys_item *item)
{
	struct cardea_fido2_credential *credential = &item->credential;
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string handle;
	unsigned int flags;
	uint32_t check;

	cardea_sshwire_read(&reader, private.bytes, private.len);
	check = cardea_sshwire_get_u32(&reader);
	if (check != cardea_sshwire_get_u32(&reader) || reader.failed ||
	    public.len > reader.len - reader.at ||
	    memcmp(reader.bytes + reader.at, public.bytes, public.len) != 0)
		return "a private part that is not of its public key";
	reader.at += public.len;
	flags = cardea_sshwire_get_u8(&reader);
	handle = cardea_sshwire_get_string(&reader);
	(void)cardea_sshwire_get_string(&reader); /* reserved */
	(void)cardea_sshwire_get_string(&reader); /* a comment */
	if (reader.failed || !is_padding(&reader) || handle.len == 0 ||
	    handle.len > sizeof(credential->handle))
		return "a private part that is malformed";
	if ((flags & ~(unsigned int)FLAGS_KNOWN) != 0)
		return "a flag that is not known";
	memcpy(credential->handle, handle.bytes, handle.len);
	credential->handle_len = handle.len;
	credential->demands_uv = (flags & FLAG_VERIFICATION) != 0;
	credential->resident = (flags & FLAG_RESIDENT) != 0;
	item->presence_waived = (flags & FLAG_PRESENCE) == 0;
	return NULL;
}

const char *
cardea_u2fkeys_openssh(
    const char *text, size_t len, struct cardea_u2fkeys_item *item)
{
	unsigned char bytes[CARDEA_SSH_BLOB_MAX];
	struct cardea_sshwire_string cipher, kdf, options, public, private;
	struct cardea_sshwire_reader reader;
	size_t bytes_len = read_body(text, len, bytes, sizeof(bytes));
	uint32_t count;

	if (bytes_len < sizeof(MAGIC) ||
	    memcmp(bytes, MAGIC, sizeof(MAGIC)) != 0)
		return "no private key of OpenSSH, whole to its end";
	cardea_sshwire_read(
	    &reader, bytes + sizeof(MAGIC), bytes_len - sizeof(MAGIC));
	cipher = cardea_sshwire_get_string(&reader);
	kdf = cardea_sshwire_get_string(&reader);
	options = cardea_sshwire_get_string(&reader);
	count = cardea_sshwire_get_u32(&reader);
	public = cardea_sshwire_get_string(&reader);
	private = cardea_sshwire_get_string(&reader);
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK || count != 1)
		return "no private key of OpenSSH, whole to its end";
	if (!cardea_sshwire_is(cipher, "none") ||
	    !cardea_sshwire_is(kdf, "none") || options.len != 0)
		return "a passphrase: ssh-keygen -p takes it off";
	if (cardea_sshsk_key(public.bytes, public.len, &item->credential) !=
	    CARDEA_OK)
		return "no key of a security key";
	item->credential.kind = CARDEA_FIDO2_CTAP;
	item->format = CARDEA_U2FKEYS_OPENSSH;
	return read_private(private, public, item);
}
