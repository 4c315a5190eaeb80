/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_WIRE_MESSAGE_H
#define CARDEA_WIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/limits.h>
#include <cardea/request.h>
#include <cardea/status.h>

/*
 * The messages between module and verifier: a small, fixed vocabulary over
 * one SOCK_SEQPACKET socketpair, one packet a message, so that framing cannot
 * be confused.  A module asks, the verifier may put questions back (ASK,
 * TELL) and ends each exchange with exactly one VERDICT:
 *
 *   module                         verifier
 *   BEGIN (facts, resume id)  -->
 *                             <--  VERDICT
 *   STASH (code)              -->                split=authtok, context line
 *                             <--  VERDICT
 *   VERIFY (factor)           -->
 *                             <--  TELL | ASK    any number
 *                             <--  WAIT          a key is to be touched
 *   ANSWER                    -->                one for each ASK
 *                             <--  VERDICT
 *   DECIDE                    -->
 *                             <--  VERDICT       and the verifier leaves
 *
 * Version N accepts N-1 during upgrades.  A message that is malformed, too
 * long, of an unknown version or out of turn ends the conversation: the
 * module returns "broken", the verifier denies.  Fixed sizes, no allocation.
 */

#define CARDEA_WIRE_MAGIC 0x43524457u /* "CRDW" */
#define CARDEA_WIRE_VERSION 1u
#define CARDEA_WIRE_HEADER 20u
#define CARDEA_WIRE_BODY_MAX (CARDEA_MESSAGE_MAX - CARDEA_WIRE_HEADER)

enum cardea_message_kind {
	CARDEA_MESSAGE_NONE = 0,
	/* module to verifier */
	CARDEA_MESSAGE_BEGIN = 1,  /* code: enum cardea_phase; body: facts */
	CARDEA_MESSAGE_STASH = 2,  /* body: the code that split=authtok took */
	CARDEA_MESSAGE_VERIFY = 3, /* code: cardea_factor; body: PAM_USER now */
	CARDEA_MESSAGE_ANSWER = 4, /* code: enum cardea_answer; body: text */
	CARDEA_MESSAGE_DECIDE = 5, /* body: PAM_USER now */
	/* verifier to module */
	CARDEA_MESSAGE_ASK = 64,     /* flags: ECHO; body: prompt */
	CARDEA_MESSAGE_TELL = 65,    /* flags: ERROR, COURTESY; body: text */
	CARDEA_MESSAGE_VERDICT = 66, /* code: enum cardea_outcome; body below */
	CARDEA_MESSAGE_WAIT = 67,    /* code: milliseconds, be that patient */
};

enum cardea_message_flag {
	/* BEGIN */
	CARDEA_FLAG_SILENT = 1u << 0, /* PAM_SILENT: no courtesy messages */
	/* VERIFY, DECIDE */
	/* after=password, in auth, AUTHTOK set */
	CARDEA_FLAG_PASSWORD_PROVED = 1u << 1,
	/* DECIDE */
	CARDEA_FLAG_DEFER_SESSION = 1u << 2,
	CARDEA_FLAG_CLOSE_SESSION = 1u << 3,
	/* ASK */
	CARDEA_FLAG_ECHO = 1u << 4,
	/* TELL */
	CARDEA_FLAG_ERROR = 1u << 5,
	CARDEA_FLAG_COURTESY = 1u << 6, /* dropped under PAM_SILENT */
};

/* What became of a question. Everything but TEXT means "nobody answered". */
enum cardea_answer {
	CARDEA_ANSWER_NONE = 0, /* conversation failed, NULL, wrong count */
	CARDEA_ANSWER_TEXT = 1,
	CARDEA_ANSWER_PASSWORD = 2, /* equals PAM_AUTHTOK: no answer to us */
	CARDEA_ANSWER_TOO_LONG = 3, /* more than CARDEA_ANSWER_MAX bytes */
};

/* What the verifier says of one exchange; modules/code.c alone turns it
 * into a PAM code.  0 is broken. Far apart in bits (V26). */
