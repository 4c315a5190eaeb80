/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_DERTIME_H
#define CARDEA_CERT_DERTIME_H

#include "cert/der.h"

/*
 * Instants in the two forms that RFC 5280 has (4.1.2.5): UTCTime of two digits
 * for the year, GeneralizedTime of four; with seconds, without fractions, "Z",
 * a date that exists.  Which form belongs to which year is not judged: the
 * instant is the same.
 */

/* cardea_dertime_read: of an element of either tag. */
bool cardea_dertime_read(const struct cardea_der *element, int64_t *ret_time_s);

/* cardea_dertime_take: the next element is one. */
bool cardea_dertime_take(struct cardea_cert_bytes *bytes, int64_t *ret_time_s);

#endif
