/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/test.h"
#include "verifier/device_want.h"

#define NOW INT64_C(1800000000)

static const struct cardea_cert_identity laptop = {
	.kind = CARDEA_CERT_X509,
	.authority = "Example CA",
	.issuer = "CN=Example Sub,O=Example",
	.issuer_name = "Example Sub",
	.fingerprint = "SHA256:abc",
	.ssh_fingerprint = "SHA256:def",
	.not_before_s = NOW - 3600,
	.not_after_s = NOW + 3600,
	.name_count = 2,
	.names = { { "dns:laptop-7.example.org" },
	    { "email:alice@example.org" } },
	.purpose_count = 2,
	.purposes = { { "1.3.6.1.5.5.7.3.2" }, { "1.2.3.4" } },
	.policy_count = 1,
	.policies = { { "2.5.29.32.1" } },
};

static const struct cardea_cert_identity person = {
	.kind = CARDEA_CERT_SSH,
	.authority = "People",
	.subject = "alice at home",
	.issuer = "SHA256:ca",
	.fingerprint = "SHA256:abc",
	.ssh_fingerprint = "SHA256:abc",
	.not_before_s = NOW - 3600,
	.not_after_s = INT64_MAX,
	.name_count = 2,
	.names = { { "alice" }, { "dns:laptop-7.example.org" } },
};

static const struct cardea_device known = {
	.id = "laptop-7",
	.state = CARDEA_DEVICE_ACTIVE,
	.tag_count = 2,
	.tags = { "finance", "linux" },
	.posture_s = NOW - 600,
	.fact_count = 2,
	.facts = { { "disk-encrypted", "yes" }, { "os", "debian-12" } },
};

static struct cardea_requirement
parse(const char *text)
{
	struct cardea_requirement requirement;
	struct cardea_diag diag = { .line = 0 };

	if (cardea_requirement_parse(text, &requirement, &diag) != CARDEA_OK)
		fail_msg("%s: %s", text, diag.reason);
	return requirement;
}

/* meets: would this proof, with the qualities that the rule gets to see, meet
 * the rule? */
static bool
meets(const char *rule, const struct cardea_device_proof *proof)
{
	struct cardea_requirement requirement = parse(rule);
	enum cardea_factor factor = strncmp(rule, "ssh", 3) == 0
	    ? CARDEA_FACTOR_SSHCERT
	    : CARDEA_FACTOR_DEVICE;
	struct cardea_evidence_set set = { .txn = "t", .count = 1 };
	struct cardea_evidence *item = &set.items[0];
	struct cardea_requirement residual;

	item->version = CARDEA_EVIDENCE_VERSION;
	item->factor = factor;
	item->result = CARDEA_RESULT_VERIFIED;
	strcpy(item->txn, "t");
	strcpy(item->subject, "alice");
	item->quality_count = cardea_device_want_qualities(
	    &requirement, factor, proof, item->qualities);
	cardea_requirement_residual(&requirement, "alice", &set, &residual);
	return cardea_requirement_kind(&residual) == CARDEA_NODE_TRUE;
}

static struct cardea_device_proof
proof_of(const struct cardea_cert_identity *identity,
    const struct cardea_device *device, enum cardea_device_way way)
{
	return (struct cardea_device_proof){ .way = way,
		.identity = identity,
		.device = device,
		.user = "alice",
		.time_s = NOW,
		.statement_max_age_s = 3600 };
}

struct row {
	const char *rule;
	bool met;
};

static void
check(const struct row *rows, size_t count,
    const struct cardea_device_proof *proof)
{
	for (size_t i = 0; i < count; i++) {
		if (meets(rows[i].rule, proof) != rows[i].met)
			fail_msg("%s: not %d", rows[i].rule, rows[i].met);
	}
}
#define CHECK(rows, proof) check(rows, sizeof(rows) / sizeof((rows)[0]), proof)

