/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/text.h"
#include "cli/key.h"
#include "store/record.h"

#define LOST_RACES_MAX 16
#define ID_BYTES 8

static const char factor_word[] = "fido2"; /* what chosen names begin with */

/* --- what the call and the settings say ---------------------------------- */

enum cardea_status
cardea_key_check_name(const struct cardea_call *call, struct cardea_diag *diag)
{
	const char *name = cardea_call_text(call, "name");
	size_t len = name == NULL ? 1 : strlen(name);

	if (len == 0 || len > CARDEA_CREDENTIAL_MAX)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--name: wants 1 to %d bytes", CARDEA_CREDENTIAL_MAX);
	for (size_t i = 0; name != NULL && i < len; i++) {
		unsigned char byte = (unsigned char)name[i];

		if (byte < 0x20 || byte == 0x7f)
			return cardea_diag_set(
			    diag, CARDEA_E_SYNTAX, "--name: wants plain text");
	}
	return CARDEA_OK;
}

struct cardea_attestation_rules
cardea_key_rules(const struct cardea_settings *settings, bool need_uv)
{
	return (struct cardea_attestation_rules){
		.need_chain = settings->need_attestation,
		.need_uv = need_uv,
		.roots_path = settings->attestation_roots[0] == '\0'
		    ? NULL
		    : settings->attestation_roots,
		.allow_count = settings->allow_model_count,
		.allow = settings->allow_models,
		.deny_count = settings->deny_model_count,
		.deny = settings->deny_models,
	};
}

enum cardea_status
cardea_key_host(const struct cardea_admin *admin,
    char ret_host[CARDEA_NAME_MAX + 1], struct cardea_diag *diag)
{
	char host[CARDEA_NAME_MAX + 1] = "";

	if (admin->settings->host[0] != '\0')
		return cardea_text_copy(
		    ret_host, CARDEA_NAME_MAX + 1, admin->settings->host);
	if (gethostname(host, sizeof(host) - 1) != 0 || host[0] == '\0')
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "this host does not know its name");
	memcpy(ret_host, host, sizeof(host));
	return CARDEA_OK;
}

enum cardea_status
cardea_key_rp_id(const struct cardea_admin *admin,
    char ret_rp_id[CARDEA_KEY_RP_MAX + 1], struct cardea_diag *diag)
{
	const char *given = cardea_call_text(admin->call, "rp-id");
	char host[CARDEA_NAME_MAX + 1];
	enum cardea_status status;

	if (given != NULL) {
		if (given[0] != '\0' &&
		    cardea_text_copy(ret_rp_id, CARDEA_KEY_RP_MAX + 1, given) ==
			CARDEA_OK)
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--rp-id: wants 1 to %d bytes", CARDEA_KEY_RP_MAX);
	}
	if (admin->settings->rp_id[0] != '\0')
		return cardea_text_copy(
		    ret_rp_id, CARDEA_KEY_RP_MAX + 1, admin->settings->rp_id);
	status = cardea_key_host(admin, host, diag);
	if (status != CARDEA_OK)
		return status;
	return cardea_text_copy(ret_rp_id, CARDEA_KEY_RP_MAX + 1, host);
}

enum cardea_exit
cardea_key_refuse(struct cardea_call *call, enum cardea_status status,
    const struct cardea_diag *diag)
{
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE ||
	    status == CARDEA_E_VERSION || status == CARDEA_E_CORRUPT ||
	    status == CARDEA_E_UNSAFE)
		return cardea_call_fail(call, CARDEA_EXIT_NO, diag);
	return cardea_call_trouble(call, status, diag);
}

/* --- who else has it -------------------------------------------------------
 */

struct search {
	const struct cardea_key_new *key;
	char owner[CARDEA_NAME_MAX + 1];
	enum cardea_status status;
};

static bool
visit_other(const struct cardea_key *key, const struct cardea_value *value,
    void *context)
{
	struct search *search = context;
	const struct cardea_fido2_credential *ours = &search->key->credential;
	struct cardea_fido2_credential theirs;
	const char *kind, *owner = "", *id;

	search->status = cardea_key_split(key, &kind, &owner, &id);
	if (search->status == CARDEA_OK)
		search->status = cardea_record_decode_credential(
		    value, &theirs);
	if (search->status != CARDEA_OK)
		return false;
	if (strcmp(owner, search->key->user) == 0 ||
	    theirs.public_len != ours->public_len ||
	    memcmp(theirs.public_key, ours->public_key, ours->public_len) != 0)
		return true;
	search->status = cardea_text_copy(
	    search->owner, sizeof(search->owner), owner);
	return false;
}

static enum cardea_status
find_owner(struct cardea_admin *admin, const struct cardea_key_new *key,
    char ret_owner[CARDEA_NAME_MAX + 1], struct cardea_diag *diag)
{
	struct search search = { .key = key, .status = CARDEA_OK };
	struct cardea_key prefix;
	enum cardea_status status;

	status = cardea_key_make(CARDEA_KIND_CREDENTIAL, NULL, NULL, &prefix);
	if (status == CARDEA_OK)
		status = cardea_store_list(
		    admin->store, &prefix, visit_other, &search, diag);
	if (status == CARDEA_OK)
		status = search.status;
	if (status == CARDEA_OK)
		memcpy(ret_owner, search.owner, sizeof(search.owner));
	return status;
}

