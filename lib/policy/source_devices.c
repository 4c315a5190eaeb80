/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/text.h"
#include "policy/reader.h"
#include "policy/source_values.h"

/* What cardea.conf says of devices: the blocks "device" and "revocation", and
 * the list "authorities". */

#define MAX_AGE_MIN_S 60

#define KEYS(table) table, sizeof(table) / sizeof((table)[0])

/* ---- this host ---- */

static enum cardea_status
read_certificate(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->device_certificate,
	    sizeof(settings->device_certificate));
}

static enum cardea_status
read_key(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	static const char *const begins[] = { "/", "file:/", "tpm:/", "tpm:0x",
		"pkcs11:" };
	struct cardea_settings *settings = target;
	const char *uri = "";
	enum cardea_status status;

	status = cardea_reader_text(reader, setting, CARDEA_KEY_URI_MAX, &uri);
	if (status != CARDEA_OK)
		return status;
	/* a PIN has a file of its own, which others cannot read */
	if (strstr(uri, "pin-value") != NULL || strstr(uri, "pin-source"))
		return cardea_reader_refuse(
		    reader, setting, "a PIN belongs into pin_file");
	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		if (strncmp(uri, begins[i], strlen(begins[i])) == 0)
			return cardea_text_copy(settings->device_key,
			    sizeof(settings->device_key), uri);
	}
	return cardea_reader_refuse(reader, setting,
	    "expected a path, \"tpm:/path\", \"tpm:0x81...\" or "
	    "\"pkcs11:...\"");
}

static enum cardea_status
read_pin_file(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->device_pin_file,
	    sizeof(settings->device_pin_file));
}

static enum cardea_status
read_tpm(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;
	const char *text = "";
	enum cardea_status status;

	status = cardea_reader_text(
	    reader, setting, sizeof(settings->device_tpm) - 1, &text);
	if (status != CARDEA_OK)
		return status;
	if (strncmp(text, "device:/", 8) != 0 &&
	    strncmp(text, "swtpm:", 6) != 0 && strncmp(text, "tabrmd", 6) != 0)
		return cardea_reader_refuse(reader, setting,
		    "expected \"device:/dev/tpmrm0\", \"swtpm:path=...\" or "
		    "\"tabrmd:...\"");
	return cardea_text_copy(
	    settings->device_tpm, sizeof(settings->device_tpm), text);
}

static enum cardea_status
read_pkcs11(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->device_pkcs11,
	    sizeof(settings->device_pkcs11));
}

static enum cardea_status
read_statement_keys(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->statement_keys,
	    sizeof(settings->statement_keys));
}

static enum cardea_status
read_statement_max_age(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_duration(reader, setting, MAX_AGE_MIN_S,
	    CARDEA_REVOCATION_MAX_S, &settings->statement_max_age_s);
}

static enum cardea_status
read_expiry_warning(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_reader_duration(reader, setting, 0,
	    CARDEA_REVOCATION_MAX_S, &settings->expiry_warning_s);
}

enum cardea_status
cardea_read_device(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "certificate", read_certificate },
		{ "key", read_key },
		{ "pin_file", read_pin_file },
		{ "tpm", read_tpm },
		{ "pkcs11", read_pkcs11 },
		{ "statement_keys", read_statement_keys },
		{ "statement_max_age", read_statement_max_age },
		{ "expiry_warning", read_expiry_warning },
	};
	const struct cardea_settings *settings = target;
	enum cardea_status status;

	status = cardea_reader_group(reader, setting, KEYS(keys), target);
	if (status != CARDEA_OK)
		return status;
	if ((settings->device_certificate[0] == '\0') !=
	    (settings->device_key[0] == '\0'))
		return cardea_reader_refuse(reader, setting,
		    "certificate and key of this host go together");
	/* without one, whatever is installed would be loaded and asked */
	if (strncmp(settings->device_key, "pkcs11:", 7) == 0 &&
	    settings->device_pkcs11[0] == '\0')
		return cardea_reader_refuse(reader, setting,
		    "a key on a token needs pkcs11, the token's module");
	return CARDEA_OK;
}

/* ---- revocation ---- */

static enum cardea_status
read_revocation_path(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->revocation_path,
	    sizeof(settings->revocation_path));
}

static enum cardea_status
read_refresh_trust(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;

	return cardea_read_path(reader, setting, settings->refresh_trust,
	    sizeof(settings->refresh_trust));
}

enum cardea_status
cardea_read_revocation(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_reader_key keys[] = {
		{ "path", read_revocation_path },
		{ "https_trust", read_refresh_trust },
	};

	return cardea_reader_group(reader, setting, KEYS(keys), target);
}

/* ---- one authority ---- */

