/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/relay.h"
#include "unit/ledger_fixture.h"
#include "unit/scratch.h"

#define ID "0123456789abcdef0123456789abcdef"
#define OTHER "ffffffffffffffffffffffffffffffff"
#define PID 100
#define START 1000
#define PARENT 50
#define PARENT_START 500
#define MINUTE_MS (CARDEA_RESUME_S * 1000)

/* The path of something below the relay; NULL: the relay itself. */
static const char *
path_of(const struct ledger *ledger, const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/run/relay%s%s",
	    ledger->directory, name != NULL ? "/" : "",
	    name != NULL ? name : "");
	return path;
}

/* The path of a record of the present minute. */
static const char *
record_of(const struct ledger *ledger, const char *id)
{
	char name[128];

	(void)snprintf(name, sizeof(name), "%lld/%s",
	    (long long)(ledger->clock.monotonic_ms / MINUTE_MS), id);
	return path_of(ledger, name);
}

/* Files and directories below a path. */
static size_t
count_below(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;
	size_t count = 0;

	if (directory == NULL)
		return 0;
	while ((entry = readdir(directory)) != NULL) {
		char below[512];

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(
		    below, sizeof(below), "%s/%s", path, entry->d_name);
		count += 1 + count_below(below);
	}
	closedir(directory);
	return count;
}

static struct cardea_relay
relay_of(const struct ledger *ledger)
{
	static char run[128];

	(void)snprintf(run, sizeof(run), "%s/run", ledger->directory);
	return (
	    struct cardea_relay){ .directory = run, .store = ledger->store };
}

static struct cardea_txn
make_txn(const struct ledger *ledger, const char *id)
{
	struct cardea_txn txn = { .phase = CARDEA_PHASE_AUTH,
		.pid = PID,
		.pid_start = START,
		.parent = PARENT,
		.parent_start = PARENT_START,
		.created_monotonic_ms = ledger->clock.monotonic_ms,
		.request = ledger->request };

	strcpy(txn.id, id);
	strcpy(txn.txn, "fedcba9876543210fedcba9876543210");
	strcpy(txn.evidence.txn, txn.txn);
	strcpy(txn.policy, "digest");
	memcpy(txn.boot_id, ledger->boot_id, 37);
	return txn;
}

static enum cardea_status
leave_txn(const struct ledger *ledger, const struct cardea_txn *txn)
{
	const struct cardea_relay relay = relay_of(ledger);
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = cardea_relay_leave(&relay, txn, &diag);

	assert_true((status == CARDEA_OK) == (diag.reason[0] == '\0'));
	return status;
}

static void
leave(const struct ledger *ledger, const char *id)
{
	struct cardea_txn txn = make_txn(ledger, id);

	assert_int_equal(leave_txn(ledger, &txn), CARDEA_OK);
}

static enum cardea_status
resume_id(const struct ledger *ledger, const char *id,
    const struct cardea_resumer *resumer)
{
	const struct cardea_relay relay = relay_of(ledger);
	struct cardea_txn txn = { .pid = 77 };
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;

	status = cardea_relay_resume(
	    &relay, id, resumer, &ledger->clock, &txn, &diag);
	/* I16 */
	if (id[0] != '\0') {
		assert_null(strstr(diag.file, id));
		assert_null(strstr(diag.reason, id));
	}
	if (status == CARDEA_OK) {
		assert_string_equal(txn.policy, "digest");
		assert_string_equal(txn.request.user, "alice");
	} else {
		assert_int_equal(txn.pid, 77);
	}
	return status;
}

static enum cardea_status
resume(const struct ledger *ledger, const struct cardea_resumer *resumer)
{
	return resume_id(ledger, ID, resumer);
}

static struct cardea_resumer
usual(const struct ledger *ledger)
{
	return (struct cardea_resumer){ .phase = CARDEA_PHASE_ACCOUNT,
		.pid = PID,
		.pid_start = START,
		.request = &ledger->request };
}

static void
I04_a_phase_is_resumed_once(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	leave(ledger, ID);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	/* nothing but the empty minute is left, in the relay or in the store */
	assert_int_equal(count_below(path_of(ledger, NULL)), 1);
	assert_int_equal(ledger_count(ledger, CARDEA_KIND_TXN, NULL), 0);
}

