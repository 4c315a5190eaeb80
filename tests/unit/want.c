/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/test.h"
#include "verifier/want.h"

static const struct cardea_fido2_credential blue = {
	.name = "blue",
	.kind = CARDEA_FIDO2_CTAP,
	.model = { 0xee, 0x88 },
	.attested = true,
};
static const struct cardea_fido2_credential phone = {
	.name = "",
	.kind = CARDEA_FIDO2_CTAP,
	.backup_eligible = true,
};
static const struct cardea_fido2_credential ssh = {
	.name = "ssh",
	.kind = CARDEA_FIDO2_SSH,
};

static struct cardea_requirement
parse(const char *text)
{
	struct cardea_requirement requirement;

	assert_int_equal(
	    cardea_requirement_parse(text, &requirement, NULL), CARDEA_OK);
	return requirement;
}

static bool
wants(const char *text, enum cardea_way way,
    const struct cardea_fido2_credential *credential)
{
	struct cardea_requirement requirement = parse(text);

	return cardea_want_credential(&requirement, way, credential);
}

static void
a_plain_demand_takes_every_credential_by_every_way(void **state)
{
	(void)state;
	for (int way = CARDEA_WAY_LOCAL; way <= CARDEA_WAY_SSHD; way++) {
		assert_true(wants("fido2", (enum cardea_way)way, &blue));
		assert_true(
		    wants("password + fido2", (enum cardea_way)way, &phone));
		assert_false(
		    wants("password + totp", (enum cardea_way)way, &blue));
	}
}

static void
only_a_credential_that_could_meet_a_demand_is_asked(void **state)
{
	static const struct {
		const char *text;
		enum cardea_way way;
		bool blue, phone, ssh;
	} rows[] = {
		{ "fido2(local)", CARDEA_WAY_LOCAL, true, true, true },
		{ "fido2(local)", CARDEA_WAY_REMOTE, false, false, false },
		{ "fido2(local) | fido2(agent) + totp", CARDEA_WAY_AGENT, true,
		    true, true },
		{ "fido2(uv, touch)", CARDEA_WAY_LOCAL, true, true, true },
		{ "fido2(uv)", CARDEA_WAY_SSHD, false, false, false },
		{ "fido2(touch)", CARDEA_WAY_SSHD, false, false, false },
		{ "fido2(sshd)", CARDEA_WAY_SSHD, true, true, true },
		{ "fido2(attested)", CARDEA_WAY_LOCAL, true, false, false },
		{ "fido2(bound)", CARDEA_WAY_LOCAL, true, false, false },
		{ "fido2(name=blue)", CARDEA_WAY_REMOTE, true, false, false },
		{ "fido2(name=ssh)", CARDEA_WAY_AGENT, false, false, true },
		{ "fido2(model=ee880000-0000-0000-0000-000000000000)",
		    CARDEA_WAY_LOCAL, true, false, false },
		{ "fido2(local, agent)", CARDEA_WAY_LOCAL, false, false,
		    false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool good = wants(rows[i].text, rows[i].way, &blue) ==
			rows[i].blue &&
		    wants(rows[i].text, rows[i].way, &phone) == rows[i].phone &&
		    wants(rows[i].text, rows[i].way, &ssh) == rows[i].ssh;

		if (!good)
			fail_msg("%s by %s", rows[i].text,
			    cardea_way_text(rows[i].way));
	}
}

static void
the_pin_is_needed_preferred_or_not_asked_for(void **state)
{
	static const struct {
		const char *text;
		enum cardea_way way;
		enum cardea_uv uv;
	} rows[] = {
		{ "fido2", CARDEA_WAY_LOCAL, CARDEA_UV_NO },
		{ "fido2(uv)", CARDEA_WAY_LOCAL, CARDEA_UV_NEED },
		{ "fido2(uv) | fido2 + totp", CARDEA_WAY_LOCAL,
		    CARDEA_UV_PREFER },
		{ "fido2(uv, local) | fido2(agent) + totp", CARDEA_WAY_LOCAL,
		    CARDEA_UV_NEED },
		{ "fido2(uv, local) | fido2(agent) + totp", CARDEA_WAY_AGENT,
		    CARDEA_UV_NO },
		{ "password", CARDEA_WAY_REMOTE, CARDEA_UV_NO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cardea_requirement requirement = parse(rows[i].text);

		assert_int_equal(
		    cardea_want_uv(&requirement, rows[i].way, NULL, 0),
		    rows[i].uv);
	}
}

static void
K01_a_credential_that_demands_uv_is_asked_for_it_whatever_the_rule_says(
    void **state)
{
	struct cardea_requirement plain = parse("fido2"),
				  uv = parse("fido2(uv)");
	struct cardea_fido2_credential keys[3] = { blue, blue, ssh };

	(void)state;
	assert_int_equal(
	    cardea_want_uv(&plain, CARDEA_WAY_LOCAL, keys, 3), CARDEA_UV_NO);
	keys[0].demands_uv = true;
	assert_int_equal(cardea_want_uv(&plain, CARDEA_WAY_LOCAL, keys, 3),
	    CARDEA_UV_PREFER);
	assert_int_equal(
	    cardea_want_uv(&plain, CARDEA_WAY_AGENT, keys, 3), CARDEA_UV_NO);
	keys[1].demands_uv = true;
	assert_int_equal(
	    cardea_want_uv(&plain, CARDEA_WAY_REMOTE, keys, 3), CARDEA_UV_NEED);
	keys[0].demands_uv = keys[1].demands_uv = false;
	assert_int_equal(
	    cardea_want_uv(&uv, CARDEA_WAY_LOCAL, keys, 3), CARDEA_UV_NEED);
}

static void
what_only_sshd_can_show_leaves_no_other_way_open(void **state)
{
	struct cardea_requirement only = parse("fido2(sshd)");
	struct cardea_requirement both = parse("fido2(sshd) | fido2(local)");
	struct cardea_requirement none = parse("password + totp");

	(void)state;
	assert_true(cardea_want_way(&only, CARDEA_WAY_SSHD));
	assert_false(cardea_want_way(&only, CARDEA_WAY_REMOTE));
	assert_true(cardea_want_way(&both, CARDEA_WAY_LOCAL));
	assert_false(cardea_want_way(&both, CARDEA_WAY_AGENT));
	assert_false(cardea_want_way(&none, CARDEA_WAY_LOCAL));
}

static bool
has(const struct cardea_quality *qualities, size_t count, const char *key,
    const char *value)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(qualities[i].key, key) == 0)
			return strcmp(qualities[i].value, value) == 0;
	}
	return false;
}

