/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/library/members.h"
#include "store/library/seen.h"
#include "store/library/servers.h"
#include "store/library/table.h"

/* More pages than that are no list of anybody's, but one without an end. */
#define PAGES_MAX 65536

struct cardea_driver_state {
	struct cardea_servers servers;
	struct cardea_seen seen;
	char prefix[CARDEA_CLUSTER_PREFIX_MAX + 1];
	bool read_only;
};

/* --- open and close ------------------------------------------------------ */

static void
close_state(struct cardea_driver_state *state)
{
	if (state->seen.server != state->servers.first)
		state->seen.is_news = true;
	state->seen.server = (uint32_t)state->servers.first;
	cardea_seen_close(&state->seen);
	cardea_servers_close(&state->servers);
	free(state);
}

/* Asks nobody: the first thing that is read of a store tells whether the
 * cluster can be reached. */
static enum cardea_status
open_state(const struct cardea_store_config *config,
    struct cardea_driver_state **ret_state, struct cardea_diag *diag)
{
	struct cardea_driver_state *state;
	enum cardea_status status;

	if (config->cluster == NULL)
		return CARDEA_E_INTERNAL;
	state = calloc(1, sizeof(*state));
	if (state == NULL)
		return CARDEA_E_MEMORY;
	state->read_only = config->read_only;
	status = cardea_text_copy(
	    state->prefix, sizeof(state->prefix), config->cluster->prefix);
	if (status == CARDEA_OK && state->prefix[0] == '\0')
		status = CARDEA_E_RANGE;
	if (status != CARDEA_OK)
		(void)cardea_diag_set(
		    diag, status, "the prefix is empty or too long");
	if (status == CARDEA_OK)
		status = cardea_seen_open(
		    config->path, config->read_only, &state->seen, diag);
	if (status != CARDEA_OK)
		goto out;
	status = cardea_servers_open(config->cluster, &state->servers, diag);
	if (status != CARDEA_OK)
		cardea_seen_close(&state->seen);
out:
	if (status != CARDEA_OK) {
		free(state);
		return status;
	}
	state->servers.first = state->seen.server % state->servers.count;
	*ret_state = state; /* moved */
	return CARDEA_OK;
}

/* --- get ----------------------------------------------------------------- */

struct get {
	struct cardea_driver_state *state;
	const struct cardea_key *key;
	struct cardea_value value;
};

static enum cardea_status
judge_get(void *context, const struct cardea_etcd_bytes *answer,
    struct cardea_diag *diag)
{
	struct get *get = context;
	struct cardea_etcd_head head;
	enum cardea_status status, seen;

	status = cardea_etcd_read_get(
	    answer, get->state->prefix, get->key, &head, &get->value, diag);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return status;
	seen = cardea_seen_judge(&get->state->seen, &head, false, diag);
	if (seen != CARDEA_OK) {
		cardea_value_clear(&get->value);
		return seen;
	}
	return status;
}

static enum cardea_status
get(struct cardea_driver_state *state, const struct cardea_key *key,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	struct get get = { .state = state, .key = key };
	struct cardea_ask ask = {
		.method = CARDEA_ETCD_RANGE,
		.answer_max = CARDEA_ETCD_ANSWER_MAX(1),
		.judge = judge_get,
		.context = &get,
	};
	enum cardea_status status;

	status = cardea_etcd_write_get(state->prefix, key, &ask.request);
	if (status == CARDEA_OK)
		status = cardea_servers_ask(&state->servers, &ask, diag);
	if (status == CARDEA_OK)
		*ret_value = get.value; /* moved */
	free(ask.request.data);
	return status;
}

/* --- commit -------------------------------------------------------------- */

struct commit {
	struct cardea_driver_state *state;
	const struct cardea_change *changes;
	size_t count;
	bool writes;
};

static enum cardea_status
judge_commit(void *context, const struct cardea_etcd_bytes *answer,
    struct cardea_diag *diag)
{
	const struct commit *commit = context;
	enum cardea_etcd_outcome outcome = CARDEA_ETCD_LOST;
	struct cardea_etcd_head head;
	enum cardea_status status;

	status = cardea_etcd_read_commit(answer, commit->state->prefix,
	    commit->changes, commit->count, &head, &outcome, diag);
	if (status == CARDEA_OK)
		status = cardea_seen_judge(&commit->state->seen, &head,
		    commit->writes && outcome == CARDEA_ETCD_DONE, diag);
	if (status != CARDEA_OK)
		return status;
	/* no two commits seal to the same bytes: what is there by the byte is
	 * ours, whichever try it was that put it there */
	return outcome == CARDEA_ETCD_LOST ? CARDEA_E_CONFLICT : CARDEA_OK;
}

