/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/admin.h"
#include "cli/qr.h"
#include "cli/roster.h"
#include "cli/terminal.h"
#include "cli/token.h"
#include "cli/verbs.h"
#include "factor/otpauth.h"

/*
 * `cardea enroll totp|hotp`: a token is stored only after a first code of it
 * was right, and that code is spent in the same commit.  Many apps ignore
 * the algorithm or the number of digits: they show up here, not at a door.
 *
 * At a terminal a fresh secret is made and shown.  A script brings secret and
 * code together (--secret-stdin, --code): who made the secret can compute a
 * code, and nothing half enrolled is ever stored.
 */

#define CONFIRM_TRIES 3
#define LOST_RACES_MAX 16
#define HOST_NAME_MAX_BYTES 64

struct enrolment {
	struct cardea_admin admin;
	struct cardea_call *call;
	const char *user;
	FILE *people; /* what a person reads: stdout, but not under --json */
	struct cardea_otp_token token;
	enum cardea_qr_style style;
	bool named; /* by --name */
};

#define COMMON_OPTIONS                                                         \
	{ "name", "NAME", "what the person calls the token", false },          \
	    { "digits", "N", "6, 7 or 8 (6)", false },                         \
	    { "algorithm", "HASH", "SHA1, SHA256 or SHA512 (SHA1)", false },   \
	    { "issuer", "TEXT", "shown by the app (this host's name)",         \
		    false },                                                   \
	    { "not-before", "TIME", "not valid earlier", false },              \
	    { "not-after", "TIME", "not valid later; a day counts whole",      \
		    false },                                                   \
	    { "qr", "STYLE", "utf8, ansi or none", false },                    \
	    { "secret-stdin", NULL, "read the secret (base32) from stdin",     \
		    false },                                                   \
	{                                                                      \
		"code", "CODE",                                                \
		    "the first code, with --secret-stdin; "                    \
		    "hotp: two in a row to resynchronise",                     \
		    true                                                       \
	}

static const struct cardea_option totp_options[] = {
	COMMON_OPTIONS,
	{ "period", "SECONDS", "15 to 300 (30)", false },
	{ NULL, NULL, NULL, false },
};

static const struct cardea_option hotp_options[] = {
	COMMON_OPTIONS,
	{ "counter", "N", "the first counter of the token (0)", false },
	{ NULL, NULL, NULL, false },
};

/* How the call must look, before anything is read or made. */
static enum cardea_status
check_manner(const struct cardea_call *call, struct cardea_diag *diag)
{
	bool secret = cardea_call_has(call, "secret-stdin");
	bool code = cardea_call_has(call, "code");

	if (code && !secret)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "--code: only with --secret-stdin");
	if (cardea_terminal_is_interactive() || (code && secret))
		return CARDEA_OK;
	return cardea_diag_set(diag, CARDEA_E_SYNTAX,
	    "standard input is not a terminal: give --secret-stdin and --code");
}

/* --- what the person sees --------------------------------------------- */

static enum cardea_status
choose_style(const struct cardea_call *call, enum cardea_qr_style *ret_style,
    struct cardea_diag *diag)
{
	const char *text = cardea_call_text(call, "qr");

	*ret_style = cardea_terminal_is_utf8() ? CARDEA_QR_UTF8
					       : CARDEA_QR_ANSI;
	if (text == NULL || cardea_qr_style_parse(text, ret_style) == CARDEA_OK)
		return CARDEA_OK;
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "--qr: wants utf8, ansi or none");
}

static const char *
choose_issuer(const struct enrolment *enrolment, char host[])
{
	const char *issuer = cardea_call_text(enrolment->call, "issuer");

	if (issuer != NULL)
		return issuer;
	if (enrolment->admin.settings->host[0] != '\0')
		return enrolment->admin.settings->host;
	if (gethostname(host, HOST_NAME_MAX_BYTES) != 0)
		return "Cardea";
	host[HOST_NAME_MAX_BYTES] = '\0';
	return host;
}

static void
warn_of_apps(struct enrolment *enrolment)
{
	const struct cardea_otp_token *token = &enrolment->token;

	if (token->hash == CARDEA_OTP_SHA1 && token->digits == 6 &&
	    (token->kind == CARDEA_OTP_HOTP || token->period_s == 30))
		return;
	cardea_call_warn(enrolment->call,
	    "many apps ignore the algorithm, digits or period of a token; if "
	    "the code is refused, use SHA1, 6 digits, 30 seconds");
}

