/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "factor/attestation.h"
#include "factor/authdata.h"
#include "factor/library/table.h"
#include "unit/scratch.h"
#include "unit/signer.h"
#include "unit/test.h"

#define UP CARDEA_AUTHDATA_UP
#define UV CARDEA_AUTHDATA_UV
#define AT CARDEA_AUTHDATA_AT
#define BE CARDEA_AUTHDATA_BE
#define BS CARDEA_AUTHDATA_BS

#define EACH(i, table) (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)

/* in the middle of 2026, unless a test says otherwise */
static struct cardea_clock now = { .time_s = 1782000000, .plausible = true };

struct cardea_clock
cardea_clock_read(void)
{
	return now;
}

static char folder[] = "attestation.XXXXXX";
static char roots[64], other_roots[64];
static struct softkey key;
static struct softcert root, leaf, other_root;

/* AAGUID of the softkey in the extension: OCTET STRING in DER, as hex */
#define OWN_MODEL "DER:04:10:73:6f:66:74:6b:65:79:20:6f:66:20:74:65:73:74:73"
#define OTHER_MODEL "DER:04:10:73:6f:66:74:6b:65:79:20:6f:66:20:74:65:73:74:74"

static int
begin(void **state)
{
	const struct softcert_make authority = { .common_name = "root",
		.unit = "Roots",
		.constraints = "critical,CA:TRUE" };

	(void)state;
	scratch_make(folder);
	assert_int_equal(chmod(folder, 0755), 0);
	snprintf(roots, sizeof(roots), "%s/roots.pem", folder);
	snprintf(other_roots, sizeof(other_roots), "%s/other.pem", folder);
	key = softkey_new(CARDEA_FIDO2_ES256);
	root = softcert_new(&authority);
	other_root = softcert_new(&authority);
	leaf = softcert_new(&(struct softcert_make){ .issuer = &root });
	softcert_write(
	    roots, (const struct softcert *const[]){ &other_root, &root }, 2);
	softcert_write(
	    other_roots, (const struct softcert *const[]){ &other_root }, 1);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	softkey_free(&key);
	softcert_free(&root);
	softcert_free(&leaf);
	softcert_free(&other_root);
	scratch_remove(folder);
	return 0;
}

/* Judged by these rules; the diag has a reason exactly if it is not OK. */
static enum cardea_status
judge_by(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules,
    struct cardea_attestation *ret_attestation, struct cardea_diag *diag)
{
	struct cardea_attestation attestation, untouched;
	enum cardea_status status;

	memset(&attestation, 0x5a, sizeof(attestation));
	untouched = attestation;
	*diag = (struct cardea_diag){ 0 };
	status = cardea_attestation_judge(
	    &cardea_fido2_library, registration, rules, &attestation, diag);
	assert_int_equal(status == CARDEA_OK, diag->reason[0] == '\0');
	if (status != CARDEA_OK)
		assert_memory_equal(
		    &attestation, &untouched, sizeof(attestation));
	else if (ret_attestation != NULL)
		*ret_attestation = attestation;
	return status;
}

static struct cardea_attestation
accepted(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules)
{
	struct cardea_attestation attestation = { 0 };
	struct cardea_diag diag;

	if (judge_by(registration, rules, &attestation, &diag) != CARDEA_OK)
		fail_msg("%s", diag.reason);
	return attestation;
}

