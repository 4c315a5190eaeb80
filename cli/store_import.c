/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/moment.h"
#include "cli/store.h"
#include "store/archive.h"
#include "store/audit.h"
#include "store/mark.h"
#include "store/merge.h"
#include "store/schema.h"
#include "store/transfer.h"

/*
 * `cardea store import`: what `cardea store export` wrote, into an empty store,
 * which says that it is being filled until all is there; or with --merge into
 * one that is in use, by store/merge.h.  The whole file is judged before the
 * first write, and each record once more when it is read again.
 */

#define RACES_MAX 100

static const struct cardea_option import_options[] = {
	{ "merge", NULL, "into a store in use: what is spent stays spent",
	    false },
	{ NULL, NULL, NULL, false },
};

struct import {
	struct cardea_admin admin;
	FILE *file;
	struct cardea_archive archive;
	struct cardea_progress progress;
	bool merge;
	uint64_t written, kept, conflicts;
	struct cardea_diag diag;
};

typedef enum cardea_status each_record(struct import *import,
    const struct cardea_key *key, const struct cardea_value *value);

static enum cardea_status
open_file(struct import *import, const char *path)
{
	enum cardea_status status;
	int fd = -1;

	status = cardea_file_open(path, CARDEA_FILE_SECRET, &fd, &import->diag);
	if (status != CARDEA_OK)
		return status;
	import->file = fdopen(fd, "r");
	if (import->file != NULL)
		return CARDEA_OK;
	close(fd);
	return CARDEA_E_MEMORY;
}

/* From the first record to the judged end. */
static enum cardea_status
read_all(struct import *import, const char *what, each_record *each)
{
	enum cardea_status status;

	rewind(import->file);
	status = cardea_archive_open(&import->archive, import->file,
	    cardea_store_seal(import->admin.store), &import->diag);
	while (status == CARDEA_OK) {
		struct cardea_value value = { 0 };
		struct cardea_key key;

		status = cardea_archive_next(
		    &import->archive, &key, &value, &import->diag);
		if (status == CARDEA_E_MISSING)
			return CARDEA_OK;
		if (status == CARDEA_OK)
			status = each(import, &key, &value);
		cardea_value_clear(&value);
		cardea_progress_tell(
		    what, import->archive.count, &import->progress);
	}
	return status;
}

static enum cardea_status
judge(struct import *import, const struct cardea_key *key,
    const struct cardea_value *value)
{
	return cardea_audit_record(key, value, &import->diag);
}

/* ---- one record ---- */

static enum cardea_status
put(struct import *import, const struct cardea_key *key, uint64_t version,
    const struct cardea_value *value)
{
	const struct cardea_change change = { .kind = CARDEA_CHANGE_PUT,
		.key = *key,
		.version = version,
		.data = value->data,
		.len = value->len };

	import->written++;
	return cardea_store_commit(
	    import->admin.store, &change, 1, &import->diag);
}

static void
tell_conflict(struct import *import, const struct cardea_key *key)
{
	const char *kind = "", *owner = "", *id = "";

	import->conflicts++;
	if (cardea_key_split(key, &kind, &owner, &id) == CARDEA_OK)
		cardea_call_warn(import->admin.call,
		    "%s of %s: differs, and the store's own is kept", kind,
		    owner);
}

/* Two marks of two enrolments: that of the one which stands is right. */
static enum cardea_status
choose_mark(struct import *import, const struct cardea_key *key,
    const struct cardea_value *value, bool *ret_takes)
{
	const char *kind, *owner, *id;
	struct cardea_value enrolment = { 0 };
	struct cardea_key of;
	enum cardea_status status = cardea_key_split(key, &kind, &owner, &id);

	*ret_takes = false;
	if (status != CARDEA_OK || cardea_mark_enrolment(kind) == NULL)
		return status;
	status = cardea_key_make(cardea_mark_enrolment(kind), owner, id, &of);
	if (status == CARDEA_OK)
		status = cardea_store_get(
		    import->admin.store, &of, &enrolment, &import->diag);
	if (status == CARDEA_E_MISSING)
		return CARDEA_OK;
	if (status == CARDEA_OK)
		status = cardea_mark_is_of(kind, value, &enrolment, ret_takes);
	cardea_value_clear(&enrolment);
	return status;
}

