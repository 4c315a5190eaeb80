/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cert/krl.h"
#include "cli/moment.h"
#include "cli/question.h"
#include "cli/sshfile.h"
#include "cli/verbs.h"

/*
 * `cardea test krl`: is this key or certificate on that revocation list?
 * "revoked" or "ok"; "error" for a list or key that cannot be read whole, which
 * a login takes as revoked.
 */

#define LINE_MAX_BYTES 65535

static const struct cardea_option test_options[] = {
	{ "krl-key", "FILE", "public keys, one of which signed the KRL", true },
	{ "batch", NULL, "cases as JSON lines on stdin instead", false },
	{ NULL, NULL, NULL, false },
};

struct files {
	struct cardea_sshfile krl, key, signers;
};

static struct cardea_cert_bytes
bytes_of(const struct cardea_sshfile *file)
{
	return (struct cardea_cert_bytes){
		(const unsigned char *)(file->bytes == NULL ? "" : file->bytes),
		file->len
	};
}

static void
put_info(struct cardea_json *json, const struct cardea_krl_info *info)
{
	char date[CARDEA_MOMENT_TEXT_MAX + 1];

	cardea_moment_format(info->generated_s, date);
	cardea_json_number(json, "version",
	    info->version > INT64_MAX ? INT64_MAX : (int64_t)info->version);
	cardea_json_text(json, "generated", date);
	cardea_json_bool(json, "signed", info->is_signed);
	cardea_json_number(json, "entries", (int64_t)info->entries);
}

static enum cardea_exit
put_error(struct cardea_json *json, enum cardea_status status,
    const struct cardea_diag *diag)
{
	cardea_json_text(json, "result", "error");
	cardea_json_text(json, "reason",
	    diag->reason[0] != '\0' ? diag->reason
				    : cardea_status_text(status));
	return CARDEA_EXIT_TROUBLE;
}

static enum cardea_exit
judge(struct cardea_json *json, const struct files *files, bool has_signers)
{
	const struct cardea_cert_bytes krl_bytes = bytes_of(&files->krl),
				       key = bytes_of(&files->key),
				       signers = bytes_of(&files->signers);
	struct cardea_krl_info info = { 0 };
	struct cardea_diag diag = { 0 };
	struct cardea_krl *krl = NULL;
	enum cardea_status status;
	bool revoked = true;

	status = cardea_krl_open(
	    &krl_bytes, has_signers ? &signers : NULL, &krl, &info, &diag);
	if (status == CARDEA_OK)
		status = cardea_krl_revokes(krl, &key, &revoked);
	(void)cardea_krl_close(krl);
	if (status != CARDEA_OK)
		return put_error(json, status, &diag);
	cardea_json_text(json, "result", revoked ? "revoked" : "ok");
	put_info(json, &info);
	return revoked ? CARDEA_EXIT_NO : CARDEA_EXIT_OK;
}

static enum cardea_exit
answer(struct cardea_json *json, const char *krl, const char *key,
    const char *const *signers, struct cardea_diag *diag)
{
	struct files files = { 0 };
	enum cardea_status status = CARDEA_OK;
	enum cardea_exit code;
	bool was_read = false;

	cardea_json_text(json, "factor", "krl");
	if (krl == NULL || key == NULL) {
		(void)cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "wants a KRL and a file with a key");
		return cardea_question_bad(json, diag);
	}
	for (size_t i = 0; signers[i] != NULL && status == CARDEA_OK; i++)
		status = cardea_sshfile_add(
		    signers[i], CARDEA_CERT_FILE_MAX, &files.signers, diag);
	if (status == CARDEA_OK)
		status = cardea_sshfile_read(
		    krl, CARDEA_KRL_MAX, &files.krl, diag);
	if (status == CARDEA_OK)
		status = cardea_sshfile_key(key, &files.key, &was_read, diag);
	code = status == CARDEA_OK ? judge(json, &files, signers[0] != NULL)
				   : put_error(json, status, diag);
	cardea_sshfile_free(&files.krl);
	cardea_sshfile_free(&files.key);
	cardea_sshfile_free(&files.signers);
	return code;
}

static enum cardea_exit
answer_line(
    struct cardea_json *json, const char *line, const struct cardea_call *call)
{
	static const char *const known[] = { "id", "krl", "key", "krl_key",
		NULL };
	const char *signers[2] = { NULL, NULL }, *id;
	struct cardea_json_object object = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	char number[24];

	(void)call;
	if (cardea_json_parse(line, &object, &diag) == CARDEA_OK &&
	    cardea_question_keys(&object, known, &diag)) {
		id = cardea_json_find_text(&object, "id", number);
		if (id != NULL)
			cardea_json_text(json, "id", id);
		signers[0] = cardea_json_find_text(&object, "krl_key", NULL);
		code = answer(json, cardea_json_find_text(&object, "krl", NULL),
		    cardea_json_find_text(&object, "key", NULL), signers,
		    &diag);
	} else {
		code = cardea_question_bad(json, &diag);
	}
	cardea_json_object_clear(&object);
	return code;
}

static enum cardea_exit
run_test_krl(struct cardea_call *call)
{
	static const struct cardea_question lines = { LINE_MAX_BYTES,
		answer_line };
	const char *signers[CARDEA_CALL_OPTIONS_MAX + 1] = { NULL };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	size_t at = 0;

	if (cardea_call_has(call, "batch")) {
		if (call->operand_count > 0 ||
		    call->option_count > (call->json ? 2u : 1u))
			return cardea_call_refuse(
			    call, CARDEA_EXIT_USAGE, "--batch: stands alone");
		return cardea_question_batch(call, &lines);
	}
	for (size_t i = 0; i < CARDEA_CALL_OPTIONS_MAX; i++) {
		signers[i] = cardea_call_next(call, "krl-key", &at);
		if (signers[i] == NULL)
			break;
	}
	code = answer(&call->out,
	    call->operand_count > 0 ? call->operands[0] : NULL,
	    call->operand_count > 1 ? call->operands[1] : NULL, signers, &diag);
	return cardea_question_finish(call, code, &diag);
}

const struct cardea_command cardea_verb_test_krl = {
	"test krl",
	"[KRL KEYFILE]",
	0,
	2,
	"look one key or certificate up in a revocation list of OpenSSH",
	false,
	test_options,
	run_test_krl,
};
