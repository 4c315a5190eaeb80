/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/reader.h"
#include "policy/source_values.h"

/* The block "fido2" of cardea.conf, and the names that ssh clients use. */

static enum cardea_status
read_rp_id(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;
	const char *name;
	enum cardea_status status;

	status = cardea_reader_name(reader, setting, CARDEA_KEY_RP_MAX, &name);
	if (status == CARDEA_OK)
		status = cardea_text_copy(
		    settings->rp_id, sizeof(settings->rp_id), name);
	return status;
}

static enum cardea_status
read_device(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->key_device,
	    sizeof(settings->key_device));
}

static enum cardea_status
read_touch(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_duration(reader, setting, CARDEA_KEY_TOUCH_MIN_S,
	    CARDEA_KEY_TOUCH_MAX_S, &settings->touch_s);
}

static enum cardea_status
read_attestation(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;
	const char *text = cardea_tree_text(setting);

	if (strcmp(text, "any") != 0 && strcmp(text, "required") != 0)
		return cardea_reader_refuse(
		    reader, setting, "expected \"any\" or \"required\"");
	settings->need_attestation = strcmp(text, "required") == 0;
	return CARDEA_OK;
}

static enum cardea_status
read_roots(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->attestation_roots,
	    sizeof(settings->attestation_roots));
}

static enum cardea_status
read_models(struct cardea_reader *reader, const struct cardea_setting *setting,
    unsigned char (*models)[16], size_t *count)
{
	size_t items = 0;
	enum cardea_status status;

	status = cardea_reader_items(
	    reader, setting, CARDEA_KEY_MODELS_MAX, &items);
	for (size_t i = 0; status == CARDEA_OK && i < items; i++) {
		const struct cardea_setting *item = cardea_reader_item(
		    setting, i);

		if (cardea_text_parse_uuid(models[i], cardea_tree_text(item)) !=
		    CARDEA_OK)
			return cardea_reader_refuse(reader, item,
			    "expected a model as "
			    "\"ee882879-721c-4913-9775-3dfcce97072a\"");
	}
	if (status == CARDEA_OK)
		*count = items;
	return status;
}

static enum cardea_status
read_allow(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return read_models(reader, setting, settings->allow_models,
	    &settings->allow_model_count);
}

static enum cardea_status
read_deny(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return read_models(reader, setting, settings->deny_models,
	    &settings->deny_model_count);
}

enum cardea_status
cardea_read_fido2(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "rp_id", read_rp_id },
		{ "device", read_device },
		{ "touch_timeout", read_touch },
		{ "attestation", read_attestation },
		{ "attestation_roots", read_roots },
		{ "allow_models", read_allow },
		{ "deny_models", read_deny },
	};
	const struct cardea_settings *settings = target;
	enum cardea_status status;

	status = cardea_reader_group(
	    reader, setting, keys, sizeof(keys) / sizeof(keys[0]), target);
	if (status != CARDEA_OK)
		return status;
	/* anybody can claim to be of any model */
	if (settings->allow_model_count > 0 && !settings->need_attestation)
		return cardea_reader_refuse(reader, setting,
		    "allow_models needs attestation = \"required\"");
	if (settings->need_attestation &&
	    settings->attestation_roots[0] == '\0')
		return cardea_reader_refuse(reader, setting,
		    "attestation = \"required\" needs attestation_roots");
	return CARDEA_OK;
}

/* A host name or an address, as a person types it after "ssh". */
enum cardea_status
cardea_read_ssh_names(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789.:-_";
	struct cardea_settings *settings = target;
	size_t items = 0;
	enum cardea_status status;

	status = cardea_reader_items(
	    reader, setting, CARDEA_KEY_NAMES_MAX, &items);
	for (size_t i = 0; status == CARDEA_OK && i < items; i++) {
		const struct cardea_setting *item = cardea_reader_item(
		    setting, i);
		const char *name = "";

		status = cardea_reader_text(
		    reader, item, CARDEA_NAME_MAX, &name);
		if (status == CARDEA_OK &&
		    strspn(name, allowed) != strlen(name))
			status = cardea_reader_refuse(reader, item,
			    "a host is a name in lower case or an address");
		if (status == CARDEA_OK)
			status = cardea_text_copy(settings->ssh_names[i],
			    sizeof(settings->ssh_names[i]), name);
	}
	if (status == CARDEA_OK)
		settings->ssh_name_count = items;
	return status;
}
