/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/ledger_grant.h"
#include "unit/ledger_fixture.h"

#define PROCESSES 12
#define ID "00000000000000aa"

/* How a process ended. */
enum ending {
	ENDED_DONE = 10,
	ENDED_REFUSED,
	ENDED_FULL,
	ENDED_OTHERWISE,
	ENDINGS,
};

static enum ending
ending_of(enum cardea_status status)
{
	if (status == CARDEA_OK)
		return ENDED_DONE;
	if (status == CARDEA_E_CONFLICT)
		return ENDED_REFUSED;
	return status == CARDEA_E_FULL ? ENDED_FULL : ENDED_OTHERWISE;
}

static enum cardea_status
make(struct cardea_store *store, const char *id, uint32_t wanted)
{
	struct cardea_grant wish = { .user = "alice",
		.rule = "deploy",
		.by = "carol",
		.made_s = NOW,
		.length_s = 3600,
		.wanted = wanted };
	struct cardea_grant grant;

	strcpy(wish.id, id);
	return cardea_ledger_make_grant(store, &wish, &grant, NULL);
}

static enum cardea_status
make_one(struct cardea_store *store, unsigned int child)
{
	char id[CARDEA_GRANT_ID_MAX + 1];

	snprintf(id, sizeof(id), "%016x", child + 1000);
	return make(store, id, 0);
}

static enum cardea_status
approve(struct cardea_store *store, const char *by)
{
	struct cardea_approval approval = { .time_s = NOW + 5 };
	struct cardea_grant grant;

	strcpy(approval.by, by);
	return cardea_ledger_approve_grant(
	    store, "alice", ID, &approval, &grant, NULL);
}

static enum cardea_status
approve_as_another(struct cardea_store *store, unsigned int child)
{
	char by[16];

	snprintf(by, sizeof(by), "person-%u", child % 1000);
	return approve(store, by);
}

static enum cardea_status
approve_as_bob(struct cardea_store *store, unsigned int child)
{
	(void)child;
	return approve(store, "bob");
}

static enum cardea_status
approve_or_revoke(struct cardea_store *store, unsigned int child)
{
	struct cardea_grant grant;

	if (child % 2 == 0)
		return approve_as_another(store, child);
	return cardea_ledger_revoke_grant(
	    store, "alice", ID, "erin", NOW + 5, &grant, NULL);
}

typedef enum cardea_status step(struct cardea_store *store, unsigned int child);

static enum ending
run_child(const struct ledger *ledger, int start, step *run, unsigned int child)
{
	struct cardea_store *store;
	enum ending ending;
	char byte;

	if (cardea_store_open(&ledger->config, &store, NULL) != CARDEA_OK ||
	    read(start, &byte, 1) != 0)
		return ENDED_OTHERWISE;
	ending = ending_of(run(store, child));
	cardea_store_close(store);
	return ending;
}

/* All at once: the pipe's closing is the start. */
static void
race(struct ledger *ledger, step *run, unsigned int counts[ENDINGS])
{
	pid_t children[PROCESSES];
	int start[2];

	memset(counts, 0, ENDINGS * sizeof(counts[0]));
	ledger->store = cardea_store_close(ledger->store);
	assert_int_equal(pipe(start), 0);
	for (unsigned int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			close(start[1]);
			_exit((int)run_child(ledger, start[0], run, i));
		}
	}
	close(start[0]);
	close(start[1]);
	for (size_t i = 0; i < PROCESSES; i++) {
		int status;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_true(WIFEXITED(status));
		assert_in_range(
		    WEXITSTATUS(status), ENDED_DONE, ENDED_OTHERWISE);
		counts[WEXITSTATUS(status)]++;
	}
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
}

static bool
keep(const struct cardea_grant *grant, void *context)
{
	struct cardea_grant *kept = context;

	*kept = *grant;
	return true;
}

static struct cardea_grant
read_grant(struct ledger *ledger)
{
	struct cardea_grant grant = { 0 };

	assert_int_equal(cardea_ledger_list_grants(
			     ledger->store, "alice", keep, &grant, NULL),
	    CARDEA_OK);
	return grant;
}

static void
of_many_approvers_at_once_each_counts_or_is_refused(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];
	struct cardea_grant grant;

	assert_int_equal(make(ledger->store, ID, 3), CARDEA_OK);
	race(ledger, approve_as_another, counts);
	assert_int_equal(counts[ENDED_DONE], 3);
	assert_int_equal(counts[ENDED_REFUSED], PROCESSES - 3);
	grant = read_grant(ledger);
	assert_int_equal(grant.approval_count, 3);
	assert_int_equal(
	    cardea_grant_state(&grant, NOW + 5), CARDEA_GRANT_ACTIVE);
	for (size_t i = 1; i < 3; i++)
		assert_string_not_equal(
		    grant.approvals[i].by, grant.approvals[i - 1].by);
}

static void
one_person_many_times_at_once_counts_once(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];
	struct cardea_grant grant;

	assert_int_equal(make(ledger->store, ID, 2), CARDEA_OK);
	race(ledger, approve_as_bob, counts);
	assert_int_equal(counts[ENDED_DONE], 1);
	assert_int_equal(counts[ENDED_REFUSED], PROCESSES - 1);
	grant = read_grant(ledger);
	assert_int_equal(grant.approval_count, 1);
	assert_int_equal(
	    cardea_grant_state(&grant, NOW + 5), CARDEA_GRANT_WAITING);
}

/* Whichever comes first: in the end it is revoked. */
static void
what_is_revoked_stays_so_whoever_approves_meanwhile(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];
	struct cardea_grant grant;

	assert_int_equal(make(ledger->store, ID, 1), CARDEA_OK);
	race(ledger, approve_or_revoke, counts);
	assert_in_range(counts[ENDED_DONE], 1, 2);
	assert_int_equal(counts[ENDED_DONE] + counts[ENDED_REFUSED], PROCESSES);
	grant = read_grant(ledger);
	assert_string_equal(grant.revoked_by, "erin");
	assert_int_equal(
	    cardea_grant_state(&grant, NOW + 5), CARDEA_GRANT_OVER);
}

static void
the_ceiling_is_never_outrun(void **state)
{
	struct ledger *ledger = *state;
	unsigned int counts[ENDINGS];
	const unsigned int room = 5;

	for (unsigned int i = 0; i < CARDEA_GRANTS_MAX - room; i++)
		assert_int_equal(
		    make_one(ledger->store, PROCESSES + i), CARDEA_OK);
	race(ledger, make_one, counts);
	assert_int_equal(counts[ENDED_DONE], room);
	assert_int_equal(counts[ENDED_FULL], PROCESSES - room);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_GRANT, "alice"),
	    CARDEA_GRANTS_MAX);
}

#define GRANT_TEST(name)                                                       \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		GRANT_TEST(of_many_approvers_at_once_each_counts_or_is_refused),
		GRANT_TEST(one_person_many_times_at_once_counts_once),
		GRANT_TEST(what_is_revoked_stays_so_whoever_approves_meanwhile),
		GRANT_TEST(the_ceiling_is_never_outrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
