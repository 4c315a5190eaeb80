/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_ATTEMPT_H
#define CARDEA_VERIFIER_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include <cardea/decide.h>
#include <cardea/evidence.h>
#include <cardea/policy.h>
#include <cardea/request.h>
#include <cardea/store.h>

#include "base/clock.h"
#include "base/secret.h"
#include "cert/shown.h"
#include "facts/place.h"
#include "facts/process.h"
#include "wire/message.h"

/*
 * One attempt: everything that one run of the verifier knows, from BEGIN to
 * the gate's answer.  One phase of one login, one process, one attempt.  The
 * zero value knows nothing and permits nothing.
 */

struct cardea_attempt {
	int fd; /* the module's end is the other one; not ours to close */
	enum cardea_phase phase;
	bool silent; /* PAM_SILENT: no courtesy messages */
	struct cardea_begin begin;
	char txn[CARDEA_TXN_MAX + 1];

	/* the process that PAM runs in; unknown means nothing is resumed */
	bool host_known;
	struct cardea_process host;

	struct cardea_clock clock; /* read at BEGIN */
	struct cardea_policy *policy;
	const struct cardea_settings *settings; /* borrowed from policy */
	struct cardea_store *store;
	bool cluster_lost; /* in this phase: the store is its mirror, or NULL */

	/* of databases that were looked at */
	struct cardea_place_state place_states[CARDEA_PLACE_BASE_COUNT];
	struct cardea_request request;
	struct cardea_selection selection;
	struct cardea_requirement pretended; /* of a stranger: plan.h */
	struct cardea_evidence_set evidence;
	struct cardea_cert_shown shown; /* certificates that it rests on */
	struct cardea_secret stash; /* the code that split=authtok took off */
	bool stashed;

	/* What denies whatever is shown.  broken is told at every line;
	 * unsure, like a lock, only by the gate, because it may hang on the
	 * name and must not show (no oracle). */
	bool broken;
	bool unsure;
	bool locked;
	bool changed; /* user or policy changed on the way */
	bool delayed; /* too many tries: this one was not judged */

	bool observing;	 /* global observe */
	bool resumed;	 /* facts and evidence come from the last phase */
	bool deferred;	 /* which left its decision to this one */
	bool asked_code; /* in this attempt */
	bool asked_key;
	bool asked_device;
	bool objected; /* a line was answered with a no */
	bool decided;  /* a decision was logged */
	bool denied_early;
	unsigned int log_timeouts;

	int64_t started_ms;
	int64_t waited_ms;     /* for the person: not our time */
	int64_t wait_until_ms; /* for somebody outside: cardea_attempt_wait */
};

void cardea_attempt_init(struct cardea_attempt *attempt, int fd);

/* cardea_attempt_clear: wipes, closes the store, frees the policy. */
void cardea_attempt_clear(struct cardea_attempt *attempt);

/* cardea_attempt_took_ms: our own working time so far. */
uint32_t cardea_attempt_took_ms(const struct cardea_attempt *attempt);

/* cardea_attempt_has_verified: has this person shown anything yet? */
bool cardea_attempt_has_verified(const struct cardea_attempt *attempt);

/* cardea_attempt_is_met: does the evidence meet the rule, locks and troubles
 * aside? */
bool cardea_attempt_is_met(const struct cardea_attempt *attempt);

/* cardea_attempt_is_maintenance: root itself, by su or sudo. */
bool cardea_attempt_is_maintenance(const struct cardea_attempt *attempt);

/* cardea_attempt_note: adds evidence on the subject, of this transaction. */
CARDEA_MUST_USE enum cardea_status
cardea_attempt_note(struct cardea_attempt *attempt, enum cardea_factor factor,
    enum cardea_result result, const char *credential);

/* cardea_attempt_note_with: the same, with what is known of the proof. */
CARDEA_MUST_USE enum cardea_status cardea_attempt_note_with(
    struct cardea_attempt *attempt, enum cardea_factor factor,
    enum cardea_result result, const char *credential,
    const struct cardea_quality *qualities, size_t count);

/* cardea_attempt_suppose: a copy of the evidence with the same finding on each
 * of these factors (bits 1 << factor), to ask "what if" of. */
CARDEA_MUST_USE enum cardea_status cardea_attempt_suppose(
    const struct cardea_attempt *attempt, unsigned int factors,
    enum cardea_result result, struct cardea_evidence_set *ret_set);

/* cardea_attempt_hear: the next message, however long the person takes who is
 * behind it: other modules ask for passwords between ours. */
CARDEA_MUST_USE enum cardea_status cardea_attempt_hear(
    struct cardea_attempt *attempt, struct cardea_message *ret_message);

/* cardea_attempt_ask: one prompt, one answer, not echoed.  *ret_answer other
 * than TEXT means that nobody answered; ret_text is for the caller to clear.
 * Any status but OK ends the conversation. */
CARDEA_MUST_USE enum cardea_status
cardea_attempt_ask(struct cardea_attempt *attempt, const char *prompt,
    enum cardea_answer *ret_answer, struct cardea_secret *ret_text);

/* cardea_attempt_cue: what must be seen, PAM_SILENT or not: "touch your key".
 */
void cardea_attempt_cue(struct cardea_attempt *attempt, const char *text);

/* From cardea_attempt_wait to cardea_attempt_waited somebody outside is waited
 * for, up to ms: the module is told to be patient, the watchdog likewise, and
 * the time is not counted as our own.  In between may be asked and cued. */
struct cardea_attempt_wait {
	int64_t since_ms;
	int64_t waited_ms;
};
struct cardea_attempt_wait
cardea_attempt_wait(struct cardea_attempt *attempt, uint32_t ms);
void cardea_attempt_waited(
    struct cardea_attempt *attempt, const struct cardea_attempt_wait *wait);

/* cardea_attempt_tell: a courtesy; dropped under PAM_SILENT, never fatal. */
void cardea_attempt_tell(
    struct cardea_attempt *attempt, uint32_t flags, const char *text);

#endif
