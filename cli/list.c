/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/admin.h"
#include "cli/grant.h"
#include "cli/moment.h"
#include "cli/roster.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "store/record.h"
#include "store/sorted.h"

/*
 * `cardea list`: what the store remembers of users, secrets left out.  All
 * users are those that any kind of record names.
 */

static const struct cardea_option list_options[] = {
	{ NULL, NULL, NULL, false },
};

struct names {
	char **items;
	size_t count, cap;
	bool failed;
};

/* One record at a time is told; what went wrong stays here. */
struct teller {
	struct cardea_call *call;
	enum cardea_status status;
};

static bool
visit_owner(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct names *names = context;
	const char *kind, *owner, *id;

	(void)value;
	if (cardea_key_split(key, &kind, &owner, &id) != CARDEA_OK) {
		names->failed = true;
		return false;
	}
	/* one owner's records mostly stand together */
	if (names->count > 0 &&
	    strcmp(names->items[names->count - 1], owner) == 0)
		return true;
	if (names->count == names->cap) {
		size_t cap = names->cap == 0 ? 64 : names->cap * 2;
		char **items = reallocarray(names->items, cap, sizeof(*items));

		names->failed = items == NULL;
		if (names->failed)
			return false;
		names->items = items;
		names->cap = cap;
	}
	names->items[names->count] = strdup(owner);
	names->failed = names->items[names->count] == NULL;
	names->count += names->failed ? 0 : 1;
	return !names->failed;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum cardea_status
collect_names(
    struct cardea_admin *admin, struct names *names, struct cardea_diag *diag)
{
	static const char *const kinds[] = { CARDEA_KIND_TOKEN,
		CARDEA_KIND_CREDENTIAL, CARDEA_KIND_TICKET,
		CARDEA_KIND_RECOVERY, CARDEA_KIND_LOCK, CARDEA_KIND_TRIES,
		CARDEA_KIND_SESSION, CARDEA_KIND_GRANT };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct cardea_key prefix;
		enum cardea_status status = cardea_key_make(
		    kinds[i], NULL, NULL, &prefix);

		if (status == CARDEA_OK)
			status = cardea_store_list(
			    admin->store, &prefix, visit_owner, names, diag);
		if (status == CARDEA_OK && names->failed)
			status = CARDEA_E_MEMORY;
		if (status != CARDEA_OK)
			return status;
	}
	if (names->count > 1)
		qsort(names->items, names->count, sizeof(*names->items),
		    compare_names);
	return CARDEA_OK;
}

static void
free_names(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

/* --- one user ---------------------------------------------------------- */

static void
put_time(struct cardea_json *json, const char *key, int64_t time_s)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	if (time_s == 0)
		return;
	cardea_moment_format(time_s, text);
	cardea_json_text(json, key, text);
}

static void
tell_token(struct cardea_call *call, const struct cardea_otp_token *token)
{
	struct cardea_json *json = &call->out;
	char used[CARDEA_MOMENT_TEXT_MAX + 1] = "never";

	if (token->used_s != 0)
		cardea_moment_format(token->used_s, used);
	cardea_call_say(call, "  %s %s \"%s\": %s, %u digits, last used %s%s",
	    cardea_otp_kind_text(token->kind), token->id, token->name,
	    cardea_otp_hash_text(token->hash), token->digits, used,
	    token->disabled ? ", disabled" : "");
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "id", token->id);
	cardea_json_text(json, "name", token->name);
	cardea_json_text(json, "factor", cardea_otp_kind_text(token->kind));
	cardea_json_text(json, "algorithm", cardea_otp_hash_text(token->hash));
	cardea_json_number(json, "digits", token->digits);
	if (token->kind == CARDEA_OTP_TOTP) {
		cardea_json_number(json, "period_s", token->period_s);
		cardea_json_number(json, "drift", token->drift);
	}
	cardea_json_number(json, "watermark", token->watermark);
	cardea_json_bool(json, "disabled", token->disabled);
	put_time(json, "created", token->created_s);
	put_time(json, "used", token->used_s);
	put_time(json, "not_before", token->not_before_s);
	put_time(json, "not_after", token->not_after_s);
	cardea_json_shut(json);
}

/* What a person should know of a key beyond its name, as words. */
static void
list_flags(const struct cardea_fido2_credential *key, char *text, size_t size)
{
	const struct {
		bool set;
		const char *word;
	} flags[] = {
		{ key->resident, "resident" },
		{ key->demands_uv, "uv" },
		{ key->attested, "attested" },
		{ key->backup_eligible && !key->backed_up, "backup-eligible" },
		{ key->backed_up, "backed-up" },
		{ key->disabled, "disabled" },
	};
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (flags[i].set)
			len += (size_t)snprintf(
			    text + len, size - len, ", %s", flags[i].word);
	}
}

static const char *
kind_text(enum cardea_fido2_kind kind)
{
	return kind == CARDEA_FIDO2_SSH ? "ssh" : "ctap";
}

