/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_CIRCUMSTANCES_H
#define TESTS_UNIT_CIRCUMSTANCES_H

#include "unit/policies.h"

/* A request about which everything is known: bob, by ssh from Berlin. */
static inline struct cardea_request
bob_in_berlin(void)
{
	struct cardea_request request = {
		.user = "bob",
		.user_exists = true,
		.service = "sshd",
		.groups_known = true,
		.origin = CARDEA_ORIGIN_REMOTE,
		.time_known = true,
		.time_s = 1795604400,
		.place = {
			.country_known = CARDEA_YES,
			.country = "DE",
			.subdivision_known = CARDEA_YES,
			.subdivision = "DE-BE",
			.asn_known = CARDEA_YES,
			.asn = 64500,
			.position_known = CARDEA_YES,
			.latitude_e4 = 525200,
			.longitude_e4 = 134050,
			.accuracy_km = 5,
			.traits_known = CARDEA_YES,
			.traits = CARDEA_TRAIT_ANONYMOUS | CARDEA_TRAIT_VPN,
		},
		.grants = { .known = true },
	};

	request.login_source = cardea_address_parse("192.0.2.7");
	for (int i = 0; i < CARDEA_SIGNAL_COUNT; i++)
		request.signals[i].holds = CARDEA_NO;
	return request;
}

#endif
