/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "modules/arguments.h"
#include "modules/code.h"
#include "modules/complain.h"
#include "modules/converse.h"
#include "modules/exchange.h"
#include "modules/facts.h"
#include "modules/run.h"
#include "wire/launch.h"

/* sshd runs auth and account in a process that leaves without a trace but the
 * PAM environment; so the id of what may be resumed goes there too. */
#define RESUME_VARIABLE "CARDEA_TXN"

enum cardea_outcome
cardea_run_trouble(struct cardea_call *call, const char *what, const char *why)
{
	cardea_complain(call->pamh, call->phase, call->module->name, what, why);
	return CARDEA_OUTCOME_BROKEN;
}

static enum cardea_outcome
deny(struct cardea_call *call, const char *what, const char *why)
{
	(void)cardea_run_trouble(call, what, why);
	return CARDEA_OUTCOME_DENIED;
}

static bool
is_silent(const struct cardea_call *call)
{
	return ((unsigned int)call->flags & PAM_SILENT) != 0;
}

enum cardea_outcome
cardea_run_exchange(
    struct cardea_call *call, struct cardea_verdict_body *ret_verdict)
{
	struct cardea_connection *connection = call->connection;
	enum cardea_outcome outcome = CARDEA_OUTCOME_BROKEN;
	enum cardea_status status;

	status = cardea_exchange(call->pamh, connection->fd, is_silent(call),
	    &connection->message, &outcome, ret_verdict);
	if (status != CARDEA_OK) {
		cardea_connection_close(connection);
		connection->lost = true;
		return cardea_run_trouble(call, "no answer from the verifier",
		    cardea_status_text(status));
	}
	call->fail_delay_ms = ret_verdict->fail_delay_ms;
	return outcome;
}

/* resume_id: what the last phase left, read once.  An attempt of its own
 * begins with auth, which therefore resumes nothing. */
static const char *
resume_id(struct cardea_call *call)
{
	struct cardea_connection *connection = call->connection;

	if (call->closing)
		return connection->session;
	if (call->phase == CARDEA_PHASE_AUTH)
		return "";
	if (connection->resume[0] != '\0')
		return connection->resume;
	return pam_getenv(call->pamh, RESUME_VARIABLE);
}

/* forget_resume: the variable must not reach the user's shell.  To remove what
 * is not there would be an error, and libpam would log it. */
static void
forget_resume(struct cardea_call *call)
{
	call->connection->resume[0] = '\0';
	if (pam_getenv(call->pamh, RESUME_VARIABLE) != NULL)
		(void)pam_putenv(call->pamh, RESUME_VARIABLE);
}

/* keep_id: for account and session, or of a session for its end. */
static bool
keep_id(struct cardea_call *call, const char *id)
{
	struct cardea_connection *connection = call->connection;
	char variable[sizeof(RESUME_VARIABLE) + 1 + CARDEA_TXN_MAX];

	if (call->phase == CARDEA_PHASE_SESSION)
		return cardea_text_copy(connection->session,
			   sizeof(connection->session), id) == CARDEA_OK;
	return cardea_text_copy(connection->resume, sizeof(connection->resume),
		   id) == CARDEA_OK &&
	    cardea_text_print(variable, sizeof(variable), "%s=%s",
		RESUME_VARIABLE, id) == CARDEA_OK &&
	    pam_putenv(call->pamh, variable) == PAM_SUCCESS;
}

enum cardea_outcome
cardea_run_gate(struct cardea_call *call)
{
	struct cardea_verdict_body verdict = { 0 };
	enum cardea_outcome outcome;

	outcome = cardea_run_exchange(call, &verdict);
	cardea_connection_close(call->connection);
	forget_resume(call);
	if (outcome != CARDEA_OUTCOME_PERMITTED &&
	    outcome != CARDEA_OUTCOME_OBSERVED)
		return outcome;
	if (call->closing || verdict.resume[0] == '\0' ||
	    keep_id(call, verdict.resume))
		return outcome;
	return cardea_run_trouble(
	    call, "nothing is left for the next phase", NULL);
}

uint32_t
cardea_run_password_flag(const struct cardea_call *call)
{
	if (call->phase != CARDEA_PHASE_AUTH ||
	    (call->arguments & CARDEA_ARGUMENT_AFTER_PASSWORD) == 0 ||
	    *cardea_converse_authtok(call->pamh) == '\0')
		return 0;
	return CARDEA_FLAG_PASSWORD_PROVED;
}

