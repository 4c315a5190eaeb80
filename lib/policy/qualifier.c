/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "policy/qualifier.h"

struct word {
	const char *key;
	/* NULL: a bare word; else what must stand behind "=" */
	enum cardea_status (*value)(const char *text);
};

struct vocabulary {
	enum cardea_factor factor;
	const char *all; /* for the person who mistyped one */
	const struct word *words;
	size_t count;
};

static enum cardea_status
any_text(const char *text)
{
	return text[0] == '\0' ? CARDEA_E_SYNTAX : CARDEA_OK;
}

static enum cardea_status
model(const char *text)
{
	unsigned char bytes[16];

	return cardea_text_parse_uuid(bytes, text);
}

static const struct word fido2_words[] = {
	{ "uv", NULL },
	{ "touch", NULL },
	{ "local", NULL },
	{ "agent", NULL },
	{ "remote", NULL },
	{ "sshd", NULL },
	{ "attested", NULL },
	{ "bound", NULL },
	{ "model", model },
	{ "name", any_text },
};

/* a duration without its ceiling is none */
static enum cardea_status
age(const char *text)
{
	uint32_t seconds;

	return cardea_text_duration(text, CARDEA_REVOCATION_MAX_S, &seconds);
}

/* "dns:NAME", "email:...", "uri:...", "ip:...", "upn:...": a star stands for
 * the beginning or the end, never for all of it */
static enum cardea_status
name_pattern(const char *text)
{
	static const char *const kinds[] = {
		"dns:", "email:", "uri:", "ip:", "upn:"
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(kinds[i]);
		const char *star = strchr(text, '*');

		if (strncmp(text, kinds[i], len) != 0)
			continue;
		if (text[len] == '\0' || strcmp(text + len, "*") == 0)
			return CARDEA_E_SYNTAX;
		if (star == NULL)
			return CARDEA_OK;
		if (strchr(star + 1, '*') != NULL ||
		    (star != text + len && star[1] != '\0'))
			return CARDEA_E_SYNTAX;
		return CARDEA_OK;
	}
	return CARDEA_E_SYNTAX;
}

static enum cardea_status
oid(const char *text)
{
	if (strcmp(text, "clientAuth") == 0)
		return CARDEA_OK;
	return text[0] >= '0' && text[0] <= '2' && text[1] == '.' &&
		strspn(text, "0123456789.") == strlen(text)
	    ? CARDEA_OK
	    : CARDEA_E_SYNTAX;
}

/* Only the active one counts; to ask for another would deny for ever. */
static enum cardea_status
state(const char *text)
{
	return strcmp(text, "active") == 0 ? CARDEA_OK : CARDEA_E_SYNTAX;
}

static const struct word device_words[] = {
	{ "host", NULL },
	{ "remote", NULL },
	{ "agent", NULL },
	{ "sshd", NULL },
	{ "known", NULL },
	{ "state", state },
	{ "tag", any_text },
	{ "id", any_text },
	{ "ca", any_text },
	{ "issuer", any_text },
	{ "san", name_pattern },
	{ "eku", oid },
	{ "policy", oid },
	{ "max_age", age },
	{ "posture", any_text },
	{ "fingerprint", any_text },
};

static const struct word sshcert_words[] = {
	{ "sshd", NULL },
	{ "agent", NULL },
	{ "ca", any_text },
	{ "principal", any_text },
	{ "key_id", any_text },
	{ "max_age", age },
	{ "fingerprint", any_text },
};

static const struct word sshkey_words[] = {
	{ "type", any_text },
	{ "fingerprint", any_text },
};

#define COUNT(words) sizeof(words) / sizeof((words)[0])

static const struct vocabulary vocabularies[] = {
	{ CARDEA_FACTOR_PASSWORD, "none", NULL, 0 },
	{ CARDEA_FACTOR_TOTP, "none", NULL, 0 },
	{ CARDEA_FACTOR_HOTP, "none", NULL, 0 },
	{ CARDEA_FACTOR_RECOVERY, "none", NULL, 0 },
	{ CARDEA_FACTOR_FIDO2,
	    "uv, touch, local, agent, remote, sshd, attested, bound, "
	    "model=AAGUID, name=TEXT",
	    fido2_words, COUNT(fido2_words) },
	{ CARDEA_FACTOR_DEVICE,
	    "host, remote, agent, sshd, known, state=active, tag=TEXT, "
	    "id=DEVICE, ca=AUTHORITY, issuer=TEXT, san=\"dns:NAME\", eku=OID, "
	    "policy=OID, max_age=DURATION, posture=NAME, fingerprint=TEXT",
	    device_words, COUNT(device_words) },
	{ CARDEA_FACTOR_SSHCERT,
	    "sshd, agent, ca=AUTHORITY, principal=TEXT, key_id=TEXT, "
	    "max_age=DURATION, fingerprint=TEXT",
	    sshcert_words, COUNT(sshcert_words) },
	{ CARDEA_FACTOR_SSHKEY, "type=TEXT, fingerprint=TEXT", sshkey_words,
	    COUNT(sshkey_words) },
};

static bool
is_known(
    const struct vocabulary *vocabulary, const struct cardea_quality *quality)
{
	for (size_t i = 0; i < vocabulary->count; i++) {
		const struct word *word = &vocabulary->words[i];

		if (strcmp(word->key, quality->key) != 0)
			continue;
		if (word->value == NULL)
			return quality->value[0] == '\0';
		return word->value(quality->value) == CARDEA_OK;
	}
	return false;
}

static enum cardea_status
check_factor(const struct cardea_requirement *requirement,
    const struct cardea_node *node, const struct vocabulary *vocabulary,
    struct cardea_diag *diag)
{
	for (size_t i = 0; i < node->quality_count; i++) {
		const struct cardea_quality *quality =
		    &requirement->qualities[node->quality_first + i];

		if (!is_known(vocabulary, quality))
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "%s has no qualifier \"%s%s%s\"; there are: %s",
			    cardea_factor_text(node->factor), quality->key,
			    quality->value[0] == '\0' ? "" : "=",
			    quality->value, vocabulary->all);
	}
	return CARDEA_OK;
}

enum cardea_status
cardea_qualifier_check(
    const struct cardea_requirement *requirement, struct cardea_diag *diag)
{
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < requirement->node_count; i++) {
		const struct cardea_node *node = &requirement->nodes[i];

		if (node->kind != CARDEA_NODE_FACTOR)
			continue;
		for (size_t v = 0;
		     status == CARDEA_OK && v < COUNT(vocabularies); v++) {
			if (vocabularies[v].factor == node->factor)
				status = check_factor(
				    requirement, node, &vocabularies[v], diag);
		}
	}
	return status;
}
