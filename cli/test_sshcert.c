/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cert/sshcert.h"
#include "cli/moment.h"
#include "cli/question.h"
#include "cli/sshfile.h"
#include "cli/verbs.h"

/*
 * `cardea test sshcert`: one certificate of OpenSSH judged offline by the very
 * function that judges logins.  What a login takes from its policy and from the
 * connection is said here by options.
 */

#define LINE_MAX_BYTES 65535
#define FILES_MAX 16
#define MESSAGE_MAX (16 * 1024 * 1024)
#define ENVELOPE_MAX 1024
#define AUTHORITY "the CAs given"

/* What was asked, as text; NULL where nothing was said. */
struct question {
	const char *cert;
	const char *ca[FILES_MAX + 1], *krl[FILES_MAX + 1],
	    *krl_key[FILES_MAX + 1];
	const char *principal, *source, *at, *max_age;
	const char *signature, *space, *message;
};

static const struct cardea_option test_options[] = {
	{ "ca", "FILE", "public keys of CAs that are trusted", true },
	{ "krl", "FILE", "a list of what is revoked", true },
	{ "krl-key", "FILE", "public keys, one of which signed each KRL",
	    true },
	{ "max-age", "TIME", "how old a KRL may be (no limit)", false },
	{ "principal", "NAME", "what it must be for (anything)", false },
	{ "source", "ADDRESS", "where it is used (not known)", false },
	{ "at", "TIME", "the instant: seconds or ISO 8601 (now)", false },
	{ "signature", "FILE", "by its key, as ssh-keygen -Y sign writes it",
	    false },
	{ "namespace", "NAME", "of the signature", false },
	{ "message", "FILE", "what was signed", false },
	{ "batch", NULL, "cases as JSON lines on stdin instead", false },
	{ NULL, NULL, NULL, false },
};

/* The question for the judge, and all that it borrows. */
struct trial {
	struct cardea_sshfile leaf, trust, list_keys, armour, message;
	struct cardea_sshfile lists[CARDEA_AUTHORITY_LISTS_MAX];
	unsigned char envelope[ENVELOPE_MAX];
	struct cardea_authority authority;
	struct cardea_cert_question question;
	struct cardea_cert_verdict verdict;
	bool settled; /* a file that was read is none of its kind */
};

static void
trial_free(struct trial *trial)
{
	if (trial == NULL)
		return;
	cardea_sshfile_free(&trial->leaf);
	cardea_sshfile_free(&trial->trust);
	cardea_sshfile_free(&trial->list_keys);
	cardea_sshfile_free(&trial->armour);
	cardea_sshfile_free(&trial->message);
	for (size_t i = 0; i < CARDEA_AUTHORITY_LISTS_MAX; i++)
		cardea_sshfile_free(&trial->lists[i]);
	free(trial);
}

static struct cardea_cert_bytes
bytes_of(const struct cardea_sshfile *file)
{
	return (struct cardea_cert_bytes){
		(const unsigned char *)(file->bytes == NULL ? "" : file->bytes),
		file->len
	};
}

/* A list that is missing is no bad question: a login would have to judge
 * without it, and say so. */
static enum cardea_status
load_lists(struct trial *trial, const struct question *question,
    struct cardea_diag *diag)
{
	struct cardea_cert_trust *trust = &trial->question.trust[0];
	size_t count = 0;

	trial->authority.revocation = CARDEA_REVOCATION_BY_NONE;
	for (; question->krl[count] != NULL; count++) {
		enum cardea_status status;
		struct cardea_diag missing = { 0 };

		if (count == CARDEA_AUTHORITY_LISTS_MAX)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "krl: at most %d of them",
			    CARDEA_AUTHORITY_LISTS_MAX);
		status = cardea_sshfile_read(question->krl[count],
		    CARDEA_KRL_MAX, &trial->lists[count], &missing);
		if (status == CARDEA_E_MEMORY)
			return status;
		trust->lists[count] = bytes_of(&trial->lists[count]);
		trial->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	}
	trust->list_count = count;
	return CARDEA_OK;
}

static enum cardea_status
load_trust(struct trial *trial, const struct question *question,
    struct cardea_diag *diag)
{
	struct cardea_cert_trust *trust = &trial->question.trust[0];
	enum cardea_status status = CARDEA_OK;

	trial->authority.kind = CARDEA_AUTHORITY_SSH;
	trial->authority.principal_count = 1;
	if (cardea_text_copy(trial->authority.name,
		sizeof(trial->authority.name), AUTHORITY) != CARDEA_OK ||
	    cardea_text_copy(trial->authority.principals[0],
		sizeof(trial->authority.principals[0]), "%u") != CARDEA_OK)
		return CARDEA_E_INTERNAL;
	for (size_t i = 0; question->ca[i] != NULL && status == CARDEA_OK; i++)
		status = cardea_sshfile_add(
		    question->ca[i], CARDEA_CERT_FILE_MAX, &trial->trust, diag);
	for (size_t i = 0; question->krl_key[i] != NULL && status == CARDEA_OK;
	     i++)
		status = cardea_sshfile_add(question->krl_key[i],
		    CARDEA_CERT_FILE_MAX, &trial->list_keys, diag);
	trust->authority = &trial->authority;
	trust->trust = bytes_of(&trial->trust);
	trust->list_keys = bytes_of(&trial->list_keys);
	trial->question.trust_count = 1;
	if (status == CARDEA_OK && question->max_age != NULL &&
	    cardea_text_duration(question->max_age, CARDEA_REVOCATION_MAX_S,
		&trial->authority.max_age_s) != CARDEA_OK)
		status = cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "max-age: wants a time like 6h or 7d");
	return status;
}

