/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/store.h"
#include "store/rekey.h"
#include "store/schema.h"

/*
 * `cardea store rotate-key`: another key seals.  Three steps, since the hosts
 * of a fleet must have a key before the first record under it; on a host with a
 * store of its own all of them at once.  Each may be cut off and run again, and
 * at no moment is there a record that nobody can open.
 */

static const struct cardea_option rotate_options[] = {
	{ "begin", NULL, "add a key to the key file, not yet in use", false },
	{ "use", NULL, "from now on it seals", false },
	{ "finish", NULL, "seal all records under it, drop the old keys",
	    false },
	{ NULL, NULL, NULL, false },
};

struct rotation {
	struct cardea_admin admin;
	const char *key_path;
	struct cardea_diag diag;
};

static enum cardea_exit
trouble(struct rotation *rotation, enum cardea_status status)
{
	return cardea_call_trouble(
	    rotation->admin.call, status, &rotation->diag);
}

static enum cardea_status
load(struct rotation *rotation, struct cardea_keyring *ret_keyring)
{
	return cardea_keyring_load(
	    rotation->key_path, ret_keyring, &rotation->diag);
}

/* The file is new first, then what this process knows of it. */
static enum cardea_status
save(struct rotation *rotation, struct cardea_keyring *keyring)
{
	enum cardea_status status = cardea_keyring_save(
	    keyring, rotation->key_path, &rotation->diag);

	if (status == CARDEA_OK)
		status = cardea_store_refresh(
		    rotation->admin.store, &rotation->diag);
	return status;
}

static void
tell(struct rotation *rotation, const char *what, size_t key)
{
	const struct cardea_seal *seal = cardea_store_seal(
	    rotation->admin.store);
	char id[CARDEA_SEAL_ID_TEXT + 1], line[96];

	cardea_text_hex(id, seal->ids[key], CARDEA_SEAL_ID);
	snprintf(line, sizeof(line), "store key=%s %s", id, what);
	cardea_store_verb_log(&rotation->admin, line);
	cardea_json_text(&rotation->admin.call->out, what, id);
	cardea_call_say(rotation->admin.call, "%s: key %s", what, id);
}

/* ---- the three steps ---- */

static enum cardea_exit
begin(struct rotation *rotation)
{
	struct cardea_keyring keyring = { .has_next = false };
	enum cardea_status status = load(rotation, &keyring);
	bool there = keyring.has_next;

	if (status == CARDEA_OK && !there)
		status = cardea_keyring_begin(&keyring);
	if (status == CARDEA_OK && !there)
		status = save(rotation, &keyring);
	cardea_keyring_clear(&keyring);
	if (status != CARDEA_OK)
		return trouble(rotation, status);
	tell(rotation, there ? "present" : "added", 1);
	return CARDEA_EXIT_OK;
}

/* The file is turned first: killed between the two, this host seals under a
 * key that every host has by now, as their next one. */
static enum cardea_exit
use(struct rotation *rotation)
{
	struct cardea_keyring keyring = { .has_next = false };
	struct cardea_store *store = rotation->admin.store;
	char id[CARDEA_SEAL_ID_TEXT + 1];
	enum cardea_status status = load(rotation, &keyring);
	bool turned = status == CARDEA_OK && !keyring.has_next;

	if (turned && keyring.old_count == 0) {
		cardea_keyring_clear(&keyring);
		return cardea_call_refuse(rotation->admin.call, CARDEA_EXIT_NO,
		    "the key file has no next key: run with --begin first");
	}
	if (status == CARDEA_OK && !turned)
		status = cardea_keyring_use(&keyring);
	if (status == CARDEA_E_FULL)
		cardea_diag_set(&rotation->diag, status,
		    "the key file has %d old keys: run with --finish first",
		    CARDEA_KEYRING_OLD_MAX);
	if (status == CARDEA_OK && !turned)
		status = save(rotation, &keyring);
	cardea_keyring_clear(&keyring);
	if (status == CARDEA_OK) {
		cardea_text_hex(
		    id, cardea_store_seal(store)->ids[0], CARDEA_SEAL_ID);
		status = cardea_rekey_use(store, id, &rotation->diag);
	}
	if (status != CARDEA_OK)
		return trouble(rotation, status);
	tell(rotation, "in use", cardea_store_seal(store)->use);
	return CARDEA_EXIT_OK;
}

