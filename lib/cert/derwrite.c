/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/derwrite.h"

/* of a length in its long form, without the first one */
static size_t
octets_of(size_t len)
{
	size_t octets = 0;

	if (len < 0x80)
		return 0;
	for (; len > 0; len >>= 8)
		octets++;
	return octets;
}

size_t
cardea_derwrite_len(size_t content)
{
	return 2 + octets_of(content) + content;
}

void
cardea_derwrite_head(
    struct cardea_derwrite *write, unsigned int tag, size_t content)
{
	size_t octets = octets_of(content);

	*write->at++ = (unsigned char)tag;
	*write->at++ = (unsigned char)(octets == 0 ? content : 0x80 | octets);
	while (octets-- > 0)
		*write->at++ = (unsigned char)(content >> 8 * octets);
}

void
cardea_derwrite_bytes(
    struct cardea_derwrite *write, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(write->at, bytes, len);
	write->at += len;
}
