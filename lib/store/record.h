/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_RECORD_H
#define CARDEA_STORE_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <cardea/evidence.h>
#include <cardea/request.h>
#include <cardea/store.h>

#include "cert/shown.h"
#include "factor/fido2.h"
#include "factor/otp.h"
#include "factor/recovery.h"
#include "factor/remote.h"
#include "store/ledger_device.h"

/*
 * Typed records: what each kind of key holds, as bytes and back.  Every
 * record begins with its own format version; an unknown one is
 * CARDEA_E_VERSION, anything else that encode would not have written is
 * CARDEA_E_CORRUPT.  encode gives heap bytes that the caller frees with
 * cardea_value_clear (they may be secret); decode fills a caller's struct and
 * leaves it untouched on failure.  No store access here: see ledger.h.
 */

#define CARDEA_KIND_TOKEN "token"	/* owner user, id token id */
#define CARDEA_KIND_RECOVERY "recovery" /* owner user */
#define CARDEA_KIND_TRIES "tries"	/* owner user, id source text or "*" */
#define CARDEA_KIND_LOCK "lock"		/* owner user */
#define CARDEA_KIND_PROOF                                                      \
	"proof" /* owner user, id hash of all that a proof is bound to */
#define CARDEA_KIND_TXN "txn"	      /* owner txn id; kept by relay.h */
#define CARDEA_KIND_SESSION "session" /* owner user, id session record id */
#define CARDEA_KIND_CREDENTIAL "credential" /* owner user, id credential id */
#define CARDEA_KIND_TICKET "ticket"	    /* owner user, id ticket id */
#define CARDEA_KIND_DEVICE "device"	    /* owner device id */
#define CARDEA_KIND_DEVICE_OF                                                  \
	"device-of" /* owner hash of an identity: whose it is */
#define CARDEA_KIND_DEVICE_CHAIN "device-chain" /* owner device id */
#define CARDEA_KIND_ROSTER                                                     \
	"roster" /* owner user: put by each change of the enrolments */
#define CARDEA_KIND_KNOWN                                                      \
	"known" /* owner user, id source text: succeeded from here */

#define CARDEA_KIND_OBSERVE                                                    \
	"observe" /* owner rule, "" for all: when looking on was over */

/* Failures of codes, of one user from one source or from all. */
struct cardea_tries {
	uint32_t count; /* refused since the last success */
	int64_t last_s; /* wall clock of the last one */
	int64_t last_monotonic_ms;
	char boot_id[37]; /* monotonic counts inside this boot (R08) */
};

struct cardea_lock {
	int64_t since_s;
	int64_t until_s; /* 0: until unlocked */
	char by[CARDEA_NAME_MAX + 1];
	char reason[CARDEA_TEXT_MAX + 1];
};

/* One proof of the ledger behind "remember". */
struct cardea_proof {
	enum cardea_factor factor;
	char credential[CARDEA_CREDENTIAL_MAX + 1];
	char login_session[CARDEA_CREDENTIAL_MAX + 1]; /* never "" */
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];
	uid_t caller_uid; /* whose process asked for it */
	int64_t time_s;
	int64_t monotonic_ms;
	char boot_id[37];
	size_t quality_count;
	struct cardea_quality qualities[CARDEA_QUALITIES_MAX];
	struct cardea_cert_shown shown; /* the one it rests on, or none */
};

/* What one phase leaves for the next; not in the store, but sealed as if it
 * were (relay.h). */
struct cardea_txn {
	char id[CARDEA_TXN_MAX + 1];  /* changes at each phase: one use */
	char txn[CARDEA_TXN_MAX + 1]; /* stays: the id in the log */
	enum cardea_phase phase;      /* the phase that wrote it */
	pid_t pid;		      /* the host process ... */
	uint64_t pid_start; /* ... and its start time (proc stat 22) */
	pid_t parent;	    /* its parent, if that runs as root; else 0 */
	uint64_t parent_start;
	int64_t created_monotonic_ms;
	char boot_id[37];
	char policy[CARDEA_DIGEST_MAX + 1];
	bool deferred;		       /* left to the session gate */
	struct cardea_request request; /* frozen facts */
	struct cardea_evidence_set evidence;
	struct cardea_cert_shown shown;
};

