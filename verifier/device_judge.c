/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "device_judge.h"
#include "device_table.h"
#include "device_trust.h"
#include "plan.h"
#include "report.h"
#include "storage.h"

/* One that was shown; too large for the stack. */
struct trial {
	struct cardea_device_try *try;
	struct cardea_device_question question;
	struct cardea_cert_verdict verdict;
	bool known;
	struct cardea_device device;
	char credential[CARDEA_CREDENTIAL_MAX + 1];
	unsigned int verified;
};

static bool
is_good(const struct trial *trial)
{
	return trial->try->result == CARDEA_RESULT_VERIFIED;
}

static void
end_with_trouble(
    struct trial *trial, const char *why, const struct cardea_diag *diag)
{
	cardea_report_trouble(
	    trial->try->attempt, CARDEA_SEVERITY_ERR, why, diag);
	(void)cardea_device_end(trial->try, CARDEA_RESULT_BROKEN, why);
}

/* --- the judge --------------------------------------------------------------
 */

static void
ask_judge(struct trial *trial)
{
	struct cardea_device_try *try = trial->try;
	struct cardea_cert_inquiry *inquiry = &trial->question.inquiry;
	struct cardea_cert_verdict *verdict = &trial->verdict;
	struct cardea_diag diag = { .line = 0 };

	/* without a time there is neither "valid" nor "fresh" */
	if (!try->attempt->request.time_known &&
	    try->kind != CARDEA_CERT_SSH_KEY) {
		(void)cardea_device_end(
		    try, CARDEA_RESULT_BROKEN, "the clock cannot be trusted");
		return;
	}
	cardea_device_question_make(try, &trial->question);
	if (cardea_cert_ask(&inquiry->question, &inquiry->lists, verdict,
		&diag) != CARDEA_OK) {
		end_with_trouble(trial, "judge", &diag);
	} else if (cardea_cert_inquiry_is_in_doubt(inquiry, verdict)) {
		(void)cardea_device_end(
		    try, CARDEA_RESULT_BROKEN, "an authority cannot be read");
	} else {
		(void)cardea_device_end(
		    try, verdict->result, cardea_cert_why_text(verdict->why));
	}
	cardea_cert_inquiry_end(inquiry);
}

/* --- the table --------------------------------------------------------------
 */

static void
look_up(struct trial *trial)
{
	struct cardea_device_try *try = trial->try;
	const struct cardea_attempt *attempt = try->attempt;
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status;
	const char *objection;

	status = cardea_device_look_up(
	    attempt, &trial->verdict.identity, &trial->device, &diag);
	if (status == CARDEA_E_MISSING) {
		/* nothing vouches for a plain key but the table */
		if (try->kind == CARDEA_CERT_SSH_KEY)
			(void)cardea_device_end(try, CARDEA_RESULT_ABSENT,
			    "not in the device table");
		return;
	}
	if (status == CARDEA_E_UNSAFE) {
		end_with_trouble(trial, "more than one device", &diag);
		return;
	}
	if (status != CARDEA_OK) {
		end_with_trouble(trial, "store", &diag);
		return;
	}
	trial->known = true;
	objection = cardea_device_objection(
	    &trial->device, attempt->request.user);
	if (objection != NULL)
		(void)cardea_device_end(try, CARDEA_RESULT_REFUSED, objection);
}

/* Durable before anybody hears of it, with one more look at the state.  A store
 * that cannot be written is an outage with a name: possession was shown all the
 * same. */
static void
keep(struct trial *trial)
{
	struct cardea_device_try *try = trial->try;
	struct cardea_attempt *attempt = try->attempt;
	const struct cardea_cert_identity *identity = &trial->verdict.identity;
	struct cardea_clock clock = cardea_clock_read();
	char source[CARDEA_ADDRESS_TEXT_MAX + 1];
	struct cardea_diag diag = { .line = 0 };
	bool active = false;

	if (cardea_storage_cannot_write(attempt))
		return;
	cardea_address_format(&attempt->request.source, source);
	if (cardea_ledger_saw_device(attempt->store, trial->device.id,
		attempt->request.user, source,
		identity->not_after_s == INT64_MAX ? 0 : identity->not_after_s,
		&clock, &active, &diag) != CARDEA_OK)
		end_with_trouble(trial, "store", &diag);
	else if (!active)
		(void)cardea_device_end(
		    try, CARDEA_RESULT_REFUSED, "device not active");
}

/* --- evidence ---------------------------------------------------------------
 */

static bool
is_demanded(const struct trial *trial, enum cardea_factor factor)
{
	return cardea_requirement_names(trial->try->rule, factor);
}

/* What a good one proves: a certificate of ssh itself, and the device that the
 * table has for it; one of X.509 is a device whether the table has it or not.
 */
