/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/authdata.h"
#include "factor/cose.h"
#include "factor/fido2.h"
#include "store/crypto.h"

#define ID_LEN 16

static const struct {
	enum cardea_fido2_algorithm algorithm;
	const char *text;
} algorithms[] = {
	{ CARDEA_FIDO2_ES256, "es256" },
	{ CARDEA_FIDO2_EDDSA, "eddsa" },
	{ CARDEA_FIDO2_ES384, "es384" },
	{ CARDEA_FIDO2_RS256, "rs256" },
};

#define ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

static void
refuse(struct cardea_fido2_verdict *verdict, enum cardea_fido2_why why)
{
	verdict->result = CARDEA_RESULT_REFUSED;
	verdict->why = why;
}

static void
break_off(struct cardea_fido2_verdict *verdict, enum cardea_fido2_why why)
{
	verdict->result = CARDEA_RESULT_BROKEN;
	verdict->why = why;
}

bool
cardea_fido2_counter_grows(uint32_t stored, uint32_t shown)
{
	return shown > stored || (stored == 0 && shown == 0);
}

enum cardea_status
cardea_fido2_is_of(const unsigned char hash[CARDEA_FIDO2_HASH],
    const char *rp_id, bool *ret_is)
{
	unsigned char own[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_sha256(rp_id, strlen(rp_id), own);
	if (status == CARDEA_OK)
		*ret_is = memcmp(own, hash, sizeof(own)) == 0;
	return status;
}

/* Presence is always demanded, verification where it is asked for (K01). */
static enum cardea_fido2_why
missing_flag(unsigned int flags, bool need_uv)
{
	if ((flags & CARDEA_AUTHDATA_UP) == 0)
		return CARDEA_FIDO2_NO_PRESENCE;
	if (need_uv && (flags & CARDEA_AUTHDATA_UV) == 0)
		return CARDEA_FIDO2_NO_VERIFICATION;
	return CARDEA_FIDO2_ACCEPTED;
}

/* What is told by the bytes alone: nothing of it is believed yet, but a refusal
 * needs no signature. */
static bool
check_claim(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion,
    struct cardea_fido2_verdict *verdict)
{
	enum cardea_fido2_why why;
	struct cardea_authdata data;
	bool is_of = false;

	if (assertion->auth_data_len > sizeof(assertion->auth_data) ||
	    assertion->signature_len > sizeof(assertion->signature) ||
	    assertion->signature_len == 0 ||
	    cardea_authdata_read(assertion->auth_data, assertion->auth_data_len,
		false, &data) != CARDEA_OK) {
		refuse(verdict, CARDEA_FIDO2_MALFORMED);
		return false;
	}
	if (cardea_fido2_is_of(data.rp_hash, credential->rp_id, &is_of) !=
	    CARDEA_OK) {
		break_off(verdict, CARDEA_FIDO2_FAILED);
		return false;
	}
	if (!is_of) {
		refuse(verdict, CARDEA_FIDO2_FOREIGN_RP);
		return false;
	}
	why = missing_flag(data.flags, credential->demands_uv);
	if (why == CARDEA_FIDO2_ACCEPTED)
		return true;
	refuse(verdict, why);
	return false;
}

static bool
check_signature(const struct cardea_fido2_library *library,
    const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion,
    struct cardea_fido2_verdict *verdict)
{
	enum cardea_status status = library->verify(credential, assertion);

	if (status == CARDEA_OK)
		return true;
	if (status == CARDEA_E_CORRUPT)
		refuse(verdict, CARDEA_FIDO2_WRONG_SIGNATURE);
	else if (status == CARDEA_E_SYNTAX)
		break_off(verdict, CARDEA_FIDO2_BAD_CREDENTIAL);
	else if (status == CARDEA_E_VERSION)
		break_off(verdict, CARDEA_FIDO2_UNSUPPORTED);
	else
		break_off(verdict, CARDEA_FIDO2_FAILED);
	return false;
}

/* From here on the bytes are the key's own words; they are read anew (K01). */
static void
judge_signed(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion,
    struct cardea_fido2_verdict *verdict)
{
	enum cardea_fido2_why why;
	struct cardea_authdata data;

	if (cardea_authdata_read(assertion->auth_data, assertion->auth_data_len,
		false, &data) != CARDEA_OK) {
		refuse(verdict, CARDEA_FIDO2_MALFORMED);
		return;
	}
	verdict->counter = data.counter;
	verdict->verified_user = (data.flags & CARDEA_AUTHDATA_UV) != 0;
	verdict->backup_eligible = (data.flags & CARDEA_AUTHDATA_BE) != 0;
	verdict->backed_up = (data.flags & CARDEA_AUTHDATA_BS) != 0;
	why = missing_flag(data.flags, credential->demands_uv);
	if (why == CARDEA_FIDO2_ACCEPTED &&
	    !cardea_fido2_counter_grows(credential->counter, data.counter))
		why = CARDEA_FIDO2_COUNTER;
	refuse(verdict, why);
	if (verdict->why == CARDEA_FIDO2_ACCEPTED)
		verdict->result = CARDEA_RESULT_VERIFIED;
}

static bool
is_printable(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	if (len == 0 || len == size)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte < 0x20 || byte == 0x7f)
			return false;
	}
	return true;
}

