/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/reader.h"
#include "policy/settings.h"
#include "policy/source_values.h"

#define DAY_S 86400

static enum cardea_status
read_host(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;
	const char *host;
	enum cardea_status status;

	status = cardea_reader_name(reader, setting, CARDEA_NAME_MAX, &host);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    settings->host, sizeof(settings->host), host);
	return status;
}

enum cardea_status
cardea_read_path(struct cardea_reader *reader,
    const struct cardea_setting *setting, char *path, size_t size)
{
	const char *text;
	enum cardea_status status;

	status = cardea_reader_text(reader, setting, size - 1, &text);
	if (status != CARDEA_OK)
		return status;
	if (text[0] != '/')
		return cardea_reader_refuse(
		    reader, setting, "expected a path that begins with /");
	return cardea_text_copy(path, size, text);
}

static enum cardea_status
read_store_path(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->store_path,
	    sizeof(settings->store_path));
}

static enum cardea_status
read_size_mb(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_number(reader, setting, CARDEA_STORE_SIZE_MB_MIN,
	    CARDEA_STORE_SIZE_MB_MAX, &settings->store_size_mb);
}

static enum cardea_status
read_key_file(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->seal_key_path,
	    sizeof(settings->seal_key_path));
}

static enum cardea_status
read_log_format(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;
	const char *format = cardea_tree_text(setting);

	if (strcmp(format, "logfmt") != 0 && strcmp(format, "json") != 0)
		return cardea_reader_refuse(
		    reader, setting, "expected \"logfmt\" or \"json\"");
	settings->log_json = strcmp(format, "json") == 0;
	return CARDEA_OK;
}

static enum cardea_status
read_totp_window(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_number(
	    reader, setting, 0, CARDEA_TOTP_WINDOW_MAX, &settings->totp_window);
}

static enum cardea_status
read_hotp_window(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_number(
	    reader, setting, 1, CARDEA_HOTP_WINDOW_MAX, &settings->hotp_window);
}

static enum cardea_status
read_hotp_sync_window(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_number(reader, setting, 1, CARDEA_HOTP_SYNC_MAX,
	    &settings->hotp_sync_window);
}

static enum cardea_status
read_split_digits(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_number(reader, setting, CARDEA_CODE_DIGITS_MIN,
	    CARDEA_CODE_DIGITS_MAX, &settings->split_digits);
}

static enum cardea_status
read_tries(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_number(
	    reader, setting, 1, CARDEA_TRIES_MAX, &settings->tries);
}

static enum cardea_status
read_user_tries(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_number(
	    reader, setting, 1, CARDEA_TRIES_MAX, &settings->user_tries);
}

static enum cardea_status
read_delay(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_duration(
	    reader, setting, 1, CARDEA_DELAY_MAX_S, &settings->delay_s);
}

static enum cardea_status
read_delay_max(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_duration(
	    reader, setting, 1, CARDEA_DELAY_MAX_S, &settings->delay_max_s);
}

static enum cardea_status
read_fail_delay(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;
	uint32_t seconds;
	enum cardea_status status = cardea_reader_duration(
	    reader, setting, 0, CARDEA_FAIL_DELAY_MAX_S, &seconds);

	if (status == CARDEA_OK)
		settings->fail_delay_ms = seconds * 1000;
	return status;
}

static enum cardea_status
read_synchronised(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_bool(
	    reader, setting, &settings->require_synchronised_clock);
}

/* as a rule's observe_until: the day named is the last one */
static enum cardea_status
read_observe_until(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;
	enum cardea_status status;
	uint32_t day;

	status = cardea_reader_date(reader, setting, &day);
	if (status == CARDEA_OK)
		settings->observe_until_s = ((int64_t)day + 1) * DAY_S;
	return status;
}

static enum cardea_status
read_store(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "driver", cardea_read_driver },
		{ "path", read_store_path },
		{ "size_mb", read_size_mb },
	};

	return cardea_reader_group(
	    reader, setting, keys, sizeof(keys) / sizeof(keys[0]), target);
}

static enum cardea_status
read_seal(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "key_file", read_key_file },
	};

	return cardea_reader_group(
	    reader, setting, keys, sizeof(keys) / sizeof(keys[0]), target);
}

static enum cardea_status
read_log(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "format", read_log_format },
	};

	return cardea_reader_group(
	    reader, setting, keys, sizeof(keys) / sizeof(keys[0]), target);
}

static enum cardea_status
read_clock(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "require_synchronised", read_synchronised },
	};

	return cardea_reader_group(
	    reader, setting, keys, sizeof(keys) / sizeof(keys[0]), target);
}

