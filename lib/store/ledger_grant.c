/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/changes.h"
#include "store/ledger_grant.h"
#include "store/mark.h"
#include "store/recordio.h"
#include "store/retry.h"
#include "store/tries.h"

#define COUNT_FORMAT 1

enum cardea_grant_state
cardea_grant_state(const struct cardea_grant *grant, int64_t now_s)
{
	bool began = grant->starts_s != 0;
	int64_t from_s = began ? grant->starts_s : grant->made_s;

	if (grant->revoked_s != 0 || grant->over_s != 0 || now_s < from_s ||
	    now_s >= grant->ends_s)
		return CARDEA_GRANT_OVER;
	return began ? CARDEA_GRANT_ACTIVE : CARDEA_GRANT_WAITING;
}

static bool
has_approved(const struct cardea_grant *grant, const char *by)
{
	for (size_t i = 0; i < grant->approval_count; i++) {
		if (strcmp(grant->approvals[i].by, by) == 0)
			return true;
	}
	return false;
}

const char *
cardea_grant_objection(
    const struct cardea_grant *grant, const char *by, int64_t now_s)
{
	switch (cardea_grant_state(grant, now_s)) {
	case CARDEA_GRANT_OVER:
		return "it is over";
	case CARDEA_GRANT_ACTIVE:
		return "it counts already";
	case CARDEA_GRANT_WAITING:
		break;
	}
	if (strcmp(grant->user, by) == 0)
		return "nobody approves what is granted to himself";
	if (strcmp(grant->by, by) == 0)
		return "nobody approves what he asked for";
	if (has_approved(grant, by))
		return "this person has approved it already";
	return NULL;
}

/* No step of the wall clock stretches what began in this boot. */
bool
cardea_grant_has_run_out(
    const struct cardea_grant *grant, const struct cardea_moment *now)
{
	int64_t age_ms = now->clock.monotonic_ms - grant->starts_monotonic_ms;

	return grant->starts_s != 0 &&
	    cardea_moment_is_same_boot(now, grant->boot_id) &&
	    age_ms >= (int64_t)grant->length_s * 1000;
}

static void
begin(struct cardea_grant *grant, int64_t now_s)
{
	struct cardea_clock clock = cardea_clock_read();
	struct cardea_moment now = cardea_moment_of(&clock);

	grant->starts_s = now_s;
	grant->ends_s = now_s + (int64_t)grant->length_s;
	grant->starts_monotonic_ms = now.clock.monotonic_ms;
	memcpy(grant->boot_id, now.boot_id, sizeof(grant->boot_id));
}

/* --- reading ------------------------------------------------------------- */

/* What somebody has seen to be over is over, whatever the clock says now. */
static enum cardea_status
lay_over(struct cardea_store *store, struct cardea_grant *grant,
    struct cardea_diag *diag)
{
	struct cardea_mark mark;
	enum cardea_status status;

	if (grant->over_s != 0 || grant->revoked_s != 0)
		return CARDEA_OK;
	status = cardea_mark_read(
	    store, CARDEA_KIND_GRANT_MARK, grant->user, grant->id, &mark, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_mark_lay_grant(&mark.value, grant);
	cardea_value_clear(&mark.value);
	return status;
}

struct walk {
	struct cardea_store *store;
	cardea_grant_visit *visit;
	void *context;
	enum cardea_status status;
};

static bool
decode_one(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct walk *walk = context;
	const char *kind, *owner, *id;
	struct cardea_grant grant;

	walk->status = cardea_key_split(key, &kind, &owner, &id);
	if (walk->status == CARDEA_OK)
		walk->status = cardea_record_decode_grant(value, &grant);
	/* a grant that lies at another one's place grants nothing */
	if (walk->status == CARDEA_OK &&
	    (strcmp(owner, grant.user) != 0 || strcmp(id, grant.id) != 0))
		walk->status = CARDEA_E_CORRUPT;
	if (walk->status == CARDEA_OK)
		walk->status = lay_over(walk->store, &grant, NULL);
	if (walk->status != CARDEA_OK)
		return false;
	return walk->visit(&grant, walk->context);
}

enum cardea_status
cardea_ledger_list_grants(struct cardea_store *store, const char *user,
    cardea_grant_visit *visit, void *context, struct cardea_diag *diag)
{
	struct walk walk = { store, visit, context, CARDEA_OK };
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_GRANT, user[0] == '\0' ? NULL : user, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    store, &prefix, decode_one, &walk, diag);
	if (status == CARDEA_OK && walk.status != CARDEA_OK)
		return cardea_diag_set(diag, walk.status,
		    "a grant's record: %s", cardea_status_text(walk.status));
	return status;
}

