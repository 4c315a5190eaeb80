/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_DECIDE_FIXTURE_H
#define TESTS_UNIT_DECIDE_FIXTURE_H

#include <cardea/decide.h>

#define TXN "00112233445566778899aabbccddeeff"

/*
 * The policy of this test: one rule, which each test sets as it needs.  Its
 * own cardea_policy_rule wins over the archive's at link time.
 */
struct cardea_policy {
	enum cardea_status status;
	struct cardea_rule rule;
};

extern struct cardea_request request;
extern struct cardea_policy policy;

int set_up(void **state);

struct cardea_selection select_text(const char *requirement);

void add_result(struct cardea_evidence_set *set, enum cardea_factor factor,
    enum cardea_result result, const char *quality);

struct cardea_decision decide(const struct cardea_selection *selection,
    const struct cardea_evidence_set *evidence);

#endif
