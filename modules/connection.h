/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_CONNECTION_H
#define CARDEA_MODULES_CONNECTION_H

#include <security/pam_modules.h>
#include <stdbool.h>
#include <sys/types.h>

#include "wire/message.h"

/*
 * What our lines of one stack share on one PAM handle: the open socket to the
 * verifier of the present phase, and what one phase leaves for the next.  It
 * lives in PAM data, holds no secret, and goes with pam_end.
 *
 * After a fork the copy is another process's: the socket in it is neither
 * used nor closed, and its number may long belong to something else.
 */

enum cardea_line { /* our modules */
	CARDEA_LINE_CONTEXT,
	CARDEA_LINE_TOTP,
	CARDEA_LINE_FIDO2,
	CARDEA_LINE_DEVICE,
	CARDEA_LINE_DECIDE,
	CARDEA_LINE_COUNT,
};

struct cardea_connection {
	pid_t owner; /* the process that opened fd */
	int fd;	     /* -1: none */
	enum cardea_phase phase;
	char user[CARDEA_NAME_MAX + 1]; /* PAM_USER when fd was opened */
	bool observing;			/* so said the answer to BEGIN */
	bool lost; /* the verifier of this phase did not answer */
	uint32_t split_digits;
	char resume[CARDEA_TXN_MAX + 1];  /* for the next phase */
	char session[CARDEA_TXN_MAX + 1]; /* for close_session */
	/* what the preliminary pass of pam_chauthtok said */
	enum cardea_outcome prelim[CARDEA_LINE_COUNT];
	struct cardea_message message; /* room for one, wiped after use */
};

/* cardea_connection_get: the handle's own, made if there is none; borrowed,
 * NULL without memory. */
struct cardea_connection *cardea_connection_get(pam_handle_t *pamh);

/* cardea_connection_is_open: for this phase and in this process? */
bool cardea_connection_is_open(
    const struct cardea_connection *connection, enum cardea_phase phase);

/* cardea_connection_close: the verifier sees it and leaves. */
void cardea_connection_close(struct cardea_connection *connection);

#endif
