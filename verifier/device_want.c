/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "device_pattern.h"
#include "device_want.h"

static const struct {
	enum cardea_device_way way;
	const char *text; /* as rules say it */
	bool shows_sshcert;
} ways[] = {
	{ CARDEA_DEVICE_WAY_HOST, "host", false },
	{ CARDEA_DEVICE_WAY_AGENT, "agent", true },
	{ CARDEA_DEVICE_WAY_REMOTE, "remote", false },
	{ CARDEA_DEVICE_WAY_SSHD, "sshd", true },
};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

const char *
cardea_device_way_text(enum cardea_device_way way)
{
	for (size_t i = 0; i < WAYS; i++) {
		if (ways[i].way == way)
			return ways[i].text;
	}
	return "";
}

/* --- what a pair demands -------------------------------------------------- */

static bool
is_issuer(const struct cardea_device_proof *proof, const char *value)
{
	return strcmp(proof->identity->issuer_name, value) == 0 ||
	    strcmp(proof->identity->issuer, value) == 0;
}

static bool
is_authority(const struct cardea_device_proof *proof, const char *value)
{
	return proof->identity->authority[0] != '\0' &&
	    strcmp(proof->identity->authority, value) == 0;
}

static bool
is_san(const struct cardea_device_proof *proof, const char *value)
{
	const struct cardea_cert_identity *identity = proof->identity;

	/* a principal that looks like a name is none (S07) */
	if (identity->kind != CARDEA_CERT_X509)
		return false;
	for (size_t i = 0; i < identity->name_count; i++) {
		if (cardea_device_pattern_is(
			value, proof->user, identity->names[i].text))
			return true;
	}
	return false;
}

/* Principals are bytes (S07): nothing stands for anything in them, but for
 * "%u" in what the rule demands. */
static bool
is_principal(const struct cardea_device_proof *proof, const char *value)
{
	const struct cardea_cert_identity *identity = proof->identity;

	if (identity->kind != CARDEA_CERT_SSH)
		return false;
	for (size_t i = 0; i < identity->name_count; i++) {
		if (cardea_device_pattern_is_plain(
			value, proof->user, identity->names[i].text))
			return true;
	}
	return false;
}

static bool
is_key_id(const struct cardea_device_proof *proof, const char *value)
{
	return proof->identity->kind == CARDEA_CERT_SSH &&
	    strcmp(proof->identity->subject, value) == 0;
}

static bool
has_oid(const struct cardea_cert_oid *oids, size_t count, const char *wanted)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(oids[i].text, wanted) == 0)
			return true;
	}
	return false;
}

static bool
is_purpose(const struct cardea_device_proof *proof, const char *value)
{
	static const char client_auth[] = "1.3.6.1.5.5.7.3.2";

	return has_oid(proof->identity->purposes,
	    proof->identity->purpose_count,
	    strcmp(value, "clientAuth") == 0 ? client_auth : value);
}

static bool
is_policy(const struct cardea_device_proof *proof, const char *value)
{
	return has_oid(
	    proof->identity->policies, proof->identity->policy_count, value);
}

/* A plain key has no date, so it is never young enough. */
static bool
is_young(const struct cardea_device_proof *proof, const char *value)
{
	const struct cardea_cert_identity *identity = proof->identity;
	uint32_t max_s;

	return identity->kind != CARDEA_CERT_SSH_KEY &&
	    cardea_text_duration(value, UINT32_MAX, &max_s) == CARDEA_OK &&
	    identity->not_before_s > 0 &&
	    identity->not_before_s <= proof->time_s &&
	    proof->time_s - identity->not_before_s <= (int64_t)max_s;
}

static bool
is_fingerprint(const struct cardea_device_proof *proof, const char *value)
{
	return value[0] != '\0' &&
	    (strcmp(proof->identity->fingerprint, value) == 0 ||
		strcmp(proof->identity->ssh_fingerprint, value) == 0);
}

