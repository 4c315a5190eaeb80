/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "unit/revocation_scene.h"
#include "unit/test.h"

/* What lists and answers make of a path: root, authority, device. */

/* both lists, of which nobody stands in */
static void
add_lists(struct asked *asked)
{
	(void)add_list(asked, &root, (struct list_make){ 0 });
	(void)add_list(asked, &authority, (struct list_make){ 0 });
}

static void
add_answer(struct asked *asked, const struct party *issuer,
    const struct party *party, struct single_make single)
{
	struct cardea_cert_trust *trust = &asked->verifying.trust;

	single.issuer = issuer;
	single.certificate = party->certificate;
	trust->answers[trust->answer_count++] = bytes_of_octets(
	    answer_new(&(struct answer_make){
		.signer = issuer, .singles = single_new(&single) }));
}

static void
lists_clear_a_path(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);
	struct cardea_cert_verdict verdict;

	(void)state;
	(void)add_list(&asked, &root,
	    (struct list_make){
		.begin_s = REVOKER_NOW - 7200, .entries = list_serial(1000) });
	(void)add_list(&asked, &authority,
	    (struct list_make){
		.begin_s = REVOKER_NOW - 3600, .entries = list_serial(2) });
	verdict = judge(&asked);
	assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
	/* the older of both */
	assert_int_equal(verdict.identity.revocation_s, REVOKER_NOW - 7200);
}

static void
a_list_revokes_the_device_and_what_is_above_it(void **state)
{
	static const enum cardea_revocation_by ways[] = {
		CARDEA_REVOCATION_BY_ANY, CARDEA_REVOCATION_BY_CRL,
		CARDEA_REVOCATION_BY_OCSP
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct asked asked = ask(ways[i]);

		(void)add_list(&asked, &root, (struct list_make){ 0 });
		(void)add_list(&asked, &authority,
		    (struct list_make){ .entries = list_serial(1000) });
		/* whatever OCSP says */
		add_answer(
		    &asked, &authority, &device, (struct single_make){ 0 });
		asked.verifying.authority.max_age_s = 7 * DAY_S;
		is(&asked, CARDEA_CERT_REVOKED);
		asked = ask(ways[i]);
		(void)add_list(&asked, &root,
		    (struct list_make){ .entries = list_serial(2) });
		(void)add_list(&asked, &authority, (struct list_make){ 0 });
		is(&asked, CARDEA_CERT_REVOKED);
		/* an old list, too */
		asked = ask(ways[i]);
		(void)add_list(&asked, &root, (struct list_make){ 0 });
		(void)add_list(&asked, &authority,
		    (struct list_make){ .entries = list_serial(1000),
			.begin_s = REVOKER_NOW - 3 * DAY_S,
			.end_s = REVOKER_NOW - DAY_S });
		assert_int_not_equal(
		    judge(&asked).result, CARDEA_RESULT_VERIFIED);
	}
}

static void
X03_without_a_list_nobody_knows(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);

	(void)state;
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	/* a file that is missing */
	asked.verifying.trust.list_count = 2;
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	asked = ask(CARDEA_REVOCATION_BY_CRL);
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	asked = ask(CARDEA_REVOCATION_BY_CRL);
	(void)add_list(&asked, &authority, (struct list_make){ 0 });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	asked = ask(CARDEA_REVOCATION_BY_ANY);
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	asked = ask(CARDEA_REVOCATION_BY_OCSP);
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
}

static void
where_none_is_wanted_none_is_asked(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_NONE);
	struct cardea_cert_verdict verdict = judge(&asked);

	(void)state;
	assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
	assert_int_equal(verdict.identity.revocation_s, 0);
}

static void
X03_a_list_is_as_fresh_as_is_wanted(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);
	struct cardea_authority *settings = &asked.verifying.authority;
	struct cardea_cert_question *question = &asked.verifying.question;

	(void)state;
	add_lists(&asked); /* a day old */
	settings->max_age_s = DAY_S;
	is(&asked, CARDEA_CERT_ACCEPTED);
	settings->max_age_s = DAY_S - 1;
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
	settings->max_age_s = 0;
	question->revocation_s = DAY_S;
	is(&asked, CARDEA_CERT_ACCEPTED);
	question->revocation_s = DAY_S - 1;
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
	/* the stricter one counts */
	settings->max_age_s = 2 * DAY_S;
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
	settings->max_age_s = DAY_S - 1;
	question->revocation_s = 2 * DAY_S;
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
}

