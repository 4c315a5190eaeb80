/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_AGENT_H
#define CARDEA_VERIFIER_AGENT_H

#include <sys/types.h>

#include "factor/sshsk.h"
#include "key/touch.h"

/*
 * The agent way: a security key of OpenSSH's kind that is plugged in where the
 * person sits signs our question through his ssh agent, which ssh may have
 * forwarded to this machine.  The agent is a program of the person's, or of
 * whoever is root on a machine in between; nothing that it says is believed but
 * a signature that cardea_fido2_judge finds right.
 *
 * Of the keys that it holds only enrolled ones are asked for, each once, in
 * its order; one that refuses (by its owner, by a missing confirmation, by
 * being bound to other destinations with ssh-add -h) leaves it to the next.
 * OpenSSH's agent does not say why it refused.
 *
 * Every wait ends with timeout_ms and with person->hangup_fd.  A touch cannot
 * be called off through an agent: the key itself gives up after a while.
 */
struct cardea_agent_call {
	const char *path; /* SSH_AUTH_SOCK, a stranger's word; NULL, "": none */
	uid_t uid;	  /* whose agent it must be: the caller's */
	gid_t gid;
	size_t count; /* at most CARDEA_KEYS_MAX */
	/* all of the subject's; those of other kinds, and disabled ones, are
	 * passed over */
	const struct cardea_fido2_credential *credentials;
	const struct cardea_sshsk_question *question;
	int timeout_ms; /* for the whole of it */
	/* told to touch before the first request; never asked for a PIN: that
	 * is the agent's affair, at its own end */
	const struct cardea_touch_person *person;
};

/* How it ended. */
enum cardea_agent_end {
	CARDEA_AGENT_FAILED = 0, /* it broke off, or talked nonsense */
	CARDEA_AGENT_DONE,	 /* there is an answer */
	CARDEA_AGENT_NO_AGENT,	 /* none was named, or nobody is there */
	CARDEA_AGENT_FOREIGN,	 /* what is there is not the caller's */
	CARDEA_AGENT_NO_KEY,	 /* it holds none that is enrolled */
	CARDEA_AGENT_REFUSED,	 /* it would not sign with any that is */
	CARDEA_AGENT_TIMEOUT,
	CARDEA_AGENT_CANCELLED, /* hangup_fd */
	CARDEA_AGENT_END_COUNT,
};

struct cardea_agent_answer {
	enum cardea_agent_end end;
	/* if DONE; not judged here */
	size_t credential; /* index of the one that signed */
	struct cardea_fido2_assertion assertion;
};

/* cardea_agent_sign: OK however it ended, diag with the reason if that is not
 * DONE; else the machinery failed.  For a process without supplementary groups;
 * see usersocket.h. */
CARDEA_MUST_USE enum cardea_status
cardea_agent_sign(const struct cardea_agent_call *call,
    struct cardea_agent_answer *ret_answer, struct cardea_diag *diag);

const char *cardea_agent_end_text(enum cardea_agent_end end); /* for the log */

#endif