/* The certificate itself: bad bytes are a verdict, no file is a bad question.
 */
static enum cardea_status
load_leaf(struct trial *trial, const struct question *question,
    struct cardea_diag *diag)
{
	struct cardea_diag bad = { 0 };
	enum cardea_status status;
	bool was_read = false;

	status = cardea_sshfile_key(
	    question->cert, &trial->leaf, &was_read, &bad);
	trial->question.kind = CARDEA_CERT_SSH;
	trial->question.leaf = bytes_of(&trial->leaf);
	if (status == CARDEA_OK)
		return status;
	if (!was_read || status == CARDEA_E_MEMORY)
		return cardea_diag_set(diag, status, "cert: %s", bad.reason);
	cardea_cert_refuse(&trial->verdict,
	    status == CARDEA_E_RANGE ? CARDEA_CERT_TOO_LARGE
				     : CARDEA_CERT_MALFORMED,
	    "%s", bad.reason);
	trial->settled = true;
	return CARDEA_OK;
}

static bool
is_same(struct cardea_sshwire_string string, const struct cardea_sshfile *file)
{
	return string.len == file->len &&
	    memcmp(string.bytes, file->bytes, file->len) == 0;
}

/* The signature names its key: that must be this certificate. */
static enum cardea_status
load_signature(struct trial *trial, const struct question *question,
    struct cardea_diag *diag)
{
	struct cardea_sshsig_armour armour = { 0 };
	struct cardea_diag bad = { 0 };
	enum cardea_status status;
	bool was_read = false;

	status = cardea_sshfile_armour(
	    question->signature, &trial->armour, &armour, &was_read, &bad);
	if (status != CARDEA_OK && !was_read)
		return cardea_diag_set(
		    diag, status, "signature: %s", bad.reason);
	if (status == CARDEA_OK)
		status = cardea_sshfile_read(
		    question->message, MESSAGE_MAX, &trial->message, diag);
	else
		status = CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	trial->question.proof = CARDEA_CERT_PROOF_SSHSIG;
	if (trial->armour.bytes == NULL ||
	    !cardea_sshwire_is(armour.space, question->space) ||
	    !is_same(armour.key, &trial->leaf))
		return CARDEA_OK; /* and so there is no signature */
	trial->question.signature.data = armour.signature.bytes;
	trial->question.signature.len = armour.signature.len;
	trial->question.message.data = trial->envelope;
	return cardea_sshsig_envelope(&armour, trial->message.bytes,
	    trial->message.len, trial->envelope, sizeof(trial->envelope),
	    &trial->question.message.len);
}

static enum cardea_status
load(struct trial *trial, const struct question *question,
    struct cardea_diag *diag)
{
	bool is_signed = question->signature != NULL;
	enum cardea_status status;

	if (question->cert == NULL || question->ca[0] == NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants a certificate and the keys of CAs");
	if ((question->space != NULL) != is_signed ||
	    (question->message != NULL) != is_signed)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "signature, namespace and message go together");
	trial->question.user = question->principal;
	trial->question.source = question->source;
	trial->question.proof = CARDEA_CERT_PROOF_OFFLINE;
	trial->question.time_s = cardea_clock_read().time_s;
	if (question->at != NULL &&
	    cardea_moment_parse(question->at, &trial->question.time_s) !=
		CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "at: wants seconds, or a time like 2026-12-25T10:00:00Z");
	status = load_trust(trial, question, diag);
	if (status == CARDEA_OK)
		status = load_lists(trial, question, diag);
	if (status == CARDEA_OK)
		status = load_leaf(trial, question, diag);
	if (status == CARDEA_OK && is_signed && !trial->settled)
		status = load_signature(trial, question, diag);
	return status;
}

static void
put_moment(struct cardea_json *json, const char *key, int64_t time_s)
{
	char text[CARDEA_MOMENT_TEXT_MAX + 1];

	if (time_s == INT64_MAX) {
		cardea_json_text(json, key, "never");
		return;
	}
	cardea_moment_format(time_s, text);
	cardea_json_text(json, key, text);
}

