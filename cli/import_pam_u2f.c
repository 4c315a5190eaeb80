/* SPDX-License-Identifier: BSD-2-Clause */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/input.h"
#include "cli/key.h"
#include "cli/verbs.h"
#include "factor/u2fkeys.h"
#include "facts/account.h"

/*
 * `cardea import pam-u2f`: the keys that pam_u2f reads, so that nobody has to
 * enroll anew.  The file is judged whole before anything of it is stored; then
 * each credential is one commit, and running it again adds what is missing.
 * What cannot be taken over is told and left.
 */

#define ORIGIN_MAX (HOST_NAME_MAX + 8)

static const struct cardea_option pam_u2f_options[] = {
	{ "user", "USER", "this user's keys only; the owner of an OpenSSH file",
	    false },
	{ "rp-id", "ORIGIN", "pam_u2f's origin (pam://HOSTNAME)", false },
	{ "app-id", "ID", "its appid, for keys of the old format (the origin)",
	    false },
	{ "whole", NULL,
	    "the file is complete although its last line has no "
	    "end",
	    false },
	{ NULL, NULL, NULL, false },
};

/* What became of one credential. */
enum outcome {
	OUTCOME_LEFT = 0,
	OUTCOME_KNOWN,
	OUTCOME_ENROLLED,
	OUTCOMES,
};

struct import {
	struct cardea_admin *admin;
	const struct cardea_fido2_library *library;
	char origin[ORIGIN_MAX];
	size_t counts[OUTCOMES];
	enum cardea_status status; /* of what ended it */
	struct cardea_diag diag;
};

static void
tell(struct import *import, const struct cardea_u2fkeys_item *item,
    enum outcome outcome, const struct cardea_fido2_credential *credential,
    const char *reason)
{
	static const char *const words[OUTCOMES] = { "left", "known",
		"enrolled" };
	struct cardea_call *call = import->admin->call;
	struct cardea_json *json = &call->out;
	bool waived = outcome == OUTCOME_ENROLLED && item->presence_waived;

	import->counts[outcome]++;
	cardea_json_open_object(json, NULL);
	cardea_json_number(json, "line", item->line);
	cardea_json_text(json, "user", item->user);
	cardea_json_text(json, "result", words[outcome]);
	if (outcome == OUTCOME_LEFT) {
		cardea_json_text(json, "reason", reason);
		cardea_json_shut(json);
		cardea_call_say(call, "line %u, %s: left out: %s", item->line,
		    item->user, reason);
		return;
	}
	cardea_json_text(json, "id", credential->id);
	cardea_json_text(json, "name", credential->name);
	cardea_json_bool(json, "uv", credential->demands_uv);
	cardea_json_shut(json);
	cardea_call_say(call, "line %u, %s: %s as \"%s\" (%s)%s%s", item->line,
	    item->user, outcome == OUTCOME_KNOWN ? "is enrolled" : "enrolled",
	    credential->name, credential->id,
	    credential->demands_uv ? ", with PIN or fingerprint" : "",
	    waived ? "; from now on it must be touched" : "");
}

/* NULL if it may be stored; else why it is left. */
static const char *
find_obstacle(struct import *import, const struct cardea_u2fkeys_item *item,
    struct cardea_roster *roster)
{
	struct cardea_account account = { 0 };
	enum cardea_status status;

	status = cardea_account_find(item->user, &account, &import->diag);
	if (status == CARDEA_E_MISSING)
		return "no such user";
	if (status == CARDEA_OK)
		status = cardea_roster_read(
		    import->admin->store, item->user, roster, &import->diag);
	import->status = status;
	if (status == CARDEA_OK && item->credential.handle_len == 0)
		return "only the key itself knows its handle: enroll it anew";
	return NULL;
}

static void
store(struct import *import, const struct cardea_u2fkeys_item *item)
{
	struct cardea_key_new key = { .user = item->user,
		.library = import->library,
		.credential = item->credential };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_key_store(import->admin, &key, &diag);
	if (status == CARDEA_OK) {
		cardea_key_note(import->admin, &key);
		tell(import, item, OUTCOME_ENROLLED, &key.credential, NULL);
	} else if (status == CARDEA_E_RANGE || status == CARDEA_E_SYNTAX ||
	    status == CARDEA_E_VERSION) {
		tell(import, item, OUTCOME_LEFT, NULL, diag.reason);
	} else {
		import->status = status;
		import->diag = diag;
	}
}

/* Enrolled already, and demanding what the file demands, is what was wanted;
 * demanding less is for a person to see to. */