static enum cardea_status
show_token(struct enrolment *enrolment, struct cardea_diag *diag)
{
	char uri[CARDEA_OTPAUTH_MAX + 1] = "";
	char host[HOST_NAME_MAX_BYTES + 1] = "";
	enum cardea_status status;

	warn_of_apps(enrolment);
	status = cardea_otpauth_format(&enrolment->token,
	    choose_issuer(enrolment, host), enrolment->user, uri);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "user and issuer are too long for a token's URI");
	fputs("Scan this with an authenticator app, or give it the line "
	      "below.\n\n",
	    enrolment->people);
	status = cardea_qr_print(enrolment->people, uri, enrolment->style);
	fprintf(enrolment->people, "\n%s\n\n", uri);
	CARDEA_WIPE(uri);
	if (fflush(enrolment->people) != 0)
		status = CARDEA_E_IO;
	return status;
}

/* --- the first code --------------------------------------------------- */

/* One code; a right one is marked as spent in the token. */
static enum cardea_otp_why
judge_code(struct enrolment *enrolment, const char *code)
{
	const struct cardea_settings *settings = enrolment->admin.settings;
	const struct cardea_otp_window window = {
		.totp_steps = settings->totp_window,
		.hotp_ahead = settings->hotp_window,
		.hotp_sync = settings->hotp_sync_window,
	};
	struct cardea_otp_token *token = &enrolment->token;
	int64_t from = token->not_before_s, to = token->not_after_s;
	struct cardea_otp_verdict verdict = { 0 };

	/* a token may be enrolled before its first day */
	token->not_before_s = 0;
	token->not_after_s = 0;
	cardea_otp_judge(
	    token, &window, cardea_clock_read().time_s, code, &verdict);
	token->not_before_s = from;
	token->not_after_s = to;
	token->watermark = verdict.watermark;
	token->drift = verdict.drift;
	token->sync_at = verdict.sync_at;
	if (verdict.result == CARDEA_RESULT_VERIFIED)
		return CARDEA_OTP_ACCEPTED;
	return verdict.why == CARDEA_OTP_ACCEPTED ? CARDEA_OTP_WHY_NONE
						  : verdict.why;
}

static enum cardea_exit
confirm_given(struct enrolment *enrolment)
{
	enum cardea_otp_why why = CARDEA_OTP_WHY_NONE;
	const char *code;
	size_t at = 0;

	while (why != CARDEA_OTP_ACCEPTED &&
	    (code = cardea_call_next(enrolment->call, "code", &at)) != NULL)
		why = judge_code(enrolment, code);
	if (why == CARDEA_OTP_ACCEPTED)
		return CARDEA_EXIT_OK;
	return cardea_call_refuse(enrolment->call, CARDEA_EXIT_NO,
	    "the code is refused (%s); nothing is enrolled",
	    cardea_otp_why_text(why));
}

static enum cardea_exit
confirm_asked(struct enrolment *enrolment)
{
	for (int tries = 0; tries < CONFIRM_TRIES; tries++) {
		struct cardea_secret code = { 0 };
		enum cardea_otp_why why = CARDEA_OTP_WHY_NONE;
		enum cardea_status status = cardea_terminal_ask(
		    "Code shown by the app: ", CARDEA_ANSWER_MAX, &code);

		if (status == CARDEA_OK)
			why = judge_code(enrolment, (const char *)code.data);
		cardea_secret_clear(&code);
		if (why == CARDEA_OTP_ACCEPTED)
			return CARDEA_EXIT_OK;
		if (status == CARDEA_E_CLOSED || status == CARDEA_E_IO)
			break;
		cardea_call_warn(enrolment->call, "refused: %s",
		    why == CARDEA_OTP_RESYNC ? "far ahead; give the next code"
					     : cardea_otp_why_text(why));
	}
	return cardea_call_refuse(enrolment->call, CARDEA_EXIT_NO,
	    "no right code was given; nothing is enrolled");
}

/* --- saving ----------------------------------------------------------- */

static enum cardea_status
save_once(struct enrolment *enrolment, struct cardea_diag *diag)
{
	struct cardea_store *store = enrolment->admin.store;
	struct cardea_otp_token *token = &enrolment->token;
	struct cardea_roster roster = { 0 };
	enum cardea_status status;

	status = cardea_roster_read(store, enrolment->user, &roster, diag);
	if (status != CARDEA_OK)
		return status;
	if (!enrolment->named)
		status = cardea_roster_name(
		    &roster, cardea_otp_kind_text(token->kind), token->name);
	if (status == CARDEA_OK)
		status = cardea_roster_add_token(store, &roster, token, diag);
	cardea_roster_clear(&roster);
	return status;
}

