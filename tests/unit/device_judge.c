/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cert/ask.h"
#include "unit/ledger_fixture.h"
#include "verifier/device_judge.h"
#include "verifier/plan.h"

/*
 * What is made of a verdict.  The judge of these tests says what it is told to,
 * and keeps what it was asked.
 */
#define PRINT "SHA256:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno+"

static struct cardea_cert_verdict verdict;
static struct cardea_cert_question asked;
static char asked_source[64], asked_authority[64];
static int asked_list;
static unsigned int times_asked;
static enum cardea_status ask_status;

enum cardea_status
cardea_cert_ask(const struct cardea_cert_question *question,
    const struct cardea_cert_lists *lists,
    struct cardea_cert_verdict *ret_verdict, struct cardea_diag *diag)
{
	times_asked++;
	asked = *question;
	strcpy(asked_source, question->source);
	asked_authority[0] = '\0';
	if (question->trust_count > 0)
		strcpy(asked_authority, question->trust[0].authority->name);
	asked_list = lists->fds[0][0];
	(void)diag;
	if (ask_status == CARDEA_OK)
		*ret_verdict = verdict;
	return ask_status;
}

struct world {
	struct ledger *ledger;
	struct cardea_settings settings;
	struct cardea_attempt attempt;
	struct cardea_device_try try;
	char trust[64];
};
static struct world *world;

