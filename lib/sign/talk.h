/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CARDEA_SIGN_TALK_H
#define CARDEA_SIGN_TALK_H

#include "sign/sign.h"

/*
 * What is said between cardea_sign and its helper: one request, one reply, each
 * a packet.  Both are read to the last byte: what holds the key loads other
 * people's code, and whatever that made of its process is not believed.
 */
#define CARDEA_SIGN_PACKET_MAX (CARDEA_SIGN_LIST_MAX + 16384)
#define CARDEA_SIGN_PEM_MAX 32768
#define CARDEA_SIGN_PIN_MAX 255

enum cardea_sign_task {
	CARDEA_SIGN_TASK_NONE = 0,
	CARDEA_SIGN_TASK_SIGN,
	CARDEA_SIGN_TASK_MAKE,
	CARDEA_SIGN_TASK_REQUEST,
	CARDEA_SIGN_TASK_COUNT,
};

struct cardea_sign_request {
	enum cardea_sign_task task;
	uint32_t timeout_ms;
	char uri[CARDEA_KEY_URI_MAX + 1];
	char tpm[256];
	char module[256];
	struct cardea_secret pin;
	enum cardea_sign_algorithm algorithm; /* MAKE */
	size_t message_len;		      /* SIGN */
	unsigned char message[CARDEA_SIGN_LIST_MAX];
	char subject[CARDEA_CERT_NAME_MAX + 1]; /* REQUEST */
	size_t name_count;
	struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX];
};

struct cardea_sign_reply {
	struct cardea_sign_answer answer;
	char pem[CARDEA_SIGN_PEM_MAX + 1];
};

/* RANGE for what does not fit.  The packet holds the PIN: wipe it. */
CARDEA_MUST_USE enum cardea_status
cardea_sign_pack_request(const struct cardea_sign_request *request,
    unsigned char *packet, size_t size, size_t *ret_len);
/* SYNTAX; ret_request is zero before, and its PIN is to be cleared whatever the
 * status. */
CARDEA_MUST_USE enum cardea_status
cardea_sign_unpack_request(const unsigned char *packet, size_t len,
    struct cardea_sign_request *ret_request);

CARDEA_MUST_USE enum cardea_status
cardea_sign_pack_reply(const struct cardea_sign_reply *reply,
    unsigned char *packet, size_t size, size_t *ret_len);
/* SYNTAX unless it answers that task: a signature for SIGN, a public key with
 * whatever was done, a request for REQUEST, and with a reason nothing else. */
CARDEA_MUST_USE enum cardea_status
cardea_sign_unpack_reply(const unsigned char *packet, size_t len,
    enum cardea_sign_task task, struct cardea_sign_reply *ret_reply);

#endif
