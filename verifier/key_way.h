/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_KEY_WAY_H
#define CARDEA_VERIFIER_KEY_WAY_H

#include "attempt.h"
#include "factor/fido2.h"
#include "key/touch.h"
#include "store/ledger_key.h"
#include "want.h"

/*
 * What the ways to a key share.  A way is given the credentials that it may ask
 * for, and says what came of it; none of them judges a signature.
 */

#define CARDEA_KEY_DETAIL_MAX 255

struct cardea_key_try {
	struct cardea_attempt *attempt;
	struct cardea_requirement wanted; /* what is left of the rule */
	struct cardea_key_set keys; /* enrolled ones of use here, or decoys */
	bool invented;		    /* decoys */
	bool unread;		    /* what is enrolled is not known */
	enum cardea_way way;
	enum cardea_uv uv;
	int64_t deadline_ms; /* cardea_channel_now_ms */

	/* CARDEA_KEY_SHOWN */
	size_t key;
	struct cardea_fido2_assertion assertion;

	/* CARDEA_KEY_ENDED */
	enum cardea_result result;
	const char *why; /* constant text */
	char detail[CARDEA_KEY_DETAIL_MAX + 1];
};

enum cardea_key_step {
	CARDEA_KEY_ENDED = 0, /* result and why */
	CARDEA_KEY_SHOWN,     /* an assertion, to be judged */
	CARDEA_KEY_PASS,      /* nothing here: the next way may be tried */
	CARDEA_KEY_LOST,      /* nobody listens any more */
};

enum cardea_key_step cardea_key_by_local(struct cardea_key_try *try);
enum cardea_key_step cardea_key_by_agent(struct cardea_key_try *try);
enum cardea_key_step cardea_key_by_remote(struct cardea_key_try *try);

/* cardea_key_end: for a way's last line. */
enum cardea_key_step cardea_key_end(
    struct cardea_key_try *try, enum cardea_result result, const char *why);

/* cardea_key_left_ms: until the deadline, at least 1. */
int cardea_key_left_ms(const struct cardea_key_try *try);

/* cardea_key_person: the one at the other end of the module. */
struct cardea_touch_person cardea_key_person(struct cardea_attempt *attempt);

#endif