/* A session that was let in, with all that it was let in by, so that it can be
 * judged again.  Large: keep it on the heap. */
struct cardea_session {
	char id[CARDEA_TXN_MAX + 1];
	char txn[CARDEA_TXN_MAX + 1];
	char host[CARDEA_NAME_MAX + 1];
	char boot_id[37]; /* pid means something in this boot alone */
	char parent[CARDEA_TXN_MAX + 1]; /* session it was opened in; "" none */
	char policy[CARDEA_DIGEST_MAX + 1];
	char user[CARDEA_NAME_MAX + 1];
	char pam_user[CARDEA_NAME_MAX + 1];
	char service[CARDEA_SERVICE_MAX + 1];
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];
	char tty[CARDEA_NAME_MAX + 1];
	char rule[CARDEA_RULE_NAME_MAX + 1];
	char login_session[CARDEA_CREDENTIAL_MAX + 1];
	pid_t pid;
	uint64_t pid_start;
	int64_t opened_s;
	int64_t ends_s; /* of the rule's session=, or its grant; 0: no limit */
	struct cardea_request request; /* as it was judged */
	struct cardea_evidence_set evidence;
	struct cardea_cert_shown shown; /* that evidence rests on */
};

/* A key's enrolment, begun by --print-request and ended by its answer. */
struct cardea_ticket {
	struct cardea_remote_ticket request;
	char name[CARDEA_CREDENTIAL_MAX + 1];
	int64_t created_s;
	int64_t ends_s;
};

/* Whose an identity is; its text, since the key has its hash alone. */
struct cardea_device_claim {
	char id[CARDEA_CREDENTIAL_MAX + 1];
	struct cardea_device_identity identity;
};

CARDEA_MUST_USE enum cardea_status cardea_record_encode_credential(
    const struct cardea_fido2_credential *credential,
    struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status
cardea_record_decode_credential(const struct cardea_value *value,
    struct cardea_fido2_credential *ret_credential);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_ticket(
    const struct cardea_ticket *ticket, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_ticket(
    const struct cardea_value *value, struct cardea_ticket *ret_ticket);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_device(
    const struct cardea_device *device, struct cardea_value *ret_value);
/* the version comes with it */
CARDEA_MUST_USE enum cardea_status cardea_record_decode_device(
    const struct cardea_value *value, struct cardea_device *ret_device);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_claim(
    const struct cardea_device_claim *claim, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_claim(
    const struct cardea_value *value, struct cardea_device_claim *ret_claim);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_chain(
    const struct cardea_device_chain *chain, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_chain(
    const struct cardea_value *value, struct cardea_device_chain *ret_chain);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_token(
    const struct cardea_otp_token *token, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_token(
    const struct cardea_value *value, struct cardea_otp_token *ret_token);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_recovery(
    const struct cardea_recovery_set *set, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_recovery(
    const struct cardea_value *value, struct cardea_recovery_set *ret_set);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_tries(
    const struct cardea_tries *tries, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_tries(
    const struct cardea_value *value, struct cardea_tries *ret_tries);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_lock(
    const struct cardea_lock *lock, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_lock(
    const struct cardea_value *value, struct cardea_lock *ret_lock);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_proof(
    const struct cardea_proof *proof, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_proof(
    const struct cardea_value *value, struct cardea_proof *ret_proof);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_txn(
    const struct cardea_txn *txn, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_txn(
    const struct cardea_value *value, struct cardea_txn *ret_txn);
CARDEA_MUST_USE enum cardea_status cardea_record_encode_session(
    const struct cardea_session *session, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_session(
    const struct cardea_value *value, struct cardea_session *ret_session);

/* The latest end of looking on that was seen to pass. */
CARDEA_MUST_USE enum cardea_status
cardea_record_encode_observe(int64_t passed_s, struct cardea_value *ret_value);
CARDEA_MUST_USE enum cardea_status cardea_record_decode_observe(
    const struct cardea_value *value, int64_t *ret_passed_s);

#endif
