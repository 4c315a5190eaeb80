/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <cardea/limits.h>

#include "base/endpoint.h"
#include "base/text.h"
#include "policy/reader.h"
#include "policy/source_items.h"
#include "policy/source_values.h"

/* What cardea.conf says of the engine, and of the cluster of a fleet. */

enum cardea_status
cardea_read_driver(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;
	const char *name = cardea_tree_text(setting);

	if (strcmp(name, "lmdb") != 0 && strcmp(name, "etcd") != 0)
		return cardea_reader_refuse(
		    reader, setting, "expected \"lmdb\" or \"etcd\"");
	settings->engine = strcmp(name, "etcd") == 0 ? CARDEA_ENGINE_ETCD
						     : CARDEA_ENGINE_LMDB;
	return CARDEA_OK;
}

static enum cardea_status
read_endpoint(struct cardea_reader *reader,
    const struct cardea_setting *setting, struct cardea_cluster *cluster)
{
	struct cardea_endpoint endpoint;
	const char *text;
	enum cardea_status status;

	status = cardea_reader_text(
	    reader, setting, CARDEA_ENDPOINT_MAX, &text);
	if (status != CARDEA_OK)
		return status;
	if (cardea_endpoint_parse(text, &endpoint) != CARDEA_OK)
		return cardea_reader_refuse(reader, setting,
		    "expected \"ADDRESS:PORT\" or \"NAME=ADDRESS:PORT\": "
		    "a login resolves no names");
	return cardea_text_copy(cluster->endpoints[cluster->endpoint_count++],
	    sizeof(cluster->endpoints[0]), text);
}

static enum cardea_status
read_endpoints(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	struct cardea_settings *settings = target;
	enum cardea_status status;
	size_t count = 0;

	status = cardea_reader_items(
	    reader, setting, CARDEA_ENDPOINTS_MAX, &count);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = read_endpoint(
		    reader, cardea_reader_item(setting, i), &settings->cluster);
	return status;
}

static enum cardea_status
read_prefix(struct cardea_reader *reader, const struct cardea_setting *setting,
    void *target)
{
	struct cardea_settings *settings = target;
	struct cardea_cluster *cluster = &settings->cluster;
	const char *text;
	enum cardea_status status;

	status = cardea_reader_text(
	    reader, setting, CARDEA_CLUSTER_PREFIX_MAX, &text);
	if (status != CARDEA_OK)
		return status;
	if (text[0] != '/' || text[1] == '\0' || text[strlen(text) - 1] != '/')
		return cardea_reader_refuse(
		    reader, setting, "expected a prefix such as \"/cardea/\"");
	return cardea_text_copy(cluster->prefix, sizeof(cluster->prefix), text);
}

enum cardea_status
cardea_read_etcd(struct cardea_reader *reader,
    const struct cardea_setting *setting, void *target)
{
	static const struct cardea_item items[] = {
		CARDEA_ITEM_PATH("trust", cluster.trust),
		CARDEA_ITEM_PATH("certificate", cluster.certificate),
		CARDEA_ITEM_PATH("key", cluster.key),
		CARDEA_ITEM_PATH(
		    "admin_certificate", cluster.admin_certificate),
		CARDEA_ITEM_PATH("admin_key", cluster.admin_key),
		CARDEA_ITEM_DURATION(
		    "try", cluster.try_s, 1, CARDEA_CLUSTER_DEADLINE_MAX_S),
		CARDEA_ITEM_DURATION("deadline", cluster.deadline_s, 1,
		    CARDEA_CLUSTER_DEADLINE_MAX_S),
		CARDEA_ITEM_DURATION("mirror_max_age", cluster.mirror_max_age_s,
		    60, CARDEA_MIRROR_MAX_S),
	};
	static const struct cardea_reader_key keys[] = {
		{ "endpoints", read_endpoints },
		{ "prefix", read_prefix },
	};

	return cardea_read_items(reader, setting, items,
	    sizeof(items) / sizeof(items[0]), keys,
	    sizeof(keys) / sizeof(keys[0]), target);
}
