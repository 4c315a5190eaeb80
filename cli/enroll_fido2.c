/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "cli/enroll_ticket.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "key/touch.h"

/*
 * `cardea enroll fido2`: a new credential on a security key that is plugged in
 * here, or, by a request and its answer, on one that is far away
 * (enroll_ticket.c).  Either way what the key says is judged by the rules of
 * the settings before it is stored.
 */

static const struct cardea_option fido2_options[] = {
	{ "name", "NAME", "what the person calls the key", false },
	{ "rp-id", "ID", "relying party (the setting, or this host's name)",
	    false },
	{ "algorithm", "NAME", "es256, eddsa, es384 or rs256 (es256)", false },
	{ "resident", NULL, "let the key itself remember the credential",
	    false },
	{ "uv", NULL, "demand PIN or fingerprint at each use", false },
	{ "device", "PATH", "this key alone, not whichever is touched", false },
	{ "print-request", NULL, "print a request for cardea-askpass --enroll",
	    false },
	{ "response-stdin", NULL, "read the answer to a request", false },
	{ NULL, NULL, NULL, false },
};

/* --- the call
 * ----------------------------------------------------------------- */

/* An answer is judged by what its request asked; a request reaches no key. */
static enum cardea_status
check_manner(const struct cardea_call *call, struct cardea_diag *diag)
{
	static const char *const of_request[] = { "name", "rp-id", "algorithm",
		"resident", "uv" };
	bool request = cardea_call_has(call, "print-request");
	bool response = cardea_call_has(call, "response-stdin");

	if (request && response)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--print-request and --response-stdin are two steps");
	if ((request || response) && cardea_call_has(call, "device"))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--device: the key is not at this machine");
	for (size_t i = 0; i < sizeof(of_request) / sizeof(of_request[0]); i++)
		if (response && cardea_call_has(call, of_request[i]))
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "--%s: belongs to --print-request", of_request[i]);
	return CARDEA_OK;
}

static enum cardea_status
read_wish(const struct cardea_call *call, struct cardea_key_wish *wish,
    struct cardea_diag *diag)
{
	const char *algorithm = cardea_call_text(call, "algorithm");
	enum cardea_status status = check_manner(call, diag);

	if (status == CARDEA_OK)
		status = cardea_key_check_name(call, diag);
	if (status != CARDEA_OK)
		return status;
	wish->user = call->operands[0];
	wish->name = cardea_call_text(call, "name");
	wish->resident = cardea_call_has(call, "resident");
	wish->need_uv = cardea_call_has(call, "uv");
	wish->algorithm = algorithm == NULL
	    ? CARDEA_FIDO2_ES256
	    : cardea_fido2_algorithm_parse(algorithm);
	if (wish->algorithm == CARDEA_FIDO2_ALGORITHM_NONE)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "--algorithm: wants es256, eddsa, es384 or rs256");
	return CARDEA_OK;
}

/* --- a key at this machine
 * ------------------------------------------------------ */

static void
tell(void *context, const char *text)
{
	(void)context;
	cardea_terminal_write(stderr, text);
	fputc('\n', stderr);
}

static bool
ask_pin(void *context, const char *prompt, struct cardea_secret *ret_pin)
{
	(void)context;
	if (!cardea_terminal_is_interactive())
		return false;
	return cardea_terminal_ask_hidden(
		   prompt, CARDEA_KEY_PIN_MAX, ret_pin) == CARDEA_OK &&
	    ret_pin->len > 0;
}

/* How it ended without a credential, in a person's words. */
static enum cardea_exit
refuse_end(struct cardea_call *call, enum cardea_touch_end end)
{
	static const char *const texts[CARDEA_TOUCH_END_COUNT] = {
		[CARDEA_TOUCH_FAILED] = "the key failed",
		[CARDEA_TOUCH_DONE] = "the key said nothing",
		[CARDEA_TOUCH_NO_KEY] = "no security key is plugged in",
		[CARDEA_TOUCH_NOT_HELD] = "no key can hold it",
		[CARDEA_TOUCH_REFUSED] = "the key refused",
		[CARDEA_TOUCH_TIMEOUT] = "nobody touched the key in time",
		[CARDEA_TOUCH_CANCELLED] = "called off",
		[CARDEA_TOUCH_NO_UV] =
		    "the key has no PIN and no fingerprint, or cannot do this",
		[CARDEA_TOUCH_NO_PIN] = "the key wants its PIN",
		[CARDEA_TOUCH_WRONG_PIN] = "the PIN was wrong",
		[CARDEA_TOUCH_BLOCKED] = "the PIN is blocked",
		[CARDEA_TOUCH_EXISTS] = "the key is enrolled already",
	};

	return cardea_call_refuse(call, CARDEA_EXIT_NO,
	    "%s; nothing is enrolled",
	    end < CARDEA_TOUCH_END_COUNT ? texts[end] : "the key failed");
}

/* Those that the key must not hold already, or it is enrolled twice. */
static size_t
list_excluded(const struct cardea_roster *roster, const char *rp_id,
    struct cardea_touch_handle handles[CARDEA_KEYS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < roster->key_count; i++) {
		const struct cardea_fido2_credential *key = &roster->keys[i];

		if (key->kind != CARDEA_FIDO2_CTAP || key->handle_len == 0 ||
		    strcmp(key->rp_id, rp_id) != 0)
			continue;
		handles[count++] =
		    (struct cardea_touch_handle){ .rp_id = key->rp_id,
			    .bytes = key->handle,
			    .len = key->handle_len };
	}
	return count;
}

