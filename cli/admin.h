/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ADMIN_H
#define CARDEA_CLI_ADMIN_H

#include <cardea/log.h>
#include <cardea/policy.h>
#include <cardea/store.h>

#include "base/clock.h"
#include "cli/command.h"

/*
 * An administrator at work on the store of this host: opened as the installed
 * policy says, so that the command and the logins cannot mean two stores.
 * Each change leaves one line in syslog that names who made it.
 */
struct cardea_admin {
	struct cardea_call *call;
	struct cardea_policy *policy;
	const struct cardea_settings *settings; /* borrowed from policy */
	struct cardea_store *store;
	struct cardea_clock clock; /* read once, when opened */
};

/* cardea_admin_load: fills a zeroed admin with all but the store. Close it in
 * any case. */
CARDEA_MUST_USE enum cardea_status cardea_admin_load(struct cardea_admin *admin,
    struct cardea_call *call, struct cardea_diag *diag);

/* cardea_admin_open: the same with the store. */
CARDEA_MUST_USE enum cardea_status cardea_admin_open(struct cardea_admin *admin,
    struct cardea_call *call, bool read_only, struct cardea_diag *diag);
void cardea_admin_close(struct cardea_admin *admin);

/* cardea_admin_check_user: is this an account of this host?  A negative exit
 * has been told to the person. */
enum cardea_exit
cardea_admin_check_user(struct cardea_call *call, const char *user);

/* cardea_admin_name: who sits here, by the login uid that survives sudo. */
void cardea_admin_name(char ret_name[CARDEA_NAME_MAX + 1]);

/* cardea_admin_log: event=admin with the user, factor and credential of the
 * event given; what is "lock name=... " and is completed by who did it. A log
 * that takes nothing is worth a warning, not a failure: the change stands. */
void cardea_admin_log(const struct cardea_admin *admin,
    const struct cardea_event *event, const char *what);

/* cardea_admin_purge: deletes all records of one kind and owner, however many
 * commits that takes; ret_count says how many there were. */
CARDEA_MUST_USE enum cardea_status
cardea_admin_purge(struct cardea_admin *admin, const char *kind,
    const char *user, uint64_t *ret_count, struct cardea_diag *diag);

/* cardea_admin_agree: OK for --yes, or a person who says yes; else the exit,
 * of which the person has been told why. */
enum cardea_exit
cardea_admin_agree(struct cardea_call *call, const char *question);

#endif
