/* SPDX-License-Identifier: BSD-2-Clause */
#include <stddef.h>
#include <string.h>

#include "modules/arguments.h"

static const struct {
	const char *word;
	enum cardea_argument argument;
	enum cardea_phase phase; /* the one kind of line that it may stand on */
} known[] = {
	{ "split=authtok", CARDEA_ARGUMENT_SPLIT_AUTHTOK, CARDEA_PHASE_AUTH },
	{ "after=password", CARDEA_ARGUMENT_AFTER_PASSWORD, CARDEA_PHASE_AUTH },
	{ "defer=session", CARDEA_ARGUMENT_DEFER_SESSION,
	    CARDEA_PHASE_ACCOUNT },
};

static unsigned int
find_argument(const char *word, enum cardea_phase phase)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(word, known[i].word) == 0 && known[i].phase == phase)
			return known[i].argument;
	return 0;
}

enum cardea_status
cardea_arguments_parse(const char *const *words, int count,
    enum cardea_phase phase, unsigned int allowed, unsigned int *ret_arguments,
    const char **ret_bad)
{
	unsigned int arguments = 0;

	for (int i = 0; i < count; i++) {
		unsigned int argument = find_argument(words[i], phase);

		if ((argument & allowed & ~arguments) == 0) {
			*ret_bad = words[i];
			return CARDEA_E_SYNTAX;
		}
		arguments |= argument;
	}
	*ret_arguments = arguments;
	return CARDEA_OK;
}
