/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/text.h"
#include "defer.h"

#define FOLDER "/etc/pam.d"
#define GATE "pam_cardea_decide.so"
#define FILE_MAX 65536
#define BLANKS " \t"

enum sight {
	SIGHT_NOTHING = 0, /* nothing that matters: read on */
	SIGHT_GATE,	   /* the gate stands here */
	SIGHT_BYPASS,	   /* the stack may end before it */
};

/* The words of one line of pam.d(5); a control in brackets is one word. */
struct line {
	char *type;
	char *control;
	char *module;
};

/* A service is a file name here, and nothing that leads elsewhere (I02). */
static bool
is_file_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

static char *
take_word(char **at)
{
	char *word = *at + strspn(*at, BLANKS);
	char *end = *word == '[' ? strchr(word, ']') : NULL;

	end = end != NULL ? end + 1 : word + strcspn(word, BLANKS);
	*at = end;
	if (*end != '\0') {
		*end = '\0';
		*at = end + 1;
	}
	return word;
}

static void
split_line(char *text, struct line *line)
{
	char *hash = strchr(text, '#');

	if (hash != NULL)
		*hash = '\0';
	line->type = take_word(&text);
	line->control = take_word(&text);
	line->module = take_word(&text);
}

static bool
is_gate(const struct line *line)
{
	const char *slash = strrchr(line->module, '/');

	return strcmp(slash != NULL ? slash + 1 : line->module, GATE) == 0;
}

static enum sight
judge_line(const struct line *line)
{
	bool strict = strcmp(line->control, "required") == 0 ||
	    strcmp(line->control, "requisite") == 0;

	/* "-session" is skipped where the module is missing: no gate */
	if (is_gate(line) && strict)
		return strcmp(line->type, "session") == 0 ? SIGHT_GATE
							  : SIGHT_NOTHING;
	if (strcasecmp(line->control, "sufficient") == 0 ||
	    strstr(line->control, "done") != NULL ||
	    strpbrk(line->control, "123456789") != NULL)
		return SIGHT_BYPASS;
	return SIGHT_NOTHING;
}

static enum cardea_status look_into(const char *folder, const char *name,
    unsigned int depth, enum sight *ret_sight, struct cardea_diag *diag);

/* "@include FILE" brings lines of every type, "session include FILE" and
 * "substack" those of session. */
static enum cardea_status
look_at(const char *folder, struct line *line, unsigned int depth,
    enum sight *ret_sight, struct cardea_diag *diag)
{
	const char *type = line->type[0] == '-' ? line->type + 1 : line->type;

	if (strcmp(line->type, "@include") == 0)
		return look_into(
		    folder, line->control, depth + 1, ret_sight, diag);
	if (strcasecmp(type, "session") != 0)
		return CARDEA_OK;
	if (strcasecmp(line->control, "include") == 0 ||
	    strcasecmp(line->control, "substack") == 0)
		return look_into(
		    folder, line->module, depth + 1, ret_sight, diag);
	*ret_sight = judge_line(line);
	return CARDEA_OK;
}

static enum cardea_status
look_through(const char *folder, char *text, unsigned int depth,
    enum sight *ret_sight, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;
	enum sight sight = SIGHT_NOTHING;
	struct line line;
	char *next;

	if (strstr(text, "\\\n") != NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "continued lines are not followed here");
	for (; text != NULL && sight == SIGHT_NOTHING; text = next) {
		next = strchr(text, '\n');
		if (next != NULL)
			*next++ = '\0';
		split_line(text, &line);
		status = look_at(folder, &line, depth, &sight, diag);
		if (status != CARDEA_OK)
			return status;
	}
	*ret_sight = sight;
	return CARDEA_OK;
}

static enum cardea_status
look_into(const char *folder, const char *name, unsigned int depth,
    enum sight *ret_sight, struct cardea_diag *diag)
{
	enum cardea_status status;
	char path[512], *text = NULL;
	size_t len;

	if (depth > 1) /* whatever it holds may end the stack */
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "files are included too deep to be followed");
	if (!is_file_name(name))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "is no name of a service's file");
	status = cardea_text_print(path, sizeof(path), "%s/%s", folder, name);
	if (status != CARDEA_OK)
		return status;
	status = cardea_file_read(
	    path, CARDEA_FILE_CONFIG, FILE_MAX, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	status = strlen(text) == len
	    ? look_through(folder, text, depth, ret_sight, diag)
	    : CARDEA_E_SYNTAX;
	free(text);
	return status;
}

enum cardea_status
cardea_defer_check_in(
    const char *folder, const char *service, struct cardea_diag *diag)
{
	enum sight sight = SIGHT_NOTHING;
	enum cardea_status status;

	status = look_into(folder, service, 0, &sight, diag);
	if (status != CARDEA_OK)
		return status;
	switch (sight) {
	case SIGHT_GATE:
		return CARDEA_OK;
	case SIGHT_BYPASS:
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "the session stack of %s may end before its gate", service);
	case SIGHT_NOTHING:
		break;
	}
	return cardea_diag_set(diag, CARDEA_E_MISSING,
	    "the session stack of %s has no required gate", service);
}

enum cardea_status
cardea_defer_check(const char *service, struct cardea_diag *diag)
{
	return cardea_defer_check_in(FOLDER, service, diag);
}
