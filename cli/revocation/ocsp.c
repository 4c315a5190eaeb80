/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/issuer.h"
#include "cert/ocsp.h"
#include "cli/revocation/tasks.h"

/* --- whom to ask --------------------------------------------------------- */

struct path {
	struct cardea_task *task;
	size_t anchors,
	    count; /* anchors first, then all that may lie between */
	struct cardea_cert_bytes
	    items[2 * CARDEA_CERT_TRUSTED_MAX + CARDEA_CERT_CHAIN_MAX];
	struct cardea_lists_wish wishes[CARDEA_CERT_CHAIN_MAX + 1];
};

static enum cardea_status
collect(struct path *path)
{
	const struct cardea_lists_call *call = &path->task->call;
	enum cardea_status status;

	status = cardea_task_certificates(
	    path->task, path->items, &path->anchors, &path->count);
	for (size_t i = 1; status == CARDEA_OK && i < call->chain_count; i++)
		path->items[path->count++] = call->chain[i];
	return status;
}

/* From the leaf up, until an anchor has signed. */
static enum cardea_status
climb(struct path *path, size_t *ret_count)
{
	struct cardea_cert_bytes at = path->task->call.chain[0];
	bool is_anchored = false;
	size_t count = 0;

	while (!is_anchored) {
		struct cardea_lists_wish *wish = &path->wishes[count];
		enum cardea_status status;
		size_t index = 0;

		if (count > CARDEA_CERT_CHAIN_MAX)
			return CARDEA_E_MISSING;
		status = cardea_cert_issuer(
		    &at, path->items, path->count, &index);
		if (status != CARDEA_OK)
			return status;
		wish->certificate = at;
		wish->issuer = path->items[index];
		at = wish->issuer;
		is_anchored = index < path->anchors;
		count++;
	}
	*ret_count = count;
	return CARDEA_OK;
}

static enum cardea_status
write_requests(struct path *path, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct cardea_lists_wish *wish = &path->wishes[i];
		unsigned char *request = NULL; /* lives as long as we do */
		enum cardea_status status;

		status = cardea_ocsp_ask(&wish->certificate, &wish->issuer,
		    &request, &wish->request.len, &path->task->diag);
		if (status != CARDEA_OK)
			return status;
		wish->request.data = request;
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_task_ask(struct cardea_task *task)
{
	static unsigned char bytes[CARDEA_LISTS_WISHES_BYTES];
	static struct path path;
	enum cardea_status status;
	size_t count = 0, len = 0;

	path.task = task;
	if (task->call.chain_count == 0)
		return CARDEA_E_SYNTAX;
	status = collect(&path);
	if (status != CARDEA_OK)
		return status;
	status = climb(&path, &count);
	/* no path, or no certificate at all: there is nobody to ask about it,
	 * which is no failure of anybody */
	if (status == CARDEA_E_MISSING || status == CARDEA_E_SYNTAX)
		return CARDEA_OK;
	if (status == CARDEA_OK)
		status = write_requests(&path, count);
	if (status == CARDEA_OK)
		status = cardea_lists_pack_wishes(
		    path.wishes, count, bytes, sizeof(bytes), &len);
	if (status == CARDEA_OK)
		status = cardea_stream_put(bytes, len);
	task->info.entries = count;
	return status;
}

/* --- what they say ------------------------------------------------------- */

static enum cardea_ocsp_answer
judge(const struct cardea_task *task, const struct cardea_cert_bytes *answer,
    int64_t time_s, int64_t *date_s, struct cardea_diag *diag)
{
	const struct cardea_ocsp_call call = {
		.response = *answer,
		.certificate = task->call.certificate,
		.issuer = task->call.issuer,
		.time_s = time_s,
		.max_age_s = task->call.max_age_s,
		.request = task->call.request,
	};

	return cardea_ocsp_judge(&call, date_s, diag);
}

/* The last second at which it is good: by asking the judge himself, so that
 * nobody else need know what makes an answer end. */
static int64_t
find_end(const struct cardea_task *task)
{
	int64_t good_s = task->call.now_s;
	int64_t over_s = good_s + CARDEA_REVOCATION_MAX_S, date_s = 0;

	if (judge(task, &task->list, over_s, &date_s, NULL) == CARDEA_OCSP_GOOD)
		return 0;
	while (over_s - good_s > 1) {
		int64_t middle_s = good_s + (over_s - good_s) / 2;

		if (judge(task, &task->list, middle_s, &date_s, NULL) ==
		    CARDEA_OCSP_GOOD)
			good_s = middle_s;
		else
			over_s = middle_s;
	}
	return good_s;
}

/* Without a nonce anybody can hand us what was true once. */
static enum cardea_status
compare(struct cardea_task *task)
{
	const struct cardea_cert_bytes none = { .data = NULL };
	struct cardea_task other = *task;
	enum cardea_ocsp_answer answer;
	int64_t old_s = 0;

	/* the old one answered another request */
	other.call.request = none;
	if (task->old.len == 0)
		return CARDEA_OK;
	answer = judge(&other, &task->old, task->call.now_s, &old_s, NULL);
	if ((answer != CARDEA_OCSP_GOOD && answer != CARDEA_OCSP_REVOKED) ||
	    task->info.this_update_s >= old_s)
		return CARDEA_OK;
	return cardea_diag_set(&task->diag, CARDEA_E_CONFLICT,
	    "is older than the answer in place");
}

enum cardea_status
cardea_task_answer(struct cardea_task *task)
{
	enum cardea_ocsp_answer answer;

	if (task->list.len > CARDEA_OCSP_MAX)
		return cardea_diag_set(&task->diag, CARDEA_E_RANGE,
		    "is larger than %d bytes", CARDEA_OCSP_MAX);
	answer = judge(task, &task->list, task->call.now_s,
	    &task->info.this_update_s, &task->diag);
	switch (answer) {
	case CARDEA_OCSP_GOOD:
		task->info.next_update_s = find_end(task);
		return compare(task);
	case CARDEA_OCSP_REVOKED:
		task->info.answer = CARDEA_LISTS_REVOKED;
		return compare(task);
	case CARDEA_OCSP_UNKNOWN:
		task->info.answer = CARDEA_LISTS_UNKNOWN;
		return CARDEA_OK;
	case CARDEA_OCSP_NONE:
	case CARDEA_OCSP_INVALID:
	case CARDEA_OCSP_STALE:
		break;
	}
	return cardea_diag_set(
	    &task->diag, CARDEA_E_UNSAFE, "is no answer that can be believed");
}
