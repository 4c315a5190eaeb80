/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_CHECK_PLACES_H
#define CARDEA_CLI_CHECK_PLACES_H

#include <cardea/policy.h>

#include "cli/command.h"
#include "facts/place.h"
#include "policy/lint.h"

/*
 * The databases of places that a policy's settings name, opened as a login
 * opens them: whoever changes settings hears today what logins would hit
 * tomorrow.
 */
struct cardea_check_places {
	int64_t now_s;
	struct cardea_place_state states[CARDEA_PLACE_BASE_COUNT];
};

/* cardea_check_places_open: looks at all that are named, asked for or not. */
void cardea_check_places_open(struct cardea_check_places *places,
    const struct cardea_policy *policy, int64_t now_s);

/* cardea_check_places_warn: tell is called for each that is not usable, and for
 * each that rules ask for and no setting names. */
void cardea_check_places_warn(const struct cardea_check_places *places,
    const struct cardea_policy *policy, cardea_lint_report *tell,
    void *context);

/* cardea_check_places_say: state and age of each that is named */
void cardea_check_places_say(const struct cardea_check_places *places,
    const struct cardea_policy *policy, struct cardea_call *call);

#endif