static void
only_the_process_that_left_or_its_root_parent_resumes(void **state)
{
	static const struct {
		pid_t pid;
		uint64_t start;
		enum cardea_status status;
	} cases[] = { { PID, START, CARDEA_OK },
		{ PID, START + 1, CARDEA_E_MISSING },
		{ PID + 1, START, CARDEA_E_MISSING },
		{ PARENT, PARENT_START, CARDEA_OK },
		{ PARENT, PARENT_START + 1, CARDEA_E_MISSING },
		{ PARENT, START, CARDEA_E_MISSING },
		{ PID, PARENT_START, CARDEA_E_MISSING },
		{ 0, 0, CARDEA_E_MISSING }, { -1, START, CARDEA_E_MISSING } };
	struct ledger *ledger = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_resumer resumer = usual(ledger);

		leave(ledger, ID);
		resumer.pid = cases[i].pid;
		resumer.pid_start = cases[i].start;
		assert_int_equal(resume(ledger, &resumer), cases[i].status);
		/* who may not resume does not burn it either */
		resumer = usual(ledger);
		assert_int_equal(resume(ledger, &resumer),
		    cases[i].status == CARDEA_OK ? CARDEA_E_MISSING
						 : CARDEA_OK);
	}
}

static void
a_parent_that_was_not_recorded_is_nobody(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_txn txn = make_txn(ledger, ID);
	struct cardea_resumer resumer = usual(ledger);

	txn.parent = 0;
	txn.parent_start = 0;
	assert_int_equal(leave_txn(ledger, &txn), CARDEA_OK);
	resumer.pid = 0;
	resumer.pid_start = 0;
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
}

static void
I03_facts_that_changed_on_the_way_resume_nothing(void **state)
{
	struct ledger *ledger = *state;

	for (unsigned int i = 0; i < 8; i++) {
		struct cardea_request fresh = ledger->request;
		struct cardea_resumer resumer = usual(ledger);

		resumer.request = &fresh;
		switch (i) {
		case 0:
			strcpy(fresh.pam_user, "root");
			break;
		case 1:
			strcpy(fresh.service, "sudo");
			break;
		case 2:
			fresh.source = cardea_address_parse("192.0.2.2");
			break;
		case 3:
			fresh.source = cardea_address_parse("");
			break;
		case 4:
			strcpy(fresh.rhost, "192.0.2.10");
			break;
		case 5:
			strcpy(fresh.ruser, "mallory");
			break;
		case 6:
			fresh.caller_uid = 1000;
			break;
		default:
			fresh.caller_known = false;
			break;
		}
		leave(ledger, ID);
		assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
		resumer.request = &ledger->request;
		assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	}
}

static void
the_session_phase_alone_may_name_another_pam_user(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_request target = ledger->request;
	struct cardea_resumer resumer = usual(ledger);

	strcpy(target.pam_user, "root");
	strcpy(target.user, "root");
	resumer.request = &target;
	leave(ledger, ID);
	resumer.phase = CARDEA_PHASE_ACCOUNT;
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	resumer.phase = CARDEA_PHASE_SESSION;
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

static void
auth_resumes_nothing_and_no_phase_goes_back(void **state)
{
	static const struct {
		enum cardea_phase left, now;
		enum cardea_status status;
	} cases[] = { { CARDEA_PHASE_AUTH, CARDEA_PHASE_AUTH,
			  CARDEA_E_MISSING },
		{ CARDEA_PHASE_AUTH, CARDEA_PHASE_NONE, CARDEA_E_MISSING },
		{ CARDEA_PHASE_AUTH, CARDEA_PHASE_ACCOUNT, CARDEA_OK },
		{ CARDEA_PHASE_AUTH, CARDEA_PHASE_SESSION, CARDEA_OK },
		{ CARDEA_PHASE_ACCOUNT, CARDEA_PHASE_ACCOUNT, CARDEA_OK },
		{ CARDEA_PHASE_ACCOUNT, CARDEA_PHASE_SESSION, CARDEA_OK },
		{ CARDEA_PHASE_SESSION, CARDEA_PHASE_ACCOUNT,
		    CARDEA_E_MISSING },
		{ CARDEA_PHASE_SESSION, CARDEA_PHASE_SESSION, CARDEA_OK } };
	struct ledger *ledger = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_txn txn = make_txn(ledger, ID);
		struct cardea_resumer resumer = usual(ledger);

		txn.phase = cases[i].left;
		assert_int_equal(leave_txn(ledger, &txn), CARDEA_OK);
		resumer.phase = cases[i].now;
		assert_int_equal(resume(ledger, &resumer), cases[i].status);
		resumer.phase = CARDEA_PHASE_SESSION;
		if (cases[i].status != CARDEA_OK)
			assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	}
}

