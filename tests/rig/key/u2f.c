/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rig/key/authdata.h"
#include "rig/key/mode.h"
#include "rig/key/softkey.h"
#include "rig/key/touch.h"

/*
 * U2F raw messages (FIDO U2F 1.2): APDUs of ISO 7816-4.  The key does not wait
 * for its person; the host asks until the touch comes.
 */
enum status_word {
	SW_OK = 0x9000,
	SW_LENGTH = 0x6700,
	SW_NOT_SATISFIED =
	    0x6985,		/* no touch, or only asked whether it would */
	SW_WRONG_DATA = 0x6a80, /* not a key handle of ours */
	SW_INSTRUCTION = 0x6d00,
	SW_CLASS = 0x6e00,
};

enum instruction {
	U2F_REGISTER = 0x01,
	U2F_AUTHENTICATE = 0x02,
	U2F_VERSION = 0x03,
};

enum control {
	CONTROL_CHECK = 0x07, /* would you? */
	CONTROL_TOUCH = 0x03,
	CONTROL_NO_TOUCH = 0x08,
};

struct apdu {
	unsigned char class, instruction, control;
	struct slice data;
};

/* A message with a length in one byte, or in three of which the first is 0. */
static bool
read_apdu(const struct hid *hid, struct apdu *ret_apdu)
{
	const unsigned char *bytes = hid->message;
	size_t head = 4, len = 0;
	if (hid->len < head)
		return false;
	if (hid->len >= 7 && bytes[4] == 0) {
		head = 7;
		len = (size_t)bytes[5] << 8 | bytes[6];
		/* the length of the answer alone, if nothing follows */
		if (hid->len == head)
			len = 0;
	} else if (hid->len > 5) {
		head = 5;
		len = bytes[4];
	}
	if (len > hid->len - head)
		return false;
	*ret_apdu = (struct apdu){ .class = bytes[0],
		.instruction = bytes[1],
		.control = bytes[2],
		.data = { bytes + head, len } };
	return true;
}

static enum status_word
get_version(
    struct softkey *softkey, const struct apdu *apdu, struct writer *answer)
{
	(void)softkey;
	(void)apdu;
	put_raw(answer, "U2F_V2", 6);
	return SW_OK;
}

/* data: challenge (32), application (32) */
static enum status_word
make_registration(
    struct softkey *softkey, const struct apdu *apdu, struct writer *answer)
{
	const struct certificates *certificates = &softkey->certificates;
	if (apdu->data.len != 2 * HASH_LEN)
		return SW_LENGTH;
	if (!touch_is_given_now(softkey)) {
		state_log(&softkey->state, "u2f register: no touch");
		return SW_NOT_SATISFIED;
	}
	const unsigned char *challenge = apdu->data.bytes;
	const unsigned char *application = challenge + HASH_LEN;
	struct credential credential;
	unsigned char point[POINT_LEN];
	credential_make(softkey->seed, ES256, application, &credential);
	p256_point(credential.key, point);

	struct writer data = { .bytes = NULL };
	put_byte(&data, 0);
	put_raw(&data, application, HASH_LEN);
	put_raw(&data, challenge, HASH_LEN);
	put_raw(&data, credential.id, sizeof credential.id);
	put_byte(&data, 4);
	put_raw(&data, point, sizeof point);

	put_byte(answer, 5);
	put_byte(answer, 4);
	put_raw(answer, point, sizeof point);
	put_byte(answer, sizeof credential.id);
	put_raw(answer, credential.id, sizeof credential.id);
	put_raw(answer, certificates->batch.bytes, certificates->batch.len);
	struct writer signature = { .bytes = NULL };
	sign_told(softkey, certificates->batch_key, &data, &signature);
	put_raw(answer, signature.bytes, signature.len);
	state_log(&softkey->state, "u2f register");

	writer_clear(&signature);
	writer_clear(&data);
	credential_clear(&credential);
	return SW_OK;
}

/* application | flags | counter | challenge, of which the middle is told */
static void
put_authentication(const struct softkey *softkey, const struct apdu *apdu,
    const struct credential *credential, struct writer *answer)
{
	const unsigned char *challenge = apdu->data.bytes;
	const unsigned char *application = challenge + HASH_LEN;
	struct writer data = { .bytes = NULL }, signature = { .bytes = NULL };
	unsigned int flags = apdu->control == CONTROL_TOUCH
	    ? (unsigned int)FLAG_PRESENT
	    : 0;
	put_authdata(softkey, &data, application, flags, NULL);
	put_raw(answer, data.bytes + HASH_LEN, data.len - HASH_LEN);
	put_raw(&data, challenge, HASH_LEN);
	sign_told(softkey, credential->key, &data, &signature);
	put_raw(answer, signature.bytes, signature.len);
	writer_clear(&data);
	writer_clear(&signature);
}

/* data: challenge (32), application (32), a length, a key handle */
static enum status_word
authenticate(
    struct softkey *softkey, const struct apdu *apdu, struct writer *answer)
{
	struct slice data = apdu->data;
	if (data.len < 2 * HASH_LEN + 1 ||
	    data.len != 2 * HASH_LEN + 1 + (size_t)data.bytes[2 * HASH_LEN])
		return SW_LENGTH;
	struct slice handle = { data.bytes + 2 * HASH_LEN + 1,
		data.bytes[2 * HASH_LEN] };
	struct credential credential;
	if (!credential_open(
		softkey->seed, handle, data.bytes + HASH_LEN, &credential))
		return SW_WRONG_DATA;

	enum status_word word = SW_OK;
	if (credential.algorithm != ES256)
		word = SW_WRONG_DATA;
	else if (apdu->control == CONTROL_CHECK ||
	    (apdu->control == CONTROL_TOUCH && !touch_is_given_now(softkey)))
		word = SW_NOT_SATISFIED;
	else
		put_authentication(softkey, apdu, &credential, answer);
	state_log(&softkey->state, "u2f authenticate control=0x%02x word=%04x",
	    apdu->control, word);
	credential_clear(&credential);
	return word;
}

static enum status_word
run_apdu(struct softkey *softkey, struct writer *answer)
{
	struct apdu apdu;
	if (!read_apdu(&softkey->hid, &apdu))
		return SW_LENGTH;
	if (apdu.class != 0)
		return SW_CLASS;
	switch (apdu.instruction) {
	case U2F_REGISTER:
		return make_registration(softkey, &apdu, answer);
	case U2F_AUTHENTICATE:
		return authenticate(softkey, &apdu, answer);
	case U2F_VERSION:
		return get_version(softkey, &apdu, answer);
	default:
		return SW_INSTRUCTION;
	}
}

void
u2f_serve(struct softkey *softkey)
{
	struct writer answer = { .bytes = NULL };
	put_u16(&answer, run_apdu(softkey, &answer));
	if (mode_has(&softkey->state, "truncated"))
		hid_answer_part(
		    &softkey->hid, answer.bytes, answer.len + REPORT_LEN);
	else
		hid_answer(&softkey->hid, answer.bytes, answer.len);
	writer_clear(&answer);
}
