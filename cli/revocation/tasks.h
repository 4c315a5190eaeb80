/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_REVOCATION_TASKS_H
#define CARDEA_CLI_REVOCATION_TASKS_H

#include "refresh/lists.h"

/* One task of cardea-revocation, and what there is to say of it. */
struct cardea_task {
	struct cardea_lists_call call;
	struct cardea_cert_bytes list, old; /* empty: there is none */
	struct cardea_lists_info info;
	struct cardea_diag diag;
};

CARDEA_MUST_USE enum cardea_status cardea_task_crl(struct cardea_task *task);
CARDEA_MUST_USE enum cardea_status cardea_task_krl(struct cardea_task *task);
CARDEA_MUST_USE enum cardea_status cardea_task_ask(struct cardea_task *task);
CARDEA_MUST_USE enum cardea_status cardea_task_answer(struct cardea_task *task);

/* cardea_task_certificates: those of the authority, anchors first, as one heap
 * block that is never freed: the process has one task. */
CARDEA_MUST_USE enum cardea_status
cardea_task_certificates(struct cardea_task *task,
    struct cardea_cert_bytes items[2 * CARDEA_CERT_TRUSTED_MAX],
    size_t *ret_anchors, size_t *ret_count);

/* cardea_task_check_date: a list of tomorrow would shut out those of today. */
CARDEA_MUST_USE enum cardea_status
cardea_task_check_date(struct cardea_task *task);

#endif
