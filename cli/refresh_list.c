/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/refresh.h"
#include "refresh/fetch.h"
#include "store/crypto.h"

#define LIST_S 900  /* the whole of a large list, over a thin line */
#define ANSWER_S 30 /* one answer */
#define STALL_S 20

/* --- getting it ---------------------------------------------------------- */

static bool
is_url(const char *source)
{
	return strncmp(source, "http://", 7) == 0 ||
	    strncmp(source, "https://", 8) == 0;
}

static void
show_progress(size_t len, void *context)
{
	const char *source = context;

	fprintf(stderr, "\r\033[K%.60s: %zu.%zu MB", source, len / 1000000,
	    len / 100000 % 10);
	fflush(stderr);
}

static void
end_progress(const struct cardea_refresh *refresh)
{
	if (refresh->shows_progress)
		fputs("\r\033[K", stderr);
}

static enum cardea_status
get_url(struct cardea_refresh *refresh, const char *source, size_t max,
    const struct cardea_cert_bytes *body, int *ret_fd, size_t *ret_len,
    struct cardea_diag *diag)
{
	uint32_t all_s = body == NULL ? LIST_S : ANSWER_S;
	struct cardea_fetch fetch = {
		.trust = refresh->trust,
		.trust_len = refresh->trust_len,
		.max = max,
		.all_s = refresh->timeout_s != 0 ? refresh->timeout_s : all_s,
	};
	enum cardea_status status;

	fetch.stall_s = fetch.all_s < STALL_S ? fetch.all_s : STALL_S;
	if (body != NULL) {
		fetch.body = body->data;
		fetch.body_len = body->len;
	}
	status = cardea_text_copy(fetch.url, sizeof(fetch.url), source);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "is too long an address");
	status = cardea_fetch(&fetch,
	    refresh->shows_progress ? show_progress : NULL,
	    (void *)(uintptr_t)source, ret_fd, ret_len, diag);
	end_progress(refresh);
	return status;
}

