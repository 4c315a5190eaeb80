/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_NETLIST_H
#define CARDEA_FACTS_NETLIST_H

#include <stddef.h>
#include <stdint.h>

#include <cardea/address.h>
#include <cardea/diag.h>
#include <cardea/policy.h>
#include <cardea/request.h>

/*
 * Lists of addresses, as others publish them: a million lines of text, changing
 * each day.  `cardea refresh` reads the text (netlist_text.h) and writes the
 * prepared form (netlist_form.h), FOLDER/ID in 16 hex digits; a login opens
 * that and looks one address up, at a cost that does not grow with the list.
 *
 * The prepared form is a tree of blocks of 8 KiB, each judged by its SHA-256
 * when a look-up comes by; the header holds that of the uppermost.  What is
 * judged is a copy: a file that somebody cuts or writes over meanwhile can
 * neither end the process nor be believed.  Whatever is damaged makes UNKNOWN.
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

/* cardea_netlist_path: of the prepared form, FOLDER/ID. */
#define CARDEA_NETLIST_PATH_MAX 287
CARDEA_MUST_USE enum cardea_status cardea_netlist_path(const char *folder,
    uint64_t id, char ret_path[CARDEA_NETLIST_PATH_MAX + 1]);

/* cardea_netlist_state: whether it can be used now; judges the header. */
void
cardea_netlist_state(const char *folder, const struct cardea_policy_list *list,
    int64_t now_s, struct cardea_netlist_state *ret_state);

/* cardea_netlist_look_up: is the address in the list?  NO for an address that
 * is NONE, UNKNOWN for one that is unknown, and where the list is not usable:
 * missing, damaged, expired, prepared longer ago than its max_age.  For an
 * address that is no IP nothing is opened, and the state knows nothing. */
enum cardea_known cardea_netlist_look_up(const char *folder,
    const struct cardea_policy_list *list, const struct cardea_address *address,
    int64_t now_s, struct cardea_netlist_state *ret_state);

/* cardea_netlist_gather: all lists of the policy, as facts about the request's
 * login_source at its time; tell, which may be NULL, hears of each list that
 * cannot be used.  A time that is not known makes all of them UNKNOWN. */
void cardea_netlist_gather(const struct cardea_policy *policy,
    void (*tell)(const struct cardea_diag *diag, void *context), void *context,
    struct cardea_request *request);

#endif
