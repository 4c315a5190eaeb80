/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "factor/sshsk.h"
#include "unit/test.h"

/* tests/vectors/openssh-sk/ed25519.pub, and its like */
#define TYPE "sk-ssh-ed25519@openssh.com"
#define BASE64                                                                 \
	"AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIKTphaiQ/"                \
	"7c1bvd4AcMJy57y0nf7cRxLvxKU9d4bo0MuAAAABHNzaDo="
#define KEY TYPE " " BASE64
#define PLAIN                                                                  \
	"ssh-ed25519 "                                                         \
	"AAAAC3NzaC1lZDI1NTE5AAAAIAol8Uy79OarUrfkS4T8lOQQw3F6vYmtquLZVPGYTwED"

static void
a_line_is_read_with_or_without_options_and_comment(void **state)
{
	static const struct {
		const char *line, *name;
		bool demands_uv;
	} cases[] = {
		{ KEY, "", false },
		{ KEY "\n", "", false },
		{ KEY "\r\n", "", false },
		{ KEY " \t\n", "", false },
		{ KEY " alice@host", "alice@host", false },
		{ KEY "  two words \n", "two words", false },
		{ " \t" KEY, "", false },
		{ TYPE "\t" BASE64 "\tx", "x", false },
		{ KEY " # no comment in a comment", "# no comment in a comment",
		    false },
		{ KEY " caf\xc3\xa9", "caf", false },
		{ KEY " a\x1b[2Jb", "a", false },
		{ "no-pty " KEY " x", "x", false },
		{ "no-touch-required " KEY, "", false },
		{ "verify-required " KEY, "", true },
		{ "no-pty,Verify-Required " KEY, "", true },
		{ "verify-required,from=\"*\" " KEY " x", "x", true },
		{ "command=\"echo \\\"hi, " KEY "\\\" \",no-pty\t" KEY " x",
		    "x", false },
		{ "command=\"verify-required,cert-authority\" " KEY, "",
		    false },
		{ "environment=\"A=cert-authority\",restrict " KEY, "", false },
		{ "cert-authority-not " KEY, "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_fido2_credential key;

		memset(&key, 0x5a, sizeof(key));
		assert_int_equal(
		    cardea_sshsk_line(cases[i].line, &key, NULL), CARDEA_OK);
		assert_int_equal(key.kind, CARDEA_FIDO2_SSH);
		assert_int_equal(key.algorithm, CARDEA_FIDO2_EDDSA);
		assert_string_equal(key.rp_id, "ssh:");
		assert_string_equal(key.name, cases[i].name);
		assert_int_equal(key.demands_uv, cases[i].demands_uv);
		assert_string_equal(key.id, "");
		assert_false(key.disabled);
	}
}

static void
a_comment_that_is_too_long_is_cut_to_a_name(void **state)
{
	char line[1024];
	struct cardea_fido2_credential key;

	(void)state;
	(void)snprintf(line, sizeof(line), KEY " %0*d", 300, 7);
	assert_int_equal(cardea_sshsk_line(line, &key, NULL), CARDEA_OK);
	assert_int_equal(strlen(key.name), CARDEA_CREDENTIAL_MAX);
}

static void
what_holds_no_security_key_is_told_apart(void **state)
{
	static const struct {
		const char *line, *reason;
	} cases[] = {
		{ "", "there is no key in the line" },
		{ "\n", "there is no key in the line" },
		{ " \t\r\n", "there is no key in the line" },
		{ "# " KEY, "there is no key in the line" },
		{ PLAIN, "the key is not one of a security key" },
		{ "no-pty " PLAIN " x\n",
		    "the key is not one of a security key" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_fido2_credential key = { .public_len = 99 };
		struct cardea_diag diag = { .line = 0 };

		assert_int_equal(cardea_sshsk_line(cases[i].line, &key, &diag),
		    CARDEA_E_MISSING);
		assert_string_equal(diag.reason, cases[i].reason);
		assert_int_equal(key.public_len, 99);
	}
}

static void
K02_anything_else_is_refused_whole(void **state)
{
	static const struct {
		const char *line, *reason;
	} cases[] = {
		{ TYPE, "not a public key of OpenSSH" },
		{ TYPE " ", "not a public key of OpenSSH" },
		{ BASE64, "not a public key of OpenSSH" },
		{ TYPE "x " BASE64, "not a public key of OpenSSH" },
		{ "ssh-ed25519 " BASE64, "not a public key of OpenSSH" },
		{ TYPE " " BASE64 "=", "not a public key of OpenSSH" },
		{ TYPE " A" BASE64, "not a public key of OpenSSH" },
		{ TYPE " AAAA", "not a public key of OpenSSH" },
		{ TYPE " AAAAAA==", "not a public key of OpenSSH" },
		{ "a b " KEY, "not a public key of OpenSSH" },
		{ "-----BEGIN SSH SIGNATURE-----",
		    "not a public key of OpenSSH" },
		{ "command=\"no end " KEY, "a quoted option has no end" },
		{ "command=\"\\\" " KEY, "a quoted option has no end" },
		{ "cert-authority " KEY,
		    "the key is a certificate authority's, not a person's" },
		{ "no-pty,CERT-Authority,from=\"*\" " KEY,
		    "the key is a certificate authority's, not a person's" },
		{ KEY "\n" KEY, "there is more than one line" },
		{ KEY "\n\n", "there is more than one line" },
		{ KEY "\rx", "there is more than one line" },
		{ "\n" KEY, "there is more than one line" },
		{ TYPE "\n" BASE64, "there is more than one line" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_fido2_credential key = { .public_len = 99 };
		struct cardea_diag diag = { .line = 0 };

		assert_int_equal(cardea_sshsk_line(cases[i].line, &key, &diag),
		    CARDEA_E_SYNTAX);
		assert_string_equal(diag.reason, cases[i].reason);
		assert_int_equal(key.public_len, 99);
	}
}

static void
K02_a_line_cut_at_any_byte_is_refused(void **state)
{
	char line[] = "verify-required " KEY;

	(void)state;
	for (size_t len = 1; len < strlen(line); len++) {
		struct cardea_fido2_credential key;
		char cut[sizeof(line)];

		memcpy(cut, line, len);
		cut[len] = '\0';
		assert_int_equal(
		    cardea_sshsk_line(cut, &key, NULL), CARDEA_E_SYNTAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_line_is_read_with_or_without_options_and_comment),
		cmocka_unit_test(a_comment_that_is_too_long_is_cut_to_a_name),
		cmocka_unit_test(what_holds_no_security_key_is_told_apart),
		cmocka_unit_test(K02_anything_else_is_refused_whole),
		cmocka_unit_test(K02_a_line_cut_at_any_byte_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
