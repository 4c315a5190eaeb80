/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "store/names.h"

#define PSEUDONYM 16 /* bytes: no two names meet by chance */

_Static_assert(2 * (2 * PSEUDONYM + 1) < CARDEA_KEY_MAX / 2,
    "an outer key is as short as a key must be");

/* One part of the outer key, from the inner key up to the end of that part. */
static enum cardea_status
add_part(const struct cardea_seal *seal, const struct cardea_key *inner,
    size_t end, struct cardea_key *outer)
{
	unsigned char mac[CARDEA_SHA256];
	char hex[2 * PSEUDONYM + 1];
	enum cardea_status status;

	if (outer->len + sizeof(hex) > CARDEA_KEY_MAX)
		return CARDEA_E_RANGE;
	status = cardea_crypto_hmac_sha256(
	    cardea_seal_names_key(seal), CARDEA_SHA256, inner->bytes, end, mac);
	if (status != CARDEA_OK)
		return status;
	cardea_text_hex(hex, mac, PSEUDONYM);
	memcpy(outer->bytes + outer->len, hex, 2 * PSEUDONYM);
	outer->len += 2 * PSEUDONYM;
	return CARDEA_OK;
}

/* Where the part that begins there ends: at its NUL, or at the key's end. */
static size_t
end_of(const struct cardea_key *key, size_t from)
{
	const unsigned char *nul = memchr(
	    key->bytes + from, '\0', key->len - from);

	return nul != NULL ? (size_t)(nul - key->bytes) : key->len;
}

enum cardea_status
cardea_names_outer(const struct cardea_seal *seal,
    const struct cardea_key *inner, struct cardea_key *ret_outer)
{
	enum cardea_status status = CARDEA_OK;
	struct cardea_key outer;
	size_t kind, owner;

	if (inner->len == 0 || inner->len >= CARDEA_KEY_MAX)
		return CARDEA_E_SYNTAX;
	kind = end_of(inner, 0);
	if (kind == 0 || kind == inner->len)
		return CARDEA_E_SYNTAX;
	outer = (struct cardea_key){ .len = kind + 1 };
	memcpy(outer.bytes, inner->bytes, outer.len);
	owner = end_of(inner, kind + 1);
	if (kind + 1 < inner->len && owner == inner->len)
		return CARDEA_E_SYNTAX; /* an owner that is cut */
	if (owner > kind + 1)
		/* its NUL counts: "al" is no beginning of "alice" */
		status = add_part(seal, inner, owner + 1, &outer);
	if (status == CARDEA_OK && owner < inner->len)
		outer.bytes[outer.len++] = '\0';
	if (status == CARDEA_OK && owner + 1 < inner->len) {
		if (end_of(inner, owner + 1) != inner->len)
			return CARDEA_E_SYNTAX;
		status = add_part(seal, inner, inner->len, &outer);
	}
	if (status == CARDEA_OK)
		*ret_outer = outer;
	return status;
}
