/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef RIG_KEY_HID_H
#define RIG_KEY_HID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rig/key/transport.h"

/*
 * CTAPHID (CTAP2, section 11.2): messages of up to 7609 bytes in reports of 64,
 * on channels that INIT hands out.  One request at a time.
 */
#define HID_MESSAGE_MAX 7609
#define HID_BROADCAST UINT32_C(0xffffffff)

enum hid_command {
	HID_PING = 0x01,
	HID_MSG = 0x03, /* U2F */
	HID_INIT = 0x06,
	HID_WINK = 0x08,
	HID_CBOR = 0x10, /* CTAP2 */
	HID_CANCEL = 0x11,
	HID_KEEPALIVE = 0x3b,
	HID_ERROR = 0x3f,
};

enum hid_error {
	HID_ERROR_COMMAND = 0x01,
	HID_ERROR_LENGTH = 0x03,
	HID_ERROR_SEQUENCE = 0x04,
	HID_ERROR_TIMEOUT = 0x05,
	HID_ERROR_BUSY = 0x06,
	HID_ERROR_CHANNEL = 0x0b,
};

enum hid_keepalive {
	HID_PROCESSING = 1,
	HID_UP_NEEDED = 2,
};

enum hid_capability {
	HID_CAN_WINK = 0x01,
	HID_CAN_CBOR = 0x04,
	HID_CANNOT_MSG = 0x08,
};

struct hid {
	struct transport transport;
	unsigned int capabilities;
	uint32_t last_channel;
	/* the request in work: hid_receive's last */
	uint32_t channel;
	unsigned int command;
	size_t len, got;
	unsigned int sequence;
	bool assembling;
	unsigned char message[HID_MESSAGE_MAX];
};

/* hid_receive: waits until hid's command, len and message are a request. */
void hid_receive(struct hid *hid);

/* Each answers the request in work. */
void hid_answer(struct hid *hid, const unsigned char *bytes, size_t len);
/* and ends after the first report, whatever length that promises */
void hid_answer_part(struct hid *hid, const unsigned char *bytes, size_t len);
void hid_refuse(struct hid *hid, enum hid_error error);
void hid_answer_init(struct hid *hid);

enum hid_wait {
	HID_WAIT_ON,
	HID_WAIT_CANCELLED, /* the host wants an answer now */
	HID_WAIT_ABORTED,   /* nobody wants one any more */
};

/* hid_wait: while a request is in work, asks the host for patience and listens
 * to it for a moment. */
enum hid_wait
hid_wait(struct hid *hid, enum hid_keepalive keepalive, int wait_ms);

#endif
