/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "policy/settings.h"

/* What the settings say of devices and of who vouches for them. */

#define DAY_S 86400u

void
cardea_settings_default_devices(struct cardea_settings *settings)
{
	static const char folder[] = CARDEA_STATEDIR "/revocation";

	memcpy(settings->revocation_path, folder, sizeof(folder));
	settings->statement_max_age_s = DAY_S;
	settings->expiry_warning_s = 14 * DAY_S;
}

static bool
is_authority_valid(const struct cardea_authority *authority)
{
	if (authority->name[0] == '\0' || authority->trust[0] != '/' ||
	    authority->list_count > CARDEA_AUTHORITY_LISTS_MAX ||
	    authority->principal_count > CARDEA_AUTHORITY_PRINCIPALS_MAX ||
	    authority->max_age_s > CARDEA_REVOCATION_MAX_S)
		return false;
	switch (authority->kind) {
	case CARDEA_AUTHORITY_X509:
		return authority->purpose[0] != '\0' &&
		    authority->principal_count == 0;
	case CARDEA_AUTHORITY_SSH:
		return authority->principal_count > 0 &&
		    (authority->revocation == CARDEA_REVOCATION_BY_ANY ||
			authority->revocation == CARDEA_REVOCATION_BY_NONE);
	case CARDEA_AUTHORITY_NONE:
		break;
	}
	return false;
}

bool
cardea_settings_valid_devices(const struct cardea_settings *settings)
{
	if (settings->authority_count > CARDEA_AUTHORITIES_MAX ||
	    settings->revocation_path[0] != '/' ||
	    settings->statement_max_age_s == 0 ||
	    (settings->device_certificate[0] == '\0') !=
		(settings->device_key[0] == '\0'))
		return false;
	for (size_t i = 0; i < settings->authority_count; i++) {
		if (!is_authority_valid(&settings->authorities[i]))
			return false;
	}
	return true;
}

static void
pack_authority(
    struct cardea_pack *pack, const struct cardea_authority *authority)
{
	cardea_pack_u32(pack, authority->kind);
	cardea_pack_text(pack, authority->name);
	cardea_pack_text(pack, authority->trust);
	cardea_pack_text(pack, authority->intermediates);
	cardea_pack_u32(pack, authority->revocation);
	cardea_pack_u32(pack, authority->max_age_s);
	cardea_pack_u32(pack, (uint32_t)authority->list_count);
	for (size_t i = 0; i < authority->list_count; i++)
		cardea_pack_text(pack, authority->lists[i]);
	cardea_pack_text(pack, authority->ocsp);
	cardea_pack_text(pack, authority->list_keys);
	cardea_pack_text(pack, authority->purpose);
	cardea_pack_u32(pack, (uint32_t)authority->principal_count);
	for (size_t i = 0; i < authority->principal_count; i++)
		cardea_pack_text(pack, authority->principals[i]);
}

void
cardea_settings_pack_devices(
    struct cardea_pack *pack, const struct cardea_settings *settings)
{
	cardea_pack_text(pack, settings->device_certificate);
	cardea_pack_text(pack, settings->device_key);
	cardea_pack_text(pack, settings->device_pin_file);
	cardea_pack_text(pack, settings->device_tpm);
	cardea_pack_text(pack, settings->device_pkcs11);
	cardea_pack_text(pack, settings->revocation_path);
	cardea_pack_text(pack, settings->refresh_trust);
	cardea_pack_text(pack, settings->statement_keys);
	cardea_pack_u32(pack, settings->statement_max_age_s);
	cardea_pack_u32(pack, settings->expiry_warning_s);
	cardea_pack_u32(pack, (uint32_t)settings->authority_count);
	for (size_t i = 0; i < settings->authority_count; i++)
		pack_authority(pack, &settings->authorities[i]);
}

static size_t
unpack_count(struct cardea_unpack *unpack, size_t max)
{
	uint32_t count = cardea_unpack_u32(unpack);

	if (count > max)
		unpack->failed = true;
	return unpack->failed ? 0 : count;
}

static enum cardea_authority_kind
unpack_kind(struct cardea_unpack *unpack)
{
	switch (cardea_unpack_u32(unpack)) {
	case CARDEA_AUTHORITY_X509:
		return CARDEA_AUTHORITY_X509;
	case CARDEA_AUTHORITY_SSH:
		return CARDEA_AUTHORITY_SSH;
	default:
		unpack->failed = true;
		return CARDEA_AUTHORITY_NONE;
	}
}

static void
unpack_authority(
    struct cardea_unpack *unpack, struct cardea_authority *authority)
{
	struct cardea_authority *a = authority;

	a->kind = unpack_kind(unpack);
	cardea_unpack_text(unpack, a->name, sizeof(a->name));
	cardea_unpack_text(unpack, a->trust, sizeof(a->trust));
	cardea_unpack_text(unpack, a->intermediates, sizeof(a->intermediates));
	a->revocation = (enum cardea_revocation_by)unpack_count(
	    unpack, CARDEA_REVOCATION_BY_NONE);
	a->max_age_s = cardea_unpack_u32(unpack);
	a->list_count = unpack_count(unpack, CARDEA_AUTHORITY_LISTS_MAX);
	for (size_t i = 0; i < a->list_count; i++)
		cardea_unpack_text(unpack, a->lists[i], sizeof(a->lists[i]));
	cardea_unpack_text(unpack, a->ocsp, sizeof(a->ocsp));
	cardea_unpack_text(unpack, a->list_keys, sizeof(a->list_keys));
	cardea_unpack_text(unpack, a->purpose, sizeof(a->purpose));
	a->principal_count = unpack_count(
	    unpack, CARDEA_AUTHORITY_PRINCIPALS_MAX);
	for (size_t i = 0; i < a->principal_count; i++)
		cardea_unpack_text(
		    unpack, a->principals[i], sizeof(a->principals[i]));
}

void
cardea_settings_unpack_devices(
    struct cardea_unpack *unpack, struct cardea_settings *settings)
{
	struct cardea_settings *s = settings;

	cardea_unpack_text(
	    unpack, s->device_certificate, sizeof(s->device_certificate));
	cardea_unpack_text(unpack, s->device_key, sizeof(s->device_key));
	cardea_unpack_text(
	    unpack, s->device_pin_file, sizeof(s->device_pin_file));
	cardea_unpack_text(unpack, s->device_tpm, sizeof(s->device_tpm));
	cardea_unpack_text(unpack, s->device_pkcs11, sizeof(s->device_pkcs11));
	cardea_unpack_text(
	    unpack, s->revocation_path, sizeof(s->revocation_path));
	cardea_unpack_text(unpack, s->refresh_trust, sizeof(s->refresh_trust));
	cardea_unpack_text(
	    unpack, s->statement_keys, sizeof(s->statement_keys));
	s->statement_max_age_s = cardea_unpack_u32(unpack);
	s->expiry_warning_s = cardea_unpack_u32(unpack);
	s->authority_count = unpack_count(unpack, CARDEA_AUTHORITIES_MAX);
	for (size_t i = 0; i < s->authority_count; i++)
		unpack_authority(unpack, &s->authorities[i]);
}