static enum cardea_status
merge_one(struct import *import, const struct cardea_key *key,
    const struct cardea_value *own, const struct cardea_value *value)
{
	enum cardea_merge merge = CARDEA_MERGE_KEPT;
	struct cardea_value merged = { 0 };
	bool takes = false;
	enum cardea_status status;

	status = cardea_merge_record(key, own, value, &merge, &merged);
	if (status == CARDEA_OK && merge == CARDEA_MERGE_CONFLICT)
		status = choose_mark(import, key, value, &takes);
	if (status == CARDEA_OK && takes)
		status = put(import, key, own->version, value);
	else if (status == CARDEA_OK && merge == CARDEA_MERGE_CHANGED)
		status = put(import, key, own->version, &merged);
	else if (status == CARDEA_OK && merge == CARDEA_MERGE_CONFLICT)
		tell_conflict(import, key);
	else if (status == CARDEA_OK)
		import->kept++;
	cardea_value_clear(&merged);
	return status;
}

/* In a store that is filled, the export is right; in one that is in use, the
 * rules of merging are, and logins may be faster. */
static enum cardea_status
bring_once(struct import *import, const struct cardea_key *key,
    const struct cardea_value *value)
{
	struct cardea_value own = { 0 };
	enum cardea_status status = cardea_store_get(
	    import->admin.store, key, &own, &import->diag);

	if (status == CARDEA_E_MISSING)
		status = put(import, key, 0, value);
	else if (status == CARDEA_OK && import->merge)
		status = merge_one(import, key, &own, value);
	else if (status == CARDEA_OK &&
	    (own.len != value->len ||
		memcmp(own.data, value->data, own.len) != 0))
		status = put(import, key, own.version, value);
	else if (status == CARDEA_OK)
		import->kept++;
	cardea_value_clear(&own);
	return status;
}

static enum cardea_status
bring(struct import *import, const struct cardea_key *key,
    const struct cardea_value *value)
{
	enum cardea_status status;
	int races = 0;

	do {
		uint64_t before = import->written;

		status = bring_once(import, key, value);
		if (status == CARDEA_E_CONFLICT)
			import->written = before;
	} while (status == CARDEA_E_CONFLICT && import->merge &&
	    ++races < RACES_MAX);
	return status;
}

/* ---- the store that is filled ---- */

static enum cardea_status
begin_filling(struct import *import)
{
	struct cardea_store *store = import->admin.store;
	struct cardea_schema schema = *cardea_store_schema(store);
	enum cardea_status status = CARDEA_OK;
	bool empty = false;

	if (schema.state == CARDEA_SCHEMA_FILLING &&
	    strcmp(schema.transfer, import->archive.head.id) == 0)
		return CARDEA_OK; /* goes on where it was cut off */
	if (schema.state != CARDEA_SCHEMA_ACTIVE)
		return cardea_diag_set(&import->diag, CARDEA_E_CONFLICT,
		    "the store is filled by something else, or was moved away: "
		    "see `cardea store status`");
	status = cardea_transfer_is_empty(store, &empty, &import->diag);
	if (status == CARDEA_OK && !empty)
		return cardea_diag_set(&import->diag, CARDEA_E_CONFLICT,
		    "the store holds records: give --merge, or make an empty "
		    "one");
	schema.state = CARDEA_SCHEMA_FILLING;
	memcpy(
	    schema.transfer, import->archive.head.id, sizeof(schema.transfer));
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    schema.other, sizeof(schema.other), "an export");
	return status == CARDEA_OK
	    ? cardea_schema_put(store, &schema, &import->diag)
	    : status;
}

