/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_PLACE_H
#define CARDEA_FACTS_PLACE_H

#include <cardea/address.h>
#include <cardea/context.h>
#include <cardea/diag.h>
#include <cardea/policy.h>

/*
 * Where an address is, as databases of MaxMind's format say.  They are read by
 * libmaxminddb, loaded when a rule asks for a place and not before, in our own
 * process and never in the host's (C11).  Whatever is wrong with a database,
 * its age included (C12), makes what it would have told unknown; nothing here
 * fails, but the reasons are told.
 *
 * The country is where the address is used: registered_country, where its owner
 * is, does not stand in for it.
 *
 * An address that a database does not hold: its country, subdivision, owner and
 * position are unknown, or NO for an address that is nobody's in the world
 * (private, loopback, link-local, shared: RFC 6890); its traits are none, which
 * is known, because such a database lists only what has some (but UNKNOWN for
 * IPv6 where it speaks of IPv4 alone).  An address that is NONE is nowhere: all
 * NO.
 */

enum cardea_place_base {
	CARDEA_PLACE_COUNTRY = 0, /* or city */
	CARDEA_PLACE_ASN,
	CARDEA_PLACE_TRAITS,
	CARDEA_PLACE_BASE_COUNT,
};

/* The state of one database. */
struct cardea_place_state {
	bool configured;
	bool usable;		 /* open, of the right kind, not too old */
	bool old;		 /* older than the settings allow */
	int64_t built_s;	 /* 0: unknown */
	struct cardea_diag diag; /* why it is not usable */
};

struct cardea_places; /* the open databases */

/* cardea_places_open: opens those that `uses` (enum cardea_uses bits) asks for.
 * Always gives an object, for the caller to free; NULL only without memory. */
struct cardea_places *
cardea_places_open(const struct cardea_settings *settings, uint32_t uses,
    int64_t now_s, struct cardea_place_state states[CARDEA_PLACE_BASE_COUNT]);
struct cardea_places *cardea_places_close(struct cardea_places *places);

/* cardea_places_look_up: what is known of the address; places may be NULL. A
 * damaged part found on the way is told in diag and makes its facts unknown. */
void cardea_places_look_up(const struct cardea_places *places,
    const struct cardea_address *address, struct cardea_place *ret_place,
    struct cardea_diag *diag);

const char *cardea_place_base_text(enum cardea_place_base base);

#endif
