/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/paths.h"
#include "base/text.h"
#include "cli/moment.h"
#include "cli/refresh.h"
#include "cli/verbs.h"
#include "store/setup.h"

#define TIMEOUT_MAX_S 3600

static const struct cardea_option refresh_options[] = {
	{ "only", "NAME", "this authority, or address list, alone", true },
	{ "timeout", "TIME", "for each transfer: 30s, 15m (by what it is)",
	    false },
	{ "dry-run", NULL, "fetch and judge, and leave all as it is", false },
	{ NULL, NULL, NULL, false },
};

/* --- what authorities have in common ------------------------------------- */

static enum cardea_status
read_pem(const char *path, char **ret_text, size_t *ret_len,
    struct cardea_diag *diag)
{
	if (path[0] == '\0')
		return CARDEA_OK;
	return cardea_file_read(path, CARDEA_FILE_CONFIG, CARDEA_CERT_FILE_MAX,
	    ret_text, ret_len, diag);
}

enum cardea_status
cardea_refresh_read_files(const struct cardea_authority *authority,
    struct cardea_refresh_files *ret_files, struct cardea_diag *diag)
{
	struct cardea_refresh_files files = { .trust = NULL };
	enum cardea_status status;

	status = read_pem(
	    authority->trust, &files.trust, &files.trust_len, diag);
	if (status == CARDEA_OK)
		status = read_pem(authority->intermediates,
		    &files.intermediates, &files.intermediates_len, diag);
	if (status == CARDEA_OK)
		status = read_pem(authority->list_keys, &files.list_keys,
		    &files.list_keys_len, diag);
	if (status != CARDEA_OK) {
		cardea_refresh_clear_files(&files);
		return status;
	}
	*ret_files = files;
	return CARDEA_OK;
}

void
cardea_refresh_clear_files(struct cardea_refresh_files *files)
{
	free(files->trust);
	free(files->intermediates);
	free(files->list_keys);
	memset(files, 0, sizeof(*files));
}

static struct cardea_cert_bytes
bytes_of(const char *text, size_t len)
{
	const struct cardea_cert_bytes bytes = {
		.data = (const unsigned char *)text,
		.len = len,
	};

	return bytes;
}

struct cardea_lists_call
cardea_refresh_call(const struct cardea_refresh *refresh,
    const struct cardea_authority *authority,
    const struct cardea_refresh_files *files, enum cardea_lists_task task)
{
	const struct cardea_lists_call call = {
		.task = task,
		.now_s = refresh->admin.clock.time_s,
		.max_age_s = authority->max_age_s,
		.trust = bytes_of(files->trust, files->trust_len),
		.intermediates = bytes_of(
		    files->intermediates, files->intermediates_len),
		.list_keys = bytes_of(files->list_keys, files->list_keys_len),
	};

	return call;
}

void
cardea_refresh_note(struct cardea_refresh *refresh,
    const struct cardea_authority *authority,
    struct cardea_cert_state_list *list)
{
	memcpy(list->authority, authority->name, sizeof(list->authority));
	if (cardea_cert_state_set(&refresh->state, list) != CARDEA_OK)
		refresh->failed++;
}

/* --- telling ------------------------------------------------------------- */

const char *
cardea_refresh_outcome_text(enum cardea_refresh_outcome outcome)
{
	switch (outcome) {
	case CARDEA_REFRESH_NEW:
		return "new";
	case CARDEA_REFRESH_SAME:
		return "same";
	case CARDEA_REFRESH_STALE:
		return "stale";
	case CARDEA_REFRESH_FAILED:
		break;
	}
	return "failed";
}

