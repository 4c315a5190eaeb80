/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/devproof.h"
#include "base/pack.h"
#include "base/sshwire.h"
#include "store/crypto.h"

enum cardea_status
cardea_devproof_message(const struct cardea_devproof *proof,
    unsigned char message[CARDEA_DEVPROOF_MAX], size_t *ret_len)
{
	const char *const texts[] = { proof->way, proof->user, proof->service,
		proof->host, proof->fingerprint };
	struct cardea_pack pack;
	enum cardea_status status;

	if (proof->nonce == NULL)
		return CARDEA_E_INTERNAL;
	cardea_pack_init(&pack, message, CARDEA_DEVPROOF_MAX);
	cardea_pack_text(&pack, CARDEA_DEVPROOF_LABEL);
	cardea_pack_blob(&pack, proof->nonce, CARDEA_DEVPROOF_NONCE);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i] == NULL || texts[i][0] == '\0')
			return CARDEA_E_INTERNAL;
		cardea_pack_text(&pack, texts[i]);
	}
	status = cardea_pack_done(&pack);
	if (status == CARDEA_OK)
		*ret_len = pack.len;
	return status;
}

enum cardea_status
cardea_devproof_envelope(const unsigned char *message, size_t len,
    unsigned char envelope[CARDEA_DEVPROOF_ENVELOPE_MAX], size_t *ret_len)
{
	unsigned char digest[CARDEA_SHA512];
	struct cardea_sshwire_writer writer;
	enum cardea_status status;

	status = cardea_crypto_sha512(message, len, digest);
	if (status != CARDEA_OK)
		return status;
	cardea_sshwire_write(&writer, envelope, CARDEA_DEVPROOF_ENVELOPE_MAX);
	cardea_sshwire_put_sshsig(&writer, CARDEA_DEVPROOF_NAMESPACE, digest);
	status = cardea_sshwire_written(&writer);
	if (status == CARDEA_OK)
		*ret_len = writer.len;
	return status;
}
