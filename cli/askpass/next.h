/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_NEXT_H
#define CARDEA_CLI_ASKPASS_NEXT_H

#include "cli/askpass/child.h"

/*
 * Another askpass, for what is not ours and for people without a terminal:
 * $CARDEA_ASKPASS_NEXT (empty: none), else, where there is a display, the
 * first of those that systems install.
 */
enum cardea_next_kind {
	CARDEA_NEXT_QUESTION = 0, /* its answer is caught */
	CARDEA_NEXT_NOTICE,	  /* a window until it is ended */
};

/* cardea_next_start: MISSING if there is none. */
CARDEA_MUST_USE enum cardea_status cardea_next_start(enum cardea_next_kind kind,
    const char *text, struct cardea_child *ret_child);

/* cardea_next_become: hands the prompt on, SSH_ASKPASS_PROMPT and all; comes
 * back only if there is none. */
void cardea_next_become(const char *prompt);

#endif
