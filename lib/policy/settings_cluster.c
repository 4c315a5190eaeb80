/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/endpoint.h"
#include "policy/settings.h"

/* What the settings say of the engine, and of the cluster of a fleet. */

void
cardea_settings_default_cluster(struct cardea_settings *settings)
{
	static const char prefix[] = "/cardea/";
	struct cardea_cluster *cluster = &settings->cluster;

	settings->engine = CARDEA_ENGINE_LMDB;
	memcpy(cluster->prefix, prefix, sizeof(prefix));
	cluster->try_s = 1;
	cluster->deadline_s = 4;
	cluster->mirror_max_age_s = 3600;
}

static bool
has_endpoints(const struct cardea_cluster *cluster)
{
	struct cardea_endpoint endpoint;

	if (cluster->endpoint_count > CARDEA_ENDPOINTS_MAX)
		return false;
	for (size_t i = 0; i < cluster->endpoint_count; i++) {
		if (cardea_endpoint_parse(cluster->endpoints[i], &endpoint) !=
		    CARDEA_OK)
			return false;
	}
	return true;
}

bool
cardea_settings_valid_cluster(const struct cardea_settings *settings)
{
	const struct cardea_cluster *cluster = &settings->cluster;
	bool used = settings->engine == CARDEA_ENGINE_ETCD;

	if (!used && settings->engine != CARDEA_ENGINE_LMDB)
		return false;
	if (used &&
	    (cluster->endpoint_count == 0 || cluster->trust[0] != '/' ||
		cluster->certificate[0] != '/' || cluster->key[0] != '/'))
		return false;
	return has_endpoints(cluster) && cluster->prefix[0] == '/' &&
	    (cluster->admin_certificate[0] == '\0') ==
	    (cluster->admin_key[0] == '\0') &&
	    cluster->try_s >= 1 && cluster->try_s <= cluster->deadline_s &&
	    cluster->deadline_s <= CARDEA_CLUSTER_DEADLINE_MAX_S &&
	    cluster->mirror_max_age_s >= 60 &&
	    cluster->mirror_max_age_s <= CARDEA_MIRROR_MAX_S;
}

void
cardea_settings_pack_cluster(
    struct cardea_pack *pack, const struct cardea_settings *settings)
{
	const struct cardea_cluster *cluster = &settings->cluster;

	cardea_pack_u32(pack, (uint32_t)settings->engine);
	cardea_pack_u32(pack, (uint32_t)cluster->endpoint_count);
	for (size_t i = 0; i < cluster->endpoint_count; i++)
		cardea_pack_text(pack, cluster->endpoints[i]);
	cardea_pack_text(pack, cluster->trust);
	cardea_pack_text(pack, cluster->certificate);
	cardea_pack_text(pack, cluster->key);
	cardea_pack_text(pack, cluster->admin_certificate);
	cardea_pack_text(pack, cluster->admin_key);
	cardea_pack_text(pack, cluster->prefix);
	cardea_pack_u32(pack, cluster->try_s);
	cardea_pack_u32(pack, cluster->deadline_s);
	cardea_pack_u32(pack, cluster->mirror_max_age_s);
}

void
cardea_settings_unpack_cluster(
    struct cardea_unpack *unpack, struct cardea_settings *settings)
{
	struct cardea_cluster *cluster = &settings->cluster;
	uint32_t count;

	settings->engine = (enum cardea_engine)cardea_unpack_u32(unpack);
	count = cardea_unpack_u32(unpack);
	if (count > CARDEA_ENDPOINTS_MAX)
		unpack->failed = true;
	for (size_t i = 0; !unpack->failed && i < count; i++)
		cardea_unpack_text(unpack, cluster->endpoints[i],
		    sizeof(cluster->endpoints[i]));
	cluster->endpoint_count = unpack->failed ? 0 : count;
	cardea_unpack_text(unpack, cluster->trust, sizeof(cluster->trust));
	cardea_unpack_text(
	    unpack, cluster->certificate, sizeof(cluster->certificate));
	cardea_unpack_text(unpack, cluster->key, sizeof(cluster->key));
	cardea_unpack_text(unpack, cluster->admin_certificate,
	    sizeof(cluster->admin_certificate));
	cardea_unpack_text(
	    unpack, cluster->admin_key, sizeof(cluster->admin_key));
	cardea_unpack_text(unpack, cluster->prefix, sizeof(cluster->prefix));
	cluster->try_s = cardea_unpack_u32(unpack);
	cluster->deadline_s = cardea_unpack_u32(unpack);
	cluster->mirror_max_age_s = cardea_unpack_u32(unpack);
}
