/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_QUESTION_H
#define CARDEA_CERT_QUESTION_H

#include "cert/cert.h"

/*
 * What is said between a login and cardea-cert, as bytes.  Both ends check
 * every bound: cardea-cert has met a stranger's certificate when it answers, so
 * its word is read as a stranger's.  Lists are not here: they travel as
 * descriptors, in the order of the places that are not empty.
 */

#define CARDEA_CERT_LISTS_MAX                                                  \
	(CARDEA_AUTHORITIES_MAX * CARDEA_AUTHORITY_LISTS_MAX)
#define CARDEA_CERT_LIST_BYTES_MAX ((size_t)1 << 30) /* one index or KRL */

/* The packet that carries the descriptors: how many there are, the question's
 * own first. */
#define CARDEA_CERT_HELLO_BYTES 8
#define CARDEA_CERT_VERDICT_BYTES 32768
#define CARDEA_CERT_QUESTION_BYTES                                             \
	((size_t)CARDEA_AUTHORITIES_MAX *                                      \
		(3 * CARDEA_CERT_FILE_MAX +                                    \
		    CARDEA_OCSP_ANSWERS_MAX * CARDEA_OCSP_MAX + 16384) +       \
	    (CARDEA_CERT_CHAIN_MAX + 2) * CARDEA_CERT_MAX + 65536)

/* Where a question is read into; what is long stays in the bytes. */
struct cardea_cert_heard {
	struct cardea_cert_question question;
	bool has_list[CARDEA_AUTHORITIES_MAX][CARDEA_AUTHORITY_LISTS_MAX];
	struct cardea_authority authorities[CARDEA_AUTHORITIES_MAX];
	char user[CARDEA_NAME_MAX + 1];
	char source[CARDEA_NAME_MAX + 1];
	char name[CARDEA_CERT_NAME_MAX + 1];
	const char *policies[CARDEA_CERT_OIDS_MAX];
	struct cardea_cert_oid policy_texts[CARDEA_CERT_OIDS_MAX];
};

void cardea_cert_pack_hello(
    uint32_t count, unsigned char packet[CARDEA_CERT_HELLO_BYTES]);
CARDEA_MUST_USE enum cardea_status cardea_cert_unpack_hello(
    const unsigned char *packet, size_t len, uint32_t *ret_count);

/* cardea_cert_pack_question: the contents of lists are left out, has_list says
 * which there are. RANGE for what is beyond a ceiling or does not fit. */
CARDEA_MUST_USE enum cardea_status
cardea_cert_pack_question(const struct cardea_cert_question *question,
    const bool has_list[CARDEA_AUTHORITIES_MAX][CARDEA_AUTHORITY_LISTS_MAX],
    unsigned char *bytes, size_t size, size_t *ret_len);

/* cardea_cert_unpack_question: ret_heard points into itself and into bytes: it
 * must not move. SYNTAX; RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_cert_unpack_question(const unsigned char *bytes, size_t len,
    struct cardea_cert_heard *ret_heard);

CARDEA_MUST_USE enum cardea_status
cardea_cert_pack_verdict(const struct cardea_cert_verdict *verdict,
    unsigned char *bytes, size_t size, size_t *ret_len);

/* cardea_cert_unpack_verdict: SYNTAX for anything that pack cannot have made,
 * for a result that its reason does not bear, and for text that no log or
 * terminal should show. */
CARDEA_MUST_USE enum cardea_status
cardea_cert_unpack_verdict(const unsigned char *bytes, size_t len,
    struct cardea_cert_verdict *ret_verdict);

#endif
