/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/record_kinds.h"

WRAP(token)
WRAP(recovery)
WRAP(tries)
WRAP(lock)
WRAP(proof)
WRAP(txn)
WRAP(session)

static enum cardea_factor
factor(unsigned int *seed)
{
	return (enum cardea_factor)(
	    1 + rand_r(seed) % (CARDEA_FACTOR_COUNT - 1));
}

static size_t
fill_qualities(struct cardea_quality *qualities, unsigned int *seed)
{
	size_t count = (size_t)rand_r(seed) % (CARDEA_QUALITIES_MAX + 1);

	for (size_t i = 0; i < count; i++) {
		FILL_TEXT(qualities[i].key);
		FILL_TEXT(qualities[i].value);
	}
	return count;
}

static void
fill_token(void *object, unsigned int *seed)
{
	struct cardea_otp_token *token = object;
	unsigned char key[CARDEA_OTP_KEY_MAX];

	memset(key, rand_r(seed), sizeof(key));
	FILL_TEXT(token->id);
	FILL_TEXT(token->name);
	token->kind = (enum cardea_otp_kind)(rand_r(seed) % 3);
	token->hash = (enum cardea_otp_hash)(rand_r(seed) % 3);
	token->digits = (unsigned int)rand_r(seed) % 9;
	token->period_s = (uint32_t)rand_r(seed);
	assert_int_equal(cardea_secret_set(&token->key, key,
			     (size_t)rand_r(seed) % (sizeof(key) + 1)),
	    CARDEA_OK);
	token->watermark = number(seed);
	token->drift = (int32_t)number(seed);
	token->sync_at = number(seed);
	token->not_before_s = number(seed);
	token->not_after_s = number(seed);
	token->disabled = rand_r(seed) % 2 == 1;
	token->created_s = number(seed);
	token->used_s = number(seed);
}

static void
clear_token(void *object)
{
	cardea_otp_token_clear(object);
}

static void
fill_recovery(void *object, unsigned int *seed)
{
	struct cardea_recovery_set *set = object;

	memset(set->salt, rand_r(seed), sizeof(set->salt));
	set->created_s = number(seed);
	set->count = (size_t)rand_r(seed) % (CARDEA_RECOVERY_CODES_MAX + 1);
	for (size_t i = 0; i < set->count; i++) {
		memset(set->codes[i].hash, rand_r(seed), CARDEA_RECOVERY_HASH);
		set->codes[i].used_s = number(seed);
	}
}

static void
fill_tries(void *object, unsigned int *seed)
{
	struct cardea_tries *tries = object;

	tries->count = (uint32_t)rand_r(seed);
	tries->last_s = number(seed);
	tries->last_monotonic_ms = number(seed);
	FILL_TEXT(tries->boot_id);
}

static void
fill_lock(void *object, unsigned int *seed)
{
	struct cardea_lock *lock = object;

	lock->since_s = number(seed);
	lock->until_s = number(seed);
	FILL_TEXT(lock->by);
	FILL_TEXT(lock->reason);
}

static void
fill_proof(void *object, unsigned int *seed)
{
	struct cardea_proof *proof = object;

	proof->factor = factor(seed);
	FILL_TEXT(proof->credential);
	FILL_TEXT(proof->login_session);
	if (proof->login_session[0] == '\0')
		proof->login_session[0] = '7';
	proof->shown.len = rand_r(seed) % 2 == 0
	    ? 0
	    : (size_t)rand_r(seed) % (sizeof(proof->shown.bytes) + 1);
	memset(proof->shown.bytes, rand_r(seed), proof->shown.len);
	FILL_TEXT(proof->source);
	proof->caller_uid = (uid_t)number(seed);
	proof->time_s = number(seed);
	proof->monotonic_ms = number(seed);
	FILL_TEXT(proof->boot_id);
	proof->quality_count = fill_qualities(proof->qualities, seed);
}