/* --- storing ---------------------------------------------------------------
 */

static enum cardea_status
store_once(struct cardea_admin *admin, struct cardea_key_new *key,
    struct cardea_diag *diag)
{
	struct cardea_fido2_credential *credential = &key->credential;
	struct cardea_roster roster = { 0 };
	enum cardea_status status;

	status = cardea_roster_read(admin->store, key->user, &roster, diag);
	if (status != CARDEA_OK)
		return status;
	status = key->name == NULL
	    ? cardea_roster_name(&roster, factor_word, credential->name)
	    : cardea_text_copy(
		  credential->name, sizeof(credential->name), key->name);
	if (status == CARDEA_OK)
		status = cardea_fido2_check_credential(
		    key->library, credential, diag);
	if (status == CARDEA_OK)
		status = cardea_roster_add_key(
		    admin->store, &roster, credential, key->ticket, diag);
	cardea_roster_clear(&roster);
	return status;
}

enum cardea_status
cardea_key_store(struct cardea_admin *admin, struct cardea_key_new *key,
    struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_E_CONFLICT;
	struct cardea_diag trouble = { 0 };

	key->credential.created_s = cardea_clock_read().time_s;
	if (cardea_secret_random_hex(key->credential.id, ID_BYTES) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the kernel gave no random bytes");
	for (int i = 0; i < LOST_RACES_MAX && status == CARDEA_E_CONFLICT;
	     i++) {
		trouble = (struct cardea_diag){ 0 };
		status = store_once(admin, key, &trouble);
	}
	if (status != CARDEA_OK)
		*diag = trouble;
	return status;
}

/* --- telling ----------------------------------------------------------------
 */

static void
log_key(const struct cardea_admin *admin, const struct cardea_key_new *key)
{
	const struct cardea_event event = {
		.user = key->user,
		.factor = cardea_factor_text(CARDEA_FACTOR_FIDO2),
		.credential = key->credential.id,
	};
	char what[CARDEA_CREDENTIAL_MAX + 32];

	snprintf(what, sizeof(what), "enroll name=%s", key->credential.name);
	cardea_admin_log(admin, &event, what);
}

static void
tell(struct cardea_admin *admin, const struct cardea_key_new *key)
{
	const struct cardea_fido2_credential *credential = &key->credential;
	struct cardea_json *json = &admin->call->out;
	char model[CARDEA_TEXT_UUID + 1];

	cardea_text_uuid(model, credential->model);
	cardea_json_text(json, "user", key->user);
	cardea_json_text(
	    json, "factor", cardea_factor_text(CARDEA_FACTOR_FIDO2));
	cardea_json_text(json, "id", credential->id);
	cardea_json_text(json, "name", credential->name);
	cardea_json_text(json, "algorithm",
	    cardea_fido2_algorithm_text(credential->algorithm));
	cardea_json_text(json, "rp_id", credential->rp_id);
	cardea_json_text(json, "model", model);
	cardea_json_bool(json, "resident", credential->resident);
	cardea_json_bool(json, "uv", credential->demands_uv);
	if (key->attestation != NULL)
		cardea_json_text(json, "attestation", key->attestation);
	cardea_call_say(admin->call,
	    "Enrolled security key \"%s\" (%s) for %s: %s of %s%s%s.",
	    credential->name, credential->id, key->user,
	    cardea_fido2_algorithm_text(credential->algorithm),
	    credential->rp_id, key->attestation == NULL ? "" : ", attestation ",
	    key->attestation == NULL ? "" : key->attestation);
}

/* One key for two people is allowed: an administrator may have two accounts.
 * It is said, because it may also be a mistake. */
static void
warn_of_owner(struct cardea_admin *admin, const struct cardea_key_new *key)
{
	char owner[CARDEA_NAME_MAX + 1] = "";
	struct cardea_diag diag = { 0 };

	if (find_owner(admin, key, owner, &diag) != CARDEA_OK)
		cardea_call_warn(admin->call,
		    "whether another user has the same key is not known: %s",
		    diag.reason);
	else if (owner[0] != '\0')
		cardea_call_warn(
		    admin->call, "%s has the same security key", owner);
}

void
cardea_key_note(struct cardea_admin *admin, const struct cardea_key_new *key)
{
	warn_of_owner(admin, key);
	log_key(admin, key);
}

enum cardea_exit
cardea_key_enroll(struct cardea_admin *admin, struct cardea_key_new *key)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status = cardea_key_store(admin, key, &diag);

	if (status == CARDEA_E_CONFLICT)
		(void)cardea_diag_set(&diag, status,
		    "others changed the enrolments of %s meanwhile: nothing is "
		    "enrolled, try again",
		    key->user);
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_call_fail(admin->call, CARDEA_EXIT_NO, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	cardea_key_note(admin, key);
	tell(admin, key);
	return CARDEA_EXIT_OK;
}