static void
what_a_certificate_says_is_matched_word_for_word(void **state)
{
	static const struct row rows[] = {
		{ "device", true },
		{ "device(host)", true },
		{ "device(agent)", false },
		{ "device(ca=\"Example CA\")", true },
		{ "device(ca=\"example ca\")", false },
		{ "device(ca=Example)", false },
		{ "device(issuer=\"Example Sub\")", true },
		{ "device(issuer=\"CN=Example Sub,O=Example\")", true },
		{ "device(issuer=\"Example CA\")", false },
		{ "device(san=\"dns:laptop-7.example.org\")", true },
		{ "device(san=\"dns:*.example.org\")", true },
		{ "device(san=\"dns:*.org\")", false },
		{ "device(san=\"email:%u@example.org\")", true },
		{ "device(san=\"uri:laptop-7.example.org\")", false },
		{ "device(eku=clientAuth)", true },
		{ "device(eku=\"1.2.3.4\")", true },
		{ "device(eku=\"1.2.3\")", false },
		{ "device(policy=\"2.5.29.32.1\")", true },
		{ "device(policy=\"2.5.29.32.0\")", false },
		{ "device(max_age=1h)", true },
		{ "device(max_age=59m)", false },
		{ "device(fingerprint=\"SHA256:abc\")", true },
		{ "device(fingerprint=\"SHA256:def\")", true },
		{ "device(fingerprint=\"SHA256:ghi\")", false },
		/* only the table knows these */
		{ "device(known)", false },
		{ "device(state=active)", false },
		{ "device(tag=finance)", false },
		{ "device(id=laptop-7)", false },
		{ "device(posture=disk-encrypted)", false },
		/* all of it, or nothing */
		{ "device(host, eku=clientAuth, max_age=1h)", true },
		{ "device(host, eku=clientAuth, max_age=1m)", false },
	};
	struct cardea_device_proof proof = proof_of(
	    &laptop, NULL, CARDEA_DEVICE_WAY_HOST);

	(void)state;
	CHECK(rows, &proof);
}

static void
what_the_table_says_is_matched_word_for_word(void **state)
{
	static const struct row rows[] = {
		{ "device(known)", true },
		{ "device(state=active)", true },
		{ "device(state=locked)", false },
		{ "device(tag=finance)", true },
		{ "device(tag=financ)", false },
		{ "device(tag=linux, id=laptop-7)", true },
		{ "device(id=laptop)", false },
		{ "device(posture=disk-encrypted)", true },
		{ "device(posture=\"disk-encrypted:yes\")", true },
		{ "device(posture=\"disk-encrypted:no\")", false },
		{ "device(posture=\"os:debian-12\")", true },
		{ "device(posture=os)", false },
		{ "device(posture=disk)", false },
		{ "device(posture=firewall)", false },
	};
	struct cardea_device_proof proof = proof_of(
	    &laptop, &known, CARDEA_DEVICE_WAY_REMOTE);

	(void)state;
	CHECK(rows, &proof);
}

static void
a_managers_word_does_not_count_for_ever_nor_from_tomorrow(void **state)
{
	struct cardea_device device = known;
	struct cardea_device_proof proof = proof_of(
	    &laptop, &device, CARDEA_DEVICE_WAY_HOST);
	static const char rule[] = "device(posture=disk-encrypted)";

	(void)state;
	device.posture_s = NOW - 3600;
	assert_true(meets(rule, &proof));
	device.posture_s = NOW - 3601;
	assert_false(meets(rule, &proof));
	device.posture_s = NOW + 1;
	assert_false(meets(rule, &proof));
	device.posture_s = 0;
	proof.statement_max_age_s = UINT32_MAX;
	assert_false(meets(rule, &proof));
}

