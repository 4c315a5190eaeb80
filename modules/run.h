/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_MODULES_RUN_H
#define CARDEA_MODULES_RUN_H

#include <security/pam_modules.h>

#include <cardea/evidence.h>

#include "modules/connection.h"

/*
 * The path that every call of every module takes: arguments, user, connection,
 * exchange, code.  One exit; on it the delay of a refusal is asked for.
 *
 * 1. Only what the verifier said in this exchange can succeed.
 * 2. A line accepts only its own kinds of yes: only the gate can permit, and
 *    no other line's "not needed" can stand for the gate's.
 * 3. Whatever is odd is "broken", which denies.
 * 4. The host is left as it was: no signal, handler, descriptor, environment,
 *    mask or limit of it changes.  PAM_USER is never set.
 */

/* The entry points are all that a module shows. */
#define CARDEA_ENTRY __attribute__((visibility("default")))

struct cardea_call { /* one call of one line */
	pam_handle_t *pamh;
	int flags; /* PAM's */
	enum cardea_phase phase;
	const struct cardea_module *module;
	bool closing;		/* close_session */
	unsigned int arguments; /* CARDEA_ARGUMENT_ bits */
	const char *user;	/* PAM_USER, borrowed until somebody is asked */
	struct cardea_connection *connection;
	enum cardea_outcome begun; /* BEGUN, or OBSERVED: looking on */
	uint32_t fail_delay_ms;
};

struct cardea_module {
	const char *name;
	enum cardea_line line;
	enum cardea_factor factor;	/* of a factor's line */
	unsigned int arguments;		/* those it may have */
	enum cardea_outcome accepts[4]; /* its kinds of yes, then 0 */
	bool begins;			/* a new attempt, always */
	enum cardea_outcome (*exchange)(struct cardea_call *call);
};

/* cardea_run: authenticate, acct_mgmt, open_session. */
int cardea_run(pam_handle_t *pamh, int flags, enum cardea_phase phase,
    const struct cardea_module *module, int argc, const char **argv);

/* cardea_run_chauthtok: the preliminary pass decides like account; the update
 * repeats what it said, and without it is broken. */
int cardea_run_chauthtok(pam_handle_t *pamh, int flags,
    const struct cardea_module *module, int argc, const char **argv);

/* cardea_run_setcred: success where auth would not have failed by our own
 * doing.  Never "ignore": libpam goes through setcred by the jumps that auth
 * took, and an ignored line changes where they lead. */
int cardea_run_setcred(
    const struct cardea_module *module, int argc, const char **argv);

/* cardea_run_close: success, whatever becomes of it: nobody is kept from
 * leaving.  The gate tells the verifier, if there is a session to close. */
int cardea_run_close(
    pam_handle_t *pamh, int flags, const struct cardea_module *module);

/* cardea_run_password_flag: after=password, believed only in auth and only
 * beside a password that is not empty. */
uint32_t cardea_run_password_flag(const struct cardea_call *call);

/* cardea_run_verify: the whole exchange of a factor's line. */
enum cardea_outcome
cardea_run_verify(struct cardea_call *call, enum cardea_factor factor);

/* cardea_run_exchange: for a module's exchange: sends connection->message on
 * the open connection.  Trouble is told to syslog and is broken. */
enum cardea_outcome cardea_run_exchange(
    struct cardea_call *call, struct cardea_verdict_body *ret_verdict);

/* cardea_run_gate: the same for the gate, whose answer ends the connection and
 * may leave an id for the next phase, or for the end of the session. */
enum cardea_outcome cardea_run_gate(struct cardea_call *call);

/* cardea_run_trouble: one line to syslog; the outcome is broken. */
enum cardea_outcome
cardea_run_trouble(struct cardea_call *call, const char *what, const char *why);

#endif
