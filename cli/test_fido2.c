/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "cli/keycase.h"
#include "cli/question.h"
#include "cli/verbs.h"
#include "factor/authdata.h"

/*
 * `cardea test fido2`: one assertion or attestation judged offline.  No store,
 * no policy, no key: the case is one JSON object, which cardea(8) describes,
 * and so is the answer.
 */

#define LINE_MAX_BYTES 131071

static const struct cardea_option test_options[] = {
	{ "case", "JSON", "the case, as one JSON object", false },
	{ "batch", NULL, "cases as JSON lines on stdin instead", false },
	{ NULL, NULL, NULL, false },
};

static void
put_flags(struct cardea_json *json, const struct cardea_keycase *outcome)
{
	static const struct {
		const char *name;
		unsigned int flag;
	} flags[] = {
		{ "up", CARDEA_AUTHDATA_UP },
		{ "uv", CARDEA_AUTHDATA_UV },
		{ "be", CARDEA_AUTHDATA_BE },
		{ "bs", CARDEA_AUTHDATA_BS },
	};

	cardea_json_open_object(json, "flags");
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		cardea_json_bool(
		    json, flags[i].name, (outcome->flags & flags[i].flag) != 0);
	cardea_json_shut(json);
	cardea_json_number(json, "counter", outcome->counter);
}

static void
put_hex(struct cardea_json *json, const char *key, const unsigned char *bytes,
    size_t len)
{
	char hex[2 * CARDEA_KEY_HANDLE_MAX + 1];

	cardea_text_hex(hex, bytes, len);
	cardea_json_text(json, key, hex);
}

static void
put_attestation(
    struct cardea_json *json, const struct cardea_attestation *attestation)
{
	const struct cardea_fido2_credential *credential =
	    &attestation->credential;
	char model[CARDEA_TEXT_UUID + 1];

	cardea_text_uuid(model, credential->model);
	cardea_json_text(
	    json, "attestation", cardea_attestation_text(attestation->kind));
	if (attestation->kind == CARDEA_ATTESTATION_UNCHAINED)
		cardea_json_text(json, "unchained", attestation->unchained);
	cardea_json_text(json, "model", model);
	put_hex(json, "credential", credential->handle, credential->handle_len);
	put_hex(
	    json, "public_key", credential->public_key, credential->public_len);
}

static void
put_outcome(struct cardea_json *json, const struct cardea_keycase *outcome,
    const struct cardea_diag *diag)
{
	char reason[1024];

	cardea_json_text(json, "result", cardea_result_text(outcome->result));
	cardea_json_text(json, "why", outcome->why);
	if (diag->reason[0] != '\0') {
		cardea_diag_format(diag, reason, sizeof(reason));
		cardea_json_text(json, "reason", reason);
	}
	if (outcome->has_data)
		put_flags(json, outcome);
	if (outcome->algorithm != CARDEA_FIDO2_ALGORITHM_NONE)
		cardea_json_text(json, "algorithm",
		    cardea_fido2_algorithm_text(outcome->algorithm));
	if (outcome->has_attestation)
		put_attestation(json, &outcome->attestation);
}

static enum cardea_exit
answer_as(struct cardea_json *json, const struct cardea_octets *octets,
    bool is_assertion, struct cardea_diag *diag)
{
	struct cardea_keycase outcome = { 0 };
	enum cardea_status status;

	status = is_assertion
	    ? cardea_keycase_assertion(octets, &outcome, diag)
	    : cardea_keycase_attestation(octets, &outcome, diag);
	if (status == CARDEA_E_SYNTAX)
		return cardea_question_bad(json, diag);
	if (status != CARDEA_OK)
		(void)cardea_keycase_settle(
		    &outcome, CARDEA_RESULT_BROKEN, "failed");
	put_outcome(json, &outcome, diag);
	return cardea_question_exit(outcome.result);
}

static const char *const assertion_bytes[] = { "public_key", "cose_key",
	"credential", "challenge", "client_data", "client_data_hash",
	"authenticator_data", "signature", NULL };