struct gathering {
	const struct cardea_request *request;
	struct cardea_moment now;
	struct cardea_grants found;
	bool overflow;
};

static void
take(struct gathering *gathering, const struct cardea_grant *grant)
{
	struct cardea_grants *found = &gathering->found;
	struct cardea_granted *item = NULL;

	for (size_t i = 0; i < found->count && item == NULL; i++) {
		if (strcmp(found->items[i].rule, grant->rule) == 0)
			item = &found->items[i];
	}
	if (item != NULL && item->ends_s >= grant->ends_s)
		return;
	if (item == NULL && found->count == CARDEA_GRANTS_MAX) {
		gathering->overflow = true;
		return;
	}
	if (item == NULL)
		item = &found->items[found->count++];
	memcpy(item->rule, grant->rule, sizeof(item->rule));
	memcpy(item->id, grant->id, sizeof(item->id));
	item->ends_s = grant->ends_s;
}

static bool
gather(const struct cardea_grant *grant, void *context)
{
	struct gathering *gathering = context;
	const struct cardea_request *request = gathering->request;

	if (strcmp(grant->user, request->user) == 0 &&
	    cardea_grant_state(grant, request->time_s) == CARDEA_GRANT_ACTIVE &&
	    !cardea_grant_has_run_out(grant, &gathering->now))
		take(gathering, grant);
	return true;
}

enum cardea_status
cardea_ledger_grants(struct cardea_store *store,
    const struct cardea_request *request, struct cardea_grants *ret_grants,
    struct cardea_diag *diag)
{
	struct cardea_clock clock = cardea_clock_read();
	struct gathering gathering = { .request = request,
		.now = cardea_moment_of(&clock) };
	enum cardea_status status;

	status = cardea_ledger_list_grants(
	    store, request->user, gather, &gathering, diag);
	if (status == CARDEA_OK && gathering.overflow)
		status = cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "more grants of one user than are made");
	if (status != CARDEA_OK)
		return status;
	if (!request->time_known)
		memset(&gathering.found, 0, sizeof(gathering.found));
	gathering.found.known = request->time_known;
	*ret_grants = gathering.found;
	return CARDEA_OK;
}

/* --- writing ------------------------------------------------------------- */

static enum cardea_status
collect(struct cardea_changes *changes, const struct cardea_grant *grant)
{
	struct cardea_value value = { 0 };
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_GRANT, grant->user, grant->id, &key);
	if (status == CARDEA_OK)
		status = cardea_record_encode_grant(grant, &value);
	if (status != CARDEA_OK)
		return status;
	return cardea_changes_put(changes, &key, grant->version, &value);
}

static enum cardea_status
put(struct cardea_store *store, const struct cardea_grant *grant,
    struct cardea_diag *diag)
{
	struct cardea_changes changes = { 0 };
	enum cardea_status status = collect(&changes, grant);

	if (status == CARDEA_OK)
		status = cardea_store_commit(
		    store, changes.items, changes.count, diag);
	cardea_changes_clear(&changes);
	return status;
}

struct making {
	struct cardea_store *store;
	struct cardea_grant *grant;
	struct cardea_changes changes;
	size_t count; /* of those that are not over */
	enum cardea_status status;
};

static int64_t
end_of(const struct cardea_grant *grant)
{
	if (grant->revoked_s != 0)
		return grant->revoked_s;
	return grant->over_s != 0 ? grant->over_s : grant->ends_s;
}

