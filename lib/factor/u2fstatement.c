/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <string.h>

#include "factor/u2fstatement.h"

/* Lengths for which the heads below are the shortest form (RFC 8949, 3). */
#define BYTE_MIN 24
#define BYTE_MAX UINT8_MAX
#define WORD_MIN 256
#define WORD_MAX UINT16_MAX

/* {"sig": signature, "x5c": [certificate]} */
enum cardea_status
cardea_u2fstatement(const unsigned char *signature, size_t signature_len,
    const unsigned char *certificate, size_t certificate_len,
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	const unsigned char sig[] = { 0xa2, 0x63, 's', 'i', 'g', 0x58,
		(unsigned char)signature_len };
	const unsigned char x5c[] = { 0x63, 'x', '5', 'c', 0x81, 0x59,
		(unsigned char)(certificate_len >> 8),
		(unsigned char)certificate_len };
	unsigned char *at = bytes;

	if (signature_len < BYTE_MIN || signature_len > BYTE_MAX ||
	    certificate_len < WORD_MIN || certificate_len > WORD_MAX)
		return CARDEA_E_SYNTAX;
	if (sizeof(sig) + signature_len + sizeof(x5c) + certificate_len > size)
		return CARDEA_E_RANGE;
	memcpy(at, sig, sizeof(sig));
	at += sizeof(sig);
	memcpy(at, signature, signature_len);
	at += signature_len;
	memcpy(at, x5c, sizeof(x5c));
	at += sizeof(x5c);
	memcpy(at, certificate, certificate_len);
	at += certificate_len;
	*ret_len = (size_t)(at - bytes);
	return CARDEA_OK;
}
