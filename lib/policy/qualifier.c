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

static const struct word sshkey_words[] = {
	{ "type", any_text },
	{ "fingerprint", any_text },
};

#define COUNT(words) sizeof(words) / sizeof((words)[0])

/* device and sshcert have words of their own that this version does not know
 * yet; they are judged where their proofs are. */
static const struct vocabulary vocabularies[] = {
	{ CARDEA_FACTOR_PASSWORD, "none", NULL, 0 },
	{ CARDEA_FACTOR_TOTP, "none", NULL, 0 },
	{ CARDEA_FACTOR_HOTP, "none", NULL, 0 },
	{ CARDEA_FACTOR_RECOVERY, "none", NULL, 0 },
	{ CARDEA_FACTOR_FIDO2,
	    "uv, touch, local, agent, remote, sshd, attested, bound, "
	    "model=AAGUID, name=TEXT",
	    fido2_words, COUNT(fido2_words) },
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
