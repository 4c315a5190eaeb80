/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SHOWN_H
#define CARDEA_CERT_SHOWN_H

#include "cert/cert.h"

/*
 * The certificates that were shown at a login, kept with its session and with
 * what is remembered of it: what was good then may be revoked an hour later,
 * and only the certificate itself can be judged again.  Plain bytes that go
 * into a record as they are; none of them is secret.  Evidence names them by
 * number, from 1.  The zero value holds none.
 */
struct cardea_cert_shown {
	size_t len;
	unsigned char
	    bytes[CARDEA_CERT_SHOWN_MAX]; /* items, one after another */
};

struct cardea_cert_shown_item {
	enum cardea_cert_kind kind; /* X509 or SSH: a plain key has nobody who
				       could revoke it */
	bool cut;	    /* there was no room for what was sent along */
	const char *source; /* where it was shown from; "": not known */
	struct cardea_cert_bytes leaf; /* borrowed, as are these */
	size_t chain_count;
	struct cardea_cert_bytes chain[CARDEA_CERT_CHAIN_MAX];
};

/* cardea_cert_shown_add: one that is there already keeps its number.  Where
 * there is no room for the chain it is left out, so that nobody can choose one
 * so long that the leaf is forgotten. RANGE: there is none for the leaf either,
 * and nothing was added. */
CARDEA_MUST_USE enum cardea_status
cardea_cert_shown_add(struct cardea_cert_shown *shown,
    const struct cardea_cert_shown_item *item, uint32_t *ret_number);

/* cardea_cert_shown_get: borrows from shown. MISSING: it has no such number.
 * SYNTAX: nothing that add has made. */
CARDEA_MUST_USE enum cardea_status
cardea_cert_shown_get(const struct cardea_cert_shown *shown, uint32_t number,
    struct cardea_cert_shown_item *ret_item);

#endif
