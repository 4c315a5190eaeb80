/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_SOURCE_VALUES_H
#define CARDEA_POLICY_SOURCE_VALUES_H

#include "policy/reader.h"

/* What the two files that read cardea.conf share. */

/* cardea_read_path: absolute. */
CARDEA_MUST_USE enum cardea_status
cardea_read_path(struct cardea_reader *reader,
    const struct cardea_setting *setting, char *path, size_t size);

/* source_keys.c: the block "fido2", and the list "ssh_names". */
cardea_reader_read cardea_read_fido2;
cardea_reader_read cardea_read_ssh_names;

/* source_devices.c: the blocks "device" and "revocation", and the list
 * "authorities". */
cardea_reader_read cardea_read_device;
cardea_reader_read cardea_read_revocation;
cardea_reader_read cardea_read_authorities;

/* source_context.c: the blocks "places", "lists", "signals", "remember",
 * "sessions" and "grants". */
cardea_reader_read cardea_read_places;
cardea_reader_read cardea_read_lists;
cardea_reader_read cardea_read_signals;
cardea_reader_read cardea_read_remember;
cardea_reader_read cardea_read_sessions;
cardea_reader_read cardea_read_grants;

/* source_cluster.c: the key "driver", and the block "etcd". */
cardea_reader_read cardea_read_driver;
cardea_reader_read cardea_read_etcd;

#endif
