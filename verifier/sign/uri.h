/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_SIGN_URI_H
#define CARDEA_VERIFIER_SIGN_URI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>

/*
 * Which key of which token: a PKCS #11 URI (RFC 7512).  What it says is meant:
 * an attribute that is not known here is refused rather than passed over, which
 * would pick another key; so is a PIN, which has no place where everybody can
 * read it.  "" stands for anything.
 */
#define CARDEA_TOKEN_ID_MAX 64

struct cardea_token_uri {
	char token[33], manufacturer[33], model[17], serial[17];
	char object[256]; /* CKA_LABEL */
	bool has_slot;
	uint64_t slot;
	size_t id_len; /* 0: any */
	unsigned char id[CARDEA_TOKEN_ID_MAX];
	char module[256]; /* module-path */
};

/* SYNTAX with a diag. */
CARDEA_MUST_USE enum cardea_status cardea_token_uri_parse(const char *text,
    struct cardea_token_uri *ret_uri, struct cardea_diag *diag);

#endif
