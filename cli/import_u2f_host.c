/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "cli/input.h"
#include "cli/key.h"
#include "cli/verbs.h"
#include "factor/u2fkeys.h"
#include "store/crypto.h"

/*
 * `cardea import u2f-host`: one answer of `u2f-host -a register`.  It holds the
 * attestation of the key, which is judged as that of any new one; its signature
 * covers the appId, so a wrong --app-id is found here and not at a door.
 */

#define ANSWER_MAX 65536
#define MESSAGE_MAX 32768

static const struct cardea_option u2f_host_options[] = {
	{ "user", "USER", "whose key it is", false },
	{ "app-id", "ID", "the appId it was registered for", false },
	{ "name", "NAME", "what the person calls the key", false },
	{ NULL, NULL, NULL, false },
};

static enum cardea_exit
check_call(struct cardea_call *call)
{
	const char *app_id = cardea_call_text(call, "app-id");
	struct cardea_diag diag = { 0 };

	if (cardea_call_text(call, "user") == NULL || app_id == NULL ||
	    app_id[0] == '\0')
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "import u2f-host: wants --user and --app-id");
	if (cardea_key_check_name(call, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	return cardea_admin_check_user(call, cardea_call_text(call, "user"));
}

/* A member of the answer: base64 for addresses, without padding. */
static enum cardea_status
read_member(const struct cardea_json_object *object, const char *key,
    unsigned char bytes[MESSAGE_MAX], size_t *ret_len, struct cardea_diag *diag)
{
	const char *text = cardea_json_find_text(object, key, NULL);

	if (text != NULL &&
	    cardea_base64_decode(CARDEA_BASE64_URL, text, strlen(text), bytes,
		MESSAGE_MAX, ret_len) == CARDEA_OK)
		return CARDEA_OK;
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "has no %s, or it is malformed", key);
}

static enum cardea_status
read_answer(const struct cardea_json_object *object, const char *app_id,
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	unsigned char bytes[MESSAGE_MAX], hash[CARDEA_SHA256];
	enum cardea_status status;
	size_t len = 0;

	status = read_member(object, "clientData", bytes, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_crypto_sha256(bytes, len, hash);
	if (status == CARDEA_OK)
		status = read_member(
		    object, "registrationData", bytes, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_u2fkeys_registration(
		    bytes, len, app_id, hash, ret_registration, diag);
	return status;
}

static enum cardea_status
read_file(const struct cardea_call *call,
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	struct cardea_json_object object = { 0 };
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0;

	status = cardea_input_read(
	    call->operands[0], ANSWER_MAX, &text, &len, diag);
	if (status == CARDEA_OK && strlen(text) != len)
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "not a line of JSON");
	if (status == CARDEA_OK)
		status = cardea_json_parse(text, &object, diag);
	if (status == CARDEA_OK)
		status = read_answer(&object, cardea_call_text(call, "app-id"),
		    ret_registration, diag);
	cardea_json_object_clear(&object);
	free(text);
	return status;
}

/* Once more is no error: nothing changes, and it is said. */
static bool
is_known(struct cardea_admin *admin, const struct cardea_key_new *key)
{
	struct cardea_roster roster = { 0 };
	struct cardea_diag diag = { 0 };
	bool known = false;

	if (cardea_roster_read(admin->store, key->user, &roster, &diag) ==
	    CARDEA_OK)
		known = cardea_roster_find_key(&roster, &key->credential) <
		    roster.key_count;
	if (known) {
		cardea_json_text(&admin->call->out, "user", key->user);
		cardea_json_bool(&admin->call->out, "known", true);
		cardea_call_say(
		    admin->call, "%s has this key already.", key->user);
	}
	cardea_roster_clear(&roster);
	return known;
}

static enum cardea_exit
enroll(struct cardea_admin *admin,
    const struct cardea_fido2_registration *registration)
{
	struct cardea_call *call = admin->call;
	struct cardea_key_new key = { .user = cardea_call_text(call, "user"),
		.name = cardea_call_text(call, "name") };
	struct cardea_attestation_rules rules = cardea_key_rules(
	    admin->settings, false);
	struct cardea_attestation attestation = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_fido2_library_load(&key.library, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	status = cardea_attestation_judge(
	    key.library, registration, &rules, &attestation, &diag);
	if (status != CARDEA_OK)
		return cardea_key_refuse(call, status, &diag);
	key.attestation = cardea_attestation_text(attestation.kind);
	key.credential = attestation.credential;
	if (is_known(admin, &key))
		return CARDEA_EXIT_OK;
	return cardea_key_enroll(admin, &key);
}

static enum cardea_exit
run_import_u2f_host(struct cardea_call *call)
{
	struct cardea_admin admin = { .call = call };
	struct cardea_fido2_registration registration;
	struct cardea_diag diag = { 0 }, trouble = { 0 };
	enum cardea_exit code = check_call(call);
	enum cardea_status status;

	if (code != CARDEA_EXIT_OK)
		return code;
	status = read_file(call, &registration, &diag);
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	status = cardea_admin_open(&admin, call, false, &trouble);
	code = status == CARDEA_OK
	    ? enroll(&admin, &registration)
	    : cardea_call_trouble(call, status, &trouble);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_import_u2f_host = {
	"import u2f-host",
	"FILE",
	1,
	1,
	"take over a key that u2f-host registered",
	true,
	u2f_host_options,
	run_import_u2f_host,
};