static void
put_identity(
    struct cardea_json *json, const struct cardea_cert_identity *identity)
{
	if (identity->kind != CARDEA_CERT_SSH)
		return;
	cardea_json_open_object(json, "certificate");
	cardea_json_text(json, "key_id", identity->subject);
	cardea_json_text(json, "serial", identity->serial);
	cardea_json_text(json, "fingerprint", identity->fingerprint);
	cardea_json_text(json, "ca", identity->issuer);
	cardea_json_open_array(json, "principals");
	for (size_t i = 0; i < identity->name_count; i++)
		cardea_json_text(json, NULL, identity->names[i].text);
	cardea_json_shut(json);
	put_moment(json, "valid_from", identity->not_before_s);
	put_moment(json, "valid_until", identity->not_after_s);
	cardea_json_bool(json, "security_key", identity->security_key);
	cardea_json_bool(json, "verify_required", identity->needs_uv);
	cardea_json_bool(json, "force_command", identity->forced);
	if (identity->revocation_s != 0)
		put_moment(json, "revocation_as_of", identity->revocation_s);
	cardea_json_shut(json);
}

static enum cardea_exit
answer(struct cardea_json *json, const struct question *question,
    struct cardea_diag *diag)
{
	struct trial *trial = calloc(1, sizeof(*trial));
	const struct cardea_cert_verdict *verdict;
	enum cardea_status status = CARDEA_E_MEMORY;
	enum cardea_exit code;

	cardea_json_text(json, "factor", "sshcert");
	if (trial != NULL)
		status = load(trial, question, diag);
	if (status != CARDEA_OK) {
		(void)cardea_diag_set(
		    diag, status, "%s", cardea_status_text(status));
		trial_free(trial);
		return cardea_question_bad(json, diag);
	}
	if (!trial->settled)
		cardea_sshcert_judge(&trial->question, &trial->verdict);
	verdict = &trial->verdict;
	cardea_json_text(json, "result", cardea_result_text(verdict->result));
	cardea_json_text(json, "why", cardea_cert_why_text(verdict->why));
	if (verdict->detail[0] != '\0')
		cardea_json_text(json, "reason", verdict->detail);
	put_identity(json, &verdict->identity);
	code = cardea_question_exit(verdict->result);
	trial_free(trial);
	return code;
}

static enum cardea_exit
answer_line(
    struct cardea_json *json, const char *line, const struct cardea_call *call)
{
	static const char *const known[] = { "id", "cert", "ca", "krl",
		"krl_key", "max_age", "principal", "source", "at", "signature",
		"namespace", "message", NULL };
	struct cardea_json_object object = { 0 };
	struct cardea_diag diag = { 0 };
	struct question question = { 0 };
	enum cardea_exit code;
	char numbers[2][24];
	const char *id;

	(void)call;
	if (cardea_json_parse(line, &object, &diag) == CARDEA_OK &&
	    cardea_question_keys(&object, known, &diag)) {
#define FIND(member) cardea_json_find_text(&object, member, NULL)
		id = cardea_json_find_text(&object, "id", numbers[0]);
		if (id != NULL)
			cardea_json_text(json, "id", id);
		question.cert = FIND("cert");
		question.ca[0] = FIND("ca");
		question.krl[0] = FIND("krl");
		question.krl_key[0] = FIND("krl_key");
		question.max_age = FIND("max_age");
		question.principal = FIND("principal");
		question.source = FIND("source");
		question.at = cardea_json_find_text(&object, "at", numbers[1]);
		question.signature = FIND("signature");
		question.space = FIND("namespace");
		question.message = FIND("message");
#undef FIND
		code = answer(json, &question, &diag);
	} else {
		code = cardea_question_bad(json, &diag);
	}
	cardea_json_object_clear(&object);
	return code;
}

/* All values of an option; false if they are too many. */
static bool
take_all(const struct cardea_call *call, const char *option,
    const char *values[FILES_MAX + 1])
{
	size_t at = 0, count = 0;
	const char *value;

	while ((value = cardea_call_next(call, option, &at)) != NULL) {
		if (count == FILES_MAX)
			return false;
		values[count++] = value;
	}
	return true;
}

static enum cardea_exit
run_test_sshcert(struct cardea_call *call)
{
	static const struct cardea_question lines = { LINE_MAX_BYTES,
		answer_line };
	struct question question = {
		.cert = call->operand_count > 0 ? call->operands[0] : NULL,
		.max_age = cardea_call_text(call, "max-age"),
		.principal = cardea_call_text(call, "principal"),
		.source = cardea_call_text(call, "source"),
		.at = cardea_call_text(call, "at"),
		.signature = cardea_call_text(call, "signature"),
		.space = cardea_call_text(call, "namespace"),
		.message = cardea_call_text(call, "message"),
	};
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;

	if (cardea_call_has(call, "batch")) {
		if (call->operand_count > 0 ||
		    call->option_count > (call->json ? 2u : 1u))
			return cardea_call_refuse(
			    call, CARDEA_EXIT_USAGE, "--batch: stands alone");
		return cardea_question_batch(call, &lines);
	}
	if (!take_all(call, "ca", question.ca) ||
	    !take_all(call, "krl", question.krl) ||
	    !take_all(call, "krl-key", question.krl_key))
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "at most %d files of one kind", FILES_MAX);
	code = answer(&call->out, &question, &diag);
	return cardea_question_finish(call, code, &diag);
}

const struct cardea_command cardea_verb_test_sshcert = {
	"test sshcert",
	"[CERTIFICATE]",
	0,
	1,
	"judge one certificate of OpenSSH offline",
	false,
	test_options,
	run_test_sshcert,
};
