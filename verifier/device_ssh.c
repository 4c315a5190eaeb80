/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/sshwire.h"
#include "device_ssh.h"
#include "store/crypto.h"

/* PROTOCOL.certkeys: how many strings of the key itself stand between the
 * nonce and the serial. */
static const struct {
	const char *type;
	unsigned int strings;
} types[] = {
	{ "ssh-ed25519-cert-v01@openssh.com", 1 },
	{ "ssh-rsa-cert-v01@openssh.com", 2 },
	{ "ecdsa-sha2-nistp256-cert-v01@openssh.com", 2 },
	{ "ecdsa-sha2-nistp384-cert-v01@openssh.com", 2 },
	{ "ecdsa-sha2-nistp521-cert-v01@openssh.com", 2 },
	{ "sk-ssh-ed25519-cert-v01@openssh.com", 2 },
	{ "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 3 },
};
#define TYPES (sizeof(types) / sizeof(types[0]))

/* Positions the reader behind the type; TYPES if it is no certificate's. */
static size_t
read_type(
    struct cardea_sshwire_reader *reader, const struct cardea_cert_bytes *blob)
{
	struct cardea_sshwire_string type;
	size_t i = 0;

	cardea_sshwire_read(reader, blob->data, blob->len);
	type = cardea_sshwire_get_string(reader);
	while (i < TYPES && !cardea_sshwire_is(type, types[i].type))
		i++;
	return i;
}

bool
cardea_device_ssh_is_certificate(const struct cardea_cert_bytes *blob)
{
	struct cardea_sshwire_reader reader;

	return read_type(&reader, blob) < TYPES;
}

bool
cardea_device_ssh_authority(const struct cardea_cert_bytes *blob,
    struct cardea_cert_bytes *ret_authority)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string authority;
	size_t type = read_type(&reader, blob);

	if (type == TYPES)
		return false;
	for (unsigned int i = 0; i < 1 + types[type].strings; i++)
		(void)cardea_sshwire_get_string(&reader);
	for (unsigned int i = 0; i < 3; i++) /* serial, type */
		(void)cardea_sshwire_get_u32(&reader);
	for (unsigned int i = 0; i < 2; i++) /* key id, principals */
		(void)cardea_sshwire_get_string(&reader);
	for (unsigned int i = 0; i < 4; i++) /* valid after, valid before */
		(void)cardea_sshwire_get_u32(&reader);
	for (unsigned int i = 0; i < 3; i++) /* options, extensions, reserved */
		(void)cardea_sshwire_get_string(&reader);
	authority = cardea_sshwire_get_string(&reader);
	if (reader.failed || authority.len == 0)
		return false;
	ret_authority->data = authority.bytes;
	ret_authority->len = authority.len;
	return true;
}

/* The second word of the line. */
static bool
is_on_line(const char *line, size_t len, const char *base64)
{
	const char *end = line + len, *word;

	while (line < end && *line != ' ' && *line != '\t')
		line++;
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	word = line;
	while (line < end && *line != ' ' && *line != '\t' && *line != '\r')
		line++;
	return (size_t)(line - word) == strlen(base64) &&
	    memcmp(word, base64, strlen(base64)) == 0;
}

bool
cardea_device_ssh_is_listed(
    const struct cardea_cert_bytes *key, const char *lines)
{
	char base64[CARDEA_BASE64_LEN(CARDEA_SSH_BLOB_MAX) + 1];

	if (key->len == 0 || key->len > CARDEA_SSH_BLOB_MAX ||
	    cardea_base64_encode(CARDEA_BASE64, key->data, key->len, base64,
		sizeof(base64)) != CARDEA_OK)
		return false;
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");

		if (is_on_line(lines, len, base64))
			return true;
		lines += len + (lines[len] == '\n' ? 1 : 0);
	}
	return false;
}

bool
cardea_device_ssh_is_in(
    const struct cardea_cert_bytes *key, const struct cardea_cert_bytes *der)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string last = { .len = 0 };

	cardea_sshwire_read(&reader, key->data, key->len);
	while (!reader.failed && reader.at < reader.len)
		last = cardea_sshwire_get_string(&reader);
	return !reader.failed && last.len >= 32 && der->len > last.len &&
	    memmem(der->data, der->len, last.bytes, last.len) != NULL;
}

enum cardea_status
cardea_device_fingerprint(const struct cardea_cert_bytes *bytes,
    char ret_text[CARDEA_CERT_FINGERPRINT_MAX + 1])
{
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_sha256(bytes->data, bytes->len, digest);
	if (status != CARDEA_OK)
		return status;
	return cardea_sshwire_fingerprint(digest, ret_text);
}
