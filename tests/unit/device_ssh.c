/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "base/sshwire.h"
#include "unit/test.h"
#include "verifier/device_ssh.h"

/* PROTOCOL.certkeys: types, and how many strings their keys have */
static const struct {
	const char *type;
	unsigned int strings;
} types[] = {
	{ "ssh-ed25519-cert-v01@openssh.com", 1 },
	{ "ssh-rsa-cert-v01@openssh.com", 2 },
	{ "ecdsa-sha2-nistp256-cert-v01@openssh.com", 2 },
	{ "ecdsa-sha2-nistp384-cert-v01@openssh.com", 2 },
	{ "ecdsa-sha2-nistp521-cert-v01@openssh.com", 2 },
	{ "sk-ssh-ed25519-cert-v01@openssh.com", 2 },
	{ "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 3 },
};
#define TYPES (sizeof(types) / sizeof(types[0]))

static unsigned char bytes[1024];

static struct cardea_cert_bytes
certificate(const char *type, unsigned int strings)
{
	struct cardea_sshwire_writer writer;

	cardea_sshwire_write(&writer, bytes, sizeof(bytes));
	cardea_sshwire_put_text(&writer, type);
	cardea_sshwire_put_text(&writer, "nonce");
	for (unsigned int i = 0; i < strings; i++)
		cardea_sshwire_put_text(&writer, "key");
	for (int i = 0; i < 3; i++)
		cardea_sshwire_put_u32(&writer, 1);
	cardea_sshwire_put_text(&writer, "id");
	cardea_sshwire_put_text(&writer, "principals");
	for (int i = 0; i < 4; i++)
		cardea_sshwire_put_u32(&writer, 2);
	cardea_sshwire_put_text(&writer, "options");
	cardea_sshwire_put_text(&writer, "extensions");
	cardea_sshwire_put_text(&writer, "");
	cardea_sshwire_put_text(&writer, "the authority");
	cardea_sshwire_put_text(&writer, "signature");
	assert_false(writer.failed);
	return (struct cardea_cert_bytes){ bytes, writer.len };
}

static void
the_authority_of_every_type_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		struct cardea_cert_bytes blob = certificate(
		    types[i].type, types[i].strings);
		struct cardea_cert_bytes authority = { NULL, 0 };

		assert_true(cardea_device_ssh_is_certificate(&blob));
		assert_true(cardea_device_ssh_authority(&blob, &authority));
		assert_int_equal(authority.len, 13);
		assert_memory_equal(authority.data, "the authority", 13);
	}
}

static void
what_is_cut_or_of_another_type_has_no_authority(void **state)
{
	struct cardea_cert_bytes blob = certificate(
	    types[0].type, types[0].strings);
	struct cardea_cert_bytes authority = { NULL, 7 };
	size_t whole = blob.len - 4 - strlen("signature");

	(void)state;
	for (blob.len = 0; blob.len < whole; blob.len++)
		assert_false(cardea_device_ssh_authority(&blob, &authority));
	assert_int_equal(authority.len, 7);
	blob = certificate("ssh-dss-cert-v01@openssh.com", 4);
	assert_false(cardea_device_ssh_is_certificate(&blob));
	assert_false(cardea_device_ssh_authority(&blob, &authority));
	blob = certificate("ssh-ed25519", 1);
	assert_false(cardea_device_ssh_is_certificate(&blob));
}

static void
a_key_is_listed_by_its_whole_word(void **state)
{
	static const unsigned char raw[] = "some key that is one";
	const struct cardea_cert_bytes key = { raw, sizeof(raw) };
	static const struct {
		const char *before, *after;
		bool listed;
	} rows[] = {
		{ "ssh-ed25519 ", "", true },
		{ "ssh-ed25519 ", "\n", true },
		{ "ssh-ed25519 ", " comment\n", true },
		{ "ssh-ed25519\t", "\r\n", true },
		{ "# first\n\nssh-rsa AAAA x\nssh-ed25519 ", " y\n", true },
		{ "ssh-ed25519 A", "", false },
		{ "ssh-ed25519 ", "A", false },
		{ "", "", false },
		{ "ssh-ed25519 AAAA ", "", false },
	};
	char base64[64], text[256];

	(void)state;
	assert_int_equal(cardea_base64_encode(CARDEA_BASE64, raw, sizeof(raw),
			     base64, sizeof(base64)),
	    CARDEA_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strcpy(text, rows[i].before);
		strcat(strcat(text, base64), rows[i].after);
		if (cardea_device_ssh_is_listed(&key, text) != rows[i].listed)
			fail_msg("row %zu", i);
	}
	assert_false(cardea_device_ssh_is_listed(&key, ""));
}

/* a plain key blob, whose last string is its number */
static size_t
plain(unsigned char *blob, size_t size, const void *number, size_t len)
{
	struct cardea_sshwire_writer writer;

	cardea_sshwire_write(&writer, blob, size);
	cardea_sshwire_put_text(&writer, "ssh-ed25519");
	cardea_sshwire_put_string(&writer, number, len);
	assert_false(writer.failed);
	return writer.len;
}

static void
a_key_is_found_in_a_certificate_by_its_number(void **state)
{
	unsigned char number[32], der[100] = { 0x30 }, blob[128];
	struct cardea_cert_bytes key = { blob, 0 }, cert = { der, sizeof(der) };

	(void)state;
	memset(number, 0x5a, sizeof(number));
	key.len = plain(blob, sizeof(blob), number, sizeof(number));
	assert_false(cardea_device_ssh_is_in(&key, &cert));
	memcpy(der + 40, number, sizeof(number));
	assert_true(cardea_device_ssh_is_in(&key, &cert));
	der[50] ^= 1;
	assert_false(cardea_device_ssh_is_in(&key, &cert));
	/* what is too short to be a key's is in everything */
	key.len = plain(blob, sizeof(blob), der, 1);
	assert_false(cardea_device_ssh_is_in(&key, &cert));
	key.len = plain(blob, sizeof(blob), NULL, 0);
	assert_false(cardea_device_ssh_is_in(&key, &cert));
	key.len = 3;
	assert_false(cardea_device_ssh_is_in(&key, &cert));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_authority_of_every_type_is_found),
		cmocka_unit_test(
		    what_is_cut_or_of_another_type_has_no_authority),
		cmocka_unit_test(a_key_is_listed_by_its_whole_word),
		cmocka_unit_test(a_key_is_found_in_a_certificate_by_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
