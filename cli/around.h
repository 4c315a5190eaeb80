/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_AROUND_H
#define CARDEA_CLI_AROUND_H

#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/clock.h"
#include "cli/command.h"
#include "facts/place.h"

/*
 * The circumstances of a request that is only supposed (cardea/context.h): as
 * the databases, the lists and the store of this host have them, opened once
 * for however many requests.  What cannot be opened is warned of, and unknown.
 */
struct cardea_around {
	struct cardea_call *call;
	const struct cardea_policy *policy;
	struct cardea_clock clock;
	struct cardea_places *places;
	struct cardea_place_state states[CARDEA_PLACE_BASE_COUNT];
	struct cardea_store *store; /* NULL: nothing asks for it */
	bool lists_told;	    /* which of them cannot be used */
};

/* cardea_around_open: now_s is when databases must be young enough.  Close it
 * in any case. */
void cardea_around_open(struct cardea_around *around, struct cardea_call *call,
    const struct cardea_policy *policy, int64_t now_s);
void cardea_around_close(struct cardea_around *around);

/* cardea_around_place: by the databases, of request->login_source */
void cardea_around_place(
    const struct cardea_around *around, struct cardea_request *request);

/* cardea_around_lists: those that rules name, at the request's time */
void cardea_around_lists(
    struct cardea_around *around, struct cardea_request *request);

/* cardea_around_remembered: grants, and signals but for how many sessions are
 * open: those of now say nothing about another time. */
void cardea_around_remembered(
    const struct cardea_around *around, struct cardea_request *request);

/* cardea_around_suppose_...: what the options of `cardea explain` say is so,
 * whatever this host knows. SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_around_suppose_place(const struct cardea_around *around,
    struct cardea_request *request, struct cardea_diag *diag);
CARDEA_MUST_USE enum cardea_status
cardea_around_suppose_rest(const struct cardea_around *around,
    struct cardea_request *request, struct cardea_diag *diag);

#endif
