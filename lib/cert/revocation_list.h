/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_REVOCATION_LIST_H
#define CARDEA_CERT_REVOCATION_LIST_H

#include <openssl/types.h>
#include <openssl/x509.h>

#include "cert/crlindex_file.h"
#include "cert/revocation.h"

/*
 * An index as OpenSSL takes part in it: a list without entries, whose signature
 * is asked of us, and whose entries are, too.
 */
struct cardea_revocation_list {
	struct cardea_crlindex index;
	X509_CRL *crl; /* its meth data is this */
	OSSL_LIB_CTX *libctx;
};

/* more than any path has */
#define CARDEA_REVOCATION_DEPTH_MAX 16

/* What was found of the certificate at one depth. */
struct cardea_revocation_place {
	bool listed;	/* a list has been asked, and does not revoke it */
	bool tolerated; /* but something was wrong with the lists */
	int64_t date_s; /* the oldest list that was asked */
	int error;	/* X509_V_ERR_* that was tolerated first */
};

struct cardea_revocation {
	OSSL_LIB_CTX *libctx;
	const struct cardea_cert_trust *trust;
	const struct cardea_cert_question *question;
	X509_CRL_METHOD *method;
	size_t list_count;
	struct cardea_revocation_list lists[CARDEA_AUTHORITY_LISTS_MAX];
	bool by_lists; /* OpenSSL asks them */
	bool damaged;  /* an index, found on the way */
	bool stale;    /* a list was older than is wanted */
	/* the delta that goes with the list that is asked next */
	const struct cardea_revocation_list *delta;
	const X509 *delta_for;
	struct cardea_revocation_place places[CARDEA_REVOCATION_DEPTH_MAX];
};

/* cardea_revocation_list_open: CORRUPT, VERSION, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_revocation_list_open(struct cardea_revocation *revocation,
    const struct cardea_cert_bytes *bytes, struct cardea_diag *diag);

/* cardea_revocation_method: how such a list is verified; NULL: no memory. */
X509_CRL_METHOD *cardea_revocation_method(void);

/* cardea_revocation_list_find: OK with what the list says of a certificate;
 * MISSING: nothing; CORRUPT: nobody knows. */
CARDEA_MUST_USE enum cardea_status
cardea_revocation_list_find(const struct cardea_revocation_list *list,
    const X509 *certificate, struct cardea_crlindex_found *ret_found);

/* cardea_revocation_max_age: the stricter of both limits; 0: none. */
uint32_t cardea_revocation_max_age(const struct cardea_revocation *revocation);

/* cardea_revocation_hook: puts lists and look-up into the store. */
CARDEA_MUST_USE bool
cardea_revocation_hook(struct cardea_revocation *revocation, X509_STORE *store);

#endif
