/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cert/krl.h"
#include "cli/revocation/tasks.h"

static enum cardea_status
read_info(struct cardea_task *task, const struct cardea_cert_bytes *bytes,
    struct cardea_krl_info *info, struct cardea_diag *diag)
{
	const struct cardea_cert_bytes *signers = &task->call.list_keys;
	struct cardea_krl *krl = NULL;
	enum cardea_status status;

	/* where none are set, one that is not signed will do; a login looks at
	 * the setting itself */
	status = cardea_krl_open(
	    bytes, signers->len > 0 ? signers : NULL, &krl, info, diag);
	(void)cardea_krl_close(krl);
	return status;
}

/* PROTOCOL.krl: the version is a number that grows; where nobody lets it grow,
 * the date does. */
static enum cardea_status
compare(struct cardea_task *task, const struct cardea_krl_info *now)
{
	struct cardea_krl_info old = { .version = 0 };

	/* a damaged one, or one of other signers, has no say */
	if (task->old.len == 0 ||
	    read_info(task, &task->old, &old, NULL) != CARDEA_OK)
		return CARDEA_OK;
	task->info.is_same = task->old.len == task->list.len &&
	    memcmp(task->old.data, task->list.data, task->list.len) == 0;
	if (now->version > old.version ||
	    (now->version == old.version &&
		now->generated_s >= old.generated_s))
		return CARDEA_OK;
	return cardea_diag_set(&task->diag, CARDEA_E_CONFLICT,
	    "is older than the one in place (version %" PRIu64 ", then %" PRIu64
	    ")",
	    old.version, now->version);
}

enum cardea_status
cardea_task_krl(struct cardea_task *task)
{
	struct cardea_krl_info now = { .version = 0 };
	enum cardea_status status;

	status = read_info(task, &task->list, &now, &task->diag);
	if (status != CARDEA_OK)
		return status;
	task->info.this_update_s = now.generated_s;
	task->info.entries = now.entries;
	(void)snprintf(task->info.number, sizeof(task->info.number), "%" PRIu64,
	    now.version);
	status = cardea_task_check_date(task);
	if (status != CARDEA_OK)
		return status;
	return compare(task, &now);
}
