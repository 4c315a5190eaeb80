/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_REMOTE_DEVICE_H
#define CARDEA_FACTOR_REMOTE_DEVICE_H

#include <cardea/limits.h>

#include "base/pack.h"
#include "base/sshwire.h"
#include "factor/remote_parts.h"

/*
 * A proof by the certificate of the device at the far end of ssh, carried as
 * that of a security key is (remote.h, whose cardea_remote_read reads the
 * prompt and whose rules for "(user@host) " hold here too):
 *
 *   server   "Device: cardea-askpass answers this; else press Enter.
 *             [cardea-device1:CHALLENGE] "
 *   client   "cardea-device1:1/4:BASE64URL"
 *   server   "[cardea-more1:2] " ...
 *
 * The challenge names no certificate: everybody is asked the same, whatever is
 * enrolled for whom, and which certificate is shown to which host is for the
 * laptop to say.  It sends certificate and chain, or, where those are enrolled
 * at the server, fingerprint and key's hash alone.  What is signed is
 * cert/devproof.h's message, with user and host as the client's own ssh has
 * them.
 *
 * An OCSP answer is not stapled: the server has its own, or none that counts.
 */
#define CARDEA_REMOTE_DEVICE_WORDS                                             \
	"Device: cardea-askpass answers this; else press Enter. "
#define CARDEA_REMOTE_DEVICE_MAGIC "[cardea-device1:"
#define CARDEA_REMOTE_DEVICE_NONCE 32 /* as cert/devproof.h has it */

struct cardea_remote_device_challenge {
	unsigned char nonce[CARDEA_REMOTE_DEVICE_NONCE];
	char service[CARDEA_SERVICE_MAX + 1];
};

/* cardea_remote_device_prompt: SYNTAX for what could not be read; RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_remote_device_prompt(
    const struct cardea_remote_device_challenge *challenge, char *prompt,
    size_t size);

/* cardea_remote_device_unpack: the bytes of a challenge. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_device_unpack(const unsigned char *bytes, size_t len,
    struct cardea_remote_device_challenge *ret_challenge);

/* Why there is no proof, as the far end tells it: words for the log. */
enum cardea_remote_device_no {
	CARDEA_REMOTE_DEVICE_PROOF = 0,
	CARDEA_REMOTE_DEVICE_NONE,    /* no certificate for that host */
	CARDEA_REMOTE_DEVICE_NO_KEY,  /* it has one, and cannot reach its key */
	CARDEA_REMOTE_DEVICE_REFUSED, /* the person, the agent or the token */
	CARDEA_REMOTE_DEVICE_WRONG_PIN,
	CARDEA_REMOTE_DEVICE_TIMEOUT,
	CARDEA_REMOTE_DEVICE_FAILED,
	CARDEA_REMOTE_DEVICE_NO_COUNT,
};

/* What the signature is over. */
enum cardea_remote_device_form {
	CARDEA_REMOTE_DEVICE_FORM_NONE = 0,
	CARDEA_REMOTE_DEVICE_RAW,    /* the message */
	CARDEA_REMOTE_DEVICE_SSHSIG, /* its envelope; a blob of an ssh-agent */
};

#define CARDEA_REMOTE_DEVICE_CERTS_MAX (1 + CARDEA_CERT_CHAIN_MAX)

/* certificates of one answer, all together: what parts have room for beside
 * the rest */
#define CARDEA_REMOTE_DEVICE_BYTES                                             \
	(CARDEA_PROOF_CHUNKS_MAX * CARDEA_REMOTE_PART_BYTES - 1792)

/* an SSH signature blob has its algorithm's name around the signature */
#define CARDEA_REMOTE_DEVICE_SIGNATURE_MAX (CARDEA_CERT_SIGNATURE_MAX + 64)

/* By what the table finds a certificate that is not sent: SHA-256 of its public
 * key, of the SubjectPublicKeyInfo for RAW, of the SSH blob for SSHSIG. */
#define CARDEA_REMOTE_DEVICE_KEY_HASH 32

struct cardea_remote_device_answer {
	enum cardea_remote_device_no no;
	/* PROOF */
	char user[CARDEA_NAME_MAX + 1]; /* that were signed */
	char host[CARDEA_NAME_MAX + 1]; /* in lower case */
	char fingerprint[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1]; /* of the first */
	size_t count; /* 0: these two stand for them */
	unsigned char key_hash[CARDEA_REMOTE_DEVICE_KEY_HASH];
	size_t lens[CARDEA_REMOTE_DEVICE_CERTS_MAX];
	unsigned char der[CARDEA_REMOTE_DEVICE_BYTES]; /* one after another */
	enum cardea_remote_device_form form;
	size_t signature_len;
	unsigned char signature[CARDEA_REMOTE_DEVICE_SIGNATURE_MAX];
};

/* cardea_remote_device_fingerprint: SHA-256 of a certificate's DER. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_device_fingerprint(const unsigned char *der, size_t len,
    char ret_text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1]);

extern const struct cardea_remote_form cardea_remote_device_form;

/* cardea_remote_device_write: RANGE if certificates and signature are too
 * large for the parts; SYNTAX.  Of an answer with certificates the fingerprint
 * is not sent: the reader makes it from the first. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_device_write(const struct cardea_remote_device_answer *answer,
    struct cardea_remote_parts *ret_parts);

/* cardea_remote_device_join: the answer of complete parts. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_device_join(const struct cardea_remote_parts *parts,
    struct cardea_remote_device_answer *ret_answer);

#endif