static void
fill_circumstances(struct cardea_request *request, unsigned int *seed)
{
	struct cardea_place *place = &request->place;

	request->login_source.kind = (enum cardea_address_kind)(
	    rand_r(seed) % 3);
	memset(request->login_source.bytes, rand_r(seed), 16);
	FILL_TEXT(request->login_record);
	place->country_known = (enum cardea_known)(rand_r(seed) % 3);
	FILL_TEXT(place->country);
	place->subdivision_known = (enum cardea_known)(rand_r(seed) % 3);
	FILL_TEXT(place->subdivision);
	place->asn_known = (enum cardea_known)(rand_r(seed) % 3);
	place->asn = (uint32_t)rand_r(seed);
	place->position_known = (enum cardea_known)(rand_r(seed) % 3);
	place->latitude_e4 = rand_r(seed) - rand_r(seed);
	place->longitude_e4 = rand_r(seed) - rand_r(seed);
	place->accuracy_km = (uint32_t)rand_r(seed);
	place->traits_known = (enum cardea_known)(rand_r(seed) % 3);
	place->traits = (unsigned int)rand_r(seed) % 64;
	request->listed_count = (size_t)rand_r(seed) % (CARDEA_LISTS_MAX + 1);
	for (size_t i = 0; i < request->listed_count; i++) {
		request->listed[i].list = (uint64_t)number(seed);
		request->listed[i].holds = (enum cardea_known)(
		    rand_r(seed) % 3);
	}
	for (size_t i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		request->signals[i].holds = (enum cardea_known)(
		    rand_r(seed) % 3);
		FILL_TEXT(request->signals[i].compared);
	}
	request->grants.known = rand_r(seed) % 2 == 1;
	request->grants.count = (size_t)rand_r(seed) % (CARDEA_GRANTS_MAX + 1);
	for (size_t i = 0; i < request->grants.count; i++) {
		FILL_TEXT(request->grants.items[i].rule);
		FILL_TEXT(request->grants.items[i].id);
		request->grants.items[i].ends_s = number(seed);
	}
}

/* as much of each as there can be */
static void
fill_circumstances_full(struct cardea_request *request)
{
	struct cardea_place *place = &request->place;

	request->login_source.kind = CARDEA_ADDRESS_IP;
	request->login_record[CARDEA_TXN_MAX] = '\0';
	place->country_known = place->subdivision_known = CARDEA_YES;
	place->asn_known = place->position_known = CARDEA_YES;
	place->traits_known = CARDEA_YES;
	place->country[CARDEA_COUNTRY_MAX] = '\0';
	place->subdivision[CARDEA_SUBDIVISION_MAX] = '\0';
	request->listed_count = CARDEA_LISTS_MAX;
	for (size_t i = 0; i < CARDEA_LISTS_MAX; i++)
		request->listed[i].holds = CARDEA_YES;
	for (size_t i = 0; i < CARDEA_SIGNAL_COUNT; i++) {
		request->signals[i].holds = CARDEA_YES;
		request->signals[i].compared[CARDEA_SIGNAL_TEXT_MAX] = '\0';
	}
	request->grants.known = true;
	request->grants.count = CARDEA_GRANTS_MAX;
	for (size_t i = 0; i < CARDEA_GRANTS_MAX; i++) {
		request->grants.items[i].rule[CARDEA_RULE_NAME_MAX] = '\0';
		request->grants.items[i].id[CARDEA_GRANT_ID_MAX] = '\0';
	}
}

static void
fill_request(struct cardea_request *request, unsigned int *seed)
{
	FILL_TEXT(request->user);
	request->user_exists = rand_r(seed) % 2 == 1;
	FILL_TEXT(request->pam_user);
	FILL_TEXT(request->ruser);
	FILL_TEXT(request->caller);
	request->caller_known = rand_r(seed) % 2 == 1;
	request->caller_uid = (uid_t)rand_r(seed);
	FILL_TEXT(request->service);
	FILL_TEXT(request->host);
	FILL_TEXT(request->tty);
	FILL_TEXT(request->rhost);
	request->source.kind = (enum cardea_address_kind)(rand_r(seed) % 3);
	memset(request->source.bytes, rand_r(seed), 16);
	request->origin = (enum cardea_origin)(rand_r(seed) % 3);
	request->groups_known = rand_r(seed) % 2 == 1;
	request->group_text_len = (size_t)rand_r(seed) % 3 * 8192;
	for (size_t i = 0; i < request->group_text_len; i++)
		request->group_text[i] = i % 8 == 7 ? '\0' : 'g';
	request->time_known = rand_r(seed) % 2 == 1;
	request->time_s = number(seed);
	request->local_count = (size_t)rand_r(seed) %
	    (CARDEA_TIMEZONES_MAX + 1);
	for (size_t i = 0; i < request->local_count; i++) {
		FILL_TEXT(request->local[i].zone);
		request->local[i].known = rand_r(seed) % 2 == 1;
		request->local[i].year = rand_r(seed) % 3000;
		request->local[i].month = 12;
		request->local[i].day = 31;
		request->local[i].weekday = rand_r(seed) % 7;
		request->local[i].second = 86399;
	}
	FILL_TEXT(request->login_session);
	fill_circumstances(request, seed);
	request->outages = (unsigned int)rand_r(seed) % 8;
}

