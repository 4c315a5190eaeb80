/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_DEVICE_AGENT_H
#define CARDEA_CLI_ASKPASS_DEVICE_AGENT_H

#include <stdint.h>

#include <cardea/diag.h>

#include "factor/remote_device.h"

/*
 * The person's own ssh-agent, for a certificate whose key it holds.  Which key
 * that is needs no reading of the certificate: the public key's bytes stand in
 * it as they do in the agent's list.  Were it another one, the server would
 * say no.
 */
struct cardea_device_agent_call {
	const char *path;	  /* of its socket; NULL: none */
	const unsigned char *der; /* the certificate */
	size_t der_len;
	const unsigned char *envelope; /* cert/devproof.h */
	size_t envelope_len;
	int64_t deadline_ms; /* of the monotonic clock */
	int hangup_fd;	     /* calls it off; -1: nothing does */
};

/* cardea_device_agent_sign: fills form, signature and key_hash of the answer,
 * or no and a diag.  CLOSED: called off; else OK. */
CARDEA_MUST_USE enum cardea_status
cardea_device_agent_sign(const struct cardea_device_agent_call *call,
    struct cardea_remote_device_answer *answer, struct cardea_diag *diag);

#endif