static void
refused(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation_rules *rules, enum cardea_status status,
    const char *reason)
{
	struct cardea_diag diag;

	assert_int_equal(judge_by(registration, rules, NULL, &diag), status);
	if (strstr(diag.reason, reason) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", reason, diag.reason);
}

static const struct cardea_attestation_rules no_rules;
static const struct cardea_attestation_rules with_roots = {
	.roots_path = roots
};
static const struct cardea_attestation_rules chain_needed = {
	.need_chain = true,
	.roots_path = roots
};

static struct cardea_fido2_registration
signed_by(const struct softcert *cert)
{
	return softkey_register(
	    &key, &(struct softkey_make){ .chain = { cert } });
}

static void
a_chain_to_a_pinned_root_proves_the_model(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	struct cardea_attestation attestation = accepted(
	    &registration, &chain_needed);
	const struct cardea_fido2_credential *credential =
	    &attestation.credential;

	(void)state;
	assert_int_equal(attestation.kind, CARDEA_ATTESTATION_CHAINED);
	assert_true(attestation.verified_user);
	assert_true(credential->attested);
	assert_int_equal(credential->kind, CARDEA_FIDO2_CTAP);
	assert_int_equal(credential->algorithm, CARDEA_FIDO2_ES256);
	assert_int_equal(credential->public_len, 64);
	assert_memory_equal(
	    credential->public_key, key.credential.public_key, 64);
	assert_int_equal(credential->handle_len, 32);
	assert_memory_equal(credential->handle, key.credential.handle, 32);
	assert_string_equal(credential->rp_id, SOFTKEY_RP);
	assert_memory_equal(
	    credential->model, softkey_model, CARDEA_FIDO2_MODEL);
	assert_int_equal(credential->counter, 7);
	assert_false(credential->backup_eligible);
	assert_false(credential->disabled);
	assert_string_equal(credential->id, "");
	assert_string_equal(credential->name, "");
}

static void
the_chain_may_have_certificates_in_between(void **state)
{
	struct softcert middle = softcert_new(
	    &(struct softcert_make){ .issuer = &root,
		.common_name = "middle",
		.unit = "",
		.constraints = "critical,CA:TRUE" });
	struct softcert low = softcert_new(
	    &(struct softcert_make){ .issuer = &middle });
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .chain = { &low, &middle } });

	(void)state;
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
	/* and is none without them */
	registration = signed_by(&low);
	assert_int_equal(accepted(&registration, &with_roots).kind,
	    CARDEA_ATTESTATION_UNCHAINED);
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "no chain to a pinned root: unable to get local issuer");
	softcert_free(&middle);
	softcert_free(&low);
}

/* A leaf may not sign: it is no authority, whatever it calls itself. */
static void
a_certificate_that_is_no_authority_signs_nothing(void **state)
{
	struct softcert low = softcert_new(
	    &(struct softcert_make){ .issuer = &leaf });
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .chain = { &low, &leaf } });

	(void)state;
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "no chain to a pinned root");
	softcert_free(&low);
}

/* The file pins what is in it, be it the leaf itself. */
static void
a_pinned_certificate_need_not_have_signed_itself(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	char path[64];
	const struct cardea_attestation_rules rules = { .need_chain = true,
		.roots_path = path };

	(void)state;
	snprintf(path, sizeof(path), "%s/leaf.pem", folder);
	softcert_write(path, (const struct softcert *const[]){ &leaf }, 1);
	assert_int_equal(
	    accepted(&registration, &rules).kind, CARDEA_ATTESTATION_CHAINED);
}

static void
another_root_is_no_root_though_it_has_the_name(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	const struct cardea_attestation_rules rules = {
		.roots_path = other_roots
	};
	struct cardea_attestation_rules needed = rules;
	struct cardea_attestation attestation = accepted(&registration, &rules);

	(void)state;
	assert_int_equal(attestation.kind, CARDEA_ATTESTATION_UNCHAINED);
	assert_false(attestation.credential.attested);
	assert_true(attestation.unchained[0] != '\0');
	needed.need_chain = true;
	refused(&registration, &needed, CARDEA_E_UNSAFE,
	    "no chain to a pinned root");
	/* the root that comes along is not believed */
	registration = softkey_register(
	    &key, &(struct softkey_make){ .chain = { &leaf, &root } });
	refused(&registration, &needed, CARDEA_E_UNSAFE,
	    "no chain to a pinned root");
	/* without any roots */
	assert_int_equal(accepted(&registration, &no_rules).kind,
	    CARDEA_ATTESTATION_UNCHAINED);
	needed.roots_path = NULL;
	refused(&registration, &needed, CARDEA_E_UNSAFE, "no roots are given");
}

static void
certificates_are_good_for_their_time_only(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	const struct cardea_clock kept = now;

	(void)state;
	now.time_s = 1704067199; /* a second before 2024 */
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "certificate is not yet valid");
	now.time_s = INT64_C(4102444801); /* a second after 2099 */
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "certificate has expired");
	assert_int_equal(accepted(&registration, &with_roots).kind,
	    CARDEA_ATTESTATION_UNCHAINED);
	now = kept;
	now.plausible = false;
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE, "clock");
	now = kept;
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
}