/* An authority's name stands in rules and in names of files. */
static enum cardea_status
read_name(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._- ";
	struct cardea_authority *authority = target;
	const char *name = "";
	enum cardea_status status;

	status = cardea_reader_text(
	    reader, setting, CARDEA_AUTHORITY_NAME_MAX, &name);
	if (status != CARDEA_OK)
		return status;
	if (strspn(name, allowed) != strlen(name) || name[0] == '.')
		return cardea_reader_refuse(reader, setting,
		    "expected letters, digits, blanks, \".\", \"_\" and \"-\"");
	return cardea_text_copy(authority->name, sizeof(authority->name), name);
}

static enum cardea_status
read_kind(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_authority *authority = target;
	const char *kind = cardea_tree_text(setting);

	if (strcmp(kind, "x509") == 0)
		authority->kind = CARDEA_AUTHORITY_X509;
	else if (strcmp(kind, "ssh") == 0)
		authority->kind = CARDEA_AUTHORITY_SSH;
	else
		return cardea_reader_refuse(
		    reader, setting, "expected \"x509\" or \"ssh\"");
	return CARDEA_OK;
}

static enum cardea_status
read_trust(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_authority *authority = target;

	return cardea_read_path(
	    reader, setting, authority->trust, sizeof(authority->trust));
}

static enum cardea_status
read_intermediates(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_authority *authority = target;

	return cardea_read_path(reader, setting, authority->intermediates,
	    sizeof(authority->intermediates));
}

static enum cardea_status
read_list_keys(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_authority *authority = target;

	return cardea_read_path(reader, setting, authority->list_keys,
	    sizeof(authority->list_keys));
}

static enum cardea_status
read_by(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	static const char *const words[] = {
		[CARDEA_REVOCATION_BY_ANY] = "any",
		[CARDEA_REVOCATION_BY_CRL] = "crl",
		[CARDEA_REVOCATION_BY_OCSP] = "ocsp",
		[CARDEA_REVOCATION_BY_NONE] = "none",
	};
	struct cardea_authority *authority = target;
	const char *text = cardea_tree_text(setting);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i]) == 0) {
			authority->revocation = (enum cardea_revocation_by)i;
			return CARDEA_OK;
		}
	}
	return cardea_reader_refuse(
	    reader, setting, "expected \"any\", \"crl\", \"ocsp\" or \"none\"");
}

static enum cardea_status
read_max_age(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_authority *authority = target;

	return cardea_reader_duration(reader, setting, MAX_AGE_MIN_S,
	    CARDEA_REVOCATION_MAX_S, &authority->max_age_s);
}

static bool
is_url(const char *text)
{
	return strncmp(text, "http://", 7) == 0 ||
	    strncmp(text, "https://", 8) == 0;
}

static enum cardea_status
read_lists(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_authority *authority = target;
	size_t items = 0;
	enum cardea_status status;

	status = cardea_reader_items(
	    reader, setting, CARDEA_AUTHORITY_LISTS_MAX, &items);
	for (size_t i = 0; status == CARDEA_OK && i < items; i++) {
		const struct cardea_setting *item = cardea_reader_item(
		    setting, i);
		const char *text = "";

		status = cardea_reader_text(
		    reader, item, CARDEA_URL_MAX, &text);
		if (status != CARDEA_OK)
			return status;
		if (text[0] != '/' && !is_url(text))
			return cardea_reader_refuse(reader, item,
			    "expected a path, \"http://...\" or "
			    "\"https://...\"");
		status = cardea_text_copy(
		    authority->lists[i], sizeof(authority->lists[i]), text);
	}
	if (status == CARDEA_OK)
		authority->list_count = items;
	return status;
}

static enum cardea_status
read_ocsp(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_authority *authority = target;
	const char *text = "";
	enum cardea_status status;

	status = cardea_reader_text(reader, setting, CARDEA_URL_MAX, &text);
	if (status != CARDEA_OK)
		return status;
	if (!is_url(text))
		return cardea_reader_refuse(reader, setting,
		    "expected \"http://...\" or \"https://...\"");
	return cardea_text_copy(authority->ocsp, sizeof(authority->ocsp), text);
}

static bool
is_oid(const char *text)
{
	return text[0] >= '0' && text[0] <= '2' && text[1] == '.' &&
	    strspn(text, "0123456789.") == strlen(text) &&
	    text[strlen(text) - 1] != '.' && strstr(text, "..") == NULL;
}

static enum cardea_status
read_purpose(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_authority *authority = target;
	const char *text = "";
	enum cardea_status status;

	status = cardea_reader_text(
	    reader, setting, CARDEA_CERT_OID_MAX, &text);
	if (status != CARDEA_OK)
		return status;
	if (strcmp(text, "clientAuth") == 0)
		text = CARDEA_PURPOSE_CLIENT;
	if (!is_oid(text))
		return cardea_reader_refuse(reader, setting,
		    "expected \"clientAuth\" or an OID as \"1.3.6.1.4.1.99\"");
	return cardea_text_copy(
	    authority->purpose, sizeof(authority->purpose), text);
}

