/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTS_PLACE_LIBRARY_H
#define CARDEA_FACTS_PLACE_LIBRARY_H

#include <stdint.h>

#include <cardea/diag.h>

#include "facts/place.h"

/*
 * What reads databases of places: libmaxminddb behind a table of calls, in an
 * object of its own (place.so) that is loaded when a rule asks for a place, so
 * that no other login pays for it.
 */
#define CARDEA_PLACE_LIBRARY_VERSION 1u

struct cardea_place_base_file; /* one open database */

struct cardea_place_info {
	char type[64]; /* "GeoLite2-City" */
	int64_t built_s;
};

struct cardea_place_library {
	uint32_t version;
	/* path stays valid for the call; CORRUPT, IO, MEMORY */
	enum cardea_status (*open)(const char *path,
	    struct cardea_place_base_file **ret_file,
	    struct cardea_place_info *ret_info, struct cardea_diag *diag);
	/* fills what this kind of database tells of the address and leaves the
	 * rest; MISSING if it does not hold it, CORRUPT */
	enum cardea_status (*look_up)(const struct cardea_place_base_file *file,
	    enum cardea_place_base base, const unsigned char address[16],
	    struct cardea_place *place, struct cardea_diag *diag);
	void (*close)(struct cardea_place_base_file *file);
};

/* cardea_place_library_load: once a process. MISSING, UNSAFE, IO, VERSION. */
CARDEA_MUST_USE enum cardea_status cardea_place_library_load(
    const struct cardea_place_library **ret_library, struct cardea_diag *diag);

#endif