static void
a_leaf_is_as_webauthn_8_2_1_says(void **state)
{
	static const struct {
		struct softcert_make make;
		const char *reason;
	} cases[] = {
		{ { .version = 1, .constraints = "" }, "version 3" },
		{ { .common_name = "" }, "names no maker" },
		{ { .unit = "" }, "none of an authenticator" },
		{ { .unit = "authenticator attestation" },
		    "none of an authenticator" },
		{ { .unit = "Authenticator Attestation " },
		    "none of an authenticator" },
		{ { .constraints = "" }, "may sign" },
		{ { .constraints = "CA:TRUE" }, "may sign" },
		{ { .aaguid = OTHER_MODEL }, "another model" },
		{ { .aaguid = "critical," OWN_MODEL }, "another model" },
		{ { .aaguid = "DER:04:00" }, "another model" },
		{ { .aaguid = "DER:05:00" }, "another model" },
	};

	(void)state;
	for
		EACH(i, cases)
		{
			struct softcert_make make = cases[i].make;
			struct cardea_fido2_registration registration;
			struct softcert cert;

			make.issuer = &root;
			cert = softcert_new(&make);
			registration = signed_by(&cert);
			refused(&registration, &with_roots, CARDEA_E_UNSAFE,
			    cases[i].reason);
			/* the roots are not what this is about */
			refused(&registration, &no_rules, CARDEA_E_UNSAFE,
			    cases[i].reason);
			softcert_free(&cert);
		}
}

static void
a_leaf_that_names_the_model_is_accepted(void **state)
{
	struct softcert cert = softcert_new(
	    &(struct softcert_make){ .issuer = &root, .aaguid = OWN_MODEL });
	struct cardea_fido2_registration registration = signed_by(&cert);

	(void)state;
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
	softcert_free(&cert);
}

/* A certificate of another key: its owner did not sign this. */
static void
a_signature_by_another_key_is_refused(void **state)
{
	struct softcert twin = { .pair = other_root.pair,
		.certificate = leaf.certificate };
	struct cardea_fido2_registration registration = signed_by(&twin);

	(void)state;
	refused(&registration, &no_rules, CARDEA_E_CORRUPT, "signature");
}

static void
the_key_may_sign_for_itself(void **state)
{
	static const enum cardea_fido2_algorithm algorithms[] = {
		CARDEA_FIDO2_ES256, CARDEA_FIDO2_ES384, CARDEA_FIDO2_EDDSA,
		CARDEA_FIDO2_RS256
	};

	(void)state;
	for
		EACH(i, algorithms)
		{
			struct softkey own = softkey_new(algorithms[i]);
			struct cardea_fido2_registration registration =
			    softkey_register(&own, &(struct softkey_make){ 0 });
			struct cardea_attestation attestation = accepted(
			    &registration, &with_roots);

			assert_int_equal(
			    attestation.kind, CARDEA_ATTESTATION_SELF);
			assert_int_equal(
			    attestation.credential.algorithm, algorithms[i]);
			assert_false(attestation.credential.attested);
			refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
			    "its attestation is \"self\"");
			registration.client_hash[5] ^= 1;
			refused(&registration, &no_rules, CARDEA_E_CORRUPT,
			    "signature");
			softkey_free(&own);
		}
}

static void
a_statement_must_name_the_algorithm_of_its_key(void **state)
{
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .named = CARDEA_FIDO2_EDDSA });

	(void)state;
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "another algorithm");
	registration = softkey_register(&key,
	    &(struct softkey_make){
		.named = (enum cardea_fido2_algorithm)(-65535) }); /* SHA-1 */
	refused(&registration, &no_rules, CARDEA_E_VERSION, "not supported");
	registration = softkey_register(&key,
	    &(struct softkey_make){
		.named = CARDEA_FIDO2_RS256, .chain = { &leaf } });
	refused(&registration, &no_rules, CARDEA_E_CORRUPT, "signature");
}

static void
none_proves_nothing(void **state)
{
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .format = "none", .bare = true });
	struct cardea_attestation attestation = accepted(
	    &registration, &with_roots);

	(void)state;
	assert_int_equal(attestation.kind, CARDEA_ATTESTATION_NONE);
	assert_false(attestation.credential.attested);
	refused(&registration, &chain_needed, CARDEA_E_UNSAFE,
	    "its attestation is \"none\"");
}

