/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_REKEY_H
#define CARDEA_STORE_REKEY_H

#include <cardea/store.h>

/* How the records of a store are sealed. */
struct cardea_rekey {
	void (*progress)(const char *what, uint64_t done, void *context);
	void *context;
	uint64_t seen;	     /* in the last walk */
	uint64_t stale;	     /* of them under another key than the one in use */
	uint64_t unreadable; /* of them; what they are under opens nothing */
	uint64_t written;    /* in all walks */
};

/* cardea_rekey_count: changes nothing. */
CARDEA_MUST_USE enum cardea_status
cardea_rekey_count(struct cardea_store *store, struct cardea_rekey *rekey,
    struct cardea_diag *diag);

/* cardea_rekey_seal: seals every record under the key in use, until a whole
 * walk finds none under another. Logins may go on; cut off, it is begun again.
 */
CARDEA_MUST_USE enum cardea_status cardea_rekey_seal(struct cardea_store *store,
    struct cardea_rekey *rekey, struct cardea_diag *diag);

/* cardea_rekey_use: from now on everybody seals under the key of this id,
 * whichever his key file has first. */
CARDEA_MUST_USE enum cardea_status cardea_rekey_use(
    struct cardea_store *store, const char *id, struct cardea_diag *diag);

#endif