static enum cardea_status
read_principals(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_authority *authority = target;
	size_t items = 0;
	enum cardea_status status;

	status = cardea_reader_items(
	    reader, setting, CARDEA_AUTHORITY_PRINCIPALS_MAX, &items);
	for (size_t i = 0; status == CARDEA_OK && i < items; i++) {
		const char *text = "";

		status = cardea_reader_text(reader,
		    cardea_reader_item(setting, i), CARDEA_NAME_MAX, &text);
		if (status == CARDEA_OK)
			status = cardea_text_copy(authority->principals[i],
			    sizeof(authority->principals[i]), text);
	}
	if (status == CARDEA_OK)
		authority->principal_count = items;
	return status;
}

/* ---- all of them ---- */

/* what no single key can tell */
static const char *
fault_of(const struct cardea_authority *authority)
{
	bool ssh = authority->kind == CARDEA_AUTHORITY_SSH;

	if (authority->name[0] == '\0' ||
	    authority->kind == CARDEA_AUTHORITY_NONE ||
	    authority->trust[0] == '\0')
		return "an authority needs name, kind and trust";
	if (ssh &&
	    (authority->intermediates[0] != '\0' ||
		authority->ocsp[0] != '\0' || authority->purpose[0] != '\0'))
		return "intermediates, ocsp and purpose go with kind = "
		       "\"x509\"";
	if (!ssh &&
	    (authority->list_keys[0] != '\0' || authority->principal_count > 0))
		return "list_keys and principals go with kind = \"ssh\"";
	if (ssh &&
	    (authority->revocation == CARDEA_REVOCATION_BY_CRL ||
		authority->revocation == CARDEA_REVOCATION_BY_OCSP))
		return "revocation is \"any\" or \"none\" for kind = \"ssh\"";
	if (authority->revocation == CARDEA_REVOCATION_BY_NONE)
		return NULL;
	/* without any, nothing that it vouches for could ever pass */
	if (authority->list_count == 0 && authority->ocsp[0] == '\0')
		return "lists or ocsp is missing; revocation = \"none\" does "
		       "without";
	if (authority->revocation == CARDEA_REVOCATION_BY_CRL &&
	    authority->list_count == 0)
		return "revocation = \"crl\" needs lists";
	if (authority->revocation == CARDEA_REVOCATION_BY_OCSP &&
	    authority->ocsp[0] == '\0')
		return "revocation = \"ocsp\" needs ocsp";
	return NULL;
}

static enum cardea_status
finish(struct cardea_authority *authority)
{
	if (authority->kind == CARDEA_AUTHORITY_X509)
		return authority->purpose[0] != '\0'
		    ? CARDEA_OK
		    : cardea_text_copy(authority->purpose,
			  sizeof(authority->purpose), CARDEA_PURPOSE_CLIENT);
	if (authority->principal_count > 0)
		return CARDEA_OK;
	authority->principal_count = 1;
	return cardea_text_copy(
	    authority->principals[0], sizeof(authority->principals[0]), "%u");
}

static enum cardea_status
read_authority(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_settings *settings)
{
	static const struct cardea_reader_key keys[] = {
		{ "name", read_name },
		{ "kind", read_kind },
		{ "trust", read_trust },
		{ "intermediates", read_intermediates },
		{ "revocation", read_by },
		{ "max_age", read_max_age },
		{ "lists", read_lists },
		{ "list_keys", read_list_keys },
		{ "ocsp", read_ocsp },
		{ "purpose", read_purpose },
		{ "principals", read_principals },
	};
	struct cardea_authority authority = { .name = "" };
	const char *fault;
	enum cardea_status status;

	status = cardea_reader_group(reader, setting, KEYS(keys), &authority);
	if (status != CARDEA_OK)
		return status;
	fault = fault_of(&authority);
	for (size_t i = 0; i < settings->authority_count; i++) {
		if (strcmp(settings->authorities[i].name, authority.name) == 0)
			fault = "another authority has this name";
	}
	if (fault != NULL)
		return cardea_reader_refuse(reader, setting, fault);
	status = finish(&authority);
	if (status == CARDEA_OK)
		settings->authorities[settings->authority_count++] = authority;
	return status;
}

enum cardea_status
cardea_read_authorities(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	size_t count = cardea_tree_count(setting);
	enum cardea_status status = CARDEA_OK;

	if (cardea_tree_kind(setting) != CARDEA_TREE_LIST)
		return cardea_reader_refuse(
		    reader, setting, "expected a list ( { ... }, { ... } )");
	if (count > CARDEA_AUTHORITIES_MAX)
		return cardea_tree_refuse(reader->tree, setting, CARDEA_E_RANGE,
		    reader->diag, "more than %d authorities",
		    CARDEA_AUTHORITIES_MAX);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_authority(
		    reader, cardea_tree_at(setting, i), target);
	return status;
}