static enum cardea_exit
save(struct enrolment *enrolment)
{
	enum cardea_status status = CARDEA_E_CONFLICT;
	struct cardea_diag diag = { 0 };

	enrolment->token.created_s = cardea_clock_read().time_s;
	for (int i = 0; i < LOST_RACES_MAX && status == CARDEA_E_CONFLICT;
	     i++) {
		diag = (struct cardea_diag){ 0 };
		status = save_once(enrolment, &diag);
	}
	if (status == CARDEA_OK)
		return CARDEA_EXIT_OK;
	if (status == CARDEA_E_RANGE)
		return cardea_call_fail(enrolment->call, CARDEA_EXIT_NO, &diag);
	return cardea_call_trouble(enrolment->call, status, &diag);
}

static void
tell(struct enrolment *enrolment)
{
	const struct cardea_otp_token *token = &enrolment->token;
	const char *kind = cardea_otp_kind_text(token->kind);
	struct cardea_json *json = &enrolment->call->out;
	const struct cardea_event event = {
		.user = enrolment->user,
		.factor = kind,
		.credential = token->id,
	};
	char what[CARDEA_CREDENTIAL_MAX + 32];

	snprintf(what, sizeof(what), "enroll name=%s", token->name);
	cardea_admin_log(&enrolment->admin, &event, what);
	cardea_json_text(json, "user", enrolment->user);
	cardea_json_text(json, "factor", kind);
	cardea_json_text(json, "id", token->id);
	cardea_json_text(json, "name", token->name);
	cardea_json_number(json, "digits", token->digits);
	cardea_json_text(json, "algorithm", cardea_otp_hash_text(token->hash));
	if (token->kind == CARDEA_OTP_TOTP)
		cardea_json_number(json, "period_s", token->period_s);
	cardea_json_number(json, "watermark", token->watermark);
	cardea_call_say(enrolment->call,
	    "Enrolled %s token \"%s\" (%s) for %s.", kind, token->name,
	    token->id, enrolment->user);
}

/* All that can be wrong with the call, before the store is touched. */
static enum cardea_exit
prepare(struct enrolment *enrolment)
{
	struct cardea_call *call = enrolment->call;
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status = check_manner(call, &diag);

	if (status == CARDEA_OK)
		status = choose_style(call, &enrolment->style, &diag);
	if (status != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	code = cardea_admin_check_user(call, enrolment->user);
	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_token_read(call, &enrolment->token, &diag);
	enrolment->named = enrolment->token.name[0] != '\0';
	if (status == CARDEA_E_SYNTAX || status == CARDEA_E_RANGE)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(call, status, &diag);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
enroll(struct enrolment *enrolment)
{
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	code = prepare(enrolment);
	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_admin_open(
	    &enrolment->admin, enrolment->call, false, &diag);
	if (status == CARDEA_OK &&
	    !cardea_call_has(enrolment->call, "secret-stdin"))
		status = show_token(enrolment, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(enrolment->call, status, &diag);
	code = cardea_call_has(enrolment->call, "code")
	    ? confirm_given(enrolment)
	    : confirm_asked(enrolment);
	if (code == CARDEA_EXIT_OK)
		code = save(enrolment);
	if (code == CARDEA_EXIT_OK)
		tell(enrolment);
	return code;
}

static enum cardea_exit
run_enroll(struct cardea_call *call, enum cardea_otp_kind kind)
{
	struct enrolment enrolment = { .call = call };
	enum cardea_exit code;

	enrolment.user = call->operands[0];
	enrolment.token.kind = kind;
	enrolment.people = call->json ? stderr : stdout;
	code = enroll(&enrolment);
	cardea_otp_token_clear(&enrolment.token);
	cardea_admin_close(&enrolment.admin);
	return code;
}

static enum cardea_exit
run_enroll_totp(struct cardea_call *call)
{
	return run_enroll(call, CARDEA_OTP_TOTP);
}

static enum cardea_exit
run_enroll_hotp(struct cardea_call *call)
{
	return run_enroll(call, CARDEA_OTP_HOTP);
}

const struct cardea_command cardea_verb_enroll_totp = {
	"enroll totp",
	"USER",
	1,
	1,
	"give a user a time-based token",
	true,
	totp_options,
	run_enroll_totp,
};

const struct cardea_command cardea_verb_enroll_hotp = {
	"enroll hotp",
	"USER",
	1,
	1,
	"give a user a counter-based token",
	true,
	hotp_options,
	run_enroll_hotp,
};
