/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/admin.h"
#include "cli/moment.h"
#include "cli/verbs.h"
#include "facts/account.h"
#include "store/record.h"

/*
 * `cardea lock` and `unlock`.  A name that the name service does not know may
 * be locked (it may be down, or lose people), with a warning, since a typing
 * error here locks nobody.
 */

#define LOCK_MAX_S (3650u * 86400u)

static const struct cardea_option lock_options[] = {
	{ "for", "TIME", "how long: 45s, 15m, 10h, 7d (until unlocked)",
	    false },
	{ "reason", "TEXT", "kept with the lock, and logged", false },
	{ NULL, NULL, NULL, false },
};

static const struct cardea_option unlock_options[] = {
	{ "tries", NULL, "also forget refused codes, and so end delays",
	    false },
	{ NULL, NULL, NULL, false },
};

/* version 0 where the user is not locked; ret_lock may be NULL */
static enum cardea_status
read_lock(struct cardea_admin *admin, const char *user,
    struct cardea_change *ret_change, struct cardea_lock *ret_lock,
    struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_change change = { 0 };
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_LOCK, user, "", &change.key);
	if (status == CARDEA_OK)
		status = cardea_store_get(
		    admin->store, &change.key, &value, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	if (status == CARDEA_OK && ret_lock != NULL)
		status = cardea_record_decode_lock(&value, ret_lock);
	else
		status = CARDEA_OK;
	change.version = value.version;
	cardea_value_clear(&value);
	if (status == CARDEA_OK)
		*ret_change = change;
	return status;
}

static bool
ends_later(const struct cardea_lock *lock, const struct cardea_lock *other)
{
	return other->until_s != 0 &&
	    (lock->until_s == 0 || lock->until_s > other->until_s);
}

/* A lock that ends later stays as it is, and is then what *lock becomes: an
 * alarm's lock for minutes must not end the one that somebody meant for good.
 */
static enum cardea_status
put_lock(struct cardea_admin *admin, const char *user, struct cardea_lock *lock,
    struct cardea_diag *diag)
{
	struct cardea_change change = { 0 };
	struct cardea_value value = { 0 };
	struct cardea_lock old = { 0 };
	enum cardea_status status;

	status = read_lock(admin, user, &change, &old, diag);
	if (status == CARDEA_OK && change.version != 0 &&
	    ends_later(&old, lock)) {
		*lock = old;
		return CARDEA_OK;
	}
	if (status == CARDEA_OK)
		status = cardea_record_encode_lock(lock, &value);
	if (status == CARDEA_OK) {
		change.kind = CARDEA_CHANGE_PUT;
		change.data = value.data;
		change.len = value.len;
		status = cardea_store_commit(admin->store, &change, 1, diag);
	}
	cardea_value_clear(&value);
	return status;
}

static enum cardea_exit
read_lock_options(
    struct cardea_call *call, int64_t now_s, struct cardea_lock *ret_lock)
{
	const char *reason = cardea_call_text(call, "reason");
	const char *length = cardea_call_text(call, "for");
	uint32_t seconds = 0;

	if (cardea_text_copy(ret_lock->reason, sizeof(ret_lock->reason),
		reason) != CARDEA_OK)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--reason: longer than %d bytes", CARDEA_TEXT_MAX);
	if (length != NULL &&
	    (cardea_text_duration(length, LOCK_MAX_S, &seconds) != CARDEA_OK ||
		seconds == 0))
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--for: wants a time like 45s, 15m, 10h or 7d");
	ret_lock->since_s = now_s;
	ret_lock->until_s = length == NULL ? 0 : now_s + seconds;
	return CARDEA_EXIT_OK;
}

static void
warn_unknown(struct cardea_call *call, const char *user)
{
	struct cardea_account account = { 0 };

	if (cardea_account_find(user, &account, NULL) != CARDEA_OK)
		cardea_call_warn(
		    call, "%s is not a user that this host knows", user);
}

