/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_SIGN_REQUEST_H
#define CARDEA_VERIFIER_SIGN_REQUEST_H

#include "holder.h"

/* cardea_request_make: a PKCS #10 request (RFC 2986) of an open key: subject
 * and names of the question, to be used for client authentication.  It is
 * checked before it is handed out. */
bool cardea_request_make(struct cardea_holder *holder, char *pem, size_t size);

#endif
