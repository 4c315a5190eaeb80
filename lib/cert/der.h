/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_DER_H
#define CARDEA_CERT_DER_H

#include "cert/cert.h"

/*
 * DER (X.690, sections 8, 10 and 11), read strictly and without memory of its
 * own.  OpenSSL reads BER where it can, so two readers might disagree about
 * the same bytes; what is not DER never reaches it.
 */
enum {
	CARDEA_DER_BOOLEAN = 0x01,
	CARDEA_DER_INTEGER = 0x02,
	CARDEA_DER_BIT_STRING = 0x03,
	CARDEA_DER_OCTET_STRING = 0x04,
	CARDEA_DER_NULL = 0x05,
	CARDEA_DER_OID = 0x06,
	CARDEA_DER_UTF8 = 0x0c,
	CARDEA_DER_NUMERIC = 0x12,
	CARDEA_DER_PRINTABLE = 0x13,
	CARDEA_DER_IA5 = 0x16,
	CARDEA_DER_UTC_TIME = 0x17,
	CARDEA_DER_TIME = 0x18,
	CARDEA_DER_SEQUENCE = 0x30,
	CARDEA_DER_SET = 0x31,
};

/* One element: its tag octet, what is in it, and all of it. */
struct cardea_der {
	unsigned int tag;
	struct cardea_cert_bytes content, whole;
};

/* cardea_der_next: takes the first element off the bytes; false, and they
 * untouched, if none stands there. */
bool cardea_der_next(struct cardea_cert_bytes *bytes, struct cardea_der *ret);

/* cardea_der_take: the same, and it has this tag. */
bool cardea_der_take(
    struct cardea_cert_bytes *bytes, unsigned int tag, struct cardea_der *ret);

/* cardea_der_is_one: exactly one element, and it and all that is in it are as
 * DER wants them. */
bool cardea_der_is_one(const struct cardea_cert_bytes *bytes);

bool cardea_der_equal(
    const struct cardea_cert_bytes *one, const struct cardea_cert_bytes *other);

#endif