static enum cardea_status
touch(struct cardea_admin *admin, const struct cardea_key_wish *wish,
    enum cardea_touch_end *ret_end,
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	const struct cardea_touch_person person = {
		.tell = tell, .ask_pin = ask_pin, .hangup_fd = -1
	};
	const char *device = cardea_call_text(admin->call, "device");
	struct cardea_touch_handle exclude[CARDEA_KEYS_MAX];
	unsigned char hash[CARDEA_FIDO2_HASH];
	struct cardea_touch_wish asked = { .client_hash = hash,
		.rp_id = wish->rp_id,
		.user = wish->user,
		.user_handle = wish->user_handle,
		.algorithm = wish->algorithm,
		.resident = wish->resident,
		.uv = wish->need_uv ? CARDEA_UV_NEED : CARDEA_UV_NO,
		.exclude = exclude,
		.device = device != NULL ? device : admin->settings->key_device,
		.timeout_ms = (int)admin->settings->touch_s * 1000 };

	/* there is no client data here, and what is random is fresh (K03) */
	if (cardea_secret_random(hash, sizeof(hash)) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the kernel gave no random bytes");
	asked.exclude_count = list_excluded(wish->roster, wish->rp_id, exclude);
	return cardea_touch_make(CARDEA_KEY_HELPER, &asked, &person, ret_end,
	    ret_registration, diag);
}

static enum cardea_exit
enroll_here(struct cardea_admin *admin, const struct cardea_key_wish *wish)
{
	struct cardea_fido2_registration registration;
	enum cardea_touch_end end = CARDEA_TOUCH_FAILED;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = touch(admin, wish, &end, &registration, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	if (end != CARDEA_TOUCH_DONE)
		return refuse_end(admin->call, end);
	return cardea_key_wish_fulfil(admin, wish, &registration, NULL);
}

/* --- either way
 * ------------------------------------------------------------------ */

/* A fault that a key should not be touched for. */
static enum cardea_status
check_limits(const struct cardea_key_wish *wish, struct cardea_diag *diag)
{
	const struct cardea_roster *roster = wish->roster;

	if (!wish->library->has_algorithm((int)wish->algorithm))
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "the libfido2 of this host has no %s",
		    cardea_fido2_algorithm_text(wish->algorithm));
	if (roster->key_count == CARDEA_KEYS_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "%s has %d security keys, which is the most", roster->user,
		    CARDEA_KEYS_MAX);
	if (wish->name != NULL &&
	    cardea_roster_find(roster, wish->name) <
		cardea_roster_count(roster))
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "%s has a token or key of this name", roster->user);
	return CARDEA_OK;
}

/* All that must be known before a key is asked. */
static enum cardea_exit
complete(struct cardea_admin *admin, struct cardea_key_wish *wish,
    struct cardea_roster *roster)
{
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_key_rp_id(admin, wish->rp_id, &diag);
	if (status == CARDEA_E_SYNTAX)
		return cardea_call_fail(admin->call, CARDEA_EXIT_USAGE, &diag);
	if (status == CARDEA_OK)
		status = cardea_seal_pseudonym(cardea_store_seal(admin->store),
		    "security key", wish->user, wish->user_handle);
	if (status == CARDEA_OK)
		status = cardea_roster_read(
		    admin->store, wish->user, roster, &diag);
	if (status != CARDEA_OK)
		return cardea_call_trouble(admin->call, status, &diag);
	wish->roster = roster;
	status = check_limits(wish, &diag);
	if (status != CARDEA_OK)
		return cardea_call_fail(admin->call, CARDEA_EXIT_NO, &diag);
	return CARDEA_EXIT_OK;
}

static enum cardea_exit
enroll(struct cardea_admin *admin, struct cardea_key_wish *wish)
{
	struct cardea_roster roster = { 0 };
	enum cardea_exit code;

	if (cardea_call_has(admin->call, "response-stdin"))
		return cardea_ticket_redeem(admin, wish);
	code = complete(admin, wish, &roster);
	if (code == CARDEA_EXIT_OK)
		code = cardea_call_has(admin->call, "print-request")
		    ? cardea_ticket_issue(admin, wish)
		    : enroll_here(admin, wish);
	cardea_roster_clear(&roster);
	return code;
}

static enum cardea_exit
run_enroll_fido2(struct cardea_call *call)
{
	struct cardea_admin admin = { .call = call };
	struct cardea_key_wish wish = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_exit code;
	enum cardea_status status;

	if (read_wish(call, &wish, &diag) != CARDEA_OK)
		return cardea_call_fail(call, CARDEA_EXIT_USAGE, &diag);
	code = cardea_admin_check_user(call, wish.user);
	if (code != CARDEA_EXIT_OK)
		return code;
	status = cardea_admin_open(&admin, call, false, &diag);
	if (status == CARDEA_OK)
		status = cardea_fido2_library_load(&wish.library, &diag);
	code = status == CARDEA_OK ? enroll(&admin, &wish)
				   : cardea_call_trouble(call, status, &diag);
	cardea_admin_close(&admin);
	return code;
}

const struct cardea_command cardea_verb_enroll_fido2 = {
	"enroll fido2",
	"USER",
	1,
	1,
	"give a user a security key, here or far away",
	true,
	fido2_options,
	run_enroll_fido2,
};
