/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_X509CASE_H
#define CARDEA_CLI_X509CASE_H

#include "cert/cert.h"

/*
 * One case of `cardea test x509`: an authority made up of files, one
 * certificate, and the very function that judges for a login.  The proof is
 * OFFLINE: nobody is let in by what comes out.
 */
enum cardea_x509case_part {
	CARDEA_X509CASE_CERT,
	CARDEA_X509CASE_CA,
	CARDEA_X509CASE_INTERMEDIATE,
	CARDEA_X509CASE_CRL,
	CARDEA_X509CASE_OCSP,
	CARDEA_X509CASE_AT,
	CARDEA_X509CASE_PURPOSE,
	CARDEA_X509CASE_SAN,
	CARDEA_X509CASE_POLICY,
	CARDEA_X509CASE_MAX_AGE,
	CARDEA_X509CASE_PARTS,
};

/* The name of a part, as option and as member; NULL beyond the last. */
const char *cardea_x509case_name(enum cardea_x509case_part part);

struct cardea_x509case_block { /* owned */
	unsigned char *data;
	size_t len;
};

struct cardea_x509case {
	struct cardea_x509case_block cert; /* DER, one behind another */
	struct cardea_cert_bytes certs[1 + CARDEA_CERT_CHAIN_MAX];
	size_t cert_count;
	struct cardea_x509case_block anchors, intermediates; /* PEM */
	struct cardea_x509case_block crls[CARDEA_AUTHORITY_LISTS_MAX];
	size_t crl_count;
	struct cardea_x509case_block answers[CARDEA_OCSP_ANSWERS_MAX];
	size_t answer_count;
	bool has_time;
	int64_t time_s;
	char purpose[CARDEA_CERT_OID_MAX + 1];
	char name[CARDEA_CERT_NAME_MAX + 1]; /* "": whoever it is for */
	uint32_t max_age_s;
	size_t policy_count;
	char policies[CARDEA_CERT_OIDS_MAX][CARDEA_CERT_OID_MAX + 1];
	bool explicit_policy, inhibit_mapping, inhibit_any;
};

/* cardea_x509case_put: text is a file's name, or PEM itself, or a value.
 * SYNTAX, RANGE, MISSING, IO with a diag. */
CARDEA_MUST_USE enum cardea_status
cardea_x509case_put(struct cardea_x509case *x509case,
    enum cardea_x509case_part part, const char *text, struct cardea_diag *diag);

/* cardea_x509case_judge: SYNTAX if something is missing; MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_x509case_judge(const struct cardea_x509case *x509case,
    struct cardea_cert_verdict *ret_verdict, struct cardea_diag *diag);

void cardea_x509case_clear(struct cardea_x509case *x509case);

#endif
