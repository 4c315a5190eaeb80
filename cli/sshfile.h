/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_SSHFILE_H
#define CARDEA_CLI_SSHFILE_H

#include "cert/sshsig.h"

/*
 * The files of OpenSSH that a test is about.  Bytes belong to the caller, who
 * frees them; what could not be read leaves them as they are.
 */
struct cardea_sshfile {
	char *bytes; /* NULL: none */
	size_t len;
};

/* cardea_sshfile_read: as cardea_input_read. */
CARDEA_MUST_USE enum cardea_status cardea_sshfile_read(const char *path,
    size_t max, struct cardea_sshfile *file, struct cardea_diag *diag);

/* cardea_sshfile_add: the lines of one more file behind those of file. */
CARDEA_MUST_USE enum cardea_status cardea_sshfile_add(const char *path,
    size_t max, struct cardea_sshfile *file, struct cardea_diag *diag);
void cardea_sshfile_free(struct cardea_sshfile *file);

/* cardea_sshfile_key: the one line of a .pub file, as its blob.  SYNTAX, RANGE,
 * with the reason in diag; else the status of reading. */
CARDEA_MUST_USE enum cardea_status
cardea_sshfile_key(const char *path, struct cardea_sshfile *ret_blob,
    bool *ret_was_read, struct cardea_diag *diag);

/* cardea_sshfile_armour: what ssh-keygen -Y sign wrote; ret_armour borrows from
 * ret_bytes.  As cardea_sshfile_key. */
CARDEA_MUST_USE enum cardea_status cardea_sshfile_armour(const char *path,
    struct cardea_sshfile *ret_bytes, struct cardea_sshsig_armour *ret_armour,
    bool *ret_was_read, struct cardea_diag *diag);

#endif
