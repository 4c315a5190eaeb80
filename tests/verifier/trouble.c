/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/paths.h"
#include "unit/test.h"
#include "verifier/world.h"

#define PROVED CARDEA_FLAG_PASSWORD_PROVED
#define TEXT CARDEA_ANSWER_TEXT
#define STORE CARDEA_STATEDIR "/store"
#define SEAL_KEY CARDEA_STATEDIR "/seal.key"

/* Whatever is asked of it: broken, in every phase, with one line that says
 * why, as severe as it is. */
static void
is_broken(const char *log, int severity)
{
	static const enum cardea_phase phases[] = { CARDEA_PHASE_AUTH,
		CARDEA_PHASE_ACCOUNT, CARDEA_PHASE_SESSION };

	for (size_t i = 0; i < 3; i++) {
		struct talk talk = talk_start();
		enum cardea_outcome outcome;

		world_log_clear();
		talk_begin(&talk, phases[i], "sshd", "alice", "");
		outcome = talk_outcome(&talk);
		if (phases[i] != CARDEA_PHASE_SESSION) {
			assert_int_equal(outcome, CARDEA_OUTCOME_BROKEN);
			talk_send(&talk, CARDEA_MESSAGE_VERIFY,
			    CARDEA_FACTOR_TOTP, PROVED, "alice");
			assert_int_equal(
			    talk_outcome(&talk), CARDEA_OUTCOME_BROKEN);
		}
		assert_int_equal(
		    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_BROKEN);
		assert_string_equal(talk.resume, "");
		assert_int_equal(talk_end(&talk), 0);
		assert_int_equal(world_log_count(log), 1);
		assert_int_equal(world_log_severity(log), severity);
		assert_int_equal(
		    world_log_count("decision=deny reason=broken"), 1);
		assert_int_equal(
		    world_log_severity("decision=deny reason=broken"), 3);
		assert_int_equal(world_log_count("permit"), 0);
	}
}

static void
V09_a_policy_that_is_missing_or_unsafe_denies(void **state)
{
	(void)state;
	world_reset();
	assert_int_equal(unlink(CARDEA_PATH_POLICY), 0);
	is_broken("reason=policy detail=\"" CARDEA_PATH_POLICY, 2);

	world_reset();
	assert_int_equal(chmod(CARDEA_PATH_POLICY, 0666), 0);
	is_broken("reason=policy detail=\"" CARDEA_PATH_POLICY, 2);

	world_reset();
	assert_int_equal(chown(CARDEA_PATH_POLICY, 1002, 0), 0);
	is_broken("reason=policy detail=\"" CARDEA_PATH_POLICY, 2);

	world_reset();
	assert_int_equal(rename(CARDEA_PATH_POLICY, "/var/lib/elsewhere"), 0);
	assert_int_equal(symlink("/var/lib/elsewhere", CARDEA_PATH_POLICY), 0);
	is_broken("reason=policy detail=\"" CARDEA_PATH_POLICY, 2);

	world_reset();
	assert_int_equal(unlink(CARDEA_PATH_POLICY), 0);
	assert_int_equal(mkfifo(CARDEA_PATH_POLICY, 0600), 0);
	is_broken("reason=policy detail=\"" CARDEA_PATH_POLICY, 2);
}

static void
V09_a_policy_that_is_damaged_denies(void **state)
{
	int fd;

	(void)state;
	for (off_t at = 0; at < 400; at += 13) {
		unsigned char byte = 0;

		world_reset();
		fd = open(CARDEA_PATH_POLICY, O_RDWR | O_CLOEXEC);
		assert_true(fd >= 0);
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		close(fd);
		is_broken("reason=policy detail=\"" CARDEA_PATH_POLICY, 2);
	}
	world_reset();
	assert_int_equal(truncate(CARDEA_PATH_POLICY, 100), 0);
	is_broken("reason=policy detail=\"" CARDEA_PATH_POLICY, 2);
	world_reset();
	assert_int_equal(truncate(CARDEA_PATH_POLICY, 0), 0);
	is_broken("reason=policy detail=\"" CARDEA_PATH_POLICY, 2);
}

static void
V08_a_store_that_is_missing_or_unsafe_denies(void **state)
{
	(void)state;
	world_reset();
	assert_int_equal(system("rm -rf " STORE), 0);
	is_broken("event=error", 2);
	world_reset();
	assert_int_equal(unlink(SEAL_KEY), 0);
	is_broken("event=error", 2);
	world_reset();
	assert_int_equal(chmod(SEAL_KEY, 0644), 0);
	is_broken("event=error", 2);
	world_reset();
	assert_int_equal(chmod(STORE, 0777), 0);
	is_broken("event=error", 2);
}

