/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "device_table.h"
#include "factor/sshsk.h"
#include "key.h"
#include "report.h"
#include "storage.h"
#include "store/ledger_key.h"
#include "want.h"

/* Is it this key? By its fingerprint, which is what is known of sshd's.  One
 * that demands its user verified is not: sshd does not tell (K01). */
static bool
is_same_key(const struct cardea_fido2_credential *enrolled,
    const struct cardea_sshauth_key *key)
{
	char fingerprint[CARDEA_SSHSK_FINGERPRINT_MAX + 1];

	return enrolled->kind == CARDEA_FIDO2_SSH && !enrolled->disabled &&
	    !enrolled->demands_uv &&
	    cardea_sshsk_fingerprint(enrolled, fingerprint) == CARDEA_OK &&
	    strcmp(fingerprint, key->fingerprint) == 0;
}

static bool
is_noted(const struct cardea_attempt *attempt, const char *credential)
{
	for (size_t i = 0; i < attempt->evidence.count; i++) {
		const struct cardea_evidence *item =
		    &attempt->evidence.items[i];

		if (item->factor == CARDEA_FACTOR_FIDO2 &&
		    strcmp(item->credential, credential) == 0)
			return true;
	}
	return false;
}

static void
note(struct cardea_attempt *attempt,
    const struct cardea_fido2_credential *enrolled)
{
	struct cardea_finding finding = {
		.factor = CARDEA_FACTOR_FIDO2,
		.result = CARDEA_RESULT_VERIFIED,
		.outcome = CARDEA_OUTCOME_BEGUN,
		.why = "verified by sshd",
	};
	struct cardea_quality qualities[CARDEA_QUALITIES_MAX];
	const char *name = enrolled->name[0] != '\0' ? enrolled->name
						     : enrolled->id;
	size_t count;

	if (is_noted(attempt, name))
		return;
	count = cardea_want_qualities(
	    enrolled, CARDEA_WAY_SSHD, false, false, qualities);
	if (cardea_attempt_note_with(attempt, CARDEA_FACTOR_FIDO2,
		CARDEA_RESULT_VERIFIED, name, qualities, count) != CARDEA_OK ||
	    cardea_text_copy(finding.credential, sizeof(finding.credential),
		name) != CARDEA_OK)
		return;
	cardea_report_finding(attempt, &finding);
}

/* When it was used last is for people: worth a commit, but no trouble of the
 * store makes sshd's word any less true. */
static void
keep(struct cardea_attempt *attempt,
    const struct cardea_fido2_credential *enrolled)
{
	struct cardea_clock clock = cardea_clock_read();
	struct cardea_diag diag = { .line = 0 };
	enum cardea_key_use use;

	if (cardea_storage_cannot_write(attempt))
		return;
	if (cardea_ledger_use_key(attempt->store, attempt->request.user,
		enrolled, false, 0, enrolled->backed_up, &clock, &use,
		&diag) != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "store", &diag);
}

/* Its device is locked, say: sshd does not know. */
static bool
is_objected_to(struct cardea_attempt *attempt,
    const struct cardea_fido2_credential *enrolled)
{
	struct cardea_finding finding = {
		.factor = CARDEA_FACTOR_FIDO2,
		.result = CARDEA_RESULT_REFUSED,
		.why = cardea_device_key_objection(
		    attempt, attempt->request.user, enrolled),
	};

	if (finding.why == NULL)
		return false;
	if (strcmp(finding.why, "store") == 0)
		finding.result = CARDEA_RESULT_BROKEN;
	if (cardea_text_copy(finding.credential, sizeof(finding.credential),
		enrolled->name[0] != '\0' ? enrolled->name : enrolled->id) !=
	    CARDEA_OK)
		finding.credential[0] = '\0';
	cardea_report_finding(attempt, &finding);
	return true;
}

void
cardea_key_note_sshd(
    struct cardea_attempt *attempt, const struct cardea_sshauth_key *key)
{
	struct cardea_key_set *set;
	struct cardea_diag diag = { .line = 0 };

	if (strncmp(key->type, "sk-", 3) != 0 || attempt->store == NULL ||
	    !cardea_requirement_names(
		&attempt->selection.requirement, CARDEA_FACTOR_FIDO2))
		return;
	set = calloc(1, sizeof(*set));
	if (set == NULL)
		return;
	if (cardea_ledger_keys(
		attempt->store, attempt->request.user, set, &diag) != CARDEA_OK)
		cardea_report_trouble(
		    attempt, CARDEA_SEVERITY_ERR, "store", &diag);
	for (size_t i = 0; i < set->count; i++) {
		if (!is_same_key(&set->items[i], key) ||
		    is_objected_to(attempt, &set->items[i]))
			continue;
		note(attempt, &set->items[i]);
		if (!attempt->resumed)
			keep(attempt, &set->items[i]);
	}
	free(set);
}
