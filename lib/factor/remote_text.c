/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/text.h"
#include "factor/remote_text.h"

enum cardea_status
cardea_remote_text_write(
    const char *magic, const struct cardea_pack *pack, char *text, size_t size)
{
	enum cardea_status status = cardea_pack_done(pack);
	size_t len = strlen(magic);

	if (status != CARDEA_OK)
		return status;
	if (len >= size)
		return CARDEA_E_RANGE;
	status = cardea_base64_encode(
	    CARDEA_BASE64_URL, pack->bytes, pack->len, text + len, size - len);
	if (status == CARDEA_OK)
		memcpy(text, magic, len);
	return status;
}

enum cardea_status
cardea_remote_text_prompt(const char *magic, const struct cardea_pack *pack,
    char *prompt, size_t size)
{
	enum cardea_status status;

	if (size < sizeof(CARDEA_REMOTE_TAIL))
		return CARDEA_E_RANGE;
	status = cardea_remote_text_write(
	    magic, pack, prompt, size - strlen(CARDEA_REMOTE_TAIL));
	if (status == CARDEA_OK)
		memcpy(prompt + strlen(prompt), CARDEA_REMOTE_TAIL,
		    sizeof(CARDEA_REMOTE_TAIL));
	return status;
}

enum cardea_status
cardea_remote_text_read(const char *magic, const char *text, size_t text_len,
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	size_t len = strlen(magic);

	if (text_len < len || memcmp(text, magic, len) != 0)
		return CARDEA_E_SYNTAX;
	return cardea_base64_decode(CARDEA_BASE64_URL, text + len,
	    text_len - len, bytes, size, ret_len);
}

bool
cardea_remote_is_name(const char *name)
{
	const char *at;

	for (at = name; *at != '\0'; at++) {
		unsigned char byte = (unsigned char)*at;

		if (byte < 0x20 || byte == 0x7f)
			return false;
	}
	return at != name;
}

void
cardea_remote_lower(char *host)
{
	for (; *host != '\0'; host++) {
		if (*host >= 'A' && *host <= 'Z')
			*host = (char)(*host - 'A' + 'a');
	}
}

void
cardea_remote_put_uv(struct cardea_pack *pack, enum cardea_uv uv)
{
	cardea_pack_u8(pack, (uint8_t)uv);
}

enum cardea_uv
cardea_remote_get_uv(struct cardea_unpack *unpack)
{
	uint8_t uv = cardea_unpack_u8(unpack);

	if (uv > CARDEA_UV_NEED) {
		unpack->failed = true;
		return CARDEA_UV_NO;
	}
	return (enum cardea_uv)uv;
}

void
cardea_remote_get_name(struct cardea_unpack *unpack, char *name, size_t size)
{
	cardea_unpack_text(unpack, name, size);
	if (!cardea_remote_is_name(name))
		unpack->failed = true;
}

void
cardea_remote_put_whom(
    struct cardea_pack *pack, const char *user, const char *host)
{
	char lower[CARDEA_NAME_MAX + 1];

	if (!cardea_remote_is_name(user) || strlen(user) > CARDEA_NAME_MAX ||
	    !cardea_remote_is_name(host) ||
	    cardea_text_copy(lower, sizeof(lower), host) != CARDEA_OK) {
		pack->failed = true;
		return;
	}
	cardea_remote_lower(lower);
	cardea_pack_text(pack, user);
	cardea_pack_text(pack, lower);
}

void
cardea_remote_get_whom(struct cardea_unpack *unpack, char *user, char *host)
{
	cardea_remote_get_name(unpack, user, CARDEA_NAME_MAX + 1);
	cardea_remote_get_name(unpack, host, CARDEA_NAME_MAX + 1);
	for (; *host != '\0'; host++) {
		if (*host >= 'A' && *host <= 'Z')
			unpack->failed = true;
	}
}

void
cardea_remote_get_bytes(struct cardea_unpack *unpack, unsigned char *bytes,
    size_t low, size_t high, size_t *ret_len)
{
	const unsigned char *blob;
	size_t len;

	cardea_unpack_blob(unpack, &blob, &len);
	if (unpack->failed || len < low || len > high) {
		unpack->failed = true;
		return;
	}
	if (len > 0)
		memcpy(bytes, blob, len);
	*ret_len = len;
}
