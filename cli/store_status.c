/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "cli/moment.h"
#include "cli/store.h"
#include "store/etcd.h"
#include "store/kinds.h"
#include "store/mirror.h"
#include "store/schema.h"
#include "store/survey.h"

/* `cardea store status`: what there is, how it is sealed, who serves it.  Tells
 * what it can find out, also where the store cannot be opened. */

static const struct cardea_option status_options[] = {
	{ NULL, NULL, NULL, false },
};

struct looking {
	struct cardea_admin admin;
	struct cardea_store_setup setup;
	uint64_t seen, bytes, stale, unreadable; /* of all kinds */
	uint64_t of_kind;
	bool healthy;
};

static void
complain(struct looking *looking, const char *what)
{
	looking->healthy = false;
	cardea_call_say(looking->admin.call, "UNHEALTHY: %s", what);
}

/* ---- servers ---- */

static void
tell_answer(struct looking *looking, const struct cardea_member *member)
{
	struct cardea_json *json = &looking->admin.call->out;

	cardea_json_bool(json, "leader", member->leader);
	cardea_json_text(json, "version", member->version);
	cardea_json_number(json, "latency_us", (int64_t)member->latency_us);
	cardea_json_number(json, "db_bytes", (int64_t)member->db_bytes);
	cardea_json_number(
	    json, "db_used_bytes", (int64_t)member->db_used_bytes);
	cardea_json_number(json, "revision", (int64_t)member->revision);
	cardea_call_say(looking->admin.call,
	    "server  %s: etcd %s%s, %" PRIu64 ".%03" PRIu64 " ms, %" PRIu64
	    " KB of %" PRIu64 " KB in use",
	    member->endpoint, member->version, member->leader ? ", leader" : "",
	    member->latency_us / 1000, member->latency_us % 1000,
	    member->db_used_bytes / 1024, member->db_bytes / 1024);
	if (!member->has_leader)
		complain(looking, "it knows of no leader");
	else if (member->reason[0] != '\0')
		complain(looking, member->reason);
}

static void
tell_member(const struct cardea_member *member, void *context)
{
	struct looking *looking = context;
	struct cardea_json *json = &looking->admin.call->out;

	cardea_json_open_object(json, NULL);
	cardea_json_text(json, "endpoint", member->endpoint);
	cardea_json_bool(json, "reachable", member->reachable);
	cardea_json_text(json, "reason", member->reason);
	if (member->reachable) {
		tell_answer(looking, member);
	} else {
		cardea_call_say(looking->admin.call, "server  %s: %s",
		    member->endpoint, member->reason);
		complain(looking, "a server cannot be reached");
	}
	cardea_json_shut(json);
}

static void
tell_servers(struct looking *looking)
{
	struct cardea_call *call = looking->admin.call;
	const struct cardea_driver *driver = NULL;
	struct cardea_diag diag = { 0 };
	char text[512];
	enum cardea_status status = cardea_etcd_load(&driver, &diag);

	cardea_call_say(call, "prefix  %s", looking->setup.cluster.prefix);
	cardea_call_say(call, "we are  %s", looking->setup.cluster.certificate);
	cardea_json_text(&call->out, "prefix", looking->setup.cluster.prefix);
	cardea_json_text(
	    &call->out, "certificate", looking->setup.cluster.certificate);
	cardea_json_open_array(&call->out, "members");
	if (status == CARDEA_OK && driver->members != NULL)
		status = driver->members(
		    &looking->setup.config, tell_member, looking, &diag);
	cardea_json_shut(&call->out);
	if (status == CARDEA_OK)
		return;
	cardea_diag_format(&diag, text, sizeof(text));
	complain(looking, text);
}

/* ---- keys ---- */

static const char *
role_of(const struct cardea_seal *seal, size_t key)
{
	if (key == seal->use)
		return "in use";
	if (key == 0)
		return "first, not in use";
	return key == 1 && seal->has_next ? "next" : "old";
}

static void
tell_keys(struct looking *looking)
{
	const struct cardea_seal *seal = cardea_store_seal(
	    looking->admin.store);
	const char *path = looking->admin.settings->seal_key_path;
	struct cardea_call *call = looking->admin.call;
	char changed[CARDEA_MOMENT_TEXT_MAX + 1];
	char id[CARDEA_SEAL_ID_TEXT + 1];
	struct stat st;

	if (stat(path, &st) == 0) {
		cardea_moment_format(st.st_mtim.tv_sec, changed);
		cardea_call_say(call, "keys    %s, changed %s", path, changed);
		cardea_json_text(&call->out, "key_file_changed", changed);
	}
	cardea_json_open_array(&call->out, "keys");
	for (size_t i = 0; i < seal->count; i++) {
		cardea_text_hex(id, seal->ids[i], CARDEA_SEAL_ID);
		cardea_call_say(call, "        %s %s", id, role_of(seal, i));
		cardea_json_open_object(&call->out, NULL);
		cardea_json_text(&call->out, "id", id);
		cardea_json_text(&call->out, "role", role_of(seal, i));
		cardea_json_shut(&call->out);
	}
	cardea_json_shut(&call->out);
}

/* ---- records ---- */

static bool
count(const struct cardea_survey_row *row, void *context)
{
	struct looking *looking = context;

	looking->of_kind++;
	looking->seen++;
	looking->bytes += row->stored_len;
	if (row->status != CARDEA_OK)
		looking->unreadable++;
	else if (!row->current)
		looking->stale++;
	return true;
}

