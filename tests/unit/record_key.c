/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/record_kinds.h"

WRAP(credential)
WRAP(ticket)

static enum cardea_fido2_algorithm
algorithm(unsigned int *seed)
{
	static const enum cardea_fido2_algorithm all[] = { CARDEA_FIDO2_ES256,
		CARDEA_FIDO2_EDDSA, CARDEA_FIDO2_ES384, CARDEA_FIDO2_RS256 };

	return all[rand_r(seed) % 4];
}

static size_t
fill_bytes(unsigned char *bytes, size_t max, unsigned int *seed)
{
	size_t len = (size_t)rand_r(seed) % (max + 1);

	for (size_t i = 0; i < len; i++)
		bytes[i] = (unsigned char)rand_r(seed);
	return len;
}

static void
fill_credential(void *object, unsigned int *seed)
{
	struct cardea_fido2_credential *credential = object;

	FILL_TEXT(credential->id);
	FILL_TEXT(credential->name);
	credential->kind = rand_r(seed) % 2 == 1 ? CARDEA_FIDO2_CTAP
						 : CARDEA_FIDO2_SSH;
	credential->algorithm = algorithm(seed);
	credential->public_len = fill_bytes(
	    credential->public_key, sizeof(credential->public_key), seed);
	credential->handle_len = fill_bytes(
	    credential->handle, sizeof(credential->handle), seed);
	FILL_TEXT(credential->rp_id);
	memset(credential->model, rand_r(seed), sizeof(credential->model));
	credential->counter = (uint32_t)number(seed);
	credential->resident = rand_r(seed) % 2 == 1;
	credential->demands_uv = rand_r(seed) % 2 == 1;
	credential->attested = rand_r(seed) % 2 == 1;
	credential->backup_eligible = rand_r(seed) % 2 == 1;
	credential->backed_up = rand_r(seed) % 2 == 1;
	credential->disabled = rand_r(seed) % 2 == 1;
	credential->created_s = number(seed);
	credential->used_s = number(seed);
}

static void
fill_ticket(void *object, unsigned int *seed)
{
	struct cardea_ticket *ticket = object;
	struct cardea_remote_ticket *request = &ticket->request;

	FILL_TEXT(request->id);
	memset(request->nonce, rand_r(seed), sizeof(request->nonce));
	FILL_TEXT(request->rp_id);
	FILL_TEXT(request->user);
	FILL_TEXT(request->host);
	memset(
	    request->user_handle, rand_r(seed), sizeof(request->user_handle));
	request->resident = rand_r(seed) % 2 == 1;
	request->uv = (enum cardea_uv)(rand_r(seed) % 3);
	request->algorithm = algorithm(seed);
	request->exclude_count = (size_t)rand_r(seed) %
	    (CARDEA_REMOTE_HANDLES_MAX + 1);
	for (size_t i = 0; i < request->exclude_count; i++) {
		struct cardea_remote_handle *handle = &request->exclude[i];

		FILL_TEXT(handle->rp_id);
		handle->len = fill_bytes(
		    handle->bytes, sizeof(handle->bytes), seed);
	}
	FILL_TEXT(ticket->name);
	ticket->created_s = number(seed);
	ticket->ends_s = number(seed);
}

static const struct kind kinds[] = {
	KIND(credential, fido2_credential, clear_plain),
	KIND(ticket, ticket, clear_plain),
};

static void
every_kind(void (*demand)(const struct kind *kind))
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		demand(&kinds[i]);
}

static void
what_is_decoded_encodes_to_the_same_bytes(void **state)
{
	(void)state;
	every_kind(demand_same_bytes);
}

static void
K02_every_truncation_is_refused(void **state)
{
	(void)state;
	every_kind(demand_no_truncation);
}

static void
K02_trailing_bytes_are_refused(void **state)
{
	(void)state;
	every_kind(demand_no_trailing_bytes);
}

static void
another_format_is_a_version_not_damage(void **state)
{
	(void)state;
	every_kind(demand_its_format);
}

static void
whatever_is_accepted_has_one_encoding(void **state)
{
	(void)state;
	every_kind(demand_one_encoding);
}

