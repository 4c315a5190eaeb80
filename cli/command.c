/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/terminal.h"

const struct cardea_option cardea_command_common[] = {
	{ "json", NULL, "print one JSON object instead of text", false },
	{ "help", NULL, "print this help", false },
	{ NULL, NULL, NULL, false },
};

/* The number of words of a row's name, if argv begins with all of them. */
static int
match_words(const char *name, int argc, char *const *argv)
{
	int words = 0;

	while (*name != '\0') {
		size_t len = strcspn(name, " ");

		if (words >= argc || strlen(argv[words]) != len ||
		    strncmp(argv[words], name, len) != 0)
			return 0;
		words++;
		name += len;
		name += strspn(name, " ");
	}
	return words;
}

const struct cardea_command *
cardea_command_find(const struct cardea_command *const *commands, int argc,
    char *const *argv, int *ret_words)
{
	for (; *commands != NULL; commands++) {
		int words = match_words((*commands)->name, argc, argv);

		if (words > 0) {
			*ret_words = words;
			return *commands;
		}
	}
	return NULL;
}

static const struct cardea_option *
find_option(const struct cardea_option *options, const char *name, size_t len)
{
	for (; options->name != NULL; options++) {
		if (strlen(options->name) == len &&
		    strncmp(options->name, name, len) == 0)
			return options;
	}
	return NULL;
}

static enum cardea_status
refuse_option(struct cardea_diag *diag, const char *name, const char *reason)
{
	return cardea_diag_set(diag, CARDEA_E_SYNTAX, "--%s: %s", name, reason);
}

static enum cardea_status
keep_option(struct cardea_call *call, const struct cardea_option *option,
    const char *value, struct cardea_diag *diag)
{
	if (!option->many && cardea_call_has(call, option->name))
		return refuse_option(diag, option->name, "given twice");
	if (call->option_count == CARDEA_CALL_OPTIONS_MAX)
		return refuse_option(diag, option->name, "too many options");
	call->given[call->option_count].option = option;
	call->given[call->option_count].value = value;
	call->option_count++;
	return CARDEA_OK;
}

/* One "--name", "--name=value" or "--name value"; *at moves on for the last. */
static enum cardea_status
parse_option(struct cardea_call *call, int argc, char *const *argv, int *at,
    struct cardea_diag *diag)
{
	const char *name = argv[*at] + 2, *equals = strchr(name, '=');
	size_t len = equals == NULL ? strlen(name) : (size_t)(equals - name);
	const struct cardea_option *option = find_option(
	    call->command->options, name, len);

	if (option == NULL)
		option = find_option(cardea_command_common, name, len);
	if (option == NULL)
		return refuse_option(diag, name, "unknown option");
	if (option->value == NULL && equals != NULL)
		return refuse_option(diag, option->name, "takes no value");
	if (option->value == NULL)
		return keep_option(call, option, "", diag);
	if (equals != NULL)
		return keep_option(call, option, equals + 1, diag);
	if (*at + 1 >= argc)
		return refuse_option(diag, option->name, "wants a value");
	return keep_option(call, option, argv[++*at], diag);
}

/* Rows that show "+WORD" among their operands take "-WORD" too. */
static bool
takes_signs(const struct cardea_command *command)
{
	return strchr(command->operands, '+') != NULL;
}

static enum cardea_status
parse_operand(
    struct cardea_call *call, const char *word, struct cardea_diag *diag)
{
	if (call->operand_count >= call->command->operands_max ||
	    call->operand_count == CARDEA_CALL_OPERANDS_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "\"%s\": one word too many", word);
	call->operands[call->operand_count++] = word;
	return CARDEA_OK;
}

enum cardea_status
cardea_command_parse(struct cardea_call *call, int argc, char *const *argv,
    struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	bool options = true;

	for (int i = 0; i < argc && status == CARDEA_OK; i++) {
		if (options && strcmp(argv[i], "--") == 0)
			options = false;
		else if (options && strncmp(argv[i], "--", 2) == 0)
			status = parse_option(call, argc, argv, &i, diag);
		else if (options && argv[i][0] == '-' && argv[i][1] != '\0' &&
		    !takes_signs(call->command))
			status = cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "%s: unknown option", argv[i]);
		else
			status = parse_operand(call, argv[i], diag);
	}
	call->json = cardea_call_has(call, "json");
	call->help = cardea_call_has(call, "help");
	if (status != CARDEA_OK || call->help ||
	    call->operand_count >= call->command->operands_min)
		return status;
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "wants %s", call->command->operands);
}

size_t
cardea_command_list(FILE *stream, const struct cardea_command *const *commands,
    const char *word)
{
	size_t count = 0, len = word == NULL ? 0 : strlen(word);

	for (; *commands != NULL; commands++) {
		const char *name = (*commands)->name;

		if (word != NULL &&
		    (strncmp(name, word, len) != 0 || name[len] != ' '))
			continue;
		fprintf(stream, "  %-21s %s\n", name, (*commands)->help);
		count++;
	}
	return count;
}

