/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

#include <cardea/address.h>

#define ADDRESS_BYTES 16u
#define MAPPED_BITS 96u

static const unsigned char mapped_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0xff, 0xff };

/* read_ip: a numeric address without scope id, in its 16 byte form. */
static bool
read_ip(const char *text, unsigned char bytes[ADDRESS_BYTES], bool *ret_v4)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		memcpy(bytes, mapped_prefix, sizeof(mapped_prefix));
		memcpy(bytes + sizeof(mapped_prefix), &v4, sizeof(v4));
		*ret_v4 = true;
		return true;
	}
	if (inet_pton(AF_INET6, text, &v6) == 1) {
		memcpy(bytes, &v6, ADDRESS_BYTES);
		*ret_v4 = false;
		return true;
	}
	return false;
}

/* Only link-local addresses have a scope (RFC 4007, section 6). */
static bool
is_scope(const char *scope, const unsigned char bytes[ADDRESS_BYTES])
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	    "._-:@";
	size_t len = strnlen(scope, IF_NAMESIZE);

	if (len == 0 || len >= IF_NAMESIZE || strspn(scope, allowed) != len)
		return false;
	return bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

struct cardea_address
cardea_address_parse(const char *text)
{
	struct cardea_address address = { .kind = CARDEA_ADDRESS_UNKNOWN };
	struct cardea_address found = { .kind = CARDEA_ADDRESS_IP };
	char ip[CARDEA_ADDRESS_TEXT_MAX + 1];
	const char *scope;
	size_t len;
	bool v4;

	if (text == NULL || text[0] == '\0') {
		address.kind = CARDEA_ADDRESS_NONE;
		return address;
	}
	scope = strchr(text, '%');
	len = scope != NULL ? (size_t)(scope - text)
			    : strnlen(text, sizeof(ip));
	if (len >= sizeof(ip))
		return address;
	memcpy(ip, text, len);
	ip[len] = '\0';
	if (!read_ip(ip, found.bytes, &v4))
		return address;
	if (scope != NULL && !is_scope(scope + 1, found.bytes))
		return address;
	return found;
}

void
cardea_address_format(const struct cardea_address *address,
    char text[CARDEA_ADDRESS_TEXT_MAX + 1])
{
	const unsigned char *bytes = address->bytes;
	const char *done = NULL;

	if (address->kind == CARDEA_ADDRESS_NONE) {
		memcpy(text, "none", sizeof("none"));
		return;
	}
	if (address->kind == CARDEA_ADDRESS_IP) {
		bool v4 = memcmp(bytes, mapped_prefix, sizeof(mapped_prefix)) ==
		    0;

		done = v4 ? inet_ntop(AF_INET, bytes + sizeof(mapped_prefix),
				text, CARDEA_ADDRESS_TEXT_MAX + 1)
			  : inet_ntop(AF_INET6, bytes, text,
				CARDEA_ADDRESS_TEXT_MAX + 1);
	}
	if (done == NULL)
		memcpy(text, "unknown", sizeof("unknown"));
}

/* read_bits: "0".."128", no sign, no leading zero. */
static bool
read_bits(const char *text, unsigned int max, unsigned int *ret_bits)
{
	size_t len = strnlen(text, 4);
	unsigned int bits = 0;

	if (len == 0 || len > 3 || strspn(text, "0123456789") != len ||
	    (text[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++)
		bits = bits * 10 + (unsigned int)(text[i] - '0');
	if (bits > max)
		return false;
	*ret_bits = bits;
	return true;
}

/* byte_mask: of the byte at index, the bits that a prefix of bits covers. */
static unsigned char
byte_mask(unsigned int bits, unsigned int index)
{
	if (bits >= (index + 1) * 8)
		return 0xff;
	if (bits <= index * 8)
		return 0;
	return (unsigned char)(0xff << (8 - (bits - index * 8)));
}

enum cardea_status
cardea_prefix_parse(const char *text, struct cardea_prefix *ret_prefix)
{
	struct cardea_prefix prefix = { .bits = 128 };
	char ip[CARDEA_ADDRESS_TEXT_MAX + 1];
	const char *slash = strchr(text, '/');
	size_t len = slash != NULL ? (size_t)(slash - text)
				   : strnlen(text, sizeof(ip));
	bool v4;

	if (len >= sizeof(ip))
		return CARDEA_E_SYNTAX;
	memcpy(ip, text, len);
	ip[len] = '\0';
	if (!read_ip(ip, prefix.bytes, &v4))
		return CARDEA_E_SYNTAX;
	if (slash != NULL) {
		if (!read_bits(slash + 1, v4 ? 32 : 128, &prefix.bits))
			return CARDEA_E_SYNTAX;
		if (v4)
			prefix.bits += MAPPED_BITS;
	}
	for (unsigned int i = 0; i < ADDRESS_BYTES; i++) {
		unsigned char host_bits = (unsigned char)~byte_mask(
		    prefix.bits, i);

		if ((prefix.bytes[i] & host_bits) != 0)
			return CARDEA_E_SYNTAX;
	}
	*ret_prefix = prefix;
	return CARDEA_OK;
}

bool
cardea_prefix_contains(
    const struct cardea_prefix *prefix, const struct cardea_address *address)
{
	if (address->kind != CARDEA_ADDRESS_IP || prefix->bits > 128)
		return false;
	for (unsigned int i = 0; i < ADDRESS_BYTES; i++) {
		unsigned char differ = (unsigned char)(prefix->bytes[i] ^
		    address->bytes[i]);

		if ((differ & byte_mask(prefix->bits, i)) != 0)
			return false;
	}
	return true;
}
