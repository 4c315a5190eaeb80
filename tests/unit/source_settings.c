/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/limits.h>

#include "unit/policies.h"

static const struct refusal bad_settings[] = {
	{ "fido2 = { rp_id = \"a/b\"; };",
	    "cardea.conf:1: fido2.rp_id: a name holds letters, digits, '.', "
	    "'_' and '-' only" },
	{ "fido2 = { touch_timeout = \"4s\"; };",
	    "cardea.conf:1: fido2.touch_timeout: must be 5 to 120 seconds" },
	{ "fido2 = { attestation = \"some\"; };",
	    "cardea.conf:1: fido2.attestation: expected \"any\" or "
	    "\"required\"" },
	{ "fido2 = { attestation = \"required\"; };",
	    "cardea.conf:1: fido2: attestation = \"required\" needs "
	    "attestation_roots" },
	{ "fido2 = { allow_models = "
	  "\"ee882879-721c-4913-9775-3dfcce97072a\"; };",
	    "cardea.conf:1: fido2: allow_models needs attestation = "
	    "\"required\"" },
	{ "fido2 = { deny_models = [ \"yubikey\" ]; };",
	    "cardea.conf:1: fido2.deny_models[0]: expected a model as "
	    "\"ee882879-721c-4913-9775-3dfcce97072a\"" },
	{ "ssh_names = [ \"Web1\" ];",
	    "cardea.conf:1: ssh_names[0]: a host is a name in lower case or an "
	    "address" },
	{ "ssh_names = [ ];",
	    "cardea.conf:1: ssh_names: an empty list matches nobody: leave the "
	    "key out, or remove the rule" },
	{ "colour = \"red\";", "cardea.conf:1: colour: unknown key" },
	{ "rules = ( );", "cardea.conf:1: rules: unknown key" },
	{ "host = \"a b\";",
	    "cardea.conf:1: host: a name holds letters, digits, '.', '_' and "
	    "'-' only" },
	{ "store = { path = \"relative\"; };",
	    "cardea.conf:1: store.path: expected a path that begins with /" },
	{ "store = { size_mb = 0; };",
	    "cardea.conf:1: store.size_mb: must be 1 to 65536" },
	{ "store = { size_mb = \"64\"; };",
	    "cardea.conf:1: store.size_mb: expected a number" },
	{ "store = { size_mb = 64.5; };",
	    "cardea.conf:1: store.size_mb: expected a number" },
	{ "store = { size_mb = 5000000000L; };",
	    "cardea.conf:1: store.size_mb: must be 1 to 65536" },
	{ "store = \"/x\";", "cardea.conf:1: store: expected a block { ... }" },
	{ "seal = { key = \"/x\"; };", "cardea.conf:1: seal.key: unknown key" },
	{ "seal = { key_file = \"\"; };",
	    "cardea.conf:1: seal.key_file: an empty text says nothing" },
	{ "log = { format = \"xml\"; };",
	    "cardea.conf:1: log.format: expected \"logfmt\" or \"json\"" },
	{ "totp_window = 11;", "cardea.conf:1: totp_window: must be 0 to 10" },
	{ "totp_window = -1;", "cardea.conf:1: totp_window: must be 0 to 10" },
	{ "totp_window = \"1\";",
	    "cardea.conf:1: totp_window: expected a number" },
	{ "totp_window = 4294967297;",
	    "cardea.conf:1: a number does not fit 32 bits" },
	{ "hotp_window = 0;", "cardea.conf:1: hotp_window: must be 1 to 100" },
	{ "hotp_sync_window = 1001;",
	    "cardea.conf:1: hotp_sync_window: must be 1 to 1000" },
	{ "hotp_window = 20;\nhotp_sync_window = 10;",
	    "cardea.conf: hotp_sync_window must not be less than hotp_window" },
	{ "split_digits = 5;", "cardea.conf:1: split_digits: must be 6 to 8" },
	{ "split_digits = 9;", "cardea.conf:1: split_digits: must be 6 to 8" },
	{ "tries = 0;", "cardea.conf:1: tries: must be 1 to 100" },
	{ "user_tries = 4;",
	    "cardea.conf: user_tries must not be less than tries" },
	{ "delay = 30;", "cardea.conf:1: delay: expected a text in quotes" },
	{ "delay = \"0s\";",
	    "cardea.conf:1: delay: must be 1 to 86400 seconds" },
	{ "delay = \"5h\";",
	    "cardea.conf: delay_max must not be less than delay" },
	{ "fail_delay = \"6s\";",
	    "cardea.conf:1: fail_delay: must be 0 to 5 seconds" },
	{ "clock = { require_synchronised = \"yes\"; };",
	    "cardea.conf:1: clock.require_synchronised: expected true or "
	    "false" },
	{ "observe = { };",
	    "cardea.conf:1: observe: observing needs an end: until" },
	{ "observe = { until = \"never\"; };",
	    "cardea.conf:1: observe.until: expected a date such as "
	    "\"2027-01-31\"" },
	{ "observe = true;",
	    "cardea.conf:1: observe: expected a block { ... }" },
	{ "subject = { su = \"caller\"; };",
	    "cardea.conf:1: subject.su: expected \"user\" or \"ruser\"" },
	{ "subject = { su = \"ruser\"; su-l = \"user\"; };",
	    "cardea.conf:1: subject.su-l: another entry says \"ruser\" of "
	    "this service" },
	{ "subject = { sudo-i = \"user\"; sudo = \"ruser\"; };",
	    "cardea.conf:1: subject.sudo-i: another entry says \"ruser\" of "
	    "this service" },
	{ "store = { driver = \"redis\"; };",
	    "cardea.conf:1: store.driver: expected \"lmdb\" or \"etcd\"" },
	{ "store = { driver = \"etcd\"; };",
	    "cardea.conf: driver \"etcd\" needs a block etcd with endpoints, "
	    "trust, certificate and key" },
	{ "etcd = { endpoints = \"etcd1.example:2379\"; };",
	    "cardea.conf:1: etcd.endpoints: expected \"ADDRESS:PORT\" or "
	    "\"NAME=ADDRESS:PORT\": a login resolves no names" },
	{ "etcd = { prefix = \"cardea\"; };",
	    "cardea.conf:1: etcd.prefix: expected a prefix such as "
	    "\"/cardea/\"" },
	{ "etcd = { deadline = \"7s\"; };",
	    "cardea.conf:1: etcd.deadline: must be 1 to 6 seconds" },
	{ "subject = \"ruser\";",
	    "cardea.conf:1: subject: expected a block { ... }" },
};

