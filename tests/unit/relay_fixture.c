/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "unit/relay_fixture.h"

const char *
path_of(const struct ledger *ledger, const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof(path), "%s/run/relay%s%s",
	    ledger->directory, name != NULL ? "/" : "",
	    name != NULL ? name : "");
	return path;
}

const char *
record_of(const struct ledger *ledger, const char *id)
{
	char name[128];

	(void)snprintf(name, sizeof(name), "%lld/%s",
	    (long long)(ledger->clock.monotonic_ms / MINUTE_MS), id);
	return path_of(ledger, name);
}

size_t
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

struct cardea_relay
relay_of(const struct ledger *ledger)
{
	static char run[128];

	(void)snprintf(run, sizeof(run), "%s/run", ledger->directory);
	return (
	    struct cardea_relay){ .directory = run, .store = ledger->store };
}

struct cardea_txn
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

enum cardea_status
leave_txn(const struct ledger *ledger, const struct cardea_txn *txn)
{
	const struct cardea_relay relay = relay_of(ledger);
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = cardea_relay_leave(&relay, txn, &diag);

	assert_true((status == CARDEA_OK) == (diag.reason[0] == '\0'));
	return status;
}

void
leave(const struct ledger *ledger, const char *id)
{
	struct cardea_txn txn = make_txn(ledger, id);

	assert_int_equal(leave_txn(ledger, &txn), CARDEA_OK);
}

enum cardea_status
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

enum cardea_status
resume(const struct ledger *ledger, const struct cardea_resumer *resumer)
{
	return resume_id(ledger, ID, resumer);
}

struct cardea_resumer
usual(const struct ledger *ledger)
{
	return (struct cardea_resumer){ .phase = CARDEA_PHASE_ACCOUNT,
		.pid = PID,
		.pid_start = START,
		.request = &ledger->request };
}