static struct cardea_fido2_credential
full_credential(void)
{
	struct cardea_fido2_credential credential = { .id = "0123456789abcdef",
		.name = "blue key",
		.kind = CARDEA_FIDO2_CTAP,
		.algorithm = CARDEA_FIDO2_RS256,
		.public_len = CARDEA_KEY_PUBLIC_MAX,
		.handle_len = CARDEA_KEY_HANDLE_MAX,
		.counter = UINT32_MAX,
		.created_s = 13,
		.used_s = 14 };

	memset(credential.public_key, 0xa1, sizeof(credential.public_key));
	memset(credential.handle, 0xa2, sizeof(credential.handle));
	memset(credential.rp_id, 'r', CARDEA_KEY_RP_MAX);
	memset(credential.model, 0xa3, sizeof(credential.model));
	return credential;
}

static void
a_credential_comes_back_field_by_field(void **state)
{
	struct cardea_fido2_credential credential = full_credential(), back;
	struct cardea_value value = { 0 };

	(void)state;
	assert_int_equal(
	    cardea_record_encode_credential(&credential, &value), CARDEA_OK);
	assert_int_equal(
	    cardea_record_decode_credential(&value, &back), CARDEA_OK);
	assert_string_equal(back.id, "0123456789abcdef");
	assert_string_equal(back.name, "blue key");
	assert_int_equal(back.kind, CARDEA_FIDO2_CTAP);
	assert_int_equal(back.algorithm, CARDEA_FIDO2_RS256);
	assert_int_equal(back.public_len, CARDEA_KEY_PUBLIC_MAX);
	assert_memory_equal(back.public_key, credential.public_key,
	    sizeof(credential.public_key));
	assert_int_equal(back.handle_len, CARDEA_KEY_HANDLE_MAX);
	assert_memory_equal(
	    back.handle, credential.handle, sizeof(credential.handle));
	assert_string_equal(back.rp_id, credential.rp_id);
	assert_memory_equal(
	    back.model, credential.model, sizeof(credential.model));
	assert_true(back.counter == UINT32_MAX);
	assert_int_equal(back.created_s, 13);
	assert_int_equal(back.used_s, 14);
	cardea_value_clear(&value);
}

/* No flag may be read in the place of another one. */
static void
each_flag_of_a_credential_comes_back_alone(void **state)
{
	(void)state;
	for (int flag = 0; flag < 6; flag++) {
		struct cardea_fido2_credential credential = full_credential();
		struct cardea_fido2_credential back;
		struct cardea_value value = { 0 };

		credential.resident = flag == 0;
		credential.demands_uv = flag == 1;
		credential.attested = flag == 2;
		credential.backup_eligible = flag == 3;
		credential.backed_up = flag == 4;
		credential.disabled = flag == 5;
		assert_int_equal(
		    cardea_record_encode_credential(&credential, &value),
		    CARDEA_OK);
		assert_int_equal(
		    cardea_record_decode_credential(&value, &back), CARDEA_OK);
		assert_int_equal(back.resident, flag == 0);
		assert_int_equal(back.demands_uv, flag == 1);
		assert_int_equal(back.attested, flag == 2);
		assert_int_equal(back.backup_eligible, flag == 3);
		assert_int_equal(back.backed_up, flag == 4);
		assert_int_equal(back.disabled, flag == 5);
		cardea_value_clear(&value);
	}
}

static void
a_credential_without_kind_or_algorithm_is_refused(void **state)
{
	static const int algorithms[] = { CARDEA_FIDO2_ALGORITHM_NONE, 7, -6,
		-9, -36, -256, -258, INT32_MIN, INT32_MAX };
	struct cardea_fido2_credential credential = full_credential();
	struct cardea_value value = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]);
	     i++) {
		credential.algorithm =
		    (enum cardea_fido2_algorithm)algorithms[i];
		assert_int_equal(
		    cardea_record_encode_credential(&credential, &value),
		    CARDEA_OK);
		expect_refusal(&kinds[0], &value, CARDEA_E_CORRUPT);
		cardea_value_clear(&value);
	}
	credential.algorithm = CARDEA_FIDO2_ES256;
	credential.kind = CARDEA_FIDO2_NONE;
	assert_int_equal(
	    cardea_record_encode_credential(&credential, &value), CARDEA_OK);
	expect_refusal(&kinds[0], &value, CARDEA_E_CORRUPT);
	cardea_value_clear(&value);
}