static void
take_known(struct import *import, const struct cardea_u2fkeys_item *item,
    const struct cardea_fido2_credential *known)
{
	if (item->credential.demands_uv && !known->demands_uv)
		tell(import, item, OUTCOME_LEFT, NULL,
		    "enrolled already, but without PIN or fingerprint: remove "
		    "it first");
	else
		tell(import, item, OUTCOME_KNOWN, known, NULL);
}

static bool
take(const struct cardea_u2fkeys_item *item, void *context)
{
	struct import *import = context;
	struct cardea_roster roster = { 0 };
	const char *obstacle = find_obstacle(import, item, &roster);
	size_t known;

	if (import->status == CARDEA_OK && obstacle != NULL) {
		tell(import, item, OUTCOME_LEFT, NULL, obstacle);
	} else if (import->status == CARDEA_OK) {
		known = cardea_roster_find_key(&roster, &item->credential);
		if (known < roster.key_count)
			take_known(import, item, &roster.keys[known]);
		else
			store(import, item);
	}
	cardea_roster_clear(&roster);
	return import->status == CARDEA_OK;
}

/* What pam_u2f takes where its line says nothing. */
static enum cardea_status
fill_source(struct import *import, struct cardea_u2fkeys_source *source,
    struct cardea_diag *diag)
{
	const struct cardea_call *call = import->admin->call;
	char host[HOST_NAME_MAX + 1] = "";

	source->user = cardea_call_text(call, "user");
	source->whole = cardea_call_has(call, "whole");
	source->rp_id = cardea_call_text(call, "rp-id");
	source->app_id = cardea_call_text(call, "app-id");
	if (source->rp_id == NULL) {
		if (gethostname(host, sizeof(host) - 1) != 0 ||
		    cardea_text_print(import->origin, sizeof(import->origin),
			"pam://%s", host) != CARDEA_OK)
			return cardea_diag_set(diag, CARDEA_E_IO,
			    "this host does not know its name");
		source->rp_id = import->origin;
	}
	if (source->app_id == NULL)
		source->app_id = source->rp_id;
	if (source->rp_id[0] == '\0' || source->app_id[0] == '\0')
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "--rp-id, --app-id: want a text");
	return CARDEA_OK;
}

static enum cardea_exit
finish(struct import *import)
{
	struct cardea_call *call = import->admin->call;
	struct cardea_json *json = &call->out;

	if (import->status != CARDEA_OK)
		return cardea_call_trouble(call, import->status, &import->diag);
	cardea_json_number(
	    json, "enrolled", (int64_t)import->counts[OUTCOME_ENROLLED]);
	cardea_json_number(
	    json, "known", (int64_t)import->counts[OUTCOME_KNOWN]);
	cardea_json_number(json, "left", (int64_t)import->counts[OUTCOME_LEFT]);
	cardea_call_say(call, "Enrolled %zu, known already %zu, left out %zu.",
	    import->counts[OUTCOME_ENROLLED], import->counts[OUTCOME_KNOWN],
	    import->counts[OUTCOME_LEFT]);
	return import->counts[OUTCOME_LEFT] == 0 ? CARDEA_EXIT_OK
						 : CARDEA_EXIT_NO;
}

static enum cardea_exit
import_text(struct import *import, const char *text, size_t len)
{
	struct cardea_call *call = import->admin->call;
	struct cardea_u2fkeys_source source = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status = fill_source(import, &source, &diag);

	if (status == CARDEA_E_SYNTAX)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	if (status == CARDEA_OK)
		status = cardea_fido2_library_load(&import->library, &diag);
	if (status == CARDEA_OK)
		status = cardea_admin_open(import->admin, call, false, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	cardea_diag_place(&diag, call->operands[0], 0, NULL);
	cardea_json_open_array(&call->out, "keys");
	status = cardea_u2fkeys_read(text, len, &source, take, import, &diag);
	cardea_json_shut(&call->out);
	if (status != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	return finish(import);
}

static enum cardea_exit
run_import_pam_u2f(struct cardea_call *call)
{
	struct cardea_admin admin = { .call = call };
	struct import import = { .admin = &admin };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0;

	status = cardea_input_read(
	    call->operands[0], CARDEA_IMPORT_MAX, &text, &len, &diag);
	if (status == CARDEA_E_RANGE)
		return cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	code = import_text(&import, text, len);
	free(text);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_import_pam_u2f = {
	"import pam-u2f",
	"FILE",
	1,
	1,
	"take over the security keys that pam_u2f reads",
	true,
	pam_u2f_options,
	run_import_pam_u2f,
};
