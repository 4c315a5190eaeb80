/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_DERWRITE_H
#define CARDEA_CERT_DERWRITE_H

#include "cert/der.h"

/*
 * DER into memory that is large enough: whoever writes has added up the lengths
 * before, from the inside out, by cardea_derwrite_len.
 */
struct cardea_derwrite {
	unsigned char *at;
};

/* cardea_derwrite_len: of an element with so much in it */
size_t cardea_derwrite_len(size_t content);

void cardea_derwrite_head(
    struct cardea_derwrite *write, unsigned int tag, size_t content);
void cardea_derwrite_bytes(
    struct cardea_derwrite *write, const void *bytes, size_t len);

#endif
