/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LIBRARY_RPC_H
#define CARDEA_STORE_LIBRARY_RPC_H

#include <stdbool.h>

#include <cardea/store.h>

#include "base/endpoint.h"

/*
 * One call of one server, by libcurl, which no other unit of the store knows.
 *
 * The server is reached at its address and must show a certificate with its
 * name, of the cluster's own authority; there is no way around either (X06).
 * Nothing is looked up, nothing is read from the environment, nobody is
 * followed elsewhere, no proxy is asked.  Connections are kept for the next
 * call.  What was sent once is never sent again by itself: only the caller can
 * know whether it may have been done.
 */
struct cardea_rpc;

/* cardea_rpc_open: judges and reads trust, certificate and key; asks nobody.
 * MISSING, UNSAFE, IO, RANGE, MEMORY. */
CARDEA_MUST_USE enum cardea_status
cardea_rpc_open(const struct cardea_store_cluster *cluster,
    struct cardea_rpc **ret_rpc, struct cardea_diag *diag);
void cardea_rpc_close(struct cardea_rpc *rpc);

struct cardea_rpc_call {
	const struct cardea_endpoint *endpoint;
	const char *method; /* "etcdserverpb.KV/Range" */
	const unsigned char *request;
	size_t request_len;
	size_t answer_max;
	uint32_t timeout_ms;
};

struct cardea_rpc_end {
	bool sent;  /* the server may have read the request */
	bool cut;   /* it had shown who it is, and ended the line without a word
		     */
	bool final; /* another server would say the same */
	unsigned char
	    *bytes; /* the message; the caller frees; NULL unless OK */
	size_t len;
	uint64_t latency_us;
};

/* cardea_rpc_call: ret_end is filled whatever comes of it.
 * OK, IO (not reached), TIMEOUT (asked, and no answer), UNSAFE (not who it
 * should be, or we are not to them), CORRUPT, VERSION, RANGE, FULL, MEMORY,
 * INTERNAL. */
CARDEA_MUST_USE enum cardea_status
cardea_rpc_call(struct cardea_rpc *rpc, const struct cardea_rpc_call *call,
    struct cardea_rpc_end *ret_end, struct cardea_diag *diag);

#endif
