/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_DEVICE_SSH_H
#define CARDEA_VERIFIER_DEVICE_SSH_H

#include "attempt.h"
#include "cert/cert.h"

/*
 * As much of OpenSSH's keys and certificates as it takes to find those worth
 * asking for.  Nothing is judged here, and nothing believed: what looks right
 * here still has to be found right by the judge (cert/ask.h).
 */

bool cardea_device_ssh_is_certificate(const struct cardea_cert_bytes *blob);

/* cardea_device_ssh_authority: the blob of the key that has signed a
 * certificate; borrowed. False if it is none that can be read. */
bool cardea_device_ssh_authority(const struct cardea_cert_bytes *blob,
    struct cardea_cert_bytes *ret_authority);

/* cardea_device_ssh_is_listed: does a line "TYPE BASE64 [comment]" of this text
 * hold that key? */
bool cardea_device_ssh_is_listed(
    const struct cardea_cert_bytes *key, const char *lines);

/* cardea_device_ssh_is_in: is it the key of an X.509 certificate, as far as
 * bytes tell?  The numbers of a public key (a point, a modulus) stand in both
 * as they are. */
bool cardea_device_ssh_is_in(
    const struct cardea_cert_bytes *key, const struct cardea_cert_bytes *der);

/* cardea_device_fingerprint: "SHA256:..." of bytes. */
CARDEA_MUST_USE enum cardea_status
cardea_device_fingerprint(const struct cardea_cert_bytes *bytes,
    char ret_text[CARDEA_CERT_FINGERPRINT_MAX + 1]);

#endif
