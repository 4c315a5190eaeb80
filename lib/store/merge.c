/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/ledger_grant.h"
#include "store/ledger_history.h"
#include "store/mark.h"
#include "store/merge.h"
#include "store/record.h"

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool
is_same(const struct cardea_value *a, const struct cardea_value *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

static enum cardea_status
copy(const struct cardea_value *value, struct cardea_value *ret_value)
{
	struct cardea_value made = { .len = value->len,
		.data = malloc(value->len + 1) };

	if (made.data == NULL)
		return CARDEA_E_MEMORY;
	memcpy(made.data, value->data, value->len);
	*ret_value = made; /* moved */
	return CARDEA_OK;
}

/* ---- what is spent ---- */

static enum cardea_status
merge_token(const struct cardea_value *own, const struct cardea_value *other,
    struct cardea_value *ret_value)
{
	struct cardea_otp_token a = { .kind = CARDEA_OTP_NONE };
	struct cardea_otp_token b = { .kind = CARDEA_OTP_NONE };
	enum cardea_status status = cardea_record_decode_token(own, &a);

	if (status == CARDEA_OK)
		status = cardea_record_decode_token(other, &b);
	if (status != CARDEA_OK) {
		cardea_otp_token_clear(&a);
		return status;
	}
	if (a.kind == b.kind &&
	    cardea_secret_equal(a.key.data, a.key.len, b.key.data, b.key.len)) {
		if (b.watermark > a.watermark) {
			a.drift = b.drift;
			a.sync_at = b.sync_at;
		}
		a.watermark = later(a.watermark, b.watermark);
		a.used_s = later(a.used_s, b.used_s);
		a.disabled = a.disabled || b.disabled;
		status = cardea_record_encode_token(&a, ret_value);
	} else {
		status = copy(
		    b.created_s > a.created_s ? other : own, ret_value);
	}
	cardea_otp_token_clear(&a);
	cardea_otp_token_clear(&b);
	return status;
}

static enum cardea_status
merge_recovery(const struct cardea_value *own, const struct cardea_value *other,
    struct cardea_value *ret_value)
{
	struct cardea_recovery_set a, b;
	enum cardea_status status = cardea_record_decode_recovery(own, &a);

	if (status == CARDEA_OK)
		status = cardea_record_decode_recovery(other, &b);
	if (status != CARDEA_OK)
		return status;
	if (a.count != b.count || memcmp(a.salt, b.salt, sizeof(a.salt)) != 0)
		return copy(b.created_s > a.created_s ? other : own, ret_value);
	for (size_t i = 0; i < a.count; i++)
		a.codes[i].used_s = later(a.codes[i].used_s, b.codes[i].used_s);
	return cardea_record_encode_recovery(&a, ret_value);
}

static enum cardea_status
merge_credential(const struct cardea_value *own,
    const struct cardea_value *other, struct cardea_value *ret_value)
{
	struct cardea_fido2_credential a, b;
	enum cardea_status status = cardea_record_decode_credential(own, &a);

	if (status == CARDEA_OK)
		status = cardea_record_decode_credential(other, &b);
	if (status != CARDEA_OK)
		return status;
	if (a.public_len != b.public_len ||
	    memcmp(a.public_key, b.public_key, a.public_len) != 0)
		return copy(b.created_s > a.created_s ? other : own, ret_value);
	if (b.counter > a.counter)
		a.counter = b.counter;
	a.backed_up = a.backed_up || b.backed_up;
	a.disabled = a.disabled || b.disabled;
	a.used_s = later(a.used_s, b.used_s);
	return cardea_record_encode_credential(&a, ret_value);
}

static enum cardea_status
merge_device(const struct cardea_value *own, const struct cardea_value *other,
    struct cardea_value *ret_value)
{
	struct cardea_device a, b;
	enum cardea_status status = cardea_record_decode_device(own, &a);

	if (status == CARDEA_OK)
		status = cardea_record_decode_device(other, &b);
	if (status != CARDEA_OK)
		return status;
	/* its identities are claims elsewhere: they stay as they are here */
	if (b.state_s > a.state_s && b.state != CARDEA_DEVICE_ACTIVE) {
		a.state = b.state;
		a.state_s = b.state_s;
		memcpy(a.state_by, b.state_by, sizeof(a.state_by));
		memcpy(a.state_reason, b.state_reason, sizeof(a.state_reason));
	}
	return cardea_record_encode_device(&a, ret_value);
}

/* A lock holds as long as the longer of both; 0 is for ever. */
static enum cardea_status
merge_lock(const struct cardea_value *own, const struct cardea_value *other,
    struct cardea_value *ret_value)
{
	struct cardea_lock a, b;
	enum cardea_status status = cardea_record_decode_lock(own, &a);

	if (status == CARDEA_OK)
		status = cardea_record_decode_lock(other, &b);
	if (status != CARDEA_OK)
		return status;
	return copy(a.until_s == 0 || (b.until_s != 0 && b.until_s <= a.until_s)
		? own
		: other,
	    ret_value);
}

static enum cardea_status
merge_tries(const struct cardea_value *own, const struct cardea_value *other,
    struct cardea_value *ret_value)
{
	struct cardea_tries a, b;
	enum cardea_status status = cardea_record_decode_tries(own, &a);

	if (status == CARDEA_OK)
		status = cardea_record_decode_tries(other, &b);
	if (status != CARDEA_OK)
		return status;
	return copy(b.count > a.count ? other : own, ret_value);
}

/* One that was ended on either side is at its end. */
static enum cardea_status
merge_grant(const struct cardea_value *own, const struct cardea_value *other,
    struct cardea_value *ret_value)
{
	struct cardea_grant a, b;
	enum cardea_status status = cardea_record_decode_grant(own, &a);

	if (status == CARDEA_OK)
		status = cardea_record_decode_grant(other, &b);
	if (status != CARDEA_OK)
		return status;
	if (a.revoked_s == 0 && b.revoked_s != 0) {
		a.revoked_s = b.revoked_s;
		memcpy(a.revoked_by, b.revoked_by, sizeof(a.revoked_by));
	}
	if (a.over_s == 0)
		a.over_s = b.over_s;
	return cardea_record_encode_grant(&a, ret_value);
}

static enum cardea_status
merge_history(const struct cardea_value *own, const struct cardea_value *other,
    struct cardea_value *ret_value)
{
	struct cardea_history *both = calloc(2, sizeof(*both));
	enum cardea_status status = CARDEA_E_MEMORY;

	if (both != NULL)
		status = cardea_record_decode_history(own, &both[0]);
	if (status == CARDEA_OK)
		status = cardea_record_decode_history(other, &both[1]);
	if (status == CARDEA_OK)
		status = copy(
		    both[1].last_login_s > both[0].last_login_s ? other : own,
		    ret_value);
	free(both);
	return status;
}

/* What was seen to pass on either side has passed. */
static enum cardea_status
merge_observe(const struct cardea_value *own, const struct cardea_value *other,
    struct cardea_value *ret_value)
{
	int64_t a, b;
	enum cardea_status status = cardea_record_decode_observe(own, &a);

	if (status == CARDEA_OK)
		status = cardea_record_decode_observe(other, &b);
	return status == CARDEA_OK
	    ? cardea_record_encode_observe(later(a, b), ret_value)
	    : status;
}

/* ---- by kind ---- */

static const struct {
	const char *kind;
	enum cardea_status (*merge)(const struct cardea_value *own,
	    const struct cardea_value *other, struct cardea_value *ret_value);
} rules[] = {
	{ CARDEA_KIND_TOKEN, merge_token },
	{ CARDEA_KIND_RECOVERY, merge_recovery },
	{ CARDEA_KIND_CREDENTIAL, merge_credential },
	{ CARDEA_KIND_DEVICE, merge_device },
	{ CARDEA_KIND_LOCK, merge_lock },
	{ CARDEA_KIND_TRIES, merge_tries },
	{ CARDEA_KIND_GRANT, merge_grant },
	{ CARDEA_KIND_HISTORY, merge_history },
	{ CARDEA_KIND_OBSERVE, merge_observe },
};

static enum cardea_status
take(const struct cardea_value *own, struct cardea_value *merged,
    enum cardea_merge *ret_merge, struct cardea_value *ret_value)
{
	if (is_same(own, merged)) {
		cardea_value_clear(merged);
		*ret_merge = CARDEA_MERGE_KEPT;
		return CARDEA_OK;
	}
	*ret_merge = CARDEA_MERGE_CHANGED;
	*ret_value = *merged; /* moved */
	return CARDEA_OK;
}

/* Which of two enrolments stands, a mark cannot tell. */
static enum cardea_status
merge_mark(const char *kind, const struct cardea_value *own,
    const struct cardea_value *other, enum cardea_merge *ret_merge,
    struct cardea_value *ret_value)
{
	struct cardea_value merged = { 0 };
	enum cardea_status status = cardea_mark_join(kind, own, other, &merged);

	if (status == CARDEA_E_CONFLICT) {
		*ret_merge = CARDEA_MERGE_CONFLICT;
		return CARDEA_OK;
	}
	return status == CARDEA_OK ? take(own, &merged, ret_merge, ret_value)
				   : status;
}

enum cardea_status
cardea_merge_record(const struct cardea_key *key,
    const struct cardea_value *own, const struct cardea_value *other,
    enum cardea_merge *ret_merge, struct cardea_value *ret_value)
{
	const char *kind, *owner, *id;
	struct cardea_value merged = { 0 };
	enum cardea_status status = cardea_key_split(key, &kind, &owner, &id);
	size_t i = 0;

	if (status != CARDEA_OK)
		return status;
	if (is_same(own, other)) {
		*ret_merge = CARDEA_MERGE_KEPT;
		return CARDEA_OK;
	}
	if (cardea_mark_enrolment(kind) != NULL)
		return merge_mark(kind, own, other, ret_merge, ret_value);
	while (i < sizeof(rules) / sizeof(rules[0]) &&
	    strcmp(rules[i].kind, kind) != 0)
		i++;
	if (i == sizeof(rules) / sizeof(rules[0])) {
		*ret_merge = CARDEA_MERGE_CONFLICT;
		return CARDEA_OK;
	}
	status = rules[i].merge(own, other, &merged);
	if (status != CARDEA_OK)
		return status;
	return take(own, &merged, ret_merge, ret_value);
}
