/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_OTHER_H
#define CARDEA_CLI_ASKPASS_OTHER_H

#include <stdbool.h>

/* cardea_other_ask: a prompt that is not ours: to another askpass, which this
 * process becomes, else to the terminal, as ssh(1) says of SSH_ASKPASS_PROMPT.
 * False: no. */
bool cardea_other_ask(const char *prompt);

#endif