/* Copied first: it may change while it is read. */
static enum cardea_status
get_file(const char *path, size_t max, int *ret_fd, size_t *ret_len,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	int from = -1, to = -1;

	status = cardea_file_open(path, CARDEA_FILE_CONFIG, &from, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_stream_file(&to, diag);
	if (status == CARDEA_OK)
		status = cardea_refresh_copy(from, to, max, ret_len);
	if (status == CARDEA_OK)
		status = cardea_stream_seal(to, diag);
	(void)close(from);
	if (status == CARDEA_OK) {
		*ret_fd = to; /* moved */
		return status;
	}
	if (to >= 0)
		(void)close(to);
	if (status == CARDEA_E_RANGE)
		return cardea_diag_set(
		    diag, status, "is larger than %zu bytes", max);
	return cardea_diag_set(diag, status, "cannot be read");
}

enum cardea_status
cardea_refresh_get(struct cardea_refresh *refresh, const char *source,
    size_t max, const struct cardea_cert_bytes *body, int *ret_fd,
    size_t *ret_len, struct cardea_diag *diag)
{
	if (is_url(source))
		return get_url(
		    refresh, source, max, body, ret_fd, ret_len, diag);
	return get_file(source, max, ret_fd, ret_len, diag);
}

/* --- judging it and putting it in place ---------------------------------- */

bool
cardea_refresh_is_over(const struct cardea_authority *authority,
    const struct cardea_lists_info *info, int64_t now_s)
{
	if (info->next_update_s != 0 && now_s > info->next_update_s)
		return true;
	return authority->max_age_s != 0 &&
	    now_s - authority->max_age_s > info->this_update_s;
}

struct work {
	struct cardea_refresh *refresh;
	struct cardea_refresh_item *item;
	char path[CARDEA_CERT_PLACE_MAX + 1];
	unsigned char source[CARDEA_SHA256];
	int list, old, sink;
};

static bool
is_same_source(const struct cardea_refresh *refresh,
    const struct cardea_refresh_item *item, const unsigned char source[32])
{
	const struct cardea_cert_state_list *list = cardea_cert_state_find(
	    &refresh->state, item->authority->name, (uint32_t)item->number);

	return list != NULL && memcmp(list->source, source, 32) == 0;
}

/* A KRL is used as it came; of a CRL it is the index. */
static enum cardea_status
read_list(struct work *work, const struct cardea_lists_call *call)
{
	struct cardea_refresh_item *item = work->item;
	enum cardea_status status;
	size_t len = 0;

	status = cardea_refresh_create(
	    work->refresh->folder_fd, &work->sink, &item->diag);
	if (status == CARDEA_OK)
		status = cardea_lists_run(call, work->list, work->old,
		    work->sink, &item->info, &len, &item->diag);
	if (status == CARDEA_OK && call->task == CARDEA_LISTS_KRL && len != 0)
		status = CARDEA_E_SYNTAX;
	if (status == CARDEA_OK && call->task == CARDEA_LISTS_KRL)
		status = cardea_refresh_copy(
		    work->list, work->sink, CARDEA_KRL_MAX, &len);
	if (status == CARDEA_OK && !item->info.is_same && len == 0)
		status = CARDEA_E_SYNTAX;
	return status == CARDEA_OK ? CARDEA_OK
				   : cardea_diag_set(&item->diag, status, "%s",
					 cardea_status_text(status));
}

static enum cardea_status
put_list(struct work *work)
{
	struct cardea_refresh *refresh = work->refresh;
	int sink = work->sink;
	/* a login takes its age from the file, where it has no date itself */
	bool is_undated = work->item->authority->kind == CARDEA_AUTHORITY_SSH &&
	    work->item->info.this_update_s == 0;

	work->sink = -1;
	if (!refresh->dry_run && (!work->item->info.is_same || is_undated))
		return cardea_refresh_commit(
		    refresh->folder_fd, sink, work->path, &work->item->diag);
	cardea_refresh_abandon(refresh->folder_fd, sink);
	return CARDEA_OK;
}

static void
note(const struct work *work)
{
	struct cardea_refresh *refresh = work->refresh;
	const struct cardea_refresh_item *item = work->item;
	int64_t now_s = refresh->admin.clock.time_s;
	struct cardea_cert_state_list list = {
		.number = (uint32_t)item->number,
		.this_update_s = item->info.this_update_s,
		.next_update_s = item->info.next_update_s,
		.fetched_s = now_s,
	};

	memcpy(list.source, work->source, sizeof(list.source));
	/* a KRL may have no date: then it is as old as our copy */
	if (list.this_update_s == 0)
		list.this_update_s = now_s;
	cardea_refresh_note(refresh, item->authority, &list);
}

static enum cardea_status
work_on(struct work *work, const struct cardea_lists_call *call)
{
	struct cardea_refresh_item *item = work->item;
	bool is_krl = call->task == CARDEA_LISTS_KRL;
	enum cardea_status status;

	status = cardea_cert_place_list(
	    work->refresh->folder, item->authority, item->number, work->path);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    &item->diag, status, "there is no name for its file");
	status = cardea_refresh_get(work->refresh, item->source,
	    is_krl ? CARDEA_KRL_MAX : CARDEA_CRL_MAX, NULL, &work->list,
	    &item->len, &item->diag);
	if (status != CARDEA_OK)
		return status;
	work->old = cardea_refresh_old(work->path);
	status = read_list(work, call);
	return status == CARDEA_OK ? put_list(work) : status;
}

void
cardea_refresh_list(struct cardea_refresh *refresh,
    const struct cardea_authority *authority,
    const struct cardea_refresh_files *files, size_t number)
{
	struct cardea_refresh_item item = {
		.authority = authority,
		.source = authority->lists[number],
		.number = number,
	};
	struct work work = {
		.refresh = refresh,
		.item = &item,
		.list = -1,
		.old = -1,
		.sink = -1,
	};
	struct cardea_lists_call call;
	enum cardea_status status;

	call = cardea_refresh_call(refresh, authority, files,
	    authority->kind == CARDEA_AUTHORITY_SSH ? CARDEA_LISTS_KRL
						    : CARDEA_LISTS_CRL);
	status = cardea_crypto_sha256(
	    item.source, strlen(item.source), work.source);
	call.same_source = is_same_source(refresh, &item, work.source);
	if (status == CARDEA_OK)
		status = work_on(&work, &call);
	if (status == CARDEA_OK) {
		item.outcome = item.info.is_same ? CARDEA_REFRESH_SAME
						 : CARDEA_REFRESH_NEW;
		note(&work);
		if (item.info.this_update_s != 0 &&
		    cardea_refresh_is_over(
			authority, &item.info, refresh->admin.clock.time_s))
			item.outcome = CARDEA_REFRESH_STALE;
	}
	if (work.sink >= 0)
		cardea_refresh_abandon(refresh->folder_fd, work.sink);
	if (work.list >= 0)
		(void)close(work.list);
	if (work.old >= 0)
		(void)close(work.old);
	cardea_refresh_tell(refresh, &item);
}
