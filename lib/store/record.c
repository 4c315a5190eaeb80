/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "store/record.h"
#include "store/recordio.h"

/* The format of each kind; one more whenever its layout changes. */
enum {
	TOKEN_FORMAT = 1,
	RECOVERY_FORMAT = 1,
	TRIES_FORMAT = 1,
	LOCK_FORMAT = 1,
	PROOF_FORMAT = 1, /* rests on no certificate */
	PROOF_FORMAT_SHOWN = 2,
	SESSION_FORMAT = 1,
	OBSERVE_FORMAT = 1,
};

/* More than any of these records takes; txn and those of security keys have
 * their own files. */
#define ROOM 4096

/* ---- token ---- */

enum cardea_status
cardea_record_encode_token(
    const struct cardea_otp_token *token, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	if (token->key.len > CARDEA_OTP_KEY_MAX)
		return CARDEA_E_RANGE;
	status = cardea_recordio_start(&io, ROOM, TOKEN_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_text(pack, token->id);
	cardea_pack_text(pack, token->name);
	cardea_pack_u32(pack, token->kind);
	cardea_pack_u32(pack, token->hash);
	cardea_pack_u32(pack, token->digits);
	cardea_pack_u32(pack, token->period_s);
	cardea_pack_blob(pack, token->key.data, token->key.len);
	cardea_pack_i64(pack, token->watermark);
	cardea_recordio_put_i32(pack, token->drift);
	cardea_pack_i64(pack, token->sync_at);
	cardea_pack_i64(pack, token->not_before_s);
	cardea_pack_i64(pack, token->not_after_s);
	cardea_pack_u32(pack, token->disabled);
	cardea_pack_i64(pack, token->created_s);
	cardea_pack_i64(pack, token->used_s);
	return cardea_recordio_finish(&io, ret_value);
}

static void
get_token(struct cardea_unpack *unpack, struct cardea_otp_token *token,
    const unsigned char **ret_key, size_t *ret_key_len)
{
	cardea_unpack_text(unpack, token->id, sizeof(token->id));
	cardea_unpack_text(unpack, token->name, sizeof(token->name));
	token->kind = (enum cardea_otp_kind)cardea_recordio_get_count(
	    unpack, CARDEA_OTP_HOTP);
	token->hash = (enum cardea_otp_hash)cardea_recordio_get_count(
	    unpack, CARDEA_OTP_SHA512);
	token->digits = cardea_unpack_u32(unpack);
	token->period_s = cardea_unpack_u32(unpack);
	cardea_unpack_blob(unpack, ret_key, ret_key_len);
	token->watermark = cardea_unpack_i64(unpack);
	token->drift = cardea_recordio_get_i32(unpack);
	token->sync_at = cardea_unpack_i64(unpack);
	token->not_before_s = cardea_unpack_i64(unpack);
	token->not_after_s = cardea_unpack_i64(unpack);
	token->disabled = cardea_recordio_get_bool(unpack);
	token->created_s = cardea_unpack_i64(unpack);
	token->used_s = cardea_unpack_i64(unpack);
}

enum cardea_status
cardea_record_decode_token(
    const struct cardea_value *value, struct cardea_otp_token *ret_token)
{
	struct cardea_otp_token token = { .kind = CARDEA_OTP_NONE };
	struct cardea_unpack unpack;
	const unsigned char *key = NULL;
	size_t key_len = 0;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, TOKEN_FORMAT);
	if (status != CARDEA_OK)
		return status;
	get_token(&unpack, &token, &key, &key_len);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK && key_len > CARDEA_OTP_KEY_MAX)
		status = CARDEA_E_CORRUPT;
	if (status == CARDEA_OK)
		status = cardea_secret_set(&token.key, key, key_len);
	if (status == CARDEA_OK)
		*ret_token = token; /* moved */
	return status;
}

/* ---- recovery ---- */

