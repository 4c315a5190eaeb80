/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_PATH_H
#define CARDEA_CERT_X509_PATH_H

#include <openssl/x509.h>

#include "cert/x509_room.h"

/*
 * Paths from a certificate to the anchors of one authority.  OpenSSL builds one
 * path and judges it; here every path that names and keys allow is a candidate,
 * a bounded number of them, and each goes through the profile and then, alone,
 * through X509_verify_cert.
 */
struct cardea_x509_search {
	const struct cardea_x509_room *room;
	const struct cardea_cert_question *question;
	const struct cardea_cert_trust *trust;
	const char *purpose;
	X509 *leaf;
	STACK_OF(X509) * sent; /* by the holder; believed in nothing */
};

/* cardea_x509_path_judge: result VERIFIED as far as the path goes, with the
 * identity's policies and revocation_s; otherwise refused for what the path
 * that came furthest lacks. */
void cardea_x509_path_judge(const struct cardea_x509_search *search,
    struct cardea_cert_verdict *verdict);

/* cardea_x509_further: did a verdict with this reason come further than one
 * with the other? */
bool cardea_x509_further(enum cardea_cert_why why, enum cardea_cert_why other);

#endif
