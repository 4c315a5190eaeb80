/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_CERTREAD_H
#define CARDEA_CERT_CERTREAD_H

#include <openssl/types.h>

#include "cert/cert.h"

/* cardea_certread: a certificate in DER to the last byte, nothing judged; the
 * caller frees.  NULL for anything else. */
CARDEA_MUST_USE X509 *
cardea_certread(OSSL_LIB_CTX *libctx, const struct cardea_cert_bytes *der);

#endif
