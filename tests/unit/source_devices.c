/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "policy/lint.h"
#include "unit/policies.h"

#define RULE "rules = ( { name = \"a\"; deny = \"x\"; } );"
#define X509(more)                                                             \
	"authorities = ( { name = \"A\"; kind = \"x509\"; trust = "            \
	"\"/t\"; " more " } );"
#define SSH(more)                                                              \
	"authorities = ( { name = \"S\"; kind = \"ssh\"; trust = "             \
	"\"/t\"; " more " } );"

static const struct refusal bad[] = {
	{ "device = { certificate = \"/c\"; };",
	    "cardea.conf:1: device: certificate and key of this host go "
	    "together" },
	{ "device = { key = \"k.pem\"; };",
	    "cardea.conf:1: device.key: expected a path, \"tpm:/path\", "
	    "\"tpm:0x81...\" or \"pkcs11:...\"" },
	{ "device = { key = \"pkcs11:token=a;pin-value=1\"; };",
	    "cardea.conf:1: device.key: a PIN belongs into pin_file" },
	{ "device = { certificate = \"/c\"; key = \"pkcs11:token=a\"; };",
	    "cardea.conf:1: device: a key on a token needs pkcs11, the token's "
	    "module" },
	{ "device = { tpm = \"/dev/tpm0\"; };",
	    "cardea.conf:1: device.tpm: expected \"device:/dev/tpmrm0\", "
	    "\"swtpm:path=...\" or \"tabrmd:...\"" },
	{ "device = { statement_max_age = \"1s\"; };",
	    "cardea.conf:1: device.statement_max_age: must be 60 to 31622400 "
	    "seconds" },
	{ "device = { serial = \"1\"; };",
	    "cardea.conf:1: device.serial: unknown key" },
	{ "revocation = { path = \"r\"; };",
	    "cardea.conf:1: revocation.path: expected a path that begins with "
	    "/" },
	{ "authorities = { };",
	    "cardea.conf:1: authorities: expected a list ( { ... }, { ... } "
	    ")" },
	{ "authorities = ( { name = \"A\"; trust = \"/t\"; } );",
	    "cardea.conf:1: authorities[0]: an authority needs name, kind and "
	    "trust" },
	{ "authorities = ( { name = \"A/B\"; } );",
	    "cardea.conf:1: authorities[0].name: expected letters, digits, "
	    "blanks, \".\", \"_\" and \"-\"" },
	{ "authorities = ( { name = \"..\"; } );",
	    "cardea.conf:1: authorities[0].name: expected letters, digits, "
	    "blanks, \".\", \"_\" and \"-\"" },
	{ "authorities = ( { kind = \"pgp\"; } );",
	    "cardea.conf:1: authorities[0].kind: expected \"x509\" or "
	    "\"ssh\"" },
	{ X509(""),
	    "cardea.conf:1: authorities[0]: lists or ocsp is missing; "
	    "revocation = \"none\" does without" },
	{ X509("lists = \"ftp://x/y\";"),
	    "cardea.conf:1: authorities[0].lists: expected a path, "
	    "\"http://...\" or \"https://...\"" },
	{ X509("lists = [ ];"),
	    "cardea.conf:1: authorities[0].lists: an empty list matches "
	    "nobody: leave the key out, or remove the rule" },
	{ X509("revocation = \"soft\";"),
	    "cardea.conf:1: authorities[0].revocation: expected \"any\", "
	    "\"crl\", \"ocsp\" or \"none\"" },
	{ X509("revocation = \"crl\"; ocsp = \"http://o\";"),
	    "cardea.conf:1: authorities[0]: revocation = \"crl\" needs lists" },
	{ X509("revocation = \"ocsp\"; lists = \"/l\";"),
	    "cardea.conf:1: authorities[0]: revocation = \"ocsp\" needs "
	    "ocsp" },
	{ X509("lists = \"/l\"; ocsp = \"/o\";"),
	    "cardea.conf:1: authorities[0].ocsp: expected \"http://...\" or "
	    "\"https://...\"" },
	{ X509("lists = \"/l\"; principals = \"%u\";"),
	    "cardea.conf:1: authorities[0]: list_keys and principals go with "
	    "kind = \"ssh\"" },
	{ X509("lists = \"/l\"; purpose = \"any\";"),
	    "cardea.conf:1: authorities[0].purpose: expected \"clientAuth\" or "
	    "an OID as \"1.3.6.1.4.1.99\"" },
	{ SSH("revocation = \"crl\"; lists = \"/l\";"),
	    "cardea.conf:1: authorities[0]: revocation is \"any\" or \"none\" "
	    "for kind = \"ssh\"" },
	{ SSH("lists = \"/l\"; purpose = \"clientAuth\";"),
	    "cardea.conf:1: authorities[0]: intermediates, ocsp and purpose go "
	    "with kind = \"x509\"" },
	{ "authorities = ( { name = \"A\"; kind = \"ssh\"; trust = \"/t\"; "
	  "revocation = \"none\"; }, { name = \"A\"; kind = \"ssh\"; trust = "
	  "\"/u\"; revocation = \"none\"; } );",
	    "cardea.conf:1: authorities[1]: another authority has this name" },
};

