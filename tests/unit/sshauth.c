/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "facts/sshauth.h"
#include "unit/test.h"

/* two keys made by ssh-keygen, with what ssh-keygen -l says of them */
#define ED                                                                     \
	"AAAAC3NzaC1lZDI1NTE5AAAAIAol8Uy79OarUrfkS4T8lOQQw3F6vYmtquLZVPGYTwED"
#define ED_PRINT "SHA256:rwT/m0tEL5suTH9OG/4Ykpdva4O4/g1rUp1BHSHmfTo"
#define EC                                                                     \
	"AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBOnaZjr/"         \
	"0+DxFQd8ootZsG2lhMGiTR+32Ww/R8wb+hWy/o71GoCoyvQV4O+/"                 \
	"cPm0SRQ7t8rpGBw60q5Wrq5FpBo="
#define EC_PRINT "SHA256:L+JmV0Fcr6z7kJFXb5WZiBQM76EieUDNlrDf15rUKcM"
/* and a certificate of its making */
#define CERT_TYPE "ssh-ed25519-cert-v01@openssh.com"
#define CERT                                                                   \
	"AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIJ5Mdo4CVQEML2"   \
	"zC47kQCmrlWdqjEo4hU4DG94VZdYkcAAAAIMa4fT2SU25aiGrlaoziUnBXaORaSd5f"   \
	"3JFcDJYefnlpAAAAAAAAAAAAAAABAAAAAWsAAAAJAAAABWFsaWNlAAAAAHDb2IAAAA"   \
	"AAcr0MAAAAAAAAAACCAAAAFXBlcm1pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVy"   \
	"bWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1wb3J0LWZvcndhcmRpbm"   \
	"cAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAA"   \
	"AAAzAAAAC3NzaC1lZDI1NTE5AAAAILpOeplwSF0jmqNdP/rpWeQBXG8CJd/OJ+16ZF"   \
	"dkOMMLAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEAV7WvxjSkjvbshgHvYk3XRryjlTSvu"   \
	"IHL1baIhWvter9zJbt7G193p/MjaSyY3FvrKhF23bvtnRnDEkSQlfxAG"
#define CERT_LINE "publickey " CERT_TYPE " " CERT "\n"
#define ED_LINE "publickey ssh-ed25519 " ED "\n"
#define EC_LINE "publickey ecdsa-sha2-nistp256 " EC "\n"

static void
what_sshd_writes_is_read(void **state)
{
	static const struct {
		const char *text;
		size_t count;
		size_t certificates;
		const char *print;
	} cases[] = {
		{ "", 0, 0, NULL },
		{ "password\n", 0, 0, NULL },
		{ "keyboard-interactive/pam\n", 0, 0, NULL },
		{ ED_LINE, 1, 0, ED_PRINT },
		{ EC_LINE, 1, 0, EC_PRINT },
		{ ED_LINE "keyboard-interactive/pam\n", 1, 0, ED_PRINT },
		{ "password\n" EC_LINE, 1, 0, EC_PRINT },
		{ ED_LINE EC_LINE, 2, 0, ED_PRINT },
		{ "hostbased ssh-ed25519 " ED "\n", 0, 0, NULL },
		{ CERT_LINE, 0, 1, NULL },
		{ CERT_LINE ED_LINE CERT_LINE, 1, 2, ED_PRINT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct cardea_sshauth got = { .count = 9 };

		assert_int_equal(
		    cardea_sshauth_parse(cases[i].text, &got, NULL), CARDEA_OK);
		assert_int_equal(got.count, cases[i].count);
		assert_int_equal(got.certificate_count, cases[i].certificates);
		if (cases[i].print != NULL)
			assert_string_equal(
			    got.keys[0].fingerprint, cases[i].print);
	}
}

static void
the_type_of_a_key_is_told(void **state)
{
	struct cardea_sshauth got;

	(void)state;
	assert_int_equal(
	    cardea_sshauth_parse(ED_LINE EC_LINE, &got, NULL), CARDEA_OK);
	assert_string_equal(got.keys[0].type, "ssh-ed25519");
	assert_string_equal(got.keys[1].type, "ecdsa-sha2-nistp256");
	assert_string_equal(got.keys[1].fingerprint, EC_PRINT);
}

static void
V13_a_certificate_is_no_key_whatever_stands_beside_it(void **state)
{
	char text[2048];
	struct cardea_sshauth got;

	(void)state;
	assert_int_equal(
	    cardea_sshauth_parse(CERT_LINE, &got, NULL), CARDEA_OK);
	assert_int_equal(got.count, 0);
	assert_int_equal(got.certificate_count, 1);
	(void)snprintf(text, sizeof(text), "%s%s", CERT_LINE, ED_LINE);
	assert_int_equal(cardea_sshauth_parse(text, &got, NULL), CARDEA_OK);
	assert_int_equal(got.count, 1);
	assert_string_equal(got.keys[0].fingerprint, ED_PRINT);
	assert_int_equal(got.certificate_count, 1);
}

static void
I15_anything_else_is_refused_whole(void **state)
{
	static const char *const texts[] = {
		"\n",
		" \n",
		"publickey\n",
		"publickey ssh-ed25519\n",
		"publickey ssh-ed25519 \n",
		"publickey  ssh-ed25519 " ED "\n",
		"publickey ssh-ed25519 " ED,
		"PUBLICKEY ssh-ed25519 " ED "\n",
		"publickey\tssh-ed25519 " ED "\n",
		"publickey ssh-ed25519 " ED "=\n",
		"publickey ssh-ed25519 " ED "====\n",
		"publickey ssh-ed25519 A" ED "\n",
		"publickey ssh-ed25519 ====\n",
		"publickey ssh-ed25519 AA=A\n",
		"publickey ssh-ed25519 AB==\n",
		"publickey ssh-ed25519 AAAAC3N*\n",
		/* the blob says another type than the line */
		"publickey ssh-rsa " ED "\n",
		"publickey ssh-ed2551 " ED "\n",
		"publickey ssh-ed25519x " ED "\n",
		/* certificates are held to the same */
		"publickey " CERT_TYPE " AAAA\n",
		"publickey " CERT_TYPE " " ED "\n",
		"publickey " CERT_TYPE " " CERT "=\n",
		"publickey " CERT_TYPE "\n",
		"publickey ssh-rsa-cert-v01@openssh.com " CERT "\n",
		"publickey ssh-ed25519 " CERT "\n",
		/* what pam_env makes of "publickey ... ${SSH_AUTH_INFO_0}" */
		"publickey ssh-ed25519 " ED " password\n",
		"publickey " CERT_TYPE " " CERT " keyboard-interactive/pam\n",
		"publickey ssh-ed25519 " ED " \n",
		/* one good line does not save a bad one */
		ED_LINE "pass\x01word\n",
		"pass\xffword\n" ED_LINE,
		ED_LINE "\n",
	};
	struct cardea_sshauth got;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		memset(&got, 0x5a, sizeof(got));
		assert_int_equal(cardea_sshauth_parse(texts[i], &got, NULL),
		    CARDEA_E_SYNTAX);
		assert_int_equal(got.keys[0].type[0], 0x5a);
	}
}

