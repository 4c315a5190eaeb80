/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LEDGER_H
#define CARDEA_STORE_LEDGER_H

#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/clock.h"
#include "store/record.h"

/*
 * What a verification does to the store: read, judge, one conditional
 * commit, told to nobody before it is durable; on CONFLICT read and judge
 * again until the deadline.  Judging and spending share one commit, so a try
 * is counted before its answer exists outside this process: hanging up early
 * buys no free guess, and an accepted code costs one sync.
 *
 * Limits (numbers from the settings): `tries` refusals of a user from one
 * source, or `user_tries` of a user from everywhere, then delays that double
 * from delay_s to delay_max_s, in which nothing is judged (nor counted, so a
 * stranger cannot stretch them).  The user's delay does not apply to sources
 * from which the user has succeeded before, nor to requests without a
 * network address (R06).  A success forgets the refusals from its own source
 * only; the others fade, one for each delay_max_s that passes in quiet (see
 * tries.h), so that the owner's logins hand a guesser no fresh tries.  What a
 * source is: trial.h.  Unknown users are counted in a fixed number of
 * shared slots: the same work, no growth.
 */

struct cardea_spend {
	enum cardea_result result; /* NONE: delayed, nothing judged */
	enum cardea_factor factor; /* TOTP, HOTP or RECOVERY */
	char credential[CARDEA_CREDENTIAL_MAX +
	    1];		 /* "id" or name of the token */
	const char *why; /* constant text for the log */
	bool delayed;	 /* too many tries: EXHAUSTED */
	bool enrolled;	 /* the user has a token or codes that count */
	uint32_t left;	 /* RECOVERY: codes left */
};

/*
 * cardea_ledger_spend_code: judges one answer against every token and the
 * recovery codes of request->user that `factors` (bits 1 << factor) allows,
 * and spends it.  A user that does not exist or has nothing enrolled costs
 * the same reads and the same commit (result ABSENT, why "not-enrolled").  An
 * answer of the wrong shape (neither a recovery code nor as many digits as a
 * token has) is nobody's answer: ABSENT, "malformed", neither judged nor
 * counted, yet committed like any other, or the time it takes would tell how
 * many digits a user's codes have, and so that there are any.  Tokens that are
 * disabled or out of date do not count as enrolled. BROKEN (no trustworthy
 * clock, a token that cannot be judged) is not counted either.  Any status but
 * OK: deny, and take the code as burnt.
 */
CARDEA_MUST_USE enum cardea_status cardea_ledger_spend_code(
    struct cardea_store *store, const struct cardea_settings *settings,
    const struct cardea_request *request, const struct cardea_clock *clock,
    unsigned int factors, const char *answer, struct cardea_spend *ret_spend,
    struct cardea_diag *diag);

/* cardea_ledger_lock: is the request's user locked? MISSING: no.  A lock for
 * a time holds on while the time is not known. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_lock(
    struct cardea_store *store, const struct cardea_request *request,
    struct cardea_lock *ret_lock, struct cardea_diag *diag);

/* cardea_ledger_remember: writes proofs of fresh evidence (never of
 * remembered ones), each with the certificate that it rests on, and removes
 * those that have ended. No-op if request->login_session is "", if the source
 * is unknown (anybody's), if the caller is not known, or if remember_s is 0. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_remember(struct cardea_store *store,
    const struct cardea_request *request, const struct cardea_clock *clock,
    const struct cardea_evidence_set *evidence,
    const struct cardea_cert_shown *shown, uint32_t remember_s,
    struct cardea_diag *diag);

/* cardea_ledger_recall: adds to evidence the proofs not older than
 * remember_s by wall clock AND monotonic clock of the same boot, of the same
 * user and caller, and either of the same audit session and source or given at
 * the login whose record is request->login_record, from where that login came.
 * Times in the future count as none, and so does everything while the clock is
 * not plausible. Whether the certificates among them, added to shown, still
 * hold is for the caller to ask. Adds no more than fits: what is left out can
 * only be asked for again. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_recall(struct cardea_store *store,
    const struct cardea_request *request, const struct cardea_clock *clock,
    uint32_t remember_s, struct cardea_evidence_set *evidence,
    struct cardea_cert_shown *shown, struct cardea_diag *diag);

/* cardea_ledger_credential: may this user's code or key still be come by?
 * *ret_stands is false where it was removed or disabled.  What no record of the
 * user's stands for (a password, a recovery code, a device) stands. */
CARDEA_MUST_USE enum cardea_status cardea_ledger_credential(
    struct cardea_store *store, const char *user, enum cardea_factor factor,
    const char *credential, bool *ret_stands, struct cardea_diag *diag);

/*
 * Sessions: recorded when they are let in, for people and for `cardea watch`,
 * and so that what runs in one can be told to.  Opening or closing one changes
 * nothing that decides another login (R12).
 */

/* Is the process of this record gone? */
typedef bool cardea_session_is_gone(
    const struct cardea_session *session, const void *context);

struct cardea_session_opening {
	const struct cardea_session *session;
	const struct cardea_clock *clock;
	/* the fresh proofs of the session's evidence are kept with it, for
	 * processes of owner_uid */
	bool remember;
	uid_t owner_uid;
	/* asked of the user's other records, a bounded number; those that are
	 * gone are removed */
	cardea_session_is_gone *is_gone;
	const void *context;
};

/* cardea_ledger_open_session: all of it in one commit. */
CARDEA_MUST_USE enum cardea_status
cardea_ledger_open_session(struct cardea_store *store,
    const struct cardea_session_opening *opening, struct cardea_diag *diag);

/* cardea_ledger_close_session: with its proofs, in one commit. MISSING. */
/* cardea_session_joins: was it opened inside another one, or by what begins
 * none: su and sudo? */
bool cardea_session_joins(const struct cardea_session *session);

CARDEA_MUST_USE enum cardea_status
cardea_ledger_close_session(struct cardea_store *store, const char *user,
    const char *id, struct cardea_diag *diag);

/* cardea_ledger_list_sessions: of one user, or with "" of all; visit returns
 * false to stop.  Records that cannot be read are passed over, and then the
 * answer is CORRUPT or VERSION after all others were visited. */
typedef bool
cardea_session_visit(const struct cardea_session *session, void *context);
CARDEA_MUST_USE enum cardea_status
cardea_ledger_list_sessions(struct cardea_store *store, const char *user,
    cardea_session_visit *visit, void *context, struct cardea_diag *diag);

#endif
