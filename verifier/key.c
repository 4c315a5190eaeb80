/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device_table.h"
#include "facts.h"
#include "key.h"
#include "key_way.h"
#include "plan.h"
#include "report.h"
#include "storage.h"
#include "wire/channel.h"

#define FIDO2 CARDEA_PLAN_BIT(CARDEA_FACTOR_FIDO2)
#define NO_CREDENTIAL "no credential to ask for here"
#define SLACK_MS 3000 /* for looking before a touch, and judging after it */

enum cardea_key_step
cardea_key_end(
    struct cardea_key_try *try, enum cardea_result result, const char *why)
{
	try->result = result;
	try->why = why;
	return CARDEA_KEY_ENDED;
}

int
cardea_key_left_ms(const struct cardea_key_try *try)
{
	int64_t left_ms = try->deadline_ms - cardea_channel_now_ms();

	return left_ms > 1 ? (int)left_ms : 1;
}

/* --- the person ------------------------------------------------------------
 */

static void
tell(void *context, const char *text)
{
	cardea_attempt_cue(context, text);
}

static bool
ask_pin(void *context, const char *prompt, struct cardea_secret *ret_pin)
{
	enum cardea_answer kind = CARDEA_ANSWER_NONE;

	return cardea_attempt_ask(context, prompt, &kind, ret_pin) ==
	    CARDEA_OK &&
	    kind == CARDEA_ANSWER_TEXT && ret_pin->len > 0;
}

struct cardea_touch_person
cardea_key_person(struct cardea_attempt *attempt)
{
	return (struct cardea_touch_person){
		.tell = tell,
		.ask_pin = ask_pin,
		.hangup_fd = attempt->fd,
		.context = attempt,
	};
}

/* --- which credentials ------------------------------------------------------
 */

/* Bytes that nobody can tell from a credential's and that are always the same
 * for a name, from the store's keyed hash. */
static void
invent_bytes(
    const struct cardea_attempt *attempt, unsigned char *bytes, size_t len)
{
	char text[CARDEA_NAME_MAX + 32], mac[17];

	for (size_t at = 0; at < len; at += 8) {
		if (cardea_text_print(text, sizeof(text), "decoy %zu %s", at,
			attempt->begin.user) != CARDEA_OK)
			return;
		cardea_store_mac(attempt->store, text, mac);
		if (cardea_text_unhex(bytes + at, 8, mac) != CARDEA_OK)
			return;
	}
}

static const char *
rp_id_of(const struct cardea_attempt *attempt)
{
	return attempt->settings->rp_id[0] != '\0' ? attempt->settings->rp_id
						   : attempt->request.host;
}

/* One credential of each kind that no key in the world holds. */
static void
invent_keys(const struct cardea_attempt *attempt, struct cardea_key_set *set)
{
	struct cardea_fido2_credential *ctap = &set->items[0];
	struct cardea_fido2_credential *ssh = &set->items[1];

	memset(set, 0, sizeof(*set));
	ctap->kind = CARDEA_FIDO2_CTAP;
	ctap->algorithm = CARDEA_FIDO2_ES256;
	ctap->public_len = 64;
	ctap->handle_len = 64;
	invent_bytes(attempt, ctap->handle, ctap->handle_len);
	ssh->kind = CARDEA_FIDO2_SSH;
	ssh->algorithm = CARDEA_FIDO2_EDDSA;
	ssh->public_len = 32;
	invent_bytes(attempt, ssh->public_key, ssh->public_len);
	if (cardea_text_copy(ctap->rp_id, sizeof(ctap->rp_id),
		rp_id_of(attempt)) == CARDEA_OK &&
	    cardea_text_copy(ssh->rp_id, sizeof(ssh->rp_id), "ssh:") ==
		CARDEA_OK)
		set->count = 2;
}

/* Those that could meet a demand by this way.  Somebody who has none is asked
 * all the same, for one that nobody has: what is asked tells nothing. */
static void
choose_keys(struct cardea_key_try *try, const struct cardea_key_set *enrolled)
{
	try->keys.count = 0;
	for (size_t i = 0; i < enrolled->count; i++) {
		const struct cardea_fido2_credential *key = &enrolled->items[i];

		if (!key->disabled && cardea_want_reaches(try->way, key) &&
		    cardea_want_credential(&try->wanted, try->way, key))
			try->keys.items[try->keys.count++] = *key;
	}
	try->invented = try->keys.count == 0;
	if (try->invented)
		invent_keys(try->attempt, &try->keys);
}

/* --- judging ----------------------------------------------------------------
 */

/* The counter and the time of use are durable before anybody hears of it.  A
 * store that cannot be written is an outage with a name: a fresh challenge was
 * answered all the same. */
