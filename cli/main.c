/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <unistd.h>

#include "cli/device.h"
#include "cli/grant.h"
#include "cli/prepare.h"
#include "cli/store.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "cli/watch.h"

/*
 * cardea(8): finds the row, reads the options, runs the verb, prints its JSON.
 * Everything that changes something is done by a verb.
 */

static const struct cardea_command *const commands[] = {
	&cardea_verb_init,
	&cardea_verb_check,
	&cardea_verb_explain,
	&cardea_verb_simulate,
	&cardea_verb_enroll_totp,
	&cardea_verb_enroll_hotp,
	&cardea_verb_enroll_recovery,
	&cardea_verb_enroll_fido2,
	&cardea_verb_enroll_sshkey,
	&cardea_verb_import_pam_u2f,
	&cardea_verb_import_u2f_host,
	&cardea_verb_device_enroll,
	&cardea_verb_device_ca_init,
	&cardea_verb_device_ca_sign,
	&cardea_verb_device_ca_revoke,
	&cardea_verb_device_ca_crl,
	&cardea_verb_list,
	&cardea_verb_remove,
	&cardea_verb_disable,
	&cardea_verb_enable,
	&cardea_verb_history,
	&cardea_verb_lock,
	&cardea_verb_unlock,
	&cardea_verb_grant,
	&cardea_verb_grants,
	&cardea_verb_approve,
	&cardea_verb_revoke,
	&cardea_verb_sessions,
	&cardea_verb_watch,
	&cardea_verb_device_add,
	&cardea_verb_device_list,
	&cardea_verb_device_show,
	&cardea_verb_device_tag,
	&cardea_verb_device_owner,
	&cardea_verb_device_identity,
	&cardea_verb_device_lock,
	&cardea_verb_device_unlock,
	&cardea_verb_device_remove,
	&cardea_verb_device_posture_import,
	&cardea_verb_device_posture,
	&cardea_verb_store_init,
	&cardea_verb_store_status,
	&cardea_verb_store_verify,
	&cardea_verb_store_export,
	&cardea_verb_store_import,
	&cardea_verb_store_migrate,
	&cardea_verb_store_rotate_key,
	&cardea_verb_store_mirror,
	&cardea_verb_log,
	&cardea_verb_report,
	&cardea_verb_refresh,
	&cardea_verb_posture,
	&cardea_verb_test_totp,
	&cardea_verb_test_hotp,
	&cardea_verb_test_fido2,
	&cardea_verb_test_x509,
	&cardea_verb_test_sshcert,
	&cardea_verb_test_krl,
	&cardea_verb_help,
	&cardea_verb_version,
	NULL,
};

static enum cardea_exit
run(struct cardea_call *call, int argc, char **argv)
{
	struct cardea_diag diag = { 0 };

	if (cardea_command_parse(call, argc, argv, &diag) != CARDEA_OK)
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE,
		    "%s: %s; see `cardea help %s`", call->command->name,
		    diag.reason, call->command->name);
	if (call->help) {
		call->json = false;
		cardea_command_help(stdout, call->command);
		return CARDEA_EXIT_OK;
	}
	if (call->command->root && geteuid() != 0)
		return cardea_call_refuse(call, CARDEA_EXIT_TROUBLE,
		    "%s: needs root", call->command->name);
	return call->command->run(call);
}

/* The words that the table does not know, by what they most likely mean. */
static enum cardea_exit
run_unknown(struct cardea_call *call, int argc, char **argv)
{
	if (argc < 2)
		fputs("usage: cardea COMMAND [OPTION ...]\n\n", stderr);
	if (argc < 2 || cardea_command_list(stderr, commands, argv[1]) == 0) {
		if (argc < 2)
			cardea_command_list(stderr, commands, NULL);
		return cardea_call_refuse(call, CARDEA_EXIT_USAGE, "%s%s",
		    argc < 2 ? "no command given" : "unknown command: ",
		    argc < 2 ? "" : argv[1]);
	}
	return cardea_call_refuse(
	    call, CARDEA_EXIT_USAGE, "%s: one of these is wanted", argv[1]);
}

static enum cardea_exit
finish(struct cardea_call *call, enum cardea_exit code)
{
	enum cardea_status status = CARDEA_OK;

	if (call->json)
		status = cardea_json_print(&call->out, stdout);
	cardea_json_clear(&call->out);
	if (status == CARDEA_OK && fflush(stdout) == 0 && ferror(stdout) == 0)
		return code;
	fputs("cardea: standard output cannot be written\n", stderr);
	return CARDEA_EXIT_TROUBLE;
}

int
main(int argc, char **argv)
{
	struct cardea_call call = { 0 };
	int words = 0;

	if (!cardea_prepare())
		return CARDEA_EXIT_TROUBLE;
	if (argc > 1 && strcmp(argv[1], "--help") == 0)
		argv[1] = (char *)"help";
	if (argc > 1 && strcmp(argv[1], "--version") == 0)
		argv[1] = (char *)"version";
	call.commands = commands;
	cardea_json_begin(&call.out);
	if (argc > 1)
		call.command = cardea_command_find(
		    commands, argc - 1, argv + 1, &words);
	if (call.command == NULL)
		return (int)finish(&call, run_unknown(&call, argc, argv));
	return (int)finish(
	    &call, run(&call, argc - 1 - words, argv + 1 + words));
}
