/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/paths.h"
#include "base/text.h"
#include "cli/around.h"
#include "cli/moment.h"
#include "cli/past.h"
#include "cli/verbs.h"
#include "facts/account.h"
#include "policy/source.h"

/*
 * `cardea simulate`: the logins in the log against another policy, with the
 * facts and proofs they had.  What that policy asks for and no line tells is
 * looked up now where it can be, and that is said: a group may have changed
 * since, and a signal cannot be told afterwards at all.
 */

#define SINCE_S (7 * 86400)

static const struct cardea_option simulate_options[] = {
	{ "policy", "PATH",
	    "policy.conf, or a folder that holds it and policy.d", false },
	{ "settings", "FILE", "in place of /etc/cardea/cardea.conf", false },
	{ "since", "TIME", "logins from then on, or of the last 7d (7d)",
	    false },
	{ "log", "FILE",
	    "where they are logged; \"-\" is standard input "
	    "(/var/log/auth.log)",
	    true },
	{ "verbose", NULL, "those too that end as before, by another rule",
	    false },
	{ NULL, NULL, NULL, false },
};

struct simulation {
	struct cardea_call *call;
	struct cardea_policy *policy;
	void *image;			 /* the policy borrows it */
	struct cardea_policy *installed; /* NULL: none */
	struct cardea_around around;
	struct cardea_pasts pasts;
	struct cardea_request request;
	struct cardea_evidence_set evidence;
	struct cardea_selection selection;
	struct cardea_decision decision;
	size_t judged, flips, changes;
	size_t undecided;      /* by no policy: locks, trouble, no end */
	size_t unread;	       /* without facts */
	size_t groups, places; /* looked up now */
	size_t unknown;	       /* judged with facts unknown */
};

/* --- the policy ----------------------------------------------------------- */

struct paths {
	char settings[4096], rules[4096], folder[4096];
};

static enum cardea_status
find_paths(const struct cardea_call *call, struct paths *paths,
    struct cardea_diag *diag)
{
	const char *policy = cardea_call_text(call, "policy");
	const char *settings = cardea_call_text(call, "settings");
	struct stat st;

	if (policy == NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX, "wants --policy");
	paths->folder[0] = '\0';
	if (stat(policy, &st) != 0) {
		cardea_diag_place(diag, policy, 0, NULL);
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "%s", strerror(errno));
	}
	if (cardea_text_copy(paths->settings, sizeof(paths->settings),
		settings != NULL
		    ? settings
		    : cardea_source_default().settings) != CARDEA_OK ||
	    cardea_text_print(paths->rules, sizeof(paths->rules), "%s%s",
		policy,
		S_ISDIR(st.st_mode) ? "/policy.conf" : "") != CARDEA_OK ||
	    (S_ISDIR(st.st_mode) &&
		cardea_text_print(paths->folder, sizeof(paths->folder),
		    "%s/policy.d", policy) != CARDEA_OK))
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "a path is too long");
	if (paths->folder[0] != '\0' && stat(paths->folder, &st) != 0)
		paths->folder[0] = '\0';
	return CARDEA_OK;
}