enum cardea_status
cardea_record_encode_recovery(
    const struct cardea_recovery_set *set, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	enum cardea_status status;

	if (set->count > CARDEA_RECOVERY_CODES_MAX)
		return CARDEA_E_RANGE;
	status = cardea_recordio_start(&io, ROOM, RECOVERY_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_blob(&io.pack, set->salt, sizeof(set->salt));
	cardea_pack_i64(&io.pack, set->created_s);
	cardea_pack_u32(&io.pack, (uint32_t)set->count);
	for (size_t i = 0; i < set->count; i++) {
		cardea_pack_blob(
		    &io.pack, set->codes[i].hash, CARDEA_RECOVERY_HASH);
		cardea_pack_i64(&io.pack, set->codes[i].used_s);
	}
	return cardea_recordio_finish(&io, ret_value);
}

enum cardea_status
cardea_record_decode_recovery(
    const struct cardea_value *value, struct cardea_recovery_set *ret_set)
{
	struct cardea_recovery_set set = { .count = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, RECOVERY_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_recordio_get_bytes(&unpack, set.salt, sizeof(set.salt));
	set.created_s = cardea_unpack_i64(&unpack);
	set.count = cardea_recordio_get_count(
	    &unpack, CARDEA_RECOVERY_CODES_MAX);
	for (size_t i = 0; i < set.count; i++) {
		cardea_recordio_get_bytes(
		    &unpack, set.codes[i].hash, CARDEA_RECOVERY_HASH);
		set.codes[i].used_s = cardea_unpack_i64(&unpack);
	}
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_set = set;
	return status;
}

/* ---- tries ---- */

enum cardea_status
cardea_record_encode_tries(
    const struct cardea_tries *tries, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	enum cardea_status status;

	status = cardea_recordio_start(&io, ROOM, TRIES_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_u32(&io.pack, tries->count);
	cardea_pack_i64(&io.pack, tries->last_s);
	cardea_pack_i64(&io.pack, tries->last_monotonic_ms);
	cardea_pack_text(&io.pack, tries->boot_id);
	return cardea_recordio_finish(&io, ret_value);
}

enum cardea_status
cardea_record_decode_tries(
    const struct cardea_value *value, struct cardea_tries *ret_tries)
{
	struct cardea_tries tries = { .count = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, TRIES_FORMAT);
	if (status != CARDEA_OK)
		return status;
	tries.count = cardea_unpack_u32(&unpack);
	tries.last_s = cardea_unpack_i64(&unpack);
	tries.last_monotonic_ms = cardea_unpack_i64(&unpack);
	cardea_unpack_text(&unpack, tries.boot_id, sizeof(tries.boot_id));
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_tries = tries;
	return status;
}

/* ---- lock ---- */

enum cardea_status
cardea_record_encode_lock(
    const struct cardea_lock *lock, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	enum cardea_status status;

	status = cardea_recordio_start(&io, ROOM, LOCK_FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_i64(&io.pack, lock->since_s);
	cardea_pack_i64(&io.pack, lock->until_s);
	cardea_pack_text(&io.pack, lock->by);
	cardea_pack_text(&io.pack, lock->reason);
	return cardea_recordio_finish(&io, ret_value);
}

enum cardea_status
cardea_record_decode_lock(
    const struct cardea_value *value, struct cardea_lock *ret_lock)
{
	struct cardea_lock lock = { .since_s = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, LOCK_FORMAT);
	if (status != CARDEA_OK)
		return status;
	lock.since_s = cardea_unpack_i64(&unpack);
	lock.until_s = cardea_unpack_i64(&unpack);
	cardea_unpack_text(&unpack, lock.by, sizeof(lock.by));
	cardea_unpack_text(&unpack, lock.reason, sizeof(lock.reason));
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK)
		*ret_lock = lock;
	return status;
}

/* ---- proof ---- */

enum cardea_status
cardea_record_encode_proof(
    const struct cardea_proof *proof, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	struct cardea_pack *pack = &io.pack;
	enum cardea_status status;

	status = cardea_recordio_start(&io, ROOM + proof->shown.len,
	    proof->shown.len == 0 ? PROOF_FORMAT : PROOF_FORMAT_SHOWN);
	if (status != CARDEA_OK)
		return status;
	cardea_pack_u32(pack, proof->factor);
	cardea_pack_text(pack, proof->credential);
	cardea_pack_text(pack, proof->login_session);
	cardea_pack_text(pack, proof->source);
	cardea_pack_u32(pack, proof->caller_uid);
	cardea_pack_i64(pack, proof->time_s);
	cardea_pack_i64(pack, proof->monotonic_ms);
	cardea_pack_text(pack, proof->boot_id);
	cardea_recordio_put_qualities(
	    pack, proof->qualities, proof->quality_count);
	if (proof->shown.len > 0)
		cardea_pack_blob(pack, proof->shown.bytes, proof->shown.len);
	return cardea_recordio_finish(&io, ret_value);
}

enum cardea_status
cardea_record_decode_proof(
    const struct cardea_value *value, struct cardea_proof *ret_proof)
{
	struct cardea_proof proof = { .factor = CARDEA_FACTOR_NONE };
	struct cardea_unpack unpack;
	enum cardea_status status;
	bool shown = false;

	status = cardea_recordio_open(&unpack, value, PROOF_FORMAT);
	if (status == CARDEA_E_VERSION) {
		status = cardea_recordio_open(
		    &unpack, value, PROOF_FORMAT_SHOWN);
		shown = true;
	}
	if (status != CARDEA_OK)
		return status;
	proof.factor = cardea_recordio_get_factor(&unpack);
	cardea_unpack_text(&unpack, proof.credential, sizeof(proof.credential));
	cardea_unpack_text(
	    &unpack, proof.login_session, sizeof(proof.login_session));
	cardea_unpack_text(&unpack, proof.source, sizeof(proof.source));
	proof.caller_uid = cardea_unpack_u32(&unpack);
	proof.time_s = cardea_unpack_i64(&unpack);
	proof.monotonic_ms = cardea_unpack_i64(&unpack);
	cardea_unpack_text(&unpack, proof.boot_id, sizeof(proof.boot_id));
	proof.quality_count = cardea_recordio_get_qualities(
	    &unpack, proof.qualities);
	if (shown) {
		proof.shown.len = cardea_recordio_get_blob(
		    &unpack, proof.shown.bytes, sizeof(proof.shown.bytes));
		unpack.failed = unpack.failed || proof.shown.len == 0;
	}
	status = cardea_recordio_done(&unpack);
	/* a proof of no login session would hold for every one of them */
	if (status == CARDEA_OK && proof.login_session[0] == '\0')
		status = CARDEA_E_CORRUPT;
	if (status == CARDEA_OK)
		*ret_proof = proof;
	return status;
}

/* ---- the end of looking on ---- */

/* Its format takes four bytes, in stores that are out there. */
#define OBSERVE_LEN (4 + 8)

enum cardea_status
cardea_record_encode_observe(int64_t passed_s, struct cardea_value *ret_value)
{
	struct cardea_value value = { .data = malloc(OBSERVE_LEN),
		.len = OBSERVE_LEN };
	struct cardea_pack pack;
	enum cardea_status status;

	if (value.data == NULL)
		return CARDEA_E_MEMORY;
	cardea_pack_init(&pack, value.data, OBSERVE_LEN);
	cardea_pack_u32(&pack, OBSERVE_FORMAT);
	cardea_pack_i64(&pack, passed_s);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		*ret_value = value; /* moved */
	else
		free(value.data);
	return status;
}

enum cardea_status
cardea_record_decode_observe(
    const struct cardea_value *value, int64_t *ret_passed_s)
{
	struct cardea_unpack unpack;
	enum cardea_status status;
	uint32_t format;
	int64_t passed_s;

	cardea_unpack_init(&unpack, value->data, value->len);
	format = cardea_unpack_u32(&unpack);
	passed_s = cardea_unpack_i64(&unpack);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK && format != OBSERVE_FORMAT)
		status = CARDEA_E_VERSION;
	if (status == CARDEA_OK)
		*ret_passed_s = passed_s;
	return status;
}
