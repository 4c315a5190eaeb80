/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_ATTESTATION_FIXTURE_H
#define TESTS_UNIT_ATTESTATION_FIXTURE_H

#include "base/clock.h"
#include "factor/attestation.h"
#include "unit/signer.h"

/* A security key, roots in files, and who judges what the key says. */

#define EACH(i, table) (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)

/* in the middle of 2026, unless a test says otherwise */
extern struct cardea_clock now;

extern char folder[];
extern char roots[64], other_roots[64];
extern struct softkey key;
extern struct softcert root, leaf, other_root;

int begin(void **state);

int end(void **state);

/* Judged by these rules; the diag has a reason exactly if it is not OK. */
enum cardea_status
judge_by(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules,
    struct cardea_attestation *ret_attestation, struct cardea_diag *diag);

struct cardea_attestation
accepted(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules);

void refused(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules, enum cardea_status status,
    const char *reason);

extern const struct cardea_attestation_rules no_rules;
extern const struct cardea_attestation_rules with_roots;
extern const struct cardea_attestation_rules chain_needed;

struct cardea_fido2_registration signed_by(const struct softcert *cert);

#endif
