/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <unistd.h>

#include "cli/store.h"
#include "store/schema.h"

/* `cardea store init`: the store that the installed settings name, where there
 * is none yet. */

static const struct cardea_option init_options[] = {
	{ NULL, NULL, NULL, false },
};

static void
tell(struct cardea_call *call, const char *what, const char *path, bool made)
{
	cardea_call_say(
	    call, "%s %s (%s)", made ? "made   " : "present", path, what);
	cardea_json_open_object(&call->out, what);
	cardea_json_text(&call->out, "path", path);
	cardea_json_bool(&call->out, "made", made);
	cardea_json_shut(&call->out);
}

/* Is there a store already?  A closed one is one. */
static enum cardea_status
look(const struct cardea_store_config *config, bool *ret_there,
    struct cardea_diag *diag)
{
	struct cardea_store_config reading = *config;
	struct cardea_store *store = NULL;
	enum cardea_status status;

	reading.read_only = true;
	reading.closed_too = true;
	status = cardea_store_open(&reading, &store, diag);
	cardea_store_close(store);
	*ret_there = status == CARDEA_OK;
	if (status != CARDEA_E_MISSING)
		return status;
	*diag = (struct cardea_diag){ 0 };
	return CARDEA_OK;
}

/* Whether we may write, and not only read: a commit that changes nothing is no
 * answer, since reading is enough for that. */
static enum cardea_status
try_to_write(struct cardea_store *store, struct cardea_diag *diag)
{
	enum cardea_status status = cardea_schema_put(
	    store, cardea_store_schema(store), diag);

	/* who else writes it has the right, and so have we */
	return status == CARDEA_E_CONFLICT ? CARDEA_OK : status;
}

static enum cardea_status
make(struct cardea_admin *admin, const struct cardea_store_config *config,
    bool *ret_there, struct cardea_diag *diag)
{
	struct cardea_store_config making = *config;
	enum cardea_status status = look(config, ret_there, diag);

	if (status != CARDEA_OK)
		return status;
	making.create = !*ret_there;
	making.closed_too = true;
	status = cardea_store_open(&making, &admin->store, diag);
	return status == CARDEA_OK ? try_to_write(admin->store, diag) : status;
}

static enum cardea_exit
run_init(struct cardea_call *call)
{
	struct cardea_admin admin = { 0 };
	struct cardea_diag diag = { 0 };
	struct cardea_store_setup setup;
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status = cardea_admin_load(&admin, call, &diag);
	bool key_there = false, there = false;

	if (status == CARDEA_OK) {
		cardea_store_setup(
		    admin.settings, CARDEA_STORE_AS_ADMIN, &setup);
		key_there = access(admin.settings->seal_key_path, F_OK) == 0;
		status = make(&admin, &setup.config, &there, &diag);
	}
	if (status != CARDEA_OK) {
		code = cardea_call_trouble(call, status, &diag);
	} else {
		const char *engine = cardea_engine_text(admin.settings->engine);

		tell(call, "key", admin.settings->seal_key_path, !key_there);
		tell(call, "store",
		    admin.settings->engine == CARDEA_ENGINE_ETCD
			? admin.settings->cluster.prefix
			: admin.settings->store_path,
		    !there);
		cardea_json_text(&call->out, "engine", engine);
		if (!there)
			cardea_store_verb_log(&admin, "store init");
	}
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_store_init = {
	"store init",
	"",
	0,
	0,
	"make the store that the settings name, if it is missing",
	true,
	init_options,
	run_init,
};
