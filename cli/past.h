/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_PAST_H
#define CARDEA_CLI_PAST_H

#include <cardea/decide.h>

#include "cli/logline.h"

/*
 * Logins of the past, put together again from their lines in the log: the
 * facts and the proofs of the first decision, what was verified later, and how
 * it ended.
 */
struct cardea_past {
	char txn[CARDEA_TXN_MAX + 1];
	bool time_known; /* of the log's own stamp */
	int64_t time_s;
	char *user, *service, *rhost, *tty; /* "" if none */
	char *facts; /* NULL: no line with facts was seen */
	char policy[13];
	/* of the last decision; "" while there is none */
	char decision[16], reason[32], rule[CARDEA_RULE_NAME_MAX + 1];
	bool observed;	      /* nothing was enforced */
	unsigned int factors; /* verified: bits 1 << factor */
};

struct cardea_pasts {
	struct cardea_past **items; /* in the order of their first lines */
	size_t count, room;
	void *by_txn;
	const char *only; /* this txn alone; NULL: all */
	int64_t since_s;
};

/* cardea_pasts_read: of the logs that the call names; fills what was zeroed but
 * for only and since_s, and is to be cleared in any case. */
CARDEA_MUST_USE enum cardea_status cardea_pasts_read(struct cardea_pasts *pasts,
    struct cardea_call *call, struct cardea_diag *diag);
/* cardea_pasts_hear: the same with one line, for who reads them for more. */
CARDEA_MUST_USE enum cardea_status cardea_pasts_hear(
    struct cardea_pasts *pasts, const struct cardea_logline *line);
void cardea_pasts_clear(struct cardea_pasts *pasts);

/* cardea_past_rebuild: the request, and what was shown; with the wall clocks
 * that the policy names. SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_past_rebuild(const struct cardea_past *past,
    const struct cardea_policy *policy, struct cardea_request *request,
    struct cardea_evidence_set *evidence, struct cardea_diag *diag);

/*
 * How a login ends: in what the policy says, beyond whether it was let in.  One
 * that was denied only because something was not shown, which could have been,
 * was asked.
 */
enum cardea_ending {
	CARDEA_ENDING_NONE = 0, /* it was not decided, or by no policy: locks,
				   trouble */
	CARDEA_ENDING_DENY,
	CARDEA_ENDING_ASK,
	CARDEA_ENDING_PERMIT,
};

enum cardea_ending cardea_past_ending(const struct cardea_past *past);
enum cardea_ending
cardea_decision_ending(const struct cardea_decision *decision);
const char *cardea_ending_text(enum cardea_ending ending);

#endif