enum cardea_outcome
cardea_run_verify(struct cardea_call *call, enum cardea_factor factor)
{
	struct cardea_connection *connection = call->connection;
	struct cardea_verdict_body verdict = { 0 };

	if (cardea_message_put_text(&connection->message, CARDEA_MESSAGE_VERIFY,
		factor, cardea_run_password_flag(call),
		connection->user) != CARDEA_OK)
		return cardea_run_trouble(call, "no message", NULL);
	return cardea_run_exchange(call, &verdict);
}

/* put_begin: in a function of its own because facts are large. */
static enum cardea_outcome
put_begin(struct cardea_call *call, const char *resume)
{
	struct cardea_begin begin = { 0 };
	enum cardea_status status;
	uint32_t flags;
	const char *bad = NULL;

	status = cardea_facts_gather(
	    call->pamh, call->user, resume, &begin, &bad);
	if (status != CARDEA_OK)
		return deny(call, cardea_status_text(status), bad);

	flags = is_silent(call) ? CARDEA_FLAG_SILENT : 0;
	status = cardea_message_put_begin(
	    &call->connection->message, call->phase, flags, &begin);
	if (status != CARDEA_OK)
		return deny(call, cardea_status_text(status), "facts");
	return CARDEA_OUTCOME_BEGUN;
}

static enum cardea_outcome
launch(struct cardea_call *call)
{
	struct cardea_connection *connection = call->connection;
	enum cardea_status status;
	int fd = -1;

	status = cardea_launch(CARDEA_VERIFIER, &fd);
	if (status == CARDEA_E_IO)
		return cardea_run_trouble(call, "the verifier does not start",
		    strerrordesc_np(errno));
	if (status != CARDEA_OK)
		return cardea_run_trouble(call, "the verifier does not start",
		    cardea_status_text(status));

	connection->fd = fd;
	connection->owner = getpid();
	connection->phase = call->phase;
	return CARDEA_OUTCOME_BEGUN;
}

/* begin: a verifier for this phase; an older one is left. */
static enum cardea_outcome
begin(struct cardea_call *call, const char *resume)
{
	struct cardea_connection *connection = call->connection;
	struct cardea_verdict_body verdict = { 0 };
	enum cardea_outcome outcome;

	cardea_connection_close(connection);
	connection->lost = false;
	connection->split_digits = 0;
	outcome = put_begin(call, resume);
	if (outcome != CARDEA_OUTCOME_BEGUN)
		return outcome;
	if (call->phase == CARDEA_PHASE_AUTH ||
	    call->phase == CARDEA_PHASE_SESSION)
		forget_resume(call);
	outcome = launch(call);
	if (outcome != CARDEA_OUTCOME_BEGUN)
		return outcome;

	/* fits: the facts have it */
	if (cardea_text_copy(connection->user, sizeof(connection->user),
		call->user) != CARDEA_OK)
		return CARDEA_OUTCOME_BROKEN;
	outcome = cardea_run_exchange(call, &verdict);
	connection->observing = outcome == CARDEA_OUTCOME_OBSERVED;
	connection->split_digits = verdict.split_digits;
	return outcome;
}

/* attach: to the phase's verifier, or to a new one.  The name seen first is
 * bound: another one later in the phase denies (I03).  One that was lost is
 * not followed by another: that would begin without what the first one knew,
 * and take the time for a second one to hang. */
static enum cardea_outcome
attach(struct cardea_call *call)
{
	struct cardea_connection *connection = call->connection;

	if (!call->module->begins && connection->lost &&
	    connection->phase == call->phase)
		return CARDEA_OUTCOME_BROKEN;
	if (call->module->begins ||
	    !cardea_connection_is_open(connection, call->phase))
		return begin(call, resume_id(call));
	if (strcmp(connection->user, call->user) != 0) {
		cardea_connection_close(connection);
		return deny(call, "PAM_USER changed within a phase", NULL);
	}
	return CARDEA_OUTCOME_BEGUN;
}

/* find_user: in auth libpam may have to ask for the name. */
static bool
find_user(struct cardea_call *call)
{
	const void *item = NULL;

	if (call->phase == CARDEA_PHASE_AUTH) {
		if (pam_get_user(call->pamh, &call->user, NULL) != PAM_SUCCESS)
			return false;
	} else {
		if (pam_get_item(call->pamh, PAM_USER, &item) != PAM_SUCCESS)
			return false;
		call->user = item;
	}
	return call->user != NULL && call->user[0] != '\0';
}

static bool
is_begun(enum cardea_outcome outcome)
{
	return outcome == CARDEA_OUTCOME_BEGUN ||
	    outcome == CARDEA_OUTCOME_OBSERVED;
}

