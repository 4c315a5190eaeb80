/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/audit.h"
#include "store/crypto.h"
#include "store/ledger_grant.h"
#include "store/ledger_history.h"
#include "store/mark.h"
#include "store/record.h"
#include "store/schema.h"

/* A record and the names it stands under. */
struct place {
	const char *kind, *owner, *id;
};

typedef enum cardea_status
check(const struct place *place, const struct cardea_value *value);

static enum cardea_status
same(const char *a, const char *b)
{
	return strcmp(a, b) == 0 ? CARDEA_OK : CARDEA_E_CORRUPT;
}

static enum cardea_status
check_schema(const struct place *place, const struct cardea_value *value)
{
	struct cardea_schema schema;

	(void)place;
	return cardea_schema_decode(value, &schema, NULL);
}

static enum cardea_status
check_token(const struct place *place, const struct cardea_value *value)
{
	struct cardea_otp_token token = { .kind = CARDEA_OTP_NONE };
	enum cardea_status status = cardea_record_decode_token(value, &token);

	if (status == CARDEA_OK)
		status = same(token.id, place->id);
	cardea_otp_token_clear(&token);
	return status;
}

static enum cardea_status
check_recovery(const struct place *place, const struct cardea_value *value)
{
	struct cardea_recovery_set set;

	(void)place;
	return cardea_record_decode_recovery(value, &set);
}

static enum cardea_status
check_tries(const struct place *place, const struct cardea_value *value)
{
	struct cardea_tries tries;

	(void)place;
	return cardea_record_decode_tries(value, &tries);
}

static enum cardea_status
check_lock(const struct place *place, const struct cardea_value *value)
{
	struct cardea_lock lock;

	(void)place;
	return cardea_record_decode_lock(value, &lock);
}

static enum cardea_status
check_proof(const struct place *place, const struct cardea_value *value)
{
	struct cardea_proof proof;

	(void)place;
	return cardea_record_decode_proof(value, &proof);
}

static enum cardea_status
check_session(const struct place *place, const struct cardea_value *value)
{
	struct cardea_session *session = malloc(sizeof(*session));
	enum cardea_status status = CARDEA_E_MEMORY;

	if (session != NULL)
		status = cardea_record_decode_session(value, session);
	if (status == CARDEA_OK)
		status = same(session->id, place->id);
	if (status == CARDEA_OK)
		status = same(session->user, place->owner);
	free(session);
	return status;
}

static enum cardea_status
check_credential(const struct place *place, const struct cardea_value *value)
{
	struct cardea_fido2_credential credential;
	enum cardea_status status;

	status = cardea_record_decode_credential(value, &credential);
	return status == CARDEA_OK ? same(credential.id, place->id) : status;
}

static enum cardea_status
check_ticket(const struct place *place, const struct cardea_value *value)
{
	struct cardea_ticket *ticket = malloc(sizeof(*ticket));
	enum cardea_status status = CARDEA_E_MEMORY;

	if (ticket != NULL)
		status = cardea_record_decode_ticket(value, ticket);
	if (status == CARDEA_OK)
		status = same(ticket->request.id, place->id);
	if (status == CARDEA_OK)
		status = same(ticket->request.user, place->owner);
	free(ticket);
	return status;
}

static enum cardea_status
check_device(const struct place *place, const struct cardea_value *value)
{
	struct cardea_device device;
	enum cardea_status status = cardea_record_decode_device(value, &device);

	return status == CARDEA_OK ? same(device.id, place->owner) : status;
}

static enum cardea_status
check_claim(const struct place *place, const struct cardea_value *value)
{
	unsigned char digest[CARDEA_SHA256];
	char hex[2 * CARDEA_SHA256 + 1];
	struct cardea_device_claim claim;
	enum cardea_status status = cardea_record_decode_claim(value, &claim);

	if (status == CARDEA_OK)
		status = cardea_crypto_sha256(
		    claim.identity.text, strlen(claim.identity.text), digest);
	if (status != CARDEA_OK)
		return status;
	cardea_text_hex(hex, digest, sizeof(digest));
	return same(hex, place->owner);
}

