/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_AGENT_TALK_H
#define CARDEA_VERIFIER_AGENT_TALK_H

#include <sys/types.h>

#include "factor/sshsk.h"
#include "key/touch.h"

/*
 * A conversation with somebody's ssh agent: its list of keys, and signatures
 * by those of them that are asked for.  The agent is a program of the person's,
 * or of whoever is root on a machine in between; nothing that it says is
 * believed but a signature that is judged to be right.
 *
 * Every wait ends with timeout_ms and with person->hangup_fd.  A touch cannot
 * be called off through an agent: the key itself gives up after a while.  For a
 * process without supplementary groups; see usersocket.h.
 */

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

const char *cardea_agent_end_text(enum cardea_agent_end end); /* for the log */

struct cardea_agent_peer {
	const char *path; /* SSH_AUTH_SOCK, a stranger's word; NULL, "": none */
	uid_t uid;	  /* whose agent it must be: the caller's */
	gid_t gid;
	int timeout_ms; /* for the whole of it */
	/* told to touch before the first key that wants it; never asked for a
	 * PIN: that is the agent's affair, at its own end */
	const struct cardea_touch_person *person;
};

/* Steps give false when it is over: then status is not OK (the machinery
 * failed), or end says how. */
struct cardea_agent_talk {
	const struct cardea_agent_peer *peer;
	struct cardea_diag *diag;
	int64_t deadline_ms;
	int fd;
	unsigned char *keys; /* what list borrows from; heap */
	struct cardea_sshsk_list list;
	unsigned char *signature; /* the payload, heap; blob is within */
	const unsigned char *blob;
	size_t blob_len;
	enum cardea_status status;
	enum cardea_agent_end end;
};

/* cardea_agent_open: connects, and has the keys told: talk->list.  talk is
 * closed with cardea_agent_close, whatever it said. */
CARDEA_MUST_USE bool cardea_agent_open(struct cardea_agent_talk *talk,
    const struct cardea_agent_peer *peer, struct cardea_diag *diag);
void cardea_agent_close(struct cardea_agent_talk *talk);

/* cardea_agent_ask: one signature over data: talk->blob, until the next is
 * asked for; NULL if the agent said no to this key, which is true as well. */
CARDEA_MUST_USE bool
cardea_agent_ask(struct cardea_agent_talk *talk, const unsigned char *key,
    size_t key_len, const unsigned char *data, size_t data_len);

/* cardea_agent_finish: how it ended, for a caller's last line; always false. */
bool cardea_agent_finish(struct cardea_agent_talk *talk,
    enum cardea_agent_end end, const char *reason);

#endif
