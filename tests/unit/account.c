/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "facts/account.h"
#include "unit/test.h"

/*
 * The name service is replaced at link time by this one, which does what the
 * oddest of them do: answer late, never, wrongly, or too much.
 */
static struct {
	int error;		/* of getpwnam_r and getpwuid_r */
	int group_error;	/* of getgrgid_r */
	unsigned int too_small; /* this many answers are ERANGE first */
	const char *found;	/* the name that comes back; NULL: none */
	int groups;
	int calls;
} service;

int
getpwnam_r(const char *restrict name, struct passwd *restrict entry,
    char *restrict buffer, size_t size, struct passwd **restrict ret_entry)
{
	(void)name;
	(void)size;
	service.calls++;
	*ret_entry = NULL;
	if (service.too_small > 0) {
		service.too_small--;
		return ERANGE;
	}
	if (service.error != 0 || service.found == NULL)
		return service.error;
	memset(entry, 0, sizeof(*entry));
	entry->pw_name = strcpy(buffer, service.found);
	entry->pw_uid = 1234;
	entry->pw_gid = 50;
	*ret_entry = entry;
	return 0;
}

int
getpwuid_r(uid_t uid, struct passwd *restrict entry, char *restrict buffer,
    size_t size, struct passwd **restrict ret_entry)
{
	(void)uid;
	return getpwnam_r("", entry, buffer, size, ret_entry);
}

int
getgrouplist(const char *user, gid_t group, gid_t *groups, int *count)
{
	int room = *count;

	(void)user;
	*count = service.groups;
	for (int i = 0; i < service.groups && i < room; i++)
		groups[i] = i == 0 ? group : (gid_t)(1000 + i);
	return service.groups > room ? -1 : service.groups;
}

int
getgrgid_r(gid_t gid, struct group *restrict entry, char *restrict buffer,
    size_t size, struct group **restrict ret_entry)
{
	*ret_entry = NULL;
	if (service.group_error != 0)
		return service.group_error;
	if (gid == 1001) /* a gid that has no name */
		return 0;
	memset(entry, 0, sizeof(*entry));
	(void)snprintf(buffer, size, "g%u", (unsigned int)gid);
	entry->gr_name = buffer;
	*ret_entry = entry;
	return 0;
}

static bool
all(const char *group, const void *context)
{
	(void)group;
	(void)context;
	return true;
}

static bool
only(const char *group, const void *context)
{
	return strcmp(group, context) == 0;
}

static void
a_name_that_is_there_is_found(void **state)
{
	struct cardea_account account = { .uid = 0 };

	(void)state;
	memset(&service, 0, sizeof(service));
	service.found = "alice";
	assert_int_equal(
	    cardea_account_find("alice", &account, NULL), CARDEA_OK);
	assert_string_equal(account.name, "alice");
	assert_int_equal(account.uid, 1234);
	assert_int_equal(account.gid, 50);
	assert_int_equal(service.calls, 1);
	assert_int_equal(cardea_account_of(1234, &account, NULL), CARDEA_OK);
}

static void
P16_trouble_is_not_absence(void **state)
{
	static const struct {
		int error;
		enum cardea_status status;
	} cases[] = {
		{ 0, CARDEA_E_MISSING },
		{ ENOENT, CARDEA_E_IO },
		{ EAGAIN, CARDEA_E_IO },
		{ EIO, CARDEA_E_IO },
		{ EPERM, CARDEA_E_IO },
		{ EMFILE, CARDEA_E_IO },
		{ ENOMEM, CARDEA_E_MEMORY },
	};
	struct cardea_account account = { .name = "x", .uid = 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_diag diag = { .line = 0 };

		memset(&service, 0, sizeof(service));
		service.error = cases[i].error;
		assert_int_equal(cardea_account_find("alice", &account, &diag),
		    cases[i].status);
		assert_int_equal(
		    cardea_account_of(7, &account, &diag), cases[i].status);
		assert_int_equal(account.uid, 7);
		assert_int_equal(diag.reason[0] == '\0', cases[i].error == 0);
	}
}