static void
a_broken_setting_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_settings) / sizeof(bad_settings[0]);
	     i++)
		expect_refusal(bad_settings[i].text,
		    "rules = ( { name = \"a\"; deny = \"x\"; } );",
		    bad_settings[i].said);
}

static void
settings_have_their_documented_defaults(void **state)
{
	struct written written = write_policy(
	    "", "rules = ( { name = \"a\"; deny = \"x\"; } );");
	const struct cardea_settings *s = cardea_policy_settings(
	    written.policy);

	(void)state;
	assert_string_equal(s->host, "");
	assert_string_equal(s->store_path, CARDEA_STATEDIR "/store");
	assert_string_equal(s->seal_key_path, CARDEA_SYSCONFDIR "/seal.key");
	assert_int_equal(s->store_size_mb, 64);
	assert_int_equal(s->engine, CARDEA_ENGINE_LMDB);
	assert_int_equal(s->cluster.endpoint_count, 0);
	assert_string_equal(s->cluster.prefix, "/cardea/");
	assert_int_equal(s->cluster.try_s, 1);
	assert_int_equal(s->cluster.deadline_s, 4);
	assert_int_equal(s->cluster.mirror_max_age_s, 3600);
	assert_false(s->log_json);
	assert_true(s->log_permits);
	assert_int_equal(s->totp_window, 1);
	assert_int_equal(s->hotp_window, 4);
	assert_int_equal(s->hotp_sync_window, 100);
	assert_int_equal(s->split_digits, 6);
	assert_int_equal(s->tries, 5);
	assert_int_equal(s->user_tries, 10);
	assert_int_equal(s->delay_s, 30);
	assert_int_equal(s->delay_max_s, 14400);
	assert_int_equal(s->fail_delay_ms, 2000);
	assert_false(s->require_synchronised_clock);
	assert_int_equal(s->observe_until_s, 0);
	assert_string_equal(s->rp_id, "");
	assert_string_equal(s->key_device, "");
	assert_int_equal(s->touch_s, 30);
	assert_false(s->need_attestation);
	assert_int_equal(s->ssh_name_count, 0);
	assert_false(cardea_policy_subject_is_ruser(written.policy, "su"));
	drop_policy(&written);
}

