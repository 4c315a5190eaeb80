/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "store/ledger_device.h"

/* What may be said of a device without asking the store. */

static const struct {
	enum cardea_device_state state;
	const char *text;
} states[] = {
	{ CARDEA_DEVICE_ACTIVE, "active" },
	{ CARDEA_DEVICE_LOCKED, "locked" },
	{ CARDEA_DEVICE_LOST, "lost" },
	{ CARDEA_DEVICE_RETIRED, "retired" },
};
#define STATES (sizeof(states) / sizeof(states[0]))

const char *
cardea_device_state_text(enum cardea_device_state state)
{
	for (size_t i = 0; i < STATES; i++) {
		if (states[i].state == state)
			return states[i].text;
	}
	return "unknown";
}

enum cardea_device_state
cardea_device_state_parse(const char *text)
{
	for (size_t i = 0; i < STATES; i++) {
		if (strcmp(states[i].text, text) == 0)
			return states[i].state;
	}
	return CARDEA_DEVICE_NONE;
}

bool
cardea_device_owned(const struct cardea_device *device, const char *user)
{
	for (size_t i = 0; i < device->owner_count; i++) {
		if (strcmp(device->owners[i], user) == 0)
			return true;
	}
	return device->owner_count == 0;
}

bool
cardea_device_tagged(const struct cardea_device *device, const char *tag)
{
	for (size_t i = 0; i < device->tag_count; i++) {
		if (strcmp(device->tags[i], tag) == 0)
			return true;
	}
	return false;
}

static bool
is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* all of len characters: letters, digits, and those of more */
static bool
is_made_of(const char *text, size_t len, const char *more)
{
	for (size_t i = 0; i < len; i++) {
		if (!is_alphanumeric(text[i]) && strchr(more, text[i]) == NULL)
			return false;
	}
	return len > 0;
}

bool
cardea_device_is_name(const char *text)
{
	size_t len = strlen(text);

	return len <= CARDEA_CREDENTIAL_MAX && text[0] != '-' &&
	    is_made_of(text, len, "._-");
}

size_t
cardea_device_index_of(const struct cardea_device *device, const char *identity)
{
	size_t i = 0;

	while (i < device->identity_count &&
	    strcmp(device->identities[i].text, identity) != 0)
		i++;
	return i;
}

/* ---- the forms of an identity, each told from what follows its colon ---- */

static bool
is_key_hash(const char *rest)
{
	return strlen(rest) == 64 && strspn(rest, "0123456789abcdef") == 64;
}

static bool
is_fingerprint(const char *rest)
{
	return strncmp(rest, "SHA256:", 7) == 0 && strlen(rest + 7) == 43 &&
	    is_made_of(rest + 7, 43, "+/");
}

/* What follows "AUTHORITY/"; NULL where there is no authority. */
static const char *
after_authority(const char *rest)
{
	const char *slash = strchr(rest, '/');
	size_t len = slash == NULL ? 0 : (size_t)(slash - rest);

	if (len == 0 || len > CARDEA_AUTHORITY_NAME_MAX ||
	    !is_made_of(rest, len, "._- "))
		return NULL;
	return slash + 1;
}

static bool
is_name_below(const char *rest)
{
	static const char *const kinds[] = {
		"dns:", "email:", "uri:", "ip:", "upn:", "dirname:"
	};
	const char *name = after_authority(rest);

	if (name == NULL)
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i]);

		if (strncmp(name, kinds[i], len) == 0)
			return name[len] != '\0';
	}
	return false;
}

static bool
is_key_id(const char *rest)
{
	const char *id = after_authority(rest);

	return id != NULL && id[0] != '\0';
}

/* A user's name may hold slashes, an id may not. */
static bool
is_security_key(const char *rest)
{
	const char *slash = strrchr(rest, '/');

	return slash != NULL && slash > rest &&
	    (size_t)(slash - rest) <= CARDEA_NAME_MAX &&
	    cardea_device_is_name(slash + 1);
}

static const struct {
	const char *prefix;
	bool (*is_rest)(const char *rest);
} forms[] = {
	{ "x509-key:", is_key_hash },
	{ "x509:", is_fingerprint },
	{ "x509-name:", is_name_below },
	{ "ssh-key:", is_fingerprint },
	{ "ssh-cert:", is_key_id },
	{ "fido2:", is_security_key },
};

static bool
is_identity(const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		if ((unsigned char)*at < ' ' || *at == '\x7f')
			return false;
	}
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t len = strlen(forms[i].prefix);

		if (strncmp(text, forms[i].prefix, len) == 0)
			return forms[i].is_rest(text + len);
	}
	return false;
}

/* RFC 4343: names of hosts are the same in either case, so that no two devices
 * can be known by one of them. */
static void
lower_host(char *text)
{
	char *at = strchr(text, '/');

	if (strncmp(text, "x509-name:", 10) != 0 || at == NULL ||
	    strncmp(at + 1, "dns:", 4) != 0)
		return;
	for (at += 5; *at != '\0'; at++) {
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	}
}

enum cardea_status
cardea_device_parse_identity(const char *text,
    struct cardea_device_identity *ret_identity, struct cardea_diag *diag)
{
	struct cardea_device_identity identity;

	if (cardea_text_copy(identity.text, sizeof(identity.text), text) !=
	    CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "an identity is longer than %d bytes",
		    CARDEA_DEVICE_IDENTITY_MAX);
	if (!is_identity(text))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "\"%.160s\" is no identity of a device: see "
		    "cardea-device(8)",
		    text);
	lower_host(identity.text);
	*ret_identity = identity;
	return CARDEA_OK;
}
