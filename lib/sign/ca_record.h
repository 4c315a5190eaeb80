/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_SIGN_CA_RECORD_H
#define CARDEA_SIGN_CA_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cardea/diag.h>

#include "sign/ca.h"

/*
 * What a small authority must not forget: where its key is, what it has issued,
 * what it has revoked, the number of its last list.  One file of lines in its
 * folder, replaced as a whole and durably before anything leaves the house; one
 * command at a time holds the folder.
 */
#define CARDEA_CA_CERTIFICATES_MAX 10000

struct cardea_ca_issued {
	char serial[CARDEA_CA_SERIAL_MAX + 1];
	int64_t not_after_s;
	int64_t revoked_s; /* 0: it is not */
	char subject[CARDEA_CERT_NAME_MAX + 1];
};

struct cardea_ca_record {
	int lock_fd; /* -1: not held */
	char folder[256];
	char key[CARDEA_KEY_URI_MAX + 1];
	char tpm[256], module[256], pin_file[256]; /* "" if none */
	uint64_t list_number;			   /* 0: no list yet */
	int64_t list_time_s;
	size_t count;
	struct cardea_ca_issued *issued; /* heap */
};

/* cardea_ca_record_hold: makes the folder if it is to be new, and holds it.
 * MISSING, UNSAFE, IO; TIMEOUT if another command has it. */
CARDEA_MUST_USE enum cardea_status cardea_ca_record_hold(const char *folder,
    bool is_new, struct cardea_ca_record *record, struct cardea_diag *diag);

/* cardea_ca_record_read: MISSING, UNSAFE, IO; CORRUPT for what we did not
 * write. */
CARDEA_MUST_USE enum cardea_status cardea_ca_record_read(
    struct cardea_ca_record *record, struct cardea_diag *diag);

/* cardea_ca_record_write: durable when it returns. */
CARDEA_MUST_USE enum cardea_status cardea_ca_record_write(
    const struct cardea_ca_record *record, struct cardea_diag *diag);

/* cardea_ca_record_add: one that is issued; in memory. */
CARDEA_MUST_USE enum cardea_status
cardea_ca_record_add(struct cardea_ca_record *record,
    const struct cardea_ca_made *made, struct cardea_diag *diag);

/* cardea_ca_record_find: NULL if it was never issued. */
struct cardea_ca_issued *
cardea_ca_record_find(struct cardea_ca_record *record, const char *serial);

void cardea_ca_record_clear(struct cardea_ca_record *record);

#endif
