/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_U2FKEYS_OPENSSH_H
#define CARDEA_FACTOR_U2FKEYS_OPENSSH_H

#include "factor/u2fkeys.h"

/* The private key file of a security key (PROTOCOL.key and PROTOCOL.u2f of
 * OpenSSH), one of the forms that u2fkeys.h reads. */

bool cardea_u2fkeys_is_openssh(const char *text, size_t len);

/* cardea_u2fkeys_openssh: fills format, presence_waived and credential.
 * Returns NULL, or what is wrong with the file. */
const char *cardea_u2fkeys_openssh(
    const char *text, size_t len, struct cardea_u2fkeys_item *item);

#endif