static const char *const attestation_bytes[] = { "attestation_object",
	"authenticator_data", "statement", "challenge", "client_data",
	"client_data_hash", NULL };
static const char *const assertion_others[] = { "id", "type", "encoding",
	"rp_id", "algorithm", "pem", "origin", "uv", "counter", NULL };
static const char *const attestation_others[] = { "id", "type", "encoding",
	"rp_id", "format", "origin", "uv", "roots", "chain", "allow", "deny",
	NULL };

struct vocabulary {
	const char *const *bytes, *const *others;
	struct cardea_diag *diag;
};

static bool
is_known(const char *key, void *context)
{
	const struct vocabulary *words = context;

	for (size_t i = 0; words->bytes[i] != NULL; i++) {
		if (cardea_octets_is(key, words->bytes[i]))
			return true;
	}
	for (size_t i = 0; words->others[i] != NULL; i++) {
		if (strcmp(key, words->others[i]) == 0)
			return true;
	}
	(void)cardea_diag_set(
	    words->diag, CARDEA_E_SYNTAX, "\"%s\": unknown key", key);
	return false;
}

/* Puts what is told of every case, and finds out which kind it is. */
static bool
open_case(struct cardea_json *json, const struct cardea_json_object *object,
    struct cardea_octets *octets, bool *ret_is_assertion,
    struct cardea_diag *diag)
{
	char numbers[2][24];
	const char *id = cardea_json_find_text(object, "id", numbers[0]);
	const char *type = cardea_json_find_text(object, "type", numbers[1]);
	bool is_assertion = type == NULL || strcmp(type, "assertion") == 0;
	struct vocabulary words = {
		.bytes = is_assertion ? assertion_bytes : attestation_bytes,
		.others = is_assertion ? assertion_others : attestation_others,
		.diag = diag,
	};

	if (id != NULL)
		cardea_json_text(json, "id", id);
	cardea_json_text(json, "factor", "fido2");
	if (!is_assertion && strcmp(type, "attestation") != 0) {
		(void)cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "type: wants assertion or attestation");
		return false;
	}
	cardea_json_text(
	    json, "type", is_assertion ? "assertion" : "attestation");
	*ret_is_assertion = is_assertion;
	return cardea_json_keys(object, is_known, &words) &&
	    cardea_octets_begin(octets, object, diag) == CARDEA_OK;
}

static enum cardea_exit
answer(struct cardea_json *json, const char *text, struct cardea_diag *diag)
{
	struct cardea_json_object object = { 0 };
	struct cardea_octets octets;
	enum cardea_exit code;
	bool is_assertion = true;

	if (cardea_json_parse(text, &object, diag) == CARDEA_OK &&
	    open_case(json, &object, &octets, &is_assertion, diag))
		code = answer_as(json, &octets, is_assertion, diag);
	else
		code = cardea_question_bad(json, diag);
	cardea_json_object_clear(&object);
	return code;
}

static enum cardea_exit
answer_line(
    struct cardea_json *json, const char *line, const struct cardea_call *call)
{
	struct cardea_diag diag = { 0 };

	(void)call;
	return answer(json, line, &diag);
}

static enum cardea_exit
run_test_fido2(struct cardea_call *call)
{
	static const struct cardea_question lines = { LINE_MAX_BYTES,
		answer_line };
	const char *text = cardea_call_text(call, "case");
	bool batch = cardea_call_has(call, "batch");
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;

	if (batch == (text != NULL))
		return cardea_call_refuse(
		    call, CARDEA_EXIT_USAGE, "wants either --case or --batch");
	if (batch)
		return cardea_question_batch(call, &lines);
	code = answer(&call->out, text, &diag);
	return cardea_question_finish(call, code, &diag);
}

const struct cardea_command cardea_verb_test_fido2 = {
	"test fido2",
	"",
	0,
	0,
	"judge one assertion or attestation of a security key offline",
	false,
	test_options,
	run_test_fido2,
};