/* a file that the settings may name */
static void
write_trust(struct ledger *ledger)
{
	FILE *file;

	(void)snprintf(
	    world->trust, sizeof(world->trust), "%s/trust", ledger->directory);
	file = fopen(world->trust, "we");
	assert_non_null(file);
	assert_true(fputs("trusted\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static int
set_up(void **state)
{
	if (ledger_set_up(state) != 0)
		return 1;
	world = calloc(1, sizeof(*world));
	if (world == NULL)
		return 1;
	world->ledger = *state;
	write_trust(world->ledger);
	strcpy(world->settings.revocation_path, "/nowhere");
	world->settings.expiry_warning_s = 86400;
	return 0;
}

static int
tear_down(void **state)
{
	(void)unlink(world->trust);
	free(world);
	return ledger_tear_down(state);
}

static void
add_authority(
    enum cardea_authority_kind kind, const char *name, const char *trust)
{
	struct cardea_authority *authority =
	    &world->settings.authorities[world->settings.authority_count++];

	authority->kind = kind;
	strcpy(authority->name, name);
	strcpy(authority->trust, trust);
	authority->list_count = 1;
}

/* begin: something of this kind was shown, under this rule; the judge likes it.
 */
static void
begin(enum cardea_cert_kind kind, const char *rule)
{
	struct cardea_attempt *attempt = &world->attempt;
	struct cardea_device_try *try = &world->try;

	memset(attempt, 0, sizeof(*attempt));
	attempt->fd = -1;
	attempt->silent = true;
	attempt->phase = CARDEA_PHASE_AUTH;
	attempt->settings = &world->settings;
	attempt->store = world->ledger->store;
	attempt->request = world->ledger->request;
	attempt->request.time_known = true;
	attempt->clock = world->ledger->clock;
	strcpy(attempt->txn, "0123456789abcdef0123456789abcdef");
	memcpy(attempt->evidence.txn, attempt->txn, sizeof(attempt->txn));
	attempt->selection.matched = true;
	attempt->selection.revocation_s = 77;
	assert_int_equal(cardea_requirement_parse(
			     rule, &attempt->selection.requirement, NULL),
	    CARDEA_OK);

	memset(try, 0, sizeof(*try));
	try->attempt = attempt;
	try->rule = &attempt->selection.requirement;
	try->kind = kind;
	try->proof = CARDEA_CERT_PROOF_SIGNATURE;
	try->way = CARDEA_DEVICE_WAY_HOST;
	assert_int_equal(
	    cardea_device_show(try, (const unsigned char *)"leaf", 4),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_device_show(try, (const unsigned char *)"above", 5),
	    CARDEA_OK);

	memset(&verdict, 0, sizeof(verdict));
	verdict.result = CARDEA_RESULT_VERIFIED;
	verdict.why = CARDEA_CERT_ACCEPTED;
	verdict.identity.kind = kind;
	strcpy(verdict.identity.authority, "CA");
	strcpy(verdict.identity.subject, "its id");
	strcpy(verdict.identity.fingerprint, PRINT "f");
	strcpy(verdict.identity.ssh_fingerprint, PRINT "s");
	verdict.identity.not_before_s = NOW - 60;
	verdict.identity.not_after_s = NOW + 60;
	times_asked = 0;
	ask_status = CARDEA_OK;
}

static void
add_device(const char *id, enum cardea_device_state state, const char *identity,
    const char *owner)
{
	struct cardea_device device = { .state = state, .created_s = NOW };

	strcpy(device.id, id);
	strcpy(device.identities[device.identity_count++].text, identity);
	if (owner != NULL)
		strcpy(device.owners[device.owner_count++], owner);
	assert_int_equal(
	    cardea_ledger_put_device(world->ledger->store, &device, NULL),
	    CARDEA_OK);
}

static void
expect(enum cardea_result result, const char *why, unsigned int verified)
{
	struct cardea_device_judged judged = cardea_device_judge(&world->try);

	assert_int_equal(judged.result, result);
	assert_string_equal(world->try.why, why);
	assert_int_equal(judged.verified, verified);
}

#define DEVICE CARDEA_PLAN_BIT(CARDEA_FACTOR_DEVICE)
#define SSHCERT CARDEA_PLAN_BIT(CARDEA_FACTOR_SSHCERT)

static void
a_good_certificate_is_a_device_that_is_not_known(void **state)
{
	const struct cardea_evidence *item;

	(void)state;
	begin(CARDEA_CERT_X509, "device(host)");
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_int_equal(world->attempt.evidence.count, 1);
	item = &world->attempt.evidence.items[0];
	assert_string_equal(item->credential, PRINT "f");
	assert_true(cardea_attempt_is_met(&world->attempt));
	begin(CARDEA_CERT_X509, "device(known)");
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_false(cardea_attempt_is_met(&world->attempt));
}

static void
a_device_of_the_table_goes_by_its_id_and_is_seen(void **state)
{
	struct cardea_device device;

	(void)state;
	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", "alice");
	begin(CARDEA_CERT_X509, "device(known, state=active)");
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_string_equal(world->attempt.evidence.items[0].credential, "pc");
	assert_true(cardea_attempt_is_met(&world->attempt));
	assert_int_equal(
	    cardea_ledger_device(world->ledger->store, "pc", &device, NULL),
	    CARDEA_OK);
	assert_int_equal(device.seen_s, NOW);
	assert_string_equal(device.seen_user, "alice");
	assert_string_equal(device.seen_source, "192.0.2.1");
	assert_int_equal(device.expires_s, NOW + 60);
}

static void
a_device_that_may_not_be_come_by_is_refused(void **state)
{
	static const struct {
		enum cardea_device_state state;
		const char *owner, *why;
	} rows[] = {
		{ CARDEA_DEVICE_LOCKED, NULL, "device locked" },
		{ CARDEA_DEVICE_LOST, NULL, "device lost" },
		{ CARDEA_DEVICE_RETIRED, NULL, "device retired" },
		{ CARDEA_DEVICE_ACTIVE, "bob", "not this user's device" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		add_device(
		    "pc", rows[i].state, "ssh-key:" PRINT "s", rows[i].owner);
		begin(CARDEA_CERT_X509, "device");
		expect(CARDEA_RESULT_REFUSED, rows[i].why, 0);
		assert_int_equal(world->attempt.evidence.count, 0);
		begin(CARDEA_CERT_SSH, "sshcert");
		expect(CARDEA_RESULT_REFUSED, rows[i].why, 0);
		assert_int_equal(world->attempt.evidence.count, 0);
		assert_int_equal(cardea_ledger_remove_device(
				     world->ledger->store, "pc", NULL),
		    CARDEA_OK);
	}
}

static void
what_is_two_devices_is_none(void **state)
{
	(void)state;
	add_device("a", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	add_device("b", CARDEA_DEVICE_ACTIVE, "x509:" PRINT "f", NULL);
	begin(CARDEA_CERT_X509, "device");
	expect(CARDEA_RESULT_BROKEN, "more than one device", 0);
	assert_int_equal(world->attempt.evidence.count, 0);
}

static void
X01_only_what_the_judge_has_verified_counts(void **state)
{
	(void)state;
	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	for (int i = 0; i < CARDEA_CERT_WHY_COUNT; i++) {
		enum cardea_cert_why why = (enum cardea_cert_why)i;

		if (why == CARDEA_CERT_ACCEPTED || why == CARDEA_CERT_WHY_NONE)
			continue;
		begin(CARDEA_CERT_X509, "device");
		cardea_cert_refuse(&verdict, why, "%s", "so it is");
		expect(verdict.result, cardea_cert_why_text(why), 0);
		assert_int_equal(world->attempt.evidence.count, 0);
		assert_string_equal(world->try.detail, "so it is");
	}
	begin(CARDEA_CERT_X509, "device");
	ask_status = CARDEA_E_IO;
	expect(CARDEA_RESULT_BROKEN, "judge", 0);
	assert_int_equal(world->attempt.evidence.count, 0);
}

static void
a_certificate_of_ssh_proves_what_it_is_and_what_has_it(void **state)
{
	(void)state;
	begin(CARDEA_CERT_SSH, "sshcert");
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT);
	begin(CARDEA_CERT_SSH, "sshcert + device");
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT);
	begin(CARDEA_CERT_SSH, "device");
	expect(CARDEA_RESULT_ABSENT, "not in the device table", 0);
	assert_int_equal(world->attempt.evidence.count, 0);
	begin(CARDEA_CERT_SSH_KEY, "device");
	expect(CARDEA_RESULT_ABSENT, "not in the device table", 0);
	begin(CARDEA_CERT_SSH_KEY, "sshcert");
	expect(CARDEA_RESULT_ABSENT, "not in the device table", 0);

	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	begin(CARDEA_CERT_SSH, "sshcert + device");
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT | DEVICE);
	assert_int_equal(world->attempt.evidence.count, 2);
	assert_true(cardea_attempt_is_met(&world->attempt));
	begin(CARDEA_CERT_SSH_KEY, "device");
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	/* a plain key is no certificate, whoever has it */
	begin(CARDEA_CERT_SSH_KEY, "sshcert");
	expect(CARDEA_RESULT_ABSENT, "not in the device table", 0);
	begin(CARDEA_CERT_X509, "sshcert");
	expect(CARDEA_RESULT_ABSENT, "not in the device table", 0);
}

/* kept: what the session's record would hold of this login; how many. */
static uint32_t
kept(void)
{
	const struct cardea_evidence_set *set = &world->attempt.evidence;
	struct cardea_cert_shown_item item;
	uint32_t count = 0;

	while (cardea_cert_shown_get(&world->attempt.shown, count + 1, &item) ==
	    CARDEA_OK) {
		count++;
		assert_int_equal(item.kind, world->try.kind);
		assert_int_equal(item.leaf.len, 4);
		assert_int_equal(item.chain_count, 1);
		assert_string_equal(item.source, "192.0.2.1");
		assert_false(item.cut);
	}
	for (size_t i = 0; i < set->count; i++)
		assert_int_equal(set->items[i].shown, count);
	return count;
}

/* That a session can end when it is revoked. */
static void
what_a_login_rests_on_is_kept_for_its_session(void **state)
{
	(void)state;
	begin(CARDEA_CERT_X509, "device(host)");
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_int_equal(kept(), 1);
	/* as the next phase has it */
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_int_equal(kept(), 1);
	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	begin(CARDEA_CERT_SSH, "sshcert + device");
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT | DEVICE);
	assert_int_equal(kept(), 1);
	/* a plain key has nobody who could revoke it */
	begin(CARDEA_CERT_SSH_KEY, "device");
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_int_equal(world->attempt.shown.len, 0);
	begin(CARDEA_CERT_X509, "device");
	cardea_cert_refuse(&verdict, CARDEA_CERT_REVOKED, "it is");
	expect(CARDEA_RESULT_REFUSED, "revoked", 0);
	assert_int_equal(world->attempt.shown.len, 0);
	/* a decoy is no login */
	begin(CARDEA_CERT_X509, "device");
	world->try.invented = true;
	(void)cardea_device_judge(&world->try);
	assert_int_equal(world->attempt.shown.len, 0);
}

/* Who may choose what is sent along may not choose to be forgotten by it. */
static void
S05_a_chain_too_long_to_be_kept_leaves_the_leaf(void **state)
{
	unsigned char *long_one = calloc(1, CARDEA_CERT_MAX);
	struct cardea_cert_shown_item item;

	(void)state;
	assert_non_null(long_one);
	begin(CARDEA_CERT_X509, "device(host)");
	assert_int_equal(
	    cardea_device_show(&world->try, long_one, CARDEA_CERT_MAX),
	    CARDEA_OK);
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_int_equal(
	    cardea_cert_shown_get(&world->attempt.shown, 1, &item), CARDEA_OK);
	assert_true(item.cut);
	assert_int_equal(item.leaf.len, 4);
	assert_int_equal(item.chain_count, 0);

	begin(CARDEA_CERT_X509, "device(host)");
	world->try.chain.count = 0;
	assert_int_equal(
	    cardea_device_show(&world->try, long_one, CARDEA_CERT_MAX),
	    CARDEA_OK);
	expect(CARDEA_RESULT_BROKEN, "too long to be kept", 0);
	assert_int_equal(world->attempt.evidence.count, 0);
	free(long_one);
}

static void
without_a_clock_nothing_is_valid(void **state)
{
	(void)state;
	begin(CARDEA_CERT_X509, "device");
	world->attempt.request.time_known = false;
	expect(CARDEA_RESULT_BROKEN, "the clock cannot be trusted", 0);
	assert_int_equal(times_asked, 0);
	/* a plain key has no dates */
	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	begin(CARDEA_CERT_SSH_KEY, "device");
	world->attempt.request.time_known = false;
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
}

static void
a_store_that_cannot_be_written_does_not_unmake_a_proof(void **state)
{
	struct cardea_device device;

	(void)state;
	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	begin(CARDEA_CERT_X509, "device");
	world->attempt.request.outages = CARDEA_OUTAGE_STORE_UNWRITABLE;
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_int_equal(
	    cardea_ledger_device(world->ledger->store, "pc", &device, NULL),
	    CARDEA_OK);
	assert_int_equal(device.seen_s, 0);
}

static void
a_decoy_is_judged_and_counts_for_nothing(void **state)
{
	struct cardea_device device;

	(void)state;
	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	begin(CARDEA_CERT_X509, "device");
	world->try.invented = true;
	strcpy(world->try.imagined.txn, world->attempt.txn);
	(void)cardea_device_judge(&world->try);
	assert_int_equal(times_asked, 1);
	assert_int_equal(world->attempt.evidence.count, 0);
	assert_int_equal(world->try.imagined.count, 1);
	assert_int_equal(
	    cardea_ledger_device(world->ledger->store, "pc", &device, NULL),
	    CARDEA_OK);
	assert_int_equal(device.seen_s, 0);
}

static void
the_same_is_evidence_once(void **state)
{
	struct cardea_device device;

	(void)state;
	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	begin(CARDEA_CERT_SSH, "sshcert + device");
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT | DEVICE);
	ledger_pass(world->ledger, 60);
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT | DEVICE);
	assert_int_equal(world->attempt.evidence.count, 2);
	assert_int_equal(
	    cardea_ledger_device(world->ledger->store, "pc", &device, NULL),
	    CARDEA_OK);
	assert_int_equal(device.seen_s, NOW);
}