static enum cardea_outcome
perform(struct cardea_call *call)
{
	enum cardea_outcome outcome;

	call->connection = cardea_connection_get(call->pamh);
	if (call->connection == NULL)
		return cardea_run_trouble(call, "out of memory", NULL);
	if (!find_user(call))
		return cardea_run_trouble(call, "there is no user name", NULL);

	outcome = attach(call);
	if (!is_begun(outcome))
		return outcome;
	call->begun = outcome;
	return call->module->exchange(call);
}

static bool
is_no(enum cardea_outcome outcome)
{
	return outcome == CARDEA_OUTCOME_BROKEN ||
	    outcome == CARDEA_OUTCOME_REFUSED ||
	    outcome == CARDEA_OUTCOME_DENIED ||
	    outcome == CARDEA_OUTCOME_EXHAUSTED;
}

/* admit: a yes of another line's kind is none, nor is looking on where the
 * phase began in earnest. */
static enum cardea_outcome
admit(struct cardea_call *call, enum cardea_outcome outcome)
{
	const enum cardea_outcome *accepts = call->module->accepts;

	if (is_no(outcome))
		return outcome;
	for (size_t i = 0; accepts[i] != CARDEA_OUTCOME_BROKEN; i++)
		if (outcome == accepts[i] &&
		    (outcome != CARDEA_OUTCOME_OBSERVED ||
			call->connection->observing))
			return outcome;
	cardea_connection_close(call->connection);
	return cardea_run_trouble(
	    call, "an answer that is not this line's", NULL);
}

static bool
understand(struct cardea_call *call, int argc, const char **argv)
{
	const char *bad = NULL;

	if (cardea_arguments_parse(argv, argc, call->phase,
		call->module->arguments, &call->arguments, &bad) == CARDEA_OK)
		return true;
	(void)cardea_run_trouble(
	    call, "an argument that this line does not have", bad);
	return false;
}

static enum cardea_outcome
decide(struct cardea_call *call)
{
	enum cardea_outcome outcome = admit(call, perform(call));

	if (is_no(outcome) && call->fail_delay_ms > 0)
		(void)pam_fail_delay(call->pamh, call->fail_delay_ms * 1000);
	return outcome;
}

int
cardea_run(pam_handle_t *pamh, int flags, enum cardea_phase phase,
    const struct cardea_module *module, int argc, const char **argv)
{
	struct cardea_call call = {
		.pamh = pamh, .flags = flags, .phase = phase, .module = module
	};

	if (!understand(&call, argc, argv))
		return cardea_code(CARDEA_OUTCOME_MISUSED);
	return cardea_code(decide(&call));
}

int
cardea_run_chauthtok(pam_handle_t *pamh, int flags,
    const struct cardea_module *module, int argc, const char **argv)
{
	struct cardea_call call = { .pamh = pamh,
		.flags = flags,
		.phase = CARDEA_PHASE_PASSWORD,
		.module = module };
	enum cardea_outcome *prelim;

	if (!understand(&call, argc, argv))
		return cardea_code(CARDEA_OUTCOME_MISUSED);
	call.connection = cardea_connection_get(pamh);
	if (call.connection == NULL)
		return cardea_code(
		    cardea_run_trouble(&call, "out of memory", NULL));

	prelim = &call.connection->prelim[module->line];
	if ((flags & PAM_PRELIM_CHECK) != 0)
		*prelim = decide(&call);
	else if (*prelim == CARDEA_OUTCOME_BROKEN)
		(void)cardea_run_trouble(
		    &call, "an update without a preliminary pass", NULL);
	return cardea_code(*prelim);
}

int
cardea_run_setcred(
    const struct cardea_module *module, int argc, const char **argv)
{
	unsigned int arguments;
	const char *bad;

	if (cardea_arguments_parse(argv, argc, CARDEA_PHASE_AUTH,
		module->arguments, &arguments, &bad) != CARDEA_OK)
		return cardea_code(CARDEA_OUTCOME_MISUSED);
	return cardea_code(CARDEA_OUTCOME_IDLE);
}

int
cardea_run_close(
    pam_handle_t *pamh, int flags, const struct cardea_module *module)
{
	struct cardea_call call = { .pamh = pamh,
		.flags = flags,
		.phase = CARDEA_PHASE_SESSION,
		.module = module,
		.closing = true };
	struct cardea_connection *connection = cardea_connection_get(pamh);

	if (module->line == CARDEA_LINE_DECIDE && connection != NULL &&
	    connection->session[0] != '\0') {
		(void)perform(&call);
		cardea_connection_close(connection);
		connection->session[0] = '\0';
	}
	return cardea_code(CARDEA_OUTCOME_IDLE);
}
