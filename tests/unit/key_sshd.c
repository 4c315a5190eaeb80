/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/sshsk.h"
#include "store/ledger_device.h"
#include "unit/ledger_fixture.h"
#include "unit/sk_key.h"
#include "verifier/key.h"

static struct cardea_attempt
attempt_of(const struct ledger *ledger, const char *rule)
{
	static struct cardea_settings settings;
	struct cardea_attempt attempt = { .phase = CARDEA_PHASE_AUTH,
		.settings = &settings,
		.store = ledger->store,
		.request = ledger->request,
		.txn = "0123456789abcdef0123456789abcdef" };

	attempt.request.user_exists = true;
	memcpy(attempt.evidence.txn, attempt.txn, sizeof(attempt.txn));
	attempt.selection.matched = true;
	assert_int_equal(cardea_requirement_parse(
			     rule, &attempt.selection.requirement, NULL),
	    CARDEA_OK);
	return attempt;
}

/* enroll: a key of ssh, and what sshd says of it. */
static struct cardea_sshauth_key
enroll(struct ledger *ledger, const char *id, bool demands_uv, bool disabled)
{
	struct cardea_sshauth_key key = {
		.type = "sk-ssh-ed25519@openssh.com"
	};
	struct sk_key pair;

	sk_key_make(&pair, CARDEA_FIDO2_EDDSA, "ssh:");
	strcpy(pair.credential.id, id);
	strcpy(pair.credential.name, id);
	pair.credential.demands_uv = demands_uv;
	pair.credential.disabled = disabled;
	ledger_put_key(ledger, "alice", &pair.credential);
	assert_int_equal(
	    cardea_sshsk_fingerprint(&pair.credential, key.fingerprint),
	    CARDEA_OK);
	sk_key_free(&pair);
	return key;
}

static bool
counts(struct ledger *ledger, const struct cardea_sshauth_key *key)
{
	struct cardea_attempt attempt = attempt_of(ledger, "fido2");

	cardea_key_note_sshd(&attempt, key);
	return cardea_attempt_is_met(&attempt);
}

static void
an_enrolled_key_that_sshd_verified_counts(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_sshauth_key key = enroll(ledger, "blue", false, false);
	struct cardea_sshauth_key stranger = key;

	assert_true(counts(ledger, &key));
	stranger.fingerprint[10] ^= 1;
	assert_false(counts(ledger, &stranger));
}

static void
K01_a_key_that_demands_its_user_verified_does_not_count_by_sshd(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_sshauth_key key = enroll(ledger, "blue", true, false);

	assert_false(counts(ledger, &key));
}

static void
a_key_falls_with_its_device(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_sshauth_key key = enroll(ledger, "blue", false, false);
	struct cardea_device device = { .id = "laptop",
		.state = CARDEA_DEVICE_ACTIVE,
		.created_s = NOW,
		.identity_count = 1,
		.identities = { { "fido2:alice/blue" } } };

	assert_int_equal(
	    cardea_ledger_put_device(ledger->store, &device, NULL), CARDEA_OK);
	assert_true(counts(ledger, &key));
	assert_int_equal(
	    cardea_ledger_device(ledger->store, "laptop", &device, NULL),
	    CARDEA_OK);
	device.state = CARDEA_DEVICE_LOST;
	assert_int_equal(
	    cardea_ledger_put_device(ledger->store, &device, NULL), CARDEA_OK);
	assert_false(counts(ledger, &key));
}

static void
a_disabled_key_does_not_count(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_sshauth_key key = enroll(ledger, "blue", false, true);

	assert_false(counts(ledger, &key));
}

static void
touch_and_verification_are_not_claimed(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_sshauth_key key = enroll(ledger, "blue", false, false);
	static const char *const rules[] = { "fido2(touch)", "fido2(uv)",
		"fido2(remote)", "fido2(agent)" };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		struct cardea_attempt attempt = attempt_of(ledger, rules[i]);

		cardea_key_note_sshd(&attempt, &key);
		assert_int_equal(attempt.evidence.count, 1);
		assert_false(cardea_attempt_is_met(&attempt));
	}
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_enrolled_key_that_sshd_verified_counts),
		TEST(
		    K01_a_key_that_demands_its_user_verified_does_not_count_by_sshd),
		TEST(a_key_falls_with_its_device),
		TEST(a_disabled_key_does_not_count),
		TEST(touch_and_verification_are_not_claimed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