static enum cardea_status
drop(struct making *making, const struct cardea_grant *grant)
{
	struct cardea_mark mark;
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_GRANT, grant->user, grant->id, &key);
	if (status == CARDEA_OK)
		status = cardea_changes_delete(
		    &making->changes, &key, grant->version);
	if (status == CARDEA_OK)
		status = cardea_mark_read(making->store, CARDEA_KIND_GRANT_MARK,
		    grant->user, grant->id, &mark, NULL);
	if (status != CARDEA_OK)
		return status;
	cardea_value_clear(&mark.value);
	return mark.version == 0
	    ? CARDEA_OK
	    : cardea_changes_delete(&making->changes, &mark.key, mark.version);
}

static bool
count_or_drop(const struct cardea_grant *grant, void *context)
{
	struct making *making = context;
	int64_t now_s = making->grant->made_s;

	/* against it the commit would lose until the deadline */
	if (strcmp(grant->id, making->grant->id) == 0) {
		making->status = CARDEA_E_RANGE;
		return false;
	}
	/* one of a time to come, by a clock that was set back, may yet count */
	if (grant->revoked_s == 0 && grant->over_s == 0 &&
	    now_s < grant->ends_s) {
		making->count++;
		return true;
	}
	if (now_s - end_of(grant) < CARDEA_GRANT_KEEP_S ||
	    cardea_changes_room(&making->changes) < 4)
		return true;
	making->status = drop(making, grant);
	return making->status == CARDEA_OK;
}

/* Two grants made at once are two new records, which no commit would hold
 * against each other; so each also puts one record that both read. */
