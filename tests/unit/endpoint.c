/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/endpoint.h"
#include "test.h"

static void
addresses_and_names(void **state)
{
	static const struct {
		const char *text, *name, *address;
		uint16_t port;
	} good[] = {
		{ "192.0.2.1:2379", "192.0.2.1", "192.0.2.1", 2379 },
		{ "[2001:db8::1]:1", "2001:db8::1", "2001:db8::1", 1 },
		{ "etcd1.example=192.0.2.1:65535", "etcd1.example", "192.0.2.1",
		    65535 },
		{ "e-1=[::1]:2379", "e-1", "::1", 2379 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct cardea_endpoint endpoint;

		assert_int_equal(
		    cardea_endpoint_parse(good[i].text, &endpoint), CARDEA_OK);
		assert_string_equal(endpoint.name, good[i].name);
		assert_string_equal(endpoint.address, good[i].address);
		assert_int_equal(endpoint.port, good[i].port);
	}
}

static void
all_else_is_refused_and_leaves_nothing(void **state)
{
	static const char *const bad[] = { "", ":", "=", "192.0.2.1",
		"192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:+1",
		"192.0.2.1:2379/", "192.0.2.1:2379 ", "etcd1.example:2379",
		"localhost:2379", "192.0.2:2379", "2001:db8::1:2379",
		"[192.0.2.1]:2379", "[2001:db8::1]2379", "[]:2379",
		"=192.0.2.1:2379", "a b=192.0.2.1:2379", "a/b=192.0.2.1:2379",
		"-a=192.0.2.1:2379", "a=b=192.0.2.1:2379", "a@b=192.0.2.1:2379",
		"https://192.0.2.1:2379", "fe80::1%lo:2379",
		"[fe80::1%lo]:2379" };
	struct cardea_endpoint endpoint = { .port = 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(
		    cardea_endpoint_parse(bad[i], &endpoint), CARDEA_E_SYNTAX);
		assert_int_equal(endpoint.port, 7);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_and_names),
		cmocka_unit_test(all_else_is_refused_and_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
