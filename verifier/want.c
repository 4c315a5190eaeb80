/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "want.h"

const char *
cardea_way_text(enum cardea_way way)
{
	switch (way) {
	case CARDEA_WAY_LOCAL:
		return "local";
	case CARDEA_WAY_AGENT:
		return "agent";
	case CARDEA_WAY_REMOTE:
		return "remote";
	case CARDEA_WAY_SSHD:
		return "sshd";
	}
	return "";
}

/* A value that does not fit says nothing, so it meets no demand. */
static void
add(struct cardea_quality *qualities, size_t *count, const char *key,
    const char *value)
{
	struct cardea_quality quality = { .key = "" };

	if (*count < CARDEA_QUALITIES_MAX &&
	    cardea_text_copy(quality.key, sizeof(quality.key), key) ==
		CARDEA_OK &&
	    cardea_text_copy(quality.value, sizeof(quality.value), value) ==
		CARDEA_OK)
		qualities[(*count)++] = quality;
}

size_t
cardea_want_qualities(const struct cardea_fido2_credential *credential,
    enum cardea_way way, bool touch, bool uv,
    struct cardea_quality qualities[CARDEA_QUALITIES_MAX])
{
	static const unsigned char unknown[CARDEA_FIDO2_MODEL];
	char model[CARDEA_TEXT_UUID + 1];
	size_t count = 0;

	add(qualities, &count, cardea_way_text(way), "");
	if (touch)
		add(qualities, &count, "touch", "");
	if (uv)
		add(qualities, &count, "uv", "");
	if (credential->attested)
		add(qualities, &count, "attested", "");
	if (credential->kind == CARDEA_FIDO2_CTAP &&
	    !credential->backup_eligible)
		add(qualities, &count, "bound", "");
	if (memcmp(credential->model, unknown, sizeof(unknown)) != 0) {
		cardea_text_uuid(model, credential->model);
		add(qualities, &count, "model", model);
	}
	if (credential->name[0] != '\0')
		add(qualities, &count, "name", credential->name);
	return count;
}

static bool
is_among(const struct cardea_quality *demanded,
    const struct cardea_quality *qualities, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(demanded->key, qualities[i].key) == 0 &&
		    strcmp(demanded->value, qualities[i].value) == 0)
			return true;
	}
	return false;
}

static bool
is_fido2(const struct cardea_node *node)
{
	return node->kind == CARDEA_NODE_FACTOR &&
	    node->factor == CARDEA_FACTOR_FIDO2;
}

bool
cardea_want_credential(const struct cardea_requirement *residual,
    enum cardea_way way, const struct cardea_fido2_credential *credential)
{
	struct cardea_quality best[CARDEA_QUALITIES_MAX];
	bool proves = way != CARDEA_WAY_SSHD;
	size_t count = cardea_want_qualities(
	    credential, way, proves, proves, best);

	for (size_t i = 0; i < residual->node_count; i++) {
		const struct cardea_node *node = &residual->nodes[i];
		const struct cardea_quality *demanded = residual->qualities +
		    node->quality_first;
		size_t met = 0;

		if (!is_fido2(node))
			continue;
		while (met < node->quality_count &&
		    is_among(&demanded[met], best, count))
			met++;
		if (met == node->quality_count)
			return true;
	}
	return false;
}

/* Does the demand leave this way open, and does it need uv? */
static bool
is_open(const struct cardea_requirement *residual,
    const struct cardea_node *node, enum cardea_way way, bool *ret_uv)
{
	static const enum cardea_way ways[] = { CARDEA_WAY_LOCAL,
		CARDEA_WAY_AGENT, CARDEA_WAY_REMOTE, CARDEA_WAY_SSHD };

	*ret_uv = false;
	for (size_t i = 0; i < node->quality_count; i++) {
		const char *key =
		    residual->qualities[node->quality_first + i].key;

		if (strcmp(key, "uv") == 0)
			*ret_uv = true;
		for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
			if (ways[w] != way &&
			    strcmp(key, cardea_way_text(ways[w])) == 0)
				return false;
		}
	}
	return true;
}

bool
cardea_want_way(const struct cardea_requirement *residual, enum cardea_way way)
{
	bool uv;

	for (size_t i = 0; i < residual->node_count; i++) {
		if (is_fido2(&residual->nodes[i]) &&
		    is_open(residual, &residual->nodes[i], way, &uv))
			return true;
	}
	return false;
}

bool
cardea_want_reaches(
    enum cardea_way way, const struct cardea_fido2_credential *credential)
{
	bool through_ssh = way == CARDEA_WAY_AGENT || way == CARDEA_WAY_SSHD;

	return credential->kind ==
	    (through_ssh ? CARDEA_FIDO2_SSH : CARDEA_FIDO2_CTAP);
}

static enum cardea_uv
uv_of(bool some, bool all)
{
	if (!some)
		return CARDEA_UV_NO;
	return all ? CARDEA_UV_NEED : CARDEA_UV_PREFER;
}

static enum cardea_uv
uv_of_credentials(enum cardea_way way,
    const struct cardea_fido2_credential *credentials, size_t count)
{
	bool some = false, all = true;

	for (size_t i = 0; i < count; i++) {
		if (!cardea_want_reaches(way, &credentials[i]))
			continue;
		some = some || credentials[i].demands_uv;
		all = all && credentials[i].demands_uv;
	}
	return uv_of(some, all);
}

static enum cardea_uv
uv_of_demands(const struct cardea_requirement *residual, enum cardea_way way)
{
	bool some = false, all = true, uv;

	for (size_t i = 0; i < residual->node_count; i++) {
		const struct cardea_node *node = &residual->nodes[i];

		if (!is_fido2(node) || !is_open(residual, node, way, &uv))
			continue;
		some = some || uv;
		all = all && uv;
	}
	return uv_of(some, all);
}

enum cardea_uv
cardea_want_uv(const struct cardea_requirement *residual, enum cardea_way way,
    const struct cardea_fido2_credential *credentials, size_t count)
{
	enum cardea_uv demands = uv_of_demands(residual, way);
	enum cardea_uv keys = uv_of_credentials(way, credentials, count);

	return demands > keys ? demands : keys;
}
