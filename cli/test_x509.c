/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cli/moment.h"
#include "cli/question.h"
#include "cli/verbs.h"
#include "cli/x509case.h"

/*
 * `cardea test x509`: one certificate judged offline by the function that
 * judges logins, but for the proof of possession, which nobody is asked for.
 * No store, no policy, no settings; verdict and reason are one JSON object.
 */

#define LINE_MAX_BYTES (4 * 1024 * 1024) /* PEM may stand in a case */

static const struct cardea_option test_options[] = {
	{ "ca", "FILE", "certificates that are trusted", true },
	{ "intermediate", "FILE", "certificates that may lie between", true },
	{ "crl", "FILE", "a list of revoked ones", true },
	{ "ocsp", "FILE", "an answer of an OCSP responder", true },
	{ "max-age", "TIME", "the oldest list or answer that counts", false },
	{ "at", "TIME", "the instant: seconds or ISO 8601 (now)", false },
	{ "purpose", "P", "clientAuth, serverAuth, an OID, or any", false },
	{ "san", "NAME", "who it must be for: dns:HOST, email:, ip:", false },
	{ "policy", "OID", "a policy that is wanted", true },
	{ "explicit-policy", NULL, "a policy must hold", false },
	{ "inhibit-mapping", NULL, "no policy stands for another", false },
	{ "inhibit-any", NULL, "any policy is none", false },
	{ "batch", NULL, "cases as JSON lines on stdin instead", false },
	{ NULL, NULL, NULL, false },
};

static const char *const flag_names[] = { "explicit-policy", "inhibit-mapping",
	"inhibit-any" };

static bool *
flag_of(struct cardea_x509case *x509case, size_t flag)
{
	bool *const flags[] = { &x509case->explicit_policy,
		&x509case->inhibit_mapping, &x509case->inhibit_any };

	return flags[flag];
}

#define FLAGS (sizeof(flag_names) / sizeof(flag_names[0]))

static void
put_time(struct cardea_json *json, const char *key, int64_t time_s)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(time_s, text);
	cardea_json_text(json, key, text);
}

static void
put_some(struct cardea_json *json, const char *key, const char *text)
{
	if (text[0] != '\0')
		cardea_json_text(json, key, text);
}

static void
put_oids(struct cardea_json *json, const char *key,
    const struct cardea_cert_oid *oids, size_t count)
{
	cardea_json_open_array(json, key);
	for (size_t i = 0; i < count; i++)
		cardea_json_text(json, NULL, oids[i].text);
	cardea_json_shut(json);
}

static void
put_identity(
    struct cardea_json *json, const struct cardea_cert_identity *identity)
{
	cardea_json_open_object(json, "identity");
	put_some(json, "authority", identity->authority);
	put_some(json, "subject", identity->subject);
	put_some(json, "issuer", identity->issuer);
	put_some(json, "serial", identity->serial);
	put_some(json, "fingerprint", identity->fingerprint);
	put_some(json, "ssh_fingerprint", identity->ssh_fingerprint);
	put_time(json, "not_before", identity->not_before_s);
	put_time(json, "not_after", identity->not_after_s);
	cardea_json_open_array(json, "names");
	for (size_t i = 0; i < identity->name_count; i++)
		cardea_json_text(json, NULL, identity->names[i].text);
	cardea_json_shut(json);
	put_oids(json, "purposes", identity->purposes, identity->purpose_count);
	put_oids(json, "policies", identity->policies, identity->policy_count);
	if (identity->revocation_s != 0)
		put_time(json, "revocation", identity->revocation_s);
	cardea_json_shut(json);
}

static enum cardea_exit
answer_case(struct cardea_json *json, const struct cardea_x509case *x509case,
    struct cardea_diag *diag)
{
	struct cardea_cert_verdict verdict = { 0 };
	struct cardea_diag list = { 0 };
	char reason[512];

	if (cardea_x509case_judge(x509case, &verdict, &list) != CARDEA_OK) {
		*diag = list;
		return cardea_question_bad(json, diag);
	}
	cardea_json_text(json, "result", cardea_result_text(verdict.result));
	cardea_json_text(json, "why", cardea_cert_why_text(verdict.why));
	put_some(json, "detail", verdict.detail);
	if (list.reason[0] != '\0') {
		cardea_diag_format(&list, reason, sizeof(reason));
		cardea_json_text(json, "crl", reason);
	}
	if (verdict.identity.kind != CARDEA_CERT_NONE)
		put_identity(json, &verdict.identity);
	return cardea_question_exit(verdict.result);
}

static bool
is_known(const char *key, void *context)
{
	for (enum cardea_x509case_part part = 0; part < CARDEA_X509CASE_PARTS;
	     part++) {
		if (strcmp(key, cardea_x509case_name(part)) == 0)
			return true;
	}
	for (size_t i = 0; i < FLAGS; i++) {
		if (strcmp(key, flag_names[i]) == 0)
			return true;
	}
	if (strcmp(key, "id") == 0)
		return true;
	(void)cardea_diag_set(
	    context, CARDEA_E_SYNTAX, "\"%s\": unknown key", key);
	return false;
}