/* Root keeps a way to mend what is broken: becoming somebody where the rule
 * asks nothing of it. */
static void
root_can_still_become_another_user_without_a_store(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"root-descends\"; when = { caller = \"root\";"
	    " service = [ \"su\", \"sudo\" ]; }; require = \"none\";"
	    " reason = \"x\"; } );");
	assert_int_equal(system("rm -rf " STORE), 0);
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_ACCOUNT, "su", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_PERMITTED);
	assert_string_equal(talk.resume, "");
	talk_end(&talk);

	world_caller(1002);
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_ACCOUNT, "su", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BROKEN);
	talk_end(&talk);
	world_caller(0);
}

/* The store as it is on a disk that became read-only. */
static void
disk_is_read_only(bool so)
{
	if (!so) {
		assert_int_equal(umount(CARDEA_STATEDIR), 0);
		return;
	}
	assert_int_equal(
	    mount(CARDEA_STATEDIR, CARDEA_STATEDIR, NULL, MS_BIND, NULL), 0);
	assert_int_equal(mount(NULL, CARDEA_STATEDIR, NULL,
			     MS_REMOUNT | MS_BIND | MS_RDONLY, NULL),
	    0);
}

/* The gate of one more phase; resume is what the last one left. */
static enum cardea_outcome
pass(enum cardea_phase phase, char resume[CARDEA_TXN_MAX + 1])
{
	struct talk talk = talk_start();
	enum cardea_outcome outcome;

	talk_begin(&talk, phase, "sshd", "alice", resume);
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	outcome = talk_decide(&talk, "alice", 0);
	memcpy(resume, talk.resume, CARDEA_TXN_MAX + 1);
	assert_int_equal(talk_end(&talk), 0);
	return outcome;
}

static void
a_clause_for_an_unwritable_store_lets_somebody_in(void **state)
{
	char resume[CARDEA_TXN_MAX + 1], used[CARDEA_TXN_MAX + 1];
	struct talk talk;

	(void)state;
	world_reset();
	world_policy(NULL,
	    "rules = ( { name = \"all\"; require = \"password + totp\";"
	    " when_outage = { store-unwritable = \"password\"; }; } );");
	disk_is_read_only(true);
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	talk_send(
	    &talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, PROVED, "alice");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_NOT_NEEDED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_PERMITTED);
	assert_int_equal(strlen(talk.resume), CARDEA_TXN_MAX);
	memcpy(resume, talk.resume, sizeof(resume));
	memcpy(used, talk.resume, sizeof(used));
	talk_end(&talk);
	assert_int_equal(
	    pass(CARDEA_PHASE_ACCOUNT, resume), CARDEA_OUTCOME_PERMITTED);
	assert_int_equal(
	    pass(CARDEA_PHASE_SESSION, resume), CARDEA_OUTCOME_PERMITTED);
	/* each use of it, in each phase, is told as a warning */
	assert_int_equal(world_log_count("reason=store-unwritable"), 3);
	assert_int_equal(world_log_severity("reason=store-unwritable"), 3);
	assert_int_equal(world_log_count("decision=permit"), 3);
	assert_int_equal(world_log_count("detail=store-unwritable"), 3);
	assert_int_equal(world_log_severity("detail=store-unwritable"), 4);
	/* and what was left served once, here too */
	assert_int_equal(
	    pass(CARDEA_PHASE_ACCOUNT, used), CARDEA_OUTCOME_DENIED);
	disk_is_read_only(false);
}

static void
a_clause_for_an_unwritable_store_wants_its_own_factor(void **state)
{
	static const char *const clauses[] = { "password", "password + sshkey",
		"sshkey" };
	char rules[512], resume[CARDEA_TXN_MAX + 1] = "";
	struct talk talk;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		world_reset();
		(void)snprintf(rules, sizeof(rules),
		    "rules = ( { name = \"all\"; require = \"password + totp\";"
		    " when_outage = { store-unwritable = \"%s\"; }; } );",
		    clauses[i]);
		world_policy(NULL, rules);
		disk_is_read_only(true);
		talk = talk_start();
		talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
		/* "password": not proved; the others: proved, not enough */
		assert_int_not_equal(
		    talk_decide(&talk, "alice", i == 0 ? 0 : PROVED),
		    CARDEA_OUTCOME_PERMITTED);
		assert_string_equal(talk.resume, "");
		talk_end(&talk);
		assert_int_equal(
		    pass(CARDEA_PHASE_ACCOUNT, resume), CARDEA_OUTCOME_DENIED);
		assert_int_equal(world_log_count("permit"), 0);
		disk_is_read_only(false);
	}
}

