/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "facts/logind.h"
#include "unit/test.h"

/* What a made-up logind says. */
static const char *session, *host;
static int remote;

static int
get_session(pid_t pid, char **ret_session)
{
	assert_int_equal(pid, 77);
	if (session == NULL)
		return -ENODATA;
	*ret_session = strdup(session);
	return 0;
}

static int
is_remote(const char *name)
{
	assert_string_equal(name, session);
	return remote;
}

static int
get_host(const char *name, char **ret_host)
{
	assert_string_equal(name, session);
	if (host == NULL)
		return -ENODATA;
	*ret_host = strdup(host);
	return 0;
}

static const struct cardea_logind made_up = { get_session, is_remote,
	get_host };

static void
C06_logind_is_believed_about_numbers_alone(void **state)
{
	static const struct {
		const char *session, *host;
		int remote;
		const char *source;
	} cases[] = {
		{ NULL, NULL, 0, "unknown" },
		{ "3", NULL, 0, "none" },
		{ "3", "192.0.2.7", 0, "none" },
		{ "3", "192.0.2.7", 1, "192.0.2.7" },
		{ "3", "2001:db8::1", 1, "2001:db8::1" },
		{ "3", "laptop.example", 1, "unknown" },
		{ "3", "", 1, "unknown" },
		{ "3", NULL, 1, "unknown" },
		{ "3", "192.0.2.7", -EIO, "unknown" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[CARDEA_ADDRESS_TEXT_MAX + 1];
		struct cardea_address source;

		session = cases[i].session;
		host = cases[i].host;
		remote = cases[i].remote;
		source = cardea_logind_source(&made_up, 77);
		cardea_address_format(&source, text);
		assert_string_equal(text, cases[i].source);
	}
}

static void
C06_without_libsystemd_nothing_is_known(void **state)
{
	(void)state;
	assert_int_equal(
	    cardea_logind_source(NULL, 77).kind, CARDEA_ADDRESS_UNKNOWN);
	/* loading it, or not, is quiet either way, and the same twice */
	assert_ptr_equal(cardea_logind_load(), cardea_logind_load());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(C06_logind_is_believed_about_numbers_alone),
		cmocka_unit_test(C06_without_libsystemd_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
