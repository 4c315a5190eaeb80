/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_KEYWISH_H
#define CARDEA_CLI_KEYWISH_H

#include "cli/key.h"
#include "store/seal.h"

/*
 * A new credential that is wanted: asked of a key at this machine
 * (enroll_fido2.c), or by a ticket of one that is far away (enroll_ticket.c).
 */
struct cardea_key_wish {
	const char *user;
	const char *name; /* NULL: one is chosen */
	const struct cardea_fido2_library *library;
	const struct cardea_roster *roster; /* of the user */
	char rp_id[CARDEA_KEY_RP_MAX + 1];
	enum cardea_fido2_algorithm algorithm;
	bool resident;
	bool need_uv;
	/* what keys keep beside a resident credential: the same for all of a
	 * user's, so that a key holds one of them for a relying party, and no
	 * name (seal.h) */
	unsigned char user_handle[CARDEA_KEY_USER_HANDLE];
};

/* cardea_key_wish_fulfil: judges what a key answered, stores and tells. */
enum cardea_exit cardea_key_wish_fulfil(struct cardea_admin *admin,
    const struct cardea_key_wish *wish,
    const struct cardea_fido2_registration *registration,
    const struct cardea_roster_ticket *ticket);

#endif