static bool
is_tagged(const struct cardea_device_proof *proof, const char *value)
{
	const struct cardea_device *device = proof->device;

	for (size_t i = 0; device != NULL && i < device->tag_count; i++) {
		if (strcmp(device->tags[i], value) == 0)
			return true;
	}
	return false;
}

static bool
is_known(const struct cardea_device_proof *proof, const char *value)
{
	return proof->device != NULL && value[0] == '\0';
}

static bool
is_state(const struct cardea_device_proof *proof, const char *value)
{
	return proof->device != NULL &&
	    strcmp(cardea_device_state_text(proof->device->state), value) == 0;
}

static bool
is_device(const struct cardea_device_proof *proof, const char *value)
{
	return proof->device != NULL && strcmp(proof->device->id, value) == 0;
}

/* A statement of tomorrow is of no clock of ours, so it is none. */
static bool
is_statement_fresh(const struct cardea_device_proof *proof)
{
	const struct cardea_device *device = proof->device;

	return device != NULL && device->posture_s > 0 &&
	    device->posture_s <= proof->time_s &&
	    proof->time_s - device->posture_s <=
	    (int64_t)proof->statement_max_age_s;
}

/* "NAME" is short for "NAME:yes". */
static bool
is_posture(const struct cardea_device_proof *proof, const char *value)
{
	const char *colon = strchr(value, ':');
	size_t len = colon != NULL ? (size_t)(colon - value) : strlen(value);
	const char *wanted = colon != NULL ? colon + 1 : "yes";

	if (!is_statement_fresh(proof))
		return false;
	for (size_t i = 0; i < proof->device->fact_count; i++) {
		const struct cardea_device_fact *fact =
		    &proof->device->facts[i];

		if (strlen(fact->name) == len &&
		    memcmp(fact->name, value, len) == 0 &&
		    strcmp(fact->value, wanted) == 0)
			return true;
	}
	return false;
}

/* The vocabulary of both factors, but for the ways. */
static const struct pair {
	const char *key;
	bool of_device, of_sshcert;
	bool (*holds)(
	    const struct cardea_device_proof *proof, const char *value);
} pairs[] = {
	{ "ca", true, true, is_authority },
	{ "fingerprint", true, true, is_fingerprint },
	{ "max_age", true, true, is_young },
	{ "eku", true, false, is_purpose },
	{ "id", true, false, is_device },
	{ "issuer", true, false, is_issuer },
	{ "known", true, false, is_known },
	{ "policy", true, false, is_policy },
	{ "posture", true, false, is_posture },
	{ "san", true, false, is_san },
	{ "state", true, false, is_state },
	{ "tag", true, false, is_tagged },
	{ "key_id", false, true, is_key_id },
	{ "principal", false, true, is_principal },
};

static bool
holds(const struct cardea_quality *demanded, enum cardea_factor factor,
    const struct cardea_device_proof *proof)
{
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		bool is_ours = factor == CARDEA_FACTOR_SSHCERT
		    ? pairs[i].of_sshcert
		    : pairs[i].of_device;

		if (is_ours && strcmp(pairs[i].key, demanded->key) == 0)
			return pairs[i].holds(proof, demanded->value);
	}
	return false;
}

/* --- qualities -------------------------------------------------------------
 */

struct qualities {
	struct cardea_quality *items;
	size_t count;
};

/* What does not fit is not said, so it meets no demand. */
static void
add(struct qualities *qualities, const char *key, const char *value)
{
	struct cardea_quality quality = { .key = "" };

	for (size_t i = 0; i < qualities->count; i++) {
		if (strcmp(qualities->items[i].key, key) == 0 &&
		    strcmp(qualities->items[i].value, value) == 0)
			return;
	}
	if (qualities->count < CARDEA_QUALITIES_MAX &&
	    cardea_text_copy(quality.key, sizeof(quality.key), key) ==
		CARDEA_OK &&
	    cardea_text_copy(quality.value, sizeof(quality.value), value) ==
		CARDEA_OK)
		qualities->items[qualities->count++] = quality;
}

