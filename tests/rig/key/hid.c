/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rig/key/hid.h"

/* channel, command or sequence, and the length in the first report */
#define FIRST_HEAD 7
#define NEXT_HEAD 5
#define FIRST_DATA (REPORT_LEN - FIRST_HEAD)
#define NEXT_DATA (REPORT_LEN - NEXT_HEAD)
#define COMMAND_BIT 0x80u

#define NONCE_LEN 8
/* The rest of a request must come in that time. */
#define ASSEMBLY_MS 500

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static uint32_t
channel_of(const unsigned char *report)
{
	return (uint32_t)report[0] << 24 | (uint32_t)report[1] << 16 |
	    (uint32_t)report[2] << 8 | report[3];
}

static void
begin_report(unsigned char report[REPORT_LEN], uint32_t channel)
{
	memset(report, 0, REPORT_LEN);
	report[0] = (unsigned char)(channel >> 24);
	report[1] = (unsigned char)(channel >> 16);
	report[2] = (unsigned char)(channel >> 8);
	report[3] = (unsigned char)channel;
}

/* --- sending ------------------------------------------------------------- */

static void
send_first(struct hid *hid, uint32_t channel, unsigned int command,
    const unsigned char *bytes, size_t len)
{
	unsigned char report[REPORT_LEN];
	begin_report(report, channel);
	report[4] = (unsigned char)(COMMAND_BIT | command);
	report[5] = (unsigned char)(len >> 8);
	report[6] = (unsigned char)len;
	if (len > 0)
		memcpy(report + FIRST_HEAD, bytes, least(len, FIRST_DATA));
	transport_send(&hid->transport, report);
}

static void
send_message(struct hid *hid, uint32_t channel, unsigned int command,
    const unsigned char *bytes, size_t len)
{
	send_first(hid, channel, command, bytes, len);
	unsigned char sequence = 0;
	for (size_t sent = FIRST_DATA; sent < len; sent += NEXT_DATA) {
		unsigned char report[REPORT_LEN];
		begin_report(report, channel);
		report[4] = sequence++;
		memcpy(report + NEXT_HEAD, bytes + sent,
		    least(len - sent, NEXT_DATA));
		transport_send(&hid->transport, report);
	}
}

static void
send_error(struct hid *hid, uint32_t channel, enum hid_error error)
{
	unsigned char byte = (unsigned char)error;
	send_message(hid, channel, HID_ERROR, &byte, 1);
}

void
hid_answer(struct hid *hid, const unsigned char *bytes, size_t len)
{
	send_message(hid, hid->channel, hid->command, bytes, len);
}

void
hid_answer_part(struct hid *hid, const unsigned char *bytes, size_t len)
{
	send_first(hid, hid->channel, hid->command, bytes, len);
}

void
hid_refuse(struct hid *hid, enum hid_error error)
{
	send_error(hid, hid->channel, error);
}

/* A new channel for whoever asks on the broadcast channel; on one's own it
 * begins anew. */
static void
send_init(struct hid *hid, uint32_t channel, const unsigned char *nonce)
{
	unsigned char answer[NONCE_LEN + 9];
	uint32_t given = channel == HID_BROADCAST ? ++hid->last_channel
						  : channel;
	memcpy(answer, nonce, NONCE_LEN);
	unsigned char *rest = answer + NONCE_LEN;
	rest[0] = (unsigned char)(given >> 24);
	rest[1] = (unsigned char)(given >> 16);
	rest[2] = (unsigned char)(given >> 8);
	rest[3] = (unsigned char)given;
	rest[4] = 2; /* version of CTAPHID */
	rest[5] = 1; /* and of the device: 1.0.0 */
	rest[6] = 0;
	rest[7] = 0;
	rest[8] = (unsigned char)hid->capabilities;
	transport_forget(&hid->transport);
	send_message(hid, channel, HID_INIT, answer, sizeof answer);
}

