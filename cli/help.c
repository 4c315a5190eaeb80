/* SPDX-License-Identifier: BSD-2-Clause */
#include <config.h>
#include <string.h>

#include "cli/terminal.h"
#include "cli/verbs.h"

/* `cardea help` and `cardea version`: the table, as people or programs read
 * it.  The tests hold the manual and the completion against the latter. */

static const struct cardea_option no_options[] = {
	{ NULL, NULL, NULL, false },
};

static void
put_options(struct cardea_json *json, const char *key,
    const struct cardea_option *options)
{
	cardea_json_open_array(json, key);
	for (; options->name != NULL; options++) {
		cardea_json_open_object(json, NULL);
		cardea_json_text(json, "name", options->name);
		if (options->value != NULL)
			cardea_json_text(json, "value", options->value);
		cardea_json_text(json, "help", options->help);
		cardea_json_bool(json, "many", options->many);
		cardea_json_shut(json);
	}
	cardea_json_shut(json);
}

static void
put_table(struct cardea_call *call)
{
	const struct cardea_command *const *at = call->commands;
	struct cardea_json *json = &call->out;

	put_options(json, "common", cardea_command_common);
	cardea_json_open_array(json, "commands");
	for (; *at != NULL; at++) {
		cardea_json_open_object(json, NULL);
		cardea_json_text(json, "name", (*at)->name);
		cardea_json_text(json, "operands", (*at)->operands);
		cardea_json_text(json, "help", (*at)->help);
		cardea_json_bool(json, "root", (*at)->root);
		put_options(json, "options", (*at)->options);
		cardea_json_shut(json);
	}
	cardea_json_shut(json);
}

static void
print_table(const struct cardea_call *call)
{
	fputs("usage: cardea COMMAND [OPTION ...]\n\n", stdout);
	cardea_command_list(stdout, call->commands, NULL);
	fputs("\n`cardea help COMMAND` tells the options of one; "
	      "cardea(8) is the manual.\n",
	    stdout);
}

static enum cardea_exit
run_help(struct cardea_call *call)
{
	const struct cardea_command *found;
	char *words[3] = { NULL };
	int count = (int)call->operand_count, used = 0;

	if (call->json || count == 0) {
		put_table(call);
		if (!call->json)
			print_table(call);
		return CARDEA_EXIT_OK;
	}
	for (int i = 0; i < count; i++)
		words[i] = (char *)call->operands[i];
	found = cardea_command_find(call->commands, count, words, &used);
	if (found != NULL && used == count) {
		cardea_command_help(stdout, found);
		return CARDEA_EXIT_OK;
	}
	if (count == 1 &&
	    cardea_command_list(stdout, call->commands, words[0]) > 0)
		return CARDEA_EXIT_OK;
	return cardea_call_refuse(
	    call, CARDEA_EXIT_USAGE, "\"%s\": unknown command", words[0]);
}

static enum cardea_exit
run_version(struct cardea_call *call)
{
	cardea_json_text(&call->out, "version", PACKAGE_VERSION);
	cardea_call_say(call, "cardea %s", PACKAGE_VERSION);
	return CARDEA_EXIT_OK;
}

const struct cardea_command cardea_verb_help = {
	"help",
	"[COMMAND]",
	0,
	3,
	"explain the commands, or one of them",
	false,
	no_options,
	run_help,
};

const struct cardea_command cardea_verb_version = {
	"version",
	"",
	0,
	0,
	"print the version",
	false,
	no_options,
	run_version,
};