static enum cardea_status
open_policies(struct simulation *simulation, struct cardea_diag *diag)
{
	struct paths *paths = malloc(sizeof(*paths));
	struct cardea_source_paths sources;
	enum cardea_status status;
	size_t len = 0;

	if (paths == NULL)
		return CARDEA_E_MEMORY;
	status = find_paths(simulation->call, paths, diag);
	sources = (struct cardea_source_paths){ paths->settings, paths->rules,
		paths->folder[0] == '\0' ? NULL : paths->folder };
	if (status == CARDEA_OK)
		status = cardea_source_compile(
		    &sources, &simulation->image, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_policy_open(
		    simulation->image, len, &simulation->policy, diag);
	free(paths);
	/* only to know what the log had no reason to tell */
	if (status == CARDEA_OK &&
	    cardea_policy_load(
		CARDEA_PATH_POLICY, &simulation->installed, NULL) != CARDEA_OK)
		simulation->installed = NULL;
	return status;
}

/* --- what the log does not tell ------------------------------------------- */

struct wanted {
	const struct simulation *simulation;
	const struct cardea_past *past;
};

/* A group that the policy of then named, and that is not among the facts, the
 * user was not in. */
static bool
is_untold(const char *group, const void *context)
{
	const struct wanted *wanted = context;
	const struct simulation *simulation = wanted->simulation;
	const struct cardea_policy *installed = simulation->installed;

	if (!cardea_policy_names_group(simulation->policy, group) ||
	    cardea_request_in_group(&simulation->request, group))
		return false;
	return installed == NULL || wanted->past->policy[0] == '\0' ||
	    strncmp(cardea_policy_digest(installed), wanted->past->policy,
		strlen(wanted->past->policy)) != 0 ||
	    !cardea_policy_names_group(installed, group);
}

static void
look_up_groups(struct simulation *simulation, const struct cardea_past *past)
{
	const struct wanted wanted = { simulation, past };
	struct cardea_request *request = &simulation->request;
	struct cardea_account account;
	size_t had = request->group_text_len;

	if (!request->user_exists || !request->groups_known ||
	    cardea_account_find(request->user, &account, NULL) != CARDEA_OK)
		return;
	if (cardea_account_groups(
		&account, is_untold, &wanted, request, NULL) != CARDEA_OK)
		request->groups_known = false;
	if (request->group_text_len != had || !request->groups_known)
		simulation->groups++;
}

/* A place of which nothing at all is told was not asked for. */
static void
look_up_place(struct simulation *simulation)
{
	const uint32_t asked = CARDEA_USES_COUNTRY | CARDEA_USES_ASN |
	    CARDEA_USES_POSITION | CARDEA_USES_TRAITS;
	struct cardea_place *place = &simulation->request.place;

	if ((cardea_policy_uses(simulation->policy) & asked) == 0 ||
	    place->country_known != CARDEA_UNKNOWN ||
	    place->subdivision_known != CARDEA_UNKNOWN ||
	    place->asn_known != CARDEA_UNKNOWN ||
	    place->position_known != CARDEA_UNKNOWN ||
	    place->traits_known != CARDEA_UNKNOWN)
		return;
	cardea_around_place(&simulation->around, &simulation->request);
	simulation->places++;
}

/* --- one login ------------------------------------------------------------ */

static void
put_ending(struct cardea_json *json, const char *key, const char *ending,
    const char *reason, const char *rule, const char *missing)
{
	cardea_json_open_object(json, key);
	cardea_json_text(json, "ending", ending);
	cardea_json_text(json, "reason", reason);
	cardea_json_text(json, "rule", rule);
	if (missing != NULL)
		cardea_json_text(json, "missing", missing);
	cardea_json_shut(json);
}

static void
tell(struct simulation *simulation, const struct cardea_past *past, bool flip)
{
	const struct cardea_decision *now = &simulation->decision;
	struct cardea_json *json = &simulation->call->out;
	char time[CARDEA_MOMENT_TEXT_MAX + 1];
	const char *was = cardea_ending_text(cardea_past_ending(past));
	const char *is = cardea_ending_text(cardea_decision_ending(now));
	const char *reason = cardea_reason_text(now->reason);

	cardea_moment_format(simulation->request.time_s, time);
	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "time", time);
	cardea_json_text(json, "txn", past->txn);
	cardea_json_text(json, "user", past->user);
	cardea_json_text(json, "service", past->service);
	cardea_json_text(json, "rhost", past->rhost);
	cardea_json_bool(json, "flip", flip);
	put_ending(json, "then", was, past->reason, past->rule, NULL);
	put_ending(json, "now", is, reason, now->rule, now->missing);
	cardea_json_shut(json);
	cardea_call_say(simulation->call, "%s %s %s %s%s%s", time, past->txn,
	    past->user, past->service, past->rhost[0] == '\0' ? "" : " from ",
	    past->rhost);
	cardea_call_say(simulation->call, "  %s (%s%s%s) -> %s (%s%s%s)%s%s",
	    was, past->reason, past->rule[0] == '\0' ? "" : ", rule ",
	    past->rule, is, reason, now->rule[0] == '\0' ? "" : ", rule ",
	    now->rule, now->missing[0] == '\0' ? "" : ", missing ",
	    now->missing);
}

static void
compare(struct simulation *simulation, const struct cardea_past *past)
{
	const struct cardea_decision *now = &simulation->decision;
	bool flip = cardea_past_ending(past) != cardea_decision_ending(now);

	simulation->judged++;
	simulation->unknown += simulation->selection.maybe;
	if (flip)
		simulation->flips++;
	else if (strcmp(past->rule, now->rule) != 0)
		simulation->changes++;
	else
		return;
	if (flip || cardea_call_has(simulation->call, "verbose"))
		tell(simulation, past, flip);
}

