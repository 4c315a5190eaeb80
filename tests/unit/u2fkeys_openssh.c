/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "unit/u2fkeys_fixture.h"
#include "unit/vectors.h"

/* OpenSSH's key files. */

#define OPENSSH_BEGIN "-----BEGIN OPENSSH PRIVATE KEY-----\n"
#define OPENSSH_END "-----END OPENSSH PRIVATE KEY-----\n"

/* The bytes of a private key file; how many. */
static size_t
unwrap(const char *text, unsigned char *bytes, size_t size)
{
	char base64[FILE_MAX];
	size_t count = 0, len = 0;

	for (text += strlen(OPENSSH_BEGIN); *text != '-'; text++)
		if (*text != '\n')
			base64[count++] = *text;
	assert_int_equal(cardea_base64_decode(
			     CARDEA_BASE64, base64, count, bytes, size, &len),
	    CARDEA_OK);
	return len;
}

static size_t
wrap(const unsigned char *bytes, size_t len, char text[FILE_MAX])
{
	char base64[FILE_MAX / 2];

	assert_int_equal(cardea_base64_encode(
			     CARDEA_BASE64, bytes, len, base64, sizeof(base64)),
	    CARDEA_OK);
	return (size_t)snprintf(
	    text, FILE_MAX, OPENSSH_BEGIN "%s\n" OPENSSH_END, base64);
}

/* Where the flags stand: behind the application, where that is repeated. */
static size_t
flags_at(const unsigned char *bytes, size_t len)
{
	static const unsigned char application[] = { 0, 0, 0, 4, 's', 's', 'h',
		':' };
	const unsigned char *at = memmem(
	    bytes, len, application, sizeof(application));

	assert_non_null(at);
	at = memmem(at + 1, len - (size_t)(at + 1 - bytes), application,
	    sizeof(application));
	assert_non_null(at);
	return (size_t)(at - bytes) + sizeof(application);
}

static void
keys_of_openssh_bring_their_own_rp_id_and_flags(void **state)
{
	char text[FILE_MAX];
	static struct found found;
	size_t len = load("u2fkeys", "plain.key", text);

	(void)state;
	assert_int_equal(read_text(text, len, &strict, &found), CARDEA_OK);
	assert_int_equal(found.count, 1);
	assert_string_equal(found.items[0].user, "alice");
	assert_int_equal(
	    found.items[0].credential.algorithm, CARDEA_FIDO2_EDDSA);
	assert_int_equal(found.items[0].credential.kind, CARDEA_FIDO2_CTAP);
	assert_string_equal(found.items[0].credential.rp_id, "ssh:");
	assert_int_equal(found.items[0].credential.public_len, 32);
	assert_true(found.items[0].credential.handle_len > 0);
	assert_false(found.items[0].presence_waived);
	len = load("u2fkeys", "untouched.key", text);
	assert_int_equal(read_text(text, len, &strict, &found), CARDEA_OK);
	assert_int_equal(
	    found.items[0].credential.algorithm, CARDEA_FIDO2_ES256);
	assert_true(found.items[0].presence_waived);
	assert_false(found.items[0].credential.demands_uv);
}

static void
each_flag_of_openssh_is_a_demand_or_refused(void **state)
{
	unsigned char bytes[FILE_MAX];
	char text[FILE_MAX];
	static struct found found;
	size_t len, at;

	(void)state;
	load("u2fkeys", "plain.key", text);
	len = unwrap(text, bytes, sizeof(bytes));
	at = flags_at(bytes, len);
	for (unsigned int flags = 0; flags < 256; flags++) {
		bool known = (flags & 0xcau) == 0;

		bytes[at] = (unsigned char)flags;
		assert_int_equal(
		    read_text(text, wrap(bytes, len, text), &strict, &found),
		    known ? CARDEA_OK : CARDEA_E_SYNTAX);
		if (!known)
			continue;
		assert_int_equal(
		    found.items[0].presence_waived, (flags & 1) == 0);
		assert_int_equal(
		    found.items[0].credential.demands_uv, (flags & 4) != 0);
		assert_int_equal(
		    found.items[0].credential.resident, (flags & 0x20) != 0);
	}
}

static void
other_keys_of_openssh_are_refused_with_a_reason(void **state)
{
	static const char *const cases[][2] = {
		{ "locked.key", "passphrase" },
		{ "soft.key", "no key of a security key" },
	};
	char text[FILE_MAX];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cardea_diag diag = { 0 };
		static struct found found;
		size_t len = load("u2fkeys", cases[i][0], text);

		assert_int_equal(cardea_u2fkeys_read(
				     text, len, &strict, keep, &found, &diag),
		    CARDEA_E_SYNTAX);
		assert_non_null(strstr(diag.reason, cases[i][1]));
	}
}

static void
an_openssh_file_wants_its_user(void **state)
{
	struct cardea_u2fkeys_source nobodys = strict;
	static struct found found;
	char text[FILE_MAX];
	size_t len = load("u2fkeys", "plain.key", text);

	(void)state;
	nobodys.user = NULL;
	assert_int_equal(
	    read_text(text, len, &nobodys, &found), CARDEA_E_SYNTAX);
}

static void
K02_no_byte_of_an_openssh_file_can_be_left_out_or_added(void **state)
{
	unsigned char bytes[FILE_MAX];
	char text[FILE_MAX];
	static struct found found;
	size_t len;

	(void)state;
	load("pam-u2f", "ssh_credential.cred", text);
	len = unwrap(text, bytes, sizeof(bytes));
	for (size_t at = 0; at < len; at++)
		assert_int_equal(
		    read_text(text, wrap(bytes, at, text), &strict, &found),
		    CARDEA_E_SYNTAX);
	assert_int_equal(
	    read_text(text, wrap(bytes, len, text), &strict, &found),
	    CARDEA_OK);
	bytes[len] = 0;
	assert_int_equal(
	    read_text(text, wrap(bytes, len + 1, text), &strict, &found),
	    CARDEA_E_SYNTAX);
	bytes[len - 1]++; /* the padding */
	assert_int_equal(
	    read_text(text, wrap(bytes, len, text), &strict, &found),
	    CARDEA_E_SYNTAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    keys_of_openssh_bring_their_own_rp_id_and_flags),
		cmocka_unit_test(each_flag_of_openssh_is_a_demand_or_refused),
		cmocka_unit_test(
		    other_keys_of_openssh_are_refused_with_a_reason),
		cmocka_unit_test(an_openssh_file_wants_its_user),
		cmocka_unit_test(
		    K02_no_byte_of_an_openssh_file_can_be_left_out_or_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