static void
X03_a_list_that_has_ended_or_not_begun_clears_nobody(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);

	(void)state;
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	(void)add_list(&asked, &authority,
	    (struct list_make){
		.begin_s = REVOKER_NOW - 2 * DAY_S, .end_s = REVOKER_NOW - 1 });
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
	asked.verifying.trust.list_count = 1;
	(void)add_list(&asked, &authority,
	    (struct list_make){
		.begin_s = REVOKER_NOW + 1, .end_s = REVOKER_NOW + DAY_S });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	/* beside one that holds it does no harm, nor good */
	(void)add_list(&asked, &authority, (struct list_make){ 0 });
	is(&asked, CARDEA_CERT_ACCEPTED);
}

static void
X03_a_list_for_others_clears_nobody(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);

	(void)state;
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	(void)add_list(&asked, &authority,
	    (struct list_make){
		.extensions = der_ce(28, true, unhex("30038201ff")) });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	asked.verifying.trust.list_count = 1;
	(void)add_list(&asked, &authority,
	    (struct list_make){
		.extensions = der_ce(28, true, unhex("30038101ff")) });
	is(&asked, CARDEA_CERT_ACCEPTED);
	/* some reasons are not all of them */
	asked.verifying.trust.list_count = 1;
	(void)add_list(&asked, &authority,
	    (struct list_make){
		.extensions = der_ce(28, true, unhex("300483020640")) });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
}

/* OpenSSL takes a list for users to cover what does not say that it is one */
static void
X03_a_certificate_of_version_1_is_in_no_scope(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);
	struct party old = party_new(&(struct party_make){
	    .name = "Old", .serial = 77, .issuer = &authority, .v1 = true });

	(void)state;
	asked.verifying.leaf = old.certificate;
	add_lists(&asked);
	is(&asked, CARDEA_CERT_ACCEPTED);
	asked.verifying.trust.list_count = 1;
	(void)add_list(&asked, &authority,
	    (struct list_make){
		.extensions = der_ce(28, true, unhex("30038101ff")) });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	party_free(&old);
}

/* Bits of the entries' blocks: the sum finds them when they are asked for. */
static void
X03_a_damaged_index_clears_nobody(void **state)
{
	static const enum cardea_revocation_by ways[] = {
		CARDEA_REVOCATION_BY_ANY, CARDEA_REVOCATION_BY_CRL
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct asked asked = ask(ways[i]);
		struct cardea_cert_bytes *index;
		struct octets changed;
		struct verified verified;

		add_answer(&asked, &root, &authority,
		    (struct single_make){ .next_s = REVOKER_NOW + 60 });
		add_answer(&asked, &authority, &device,
		    (struct single_make){ .next_s = REVOKER_NOW + 60 });
		(void)add_list(&asked, &root, (struct list_make){ 0 });
		index = add_list(&asked, &authority,
		    (struct list_make){ .entries = list_serial(3) });
		changed = octets_of(index->data, index->len);
		((unsigned char *)(uintptr_t)changed.data)[changed.len - 1] ^=
		    1;
		*index = bytes_of_octets(changed);
		is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
		/* and its header before */
		((unsigned char *)(uintptr_t)changed.data)[100] ^= 1;
		verified = verify_path(&asked.verifying);
		assert_int_equal(verified.armed, CARDEA_E_CORRUPT);
	}
}

/* An index of somebody else's key, in the name of the authority. */
static void
X03_another_keys_list_clears_nobody(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_ANY);
	struct party twin = party_new(&(struct party_make){ .name = "Authority",
	    .serial = 2,
	    .issuer = &root,
	    .extensions = AUTHORITY_EXTENSIONS });
	struct list_make make = { .issuer = &twin };
	struct cardea_cert_bytes list = bytes_of_octets(list_new(&make));
	struct cardea_cert_bytes issuer = bytes_of_octets(twin.der), index;

	(void)state;
	assert_int_equal(index_list(&list, &issuer, 1, &index), CARDEA_OK);
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	asked.verifying.trust.lists[asked.verifying.trust.list_count++] = index;
	add_answer(&asked, &authority, &device,
	    (struct single_make){ .next_s = REVOKER_NOW + 60 });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	free((void *)(uintptr_t)index.data);
	party_free(&twin);
}

static void
answers_clear_where_they_may(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_OCSP);
	struct cardea_cert_verdict verdict;

	(void)state;
	add_answer(&asked, &authority, &device,
	    (struct single_make){
		.this_s = REVOKER_NOW - 60, .next_s = REVOKER_NOW + 60 });
	/* nothing tells of what is above the device */
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	add_answer(&asked, &root, &authority,
	    (struct single_make){
		.this_s = REVOKER_NOW - 90, .next_s = REVOKER_NOW + 60 });
	verdict = judge(&asked);
	assert_int_equal(verdict.result, CARDEA_RESULT_VERIFIED);
	assert_int_equal(verdict.identity.revocation_s, REVOKER_NOW - 90);
	/* a list does for the authority, not for the device */
	asked.verifying.trust.answer_count = 1;
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	is(&asked, CARDEA_CERT_ACCEPTED);
	asked.verifying.trust.answer_count = 0;
	(void)add_list(&asked, &authority, (struct list_make){ 0 });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	/* and where lists are wanted, no answer does */
	asked = ask(CARDEA_REVOCATION_BY_CRL);
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	add_answer(&asked, &authority, &device,
	    (struct single_make){ .next_s = REVOKER_NOW + 60 });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
}

