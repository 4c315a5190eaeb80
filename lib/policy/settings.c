/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/pack.h"
#include "policy/settings.h"

#define MODEL 16 /* bytes of an AAGUID */

struct cardea_settings
cardea_settings_default(void)
{
	struct cardea_settings settings = {
		.store_path = CARDEA_STATEDIR "/store",
		.store_size_mb = 64,
		.seal_key_path = CARDEA_SYSCONFDIR "/seal.key",
		.log_permits = true,
		.totp_window = 1,
		.hotp_window = 4,
		.hotp_sync_window = 100,
		.split_digits = 6,
		.tries = 5,
		.user_tries = 10,
		.delay_s = 30,
		.delay_max_s = 4 * 3600,
		.fail_delay_ms = 2000,
		.touch_s = 30,
	};

	cardea_settings_default_devices(&settings);
	cardea_settings_default_context(&settings);
	cardea_settings_default_cluster(&settings);
	return settings;
}

bool
cardea_settings_valid(const struct cardea_settings *s)
{
	return s->store_path[0] == '/' && s->seal_key_path[0] == '/' &&
	    s->store_size_mb >= CARDEA_STORE_SIZE_MB_MIN &&
	    s->store_size_mb <= CARDEA_STORE_SIZE_MB_MAX && s->log_permits &&
	    s->totp_window <= CARDEA_TOTP_WINDOW_MAX && s->hotp_window >= 1 &&
	    s->hotp_window <= CARDEA_HOTP_WINDOW_MAX &&
	    s->hotp_sync_window >= s->hotp_window &&
	    s->hotp_sync_window <= CARDEA_HOTP_SYNC_MAX &&
	    s->split_digits >= CARDEA_CODE_DIGITS_MIN &&
	    s->split_digits <= CARDEA_CODE_DIGITS_MAX && s->tries >= 1 &&
	    s->tries <= CARDEA_TRIES_MAX && s->user_tries >= s->tries &&
	    s->user_tries <= CARDEA_TRIES_MAX && s->delay_s >= 1 &&
	    s->delay_max_s >= s->delay_s &&
	    s->delay_max_s <= CARDEA_DELAY_MAX_S &&
	    s->fail_delay_ms <= CARDEA_FAIL_DELAY_MAX_S * 1000 &&
	    s->observe_until_s >= 0 && s->touch_s >= CARDEA_KEY_TOUCH_MIN_S &&
	    s->touch_s <= CARDEA_KEY_TOUCH_MAX_S &&
	    s->allow_model_count <= CARDEA_KEY_MODELS_MAX &&
	    s->deny_model_count <= CARDEA_KEY_MODELS_MAX &&
	    (s->allow_model_count == 0 || s->need_attestation) &&
	    (!s->need_attestation || s->attestation_roots[0] == '/') &&
	    s->ssh_name_count <= CARDEA_KEY_NAMES_MAX &&
	    cardea_settings_valid_devices(s) &&
	    cardea_settings_valid_context(s) &&
	    cardea_settings_valid_cluster(s);
}

static void
pack_keys(struct cardea_pack *pack, const struct cardea_settings *settings)
{
	cardea_pack_text(pack, settings->rp_id);
	cardea_pack_text(pack, settings->key_device);
	cardea_pack_u32(pack, settings->touch_s);
	cardea_pack_u8(pack, settings->need_attestation);
	cardea_pack_text(pack, settings->attestation_roots);
	cardea_pack_blob(
	    pack, settings->allow_models, settings->allow_model_count * MODEL);
	cardea_pack_blob(
	    pack, settings->deny_models, settings->deny_model_count * MODEL);
	cardea_pack_u32(pack, (uint32_t)settings->ssh_name_count);
	for (size_t i = 0; i < settings->ssh_name_count; i++)
		cardea_pack_text(pack, settings->ssh_names[i]);
}