static void
a_broken_device_setting_is_refused_with_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_refusal(bad[i].text, RULE, bad[i].said);
}

static void
what_is_not_set_is_as_documented(void **state)
{
	struct written written = write_policy("", RULE);
	const struct cardea_settings *s = cardea_policy_settings(
	    written.policy);

	(void)state;
	assert_int_equal(s->authority_count, 0);
	assert_string_equal(s->device_certificate, "");
	assert_string_equal(s->revocation_path, CARDEA_STATEDIR "/revocation");
	assert_int_equal(s->statement_max_age_s, 86400);
	assert_int_equal(s->expiry_warning_s, 14 * 86400);
	drop_policy(&written);
}

static void
every_device_setting_can_be_set(void **state)
{
	struct written written = write_policy(
	    "device = { certificate = \"/c.pem\"; key = \"tpm:/k.pem\"; "
	    "pin_file = \"/pin\"; tpm = \"swtpm:path=/s\"; pkcs11 = \"/m.so\"; "
	    "statement_keys = \"/m.pem\"; statement_max_age = \"2h\"; "
	    "expiry_warning = \"30d\"; }; revocation = { path = \"/srv/r\"; "
	    "https_trust = \"/ca.pem\"; }; authorities = ( { name = \"Example "
	    "Device CA\"; kind = \"x509\"; trust = \"/t.pem\"; intermediates = "
	    "\"/i.pem\"; revocation = \"crl\"; max_age = \"7d\"; lists = [ "
	    "\"https://pki.example.org/a.crl\", \"/b.crl\" ]; ocsp = "
	    "\"http://ocsp.example.org/\"; purpose = \"1.3.6.1.4.1.99.1\"; }, "
	    "{ name = \"deploy-ca\"; kind = \"ssh\"; trust = \"/d.pub\"; lists "
	    "= \"/d.krl\"; list_keys = \"/k.pub\"; principals = [ \"%u\", "
	    "\"%u@example.org\" ]; } );",
	    "rules = ( { name = \"a\"; require = \"device\"; revocation = "
	    "\"6h\"; } );");
	const struct cardea_settings *s = cardea_policy_settings(
	    written.policy);
	const struct cardea_authority *x509 = &s->authorities[0];
	const struct cardea_authority *ssh = &s->authorities[1];
	struct cardea_rule rule;

	(void)state;
	assert_string_equal(s->device_certificate, "/c.pem");
	assert_string_equal(s->device_key, "tpm:/k.pem");
	assert_string_equal(s->device_pin_file, "/pin");
	assert_string_equal(s->device_tpm, "swtpm:path=/s");
	assert_string_equal(s->device_pkcs11, "/m.so");
	assert_string_equal(s->statement_keys, "/m.pem");
	assert_int_equal(s->statement_max_age_s, 7200);
	assert_int_equal(s->expiry_warning_s, 30 * 86400);
	assert_string_equal(s->revocation_path, "/srv/r");
	assert_string_equal(s->refresh_trust, "/ca.pem");
	assert_int_equal(s->authority_count, 2);
	assert_int_equal(x509->kind, CARDEA_AUTHORITY_X509);
	assert_string_equal(x509->name, "Example Device CA");
	assert_string_equal(x509->trust, "/t.pem");
	assert_string_equal(x509->intermediates, "/i.pem");
	assert_int_equal(x509->revocation, CARDEA_REVOCATION_BY_CRL);
	assert_int_equal(x509->max_age_s, 7 * 86400);
	assert_int_equal(x509->list_count, 2);
	assert_string_equal(x509->lists[1], "/b.crl");
	assert_string_equal(x509->ocsp, "http://ocsp.example.org/");
	assert_string_equal(x509->purpose, "1.3.6.1.4.1.99.1");
	assert_int_equal(ssh->kind, CARDEA_AUTHORITY_SSH);
	assert_int_equal(ssh->revocation, CARDEA_REVOCATION_BY_ANY);
	assert_string_equal(ssh->list_keys, "/k.pub");
	assert_int_equal(ssh->principal_count, 2);
	assert_string_equal(ssh->principals[1], "%u@example.org");
	assert_int_equal(
	    cardea_policy_rule(written.policy, 0, &rule), CARDEA_OK);
	assert_int_equal(rule.revocation_s, 6 * 3600);
	drop_policy(&written);
}

