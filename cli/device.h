/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_DEVICE_H
#define CARDEA_CLI_DEVICE_H

#include "cli/admin.h"
#include "store/ledger_device.h"

/*
 * `cardea device`: the device table, one row a sub-verb, each in the file of
 * its verb as those of cli/verbs.h.
 */
extern const struct cardea_command cardea_verb_device_add;
extern const struct cardea_command cardea_verb_device_list;
extern const struct cardea_command cardea_verb_device_show;
extern const struct cardea_command cardea_verb_device_tag;
extern const struct cardea_command cardea_verb_device_owner;
extern const struct cardea_command cardea_verb_device_identity;
extern const struct cardea_command cardea_verb_device_lock;
extern const struct cardea_command cardea_verb_device_unlock;
extern const struct cardea_command cardea_verb_device_remove;
extern const struct cardea_command cardea_verb_device_posture;
extern const struct cardea_command cardea_verb_device_posture_import;

/* Keys, requests, and a small authority of our own. */
extern const struct cardea_command cardea_verb_device_enroll;
extern const struct cardea_command cardea_verb_device_ca_init;
extern const struct cardea_command cardea_verb_device_ca_sign;
extern const struct cardea_command cardea_verb_device_ca_revoke;
extern const struct cardea_command cardea_verb_device_ca_crl;

#endif
