/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/paths.h"
#include "cli/admin.h"
#include "cli/check_places.h"
#include "cli/cover.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "facts/netlist.h"
#include "policy/lint.h"
#include "policy/source.h"

/*
 * `cardea check`: reads the source files as they will be read for logins, and
 * only with --install makes logins obey them, as visudo does.
 */

static const struct cardea_option check_options[] = {
	{ "install", NULL, "make it the policy that logins obey", false },
	{ "users", NULL, "hold the rules against the users of this host",
	    false },
	{ "config", "FILE", "settings instead of cardea.conf", false },
	{ "policy", "FILE", "rules instead of policy.conf", false },
	{ "policy-dir", "DIR", "more rules instead of policy.d", false },
	{ "output", "FILE", "with --install: where to put it", false },
	{ NULL, NULL, NULL, false },
};

struct examination {
	struct cardea_call *call;
	void *image;
	size_t len;
	struct cardea_policy *policy;
	size_t warnings;
	size_t uncovered;
};

static struct cardea_source_paths
choose_paths(const struct cardea_call *call)
{
	struct cardea_source_paths paths = cardea_source_default();
	const char *settings = cardea_call_text(call, "config");
	const char *rules = cardea_call_text(call, "policy");
	const char *folder = cardea_call_text(call, "policy-dir");

	if (settings != NULL)
		paths.settings = settings;
	/* files of one's own do not mix with the host's */
	if (rules != NULL) {
		paths.rules = rules;
		paths.folder = NULL;
	}
	if (folder != NULL)
		paths.folder = folder;
	return paths;
}

static void
tell_warning(const struct cardea_diag *warning, void *context)
{
	struct examination *examination = context;
	struct cardea_json *json = &examination->call->out;
	char text[1024];

	examination->warnings++;
	cardea_diag_format(warning, text, sizeof(text));
	cardea_call_warn(examination->call, "%s", text);
	cardea_json_open_object(json, NULL);
	if (warning->file[0] != '\0')
		cardea_json_text(json, "file", warning->file);
	if (warning->line != 0)
		cardea_json_number(json, "line", warning->line);
	cardea_json_text(json, "key", warning->key);
	cardea_json_text(json, "reason", warning->reason);
	cardea_json_shut(json);
}

static void
tell_uncovered(const char *user, const char *service, void *context)
{
	struct examination *examination = context;
	struct cardea_json *json = &examination->call->out;

	examination->uncovered++;
	cardea_call_say(examination->call,
	    "no rule covers user %s with service %s", user, service);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "user", user);
	cardea_json_text(json, "service", service);
	cardea_json_shut(json);
}

static void
tell_unknown(const char *kind, const char *name, void *context)
{
	struct examination *examination = context;
	struct cardea_json *json = &examination->call->out;

	examination->warnings++;
	cardea_call_warn(examination->call,
	    "a rule names %s %s, which this host does not know", kind, name);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "kind", kind);
	cardea_json_text(json, "name", name);
	cardea_json_shut(json);
}

static enum cardea_status
look_for_users(struct examination *examination, struct cardea_diag *diag)
{
	struct cardea_call *call = examination->call;
	enum cardea_status status;
	size_t users = 0;

	if (!cardea_call_has(call, "users"))
		return CARDEA_OK;
	cardea_json_open_array(&call->out, "unknown");
	cardea_cover_names(examination->policy, tell_unknown, examination);
	cardea_json_shut(&call->out);
	cardea_json_open_array(&call->out, "uncovered");
	status = cardea_cover_walk(
	    examination->policy, tell_uncovered, examination, &users, diag);
	cardea_json_shut(&call->out);
	if (status == CARDEA_OK)
		cardea_call_say(call, "%zu users looked at, %zu gaps", users,
		    examination->uncovered);
	return status;
}