static void
an_authority_has_defaults_that_refuse(void **state)
{
	struct written written = write_policy(
	    "authorities = ( { name = \"A\"; kind = \"x509\"; trust = \"/t\"; "
	    "lists = \"/l\"; }, { name = \"S\"; kind = \"ssh\"; trust = "
	    "\"/t\"; lists = \"/l\"; } );",
	    RULE);
	const struct cardea_settings *s = cardea_policy_settings(
	    written.policy);

	(void)state;
	assert_string_equal(s->authorities[0].purpose, CARDEA_PURPOSE_CLIENT);
	assert_int_equal(s->authorities[1].principal_count, 1);
	assert_string_equal(s->authorities[1].principals[0], "%u");
	drop_policy(&written);
}

/* --- lint ----------------------------------------------------------------- */

static void
gather(const struct cardea_diag *warning, void *context)
{
	char *text = context;

	if (strcmp(warning->key, "a") == 0) {
		strncat(text, warning->reason, 1000 - strlen(text));
		strncat(text, "\n", 1000 - strlen(text));
	}
}

static void
demands_that_no_certificate_can_meet_are_told(void **state)
{
	static const char ssh[] =
	    "authorities = ( { name = \"S\"; kind = \"ssh\"; trust = \"/t\"; "
	    "revocation = \"none\"; } );";
	static const struct {
		const char *settings, *require, *said;
	} cases[] = {
		{ "", "device", "" },
		{ "", "sshcert",
		    "asks for a certificate of OpenSSH, and cardea.conf has no "
		    "authority of kind \"ssh\"\n" },
		{ ssh, "sshcert(ca=S) + device(ca=S, sshd)", "" },
		{ ssh, "totp | sshcert(ca=T)",
		    "asks for an authority that cardea.conf does not have: "
		    "ca=T\n" },
		{ ssh, "device(host)",
		    "asks for this host's certificate, and cardea.conf names "
		    "none: host\n" },
		{ ssh, "device(posture=encrypted)",
		    "asks for a manager's word, and cardea.conf has no "
		    "statement_keys: posture=encrypted\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct written written;
		char rules[512], said[1024] = "";

		snprintf(rules, sizeof(rules),
		    "rules = ( { name = \"a\"; require = \"%s\"; } );",
		    cases[i].require);
		written = write_policy(cases[i].settings, rules);
		assert_int_equal(
		    cardea_lint(written.policy, 1795000000, gather, said),
		    CARDEA_OK);
		assert_string_equal(said, cases[i].said);
		drop_policy(&written);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_broken_device_setting_is_refused_with_its_reason),
		cmocka_unit_test(what_is_not_set_is_as_documented),
		cmocka_unit_test(every_device_setting_can_be_set),
		cmocka_unit_test(an_authority_has_defaults_that_refuse),
		cmocka_unit_test(demands_that_no_certificate_can_meet_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
