/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_X509_ROOM_H
#define CARDEA_CERT_X509_ROOM_H

#include <openssl/types.h>

#include "cert/x509_form.h"

/*
 * A context of our own: the default one is the host's, and reads files.  While
 * a room is open, OpenSSL's errors are ours; all that stood before stands again
 * when it is closed.
 */
struct cardea_x509_room {
	OSSL_LIB_CTX *context;
	OSSL_PROVIDER *provider;
};

/* cardea_x509_room_open: close also after a failure. */
CARDEA_MUST_USE bool cardea_x509_room_open(struct cardea_x509_room *room);
void cardea_x509_room_close(struct cardea_x509_room *room);

/* cardea_x509_read: what has the form, as OpenSSL's object that the caller
 * frees; NULL with a fault. */
CARDEA_MUST_USE X509 *cardea_x509_read(const struct cardea_x509_room *room,
    const struct cardea_cert_bytes *der, bool is_anchor,
    struct cardea_x509_fault *fault);

/* cardea_x509_extension: decodes one that may be there; the caller frees.  NULL
 * if it is not there, and with a fault if it cannot be decoded: what was lost
 * is never taken for what was not there.  ret_critical may be NULL. */
CARDEA_MUST_USE void *cardea_x509_extension(const X509 *certificate, int nid,
    bool *ret_critical, struct cardea_x509_fault *fault);

#endif
