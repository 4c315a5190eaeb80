/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/sshwire.h"
#include "factor/sshsk.h"
#include "store/crypto.h"

/* PROTOCOL.u2f of OpenSSH: the two types of key, and what each has in it. */
static const struct form {
	enum cardea_fido2_algorithm algorithm;
	const char *type;
	const char *curve; /* NULL: the type has none to name */
	size_t public_len; /* as a credential has it */
} forms[] = {
	{ CARDEA_FIDO2_EDDSA, "sk-ssh-ed25519@openssh.com", NULL, 32 },
	{ CARDEA_FIDO2_ES256, "sk-ecdsa-sha2-nistp256@openssh.com", "nistp256",
	    64 },
};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

#define TYPE_MAX 64	 /* RFC 4251, section 6 */
#define UNCOMPRESSED 4	 /* SEC 1, 2.3.3: x and y follow */
#define ED25519_LEN 64	 /* RFC 8032, 5.1.6 */
#define P256_INTEGER 33	 /* 32 bytes, and one to clear the sign */
#define DER_INTEGER 0x02 /* X.690 */
#define DER_SEQUENCE 0x30

static bool
is_printable(struct cardea_sshwire_string string, size_t max)
{
	if (string.len == 0 || string.len > max)
		return false;
	for (size_t i = 0; i < string.len; i++) {
		if (string.bytes[i] < ' ' || string.bytes[i] > '~')
			return false;
	}
	return true;
}

/* --- keys ----------------------------------------------------------------- */

static const struct form *
form_of_type(struct cardea_sshwire_string type)
{
	for (size_t i = 0; i < FORMS; i++) {
		if (cardea_sshwire_is(type, forms[i].type))
			return &forms[i];
	}
	return NULL;
}

static const struct form *
form_of(const struct cardea_fido2_credential *credential)
{
	for (size_t i = 0; i < FORMS; i++) {
		if (credential->kind == CARDEA_FIDO2_SSH &&
		    credential->algorithm == forms[i].algorithm &&
		    credential->public_len == forms[i].public_len)
			return &forms[i];
	}
	return NULL;
}

/* The public key as it stands in the blob, without what says how it stands
 * there; empty if that is not as it must be. */
static struct cardea_sshwire_string
get_public(struct cardea_sshwire_reader *reader, const struct form *form)
{
	struct cardea_sshwire_string public;

	if (form->curve != NULL &&
	    !cardea_sshwire_is(cardea_sshwire_get_string(reader), form->curve))
		reader->failed = true;
	public = cardea_sshwire_get_string(reader);
	if (form->curve != NULL && public.len > 0) {
		if (public.bytes[0] != UNCOMPRESSED)
			reader->failed = true;
		public.bytes++;
		public.len--;
	}
	if (public.len != form->public_len)
		reader->failed = true;
	return public;
}

enum cardea_status
cardea_sshsk_key(const unsigned char *blob, size_t len,
    struct cardea_fido2_credential *ret_credential)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string type, public, application;
	const struct form *form;

	cardea_sshwire_read(&reader, blob, len);
	type = cardea_sshwire_get_string(&reader);
	if (!is_printable(type, TYPE_MAX))
		return CARDEA_E_SYNTAX;
	form = form_of_type(type);
	if (form == NULL)
		return CARDEA_E_MISSING;
	public = get_public(&reader, form);
	application = cardea_sshwire_get_string(&reader);
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK ||
	    !is_printable(application, CARDEA_KEY_RP_MAX))
		return CARDEA_E_SYNTAX;

	*ret_credential = (struct cardea_fido2_credential){
		.kind = CARDEA_FIDO2_SSH,
		.algorithm = form->algorithm,
		.public_len = public.len,
	};
	memcpy(ret_credential->public_key, public.bytes, public.len);
	memcpy(ret_credential->rp_id, application.bytes, application.len);
	return CARDEA_OK;
}

