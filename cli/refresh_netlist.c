/* SPDX-License-Identifier: BSD-2-Clause */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/moment.h"
#include "cli/refresh.h"
#include "facts/netlist_text.h"
#include "facts/netlist_write.h"

/*
 * Address lists: from the text at the path that the policy names to the form
 * that logins look up.  A source that has not been written since is not read
 * again; its prepared form is judged, and says from then on that the source
 * was seen now.
 */

struct work {
	struct cardea_refresh *refresh;
	struct cardea_policy_list list;
	char path[CARDEA_NETLIST_PATH_MAX + 1]; /* of the prepared form */
	int folder_fd, source, old, sink;
	struct cardea_netlist prepared; /* of old, if has_prepared */
	bool has_prepared;
	struct cardea_netlist_header header; /* of what is to stand there */
	enum cardea_refresh_outcome outcome;
	struct cardea_diag diag;
};

/* --- telling ---------------------------------------------------------------
 */

static void
put_item(const struct work *work, const char *reason)
{
	struct cardea_json *json = &work->refresh->admin.call->out;
	char expires[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "source", work->list.path);
	cardea_json_text(
	    json, "outcome", cardea_refresh_outcome_text(work->outcome));
	if (reason[0] != '\0')
		cardea_json_text(json, "reason", reason);
	if (work->outcome != CARDEA_REFRESH_FAILED) {
		cardea_json_text(json, "prepared", work->path);
		cardea_json_number(
		    json, "bytes", (int64_t)work->header.source.size);
		cardea_json_number(
		    json, "entries", (int64_t)work->header.entries);
		cardea_json_number(
		    json, "ranges", (int64_t)work->header.ranges);
	}
	if (work->header.expires_s != 0) {
		cardea_moment_format(work->header.expires_s, expires);
		cardea_json_text(json, "expires", expires);
	}
	cardea_json_shut(json);
}

static void
say_item(const struct work *work, const char *reason)
{
	struct cardea_call *call = work->refresh->admin.call;
	char until[CARDEA_MOMENT_TEXT_MAX + 9] = "";

	if (work->outcome == CARDEA_REFRESH_STALE)
		cardea_call_warn(call, "%s: %s", work->list.path, reason);
	if (work->outcome == CARDEA_REFRESH_FAILED)
		cardea_call_warn(call, "%s", reason);
	if (reason[0] != '\0')
		return;
	if (work->header.expires_s != 0) {
		memcpy(until, ", until ", 8);
		cardea_moment_format(work->header.expires_s, until + 8);
	}
	cardea_call_say(call, "%s: %s, entries %" PRIu64 "%s", work->list.path,
	    cardea_refresh_outcome_text(work->outcome), work->header.entries,
	    until);
}

static void
tell(struct work *work)
{
	struct cardea_refresh *refresh = work->refresh;
	char reason[1024] = "";

	if (work->outcome == CARDEA_REFRESH_FAILED)
		cardea_diag_format(&work->diag, reason, sizeof(reason));
	if (work->outcome == CARDEA_REFRESH_STALE)
		(void)snprintf(
		    reason, sizeof(reason), "has expired, by its own date");
	if (reason[0] == '\0')
		refresh->fresh++;
	else
		refresh->failed++;
	if (reason[0] != '\0' && !refresh->dry_run)
		cardea_refresh_log(
		    refresh, work->outcome, work->list.path, reason);
	if (refresh->admin.call->json)
		put_item(work, reason);
	else
		say_item(work, reason);
}

/* --- the source ------------------------------------------------------------
 */

static enum cardea_status
examine(struct work *work, struct cardea_netlist_source *ret_source)
{
	struct stat st;

	if (fstat(work->source, &st) != 0)
		return cardea_diag_set(
		    &work->diag, CARDEA_E_IO, "cannot be examined");
	ret_source->device = st.st_dev;
	ret_source->inode = st.st_ino;
	ret_source->size = (uint64_t)st.st_size;
	ret_source->modified_ns = st.st_mtim.tv_sec * INT64_C(1000000000) +
	    st.st_mtim.tv_nsec;
	ret_source->changed_ns = st.st_ctim.tv_sec * INT64_C(1000000000) +
	    st.st_ctim.tv_nsec;
	return CARDEA_OK;
}

