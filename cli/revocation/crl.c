/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/crlindex.h"
#include "cli/revocation/tasks.h"

/* Hex, of any length. */
static int
compare_numbers(const char *one, const char *two)
{
	size_t len, other;

	one += strspn(one, "0");
	two += strspn(two, "0");
	len = strlen(one);
	other = strlen(two);
	if (len != other)
		return len < other ? -1 : 1;
	return strcmp(one, two);
}

/* Another list altogether, which the settings may have put there.  From the
 * same source it is one more way back: the other one first, which has no number
 * to compare, then what is older than what was in place before. */
static enum cardea_status
compare_other(struct cardea_task *task, const struct cardea_crlindex_info *now,
    const struct cardea_crlindex_info *old)
{
	if (!task->call.same_source || now->this_update_s >= old->this_update_s)
		return CARDEA_OK;
	return cardea_diag_set(&task->diag, CARDEA_E_CONFLICT,
	    "is another list than the one in place, and older");
}

/* RFC 5280, 5.2.3: a newer list has a greater number.  Whoever is between us
 * and the server can hand us any list that was ever signed. */
static enum cardea_status
compare(struct cardea_task *task, const struct cardea_crlindex_info *now,
    const struct cardea_crlindex_info *old)
{
	bool is_older = now->this_update_s < old->this_update_s;

	if (strcmp(now->issuer, old->issuer) != 0 || now->delta != old->delta)
		return compare_other(task, now, old);
	if (old->number[0] != '\0' &&
	    compare_numbers(now->number, old->number) < 0)
		is_older = true;
	if (!is_older)
		return CARDEA_OK;
	return cardea_diag_set(&task->diag, CARDEA_E_CONFLICT,
	    "is older than the one in place (number %.40s, then %.40s)",
	    old->number, now->number);
}

static enum cardea_status
judge(struct cardea_task *task, const unsigned char *index, size_t len)
{
	const struct cardea_cert_bytes bytes = { .data = index, .len = len };
	struct cardea_crlindex_info now = { .entries = 0 }, old = now;
	enum cardea_status status;

	status = cardea_crlindex_info(&bytes, &now, &task->diag);
	if (status != CARDEA_OK)
		return status;
	task->info.this_update_s = now.this_update_s;
	task->info.next_update_s = now.next_update_s;
	task->info.entries = now.entries;
	task->info.delta = now.delta;
	memcpy(task->info.number, now.number, sizeof(now.number));
	status = cardea_task_check_date(task);
	if (status != CARDEA_OK)
		return status;
	/* a damaged one has no say */
	if (task->old.len == 0 ||
	    cardea_crlindex_info(&task->old, &old, NULL) != CARDEA_OK)
		return CARDEA_OK;
	task->info.is_same = task->old.len == len &&
	    memcmp(task->old.data, index, len) == 0;
	return compare(task, &now, &old);
}

enum cardea_status
cardea_task_crl(struct cardea_task *task)
{
	static struct cardea_cert_bytes items[2 * CARDEA_CERT_TRUSTED_MAX];
	struct cardea_crlindex_issuers issuers = { .items = items };
	enum cardea_status status;
	unsigned char *index = NULL;
	size_t anchors = 0, len = 0;

	status = cardea_task_certificates(
	    task, items, &anchors, &issuers.count);
	if (status == CARDEA_OK)
		status = cardea_crlindex_build(
		    &task->list, &issuers, &index, &len, &task->diag);
	if (status == CARDEA_OK)
		status = judge(task, index, len);
	if (status == CARDEA_OK && !task->info.is_same)
		status = cardea_stream_put(index, len);
	free(index);
	return status;
}
