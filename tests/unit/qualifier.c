/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "policy/qualifier.h"
#include "unit/test.h"

static enum cardea_status
check(const char *text, struct cardea_diag *diag)
{
	struct cardea_requirement requirement;

	memset(diag, 0, sizeof(*diag));
	assert_int_equal(
	    cardea_requirement_parse(text, &requirement, NULL), CARDEA_OK);
	return cardea_qualifier_check(&requirement, diag);
}

static void
words_that_mean_something_pass(void **state)
{
	static const char *const good[] = {
		"none",
		"password + totp",
		"fido2",
		"fido2(uv)",
		"password + (fido2(uv, touch, local) | fido2(agent) + totp)",
		"fido2(remote, attested, bound, "
		"model=ee882879-721c-4913-9775-3dfcce97072a)",
		"fido2(sshd) | sshkey(type=ssh-ed25519)",
		"fido2(name=\"the blue one\")",
		"device(issuer=\"Example Device CA\", state=active)",
		"sshcert(ca=deploy-ca)",
		"device(known, tag=\"finance\", max_age=12h, id=laptop-7)",
		"device(remote, san=\"dns:*.example.org\", eku=clientAuth)",
		"device(san=\"email:%u@example.org\", policy=1.3.6.1.4.1.99)",
		"device(san=\"uri:spiffe://example.org/*\", "
		"posture=disk-encrypted)",
		"sshcert(principal=ops, key_id=\"web 7\", max_age=8h)",
	};
	struct cardea_diag diag;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(check(good[i], &diag), CARDEA_OK);
}

static void
words_that_no_proof_will_have_are_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} bad[] = {
		{ "fido2(vu)",
		    "fido2 has no qualifier \"vu\"; there are: uv, " },
		{ "fido2(uv=yes)", "fido2 has no qualifier \"uv=yes\"" },
		{ "fido2(model)", "fido2 has no qualifier \"model\"" },
		{ "fido2(model=yubikey)",
		    "fido2 has no qualifier \"model=yubikey\"" },
		{ "password + (totp | fido2(local, usb))",
		    "fido2 has no qualifier \"usb\"" },
		{ "totp(uv)", "totp has no qualifier \"uv\"; there are: none" },
		{ "device(state=locked)",
		    "device has no qualifier \"state=locked\"" },
		{ "device(san=\"laptop\")",
		    "device has no qualifier \"san=laptop\"" },
		{ "device(san=\"dns:*\")",
		    "device has no qualifier \"san=dns:*\"" },
		{ "device(san=\"dns:a*b\")",
		    "device has no qualifier \"san=dns:a*b\"" },
		{ "device(san=\"dns:*a*\")",
		    "device has no qualifier \"san=dns:*a*\"" },
		{ "device(eku=any)", "device has no qualifier \"eku=any\"" },
		{ "device(max_age=12)",
		    "device has no qualifier \"max_age=12\"" },
		{ "sshcert(host)", "sshcert has no qualifier \"host\"" },
		{ "sshkey(ed25519)", "sshkey has no qualifier \"ed25519\"" },
	};
	struct cardea_diag diag;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(check(bad[i].text, &diag), CARDEA_E_SYNTAX);
		if (strncmp(diag.reason, bad[i].said, strlen(bad[i].said)) != 0)
			fail_msg("%s: %s", bad[i].text, diag.reason);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_that_mean_something_pass),
		cmocka_unit_test(words_that_no_proof_will_have_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
