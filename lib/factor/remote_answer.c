/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/remote_text.h"

/* What a security key answers, as bytes. */
#define ANSWER_MAX                                                             \
	(2 * CARDEA_NAME_MAX + CARDEA_KEY_AUTHDATA_MAX +                       \
	    CARDEA_KEY_SIGNATURE_MAX + 32)

const struct cardea_remote_form cardea_remote_key_form = {
	.magic = "cardea-key1:",
	.parts_max = CARDEA_REMOTE_PARTS_OF(ANSWER_MAX),
};

static void
pack_answer(struct cardea_pack *pack, const struct cardea_remote_answer *answer)
{
	if (answer->no >= CARDEA_REMOTE_NO_COUNT) {
		pack->failed = true;
		return;
	}
	cardea_pack_u8(pack, (uint8_t)answer->no);
	if (answer->no != CARDEA_REMOTE_PROOF)
		return;
	if (answer->handle >= CARDEA_REMOTE_HANDLES_MAX ||
	    answer->auth_data_len == 0 ||
	    answer->auth_data_len > sizeof(answer->auth_data) ||
	    answer->signature_len == 0 ||
	    answer->signature_len > sizeof(answer->signature)) {
		pack->failed = true;
		return;
	}
	cardea_pack_u8(pack, (uint8_t)answer->handle);
	cardea_remote_put_whom(pack, answer->user, answer->host);
	cardea_pack_blob(pack, answer->auth_data, answer->auth_data_len);
	cardea_pack_blob(pack, answer->signature, answer->signature_len);
}

static enum cardea_status
unpack_answer(
    const unsigned char *bytes, size_t len, struct cardea_remote_answer *answer)
{
	struct cardea_unpack unpack;
	uint8_t no;

	cardea_unpack_init(&unpack, bytes, len);
	no = cardea_unpack_u8(&unpack);
	if (no >= CARDEA_REMOTE_NO_COUNT)
		return CARDEA_E_SYNTAX;
	answer->no = (enum cardea_remote_no)no;
	if (answer->no != CARDEA_REMOTE_PROOF)
		return cardea_unpack_done(&unpack);

	answer->handle = cardea_unpack_u8(&unpack);
	cardea_remote_get_whom(&unpack, answer->user, answer->host);
	cardea_remote_get_bytes(&unpack, answer->auth_data, 1,
	    sizeof(answer->auth_data), &answer->auth_data_len);
	cardea_remote_get_bytes(&unpack, answer->signature, 1,
	    sizeof(answer->signature), &answer->signature_len);
	if (answer->handle >= CARDEA_REMOTE_HANDLES_MAX)
		return CARDEA_E_SYNTAX;
	return cardea_unpack_done(&unpack);
}

enum cardea_status
cardea_remote_write(const struct cardea_remote_answer *answer,
    struct cardea_remote_parts *ret_parts)
{
	unsigned char bytes[ANSWER_MAX];
	struct cardea_pack pack;

	cardea_pack_init(&pack, bytes, sizeof(bytes));
	pack_answer(&pack, answer);
	if (cardea_pack_done(&pack) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	return cardea_remote_cut(
	    &cardea_remote_key_form, bytes, pack.len, ret_parts);
}

enum cardea_status
cardea_remote_join(const struct cardea_remote_parts *parts,
    struct cardea_remote_answer *ret_answer)
{
	struct cardea_remote_answer answer = { .no = CARDEA_REMOTE_PROOF };
	unsigned char bytes[ANSWER_MAX];
	size_t len = 0;

	if (cardea_remote_bytes(&cardea_remote_key_form, parts, bytes,
		sizeof(bytes), &len) != CARDEA_OK ||
	    unpack_answer(bytes, len, &answer) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	*ret_answer = answer;
	return CARDEA_OK;
}
