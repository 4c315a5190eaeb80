/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/clientdata.h"
#include "cli/keycase.h"

/* an object is a little more than its parts */
#define OBJECT_MAX                                                             \
	(CARDEA_KEY_REGISTRATION_MAX + CARDEA_KEY_STATEMENT_MAX + 128)

typedef unsigned char model_list[CARDEA_KEY_MODELS_MAX][CARDEA_FIDO2_MODEL];

struct attestation_case {
	struct cardea_fido2_registration registration;
	struct cardea_attestation_rules rules;
	model_list allow, deny;
	const char *foreign;
};

/* AAGUIDs with commas or blanks between them. */
static enum cardea_status
find_models(const struct cardea_octets *octets, const char *member,
    model_list models, size_t *ret_count, struct cardea_diag *diag)
{
	const char *gaps = ", ", *at = NULL;
	enum cardea_status status;

	*ret_count = 0;
	status = cardea_octets_find_text(octets, member, &at, diag);
	if (status != CARDEA_OK || at == NULL)
		return status;
	for (at += strspn(at, gaps); *at != '\0'; at += strspn(at, gaps)) {
		char text[CARDEA_TEXT_UUID + 1] = "";
		size_t len = strcspn(at, gaps);

		if (len < sizeof(text))
			memcpy(text, at, len);
		if (*ret_count == CARDEA_KEY_MODELS_MAX ||
		    cardea_text_parse_uuid(models[*ret_count], text) !=
			CARDEA_OK)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "%s: wants models like "
			    "00112233-4455-6677-8899-aabbccddeeff",
			    member);
		(*ret_count)++;
		at += len;
	}
	return CARDEA_OK;
}

static enum cardea_status
read_rules(const struct cardea_octets *octets, struct attestation_case *asked,
    struct cardea_diag *diag)
{
	struct cardea_attestation_rules *rules = &asked->rules;
	enum cardea_status status;

	rules->allow = (const unsigned char(*)[CARDEA_FIDO2_MODEL])asked->allow;
	rules->deny = (const unsigned char(*)[CARDEA_FIDO2_MODEL])asked->deny;
	status = cardea_octets_find_text(
	    octets, "roots", &rules->roots_path, diag);
	if (status == CARDEA_OK)
		status = cardea_json_find_bool(
		    octets->object, "chain", &rules->need_chain, diag);
	if (status == CARDEA_OK)
		status = cardea_json_find_bool(
		    octets->object, "uv", &rules->need_uv, diag);
	if (status == CARDEA_OK)
		status = find_models(
		    octets, "allow", asked->allow, &rules->allow_count, diag);
	if (status == CARDEA_OK)
		status = find_models(
		    octets, "deny", asked->deny, &rules->deny_count, diag);
	return status;
}

/* The object of WebAuthn.  One that is malformed is CORRUPT here: the question
 * is a sound one, and the answer is no. */
static enum cardea_status
read_object(const struct cardea_octets *octets,
    struct cardea_fido2_registration *registration, struct cardea_diag *diag)
{
	unsigned char *bytes = malloc(OBJECT_MAX);
	enum cardea_status status;
	size_t len = 0;

	if (bytes == NULL)
		return CARDEA_E_MEMORY;
	status = cardea_octets_find(
	    octets, "attestation_object", bytes, OBJECT_MAX, &len, diag);
	if (status == CARDEA_OK) {
		status = cardea_attestation_unpack(
		    bytes, len, registration, diag);
		if (status == CARDEA_E_SYNTAX)
			status = CARDEA_E_CORRUPT;
	}
	free(bytes);
	return status;
}

/* The same in its parts, as libfido2 has them. */
static enum cardea_status
read_parts(const struct cardea_octets *octets,
    struct cardea_fido2_registration *registration, struct cardea_diag *diag)
{
	enum cardea_status status;

	status = cardea_octets_need_text(octets, "format", registration->format,
	    sizeof(registration->format), diag);
	if (status == CARDEA_OK)
		status = cardea_octets_need(octets, "authenticator_data",
		    registration->auth_data, sizeof(registration->auth_data),
		    &registration->auth_data_len, diag);
	if (status == CARDEA_OK)
		status = cardea_octets_need(octets, "statement",
		    registration->statement, sizeof(registration->statement),
		    &registration->statement_len, diag);
	return status;
}

static enum cardea_status
read_attestation(const struct cardea_octets *octets,
    struct attestation_case *asked, struct cardea_diag *diag)
{
	struct cardea_fido2_registration *registration = &asked->registration;
	enum cardea_status status;

	status = read_rules(octets, asked, diag);
	if (status == CARDEA_OK)
		status = cardea_octets_need_text(octets, "rp_id",
		    registration->rp_id, sizeof(registration->rp_id), diag);
	if (status == CARDEA_OK)
		status = cardea_clientdata_find(octets, "webauthn.create",
		    registration->client_hash, &asked->foreign, diag);
	if (status != CARDEA_OK)
		return status;
	return cardea_octets_has(octets, "attestation_object")
	    ? read_object(octets, registration, diag)
	    : read_parts(octets, registration, diag);
}

/* What the judge's status says of the attestation; a diag that names a file is
 * about the roots. */
static enum cardea_status
settle_status(struct cardea_keycase *outcome, enum cardea_status status,
    const struct cardea_diag *diag)
{
	if (status == CARDEA_OK)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_VERIFIED, "accepted");
	if (diag->file[0] != '\0')
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_BROKEN, "bad-roots");
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_REFUSED, "malformed");
	if (status == CARDEA_E_CORRUPT)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_REFUSED, "wrong-signature");
	if (status == CARDEA_E_UNSAFE)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_REFUSED, "against-rules");
	if (status == CARDEA_E_VERSION)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_REFUSED, "unsupported");
	return cardea_keycase_settle(outcome, CARDEA_RESULT_BROKEN, "failed");
}

static enum cardea_status
judge_read(const struct attestation_case *asked, struct cardea_keycase *outcome,
    struct cardea_diag *diag)
{
	const struct cardea_fido2_library *library = NULL;
	enum cardea_status status;

	if (asked->foreign != NULL)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_REFUSED, asked->foreign);
	if (cardea_fido2_library_load(&library, diag) != CARDEA_OK)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_BROKEN, "no-library");
	status = cardea_attestation_judge(library, &asked->registration,
	    &asked->rules, &outcome->attestation, diag);
	outcome->has_attestation = status == CARDEA_OK;
	outcome->algorithm = outcome->attestation.credential.algorithm;
	return settle_status(outcome, status, diag);
}

enum cardea_status
cardea_keycase_attestation(const struct cardea_octets *octets,
    struct cardea_keycase *ret_case, struct cardea_diag *diag)
{
	struct attestation_case *asked = calloc(1, sizeof(*asked));
	enum cardea_status status;

	if (asked == NULL)
		return CARDEA_E_MEMORY;
	status = read_attestation(octets, asked, diag);
	if (status == CARDEA_OK) {
		cardea_keycase_note(ret_case, asked->registration.auth_data,
		    asked->registration.auth_data_len, true);
		status = judge_read(asked, ret_case, diag);
	} else if (status == CARDEA_E_RANGE || status == CARDEA_E_CORRUPT) {
		/* longer than any key would make it, or not even CBOR */
		status = cardea_keycase_settle(
		    ret_case, CARDEA_RESULT_REFUSED, "malformed");
	}
	free(asked);
	return status;
}
