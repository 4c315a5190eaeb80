/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_KEY_TALK_H
#define CARDEA_KEY_TALK_H

#include "key/touch.h"

/*
 * What a caller and its cardea-key say to each other, over one SOCK_SEQPACKET
 * socketpair, one packet a message:
 *
 *   caller                       cardea-key
 *   REQUEST (list)        -->
 *                         <--    DEVICES            and it leaves
 *
 *   REQUEST (assert|make) -->    opens the device, gives up its rights, looks
 *                         <--    READY | ENDED
 *   GO (uv, PIN)          -->    the key blinks
 *                         <--    SHOWN | MADE | ENDED
 *
 * ENDED with NO_PIN means that the user can still be verified, by the means
 * that it names: another GO may follow.  Both ends refuse what is malformed, to
 * the last byte; the caller does not believe anything that it could not have
 * been told by a stranger's key.
 */

enum cardea_key_task {
	CARDEA_KEY_TASK_NONE = 0,
	CARDEA_KEY_TASK_LIST,
	CARDEA_KEY_TASK_ASSERT,
	CARDEA_KEY_TASK_MAKE,
};

#define CARDEA_KEY_PATH_MAX 255
#define CARDEA_KEY_LABEL_MAX 63 /* "maker product", printable */
#define CARDEA_KEY_PACKET_MAX 32768

struct cardea_key_request {
	enum cardea_key_task task;
	char device[CARDEA_KEY_PATH_MAX + 1];
	uint32_t timeout_ms;
	unsigned char client_hash[CARDEA_FIDO2_HASH];
	enum cardea_uv uv;
	/* ASSERT: what may answer; MAKE: what must not be there already */
	size_t handle_count;
	struct cardea_remote_handle handles[CARDEA_KEYS_MAX];
	/* MAKE */
	char rp_id[CARDEA_KEY_RP_MAX + 1];
	char user[CARDEA_NAME_MAX + 1];
	unsigned char user_handle[CARDEA_KEY_USER_HANDLE];
	enum cardea_fido2_algorithm algorithm;
	bool resident;
};

enum cardea_key_say {
	CARDEA_KEY_SAY_NONE = 0,
	CARDEA_KEY_SAY_DEVICES,
	CARDEA_KEY_SAY_READY,
	CARDEA_KEY_SAY_SHOWN,
	CARDEA_KEY_SAY_MADE,
	CARDEA_KEY_SAY_ENDED,
};

struct cardea_key_device {
	char path[CARDEA_KEY_PATH_MAX + 1];
	char label[CARDEA_KEY_LABEL_MAX + 1];
};

#define CARDEA_KEY_TRIES_UNKNOWN 0xffu

/* How a key can verify its user now. */
struct cardea_key_means {
	bool has_sensor; /* that has not given up */
	bool has_pin;
	uint32_t pin_tries; /* that are left */
};

/* One message of cardea-key; what belongs to its kind is set. */
struct cardea_key_report {
	enum cardea_key_say say;
	size_t device_count; /* DEVICES */
	struct cardea_key_device devices[CARDEA_KEY_DEVICES_MAX];
	bool is_certain; /* READY: it holds a handle; or it may, and hides it */
	struct cardea_key_means means; /* READY; ENDED, if NO_PIN */
	enum cardea_touch_end end;     /* ENDED */
	size_t handle;		       /* SHOWN: index into the request's */
	struct cardea_fido2_assertion assertion;
	struct cardea_fido2_registration registration; /* MADE */
};

CARDEA_MUST_USE enum cardea_status
cardea_key_pack_request(const struct cardea_key_request *request,
    unsigned char *packet, size_t size, size_t *ret_len);
CARDEA_MUST_USE enum cardea_status
cardea_key_unpack_request(const unsigned char *packet, size_t len,
    struct cardea_key_request *ret_request);

CARDEA_MUST_USE enum cardea_status
cardea_key_pack_report(const struct cardea_key_report *report,
    unsigned char *packet, size_t size, size_t *ret_len);
CARDEA_MUST_USE enum cardea_status
cardea_key_unpack_report(const unsigned char *packet, size_t len,
    struct cardea_key_report *ret_report);

/* GO: a PIN is secret; whoever packs or unpacks one wipes the packet. */
CARDEA_MUST_USE enum cardea_status
cardea_key_pack_go(bool uv, const struct cardea_secret *pin,
    unsigned char *packet, size_t size, size_t *ret_len);
CARDEA_MUST_USE enum cardea_status
cardea_key_unpack_go(const unsigned char *packet, size_t len, bool *ret_uv,
    struct cardea_secret *ret_pin);

#endif
