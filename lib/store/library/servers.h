/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LIBRARY_SERVERS_H
#define CARDEA_STORE_LIBRARY_SERVERS_H

#include "store/library/message.h"
#include "store/library/rpc.h"

/*
 * The servers of the cluster, one after the other until one answers.
 *
 * Tries are short, because a server that has no leader does not answer even
 * when there is one again; and the list is gone round twice, because an
 * election takes as long as a try.  What a server says that cannot be is not
 * believed, and the next one is asked; but unless one of them gives a good
 * answer, the worst that was found is what is told: a cluster that may be
 * somebody else's is not one that cannot be reached.
 */
struct cardea_servers {
	struct cardea_rpc *rpc;
	size_t count;
	size_t first; /* the one to begin with: it answered last */
	struct cardea_endpoint endpoints[CARDEA_ENDPOINTS_MAX];
	char texts[CARDEA_ENDPOINTS_MAX][CARDEA_ENDPOINT_MAX + 1];
	uint32_t try_ms, deadline_ms;
};

/* cardea_servers_open: asks nobody. SYNTAX, and what cardea_rpc_open says. */
CARDEA_MUST_USE enum cardea_status
cardea_servers_open(const struct cardea_store_cluster *cluster,
    struct cardea_servers *ret_servers, struct cardea_diag *diag);
void cardea_servers_close(struct cardea_servers *servers);

struct cardea_ask {
	const char *method;
	struct cardea_etcd_bytes request;
	size_t answer_max;
	bool writes; /* a try without an answer may have been done */
	/* reads an answer: OK, MISSING or CONFLICT, and nobody else is asked;
	 * whatever else, and it is as if there had been none */
	enum cardea_status (*judge)(void *context,
	    const struct cardea_etcd_bytes *answer, struct cardea_diag *diag);
	void *context;
};

/*
 * cardea_servers_ask: what judge said, or
 * IO		nobody was reached, and nothing was sent
 * TIMEOUT	asked, and not answered; with writes: or lost to a commit that
 *		an earlier try of this very one may have been
 * UNSAFE, CORRUPT, VERSION, RANGE, FULL, MEMORY, INTERNAL
 *
 * After an IO or TIMEOUT this process waits for one try instead of the whole
 * deadline, then for half of one, and so on, until somebody has answered.
 */
CARDEA_MUST_USE enum cardea_status
cardea_servers_ask(struct cardea_servers *servers, const struct cardea_ask *ask,
    struct cardea_diag *diag);

/* cardea_servers_try: one server, once; answer is the caller's to free. */
CARDEA_MUST_USE enum cardea_status
cardea_servers_try(struct cardea_servers *servers, size_t at,
    const struct cardea_ask *ask, uint32_t timeout_ms,
    struct cardea_rpc_end *ret_end, struct cardea_diag *diag);

#endif