static enum cardea_status
read_observe(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "until", read_observe_until },
	};

	if (cardea_tree_kind(setting) == CARDEA_TREE_GROUP &&
	    cardea_tree_count(setting) == 0)
		return cardea_reader_refuse(
		    reader, setting, "observing needs an end: until");
	return cardea_reader_group(
	    reader, setting, keys, sizeof(keys) / sizeof(keys[0]), target);
}

/* "su" means su-l too: who says otherwise of su-l would not be heard */
static bool
is_overruled(const struct cardea_setting *services, const char *service)
{
	size_t count = cardea_tree_count(services);

	for (size_t i = 0; i < count; i++) {
		const struct cardea_setting *item = cardea_tree_at(services, i);

		if (strcmp(cardea_tree_text(item), "ruser") == 0 &&
		    cardea_request_service_is(cardea_tree_key(item), service))
			return true;
	}
	return false;
}

/* services by name: whose factors are asked */
static enum cardea_status
read_subject(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	size_t count = cardea_tree_count(setting);

	(void)target;
	if (cardea_tree_kind(setting) != CARDEA_TREE_GROUP)
		return cardea_reader_refuse(
		    reader, setting, "expected a block { ... }");
	if (count > CARDEA_SUBJECTS_MAX)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "more than %d services", CARDEA_SUBJECTS_MAX);
	for (size_t i = 0; i < count; i++) {
		const struct cardea_setting *item = cardea_tree_at(setting, i);
		const char *who = cardea_tree_text(item);

		if (strcmp(who, "ruser") == 0)
			cardea_build_subject(reader->build,
			    cardea_build_text(
				reader->build, cardea_tree_key(item)));
		else if (strcmp(who, "user") != 0)
			return cardea_reader_refuse(
			    reader, item, "expected \"user\" or \"ruser\"");
		else if (is_overruled(setting, cardea_tree_key(item)))
			return cardea_reader_refuse(reader, item,
			    "another entry says \"ruser\" of this service");
	}
	return CARDEA_OK;
}

static const struct cardea_reader_key settings_keys[] = {
	{ "host", read_host },
	{ "store", read_store },
	{ "etcd", cardea_read_etcd },
	{ "seal", read_seal },
	{ "log", read_log },
	{ "clock", read_clock },
	{ "observe", read_observe },
	{ "subject", read_subject },
	{ "fido2", cardea_read_fido2 },
	{ "device", cardea_read_device },
	{ "revocation", cardea_read_revocation },
	{ "authorities", cardea_read_authorities },
	{ "places", cardea_read_places },
	{ "lists", cardea_read_lists },
	{ "signals", cardea_read_signals },
	{ "remember", cardea_read_remember },
	{ "sessions", cardea_read_sessions },
	{ "grants", cardea_read_grants },
	{ "ssh_names", cardea_read_ssh_names },
	{ "totp_window", read_totp_window },
	{ "hotp_window", read_hotp_window },
	{ "hotp_sync_window", read_hotp_sync_window },
	{ "split_digits", read_split_digits },
	{ "tries", read_tries },
	{ "user_tries", read_user_tries },
	{ "delay", read_delay },
	{ "delay_max", read_delay_max },
	{ "fail_delay", read_fail_delay },
};

/* what no single key can tell */
static const char *
fault_of(const struct cardea_settings *settings)
{
	if (settings->hotp_sync_window < settings->hotp_window)
		return "hotp_sync_window must not be less than hotp_window";
	if (settings->user_tries < settings->tries)
		return "user_tries must not be less than tries";
	if (settings->delay_max_s < settings->delay_s)
		return "delay_max must not be less than delay";
	if (settings->engine == CARDEA_ENGINE_ETCD &&
	    settings->cluster.endpoint_count == 0)
		return "driver \"etcd\" needs a block etcd with endpoints, "
		       "trust, certificate and key";
	return cardea_settings_valid(settings) ? NULL
					       : "a setting is out of range";
}

enum cardea_status
cardea_read_settings(
    struct cardea_reader *reader, struct cardea_settings *ret_settings)
{
	const struct cardea_setting *root = cardea_tree_root(reader->tree);
	struct cardea_settings settings = cardea_settings_default();
	enum cardea_status status;
	const char *fault;

	status = cardea_reader_group(reader, root, settings_keys,
	    sizeof(settings_keys) / sizeof(settings_keys[0]), &settings);
	if (status != CARDEA_OK)
		return status;
	fault = fault_of(&settings);
	if (fault != NULL)
		return cardea_reader_refuse(reader, root, fault);
	*ret_settings = settings;
	return CARDEA_OK;
}
