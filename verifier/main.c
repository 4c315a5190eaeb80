/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>
#include <sys/socket.h>

#include "harden.h"
#include "phase.h"

/*
 * cardea-verify: one phase of one login.  Started by a PAM module through
 * lib/wire/launch.c with the socket as descriptor 3; it answers over that
 * socket and by nothing else, its exit status least of all.
 */

static bool
is_socket(int fd)
{
	int type = 0;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_SEQPACKET;
}

int
main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1 || !is_socket(CARDEA_VERIFIER_FD)) {
		fputs("cardea-verify is started by the PAM modules of Cardea, "
		      "and by nobody else; see cardea-verify(8)\n",
		    stderr);
		return 2;
	}
	if (cardea_harden() != CARDEA_OK)
		return 1;
	cardea_phase_run(CARDEA_VERIFIER_FD);
	return 0;
}
