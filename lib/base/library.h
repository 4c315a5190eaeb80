/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_BASE_LIBRARY_H
#define CARDEA_BASE_LIBRARY_H

#include <stdint.h>

#include <cardea/diag.h>

/*
 * Our own objects that are loaded by those who need them and by nobody else:
 * fido2.so, place.so.  Each has one symbol, a table of calls that begins with
 * its version, a uint32_t.  Once loaded an object stays, because what it links
 * (libcrypto, say) would not like to be unloaded.
 */

/* cardea_library_load: the table, borrowed for the life of the process.
 * MISSING, UNSAFE for a file that others than root could have put there (it
 * runs with all our rights), IO, VERSION. */
CARDEA_MUST_USE enum cardea_status
cardea_library_load(const char *path, const char *symbol, uint32_t version,
    const void **ret_table, struct cardea_diag *diag);

#endif
