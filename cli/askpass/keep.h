/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_KEEP_H
#define CARDEA_CLI_ASKPASS_KEEP_H

#include "factor/remote.h"
#include "facts/process.h"

/*
 * The further parts of an answer, between one question of ssh and the next:
 * each question is a new process of ours.  One file a part in the person's own
 * directory of running things ($XDG_RUNTIME_DIR), named after the ssh that
 * asks, gone when it is read or two minutes old.  What they hold is good for
 * one login only, and no secret.
 */
#define CARDEA_KEEP_S 120

/* cardea_keep_write: all but the first part; removes what earlier questions
 * left. UNSAFE if there is no directory that is ours alone, IO, FULL. */
CARDEA_MUST_USE enum cardea_status
cardea_keep_write(const struct cardea_process *ssh,
    const struct cardea_remote_parts *parts, struct cardea_diag *diag);

/* cardea_keep_take: the part of that number, from 2. MISSING, UNSAFE, IO. */
CARDEA_MUST_USE enum cardea_status
cardea_keep_take(const struct cardea_process *ssh, unsigned int part,
    char ret_text[CARDEA_PROOF_CHUNK_MAX + 1], struct cardea_diag *diag);

#endif