static void
keep(struct cardea_key_try *try, const struct cardea_fido2_verdict *verdict)
{
	struct cardea_attempt *attempt = try->attempt;
	struct cardea_clock clock = cardea_clock_read();
	struct cardea_diag diag = { .line = 0 };
	enum cardea_key_use use = CARDEA_KEY_USE_NONE;
	enum cardea_status status;

	if (cardea_storage_cannot_write(attempt))
		return;
	status = cardea_ledger_use_key(attempt->store, attempt->request.user,
	    &try->keys.items[try->key], true, verdict->counter,
	    verdict->backed_up, &clock, &use, &diag);
	if (status != CARDEA_OK) {
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "store", &diag);
		(void)cardea_key_end(try, CARDEA_RESULT_BROKEN, "store");
		return;
	}
	switch (use) {
	case CARDEA_KEY_USE_KEPT:
		return;
	case CARDEA_KEY_USE_ROLLED_BACK:
		(void)cardea_key_end(try, CARDEA_RESULT_REFUSED,
		    cardea_fido2_why_text(CARDEA_FIDO2_COUNTER));
		return;
	case CARDEA_KEY_USE_GONE:
		(void)cardea_key_end(try, CARDEA_RESULT_ABSENT, "removed");
		return;
	case CARDEA_KEY_USE_NONE:
		break;
	}
	(void)cardea_key_end(try, CARDEA_RESULT_BROKEN, "store");
}

/* A key is refused together with the device that it belongs to. */
static void
object(struct cardea_key_try *try)
{
	const char *objection = cardea_device_key_objection(try->attempt,
	    try->attempt->request.user, &try->keys.items[try->key]);

	if (objection != NULL)
		(void)cardea_key_end(try,
		    strcmp(objection, "store") == 0 ? CARDEA_RESULT_BROKEN
						    : CARDEA_RESULT_REFUSED,
		    objection);
}

static void
judge(struct cardea_key_try *try, struct cardea_fido2_verdict *verdict)
{
	const struct cardea_fido2_library *library = NULL;
	struct cardea_diag diag = { .line = 0 };

	if (cardea_fido2_library_load(&library, &diag) != CARDEA_OK) {
		cardea_report_trouble(
		    try->attempt, CARDEA_SEVERITY_ERR, "libfido2", &diag);
		(void)cardea_key_end(try, CARDEA_RESULT_BROKEN, "libfido2");
		return;
	}
	cardea_fido2_judge(library, &try->keys.items[try->key], &try->assertion,
	    try->uv == CARDEA_UV_NEED, verdict);
	(void)cardea_key_end(
	    try, verdict->result, cardea_fido2_why_text(verdict->why));
	if (try->result == CARDEA_RESULT_VERIFIED)
		object(try);
	if (try->result == CARDEA_RESULT_VERIFIED)
		keep(try, verdict);
}

static const char *
name_of(const struct cardea_fido2_credential *key)
{
	return key->name[0] != '\0' ? key->name : key->id;
}

/* A key that shows an old counter is a copy, or has one (K07). */
static void
alert_clone(struct cardea_key_try *try, const struct cardea_finding *finding)
{
	if (strcmp(try->why, cardea_fido2_why_text(CARDEA_FIDO2_COUNTER)) == 0)
		cardea_report_alert(try->attempt, finding);
}

static void
note(struct cardea_key_try *try, const struct cardea_fido2_verdict *verdict,
    struct cardea_finding *finding)
{
	struct cardea_fido2_credential key = try->keys.items[try->key];
	struct cardea_quality qualities[CARDEA_QUALITIES_MAX];
	size_t count = 0;

	/* what was imported says nothing of it; the key itself does */
	key.backup_eligible = key.backup_eligible || verdict->backup_eligible;
	if (try->result == CARDEA_RESULT_VERIFIED)
		count = cardea_want_qualities(
		    &key, try->way, true, verdict->verified_user, qualities);
	if (cardea_attempt_note_with(try->attempt, CARDEA_FACTOR_FIDO2,
		try->result, finding->credential, qualities,
		count) == CARDEA_OK)
		return;
	(void)cardea_key_end(try, CARDEA_RESULT_BROKEN, "evidence");
}

/* --- the line ---------------------------------------------------------------
 */