static bool
proves(const struct trial *trial, enum cardea_factor factor)
{
	if (!is_demanded(trial, factor))
		return false;
	if (factor == CARDEA_FACTOR_SSHCERT)
		return trial->try->kind == CARDEA_CERT_SSH;
	return trial->known || trial->try->kind == CARDEA_CERT_X509;
}

/* What is known of it, beside whose it is. */
static void
qualify(const struct trial *trial, enum cardea_factor factor,
    struct cardea_evidence *evidence)
{
	const struct cardea_device_try *try = trial->try;
	const struct cardea_attempt *attempt = try->attempt;
	const struct cardea_device_proof proof = {
		.way = try->way,
		.identity = &trial->verdict.identity,
		.device = trial->known ? &trial->device : NULL,
		.user = attempt->request.user,
		.time_s = attempt->clock.time_s,
		.statement_max_age_s = attempt->settings->statement_max_age_s,
	};

	evidence->quality_count = cardea_device_want_qualities(
	    try->rule, factor, &proof, evidence->qualities);
}

static bool
has_same_qualities(
    const struct cardea_evidence *a, const struct cardea_evidence *b)
{
	if (a->quality_count != b->quality_count)
		return false;
	for (size_t i = 0; i < a->quality_count; i++) {
		if (strcmp(a->qualities[i].key, b->qualities[i].key) != 0 ||
		    strcmp(a->qualities[i].value, b->qualities[i].value) != 0)
			return false;
	}
	return true;
}

/* One device may be shown by several ways and several certificates: what one of
 * them lacks another may have. */
static bool
is_noted(const struct trial *trial, enum cardea_factor factor)
{
	const struct cardea_evidence_set *set = &trial->try->attempt->evidence;
	struct cardea_evidence this = { .factor = factor };

	qualify(trial, factor, &this);
	for (size_t i = 0; i < set->count; i++) {
		const struct cardea_evidence *item = &set->items[i];

		if (item->factor == factor && !item->remembered &&
		    item->result == CARDEA_RESULT_VERIFIED &&
		    strcmp(item->credential, trial->credential) == 0 &&
		    has_same_qualities(item, &this))
			return true;
	}
	return false;
}

static void
report(struct trial *trial, enum cardea_factor factor)
{
	struct cardea_device_try *try = trial->try;
	struct cardea_finding finding = {
		.factor = factor,
		.result = try->result,
		.why = try->why,
		.detail = try->detail,
	};

	memcpy(
	    finding.credential, trial->credential, sizeof(finding.credential));
	cardea_report_finding(try->attempt, &finding);
}

/* So that its session can end when it is revoked: what cannot be kept counts
 * for nothing. */
static bool
keep_shown(struct trial *trial, uint32_t *ret_number)
{
	struct cardea_device_try *try = trial->try;
	struct cardea_cert_shown_item item = cardea_device_shown(try);

	*ret_number = 0;
	if (try->kind == CARDEA_CERT_SSH_KEY)
		return true;
	item.source = trial->question.source;
	if (cardea_cert_shown_add(&try->attempt->shown, &item, ret_number) ==
	    CARDEA_OK)
		return true;
	(void)cardea_device_end(
	    try, CARDEA_RESULT_BROKEN, "too long to be kept");
	return false;
}

static void
note(struct trial *trial, enum cardea_factor factor)
{
	struct cardea_device_try *try = trial->try;
	struct cardea_evidence_set *set = &try->attempt->evidence;
	struct cardea_evidence this = { .factor = factor };

	if (is_noted(trial, factor)) {
		trial->verified |= CARDEA_PLAN_BIT(factor);
		return;
	}
	if (!keep_shown(trial, &this.shown))
		return;
	qualify(trial, factor, &this);
	if (cardea_attempt_note_with(try->attempt, factor,
		CARDEA_RESULT_VERIFIED, trial->credential, this.qualities,
		this.quality_count) != CARDEA_OK) {
		(void)cardea_device_end(try, CARDEA_RESULT_BROKEN, "evidence");
		return;
	}
	set->items[set->count - 1].shown = this.shown;
	trial->verified |= CARDEA_PLAN_BIT(factor);
	report(trial, factor);
}

/* --- what is told ------------------------------------------------------------
 */

/* The device's id has no colon, a fingerprint has. */
static void
name_it(struct trial *trial)
{
	const char *name = trial->known ? trial->device.id
					: trial->verdict.identity.fingerprint;

	if (cardea_text_copy(trial->credential, sizeof(trial->credential),
		name) != CARDEA_OK)
		trial->credential[0] = '\0';
}

