/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/remote_device.h"
#include "factor/remote_text.h"
#include "store/crypto.h"

#define CHALLENGE_MAX (CARDEA_REMOTE_DEVICE_NONCE + CARDEA_SERVICE_MAX + 8)
#define ANSWER_MAX (CARDEA_PROOF_CHUNKS_MAX * CARDEA_REMOTE_PART_BYTES)
#define FINGERPRINT_BEGIN "SHA256:"

/* the rest of an answer: no, form, count, lengths */
_Static_assert(CARDEA_REMOTE_DEVICE_BYTES + 2 * CARDEA_NAME_MAX +
	    CARDEA_REMOTE_DEVICE_SIGNATURE_MAX +
	    (CARDEA_REMOTE_DEVICE_CERTS_MAX + 5) * 4 <=
	ANSWER_MAX,
    "an answer fits");

const struct cardea_remote_form cardea_remote_device_form = {
	.magic = "cardea-device1:",
	.parts_max = CARDEA_PROOF_CHUNKS_MAX,
};

/* --- the question --------------------------------------------------------- */

enum cardea_status
cardea_remote_device_prompt(
    const struct cardea_remote_device_challenge *challenge, char *prompt,
    size_t size)
{
	unsigned char bytes[CHALLENGE_MAX];
	struct cardea_pack pack;

	if (!cardea_remote_is_name(challenge->service))
		return CARDEA_E_SYNTAX;
	cardea_pack_init(&pack, bytes, sizeof(bytes));
	cardea_pack_blob(&pack, challenge->nonce, sizeof(challenge->nonce));
	cardea_pack_text(&pack, challenge->service);
	return cardea_remote_text_prompt(
	    CARDEA_REMOTE_DEVICE_WORDS CARDEA_REMOTE_DEVICE_MAGIC, &pack,
	    prompt, size);
}

enum cardea_status
cardea_remote_device_unpack(const unsigned char *bytes, size_t len,
    struct cardea_remote_device_challenge *ret_challenge)
{
	struct cardea_remote_device_challenge challenge = { .service = "" };
	struct cardea_unpack unpack;
	size_t nonce_len = 0;

	cardea_unpack_init(&unpack, bytes, len);
	cardea_remote_get_bytes(&unpack, challenge.nonce,
	    sizeof(challenge.nonce), sizeof(challenge.nonce), &nonce_len);
	cardea_remote_get_name(
	    &unpack, challenge.service, sizeof(challenge.service));
	if (cardea_unpack_done(&unpack) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	*ret_challenge = challenge;
	return CARDEA_OK;
}

/* --- certificates --------------------------------------------------------- */

enum cardea_status
cardea_remote_device_fingerprint(const unsigned char *der, size_t len,
    char ret_text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1])
{
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status = cardea_crypto_sha256(der, len, digest);

	return status == CARDEA_OK
	    ? cardea_sshwire_fingerprint(digest, ret_text)
	    : status;
}

/* "SHA256:" and 43 characters of base64; which of them is for the table to say.
 */
static bool
is_fingerprint(const char *text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789+/";
	size_t begin = strlen(FINGERPRINT_BEGIN);

	return strlen(text) == CARDEA_SSHWIRE_FINGERPRINT_MAX &&
	    strncmp(text, FINGERPRINT_BEGIN, begin) == 0 &&
	    strspn(text + begin, alphabet) ==
	    CARDEA_SSHWIRE_FINGERPRINT_MAX - begin;
}

static void
put_certificates(
    struct cardea_pack *pack, const struct cardea_remote_device_answer *answer)
{
	const unsigned char *der = answer->der;
	size_t left = sizeof(answer->der);

	cardea_pack_u8(pack, (uint8_t)answer->count);
	if (answer->count == 0) {
		if (!is_fingerprint(answer->fingerprint))
			pack->failed = true;
		cardea_pack_text(pack, answer->fingerprint);
		cardea_pack_blob(
		    pack, answer->key_hash, sizeof(answer->key_hash));
	}
	for (size_t i = 0; i < answer->count; i++) {
		size_t len = answer->lens[i];

		if (len == 0 || len > CARDEA_CERT_MAX || len > left) {
			pack->failed = true;
			return;
		}
		cardea_pack_blob(pack, der, len);
		der += len;
		left -= len;
	}
}

static void
get_certificates(
    struct cardea_unpack *unpack, struct cardea_remote_device_answer *answer)
{
	size_t at = 0, left = sizeof(answer->der);