/* What any key could match at all; NULL if nothing is wrong. */
static const char *
key_fault(const struct cardea_fido2_credential *credential)
{
	size_t public_len = cardea_cose_public_len(credential->algorithm);

	if (public_len == 0)
		return "unknown algorithm";
	if (credential->public_len != public_len)
		return "the public key has the wrong length";
	if (!is_printable(credential->rp_id, sizeof(credential->rp_id)))
		return "the relying party is no plain text";
	switch (credential->kind) {
	case CARDEA_FIDO2_CTAP:
		if (credential->handle_len == 0 ||
		    credential->handle_len > sizeof(credential->handle))
			return "the key handle has no length that can be";
		return NULL;
	case CARDEA_FIDO2_SSH:
		if (credential->handle_len != 0)
			return "a key of ssh has no handle here";
		if (credential->algorithm != CARDEA_FIDO2_ES256 &&
		    credential->algorithm != CARDEA_FIDO2_EDDSA)
			return "ssh has no security keys of this algorithm";
		return NULL;
	case CARDEA_FIDO2_NONE:
		break;
	}
	return "neither of CTAP nor of ssh";
}

void
cardea_fido2_judge(const struct cardea_fido2_library *library,
    const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion, bool need_uv,
    struct cardea_fido2_verdict *ret_verdict)
{
	struct cardea_fido2_verdict verdict = { 0 };
	struct cardea_fido2_credential demanding = *credential;

	/* the library demands what the credential does, so it is told */
	demanding.demands_uv = credential->demands_uv || need_uv;
	if (key_fault(credential) != NULL)
		break_off(&verdict, CARDEA_FIDO2_BAD_CREDENTIAL);
	else if (check_claim(&demanding, assertion, &verdict) &&
	    check_signature(library, &demanding, assertion, &verdict))
		judge_signed(&demanding, assertion, &verdict);
	/* a key that is off is judged all the same, as a code is */
	if (credential->disabled && verdict.result == CARDEA_RESULT_VERIFIED)
		refuse(&verdict, CARDEA_FIDO2_DISABLED);
	*ret_verdict = verdict;
}

static bool
is_id(const char *id)
{
	return strnlen(id, CARDEA_CREDENTIAL_MAX) == ID_LEN &&
	    strspn(id, "0123456789abcdef") == ID_LEN;
}

static const char *
record_fault(const struct cardea_fido2_credential *credential)
{
	if (!is_id(credential->id))
		return "the id is not 16 hex digits";
	if (!is_printable(credential->name, sizeof(credential->name)))
		return "the name is no plain text";
	if (credential->backed_up && !credential->backup_eligible)
		return "backed up, but not eligible for it";
	if (credential->created_s < 0 || credential->used_s < 0)
		return "a time lies before 1970";
	return NULL;
}

enum cardea_status
cardea_fido2_check_credential(const struct cardea_fido2_library *library,
    const struct cardea_fido2_credential *credential, struct cardea_diag *diag)
{
	const char *fault = key_fault(credential);

	if (fault == NULL)
		fault = record_fault(credential);
	if (fault != NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX, "%s", fault);
	if (library != NULL &&
	    !library->has_algorithm((int)credential->algorithm))
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "libfido2 has no %s",
		    cardea_fido2_algorithm_text(credential->algorithm));
	return CARDEA_OK;
}

const char *
cardea_fido2_why_text(enum cardea_fido2_why why)
{
	switch (why) {
	case CARDEA_FIDO2_WHY_NONE:
		return "none";
	case CARDEA_FIDO2_ACCEPTED:
		return "accepted";
	case CARDEA_FIDO2_DISABLED:
		return "disabled";
	case CARDEA_FIDO2_BAD_CREDENTIAL:
		return "bad-credential";
	case CARDEA_FIDO2_MALFORMED:
		return "malformed";
	case CARDEA_FIDO2_FOREIGN_RP:
		return "foreign-rp";
	case CARDEA_FIDO2_NO_PRESENCE:
		return "no-presence";
	case CARDEA_FIDO2_NO_VERIFICATION:
		return "no-verification";
	case CARDEA_FIDO2_WRONG_SIGNATURE:
		return "wrong-signature";
	case CARDEA_FIDO2_COUNTER:
		return "counter";
	case CARDEA_FIDO2_UNSUPPORTED:
		return "unsupported";
	case CARDEA_FIDO2_FAILED:
		return "failed";
	case CARDEA_FIDO2_WHY_COUNT:
		break;
	}
	return "none";
}

const char *
cardea_fido2_algorithm_text(enum cardea_fido2_algorithm algorithm)
{
	for (size_t i = 0; i < ALGORITHMS; i++) {
		if (algorithms[i].algorithm == algorithm)
			return algorithms[i].text;
	}
	return "none";
}

enum cardea_fido2_algorithm
cardea_fido2_algorithm_parse(const char *text)
{
	for (size_t i = 0; i < ALGORITHMS; i++) {
		if (strcmp(algorithms[i].text, text) == 0)
			return algorithms[i].algorithm;
	}
	return CARDEA_FIDO2_ALGORITHM_NONE;
}
