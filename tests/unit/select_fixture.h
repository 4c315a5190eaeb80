/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_SELECT_FIXTURE_H
#define TESTS_UNIT_SELECT_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "unit/policies.h"

/* 2026-11-25 11:00 UTC, a Wednesday */
#define NOW_S 1795604400

static inline struct cardea_request
alice(void)
{
	struct cardea_request request = {
		.user = "alice",
		.user_exists = true,
		.service = "sshd",
		.origin = CARDEA_ORIGIN_REMOTE,
		.groups_known = true,
		.time_known = true,
		.time_s = NOW_S,
	};

	request.login_source = cardea_address_parse("192.0.2.7");
	return request;
}

static inline struct cardea_selection
select_rules(const char *rules, const struct cardea_request *request)
{
	static const char zones[] = "zones: { office = { networks = "
				    "\"192.0.2.0/24\"; }; tor = { networks = "
				    "\"198.51.100.0/24\"; }; };";
	char text[8192];
	struct cardea_selection selection;
	struct cardea_diag diag = { .line = 0 };
	struct written written;

	(void)snprintf(text, sizeof(text), "%s rules = ( %s );", zones, rules);
	written = write_policy("", text);
	memset(&selection, 0x55, sizeof(selection));
	if (cardea_policy_select(written.policy, request, &selection, &diag) !=
	    CARDEA_OK)
		fail_msg("%s", diag.reason);
	drop_policy(&written);
	return selection;
}

#endif
