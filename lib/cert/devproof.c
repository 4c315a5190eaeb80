/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/devproof.h"
#include "base/pack.h"

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