static const char *
answer_text(const struct cardea_lists_info *info)
{
	if (info->answer == CARDEA_LISTS_REVOKED)
		return "revoked";
	return info->answer == CARDEA_LISTS_UNKNOWN ? "unknown" : "good";
}

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
put_item(struct cardea_json *json, const struct cardea_refresh_item *item,
    const char *reason)
{
	const struct cardea_lists_info *info = &item->info;
	bool failed = item->outcome == CARDEA_REFRESH_FAILED;

	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "authority", item->authority->name);
	if (item->certificate[0] != '\0')
		cardea_json_text(json, "certificate", item->certificate);
	else
		cardea_json_number(json, "list", (int64_t)item->number);
	cardea_json_text(json, "source", item->source);
	cardea_json_text(
	    json, "outcome", cardea_refresh_outcome_text(item->outcome));
	if (reason[0] != '\0')
		cardea_json_text(json, "reason", reason);
	if (!failed) {
		cardea_json_number(json, "bytes", (int64_t)item->len);
		put_time(json, "this_update", info->this_update_s);
		put_time(json, "next_update", info->next_update_s);
	}
	if (!failed && item->certificate[0] != '\0') {
		cardea_json_text(json, "answer", answer_text(info));
	} else if (!failed) {
		cardea_json_text(json, "number", info->number);
		cardea_json_number(json, "entries", (int64_t)info->entries);
		cardea_json_bool(json, "delta", info->delta);
	}
	cardea_json_shut(json);
}

static void
say_item(struct cardea_call *call, const struct cardea_refresh_item *item,
    const char *reason)
{
	char next[CARDEA_MOMENT_TEXT_MAX + 1] = "not told";
	const char *name = item->authority->name;

	if (item->outcome == CARDEA_REFRESH_FAILED ||
	    item->outcome == CARDEA_REFRESH_STALE) {
		cardea_call_warn(
		    call, "%s: %s: %s", name, item->source, reason);
		return;
	}
	if (item->info.next_update_s != 0)
		cardea_moment_format(item->info.next_update_s, next);
	if (item->certificate[0] != '\0')
		cardea_call_say(call, "%s: certificate %.16s...: %s, until %s",
		    name, item->certificate, answer_text(&item->info), next);
	else
		cardea_call_say(call,
		    "%s: %s: %s, number %s, entries %" PRIu64 ", until %s",
		    name, item->source,
		    cardea_refresh_outcome_text(item->outcome),
		    item->info.number[0] == '\0' ? "-" : item->info.number,
		    item->info.entries, next);
}

void
cardea_refresh_log(struct cardea_refresh *refresh,
    enum cardea_refresh_outcome outcome, const char *source, const char *reason)
{
	const struct cardea_event event = {
		.severity = CARDEA_SEVERITY_WARNING,
		.reason = reason,
	};
	char what[CARDEA_URL_MAX + 64];

	(void)snprintf(what, sizeof(what), "refresh %s source=%s",
	    cardea_refresh_outcome_text(outcome), source);
	cardea_admin_log(&refresh->admin, &event, what);
}

void
cardea_refresh_tell(
    struct cardea_refresh *refresh, const struct cardea_refresh_item *item)
{
	char reason[1024] = "";
	bool is_well = item->outcome == CARDEA_REFRESH_NEW ||
	    item->outcome == CARDEA_REFRESH_SAME;

	if (item->outcome == CARDEA_REFRESH_FAILED)
		cardea_diag_format(&item->diag, reason, sizeof(reason));
	if (item->outcome == CARDEA_REFRESH_STALE)
		(void)snprintf(reason, sizeof(reason),
		    "the newest there is has ended or is too old");
	if (is_well)
		refresh->fresh++;
	else
		refresh->failed++;
	if (!is_well && !refresh->dry_run)
		cardea_refresh_log(
		    refresh, item->outcome, item->source, reason);
	if (refresh->admin.call->json)
		put_item(&refresh->admin.call->out, item, reason);
	else
		say_item(refresh->admin.call, item, reason);
}

/* --- one authority ------------------------------------------------------- */

bool
cardea_refresh_is_wanted(const struct cardea_call *call, const char *name)
{
	const char *only;
	size_t at = 0;

	if (!cardea_call_has(call, "only"))
		return true;
	while ((only = cardea_call_next(call, "only", &at)) != NULL) {
		if (strcmp(only, name) == 0)
			return true;
	}
	return false;
}

