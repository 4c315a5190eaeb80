/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "store/mark_body.h"
#include "store/recordio.h"

#define FORMAT 1
#define MARK_BYTES 1024

enum cardea_mark_kind
cardea_mark_kind_of(const char *kind)
{
	static const struct {
		const char *name;
		enum cardea_mark_kind kind;
	} kinds[] = {
		{ CARDEA_KIND_TOKEN_MARK, CARDEA_MARK_TOKEN },
		{ CARDEA_KIND_RECOVERY_MARK, CARDEA_MARK_RECOVERY },
		{ CARDEA_KIND_CREDENTIAL_MARK, CARDEA_MARK_CREDENTIAL },
		{ CARDEA_KIND_DEVICE_MARK, CARDEA_MARK_DEVICE },
		{ CARDEA_KIND_GRANT_MARK, CARDEA_MARK_GRANT },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, kind) == 0)
			return kinds[i].kind;
	}
	return CARDEA_MARK_NONE;
}

/* ---- bytes ---- */

static void
put_fields(struct cardea_pack *pack, enum cardea_mark_kind kind,
    const struct cardea_mark_body *body)
{
	switch (kind) {
	case CARDEA_MARK_TOKEN:
		cardea_pack_i64(pack, body->watermark);
		cardea_recordio_put_i32(pack, body->drift);
		cardea_pack_i64(pack, body->sync_at);
		cardea_pack_i64(pack, body->used_s);
		return;
	case CARDEA_MARK_RECOVERY:
		cardea_pack_u32(pack, (uint32_t)body->count);
		for (size_t i = 0; i < body->count; i++)
			cardea_pack_i64(pack, body->codes[i]);
		return;
	case CARDEA_MARK_CREDENTIAL:
		cardea_pack_u32(pack, body->counter);
		cardea_pack_u32(pack, body->backed_up);
		cardea_pack_i64(pack, body->used_s);
		return;
	case CARDEA_MARK_DEVICE:
		cardea_pack_i64(pack, body->seen_s);
		cardea_pack_i64(pack, body->expires_s);
		cardea_pack_text(pack, body->user);
		cardea_pack_text(pack, body->source);
		return;
	case CARDEA_MARK_GRANT:
		cardea_pack_i64(pack, body->over_s);
		return;
	case CARDEA_MARK_NONE:
		break;
	}
	pack->failed = true;
}

enum cardea_status
cardea_mark_body_write(enum cardea_mark_kind kind,
    const struct cardea_mark_body *body, struct cardea_value *ret_value)
{
	struct cardea_recordio io;
	enum cardea_status status = cardea_recordio_start(
	    &io, MARK_BYTES, FORMAT);

	if (status != CARDEA_OK)
		return status;
	cardea_pack_blob(&io.pack, body->of, CARDEA_MARK_OF);
	put_fields(&io.pack, kind, body);
	return cardea_recordio_finish(&io, ret_value);
}

static void
get_codes(struct cardea_unpack *unpack, struct cardea_mark_body *body)
{
	body->count = cardea_recordio_get_count(
	    unpack, CARDEA_RECOVERY_CODES_MAX);
	for (size_t i = 0; i < body->count; i++) {
		body->codes[i] = cardea_unpack_i64(unpack);
		if (body->codes[i] < 0)
			unpack->failed = true;
	}
}

static void
get_fields(struct cardea_unpack *unpack, enum cardea_mark_kind kind,
    struct cardea_mark_body *body)
{
	switch (kind) {
	case CARDEA_MARK_TOKEN:
		body->watermark = cardea_unpack_i64(unpack);
		body->drift = cardea_recordio_get_i32(unpack);
		body->sync_at = cardea_unpack_i64(unpack);
		body->used_s = cardea_unpack_i64(unpack);
		return;
	case CARDEA_MARK_RECOVERY:
		get_codes(unpack, body);
		return;
	case CARDEA_MARK_CREDENTIAL:
		body->counter = cardea_unpack_u32(unpack);
		body->backed_up = cardea_recordio_get_bool(unpack);
		body->used_s = cardea_unpack_i64(unpack);
		return;
	case CARDEA_MARK_DEVICE:
		body->seen_s = cardea_unpack_i64(unpack);
		body->expires_s = cardea_unpack_i64(unpack);
		cardea_unpack_text(unpack, body->user, sizeof(body->user));
		cardea_unpack_text(unpack, body->source, sizeof(body->source));
		return;
	case CARDEA_MARK_GRANT:
		body->over_s = cardea_unpack_i64(unpack);
		return;
	case CARDEA_MARK_NONE:
		break;
	}
	unpack->failed = true;
}

static bool
is_sound(const struct cardea_mark_body *body)
{
	return body->watermark >= CARDEA_OTP_NO_WATERMARK &&
	    body->watermark <= CARDEA_OTP_COUNTER_MAX && body->sync_at >= -1 &&
	    body->sync_at <= CARDEA_OTP_COUNTER_MAX &&
	    body->drift >= -CARDEA_TOTP_WINDOW_MAX &&
	    body->drift <= CARDEA_TOTP_WINDOW_MAX && body->used_s >= 0 &&
	    body->seen_s >= 0 && body->expires_s >= 0 && body->over_s >= 0;
}

enum cardea_status
cardea_mark_body_read(enum cardea_mark_kind kind,
    const struct cardea_value *value, struct cardea_mark_body *ret_body)
{
	struct cardea_mark_body body = { .count = 0 };
	struct cardea_unpack unpack;
	enum cardea_status status;

	status = cardea_recordio_open(&unpack, value, FORMAT);
	if (status != CARDEA_OK)
		return status;
	cardea_recordio_get_bytes(&unpack, body.of, CARDEA_MARK_OF);
	get_fields(&unpack, kind, &body);
	status = cardea_recordio_done(&unpack);
	if (status == CARDEA_OK && !is_sound(&body))
		status = CARDEA_E_CORRUPT;
	if (status == CARDEA_OK)
		*ret_body = body;
	return status;
}

/* ---- two of one ---- */

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static void
join_sights(struct cardea_mark_body *body, const struct cardea_mark_body *other)
{
	body->expires_s = later(body->expires_s, other->expires_s);
	if (other->seen_s <= body->seen_s)
		return;
	body->seen_s = other->seen_s;
	memcpy(body->user, other->user, sizeof(body->user));
	memcpy(body->source, other->source, sizeof(body->source));
}

void
cardea_mark_body_join(
    struct cardea_mark_body *body, const struct cardea_mark_body *other)
{
	/* what was learnt goes with the later of both */
	if (other->watermark >= body->watermark) {
		body->drift = other->drift;
		body->sync_at = other->sync_at;
	}
	if (other->used_s > body->used_s)
		body->backed_up = other->backed_up;
	body->watermark = later(body->watermark, other->watermark);
	body->used_s = later(body->used_s, other->used_s);
	for (size_t i = 0; i < body->count && i < other->count; i++)
		body->codes[i] = later(body->codes[i], other->codes[i]);
	if (other->counter > body->counter)
		body->counter = other->counter;
	if (body->over_s == 0)
		body->over_s = other->over_s;
	join_sights(body, other);
}
