/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_ASK_H
#define CARDEA_CERT_ASK_H

#include "cert/cert.h"

/*
 * The judge in a process of its own, cardea-cert: without rights, files,
 * network or children, one second of processor time (X07, X08).  It crashes,
 * hangs or is killed: the verdict is BROKEN.  Lists are handed over as
 * descriptors and mapped there; all else travels in one sealed memory file.
 */

/* One file of an authority, as the caller opened it; -1: it is missing. */
struct cardea_cert_lists {
	int fds[CARDEA_AUTHORITIES_MAX][CARDEA_AUTHORITY_LISTS_MAX];
};

/* cardea_cert_ask: question->trust[i].lists are ignored in favour of
 * lists->fds. OK with a verdict however it ended, but for machinery of our own.
 */
CARDEA_MUST_USE enum cardea_status
cardea_cert_ask(const struct cardea_cert_question *question,
    const struct cardea_cert_lists *lists,
    struct cardea_cert_verdict *ret_verdict, struct cardea_diag *diag);

#endif
