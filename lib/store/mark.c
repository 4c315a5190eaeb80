/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/pack.h"
#include "base/text.h"
#include "store/crypto.h"
#include "store/mark_body.h"

#define OF CARDEA_MARK_OF
#define NAMED_MAX                                                              \
	(CARDEA_OTP_KEY_MAX + CARDEA_KEY_HANDLE_MAX + CARDEA_KEY_PUBLIC_MAX +  \
	    CARDEA_KEY_RP_MAX + 64)

/* ---- which enrolment ---- */

/* What an enrolment is told by, put together to be digested. */
struct named {
	unsigned char bytes[NAMED_MAX];
	struct cardea_pack pack;
};

static void
name(struct named *named, const char *kind)
{
	cardea_pack_init(&named->pack, named->bytes, sizeof(named->bytes));
	cardea_pack_text(&named->pack, kind);
}

static enum cardea_status
finish_name(struct named *named, unsigned char of[OF])
{
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status = cardea_pack_done(&named->pack);

	if (status == CARDEA_OK)
		status = cardea_crypto_sha256(
		    named->bytes, named->pack.len, digest);
	if (status == CARDEA_OK)
		memcpy(of, digest, OF);
	CARDEA_WIPE(named->bytes);
	return status;
}

static enum cardea_status
name_token(const struct cardea_otp_token *token, unsigned char of[OF])
{
	struct named named;

	name(&named, CARDEA_KIND_TOKEN_MARK);
	cardea_pack_u32(&named.pack, (uint32_t)token->kind);
	cardea_pack_blob(&named.pack, token->key.data, token->key.len);
	return finish_name(&named, of);
}

static enum cardea_status
name_recovery(const struct cardea_recovery_set *set, unsigned char of[OF])
{
	struct named named;

	name(&named, CARDEA_KIND_RECOVERY_MARK);
	cardea_pack_blob(&named.pack, set->salt, sizeof(set->salt));
	cardea_pack_u32(&named.pack, (uint32_t)set->count);
	return finish_name(&named, of);
}

static enum cardea_status
name_credential(
    const struct cardea_fido2_credential *credential, unsigned char of[OF])
{
	struct named named;

	name(&named, CARDEA_KIND_CREDENTIAL_MARK);
	cardea_pack_blob(
	    &named.pack, credential->public_key, credential->public_len);
	cardea_pack_blob(
	    &named.pack, credential->handle, credential->handle_len);
	cardea_pack_text(&named.pack, credential->rp_id);
	return finish_name(&named, of);
}

static enum cardea_status
name_device(const struct cardea_device *device, unsigned char of[OF])
{
	struct named named;

	name(&named, CARDEA_KIND_DEVICE_MARK);
	cardea_pack_text(&named.pack, device->id);
	cardea_pack_i64(&named.pack, device->created_s);
	return finish_name(&named, of);
}

static enum cardea_status
name_grant(const struct cardea_grant *grant, unsigned char of[OF])
{
	struct named named;

	name(&named, CARDEA_KIND_GRANT_MARK);
	cardea_pack_text(&named.pack, grant->id);
	cardea_pack_i64(&named.pack, grant->made_s);
	return finish_name(&named, of);
}

/* ---- reading ---- */

enum cardea_status
cardea_mark_read(struct cardea_store *store, const char *kind,
    const char *owner, const char *id, struct cardea_mark *ret_mark,
    struct cardea_diag *diag)
{
	struct cardea_mark mark = { .version = 0 };
	enum cardea_status status;

	status = cardea_key_make(kind, owner, id, &mark.key);
	if (status == CARDEA_OK)
		status = cardea_store_get(store, &mark.key, &mark.value, diag);
	if (status == CARDEA_E_MISSING)
		status = CARDEA_OK;
	if (status != CARDEA_OK)
		return status;
	mark.version = mark.value.version;
	*ret_mark = mark; /* moved */
	return CARDEA_OK;
}

/* ---- enrolments as marks ---- */

/* What a mark would say of it as it stands: of is the enrolment's name. */
static enum cardea_status
body_of_token(
    const struct cardea_otp_token *token, struct cardea_mark_body *ret_body)
{
	*ret_body = (struct cardea_mark_body){ .watermark = token->watermark,
		.drift = token->drift,
		.sync_at = token->sync_at,
		.used_s = token->used_s };
	return name_token(token, ret_body->of);
}

static enum cardea_status
body_of_recovery(
    const struct cardea_recovery_set *set, struct cardea_mark_body *ret_body)
{
	*ret_body = (struct cardea_mark_body){ .count = set->count };
	for (size_t i = 0; i < set->count; i++)
		ret_body->codes[i] = set->codes[i].used_s;
	return name_recovery(set, ret_body->of);
}