enum cardea_status
cardea_sshsk_blob(const struct cardea_fido2_credential *credential,
    unsigned char *blob, size_t size, size_t *ret_len)
{
	const struct form *form = form_of(credential);
	struct cardea_sshwire_writer writer;
	enum cardea_status status;

	if (form == NULL)
		return CARDEA_E_INTERNAL;
	cardea_sshwire_write(&writer, blob, size);
	cardea_sshwire_put_text(&writer, form->type);
	if (form->curve != NULL) {
		cardea_sshwire_put_text(&writer, form->curve);
		cardea_sshwire_put_u32(&writer, 1 + (uint32_t)form->public_len);
		cardea_sshwire_put_u8(&writer, UNCOMPRESSED);
	} else {
		cardea_sshwire_put_u32(&writer, (uint32_t)form->public_len);
	}
	cardea_sshwire_put_bytes(
	    &writer, credential->public_key, form->public_len);
	cardea_sshwire_put_text(&writer, credential->rp_id);
	status = cardea_sshwire_written(&writer);
	if (status == CARDEA_OK)
		*ret_len = writer.len;
	return status;
}

enum cardea_status
cardea_sshsk_fingerprint(const struct cardea_fido2_credential *credential,
    char ret_text[CARDEA_SSHSK_FINGERPRINT_MAX + 1])
{
	unsigned char blob[CARDEA_SSHSK_KEY_MAX], digest[CARDEA_SHA256];
	enum cardea_status status;
	size_t len;

	status = cardea_sshsk_blob(credential, blob, sizeof(blob), &len);
	if (status == CARDEA_OK)
		status = cardea_crypto_sha256(blob, len, digest);
	if (status == CARDEA_OK)
		status = cardea_sshwire_fingerprint(digest, ret_text);
	return status;
}

/* --- what is signed ------------------------------------------------------- */

/* The texts, with a label that says which they are and in which order, each
 * with its length in front: no two questions have the same bytes. */
#define LABEL "cardea-agent-1"
#define NONCE_LEN 32
#define MESSAGE_MAX                                                            \
	(6 * 4 + sizeof(LABEL) + 2 * CARDEA_NAME_MAX + CARDEA_SERVICE_MAX +    \
	    CARDEA_TXN_MAX + NONCE_LEN)

static enum cardea_status
digest_question(const struct cardea_sshsk_question *question,
    unsigned char digest[CARDEA_SHA512])
{
	const char *const texts[] = { LABEL, question->user, question->host,
		question->service, question->txn };
	unsigned char message[MESSAGE_MAX];
	struct cardea_sshwire_writer writer;
	enum cardea_status status;

	if (question->nonce == NULL)
		return CARDEA_E_INTERNAL;
	cardea_sshwire_write(&writer, message, sizeof(message));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		/* what is bound to nobody, or nowhere, is bound to nothing */
		if (texts[i] == NULL || texts[i][0] == '\0')
			return CARDEA_E_INTERNAL;
		cardea_sshwire_put_text(&writer, texts[i]);
	}
	cardea_sshwire_put_string(&writer, question->nonce, NONCE_LEN);
	status = cardea_sshwire_written(&writer);
	if (status != CARDEA_OK)
		return status;
	return cardea_crypto_sha512(message, writer.len, digest);
}

enum cardea_status
cardea_sshsk_envelope(const struct cardea_sshsk_question *question,
    unsigned char envelope[CARDEA_SSHSK_ENVELOPE_MAX], size_t *ret_len)
{
	unsigned char digest[CARDEA_SHA512];
	struct cardea_sshwire_writer writer;
	enum cardea_status status;

	status = digest_question(question, digest);
	if (status != CARDEA_OK)
		return status;
	cardea_sshwire_write(&writer, envelope, CARDEA_SSHSK_ENVELOPE_MAX);
	cardea_sshwire_put_sshsig(&writer, CARDEA_SSHSK_NAMESPACE, digest);
	status = cardea_sshwire_written(&writer);
	if (status == CARDEA_OK)
		*ret_len = writer.len;
	return status;
}

/* --- signatures ----------------------------------------------------------- */

