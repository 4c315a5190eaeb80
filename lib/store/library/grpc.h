/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LIBRARY_GRPC_H
#define CARDEA_STORE_LIBRARY_GRPC_H

#include <stdbool.h>
#include <stddef.h>

#include <cardea/diag.h>

/*
 * What gRPC puts around a message in HTTP/2: a prefix of five bytes before it,
 * and a status after it.  Pure: bytes and header lines in, one whole message or
 * a refusal out.
 */

#define CARDEA_GRPC_PREFIX 5
#define CARDEA_GRPC_TEXT_MAX 191

/* One answer while it comes in. */
struct cardea_grpc_answer {
	size_t max; /* the largest message that is taken */

	int http; /* of the last head; 0: none yet */
	bool is_http2, is_grpc;
	int code; /* grpc-status; -1: none yet, -2: not to be believed */
	char text[CARDEA_GRPC_TEXT_MAX + 1]; /* grpc-message */

	unsigned char prefix[CARDEA_GRPC_PREFIX];
	size_t prefix_len;
	unsigned char *bytes; /* on the heap */
	size_t want, len;

	struct cardea_diag *diag; /* why it is not taken */
};

void cardea_grpc_begin(
    struct cardea_grpc_answer *answer, size_t max, struct cardea_diag *diag);
void cardea_grpc_clear(struct cardea_grpc_answer *answer);

/* cardea_grpc_prefix: before a request of so many bytes. */
void cardea_grpc_prefix(
    unsigned char prefix[CARDEA_GRPC_PREFIX], size_t request_len);

/* cardea_grpc_take_line: one line of head or trailer, "\r\n" and all. */
CARDEA_MUST_USE enum cardea_status cardea_grpc_take_line(
    struct cardea_grpc_answer *answer, const char *line, size_t len);

/* cardea_grpc_take: some bytes of the body. CORRUPT, VERSION (compressed),
 * RANGE (before there is memory for it), MEMORY. */
CARDEA_MUST_USE enum cardea_status cardea_grpc_take(
    struct cardea_grpc_answer *answer, const void *bytes, size_t len);

/* cardea_grpc_end: OK if all of it is one whole message with a good status.
 * ret_final: another server would say the same. */
CARDEA_MUST_USE enum cardea_status
cardea_grpc_end(struct cardea_grpc_answer *answer, bool *ret_final);

/* cardea_grpc_judge: what a status of etcd's means here, never OK. */
enum cardea_status
cardea_grpc_judge(int code, const char *text, bool *ret_final);

#endif