static enum cardea_status
end_filling(struct import *import)
{
	struct cardea_schema schema = *cardea_store_schema(import->admin.store);

	schema.state = CARDEA_SCHEMA_ACTIVE;
	schema.other[0] = '\0';
	return cardea_schema_put(import->admin.store, &schema, &import->diag);
}

static enum cardea_status
check_merge(struct import *import)
{
	const struct cardea_schema *schema = cardea_store_schema(
	    import->admin.store);

	if (schema->state != CARDEA_SCHEMA_ACTIVE)
		return cardea_diag_set(&import->diag, CARDEA_E_CONFLICT,
		    "the store is not in use: see `cardea store status`");
	return CARDEA_OK;
}

static enum cardea_status
run(struct import *import)
{
	enum cardea_status status;

	cardea_progress_begin(&import->progress, import->admin.call);
	status = read_all(import, "judging", judge);
	if (status == CARDEA_OK &&
	    import->archive.head.schema != CARDEA_SCHEMA_VERSION)
		status = cardea_diag_set(&import->diag, CARDEA_E_VERSION,
		    "the export is of schema %" PRIu32
		    ", this release wants %u",
		    import->archive.head.schema, CARDEA_SCHEMA_VERSION);
	if (status == CARDEA_OK)
		status = import->merge ? check_merge(import)
				       : begin_filling(import);
	if (status == CARDEA_OK)
		status = read_all(import, "writing", bring);
	if (status == CARDEA_OK && !import->merge)
		status = end_filling(import);
	cardea_progress_end(&import->progress);
	return status;
}

static void
tell_end(struct import *import)
{
	struct cardea_call *call = import->admin.call;
	char made[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(import->archive.head.time_s, made);
	cardea_json_text(&call->out, "host", import->archive.head.host);
	cardea_json_text(&call->out, "made", made);
	cardea_json_number(
	    &call->out, "records", (int64_t)import->archive.count);
	cardea_json_number(&call->out, "written", (int64_t)import->written);
	cardea_json_number(&call->out, "kept", (int64_t)import->kept);
	cardea_json_number(&call->out, "conflicts", (int64_t)import->conflicts);
	cardea_call_say(call,
	    "%" PRIu64 " records, exported on %s at %s: %" PRIu64
	    " written, %" PRIu64 " kept, %" PRIu64 " in conflict",
	    import->archive.count, import->archive.head.host, made,
	    import->written, import->kept, import->conflicts);
	cardea_store_verb_log(&import->admin,
	    import->merge ? "store import merged" : "store import");
}

static enum cardea_exit
run_import(struct cardea_call *call)
{
	struct import import = { .merge = cardea_call_has(call, "merge") };
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status = cardea_store_verb_open(
	    &import.admin, call, false, &import.diag);

	if (status == CARDEA_OK)
		status = open_file(&import, call->operands[0]);
	if (status == CARDEA_OK)
		status = run(&import);
	if (status == CARDEA_OK) {
		tell_end(&import);
		if (import.conflicts > 0)
			code = CARDEA_EXIT_NO;
	} else if (status == CARDEA_E_CONFLICT || status == CARDEA_E_CORRUPT ||
	    status == CARDEA_E_SYNTAX || status == CARDEA_E_VERSION) {
		code = cardea_call_fail(call, CARDEA_EXIT_NO, &import.diag);
	} else {
		code = cardea_call_trouble(call, status, &import.diag);
	}
	if (import.file != NULL)
		(void)fclose(import.file);
	cardea_admin_close(&import.admin);
	return code;
}

const struct cardea_command cardea_verb_store_import = {
	"store import",
	"FILE",
	1,
	1,
	"read what export wrote into an empty store, or merge it",
	true,
	import_options,
	run_import,
};
