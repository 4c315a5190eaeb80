/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_VERIFIER_KEY_DEVICE_H
#define CARDEA_VERIFIER_KEY_DEVICE_H

#include "key/talk.h"

/*
 * One security key, through libfido2: the only file besides the judge of
 * signatures that includes it.  One device a process.
 */

/* cardea_device_list: what is plugged in. */
CARDEA_MUST_USE enum cardea_status
cardea_device_list(struct cardea_key_report *ret_report);

/* cardea_device_is_reader: is there no node to open, but a reader (NFC, PC/SC)
 * that only libfido2 knows how to open? */
bool cardea_device_is_reader(const char *path);

/* cardea_device_look: begins to talk to the key and says what it is. ASSERT:
 * does it hold one of the handles?  ret_report is READY or ENDED. */
void cardea_device_look(const struct cardea_key_request *request,
    struct cardea_key_report *ret_report);

/* cardea_device_ask: the touch. ret_report is SHOWN, MADE or ENDED. */
void cardea_device_ask(const struct cardea_key_request *request, bool uv,
    const struct cardea_secret *pin, struct cardea_key_report *ret_report);

/* cardea_device_cancel: the key stops blinking.  From a signal handler: what
 * libfido2 does for it is one report on the stack and one write(2), without
 * allocation or lock. */
void cardea_device_cancel(void);

#endif
