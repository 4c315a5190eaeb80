/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_POLICY_SETTINGS_H
#define CARDEA_POLICY_SETTINGS_H

#include <stddef.h>

#include <cardea/policy.h>

#include "base/pack.h"

/* Settings as bytes of the image, and the values of what is not set. */

#define CARDEA_SETTINGS_PACKED_MAX 131072

struct cardea_settings cardea_settings_default(void);

/* cardea_settings_pack: RANGE if they do not fit. */
CARDEA_MUST_USE enum cardea_status
cardea_settings_pack(const struct cardea_settings *settings,
    unsigned char *bytes, size_t size, size_t *ret_len);

/* cardea_settings_unpack: CORRUPT for anything that pack cannot have made,
 * values outside their range included. */
CARDEA_MUST_USE enum cardea_status
cardea_settings_unpack(const unsigned char *bytes, size_t len,
    struct cardea_settings *ret_settings);

/* cardea_settings_valid: is every value inside its range? */
bool cardea_settings_valid(const struct cardea_settings *settings);

/* the part of them that is about devices: settings_device.c */
void cardea_settings_default_devices(struct cardea_settings *settings);
bool cardea_settings_valid_devices(const struct cardea_settings *settings);
void cardea_settings_pack_devices(
    struct cardea_pack *pack, const struct cardea_settings *settings);
void cardea_settings_unpack_devices(
    struct cardea_unpack *unpack, struct cardea_settings *settings);

/* and of places, signals, sessions and grants: settings_context.c */
void cardea_settings_default_context(struct cardea_settings *settings);
bool cardea_settings_valid_context(const struct cardea_settings *settings);
void cardea_settings_pack_context(
    struct cardea_pack *pack, const struct cardea_settings *settings);
void cardea_settings_unpack_context(
    struct cardea_unpack *unpack, struct cardea_settings *settings);

/* and of the engine and its cluster: settings_cluster.c */
void cardea_settings_default_cluster(struct cardea_settings *settings);
bool cardea_settings_valid_cluster(const struct cardea_settings *settings);
void cardea_settings_pack_cluster(
    struct cardea_pack *pack, const struct cardea_settings *settings);
void cardea_settings_unpack_cluster(
    struct cardea_unpack *unpack, struct cardea_settings *settings);

#endif
