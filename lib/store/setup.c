/* SPDX-License-Identifier: BSD-2-Clause */
#include <unistd.h>

#include "base/text.h"
#include "store/setup.h"

#define MS 1000u

static bool
has_admin(const struct cardea_cluster *cluster)
{
	return cluster->admin_certificate[0] != '\0' &&
	    access(cluster->admin_certificate, F_OK) == 0 &&
	    access(cluster->admin_key, F_OK) == 0;
}

static void
set_cluster(const struct cardea_cluster *from, enum cardea_store_use use,
    struct cardea_store_cluster *to)
{
	bool admin = use == CARDEA_STORE_AS_ADMIN && has_admin(from);

	to->endpoint_count = from->endpoint_count;
	for (size_t i = 0; i < from->endpoint_count; i++)
		to->endpoints[i] = from->endpoints[i];
	to->trust = from->trust;
	to->certificate = admin ? from->admin_certificate : from->certificate;
	to->key = admin ? from->admin_key : from->key;
	to->prefix = from->prefix;
	to->try_ms = from->try_s * MS;
	to->deadline_ms = from->deadline_s * MS;
}

void
cardea_store_setup(const struct cardea_settings *settings,
    enum cardea_store_use use, struct cardea_store_setup *ret_setup)
{
	*ret_setup = (struct cardea_store_setup){
		.config = { .path = settings->store_path,
		    .seal_key_path = settings->seal_key_path,
		    .size_mb = settings->store_size_mb },
	};
	if (settings->engine != CARDEA_ENGINE_ETCD)
		return;
	set_cluster(&settings->cluster, use, &ret_setup->cluster);
	ret_setup->config.cluster = &ret_setup->cluster;
}

enum cardea_status
cardea_store_setup_mirror(const struct cardea_settings *settings,
    struct cardea_store_setup *ret_setup)
{
	*ret_setup = (struct cardea_store_setup){
		.config = { .seal_key_path = settings->seal_key_path,
		    .size_mb = settings->store_size_mb },
	};
	ret_setup->config.path = ret_setup->mirror;
	return cardea_text_print(ret_setup->mirror, sizeof(ret_setup->mirror),
	    "%s/mirror", settings->store_path);
}