static void
every_setting_can_be_set(void **state)
{
	struct written written = write_policy(
	    "host = \"bastion\"; store = { driver = \"etcd\"; path = "
	    "\"/srv/s\"; size_mb = 128; }; etcd = { endpoints = [ "
	    "\"192.0.2.1:2379\", \"e2=[2001:db8::2]:2379\" ]; trust = "
	    "\"/srv/ca.pem\"; certificate = \"/srv/h.pem\"; key = "
	    "\"/srv/h.key\"; admin_certificate = \"/srv/a.pem\"; admin_key = "
	    "\"/srv/a.key\"; prefix = \"/f/\"; try = \"2s\"; deadline = "
	    "\"5s\"; mirror_max_age = \"10m\"; }; seal = { key_file = "
	    "\"/srv/k\"; }; log = { format = \"json\"; "
	    "}; totp_window = 0; hotp_window = 5; hotp_sync_window = 50; "
	    "split_digits = 8; tries = 3; user_tries = 7; delay = \"1m\"; "
	    "delay_max = \"1d\"; fail_delay = \"0s\"; clock = { "
	    "require_synchronised = true; }; observe = { until = "
	    "\"2027-01-31\"; }; subject = { su = \"ruser\"; sudo = \"user\"; "
	    "}; fido2 = { rp_id = \"example.org\"; device = \"/dev/k\"; "
	    "touch_timeout = \"10s\"; attestation = \"required\"; "
	    "attestation_roots = \"/srv/roots.pem\"; allow_models = "
	    "\"ee882879-721c-4913-9775-3dfcce97072a\"; deny_models = [ "
	    "\"ee882879-721c-4913-9775-3dfcce97072b\", "
	    "\"ee882879-721c-4913-9775-3dfcce97072c\" ]; }; ssh_names = [ "
	    "\"web1.example.org\", \"2001:db8::7\" ];",
	    "rules = ( { name = \"a\"; deny = \"x\"; } );");
	const struct cardea_settings *s = cardea_policy_settings(
	    written.policy);

	(void)state;
	assert_string_equal(s->host, "bastion");
	assert_int_equal(s->engine, CARDEA_ENGINE_ETCD);
	assert_int_equal(s->cluster.endpoint_count, 2);
	assert_string_equal(s->cluster.endpoints[1], "e2=[2001:db8::2]:2379");
	assert_string_equal(s->cluster.trust, "/srv/ca.pem");
	assert_string_equal(s->cluster.certificate, "/srv/h.pem");
	assert_string_equal(s->cluster.key, "/srv/h.key");
	assert_string_equal(s->cluster.admin_certificate, "/srv/a.pem");
	assert_string_equal(s->cluster.admin_key, "/srv/a.key");
	assert_string_equal(s->cluster.prefix, "/f/");
	assert_int_equal(s->cluster.try_s, 2);
	assert_int_equal(s->cluster.deadline_s, 5);
	assert_int_equal(s->cluster.mirror_max_age_s, 600);
	assert_string_equal(s->store_path, "/srv/s");
	assert_int_equal(s->store_size_mb, 128);
	assert_string_equal(s->seal_key_path, "/srv/k");
	assert_true(s->log_json);
	assert_int_equal(s->totp_window, 0);
	assert_int_equal(s->hotp_window, 5);
	assert_int_equal(s->hotp_sync_window, 50);
	assert_int_equal(s->split_digits, 8);
	assert_int_equal(s->tries, 3);
	assert_int_equal(s->user_tries, 7);
	assert_int_equal(s->delay_s, 60);
	assert_int_equal(s->delay_max_s, 86400);
	assert_int_equal(s->fail_delay_ms, 0);
	assert_true(s->require_synchronised_clock);
	/* the first second of 2027-02-01 in UTC */
	assert_int_equal(s->observe_until_s, 1801440000);
	assert_string_equal(s->rp_id, "example.org");
	assert_string_equal(s->key_device, "/dev/k");
	assert_int_equal(s->touch_s, 10);
	assert_true(s->need_attestation);
	assert_string_equal(s->attestation_roots, "/srv/roots.pem");
	assert_int_equal(s->allow_model_count, 1);
	assert_int_equal(s->allow_models[0][15], 0x2a);
	assert_int_equal(s->deny_model_count, 2);
	assert_int_equal(s->deny_models[1][15], 0x2c);
	assert_int_equal(s->ssh_name_count, 2);
	assert_string_equal(s->ssh_names[1], "2001:db8::7");
	assert_true(cardea_policy_subject_is_ruser(written.policy, "su"));
	assert_true(cardea_policy_subject_is_ruser(written.policy, "su-l"));
	assert_false(cardea_policy_subject_is_ruser(written.policy, "sudo"));
	assert_false(cardea_policy_subject_is_ruser(written.policy, "sshd"));
	drop_policy(&written);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_broken_setting_is_refused),
		cmocka_unit_test(settings_have_their_documented_defaults),
		cmocka_unit_test(every_setting_can_be_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
