/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_ANSWER_H
#define CARDEA_CLI_ASKPASS_ANSWER_H

#include <stdbool.h>

#include "factor/remote.h"

/*
 * What goes back to ssh on stdout.  False: nothing does, and the person was
 * told why; ssh then sends an empty answer.
 */
bool cardea_answer_challenge(const struct cardea_remote_question *question);
bool cardea_answer_more(const struct cardea_remote_question *question);

#endif