static enum cardea_status
check_chain(const struct place *place, const struct cardea_value *value)
{
	struct cardea_device_chain *chain = malloc(sizeof(*chain));
	enum cardea_status status = CARDEA_E_MEMORY;

	(void)place;
	if (chain != NULL)
		status = cardea_record_decode_chain(value, chain);
	free(chain);
	return status;
}

static enum cardea_status
check_grant(const struct place *place, const struct cardea_value *value)
{
	struct cardea_grant grant;
	enum cardea_status status = cardea_record_decode_grant(value, &grant);

	if (status == CARDEA_OK)
		status = same(grant.id, place->id);
	return status == CARDEA_OK ? same(grant.user, place->owner) : status;
}

static enum cardea_status
check_history(const struct place *place, const struct cardea_value *value)
{
	struct cardea_history *history = malloc(sizeof(*history));
	enum cardea_status status = CARDEA_E_MEMORY;

	(void)place;
	if (history != NULL)
		status = cardea_record_decode_history(value, history);
	free(history);
	return status;
}

/* Those that are written so that others conflict: a format and nothing more. */
static enum cardea_status
check_fence(const struct place *place, const struct cardea_value *value)
{
	(void)place;
	return value->len == 1 && value->data[0] == 1 ? CARDEA_OK
						      : CARDEA_E_CORRUPT;
}

/* A format and a time. */
static enum cardea_status
check_known(const struct place *place, const struct cardea_value *value)
{
	(void)place;
	return value->len == 9 && value->data[0] == 1 ? CARDEA_OK
						      : CARDEA_E_CORRUPT;
}

static enum cardea_status
check_observe(const struct place *place, const struct cardea_value *value)
{
	int64_t passed_s;

	(void)place;
	return cardea_record_decode_observe(value, &passed_s);
}

static enum cardea_status
check_mark(const struct place *place, const struct cardea_value *value)
{
	return cardea_mark_is_sound(place->kind, value) ? CARDEA_OK
							: CARDEA_E_CORRUPT;
}

static const struct {
	const char *kind;
	check *check;
} checks[] = {
	{ CARDEA_KIND_SCHEMA, check_schema },
	{ CARDEA_KIND_TOKEN, check_token },
	{ CARDEA_KIND_TOKEN_MARK, check_mark },
	{ CARDEA_KIND_RECOVERY, check_recovery },
	{ CARDEA_KIND_RECOVERY_MARK, check_mark },
	{ CARDEA_KIND_CREDENTIAL, check_credential },
	{ CARDEA_KIND_CREDENTIAL_MARK, check_mark },
	{ CARDEA_KIND_TICKET, check_ticket },
	{ CARDEA_KIND_ROSTER, check_fence },
	{ CARDEA_KIND_LOCK, check_lock },
	{ CARDEA_KIND_DEVICE, check_device },
	{ CARDEA_KIND_DEVICE_MARK, check_mark },
	{ CARDEA_KIND_DEVICE_OF, check_claim },
	{ CARDEA_KIND_DEVICE_CHAIN, check_chain },
	{ CARDEA_KIND_GRANT, check_grant },
	{ CARDEA_KIND_GRANT_MARK, check_mark },
	{ CARDEA_KIND_GRANT_COUNT, check_fence },
	{ CARDEA_KIND_TRIES, check_tries },
	{ CARDEA_KIND_KNOWN, check_known },
	{ CARDEA_KIND_PROOF, check_proof },
	{ CARDEA_KIND_SESSION, check_session },
	{ CARDEA_KIND_HISTORY, check_history },
	{ CARDEA_KIND_OBSERVE, check_observe },
};
static const size_t check_count = sizeof(checks) / sizeof(checks[0]);

