/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cert/still.h"
#include "unit/scratch.h"
#include "unit/test.h"

#define NOW 1000000

/* The judge: what it says of a question, by how many authorities were named. */
static enum cardea_cert_why why_of_named, why_of_any;
static int64_t ends_s;
static struct cardea_cert_question asked;
static char asked_user[64], asked_source[64];
static size_t times, all;

enum cardea_status
cardea_cert_ask(const struct cardea_cert_question *question,
    const struct cardea_cert_lists *lists,
    struct cardea_cert_verdict *ret_verdict, struct cardea_diag *diag)
{
	enum cardea_cert_why why = question->trust_count == all ? why_of_any
								: why_of_named;

	(void)lists;
	(void)diag;
	asked = *question;
	(void)snprintf(asked_user, sizeof(asked_user), "%s", question->user);
	(void)snprintf(
	    asked_source, sizeof(asked_source), "%s", question->source);
	times++;
	memset(ret_verdict, 0, sizeof(*ret_verdict));
	ret_verdict->identity.not_after_s = ends_s;
	if (why == CARDEA_CERT_WHY_NONE)
		return CARDEA_E_IO;
	if (why == CARDEA_CERT_ACCEPTED) {
		ret_verdict->result = CARDEA_RESULT_VERIFIED;
		ret_verdict->why = why;
		(void)strcpy(ret_verdict->identity.authority, "the one");
	} else {
		cardea_cert_refuse(ret_verdict, why, "so it is");
	}
	return CARDEA_OK;
}

static struct cardea_settings settings;
static struct cardea_cert_shown shown;
static struct cardea_cert_shown_item item;
static struct cardea_evidence evidence;
static struct cardea_cert_held held;
static struct cardea_cert_still_call call;
static char folder[32];
static char authority[CARDEA_AUTHORITY_NAME_MAX + 1];

static void
add_authority(const char *name)
{
	struct cardea_authority *one =
	    &settings.authorities[settings.authority_count++];
	FILE *file;

	one->kind = CARDEA_AUTHORITY_X509;
	(void)snprintf(one->name, sizeof(one->name), "%s", name);
	(void)snprintf(one->trust, sizeof(one->trust), "%s/%s", folder, name);
	file = fopen(one->trust, "we");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	all++;
}

static int
set_up(void **unused)
{
	(void)unused;
	(void)strcpy(folder, "cert_still.XXXXXX");
	scratch_make(folder);
	memset(&settings, 0, sizeof(settings));
	all = times = 0;
	add_authority("Old");
	add_authority("New");
	memset(&shown, 0, sizeof(shown));
	item = (struct cardea_cert_shown_item){ .kind = CARDEA_CERT_X509,
		.source = "192.0.2.1",
		.leaf = { (const unsigned char *)"leaf", 4 } };
	memset(&evidence, 0, sizeof(evidence));
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &evidence.shown), CARDEA_OK);
	evidence.result = CARDEA_RESULT_VERIFIED;
	evidence.time_s = NOW - 500;
	(void)strcpy(evidence.subject, "alice");
	memset(&held, 0, sizeof(held));
	call = (struct cardea_cert_still_call){ .settings = &settings,
		.shown = &shown,
		.evidence = &evidence,
		.time_s = NOW,
		.revocation_s = 77 };
	ends_s = NOW + 1000;
	why_of_named = why_of_any = CARDEA_CERT_ACCEPTED;
	return 0;
}

static int
tear_down(void **unused)
{
	(void)unused;
	scratch_remove(folder);
	return 0;
}

static void
name_authority(const char *name)
{
	evidence.quality_count = 1;
	(void)strcpy(evidence.qualities[0].key, "ca");
	(void)strcpy(evidence.qualities[0].value, name);
}

static void
expect(enum cardea_cert_still word, size_t questions)
{
	times = 0;
	(void)strcpy(authority, "none");
	assert_int_equal(cardea_cert_still(&call, authority), word);
	assert_string_equal(
	    authority, word == CARDEA_CERT_STILL_RENAMED ? "the one" : "none");
	assert_int_equal(times, questions);
}

static void
what_rests_on_no_certificate_holds(void **state)
{
	(void)state;
	why_of_any = CARDEA_CERT_REVOKED;
	evidence.shown = 0;
	expect(CARDEA_CERT_STILL_HOLDS, 0);
	evidence.shown = 1;
	evidence.result = CARDEA_RESULT_REFUSED;
	expect(CARDEA_CERT_STILL_HOLDS, 0);
	/* one that is not there any more */
	evidence.result = CARDEA_RESULT_VERIFIED;
	evidence.shown = 2;
	expect(CARDEA_CERT_STILL_DOUBT, 0);
}

static void
it_is_asked_as_it_was_shown(void **state)
{
	(void)state;
	expect(CARDEA_CERT_STILL_HOLDS, 1);
	assert_int_equal(asked.kind, CARDEA_CERT_X509);
	assert_int_equal(asked.proof, CARDEA_CERT_PROOF_OFFLINE);
	assert_int_equal(asked.leaf.len, 4);
	assert_int_equal(asked.time_s, NOW);
	assert_int_equal(asked.shown_s, NOW - 500);
	assert_int_equal(asked.revocation_s, 77);
	assert_string_equal(asked_user, "alice");
	assert_string_equal(asked_source, "192.0.2.1");
	assert_int_equal(asked.trust_count, 2);
}

