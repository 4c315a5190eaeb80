/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/store.h"
#include "policy/source.h"
#include "store/move.h"

/*
 * `cardea store migrate`: from the engine of the installed settings to another
 * one, while logins go on.  What makes it safe stands in store/move.h.
 */

static const struct cardea_option migrate_options[] = {
	{ "to", "ENGINE", "lmdb or etcd", false },
	{ "config", "FILE", "settings of the new store (the installed ones)",
	    false },
	{ "undo", NULL, "use the old store again: the move did not end",
	    false },
	{ "yes", NULL, "do not ask", false },
	{ NULL, NULL, NULL, false },
};

struct migration {
	struct cardea_admin admin;
	enum cardea_engine to;
	struct cardea_settings settings; /* of the new store */
	struct cardea_store *target;
	struct cardea_progress progress;
	struct cardea_diag diag;
};

static enum cardea_exit
read_engine(struct cardea_call *call, enum cardea_engine *ret_engine)
{
	const char *to = cardea_call_text(call, "to");

	if (to != NULL && strcmp(to, "lmdb") == 0)
		*ret_engine = CARDEA_ENGINE_LMDB;
	else if (to != NULL && strcmp(to, "etcd") == 0)
		*ret_engine = CARDEA_ENGINE_ETCD;
	else
		return cardea_call_refuse(
		    call, CARDEA_EXIT_USAGE, "wants --to lmdb or --to etcd");
	return CARDEA_EXIT_OK;
}

/* ---- the settings of the new store ---- */

static enum cardea_status
read_config(const char *path, struct cardea_settings *ret_settings,
    struct cardea_diag *diag)
{
	struct cardea_source_paths paths = cardea_source_default();
	struct cardea_policy *policy = NULL;
	enum cardea_status status;
	void *image = NULL;
	size_t len = 0;

