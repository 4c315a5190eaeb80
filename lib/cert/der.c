/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/der.h"

#define DEPTH_MAX 24
#define CONSTRUCTED 0x20U
#define CLASS 0xc0U

bool
cardea_der_equal(
    const struct cardea_cert_bytes *one, const struct cardea_cert_bytes *other)
{
	return one->len == other->len &&
	    (one->len == 0 || memcmp(one->data, other->data, one->len) == 0);
}

/* The length octets at data, in the one form that DER has for a number (10.1):
 * how many they are, 0 if they are wrong. */
static size_t
read_length(const unsigned char *data, size_t len, size_t *ret_length)
{
	size_t octets, length = 0;

	if (len == 0)
		return 0;
	if (data[0] < 0x80) {
		*ret_length = data[0];
		return 1;
	}
	octets = data[0] & 0x7fU;
	if (octets == 0 || octets > 4 || octets >= len || data[1] == 0)
		return 0;
	for (size_t i = 1; i <= octets; i++)
		length = length << 8 | data[i];
	if (length < 0x80)
		return 0;
	*ret_length = length;
	return octets + 1;
}

bool
cardea_der_next(struct cardea_cert_bytes *bytes, struct cardea_der *ret)
{
	size_t head, length = 0;

	/* no tag of more than one octet occurs in a certificate */
	if (bytes->len < 2 || (bytes->data[0] & 0x1fU) == 0x1fU)
		return false;
	head = read_length(bytes->data + 1, bytes->len - 1, &length);
	if (head == 0 || length > bytes->len - 1 - head)
		return false;
	ret->tag = bytes->data[0];
	ret->whole.data = bytes->data;
	ret->whole.len = 1 + head + length;
	ret->content.data = bytes->data + 1 + head;
	ret->content.len = length;
	bytes->data += ret->whole.len;
	bytes->len -= ret->whole.len;
	return true;
}

bool
cardea_der_take(
    struct cardea_cert_bytes *bytes, unsigned int tag, struct cardea_der *ret)
{
	struct cardea_cert_bytes rest = *bytes;
	struct cardea_der element;

	if (!cardea_der_next(&rest, &element) || element.tag != tag)
		return false;
	*bytes = rest;
	*ret = element;
	return true;
}

static bool
is_integer(const struct cardea_cert_bytes *content)
{
	const unsigned char *data = content->data;

	if (content->len < 2)
		return content->len == 1;
	return !(data[0] == 0 && data[1] < 0x80) &&
	    !(data[0] == 0xff && data[1] >= 0x80);
}

static bool
is_bit_string(const struct cardea_cert_bytes *content)
{
	unsigned int unused = content->len > 0 ? content->data[0] : 8;

	if (unused > 7 || (content->len == 1 && unused != 0))
		return false;
	return content->len == 1 ||
	    (content->data[content->len - 1] & ((1U << unused) - 1)) == 0;
}

static bool
is_oid(const struct cardea_cert_bytes *content)
{
	bool begins = true;

	if (content->len == 0)
		return false;
	for (size_t i = 0; i < content->len; i++) {
		if (begins && content->data[i] == 0x80)
			return false;
		begins = content->data[i] < 0x80;
	}
	return begins;
}

/* The strings that are a part of ASCII; which part, writers have never agreed
 * on. */
static bool
is_ascii(const struct cardea_cert_bytes *content)
{
	for (size_t i = 0; i < content->len; i++) {
		if (content->data[i] >= 0x80)
			return false;
	}
	return true;
}

/* RFC 3629, 4: nothing overlong, no surrogate, nothing beyond U+10FFFF. */
static size_t
utf8_length(const unsigned char *text, size_t len)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t octets;

	if (text[0] < 0x80)
		return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	octets = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	if (text[0] == 0xe0)
		low = 0xa0;
	else if (text[0] == 0xed)
		high = 0x9f;
	else if (text[0] == 0xf0)
		low = 0x90;
	else if (text[0] == 0xf4)
		high = 0x8f;
	if (octets > len || text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < octets; i++) {
		if ((text[i] & 0xc0U) != 0x80U)
			return 0;
	}
	return octets;
}

static bool
is_utf8(const struct cardea_cert_bytes *content)
{
	size_t octets;

	for (size_t i = 0; i < content->len; i += octets) {
		octets = utf8_length(content->data + i, content->len - i);
		if (octets == 0)
			return false;
	}
	return true;
}

static bool
is_primitive(unsigned int tag, const struct cardea_cert_bytes *content)
{
	switch (tag) {
	case CARDEA_DER_BOOLEAN:
		return content->len == 1 &&
		    (content->data[0] == 0 || content->data[0] == 0xff);
	case CARDEA_DER_INTEGER:
		return is_integer(content);
	case CARDEA_DER_BIT_STRING:
		return is_bit_string(content);
	case CARDEA_DER_NULL:
		return content->len == 0;
	case CARDEA_DER_OID:
		return is_oid(content);
	case CARDEA_DER_UTF8:
		return is_utf8(content);
	case CARDEA_DER_NUMERIC:
	case CARDEA_DER_PRINTABLE:
	case CARDEA_DER_IA5:
		return is_ascii(content);
	default:
		/* sequences and sets are never primitive, the rest may be */
		return tag != 0x10 && tag != 0x11;
	}
}

/* 11.6: the elements of a set of stand in the order of their octets; those of
 * a set, by their tags, which no set of a certificate has. */
static bool
is_ordered(const struct cardea_der *before, const struct cardea_der *after)
{
	size_t len = before->whole.len < after->whole.len ? before->whole.len
							  : after->whole.len;
	int order = memcmp(before->whole.data, after->whole.data, len);

	return order < 0 ||
	    (order == 0 && before->whole.len <= after->whole.len);
}

static bool
is_der(struct cardea_cert_bytes bytes, bool in_set, unsigned int depth)
{
	struct cardea_der element, before = { 0 };

	if (depth > DEPTH_MAX)
		return false;
	while (bytes.len > 0) {
		if (!cardea_der_next(&bytes, &element))
			return false;
		if ((element.tag & CONSTRUCTED) == 0) {
			if ((element.tag & CLASS) == 0 &&
			    !is_primitive(element.tag, &element.content))
				return false;
		} else if (((element.tag & CLASS) == 0 &&
			       element.tag != CARDEA_DER_SEQUENCE &&
			       element.tag != CARDEA_DER_SET) ||
		    !is_der(element.content, element.tag == CARDEA_DER_SET,
			depth + 1)) {
			/* strings in pieces are BER (10.2) */
			return false;
		}
		if (in_set && before.whole.len > 0 &&
		    !is_ordered(&before, &element))
			return false;
		before = element;
	}
	return true;
}

bool
cardea_der_is_one(const struct cardea_cert_bytes *bytes)
{
	struct cardea_cert_bytes rest = *bytes;
	struct cardea_der element;

	return cardea_der_next(&rest, &element) && rest.len == 0 &&
	    is_der(*bytes, false, 0);
}