static void
a_phase_left_too_long_ago_is_gone_by_the_monotonic_clock(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	leave(ledger, ID);
	ledger_pass(ledger, CARDEA_RESUME_S);
	ledger->clock.monotonic_ms += 1;
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	ledger->clock.time_s -= 3600; /* a step back does not help */
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	ledger->clock.monotonic_ms -= 1;
	memcpy(ledger->boot_id, BOOT_B, 37);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	memcpy(ledger->boot_id, BOOT_A, 37);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	/* nor does anything come from the future */
	leave(ledger, ID);
	ledger->clock.monotonic_ms -= 1;
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
}

static void
I02_an_id_that_is_none_finds_nothing_and_leaves_nothing(void **state)
{
	static const char *const ids[] = { "", "x", "*", ".", "..",
		"0123456789abcdef0123456789abcde",
		"0123456789abcdef0123456789abcdef0", "../../etc/passwd",
		"../../../../../../../../etc/fsta",
		"0123456789abcdef/123456789abcdef",
		"./23456789abcdef0123456789abcdef",
		"0123456789ABCDEF0123456789ABCDEF",
		"0123456789abcdeg0123456789abcdef",
		"0123456789abcdef0123456789abcde\n" };
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	struct cardea_txn txn;
	size_t count;

	leave(ledger, ID);
	count = count_below(ledger->directory);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		assert_int_equal(
		    resume_id(ledger, ids[i], &resumer), CARDEA_E_MISSING);
		if (strlen(ids[i]) > CARDEA_TXN_MAX)
			continue;
		txn = make_txn(ledger, ids[i]);
		assert_int_equal(leave_txn(ledger, &txn), CARDEA_E_INTERNAL);
	}
	assert_int_equal(count_below(ledger->directory), count);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

static void
an_id_is_not_given_twice(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_txn txn = make_txn(ledger, ID);
	struct cardea_resumer resumer = usual(ledger);

	leave(ledger, ID);
	strcpy(txn.policy, "another");
	assert_int_equal(leave_txn(ledger, &txn), CARDEA_E_CONFLICT);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

static void
a_phase_is_resumed_across_the_turn_of_a_minute(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	for (int64_t age = 0; age <= CARDEA_RESUME_S; age++) {
		leave(ledger, ID);
		ledger_pass(ledger, age);
		assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	}
}

static void
a_store_that_is_only_read_serves(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	cardea_store_close(ledger->store);
	ledger->config.create = false;
	ledger->config.read_only = true;
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
	leave(ledger, ID);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
}

static void
another_seal_opens_nothing(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);

	leave(ledger, ID);
	cardea_store_close(ledger->store);
	assert_int_equal(unlink(ledger->key_path), 0);
	strcat(ledger->path, "2");
	assert_int_equal(
	    cardea_store_open(&ledger->config, &ledger->store, NULL),
	    CARDEA_OK);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_CORRUPT);
	assert_int_equal(access(record_of(ledger, ID), F_OK), 0);
}

/* ---- what stands in place of the file ---- */

static unsigned char *
read_record(const struct ledger *ledger, size_t *ret_len)
{
	unsigned char *bytes = malloc(65536);
	int fd = open(record_of(ledger, ID), O_RDONLY | O_CLOEXEC);
	ssize_t len;

	assert_non_null(bytes);
	len = read(fd, bytes, 65536);
	assert_in_range(len, 100, 65535);
	close(fd);
	*ret_len = (size_t)len;
	return bytes;
}

static void
write_record(const struct ledger *ledger, const char *id,
    const unsigned char *bytes, size_t len)
{
	int fd = open(record_of(ledger, id),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
}

static void
a_file_that_was_cut_changed_or_grown_is_trouble(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	unsigned char *bytes;
	size_t len;

	leave(ledger, ID);
	bytes = read_record(ledger, &len);
	for (size_t cut = 0; cut < len; cut++) {
		write_record(ledger, ID, bytes, cut);
		assert_int_equal(resume(ledger, &resumer), CARDEA_E_CORRUPT);
	}
	for (size_t at = 0; at < len; at++) {
		bytes[at] ^= 0x10;
		write_record(ledger, ID, bytes, len);
		assert_int_equal(resume(ledger, &resumer),
		    at == 0 ? CARDEA_E_VERSION : CARDEA_E_CORRUPT);
		bytes[at] ^= 0x10;
	}
	write_record(ledger, ID, bytes, len + 1);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_CORRUPT);
	assert_int_equal(truncate(record_of(ledger, ID), 1 << 20), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_RANGE);
	write_record(ledger, ID, bytes, len);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
	free(bytes);
}

