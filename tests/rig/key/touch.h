/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_TOUCH_H
#define RIG_KEY_TOUCH_H

#include <stdbool.h>

#include "rig/key/status.h"

struct softkey;

/*
 * The person at the key, whom the test commands: modes approve, deny, wait and
 * endless, and the file finger.
 */

/* touch_wait: OK, DENIED, TIMEOUT, CANCELLED or ABORTED */
enum ctap_status touch_wait(struct softkey *softkey, const char *operation);

/* finger_wait: a touch that the sensor compares; OK, FINGER_INVALID,
 * FINGER_BLOCKED, or as above */
enum ctap_status finger_wait(struct softkey *softkey, const char *operation);

/* Tries that the sensor has left; a PIN gives them back. */
#define FINGER_TRIES 3
unsigned int finger_tries(const struct softkey *softkey);
void finger_unblock(const struct softkey *softkey);

/* touch_is_given_now: for U2F, which does not wait */
bool touch_is_given_now(const struct softkey *softkey);

#endif
