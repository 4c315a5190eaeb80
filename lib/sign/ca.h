/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_SIGN_CA_H
#define CARDEA_SIGN_CA_H

#include "sign/sign.h"

/*
 * A small authority for devices, for those who have none: one self-signed root,
 * certificates below it, a list of the revoked ones.  Its key is signed with as
 * a device's is, and may be in a TPM or token.  What it issues is what our own
 * strict profile accepts (X04), and no more than that: a key for client
 * authentication with names.
 *
 * It does not: speak any protocol of enrolment (EST, ACME, SCEP), keep a
 * hierarchy, answer OCSP.  Everything here is text and bytes; what is kept is
 * sign/ca_record.h's.
 *
 * Statuses: SYNTAX and RANGE for what was asked; IO where the key did not sign,
 * with its reason in the diag.
 */
#define CARDEA_CA_SERIAL_MAX                                                   \
	40			/* hex digits of 20 bytes (RFC 5280, 4.1.2.2)  \
				 */
#define CARDEA_CA_LIST_MAX 2048 /* revoked and not yet expired */

struct cardea_ca {
	const struct cardea_sign_key *key;
	int timeout_ms;
	const char *root; /* PEM; NULL before there is one */
};

struct cardea_ca_wish {
	const char *subject; /* NULL: as the request has it */
	size_t name_count;   /* 0: as the request has them */
	const struct cardea_cert_name *names;
	int64_t now_s;
	uint32_t days;
};

struct cardea_ca_made {
	char *pem; /* heap */
	char serial[CARDEA_CA_SERIAL_MAX + 1];
	char subject[CARDEA_CERT_NAME_MAX + 1];
	int64_t not_after_s;
	size_t name_count;
	struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX];
};

struct cardea_ca_revoked {
	char serial[CARDEA_CA_SERIAL_MAX + 1];
	int64_t time_s;
};

/* cardea_ca_check: could a certificate bear this subject and these names? Asked
 * before a key is made for them. */
CARDEA_MUST_USE enum cardea_status
cardea_ca_check(const char *subject, const struct cardea_cert_name *names,
    size_t count, struct cardea_diag *diag);

/* cardea_ca_root: a self-signed root for the key, which exists. */
CARDEA_MUST_USE enum cardea_status
cardea_ca_root(const struct cardea_ca *ca, const struct cardea_ca_wish *wish,
    struct cardea_ca_made *ret_made, struct cardea_diag *diag);

/* cardea_ca_issue: for a request in PEM whose own signature shows that its key
 * is held; nothing of it is taken over but key, subject and names. */
CARDEA_MUST_USE enum cardea_status cardea_ca_issue(const struct cardea_ca *ca,
    const char *request, const struct cardea_ca_wish *wish,
    struct cardea_ca_made *ret_made, struct cardea_diag *diag);

/* cardea_ca_identify: serial and end of a certificate (PEM) of this authority.
 */
CARDEA_MUST_USE enum cardea_status
cardea_ca_identify(const struct cardea_ca *ca, const char *certificate,
    struct cardea_ca_made *ret_made, struct cardea_diag *diag);

/* cardea_ca_list: a CRL in PEM; heap. */
struct cardea_ca_list {
	size_t count;
	const struct cardea_ca_revoked *revoked;
	uint64_t number; /* cRLNumber, which only grows (RFC 5280, 5.2.3) */
	int64_t now_s;
	uint32_t days; /* until nextUpdate */
};
CARDEA_MUST_USE enum cardea_status
cardea_ca_list(const struct cardea_ca *ca, const struct cardea_ca_list *list,
    char **ret_pem, struct cardea_diag *diag);

#endif
