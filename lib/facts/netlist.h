/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_NETLIST_H
#define CARDEA_FACTS_NETLIST_H

#include <stddef.h>
#include <stdint.h>

#include <cardea/address.h>
#include <cardea/diag.h>
#include <cardea/policy.h>

/*
 * Lists of addresses, as others publish them: a million lines of text, changing
 * each day.  `cardea refresh` reads the text (netlist_text.h) and writes the
 * prepared form, FOLDER/ID in 16 hex digits; a login maps that and looks one
 * address up, at a cost that does not grow with the list.
 *
 * The prepared form: a header under a check sum, which holds the sums of blocks
 * of 8192 bytes, each judged when a look-up comes by; then ranges, sorted and
 * apart from one another, each with the instant at which it ends (0: never).
 * No byte is used unjudged; whatever is damaged makes UNKNOWN.
 */

/* What is known of a prepared list. */
struct cardea_netlist_state {
	bool there;
	bool usable;	    /* judged, neither expired nor too old */
	int64_t prepared_s; /* when refresh wrote it */
	int64_t expires_s;  /* the whole list, says its source; 0: never */
	uint64_t entries;
	struct cardea_diag diag; /* why it is not usable */
};

/* cardea_netlist_look_up: is the address in the list?  NO for an address that
 * is NONE, UNKNOWN for one that is unknown, and where the list is not usable:
 * missing, damaged, expired, prepared longer ago than its max_age. */
enum cardea_known cardea_netlist_look_up(const char *folder,
    const struct cardea_policy_list *list, const struct cardea_address *address,
    int64_t now_s, struct cardea_netlist_state *ret_state);

#endif