/* An old key goes only where every record was seen, and none was under it. */
static enum cardea_exit
drop_old(struct rotation *rotation, const struct cardea_rekey *rekey)
{
	struct cardea_keyring keyring = { .has_next = false };
	struct cardea_call *call = rotation->admin.call;
	enum cardea_status status;
	size_t dropped = 0;

	cardea_json_number(&call->out, "records", (int64_t)rekey->seen);
	cardea_json_number(&call->out, "sealed", (int64_t)rekey->written);
	if (rekey->unreadable > 0)
		return cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "%" PRIu64 " records cannot be opened, so the old keys are "
		    "kept: see `cardea store verify`",
		    rekey->unreadable);
	status = load(rotation, &keyring);
	if (status == CARDEA_OK) {
		dropped = keyring.old_count;
		cardea_keyring_finish(&keyring);
	}
	if (status == CARDEA_OK && dropped > 0)
		status = save(rotation, &keyring);
	cardea_keyring_clear(&keyring);
	if (status != CARDEA_OK)
		return trouble(rotation, status);
	cardea_json_number(&call->out, "dropped", (int64_t)dropped);
	cardea_call_say(call,
	    "%" PRIu64 " records, %" PRIu64
	    " of them sealed anew; %zu old keys "
	    "dropped",
	    rekey->seen, rekey->written, dropped);
	tell(rotation, "alone", 0);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
finish(struct rotation *rotation)
{
	struct cardea_store *store = rotation->admin.store;
	const struct cardea_schema *schema = cardea_store_schema(store);
	const struct cardea_seal *seal = cardea_store_seal(store);
	struct cardea_progress progress = { 0 };
	struct cardea_rekey rekey = { .progress = cardea_progress_tell,
		.context = &progress };
	char id[CARDEA_SEAL_ID_TEXT + 1];
	enum cardea_status status;

	cardea_text_hex(id, seal->ids[0], CARDEA_SEAL_ID);
	if (seal->count > 1 + (size_t)seal->has_next &&
	    strcmp(schema->key, id) != 0)
		return cardea_call_refuse(rotation->admin.call, CARDEA_EXIT_NO,
		    "the store is not sealed under the first key of the key "
		    "file: run with --use first");
	cardea_progress_begin(&progress, rotation->admin.call);
	status = cardea_rekey_seal(store, &rekey, &rotation->diag);
	cardea_progress_end(&progress);
	return status == CARDEA_OK ? drop_old(rotation, &rekey)
				   : trouble(rotation, status);
}

/* ---- the verb ---- */

/* Without an option: all that is left to do.  A key that was put into the file
 * and not used is the one that is used now. */
static enum cardea_exit
rotate_alone(struct rotation *rotation)
{
	enum cardea_exit code;

	if (rotation->admin.settings->engine != CARDEA_ENGINE_LMDB)
		return cardea_call_refuse(rotation->admin.call,
		    CARDEA_EXIT_USAGE,
		    "a store that is shared wants --begin, then the key file "
		    "on "
		    "every host, then --use, then --finish");
	/* one that was cut off between its last two steps is ended first */
	code = cardea_store_seal(rotation->admin.store)->count == 1 ||
		cardea_store_seal(rotation->admin.store)->has_next
	    ? begin(rotation)
	    : CARDEA_EXIT_OK;
	if (code == CARDEA_EXIT_OK)
		code = use(rotation);
	return code == CARDEA_EXIT_OK ? finish(rotation) : code;
}

static enum cardea_exit
rotate(struct rotation *rotation)
{
	struct cardea_call *call = rotation->admin.call;
	bool wants_begin = cardea_call_has(call, "begin");
	bool wants_use = cardea_call_has(call, "use");
	bool wants_finish = cardea_call_has(call, "finish");

	if (cardea_store_schema(rotation->admin.store)->state !=
	    CARDEA_SCHEMA_ACTIVE)
		return cardea_call_refuse(call, CARDEA_EXIT_NO,
		    "the store is not in use: see `cardea store status`");
	if (wants_begin + wants_use + wants_finish > 1)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "--begin, --use, --finish: one of them at a time");
	if (wants_begin)
		return begin(rotation);
	if (wants_use)
		return use(rotation);
	return wants_finish ? finish(rotation) : rotate_alone(rotation);
}

static enum cardea_exit
run_rotate(struct cardea_call *call)
{
	struct rotation rotation = { .key_path = NULL };
	enum cardea_exit code;
	enum cardea_status status = cardea_store_verb_open(
	    &rotation.admin, call, false, &rotation.diag);

	if (status == CARDEA_OK) {
		rotation.key_path = rotation.admin.settings->seal_key_path;
		code = rotate(&rotation);
	} else {
		code = cardea_call_trouble(call, status, &rotation.diag);
	}
	cardea_admin_close(&rotation.admin);
	return code;
}

const struct cardea_command cardea_verb_store_rotate_key = {
	"store rotate-key",
	"",
	0,
	0,
	"seal the store under another key",
	true,
	rotate_options,
	run_rotate,
};