static enum cardea_status
body_of_credential(const struct cardea_fido2_credential *credential,
    struct cardea_mark_body *ret_body)
{
	*ret_body = (struct cardea_mark_body){ .counter = credential->counter,
		.backed_up = credential->backed_up,
		.used_s = credential->used_s };
	return name_credential(credential, ret_body->of);
}

static enum cardea_status
body_of_device(
    const struct cardea_device *device, struct cardea_mark_body *ret_body)
{
	*ret_body = (struct cardea_mark_body){ .seen_s = device->seen_s,
		.expires_s = device->expires_s };
	memcpy(ret_body->user, device->seen_user, sizeof(ret_body->user));
	memcpy(ret_body->source, device->seen_source, sizeof(ret_body->source));
	return name_device(device, ret_body->of);
}

static enum cardea_status
body_of_grant(
    const struct cardea_grant *grant, struct cardea_mark_body *ret_body)
{
	*ret_body = (struct cardea_mark_body){ .over_s = grant->over_s };
	return name_grant(grant, ret_body->of);
}

/* ---- laying ---- */

/* own, as an enrolment has it by itself, becomes what holds; ret_laid false:
 * there is no mark of this enrolment. */
static enum cardea_status
lay(enum cardea_mark_kind kind, const struct cardea_value *value,
    struct cardea_mark_body *own, bool *ret_laid)
{
	struct cardea_mark_body mark;
	enum cardea_status status;

	*ret_laid = false;
	if (value->data == NULL)
		return CARDEA_OK;
	status = cardea_mark_body_read(kind, value, &mark);
	if (status != CARDEA_OK ||
	    memcmp(mark.of, own->of, sizeof(mark.of)) != 0)
		return status;
	if (mark.count != own->count)
		return CARDEA_E_CORRUPT;
	cardea_mark_body_join(own, &mark);
	*ret_laid = true;
	return CARDEA_OK;
}

enum cardea_status
cardea_mark_lay_token(
    const struct cardea_value *value, struct cardea_otp_token *token)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_token(token, &body);
	bool laid = false;

	if (status == CARDEA_OK)
		status = lay(CARDEA_MARK_TOKEN, value, &body, &laid);
	if (status != CARDEA_OK || !laid)
		return status;
	token->watermark = body.watermark;
	token->drift = body.drift;
	token->sync_at = body.sync_at;
	token->used_s = body.used_s;
	return CARDEA_OK;
}

enum cardea_status
cardea_mark_lay_recovery(
    const struct cardea_value *value, struct cardea_recovery_set *set)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_recovery(set, &body);
	bool laid = false;

	if (status == CARDEA_OK)
		status = lay(CARDEA_MARK_RECOVERY, value, &body, &laid);
	for (size_t i = 0; status == CARDEA_OK && laid && i < set->count; i++)
		set->codes[i].used_s = body.codes[i];
	return status;
}

enum cardea_status
cardea_mark_lay_credential(const struct cardea_value *value,
    struct cardea_fido2_credential *credential)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_credential(credential, &body);
	bool laid = false;

	if (status == CARDEA_OK)
		status = lay(CARDEA_MARK_CREDENTIAL, value, &body, &laid);
	if (status != CARDEA_OK || !laid)
		return status;
	credential->counter = body.counter;
	credential->backed_up = body.backed_up;
	credential->used_s = body.used_s;
	return CARDEA_OK;
}

enum cardea_status
cardea_mark_lay_device(
    const struct cardea_value *value, struct cardea_device *device)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_device(device, &body);
	bool laid = false;

	if (status == CARDEA_OK)
		status = lay(CARDEA_MARK_DEVICE, value, &body, &laid);
	if (status != CARDEA_OK || !laid)
		return status;
	device->seen_s = body.seen_s;
	device->expires_s = body.expires_s;
	memcpy(device->seen_user, body.user, sizeof(body.user));
	memcpy(device->seen_source, body.source, sizeof(body.source));
	return CARDEA_OK;
}

enum cardea_status
cardea_mark_lay_grant(
    const struct cardea_value *value, struct cardea_grant *grant)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_grant(grant, &body);
	bool laid = false;

	if (status == CARDEA_OK)
		status = lay(CARDEA_MARK_GRANT, value, &body, &laid);
	if (status == CARDEA_OK && laid)
		grant->over_s = body.over_s;
	return status;
}

/* ---- writing ---- */

enum cardea_status
cardea_mark_encode_token(
    const struct cardea_otp_token *token, struct cardea_value *ret_value)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_token(token, &body);

	return status == CARDEA_OK
	    ? cardea_mark_body_write(CARDEA_MARK_TOKEN, &body, ret_value)
	    : status;
}

enum cardea_status
cardea_mark_encode_recovery(
    const struct cardea_recovery_set *set, struct cardea_value *ret_value)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_recovery(set, &body);

	return status == CARDEA_OK
	    ? cardea_mark_body_write(CARDEA_MARK_RECOVERY, &body, ret_value)
	    : status;
}