static void
fill_evidence(struct cardea_evidence_set *set, unsigned int *seed)
{
	static const enum cardea_result results[] = { CARDEA_RESULT_NONE,
		CARDEA_RESULT_ABSENT, CARDEA_RESULT_REFUSED,
		CARDEA_RESULT_BROKEN, CARDEA_RESULT_VERIFIED };

	FILL_TEXT(set->txn);
	set->count = (size_t)rand_r(seed) % (CARDEA_EVIDENCE_MAX + 1);
	for (size_t i = 0; i < set->count; i++) {
		struct cardea_evidence *item = &set->items[i];

		item->version = CARDEA_EVIDENCE_VERSION;
		item->factor = factor(seed);
		item->result = results[rand_r(seed) % 5];
		FILL_TEXT(item->subject);
		FILL_TEXT(item->txn);
		FILL_TEXT(item->credential);
		item->time_s = number(seed);
		item->remembered = rand_r(seed) % 2 == 1;
		item->quality_count = fill_qualities(item->qualities, seed);
	}
}

static void
fill_shown(struct cardea_cert_shown *shown, struct cardea_evidence_set *set,
    unsigned int *seed)
{
	shown->len = rand_r(seed) % 2 == 0
	    ? 0
	    : (size_t)rand_r(seed) % (sizeof(shown->bytes) + 1);
	memset(shown->bytes, rand_r(seed), shown->len);
	for (size_t i = 0; shown->len > 0 && i < set->count; i++)
		set->items[i].shown = (uint32_t)rand_r(seed) % 3;
}

static void
fill_session(void *object, unsigned int *seed)
{
	struct cardea_session *session = object;

	FILL_TEXT(session->id);
	FILL_TEXT(session->txn);
	FILL_TEXT(session->host);
	FILL_TEXT(session->boot_id);
	FILL_TEXT(session->parent);
	FILL_TEXT(session->policy);
	FILL_TEXT(session->user);
	FILL_TEXT(session->pam_user);
	FILL_TEXT(session->service);
	FILL_TEXT(session->source);
	FILL_TEXT(session->tty);
	FILL_TEXT(session->rule);
	FILL_TEXT(session->login_session);
	session->pid = rand_r(seed);
	session->pid_start = (uint64_t)number(seed);
	session->opened_s = number(seed);
	session->ends_s = number(seed);
	fill_request(&session->request, seed);
	fill_evidence(&session->evidence, seed);
	fill_shown(&session->shown, &session->evidence, seed);
}

static void
fill_txn(void *object, unsigned int *seed)
{
	struct cardea_txn *txn = object;

	FILL_TEXT(txn->id);
	FILL_TEXT(txn->txn);
	txn->phase = (enum cardea_phase)(rand_r(seed) % 5);
	txn->pid = rand_r(seed);
	txn->pid_start = (uint64_t)number(seed);
	txn->parent = rand_r(seed);
	txn->parent_start = (uint64_t)number(seed);
	txn->created_monotonic_ms = number(seed);
	FILL_TEXT(txn->boot_id);
	FILL_TEXT(txn->policy);
	txn->deferred = rand_r(seed) % 2 == 1;
	fill_request(&txn->request, seed);
	fill_evidence(&txn->evidence, seed);
	fill_shown(&txn->shown, &txn->evidence, seed);
}

static const struct kind kinds[] = {
	KIND(token, otp_token, clear_token),
	KIND(recovery, recovery_set, clear_plain),
	KIND(tries, tries, clear_plain),
	KIND(lock, lock, clear_plain),
	KIND(proof, proof, clear_plain),
	KIND(txn, txn, clear_plain),
	KIND(session, session, clear_plain),
};

