/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_NAME_H
#define CARDEA_CERT_X509_NAME_H

#include <openssl/x509v3.h>

#include "cert/x509_form.h"

/*
 * Names in certificates (RFC 5280, 4.2.1.6): their form, their text, and
 * whether one is the name that somebody asked for.  Bytes of strangers; what is
 * not printable has no text and matches nothing.
 */

/* cardea_x509_host_holds: the preferred name syntax of RFC 1034; with wildcard,
 * "*" may be the whole of the first label. */
bool cardea_x509_host_holds(const char *host, size_t len, bool wildcard);

/* cardea_x509_mailbox_host: where the host of "local@host" begins; 0 if it is
 * no mailbox. */
size_t cardea_x509_mailbox_host(const char *mailbox, size_t len);

/* cardea_x509_uri_host: the host name of a URI with an authority; false if it
 * has none, or an address. */
bool cardea_x509_uri_host(
    const struct cardea_cert_bytes *uri, struct cardea_cert_bytes *ret_host);

/* cardea_x509_names_hold: the form of each. */
bool cardea_x509_names_hold(
    const GENERAL_NAMES *names, struct cardea_x509_fault *fault);

/* cardea_x509_general_text: "dns:..." and the like; false if it has none. */
bool cardea_x509_general_text(
    const GENERAL_NAME *name, struct cardea_cert_name *ret_name);

/* cardea_x509_name_text: RFC 2253; "" if it is too long or not printable. */
void cardea_x509_name_text(
    const X509_NAME *name, char text[CARDEA_CERT_NAME_MAX + 1]);

/* cardea_x509_common_name: the last one of the subject; "" likewise. */
void cardea_x509_common_name(
    const X509_NAME *name, char text[CARDEA_CERT_NAME_MAX + 1]);

/* cardea_x509_is_for: does an alternative name say wanted ("dns:...", "email:",
 * "uri:", "ip:")?  Host names without regard to case; a wildcard stands for one
 * label (RFC 9525, 6.3).  The subject says nothing. */
bool cardea_x509_is_for(const GENERAL_NAMES *names, const char *wanted);

#endif
