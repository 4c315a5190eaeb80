/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/cover.h"
#include "facts/account.h"
#include "policy/lint.h"

static bool
is_named(const char *group, const void *context)
{
	return cardea_policy_names_group(context, group);
}

/* A shell that lets nobody work does not make a person. */
static bool
has_shell(const struct passwd *entry)
{
	const char *shell = entry->pw_shell == NULL ? "" : entry->pw_shell;
	const char *name = strrchr(shell, '/');

	name = name == NULL ? shell : name + 1;
	return strcmp(name, "nologin") != 0 && strcmp(name, "false") != 0 &&
	    strcmp(name, "sync") != 0;
}

static enum cardea_status
describe(const struct cardea_policy *policy, const struct passwd *entry,
    struct cardea_request *request, struct cardea_diag *diag)
{
	struct cardea_account account = { .uid = entry->pw_uid,
		.gid = entry->pw_gid };

	request->user_exists = true;
	if (cardea_text_copy(account.name, sizeof(account.name),
		entry->pw_name) != CARDEA_OK ||
	    cardea_text_copy(request->user, sizeof(request->user),
		entry->pw_name) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "an account's name is too long");
	memcpy(request->pam_user, request->user, sizeof(request->pam_user));
	return cardea_account_groups(&account, is_named, policy, request, diag);
}

static void
set_service(struct cardea_request *request, const char *service)
{
	bool sudo = strcmp(service, "sudo") == 0;

	memset(request->service, 0, sizeof(request->service));
	memcpy(request->service, service, strlen(service));
	memset(request->caller, 0, sizeof(request->caller));
	memcpy(request->caller, sudo ? request->user : "root",
	    sudo ? strlen(request->user) : 4);
	request->caller_known = true;
}

/* A rule that may let the person in, or one that certainly denies: either is
 * an answer that somebody gave on purpose. */
static enum cardea_status
find_cover(const struct cardea_policy *policy,
    const struct cardea_request *request, bool *ret_covered)
{
	size_t count = cardea_policy_rule_count(policy);

	*ret_covered = false;
	for (size_t i = 0; i < count && !*ret_covered; i++) {
		enum cardea_truth truth = CARDEA_FALSE;
		struct cardea_rule rule;
		enum cardea_status status;

		status = cardea_policy_rule(policy, i, &rule);
		if (status == CARDEA_OK)
			status = cardea_policy_match(
			    policy, i, request, &truth);
		if (status != CARDEA_OK)
			return status;
		*ret_covered = truth == CARDEA_TRUE ||
		    (truth == CARDEA_MAYBE && rule.kind == CARDEA_RULE_REQUIRE);
	}
	return CARDEA_OK;
}

static const char *const services[] = { "sshd", "sudo" };

#define SERVICE_COUNT (sizeof(services) / sizeof(services[0]))

/* What is done with one account: by service, whether anything covers it. */
typedef void judged_visit(
    const char *user, const bool covered[SERVICE_COUNT], void *context);

static enum cardea_status
judge_account(const struct cardea_policy *policy, const struct passwd *entry,
    judged_visit *visit, void *context, struct cardea_diag *diag)
{
	struct cardea_request *request = calloc(1, sizeof(*request));
	enum cardea_status status = CARDEA_E_MEMORY;
	bool covered[SERVICE_COUNT] = { false };

	if (request != NULL)
		status = describe(policy, entry, request, diag);
	for (size_t i = 0; i < SERVICE_COUNT && status == CARDEA_OK; i++) {
		set_service(request, services[i]);
		status = find_cover(policy, request, &covered[i]);
	}
	if (status == CARDEA_OK)
		visit(request->user, covered, context);
	free(request);
	return status;
}

static enum cardea_status
walk_accounts(const struct cardea_policy *policy, judged_visit *visit,
    void *context, size_t *ret_users, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	const struct passwd *entry;
	size_t users = 0;

	setpwent();
	while (status == CARDEA_OK && (entry = getpwent()) != NULL) {
		if (!has_shell(entry))
			continue;
		if (users++ == CARDEA_COVER_USERS_MAX)
			status = cardea_diag_set(diag, CARDEA_E_RANGE,
			    "more than %d users", CARDEA_COVER_USERS_MAX);
		else
			status = judge_account(
			    policy, entry, visit, context, diag);
	}
	endpwent();
	if (status == CARDEA_OK)
		*ret_users = users;
	return status;
}

struct uncovered {
	cardea_cover_visit *visit;
	void *context;
};

static void
tell_uncovered(
    const char *user, const bool covered[SERVICE_COUNT], void *context)
{
	const struct uncovered *uncovered = context;

	for (size_t i = 0; i < SERVICE_COUNT; i++) {
		if (!covered[i])
			uncovered->visit(user, services[i], uncovered->context);
	}
}

enum cardea_status
cardea_cover_walk(const struct cardea_policy *policy, cardea_cover_visit *visit,
    void *context, size_t *ret_users, struct cardea_diag *diag)
{
	struct uncovered uncovered = { visit, context };

	return walk_accounts(
	    policy, tell_uncovered, &uncovered, ret_users, diag);
}

struct people {
	cardea_cover_person *visit;
	void *context;
};

static void
tell_person(const char *user, const bool covered[SERVICE_COUNT], void *context)
{
	const struct people *people = context;
	bool any = false;

	for (size_t i = 0; i < SERVICE_COUNT; i++)
		any = any || covered[i];
	people->visit(user, any, people->context);
}

enum cardea_status
cardea_cover_people(const struct cardea_policy *policy,
    cardea_cover_person *visit, void *context, struct cardea_diag *diag)
{
	struct people people = { visit, context };
	size_t users;

	return walk_accounts(policy, tell_person, &people, &users, diag);
}

struct names {
	cardea_cover_name *visit;
	void *context;
};

static void
look_for_user(const char *name, void *context)
{
	const struct names *names = context;
	struct cardea_account account;

	if (cardea_account_find(name, &account, NULL) == CARDEA_E_MISSING)
		names->visit("user", name, names->context);
}

/* errno says whether the name service answered at all. */
static void
look_for_group(const char *name, void *context)
{
	const struct names *names = context;

	errno = 0;
	if (getgrnam(name) == NULL && (errno == 0 || errno == ENOENT))
		names->visit("group", name, names->context);
}

void
cardea_cover_names(
    const struct cardea_policy *policy, cardea_cover_name *visit, void *context)
{
	struct names names = { visit, context };

	cardea_lint_users(policy, look_for_user, &names);
	cardea_lint_groups(policy, look_for_group, &names);
}
