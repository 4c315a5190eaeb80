/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_DEVPROOF_H
#define CARDEA_CERT_DEVPROOF_H

#include <stddef.h>

#include <cardea/limits.h>
#include <cardea/status.h>

/*
 * What a device's key signs, and nothing else ever does: a label that is no
 * other protocol's, and everything that binds the signature to one question.
 * Texts and nonce with their lengths in front (base/pack.h), in this order.
 */
#define CARDEA_DEVPROOF_LABEL "cardea device proof 1"
#define CARDEA_DEVPROOF_NONCE 32
#define CARDEA_DEVPROOF_MAX 2048

struct cardea_devproof {
	const unsigned char *nonce; /* CARDEA_DEVPROOF_NONCE, good once */
	const char *way;	    /* "host", "remote" */
	const char *user; /* the subject; remote: as the client has it */
	const char *service;
	const char *host; /* remote: as the client typed it, in lower case */
	const char *fingerprint; /* of the certificate, "SHA256:..." */
};

/* cardea_devproof_message: INTERNAL where something is missing; RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_devproof_message(const struct cardea_devproof *proof,
    unsigned char message[CARDEA_DEVPROOF_MAX], size_t *ret_len);

/* cardea_devproof_envelope: the same for a key behind an ssh-agent, which signs
 * no bytes as they are: an SSHSIG envelope around the message. */
#define CARDEA_DEVPROOF_NAMESPACE "device@cardea"
#define CARDEA_DEVPROOF_ENVELOPE_MAX 256
CARDEA_MUST_USE enum cardea_status
cardea_devproof_envelope(const unsigned char *message, size_t len,
    unsigned char envelope[CARDEA_DEVPROOF_ENVELOPE_MAX], size_t *ret_len);

#endif