static void
put_key(struct cardea_json *json, const struct cardea_fido2_credential *key,
    const char *model)
{
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "id", key->id);
	cardea_json_text(json, "name", key->name);
	cardea_json_text(
	    json, "factor", cardea_factor_text(CARDEA_FACTOR_FIDO2));
	cardea_json_text(json, "kind", kind_text(key->kind));
	cardea_json_text(
	    json, "algorithm", cardea_fido2_algorithm_text(key->algorithm));
	cardea_json_text(json, "rp_id", key->rp_id);
	cardea_json_text(json, "model", model);
	cardea_json_number(json, "counter", key->counter);
	cardea_json_bool(json, "resident", key->resident);
	cardea_json_bool(json, "uv", key->demands_uv);
	cardea_json_bool(json, "attested", key->attested);
	cardea_json_bool(json, "backup_eligible", key->backup_eligible);
	cardea_json_bool(json, "backed_up", key->backed_up);
	cardea_json_bool(json, "disabled", key->disabled);
	put_time(json, "created", key->created_s);
	put_time(json, "used", key->used_s);
	cardea_json_shut(json);
}

static void
tell_key(struct cardea_call *call, const struct cardea_fido2_credential *key)
{
	static const unsigned char unknown[CARDEA_FIDO2_MODEL] = { 0 };
	char used[CARDEA_MOMENT_TEXT_MAX + 1] = "never";
	char created[CARDEA_MOMENT_TEXT_MAX + 1];
	char model[CARDEA_TEXT_UUID + 1] = "";
	char flags[96];

	if (key->used_s != 0)
		cardea_moment_format(key->used_s, used);
	cardea_moment_format(key->created_s, created);
	if (memcmp(key->model, unknown, sizeof(unknown)) != 0)
		cardea_text_uuid(model, key->model);
	list_flags(key, flags, sizeof(flags));
	cardea_call_say(call, "  %s %s \"%s\": %s of %s%s%s",
	    cardea_factor_text(CARDEA_FACTOR_FIDO2), key->id, key->name,
	    cardea_fido2_algorithm_text(key->algorithm), key->rp_id,
	    key->kind == CARDEA_FIDO2_SSH ? ", through ssh" : "", flags);
	cardea_call_say(call,
	    "    added %s, last used %s, counter %" PRIu32 "%s%s", created,
	    used, key->counter, model[0] == '\0' ? "" : ", model ", model);
	put_key(&call->out, key, model);
}

static enum cardea_status
tell_roster(
    struct cardea_admin *admin, const char *user, struct cardea_diag *diag)
{
	struct cardea_json *json = &admin->call->out;
	struct cardea_roster roster = { 0 };
	enum cardea_status status;
	size_t left;

	status = cardea_roster_read(admin->store, user, &roster, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_json_open_array(json, "tokens");
	for (size_t i = 0; i < roster.token_count; i++)
		tell_token(admin->call, &roster.tokens[i]);
	cardea_json_shut(json);
	cardea_json_open_array(json, "keys");
	for (size_t i = 0; i < roster.key_count; i++)
		tell_key(admin->call, &roster.keys[i]);
	cardea_json_shut(json);
	left = roster.recovery_version == 0
	    ? 0
	    : cardea_recovery_left(&roster.recovery);
	cardea_json_number(json, "recovery_left", (int64_t)left);
	if (roster.recovery_version != 0)
		cardea_call_say(admin->call,
		    "  recovery codes left: %zu of %zu", left,
		    roster.recovery.count);
	cardea_roster_clear(&roster);
	return CARDEA_OK;
}

static bool
visit_lock(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	char until[CARDEA_MOMENT_TEXT_MAX + 1] = "unlocked";
	struct teller *teller = context;
	struct cardea_json *json = &teller->call->out;
	struct cardea_lock lock = { 0 };

	(void)key;
	teller->status = cardea_record_decode_lock(value, &lock);
	if (teller->status != CARDEA_OK)
		return false;
	if (lock.until_s != 0)
		cardea_moment_format(lock.until_s, until);
	cardea_call_say(teller->call, "  locked until %s, by %s%s%s", until,
	    lock.by, lock.reason[0] == '\0' ? "" : ": ", lock.reason);
	cardea_json_open_object(json, NULL);
	put_time(json, "since", lock.since_s);
	put_time(json, "until", lock.until_s);
	cardea_json_text(json, "by", lock.by);
	cardea_json_text(json, "reason", lock.reason);
	cardea_json_shut(json);
	return true;
}

static bool
visit_tries(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct teller *teller = context;
	struct cardea_json *json = &teller->call->out;
	struct cardea_tries tries = { 0 };
	const char *kind, *owner, *source = "";

	teller->status = cardea_key_split(key, &kind, &owner, &source);
	if (teller->status == CARDEA_OK)
		teller->status = cardea_record_decode_tries(value, &tries);
	if (teller->status != CARDEA_OK)
		return false;
	if (tries.count == 0)
		return true;
	cardea_call_say(teller->call, "  refused codes: %" PRIu32 " from %s",
	    tries.count, strcmp(source, "*") == 0 ? "anywhere" : source);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "source", source);
	cardea_json_number(json, "count", tries.count);
	put_time(json, "last", tries.last_s);
	cardea_json_shut(json);
	return true;
}

