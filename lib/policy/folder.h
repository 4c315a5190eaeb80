/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_FOLDER_H
#define CARDEA_POLICY_FOLDER_H

#include <stddef.h>

#include <cardea/diag.h>

/*
 * The files of policy.d: names that end in ".conf" and do not begin with a
 * dot, in the order of their bytes.  Everything else (editors' backups,
 * packagers' .dpkg-new) is passed over.  What a name leads to is judged when
 * it is read.
 */
struct cardea_folder {
	size_t count;
	char **paths; /* folder and name joined */
};

/* cardea_folder_list: a folder that does not exist is empty. UNSAFE for what
 * is no folder or a link, RANGE for too many files, IO, MEMORY. */
CARDEA_MUST_USE enum cardea_status cardea_folder_list(const char *path,
    struct cardea_folder *ret_folder, struct cardea_diag *diag);

void cardea_folder_clear(struct cardea_folder *folder);

#endif
