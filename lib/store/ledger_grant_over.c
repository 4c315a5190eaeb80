/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "store/changes.h"
#include "store/mark.h"
#include "store/retry.h"
#include "store/tries.h"

/* Noting that a grant is over: a mark, which the host may write that sees it.
 */

/* For good, so nothing is taken for over that merely began since the clock was
 * read. */
static bool
is_over_unnoted(
    const struct cardea_grant *grant, const struct cardea_moment *now)
{
	return grant->revoked_s == 0 && grant->over_s == 0 &&
	    (now->clock.time_s >= grant->ends_s ||
		cardea_grant_has_run_out(grant, now));
}

static enum cardea_status
collect(struct cardea_store *store, struct cardea_changes *changes,
    const struct cardea_grant *grant, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_mark mark;
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_GRANT, grant->user, grant->id, &key);
	if (status == CARDEA_OK)
		status = cardea_changes_check(changes, &key, grant->version);
	if (status == CARDEA_OK)
		status = cardea_mark_read(store, CARDEA_KIND_GRANT_MARK,
		    grant->user, grant->id, &mark, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_value_clear(&mark.value);
	status = cardea_mark_encode_grant(grant, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(changes, &mark.key, mark.version, &value);
}

#define SETTLED_MAX 8 /* in one commit, two records each */

struct settling {
	struct cardea_store *store;
	const char *user;
	struct cardea_moment now;
	size_t count;
	struct cardea_grant over[SETTLED_MAX];
};

static bool
take_over(const struct cardea_grant *grant, void *context)
{
	struct settling *settling = context;

	if (is_over_unnoted(grant, &settling->now)) {
		settling->over[settling->count] = *grant;
		settling->over[settling->count].over_s =
		    settling->now.clock.time_s;
		settling->count++;
	}
	return settling->count < SETTLED_MAX;
}

static enum cardea_status
settle_once(void *context, struct cardea_diag *diag)
{
	struct settling *settling = context;
	struct cardea_changes changes = { 0 };
	enum cardea_status status;

	settling->count = 0;
	status = cardea_ledger_list_grants(
	    settling->store, settling->user, take_over, settling, diag);
	for (size_t i = 0; status == CARDEA_OK && i < settling->count; i++)
		status = collect(
		    settling->store, &changes, &settling->over[i], diag);
	if (status == CARDEA_OK && changes.count > 0)
		status = cardea_store_commit(
		    settling->store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	return status;
}

enum cardea_status
cardea_ledger_settle_grants(struct cardea_store *store, const char *user,
    const struct cardea_clock *clock, cardea_grant_visit *visit, void *context,
    struct cardea_diag *diag)
{
	struct settling *settling;
	enum cardea_status status;
	bool go_on = true;

	if (!clock->plausible)
		return CARDEA_OK;
	settling = calloc(1, sizeof(*settling));
	if (settling == NULL)
		return CARDEA_E_MEMORY;
	settling->store = store;
	settling->user = user;
	settling->now = cardea_moment_of(clock);
	do {
		status = cardea_retry(settle_once, settling, diag);
		for (size_t i = 0;
		     status == CARDEA_OK && go_on && i < settling->count; i++)
			go_on = visit(&settling->over[i], context);
	} while (
	    status == CARDEA_OK && go_on && settling->count == SETTLED_MAX);
	free(settling);
	return status;
}
