/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "unit/sshcert_scene.h"

/* Several authorities, and revocation. */

static void
put_krl(
    size_t trust, struct sshmaker_bytes *krl, uint64_t serial, uint64_t date)
{
	struct cardea_cert_trust *to = &scene->question.trust[trust];
	static struct sshmaker_bytes part, list;

	sshmaker_krl(krl, date);
	part.len = list.len = 0;
	sshmaker_put_bytes(&part, &ca->blob);
	sshmaker_put_u32(&part, 0);
	sshmaker_put_u64(&list, serial);
	sshmaker_section(&part, 0x20, &list);
	sshmaker_section(krl, 1, &part);
	to->lists[to->list_count++] = sshmaker_lend(krl);
}

static void
S05_a_krl_that_is_wanted_must_be_there_and_whole(void **state)
{
	static struct sshmaker_bytes krl;
	struct cardea_cert_trust *trust = &scene->question.trust[0];

	(void)state;
	scene->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_BROKEN);
	put_krl(0, &krl, 6, 1400);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_int_equal(scene->verdict.identity.revocation_s, 1400);
	/* a file that is missing, empty, cut */
	for (trust->lists[0].len = 0; trust->lists[0].len < krl.len;
	     trust->lists[0].len++) {
		/* ssh-keygen takes the header alone for a list, as it is */
		if (trust->lists[0].len == 53)
			continue;
		assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
		assert_int_equal(scene->verdict.identity.revocation_s, 0);
	}
	trust->list_count = CARDEA_AUTHORITY_LISTS_MAX + 1;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	/* the second of two */
	trust->list_count = 1;
	put_krl(0, &krl, 6, 1400);
	trust->lists[0].len = krl.len;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	trust->lists[1].len--;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
}