static enum cardea_status
read_part(const struct cardea_json_object *object,
    enum cardea_x509case_part part, struct cardea_x509case *x509case,
    struct cardea_diag *diag)
{
	const char *name = cardea_x509case_name(part), *text;
	enum cardea_status status = CARDEA_OK;
	char number[24];
	size_t at = 0;

	/* a number of seconds is a time, too */
	if (part == CARDEA_X509CASE_AT) {
		text = cardea_json_find_text(object, name, number);
		if (text != NULL)
			return cardea_x509case_put(x509case, part, text, diag);
	}
	while (status == CARDEA_OK &&
	    (text = cardea_json_next_text(object, name, &at, &status, diag)) !=
		NULL)
		status = cardea_x509case_put(x509case, part, text, diag);
	return status;
}

static enum cardea_status
read_object(const struct cardea_json_object *object,
    struct cardea_x509case *x509case, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	if (!cardea_json_keys(object, is_known, diag))
		return CARDEA_E_SYNTAX;
	for (enum cardea_x509case_part part = 0;
	     part < CARDEA_X509CASE_PARTS && status == CARDEA_OK; part++)
		status = read_part(object, part, x509case, diag);
	for (size_t i = 0; i < FLAGS && status == CARDEA_OK; i++)
		status = cardea_json_find_bool(
		    object, flag_names[i], flag_of(x509case, i), diag);
	return status;
}

/* What is wrong with a case may be in a file of it. */
static void
tell_all(struct cardea_diag *diag)
{
	struct cardea_diag whole = { 0 };
	char text[sizeof(diag->reason)];

	cardea_diag_format(diag, text, sizeof(text));
	(void)cardea_diag_set(&whole, CARDEA_E_SYNTAX, "%s", text);
	*diag = whole;
}

static enum cardea_exit
answer_line(
    struct cardea_json *json, const char *line, const struct cardea_call *call)
{
	struct cardea_x509case *x509case = calloc(1, sizeof(*x509case));
	struct cardea_json_object object = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	const char *id = NULL;
	char number[24];

	(void)call;
	if (x509case == NULL ||
	    cardea_json_parse_any(line, strlen(line), &object, &diag) !=
		CARDEA_OK) {
		code = cardea_question_bad(json, &diag);
		goto out;
	}
	id = cardea_json_find_text(&object, "id", number);
	if (id != NULL)
		cardea_json_text(json, "id", id);
	if (read_object(&object, x509case, &diag) != CARDEA_OK) {
		tell_all(&diag);
		code = cardea_question_bad(json, &diag);
	} else {
		code = answer_case(json, x509case, &diag);
	}
	cardea_x509case_clear(x509case);
	cardea_json_object_clear(&object);
out:
	free(x509case);
	return code;
}

static enum cardea_status
read_call(const struct cardea_call *call, struct cardea_x509case *x509case,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	status = cardea_x509case_put(
	    x509case, CARDEA_X509CASE_CERT, call->operands[0], diag);
	for (enum cardea_x509case_part part = CARDEA_X509CASE_CA;
	     part < CARDEA_X509CASE_PARTS && status == CARDEA_OK; part++) {
		const char *text;
		size_t at = 0;

		while (status == CARDEA_OK &&
		    (text = cardea_call_next(
			 call, cardea_x509case_name(part), &at)) != NULL)
			status = cardea_x509case_put(
			    x509case, part, text, diag);
	}
	for (size_t i = 0; i < FLAGS; i++)
		*flag_of(x509case, i) = cardea_call_has(call, flag_names[i]);
	return status;
}

static enum cardea_exit
run_test_x509(struct cardea_call *call)
{
	static const struct cardea_question lines = { LINE_MAX_BYTES,
		answer_line };
	bool batch = cardea_call_has(call, "batch");
	struct cardea_x509case *x509case;
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;

	if (batch == (call->operand_count == 1))
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "wants either a certificate or --batch");
	if (batch)
		return cardea_question_batch(call, &lines);
	x509case = calloc(1, sizeof(*x509case));
	if (x509case == NULL)
		return cardea_call_trouble(call, CARDEA_E_MEMORY, &diag);
	if (read_call(call, x509case, &diag) != CARDEA_OK) {
		tell_all(&diag);
		code = cardea_question_bad(&call->out, &diag);
	} else {
		code = answer_case(&call->out, x509case, &diag);
	}
	cardea_x509case_clear(x509case);
	free(x509case);
	return cardea_question_finish(call, code, &diag);
}

const struct cardea_command cardea_verb_test_x509 = {
	"test x509",
	"[CERT]",
	0,
	1,
	"judge one X.509 certificate offline",
	false,
	test_options,
	run_test_x509,
};
