/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "store/library/members.h"
#include "store/library/servers.h"

#define STATUS_MAX 16384

static void
fill(struct cardea_member *member, const struct cardea_etcd_status *status)
{
	member->reachable = true;
	member->reason = status->trouble;
	member->leader = status->leader == status->head.member;
	member->has_leader = status->leader != 0;
	member->cluster = status->head.cluster;
	member->id = status->head.member;
	member->version = status->version;
	member->term = status->term;
	member->index = status->index;
	member->revision = status->head.revision;
	member->db_bytes = status->db_bytes;
	member->db_used_bytes = status->db_used_bytes;
}

static void
show(struct cardea_servers *servers, size_t at, cardea_member_visit *visit,
    void *context)
{
	const struct cardea_ask ask = { .method = CARDEA_ETCD_STATUS,
		.answer_max = STATUS_MAX };
	struct cardea_member member = {
		.endpoint = servers->texts[at],
		.name = servers->endpoints[at].name,
		.version = "",
	};
	struct cardea_etcd_bytes answer = { .data = NULL };
	struct cardea_etcd_status found;
	struct cardea_diag diag = { .line = 0 };
	struct cardea_rpc_end end;
	enum cardea_status status;

	status = cardea_servers_try(
	    servers, at, &ask, servers->try_ms, &end, &diag);
	if (status == CARDEA_OK) {
		answer.data = end.bytes;
		answer.len = end.len;
		status = cardea_etcd_read_status(&answer, &found, &diag);
		free(end.bytes);
	}
	member.latency_us = end.latency_us;
	if (status == CARDEA_OK)
		fill(&member, &found);
	else
		member.reason = diag.reason[0] != '\0'
		    ? diag.reason
		    : cardea_status_text(status);
	visit(&member, context);
}

enum cardea_status
cardea_members(const struct cardea_store_config *config,
    cardea_member_visit *visit, void *context, struct cardea_diag *diag)
{
	struct cardea_servers servers;
	enum cardea_status status;

	if (config->cluster == NULL)
		return CARDEA_E_INTERNAL;
	status = cardea_servers_open(config->cluster, &servers, diag);
	if (status != CARDEA_OK)
		return status;
	for (size_t i = 0; i < servers.count; i++)
		show(&servers, i, visit, context);
	cardea_servers_close(&servers);
	return CARDEA_OK;
}
