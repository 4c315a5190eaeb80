/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_REFRESH_LISTS_H
#define CARDEA_REFRESH_LISTS_H

#include "cert/cert.h"
#include "refresh/stream.h"

/*
 * What cardea-revocation is asked: to read, as nobody and without a file or a
 * call of its own (X07), what somebody signed about revoked certificates.
 */
enum cardea_lists_task {
	CARDEA_LISTS_NONE = 0,
	CARDEA_LISTS_CRL,    /* a CRL; its index comes back */
	CARDEA_LISTS_KRL,    /* a KRL; nothing comes back */
	CARDEA_LISTS_ASK,    /* a chain; OCSP requests come back */
	CARDEA_LISTS_ANSWER, /* an OCSP answer; nothing comes back */
};

struct cardea_lists_call {
	enum cardea_lists_task task;
	int64_t now_s;
	uint32_t max_age_s;
	struct cardea_cert_bytes trust, intermediates; /* PEM */
	struct cardea_cert_bytes list_keys;
	size_t chain_count; /* ASK: DER, leaf first */
	struct cardea_cert_bytes chain[CARDEA_CERT_CHAIN_MAX + 1];
	struct cardea_cert_bytes certificate, issuer, request; /* ANSWER */
	bool same_source;	/* as the old one's; CRL */
	bool has_list, has_old; /* files that come along, in this order */
};

/* What it says of a list or an answer. */
struct cardea_lists_info {
	int64_t this_update_s, next_update_s; /* 0: it names none */
	char number[48];		      /* hex; KRL: decimal; "" */
	uint64_t entries;
	bool is_same; /* as the old one; a CRL's index does not come back */
	bool delta;
	enum {
		CARDEA_LISTS_GOOD = 0,
		CARDEA_LISTS_REVOKED = 1,
		CARDEA_LISTS_UNKNOWN = 2
	} answer;
};

/* One certificate about which there is something to ask: its DER, that of its
 * issuer, and the request. */
struct cardea_lists_wish {
	struct cardea_cert_bytes certificate, issuer, request;
};

/* requests, and what comes back of them: SYNTAX, RANGE */
#define CARDEA_LISTS_CALL_BYTES                                                \
	((size_t)3 * CARDEA_CERT_FILE_MAX +                                    \
	    (CARDEA_CERT_CHAIN_MAX + 3) * CARDEA_CERT_MAX + 16384)
#define CARDEA_LISTS_WISHES_BYTES                                              \
	((size_t)(CARDEA_CERT_CHAIN_MAX + 1) * 3 * CARDEA_CERT_MAX)

CARDEA_MUST_USE enum cardea_status
cardea_lists_pack_call(const struct cardea_lists_call *call,
    unsigned char *bytes, size_t size, size_t *ret_len);
CARDEA_MUST_USE enum cardea_status cardea_lists_unpack_call(
    const unsigned char *bytes, size_t len, struct cardea_lists_call *ret_call);

void cardea_lists_pack_info(
    const struct cardea_lists_info *info, struct cardea_stream_end *end);
CARDEA_MUST_USE enum cardea_status cardea_lists_unpack_info(
    const struct cardea_stream_end *end, struct cardea_lists_info *ret_info);

CARDEA_MUST_USE enum cardea_status
cardea_lists_pack_wishes(const struct cardea_lists_wish *wishes, size_t count,
    unsigned char *bytes, size_t size, size_t *ret_len);
CARDEA_MUST_USE enum cardea_status
cardea_lists_unpack_wishes(const unsigned char *bytes, size_t len,
    struct cardea_lists_wish ret_wishes[CARDEA_CERT_CHAIN_MAX + 1],
    size_t *ret_count);

/* cardea_lists_run: asks cardea-revocation; list and old are descriptors
 * or -1.  What comes back goes to sink.  CONFLICT if the old list is newer than
 * this one; else as cardea_stream_run. */
CARDEA_MUST_USE enum cardea_status
cardea_lists_run(const struct cardea_lists_call *call, int list, int old,
    int sink, struct cardea_lists_info *ret_info, size_t *ret_len,
    struct cardea_diag *diag);

#endif
