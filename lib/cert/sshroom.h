/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SSHROOM_H
#define CARDEA_CERT_SSHROOM_H

#include <stddef.h>

#include <openssl/types.h>

#include <cardea/status.h>

/*
 * OpenSSL for the SSH units: a library context of our own, made once, since the
 * default one is the host's and reads files.  Between enter and leave OpenSSL's
 * errors are ours; what stood in its queue before stands there again after.
 */

/* cardea_sshroom_enter: NULL if there is no OpenSSL to work with; leave all the
 * same. */
OSSL_LIB_CTX *cardea_sshroom_enter(void);
void cardea_sshroom_leave(void);

/* cardea_sshroom_digest: "SHA1", "SHA256", "SHA512"; size is that of the
 * digest. */
CARDEA_MUST_USE enum cardea_status cardea_sshroom_digest(const char *algorithm,
    const void *bytes, size_t len, unsigned char *ret_digest, size_t size);

#endif
