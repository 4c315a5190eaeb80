/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cli/input.h"
#include "cli/key.h"
#include "cli/verbs.h"
#include "factor/sshsk.h"

/*
 * `cardea enroll sshkey`: the public half of an OpenSSH key that a security key
 * holds.  Any other key of ssh is a file that can be copied; it proves nothing
 * that a factor of its own would be worth.
 */

#define LINE_MAX_BYTES 16384 /* options, the key and its comment */

static const struct cardea_option sshkey_options[] = {
	{ "name", "NAME", "what the person calls the key (its comment)",
	    false },
	{ "uv", NULL, "demand PIN or fingerprint at each use", false },
	{ NULL, NULL, NULL, false },
};

static enum cardea_status
read_key(struct cardea_call *call, struct cardea_fido2_credential *credential,
    struct cardea_diag *diag)
{
	const char *path = call->operand_count == 2 ? call->operands[1] : "-";
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0;

	status = cardea_input_read(path, LINE_MAX_BYTES, &text, &len, diag);
	if (status == CARDEA_OK && strlen(text) != len)
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "not a public key of OpenSSH");
	if (status == CARDEA_OK &&
	    cardea_sshsk_line(text, credential, diag) != CARDEA_OK)
		status = CARDEA_E_SYNTAX;
	free(text);
	return status;
}

static enum cardea_exit
enroll(struct cardea_admin *admin, struct cardea_key_new *key)
{
	struct cardea_call *call = admin->call;
	struct cardea_diag diag = { 0 }, trouble = { 0 };
	char comment[CARDEA_CREDENTIAL_MAX + 1];
	enum cardea_status status;

	status = read_key(call, &key->credential, &diag);
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_call_fail(call, CARDEA_EXIT_NO, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	status = cardea_admin_open(admin, call, false, &trouble);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &trouble);
	memcpy(comment, key->credential.name, sizeof(comment));
	key->name = cardea_call_text(call, "name");
	if (key->name == NULL && comment[0] != '\0')
		key->name = comment;
	if (cardea_call_has(call, "uv"))
		key->credential.demands_uv = true;
	return cardea_key_enroll(admin, key);
}

static enum cardea_exit
run_enroll_sshkey(struct cardea_call *call)
{
	struct cardea_key_new key = { .user = call->operands[0] };
	struct cardea_admin admin = { .call = call };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;

	if (cardea_key_check_name(call, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	code = cardea_admin_check_user(call, key.user);
	if (code == CARDEA_EXIT_OK)
		code = enroll(&admin, &key);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_enroll_sshkey = {
	"enroll sshkey",
	"USER [FILE]",
	1,
	2,
	"give a user an OpenSSH key that a security key holds",
	true,
	sshkey_options,
	run_enroll_sshkey,
};