/* WebAuthn level 2, 8.7: the statement is the empty map */
static void
none_with_a_statement_is_refused(void **state)
{
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .format = "none" });

	(void)state;
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	registration.statement_len = 0;
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	memcpy(registration.statement, "\xa0\xa0", 2);
	registration.statement_len = 2;
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
}

static void
other_formats_are_not_supported(void **state)
{
	static const char *const formats[] = { "tpm", "android-key", "apple",
		"android-safetynet", "Packed", "packed ", "",
		"0123456789012345678901234567890" };

	(void)state;
	for
		EACH(i, formats)
		{
			struct cardea_fido2_registration registration =
			    softkey_register(&key, &(struct softkey_make){ 0 });

			strcpy(registration.format, formats[i]);
			refused(&registration, &no_rules, CARDEA_E_VERSION,
			    "not supported");
		}
}

static struct cardea_fido2_registration
made_by_u2f(const struct softcert *cert, unsigned int flags)
{
	return softkey_register(&key,
	    &(struct softkey_make){
		.format = "fido-u2f", .flags = flags, .chain = { cert } });
}

/* Its signature covers neither the model nor the flags nor the counter. */
static void
u2f_proves_the_key_and_nothing_else(void **state)
{
	static const unsigned char unknown[CARDEA_FIDO2_MODEL];
	struct cardea_fido2_registration registration = made_by_u2f(
	    &leaf, UP | UV | AT | BE | BS);
	struct cardea_attestation attestation = accepted(
	    &registration, &chain_needed);
	struct cardea_attestation_rules rules = chain_needed;

	(void)state;
	assert_int_equal(attestation.kind, CARDEA_ATTESTATION_CHAINED);
	assert_memory_equal(
	    attestation.credential.model, unknown, sizeof(unknown));
	assert_false(attestation.verified_user);
	assert_false(attestation.credential.backup_eligible);
	assert_false(attestation.credential.backed_up);
	assert_int_equal(attestation.credential.counter, 0);
	rules.need_uv = true;
	refused(&registration, &rules, CARDEA_E_UNSAFE, "verified its user");
	rules = chain_needed;
	rules.allow = (const unsigned char(*)[CARDEA_FIDO2_MODEL])softkey_model;
	rules.allow_count = 1;
	refused(&registration, &rules, CARDEA_E_UNSAFE, "not among");
}

static void
u2f_is_as_webauthn_8_6_says(void **state)
{
	struct softcert bare = softcert_new(&(struct softcert_make){
	    .issuer = &root, .unit = "", .constraints = "" });
	struct softcert wide = softcert_new(
	    &(struct softcert_make){ .issuer = &root, .curve = "P-384" });
	struct cardea_fido2_registration registration = made_by_u2f(&bare, 0);
	struct softkey eddsa = softkey_new(CARDEA_FIDO2_EDDSA);

	(void)state;
	/* 8.2.1 is not about these */
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
	registration = made_by_u2f(&wide, 0);
	refused(&registration, &no_rules, CARDEA_E_UNSAFE, "P-256");
	/* one certificate, no more and no less */
	registration = softkey_register(&key,
	    &(struct softkey_make){
		.format = "fido-u2f", .chain = { &leaf, &root } });
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	registration = softkey_register(
	    &key, &(struct softkey_make){ .format = "fido-u2f" });
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	/* the key is on P-256 too */
	registration = softkey_register(&eddsa,
	    &(struct softkey_make){ .format = "fido-u2f", .chain = { &leaf } });
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "es256");
	/* a statement of the one kind is none of the other */
	registration = signed_by(&leaf);
	strcpy(registration.format, "fido-u2f");
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	registration = made_by_u2f(&leaf, 0);
	strcpy(registration.format, "packed");
	refused(&registration, &no_rules, CARDEA_E_SYNTAX, "statement");
	softkey_free(&eddsa);
	softcert_free(&bare);
	softcert_free(&wide);
}

static void
presence_is_always_demanded_and_verification_by_rule(void **state)
{
	const struct cardea_attestation_rules rules = { .need_uv = true };
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .flags = UV | AT });

	(void)state;
	refused(&registration, &no_rules, CARDEA_E_UNSAFE, "nobody touched");
	registration = softkey_register(
	    &key, &(struct softkey_make){ .flags = UP | AT });
	assert_false(accepted(&registration, &no_rules).verified_user);
	refused(&registration, &rules, CARDEA_E_UNSAFE, "verified its user");
	registration = softkey_register(
	    &key, &(struct softkey_make){ .flags = UP | UV | AT | BE });
	assert_true(accepted(&registration, &rules).verified_user);
	assert_true(accepted(&registration, &rules).credential.backup_eligible);
}

