/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_PLACE_H
#define CARDEA_STORE_PLACE_H

#include <stdbool.h>
#include <sys/types.h>

#include <cardea/diag.h>

/*
 * The directory that holds a store: root's (or the effective user's, for
 * tests), closed to group and others, no symbolic link.  Its files are opened
 * below its descriptor and judged before a byte of them is believed.  Since
 * nobody else can enter it, a name judged once stays what it was.
 */
struct cardea_place {
	int fd;
	char path[240];
};

/* cardea_place_enter: MISSING, UNSAFE, RANGE, IO. create makes the directory
 * (0700), not those above it. */
CARDEA_MUST_USE enum cardea_status cardea_place_enter(const char *path,
    bool create, struct cardea_place *ret_place, struct cardea_diag *diag);

/* cardea_place_open: flags as open(2); a new file is 0600. */
CARDEA_MUST_USE enum cardea_status
cardea_place_open(const struct cardea_place *place, const char *name, int flags,
    int *ret_fd, struct cardea_diag *diag);

/* cardea_place_path: "PATH/NAME", for who takes no descriptor. */
CARDEA_MUST_USE enum cardea_status
cardea_place_path(const struct cardea_place *place, const char *name,
    char *text, size_t size);

void cardea_place_leave(struct cardea_place *place);

#endif
