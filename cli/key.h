/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_KEY_H
#define CARDEA_CLI_KEY_H

#include "cli/admin.h"
#include "cli/roster.h"
#include "factor/attestation.h"

/*
 * What all ways of enrolling a security key share: its id and name, the store,
 * the rules of the settings, and what is told of it.
 */
struct cardea_key_new {
	const char *user;
	const char *name; /* NULL: one that begins with "fido2" */
	const struct cardea_fido2_library *library; /* NULL: not asked */
	const struct cardea_roster_ticket *ticket;  /* NULL: none led to it */
	const char *attestation; /* for the answer; NULL: nothing was proved */
	struct cardea_fido2_credential credential; /* id, name, time: filled */
};

/* cardea_key_check_name: is --name, if it is there, one that can be stored? */
CARDEA_MUST_USE enum cardea_status
cardea_key_check_name(const struct cardea_call *call, struct cardea_diag *diag);

/* cardea_key_rules: the settings', and user verification if wanted. Borrows
 * from settings. */
struct cardea_attestation_rules
cardea_key_rules(const struct cardea_settings *settings, bool need_uv);

/* cardea_key_host: the host's name; rp_id: what new credentials are for, by
 * the option --rp-id, else the setting, else the host's name.  SYNTAX. */
CARDEA_MUST_USE enum cardea_status
cardea_key_host(const struct cardea_admin *admin,
    char ret_host[CARDEA_NAME_MAX + 1], struct cardea_diag *diag);
CARDEA_MUST_USE enum cardea_status
cardea_key_rp_id(const struct cardea_admin *admin,
    char ret_rp_id[CARDEA_KEY_RP_MAX + 1], struct cardea_diag *diag);

/* cardea_key_refuse: a judgement that was not OK: a clear no, or trouble. */
enum cardea_exit cardea_key_refuse(struct cardea_call *call,
    enum cardea_status status, const struct cardea_diag *diag);

/* cardea_key_store: checks and stores it. SYNTAX, VERSION, RANGE: it cannot be
 * enrolled, and why. Says nothing. */
CARDEA_MUST_USE enum cardea_status cardea_key_store(struct cardea_admin *admin,
    struct cardea_key_new *key, struct cardea_diag *diag);

/* cardea_key_note: one line in syslog, and a warning if another user has the
 * same key. */
void
cardea_key_note(struct cardea_admin *admin, const struct cardea_key_new *key);

/* cardea_key_enroll: stores it, notes and tells. */
enum cardea_exit
cardea_key_enroll(struct cardea_admin *admin, struct cardea_key_new *key);

#endif