static void
models_are_allowed_and_denied(void **state)
{
	static const unsigned char list[2][CARDEA_FIDO2_MODEL] = {
		"another model ..", "softkey of tests"
	};
	struct cardea_fido2_registration chained = signed_by(&leaf);
	struct cardea_fido2_registration claimed = softkey_register(
	    &key, &(struct softkey_make){ 0 });
	struct cardea_attestation_rules rules = {
		.roots_path = roots, .deny = list, .deny_count = 1
	};

	(void)state;
	(void)accepted(&chained, &rules);
	rules.deny_count = 2;
	refused(&chained, &rules, CARDEA_E_UNSAFE,
	    "736f6674-6b65-7920-6f66-207465737473 are not wanted");
	/* a claim is enough to be refused, and never enough to be let in */
	refused(&claimed, &rules, CARDEA_E_UNSAFE, "are not wanted");
	rules = (struct cardea_attestation_rules){
		.roots_path = roots, .allow = list, .allow_count = 2
	};
	(void)accepted(&chained, &rules);
	refused(&claimed, &rules, CARDEA_E_UNSAFE, "does not prove its own");
	rules.roots_path = other_roots;
	refused(&chained, &rules, CARDEA_E_UNSAFE, "does not prove its own");
	rules.roots_path = roots;
	rules.allow_count = 1;
	refused(&chained, &rules, CARDEA_E_UNSAFE, "not among");
	rules.allow_count = 2;
	rules.deny = list + 1;
	rules.deny_count = 1;
	refused(&chained, &rules, CARDEA_E_UNSAFE, "are not wanted");
}

static void
another_relying_party_or_client_is_refused(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);

	(void)state;
	strcpy(registration.rp_id, "login.example.com");
	refused(&registration, &no_rules, CARDEA_E_CORRUPT,
	    "another relying party");
	registration = signed_by(&leaf);
	registration.client_hash[31] ^= 0x80;
	refused(&registration, &no_rules, CARDEA_E_CORRUPT, "signature");
}

/* One byte after another, of a chained registration: what is still accepted is
 * not chained (the certificate itself was hit). */
static void
a_flipped_bit_is_never_accepted_as_chained(void **state)
{
	struct cardea_fido2_registration good = signed_by(&leaf), bad = good;
	struct cardea_attestation attestation;
	struct cardea_diag diag;

	(void)state;
	for (size_t at = 0; at < good.auth_data_len; at++) {
		bad.auth_data[at] ^= (unsigned char)(1 << at % 8);
		assert_int_not_equal(
		    judge_by(&bad, &with_roots, NULL, &diag), CARDEA_OK);
		bad.auth_data[at] = good.auth_data[at];
	}
	for (size_t at = 0; at < good.statement_len; at++) {
		bad.statement[at] ^= (unsigned char)(1 << at % 8);
		if (judge_by(&bad, &with_roots, &attestation, &diag) ==
		    CARDEA_OK)
			assert_int_equal(
			    attestation.kind, CARDEA_ATTESTATION_UNCHAINED);
		bad.statement[at] = good.statement[at];
	}
}

static void
a_cut_registration_is_refused_at_every_byte(void **state)
{
	struct cardea_fido2_registration good = signed_by(&leaf), bad = good;
	struct cardea_diag diag;

	(void)state;
	for (size_t len = 0; len < good.auth_data_len; len++) {
		bad.auth_data_len = len;
		assert_int_equal(
		    judge_by(&bad, &no_rules, NULL, &diag), CARDEA_E_SYNTAX);
	}
	bad = good;
	for (size_t len = 0; len < good.statement_len; len++) {
		bad.statement_len = len;
		assert_int_equal(
		    judge_by(&bad, &no_rules, NULL, &diag), CARDEA_E_SYNTAX);
	}
	bad.statement_len = sizeof(bad.statement) + 1;
	refused(&bad, &no_rules, CARDEA_E_RANGE, "too long");
	bad = good;
	bad.auth_data_len = sizeof(bad.auth_data) + 1;
	refused(&bad, &no_rules, CARDEA_E_RANGE, "too long");
}

