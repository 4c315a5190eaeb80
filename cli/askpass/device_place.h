/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_CLI_ASKPASS_DEVICE_PLACE_H
#define CARDEA_CLI_ASKPASS_DEVICE_PLACE_H

#include <stddef.h>

#include <cardea/diag.h>

/* Where what belongs to a device is found: by the person's own environment,
 * which is ssh's too, and the account's home. */

/* cardea_device_place_conf: $CARDEA_DEVICE_CONF, else the first that is there
 * of ~/.config/cardea/device.conf and the machine's. MISSING. */
CARDEA_MUST_USE enum cardea_status
cardea_device_place_conf(char *path, size_t size, struct cardea_diag *diag);

/* cardea_device_place_agent: $SSH_AUTH_SOCK, borrowed. NULL: there is none. */
const char *cardea_device_place_agent(void);

#endif