static void
either_does_where_any_will_do(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_ANY);

	(void)state;
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
	add_answer(&asked, &authority, &device,
	    (struct single_make){ .next_s = REVOKER_NOW + 60 });
	is(&asked, CARDEA_CERT_ACCEPTED);
	/* an old list, and a fresh answer */
	(void)add_list(&asked, &authority,
	    (struct list_make){
		.begin_s = REVOKER_NOW - 2 * DAY_S, .end_s = REVOKER_NOW - 1 });
	is(&asked, CARDEA_CERT_ACCEPTED);
	/* a fresh list, and answers that are none */
	asked = ask(CARDEA_REVOCATION_BY_ANY);
	add_lists(&asked);
	add_answer(&asked, &authority, &device,
	    (struct single_make){ .next_s = REVOKER_NOW - 60 });
	add_answer(&asked, &authority, &device,
	    (struct single_make){ .status = 2, .next_s = REVOKER_NOW + 60 });
	asked.verifying.trust.answers[2] = bytes_of_octets(unhex("3000"));
	asked.verifying.trust.answer_count = 3;
	is(&asked, CARDEA_CERT_ACCEPTED);
}

static void
X02_one_answer_that_revokes_beats_everything(void **state)
{
	static const enum cardea_revocation_by ways[] = {
		CARDEA_REVOCATION_BY_ANY, CARDEA_REVOCATION_BY_CRL,
		CARDEA_REVOCATION_BY_OCSP
	};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct asked asked = ask(ways[i % 3]);
		const struct party *issuer = i < 3 ? &authority : &root;
		const struct party *party = i < 3 ? &device : &authority;

		add_lists(&asked);
		add_answer(&asked, issuer, party,
		    (struct single_make){ .next_s = REVOKER_NOW + 60 });
		add_answer(&asked, issuer, party,
		    (struct single_make){
			.status = 1, .next_s = REVOKER_NOW + 60 });
		add_answer(&asked, issuer, party,
		    (struct single_make){ .next_s = REVOKER_NOW + 60 });
		is(&asked, CARDEA_CERT_REVOKED);
	}
}

static void
X02_an_answer_is_as_fresh_as_is_wanted(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_OCSP);

	(void)state;
	add_answer(&asked, &root, &authority,
	    (struct single_make){ .next_s = REVOKER_NOW + 60 });
	add_answer(&asked, &authority, &device,
	    (struct single_make){ .next_s = REVOKER_NOW + 60 });
	is(&asked, CARDEA_CERT_ACCEPTED); /* an hour old */
	asked.verifying.question.revocation_s = 3600;
	is(&asked, CARDEA_CERT_ACCEPTED);
	asked.verifying.question.revocation_s = 3599;
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
	asked.verifying.question.revocation_s = 0;
	asked.verifying.authority.max_age_s = 3599;
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
}

/* A caller that forgets to ask what may be tolerated gets no more than one who
 * does not. */
static void
nothing_is_tolerated_by_itself(void **state)
{
	struct asked asked = ask(CARDEA_REVOCATION_BY_ANY);

	(void)state;
	asked.verifying.plain = true;
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	add_answer(&asked, &authority, &device,
	    (struct single_make){ .next_s = REVOKER_NOW + 60 });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_clear_a_path),
		cmocka_unit_test(
		    a_list_revokes_the_device_and_what_is_above_it),
		cmocka_unit_test(X03_without_a_list_nobody_knows),
		cmocka_unit_test(where_none_is_wanted_none_is_asked),
		cmocka_unit_test(X03_a_list_is_as_fresh_as_is_wanted),
		cmocka_unit_test(
		    X03_a_list_that_has_ended_or_not_begun_clears_nobody),
		cmocka_unit_test(X03_a_list_for_others_clears_nobody),
		cmocka_unit_test(X03_a_certificate_of_version_1_is_in_no_scope),
		cmocka_unit_test(X03_a_damaged_index_clears_nobody),
		cmocka_unit_test(X03_another_keys_list_clears_nobody),
		cmocka_unit_test(answers_clear_where_they_may),
		cmocka_unit_test(either_does_where_any_will_do),
		cmocka_unit_test(X02_one_answer_that_revokes_beats_everything),
		cmocka_unit_test(X02_an_answer_is_as_fresh_as_is_wanted),
		cmocka_unit_test(nothing_is_tolerated_by_itself),
	};

	return cmocka_run_group_tests(tests, make_parties, drop_parties);
}