static void
a_statement_has_its_members_once_and_no_others(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} statements[] = {
#define BYTES(text) { text, sizeof(text) - 1 }
		BYTES("\xa0"), /* nothing */
		BYTES("\xa1\x63"
		      "alg\x26"),
		BYTES("\xa1\x63"
		      "sig\x41x"),
		BYTES("\xa2\x63"
		      "alg\x26\x63"
		      "sig\x40"), /* empty */
		BYTES("\xa2\x63"
		      "alg\x26\x63"
		      "sig\x61x"), /* text */
		BYTES("\xa2\x63"
		      "alg\x63"
		      "abc\x63"
		      "sig\x41x"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "alg\x26\x63"
		      "sig\x41x"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "sig\x41x"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "x5c\x80"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "x5c\x81\x40"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "x5c\x41x"),
		BYTES("\xa3\x63"
		      "alg\x26\x63"
		      "sig\x41x\x63"
		      "ver\x61"
		      "2"),
		BYTES("\xa2\x63"
		      "alg\x26\x63"
		      "sig\x41x\x00"),
		BYTES("\x82\x26\x41x"),
		BYTES("\xf6"),
	};
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ 0 });

	(void)state;
	for
		EACH(i, statements)
		{
			memcpy(registration.statement, statements[i].bytes,
			    statements[i].len);
			registration.statement_len = statements[i].len;
			refused(&registration, &no_rules, CARDEA_E_SYNTAX,
			    "statement");
		}
}

static void
a_chain_has_its_limit(void **state)
{
	struct softkey_make make = { 0 };
	struct cardea_fido2_registration registration;

	(void)state;
	for (size_t i = 0; i < CARDEA_KEY_CHAIN_MAX; i++)
		make.chain[i] = i == 0 ? &leaf : &root;
	registration = softkey_register(&key, &make);
	assert_int_equal(accepted(&registration, &chain_needed).kind,
	    CARDEA_ATTESTATION_CHAINED);
	/* one more, by hand: a9 for a8 in front, and one byte behind */
	for (size_t i = 0; i + 4 < registration.statement_len; i++) {
		if (memcmp(registration.statement + i, "x5c\x88", 4) == 0)
			registration.statement[i + 3] = 0x89;
	}
	memcpy(registration.statement + registration.statement_len, "\x41x", 2);
	registration.statement_len += 2;
	refused(&registration, &no_rules, CARDEA_E_RANGE, "more than 8");
}

static void
certificates_are_der_to_the_last_byte(void **state)
{
	/* the signature does not cover them */
	struct cardea_fido2_registration registration = softkey_register(
	    &key, &(struct softkey_make){ .chain = { &leaf, &root } });
	size_t len = registration.statement_len;

	(void)state;
	/* the second one: its inner length a byte too small */
	for (size_t i = len - 1; i > 0; i--) {
		if (memcmp(registration.statement + i, "\x30\x82", 2) == 0 &&
		    registration.statement[i - 3] == 0x59) {
			registration.statement[i + 3]--;
			break;
		}
	}
	refused(&registration, &no_rules, CARDEA_E_SYNTAX,
	    "certificate 2 of the attestation is malformed");
}

static void
extensions_are_no_hindrance(void **state)
{
	static const char *const maps[] = { "\xa0",
		"\xa1\x6b"
		"credProtect\x02",
		"\xa1\x6bhmac-secret\xf5", "\xa1\x6bhmac-secret\xf4",
		"\xa1\x68"
		"credBlob\xf5",
		"\xa1\x6cminPinLength\x06",
		"\xa3\x67unknown\xa0\x6b"
		"credProtect\x03\x6bhmac-secret\xf5" };

	(void)state;
	for
		EACH(i, maps)
		{
			struct softkey_make make = { .extensions = maps[i],
				.extensions_len = strlen(maps[i]) };
			struct cardea_fido2_registration registration =
			    softkey_register(&key, &make);

			assert_int_equal(
			    accepted(&registration, &no_rules).kind,
			    CARDEA_ATTESTATION_SELF);
			make.chain[0] = &leaf;
			registration = softkey_register(&key, &make);
			assert_int_equal(
			    accepted(&registration, &chain_needed).kind,
			    CARDEA_ATTESTATION_CHAINED);
		}
}

