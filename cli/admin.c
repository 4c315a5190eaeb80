/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
#include "base/text.h"
#include "cli/admin.h"
#include "cli/terminal.h"
#include "facts/account.h"
#include "store/setup.h"

#define LOST_RACES_MAX 16

enum cardea_status
cardea_admin_load(struct cardea_admin *admin, struct cardea_call *call,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	admin->call = call;
	admin->clock = cardea_clock_read();
	status = cardea_policy_load(CARDEA_PATH_POLICY, &admin->policy, diag);
	if (status == CARDEA_E_MISSING) {
		*diag = (struct cardea_diag){ 0 };
		return cardea_diag_set(diag, status,
		    "no policy is installed: run `cardea init` first");
	}
	if (status == CARDEA_OK)
		admin->settings = cardea_policy_settings(admin->policy);
	return status;
}

enum cardea_status
cardea_admin_open(struct cardea_admin *admin, struct cardea_call *call,
    bool read_only, struct cardea_diag *diag)
{
	struct cardea_store_setup setup;
	enum cardea_status status = cardea_admin_load(admin, call, diag);

	if (status != CARDEA_OK)
		return status;
	cardea_store_setup(admin->settings, CARDEA_STORE_AS_ADMIN, &setup);
	setup.config.read_only = read_only;
	return cardea_store_open(&setup.config, &admin->store, diag);
}

void
cardea_admin_close(struct cardea_admin *admin)
{
	admin->store = cardea_store_close(admin->store);
	admin->policy = cardea_policy_free(admin->policy);
	admin->settings = NULL;
}

enum cardea_exit
cardea_admin_check_user(struct cardea_call *call, const char *user)
{
	struct cardea_account account = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	if (user[0] == '\0' || strlen(user) > CARDEA_NAME_MAX)
		return cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "a user name has 1 to %d bytes", CARDEA_NAME_MAX);
	status = cardea_account_find(user, &account, &diag);
	if (status == CARDEA_E_MISSING)
		return cardea_call_refuse(
		    call, CARDEA_EXIT_NO, "%s: no such user", user);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return CARDEA_EXIT_OK;
}

/* The login uid survives su and sudo; it is what an auditor asks for. */
static uid_t
read_login_uid(void)
{
	char text[24] = "";
	uint64_t number;
	int fd = open("/proc/self/loginuid", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	if (got <= 0 ||
	    cardea_text_number(text, 0, UINT32_MAX - 1, &number) != CARDEA_OK)
		return getuid();
	return (uid_t)number;
}

void
cardea_admin_name(char ret_name[CARDEA_NAME_MAX + 1])
{
	struct cardea_account account = { 0 };
	uid_t uid = read_login_uid();

	if (cardea_account_of(uid, &account, NULL) != CARDEA_OK)
		snprintf(account.name, sizeof(account.name), "uid:%" PRIu32,
		    (uint32_t)uid);
	memcpy(ret_name, account.name, sizeof(account.name));
}

void
cardea_admin_log(const struct cardea_admin *admin,
    const struct cardea_event *event, const char *what)
{
	struct cardea_event line = *event;
	char name[CARDEA_NAME_MAX + 1], detail[1024];

	cardea_admin_name(name);
	snprintf(detail, sizeof(detail), "%s by=%s", what, name);
	line.event = "admin";
	line.detail = detail;
	if (line.severity == 0)
		line.severity = CARDEA_SEVERITY_NOTICE;
	if (cardea_log_send(&line,
		admin->settings->log_json ? CARDEA_LOG_JSON
					  : CARDEA_LOG_LOGFMT) != CARDEA_OK)
		cardea_call_warn(admin->call,
		    "done, but syslog did not take the line about it");
}

enum cardea_exit
cardea_admin_agree(struct cardea_call *call, const char *question)
{
	if (cardea_call_has(call, "yes"))
		return CARDEA_EXIT_OK;
	if (!cardea_terminal_is_interactive())
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "standard input is not a terminal: give --yes");
	if (cardea_terminal_agree(question))
		return CARDEA_EXIT_OK;
	return cardea_call_refuse(call, CARDEA_EXIT_NO, "left as it was");
}

struct purge {
	struct cardea_change changes[CARDEA_CHANGES_MAX];
	size_t count;
};

static bool
visit_purge(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct purge *purge = context;
	struct cardea_change *change = &purge->changes[purge->count++];

	change->kind = CARDEA_CHANGE_DELETE;
	change->key = *key;
	change->version = value->version;
	return purge->count < CARDEA_CHANGES_MAX;
}

enum cardea_status
cardea_admin_purge(struct cardea_admin *admin, const char *kind,
    const char *user, uint64_t *ret_count, struct cardea_diag *diag)
{
	uint64_t done = 0;
	int races = 0;

	for (;;) {
		struct purge purge = { .count = 0 };
		struct cardea_key prefix;
		enum cardea_status status;

		status = cardea_key_make(kind, user, NULL, &prefix);
		if (status == CARDEA_OK)
			status = cardea_store_list(
			    admin->store, &prefix, visit_purge, &purge, diag);
		if (status != CARDEA_OK)
			return status;
		if (purge.count == 0)
			break;
		status = cardea_store_commit(
		    admin->store, purge.changes, purge.count, diag);
		if (status == CARDEA_E_CONFLICT && races++ < LOST_RACES_MAX)
			continue;
		if (status != CARDEA_OK)
			return status;
		done += purge.count;
	}
	*ret_count = done;
	return CARDEA_OK;
}