static void
print_option(FILE *stream, const struct cardea_option *option)
{
	char left[64];

	snprintf(left, sizeof(left), "--%s%s%s", option->name,
	    option->value == NULL ? "" : " ",
	    option->value == NULL ? "" : option->value);
	fprintf(stream, "  %-24s %s%s\n", left, option->help,
	    option->many ? " (may be repeated)" : "");
}

void
cardea_command_help(FILE *stream, const struct cardea_command *command)
{
	const struct cardea_option *option;

	fprintf(stream, "usage: cardea %s%s%s [OPTION ...]\n\n%s%s\n\n",
	    command->name, command->operands[0] == '\0' ? "" : " ",
	    command->operands, command->help,
	    command->root ? "; needs root" : "");
	for (option = command->options; option->name != NULL; option++)
		print_option(stream, option);
	for (option = cardea_command_common; option->name != NULL; option++)
		print_option(stream, option);
}

const char *
cardea_call_next(const struct cardea_call *call, const char *option, size_t *at)
{
	for (; *at < call->option_count; ++*at) {
		if (strcmp(call->given[*at].option->name, option) == 0)
			return call->given[(*at)++].value;
	}
	return NULL;
}

const char *
cardea_call_text(const struct cardea_call *call, const char *option)
{
	size_t at = 0;

	return cardea_call_next(call, option, &at);
}

bool
cardea_call_has(const struct cardea_call *call, const char *option)
{
	return cardea_call_text(call, option) != NULL;
}

enum cardea_status
cardea_call_number(const struct cardea_call *call, const char *option,
    const uint64_t bounds[2], uint64_t *ret_number, struct cardea_diag *diag)
{
	const char *text = cardea_call_text(call, option);
	enum cardea_status status;

	if (text == NULL)
		return CARDEA_OK;
	status = cardea_text_number(text, bounds[0], bounds[1], ret_number);
	if (status == CARDEA_OK)
		return CARDEA_OK;
	return cardea_diag_set(diag, status,
	    "--%s: wants a number from %" PRIu64 " to %" PRIu64, option,
	    bounds[0], bounds[1]);
}

static void
put_error(struct cardea_call *call, const struct cardea_diag *diag)
{
	cardea_json_clear(&call->out);
	cardea_json_begin(&call->out);
	cardea_json_open_object(&call->out, "error");
	if (diag->file[0] != '\0')
		cardea_json_text(&call->out, "file", diag->file);
	if (diag->line != 0)
		cardea_json_number(&call->out, "line", diag->line);
	if (diag->key[0] != '\0')
		cardea_json_text(&call->out, "key", diag->key);
	cardea_json_text(&call->out, "reason", diag->reason);
	cardea_json_shut(&call->out);
}

enum cardea_exit
cardea_call_fail(struct cardea_call *call, enum cardea_exit code,
    const struct cardea_diag *diag)
{
	char text[1024];

	cardea_diag_format(diag, text, sizeof(text));
	fflush(stdout);
	fputs("cardea: ", stderr);
	cardea_terminal_write(stderr, text);
	fputc('\n', stderr);
	if (call->json)
		put_error(call, diag);
	return code;
}

enum cardea_exit
cardea_call_refuse(
    struct cardea_call *call, enum cardea_exit code, const char *format, ...)
{
	struct cardea_diag diag = { 0 };
	va_list args;

	va_start(args, format);
	vsnprintf(diag.reason, sizeof(diag.reason), format, args);
	va_end(args);
	return cardea_call_fail(call, code, &diag);
}

enum cardea_exit
cardea_call_trouble(struct cardea_call *call, enum cardea_status status,
    const struct cardea_diag *diag)
{
	struct cardea_diag named = *diag;

	if (named.reason[0] == '\0')
		(void)cardea_diag_set(
		    &named, status, "%s", cardea_status_text(status));
	return cardea_call_fail(call, CARDEA_EXIT_TROUBLE, &named);
}

static void write_line(FILE *stream, const char *before, const char *format,
    va_list args) CARDEA_PRINTF(3, 0);

/* Texts in it are escaped whole: the formats hold no control characters. */
static void
write_line(FILE *stream, const char *before, const char *format, va_list args)
{
	char *text = NULL;

	fputs(before, stream);
	if (vasprintf(&text, format, args) >= 0)
		cardea_terminal_write(stream, text);
	fputc('\n', stream);
	free(text);
}

void
cardea_call_say(const struct cardea_call *call, const char *format, ...)
{
	va_list args;

	if (call->json)
		return;
	va_start(args, format);
	write_line(stdout, "", format, args);
	va_end(args);
}

void
cardea_call_warn(struct cardea_call *call, const char *format, ...)
{
	va_list args;

	(void)call;
	fflush(stdout);
	va_start(args, format);
	write_line(stderr, "cardea: warning: ", format, args);
	va_end(args);
}
