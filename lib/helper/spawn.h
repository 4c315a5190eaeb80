/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_HELPER_SPAWN_H
#define CARDEA_HELPER_SPAWN_H

#include <stdbool.h>
#include <sys/types.h>

#include <cardea/diag.h>

/*
 * A process of ours that does one thing which the caller would rather not do in
 * its own: read a key (cardea-key), judge a certificate (cardea-cert), reach a
 * TPM (cardea-sign).  Started with an empty environment and one socket, spoken
 * to by packets, called off by SIGTERM and killed where that does not help. For
 * our own processes only: it forks and waits.
 */
#define CARDEA_HELPER_FD 3 /* where a helper finds its end of the socket */

struct cardea_helper {
	pid_t pid; /* 0: none */
	int fd;
	bool apart; /* leads a session, and so a process group, of its own */
};

#define CARDEA_HELPER_NONE                                                     \
	{                                                                      \
		.fd = -1                                                       \
	}

/* cardea_helper_spawn: a file that only root, or the user, can have written.
 * IO, MISSING, UNSAFE with a diag. */
CARDEA_MUST_USE enum cardea_status cardea_helper_spawn(const char *path,
    struct cardea_helper *ret_process, struct cardea_diag *diag);

/* cardea_helper_spawn_apart: the same for a helper that loads other people's
 * code, which may start processes, or ask at the terminal, on its own: it has
 * no terminal, no Ctrl-C reaches it, and all of its group ends with it. */
CARDEA_MUST_USE enum cardea_status cardea_helper_spawn_apart(const char *path,
    struct cardea_helper *ret_process, struct cardea_diag *diag);

/* cardea_helper_send, cardea_helper_receive: one packet, never blocking;
 * receive says TIMEOUT if there is none, CLOSED if there never will be, SYNTAX
 * for one that is larger than size. */
CARDEA_MUST_USE enum cardea_status
cardea_helper_send(int fd, const unsigned char *packet, size_t len);
CARDEA_MUST_USE enum cardea_status cardea_helper_receive(
    int fd, unsigned char *packet, size_t size, size_t *ret_len);

/* cardea_helper_call_off: asks it to end; cardea_helper_reap: it has ended when
 * this returns, killed if it took longer. No-ops for none. */
#define CARDEA_HELPER_GRACE_MS 500
void cardea_helper_call_off(const struct cardea_helper *process);
void cardea_helper_reap(struct cardea_helper *process, int grace_ms);

#endif