static void
S07_words_of_ssh_certificates_are_bytes(void **state)
{
	static const struct row rows[] = {
		{ "sshcert", true },
		{ "sshcert(agent)", true },
		{ "sshcert(sshd)", false },
		{ "sshcert(ca=People)", true },
		{ "sshcert(ca=Hours)", false },
		{ "sshcert(principal=alice)", true },
		{ "sshcert(principal=\"%u\")", true },
		{ "sshcert(principal=ALICE)", false },
		{ "sshcert(principal=\"*\")", false },
		{ "sshcert(principal=\"al*\")", false },
		{ "sshcert(key_id=\"alice at home\")", true },
		{ "sshcert(key_id=\"alice\")", false },
		{ "sshcert(max_age=1h)", true },
		{ "sshcert(max_age=30m)", false },
		{ "sshcert(fingerprint=\"SHA256:abc\")", true },
		/* what is no word of sshcert's is never said */
		{ "sshcert(known)", false },
		{ "sshcert(tag=finance)", false },
		{ "sshcert(san=\"dns:laptop-7.example.org\")", false },
		/* and a principal is no name of a device */
		{ "device(san=\"dns:laptop-7.example.org\")", false },
		{ "device(principal=alice)", false },
	};
	struct cardea_device_proof proof = proof_of(
	    &person, &known, CARDEA_DEVICE_WAY_AGENT);

	(void)state;
	CHECK(rows, &proof);
}

static void
a_plain_key_has_no_age_and_no_authority(void **state)
{
	static const struct row rows[] = {
		{ "device(sshd, known)", true },
		{ "device(max_age=7d)", false },
		{ "device(ca=People)", false },
		{ "device(fingerprint=\"SHA256:abc\")", true },
	};
	struct cardea_cert_identity key = { .kind = CARDEA_CERT_SSH_KEY,
		.fingerprint = "SHA256:abc" };
	struct cardea_device_proof proof = proof_of(
	    &key, &known, CARDEA_DEVICE_WAY_SSHD);

	(void)state;
	CHECK(rows, &proof);
	key.not_before_s = NOW - 60;
	assert_false(meets("device(max_age=7d)", &proof));
}

static void
a_certificate_of_tomorrow_is_not_young(void **state)
{
	struct cardea_cert_identity identity = laptop;
	struct cardea_device_proof proof = proof_of(
	    &identity, NULL, CARDEA_DEVICE_WAY_HOST);

	(void)state;
	identity.not_before_s = NOW + 1;
	assert_false(meets("device(max_age=7d)", &proof));
	identity.not_before_s = 0;
	assert_false(meets("device(max_age=7d)", &proof));
}

static void
more_words_than_evidence_holds_are_not_met(void **state)
{
	struct cardea_device device = known;
	struct cardea_device_proof proof = proof_of(
	    &laptop, &device, CARDEA_DEVICE_WAY_HOST);
	char all[1024], rule[1024] = "device(host";

	(void)state;
	device.tag_count = 0;
	for (int i = 0; i < 14; i++) {
		char tag[16];

		(void)snprintf(tag, sizeof(tag), "t%d", i);
		strcpy(device.tags[device.tag_count++], tag);
		strcat(strcat(rule, i == 7 ? ") + device(tag=" : ",tag="), tag);
		if (i < 11) {
			strcat(strcpy(all, rule), ")");
			assert_true(meets(all, &proof));
		}
	}
	assert_false(meets(strcat(rule, ")"), &proof));
}

static void
what_is_asked_is_said_before_what_is_not(void **state)
{
	struct cardea_device device = known;
	struct cardea_device_proof proof = proof_of(
	    &laptop, &device, CARDEA_DEVICE_WAY_HOST);

	(void)state;
	device.tag_count = 0;
	for (int i = 0; i < 11; i++)
		(void)snprintf(device.tags[device.tag_count++],
		    sizeof(device.tags[0]), "t%d", i);
	assert_true(meets("device(host,tag=t0,tag=t1,tag=t2,tag=t3,tag=t4,"
			  "tag=t5,tag=t6,tag=t7,tag=t8,tag=t9,tag=t10)",
	    &proof));
	assert_true(meets("device(known,state=active,host,tag=t2,tag=t3,tag=t4,"
			  "tag=t5,tag=t6,tag=t7,tag=t8,tag=t9,tag=t10)",
	    &proof));
}