	answer->count = cardea_unpack_u8(unpack);
	if (answer->count > CARDEA_REMOTE_DEVICE_CERTS_MAX) {
		unpack->failed = true;
		return;
	}
	if (answer->count == 0) {
		cardea_unpack_text(
		    unpack, answer->fingerprint, sizeof(answer->fingerprint));
		if (!is_fingerprint(answer->fingerprint))
			unpack->failed = true;
		cardea_remote_get_bytes(unpack, answer->key_hash,
		    sizeof(answer->key_hash), sizeof(answer->key_hash), &at);
		return;
	}
	for (size_t i = 0; i < answer->count && !unpack->failed; i++) {
		size_t max = left < CARDEA_CERT_MAX ? left : CARDEA_CERT_MAX;

		cardea_remote_get_bytes(
		    unpack, answer->der + at, 1, max, &answer->lens[i]);
		at += answer->lens[i];
		left -= answer->lens[i];
	}
	if (unpack->failed ||
	    cardea_remote_device_fingerprint(
		answer->der, answer->lens[0], answer->fingerprint) != CARDEA_OK)
		unpack->failed = true;
}

/* --- the answer ----------------------------------------------------------- */

static bool
is_form(enum cardea_remote_device_form form)
{
	return form == CARDEA_REMOTE_DEVICE_RAW ||
	    form == CARDEA_REMOTE_DEVICE_SSHSIG;
}

static void
pack_answer(
    struct cardea_pack *pack, const struct cardea_remote_device_answer *answer)
{
	if (answer->no >= CARDEA_REMOTE_DEVICE_NO_COUNT) {
		pack->failed = true;
		return;
	}
	cardea_pack_u8(pack, (uint8_t)answer->no);
	if (answer->no != CARDEA_REMOTE_DEVICE_PROOF)
		return;
	if (!is_form(answer->form) ||
	    answer->count > CARDEA_REMOTE_DEVICE_CERTS_MAX ||
	    answer->signature_len == 0 ||
	    answer->signature_len > sizeof(answer->signature)) {
		pack->failed = true;
		return;
	}
	cardea_remote_put_whom(pack, answer->user, answer->host);
	cardea_pack_u8(pack, (uint8_t)answer->form);
	put_certificates(pack, answer);
	cardea_pack_blob(pack, answer->signature, answer->signature_len);
}

static enum cardea_status
unpack_answer(const unsigned char *bytes, size_t len,
    struct cardea_remote_device_answer *answer)
{
	struct cardea_unpack unpack;
	uint8_t no;

	cardea_unpack_init(&unpack, bytes, len);
	no = cardea_unpack_u8(&unpack);
	if (no >= CARDEA_REMOTE_DEVICE_NO_COUNT)
		return CARDEA_E_SYNTAX;
	answer->no = (enum cardea_remote_device_no)no;
	if (answer->no != CARDEA_REMOTE_DEVICE_PROOF)
		return cardea_unpack_done(&unpack);

	cardea_remote_get_whom(&unpack, answer->user, answer->host);
	answer->form = (enum cardea_remote_device_form)cardea_unpack_u8(
	    &unpack);
	get_certificates(&unpack, answer);
	cardea_remote_get_bytes(&unpack, answer->signature, 1,
	    sizeof(answer->signature), &answer->signature_len);
	return is_form(answer->form) ? cardea_unpack_done(&unpack)
				     : CARDEA_E_SYNTAX;
}

enum cardea_status
cardea_remote_device_write(const struct cardea_remote_device_answer *answer,
    struct cardea_remote_parts *ret_parts)
{
	unsigned char bytes[ANSWER_MAX];
	struct cardea_pack pack;

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	pack_answer(&pack, answer);
	if (cardea_pack_done(&pack) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	return cardea_remote_cut(
	    &cardea_remote_device_form, bytes, pack.len, ret_parts);
}

enum cardea_status
cardea_remote_device_join(const struct cardea_remote_parts *parts,
    struct cardea_remote_device_answer *ret_answer)
{
	struct cardea_remote_device_answer answer = { .count = 0 };
	unsigned char bytes[ANSWER_MAX];
	size_t len = 0;

	if (cardea_remote_bytes(&cardea_remote_device_form, parts, bytes,
		sizeof(bytes), &len) != CARDEA_OK ||
	    unpack_answer(bytes, len, &answer) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	*ret_answer = answer;
	return CARDEA_OK;
}
