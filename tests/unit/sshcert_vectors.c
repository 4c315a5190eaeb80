/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cert/sshcert_form.h"
#include "unit/test.h"

#define FOLDER TEST_VECTORS "/openssh/"

/* The first line of a file of tests/vectors/openssh, as its blob. */
static struct cardea_cert_bytes
read_blob(const char *name, unsigned char bytes[CARDEA_CERT_MAX])
{
	struct cardea_cert_bytes blob = { bytes, 0 };
	struct cardea_diag diag = { 0 };
	char path[512], line[8192];
	FILE *file;

	(void)snprintf(path, sizeof(path), FOLDER "%s", name);
	file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	assert_int_equal(
	    cardea_sshcert_line(line, bytes, CARDEA_CERT_MAX, &blob.len, &diag),
	    CARDEA_OK);
	return blob;
}

/* All are signed by the CA that they name, which is trusted here. */
static const struct certificate {
	const char *name, *user, *source;
	int64_t time_s;
	enum cardea_cert_why why;
} certificates[] = {
	{ "authopt/no_permit.cert", "user", "", 930000000,
	    CARDEA_CERT_ACCEPTED },
	{ "authopt/no_pty.cert", "user", "", 930000000, CARDEA_CERT_ACCEPTED },
	{ "authopt/only_agentfwd.cert", "user", "", 930000000,
	    CARDEA_CERT_ACCEPTED },
	{ "authopt/only_agentfwd.cert", "root", "", 930000000,
	    CARDEA_CERT_NAME },
	{ "authopt/only_agentfwd.cert", "user", "", 915112799,
	    CARDEA_CERT_NOT_YET },
	{ "authopt/only_agentfwd.cert", "user", "", 915112800,
	    CARDEA_CERT_ACCEPTED },
	{ "authopt/only_agentfwd.cert", "user", "", 946562399,
	    CARDEA_CERT_ACCEPTED },
	{ "authopt/only_agentfwd.cert", "user", "", 946562400,
	    CARDEA_CERT_EXPIRED },
	{ "authopt/sourceaddr.cert", "user", "127.0.0.1", 930000000,
	    CARDEA_CERT_ACCEPTED },
	{ "authopt/sourceaddr.cert", "user", "::1", 930000000,
	    CARDEA_CERT_ACCEPTED },
	{ "authopt/sourceaddr.cert", "user", "127.0.0.2", 930000000,
	    CARDEA_CERT_SOURCE },
	{ "authopt/sourceaddr.cert", "user", "", 930000000,
	    CARDEA_CERT_SOURCE },
	{ "authopt/unknown_critical.cert", "user", "", 930000000,
	    CARDEA_CERT_OPTION },
	{ "authopt/host.cert", "user", "", 930000000, CARDEA_CERT_PURPOSE },
	{ "fuzz-harness/id_ecdsa-cert.pub", "ulysses", "", 1800000000,
	    CARDEA_CERT_ACCEPTED },
	{ "fuzz-harness/id_ed25519-cert.pub", "odysseus", "", 1800000000,
	    CARDEA_CERT_ACCEPTED },
	{ "fuzz-harness/id_ed25519-cert.pub", "telemachus", "", 1800000000,
	    CARDEA_CERT_NAME },
	/* a key of 1024 bits */
	{ "sshkey/rsa_1_sha512-cert.pub", "user1", "10.0.0.1", 930000000,
	    CARDEA_CERT_WEAK },
};

static void
trust_its_ca(struct cardea_cert_bytes blob, char text[8192])
{
	struct cardea_sshcert cert;
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				     "mnopqrstuvwxyz0123456789+/";
	size_t at, left;

	assert_int_equal(cardea_sshcert_parse(&blob, &cert, NULL), CARDEA_OK);
	at = (size_t)snprintf(
	    text, 8192, "%s ", cardea_sshpublic_name(cert.ca.type));
	for (size_t i = 0; i < cert.ca_blob.len; i += 3) {
		const unsigned char *in = cert.ca_blob.bytes + i;
		unsigned int bits;

		left = cert.ca_blob.len - i;
		bits = (unsigned int)in[0] << 16;
		bits |= left > 1 ? (unsigned int)in[1] << 8 : 0;
		bits |= left > 2 ? in[2] : 0;
		text[at++] = digits[bits >> 18];
		text[at++] = digits[bits >> 12 & 63];
		text[at++] = left > 1 ? digits[bits >> 6 & 63] : '=';
		text[at++] = left > 2 ? digits[bits & 63] : '=';
	}
	text[at] = '\0';
}

static void
openssh_certificates_of_its_own_tests(void **state)
{
	struct cardea_authority authority = { .kind = CARDEA_AUTHORITY_SSH,
		.name = "test",
		.revocation = CARDEA_REVOCATION_BY_NONE,
		.principals = { "%u" },
		.principal_count = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof(certificates) / sizeof(certificates[0]);
	     i++) {
		const struct certificate *of = &certificates[i];
		unsigned char bytes[CARDEA_CERT_MAX];
		struct cardea_cert_verdict verdict;
		struct cardea_cert_question question = {
			.kind = CARDEA_CERT_SSH,
			.leaf = read_blob(of->name, bytes),
			.time_s = of->time_s,
			.user = of->user,
			.source = of->source,
			.trust_count = 1,
			.proof = CARDEA_CERT_PROOF_OFFLINE,
		};
		char trust[8192];

		trust_its_ca(question.leaf, trust);
		question.trust[0].authority = &authority;
		question.trust[0].trust.data = (const unsigned char *)trust;
		question.trust[0].trust.len = strlen(trust);
		cardea_sshcert_judge(&question, &verdict);
		if (verdict.why != of->why)
			fail_msg("%s for %s at %lld: %s (%s)", of->name,
			    of->user, (long long)of->time_s,
			    cardea_cert_why_text(verdict.why), verdict.detail);
	}
}

static void
openssh_fingerprints_of_its_own_tests(void **state)
{
	static const char *const names[] = { "sshkey/ed25519_2",
		"sshkey/rsa_2" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cardea_cert_identity identity;
		unsigned char bytes[CARDEA_CERT_MAX];
		char path[512], wanted[128];
		struct cardea_cert_bytes blob;
		FILE *file;

		(void)snprintf(path, sizeof(path), "%s.pub", names[i]);
		blob = read_blob(path, bytes);
		assert_int_equal(
		    cardea_sshcert_describe(&blob, &identity, NULL), CARDEA_OK);
		(void)snprintf(path, sizeof(path), FOLDER "%s.fp", names[i]);
		file = fopen(path, "re");
		assert_non_null(file);
		assert_non_null(fgets(wanted, sizeof(wanted), file));
		fclose(file);
		wanted[strcspn(wanted, "\n")] = '\0';
		assert_string_equal(identity.fingerprint, wanted);
	}
}

static void
openssh_keys_of_types_that_are_not_ours(void **state)
{
	static const char *const names[] = { "sshkey/mldsa44_ed25519_2.pub",
		"sshsig/mldsa44-ed25519.pub" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cardea_cert_identity identity;
		unsigned char bytes[CARDEA_CERT_MAX];
		struct cardea_cert_bytes blob = read_blob(names[i], bytes);

		assert_int_equal(
		    cardea_sshcert_describe(&blob, &identity, NULL),
		    CARDEA_E_MISSING);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(openssh_certificates_of_its_own_tests),
		cmocka_unit_test(openssh_fingerprints_of_its_own_tests),
		cmocka_unit_test(openssh_keys_of_types_that_are_not_ours),
	};

	return cmocka_run_group_tests_name(
	    "sshcert_vectors", tests, NULL, NULL);
}