enum cardea_status
cardea_settings_pack(const struct cardea_settings *settings,
    unsigned char *bytes, size_t size, size_t *ret_len)
{
	struct cardea_pack pack;
	enum cardea_status status;

	cardea_pack_init(&pack, bytes, size);
	cardea_pack_text(&pack, settings->host);
	cardea_pack_text(&pack, settings->store_path);
	cardea_pack_u32(&pack, settings->store_size_mb);
	cardea_pack_text(&pack, settings->seal_key_path);
	cardea_pack_u8(&pack, settings->log_json);
	cardea_pack_u8(&pack, settings->log_permits);
	cardea_pack_u32(&pack, settings->totp_window);
	cardea_pack_u32(&pack, settings->hotp_window);
	cardea_pack_u32(&pack, settings->hotp_sync_window);
	cardea_pack_u32(&pack, settings->split_digits);
	cardea_pack_u32(&pack, settings->tries);
	cardea_pack_u32(&pack, settings->user_tries);
	cardea_pack_u32(&pack, settings->delay_s);
	cardea_pack_u32(&pack, settings->delay_max_s);
	cardea_pack_u32(&pack, settings->fail_delay_ms);
	cardea_pack_u8(&pack, settings->require_synchronised_clock);
	cardea_pack_i64(&pack, settings->observe_until_s);
	pack_keys(&pack, settings);
	cardea_settings_pack_devices(&pack, settings);
	cardea_settings_pack_context(&pack, settings);
	cardea_settings_pack_cluster(&pack, settings);
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		*ret_len = pack.len;
	return status;
}

/* a yes or no; any third value fails the whole */
static bool
unpack_bool(struct cardea_unpack *unpack)
{
	uint8_t value = cardea_unpack_u8(unpack);

	if (value > 1)
		unpack->failed = true;
	return value == 1;
}

static size_t
unpack_models(struct cardea_unpack *unpack, unsigned char (*models)[MODEL])
{
	const unsigned char *bytes = NULL;
	size_t len = 0;

	cardea_unpack_blob(unpack, &bytes, &len);
	if (len % MODEL != 0 || len / MODEL > CARDEA_KEY_MODELS_MAX)
		unpack->failed = true;
	if (unpack->failed || len == 0)
		return 0;
	memcpy(models, bytes, len);
	return len / MODEL;
}

static void
unpack_keys(struct cardea_unpack *unpack, struct cardea_settings *s)
{
	cardea_unpack_text(unpack, s->rp_id, sizeof(s->rp_id));
	cardea_unpack_text(unpack, s->key_device, sizeof(s->key_device));
	s->touch_s = cardea_unpack_u32(unpack);
	s->need_attestation = unpack_bool(unpack);
	cardea_unpack_text(
	    unpack, s->attestation_roots, sizeof(s->attestation_roots));
	s->allow_model_count = unpack_models(unpack, s->allow_models);
	s->deny_model_count = unpack_models(unpack, s->deny_models);
	s->ssh_name_count = cardea_unpack_u32(unpack);
	if (s->ssh_name_count > CARDEA_KEY_NAMES_MAX)
		unpack->failed = true;
	for (size_t i = 0; !unpack->failed && i < s->ssh_name_count; i++)
		cardea_unpack_text(
		    unpack, s->ssh_names[i], sizeof(s->ssh_names[i]));
}

enum cardea_status
cardea_settings_unpack(const unsigned char *bytes, size_t len,
    struct cardea_settings *ret_settings)
{
	struct cardea_settings s = { .host = "" };
	struct cardea_unpack unpack;

	cardea_unpack_init(&unpack, bytes, len);
	cardea_unpack_text(&unpack, s.host, sizeof(s.host));
	cardea_unpack_text(&unpack, s.store_path, sizeof(s.store_path));
	s.store_size_mb = cardea_unpack_u32(&unpack);
	cardea_unpack_text(&unpack, s.seal_key_path, sizeof(s.seal_key_path));
	s.log_json = unpack_bool(&unpack);
	s.log_permits = unpack_bool(&unpack);
	s.totp_window = cardea_unpack_u32(&unpack);
	s.hotp_window = cardea_unpack_u32(&unpack);
	s.hotp_sync_window = cardea_unpack_u32(&unpack);
	s.split_digits = cardea_unpack_u32(&unpack);
	s.tries = cardea_unpack_u32(&unpack);
	s.user_tries = cardea_unpack_u32(&unpack);
	s.delay_s = cardea_unpack_u32(&unpack);
	s.delay_max_s = cardea_unpack_u32(&unpack);
	s.fail_delay_ms = cardea_unpack_u32(&unpack);
	s.require_synchronised_clock = unpack_bool(&unpack);
	s.observe_until_s = cardea_unpack_i64(&unpack);
	unpack_keys(&unpack, &s);
	cardea_settings_unpack_devices(&unpack, &s);
	cardea_settings_unpack_context(&unpack, &s);
	cardea_settings_unpack_cluster(&unpack, &s);
	if (cardea_unpack_done(&unpack) != CARDEA_OK ||
	    !cardea_settings_valid(&s))
		return CARDEA_E_CORRUPT;
	*ret_settings = s;
	return CARDEA_OK;
}