/* The judge's own words, or who it is. */
static void
describe(struct trial *trial)
{
	struct cardea_device_try *try = trial->try;
	const struct cardea_cert_identity *identity = &trial->verdict.identity;

	if (trial->verdict.result != CARDEA_RESULT_VERIFIED) {
		memcpy(try->detail, trial->verdict.detail, sizeof(try->detail));
		return;
	}
	/* names may be long; the first that is too long ends it */
	if (cardea_text_print(try->detail, sizeof(try->detail),
		"by %s, serial %s, %s, %s",
		identity->authority[0] != '\0' ? identity->authority : "nobody",
		identity->serial[0] != '\0' ? identity->serial : "none",
		identity->subject, identity->fingerprint) != CARDEA_OK &&
	    cardea_text_print(try->detail, sizeof(try->detail), "by %s",
		identity->authority) != CARDEA_OK)
		try->detail[0] = '\0';
}

/* Not of one that lives for hours, as certificates do that are renewed at each
 * start: it always ends soon. */
static bool
ends_soon(const struct trial *trial)
{
	const struct cardea_cert_identity *identity = &trial->verdict.identity;
	const struct cardea_attempt *attempt = trial->try->attempt;
	int64_t warning_s = attempt->settings->expiry_warning_s;

	return trial->try->kind != CARDEA_CERT_SSH_KEY &&
	    identity->not_after_s != INT64_MAX &&
	    identity->not_after_s - attempt->clock.time_s < warning_s &&
	    identity->not_after_s - identity->not_before_s > warning_s;
}

static void
warn(const struct trial *trial)
{
	time_t end = (time_t)trial->verdict.identity.not_after_s;
	char text[64];
	struct tm tm;

	if (ends_soon(trial) && gmtime_r(&end, &tm) != NULL &&
	    strftime(text, sizeof(text),
		"The certificate of this device ends on %Y-%m-%d.", &tm) > 0)
		cardea_attempt_tell(trial->try->attempt, 0, text);
}

/* --- the whole
 * ---------------------------------------------------------------- */

static void
conclude_good(struct trial *trial)
{
	static const enum cardea_factor factors[] = { CARDEA_FACTOR_SSHCERT,
		CARDEA_FACTOR_DEVICE };
	bool proved = false, noted = true;

	for (size_t i = 0; i < 2; i++) {
		bool one = proves(trial, factors[i]);

		proved = proved || one;
		noted = noted && (!one || is_noted(trial, factors[i]));
	}
	if (!proved) {
		(void)cardea_device_end(trial->try, CARDEA_RESULT_ABSENT,
		    "not in the device table");
		return;
	}
	/* seen in the last phase, or by another key of it */
	if (!noted && trial->known)
		keep(trial);
	for (size_t i = 0; i < 2; i++) {
		if (is_good(trial) && proves(trial, factors[i]))
			note(trial, factors[i]);
	}
	if (is_good(trial) && !noted)
		warn(trial);
}

static void
conclude(struct trial *trial)
{
	struct cardea_device_try *try = trial->try;
	bool is_ssh = try->kind == CARDEA_CERT_SSH &&
	    is_demanded(trial, CARDEA_FACTOR_SSHCERT);

	name_it(trial);
	describe(trial);
	if (is_good(trial))
		conclude_good(trial);
	if (trial->verified == 0)
		report(trial,
		    is_ssh ? CARDEA_FACTOR_SSHCERT : CARDEA_FACTOR_DEVICE);
}

/* What would have counted, so that a decoy ends where others do. */
static void
imagine(struct trial *trial, enum cardea_factor factor)
{
	struct cardea_device_try *try = trial->try;
	struct cardea_evidence this = {
		.version = CARDEA_EVIDENCE_VERSION,
		.factor = factor,
		.result = CARDEA_RESULT_VERIFIED,
	};

	if (!is_good(trial) || !proves(trial, factor))
		return;
	memcpy(this.subject, try->attempt->request.user, sizeof(this.subject));
	memcpy(this.txn, try->attempt->txn, sizeof(this.txn));
	qualify(trial, factor, &this);
	/* full: one question more */
	(void)!cardea_evidence_add(&try->imagined, &this);
}

struct cardea_device_judged
cardea_device_judge(struct cardea_device_try *try)
{
	struct cardea_device_judged judged = { .result = CARDEA_RESULT_NONE };
	struct trial *trial = calloc(1, sizeof(*trial));

	if (trial == NULL) {
		(void)cardea_device_end(try, CARDEA_RESULT_BROKEN, "memory");
		judged.result = try->result;
		return judged;
	}
	trial->try = try;
	ask_judge(trial);
	if (is_good(trial))
		look_up(trial);
	if (try->invented) {
		imagine(trial, CARDEA_FACTOR_SSHCERT);
		imagine(trial, CARDEA_FACTOR_DEVICE);
	} else {
		conclude(trial);
	}
	judged.result = try->result;
	judged.verified = trial->verified;
	free(trial);
	return judged;
}