static void
refresh_authority(
    struct cardea_refresh *refresh, const struct cardea_authority *authority)
{
	bool asks = authority->ocsp[0] != '\0' &&
	    authority->kind == CARDEA_AUTHORITY_X509;
	struct cardea_refresh_files files = { .trust = NULL };
	struct cardea_refresh_item item = {
		.authority = authority,
		.source = authority->trust,
	};

	if (authority->list_count == 0 && !asks)
		return;
	if (cardea_refresh_read_files(authority, &files, &item.diag) !=
	    CARDEA_OK) {
		cardea_refresh_tell(refresh, &item);
		return;
	}
	for (size_t i = 0; i < authority->list_count; i++)
		cardea_refresh_list(refresh, authority, &files, i);
	if (asks)
		cardea_refresh_answers(refresh, authority, &files);
	cardea_refresh_clear_files(&files);
}

static bool
has_answers(const struct cardea_settings *settings)
{
	for (size_t i = 0; i < settings->authority_count; i++) {
		if (settings->authorities[i].ocsp[0] != '\0')
			return true;
	}
	return false;
}

/* --- the whole ----------------------------------------------------------- */

/* Lists need no store, and are the more wanted when it is broken. */
static enum cardea_status
open_policy(struct cardea_refresh *refresh, struct cardea_call *call,
    struct cardea_diag *diag)
{
	struct cardea_admin *admin = &refresh->admin;
	struct cardea_diag store_diag = { .line = 0 };
	struct cardea_store_setup setup;
	enum cardea_status status;
	char text[1024];

	admin->call = call;
	admin->clock = cardea_clock_read();
	status = cardea_policy_load(CARDEA_PATH_POLICY, &admin->policy, diag);
	if (status != CARDEA_OK)
		return status;
	admin->settings = cardea_policy_settings(admin->policy);
	if (!has_answers(admin->settings))
		return CARDEA_OK;
	cardea_store_setup(admin->settings, CARDEA_STORE_AS_HOST, &setup);
	setup.config.read_only = true;
	if (cardea_store_open(&setup.config, &admin->store, &store_diag) ==
	    CARDEA_OK)
		return CARDEA_OK;
	refresh->failed++;
	cardea_diag_format(&store_diag, text, sizeof(text));
	cardea_call_warn(
	    call, "no OCSP answers for the devices of the store: %s", text);
	return CARDEA_OK;
}

static enum cardea_status
open_revocation(struct cardea_refresh *refresh, struct cardea_diag *diag)
{
	enum cardea_status status;

	refresh->folder = refresh->admin.settings->revocation_path;
	status = read_pem(refresh->admin.settings->refresh_trust,
	    &refresh->trust, &refresh->trust_len, diag);
	if (status == CARDEA_OK)
		status = cardea_refresh_enter(
		    refresh->folder, &refresh->folder_fd, diag);
	if (status != CARDEA_OK)
		return status;
	/* a damaged one is made anew, from nothing */
	if (cardea_cert_state_read(refresh->folder, &refresh->state, NULL) !=
	    CARDEA_OK)
		refresh->state.count = 0;
	return CARDEA_OK;
}

/* What is no longer in the settings would be stale for ever. */
static void
forget(struct cardea_refresh *refresh)
{
	const struct cardea_settings *settings = refresh->admin.settings;
	struct cardea_cert_state kept = { .count = 0 };

	for (size_t i = 0; i < settings->authority_count; i++) {
		const struct cardea_authority *at = &settings->authorities[i];

		for (uint32_t k = 0; k <= CARDEA_CERT_STATE_OCSP; k++) {
			const struct cardea_cert_state_list *list;

			list = cardea_cert_state_find(
			    &refresh->state, at->name, k);
			if (list != NULL &&
			    (k < at->list_count || k == CARDEA_CERT_STATE_OCSP))
				kept.lists[kept.count++] = *list;
		}
	}
	refresh->state = kept;
}

