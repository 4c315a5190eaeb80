/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/ledger_history.h"
#include "store/record.h"

/*
 * Records as a store might hand them back: the first byte chooses the kind.
 * Whatever is accepted is encoded to the very bytes it came from, so that no
 * damaged record is read as one that somebody wrote.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

union largest {
	struct cardea_txn txn;
	struct cardea_ticket ticket;
	struct cardea_device_chain chain;
	struct cardea_history history;
};

static void
compare(enum cardea_status status, struct cardea_value *again,
    const struct cardea_value *value)
{
	if (status != CARDEA_OK || again->len != value->len ||
	    memcmp(again->data, value->data, value->len) != 0)
		abort();
	cardea_value_clear(again);
}

#define TRY(kind, type)                                                        \
	do {                                                                   \
		if (cardea_record_decode_##kind(&value, (type)object) ==       \
		    CARDEA_OK)                                                 \
			compare(                                               \
			    cardea_record_encode_##kind((type)object, &again), \
			    &again, &value);                                   \
	} while (0)

static void
try_token(const struct cardea_value *value)
{
	struct cardea_otp_token token = { .kind = CARDEA_OTP_NONE };
	struct cardea_value again = { 0 };

	if (cardea_record_decode_token(value, &token) == CARDEA_OK)
		compare(
		    cardea_record_encode_token(&token, &again), &again, value);
	cardea_otp_token_clear(&token);
}

static void
try_plain(unsigned int kind, struct cardea_value value, void *object)
{
	struct cardea_value again = { 0 };

	switch (kind) {
	case 1:
		TRY(recovery, struct cardea_recovery_set *);
		break;
	case 2:
		TRY(tries, struct cardea_tries *);
		break;
	case 3:
		TRY(lock, struct cardea_lock *);
		break;
	case 4:
		TRY(proof, struct cardea_proof *);
		break;
	case 5:
		TRY(session, struct cardea_session *);
		break;
	case 6:
		TRY(txn, struct cardea_txn *);
		break;
	case 7:
		TRY(credential, struct cardea_fido2_credential *);
		break;
	case 8:
		TRY(ticket, struct cardea_ticket *);
		break;
	case 9:
		TRY(device, struct cardea_device *);
		break;
	case 10:
		TRY(claim, struct cardea_device_claim *);
		break;
	case 11:
		TRY(chain, struct cardea_device_chain *);
		break;
	default:
		TRY(history, struct cardea_history *);
		break;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cardea_value value = { 0 };
	void *object;

	if (size == 0 || size > CARDEA_VALUE_MAX)
		return 0;
	value.len = size - 1;
	value.data = malloc(size);
	object = calloc(1, sizeof(union largest));
	if (value.data == NULL || object == NULL)
		abort();
	memcpy(value.data, data + 1, size - 1);
	if (data[0] % 13 == 0)
		try_token(&value);
	else
		try_plain(data[0] % 13, value, object);
	free(object);
	cardea_value_clear(&value);
	return 0;
}