static void
write_text(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

static void
trouble_with_the_roots_is_told_and_grants_nothing(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	char path[64];
	const struct cardea_attestation_rules rules = { .roots_path = path };

	(void)state;
	snprintf(path, sizeof(path), "%s/odd.pem", folder);
	refused(&registration, &rules, CARDEA_E_MISSING, "no such file");
	write_text(path, "", 0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 1");
	write_text(path, "nothing of the kind\n", 0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 1");
	write_text(path,
	    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
	    0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 1");
	/* nobody is asked for a pass phrase */
	write_text(path,
	    "-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
	    "DEK-Info: AES-128-CBC,00000000000000000000000000000000\n\n"
	    "AAAAAAAAAAAAAAAAAAAAAA==\n-----END CERTIFICATE-----\n",
	    0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 1");
	softcert_write(path, (const struct softcert *const[]){ &root }, 1);
	assert_int_equal(chmod(path, 0664), 0);
	refused(&registration, &rules, CARDEA_E_UNSAFE, "writable");
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(
	    accepted(&registration, &rules).kind, CARDEA_ATTESTATION_CHAINED);
}

/* A sound certificate, and then one that is cut. */
static void
half_a_file_of_roots_is_none(void **state)
{
	struct cardea_fido2_registration registration = signed_by(&leaf);
	char path[64], text[4096];
	const struct cardea_attestation_rules rules = { .roots_path = path };
	size_t len;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/half.pem", folder);
	softcert_write(
	    path, (const struct softcert *const[]){ &root, &other_root }, 2);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len - 40] = '\0';
	write_text(path, text, 0644);
	refused(&registration, &rules, CARDEA_E_SYNTAX, "certificate 2");
}

static void
kinds_have_names(void **state)
{
	(void)state;
	assert_string_equal(
	    cardea_attestation_text(CARDEA_ATTESTATION_NONE), "none");
	assert_string_equal(
	    cardea_attestation_text(CARDEA_ATTESTATION_SELF), "self");
	assert_string_equal(
	    cardea_attestation_text(CARDEA_ATTESTATION_UNCHAINED), "unchained");
	assert_string_equal(
	    cardea_attestation_text(CARDEA_ATTESTATION_CHAINED), "chained");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_to_a_pinned_root_proves_the_model),
		cmocka_unit_test(the_chain_may_have_certificates_in_between),
		cmocka_unit_test(
		    a_certificate_that_is_no_authority_signs_nothing),
		cmocka_unit_test(
		    a_pinned_certificate_need_not_have_signed_itself),
		cmocka_unit_test(
		    another_root_is_no_root_though_it_has_the_name),
		cmocka_unit_test(certificates_are_good_for_their_time_only),
		cmocka_unit_test(a_leaf_is_as_webauthn_8_2_1_says),
		cmocka_unit_test(a_leaf_that_names_the_model_is_accepted),
		cmocka_unit_test(a_signature_by_another_key_is_refused),
		cmocka_unit_test(the_key_may_sign_for_itself),
		cmocka_unit_test(
		    a_statement_must_name_the_algorithm_of_its_key),
		cmocka_unit_test(none_proves_nothing),
		cmocka_unit_test(none_with_a_statement_is_refused),
		cmocka_unit_test(other_formats_are_not_supported),
		cmocka_unit_test(u2f_proves_the_key_and_nothing_else),
		cmocka_unit_test(u2f_is_as_webauthn_8_6_says),
		cmocka_unit_test(
		    presence_is_always_demanded_and_verification_by_rule),
		cmocka_unit_test(models_are_allowed_and_denied),
		cmocka_unit_test(another_relying_party_or_client_is_refused),
		cmocka_unit_test(a_flipped_bit_is_never_accepted_as_chained),
		cmocka_unit_test(a_cut_registration_is_refused_at_every_byte),
		cmocka_unit_test(
		    a_statement_has_its_members_once_and_no_others),
		cmocka_unit_test(a_chain_has_its_limit),
		cmocka_unit_test(certificates_are_der_to_the_last_byte),
		cmocka_unit_test(extensions_are_no_hindrance),
		cmocka_unit_test(
		    trouble_with_the_roots_is_told_and_grants_nothing),
		cmocka_unit_test(half_a_file_of_roots_is_none),
		cmocka_unit_test(kinds_have_names),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