/* Invariant 3: what cannot be spent durably does not count. */
static void
no_code_is_accepted_while_the_store_is_unwritable(void **state)
{
	static const char *const rules[] = { WORLD_PASSWORD_AND_CODE,
		"rules = ( { name = \"all\"; require = \"password + fido2\";"
		" when_outage = { store-unwritable = \"password + totp\"; };"
		" } );" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct talk talk;

		world_reset();
		world_policy(NULL, rules[i]);
		disk_is_read_only(true);
		talk = talk_start();
		talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
		assert_int_equal(talk_verify(&talk, "alice", PROVED, TEXT,
				     world_code('a', 0)),
		    CARDEA_OUTCOME_BROKEN);
		assert_int_equal(
		    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_DENIED);
		assert_string_equal(talk.resume, "");
		talk_end(&talk);
		assert_int_equal(
		    world_log_count("factor=totp result=broken"), 1);
		assert_int_equal(
		    world_log_count("decision=deny reason=factor-broken"), 1);
		disk_is_read_only(false);
		/* nor was it spent */
		world_policy(NULL, WORLD_PASSWORD_AND_CODE);
		talk = talk_start();
		talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
		assert_int_equal(talk_verify(&talk, "alice", PROVED, TEXT,
				     world_code('a', 0)),
		    CARDEA_OUTCOME_VERIFIED);
		talk_end(&talk);
	}
}

/* Shows all that the usual policy asks for; the gate's answer. */
static enum cardea_outcome
show_all(void)
{
	struct talk talk = talk_start();
	enum cardea_outcome outcome;

	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", PROVED, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_VERIFIED);
	outcome = talk_decide(&talk, "alice", 0);
	assert_true(
	    (outcome == CARDEA_OUTCOME_PERMITTED) == (talk.resume[0] != '\0'));
	assert_int_equal(talk_end(&talk), 0);
	return outcome;
}

static void
what_cannot_be_left_for_the_next_phase_is_no_yes(void **state)
{
	(void)state;
	world_reset();
	assert_int_equal(mkdir(CARDEA_PATH_RUN, 0755), 0);
	assert_int_equal(chmod(CARDEA_PATH_RUN, 0777), 0);
	assert_int_equal(show_all(), CARDEA_OUTCOME_BROKEN);
	assert_int_equal(world_log_count("event=error"), 1);
	assert_int_equal(world_log_count("reason=relay"), 1);
	assert_int_equal(world_log_count("detail=\"" CARDEA_PATH_RUN ": "), 1);
	assert_int_equal(world_log_count("decision=deny reason=broken"), 1);

	world_reset();
	assert_int_equal(mkdir(CARDEA_PATH_RUN, 0755), 0);
	assert_int_equal(mount("tmpfs", CARDEA_PATH_RUN, "tmpfs", 0,
			     "mode=0755,nr_inodes=3"),
	    0);
	assert_int_equal(show_all(), CARDEA_OUTCOME_BROKEN);
	assert_int_equal(world_log_count("event=error"), 1);
	assert_int_equal(world_log_count("reason=relay"), 1);
	assert_int_equal(world_log_count("detail=\"" CARDEA_PATH_RUN ": "), 1);
	assert_int_equal(umount(CARDEA_PATH_RUN), 0);

	world_reset();
	assert_int_equal(mkdir(CARDEA_PATH_RUN, 0755), 0);
	assert_int_equal(
	    mount("tmpfs", CARDEA_PATH_RUN, "tmpfs", MS_RDONLY, "mode=0755"),
	    0);
	assert_int_equal(show_all(), CARDEA_OUTCOME_BROKEN);
	assert_int_equal(umount(CARDEA_PATH_RUN), 0);

	/* room for the name of the file, but not for what is in it */
	world_reset();
	assert_int_equal(mkdir(CARDEA_PATH_RUN, 0755), 0);
	assert_int_equal(
	    mount("tmpfs", CARDEA_PATH_RUN, "tmpfs", 0, "mode=0755,size=4096"),
	    0);
	world_file(CARDEA_PATH_RUN "/filler", "x");
	assert_int_equal(show_all(), CARDEA_OUTCOME_BROKEN);
	assert_int_equal(world_log_count("reason=relay"), 1);
	assert_int_equal(
	    system("find " CARDEA_PATH_RELAY " -type f | grep -q ."), 1 << 8);
	assert_int_equal(umount(CARDEA_PATH_RUN), 0);

	/* and none of it is for ever */
	world_reset();
	assert_int_equal(show_all(), CARDEA_OUTCOME_PERMITTED);
}

