/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_KEY_TOUCH_H
#define CARDEA_KEY_TOUCH_H

#include "base/secret.h"
#include "factor/attestation.h"
#include "factor/remote.h"

/*
 * Security keys that are plugged into this machine.  What a key says is read by
 * a process of its own, cardea-key, one for each key that is found, which gives
 * up its rights before it reads the first byte (K05, K09): it can crash, hang
 * or be killed, and then that key has not answered.  The caller waits for all
 * of them, for the person and for the end of the time at once.
 *
 * All keys are looked at; only those that hold a listed credential are asked to
 * be touched, and the first answer wins: the others are told to stop blinking.
 * With user verification: the key's own sensor first, if it has one, as often
 * as it takes another finger; where that gives up, or there is none, the PIN,
 * in the same pass.  The tries that are left are told, and the last one is
 * never spent without saying so.
 *
 * A PIN is asked for while no key blinks, once for each key, one key at a time:
 * those that surely hold a credential first, by name where several keys are
 * plugged in; whoever types nothing is asked for the next one's.  A wrong PIN
 * ends it all, so that it is not typed into another key as well.  A key that
 * may hold a credential and hides it comes last (credProtect), where
 * verification is needed.
 *
 * What comes back is not judged here: see factor/fido2.h.
 */

struct cardea_touch_handle { /* borrowed */
	const char *rp_id;
	const unsigned char *bytes;
	size_t len;
};

struct cardea_touch {
	const unsigned char *client_hash; /* CARDEA_FIDO2_HASH bytes */
	size_t handle_count;		  /* at most CARDEA_KEYS_MAX */
	const struct cardea_touch_handle *handles;
	enum cardea_uv uv;
	const char *device; /* a path, or NULL or "": every key */
	int timeout_ms;	    /* for the whole of it, PIN included */
};

/* A new credential. */
struct cardea_touch_wish {
	const unsigned char *client_hash;
	const char *rp_id;
	const char *user;
	const unsigned char *user_handle; /* CARDEA_KEY_USER_HANDLE bytes */
	enum cardea_fido2_algorithm algorithm;
	bool resident;
	enum cardea_uv uv;
	size_t exclude_count;
	const struct cardea_touch_handle *exclude;
	const char *device;
	int timeout_ms;
};

/* Who sits there.  tell shows a cue.  ask_pin shows a prompt and reads a PIN:
 * false if there is nobody to ask, or nothing was typed.  When hangup_fd (-1:
 * none) becomes readable or hangs up, everything is called off. */
struct cardea_touch_person {
	void (*tell)(void *context, const char *text);
	bool (*ask_pin)(
	    void *context, const char *prompt, struct cardea_secret *ret_pin);
	int hangup_fd;
	void *context;
};

/* How it ended. */
enum cardea_touch_end {
	CARDEA_TOUCH_FAILED = 0,
	CARDEA_TOUCH_DONE,	/* there is an answer */
	CARDEA_TOUCH_NO_KEY,	/* none is plugged in */
	CARDEA_TOUCH_NOT_HELD,	/* none holds a listed credential */
	CARDEA_TOUCH_REFUSED,	/* the key said no, or it was pulled out */
	CARDEA_TOUCH_TIMEOUT,	/* nobody touched it in time */
	CARDEA_TOUCH_CANCELLED, /* hangup_fd */
	CARDEA_TOUCH_NO_UV,	/* needed, and the key cannot */
	CARDEA_TOUCH_NO_PIN,	/* needed, and nobody typed it */
	CARDEA_TOUCH_WRONG_PIN,
	CARDEA_TOUCH_BLOCKED, /* too many wrong PINs */
	CARDEA_TOUCH_EXISTS,  /* wish: the key holds an excluded one */
	CARDEA_TOUCH_END_COUNT,
};

struct cardea_touch_answer {
	enum cardea_touch_end end;
	size_t handle; /* index of the credential that answered */
	struct cardea_fido2_assertion assertion;
};

/* cardea_touch_assert: OK however it ended; else the machinery failed. helper
 * is the path of cardea-key: CARDEA_KEY_HELPER, constant but in tests. */
CARDEA_MUST_USE enum cardea_status cardea_touch_assert(const char *helper,
    const struct cardea_touch *touch, const struct cardea_touch_person *person,
    struct cardea_touch_answer *ret_answer, struct cardea_diag *diag);

/* cardea_touch_make: *ret_end, and the registration if that is DONE. */
CARDEA_MUST_USE enum cardea_status
cardea_touch_make(const char *helper, const struct cardea_touch_wish *wish,
    const struct cardea_touch_person *person, enum cardea_touch_end *ret_end,
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag);

const char *cardea_touch_end_text(enum cardea_touch_end end); /* for the log */

#endif
