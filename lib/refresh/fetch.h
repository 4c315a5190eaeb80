/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_REFRESH_FETCH_H
#define CARDEA_REFRESH_FETCH_H

#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>
#include <cardea/limits.h>

/*
 * One thing from the network, by cardea-fetch: as nobody, without files,
 * without a proxy, http and https alone, and for https by the given trust and
 * the host's name; there is no way to ask for less (X06).
 */
struct cardea_fetch {
	char url[CARDEA_URL_MAX + 1];
	const unsigned char *body; /* POST of an OCSP request; NULL: GET */
	size_t body_len;
	const char *trust; /* PEM, for https; NULL: the system's own */
	size_t trust_len;
	size_t max;		 /* bytes of the answer */
	uint32_t all_s, stall_s; /* time in all; without a byte */
};

#define CARDEA_FETCH_REDIRECTS_MAX 3
#define CARDEA_FETCH_BODY_MAX 4096
#define CARDEA_FETCH_BYTES (CARDEA_CERT_FILE_MAX + 16384)

/* cardea_fetch: into a sealed file in memory that the caller closes.  MISSING
 * for what the server does not have, UNSAFE for a server that is not who it
 * should be, or leads elsewhere; RANGE, TIMEOUT, CLOSED if cut, IO. */
CARDEA_MUST_USE enum cardea_status
cardea_fetch(const struct cardea_fetch *fetch,
    void (*progress)(size_t len, void *context), void *context, int *ret_fd,
    size_t *ret_len, struct cardea_diag *diag);

/* cardea_fetch_pack, cardea_fetch_unpack: for the two ends. */
CARDEA_MUST_USE enum cardea_status
cardea_fetch_pack(const struct cardea_fetch *fetch, unsigned char *bytes,
    size_t size, size_t *ret_len);
CARDEA_MUST_USE enum cardea_status cardea_fetch_unpack(
    const unsigned char *bytes, size_t len, struct cardea_fetch *ret_fetch);

#endif