enum cardea_status
cardea_audit_record(const struct cardea_key *key,
    const struct cardea_value *value, struct cardea_diag *diag)
{
	enum cardea_status status;
	struct place place;
	size_t i = 0;

	if (cardea_key_split(key, &place.kind, &place.owner, &place.id) !=
	    CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "stands under no name");
	while (i < check_count && strcmp(place.kind, checks[i].kind) != 0)
		i++;
	if (i == check_count)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "of a kind that is not known");
	status = checks[i].check(&place, value);
	if (status == CARDEA_E_CORRUPT || status == CARDEA_E_SYNTAX)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "cannot be read, or is of another name than it has");
	if (status == CARDEA_E_VERSION)
		return cardea_diag_set(
		    diag, status, "written by a release that is not this one");
	return status;
}

/* ---- relatives ---- */

static enum cardea_status
orphan(struct cardea_diag *diag, const char *what)
{
	return cardea_diag_set(diag, CARDEA_E_CORRUPT, "%s", what);
}

static enum cardea_status
look_at_device(struct cardea_store *store, const char *id,
    struct cardea_device *ret_device, struct cardea_diag *diag)
{
	enum cardea_status status = cardea_ledger_device(
	    store, id, ret_device, diag);

	return status == CARDEA_E_MISSING
	    ? orphan(diag, "its device is not in the table")
	    : status;
}

static enum cardea_status
look_at_claim(struct cardea_store *store, const struct cardea_value *value,
    struct cardea_diag *diag)
{
	struct cardea_device_claim claim;
	struct cardea_device device;
	enum cardea_status status = cardea_record_decode_claim(value, &claim);

	if (status == CARDEA_OK)
		status = look_at_device(store, claim.id, &device, diag);
	if (status == CARDEA_OK &&
	    cardea_device_index_of(&device, claim.identity.text) ==
		device.identity_count)
		return orphan(diag, "its device knows nothing of it");
	return status;
}

static enum cardea_status
look_at_identity(struct cardea_store *store, const char *id,
    const struct cardea_device_identity *identity, struct cardea_diag *diag)
{
	struct cardea_device device;
	enum cardea_status status = cardea_ledger_device_of(
	    store, identity, 1, &device, diag);

	if (status == CARDEA_E_MISSING ||
	    (status == CARDEA_OK && strcmp(device.id, id) != 0))
		return orphan(diag, "an identity of it is not claimed for it");
	return status;
}

static enum cardea_status
look_at_identities(struct cardea_store *store, const struct cardea_value *value,
    struct cardea_diag *diag)
{
	struct cardea_device device;
	enum cardea_status status = cardea_record_decode_device(value, &device);

	for (size_t i = 0; status == CARDEA_OK && i < device.identity_count;
	     i++)
		status = look_at_identity(
		    store, device.id, &device.identities[i], diag);
	return status;
}

enum cardea_status
cardea_audit_relatives(struct cardea_store *store, const struct cardea_key *key,
    const struct cardea_value *value, struct cardea_diag *diag)
{
	struct cardea_device device;
	const char *kind, *owner, *id;
	enum cardea_status status = cardea_key_split(key, &kind, &owner, &id);

	if (status != CARDEA_OK)
		return status;
	if (strcmp(kind, CARDEA_KIND_DEVICE) == 0)
		return look_at_identities(store, value, diag);
	if (strcmp(kind, CARDEA_KIND_DEVICE_OF) == 0)
		return look_at_claim(store, value, diag);
	if (strcmp(kind, CARDEA_KIND_DEVICE_CHAIN) == 0)
		return look_at_device(store, owner, &device, diag);
	return CARDEA_OK;
}

enum cardea_status
cardea_audit_is_left_over(struct cardea_store *store,
    const struct cardea_key *key, bool *ret_left_over, struct cardea_diag *diag)
{
	struct cardea_value enrolment = { 0 };
	const char *kind, *owner, *id;
	struct cardea_key of;
	enum cardea_status status = cardea_key_split(key, &kind, &owner, &id);

	if (status != CARDEA_OK)
		return status;
	*ret_left_over = false;
	kind = cardea_mark_enrolment(kind);
	if (kind == NULL)
		return CARDEA_OK;
	status = cardea_key_make(kind, owner, id, &of);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &of, &enrolment, diag);
	cardea_value_clear(&enrolment);
	*ret_left_over = status == CARDEA_E_MISSING;
	return *ret_left_over ? CARDEA_OK : status;
}
