/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_RECORD_TXN_H
#define CARDEA_STORE_RECORD_TXN_H

#include "base/pack.h"
#include "store/record.h"

/* Requests and evidence as parts of records: of what a phase leaves for the
 * next, and of sessions.  Trouble shows in pack->failed and unpack->failed. */

void cardea_record_put_request(
    struct cardea_pack *pack, const struct cardea_request *request);
void cardea_record_get_request(
    struct cardea_unpack *unpack, struct cardea_request *request);
void cardea_record_put_evidence(
    struct cardea_pack *pack, const struct cardea_evidence_set *set);
void cardea_record_get_evidence(
    struct cardea_unpack *unpack, struct cardea_evidence_set *set);

/* The certificates that evidence rests on, and which item on which: behind the
 * evidence, which is read before. */
void cardea_record_put_shown(struct cardea_pack *pack,
    const struct cardea_evidence_set *set,
    const struct cardea_cert_shown *shown);
void cardea_record_get_shown(struct cardea_unpack *unpack,
    struct cardea_evidence_set *set, struct cardea_cert_shown *shown);

#endif