/* The same device by another way, or by what an authority has vouched for. */
static void
what_one_proof_of_a_device_lacks_another_may_have(void **state)
{
	(void)state;
	add_device("pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "s", NULL);
	begin(CARDEA_CERT_SSH_KEY, "device(ca=CA)");
	verdict.identity.authority[0] = '\0';
	world->try.way = CARDEA_DEVICE_WAY_SSHD;
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_false(cardea_attempt_is_met(&world->attempt));
	strcpy(verdict.identity.authority, "CA");
	verdict.identity.kind = world->try.kind = CARDEA_CERT_X509;
	world->try.way = CARDEA_DEVICE_WAY_REMOTE;
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_true(cardea_attempt_is_met(&world->attempt));
}

static void
the_judge_is_asked_for_this_request_below_the_rules_authorities(void **state)
{
	(void)state;
	add_authority(CARDEA_AUTHORITY_SSH, "People", world->trust);
	add_authority(CARDEA_AUTHORITY_X509, "Old", world->trust);
	add_authority(CARDEA_AUTHORITY_X509, "New", world->trust);
	begin(CARDEA_CERT_X509, "device(ca=New)");
	world->try.message_len = 3;
	world->try.signature_len = 4;
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	assert_int_equal(asked.kind, CARDEA_CERT_X509);
	assert_int_equal(asked.proof, CARDEA_CERT_PROOF_SIGNATURE);
	assert_int_equal(asked.leaf.len, 4);
	assert_int_equal(asked.chain_count, 1);
	assert_int_equal(asked.chain[0].len, 5);
	assert_int_equal(asked.message.len, 3);
	assert_int_equal(asked.signature.len, 4);
	assert_int_equal(asked.time_s, NOW);
	assert_int_equal(asked.revocation_s, 77);
	assert_string_equal(asked_source, "192.0.2.1");
	assert_int_equal(asked.trust_count, 1);
	assert_string_equal(asked_authority, "New");
	/* its list is missing, which is for the judge to miss */
	assert_int_equal(asked.trust[0].list_count, 1);
	assert_int_equal(asked_list, -1);

	begin(CARDEA_CERT_SSH, "sshcert");
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT);
	assert_int_equal(asked.trust_count, 1);
	assert_string_equal(asked_authority, "People");
	begin(CARDEA_CERT_SSH_KEY, "device");
	(void)cardea_device_judge(&world->try);
	assert_int_equal(asked.trust_count, 0);
}

