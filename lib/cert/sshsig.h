/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_SSHSIG_H
#define CARDEA_CERT_SSHSIG_H

#include "cert/sshpublic.h"

/* Signatures as SSH writes them: the algorithm's name, then its bytes. */

/* cardea_sshsig_is_weak: is it one by SHA-1, "ssh-rsa" (S04)? */
bool cardea_sshsig_is_weak(const struct cardea_cert_bytes *signature);

/* cardea_sshsig_holds: cardea_sshsig_verify for a key that is parsed. */
CARDEA_MUST_USE bool cardea_sshsig_holds(const struct cardea_sshpublic *key,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature, unsigned char *ret_flags);

#define CARDEA_SSHSIG_UP 0x01 /* of a security key: somebody touched it */
#define CARDEA_SSHSIG_UV 0x04 /* and was verified by PIN or finger */

/*
 * What `ssh-keygen -Y sign` writes (PROTOCOL.sshsig): a signature blob over an
 * envelope that names a namespace and the digest of the message.
 */
struct cardea_sshsig_armour {		  /* borrowed */
	struct cardea_sshwire_string key; /* plain or certificate */
	struct cardea_sshwire_string space;
	struct cardea_sshwire_string hash; /* "sha256" or "sha512" */
	struct cardea_sshwire_string signature;
};

/* cardea_sshsig_unwrap: SYNTAX, also for reserved bytes that are not empty. */
CARDEA_MUST_USE enum cardea_status
cardea_sshsig_unwrap(const unsigned char *bytes, size_t len,
    struct cardea_sshsig_armour *ret_armour);

/* cardea_sshsig_envelope: what was signed, for a message. RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_sshsig_envelope(
    const struct cardea_sshsig_armour *armour, const void *message,
    size_t message_len, unsigned char *bytes, size_t size, size_t *ret_len);

#endif
