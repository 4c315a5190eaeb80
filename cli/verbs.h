/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_VERBS_H
#define CARDEA_CLI_VERBS_H

#include "cli/command.h"

/* The rows of the table, each from the file of its verb. */
extern const struct cardea_command cardea_verb_init;
extern const struct cardea_command cardea_verb_check;
extern const struct cardea_command cardea_verb_explain;
extern const struct cardea_command cardea_verb_enroll_totp;
extern const struct cardea_command cardea_verb_enroll_hotp;
extern const struct cardea_command cardea_verb_enroll_recovery;
extern const struct cardea_command cardea_verb_enroll_fido2;
extern const struct cardea_command cardea_verb_enroll_sshkey;
extern const struct cardea_command cardea_verb_import_pam_u2f;
extern const struct cardea_command cardea_verb_import_u2f_host;
extern const struct cardea_command cardea_verb_list;
extern const struct cardea_command cardea_verb_remove;
extern const struct cardea_command cardea_verb_disable;
extern const struct cardea_command cardea_verb_enable;
extern const struct cardea_command cardea_verb_history;
extern const struct cardea_command cardea_verb_lock;
extern const struct cardea_command cardea_verb_unlock;
extern const struct cardea_command cardea_verb_log;
extern const struct cardea_command cardea_verb_refresh;
extern const struct cardea_command cardea_verb_posture;
extern const struct cardea_command cardea_verb_simulate;
extern const struct cardea_command cardea_verb_report;
extern const struct cardea_command cardea_verb_test_totp;
extern const struct cardea_command cardea_verb_test_hotp;
extern const struct cardea_command cardea_verb_test_fido2;
extern const struct cardea_command cardea_verb_test_x509;
extern const struct cardea_command cardea_verb_test_sshcert;
extern const struct cardea_command cardea_verb_test_krl;
extern const struct cardea_command cardea_verb_help;
extern const struct cardea_command cardea_verb_version;

#endif
