/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_ADDRESS_H
#define CARDEA_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/status.h>

/*
 * Numeric addresses and prefixes.  Never resolves a name (security rows C01
 * to C03).  IPv4 is held as its v4-mapped IPv6 form (RFC 4291, 2.5.5.2), so
 * 192.0.2.1 and ::ffff:192.0.2.1 are one address and one comparison serves
 * both families.
 */

enum cardea_address_kind {
	CARDEA_ADDRESS_UNKNOWN = 0, /* there is a peer, we cannot say where */
	CARDEA_ADDRESS_NONE,	    /* the request comes from no network */
	CARDEA_ADDRESS_IP,
};

struct cardea_address {
	enum cardea_address_kind kind;
	unsigned char bytes[16]; /* network order; set for CARDEA_ADDRESS_IP */
};

struct cardea_prefix {
	unsigned char bytes[16]; /* host bits are zero */
	unsigned int bits;	 /* 0..128; IPv4 /n is 96 + n */
};

#define CARDEA_ADDRESS_TEXT_MAX 45

/* cardea_address_parse: the address that a PAM_RHOST holds.  NULL or ""
 * gives NONE; a numeric address gives IP (a link-local one may carry a scope
 * id, which is dropped); everything else gives UNKNOWN. Cannot fail. */
struct cardea_address cardea_address_parse(const char *text);

/* cardea_address_format: "192.0.2.1", "2001:db8::1", "unknown" or "none". */
void cardea_address_format(const struct cardea_address *address,
    char text[CARDEA_ADDRESS_TEXT_MAX + 1]);

/* cardea_prefix_parse: "192.0.2.0/24", "2001:db8::/32" or a bare address.
 * Host bits set, lengths beyond the family's, signs, spaces, scope ids:
 * CARDEA_E_SYNTAX.  An IPv6 prefix short enough to hold ::ffff:0:0/96 holds
 * every IPv4 address too: "::/0" is everything, "0.0.0.0/0" is all of IPv4. */
CARDEA_MUST_USE enum cardea_status
cardea_prefix_parse(const char *text, struct cardea_prefix *ret_prefix);

/* cardea_prefix_contains: false for anything that is not an IP. */
bool cardea_prefix_contains(
    const struct cardea_prefix *prefix, const struct cardea_address *address);

#endif
