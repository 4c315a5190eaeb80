/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_REVOKER_H
#define TESTS_UNIT_REVOKER_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "cert/cert.h"

/*
 * Who revokes, for tests: authorities, their certificates, lists and OCSP
 * answers, sound or with one thing wrong.  Lists and answers are put together
 * element by element, since OpenSSL would not make wrong ones.  What they are
 * made of lives until octets_drop.  Whatever fails here ends the test.
 */
#define REVOKER_NOW 1800000000 /* 2027-01-15 */
#define DAY_S 86400

struct octets {
	const unsigned char *data; /* NULL: not given */
	size_t len;
};

extern const struct octets nothing; /* given, and empty */

void octets_drop(void);
struct octets octets_of(const void *bytes, size_t len);
struct octets unhex(const char *hex);
/* join: up to the first that is not given */
#define join(...)                                                              \
	octets_join((const struct octets[]){ __VA_ARGS__, { NULL, 0 } })
struct octets octets_join(const struct octets *parts);
struct octets der(unsigned int tag, struct octets content);
struct octets der_number(long number);
struct octets der_utc(int64_t time_s);
struct octets der_time(int64_t time_s);
/* an extension of id-ce, its value given */
struct octets der_ce(unsigned int n, bool critical, struct octets value);
struct octets
der_extension(const char *oid_hex, bool critical, struct octets value);
struct cardea_cert_bytes bytes_of_octets(struct octets octets);

enum pair_kind { PAIR_P256 = 0, PAIR_RSA, PAIR_RSA_1024, PAIR_ED25519 };

struct party {
	EVP_PKEY *pair;
	X509 *certificate;
	struct octets der;
};

struct party_make {
	const struct party *issuer; /* NULL: signs itself */
	const char *name;
	enum pair_kind kind;
	const struct party *same_key; /* instead of a fresh one */
	long serial;
	int64_t from_s, until_s; /* 0: a year around now */
	bool v1;
	/* "name=value" as OpenSSL has it; NULL ends */
	const char *extensions[8];
};

struct party party_new(const struct party_make *make);
void party_free(struct party *party);

#define AUTHORITY_EXTENSIONS                                                   \
	{                                                                      \
		"basicConstraints=critical,CA:TRUE",                           \
		    "keyUsage=critical,keyCertSign,cRLSign",                   \
		    "subjectKeyIdentifier=hash"                                \
	}

/* signed by the party's key: ECDSA or RSA with SHA-256, Ed25519 */
struct octets sign(const struct party *party, const char *digest, bool pss,
    struct octets message);
struct octets algorithm_of(const struct party *party);
extern const char pss_sha256[]; /* AlgorithmIdentifier, hex */

struct list_make {
	const struct party *issuer;
	struct octets version, algorithm, outer_algorithm, name, begin, end,
	    entries /* content; nothing: empty but there */,
	    extensions /* content */, tail /* of tbs */, outer_tail;
	int64_t begin_s, end_s; /* 0: a day before and after now */
	const char *digest;	/* NULL: SHA256 */
	bool pss;
	bool no_entries;	    /* an element without content */
	int base;		    /* > 0: a delta of that number */
	int number;		    /* 0: 1; -1: none */
	const struct party *signer; /* NULL: the issuer */
};

struct octets list_new(const struct list_make *make);
struct octets
list_entry(struct octets serial, int64_t time_s, struct octets extensions);
struct octets list_serial(long serial);
struct octets list_reason(unsigned int reason);

/* single answers */
struct single_make {
	const struct party *issuer;
	const X509 *certificate;
	const char *digest; /* NULL: SHA1 */
	unsigned int status;
	int64_t this_s, next_s; /* 0: an hour ago, none */
	struct octets extensions;
};
struct octets single_new(const struct single_make *make);

struct answer_make {
	const struct party *signer;
	struct octets status, version, responder, singles, extensions,
	    algorithm, certificates;
	int64_t produced_s; /* 0: an hour ago */
	const char *digest;
	bool by_key;
};
struct octets answer_new(const struct answer_make *make);

#endif
