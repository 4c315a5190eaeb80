/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/evidence.h>

/* Absent values equal nothing, not even one another (V16). */
static bool
is_same(const char *a, const char *b, size_t size)
{
	return a[0] != '\0' && strnlen(a, size) < size &&
	    strncmp(a, b, size) == 0;
}

enum cardea_status
cardea_evidence_add(
    struct cardea_evidence_set *set, const struct cardea_evidence *evidence)
{
	if (evidence->version != CARDEA_EVIDENCE_VERSION ||
	    !is_same(set->txn, evidence->txn, sizeof(set->txn)))
		return CARDEA_E_INTERNAL;
	if (set->count >= CARDEA_EVIDENCE_MAX)
		return CARDEA_E_RANGE;
	set->items[set->count] = *evidence;
	set->count++;
	return CARDEA_OK;
}

static bool
has_quality(const struct cardea_evidence *evidence,
    const struct cardea_quality *demanded)
{
	for (size_t i = 0;
	     i < evidence->quality_count && i < CARDEA_QUALITIES_MAX; i++) {
		const struct cardea_quality *have = &evidence->qualities[i];

		if (is_same(demanded->key, have->key, sizeof(have->key)) &&
		    strncmp(
			demanded->value, have->value, sizeof(have->value)) == 0)
			return true;
	}
	return false;
}

/* of the subject, of this transaction, of a version that is understood */
static bool
is_about(const struct cardea_evidence *evidence,
    const struct cardea_evidence_set *set, const char *subject)
{
	return evidence->version == CARDEA_EVIDENCE_VERSION &&
	    is_same(evidence->subject, subject, sizeof(evidence->subject)) &&
	    is_same(evidence->txn, set->txn, sizeof(evidence->txn));
}

static enum cardea_result
judge_item(const struct cardea_evidence *evidence,
    const struct cardea_quality *demanded, size_t demanded_count)
{
	switch (evidence->result) {
	case CARDEA_RESULT_VERIFIED:
		for (size_t i = 0; i < demanded_count; i++) {
			if (!has_quality(evidence, &demanded[i]))
				return CARDEA_RESULT_NONE;
		}
		return CARDEA_RESULT_VERIFIED;
	case CARDEA_RESULT_ABSENT:
	case CARDEA_RESULT_REFUSED:
	case CARDEA_RESULT_BROKEN:
		return evidence->result;
	case CARDEA_RESULT_NONE:
		break;
	}
	return CARDEA_RESULT_NONE; /* and whatever a flipped bit made (V26) */
}

enum cardea_result
cardea_evidence_result(const struct cardea_evidence_set *set,
    const char *subject, enum cardea_factor factor,
    const struct cardea_quality *demanded, size_t demanded_count)
{
	enum cardea_result found = CARDEA_RESULT_NONE;

	if (factor <= CARDEA_FACTOR_NONE || factor >= CARDEA_FACTOR_COUNT)
		return CARDEA_RESULT_NONE;
	for (size_t i = 0; i < set->count && i < CARDEA_EVIDENCE_MAX; i++) {
		const struct cardea_evidence *item = &set->items[i];
		enum cardea_result result;

		if (item->factor != factor || !is_about(item, set, subject))
			continue;
		result = judge_item(item, demanded, demanded_count);
		if (result == CARDEA_RESULT_VERIFIED)
			return CARDEA_RESULT_VERIFIED;
		if (result != CARDEA_RESULT_NONE)
			found = result;
	}
	return found;
}

bool
cardea_factor_shows_person(enum cardea_factor factor)
{
	return factor == CARDEA_FACTOR_TOTP || factor == CARDEA_FACTOR_HOTP ||
	    factor == CARDEA_FACTOR_RECOVERY || factor == CARDEA_FACTOR_FIDO2;
}

bool
cardea_evidence_shows_person(
    const struct cardea_evidence_set *set, const char *subject)
{
	for (size_t i = 0; i < set->count && i < CARDEA_EVIDENCE_MAX; i++) {
		const struct cardea_evidence *item = &set->items[i];

		if (cardea_factor_shows_person(item->factor) &&
		    item->result == CARDEA_RESULT_VERIFIED &&
		    !item->remembered && is_about(item, set, subject))
			return true;
	}
	return false;
}

const char *
cardea_factor_text(enum cardea_factor factor)
{
	switch (factor) {
	case CARDEA_FACTOR_PASSWORD:
		return "password";
	case CARDEA_FACTOR_TOTP:
		return "totp";
	case CARDEA_FACTOR_HOTP:
		return "hotp";
	case CARDEA_FACTOR_RECOVERY:
		return "recovery";
	case CARDEA_FACTOR_FIDO2:
		return "fido2";
	case CARDEA_FACTOR_DEVICE:
		return "device";
	case CARDEA_FACTOR_SSHKEY:
		return "sshkey";
	case CARDEA_FACTOR_SSHCERT:
		return "sshcert";
	case CARDEA_FACTOR_NONE:
	case CARDEA_FACTOR_COUNT:
		break;
	}
	return "none";
}

enum cardea_factor
cardea_factor_parse(const char *text)
{
	for (int i = CARDEA_FACTOR_NONE + 1; i < CARDEA_FACTOR_COUNT; i++) {
		enum cardea_factor factor = (enum cardea_factor)i;

		if (strcmp(text, cardea_factor_text(factor)) == 0)
			return factor;
	}
	return CARDEA_FACTOR_NONE;
}

const char *
cardea_result_text(enum cardea_result result)
{
	switch (result) {
	case CARDEA_RESULT_ABSENT:
		return "absent";
	case CARDEA_RESULT_REFUSED:
		return "refused";
	case CARDEA_RESULT_BROKEN:
		return "broken";
	case CARDEA_RESULT_VERIFIED:
		return "verified";
	case CARDEA_RESULT_NONE:
		break;
	}
	return "none";
}
