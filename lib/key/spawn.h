/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_KEY_SPAWN_H
#define CARDEA_KEY_SPAWN_H

#include <sys/types.h>

#include <cardea/diag.h>

#include "key/talk.h"

/*
 * One cardea-key: started with an empty environment and one socket, spoken to
 * by packets, called off by SIGTERM, so that its key stops blinking, and killed
 * where that does not help.  For our own processes only: it forks and waits.
 */
struct cardea_key_process {
	pid_t pid; /* 0: none */
	int fd;
};

#define CARDEA_KEY_PROCESS_NONE                                                \
	{                                                                      \
		.fd = -1                                                       \
	}

/* cardea_key_spawn: a file that only root, or the user, can have written. IO,
 * MISSING, UNSAFE with a diag. */
CARDEA_MUST_USE enum cardea_status cardea_key_spawn(const char *path,
    struct cardea_key_process *ret_process, struct cardea_diag *diag);

/* cardea_key_send, cardea_key_receive: one packet, never blocking; receive says
 * TIMEOUT if there is none, CLOSED if there never will be. */
CARDEA_MUST_USE enum cardea_status
cardea_key_send(int fd, const unsigned char *packet, size_t len);
CARDEA_MUST_USE enum cardea_status cardea_key_receive(
    int fd, unsigned char packet[CARDEA_KEY_PACKET_MAX], size_t *ret_len);

/* cardea_key_call_off: asks it to end; cardea_key_reap: it has ended when this
 * returns, killed if it took longer. No-ops for none. */
#define CARDEA_KEY_GRACE_MS 500
void cardea_key_call_off(const struct cardea_key_process *process);
void cardea_key_reap(struct cardea_key_process *process, int grace_ms);

#endif
