/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "factor/authdata.h"
#include "unit/signer.h"
#include "unit/test.h"

#define UP CARDEA_AUTHDATA_UP
#define ED CARDEA_AUTHDATA_ED
#define AT CARDEA_AUTHDATA_AT
#define BE CARDEA_AUTHDATA_BE
#define BS CARDEA_AUTHDATA_BS

/* A copy of exactly len bytes: a sanitizer sees a read beyond them. */
static enum cardea_status
read_exactly(const unsigned char *bytes, size_t len, bool attested,
    struct cardea_authdata *ret_data)
{
	unsigned char *copy = malloc(len == 0 ? 1 : len);
	enum cardea_status status;

	assert_non_null(copy);
	memcpy(copy, bytes, len);
	status = cardea_authdata_read(copy, len, attested, ret_data);
	free(copy);
	return status;
}

static enum cardea_status
read_with(unsigned int flags, const char *tail, size_t tail_len)
{
	unsigned char bytes[1024] = { 0 };
	struct cardea_authdata data;

	bytes[32] = (unsigned char)flags;
	memcpy(bytes + 37, tail, tail_len);
	return read_exactly(bytes, 37 + tail_len, false, &data);
}

static void
the_parts_are_where_webauthn_says(void **state)
{
	unsigned char bytes[37] = { 0 };
	struct cardea_authdata data;

	(void)state;
	bytes[0] = 0xaa;
	bytes[32] = 0x1d;
	memcpy(bytes + 33, "\x01\x02\x03\xff", 4);
	assert_int_equal(
	    cardea_authdata_read(bytes, 37, false, &data), CARDEA_OK);
	assert_ptr_equal(data.rp_hash, bytes);
	assert_int_equal(data.flags, 0x1d);
	assert_int_equal(data.counter, 0x010203ff);
	assert_int_equal(data.extensions.len, 0);
	assert_int_equal(data.handle.len, 0);
}

static void
K08_the_length_is_exact(void **state)
{
	unsigned char bytes[64] = { 0 };
	struct cardea_authdata data = { .counter = 77 };

	(void)state;
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		if (len != 37)
			assert_int_equal(read_exactly(bytes, len, false, &data),
			    CARDEA_E_SYNTAX);
	}
	assert_int_equal(data.counter, 77);
	assert_int_equal(read_exactly(bytes, 37, false, &data), CARDEA_OK);
}

static void
K08_extensions_are_one_map_and_only_where_the_flag_says(void **state)
{
	(void)state;
	assert_int_equal(read_with(UP | ED, "\xa0", 1), CARDEA_OK);
	assert_int_equal(read_with(UP | ED, "\xa1\x61x\xf5", 4), CARDEA_OK);
	assert_int_equal(read_with(UP, "\xa0", 1), CARDEA_E_SYNTAX);
	assert_int_equal(read_with(UP | ED, "", 0), CARDEA_E_SYNTAX);
	assert_int_equal(read_with(UP | ED, "\xa0\xa0", 2), CARDEA_E_SYNTAX);
	assert_int_equal(read_with(UP | ED, "\xa0\x00", 2), CARDEA_E_SYNTAX);
	assert_int_equal(read_with(UP | ED, "\x80", 1), CARDEA_E_SYNTAX);
	assert_int_equal(read_with(UP | ED, "\xf6", 1), CARDEA_E_SYNTAX);
	assert_int_equal(read_with(UP | ED, "\xa1\x61x", 3), CARDEA_E_SYNTAX);
	assert_int_equal(read_with(UP | ED, "\xbf\xff", 2), CARDEA_E_SYNTAX);
}

static void
K08_attested_data_have_no_place_in_an_assertion(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_ES256);
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .bare = true });
	struct cardea_authdata data;

	(void)state;
	assert_int_equal(read_with(UP | AT, "", 0), CARDEA_E_SYNTAX);
	assert_int_equal(read_exactly(registration.auth_data,
			     registration.auth_data_len, false, &data),
	    CARDEA_E_SYNTAX);
	softkey_free(&key);
}

/* WebAuthn level 3, 6.1.3 */
static void
what_may_not_be_backed_up_is_not_backed_up(void **state)
{
	(void)state;
	assert_int_equal(read_with(UP | BE, "", 0), CARDEA_OK);
	assert_int_equal(read_with(UP | BE | BS, "", 0), CARDEA_OK);
	assert_int_equal(read_with(UP | BS, "", 0), CARDEA_E_SYNTAX);
}

static void
attested_data_are_taken_apart(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_EDDSA);
	struct cardea_fido2_registration registration = softkey_register(&key,
	    &(struct softkey_make){ .bare = true,
		.extensions = "\xa1\x6b"
			      "credProtect\x02",
		.extensions_len = 14 });
	struct cardea_authdata data;

	(void)state;
	assert_int_equal(cardea_authdata_read(registration.auth_data,
			     registration.auth_data_len, true, &data),
	    CARDEA_OK);
	assert_memory_equal(data.model, softkey_model, CARDEA_FIDO2_MODEL);
	assert_int_equal(data.handle.len, key.credential.handle_len);
	assert_memory_equal(
	    data.handle.bytes, key.credential.handle, data.handle.len);
	assert_int_equal(data.key.len, 42);
	assert_int_equal(data.extensions.len, 14);
	for (size_t len = 0; len < registration.auth_data_len; len++)
		assert_int_equal(
		    read_exactly(registration.auth_data, len, true, &data),
		    CARDEA_E_SYNTAX);
	registration.auth_data[registration.auth_data_len] = 0;
	assert_int_equal(read_exactly(registration.auth_data,
			     registration.auth_data_len + 1, true, &data),
	    CARDEA_E_SYNTAX);
	softkey_free(&key);
}

static void
a_handle_is_1_to_1023_bytes_long(void **state)
{
	struct softkey key = softkey_new(CARDEA_FIDO2_EDDSA);
	struct cardea_fido2_registration registration;
	struct cardea_authdata data;

	(void)state;
	key.credential.handle_len = CARDEA_KEY_HANDLE_MAX;
	registration = softkey_register(
	    &key, &(struct softkey_make){ .bare = true });
	assert_int_equal(cardea_authdata_read(registration.auth_data,
			     registration.auth_data_len, true, &data),
	    CARDEA_OK);
	assert_int_equal(data.handle.len, CARDEA_KEY_HANDLE_MAX);
	key.credential.handle_len = 0;
	registration = softkey_register(
	    &key, &(struct softkey_make){ .bare = true });
	assert_int_equal(cardea_authdata_read(registration.auth_data,
			     registration.auth_data_len, true, &data),
	    CARDEA_E_SYNTAX);
	/* a length of 1024, and there are as many bytes */
	memcpy(registration.auth_data + 53, "\x04\x00", 2);
	assert_int_equal(
	    cardea_authdata_read(registration.auth_data, 2048, true, &data),
	    CARDEA_E_SYNTAX);
	softkey_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_parts_are_where_webauthn_says),
		cmocka_unit_test(K08_the_length_is_exact),
		cmocka_unit_test(
		    K08_extensions_are_one_map_and_only_where_the_flag_says),
		cmocka_unit_test(
		    K08_attested_data_have_no_place_in_an_assertion),
		cmocka_unit_test(what_may_not_be_backed_up_is_not_backed_up),
		cmocka_unit_test(attested_data_are_taken_apart),
		cmocka_unit_test(a_handle_is_1_to_1023_bytes_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
