/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_SIGN_NAME_H
#define CARDEA_SIGN_NAME_H

#include <cardea/diag.h>
#include <openssl/x509v3.h>

#include "cert/cert.h"

/*
 * What a device is to be called, from text to X.509; what an admin typed is
 * refused where it is not exactly what it says, since a name is what rules
 * match.
 */

/* cardea_name_subject: "CN=laptop-7,O=Example" (RFC 4514; the most specific
 * first); "" is the empty name.  The caller frees. SYNTAX with a diag. */
CARDEA_MUST_USE enum cardea_status cardea_name_subject(
    const char *text, X509_NAME **ret_name, struct cardea_diag *diag);

/* cardea_name_format: the same, back; RANGE if it does not fit. */
CARDEA_MUST_USE enum cardea_status
cardea_name_format(const X509_NAME *name, char *text, size_t size);

/* cardea_name_check: "dns:", "email:", "uri:" or "ip:" and a name of that kind;
 * no wildcard, which would be many machines. */
CARDEA_MUST_USE enum cardea_status
cardea_name_check(const char *text, struct cardea_diag *diag);

/* cardea_name_list: all of them, as subjectAltName has them. */
CARDEA_MUST_USE enum cardea_status
cardea_name_list(const struct cardea_cert_name *names, size_t count,
    GENERAL_NAMES **ret_list, struct cardea_diag *diag);

/* cardea_name_unlist: and back.  SYNTAX for a kind that no rule could match,
 * or one that cardea_name_check refuses. */
CARDEA_MUST_USE enum cardea_status cardea_name_unlist(const GENERAL_NAMES *list,
    struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX], size_t *ret_count,
    struct cardea_diag *diag);

#endif
