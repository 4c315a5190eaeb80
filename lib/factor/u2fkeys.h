/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_FACTOR_U2FKEYS_H
#define CARDEA_FACTOR_U2FKEYS_H

#include "factor/attestation.h"

/*
 * Security keys that other programs enrolled, from their files.  Of pam-u2f:
 *
 *   USER:HANDLE,PUBLIC KEY,TYPE,OPTIONS[:HANDLE,...]     since 1.1
 *   USER:HANDLE,PUBLIC KEY[:HANDLE,...]                  before
 *   a private key file of OpenSSH                        (its "sshformat")
 *
 * and what libu2f-host answers to a registration.  Pure, and nothing in them is
 * secret: a security key's private key file holds a handle.
 *
 * What is read never demands less of a key than the file did (K02).  So a line
 * without an end is refused, for it may have lost its last options; an option
 * that is not known may be a demand; and of two lines of one user pam-u2f obeys
 * the last alone.  Presence is demanded of every key, whatever its options say.
 */

/* What the files do not say. Borrowed. */
struct cardea_u2fkeys_source {
	const char *rp_id;  /* pam-u2f's "origin" */
	const char *app_id; /* its "appid": the rp id of the old format */
	/* this user's lines alone; the owner of an OpenSSH file. NULL: all */
	const char *user;
	bool whole; /* the last line is complete although it has no end */
};

enum cardea_u2fkeys_format {
	CARDEA_U2FKEYS_NEW = 0,
	CARDEA_U2FKEYS_OLD,
	CARDEA_U2FKEYS_OPENSSH,
};

struct cardea_u2fkeys_item {
	char user[CARDEA_NAME_MAX + 1];
	unsigned int line;
	enum cardea_u2fkeys_format format;
	bool presence_waived; /* the file lets it answer untouched */
	/* no id, name or times yet; handle_len 0: the key alone knows it */
	struct cardea_fido2_credential credential;
};

/* false: stop, with no error */
typedef bool
cardea_u2fkeys_visit(const struct cardea_u2fkeys_item *item, void *context);

/* cardea_u2fkeys_read: the whole file, and then visits each credential, so that
 * nothing is visited of one that is refused.  SYNTAX, RANGE or VERSION with a
 * diag that names the line. */
CARDEA_MUST_USE enum cardea_status cardea_u2fkeys_read(const char *text,
    size_t len, const struct cardea_u2fkeys_source *source,
    cardea_u2fkeys_visit *visit, void *context, struct cardea_diag *diag);

/* cardea_u2fkeys_registration: a raw registration response (FIDO U2F raw
 * message formats 1.2, section 4.3) as the "fido-u2f" attestation that it is
 * (WebAuthn level 2, 8.6), to be judged as any other; app_id becomes the rp id.
 * Its signature covers the id and client_hash, so wrong ones come out there.
 * SYNTAX, RANGE. */
CARDEA_MUST_USE enum cardea_status
cardea_u2fkeys_registration(const unsigned char *message, size_t len,
    const char *app_id, const unsigned char client_hash[CARDEA_FIDO2_HASH],
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag);

#endif