/* every_kind: the demand of each of them */
static void
every_kind(void (*demand)(const struct kind *kind))
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		demand(&kinds[i]);
}

static void
what_is_decoded_encodes_to_the_same_bytes(void **state)
{
	(void)state;
	every_kind(demand_same_bytes);
}

static void
K02_every_truncation_is_refused(void **state)
{
	(void)state;
	every_kind(demand_no_truncation);
}

static void
K02_trailing_bytes_are_refused(void **state)
{
	(void)state;
	every_kind(demand_no_trailing_bytes);
}

static void
another_format_is_a_version_not_damage(void **state)
{
	(void)state;
	every_kind(demand_its_format);
}

static void
whatever_is_accepted_has_one_encoding(void **state)
{
	(void)state;
	every_kind(demand_one_encoding);
}

static void
a_token_comes_back_field_by_field(void **state)
{
	struct cardea_otp_token token = { .id = "4f1a",
		.name = "phone",
		.kind = CARDEA_OTP_HOTP,
		.hash = CARDEA_OTP_SHA512,
		.digits = 8,
		.period_s = 60,
		.watermark = 1234567890123,
		.drift = -3,
		.sync_at = -1,
		.not_before_s = 11,
		.not_after_s = 12,
		.disabled = true,
		.created_s = 13,
		.used_s = 14 };
	struct cardea_otp_token back = { .kind = CARDEA_OTP_NONE };
	struct cardea_value value = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_secret_set(&token.key, "0123456789abcdefghij", 20),
	    CARDEA_OK);
	assert_int_equal(cardea_record_encode_token(&token, &value), CARDEA_OK);
	assert_int_equal(value.version, 0);
	assert_int_equal(cardea_record_decode_token(&value, &back), CARDEA_OK);
	assert_string_equal(back.id, "4f1a");
	assert_string_equal(back.name, "phone");
	assert_int_equal(back.kind, CARDEA_OTP_HOTP);
	assert_int_equal(back.hash, CARDEA_OTP_SHA512);
	assert_int_equal(back.digits, 8);
	assert_int_equal(back.period_s, 60);
	assert_int_equal(back.key.len, 20);
	assert_memory_equal(back.key.data, "0123456789abcdefghij", 20);
	assert_true(back.watermark == 1234567890123);
	assert_int_equal(back.drift, -3);
	assert_true(back.sync_at == -1);
	assert_int_equal(back.not_before_s, 11);
	assert_int_equal(back.not_after_s, 12);
	assert_true(back.disabled);
	assert_int_equal(back.created_s, 13);
	assert_int_equal(back.used_s, 14);
	cardea_otp_token_clear(&token);
	cardea_otp_token_clear(&back);
	cardea_value_clear(&value);
}

static void
V26_a_result_is_one_of_the_five_or_refused(void **state)
{
	struct cardea_txn *txn = calloc(1, sizeof(*txn));
	struct cardea_value value = { 0 };

	(void)state;
	assert_non_null(txn);
	txn->evidence.count = 1;
	txn->evidence.items[0].version = CARDEA_EVIDENCE_VERSION;
	txn->evidence.items[0].factor = CARDEA_FACTOR_TOTP;
	txn->evidence.items[0].result = CARDEA_RESULT_VERIFIED;
	for (int bit = -1; bit < 31; bit++) {
		txn->evidence.items[0].result = (enum cardea_result)(
		    CARDEA_RESULT_VERIFIED ^ (bit < 0 ? 0u : 1u << bit));
		assert_int_equal(
		    cardea_record_encode_txn(txn, &value), CARDEA_OK);
		assert_int_equal(cardea_record_decode_txn(&value, txn),
		    bit < 0 ? CARDEA_OK : CARDEA_E_CORRUPT);
		cardea_value_clear(&value);
	}
	free(txn);
}

static void
a_proof_of_no_session_is_refused(void **state)
{
	struct cardea_proof proof = { .factor = CARDEA_FACTOR_TOTP };
	struct cardea_value value = { 0 };

	(void)state;
	assert_int_equal(cardea_record_encode_proof(&proof, &value), CARDEA_OK);
	expect_refusal(&kinds[4], &value, CARDEA_E_CORRUPT);
	cardea_value_clear(&value);
}