static enum cardea_status
collect_count(struct making *making, struct cardea_diag *diag)
{
	struct cardea_value old = { 0 }, value = { 0 };
	struct cardea_recordio io;
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(
	    CARDEA_KIND_GRANT_COUNT, making->grant->user, "", &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(making->store, &key, &old, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	status = cardea_recordio_start(&io, 1, COUNT_FORMAT);
	if (status == CARDEA_OK)
		status = cardea_recordio_finish(&io, &value);
	if (status == CARDEA_OK)
		status = cardea_changes_put(
		    &making->changes, &key, old.version, &value);
	cardea_value_clear(&old);
	return status;
}

static enum cardea_status
make_once(void *context, struct cardea_diag *diag)
{
	struct making *making = context;
	struct cardea_grant *grant = making->grant;
	enum cardea_status status;

	making->count = 0;
	making->status = CARDEA_OK;
	status = collect_count(making, diag);
	if (status == CARDEA_OK)
		status = collect(&making->changes, grant);
	if (status == CARDEA_OK)
		status = cardea_ledger_list_grants(
		    making->store, grant->user, count_or_drop, making, diag);
	if (status == CARDEA_OK)
		status = making->status;
	if (status == CARDEA_OK && making->count >= CARDEA_GRANTS_MAX)
		status = cardea_diag_set(diag, CARDEA_E_FULL,
		    "%s has as many grants as a user may have", grant->user);
	if (status == CARDEA_OK)
		status = cardea_store_commit(making->store,
		    making->changes.items, making->changes.count, diag);
	cardea_changes_clear(&making->changes);
	return status;
}

enum cardea_status
cardea_ledger_make_grant(struct cardea_store *store,
    const struct cardea_grant *wish, struct cardea_grant *ret_grant,
    struct cardea_diag *diag)
{
	struct cardea_grant grant = { .emergency = wish->emergency,
		.made_s = wish->made_s,
		.length_s = wish->length_s,
		.ends_s = wish->made_s + CARDEA_GRANT_WAIT_S,
		.wanted = wish->wanted };
	struct making *making;
	enum cardea_status status;

	if (wish->user[0] == '\0' || wish->length_s == 0 ||
	    wish->length_s > CARDEA_GRANT_MAX_S || wish->made_s <= 0 ||
	    wish->wanted > CARDEA_APPROVALS_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "no grant can be like that");
	memcpy(grant.id, wish->id, sizeof(grant.id));
	memcpy(grant.user, wish->user, sizeof(grant.user));
	memcpy(grant.rule, wish->rule, sizeof(grant.rule));
	memcpy(grant.by, wish->by, sizeof(grant.by));
	memcpy(grant.reason, wish->reason, sizeof(grant.reason));
	if (grant.wanted == 0)
		begin(&grant, grant.made_s);
	making = calloc(1, sizeof(*making));
	if (making == NULL)
		return CARDEA_E_MEMORY;
	making->store = store;
	making->grant = &grant;
	status = cardea_retry(make_once, making, diag);
	free(making);
	if (status == CARDEA_OK)
		*ret_grant = grant;
	return status;
}

static enum cardea_status
read_grant(struct cardea_store *store, const char *user, const char *id,
    struct cardea_grant *ret_grant, struct cardea_diag *diag)
{
	struct cardea_value value = { 0 };
	struct cardea_grant grant;
	struct cardea_key key;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_GRANT, user, id, &key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &key, &value, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_record_decode_grant(&value, &grant);
	cardea_value_clear(&value);
	if (status == CARDEA_OK &&
	    (strcmp(grant.user, user) != 0 || strcmp(grant.id, id) != 0))
		status = CARDEA_E_CORRUPT;
	if (status == CARDEA_OK)
		status = lay_over(store, &grant, diag);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "the grant's record");
	*ret_grant = grant;
	return CARDEA_OK;
}

/* A change of one grant; NULL from judge: it may be made, and was, in memory.
 * A refusal must not look like a lost race, which would be tried again. */
struct changing {
	struct cardea_store *store;
	const char *user, *id;
	const char *(*judge)(
	    const struct changing *call, struct cardea_grant *grant);
	const struct cardea_approval *approval;
	const char *by;
	int64_t now_s;
	const char *objection;
	struct cardea_grant grant;
};

static enum cardea_status
change_once(void *context, struct cardea_diag *diag)
{
	struct changing *call = context;
	enum cardea_status status;

	status = read_grant(
	    call->store, call->user, call->id, &call->grant, diag);
	if (status != CARDEA_OK)
		return status;
	call->objection = call->judge(call, &call->grant);
	if (call->objection != NULL)
		return CARDEA_OK;
	return put(call->store, &call->grant, diag);
}

static enum cardea_status
change(struct changing *call, struct cardea_grant *ret_grant,
    struct cardea_diag *diag)
{
	enum cardea_status status = cardea_retry(change_once, call, diag);

	if (status != CARDEA_OK)
		return status;
	if (call->objection != NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_CONFLICT, "%s", call->objection);
	*ret_grant = call->grant;
	return CARDEA_OK;
}

static const char *
approve(const struct changing *call, struct cardea_grant *grant)
{
	const struct cardea_approval *approval = call->approval;
	const char *objection = cardea_grant_objection(
	    grant, approval->by, approval->time_s);

	if (objection != NULL)
		return objection;
	grant->approvals[grant->approval_count++] = *approval;
	if (grant->approval_count == grant->wanted)
		begin(grant, approval->time_s);
	return NULL;
}

enum cardea_status
cardea_ledger_approve_grant(struct cardea_store *store, const char *user,
    const char *id, const struct cardea_approval *approval,
    struct cardea_grant *ret_grant, struct cardea_diag *diag)
{
	struct changing call = { .store = store,
		.user = user,
		.id = id,
		.judge = approve,
		.approval = approval };

	if (approval->by[0] == '\0')
		return cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "nobody approves it");
	return change(&call, ret_grant, diag);
}

/* One of a time to come is not over for good yet: it is revoked all the same.
 */
static const char *
revoke(const struct changing *call, struct cardea_grant *grant)
{
	if (grant->revoked_s != 0)
		return "it is revoked already";
	if (grant->over_s != 0 || call->now_s >= grant->ends_s)
		return "it is over";
	grant->revoked_s = call->now_s > 0 ? call->now_s : 1;
	return cardea_text_copy(grant->revoked_by, sizeof(grant->revoked_by),
		   call->by) == CARDEA_OK
	    ? NULL
	    : "the name is too long";
}

enum cardea_status
cardea_ledger_revoke_grant(struct cardea_store *store, const char *user,
    const char *id, const char *by, int64_t now_s,
    struct cardea_grant *ret_grant, struct cardea_diag *diag)
{
	struct changing call = { .store = store,
		.user = user,
		.id = id,
		.judge = revoke,
		.by = by,
		.now_s = now_s };

	return change(&call, ret_grant, diag);
}