void
hid_answer_init(struct hid *hid)
{
	if (hid->len == NONCE_LEN)
		send_init(hid, hid->channel, hid->message);
	else
		hid_refuse(hid, HID_ERROR_LENGTH);
}

/* --- receiving ----------------------------------------------------------- */

static void
take_first(struct hid *hid, const unsigned char *report)
{
	uint32_t channel = channel_of(report);
	unsigned int command = report[4] & ~COMMAND_BIT;
	size_t len = (size_t)report[5] << 8 | report[6];
	if (hid->assembling && channel != hid->channel && command != HID_INIT) {
		send_error(hid, channel, HID_ERROR_BUSY);
		return;
	}
	if (channel == 0 || (channel == HID_BROADCAST && command != HID_INIT)) {
		send_error(hid, channel, HID_ERROR_CHANNEL);
		return;
	}
	if (len > HID_MESSAGE_MAX) {
		send_error(hid, channel, HID_ERROR_LENGTH);
		return;
	}
	hid->channel = channel;
	hid->command = command;
	hid->len = len;
	hid->got = least(len, FIRST_DATA);
	hid->sequence = 0;
	hid->assembling = true;
	memcpy(hid->message, report + FIRST_HEAD, hid->got);
}

static void
take_next(struct hid *hid, const unsigned char *report)
{
	if (!hid->assembling || channel_of(report) != hid->channel)
		return;
	if (report[4] != hid->sequence++) {
		hid->assembling = false;
		hid_refuse(hid, HID_ERROR_SEQUENCE);
		return;
	}
	size_t part = least(hid->len - hid->got, NEXT_DATA);
	memcpy(hid->message + hid->got, report + NEXT_HEAD, part);
	hid->got += part;
}

void
hid_receive(struct hid *hid)
{
	hid->assembling = false;
	do {
		unsigned char report[REPORT_LEN];
		switch (transport_receive(&hid->transport,
		    hid->assembling ? ASSEMBLY_MS : -1, report)) {
		case ARRIVAL_REPORT:
			if (report[4] & COMMAND_BIT)
				take_first(hid, report);
			else
				take_next(hid, report);
			break;
		case ARRIVAL_NONE:
			hid->assembling = false;
			hid_refuse(hid, HID_ERROR_TIMEOUT);
			break;
		case ARRIVAL_GONE:
			hid->assembling = false;
			break;
		}
	} while (!hid->assembling || hid->got < hid->len);
}

/* --- while a request is in work ------------------------------------------ */

/* What somebody says meanwhile. */
static enum hid_wait
hear(struct hid *hid, const unsigned char *report)
{
	uint32_t channel = channel_of(report);
	switch (report[4]) {
	case COMMAND_BIT | HID_CANCEL:
		return channel == hid->channel ? HID_WAIT_CANCELLED
					       : HID_WAIT_ON;
	case COMMAND_BIT | HID_INIT:
		send_init(hid, channel, report + FIRST_HEAD);
		/* a new client, or the old one that begins anew */
		return channel == HID_BROADCAST || channel == hid->channel
		    ? HID_WAIT_ABORTED
		    : HID_WAIT_ON;
	default:
		send_error(hid, channel, HID_ERROR_BUSY);
		return HID_WAIT_ON;
	}
}

enum hid_wait
hid_wait(struct hid *hid, enum hid_keepalive keepalive, int wait_ms)
{
	unsigned char report[REPORT_LEN];
	unsigned char byte = (unsigned char)keepalive;
	if (hid->command == HID_CBOR && transport_is_read(&hid->transport))
		send_message(hid, hid->channel, HID_KEEPALIVE, &byte, 1);
	switch (transport_receive(&hid->transport, wait_ms, report)) {
	case ARRIVAL_REPORT:
		return hear(hid, report);
	case ARRIVAL_NONE:
		return HID_WAIT_ON;
	case ARRIVAL_GONE:
		return HID_WAIT_ABORTED;
	}
	return HID_WAIT_ABORTED;
}
