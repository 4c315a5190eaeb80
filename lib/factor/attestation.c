/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/attestation.h"
#include "factor/authdata.h"
#include "factor/cbor.h"

static bool
fits(const struct cardea_fido2_registration *registration)
{
	return registration->auth_data_len <= sizeof(registration->auth_data) &&
	    registration->statement_len <= sizeof(registration->statement);
}

/* The key speaks of this relying party, and somebody touched it. */
static enum cardea_status
check_claim(const struct cardea_fido2_registration *registration,
    struct cardea_diag *diag)
{
	enum cardea_status status;
	struct cardea_authdata data;
	bool is_of = false;

	if (!fits(registration))
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the registration is too long");
	status = cardea_authdata_read(
	    registration->auth_data, registration->auth_data_len, true, &data);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the authenticator data are malformed");
	status = cardea_fido2_is_of(data.rp_hash, registration->rp_id, &is_of);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "no digest can be made");
	if (!is_of)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "the key made this for another relying party");
	if ((data.flags & CARDEA_AUTHDATA_UP) == 0)
		return cardea_diag_set(
		    diag, CARDEA_E_UNSAFE, "nobody touched the key");
	return CARDEA_OK;
}

static bool
is_listed(const unsigned char model[CARDEA_FIDO2_MODEL],
    const unsigned char (*list)[CARDEA_FIDO2_MODEL], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (memcmp(model, list[i], CARDEA_FIDO2_MODEL) == 0)
			return true;
	}
	return false;
}

/* A model on the deny list is refused even if it is only claimed; one on the
 * allow list must be proved. */
static enum cardea_status
check_model(const struct cardea_fido2_credential *credential,
    const struct cardea_attestation_rules *rules, struct cardea_diag *diag)
{
	char model[CARDEA_TEXT_UUID + 1];

	cardea_text_uuid(model, credential->model);
	if (is_listed(credential->model, rules->deny, rules->deny_count))
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "keys of model %s are not wanted here", model);
	if (rules->allow_count == 0)
		return CARDEA_OK;
	if (!credential->attested)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "only some models are wanted here, and the key does not "
		    "prove its own");
	if (!is_listed(credential->model, rules->allow, rules->allow_count))
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "keys of model %s are not among those wanted here", model);
	return CARDEA_OK;
}

static enum cardea_status
check_rules(const struct cardea_attestation *attestation,
    const struct cardea_attestation_rules *rules, struct cardea_diag *diag)
{
	if (rules->need_chain &&
	    attestation->kind == CARDEA_ATTESTATION_UNCHAINED)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "no chain to a pinned root: %s", attestation->unchained);
	if (rules->need_chain &&
	    attestation->kind != CARDEA_ATTESTATION_CHAINED)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "the key must prove its model, and its attestation is "
		    "\"%s\"",
		    cardea_attestation_text(attestation->kind));
	if (rules->need_uv && !attestation->verified_user)
		return cardea_diag_set(
		    diag, CARDEA_E_UNSAFE, "the key has not verified its user");
	return check_model(&attestation->credential, rules, diag);
}

enum cardea_status
cardea_attestation_judge(const struct cardea_fido2_library *library,
    const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules,
    struct cardea_attestation *ret_attestation, struct cardea_diag *diag)
{
	struct cardea_attestation attestation = { 0 };
	enum cardea_status status;

	status = check_claim(registration, diag);
	if (status == CARDEA_OK)
		status = library->attest(
		    registration, rules->roots_path, &attestation, diag);
	if (status != CARDEA_OK)
		return status;
	attestation.credential.attested = attestation.kind ==
	    CARDEA_ATTESTATION_CHAINED;
	status = check_rules(&attestation, rules, diag);
	if (status == CARDEA_OK)
		*ret_attestation = attestation;
	return status;
}

/* The three members of an attestation object. */
struct members {
	struct cardea_cbor_span format, statement, auth_data;
};

/* One member; false if it is repeated or none of the three. */
static bool
read_member(struct cardea_cbor *reader, struct members *members)
{
	struct cardea_cbor_span key, *member;

	key = cardea_cbor_string(reader, CARDEA_CBOR_TEXT);
	if (cardea_cbor_equal(key, "fmt"))
		member = &members->format;
	else if (cardea_cbor_equal(key, "attStmt"))
		member = &members->statement;
	else if (cardea_cbor_equal(key, "authData"))
		member = &members->auth_data;
	else
		return false;
	if (member->bytes != NULL)
		return false;
	if (member == &members->statement)
		*member = cardea_cbor_skip(reader);
	else
		*member = cardea_cbor_string(reader,
		    member == &members->format ? CARDEA_CBOR_TEXT
					       : CARDEA_CBOR_BYTES);
	return true;
}

static bool
read_members(const unsigned char *bytes, size_t len, struct members *members)
{
	struct cardea_cbor reader;
	size_t pairs;

	cardea_cbor_begin(&reader, bytes, len);
	pairs = cardea_cbor_open(&reader, CARDEA_CBOR_MAP);
	if (pairs != 3)
		return false;
	while (pairs-- > 0) {
		if (!read_member(&reader, members))
			return false;
	}
	return cardea_cbor_done(&reader) == CARDEA_OK;
}

enum cardea_status
cardea_attestation_unpack(const unsigned char *bytes, size_t len,
    struct cardea_fido2_registration *registration, struct cardea_diag *diag)
{
	struct members members = { 0 };

	if (!read_members(bytes, len, &members) ||
	    memchr(members.format.bytes, '\0', members.format.len) != NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the attestation object is malformed");
	if (members.format.len >= sizeof(registration->format) ||
	    members.auth_data.len > sizeof(registration->auth_data) ||
	    members.statement.len > sizeof(registration->statement))
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the attestation object is too long");
	memset(registration->format, 0, sizeof(registration->format));
	memcpy(registration->format, members.format.bytes, members.format.len);
	registration->auth_data_len = members.auth_data.len;
	memcpy(registration->auth_data, members.auth_data.bytes,
	    members.auth_data.len);
	registration->statement_len = members.statement.len;
	memcpy(registration->statement, members.statement.bytes,
	    members.statement.len);
	return CARDEA_OK;
}

const char *
cardea_attestation_text(enum cardea_attestation_kind kind)
{
	switch (kind) {
	case CARDEA_ATTESTATION_NONE:
		return "none";
	case CARDEA_ATTESTATION_SELF:
		return "self";
	case CARDEA_ATTESTATION_UNCHAINED:
		return "unchained";
	case CARDEA_ATTESTATION_CHAINED:
		return "chained";
	}
	return "none";
}