static void
a_file_in_another_ones_place_is_trouble(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	char from[256];

	leave(ledger, ID);
	strcpy(from, record_of(ledger, ID));
	assert_int_equal(rename(from, record_of(ledger, OTHER)), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_MISSING);
	assert_int_equal(resume_id(ledger, OTHER, &resumer), CARDEA_E_CORRUPT);
}

static void
F06_links_pipes_and_directories_are_no_records(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	char kept[256];

	(void)snprintf(kept, sizeof(kept), "%s/kept", ledger->directory);
	leave(ledger, ID);
	assert_int_equal(rename(record_of(ledger, ID), kept), 0);
	assert_int_equal(symlink("../../../kept", record_of(ledger, ID)), 0);
	assert_int_equal(access(record_of(ledger, ID), F_OK), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);

	assert_int_equal(unlink(record_of(ledger, ID)), 0);
	assert_int_equal(mkfifo(record_of(ledger, ID), 0600), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);

	assert_int_equal(unlink(record_of(ledger, ID)), 0);
	assert_int_equal(mkdir(record_of(ledger, ID), 0700), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);

	assert_int_equal(rmdir(record_of(ledger, ID)), 0);
	assert_int_equal(rename(kept, record_of(ledger, ID)), 0);
	assert_int_equal(chmod(record_of(ledger, ID), 0640), 0);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);
	assert_int_equal(chmod(record_of(ledger, ID), 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(record_of(ledger, ID), 1001, 0), 0);
		assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);
		assert_int_equal(chown(record_of(ledger, ID), 0, 0), 0);
	}
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

/* ---- what stands in place of a directory ---- */

static void
is_unsafe(const struct ledger *ledger)
{
	struct cardea_txn txn = make_txn(ledger, OTHER);
	struct cardea_resumer resumer = usual(ledger);

	assert_int_equal(leave_txn(ledger, &txn), CARDEA_E_UNSAFE);
	assert_int_equal(resume(ledger, &resumer), CARDEA_E_UNSAFE);
}

/* Each way in which a directory cannot be trusted; as it was at the end. */
static void
spoil(const struct ledger *ledger, const char *path)
{
	static const mode_t modes[] = { 0770, 0707, 0722, 01777 };
	char kept[256];
	struct stat st;
	int fd;

	assert_int_equal(stat(path, &st), 0);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		is_unsafe(ledger);
	}
	assert_int_equal(chmod(path, st.st_mode & 07777), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 1001, 0), 0);
		is_unsafe(ledger);
		assert_int_equal(chown(path, 0, 0), 0);
	}

	(void)snprintf(kept, sizeof(kept), "%s/kept", ledger->directory);
	assert_int_equal(rename(path, kept), 0);
	{
		char *target = realpath(kept, NULL);

		assert_int_equal(symlink(target, path), 0);
		free(target);
	}
	is_unsafe(ledger);
	assert_int_equal(unlink(path), 0);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	is_unsafe(ledger);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rename(kept, path), 0);
}