static enum cardea_exit
finish(struct cardea_refresh *refresh, struct cardea_diag *diag)
{
	struct cardea_call *call = refresh->admin.call;
	const struct cardea_event event = {
		.severity = refresh->failed > 0 ? CARDEA_SEVERITY_WARNING
						: CARDEA_SEVERITY_INFO,
	};
	enum cardea_status status = CARDEA_OK;
	char what[96];

	forget(refresh);
	if (!refresh->dry_run)
		status = cardea_cert_state_write(
		    refresh->folder, &refresh->state, diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, diag);
	cardea_json_number(&call->out, "fresh", (int64_t)refresh->fresh);
	cardea_json_number(&call->out, "failed", (int64_t)refresh->failed);
	(void)snprintf(what, sizeof(what),
	    "refresh fresh=%" PRIu64 " failed=%" PRIu64, refresh->fresh,
	    refresh->failed);
	if (!refresh->dry_run)
		cardea_admin_log(&refresh->admin, &event, what);
	return refresh->failed > 0 ? CARDEA_EXIT_NO : CARDEA_EXIT_OK;
}

static bool
has_name(const struct cardea_refresh *refresh, const char *name)
{
	const struct cardea_settings *settings = refresh->admin.settings;
	const struct cardea_policy *policy = refresh->admin.policy;
	struct cardea_policy_list list;

	for (size_t i = 0; i < settings->authority_count; i++) {
		if (strcmp(settings->authorities[i].name, name) == 0)
			return true;
	}
	for (size_t i = 0; i < cardea_policy_list_count(policy); i++) {
		if (cardea_policy_list(policy, i, &list) == CARDEA_OK &&
		    strcmp(list.path, name) == 0)
			return true;
	}
	return false;
}

static enum cardea_exit
check_names(const struct cardea_refresh *refresh, struct cardea_call *call)
{
	const char *only;
	size_t at = 0;

	while ((only = cardea_call_next(call, "only", &at)) != NULL) {
		if (!has_name(refresh, only))
			return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
			    "--only: no authority, and no address list of the "
			    "policy, is called \"%s\"",
			    only);
	}
	return CARDEA_EXIT_OK;
}

static void
refresh_authorities(struct cardea_refresh *refresh)
{
	const struct cardea_settings *settings = refresh->admin.settings;
	struct cardea_call *call = refresh->admin.call;

	cardea_json_open_array(&call->out, "lists");
	for (size_t i = 0; i < settings->authority_count; i++) {
		if (cardea_refresh_is_wanted(
			call, settings->authorities[i].name))
			refresh_authority(refresh, &settings->authorities[i]);
	}
	cardea_json_shut(&call->out);
}

/* Address lists come first: they need nothing of what may fail behind them. */
static enum cardea_exit
refresh_all(struct cardea_refresh *refresh, struct cardea_call *call)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = open_policy(refresh, call, &diag);
	enum cardea_exit code;

	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	code = check_names(refresh, call);
	if (code != CARDEA_EXIT_OK)
		return code;
	cardea_refresh_netlists(refresh);
	status = open_revocation(refresh, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	refresh_authorities(refresh);
	return finish(refresh, &diag);
}

static enum cardea_exit
run_refresh(struct cardea_call *call)
{
	static struct cardea_refresh refresh; /* too large for a stack */
	const char *timeout = cardea_call_text(call, "timeout");
	enum cardea_exit code;

	refresh.folder_fd = -1;
	refresh.dry_run = cardea_call_has(call, "dry-run");
	refresh.shows_progress = isatty(STDERR_FILENO) == 1 && !call->json;
	if (timeout != NULL &&
	    (cardea_text_duration(timeout, TIMEOUT_MAX_S, &refresh.timeout_s) !=
		    CARDEA_OK ||
		refresh.timeout_s == 0))
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--timeout: wants a time like 30s or 15m, 1h at most");
	code = refresh_all(&refresh, call);
	if (refresh.folder_fd >= 0)
		(void)close(refresh.folder_fd);
	free(refresh.trust);
	cardea_admin_close(&refresh.admin);
	return code;
}

const struct cardea_command cardea_verb_refresh = {
	"refresh",
	"",
	0,
	0,
	"fetch and prepare what logins look up: revocations, address lists",
	true,
	refresh_options,
	run_refresh,
};