static bool
is_of(const struct cardea_node *node, enum cardea_factor factor)
{
	return node->kind == CARDEA_NODE_FACTOR && node->factor == factor;
}

size_t
cardea_device_want_qualities(const struct cardea_requirement *requirement,
    enum cardea_factor factor, const struct cardea_device_proof *proof,
    struct cardea_quality ret_qualities[CARDEA_QUALITIES_MAX])
{
	struct qualities qualities = { ret_qualities, 0 };

	add(&qualities, cardea_device_way_text(proof->way), "");
	for (size_t i = 0; i < requirement->node_count; i++) {
		const struct cardea_node *node = &requirement->nodes[i];

		if (!is_of(node, factor))
			continue;
		for (size_t q = 0; q < node->quality_count; q++) {
			const struct cardea_quality *demanded =
			    &requirement->qualities[node->quality_first + q];

			if (holds(demanded, factor, proof))
				add(&qualities, demanded->key, demanded->value);
		}
	}
	/* said whether a rule asks or not, but never in the place of what it
	 * asks */
	if (factor == CARDEA_FACTOR_DEVICE && proof->device != NULL) {
		add(&qualities, "known", "");
		add(&qualities, "state",
		    cardea_device_state_text(proof->device->state));
	}
	return qualities.count;
}

/* --- ways and authorities --------------------------------------------------
 */

/* Does the node name this way, or at least no other one? */
static bool
is_open(const struct cardea_requirement *requirement,
    const struct cardea_node *node, enum cardea_device_way way, bool is_named)
{
	bool named = false;

	for (size_t i = 0; i < node->quality_count; i++) {
		const char *key =
		    requirement->qualities[node->quality_first + i].key;

		for (size_t w = 0; w < WAYS; w++) {
			if (strcmp(key, ways[w].text) != 0)
				continue;
			if (ways[w].way != way)
				return false;
			named = true;
		}
	}
	return named || !is_named;
}

static bool
can_show(enum cardea_device_way way, enum cardea_factor factor)
{
	for (size_t i = 0; i < WAYS; i++) {
		if (ways[i].way == way)
			return factor == CARDEA_FACTOR_DEVICE ||
			    (factor == CARDEA_FACTOR_SSHCERT &&
				ways[i].shows_sshcert);
	}
	return false;
}

bool
cardea_device_want_way(const struct cardea_requirement *residual,
    enum cardea_factor factor, enum cardea_device_way way, bool is_named)
{
	if (!can_show(way, factor))
		return false;
	for (size_t i = 0; i < residual->node_count; i++) {
		if (is_of(&residual->nodes[i], factor) &&
		    is_open(residual, &residual->nodes[i], way, is_named))
			return true;
	}
	return false;
}

static bool
leaves_open(const struct cardea_requirement *requirement,
    const struct cardea_node *node, const char *authority)
{
	for (size_t i = 0; i < node->quality_count; i++) {
		const struct cardea_quality *quality =
		    &requirement->qualities[node->quality_first + i];

		if (strcmp(quality->key, "ca") == 0 &&
		    strcmp(quality->value, authority) != 0)
			return false;
	}
	return true;
}

bool
cardea_device_want_authority(const struct cardea_requirement *requirement,
    const struct cardea_authority *authority)
{
	for (size_t i = 0; i < requirement->node_count; i++) {
		const struct cardea_node *node = &requirement->nodes[i];
		bool is_ours = is_of(node, CARDEA_FACTOR_DEVICE) ||
		    (is_of(node, CARDEA_FACTOR_SSHCERT) &&
			authority->kind == CARDEA_AUTHORITY_SSH);

		if (is_ours && leaves_open(requirement, node, authority->name))
			return true;
	}
	return false;
}
