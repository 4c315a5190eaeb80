/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_MATCH_FIXTURE_H
#define TESTS_UNIT_MATCH_FIXTURE_H

#include <string.h>

#include "unit/policies.h"

/* A request of which everything is known. */

/* alice, in staff and ops, over ssh from the office on Wed 2026-11-25 at
 * 12:00 in Berlin, 11:00 in UTC */
static inline struct cardea_request
alice(void)
{
	struct cardea_request request = {
		.user = "alice",
		.user_exists = true,
		.pam_user = "alice",
		.ruser = "bob",
		.caller = "root",
		.caller_known = true,
		.service = "sshd",
		.host = "bastion",
		.tty = "pts/3",
		.rhost = "192.0.2.7",
		.origin = CARDEA_ORIGIN_REMOTE,
		.groups_known = true,
		.time_known = true,
		.time_s = 1795604400,
		.local_count = 2,
		.local = { { .zone = "Europe/Berlin",
			       .known = true,
			       .year = 2026,
			       .month = 11,
			       .day = 25,
			       .weekday = 2,
			       .second = 12 * 3600 },
		    { .zone = "UTC",
			.known = true,
			.year = 2026,
			.month = 11,
			.day = 25,
			.weekday = 2,
			.second = 11 * 3600 } },
	};

	request.login_source = cardea_address_parse("192.0.2.7");
	assert_int_equal(
	    cardea_request_add_group(&request, "staff"), CARDEA_OK);
	assert_int_equal(cardea_request_add_group(&request, "ops"), CARDEA_OK);
	request.posture.facts[CARDEA_POSTURE_FIREWALL] = CARDEA_YES;
	request.posture.facts[CARDEA_POSTURE_SECURE_BOOT] = CARDEA_NO;
	strcpy(request.posture.os, "debian");
	strcpy(request.posture.os_version, "12");
	request.posture.kernel_built_s = request.time_s - 100 * 86400;
	return request;
}

#endif