static void
F07_no_directory_on_the_way_is_a_link_or_open_to_others(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	char path[256];

	leave(ledger, ID);
	strcpy(path, relay_of(ledger).directory);
	spoil(ledger, path);
	strcpy(path, path_of(ledger, NULL));
	spoil(ledger, path);
	strcpy(path, record_of(ledger, ""));
	path[strlen(path) - 1] = '\0';
	spoil(ledger, path);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

static void
directories_and_files_are_made_for_root_whatever_the_umask(void **state)
{
	static const mode_t umasks[] = { 0, 022, 077 };
	struct ledger *ledger = *state;
	const mode_t before = umask(0);
	struct stat st;

	for (size_t i = 0; i < sizeof(umasks) / sizeof(umasks[0]); i++) {
		(void)umask(umasks[i]);
		leave(ledger, ID);
		(void)umask(before);
		assert_int_equal(stat(relay_of(ledger).directory, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0755);
		assert_int_equal(stat(path_of(ledger, NULL), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0700);
		assert_int_equal(stat(record_of(ledger, ID), &st), 0);
		assert_int_equal(st.st_mode & 07777, 0600);
		scratch_remove(relay_of(ledger).directory);
	}
}

/* ---- what nobody comes for ---- */

static void
phases_never_resumed_are_swept_away_by_later_ones(void **state)
{
	struct ledger *ledger = *state;
	char id[CARDEA_TXN_MAX + 1];
	unsigned int leaves = 0;

	for (unsigned int i = 0; i < 40; i++) {
		snprintf(id, sizeof(id), "%032x", i);
		leave(ledger, id);
	}
	assert_int_equal(count_below(path_of(ledger, NULL)), 41);
	/* in the minute after, each of them may still be resumed */
	ledger_pass(ledger, CARDEA_RESUME_S);
	leave(ledger, ID);
	assert_int_equal(count_below(path_of(ledger, NULL)), 43);
	ledger_pass(ledger, CARDEA_RESUME_S * 2);
	/* eight things removed by each, one or two made */
	while (count_below(path_of(ledger, NULL)) > leaves + 1) {
		snprintf(id, sizeof(id), "f%031x", leaves++);
		leave(ledger, id);
		assert_in_range(leaves, 1, 6);
	}
	assert_int_equal(leaves, 6);
}

static void
leaving_for_ever_piles_nothing_up(void **state)
{
	struct ledger *ledger = *state;
	char id[CARDEA_TXN_MAX + 1];

	for (unsigned int i = 0; i < 500; i++) {
		snprintf(id, sizeof(id), "%032x", i);
		leave(ledger, id);
		ledger_pass(ledger, 7);
		/* no more than two minutes and a bit are there at once */
		assert_in_range(count_below(path_of(ledger, NULL)), 1, 40);
	}
}

static void
a_sweep_removes_what_does_not_belong_and_goes_nowhere_else(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_resumer resumer = usual(ledger);
	char outside[256], inside[512];

	leave(ledger, ID);
	(void)snprintf(
	    outside, sizeof(outside), "%s/outside", ledger->directory);
	assert_int_equal(mkdir(outside, 0700), 0);
	(void)snprintf(inside, sizeof(inside), "%s/precious", outside);
	assert_int_equal(mkdir(inside, 0700), 0);
	assert_int_equal(symlink("../../outside", path_of(ledger, "7")), 0);
	assert_int_equal(mkfifo(path_of(ledger, "8"), 0600), 0);
	assert_int_equal(mkdir(path_of(ledger, "-9"), 0700), 0);
	assert_int_equal(symlink("/", path_of(ledger, "-9/link")), 0);
	leave(ledger, OTHER);
	assert_int_equal(count_below(path_of(ledger, NULL)), 3);
	assert_int_equal(count_below(outside), 1);
	assert_int_equal(resume(ledger, &resumer), CARDEA_OK);
}

#define LEDGER_TEST(name)                                                      \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LEDGER_TEST(I04_a_phase_is_resumed_once),
		LEDGER_TEST(
		    only_the_process_that_left_or_its_root_parent_resumes),
		LEDGER_TEST(a_parent_that_was_not_recorded_is_nobody),
		LEDGER_TEST(I03_facts_that_changed_on_the_way_resume_nothing),
		LEDGER_TEST(the_session_phase_alone_may_name_another_pam_user),
		LEDGER_TEST(auth_resumes_nothing_and_no_phase_goes_back),
		LEDGER_TEST(
		    a_phase_left_too_long_ago_is_gone_by_the_monotonic_clock),
		LEDGER_TEST(
		    I02_an_id_that_is_none_finds_nothing_and_leaves_nothing),
		LEDGER_TEST(an_id_is_not_given_twice),
		LEDGER_TEST(a_phase_is_resumed_across_the_turn_of_a_minute),
		LEDGER_TEST(a_store_that_is_only_read_serves),
		LEDGER_TEST(another_seal_opens_nothing),
		LEDGER_TEST(a_file_that_was_cut_changed_or_grown_is_trouble),
		LEDGER_TEST(a_file_in_another_ones_place_is_trouble),
		LEDGER_TEST(F06_links_pipes_and_directories_are_no_records),
		LEDGER_TEST(
		    F07_no_directory_on_the_way_is_a_link_or_open_to_others),
		LEDGER_TEST(
		    directories_and_files_are_made_for_root_whatever_the_umask),
		LEDGER_TEST(phases_never_resumed_are_swept_away_by_later_ones),
		LEDGER_TEST(leaving_for_ever_piles_nothing_up),
		LEDGER_TEST(
		    a_sweep_removes_what_does_not_belong_and_goes_nowhere_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