static enum cardea_status
replay(struct simulation *simulation, const struct cardea_past *past,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	if (past->facts == NULL ||
	    cardea_past_rebuild(past, simulation->policy, &simulation->request,
		&simulation->evidence, NULL) != CARDEA_OK) {
		simulation->unread++;
		return CARDEA_OK;
	}
	if (cardea_past_ending(past) == CARDEA_ENDING_NONE) {
		simulation->undecided++;
		return CARDEA_OK;
	}
	look_up_groups(simulation, past);
	look_up_place(simulation);
	status = cardea_policy_select(simulation->policy, &simulation->request,
	    &simulation->selection, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_decide(simulation->policy, &simulation->selection,
	    &simulation->request, &simulation->evidence, &simulation->decision);
	compare(simulation, past);
	return CARDEA_OK;
}

/* --- all -------------------------------------------------------------------
 */

static void
say_count(const struct simulation *simulation, const char *key, size_t count,
    const char *text)
{
	cardea_json_number(&simulation->call->out, key, (int64_t)count);
	if (count > 0)
		cardea_call_say(simulation->call, "%zu %s", count, text);
}

static void
sum_up(struct simulation *simulation)
{
	struct cardea_json *json = &simulation->call->out;

	cardea_json_text(
	    json, "policy", cardea_policy_digest(simulation->policy));
	cardea_json_number(json, "judged", (int64_t)simulation->judged);
	cardea_json_number(json, "flips", (int64_t)simulation->flips);
	cardea_call_say(simulation->call, "%zu of %zu logins end otherwise",
	    simulation->flips, simulation->judged);
	say_count(simulation, "other_rule", simulation->changes,
	    "end the same by another rule");
	say_count(simulation, "undecided", simulation->undecided,
	    "left out: no policy decided them, but a lock, trouble, or "
	    "nothing");
	say_count(simulation, "without_facts", simulation->unread,
	    "left out: the log has no facts of them");
	say_count(simulation, "groups_looked_up", simulation->groups,
	    "with groups looked up now, which the log does not tell");
	say_count(simulation, "places_looked_up", simulation->places,
	    "with a place looked up now, which the log does not tell");
	say_count(simulation, "with_unknown_facts", simulation->unknown,
	    "judged with something unknown that the policy asks for");
}

static enum cardea_exit
run_with(struct simulation *simulation)
{
	struct cardea_call *call = simulation->call;
	int64_t now_s = cardea_clock_read().time_s;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	simulation->pasts.since_s = now_s - SINCE_S;
	status = cardea_loglines_since(
	    call, now_s, &simulation->pasts.since_s, &diag);
	if (status == CARDEA_OK)
		status = open_policies(simulation, &diag);
	if (status == CARDEA_E_SYNTAX && diag.file[0] == '\0')
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	if (status == CARDEA_OK) {
		cardea_around_open(
		    &simulation->around, call, simulation->policy, now_s);
		status = cardea_pasts_read(&simulation->pasts, call, &diag);
	}
	cardea_json_open_array(&call->out, "logins");
	for (size_t i = 0; i < simulation->pasts.count && status == CARDEA_OK;
	     i++)
		status = replay(simulation, simulation->pasts.items[i], &diag);
	cardea_json_shut(&call->out);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	sum_up(simulation);
	return simulation->flips > 0 ? CARDEA_EXIT_NO : CARDEA_EXIT_OK;
}

static enum cardea_exit
run_simulate(struct cardea_call *call)
{
	struct simulation *simulation = calloc(1, sizeof(*simulation));
	enum cardea_exit code;

	if (simulation == NULL)
		return cardea_call_refuse(
		    call, CARDEA_EXIT_TROUBLE, "out of memory");
	simulation->call = call;
	code = run_with(simulation);
	cardea_around_close(&simulation->around);
	cardea_pasts_clear(&simulation->pasts);
	cardea_policy_free(simulation->installed);
	cardea_policy_free(simulation->policy);
	free(simulation->image);
	free(simulation);
	return code;
}

const struct cardea_command cardea_verb_simulate = {
	"simulate",
	"",
	0,
	0,
	"judge the logins in the log by another policy",
	false,
	simulate_options,
	run_simulate,
};