static enum cardea_status
commit(struct cardea_driver_state *state, const struct cardea_change *changes,
    size_t count, struct cardea_diag *diag)
{
	struct commit commit = {
		.state = state, .changes = changes, .count = count
	};
	struct cardea_ask ask = {
		.method = CARDEA_ETCD_TXN,
		.answer_max = CARDEA_ETCD_ANSWER_MAX(count),
		.judge = judge_commit,
		.context = &commit,
	};
	enum cardea_status status;

	commit.writes = ask.writes = cardea_etcd_writes(changes, count);
	if (count == 0)
		return CARDEA_OK;
	if (state->read_only)
		return cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "the store is open for reading");
	status = cardea_etcd_write_commit(
	    state->prefix, changes, count, &ask.request);
	if (status == CARDEA_OK)
		status = cardea_servers_ask(&state->servers, &ask, diag);
	if (status == CARDEA_OK)
		cardea_seen_save(&state->seen);
	free(ask.request.data);
	return status;
}

/* --- list ---------------------------------------------------------------- */

struct list {
	struct cardea_driver_state *state;
	struct cardea_key from;
	const struct cardea_key *below;
	struct cardea_etcd_page page;
};

static enum cardea_status
judge_list(void *context, const struct cardea_etcd_bytes *answer,
    struct cardea_diag *diag)
{
	struct list *list = context;
	struct cardea_etcd_head head;
	enum cardea_status status;

	status = cardea_etcd_read_list(answer, list->state->prefix, &list->from,
	    list->below, &head, &list->page, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_seen_judge(&list->state->seen, &head, false, diag);
	if (status != CARDEA_OK)
		cardea_etcd_page_clear(&list->page);
	return status;
}

static enum cardea_status
read_page(struct list *list, struct cardea_diag *diag)
{
	struct cardea_ask ask = {
		.method = CARDEA_ETCD_RANGE,
		.answer_max = CARDEA_ETCD_ANSWER_MAX(CARDEA_ETCD_PAGE),
		.judge = judge_list,
		.context = list,
	};
	enum cardea_status status;

	status = cardea_etcd_write_list(
	    list->state->prefix, &list->from, list->below, &ask.request);
	if (status == CARDEA_OK)
		status = cardea_servers_ask(&list->state->servers, &ask, diag);
	free(ask.request.data);
	return status;
}

static bool
show_page(const struct cardea_etcd_page *page, cardea_store_visit *visit,
    void *context)
{
	for (size_t i = 0; i < page->count; i++)
		if (!visit(&page->keys[i], &page->values[i], context))
			return false;
	return true;
}

/* Each page is the newest there is, and not of the time of the first: what is
 * decided by a list is decided by what holds now, and what is of one time may
 * be compacted away before the last page. */
static enum cardea_status
list(struct cardea_driver_state *state, const struct cardea_key *prefix,
    cardea_store_visit *visit, void *context, struct cardea_diag *diag)
{
	struct list *list = calloc(1, sizeof(*list));
	enum cardea_status status = CARDEA_OK;
	bool more = true;

	if (list == NULL)
		return CARDEA_E_MEMORY;
	list->state = state;
	list->from = *prefix;
	list->below = prefix;
	for (size_t pages = 0; more; pages++) {
		status = pages == PAGES_MAX
		    ? cardea_diag_set(
			  diag, CARDEA_E_CORRUPT, "the list has no end")
		    : read_page(list, diag);
		more = status == CARDEA_OK &&
		    show_page(&list->page, visit, context) && list->page.more;
		if (more) {
			/* the least key after the last one shown */
			list->from = list->page.keys[list->page.count - 1];
			list->from.bytes[list->from.len++] = '\0';
		}
		cardea_etcd_page_clear(&list->page);
	}
	free(list);
	return status;
}

/* --- the table ----------------------------------------------------------- */

static const struct cardea_driver driver = {
	.name = "etcd",
	.shared = true,
	.open = open_state,
	.close = close_state,
	.get = get,
	.commit = commit,
	.list = list,
	.members = cardea_members,
};

__attribute__((visibility("default")))
const struct cardea_etcd_library cardea_etcd_library = {
	.version = CARDEA_ETCD_LIBRARY_VERSION,
	.driver = &driver,
};
