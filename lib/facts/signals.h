/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_SIGNALS_H
#define CARDEA_FACTS_SIGNALS_H

#include "facts/history.h"

/*
 * What is unusual about a request: pure comparisons of its facts with what is
 * remembered.  Each says what it compared.  Knows no store: the caller reads.
 */
struct cardea_signal_inputs {
	const struct cardea_settings *settings;
	bool history_known; /* false: the store could not tell */
	const struct cardea_history *history; /* NULL: nothing is remembered */
	bool failures_known;
	uint32_t failures; /* recent refusals of the user, from everywhere */
	bool sessions_known;
	uint32_t sessions; /* open now */
	bool clock_synchronised;
	bool databases_known;
	bool database_stale; /* one that a rule needs is old or absent */
	char database[64];   /* which, and why: "asn: 75 days old" */
};

/* cardea_signals_judge: fills request->signals of those that `uses` names (bits
 * CARDEA_USES_SIGNAL << signal); the others are UNKNOWN with no text. */
void cardea_signals_judge(const struct cardea_signal_inputs *inputs,
    uint32_t uses, struct cardea_request *request);

/* cardea_signals_format: those that hold or are unknown though looked at, for
 * the log: "first-seen-country(FR, seen DE) impossible-travel?(...)"; "" if
 * there are none. What does not fit is left out whole. */
void cardea_signals_format(
    const struct cardea_request *request, char *text, size_t size);

#endif