static void
evidence_says_what_was_shown_and_no_more(void **state)
{
	struct cardea_quality q[CARDEA_QUALITIES_MAX];
	size_t count = cardea_want_qualities(
	    &blue, CARDEA_WAY_REMOTE, true, false, q);

	(void)state;
	assert_true(has(q, count, "remote", ""));
	assert_true(has(q, count, "touch", ""));
	assert_false(has(q, count, "uv", ""));
	assert_true(has(q, count, "attested", ""));
	assert_true(has(q, count, "bound", ""));
	assert_true(
	    has(q, count, "model", "ee880000-0000-0000-0000-000000000000"));
	assert_true(has(q, count, "name", "blue"));

	count = cardea_want_qualities(&ssh, CARDEA_WAY_SSHD, false, false, q);
	assert_int_equal(count, 2);
	assert_true(has(q, count, "sshd", ""));
	assert_true(has(q, count, "name", "ssh"));

	count = cardea_want_qualities(&blue, CARDEA_WAY_LOCAL, true, true, q);
	assert_true(has(q, count, "uv", ""));
	assert_true(count <= CARDEA_QUALITIES_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_plain_demand_takes_every_credential_by_every_way),
		cmocka_unit_test(
		    only_a_credential_that_could_meet_a_demand_is_asked),
		cmocka_unit_test(the_pin_is_needed_preferred_or_not_asked_for),
		cmocka_unit_test(
		    K01_a_credential_that_demands_uv_is_asked_for_it_whatever_the_rule_says),
		cmocka_unit_test(
		    what_only_sshd_can_show_leaves_no_other_way_open),
		cmocka_unit_test(evidence_says_what_was_shown_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
