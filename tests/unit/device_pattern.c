/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/test.h"
#include "verifier/device_pattern.h"

static void
a_star_never_reaches_into_another_domain(void **state)
{
	static const struct {
		const char *pattern, *name;
		bool is;
	} rows[] = {
		{ "dns:a.example.org", "dns:a.example.org", true },
		{ "dns:a.example.org", "dns:A.Example.ORG", true },
		{ "dns:a.example.org", "dns:b.example.org", false },
		{ "dns:a.example.org", "email:a.example.org", false },
		{ "dns:*.example.org", "dns:a.example.org", true },
		{ "dns:*.example.org", "dns:a.b.example.org", false },
		{ "dns:*.example.org", "dns:example.org", false },
		{ "dns:*.example.org", "dns:.example.org", false },
		{ "dns:*.example.org", "dns:a.example.org.evil", false },
		{ "dns:*example.org", "dns:evil.example.org", false },
		{ "dns:laptop-*", "dns:laptop-7", true },
		{ "dns:laptop-*", "dns:laptop-7.evil.org", false },
		{ "dns:laptop-*", "dns:laptop-", false },
		{ "dns:*", "dns:a", true },
		{ "dns:*", "dns:a.b", false },
		{ "dns:*", "dns:", false },
		/* one star, at an end */
		{ "dns:*.*.org", "dns:a.b.org", false },
		{ "dns:a.*.org", "dns:a.b.org", false },
		{ "dns:**", "dns:ab", false },
		{ "dns:*a*", "dns:bac", false },
		/* other kinds: any characters, with their case */
		{ "email:*@example.org", "email:a.b@example.org", true },
		{ "email:*@example.org", "email:@example.org", false },
		{ "email:a@example.org", "email:A@example.org", false },
		{ "uri:https://mdm/*", "uri:https://mdm/devices/7", true },
		{ "uri:https://mdm/*", "uri:https://mdm/", false },
		{ "dirname:CN=a,O=*", "dirname:CN=a,O=b", true },
		/* a pattern without a kind means no name */
		{ "a.example.org", "a.example.org", false },
		{ "*", "dns:a", false },
		{ "", "", false },
		{ "dns:", "dns:", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (cardea_device_pattern_is(
			rows[i].pattern, "alice", rows[i].name) != rows[i].is)
			fail_msg("%s %s", rows[i].pattern, rows[i].name);
	}
}

static void
the_users_name_stands_for_itself(void **state)
{
	static const struct {
		const char *pattern, *user, *name;
		bool is;
	} rows[] = {
		{ "email:%u@x", "alice", "email:alice@x", true },
		{ "email:%u@x", "alice", "email:bob@x", false },
		{ "email:%u@x", "*", "email:bob@x", false },
		{ "email:%u@x", "*", "email:*@x", true },
		{ "email:%u@x", "%u", "email:%u@x", true },
		{ "dns:%u-*", "alice", "dns:alice-7", true },
		{ "dns:*.%u", "alice", "dns:pc.alice", true },
		{ "email:%u@x", "", "email:@x", false },
		{ "email:%u@x", NULL, "email:@x", false },
		{ "uri:100%", "alice", "uri:100%", true },
		{ "uri:%%u", "alice", "uri:%alice", true },
		{ "uri:%v", "alice", "uri:%v", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (cardea_device_pattern_is(rows[i].pattern, rows[i].user,
			rows[i].name) != rows[i].is)
			fail_msg("%s %s", rows[i].pattern, rows[i].name);
	}
	assert_true(cardea_device_pattern_is_plain("%u", "alice", "alice"));
	assert_false(cardea_device_pattern_is_plain("*", "alice", "alice"));
	assert_false(cardea_device_pattern_is_plain("%u", "alice", "bob"));
	assert_false(cardea_device_pattern_is_plain("%u", "", ""));
}

static void
what_would_be_too_long_means_nothing(void **state)
{
	char user[256], name[2048];

	(void)state;
	memset(user, 'a', 255);
	user[255] = '\0';
	strcpy(name, "email:");
	for (int i = 0; i < 5; i++)
		strcat(name, user);
	assert_false(cardea_device_pattern_is("email:%u%u%u%u%u", user, name));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_star_never_reaches_into_another_domain),
		cmocka_unit_test(the_users_name_stands_for_itself),
		cmocka_unit_test(what_would_be_too_long_means_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
