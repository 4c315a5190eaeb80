/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "factor/sshsk.h"
#include "store/record.h"
#include "store/standing.h"
#include "unit/ledger_fixture.h"
#include "verifier/device_table.h"
#include "verifier/device_way.h"

#define PRINT "SHA256:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno+"
#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct cardea_attempt
attempt_of(const struct ledger *ledger)
{
	static struct cardea_settings settings;
	struct cardea_attempt attempt = { .phase = CARDEA_PHASE_AUTH,
		.settings = &settings,
		.store = ledger->store,
		.request = ledger->request,
		.txn = "0123456789abcdef0123456789abcdef" };

	memcpy(attempt.evidence.txn, attempt.txn, sizeof(attempt.txn));
	return attempt;
}

static void
add(struct ledger *ledger, const char *id, enum cardea_device_state state,
    const char *identity, const char *owner)
{
	struct cardea_device device = { .state = state, .created_s = NOW };
	struct cardea_device old;

	if (cardea_ledger_device(ledger->store, id, &old, NULL) == CARDEA_OK)
		device.version = old.version;
	strcpy(device.id, id);
	strcpy(device.identities[device.identity_count++].text, identity);
	if (owner != NULL)
		strcpy(device.owners[device.owner_count++], owner);
	assert_int_equal(
	    cardea_ledger_put_device(ledger->store, &device, NULL), CARDEA_OK);
}

static const char *
found(struct ledger *ledger, const struct cardea_cert_identity *identity)
{
	struct cardea_attempt attempt = attempt_of(ledger);
	static struct cardea_device device;
	enum cardea_status status;

	status = cardea_device_look_up(&attempt, identity, &device, NULL);
	if (status == CARDEA_E_UNSAFE)
		return "two";
	if (status == CARDEA_E_MISSING)
		return "";
	assert_int_equal(status, CARDEA_OK);
	return device.id;
}

static struct cardea_cert_identity
x509(void)
{
	struct cardea_cert_identity identity = { .kind = CARDEA_CERT_X509,
		.authority = "CA",
		.fingerprint = PRINT "x",
		.ssh_fingerprint = PRINT "s",
		.name_count = 2,
		.names = {
		    { "email:a@example.org" }, { "dns:pc.example.org" } } };

	for (size_t i = 0; i < sizeof(identity.key_hash); i++)
		identity.key_hash[i] = (unsigned char)(i % 16 * 0x11);
	return identity;
}

static void
a_certificate_of_X509_is_found_by_all_that_it_says(void **state)
{
	static const char *const identities[] = { "x509-key:" HEX,
		"x509:" PRINT "x", "x509-name:CA/dns:pc.example.org",
		"ssh-key:" PRINT "s" };
	struct cardea_cert_identity identity = x509();

	for (size_t i = 0; i < 4; i++) {
		struct ledger *ledger = *state;

		assert_string_equal(found(ledger, &identity), "");
		add(ledger, "pc", CARDEA_DEVICE_ACTIVE, identities[i], NULL);
		assert_string_equal(found(ledger, &identity), "pc");
		assert_int_equal(
		    cardea_ledger_remove_device(ledger->store, "pc", NULL),
		    CARDEA_OK);
	}
}

static void
a_name_counts_below_its_own_authority_alone(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_cert_identity identity = x509();

	add(ledger, "pc", CARDEA_DEVICE_ACTIVE,
	    "x509-name:Other/dns:pc.example.org", NULL);
	assert_string_equal(found(ledger, &identity), "");
	/* nobody has vouched for it */
	add(ledger, "pc", CARDEA_DEVICE_ACTIVE,
	    "x509-name:CA/dns:pc.example.org", NULL);
	identity.authority[0] = '\0';
	assert_string_equal(found(ledger, &identity), "");
}

