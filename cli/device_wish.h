/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_DEVICE_WISH_H
#define CARDEA_CLI_DEVICE_WISH_H

#include "cli/admin.h"
#include "store/ledger_device.h"

/*
 * By what a device shall be known, as the options of `cardea device add` and
 * `identity` say it: certificates and keys in files, names below authorities,
 * security keys of users.  What is in a file is read strictly, and nothing is
 * vouched for here: that is done at each login.
 */
struct cardea_device_wish {
	size_t count;
	struct cardea_device_identity identities[CARDEA_DEVICE_IDENTITIES_MAX];
	int64_t expires_s; /* of the certificate; 0: none was given */
	struct cardea_device_chain chain; /* count 0: none was given */
};

/* cardea_device_wish_read: --certificate, --chain, --ssh-key, --ssh-cert, --san
 * and --fido2; any exit but OK has been told to the person. */
enum cardea_exit cardea_device_wish_read(
    struct cardea_admin *admin, struct cardea_device_wish *wish);

/* cardea_device_wish_identity: one identity as text: of the forms in
 * store/ledger_device.h.  Its authority must be one of the settings, its
 * security key one that the user has, by id or name. */
enum cardea_exit cardea_device_wish_identity(struct cardea_admin *admin,
    const char *text, struct cardea_device_identity *ret_identity);

#endif