static void
I01_odd_names_are_denied_and_touch_nothing(void **state)
{
	static const char *const names[] = { "../../etc/shadow", "a/b", "..",
		"%s%s%n", "line\nbreak", "\xff\xfe", "-x", " ", "\"", "\\",
		"root\t", "ALICE", "alice ",
		("ali\x01"
		 "ce"),
		"=", "a=b" };
	char name[CARDEA_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i <= sizeof(names) / sizeof(names[0]); i++) {
		const char *user = name;
		struct talk talk;

		memset(name, 'a', sizeof(name) - 1);
		name[sizeof(name) - 1] = '\0';
		if (i < sizeof(names) / sizeof(names[0]))
			user = names[i];
		world_reset();
		talk = talk_start();
		talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", user, "");
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
		assert_int_equal(
		    talk_verify(&talk, user, 0, TEXT, world_code('a', 0)),
		    CARDEA_OUTCOME_REFUSED);
		assert_int_equal(
		    talk_decide(&talk, user, 0), CARDEA_OUTCOME_REFUSED);
		assert_int_equal(talk_end(&talk), 0);

		/* I13, I14: not in the log in clear, and one line an event */
		assert_int_equal(world_log_count(""), 2);
		assert_int_equal(world_log_count("user=unknown:"), 2);
		assert_int_equal(world_log_count("etc/shadow"), 0);
		assert_int_equal(world_log_count("line"), 0);
		assert_int_equal(access("/var/lib/etc", F_OK), -1);
	}
}

static void
I01_an_empty_name_is_broken(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BROKEN);
	assert_int_equal(talk_decide(&talk, "", PROVED), CARDEA_OUTCOME_BROKEN);
	talk_end(&talk);
}

static void
I02_odd_items_lead_nowhere(void **state)
{
	static const struct cardea_begin items[] = {
		{ .service = "../passwd", .user = "alice" },
		{ .service = "", .user = "alice" },
		{ .service = "sshd", .user = "alice", .tty = "../../dev/sda" },
		{ .service = "sshd", .user = "alice", .rhost = "x\nfake" },
		{ .service = "sshd", .user = "alice", .ruser = "../root" },
		{ .service = "sshd", .user = "alice", .resume = "../../x" },
		{ .service = "sshd", .user = "alice", .sshauth = "\xff\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		struct talk talk;

		world_reset();
		talk = talk_start();
		talk_begin_as(&talk, CARDEA_PHASE_ACCOUNT, &items[i]);
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
		assert_int_not_equal(
		    talk_decide(&talk, "alice", CARDEA_FLAG_DEFER_SESSION),
		    CARDEA_OUTCOME_PERMITTED);
		assert_int_equal(talk_end(&talk), 0);
		assert_int_equal(world_log_count("\nfake"), 0);
	}
}

static void
the_log_may_be_gone_and_the_verdict_stands(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	assert_int_equal(rename("/dev/log", "/dev/gone"), 0);
	talk = talk_start();
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	assert_int_equal(
	    talk_verify(&talk, "alice", PROVED, TEXT, world_code('a', 0)),
	    CARDEA_OUTCOME_VERIFIED);
	assert_int_equal(
	    talk_decide(&talk, "alice", 0), CARDEA_OUTCOME_PERMITTED);
	talk_end(&talk);
	assert_int_equal(rename("/dev/gone", "/dev/log"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(V09_a_policy_that_is_missing_or_unsafe_denies),
		cmocka_unit_test(V09_a_policy_that_is_damaged_denies),
		cmocka_unit_test(V08_a_store_that_is_missing_or_unsafe_denies),
		cmocka_unit_test(
		    root_can_still_become_another_user_without_a_store),
		cmocka_unit_test(
		    a_clause_for_an_unwritable_store_lets_somebody_in),
		cmocka_unit_test(
		    a_clause_for_an_unwritable_store_wants_its_own_factor),
		cmocka_unit_test(
		    no_code_is_accepted_while_the_store_is_unwritable),
		cmocka_unit_test(
		    what_cannot_be_left_for_the_next_phase_is_no_yes),
		cmocka_unit_test(I01_odd_names_are_denied_and_touch_nothing),
		cmocka_unit_test(I01_an_empty_name_is_broken),
		cmocka_unit_test(I02_odd_items_lead_nowhere),
		cmocka_unit_test(the_log_may_be_gone_and_the_verdict_stands),
	};
	const char *why = world_enter();

	if (why != NULL) {
		printf("1..0 # SKIP %s\n", why);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
