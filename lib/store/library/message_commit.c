/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/library/message_parts.h"

/* --- what is asked ------------------------------------------------------- */

/* To take away what must not be there is to look whether it is. */
static enum cardea_change_kind
kind_of(const struct cardea_change *change)
{
	return change->kind == CARDEA_CHANGE_DELETE && change->version == 0
	    ? CARDEA_CHANGE_CHECK
	    : change->kind;
}

bool
cardea_etcd_writes(const struct cardea_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (kind_of(&changes[i]) != CARDEA_CHANGE_CHECK)
			return true;
	return false;
}

/* Everything of one transaction, because its messages point at one another. */
struct txn {
	struct cardea_etcd_name names[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__Compare compare[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__Compare *compares[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__RangeRequest range[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__PutRequest put[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__DeleteRangeRequest drop[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__RequestOp success[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__RequestOp *successes[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__RequestOp failure[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__RequestOp *failures[CARDEA_DRIVER_CHANGES_MAX];
	Etcd__TxnRequest request;
};

static void
add_compare(struct txn *txn, const struct cardea_change *change, size_t at)
{
	Etcd__Compare *compare = &txn->compare[at];

	etcd__compare__init(compare);
	compare->result = ETCD__COMPARE__RESULT__EQUAL;
	compare->key = cardea_etcd_data(
	    txn->names[at].bytes, txn->names[at].len);
	if (change->version == 0) {
		compare->target = ETCD__COMPARE__TARGET__CREATE;
		compare->goal_case = ETCD__COMPARE__GOAL_CREATE_REVISION;
		compare->create_revision = 0;
	} else {
		compare->target = ETCD__COMPARE__TARGET__MOD;
		compare->goal_case = ETCD__COMPARE__GOAL_MOD_REVISION;
		compare->mod_revision = (int64_t)change->version;
	}
	txn->compares[txn->request.n_compare++] = compare;
}

static Etcd__RequestOp *
add_success(struct txn *txn, Etcd__RequestOp__RequestCase kind)
{
	size_t at = txn->request.n_success++;

	etcd__request_op__init(&txn->success[at]);
	txn->success[at].request_case = kind;
	txn->successes[at] = &txn->success[at];
	return &txn->success[at];
}

static void
add_failure(struct txn *txn, Etcd__RangeRequest *range)
{
	size_t at = txn->request.n_failure++;

	etcd__request_op__init(&txn->failure[at]);
	txn->failure[at].request_case = ETCD__REQUEST_OP__REQUEST_RANGE;
	txn->failure[at].range = range;
	txn->failures[at] = &txn->failure[at];
}

/* only_checks: nothing is written, and etcd takes a transaction in which
 * nothing is asked for one that may be answered from what a server remembers.
 * A read among its operations makes it ask the others first. */
static void
add_change(struct txn *txn, const struct cardea_change *change, size_t at,
    bool only_checks)
{
	ProtobufCBinaryData key = cardea_etcd_data(
	    txn->names[at].bytes, txn->names[at].len);

	etcd__range_request__init(&txn->range[at]);
	txn->range[at].key = key;
	switch (kind_of(change)) {
	case CARDEA_CHANGE_CHECK:
		if (!only_checks)
			return;
		txn->range[at].keys_only = true;
		add_success(txn, ETCD__REQUEST_OP__REQUEST_RANGE)->range =
		    &txn->range[at];
		add_failure(txn, &txn->range[at]);
		return;
	case CARDEA_CHANGE_PUT:
		etcd__put_request__init(&txn->put[at]);
		txn->put[at].key = key;
		txn->put[at].value = cardea_etcd_data(
		    change->data, change->len);
		add_success(txn, ETCD__REQUEST_OP__REQUEST_PUT)->put =
		    &txn->put[at];
		add_failure(txn, &txn->range[at]);
		return;
	case CARDEA_CHANGE_DELETE:
		etcd__delete_range_request__init(&txn->drop[at]);
		txn->drop[at].key = key;
		add_success(txn, ETCD__REQUEST_OP__REQUEST_DELETE_RANGE)
		    ->delete_range = &txn->drop[at];
		return;
	}
}

enum cardea_status
cardea_etcd_write_commit(const char *prefix,
    const struct cardea_change *changes, size_t count,
    struct cardea_etcd_bytes *ret_bytes)
{
	struct txn *txn;
	enum cardea_status status = CARDEA_OK;

	if (count > CARDEA_DRIVER_CHANGES_MAX)
		return CARDEA_E_RANGE;
	txn = calloc(1, sizeof(*txn));
	if (txn == NULL)
		return CARDEA_E_MEMORY;
	etcd__txn_request__init(&txn->request);
	txn->request.compare = txn->compares;
	txn->request.success = txn->successes;
	txn->request.failure = txn->failures;
	for (size_t i = 0; status == CARDEA_OK && i < count; i++) {
		status = cardea_etcd_name(
		    prefix, &changes[i].key, &txn->names[i]);
		/* etcd counts in signed numbers and has none as high */
		if (changes[i].version > INT64_MAX)
			status = CARDEA_E_CONFLICT;
		if (status != CARDEA_OK)
			break;
		add_compare(txn, &changes[i], i);
		add_change(
		    txn, &changes[i], i, !cardea_etcd_writes(changes, count));
	}
	if (status == CARDEA_OK)
		status = cardea_etcd_pack(&txn->request.base, ret_bytes);
	free(txn);
	return status;
}

/* --- and what became of it ----------------------------------------------- */

struct verdict {
	const Etcd__TxnResponse *answer;
	const char *prefix;
	struct cardea_etcd_head head;
	size_t at; /* the next of its responses */
	bool ours; /* so far */
	struct cardea_diag *diag;
};

static const Etcd__ResponseOp *
next_part(struct verdict *verdict, Etcd__ResponseOp__ResponseCase kind)
{
	const Etcd__ResponseOp *part = verdict->at <
		verdict->answer->n_responses
	    ? verdict->answer->responses[verdict->at++]
	    : NULL;

	return part != NULL && part->response_case == kind ? part : NULL;
}

static enum cardea_status
read_row(struct verdict *verdict, const struct cardea_change *change,
    const Etcd__KeyValue **ret_row)
{
	const Etcd__ResponseOp *part = next_part(
	    verdict, ETCD__RESPONSE_OP__RESPONSE_RANGE);
	struct cardea_etcd_name name;
	enum cardea_status status = cardea_etcd_name(
	    verdict->prefix, &change->key, &name);

	if (status != CARDEA_OK)
		return status;
	return cardea_etcd_find_row(part != NULL ? part->range : NULL, &name,
	    &verdict->head, ret_row, verdict->diag);
}

/* It says that it was done: then it also says how each part went. */
static enum cardea_status
judge_done(struct verdict *verdict, const struct cardea_change *change,
    bool only_checks)
{
	const Etcd__KeyValue *row;

	if (change->version > verdict->head.revision ||
	    (!only_checks && change->version == verdict->head.revision))
		return cardea_etcd_malformed(
		    verdict->diag, "it is older than what it made");
	switch (kind_of(change)) {
	case CARDEA_CHANGE_CHECK:
		return only_checks ? read_row(verdict, change, &row)
				   : CARDEA_OK;
	case CARDEA_CHANGE_PUT:
		return next_part(verdict, ETCD__RESPONSE_OP__RESPONSE_PUT) !=
			NULL
		    ? CARDEA_OK
		    : cardea_etcd_malformed(
			  verdict->diag, "a part of it is missing");
	case CARDEA_CHANGE_DELETE:
		return next_part(verdict,
			   ETCD__RESPONSE_OP__RESPONSE_DELETE_RANGE) != NULL
		    ? CARDEA_OK
		    : cardea_etcd_malformed(
			  verdict->diag, "a part of it is missing");
	}
	return CARDEA_E_INTERNAL;
}

static enum cardea_status
judge_lost(struct verdict *verdict, const struct cardea_change *change,
    bool only_checks)
{
	const Etcd__KeyValue *row = NULL;
	enum cardea_status status = CARDEA_OK;

	if (change->kind == CARDEA_CHANGE_PUT || only_checks)
		status = read_row(verdict, change, &row);
	if (change->kind == CARDEA_CHANGE_PUT &&
	    (row == NULL || row->value.len != change->len ||
		(change->len > 0 &&
		    memcmp(row->value.data, change->data, change->len) != 0)))
		verdict->ours = false;
	return status;
}

enum cardea_status
cardea_etcd_read_commit(const struct cardea_etcd_bytes *bytes,
    const char *prefix, const struct cardea_change *changes, size_t count,
    struct cardea_etcd_head *ret_head, enum cardea_etcd_outcome *ret_outcome,
    struct cardea_diag *diag)
{
	struct verdict verdict = { .prefix = prefix, .diag = diag };
	bool only_checks = !cardea_etcd_writes(changes, count);
	bool puts = false;
	Etcd__TxnResponse *answer;
	enum cardea_status status;

	answer = (Etcd__TxnResponse *)cardea_etcd_unpack(
	    &etcd__txn_response__descriptor, bytes, diag);
	if (answer == NULL)
		return CARDEA_E_CORRUPT;
	verdict.answer = answer;
	verdict.ours = !answer->succeeded;
	status = cardea_etcd_read_head(answer->header, &verdict.head, diag);
	for (size_t i = 0; status == CARDEA_OK && i < count; i++) {
		status = answer->succeeded
		    ? judge_done(&verdict, &changes[i], only_checks)
		    : judge_lost(&verdict, &changes[i], only_checks);
		puts = puts || changes[i].kind == CARDEA_CHANGE_PUT;
	}
	if (status == CARDEA_OK && verdict.at != answer->n_responses)
		status = cardea_etcd_malformed(
		    diag, "it has parts that were not asked for");
	if (status == CARDEA_OK) {
		*ret_head = verdict.head;
		*ret_outcome = answer->succeeded ? CARDEA_ETCD_DONE
		    : verdict.ours && puts	 ? CARDEA_ETCD_OURS
						 : CARDEA_ETCD_LOST;
	}
	cardea_etcd_forget(answer);
	return status;
}
