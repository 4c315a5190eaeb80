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

/* ---- what the verbs share ---- */

/* cardea_device_fail: what kept a verb from a device.  One that is not there,
 * and an identity that is another's, are a clear no. */
enum cardea_exit cardea_device_fail(struct cardea_call *call, const char *id,
    enum cardea_status status, const struct cardea_diag *diag);

/* cardea_device_log: the line that names who did what to which device; reason
 * may be NULL. */
void cardea_device_log(const struct cardea_admin *admin, const char *id,
    const char *what, const char *reason);

/* cardea_device_drop_key: no device is known any more by a security key that a
 * user has lost. */
CARDEA_MUST_USE enum cardea_status
cardea_device_drop_key(const struct cardea_admin *admin, const char *user,
    const char *id, struct cardea_diag *diag);

/* cardea_device_put: all that the table knows, as an object. */
void cardea_device_put(struct cardea_json *json, const char *key,
    const struct cardea_device *device);

/* cardea_device_put_facts: what a manager said, as an object. */
void cardea_device_put_facts(struct cardea_json *json, const char *key,
    const struct cardea_device *device);

/* cardea_device_put_time: no member where there is no time. */
void cardea_device_put_time(
    struct cardea_json *json, const char *key, int64_t time_s);

#endif