static bool
is_same(const struct cardea_netlist_source *a,
    const struct cardea_netlist_source *b)
{
	return a->device == b->device && a->inode == b->inode &&
	    a->size == b->size && a->modified_ns == b->modified_ns &&
	    a->changed_ns == b->changed_ns;
}

/* A file that was written in this very second may be written again without
 * another date, by the coarse clock of a file system: it is read once more. */
static bool
is_settled(const struct work *work)
{
	const struct cardea_netlist_header *old = &work->prepared.header;

	return old->source.changed_ns / INT64_C(1000000000) < old->prepared_s;
}

/* --- preparing -------------------------------------------------------------
 */

static enum cardea_status
prepare(struct work *work)
{
	struct cardea_netlist_text *text = calloc(1, sizeof(*text));
	struct cardea_netlist_source after;
	struct cardea_diag *diag = &work->diag;
	enum cardea_status status;

	if (text == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	status = cardea_netlist_text_read(work->source, text, diag);
	if (status == CARDEA_OK)
		status = examine(work, &after);
	if (status == CARDEA_OK && !is_same(&work->header.source, &after))
		status = cardea_diag_set(diag, CARDEA_E_CONFLICT,
		    "was written while it was read: put a new list in its "
		    "place by renaming");
	if (status == CARDEA_OK) {
		work->header.entries = text->set.count;
		work->header.expires_s = text->expires_s;
		status = cardea_netlist_write(
		    work->sink, &text->set, &work->header, diag);
	}
	cardea_netlist_set_clear(&text->set);
	free(text);
	return status;
}

/* Written anew, by the same words: to people that is the same list. */
static bool
is_old_content(const struct work *work)
{
	const struct cardea_netlist_header *old = &work->prepared.header;

	return work->has_prepared && old->entries == work->header.entries &&
	    old->ranges == work->header.ranges &&
	    old->expires_s == work->header.expires_s &&
	    memcmp(old->top, work->header.top, sizeof(old->top)) == 0;
}

/* What is in place, once more; false if it must be made from its source. */
static bool
renew(struct work *work)
{
	const struct cardea_netlist_header *old = &work->prepared.header;

	if (!work->has_prepared || old->id != work->list.id ||
	    !is_same(&old->source, &work->header.source) || !is_settled(work) ||
	    cardea_netlist_renew(&work->prepared, work->header.prepared_s,
		work->sink, NULL) != CARDEA_OK ||
	    lseek(work->sink, 0, SEEK_SET) != 0)
		return false;
	work->header.entries = old->entries;
	work->header.ranges = old->ranges;
	work->header.expires_s = old->expires_s;
	return true;
}

static void
open_prepared(struct work *work)
{
	work->old = cardea_refresh_old(work->path);
	work->has_prepared = work->old >= 0 &&
	    cardea_netlist_open(work->old, &work->prepared, NULL) == CARDEA_OK;
}

static enum cardea_status
make(struct work *work)
{
	struct cardea_diag *diag = &work->diag;
	enum cardea_status status;

	if (renew(work)) {
		work->outcome = CARDEA_REFRESH_SAME;
		return CARDEA_OK;
	}
	if (ftruncate(work->sink, 0) != 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "cannot be written");
	status = prepare(work);
	if (status == CARDEA_OK)
		work->outcome = is_old_content(work) ? CARDEA_REFRESH_SAME
						     : CARDEA_REFRESH_NEW;
	return status;
}

static enum cardea_status
put(struct work *work)
{
	int sink = work->sink;

	work->sink = -1;
	if (!work->refresh->dry_run)
		return cardea_refresh_commit(
		    work->folder_fd, sink, work->path, &work->diag);
	cardea_refresh_abandon(work->folder_fd, sink);
	return CARDEA_OK;
}

static enum cardea_status
work_on(struct work *work)
{
	const char *folder = work->refresh->admin.settings->lists_path;
	struct cardea_diag *diag = &work->diag;
	enum cardea_status status;

	status = cardea_netlist_path(folder, work->list.id, work->path);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "there is no name for its file");
	status = cardea_file_open(
	    work->list.path, CARDEA_FILE_CONFIG, &work->source, diag);
	if (status == CARDEA_OK)
		status = examine(work, &work->header.source);
	if (status == CARDEA_OK)
		status = cardea_refresh_create(
		    work->folder_fd, &work->sink, diag);
	if (status != CARDEA_OK)
		return status;
	open_prepared(work);
	status = make(work);
	return status == CARDEA_OK ? put(work) : status;
}