static void
S05_what_is_revoked_is_refused(void **state)
{
	static struct sshmaker_bytes krl, other;

	(void)state;
	scene->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	put_krl(0, &krl, 7, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_REFUSED);
	/* the other list cannot be read, or knows nothing */
	put_krl(0, &other, 6, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	scene->question.trust[0].lists[1] = scene->question.trust[0].lists[0];
	scene->question.trust[0].lists[0] = sshmaker_lend(&other);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	scene->question.trust[0].lists[0].len = 0;
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	/* and none is asked where none is wanted */
	scene->authority.revocation = CARDEA_REVOCATION_BY_NONE;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_int_equal(scene->verdict.identity.revocation_s, 0);
}

static void
S05_a_krl_grows_old(void **state)
{
	static struct sshmaker_bytes krl;

	(void)state;
	scene->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	put_krl(0, &krl, 6, 1400);
	scene->authority.max_age_s = 100; /* now it is 1500 */
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->authority.max_age_s = 99;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
	assert_int_equal(scene->verdict.result, CARDEA_RESULT_BROKEN);
	/* the narrower of the authority's and the rule's word */
	scene->authority.max_age_s = 0;
	scene->question.revocation_s = 99;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
	scene->authority.max_age_s = 1000;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
	scene->question.revocation_s = 1000;
	scene->authority.max_age_s = 99;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
	scene->authority.max_age_s = 100;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	/* revoked is revoked, however old the news are */
	scene->authority.max_age_s = 1;
	scene->question.trust[0].list_count = 0;
	put_krl(0, &krl, 7, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	/* from the future: some other clock */
	scene->question.trust[0].list_count = 0;
	put_krl(0, &krl, 6, NOW + 300);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->question.trust[0].list_count = 0;
	put_krl(0, &krl, 6, NOW + 301);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	/* without a date, when it came here */
	scene->question.trust[0].list_count = 0;
	put_krl(0, &krl, 6, 0);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	scene->authority.max_age_s = 100;
	scene->question.trust[0].list_times_s[0] = 1400;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	scene->question.trust[0].list_times_s[0] = 1399;
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_STALE);
}

static void
S05_a_krl_is_signed_where_signers_are_named(void **state)
{
	static struct sshmaker_bytes krl;
	struct cardea_cert_trust *trust = &scene->question.trust[0];
	char signers[8192] = "";

	(void)state;
	scene->authority.revocation = CARDEA_REVOCATION_BY_ANY;
	put_krl(0, &krl, 6, 1400);
	sshmaker_line(&other_ca->blob, signers, sizeof(signers));
	trust->list_keys.data = (const unsigned char *)signers;
	trust->list_keys.len = strlen(signers);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	/* by another than who may */
	sshmaker_krl_sign(&krl, ca);
	trust->lists[0] = sshmaker_lend(&krl);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
	sshmaker_krl_sign(&krl, other_ca);
	trust->lists[0] = sshmaker_lend(&krl);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	/* a setting whose file is gone is no setting that is not there */
	trust->list_keys.len = 0;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	memcpy(scene->authority.list_keys, "/etc/x", 7);
	assert_int_equal(judge(), CARDEA_CERT_REVOCATION_UNKNOWN);
}

static void
what_one_authority_revokes_no_other_makes_good(void **state)
{
	static struct sshmaker_bytes krl;
	struct cardea_cert_trust *second = &scene->question.trust[1];

	(void)state;
	scene->second = scene->authority;
	memcpy(scene->second.name, "second", 7);
	*second = scene->question.trust[0];
	second->authority = &scene->second;
	scene->question.trust_count = 2;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_string_equal(scene->verdict.identity.authority, "people");
	/* the first one has no such principal, the second does */
	memcpy(scene->authority.principals[0], "root", 5);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_string_equal(scene->verdict.identity.authority, "second");
	memcpy(scene->second.principals[0], "toor", 5);
	assert_int_equal(judge(), CARDEA_CERT_NAME);
	assert_string_equal(scene->verdict.identity.authority, "people");
	memcpy(scene->authority.principals[0], "%u", 3);
	memcpy(scene->second.principals[0], "%u", 3);
	scene->second.revocation = CARDEA_REVOCATION_BY_ANY;
	put_krl(1, &krl, 6, 1400);
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	second->list_count = 0;
	put_krl(1, &krl, 7, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
}

/* Who is meant is one question, what is revoked another: the authority that has
 * no such principal still has the list. */
static void
S05_what_is_revoked_for_others_is_revoked(void **state)
{
	static struct sshmaker_bytes krl;
	struct cardea_cert_trust *second = &scene->question.trust[1];

	(void)state;
	scene->second = scene->authority;
	memcpy(scene->second.name, "second", 7);
	memcpy(scene->second.principals[0], "root", 5);
	scene->second.revocation = CARDEA_REVOCATION_BY_ANY;
	*second = scene->question.trust[0];
	second->authority = &scene->second;
	scene->question.trust_count = 2;
	put_krl(1, &krl, 7, 1400);
	assert_int_equal(judge(), CARDEA_CERT_REVOKED);
	/* its trouble is its own, and its refusal says what it is about */
	second->list_count = 0;
	assert_int_equal(judge(), CARDEA_CERT_ACCEPTED);
	assert_string_equal(scene->verdict.identity.authority, "people");
	memcpy(scene->authority.principals[0], "toor", 5);
	assert_int_equal(judge(), CARDEA_CERT_NAME);
	scene->question.trust_count = 1;
	scene->question.trust[0] = *second;
	assert_int_equal(judge(), CARDEA_CERT_NAME);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(S05_a_krl_that_is_wanted_must_be_there_and_whole),
		SCENE(S05_what_is_revoked_is_refused),
		SCENE(S05_a_krl_grows_old),
		SCENE(S05_a_krl_is_signed_where_signers_are_named),
		SCENE(what_one_authority_revokes_no_other_makes_good),
		SCENE(S05_what_is_revoked_for_others_is_revoked),
	};

	return cmocka_run_group_tests_name(
	    "sshcert", tests, make_keys, free_keys);
}
