/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_AGENT_FIXTURE_H
#define TESTS_UNIT_AGENT_FIXTURE_H

#include <sys/un.h>
#include <unistd.h>

#include "unit/sk_key.h"
#include "verifier/agent.h"

/*
 * Agents of our own making, each a process that answers as its test wants.
 * That sockets of others are refused is shown in usersocket.c, and real agents
 * in tests/e2e/agent.sh.
 */

/* alice has enrolled two keys; a third one is nobody's */
extern struct sk_key ed, ec, strange;
extern struct cardea_fido2_credential enrolled[2];

extern const unsigned char nonce[32];
extern const struct cardea_sshsk_question question;

/* the person: how often he was told to touch, and a pipe that says so */
extern unsigned int told;
extern int told_pipe[2];

extern struct sockaddr_un address;
extern pid_t agent_pid;

extern unsigned char request[4096];
extern size_t request_len;

/* The next request's number; 0 when the other side has gone. */
unsigned int hear(int fd);

void say_bytes(int fd, const void *bytes, size_t len);

void say(int fd, const unsigned char *payload, size_t len);

void put_key(struct cardea_sshwire_writer *writer, const struct sk_key *key);

/* Answers the list of keys; NULL ends them. */
void say_keys(int fd, const struct sk_key *const keys[]);

void say_ours(int fd);

/* Signs the request that was heard with that key, whichever it was for. */
void say_signature(int fd, const struct sk_key *key, uint8_t flags);

void start_agent(void (*behave)(int fd));

/* end_agent: 0 unless it heard what it did not expect */
int end_agent(void);

void tell(void *context, const char *text);

extern struct cardea_touch_person person;

struct cardea_agent_call usual_call(void);

struct cardea_agent_answer
sign_by(const struct cardea_agent_call *call, const char *reason);

/* What becomes of it with an agent that behaves so. */
struct cardea_agent_answer
sign_with(void (*behave)(int fd), const char *reason);

bool is_right(const struct cardea_agent_answer *answer);

void hold_none(int fd);

int set_up(void **state);

int take_down(void **state);

#endif
