/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/cose.h"
#include "factor/library/attest.h"
#include "factor/library/chain.h"
#include "factor/library/verify.h"

/* What the key says of itself.  A U2F signature covers the handle and the
 * public key alone (8.6), so nothing else is taken from there. */
static enum cardea_status
read_claims(const struct cardea_authdata *data,
    enum cardea_statement_format format, struct cardea_attestation *attestation,
    struct cardea_diag *diag)
{
	struct cardea_fido2_credential *credential = &attestation->credential;
	enum cardea_status status;

	status = cardea_cose_read(
	    data->key.bytes, data->key.len, credential, diag);
	if (status != CARDEA_OK)
		return status;
	credential->kind = CARDEA_FIDO2_CTAP;
	credential->handle_len = data->handle.len;
	memcpy(credential->handle, data->handle.bytes, data->handle.len);
	if (format == CARDEA_STATEMENT_U2F)
		return CARDEA_OK;
	memcpy(credential->model, data->model, CARDEA_FIDO2_MODEL);
	credential->counter = data->counter;
	credential->backup_eligible = (data->flags & CARDEA_AUTHDATA_BE) != 0;
	credential->backed_up = (data->flags & CARDEA_AUTHDATA_BS) != 0;
	attestation->verified_user = (data->flags & CARDEA_AUTHDATA_UV) != 0;
	return CARDEA_OK;
}

/* 8.2 for a statement by the credential's own key, 8.6 for one of U2F. */
static enum cardea_status
check_algorithm(const struct cardea_statement *statement,
    enum cardea_fido2_algorithm algorithm, struct cardea_diag *diag)
{
	if (statement->format == CARDEA_STATEMENT_U2F &&
	    algorithm != CARDEA_FIDO2_ES256)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a U2F key is always es256");
	if (statement->cert_count == 0 && statement->algorithm != algorithm)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the attestation names another algorithm than its key");
	return CARDEA_OK;
}

static enum cardea_status
check_signature(const struct cardea_fido2_registration *registration,
    const struct cardea_statement *statement,
    const struct cardea_authdata *data, enum cardea_fido2_algorithm algorithm,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	status = check_algorithm(statement, algorithm, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_verify_attestation(
	    registration, statement, data, algorithm);
	if (status == CARDEA_E_CORRUPT)
		return cardea_diag_set(
		    diag, status, "the signature of the attestation is wrong");
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "libfido2 cannot judge the attestation: %s",
		    cardea_status_text(status));
	return CARDEA_OK;
}

/* Who signed, once it is known that the signature is right. */
static enum cardea_status
find_signer(const struct cardea_statement *statement,
    const struct cardea_authdata *data, const char *roots_path,
    struct cardea_attestation *attestation, struct cardea_diag *diag)
{
	enum cardea_status status;
	bool chained = false;

	if (statement->cert_count == 0) {
		attestation->kind = CARDEA_ATTESTATION_SELF;
		return CARDEA_OK;
	}
	status = cardea_chain_check(statement, data->model, roots_path,
	    &chained, attestation->unchained, diag);
	if (status == CARDEA_OK)
		attestation->kind = chained ? CARDEA_ATTESTATION_CHAINED
					    : CARDEA_ATTESTATION_UNCHAINED;
	return status;
}

enum cardea_status
cardea_attest(const struct cardea_fido2_registration *registration,
    const char *roots_path, struct cardea_attestation *ret_attestation,
    struct cardea_diag *diag)
{
	struct cardea_attestation attestation = { 0 };
	struct cardea_statement statement;
	struct cardea_authdata data;
	enum cardea_status status;

	status = cardea_statement_read(registration, &statement, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_authdata_read(
	    registration->auth_data, registration->auth_data_len, true, &data);
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "the authenticator data are malformed");
	status = read_claims(&data, statement.format, &attestation, diag);
	if (status == CARDEA_OK)
		status = cardea_text_copy(attestation.credential.rp_id,
		    sizeof(attestation.credential.rp_id), registration->rp_id);
	if (status == CARDEA_OK && statement.format != CARDEA_STATEMENT_NONE) {
		status = check_signature(registration, &statement, &data,
		    attestation.credential.algorithm, diag);
		if (status == CARDEA_OK)
			status = find_signer(
			    &statement, &data, roots_path, &attestation, diag);
	}
	if (status == CARDEA_OK)
		*ret_attestation = attestation;
	return status;
}