/* The numbers r and s become a DER sequence of two integers (RFC 3279, 2.2.3);
 * SSH and DER write each number in the same one form, and all lengths here fit
 * one byte. */
static bool
put_ecdsa(struct cardea_sshwire_writer *writer,
    struct cardea_sshwire_string signature)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string numbers[2];

	cardea_sshwire_read(&reader, signature.bytes, signature.len);
	numbers[0] = cardea_sshwire_get_positive(&reader);
	numbers[1] = cardea_sshwire_get_positive(&reader);
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK ||
	    numbers[0].len > P256_INTEGER || numbers[1].len > P256_INTEGER)
		return false;
	cardea_sshwire_put_u8(writer, DER_SEQUENCE);
	cardea_sshwire_put_u8(
	    writer, (uint8_t)(2 + numbers[0].len + 2 + numbers[1].len));
	for (size_t i = 0; i < 2; i++) {
		cardea_sshwire_put_u8(writer, DER_INTEGER);
		cardea_sshwire_put_u8(writer, (uint8_t)numbers[i].len);
		cardea_sshwire_put_bytes(
		    writer, numbers[i].bytes, numbers[i].len);
	}
	return true;
}

static bool
put_signature(struct cardea_fido2_assertion *assertion, const struct form *form,
    struct cardea_sshwire_string signature)
{
	struct cardea_sshwire_writer writer;

	cardea_sshwire_write(
	    &writer, assertion->signature, sizeof(assertion->signature));
	if (form->curve != NULL) {
		if (!put_ecdsa(&writer, signature))
			return false;
	} else {
		if (signature.len != ED25519_LEN)
			return false;
		cardea_sshwire_put_bytes(
		    &writer, signature.bytes, signature.len);
	}
	assertion->signature_len = writer.len;
	return cardea_sshwire_written(&writer) == CARDEA_OK;
}

/* What the key put in front of the hash of what it signed: its authenticator
 * data.  SSH sends only what it cannot know itself: flags and counter. */
static enum cardea_status
put_auth_data(struct cardea_fido2_assertion *assertion, const char *application,
    uint8_t flags, uint32_t counter)
{
	struct cardea_sshwire_writer writer;
	unsigned char digest[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_sha256(application, strlen(application), digest);
	if (status != CARDEA_OK)
		return status;
	cardea_sshwire_write(
	    &writer, assertion->auth_data, sizeof(assertion->auth_data));
	cardea_sshwire_put_bytes(&writer, digest, sizeof(digest));
	cardea_sshwire_put_u8(&writer, flags);
	cardea_sshwire_put_u32(&writer, counter);
	assertion->auth_data_len = writer.len;
	return cardea_sshwire_written(&writer);
}

enum cardea_status
cardea_sshsk_signature(const struct cardea_fido2_credential *credential,
    const unsigned char *blob, size_t len, const unsigned char *envelope,
    size_t envelope_len, struct cardea_fido2_assertion *ret_assertion)
{
	const struct form *form = form_of(credential);
	struct cardea_fido2_assertion assertion = { .signature_len = 0 };
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string type, signature;
	enum cardea_status status;
	uint32_t counter;
	uint8_t flags;

	if (form == NULL)
		return CARDEA_E_INTERNAL;
	cardea_sshwire_read(&reader, blob, len);
	type = cardea_sshwire_get_string(&reader);
	signature = cardea_sshwire_get_string(&reader);
	flags = cardea_sshwire_get_u8(&reader);
	counter = cardea_sshwire_get_u32(&reader);
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK ||
	    !cardea_sshwire_is(type, form->type) ||
	    !put_signature(&assertion, form, signature))
		return CARDEA_E_SYNTAX;
	status = put_auth_data(&assertion, credential->rp_id, flags, counter);
	if (status == CARDEA_OK)
		status = cardea_crypto_sha256(
		    envelope, envelope_len, assertion.client_hash);
	if (status == CARDEA_OK)
		*ret_assertion = assertion;
	return status;
}
