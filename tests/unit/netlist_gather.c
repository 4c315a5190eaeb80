/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit/netlist_fixture.h"
#include "unit/policies.h"

/* A policy with two lists of which one is prepared: 192.0.2.0/24. */
static struct written
two_lists(void)
{
	char *at = realpath(folder, NULL), settings[512];
	char path[CARDEA_NETLIST_PATH_MAX + 1];
	struct cardea_netlist_header header = { .prepared_s = LIST_NOW };
	struct cardea_netlist_text text;
	struct cardea_policy_list first;
	struct written written;
	struct cardea_diag diag;
	int fd;

	assert_non_null(at);
	snprintf(settings, sizeof(settings), "lists: { path = \"%s\"; };", at);
	written = write_policy(settings,
	    "zones: { x = { lists = [ \"/lists/a\", \"/lists/b\" ];"
	    " lists_max_age = \"1d\"; }; };"
	    "rules = ( { name = \"x\"; when = { zone = \"x\"; };"
	    " deny = \"x\"; } );");
	assert_int_equal(
	    cardea_policy_list(written.policy, 0, &first), CARDEA_OK);
	assert_string_equal(first.path, "/lists/a");
	assert_true(read_text("192.0.2.0/24\n", 13, &text, &diag));
	header.id = first.id;
	assert_int_equal(cardea_netlist_path(at, first.id, path), CARDEA_OK);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(
	    cardea_netlist_write(fd, &text.set, &header, NULL), CARDEA_OK);
	close(fd);
	cardea_netlist_set_clear(&text.set);
	free(at);
	return written;
}

struct heard {
	size_t count;
	char file[256];
};

static void
hear(const struct cardea_diag *diag, void *context)
{
	struct heard *heard = context;

	heard->count++;
	memcpy(heard->file, diag->file, sizeof(heard->file));
}

static struct cardea_request
request_from(const char *address)
{
	struct cardea_request request = { .time_known = true };

	request.time_s = LIST_NOW;
	/* where the person sits counts, not where the request comes from */
	request.source = cardea_address_parse("203.0.113.99");
	request.login_source = cardea_address_parse(address);
	return request;
}

static void
expect(const struct written *written, struct cardea_request request,
    enum cardea_known first, enum cardea_known second, size_t troubles)
{
	struct heard heard = { .count = 0 };

	cardea_netlist_gather(written->policy, hear, &heard, &request);
	assert_int_equal(request.listed_count, 2);
	assert_int_equal(request.listed[0].holds, first);
	assert_int_equal(request.listed[1].holds, second);
	assert_true(request.listed[0].list != request.listed[1].list);
	assert_int_equal(heard.count, troubles);
	if (troubles > 0)
		assert_string_equal(heard.file, "/lists/b");
	/* nobody needs to listen */
	cardea_netlist_gather(written->policy, NULL, NULL, &request);
	assert_int_equal(request.listed_count, 2);
}

static void
every_list_of_the_policy_is_a_fact(void **state)
{
	struct written written = two_lists();
	struct cardea_request request;

	(void)state;
	expect(
	    &written, request_from("192.0.2.1"), CARDEA_YES, CARDEA_UNKNOWN, 1);
	expect(
	    &written, request_from("192.0.3.1"), CARDEA_NO, CARDEA_UNKNOWN, 1);
	request = request_from("192.0.2.1");
	request.time_s += 86401;
	cardea_netlist_gather(written.policy, NULL, NULL, &request);
	assert_int_equal(request.listed[0].holds, CARDEA_UNKNOWN);
	drop_policy(&written);
}

static void
C02_who_sits_nobody_knows_where_is_neither_in_nor_out(void **state)
{
	struct written written = two_lists();

	(void)state;
	expect(&written, request_from("gone.example.org"), CARDEA_UNKNOWN,
	    CARDEA_UNKNOWN, 0);
	/* from no network: in no list, and no list is looked at */
	expect(&written, request_from(""), CARDEA_NO, CARDEA_NO, 0);
	drop_policy(&written);
}

static void
C02_without_a_time_no_list_is_known(void **state)
{
	struct written written = two_lists();
	struct cardea_request request = request_from("192.0.2.1");

	(void)state;
	request.time_known = false;
	expect(&written, request, CARDEA_UNKNOWN, CARDEA_UNKNOWN, 0);
	request = request_from("");
	request.time_known = false;
	expect(&written, request, CARDEA_NO, CARDEA_NO, 0);
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_list_of_the_policy_is_a_fact),
		cmocka_unit_test(
		    C02_who_sits_nobody_knows_where_is_neither_in_nor_out),
		cmocka_unit_test(C02_without_a_time_no_list_is_known),
	};

	return cmocka_run_group_tests(tests, folder_set_up, folder_tear_down);
}