static void
tell_locked(struct cardea_admin *admin, const char *user,
    const struct cardea_lock *lock)
{
	struct cardea_json *json = &admin->call->out;
	char until[CARDEA_MOMENT_TEXT_MAX + 1] = "unlocked";
	char what[CARDEA_MOMENT_TEXT_MAX + 32];
	const struct cardea_event event = {
		.severity = CARDEA_SEVERITY_WARNING,
		.user = user,
		.reason = lock->reason,
	};

	if (lock->until_s != 0)
		cardea_moment_format(lock->until_s, until);
	snprintf(what, sizeof(what), "lock until=%s", until);
	cardea_admin_log(admin, &event, what);
	cardea_json_text(json, "user", user);
	cardea_json_bool(json, "locked", true);
	if (lock->until_s != 0)
		cardea_json_number(json, "until_s", lock->until_s);
	cardea_call_say(admin->call, "%s is locked until %s.", user, until);
}

static enum cardea_exit
run_lock(struct cardea_call *call)
{
	const char *user = call->operands[0];
	struct cardea_admin admin = { 0 };
	struct cardea_lock lock = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	code = read_lock_options(call, cardea_clock_read().time_s, &lock);
	if (code != CARDEA_EXIT_OK)
		return code;
	if (user[0] == '\0' || strlen(user) > CARDEA_NAME_MAX)
		return cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "a user name has 1 to %d bytes", CARDEA_NAME_MAX);
	cardea_admin_name(lock.by);
	status = cardea_admin_open(&admin, call, false, &diag);
	if (status == CARDEA_OK)
		status = put_lock(&admin, user, &lock, &diag);
	if (status == CARDEA_OK) {
		warn_unknown(call, user);
		tell_locked(&admin, user, &lock);
	} else {
		code = cardea_call_trouble(call, status, &diag);
	}
	cardea_admin_close(&admin);
	return code;
}

static enum cardea_status
unlock(struct cardea_admin *admin, const char *user, bool *ret_was_locked,
    struct cardea_diag *diag)
{
	struct cardea_change change = { 0 };
	enum cardea_status status = read_lock(admin, user, &change, NULL, diag);

	if (status != CARDEA_OK)
		return status;
	*ret_was_locked = change.version != 0;
	if (!*ret_was_locked)
		return CARDEA_OK;
	change.kind = CARDEA_CHANGE_DELETE;
	return cardea_store_commit(admin->store, &change, 1, diag);
}

static void
tell_unlocked(struct cardea_admin *admin, const char *user, bool was_locked,
    uint64_t tries)
{
	struct cardea_json *json = &admin->call->out;
	const struct cardea_event event = { .user = user };

	if (was_locked || tries > 0)
		cardea_admin_log(
		    admin, &event, was_locked ? "unlock" : "forget tries");
	cardea_json_text(json, "user", user);
	cardea_json_bool(json, "locked", false);
	cardea_json_bool(json, "was_locked", was_locked);
	cardea_json_number(json, "tries_forgotten", (int64_t)tries);
	cardea_call_say(admin->call, "%s %s locked%s.", user,
	    was_locked ? "is no longer" : "was not",
	    tries > 0 ? "; refused codes are forgotten" : "");
}

static enum cardea_exit
run_unlock(struct cardea_call *call)
{
	const char *user = call->operands[0];
	enum cardea_exit code = CARDEA_EXIT_OK;
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	bool was_locked = false;
	uint64_t tries = 0;
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, false, &diag);
	if (status == CARDEA_OK)
		status = unlock(&admin, user, &was_locked, &diag);
	if (status == CARDEA_OK && cardea_call_has(call, "tries"))
		status = cardea_admin_purge(
		    &admin, CARDEA_KIND_TRIES, user, &tries, &diag);
	if (status == CARDEA_OK)
		tell_unlocked(&admin, user, was_locked, tries);
	else
		code = cardea_call_trouble(call, status, &diag);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_lock = {
	"lock",
	"USER",
	1,
	1,
	"deny a user everything, until unlocked or for a time",
	true,
	lock_options,
	run_lock,
};

const struct cardea_command cardea_verb_unlock = {
	"unlock",
	"USER",
	1,
	1,
	"end the lock of a user",
	true,
	unlock_options,
	run_unlock,
};