static void
a_certificate_of_ssh_is_found_by_key_and_by_key_id(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_cert_identity identity = { .kind = CARDEA_CERT_SSH,
		.authority = "People",
		.subject = "alice at home",
		.fingerprint = PRINT "f" };

	add(ledger, "one", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "f", NULL);
	assert_string_equal(found(ledger, &identity), "one");
	add(ledger, "two", CARDEA_DEVICE_ACTIVE,
	    "ssh-cert:People/alice at home", NULL);
	assert_string_equal(found(ledger, &identity), "two");
	identity.fingerprint[10] ^= 1;
	assert_string_equal(found(ledger, &identity), "two");
	strcpy(identity.authority, "Others");
	assert_string_equal(found(ledger, &identity), "");
}

static void
no_identity_is_no_device(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_cert_identity identity = { .kind = CARDEA_CERT_X509 };

	assert_string_equal(found(ledger, &identity), "");
	identity.kind = CARDEA_CERT_SSH;
	strcpy(identity.authority, "People");
	assert_string_equal(found(ledger, &identity), "");
}

static void
only_an_active_device_of_ones_own_is_come_by(void **state)
{
	static const struct {
		enum cardea_device_state state;
		const char *owner, *why;
	} rows[] = {
		{ CARDEA_DEVICE_ACTIVE, NULL, NULL },
		{ CARDEA_DEVICE_ACTIVE, "alice", NULL },
		{ CARDEA_DEVICE_ACTIVE, "bob", "not this user's device" },
		{ CARDEA_DEVICE_LOCKED, "alice", "device locked" },
		{ CARDEA_DEVICE_LOST, "alice", "device lost" },
		{ CARDEA_DEVICE_RETIRED, NULL, "device retired" },
		{ CARDEA_DEVICE_NONE, NULL, "device not active" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cardea_device device = { .state = rows[i].state };
		const char *why;

		if (rows[i].owner != NULL)
			strcpy(
			    device.owners[device.owner_count++], rows[i].owner);
		why = cardea_device_objection(&device, "alice");
		if (rows[i].why == NULL)
			assert_null(why);
		else
			assert_string_equal(why, rows[i].why);
	}
}

static void
a_security_key_falls_with_its_device(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_attempt attempt = attempt_of(ledger);
	struct cardea_fido2_credential key = { .kind = CARDEA_FIDO2_CTAP,
		.id = "0a0b" };

	assert_null(cardea_device_key_objection(&attempt, "alice", &key));
	add(ledger, "pc", CARDEA_DEVICE_ACTIVE, "fido2:alice/0a0b", "bob");
	assert_null(cardea_device_key_objection(&attempt, "alice", &key));
	add(ledger, "pc", CARDEA_DEVICE_LOST, "fido2:alice/0a0b", NULL);
	assert_string_equal(
	    cardea_device_key_objection(&attempt, "alice", &key),
	    "device lost");
	assert_null(cardea_device_key_objection(&attempt, "bob", &key));
}

static void
a_key_of_ssh_falls_with_its_device_whatever_it_is_called(void **state)
{
	struct ledger *ledger = *state;
	struct cardea_attempt attempt = attempt_of(ledger);
	struct cardea_fido2_credential key = { .kind = CARDEA_FIDO2_SSH,
		.id = "0a0b",
		.rp_id = "ssh:",
		.algorithm = CARDEA_FIDO2_EDDSA,
		.public_len = 32 };
	char fingerprint[CARDEA_SSHSK_FINGERPRINT_MAX + 1], identity[80];

	assert_int_equal(
	    cardea_sshsk_fingerprint(&key, fingerprint), CARDEA_OK);
	(void)snprintf(identity, sizeof(identity), "ssh-key:%s", fingerprint);
	assert_null(cardea_device_sshkey_objection(&attempt, fingerprint));
	assert_null(cardea_device_key_objection(&attempt, "alice", &key));
	add(ledger, "pc", CARDEA_DEVICE_ACTIVE, identity, "bob");
	assert_null(cardea_device_sshkey_objection(&attempt, fingerprint));
	assert_null(cardea_device_key_objection(&attempt, "alice", &key));
	add(ledger, "pc", CARDEA_DEVICE_LOCKED, identity, "bob");
	assert_string_equal(
	    cardea_device_sshkey_objection(&attempt, fingerprint),
	    "device locked");
	assert_string_equal(
	    cardea_device_key_objection(&attempt, "alice", &key),
	    "device locked");
}

/* remember: a proof of before. */
static void
remember(struct cardea_attempt *attempt, enum cardea_factor factor,
    const char *credential)
{
	struct cardea_evidence *item;

	assert_int_equal(cardea_attempt_note(attempt, factor,
			     CARDEA_RESULT_VERIFIED, credential),
	    CARDEA_OK);
	item = &attempt->evidence.items[attempt->evidence.count - 1];
	item->remembered = true;
}

static void
a_remembered_proof_falls_with_its_device(void **state)
{
	static const struct {
		enum cardea_factor factor;
		const char *credential;
		enum cardea_device_state state;
		const char *identity, *owner;
		bool kept;
	} rows[] = {
		{ CARDEA_FACTOR_DEVICE, "pc", CARDEA_DEVICE_ACTIVE,
		    "ssh-key:" PRINT "a", NULL, true },
		{ CARDEA_FACTOR_DEVICE, "pc", CARDEA_DEVICE_LOCKED,
		    "ssh-key:" PRINT "a", NULL, false },
		{ CARDEA_FACTOR_SSHCERT, "pc", CARDEA_DEVICE_LOST,
		    "ssh-key:" PRINT "a", NULL, false },
		{ CARDEA_FACTOR_DEVICE, "pc", CARDEA_DEVICE_ACTIVE,
		    "ssh-key:" PRINT "a", "bob", false },
		/* removed since */
		{ CARDEA_FACTOR_DEVICE, "gone", CARDEA_DEVICE_ACTIVE,
		    "ssh-key:" PRINT "a", NULL, false },
		/* what no device had then, and has now */
		{ CARDEA_FACTOR_DEVICE, PRINT "a", CARDEA_DEVICE_LOCKED,
		    "x509:" PRINT "a", NULL, false },
		{ CARDEA_FACTOR_SSHCERT, PRINT "a", CARDEA_DEVICE_LOCKED,
		    "ssh-key:" PRINT "a", NULL, false },
		{ CARDEA_FACTOR_SSHCERT, PRINT "b", CARDEA_DEVICE_LOCKED,
		    "ssh-key:" PRINT "a", NULL, true },
		/* a key of this id */
		{ CARDEA_FACTOR_FIDO2, "0a", CARDEA_DEVICE_LOCKED,
		    "fido2:alice/0a", NULL, false },
		{ CARDEA_FACTOR_FIDO2, "0a", CARDEA_DEVICE_ACTIVE,
		    "fido2:alice/0a", NULL, true },
		{ CARDEA_FACTOR_FIDO2, "gone", CARDEA_DEVICE_ACTIVE,
		    "fido2:alice/0a", NULL, false },
		/* no such token */
		{ CARDEA_FACTOR_TOTP, "pc", CARDEA_DEVICE_ACTIVE,
		    "ssh-key:" PRINT "a", NULL, false },
		{ CARDEA_FACTOR_RECOVERY, "pc", CARDEA_DEVICE_LOCKED,
		    "ssh-key:" PRINT "a", NULL, true },
	};
	struct ledger *ledger = *state;

	(void)ledger_enrol_key(ledger, "alice", "0a", 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cardea_attempt attempt = attempt_of(ledger);

		add(ledger, "pc", rows[i].state, rows[i].identity,
		    rows[i].owner);
		remember(&attempt, rows[i].factor, rows[i].credential);
		/* others stay, in their order */
		remember(&attempt, CARDEA_FACTOR_PASSWORD, "");
		assert_int_equal(cardea_standing_forget(ledger->store, "alice",
				     true, &attempt.evidence, NULL),
		    CARDEA_OK);
		if (attempt.evidence.count != (rows[i].kept ? 2u : 1u))
			fail_msg("row %zu", i);
		assert_int_equal(
		    attempt.evidence.items[attempt.evidence.count - 1].factor,
		    CARDEA_FACTOR_PASSWORD);
	}
}

/* What stands where a device's certificates are kept. */
static void
keep(struct ledger *ledger, const char *id, const void *bytes, size_t len)
{
	struct cardea_change change = {
		.kind = CARDEA_CHANGE_PUT, .data = bytes, .len = len
	};
	struct cardea_value old = { .version = 0 };

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_DEVICE_CHAIN, id, "", &change.key),
	    CARDEA_OK);
	if (cardea_store_get(ledger->store, &change.key, &old, NULL) ==
	    CARDEA_OK)
		change.version = old.version;
	cardea_value_clear(&old);
	assert_int_equal(
	    cardea_store_commit(ledger->store, &change, 1, NULL), CARDEA_OK);
}