static enum cardea_status
install(struct examination *examination, struct cardea_diag *diag)
{
	struct cardea_call *call = examination->call;
	const char *output = cardea_call_text(call, "output");
	const char *digest = cardea_policy_digest(examination->policy);
	const char *path = output == NULL ? CARDEA_PATH_POLICY : output;
	const struct cardea_admin admin = {
		.call = call,
		.settings = cardea_policy_settings(examination->policy),
	};
	char short_digest[13] = "";
	const struct cardea_event event = { .policy = short_digest };
	enum cardea_status status;

	cardea_json_bool(
	    &call->out, "installed", cardea_call_has(call, "install"));
	if (!cardea_call_has(call, "install"))
		return CARDEA_OK;
	status = cardea_source_install(
	    examination->image, examination->len, path, diag);
	if (status != CARDEA_OK)
		return status;
	memcpy(short_digest, digest, sizeof(short_digest) - 1);
	if (output == NULL)
		cardea_admin_log(&admin, &event, "install policy");
	cardea_call_say(call, "installed as %s", path);
	return CARDEA_OK;
}

/* Lists that no login can use yet: their zones would be unknown, and who did
 * not run refresh would look for the reason in the rules. */
static void
look_for_lists(struct examination *examination)
{
	const struct cardea_policy *policy = examination->policy;
	const char *folder = cardea_policy_settings(policy)->lists_path;
	size_t count = cardea_policy_list_count(policy);
	struct cardea_netlist_state state;
	struct cardea_policy_list list;

	/* what is put elsewhere is another host's */
	if (!cardea_call_has(examination->call, "install") ||
	    cardea_call_has(examination->call, "output"))
		return;
	for (size_t i = 0; i < count; i++) {
		if (cardea_policy_list(policy, i, &list) != CARDEA_OK)
			continue;
		cardea_netlist_state(
		    folder, &list, cardea_clock_read().time_s, &state);
		if (!state.usable)
			tell_warning(&state.diag, examination);
	}
}

static enum cardea_status
examine(struct examination *examination, struct cardea_diag *diag)
{
	struct cardea_call *call = examination->call;
	size_t rules = cardea_policy_rule_count(examination->policy);
	const char *digest = cardea_policy_digest(examination->policy);
	int64_t now_s = cardea_clock_read().time_s;
	struct cardea_check_places places;
	enum cardea_status status;

	cardea_check_places_open(&places, examination->policy, now_s);
	cardea_json_text(&call->out, "digest", digest);
	cardea_json_number(&call->out, "rules", (int64_t)rules);
	cardea_json_open_array(&call->out, "warnings");
	status = cardea_lint(
	    examination->policy, now_s, tell_warning, examination);
	look_for_lists(examination);
	cardea_check_places_warn(
	    &places, examination->policy, tell_warning, examination);
	cardea_json_shut(&call->out);
	cardea_check_places_say(&places, examination->policy, call);
	if (status == CARDEA_OK)
		status = look_for_users(examination, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_call_say(call, "%zu rules, %zu warnings, digest %s", rules,
	    examination->warnings, digest);
	return install(examination, diag);
}

/* The files' fault is a clear no; everything else is trouble. */
static enum cardea_exit
fail_source(struct cardea_call *call, enum cardea_status status,
    const struct cardea_diag *diag)
{
	if (status == CARDEA_E_IO || status == CARDEA_E_MEMORY ||
	    status == CARDEA_E_INTERNAL)
		return cardea_call_trouble(call, status, diag);
	(void)cardea_call_trouble(call, status, diag);
	return CARDEA_EXIT_NO;
}

static enum cardea_exit
run_check(struct cardea_call *call)
{
	const struct cardea_source_paths paths = choose_paths(call);
	struct examination examination = { .call = call };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status;

	if (cardea_call_has(call, "output") &&
	    !cardea_call_has(call, "install"))
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "check: --output goes with --install");
	/* whoever names one file means to change it, not to drop the others */
	if (cardea_call_has(call, "install") && paths.folder == NULL &&
	    !cardea_call_has(call, "output"))
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "check: --install with --policy would leave policy.d out: "
		    "give --policy-dir, or --output");
	status = cardea_source_compile(
	    &paths, &examination.image, &examination.len, &diag);
	if (status != CARDEA_OK)
		return fail_source(call, status, &diag);
	status = cardea_policy_open(
	    examination.image, examination.len, &examination.policy, &diag);
	if (status == CARDEA_OK)
		status = examine(&examination, &diag);
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	cardea_policy_free(examination.policy);
	free(examination.image);
	return code;
}

const struct cardea_command cardea_verb_check = {
	"check",
	"",
	0,
	0,
	"check settings and rules; install them with --install",
	false,
	check_options,
	run_check,
};