/* Each reason once: what is a no, what is none, and what is trouble. */
static void
S05_a_no_ends_and_trouble_does_not(void **state)
{
	static const enum cardea_cert_why doubts[] = {
		CARDEA_CERT_WHY_NONE,
		CARDEA_CERT_NOT_YET,
		CARDEA_CERT_EXPIRED, /* something above the leaf */
		CARDEA_CERT_REVOCATION_UNKNOWN,
		CARDEA_CERT_REVOCATION_STALE,
		CARDEA_CERT_TIMEOUT,
		CARDEA_CERT_FAILED,
	};
	enum cardea_cert_still words[CARDEA_CERT_WHY_COUNT];

	(void)state;
	for (size_t i = 0; i < CARDEA_CERT_WHY_COUNT; i++)
		words[i] = CARDEA_CERT_STILL_LOST;
	for (size_t i = 0; i < sizeof(doubts) / sizeof(doubts[0]); i++)
		words[doubts[i]] = CARDEA_CERT_STILL_DOUBT;
	words[CARDEA_CERT_ACCEPTED] = CARDEA_CERT_STILL_HOLDS;
	words[CARDEA_CERT_REVOKED] = CARDEA_CERT_STILL_REVOKED;
	for (size_t i = 0; i < CARDEA_CERT_WHY_COUNT; i++) {
		why_of_any = (enum cardea_cert_why)i;
		expect(words[i], 1);
	}
	why_of_any = CARDEA_CERT_EXPIRED;
	ends_s = NOW;
	expect(CARDEA_CERT_STILL_HOLDS, 1);
	ends_s = NOW + 1;
	expect(CARDEA_CERT_STILL_DOUBT, 1);
}

static void
an_authority_that_cannot_be_read_is_doubt_unless_it_is_revoked(void **state)
{
	(void)state;
	assert_int_equal(unlink(settings.authorities[1].trust), 0);
	all = 1;
	why_of_any = CARDEA_CERT_NAME;
	expect(CARDEA_CERT_STILL_DOUBT, 1);
	why_of_any = CARDEA_CERT_REVOKED;
	expect(CARDEA_CERT_STILL_REVOKED, 1);
	why_of_any = CARDEA_CERT_ACCEPTED;
	expect(CARDEA_CERT_STILL_HOLDS, 1);
}

static void
a_chain_that_was_cut_may_be_why_nobody_vouches(void **state)
{
	(void)state;
	why_of_any = CARDEA_CERT_UNTRUSTED;
	expect(CARDEA_CERT_STILL_LOST, 1);
	memset(&shown, 0, sizeof(shown));
	item.cut = true;
	assert_int_equal(
	    cardea_cert_shown_add(&shown, &item, &evidence.shown), CARDEA_OK);
	expect(CARDEA_CERT_STILL_DOUBT, 1);
	why_of_any = CARDEA_CERT_REVOKED;
	expect(CARDEA_CERT_STILL_REVOKED, 1);
}

static void
the_authority_that_it_was_accepted_by_is_asked_first(void **state)
{
	(void)state;
	name_authority("Old");
	why_of_any = CARDEA_CERT_REVOKED;
	expect(CARDEA_CERT_STILL_HOLDS, 1);
	assert_int_equal(asked.trust_count, 1);
	assert_string_equal(asked.trust[0].authority->name, "Old");
	why_of_named = CARDEA_CERT_REVOKED;
	expect(CARDEA_CERT_STILL_REVOKED, 1);
	why_of_named = CARDEA_CERT_FAILED;
	expect(CARDEA_CERT_STILL_DOUBT, 1);
	/* then the others, whose word is another */
	why_of_named = CARDEA_CERT_UNTRUSTED;
	why_of_any = CARDEA_CERT_ACCEPTED;
	expect(CARDEA_CERT_STILL_RENAMED, 2);
	why_of_any = CARDEA_CERT_UNTRUSTED;
	expect(CARDEA_CERT_STILL_LOST, 2);
	why_of_any = CARDEA_CERT_REVOKED;
	expect(CARDEA_CERT_STILL_REVOKED, 2);
}

static void
what_held_is_not_asked_again_and_what_did_not_is(void **state)
{
	(void)state;
	call.held = &held;
	expect(CARDEA_CERT_STILL_HOLDS, 1);
	why_of_any = CARDEA_CERT_REVOKED;
	expect(CARDEA_CERT_STILL_HOLDS, 0);
	/* anything else than that very question is asked */
	call.revocation_s = 78;
	expect(CARDEA_CERT_STILL_REVOKED, 1);
	expect(CARDEA_CERT_STILL_REVOKED, 1);
	call.revocation_s = 77;
	(void)strcpy(evidence.subject, "bob");
	expect(CARDEA_CERT_STILL_REVOKED, 1);
	(void)strcpy(evidence.subject, "alice");
	settings.authorities[1].max_age_s = 7;
	expect(CARDEA_CERT_STILL_REVOKED, 1);
	settings.authorities[1].max_age_s = 0;
	expect(CARDEA_CERT_STILL_HOLDS, 0);
	call.time_s += 900;
	expect(CARDEA_CERT_STILL_REVOKED, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_rests_on_no_certificate_holds),
		TEST(it_is_asked_as_it_was_shown),
		TEST(S05_a_no_ends_and_trouble_does_not),
		TEST(
		    an_authority_that_cannot_be_read_is_doubt_unless_it_is_revoked),
		TEST(a_chain_that_was_cut_may_be_why_nobody_vouches),
		TEST(the_authority_that_it_was_accepted_by_is_asked_first),
		TEST(what_held_is_not_asked_again_and_what_did_not_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
