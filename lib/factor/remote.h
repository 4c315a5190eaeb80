/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_REMOTE_H
#define CARDEA_FACTOR_REMOTE_H

#include "factor/fido2.h"
#include "factor/remote_device.h"
#include "factor/remote_parts.h"

/*
 * A proof by somebody's key at the far end of ssh, carried by prompts and
 * answers of keyboard-interactive between the verifier and cardea-askpass.
 *
 *   server   "Security key: cardea-askpass answers this; else press Enter.
 *             [cardea-key1:CHALLENGE] "
 *   client   "cardea-key1:1/2:BASE64"
 *   server   "[cardea-more1:2] "
 *   client   "cardea-key1:2/2:BASE64"
 *
 * ssh puts "(user@host) " in front of what the server says, from its own idea
 * of both.  That first prefix alone is believed, and what it says is signed, so
 * a server in the middle can show the challenge of another one but has no use
 * for the answer.  ") " stands nowhere else, or the prompt is refused: a server
 * chooses the rest of it, and who sent a link ssh://USER@HOST chose the user.
 * What is signed begins with a label that is no JSON, so it is never a WebAuthn
 * client data of the same rp id.
 *
 * Text is read strictly on both ends: one form, to the last character.
 */

#define CARDEA_REMOTE_HANDLES_MAX CARDEA_KEYS_MAX
#define CARDEA_REMOTE_NONCE 32

enum cardea_uv { /* user verification: PIN, fingerprint */
	CARDEA_UV_NO = 0,
	CARDEA_UV_PREFER,
	CARDEA_UV_NEED,
};

struct cardea_remote_handle {
	char rp_id[CARDEA_KEY_RP_MAX + 1];
	size_t len;
	unsigned char bytes[CARDEA_KEY_HANDLE_MAX];
};

struct cardea_remote_challenge {
	unsigned char nonce[CARDEA_REMOTE_NONCE];
	char service[CARDEA_SERVICE_MAX + 1];
	enum cardea_uv uv;
	size_t handle_count;
	struct cardea_remote_handle handles[CARDEA_REMOTE_HANDLES_MAX];
};

/* cardea_remote_prompt: RANGE if it does not fit: leave out handles. SYNTAX for
 * what could not be read: no handles, or a name with control characters. */
CARDEA_MUST_USE enum cardea_status cardea_remote_prompt(
    const struct cardea_remote_challenge *challenge, char *prompt, size_t size);

/* What askpass was asked. */
enum cardea_remote_kind {
	CARDEA_REMOTE_OTHER = 0, /* somebody else's prompt */
	CARDEA_REMOTE_CHALLENGE,
	CARDEA_REMOTE_DEVICE, /* remote_device.h */
	CARDEA_REMOTE_MORE,   /* the next part of an answer */
};

struct cardea_remote_question {
	enum cardea_remote_kind kind;
	char user[CARDEA_NAME_MAX + 1]; /* as the client's ssh has it */
	char host[CARDEA_NAME_MAX + 1];
	unsigned int part; /* MORE: which, from 2 */
	struct cardea_remote_challenge challenge;
	struct cardea_remote_device_challenge device;
};

/* cardea_remote_read: the argument of an askpass.  Only "(user@host) " at its
 * very beginning counts; text between it and the challenge (sshd glues other
 * messages to a prompt, each ended by a newline) is ignored.  A prompt of ours
 * without the prefix, or malformed, is SYNTAX with a diag, and must be answered
 * by nothing. */
CARDEA_MUST_USE enum cardea_status cardea_remote_read(const char *argument,
    struct cardea_remote_question *ret_question, struct cardea_diag *diag);

/* cardea_remote_hash: what the key signs as its client data hash. host is
 * compared and hashed in lower case. */
CARDEA_MUST_USE enum cardea_status cardea_remote_hash(
    const struct cardea_remote_challenge *challenge, const char *user,
    const char *host, unsigned char ret_hash[CARDEA_FIDO2_HASH]);

/* Why there is no proof, as the far end tells it: words for the log. */
enum cardea_remote_no {
	CARDEA_REMOTE_PROOF = 0,
	CARDEA_REMOTE_NO_KEY,  /* none is plugged in, or holds a credential */
	CARDEA_REMOTE_REFUSED, /* the person or the key said no */
	CARDEA_REMOTE_TIMEOUT, /* nobody touched it */
	CARDEA_REMOTE_NO_UV,   /* the key cannot verify its user */
	CARDEA_REMOTE_FAILED,
	CARDEA_REMOTE_NO_COUNT,
};

struct cardea_remote_answer {
	enum cardea_remote_no no;
	size_t handle; /* PROOF: index into the challenge's handles */
	char user[CARDEA_NAME_MAX + 1]; /* that were signed */
	char host[CARDEA_NAME_MAX + 1];
	size_t auth_data_len;
	unsigned char auth_data[CARDEA_KEY_AUTHDATA_MAX];
	size_t signature_len;
	unsigned char signature[CARDEA_KEY_SIGNATURE_MAX];
};

extern const struct cardea_remote_form cardea_remote_key_form;

CARDEA_MUST_USE enum cardea_status
cardea_remote_write(const struct cardea_remote_answer *answer,
    struct cardea_remote_parts *ret_parts);

/* cardea_remote_join: the answer of complete parts. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_join(const struct cardea_remote_parts *parts,
    struct cardea_remote_answer *ret_answer);

/*
 * Enrolment of a key that is far away, by copy and paste:
 *
 *   server   cardea-ticket1:BASE64URL    (cardea enroll fido2 --print-request)
 *   laptop   cardea-key-made1:BASE64URL  (cardea-askpass --enroll)
 */
struct cardea_remote_ticket {
	char id[CARDEA_TXN_MAX + 1]; /* hex; names the ticket in the store */
	unsigned char nonce[CARDEA_REMOTE_NONCE];
	char rp_id[CARDEA_KEY_RP_MAX + 1];
	char user[CARDEA_NAME_MAX + 1];
	char host[CARDEA_NAME_MAX + 1]; /* shown to the person */
	unsigned char user_handle[CARDEA_KEY_USER_HANDLE];
	bool resident;
	enum cardea_uv uv;
	enum cardea_fido2_algorithm algorithm;
	size_t exclude_count; /* already enrolled with this rp id */
	struct cardea_remote_handle exclude[CARDEA_REMOTE_HANDLES_MAX];
};

#define CARDEA_REMOTE_TICKET_MAX 32768
#define CARDEA_REMOTE_MADE_MAX 32768

CARDEA_MUST_USE enum cardea_status cardea_remote_write_ticket(
    const struct cardea_remote_ticket *ticket, char *text, size_t size);
CARDEA_MUST_USE enum cardea_status cardea_remote_read_ticket(const char *text,
    struct cardea_remote_ticket *ret_ticket, struct cardea_diag *diag);

/* cardea_remote_ticket_hash: the client data hash of the registration. */
CARDEA_MUST_USE enum cardea_status
cardea_remote_ticket_hash(const struct cardea_remote_ticket *ticket,
    unsigned char ret_hash[CARDEA_FIDO2_HASH]);

struct cardea_fido2_registration;
CARDEA_MUST_USE enum cardea_status cardea_remote_write_made(
    const char *ticket_id, const struct cardea_fido2_registration *registration,
    char *text, size_t size);
CARDEA_MUST_USE enum cardea_status cardea_remote_read_made(const char *text,
    char ret_ticket_id[CARDEA_TXN_MAX + 1],
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag);

#endif
