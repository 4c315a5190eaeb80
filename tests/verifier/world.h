/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_VERIFIER_WORLD_H
#define TESTS_VERIFIER_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <cardea/store.h>

#include "factor/otp.h"
#include "wire/message.h"

/*
 * A world of its own for the verifier as it was built: private mounts over
 * /var/lib, /run, /etc/passwd, /etc/group, /etc/pam.d and /dev, a store, a
 * policy made from source text, a log socket that we read, and the far end of
 * its socket.  Needs root; nothing outside the namespace changes.
 *
 * Users: alice (1001), bob (1002), carol (1003), twin (1001 like alice).
 */

/* world_enter: NULL, or why it cannot be had here. */
const char *world_enter(void);

/* world_odd_names: after the files, nss_odd.c is asked for users. NULL, or why
 * it cannot be had. */
const char *world_odd_names(void);

/* world_reset: empty store, the usual policy, empty log; alice has a token. */
void world_reset(void);

/* world_policy: installs; both texts as in the files. settings NULL: usual. */
void world_policy(const char *settings, const char *rules);

#define WORLD_PASSWORD_AND_CODE                                                \
	"rules = ( { name = \"all\"; when = { user = [ \"alice\", \"bob\" ]; " \
	"};"                                                                   \
	" require = \"password + (totp | hotp | recovery)\"; } );"

struct cardea_store *world_store(void); /* opened anew; the caller closes */

/* world_token: a TOTP token whose key is made of this letter. */
void world_token(const char *user, char letter);
/* world_code: that token's code, so many steps from now; only grows. */
const char *world_code(char letter, int steps);

void world_lock(const char *user);

/* world_caller: the real uid that the verifier will see of us. */
void world_caller(uid_t uid);

/* world_file: writes a file of the namespace, mode 0600, owner root. */
void world_file(const char *path, const char *text);

/* The log: lines since the last call to world_log_clear, without header. */
void world_log_clear(void);
size_t world_log_count(const char *part);
/* the first line that holds part; "" if there is none */
const char *world_log_line(const char *part);
/* world_log_severity: as sent with that line; -1 if there is none */
int world_log_severity(const char *part);

/* One conversation. */
struct talk {
	int fd;
	pid_t pid;
	char resume[CARDEA_TXN_MAX + 1]; /* of the last verdict */
	uint32_t fail_delay_ms;
	char text[CARDEA_PROMPT_MAX + 1]; /* of the last ASK or TELL */
	struct cardea_message message;
};

struct talk talk_start(void);
/* talk_end: hangs up; the exit status, or 256 + the signal that ended it */
int talk_end(struct talk *talk);

void talk_bytes(struct talk *talk, const void *bytes, size_t len);
void talk_send(struct talk *talk, enum cardea_message_kind kind, uint32_t code,
    uint32_t flags, const char *text);
void talk_begin(struct talk *talk, enum cardea_phase phase, const char *service,
    const char *user, const char *resume);
void talk_begin_as(
    struct talk *talk, uint32_t phase, const struct cardea_begin *begin);
/* talk_next: the kind of what comes; NONE when the other end has gone */
enum cardea_message_kind talk_next(struct talk *talk);
/* talk_outcome: what comes must be a verdict; TELLs before it are skipped */
enum cardea_outcome talk_outcome(struct talk *talk);

/* the usual exchanges */
enum cardea_outcome talk_verify(struct talk *talk, const char *user,
    uint32_t flags, enum cardea_answer answer, const char *text);
enum cardea_outcome
talk_decide(struct talk *talk, const char *user, uint32_t flags);

#endif
