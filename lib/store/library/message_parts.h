/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_STORE_LIBRARY_MESSAGE_PARTS_H
#define CARDEA_STORE_LIBRARY_MESSAGE_PARTS_H

#include "store/library/etcd.pb-c.h"
#include "store/library/message.h"

/* What the messages of etcd have in common; for message*.c alone. */

/* One of etcd's keys: ours, behind the prefix. */
struct cardea_etcd_name {
	unsigned char bytes[CARDEA_CLUSTER_PREFIX_MAX + CARDEA_KEY_MAX];
	size_t len;
};

CARDEA_MUST_USE enum cardea_status cardea_etcd_name(const char *prefix,
    const struct cardea_key *key, struct cardea_etcd_name *ret_name);

/* CORRUPT, with the reason. */
enum cardea_status
cardea_etcd_malformed(struct cardea_diag *diag, const char *what);

/* Bytes for a message that is to be packed: borrowed, and only read. */
ProtobufCBinaryData cardea_etcd_data(const unsigned char *bytes, size_t len);
CARDEA_MUST_USE enum cardea_status cardea_etcd_pack(
    const ProtobufCMessage *message, struct cardea_etcd_bytes *ret_bytes);

/* NULL: no message of its kind, or one that wants more memory than one of its
 * length may; the reason is in diag. */
ProtobufCMessage *cardea_etcd_unpack(const ProtobufCMessageDescriptor *kind,
    const struct cardea_etcd_bytes *bytes, struct cardea_diag *diag);
void cardea_etcd_forget(void *message);

CARDEA_MUST_USE enum cardea_status
cardea_etcd_read_head(const Etcd__ResponseHeader *from,
    struct cardea_etcd_head *ret_head, struct cardea_diag *diag);

/* The answer for one key: no row (NULL), or its own; else CORRUPT. */
CARDEA_MUST_USE enum cardea_status
cardea_etcd_find_row(const Etcd__RangeResponse *range,
    const struct cardea_etcd_name *name, const struct cardea_etcd_head *head,
    const Etcd__KeyValue **ret_row, struct cardea_diag *diag);

#endif
