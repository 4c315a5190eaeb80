/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SHOWN_H
#define CARDEA_CERT_SHOWN_H

#include "cert/cert.h"

/*
 * The certificates that were shown at a login, kept with its session: what was
 * good then may be revoked an hour later, and only the certificate itself can
 * be judged again.  Plain bytes that go into a record as they are; none of them
 * is secret.  The zero value holds none.
 */
struct cardea_cert_shown {
	size_t len;
	unsigned char
	    bytes[CARDEA_CERT_SHOWN_MAX]; /* items, one after another */
};

struct cardea_cert_shown_item {
	enum cardea_cert_kind kind; /* X509 or SSH: a plain key has nobody who
				       could revoke it */
	char credential[CARDEA_CREDENTIAL_MAX + 1]; /* of its evidence */
	struct cardea_cert_bytes leaf;		    /* borrowed, as are these */
	size_t chain_count;
	struct cardea_cert_bytes chain[CARDEA_CERT_CHAIN_MAX];
};

/* cardea_cert_shown_add: one that is there already is not added again. RANGE:
 * there is no room for it, and nothing was added. */
CARDEA_MUST_USE enum cardea_status cardea_cert_shown_add(
    struct cardea_cert_shown *shown, const struct cardea_cert_shown_item *item);

/* cardea_cert_shown_next: the item at *at, which begins at 0 and is moved on;
 * it borrows from shown. MISSING: that was all. SYNTAX: nothing that add has
 * made. */
CARDEA_MUST_USE enum cardea_status
cardea_cert_shown_next(const struct cardea_cert_shown *shown, size_t *at,
    struct cardea_cert_shown_item *ret_item);

#endif
