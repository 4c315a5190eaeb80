/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "policy/lint_authority.h"

static bool
has_authority(const struct cardea_settings *settings,
    enum cardea_authority_kind kind, const char *name)
{
	for (size_t i = 0; i < settings->authority_count; i++) {
		const struct cardea_authority *authority =
		    &settings->authorities[i];

		if (kind != CARDEA_AUTHORITY_NONE && authority->kind != kind)
			continue;
		if (name == NULL || strcmp(authority->name, name) == 0)
			return true;
	}
	return false;
}

static const char *
fault_of_quality(const struct cardea_settings *settings,
    enum cardea_authority_kind kind, const struct cardea_quality *quality)
{
	if (strcmp(quality->key, "ca") == 0 &&
	    !has_authority(settings, kind, quality->value))
		return "asks for an authority that cardea.conf does not have: ";
	if (strcmp(quality->key, "host") == 0 &&
	    settings->device_certificate[0] == '\0')
		return "asks for this host's certificate, and cardea.conf "
		       "names none: ";
	if (strcmp(quality->key, "posture") == 0 &&
	    settings->statement_keys[0] == '\0')
		return "asks for a manager's word, and cardea.conf has no "
		       "statement_keys: ";
	return NULL;
}

/* An authority of either kind may vouch for a device; for a certificate of
 * OpenSSH only one kind can. */
static enum cardea_authority_kind
kind_of(enum cardea_factor factor)
{
	return factor == CARDEA_FACTOR_SSHCERT ? CARDEA_AUTHORITY_SSH
					       : CARDEA_AUTHORITY_NONE;
}

static void
judge_node(const struct cardea_settings *settings,
    const struct cardea_requirement *requirement,
    const struct cardea_node *node, cardea_lint_fault *fault, void *context)
{
	enum cardea_authority_kind kind = kind_of(node->factor);

	if (node->factor == CARDEA_FACTOR_SSHCERT &&
	    !has_authority(settings, kind, NULL))
		fault("asks for a certificate of OpenSSH, and cardea.conf has "
		      "no authority of kind \"ssh\"",
		    context);
	for (size_t i = 0; i < node->quality_count; i++) {
		const struct cardea_quality *quality =
		    &requirement->qualities[node->quality_first + i];
		const char *text = fault_of_quality(settings, kind, quality);
		char line[512];

		if (text != NULL &&
		    cardea_text_print(line, sizeof(line), "%s%s%s%s", text,
			quality->key, quality->value[0] != '\0' ? "=" : "",
			quality->value) == CARDEA_OK)
			fault(line, context);
	}
}

void
cardea_lint_certificates(const struct cardea_settings *settings,
    const char *text, cardea_lint_fault *fault, void *context)
{
	struct cardea_requirement requirement;

	if (text == NULL || text[0] == '\0' ||
	    cardea_requirement_parse(text, &requirement, NULL) != CARDEA_OK)
		return;
	for (size_t i = 0; i < requirement.node_count; i++) {
		const struct cardea_node *node = &requirement.nodes[i];

		if (node->kind == CARDEA_NODE_FACTOR &&
		    (node->factor == CARDEA_FACTOR_DEVICE ||
			node->factor == CARDEA_FACTOR_SSHCERT))
			judge_node(
			    settings, &requirement, node, fault, context);
	}
}