	paths.settings = path;
	status = cardea_source_compile(&paths, &image, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_policy_open(image, len, &policy, diag);
	if (status == CARDEA_OK)
		*ret_settings = *cardea_policy_settings(policy);
	cardea_policy_free(policy);
	free(image);
	return status;
}

static enum cardea_status
choose_settings(struct migration *migration)
{
	const struct cardea_settings *installed = migration->admin.settings;
	const char *path = cardea_call_text(migration->admin.call, "config");
	enum cardea_status status = CARDEA_OK;

	if (path == NULL)
		migration->settings = *installed;
	else
		status = read_config(
		    path, &migration->settings, &migration->diag);
	if (status != CARDEA_OK)
		return status;
	migration->settings.engine = migration->to;
	if (migration->to == CARDEA_ENGINE_ETCD &&
	    migration->settings.cluster.endpoint_count == 0)
		return cardea_diag_set(&migration->diag, CARDEA_E_MISSING,
		    "the settings name no cluster: cardea.conf(5), etcd");
	if (strcmp(migration->settings.seal_key_path,
		installed->seal_key_path) != 0)
		return cardea_diag_set(&migration->diag, CARDEA_E_CONFLICT,
		    "both stores must be sealed by one key file");
	return CARDEA_OK;
}

static enum cardea_status
open_target(struct migration *migration)
{
	struct cardea_store_setup setup;
	enum cardea_status status = choose_settings(migration);

	if (status != CARDEA_OK)
		return status;
	cardea_store_setup(&migration->settings, CARDEA_STORE_AS_ADMIN, &setup);
	setup.config.create = true;
	setup.config.closed_too = true;
	return cardea_store_open(
	    &setup.config, &migration->target, &migration->diag);
}

/* ---- the move ---- */

static void
tell_step(const char *what, void *context)
{
	struct migration *migration = context;

	cardea_progress_end(&migration->progress);
	cardea_call_say(migration->admin.call, "%s", what);
}

static void
tell_progress(const char *what, uint64_t done, void *context)
{
	struct migration *migration = context;

	cardea_progress_tell(what, done, &migration->progress);
}

static struct cardea_move
make_move(struct migration *migration)
{
	return (struct cardea_move){
		.transfer = { .from = migration->admin.store,
		    .to = migration->target,
		    .progress = tell_progress,
		    .context = migration },
		.from_name = cardea_engine_text(
		    migration->admin.settings->engine),
		.to_name = cardea_engine_text(migration->to),
		.step = tell_step,
	};
}

static enum cardea_exit
fail(struct migration *migration, enum cardea_status status)
{
	return status == CARDEA_E_CONFLICT && migration->diag.reason[0] != '\0'
	    ? cardea_call_fail(
		  migration->admin.call, CARDEA_EXIT_NO, &migration->diag)
	    : cardea_call_trouble(
		  migration->admin.call, status, &migration->diag);
}

static void
tell_end(struct migration *migration, const struct cardea_move *move)
{
	struct cardea_call *call = migration->admin.call;
	char what[96];

	cardea_json_text(&call->out, "from", move->from_name);
	cardea_json_text(&call->out, "to", move->to_name);
	cardea_json_bool(&call->out, "already", move->already);
	if (!move->already) {
		cardea_json_number(
		    &call->out, "records", (int64_t)move->transfer.seen);
		cardea_call_say(call,
		    "%" PRIu64 " records are in %s and the same on both sides",
		    move->transfer.seen, move->to_name);
		snprintf(what, sizeof(what), "store migrate from=%s to=%s",
		    move->from_name, move->to_name);
		cardea_store_verb_log(&migration->admin, what);
	} else {
		cardea_call_say(
		    call, "The store was moved to %s before.", move->to_name);
	}
	cardea_call_say(call,
	    "Logins are refused until cardea.conf says store = { driver = "
	    "\"%s\"; }\nand `cardea check --install` has been run.",
	    move->to_name);
}

static enum cardea_exit
migrate(struct migration *migration)
{
	struct cardea_move move = make_move(migration);
	enum cardea_status status;

	cardea_progress_begin(&migration->progress, migration->admin.call);
	status = cardea_move(&move, &migration->diag);
	cardea_progress_end(&migration->progress);
	if (status != CARDEA_OK)
		return fail(migration, status);
	tell_end(migration, &move);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
undo(struct migration *migration)
{
	struct cardea_move move = make_move(migration);
	enum cardea_status status = cardea_move_undo(&move, &migration->diag);

	if (status != CARDEA_OK)
		return fail(migration, status);
	cardea_store_verb_log(&migration->admin, "store migrate undone");
	cardea_call_say(migration->admin.call, "The store in %s is in use.",
	    move.from_name);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
run(struct migration *migration)
{
	struct cardea_call *call = migration->admin.call;
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status;

	if (migration->admin.settings->engine == migration->to)
		return cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "the installed settings say that the store is in %s",
		    cardea_engine_text(migration->to));
	if (!cardea_call_has(call, "undo"))
		code = cardea_admin_agree(call,
		    "From the end of the copy on, no login is let in by the "
		    "old store.  Move it?");
	if (code != CARDEA_EXIT_OK)
		return code;
	status = open_target(migration);
	if (status != CARDEA_OK)
		return fail(migration, status);
	return cardea_call_has(call, "undo") ? undo(migration)
					     : migrate(migration);
}

static enum cardea_exit
run_migrate(struct cardea_call *call)
{
	struct migration *migration;
	enum cardea_engine to = CARDEA_ENGINE_LMDB;
	enum cardea_exit code = read_engine(call, &to);
	enum cardea_status status;

	if (code != CARDEA_EXIT_OK)
		return code;
	migration = calloc(1, sizeof(*migration));
	if (migration == NULL)
		return cardea_call_refuse(
		    call, CARDEA_EXIT_TROUBLE, "no memory");
	migration->to = to;
	status = cardea_store_verb_open(
	    &migration->admin, call, false, &migration->diag);
	code = status == CARDEA_OK ? run(migration) : fail(migration, status);
	cardea_store_close(migration->target);
	cardea_admin_close(&migration->admin);
	free(migration);
	return code;
}

const struct cardea_command cardea_verb_store_migrate = {
	"store migrate",
	"",
	0,
	0,
	"move the store to another engine, while logins go on",
	true,
	migrate_options,
	run_migrate,
};
