/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "base/text.h"
#include "cli/clientdata.h"
#include "cli/keycase.h"
#include "cli/publickey.h"

struct assertion_case {
	struct cardea_fido2_credential credential;
	struct cardea_fido2_assertion assertion;
	bool need_uv;
	const char *foreign; /* client data of something else */
};

static enum cardea_status
find_counter(const struct cardea_octets *octets, uint32_t *ret_counter,
    struct cardea_diag *diag)
{
	char number[24];
	const char *text = cardea_json_find_text(
	    octets->object, "counter", number);
	uint64_t counter = 0;

	if (text != NULL &&
	    cardea_text_number(text, 0, UINT32_MAX, &counter) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "counter: wants a number of 32 bits");
	*ret_counter = (uint32_t)counter;
	return CARDEA_OK;
}

/* The credential but for its key.  An assertion does not say whose it is, so a
 * case may leave the handle out. */
static enum cardea_status
read_credential(const struct cardea_octets *octets,
    struct cardea_fido2_credential *credential, struct cardea_diag *diag)
{
	enum cardea_status status;

	credential->kind = CARDEA_FIDO2_CTAP;
	credential->handle_len = 1;
	status = cardea_octets_need_text(octets, "rp_id", credential->rp_id,
	    sizeof(credential->rp_id), diag);
	if (status == CARDEA_OK)
		status = cardea_octets_find(octets, "credential",
		    credential->handle, sizeof(credential->handle),
		    &credential->handle_len, diag);
	if (status == CARDEA_OK)
		status = find_counter(octets, &credential->counter, diag);
	return status;
}

static enum cardea_status
read_assertion(const struct cardea_octets *octets, struct assertion_case *asked,
    struct cardea_diag *diag)
{
	struct cardea_fido2_assertion *assertion = &asked->assertion;
	enum cardea_status status;

	status = read_credential(octets, &asked->credential, diag);
	if (status == CARDEA_OK)
		status = cardea_json_find_bool(
		    octets->object, "uv", &asked->need_uv, diag);
	if (status == CARDEA_OK)
		status = cardea_clientdata_find(octets, "webauthn.get",
		    assertion->client_hash, &asked->foreign, diag);
	if (status == CARDEA_OK)
		status = cardea_octets_need(octets, "authenticator_data",
		    assertion->auth_data, sizeof(assertion->auth_data),
		    &assertion->auth_data_len, diag);
	if (status == CARDEA_OK)
		status = cardea_octets_need(octets, "signature",
		    assertion->signature, sizeof(assertion->signature),
		    &assertion->signature_len, diag);
	return status;
}

static enum cardea_status
judge_read(const struct assertion_case *asked, struct cardea_keycase *outcome,
    struct cardea_diag *diag)
{
	const struct cardea_fido2_library *library = NULL;
	struct cardea_fido2_verdict verdict = { 0 };

	if (asked->foreign != NULL)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_REFUSED, asked->foreign);
	if (cardea_fido2_library_load(&library, diag) != CARDEA_OK)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_BROKEN, "no-library");
	cardea_fido2_judge(library, &asked->credential, &asked->assertion,
	    asked->need_uv, &verdict);
	return cardea_keycase_settle(
	    outcome, verdict.result, cardea_fido2_why_text(verdict.why));
}

static enum cardea_status
judge_key(const struct cardea_octets *octets, struct assertion_case *asked,
    struct cardea_keycase *outcome, struct cardea_diag *diag)
{
	enum cardea_status status = cardea_publickey_find(
	    octets, &asked->credential, diag);

	if (status == CARDEA_E_CORRUPT)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_BROKEN, "bad-credential");
	if (status == CARDEA_E_VERSION)
		return cardea_keycase_settle(
		    outcome, CARDEA_RESULT_BROKEN, "unsupported");
	if (status != CARDEA_OK)
		return status;
	outcome->algorithm = asked->credential.algorithm;
	return judge_read(asked, outcome, diag);
}

enum cardea_status
cardea_keycase_assertion(const struct cardea_octets *octets,
    struct cardea_keycase *ret_case, struct cardea_diag *diag)
{
	struct assertion_case *asked = calloc(1, sizeof(*asked));
	enum cardea_status status;

	if (asked == NULL)
		return CARDEA_E_MEMORY;
	status = read_assertion(octets, asked, diag);
	if (status == CARDEA_OK) {
		cardea_keycase_note(ret_case, asked->assertion.auth_data,
		    asked->assertion.auth_data_len, false);
		status = judge_key(octets, asked, ret_case, diag);
	} else if (status == CARDEA_E_RANGE) {
		/* longer than any key would make it */
		status = cardea_keycase_settle(
		    ret_case, CARDEA_RESULT_REFUSED, "malformed");
	}
	free(asked);
	return status;
}
