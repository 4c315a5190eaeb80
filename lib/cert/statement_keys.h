/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_STATEMENT_KEYS_H
#define CARDEA_CERT_STATEMENT_KEYS_H

#include "cert/statement.h"
#include "cert/x509_room.h"

/* The pinned keys as the two forms of a statement see them. */
struct cardea_statement_key {
	X509 *certificate; /* NULL: a bare public key */
	unsigned char *spki;
	size_t spki_len;
	enum cardea_statement_algorithm
	    algorithm;	      /* NONE: good for CMS alone */
	int64_t from_s, to_s; /* both included */
	char name[CARDEA_CERT_NAME_MAX + 1];
};

struct cardea_statement_keys {
	struct cardea_x509_room room;
	size_t count;
	struct cardea_statement_key items[CARDEA_STATEMENT_KEYS_MAX];
};

/* cardea_statement_key_counts: at this time? */
bool cardea_statement_key_counts(
    const struct cardea_statement_key *key, int64_t time_s);

/* cardea_statement_key_is: is it the key of this certificate? */
bool cardea_statement_key_is(
    const struct cardea_statement_key *key, const X509 *certificate);

#endif