static bool
opens(const char *rule, enum cardea_factor factor, enum cardea_device_way way,
    bool is_named)
{
	struct cardea_requirement requirement = parse(rule);

	return cardea_device_want_way(&requirement, factor, way, is_named);
}

static void
a_way_is_open_where_no_other_is_named(void **state)
{
	const enum cardea_factor device = CARDEA_FACTOR_DEVICE;
	const enum cardea_factor sshcert = CARDEA_FACTOR_SSHCERT;

	(void)state;
	for (int i = CARDEA_DEVICE_WAY_HOST; i <= CARDEA_DEVICE_WAY_SSHD; i++) {
		enum cardea_device_way way = (enum cardea_device_way)i;

		assert_true(opens("device", device, way, false));
		assert_false(opens("device", device, way, true));
		assert_false(opens("totp", device, way, false));
		assert_false(opens("device", sshcert, way, false));
	}
	assert_true(
	    opens("device(host)", device, CARDEA_DEVICE_WAY_HOST, true));
	assert_false(
	    opens("device(host)", device, CARDEA_DEVICE_WAY_AGENT, false));
	assert_true(opens("device(host) | device(agent)", device,
	    CARDEA_DEVICE_WAY_AGENT, true));
	/* what can show no certificate of ssh */
	assert_true(opens("sshcert", sshcert, CARDEA_DEVICE_WAY_AGENT, false));
	assert_true(opens("sshcert", sshcert, CARDEA_DEVICE_WAY_SSHD, false));
	assert_false(
	    opens("sshcert", sshcert, CARDEA_DEVICE_WAY_REMOTE, false));
	assert_false(opens("sshcert", sshcert, CARDEA_DEVICE_WAY_HOST, false));
}

static void
only_authorities_that_could_meet_a_demand_are_read(void **state)
{
	static const struct {
		const char *rule;
		enum cardea_authority_kind kind;
		const char *name;
		bool wanted;
	} rows[] = {
		{ "device", CARDEA_AUTHORITY_X509, "A", true },
		{ "device", CARDEA_AUTHORITY_SSH, "A", true },
		{ "device(ca=A)", CARDEA_AUTHORITY_X509, "A", true },
		{ "device(ca=A)", CARDEA_AUTHORITY_X509, "B", false },
		{ "device(ca=A) | device(ca=B)", CARDEA_AUTHORITY_X509, "B",
		    true },
		{ "device(ca=A, ca=B)", CARDEA_AUTHORITY_X509, "A", false },
		{ "sshcert", CARDEA_AUTHORITY_SSH, "A", true },
		{ "sshcert", CARDEA_AUTHORITY_X509, "A", false },
		{ "sshcert(ca=A)", CARDEA_AUTHORITY_SSH, "B", false },
		{ "totp", CARDEA_AUTHORITY_X509, "A", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cardea_requirement requirement = parse(rows[i].rule);
		struct cardea_authority authority = { .kind = rows[i].kind };

		strcpy(authority.name, rows[i].name);
		if (cardea_device_want_authority(&requirement, &authority) !=
		    rows[i].wanted)
			fail_msg("%s %s", rows[i].rule, rows[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_a_certificate_says_is_matched_word_for_word),
		cmocka_unit_test(what_the_table_says_is_matched_word_for_word),
		cmocka_unit_test(
		    a_managers_word_does_not_count_for_ever_nor_from_tomorrow),
		cmocka_unit_test(S07_words_of_ssh_certificates_are_bytes),
		cmocka_unit_test(a_plain_key_has_no_age_and_no_authority),
		cmocka_unit_test(a_certificate_of_tomorrow_is_not_young),
		cmocka_unit_test(more_words_than_evidence_holds_are_not_met),
		cmocka_unit_test(what_is_asked_is_said_before_what_is_not),
		cmocka_unit_test(a_way_is_open_where_no_other_is_named),
		cmocka_unit_test(
		    only_authorities_that_could_meet_a_demand_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