static void
P16_a_service_that_wants_ever_more_room_has_an_end(void **state)
{
	struct cardea_account account;

	(void)state;
	memset(&service, 0, sizeof(service));
	service.found = "alice";
	service.too_small = 3;
	assert_int_equal(
	    cardea_account_find("alice", &account, NULL), CARDEA_OK);
	service.too_small = UINT32_MAX;
	service.calls = 0;
	assert_int_equal(
	    cardea_account_find("alice", &account, NULL), CARDEA_E_RANGE);
	assert_in_range(service.calls, 2, 20);
}

static void
I05_another_name_than_asked_for_is_nobody(void **state)
{
	static const char *const names[] = { "ALICE", "alice ", "alic",
		"alice2", "", "root" };
	struct cardea_account account;

	(void)state;
	memset(&service, 0, sizeof(service));
	service.found = "alice";
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_int_equal(cardea_account_find(names[i], &account, NULL),
		    CARDEA_E_MISSING);
}

static void
I06_a_name_that_is_too_long_is_not_cut(void **state)
{
	char name[CARDEA_NAME_MAX + 2];
	struct cardea_account account;

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	memset(&service, 0, sizeof(service));
	service.found = name;
	assert_int_equal(
	    cardea_account_find(name, &account, NULL), CARDEA_E_RANGE);
	name[CARDEA_NAME_MAX] = '\0';
	assert_int_equal(cardea_account_find(name, &account, NULL), CARDEA_OK);
}

static void
groups_that_are_wanted_are_kept(void **state)
{
	static struct cardea_request request;
	const struct cardea_account account = { .name = "alice", .gid = 50 };

	(void)state;
	memset(&service, 0, sizeof(service));
	memset(&request, 0, sizeof(request));
	service.groups = 200; /* more than one call can take */
	assert_int_equal(
	    cardea_account_groups(&account, only, "g1199", &request, NULL),
	    CARDEA_OK);
	assert_true(request.groups_known);
	assert_true(cardea_request_in_group(&request, "g1199"));
	assert_false(cardea_request_in_group(&request, "g50"));
	assert_int_equal(request.group_text_len, 6);
}

static void
C02_groups_that_cannot_be_told_stay_unknown(void **state)
{
	static struct cardea_request request;
	const struct cardea_account account = { .name = "alice", .gid = 50 };

	(void)state;
	memset(&service, 0, sizeof(service));
	service.groups = 3;
	service.group_error = EIO;
	assert_int_equal(
	    cardea_account_groups(&account, all, NULL, &request, NULL),
	    CARDEA_E_IO);
	assert_false(request.groups_known);

	/* a gid without a name is in no rule: that is no trouble */
	service.group_error = 0;
	assert_int_equal(
	    cardea_account_groups(&account, all, NULL, &request, NULL),
	    CARDEA_OK);
	assert_true(request.groups_known);
	assert_true(cardea_request_in_group(&request, "g1002"));

	/* more groups than the request holds, and more than anybody has */
	memset(&request, 0, sizeof(request));
	service.groups = 20000;
	assert_int_equal(
	    cardea_account_groups(&account, all, NULL, &request, NULL),
	    CARDEA_E_RANGE);
	assert_false(request.groups_known);
	service.groups = 70000;
	assert_int_equal(
	    cardea_account_groups(&account, only, "", &request, NULL),
	    CARDEA_E_RANGE);
	assert_false(request.groups_known);

	service.group_error = ERANGE;
	service.groups = 1;
	assert_int_equal(
	    cardea_account_groups(&account, all, NULL, &request, NULL),
	    CARDEA_E_RANGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_that_is_there_is_found),
		cmocka_unit_test(P16_trouble_is_not_absence),
		cmocka_unit_test(
		    P16_a_service_that_wants_ever_more_room_has_an_end),
		cmocka_unit_test(I05_another_name_than_asked_for_is_nobody),
		cmocka_unit_test(I06_a_name_that_is_too_long_is_not_cut),
		cmocka_unit_test(groups_that_are_wanted_are_kept),
		cmocka_unit_test(C02_groups_that_cannot_be_told_stay_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