static enum cardea_status
count_kinds(struct looking *looking, struct cardea_diag *diag)
{
	struct cardea_call *call = looking->admin.call;
	enum cardea_status status = CARDEA_OK;

	cardea_json_open_object(&call->out, "kinds");
	for (size_t i = 0; status == CARDEA_OK && i < cardea_kind_count; i++) {
		looking->of_kind = 0;
		status = cardea_store_survey(looking->admin.store,
		    cardea_kinds[i].name, count, looking, diag);
		if (looking->of_kind == 0)
			continue;
		cardea_call_say(call, "        %8" PRIu64 " %s",
		    looking->of_kind, cardea_kinds[i].name);
		cardea_json_number(&call->out, cardea_kinds[i].name,
		    (int64_t)looking->of_kind);
	}
	cardea_json_shut(&call->out);
	return status;
}

static enum cardea_status
tell_records(struct looking *looking, struct cardea_diag *diag)
{
	struct cardea_call *call = looking->admin.call;
	enum cardea_status status;

	cardea_call_say(call, "records");
	status = count_kinds(looking, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_call_say(call,
	    "        %8" PRIu64 " in all, %" PRIu64 " KB; %" PRIu64
	    " under other keys than the one in use",
	    looking->seen, looking->bytes / 1024, looking->stale);
	cardea_json_number(&call->out, "records", (int64_t)looking->seen);
	cardea_json_number(&call->out, "bytes", (int64_t)looking->bytes);
	cardea_json_number(&call->out, "stale", (int64_t)looking->stale);
	cardea_json_number(
	    &call->out, "unreadable", (int64_t)looking->unreadable);
	if (looking->unreadable > 0)
		complain(looking,
		    "records that cannot be opened: `cardea store verify`");
	return CARDEA_OK;
}

/* ---- all of it ---- */

static void
tell_state(struct looking *looking)
{
	const struct cardea_schema *schema = cardea_store_schema(
	    looking->admin.store);
	struct cardea_call *call = looking->admin.call;
	char what[96] = "in use";

	if (schema->state != CARDEA_SCHEMA_ACTIVE)
		snprintf(what, sizeof(what), "%s %s",
		    schema->state == CARDEA_SCHEMA_MOVED
			? "not in use, moved to"
			: "not in use, being filled from",
		    schema->other);
	cardea_call_say(call, "schema  %" PRIu32, schema->number);
	cardea_call_say(call, "state   %s", what);
	cardea_json_number(&call->out, "schema", schema->number);
	cardea_json_text(&call->out, "state", what);
	if (schema->state != CARDEA_SCHEMA_ACTIVE)
		complain(looking, "no login is let in by this store");
}

/* What stands in for the cluster, if a rule has a word for its absence. */
static void
tell_mirror(struct looking *looking)
{
	const struct cardea_settings *settings = looking->admin.settings;
	struct cardea_call *call = looking->admin.call;
	struct cardea_mirror_stamp stamp;
	int64_t age_s = -1;

	if (cardea_mirror_read(settings, &stamp, NULL) == CARDEA_OK)
		age_s = cardea_mirror_age_s(
		    settings, &stamp, &looking->admin.clock);
	if (age_s < 0)
		cardea_call_say(call, "mirror  none, or of no known age");
	else
		cardea_call_say(call,
		    "mirror  %" PRIu64 " records, %" PRId64 " s old%s",
		    stamp.records, age_s,
		    age_s > (int64_t)settings->cluster.mirror_max_age_s
			? ", too old to be used"
			: "");
	cardea_json_number(&call->out, "mirror_age_s", age_s);
}

static enum cardea_status
tell_store(struct looking *looking, struct cardea_diag *diag)
{
	enum cardea_status status;

	looking->setup.config.read_only = true;
	looking->setup.config.closed_too = true;
	status = cardea_store_open(
	    &looking->setup.config, &looking->admin.store, diag);
	if (status != CARDEA_OK)
		return status;
	tell_state(looking);
	tell_keys(looking);
	return tell_records(looking, diag);
}

static enum cardea_exit
run_status(struct cardea_call *call)
{
	struct looking looking = { .healthy = true };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code = CARDEA_EXIT_OK;
	enum cardea_status status;
	const char *engine;

	status = cardea_admin_load(&looking.admin, call, &diag);
	if (status == CARDEA_OK) {
		engine = cardea_engine_text(looking.admin.settings->engine);
		cardea_store_setup(looking.admin.settings,
		    CARDEA_STORE_AS_ADMIN, &looking.setup);
		cardea_call_say(call, "engine  %s", engine);
		cardea_call_say(call, "path    %s", looking.setup.config.path);
		cardea_json_text(&call->out, "engine", engine);
		cardea_json_text(&call->out, "path", looking.setup.config.path);
		if (looking.setup.config.cluster != NULL) {
			tell_servers(&looking);
			tell_mirror(&looking);
		}
		status = tell_store(&looking, &diag);
	}
	if (status != CARDEA_OK)
		code = cardea_call_trouble(call, status, &diag);
	else if (!looking.healthy)
		code = CARDEA_EXIT_NO;
	cardea_json_bool(
	    &call->out, "healthy", status == CARDEA_OK && looking.healthy);
	cardea_admin_close(&looking.admin);
	return code;
}

const struct cardea_command cardea_verb_store_status = {
	"store status",
	"",
	0,
	0,
	"tell what the store holds, how it is sealed, who serves it",
	true,
	status_options,
	run_status,
};
