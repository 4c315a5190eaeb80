/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_ARGUMENTS_H
#define CARDEA_MODULES_ARGUMENTS_H

#include <stdbool.h>

#include <cardea/request.h>
#include <cardea/status.h>

/*
 * What may stand behind a module in pam.d.  Few words, each with a requirement
 * behind it (P19): there is no debug, no nullok, no way to say yes.  A word
 * that the line's module or phase does not have is a mistake somebody made
 * about the only way in: it is refused, never overlooked.
 */
enum cardea_argument {
	CARDEA_ARGUMENT_SPLIT_AUTHTOK = 1u << 0,  /* split=authtok: auth */
	CARDEA_ARGUMENT_AFTER_PASSWORD = 1u << 1, /* after=password: auth */
	CARDEA_ARGUMENT_DEFER_SESSION = 1u << 2,  /* defer=session: account */
};

/* cardea_arguments_parse: allowed and ret_arguments are CARDEA_ARGUMENT_ bits.
 * SYNTAX for a word that is unknown, not allowed, out of place or given
 * twice; *ret_bad borrows it then. */
CARDEA_MUST_USE enum cardea_status cardea_arguments_parse(
    const char *const *words, int count, enum cardea_phase phase,
    unsigned int allowed, unsigned int *ret_arguments, const char **ret_bad);

#endif
