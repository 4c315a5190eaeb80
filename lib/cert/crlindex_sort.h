/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CERT_CRLINDEX_SORT_H
#define CARDEA_CERT_CRLINDEX_SORT_H

#include <stddef.h>

/* Entries of an index (cert/crlindex_file.h), put in order where they stand:
 * the C library's qsort would take as much memory again. */
void cardea_crlindex_sort(unsigned char *items, size_t count);

/* cardea_crlindex_unique: of entries in order each key once; how many are left.
 * What revokes wins over what removes. */
size_t cardea_crlindex_unique(unsigned char *items, size_t count);

#endif
