/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_CRLINDEX_FILE_H
#define CARDEA_CERT_CRLINDEX_FILE_H

#include <openssl/types.h>

#include "cert/crl.h"
#include "cert/crlindex.h"
#include "cert/sigalg.h"

/*
 * An index inside (cert/crlindex.h).
 *
 *   header     magic, version, length, check sum; what follows up to the
 *              entries is under that sum
 *   skeleton   the list in DER without its entries
 *   issuers    Names that entries of an indirect list have, one after another
 *   level 0    the entries, sorted, none twice, in blocks of 128
 *   level 1..  of each block of the level below its first key and its SHA-256,
 *              in blocks of 64; the last level is one block, whose SHA-256
 *              stands in the header
 *
 * A look-up goes down from there: a block is judged, then searched, and what it
 * says of the next one is what that is judged by.  So it reads one block a
 * level, three to five of 4 KiB at most, whatever the length of the list, and
 * no byte unjudged.  Sums find damage, not malice: an index is as safe as the
 * folder that only root writes, for the signature covers entries that are no
 * longer there in their order.  Numbers are little endian, nothing is aligned.
 */

#define CARDEA_CRLINDEX_MAGIC "CARDEAX\n" /* 8 bytes */
#define CARDEA_CRLINDEX_VERSION 1u
#define CARDEA_CRLINDEX_SUM 32

/* One entry: issuer's number (big endian, 0: the list's own), length of the
 * serial number, its octets and zeros; that is its key, compared as bytes.
 * Then reason and date. */
#define CARDEA_CRLINDEX_KEY 23
#define CARDEA_CRLINDEX_ENTRY 32
#define CARDEA_CRLINDEX_ENTRIES 128 /* of a block */
#define CARDEA_CRLINDEX_NODE 56	    /* key, a zero, sum */
#define CARDEA_CRLINDEX_NODES 64
#define CARDEA_CRLINDEX_LEVELS 8

/* magic, version, length, sum; then the part that is summed */
#define CARDEA_CRLINDEX_PREFIX (8 + 4 + 8 + CARDEA_CRLINDEX_SUM)
#define CARDEA_CRLINDEX_HEADER                                                 \
	(CARDEA_CRLINDEX_PREFIX + 4 + 4 + 4 + 4 + 8 + 32 +                     \
	    CARDEA_SIGALG_DIGEST_MAX + CARDEA_CRLINDEX_SUM)

/* What the header says. */
struct cardea_crlindex_header {
	uint64_t len;
	uint32_t entries, skeleton_len, issuers_len, issuers;
	uint64_t source_len;
	unsigned char key_hash[32]; /* of whoever signed the list */
	unsigned char digest[CARDEA_SIGALG_DIGEST_MAX]; /* of what was signed */
	unsigned char top[CARDEA_CRLINDEX_SUM];
};

struct cardea_crlindex_level {
	size_t offset, count, item, per_block;
};

/* cardea_crlindex_levels: how many there are, and where, from entries on;
 * *ret_len is the whole index. */
size_t cardea_crlindex_levels(const struct cardea_crlindex_header *header,
    struct cardea_crlindex_level levels[CARDEA_CRLINDEX_LEVELS],
    size_t *ret_len);

/* cardea_crlindex_key: RANGE for a serial number that no list has. */
CARDEA_MUST_USE enum cardea_status
cardea_crlindex_key(unsigned int issuer, const struct cardea_cert_bytes *serial,
    unsigned char ret_key[CARDEA_CRLINDEX_KEY]);

/* cardea_crlindex_prefix: writes what is in front of the skeleton, the check
 * sum last. */
CARDEA_MUST_USE enum cardea_status cardea_crlindex_seal(
    const struct cardea_crlindex_header *header, unsigned char *bytes);

struct cardea_crlindex { /* borrows the bytes */
	struct cardea_cert_bytes bytes, skeleton;
	struct cardea_crlindex_header header;
	struct cardea_crl crl; /* of the skeleton */
	struct cardea_sigalg algorithm;
	size_t issuer_count;
	struct cardea_cert_bytes issuers[CARDEA_CRL_ISSUERS_MAX];
	size_t level_count;
	struct cardea_crlindex_level levels[CARDEA_CRLINDEX_LEVELS];
};

/* cardea_crlindex_open: judges all but the entries. CORRUPT, VERSION. */
CARDEA_MUST_USE enum cardea_status
cardea_crlindex_open(const struct cardea_cert_bytes *bytes,
    struct cardea_crlindex *ret_index, struct cardea_diag *diag);

struct cardea_crlindex_found {
	enum cardea_crl_reason reason;
	int64_t date_s;
};

/* cardea_crlindex_find: issuer is 0 for the list's own, else one more than its
 * place in issuers. MISSING: the list does not have it; CORRUPT: nobody knows.
 */
CARDEA_MUST_USE enum cardea_status
cardea_crlindex_find(const struct cardea_crlindex *index, unsigned int issuer,
    const struct cardea_cert_bytes *serial,
    struct cardea_crlindex_found *ret_found);

/* cardea_crlindex_make: cardea_crlindex_build but for two rules: DER alone, and
 * a number is not demanded. */
CARDEA_MUST_USE enum cardea_status
cardea_crlindex_make(OSSL_LIB_CTX *libctx, const struct cardea_cert_bytes *der,
    const struct cardea_crlindex_issuers *issuers, unsigned char **ret_index,
    size_t *ret_len, struct cardea_diag *diag);

/* cardea_crlindex_signed: who of the issuers signed it: name, key identifier
 * and signature. UNSAFE if none did. */
CARDEA_MUST_USE enum cardea_status cardea_crlindex_signed(OSSL_LIB_CTX *libctx,
    const struct cardea_crl *crl, const struct cardea_crlindex_issuers *issuers,
    struct cardea_crlindex_header *header, struct cardea_diag *diag);

/* cardea_crlindex_pem: DER of a PEM text with one list; heap. SYNTAX, MEMORY */
CARDEA_MUST_USE enum cardea_status
cardea_crlindex_pem(const struct cardea_cert_bytes *pem,
    unsigned char **ret_der, size_t *ret_len, struct cardea_diag *diag);

#endif
