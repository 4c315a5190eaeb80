/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_AGENT_H
#define CARDEA_VERIFIER_AGENT_H

#include "agent_talk.h"

/*
 * The agent way: a security key of OpenSSH's kind that is plugged in where the
 * person sits signs our question through his ssh agent, which ssh may have
 * forwarded to this machine.  What counts is a signature that
 * cardea_fido2_judge finds right.
 *
 * Of the keys that it holds only enrolled ones are asked for, each once, in
 * its order; one that refuses (by its owner, by a missing confirmation, by
 * being bound to other destinations with ssh-add -h) leaves it to the next.
 * OpenSSH's agent does not say why it refused.
 */
struct cardea_agent_call {
	struct cardea_agent_peer peer;
	size_t count; /* at most CARDEA_KEYS_MAX */
	/* all of the subject's; those of other kinds, and disabled ones, are
	 * passed over */
	const struct cardea_fido2_credential *credentials;
	const struct cardea_sshsk_question *question;
};

struct cardea_agent_answer {
	enum cardea_agent_end end;
	/* if DONE; not judged here */
	size_t credential; /* index of the one that signed */
	struct cardea_fido2_assertion assertion;
};

/* cardea_agent_sign: OK however it ended, diag with the reason if that is not
 * DONE; else the machinery failed. */
CARDEA_MUST_USE enum cardea_status
cardea_agent_sign(const struct cardea_agent_call *call,
    struct cardea_agent_answer *ret_answer, struct cardea_diag *diag);

#endif