enum cardea_outcome {
	CARDEA_OUTCOME_BROKEN = 0,
	CARDEA_OUTCOME_VERIFIED = 0x31a6c95b,
	CARDEA_OUTCOME_NOT_NEEDED = 0x0d5932f6,
	CARDEA_OUTCOME_BEGUN = 0x13d78c2e, /* context: nothing to object yet */
	CARDEA_OUTCOME_OBSERVED = 0x2c68f391, /* global observe */
	CARDEA_OUTCOME_REFUSED = 0x4a93d41c,
	CARDEA_OUTCOME_DENIED = 0x56e40b63,
	CARDEA_OUTCOME_EXHAUSTED = 0x65b87ac8, /* too many tries */
	CARDEA_OUTCOME_PERMITTED = 0x788f2535, /* the gate alone */
};

struct cardea_message {
	enum cardea_message_kind kind;
	uint32_t flags;
	uint32_t code;
	size_t body_len;
	unsigned char body[CARDEA_WIRE_BODY_MAX];
};

/* Body of BEGIN. Packed and unpacked by the two functions below only. */
struct cardea_begin {
	char service[CARDEA_SERVICE_MAX + 1];
	char user[CARDEA_NAME_MAX + 1];
	char ruser[CARDEA_NAME_MAX + 1];
	char rhost[CARDEA_NAME_MAX + 1];
	char tty[CARDEA_NAME_MAX + 1];
	char resume[CARDEA_TXN_MAX + 1];      /* "" at the start */
	char sshauth[CARDEA_SSHAUTH_MAX + 1]; /* SSH_AUTH_INFO_0, PAM env */
	/* where the caller says that his ssh-agent listens; a door to knock
	 * at, never a fact */
	char agent[CARDEA_AGENT_PATH_MAX + 1];
};

/* Body of VERDICT.  The id is lower case hexadecimal, because it goes into the
 * PAM environment; numbers beyond limits.h are malformed. */
struct cardea_verdict_body {
	char resume[CARDEA_TXN_MAX + 1]; /* gate: what the next phase resumes */
	uint32_t fail_delay_ms; /* for pam_fail_delay, on each refusal */
	uint32_t split_digits;	/* BEGIN: what split=authtok takes off */
};

CARDEA_MUST_USE enum cardea_status
cardea_message_put_begin(struct cardea_message *message,
    enum cardea_phase phase, uint32_t flags, const struct cardea_begin *begin);
CARDEA_MUST_USE enum cardea_status cardea_message_get_begin(
    const struct cardea_message *message, struct cardea_begin *ret_begin);
CARDEA_MUST_USE enum cardea_status
cardea_message_put_verdict(struct cardea_message *message,
    enum cardea_outcome outcome, const struct cardea_verdict_body *verdict);
CARDEA_MUST_USE enum cardea_status
cardea_message_get_verdict(const struct cardea_message *message,
    struct cardea_verdict_body *ret_verdict);

/* cardea_message_put_text: every other body is one text. RANGE. */
CARDEA_MUST_USE enum cardea_status cardea_message_put_text(
    struct cardea_message *message, enum cardea_message_kind kind,
    uint32_t code, uint32_t flags, const char *text);

/* cardea_message_get_text: SYNTAX for a NUL inside, RANGE if too long. */
CARDEA_MUST_USE enum cardea_status cardea_message_get_text(
    const struct cardea_message *message, char *text, size_t size);

/* cardea_message_encode / decode: the packet.  Both refuse a kind, flag, code
 * or length that the vocabulary does not have: encode with INTERNAL, decode
 * with SYNTAX, or VERSION; ret_message is untouched then. */
CARDEA_MUST_USE enum cardea_status
cardea_message_encode(const struct cardea_message *message,
    unsigned char packet[CARDEA_MESSAGE_MAX], size_t *ret_len);
CARDEA_MUST_USE enum cardea_status
cardea_message_decode(const unsigned char *packet, size_t len,
    struct cardea_message *ret_message);

/* cardea_message_version_is_known: N and N-1, so that an upgrade may replace
 * modules and verifier one after the other. */
bool cardea_message_version_is_known(uint32_t version, uint32_t ours);

/* cardea_message_clear: wipes; answers and codes travel in messages. */
void cardea_message_clear(struct cardea_message *message);

#endif
