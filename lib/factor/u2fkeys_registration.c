/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/u2fkeys.h"
#include "factor/u2fstatement.h"
#include "store/crypto.h"

/*
 * FIDO U2F raw message formats 1.2, section 4.3:
 *
 *   5 | point (65) | length | handle | X.509 certificate | signature
 */
#define RESERVED 5
#define POINT_LEN 65
#define UNCOMPRESSED 4
#define HEAD_LEN (1 + POINT_LEN + 1)
#define DER_SEQUENCE 0x30 /* X.690, 8.9 */
#define SIGNATURE_MAX 80  /* of P-256: 72, and room for a loose encoder */

struct message {
	const unsigned char *x, *y; /* 32 bytes each */
	const unsigned char *handle;
	size_t handle_len;
	const unsigned char *certificate;
	size_t certificate_len;
	const unsigned char *signature;
	size_t signature_len;
};

/* Length of the DER sequence that bytes begin with, its head included; 0 if
 * there is none, or it is longer than what is left (X.690, 8.1.3). */
static size_t
sequence_len(const unsigned char *bytes, size_t left)
{
	size_t len = 0, head = 2;

	if (left < 2 || bytes[0] != DER_SEQUENCE)
		return 0;
	if (bytes[1] < 0x80) {
		len = bytes[1];
	} else {
		size_t width = bytes[1] & 0x7fu;

		head += width;
		if (width == 0 || width > 2 || left < head || bytes[2] == 0)
			return 0;
		for (size_t i = 0; i < width; i++)
			len = len << 8 | bytes[2 + i];
		if (len < 0x80)
			return 0;
	}
	return len > left - head ? 0 : head + len;
}

static bool
read_message(
    const unsigned char *bytes, size_t len, struct message *ret_message)
{
	struct message message;
	const unsigned char *end = bytes + len;

	if (len < HEAD_LEN || bytes[0] != RESERVED || bytes[1] != UNCOMPRESSED)
		return false;
	message.x = bytes + 2;
	message.y = message.x + 32;
	message.handle_len = bytes[HEAD_LEN - 1];
	message.handle = bytes + HEAD_LEN;
	if (message.handle_len == 0 || message.handle_len > len - HEAD_LEN)
		return false;
	message.certificate = message.handle + message.handle_len;
	message.certificate_len = sequence_len(
	    message.certificate, (size_t)(end - message.certificate));
	message.signature = message.certificate + message.certificate_len;
	message.signature_len = sequence_len(
	    message.signature, (size_t)(end - message.signature));
	if (message.certificate_len == 0 || message.signature_len == 0 ||
	    message.signature_len > SIGNATURE_MAX ||
	    message.signature + message.signature_len != end)
		return false;
	*ret_message = message;
	return true;
}

/* Bytes one after the other; the callers know how much room there is. */
static void
append(unsigned char *to, size_t *len, const void *bytes, size_t count)
{
	memcpy(to + *len, bytes, count);
	*len += count;
}

/* Authenticator data (WebAuthn level 2, 6.1) as a client that registers a U2F
 * key writes them (CTAP 2.1, 7.2): presence, no counter, no model. */
static enum cardea_status
put_auth_data(const struct message *message, const char *app_id,
    struct cardea_fido2_registration *registration)
{
	static const unsigned char flags[] = { 0x41, 0, 0, 0, 0 };
	static const unsigned char model[CARDEA_FIDO2_MODEL] = { 0 };
	/* a COSE key (RFC 9053, 7.1): EC2, ES256, P-256, x ... y */
	static const unsigned char key_x[] = { 0xa5, 0x01, 0x02, 0x03, 0x26,
		0x20, 0x01, 0x21, 0x58, 0x20 };
	static const unsigned char key_y[] = { 0x22, 0x58, 0x20 };
	const unsigned char handle_len[] = { 0,
		(unsigned char)message->handle_len };
	unsigned char hash[CARDEA_SHA256];
	unsigned char *to = registration->auth_data;
	size_t *len = &registration->auth_data_len;
	enum cardea_status status;

	status = cardea_crypto_sha256(app_id, strlen(app_id), hash);
	if (status != CARDEA_OK)
		return status;
	append(to, len, hash, sizeof(hash));
	append(to, len, flags, sizeof(flags));
	append(to, len, model, sizeof(model));
	append(to, len, handle_len, sizeof(handle_len));
	append(to, len, message->handle, message->handle_len);
	append(to, len, key_x, sizeof(key_x));
	append(to, len, message->x, 32);
	append(to, len, key_y, sizeof(key_y));
	append(to, len, message->y, 32);
	return CARDEA_OK;
}

enum cardea_status
cardea_u2fkeys_registration(const unsigned char *message, size_t len,
    const char *app_id, const unsigned char client_hash[CARDEA_FIDO2_HASH],
    struct cardea_fido2_registration *ret_registration,
    struct cardea_diag *diag)
{
	struct cardea_fido2_registration registration = {
		.format = "fido-u2f"
	};
	struct message parts;
	enum cardea_status status;

	if (!read_message(message, len, &parts))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "not a registration response of a U2F key");
	memcpy(registration.client_hash, client_hash, CARDEA_FIDO2_HASH);
	status = cardea_text_copy(
	    registration.rp_id, sizeof(registration.rp_id), app_id);
	if (status == CARDEA_OK)
		status = put_auth_data(&parts, app_id, &registration);
	if (status == CARDEA_OK)
		status = cardea_u2fstatement(parts.signature,
		    parts.signature_len, parts.certificate,
		    parts.certificate_len, registration.statement,
		    sizeof(registration.statement),
		    &registration.statement_len);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "the registration response does not fit: %s",
		    cardea_status_text(status));
	*ret_registration = registration;
	return CARDEA_OK;
}