enum cardea_status
cardea_mark_encode_credential(const struct cardea_fido2_credential *credential,
    struct cardea_value *ret_value)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_credential(credential, &body);

	return status == CARDEA_OK
	    ? cardea_mark_body_write(CARDEA_MARK_CREDENTIAL, &body, ret_value)
	    : status;
}

enum cardea_status
cardea_mark_encode_device(
    const struct cardea_device *device, struct cardea_value *ret_value)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_device(device, &body);

	return status == CARDEA_OK
	    ? cardea_mark_body_write(CARDEA_MARK_DEVICE, &body, ret_value)
	    : status;
}

enum cardea_status
cardea_mark_encode_grant(
    const struct cardea_grant *grant, struct cardea_value *ret_value)
{
	struct cardea_mark_body body;
	enum cardea_status status = body_of_grant(grant, &body);

	return status == CARDEA_OK
	    ? cardea_mark_body_write(CARDEA_MARK_GRANT, &body, ret_value)
	    : status;
}

/* ---- any ---- */

static enum cardea_status
name_enrolment(enum cardea_mark_kind kind, const struct cardea_value *value,
    unsigned char of[OF])
{
	struct cardea_otp_token token = { .kind = CARDEA_OTP_NONE };
	struct cardea_fido2_credential credential;
	struct cardea_recovery_set set;
	struct cardea_device device;
	struct cardea_grant grant;
	enum cardea_status status;

	switch (kind) {
	case CARDEA_MARK_TOKEN:
		status = cardea_record_decode_token(value, &token);
		if (status == CARDEA_OK)
			status = name_token(&token, of);
		cardea_otp_token_clear(&token);
		return status;
	case CARDEA_MARK_RECOVERY:
		status = cardea_record_decode_recovery(value, &set);
		return status == CARDEA_OK ? name_recovery(&set, of) : status;
	case CARDEA_MARK_CREDENTIAL:
		status = cardea_record_decode_credential(value, &credential);
		return status == CARDEA_OK ? name_credential(&credential, of)
					   : status;
	case CARDEA_MARK_DEVICE:
		status = cardea_record_decode_device(value, &device);
		return status == CARDEA_OK ? name_device(&device, of) : status;
	case CARDEA_MARK_GRANT:
		status = cardea_record_decode_grant(value, &grant);
		return status == CARDEA_OK ? name_grant(&grant, of) : status;
	case CARDEA_MARK_NONE:
		break;
	}
	return CARDEA_E_INTERNAL;
}

const char *
cardea_mark_enrolment(const char *kind)
{
	switch (cardea_mark_kind_of(kind)) {
	case CARDEA_MARK_TOKEN:
		return CARDEA_KIND_TOKEN;
	case CARDEA_MARK_RECOVERY:
		return CARDEA_KIND_RECOVERY;
	case CARDEA_MARK_CREDENTIAL:
		return CARDEA_KIND_CREDENTIAL;
	case CARDEA_MARK_DEVICE:
		return CARDEA_KIND_DEVICE;
	case CARDEA_MARK_GRANT:
		return CARDEA_KIND_GRANT;
	case CARDEA_MARK_NONE:
		break;
	}
	return NULL;
}

enum cardea_status
cardea_mark_is_of(const char *kind, const struct cardea_value *mark,
    const struct cardea_value *enrolment, bool *ret_is)
{
	struct cardea_mark_body body;
	unsigned char of[OF];
	enum cardea_status status;

	status = cardea_mark_body_read(cardea_mark_kind_of(kind), mark, &body);
	if (status == CARDEA_OK)
		status = name_enrolment(
		    cardea_mark_kind_of(kind), enrolment, of);
	if (status == CARDEA_OK)
		*ret_is = memcmp(body.of, of, OF) == 0;
	return status;
}

enum cardea_status
cardea_mark_join(const char *kind, const struct cardea_value *one,
    const struct cardea_value *other, struct cardea_value *ret_value)
{
	enum cardea_mark_kind mark = cardea_mark_kind_of(kind);
	struct cardea_mark_body a, b;
	enum cardea_status status = cardea_mark_body_read(mark, one, &a);

	if (status == CARDEA_OK)
		status = cardea_mark_body_read(mark, other, &b);
	if (status != CARDEA_OK)
		return status;
	if (memcmp(a.of, b.of, OF) != 0)
		return CARDEA_E_CONFLICT;
	cardea_mark_body_join(&a, &b);
	return cardea_mark_body_write(mark, &a, ret_value);
}

bool
cardea_mark_is_sound(const char *kind, const struct cardea_value *value)
{
	struct cardea_mark_body body;

	return cardea_mark_body_read(cardea_mark_kind_of(kind), value, &body) ==
	    CARDEA_OK;
}