static const struct {
	enum cardea_way way;
	bool in_sshd;
	enum cardea_key_step (*run)(struct cardea_key_try *try);
} ways[] = {
	{ CARDEA_WAY_REMOTE, true, cardea_key_by_remote },
	{ CARDEA_WAY_AGENT, false, cardea_key_by_agent },
	{ CARDEA_WAY_LOCAL, false, cardea_key_by_local },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* A rule that wants what only sshd can show is no business of this line: to
 * call it absent would keep the gate from leaving it to the session. */
static bool
is_any_way_open(
    const struct cardea_attempt *attempt, const struct cardea_plan *plan)
{
	bool sshd = cardea_facts_is_sshd(attempt);
	struct cardea_requirement wanted;

	cardea_plan_wanted(attempt, plan, FIDO2, &wanted);
	for (size_t i = 0; i < WAYS; i++) {
		if (ways[i].in_sshd == sshd &&
		    cardea_want_way(&wanted, ways[i].way))
			return true;
	}
	return false;
}

/* Tries the ways in their order; the last one that had anything to say about
 * itself is what the log tells. */
static enum cardea_key_step
take_ways(struct cardea_key_try *try, const struct cardea_key_set *enrolled)
{
	bool sshd = cardea_facts_is_sshd(try->attempt);
	enum cardea_key_step step = CARDEA_KEY_PASS;

	for (size_t i = 0; i < WAYS; i++) {
		if (ways[i].in_sshd != sshd ||
		    !cardea_want_way(&try->wanted, ways[i].way))
			continue;
		try->way = ways[i].way;
		choose_keys(try, enrolled);
		try->uv = cardea_want_uv(
		    &try->wanted, try->way, try->keys.items, try->keys.count);
		step = ways[i].run(try);
		if (step != CARDEA_KEY_PASS)
			return step;
	}
	return step;
}

static enum cardea_key_step
reach_key(struct cardea_key_try *try, const struct cardea_key_set *enrolled)
{
	struct cardea_attempt *attempt = try->attempt;
	uint32_t touch_ms = attempt->settings->touch_s * 1000;
	struct cardea_attempt_wait wait;
	enum cardea_key_step step;

	try->deadline_ms = cardea_channel_now_ms() + touch_ms;
	wait = cardea_attempt_wait(attempt, touch_ms + SLACK_MS);
	step = take_ways(try, enrolled);
	cardea_attempt_waited(attempt, &wait);
	return step;
}

/* What came of it; of a decoy nothing is judged. */
static void
conclude(struct cardea_key_try *try, const struct cardea_plan *plan,
    const struct cardea_key_set *enrolled, enum cardea_key_step step,
    struct cardea_finding *finding)
{
	struct cardea_fido2_verdict verdict = { .counter = 0 };

	if (plan->kind != CARDEA_PLAN_JUDGE) {
		(void)cardea_key_end(try, CARDEA_RESULT_ABSENT, plan->why);
		return;
	}
	if (try->unread) {
		(void)cardea_key_end(try, CARDEA_RESULT_BROKEN, "store");
	} else if (enrolled->count == 0) {
		(void)cardea_key_end(try, CARDEA_RESULT_ABSENT, "not-enrolled");
	} else if (step == CARDEA_KEY_SHOWN && try->invented) {
		(void)cardea_key_end(try, CARDEA_RESULT_ABSENT, NO_CREDENTIAL);
	} else if (step == CARDEA_KEY_SHOWN) {
		judge(try, &verdict);
		if (cardea_text_copy(finding->credential,
			sizeof(finding->credential),
			name_of(&try->keys.items[try->key])) != CARDEA_OK)
			finding->credential[0] = '\0';
	}
	note(try, &verdict, finding);
}

static enum cardea_status
run(struct cardea_key_try *try, struct cardea_key_set *enrolled,
    const struct cardea_plan *plan, struct cardea_finding *finding)
{
	struct cardea_attempt *attempt = try->attempt;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_key_step step;

	cardea_plan_wanted(attempt, plan, FIDO2, &try->wanted);
	try->unread = cardea_ledger_keys(attempt->store, attempt->request.user,
			  enrolled, &diag) != CARDEA_OK;
	if (try->unread)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "store", &diag);
	/* whom no key could help has none as far as this line is concerned */
	if (plan->factors == 0 && plan->would_help == 0)
		enrolled->count = 0;
	(void)cardea_key_end(try, CARDEA_RESULT_ABSENT, NO_CREDENTIAL);
	step = reach_key(try, enrolled);
	if (step == CARDEA_KEY_LOST)
		return CARDEA_E_CLOSED;
	conclude(try, plan, enrolled, step, finding);
	finding->result = try->result;
	finding->why = try->why;
	finding->detail = try->detail;
	cardea_report_finding(attempt, finding);
	alert_clone(try, finding);
	return CARDEA_OK;
}

enum cardea_outcome
cardea_key_verify(
    struct cardea_attempt *attempt, enum cardea_status *ret_status)
{
	struct cardea_finding finding = { .factor = CARDEA_FACTOR_FIDO2 };
	struct cardea_plan plan = cardea_plan_make(attempt, FIDO2);
	struct cardea_key_set *enrolled;
	struct cardea_key_try *try;

	*ret_status = CARDEA_OK;
	if (plan.kind == CARDEA_PLAN_SKIP)
		return CARDEA_OUTCOME_NOT_NEEDED;
	if (plan.kind == CARDEA_PLAN_DENY)
		return CARDEA_OUTCOME_DENIED;
	if (!is_any_way_open(attempt, &plan))
		return CARDEA_OUTCOME_NOT_NEEDED;
	if (attempt->asked_key) /* one question an attempt */
		return CARDEA_OUTCOME_REFUSED;
	attempt->asked_key = true;
	try = calloc(1, sizeof(*try));
	enrolled = calloc(1, sizeof(*enrolled));
	if (try == NULL || enrolled == NULL) {
		*ret_status = CARDEA_E_MEMORY;
	} else {
		try->attempt = attempt;
		*ret_status = run(try, enrolled, &plan, &finding);
	}
	free(enrolled);
	free(try);
	return *ret_status == CARDEA_OK
	    ? cardea_plan_outcome(attempt, FIDO2, finding.result)
	    : CARDEA_OUTCOME_BROKEN;
}