static void
close_all(struct work *work)
{
	if (work->sink >= 0)
		cardea_refresh_abandon(work->folder_fd, work->sink);
	if (work->source >= 0)
		(void)close(work->source);
	if (work->old >= 0)
		(void)close(work->old);
}

static void
refresh_one(struct cardea_refresh *refresh, int folder_fd,
    const struct cardea_policy_list *list, const struct cardea_diag *trouble)
{
	int64_t now_s = refresh->admin.clock.time_s;
	struct work work = {
		.refresh = refresh,
		.list = *list,
		.folder_fd = folder_fd,
		.source = -1,
		.old = -1,
		.sink = -1,
		.header = { .id = list->id, .prepared_s = now_s },
		.diag = *trouble,
	};

	if (folder_fd < 0 || work_on(&work) != CARDEA_OK) {
		work.outcome = CARDEA_REFRESH_FAILED;
		cardea_diag_place(&work.diag, list->path, 0, NULL);
	} else if (work.header.expires_s != 0 &&
	    now_s >= work.header.expires_s) {
		work.outcome = CARDEA_REFRESH_STALE;
	}
	close_all(&work);
	tell(&work);
}

/* --- the folder ------------------------------------------------------------
 */

static bool
is_in_policy(const struct cardea_policy *policy, const char *name)
{
	struct cardea_policy_list list;
	char id[17];

	for (size_t i = 0; i < cardea_policy_list_count(policy); i++) {
		if (cardea_policy_list(policy, i, &list) != CARDEA_OK)
			return true; /* who knows */
		(void)snprintf(id, sizeof(id), "%016" PRIx64, list.id);
		if (strcmp(id, name) == 0)
			return true;
	}
	return false;
}

/* Nothing but what we have written is taken away, wherever the settings lead.
 */
static bool
is_ours(int folder_fd, const char *name)
{
	int fd = openat(
	    folder_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool ours = fd >= 0 && cardea_netlist_is_one(fd);

	if (fd >= 0)
		(void)close(fd);
	return ours;
}

/* What the policy no longer names would lie there for ever. */
static void
forget(const struct cardea_policy *policy, int folder_fd)
{
	int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;

	if (folder == NULL && fd >= 0)
		(void)close(fd);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		const char *name = entry->d_name;

		if (strlen(name) == 16 &&
		    strspn(name, "0123456789abcdef") == 16 &&
		    !is_in_policy(policy, name) && is_ours(folder_fd, name))
			(void)unlinkat(folder_fd, name, 0);
	}
	if (folder != NULL)
		(void)closedir(folder);
}

void
cardea_refresh_netlists(struct cardea_refresh *refresh)
{
	const struct cardea_policy *policy = refresh->admin.policy;
	struct cardea_json *json = &refresh->admin.call->out;
	size_t count = cardea_policy_list_count(policy);
	struct cardea_diag diag = { .line = 0 };
	struct cardea_policy_list list;
	int folder_fd = -1;

	/* without lists there need not be a folder */
	if (count > 0 &&
	    cardea_refresh_enter(refresh->admin.settings->lists_path,
		&folder_fd, &diag) != CARDEA_OK)
		folder_fd = -1;
	cardea_json_open_array(json, "address_lists");
	for (size_t i = 0; i < count; i++) {
		if (cardea_policy_list(policy, i, &list) == CARDEA_OK &&
		    cardea_refresh_is_wanted(refresh->admin.call, list.path))
			refresh_one(refresh, folder_fd, &list, &diag);
	}
	cardea_json_shut(json);
	if (folder_fd < 0)
		return;
	if (!refresh->dry_run)
		forget(policy, folder_fd);
	(void)close(folder_fd);
}