/* The largest of all: every field full. */
static void
a_full_txn_fits_into_one_record(void **state)
{
	struct cardea_txn *txn = calloc(1, sizeof(*txn));
	struct cardea_value value = { 0 };

	(void)state;
	assert_non_null(txn);
	memset(&txn->request, 'x', sizeof(txn->request));
	txn->request.user[CARDEA_NAME_MAX] = '\0';
	txn->request.pam_user[CARDEA_NAME_MAX] = '\0';
	txn->request.ruser[CARDEA_NAME_MAX] = '\0';
	txn->request.caller[CARDEA_NAME_MAX] = '\0';
	txn->request.service[CARDEA_SERVICE_MAX] = '\0';
	txn->request.host[CARDEA_NAME_MAX] = '\0';
	txn->request.tty[CARDEA_NAME_MAX] = '\0';
	txn->request.rhost[CARDEA_NAME_MAX] = '\0';
	txn->request.login_session[CARDEA_CREDENTIAL_MAX] = '\0';
	txn->request.group_text_len = CARDEA_GROUP_TEXT_MAX;
	txn->request.group_text[CARDEA_GROUP_TEXT_MAX - 1] = '\0';
	for (size_t i = 0; i < CARDEA_POSTURE_FACT_COUNT; i++)
		txn->request.posture.facts[i] = CARDEA_YES;
	txn->request.posture.os[CARDEA_POSTURE_TEXT_MAX] = '\0';
	txn->request.posture.os_version[CARDEA_POSTURE_TEXT_MAX] = '\0';
	txn->request.posture.kernel[CARDEA_POSTURE_TEXT_MAX] = '\0';
	txn->request.user_exists = txn->request.caller_known = true;
	txn->request.groups_known = txn->request.time_known = true;
	txn->request.source.kind = CARDEA_ADDRESS_IP;
	fill_circumstances_full(&txn->request);
	txn->request.origin = CARDEA_ORIGIN_REMOTE;
	txn->request.local_count = CARDEA_TIMEZONES_MAX;
	for (size_t i = 0; i < CARDEA_TIMEZONES_MAX; i++) {
		txn->request.local[i].zone[CARDEA_TIMEZONE_MAX] = '\0';
		txn->request.local[i].known = true;
	}
	txn->shown.len = sizeof(txn->shown.bytes);
	txn->evidence.count = CARDEA_EVIDENCE_MAX;
	for (size_t i = 0; i < CARDEA_EVIDENCE_MAX; i++) {
		struct cardea_evidence *item = &txn->evidence.items[i];

		memset(item, 'y', sizeof(*item));
		item->version = CARDEA_EVIDENCE_VERSION;
		item->factor = CARDEA_FACTOR_FIDO2;
		item->result = CARDEA_RESULT_VERIFIED;
		item->remembered = true;
		item->subject[CARDEA_NAME_MAX] = '\0';
		item->txn[CARDEA_TXN_MAX] = '\0';
		item->credential[CARDEA_CREDENTIAL_MAX] = '\0';
		item->quality_count = CARDEA_QUALITIES_MAX;
		for (size_t j = 0; j < CARDEA_QUALITIES_MAX; j++) {
			item->qualities[j].key[CARDEA_QUALIFIER_KEY_MAX] = 0;
			item->qualities[j].value[CARDEA_QUALIFIER_VALUE_MAX] =
			    0;
		}
	}
	assert_int_equal(cardea_record_encode_txn(txn, &value), CARDEA_OK);
	assert_in_range(value.len, 56000, CARDEA_VALUE_MAX);
	assert_int_equal(cardea_record_decode_txn(&value, txn), CARDEA_OK);
	cardea_value_clear(&value);
	free(txn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_decoded_encodes_to_the_same_bytes),
		cmocka_unit_test(K02_every_truncation_is_refused),
		cmocka_unit_test(K02_trailing_bytes_are_refused),
		cmocka_unit_test(another_format_is_a_version_not_damage),
		cmocka_unit_test(whatever_is_accepted_has_one_encoding),
		cmocka_unit_test(a_token_comes_back_field_by_field),
		cmocka_unit_test(V26_a_result_is_one_of_the_five_or_refused),
		cmocka_unit_test(a_proof_of_no_session_is_refused),
		cmocka_unit_test(a_full_txn_fits_into_one_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
