/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_SSHSK_H
#define CARDEA_FACTOR_SSHSK_H

#include "base/sshwire.h"
#include "factor/fido2.h"

/*
 * OpenSSH's security keys and its agent, as bytes (PROTOCOL.u2f,
 * PROTOCOL.sshsig and draft-miller-ssh-agent).  No sockets here.  Everything
 * read comes from strangers: it is refused whole unless it is well formed to
 * the last byte.
 */

/* --- keys ----------------------------------------------------------------- */

#define CARDEA_SSHSK_KEY_MAX 512 /* bytes of a blob of ours */

/* cardea_sshsk_key: "sk-ssh-ed25519@openssh.com" or
 * "sk-ecdsa-sha2-nistp256@openssh.com" from its blob: kind SSH, algorithm,
 * public key and rp_id; the rest of ret_credential is zero.  The rp_id, which
 * is SSH's application, is 1 to CARDEA_KEY_RP_MAX printable characters; that it
 * begins with "ssh:" is a habit of ssh-keygen's and is not asked for.  MISSING
 * for a key of another type, certificates included (which is no error in a
 * list), SYNTAX. */
CARDEA_MUST_USE enum cardea_status cardea_sshsk_key(const unsigned char *blob,
    size_t len, struct cardea_fido2_credential *ret_credential);

/* cardea_sshsk_blob: the other way. RANGE, INTERNAL for other kinds and for a
 * public key that is not as long as its algorithm's. */
CARDEA_MUST_USE enum cardea_status
cardea_sshsk_blob(const struct cardea_fido2_credential *credential,
    unsigned char *blob, size_t size, size_t *ret_len);

/* cardea_sshsk_line: a line of a .pub or authorized_keys file, with or without
 * its end.  Options may stand in front; they restrict ssh logins and are not
 * obeyed, but for two: verify-required sets demands_uv, and a key marked
 * cert-authority is nobody's and SYNTAX.  The comment becomes the name as far
 * as it is printable and fits.  MISSING for another type of key, for an empty
 * line and for one that begins with "#"; SYNTAX. */
CARDEA_MUST_USE enum cardea_status cardea_sshsk_line(const char *line,
    struct cardea_fido2_credential *ret_credential, struct cardea_diag *diag);

/* cardea_sshsk_fingerprint: "SHA256:..." as ssh-keygen -l prints it. */
#define CARDEA_SSHSK_FINGERPRINT_MAX CARDEA_SSHWIRE_FINGERPRINT_MAX
CARDEA_MUST_USE enum cardea_status
cardea_sshsk_fingerprint(const struct cardea_fido2_credential *credential,
    char ret_text[CARDEA_SSHSK_FINGERPRINT_MAX + 1]);

/* --- what is signed ------------------------------------------------------- */

/* The bytes that an agent is asked to sign: the SSHSIG envelope, SHA-512, in a
 * namespace of our own, so that no signature of ours is ever one that some sshd
 * or git would take, nor the other way round. */
#define CARDEA_SSHSK_NAMESPACE "agent@cardea"
#define CARDEA_SSHSK_ENVELOPE_MAX 256

/* What binds a signature to this one question; all of it must be there. */
struct cardea_sshsk_question {
	const char *user; /* the subject */
	const char *host;
	const char *service;
	const char *txn;
	const unsigned char *nonce; /* 32 random bytes, good once (K03) */
};

/* cardea_sshsk_envelope: RANGE; INTERNAL where something is missing. */
CARDEA_MUST_USE enum cardea_status
cardea_sshsk_envelope(const struct cardea_sshsk_question *question,
    unsigned char envelope[CARDEA_SSHSK_ENVELOPE_MAX], size_t *ret_len);

/* cardea_sshsk_signature: a signature blob over an envelope, by a key of the
 * credential's type, as the assertion that it is; whether the signature is
 * right, and what the flags say, is cardea_fido2_judge's question.  SYNTAX,
 * also for a signature that a browser made ("webauthn-sk-..."), which is over
 * other bytes. */
CARDEA_MUST_USE enum cardea_status
cardea_sshsk_signature(const struct cardea_fido2_credential *credential,
    const unsigned char *blob, size_t len, const unsigned char *envelope,
    size_t envelope_len, struct cardea_fido2_assertion *ret_assertion);

/* --- the agent's messages ------------------------------------------------- */

/* Requests: whole packets, length in front. RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_sshsk_ask_keys(unsigned char *packet, size_t size, size_t *ret_len);
CARDEA_MUST_USE enum cardea_status cardea_sshsk_ask_signature(
    const unsigned char *key_blob, size_t key_len, const unsigned char *data,
    size_t data_len, unsigned char *packet, size_t size, size_t *ret_len);

/* Answers: the payload after the length. */
struct cardea_sshsk_list {
	size_t count; /* of all keys, at most CARDEA_AGENT_KEYS_MAX */
	struct {
		const unsigned char *blob; /* borrowed from the payload */
		size_t len;
	} keys[CARDEA_AGENT_KEYS_MAX];
};

/* cardea_sshsk_read_keys: of all types; those beyond the ceiling are left out
 * (K06).  MISSING: the agent said no. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_sshsk_read_keys(const unsigned char *payload, size_t len,
    struct cardea_sshsk_list *ret_list);

/* cardea_sshsk_read_signature: borrowed. MISSING: the agent said no. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_sshsk_read_signature(const unsigned char *payload, size_t len,
    const unsigned char **ret_blob, size_t *ret_len);

#endif
