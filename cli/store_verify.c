/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>

#include "cli/store.h"
#include "store/audit.h"
#include "store/kinds.h"
#include "store/survey.h"

/* `cardea store verify`: every record opened, read and held against those that
 * belong to it.  Changes nothing. */

static const struct cardea_option verify_options[] = {
	{ NULL, NULL, NULL, false },
};

struct verifying {
	struct cardea_admin admin;
	struct cardea_progress progress;
	const char *kind;
	uint64_t seen, bad, left_over;
	enum cardea_status status; /* of reading the store */
	struct cardea_diag *diag;
};

/* An owner in a shared store that does not open is a pseudonym; an id may be a
 * hash of something that is not for a log, so it is not told. */
static void
tell_bad(struct verifying *verifying, const struct cardea_survey_row *row,
    const char *reason)
{
	struct cardea_call *call = verifying->admin.call;
	const char *kind = verifying->kind, *owner = "", *id = "";

	verifying->bad++;
	cardea_progress_end(&verifying->progress);
	if (cardea_key_split(row->key, &kind, &owner, &id) != CARDEA_OK)
		owner = "?";
	cardea_call_say(call, "%s%s%s: %s", kind,
	    owner[0] != '\0' ? " of " : "", owner, reason);
	cardea_json_open_object(&call->out, NULL);
	cardea_json_text(&call->out, "kind", kind);
	cardea_json_text(&call->out, "owner", owner);
	cardea_json_text(&call->out, "reason", reason);
	cardea_json_shut(&call->out);
}

static bool
look_at(const struct cardea_survey_row *row, void *context)
{
	struct verifying *verifying = context;
	struct cardea_diag diag = { 0 };
	enum cardea_status status = row->status;
	bool left_over = false;

	if (++verifying->seen % 64 == 0)
		cardea_progress_tell(
		    verifying->kind, verifying->seen, &verifying->progress);
	if (status != CARDEA_OK) {
		tell_bad(verifying, row, row->reason);
		return true;
	}
	status = cardea_audit_record(row->key, row->value, &diag);
	if (status == CARDEA_OK)
		status = cardea_audit_relatives(
		    verifying->admin.store, row->key, row->value, &diag);
	if (status == CARDEA_E_CORRUPT || status == CARDEA_E_VERSION) {
		tell_bad(verifying, row,
		    diag.reason[0] != '\0' ? diag.reason
					   : cardea_status_text(status));
		return true;
	}
	if (status == CARDEA_OK)
		status = cardea_audit_is_left_over(
		    verifying->admin.store, row->key, &left_over, &diag);
	verifying->left_over += left_over;
	if (status != CARDEA_OK)
		*verifying->diag = diag;
	verifying->status = status;
	return status == CARDEA_OK;
}

static enum cardea_status
verify_all(struct verifying *verifying)
{
	enum cardea_status status = CARDEA_OK;

	cardea_progress_begin(&verifying->progress, verifying->admin.call);
	for (size_t i = 0; status == CARDEA_OK && i < cardea_kind_count; i++) {
		verifying->kind = cardea_kinds[i].name;
		status = cardea_store_survey(verifying->admin.store,
		    verifying->kind, look_at, verifying, verifying->diag);
		if (status == CARDEA_OK)
			status = verifying->status;
	}
	cardea_progress_end(&verifying->progress);
	return status;
}

static enum cardea_exit
run_verify(struct cardea_call *call)
{
	struct cardea_diag diag = { 0 };
	struct verifying verifying = { .diag = &diag };
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status;

	status = cardea_store_verb_open(&verifying.admin, call, true, &diag);
	if (status == CARDEA_OK) {
		cardea_json_open_array(&call->out, "bad");
		status = verify_all(&verifying);
		cardea_json_shut(&call->out);
	}
	if (status != CARDEA_OK) {
		code = cardea_call_trouble(call, status, &diag);
	} else {
		cardea_json_number(
		    &call->out, "records", (int64_t)verifying.seen);
		cardea_json_number(
		    &call->out, "left_over", (int64_t)verifying.left_over);
		cardea_call_say(call, "%" PRIu64 " records, %" PRIu64 " bad",
		    verifying.seen, verifying.bad);
		if (verifying.left_over > 0)
			cardea_call_say(call,
			    "%" PRIu64 " marks of enrolments that are gone: "
			    "they say nothing",
			    verifying.left_over);
		if (verifying.bad > 0)
			code = CARDEA_EXIT_NO;
	}
	cardea_admin_close(&verifying.admin);
	return code;
}

const struct cardea_command cardea_verb_store_verify = {
	"store verify",
	"",
	0,
	0,
	"read every record and hold it against the others",
	true,
	verify_options,
	run_verify,
};
