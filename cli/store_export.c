/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/text.h"
#include "cli/store.h"
#include "store/archive.h"
#include "store/kinds.h"
#include "store/schema.h"

/*
 * `cardea store export`: all records in one file, sealed (store/archive.h). The
 * file has no name before it is whole and on the disk.
 */

static const struct cardea_option export_options[] = {
	{ NULL, NULL, NULL, false },
};

struct export
{
	struct cardea_admin admin;
	const char *path; /* NULL: standard output */
	char temporary[4096];
	FILE *file;
	struct cardea_archive archive;
	struct cardea_progress progress;
	const char *kind;
	enum cardea_status status;
	struct cardea_diag diag;
};

/* ---- the file ---- */

static enum cardea_status
fail(struct export *export, const char *what)
{
	cardea_diag_place(&export->diag, export->path, 0, NULL);
	return cardea_diag_set(
	    &export->diag, CARDEA_E_IO, "%s: %s", what, strerrordesc_np(errno));
}

static enum cardea_status
open_file(struct export *export)
{
	char tag[17];
	int fd;

	if (export->path == NULL) {
		export->file = stdout;
		return CARDEA_OK;
	}
	if (access(export->path, F_OK) == 0) {
		cardea_diag_place(&export->diag, export->path, 0, NULL);
		return cardea_diag_set(&export->diag, CARDEA_E_CONFLICT,
		    "is there already, and stays as it is");
	}
	if (cardea_secret_random_hex(tag, 8) != CARDEA_OK ||
	    cardea_text_print(export->temporary, sizeof(export->temporary),
		"%s.%s", export->path, tag) != CARDEA_OK)
		return CARDEA_E_RANGE;
	fd = open(export->temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		export->temporary[0] = '\0';
		return fail(export, "cannot be made");
	}
	export->file = fdopen(fd, "w");
	if (export->file == NULL) {
		close(fd);
		return CARDEA_E_MEMORY;
	}
	return CARDEA_OK;
}

static enum cardea_status
sync_folder(struct export *export)
{
	char folder[sizeof(export->temporary)];
	char *slash;
	int fd, failed;

	if (cardea_text_copy(folder, sizeof(folder), export->path) != CARDEA_OK)
		return CARDEA_E_RANGE;
	slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder ? 1 : 0] = '\0';
	fd = open(
	    slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return fail(export, "its folder cannot be opened");
	failed = fsync(fd);
	close(fd);
	return failed == 0 ? CARDEA_OK : fail(export, "cannot be synced");
}

/* Named when it is whole, and never over something else. */
static enum cardea_status
keep_file(struct export *export)
{
	if (export->path == NULL)
		return CARDEA_OK;
	if (fsync(fileno(export->file)) != 0)
		return fail(export, "cannot be synced");
	if (renameat2(AT_FDCWD, export->temporary, AT_FDCWD, export->path,
		RENAME_NOREPLACE) != 0)
		return fail(export, "cannot be named");
	export->temporary[0] = '\0';
	return sync_folder(export);
}

static void
close_file(struct export *export)
{
	if (export->path == NULL || export->file == NULL)
		return;
	(void)fclose(export->file);
	if (export->temporary[0] != '\0')
		(void)unlink(export->temporary);
}

/* ---- what is in it ---- */

static bool
write_record(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct export *export = context;

	export->status = cardea_archive_put(
	    &export->archive, key, value, &export->diag);
	if (export->archive.count % 64 == 0)
		cardea_progress_tell(
		    export->kind, export->archive.count, &export->progress);
	return export->status == CARDEA_OK;
}

static enum cardea_status
write_kind(struct export *export, const char *kind)
{
	struct cardea_key prefix;
	enum cardea_status status;

	if (strcmp(kind, CARDEA_KIND_SCHEMA) == 0)
		return CARDEA_OK;
	export->kind = kind;
	status = cardea_key_make(kind, NULL, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(export->admin.store, &prefix,
		    write_record, export, &export->diag);
	return status == CARDEA_OK ? export->status : status;
}

static enum cardea_status
write_all(struct export *export)
{
	struct cardea_store *store = export->admin.store;
	struct cardea_archive_head head = {
		.time_s = export->admin.clock.time_s,
		.schema = cardea_store_schema(store)->number,
	};
	struct utsname name;
	enum cardea_status status;

	if (uname(&name) != 0)
		return CARDEA_E_IO;
	status = cardea_text_copy(head.host, sizeof(head.host), name.nodename);
	if (status == CARDEA_OK)
		status = cardea_archive_begin(&export->archive, export->file,
		    cardea_store_seal(store), &head, &export->diag);
	for (size_t i = 0; status == CARDEA_OK && i < cardea_kind_count; i++)
		status = write_kind(export, cardea_kinds[i].name);
	return status == CARDEA_OK
	    ? cardea_archive_end(&export->archive, &export->diag)
	    : status;
}

static enum cardea_status
run(struct export *export)
{
	enum cardea_status status = open_file(export);

	cardea_progress_begin(&export->progress, export->admin.call);
	if (status == CARDEA_OK)
		status = write_all(export);
	cardea_progress_end(&export->progress);
	if (status == CARDEA_OK)
		status = keep_file(export);
	close_file(export);
	return status;
}

static enum cardea_exit
run_export(struct cardea_call *call)
{
	struct export export = { .path = call->operands[0] };
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status;

	if (strcmp(export.path, "-") == 0)
		export.path = NULL;
	if (export.path == NULL && call->json)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--json and an export cannot both go to standard output");
	status = cardea_store_verb_open(
	    &export.admin, call, true, &export.diag);
	if (status == CARDEA_OK)
		status = run(&export);
	if (status == CARDEA_E_CONFLICT) {
		code = cardea_call_fail(call, CARDEA_EXIT_NO, &export.diag);
	} else if (status != CARDEA_OK) {
		code = cardea_call_trouble(call, status, &export.diag);
	} else {
		cardea_store_verb_log(&export.admin, "store export");
		cardea_json_number(
		    &call->out, "records", (int64_t) export.archive.count);
		if (export.path != NULL)
			cardea_call_say(call,
			    "%" PRIu64 " records in %s, sealed: keep a copy of "
			    "the key file elsewhere",
			    export.archive.count, export.path);
	}
	cardea_admin_close(&export.admin);
	return code;
}

const struct cardea_command cardea_verb_store_export = {
	"store export",
	"FILE",
	1,
	1,
	"write all records to one sealed file (- for standard output)",
	true,
	export_options,
	run_export,
};
