/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/sshcert_revocation.h"
#include "cert/krl.h"

/* A list from later than this is from no clock of ours. */
#define CLOCK_SKEW_S 300

/* The narrower of what the authority and the rule want; 0: neither does. */
static uint32_t
age_limit(const struct cardea_cert_question *question,
    const struct cardea_authority *authority)
{
	uint32_t own = authority->max_age_s, asked = question->revocation_s;

	if (own == 0 || (asked != 0 && asked < own))
		return asked;
	return own;
}

/* A KRL has no end of its own, so only its age can tell that it is old. */
static bool
is_fresh(const struct cardea_cert_question *question,
    const struct cardea_cert_trust *trust, size_t i,
    const struct cardea_krl_info *info, struct cardea_cert_verdict *verdict)
{
	uint32_t limit_s = age_limit(question, trust->authority);
	int64_t date_s = info->generated_s != 0 ? info->generated_s
						: trust->list_times_s[i];
	int64_t *oldest_s = &verdict->identity.revocation_s;

	if (limit_s > 0 && date_s <= 0) {
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOCATION_UNKNOWN,
		    "KRL %zu of %s has no date", i + 1, trust->authority->name);
		return false;
	}
	if (limit_s > 0 && date_s > question->time_s &&
	    date_s - question->time_s > CLOCK_SKEW_S) {
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOCATION_UNKNOWN,
		    "KRL %zu of %s is from the future", i + 1,
		    trust->authority->name);
		return false;
	}
	if (limit_s > 0 && question->time_s > date_s &&
	    question->time_s - date_s > limit_s) {
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOCATION_STALE,
		    "KRL %zu of %s is older than %u seconds", i + 1,
		    trust->authority->name, limit_s);
		return false;
	}
	if (date_s > 0 && (*oldest_s == 0 || date_s < *oldest_s))
		*oldest_s = date_s;
	return true;
}

static bool
clears(const struct cardea_cert_question *question,
    const struct cardea_cert_trust *trust, size_t i,
    struct cardea_cert_verdict *verdict)
{
	const char *name = trust->authority->name;
	bool signers = trust->authority->list_keys[0] != '\0' ||
	    trust->list_keys.len > 0;
	struct cardea_krl_info info = { 0 };
	struct cardea_diag diag = { 0 };
	struct cardea_krl *krl = NULL;
	enum cardea_status status;
	bool revoked = true, clear = false;

	if (trust->lists[i].len == 0) {
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOCATION_UNKNOWN,
		    "KRL %zu of %s is missing or empty", i + 1, name);
		return false;
	}
	status = cardea_krl_open(&trust->lists[i],
	    signers ? &trust->list_keys : NULL, &krl, &info, &diag);
	if (status != CARDEA_OK) {
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOCATION_UNKNOWN,
		    "KRL %zu of %s: %s", i + 1, name,
		    diag.reason[0] != '\0' ? diag.reason
					   : cardea_status_text(status));
		return false;
	}
	status = cardea_krl_revokes(krl, &question->leaf, &revoked);
	if (status != CARDEA_OK || revoked)
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOKED,
		    "revoked by KRL %zu of %s", i + 1, name);
	else
		clear = is_fresh(question, trust, i, &info, verdict);
	(void)cardea_krl_close(krl);
	return clear;
}

bool
cardea_sshcert_not_revoked(const struct cardea_cert_question *question,
    const struct cardea_cert_trust *trust, struct cardea_cert_verdict *verdict)
{
	bool clear = true;

	verdict->identity.revocation_s = 0;
	if (trust->authority->revocation == CARDEA_REVOCATION_BY_NONE)
		return true;
	if (trust->list_count == 0 ||
	    trust->list_count > CARDEA_AUTHORITY_LISTS_MAX) {
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOCATION_UNKNOWN,
		    "%s has no KRL, or too many", trust->authority->name);
		return false;
	}
	/* all of them: what one cannot tell another may know as revoked */
	for (size_t i = 0; i < trust->list_count; i++) {
		if (!clears(question, trust, i, verdict))
			clear = false;
		if (verdict->why == CARDEA_CERT_REVOKED)
			break;
	}
	if (!clear)
		verdict->identity.revocation_s = 0;
	return clear;
}