static void
lengths_beyond_their_fields_are_not_written(void **state)
{
	struct cardea_fido2_credential credential = full_credential();
	struct cardea_ticket ticket = { .request = {
					    .algorithm = CARDEA_FIDO2_ES256 } };
	struct cardea_value value = { 0 };

	(void)state;
	credential.public_len++;
	assert_int_equal(cardea_record_encode_credential(&credential, &value),
	    CARDEA_E_RANGE);
	credential.public_len--;
	credential.handle_len++;
	assert_int_equal(cardea_record_encode_credential(&credential, &value),
	    CARDEA_E_RANGE);
	ticket.request.exclude_count = CARDEA_REMOTE_HANDLES_MAX + 1;
	assert_int_equal(
	    cardea_record_encode_ticket(&ticket, &value), CARDEA_E_RANGE);
	ticket.request.exclude_count = 1;
	ticket.request.exclude[0].len = CARDEA_KEY_HANDLE_MAX + 1;
	assert_int_equal(
	    cardea_record_encode_ticket(&ticket, &value), CARDEA_E_RANGE);
	assert_null(value.data);
}

/* The largest of all: every field full. */
static void
a_full_ticket_fits_into_one_record(void **state)
{
	static struct cardea_ticket ticket, back;
	struct cardea_remote_ticket *request = &ticket.request;
	struct cardea_value value = { 0 };

	(void)state;
	memset(&ticket, 'x', sizeof(ticket));
	request->id[CARDEA_TXN_MAX] = '\0';
	request->rp_id[CARDEA_KEY_RP_MAX] = '\0';
	request->user[CARDEA_NAME_MAX] = '\0';
	request->host[CARDEA_NAME_MAX] = '\0';
	request->resident = true;
	request->uv = CARDEA_UV_NEED;
	request->algorithm = CARDEA_FIDO2_EDDSA;
	request->exclude_count = CARDEA_REMOTE_HANDLES_MAX;
	for (size_t i = 0; i < CARDEA_REMOTE_HANDLES_MAX; i++) {
		request->exclude[i].rp_id[CARDEA_KEY_RP_MAX] = '\0';
		request->exclude[i].len = CARDEA_KEY_HANDLE_MAX;
	}
	ticket.name[CARDEA_CREDENTIAL_MAX] = '\0';
	ticket.ends_s = 1;
	assert_int_equal(
	    cardea_record_encode_ticket(&ticket, &value), CARDEA_OK);
	assert_in_range(value.len, 20000, CARDEA_VALUE_MAX);
	assert_int_equal(cardea_record_decode_ticket(&value, &back), CARDEA_OK);
	assert_int_equal(back.request.uv, CARDEA_UV_NEED);
	assert_int_equal(back.request.exclude_count, CARDEA_REMOTE_HANDLES_MAX);
	assert_memory_equal(back.request.exclude[15].bytes,
	    request->exclude[15].bytes, CARDEA_KEY_HANDLE_MAX);
	assert_int_equal(back.ends_s, 1);
	cardea_value_clear(&value);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_decoded_encodes_to_the_same_bytes),
		cmocka_unit_test(K02_every_truncation_is_refused),
		cmocka_unit_test(K02_trailing_bytes_are_refused),
		cmocka_unit_test(another_format_is_a_version_not_damage),
		cmocka_unit_test(whatever_is_accepted_has_one_encoding),
		cmocka_unit_test(a_credential_comes_back_field_by_field),
		cmocka_unit_test(each_flag_of_a_credential_comes_back_alone),
		cmocka_unit_test(
		    a_credential_without_kind_or_algorithm_is_refused),
		cmocka_unit_test(lengths_beyond_their_fields_are_not_written),
		cmocka_unit_test(a_full_ticket_fits_into_one_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
