/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardea-revocation: reads one list or answer for `cardea refresh`, and ends.
 * Lists are large and a stranger's: they are mapped, then every right goes, and
 * only then are they looked at (X07), as cardea-cert does with certificates.
 */
#include <stdio.h>
#include <unistd.h>

#include "cert/ready.h"
#include "cert/x509.h"
#include "cli/revocation/tasks.h"
#include "helper/confine.h"
#include "helper/filter.h"

#define MEMORY_MAX ((uint64_t)4 << 30) /* an index of ten million, and work */
#define CPU_MAX_S 240
#define ALL_MS 310000
#define FILE_MAX ((size_t)1 << 30)
#define AHEAD_S 300 /* how far clocks may differ */

static struct cardea_task task;

enum cardea_status
cardea_task_certificates(struct cardea_task *asked,
    struct cardea_cert_bytes items[2 * CARDEA_CERT_TRUSTED_MAX],
    size_t *ret_anchors, size_t *ret_count)
{
	struct cardea_lists_call *call = &asked->call;
	unsigned char *heap = NULL;
	enum cardea_status status;
	size_t anchors = 0, more = 0;

	status = cardea_x509_pem(&call->trust, CARDEA_CERT_TRUSTED_MAX, items,
	    &anchors, &heap, &asked->diag);
	if (status == CARDEA_OK && call->intermediates.len > 0)
		status = cardea_x509_pem(&call->intermediates,
		    CARDEA_CERT_TRUSTED_MAX, items + anchors, &more, &heap,
		    &asked->diag);
	if (status != CARDEA_OK)
		return status;
	*ret_anchors = anchors;
	*ret_count = anchors + more;
	return CARDEA_OK;
}

enum cardea_status
cardea_task_check_date(struct cardea_task *asked)
{
	if (asked->info.this_update_s <= asked->call.now_s + AHEAD_S)
		return CARDEA_OK;
	return cardea_diag_set(&asked->diag, CARDEA_E_UNSAFE,
	    "is dated after now: one of two clocks is wrong");
}

static enum cardea_status
do_task(void)
{
	switch (task.call.task) {
	case CARDEA_LISTS_CRL:
		return cardea_task_crl(&task);
	case CARDEA_LISTS_KRL:
		return cardea_task_krl(&task);
	case CARDEA_LISTS_ASK:
		return cardea_task_ask(&task);
	case CARDEA_LISTS_ANSWER:
		return cardea_task_answer(&task);
	case CARDEA_LISTS_NONE:
		break;
	}
	return CARDEA_E_SYNTAX;
}

static bool
confine(void)
{
	return cardea_confine_first(MEMORY_MAX, CPU_MAX_S) == CARDEA_OK &&
	    cardea_confine(false) == CARDEA_OK &&
	    cardea_confine_rest() == CARDEA_OK &&
	    cardea_filter_compute() == CARDEA_OK;
}

static bool
take_files(const struct cardea_stream_part *parts, size_t count)
{
	size_t next = 1;

	if (count != 1u + task.call.has_list + task.call.has_old)
		return false;
	if (task.call.has_list) {
		task.list.data = parts[next].data;
		task.list.len = parts[next++].len;
	}
	if (task.call.has_old) {
		task.old.data = parts[next].data;
		task.old.len = parts[next].len;
	}
	return true;
}

int
main(void)
{
	struct cardea_stream_part parts[CARDEA_STREAM_FILES_MAX + 1];
	struct cardea_stream_end end = { .info_len = 0 };
	size_t count = 0;

	cardea_confine_time(ALL_MS);
	if (cardea_stream_hear(FILE_MAX, parts, &count) != CARDEA_OK ||
	    cardea_cert_ready() != CARDEA_OK || !confine())
		_exit(1);
	if (cardea_lists_unpack_call(parts[0].data, parts[0].len, &task.call) !=
		CARDEA_OK ||
	    !take_files(parts, count))
		_exit(1);
	end.status = do_task();
	if (end.status == CARDEA_OK)
		cardea_lists_pack_info(&task.info, &end);
	else
		(void)snprintf(end.reason, sizeof(end.reason), "%s",
		    task.diag.reason[0] != '\0'
			? task.diag.reason
			: cardea_status_text(end.status));
	_exit(cardea_stream_say(&end) == CARDEA_OK ? 0 : 1);
}
