/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_DEVICE_H
#define CARDEA_CLI_DEVICE_H

#include "cli/command.h"

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

/* Keys, requests and a small authority of our own: cli/device_enroll.c and
 * cli/device_ca.c, the rows with their options beside the functions. */
extern const struct cardea_command cardea_verb_device_enroll;
extern const struct cardea_command cardea_verb_device_ca;
enum cardea_exit cardea_device_enroll(struct cardea_call *call);
enum cardea_exit cardea_device_ca(struct cardea_call *call);

#endif
