/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_DEVICE_AUTHORITY_H
#define CARDEA_CLI_DEVICE_AUTHORITY_H

#include "cli/device_key.h"
#include "sign/ca_record.h"

/*
 * The small authority of this host at work: its folder held, its record read,
 * its key at hand.
 */
#define CARDEA_AUTHORITY_FOLDER CARDEA_STATEDIR "/ca"
#define CARDEA_AUTHORITY_ROOT "root.pem"
#define CARDEA_AUTHORITY_LIST "crl.pem"

struct cardea_device_authority {
	struct cardea_ca ca; /* borrows the rest */
	struct cardea_ca_record record;
	struct cardea_device_key key;
	char *root; /* heap */
};

/* cardea_device_authority_open: of --ca-dir, or the usual one; has told what is
 * wrong if it is not OK.  Close it in any case. */
enum cardea_exit cardea_device_authority_open(
    struct cardea_call *call, struct cardea_device_authority *authority);
void cardea_device_authority_close(struct cardea_device_authority *authority);

/* cardea_device_authority_folder: --ca-dir or the usual one. */
const char *cardea_device_authority_folder(const struct cardea_call *call);

/* cardea_device_authority_issue: a certificate that is on record before anybody
 * has it; made->pem is the caller's to free. */
enum cardea_exit cardea_device_authority_issue(struct cardea_call *call,
    struct cardea_device_authority *authority, const char *request,
    const struct cardea_ca_wish *wish, struct cardea_ca_made *made);

/* cardea_device_authority_tell: serial, subject, names and end. */
void cardea_device_authority_tell(
    struct cardea_call *call, const struct cardea_ca_made *made);

/* cardea_device_own_subject: as people read it. */
const char *cardea_device_own_subject(const char *subject);

/* cardea_device_write: to that file, or to standard output for NULL and "-",
 * where under --json it is the member of that name. */
enum cardea_exit cardea_device_write(struct cardea_call *call, const char *path,
    const char *member, const char *text);

#define CARDEA_DEVICE_SIGN_MS 20000
#define CARDEA_DEVICE_REQUEST_MAX 65536

#endif