static void
tell_session(struct cardea_call *call, const struct cardea_session *session)
{
	char opened[CARDEA_MOMENT_TEXT_MAX + 1];
	struct cardea_json *json = &call->out;

	cardea_moment_format(session->opened_s, opened);
	cardea_call_say(call,
	    "  session of %s since %s, from %s, rule %s, pid %ld",
	    session->service, opened, session->source, session->rule,
	    (long)session->pid);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "id", session->id);
	cardea_json_text(json, "service", session->service);
	cardea_json_text(json, "source", session->source);
	cardea_json_text(json, "tty", session->tty);
	cardea_json_text(json, "rule", session->rule);
	cardea_json_number(json, "pid", session->pid);
	put_time(json, "opened", session->opened_s);
	put_time(json, "ends", session->ends_s);
	cardea_json_shut(json);
}

static bool
visit_session(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct teller *teller = context;
	struct cardea_session *session = calloc(1, sizeof(*session));

	(void)key;
	teller->status = CARDEA_E_MEMORY;
	if (session != NULL)
		teller->status = cardea_record_decode_session(value, session);
	if (teller->status == CARDEA_OK)
		tell_session(teller->call, session);
	free(session);
	return teller->status == CARDEA_OK;
}

static bool
visit_ticket(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	char ends[CARDEA_MOMENT_TEXT_MAX + 1];
	struct teller *teller = context;
	struct cardea_json *json = &teller->call->out;
	struct cardea_ticket ticket = { 0 };

	(void)key;
	teller->status = cardea_record_decode_ticket(value, &ticket);
	if (teller->status != CARDEA_OK)
		return false;
	cardea_moment_format(ticket.ends_s, ends);
	cardea_call_say(teller->call,
	    "  a security key's enrolment waits for its answer until %s", ends);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "id", ticket.request.id);
	cardea_json_text(json, "name", ticket.name);
	cardea_json_text(json, "rp_id", ticket.request.rp_id);
	put_time(json, "created", ticket.created_s);
	put_time(json, "ends", ticket.ends_s);
	cardea_json_shut(json);
	return true;
}

static enum cardea_status
tell_records(struct cardea_admin *admin, const char *user, const char *kind,
    cardea_store_visit *visit, struct cardea_diag *diag)
{
	struct teller teller = { admin->call, CARDEA_OK };
	struct cardea_key prefix;
	enum cardea_status status = cardea_key_make(kind, user, NULL, &prefix);

	if (status == CARDEA_OK)
		status = cardea_store_list_sorted(
		    admin->store, &prefix, visit, &teller, diag);
	return status == CARDEA_OK ? teller.status : status;
}

static enum cardea_status
tell_user(
    struct cardea_admin *admin, const char *user, struct cardea_diag *diag)
{
	static const struct {
		const char *key, *kind;
		cardea_store_visit *visit;
	} parts[] = {
		{ "tickets", CARDEA_KIND_TICKET, visit_ticket },
		{ "locks", CARDEA_KIND_LOCK, visit_lock },
		{ "tries", CARDEA_KIND_TRIES, visit_tries },
		{ "sessions", CARDEA_KIND_SESSION, visit_session },
	};
	struct cardea_json *json = &admin->call->out;
	enum cardea_status status;

	cardea_call_say(admin->call, "%s", user);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "user", user);
	status = tell_roster(admin, user, diag);
	for (size_t i = 0;
	     i < sizeof(parts) / sizeof(parts[0]) && status == CARDEA_OK; i++) {
		cardea_json_open_array(json, parts[i].key);
		status = tell_records(
		    admin, user, parts[i].kind, parts[i].visit, diag);
		cardea_json_shut(json);
	}
	if (status == CARDEA_OK)
		status = cardea_grant_tell_user(admin, user, diag);
	cardea_json_shut(json);
	return status;
}

static enum cardea_status
tell_all(struct cardea_admin *admin, struct cardea_diag *diag)
{
	struct names names = { 0 };
	enum cardea_status status = collect_names(admin, &names, diag);

	for (size_t i = 0; i < names.count && status == CARDEA_OK; i++) {
		if (i > 0 && strcmp(names.items[i - 1], names.items[i]) == 0)
			continue;
		status = tell_user(admin, names.items[i], diag);
	}
	free_names(&names);
	return status;
}

static enum cardea_exit
run_list(struct cardea_call *call)
{
	enum cardea_exit code = CARDEA_EXIT_OK;
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_admin_open(&admin, call, true, &diag);
	if (status == CARDEA_OK) {
		cardea_json_open_array(&call->out, "users");
		status = call->operand_count == 1
		    ? tell_user(&admin, call->operands[0], &diag)
		    : tell_all(&admin, &diag);
		cardea_json_shut(&call->out);
	}
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_list = {
	"list",
	"[USER]",
	0,
	1,
	"list tokens, keys, codes left, locks, tries, sessions, grants",
	true,
	list_options,
	run_list,
};