static void
a_key_whose_certificate_cannot_be_read_is_not_a_plain_one(void **state)
{
	static const unsigned char blob[] = "\0\0\0\013ssh-ed25519\0\0\0\040"
					    "0123456789abcdef0123456789abcdef";
	const struct cardea_cert_bytes key = { blob, sizeof(blob) - 1 };
	struct ledger *ledger = *state;
	struct cardea_attempt attempt = attempt_of(ledger);
	struct cardea_device_try *try = calloc(1, sizeof(*try));
	struct cardea_device_chain *chain = calloc(1, sizeof(*chain));

	assert_non_null(try);
	assert_non_null(chain);
	attempt.fd = -1;
	try->attempt = &attempt;
	add(ledger, "pc", CARDEA_DEVICE_ACTIVE, "ssh-key:" PRINT "a", NULL);
	assert_int_equal(
	    cardea_device_show_key(try, &key, PRINT "a"), CARDEA_OK);
	assert_int_equal(try->kind, CARDEA_CERT_SSH_KEY);
	assert_int_equal(try->chain.lens[0], key.len);

	/* a certificate of it, as far as bytes tell, and one of another */
	chain->count = 1;
	chain->lens[0] = key.len + 1;
	memcpy(chain->der, blob, sizeof(blob));
	assert_int_equal(
	    cardea_ledger_put_device_chain(ledger->store, "pc", chain, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_device_show_key(try, &key, PRINT "a"), CARDEA_OK);
	assert_int_equal(try->kind, CARDEA_CERT_X509);
	chain->der[key.len - 1] ^= 1;
	assert_int_equal(
	    cardea_ledger_put_device_chain(ledger->store, "pc", chain, NULL),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_device_show_key(try, &key, PRINT "a"), CARDEA_OK);
	assert_int_equal(try->kind, CARDEA_CERT_SSH_KEY);

	keep(ledger, "pc", "damaged", 7);
	assert_int_equal(
	    cardea_device_show_key(try, &key, PRINT "a"), CARDEA_E_VERSION);
	free(chain);
	free(try);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, ledger_set_up, ledger_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_certificate_of_X509_is_found_by_all_that_it_says),
		TEST(a_name_counts_below_its_own_authority_alone),
		TEST(a_certificate_of_ssh_is_found_by_key_and_by_key_id),
		TEST(no_identity_is_no_device),
		TEST(only_an_active_device_of_ones_own_is_come_by),
		TEST(a_security_key_falls_with_its_device),
		TEST(a_key_of_ssh_falls_with_its_device_whatever_it_is_called),
		TEST(a_key_whose_certificate_cannot_be_read_is_not_a_plain_one),
		TEST(a_remembered_proof_falls_with_its_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
