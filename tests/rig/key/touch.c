/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <time.h>

#include "rig/key/mode.h"
#include "rig/key/softkey.h"
#include "rig/key/touch.h"

/* So often the key looks whether it was touched. */
#define LOOK_MS 100

static long
now_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One look at the person: true if that settles it. */
static bool
look(const struct softkey *softkey, enum ctap_status *ret_status)
{
	const struct state *state = &softkey->state;
	if (mode_has(state, "endless") || mode_has(state, "wait"))
		return false;
	*ret_status = mode_has(state, "deny") ? CTAP_DENIED : CTAP_OK;
	return true;
}

/* Until the person does something, the host gives up, or the time is over. */
static enum ctap_status
wait_for_person(struct softkey *softkey)
{
	long end = now_ms() + softkey->options.touch_timeout_ms;
	enum ctap_status status;
	for (;;) {
		state_refresh(&softkey->state);
		bool endless = mode_has(&softkey->state, "endless");
		if (look(softkey, &status))
			return status;
		if (!endless && now_ms() >= end)
			return CTAP_TIMEOUT;
		switch (hid_wait(&softkey->hid, HID_UP_NEEDED, LOOK_MS)) {
		case HID_WAIT_ON:
			break;
		case HID_WAIT_CANCELLED:
			if (!endless)
				return CTAP_CANCELLED;
			break;
		case HID_WAIT_ABORTED:
			return CTAP_ABORTED;
		}
	}
}

static const char *
outcome(enum ctap_status status)
{
	switch ((int)status) {
	case CTAP_OK:
		return "touched";
	case CTAP_DENIED:
		return "denied";
	case CTAP_TIMEOUT:
		return "timed out";
	case CTAP_CANCELLED:
		return "cancelled";
	default:
		return "aborted";
	}
}

enum ctap_status
touch_wait(struct softkey *softkey, const char *operation)
{
	enum ctap_status status;
	if (!look(softkey, &status)) {
		state_log(&softkey->state, "%s: waiting", operation);
		status = wait_for_person(softkey);
	}
	state_log(&softkey->state, "%s: %s", operation, outcome(status));
	return status;
}

bool
touch_is_given_now(const struct softkey *softkey)
{
	enum ctap_status status;
	return look(softkey, &status) && status == CTAP_OK;
}

/* --- the fingerprint sensor ---------------------------------------------- */

unsigned int
finger_tries(const struct softkey *softkey)
{
	unsigned char tries;
	if (state_read(&softkey->state, "finger-tries", &tries, 1) != 1)
		return FINGER_TRIES;
	return tries;
}

static void
set_tries(const struct softkey *softkey, unsigned int tries)
{
	unsigned char byte = (unsigned char)tries;
	state_write(&softkey->state, "finger-tries", &byte, 1);
}

void
finger_unblock(const struct softkey *softkey)
{
	set_tries(softkey, FINGER_TRIES);
}

enum ctap_status
finger_wait(struct softkey *softkey, const char *operation)
{
	char seen[16];
	state_read_word(&softkey->state, "finger", seen, sizeof seen);
	unsigned int tries = finger_tries(softkey);
	if (strcmp(seen, "blocked") == 0 || tries == 0) {
		state_log(&softkey->state, "%s: finger blocked", operation);
		return CTAP_FINGER_BLOCKED;
	}
	enum ctap_status status = touch_wait(softkey, operation);
	if (status != CTAP_OK)
		return status;

	/* it may have been written while the key waited */
	state_read_word(&softkey->state, "finger", seen, sizeof seen);
	if (strcmp(seen, "no") != 0) {
		finger_unblock(softkey);
		state_log(&softkey->state, "%s: finger known", operation);
		return CTAP_OK;
	}
	set_tries(softkey, tries - 1);
	state_log(&softkey->state, "%s: finger unknown, %u tries left",
	    operation, tries - 1);
	return tries > 1 ? CTAP_FINGER_INVALID : CTAP_FINGER_BLOCKED;
}