static void
S02_an_address_that_is_not_known_is_not_told(void **state)
{
	(void)state;
	begin(CARDEA_CERT_SSH, "sshcert");
	world->attempt.request.source.kind = CARDEA_ADDRESS_UNKNOWN;
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT);
	assert_string_equal(asked_source, "");
	begin(CARDEA_CERT_SSH, "sshcert");
	world->attempt.request.source.kind = CARDEA_ADDRESS_NONE;
	expect(CARDEA_RESULT_VERIFIED, "accepted", SSHCERT);
	assert_string_equal(asked_source, "");
}

static void
an_authority_that_cannot_be_read_leaves_doubt(void **state)
{
	(void)state;
	add_authority(CARDEA_AUTHORITY_X509, "Gone", "/nowhere/trust");
	add_authority(CARDEA_AUTHORITY_X509, "Here", world->trust);
	begin(CARDEA_CERT_X509, "device");
	cardea_cert_refuse(&verdict, CARDEA_CERT_UNTRUSTED, "nobody");
	expect(CARDEA_RESULT_BROKEN, "an authority cannot be read", 0);
	assert_int_equal(asked.trust_count, 1);
	/* another one vouches, or it is refused for what it is */
	begin(CARDEA_CERT_X509, "device");
	expect(CARDEA_RESULT_VERIFIED, "accepted", DEVICE);
	begin(CARDEA_CERT_X509, "device");
	cardea_cert_refuse(&verdict, CARDEA_CERT_EXPIRED, "over");
	expect(CARDEA_RESULT_REFUSED, "expired", 0);
	/* one that the rule would not take leaves none */
	begin(CARDEA_CERT_X509, "device(ca=Here)");
	cardea_cert_refuse(&verdict, CARDEA_CERT_UNTRUSTED, "nobody");
	expect(CARDEA_RESULT_REFUSED, "no-authority-vouches", 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_certificate_is_a_device_that_is_not_known),
		TEST(a_device_of_the_table_goes_by_its_id_and_is_seen),
		TEST(a_device_that_may_not_be_come_by_is_refused),
		TEST(what_is_two_devices_is_none),
		TEST(X01_only_what_the_judge_has_verified_counts),
		TEST(a_certificate_of_ssh_proves_what_it_is_and_what_has_it),
		TEST(what_a_login_rests_on_is_kept_for_its_session),
		TEST(S05_a_chain_too_long_to_be_kept_leaves_the_leaf),
		TEST(without_a_clock_nothing_is_valid),
		TEST(a_store_that_cannot_be_written_does_not_unmake_a_proof),
		TEST(a_decoy_is_judged_and_counts_for_nothing),
		TEST(the_same_is_evidence_once),
		TEST(what_one_proof_of_a_device_lacks_another_may_have),
		TEST(
		    the_judge_is_asked_for_this_request_below_the_rules_authorities),
		TEST(S02_an_address_that_is_not_known_is_not_told),
		TEST(an_authority_that_cannot_be_read_leaves_doubt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