static void
more_keys_than_the_ceiling_are_refused(void **state)
{
	struct cardea_sshauth got = { .count = 0 };
	struct cardea_diag diag = { .line = 0 };

	(void)state;
	assert_int_equal(
	    cardea_sshauth_parse(ED_LINE EC_LINE ED_LINE EC_LINE, &got, &diag),
	    CARDEA_OK);
	assert_int_equal(got.count, 4);
	assert_int_equal(
	    cardea_sshauth_parse(
		ED_LINE EC_LINE ED_LINE EC_LINE ED_LINE, &got, &diag),
	    CARDEA_E_RANGE);
	assert_string_equal(
	    diag.reason, "SSH_AUTH_INFO_0 is not of the form that sshd writes");
}

static void
a_certificate_is_handed_over_as_it_is(void **state)
{
	static const char type[] = CERT_TYPE;
	struct cardea_sshauth got;
	unsigned char blob[2048];
	char text[sizeof(CERT)];
	size_t len = 0;

	(void)state;
	assert_int_equal(
	    cardea_sshauth_parse(CERT_LINE, &got, NULL), CARDEA_OK);
	assert_int_equal(cardea_sshauth_decode(
			     &got.certificates[0], blob, sizeof(blob), &len),
	    CARDEA_OK);
	assert_memory_equal(blob + 4, type, strlen(type));
	assert_int_equal(
	    cardea_base64_encode(CARDEA_BASE64, blob, len, text, sizeof(text)),
	    CARDEA_OK);
	assert_string_equal(text, CERT);
	assert_int_equal(
	    cardea_sshauth_decode(&got.certificates[0], blob, 100, &len),
	    CARDEA_E_RANGE);
}

static void
more_certificates_than_the_ceiling_are_refused(void **state)
{
	struct cardea_sshauth got = { .count = 0 };

	(void)state;
	assert_int_equal(
	    cardea_sshauth_parse(
		CERT_LINE CERT_LINE CERT_LINE CERT_LINE, &got, NULL),
	    CARDEA_OK);
	assert_int_equal(got.certificate_count, 4);
	assert_int_equal(
	    cardea_sshauth_parse(
		CERT_LINE CERT_LINE CERT_LINE CERT_LINE CERT_LINE, &got, NULL),
	    CARDEA_E_RANGE);
}

static void
every_truncation_of_a_line_is_refused(void **state)
{
	char text[] = ED_LINE;
	struct cardea_sshauth got;

	(void)state;
	for (size_t len = 1; len < strlen(ED_LINE); len++) {
		text[len] = '\0';
		assert_int_equal(
		    cardea_sshauth_parse(text, &got, NULL), CARDEA_E_SYNTAX);
		text[len] = ED_LINE[len];
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_sshd_writes_is_read),
		cmocka_unit_test(the_type_of_a_key_is_told),
		cmocka_unit_test(
		    V13_a_certificate_is_no_key_whatever_stands_beside_it),
		cmocka_unit_test(I15_anything_else_is_refused_whole),
		cmocka_unit_test(more_keys_than_the_ceiling_are_refused),
		cmocka_unit_test(a_certificate_is_handed_over_as_it_is),
		cmocka_unit_test(
		    more_certificates_than_the_ceiling_are_refused),
		cmocka_unit_test(every_truncation_of_a_line_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
