/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "unit/revocation_scene.h"
#include "unit/test.h"

/* Deltas, indirect lists, and every kind of key. */

static void
a_delta_revokes_and_removes(void **state)
{
	struct octets held = list_entry(
	    der_number(1000), REVOKER_NOW - 9 * DAY_S, list_reason(6));
	struct octets points = der_ce(
	    46, false, unhex("300d300ba009a0078605687474703a"));
	struct octets removed = list_entry(
	    der_number(1000), REVOKER_NOW - DAY_S, list_reason(8));
	struct list_make base = { .number = 5, .extensions = points };
	struct list_make delta = { .number = 6, .base = 5 };

	(void)state;
	/* with and without a pointer to it (freshestCRL) */
	for (int pointed = 0; pointed < 2; pointed++) {
		struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);

		base.extensions = pointed ? points : (struct octets){ 0 };
		(void)add_list(&asked, &root, (struct list_make){ 0 });
		(void)add_list(&asked, &authority, base);
		delta.entries = list_serial(1000);
		(void)add_list(&asked, &authority, delta);
		is(&asked, CARDEA_CERT_REVOKED);
		/* one of another base says nothing */
		asked.verifying.trust.list_count = 2;
		delta.base = 6;
		delta.number = 7;
		(void)add_list(&asked, &authority, delta);
		is(&asked, CARDEA_CERT_ACCEPTED);
		delta.base = 5;
		delta.number = 6;
		/* held by the list, and let go by the delta: which counts where
		 * the list points to it */
		asked = ask(CARDEA_REVOCATION_BY_CRL);
		base.entries = held;
		(void)add_list(&asked, &root, (struct list_make){ 0 });
		(void)add_list(&asked, &authority, base);
		is(&asked, CARDEA_CERT_REVOKED);
		delta.entries = removed;
		(void)add_list(&asked, &authority, delta);
		is(&asked,
		    pointed ? CARDEA_CERT_ACCEPTED : CARDEA_CERT_REVOKED);
		base.entries = (struct octets){ 0 };
	}
}

static void
X03_a_list_is_as_fresh_as_its_delta(void **state)
{
	struct octets points = der_ce(
	    46, false, unhex("300d300ba009a0078605687474703a"));
	struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);
	struct list_make delta = { .number = 6,
		.base = 5,
		.begin_s = REVOKER_NOW - 60,
		.end_s = REVOKER_NOW + 60 };
	struct cardea_cert_verdict verdict;

	(void)state;
	asked.verifying.authority.max_age_s = 3600;
	(void)add_list(
	    &asked, &root, (struct list_make){ .begin_s = REVOKER_NOW - 5 });
	(void)add_list(&asked, &authority,
	    (struct list_make){ .number = 5, .extensions = points });
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
	(void)add_list(&asked, &authority, delta);
	verdict = judge(&asked);
	assert_int_equal(verdict.why, CARDEA_CERT_ACCEPTED);
	assert_int_equal(verdict.identity.revocation_s, REVOKER_NOW - 60);
	/* a delta that has ended is none, though the list has not */
	asked.verifying.authority.max_age_s = 0;
	asked.verifying.trust.list_count = 2;
	is(&asked, CARDEA_CERT_ACCEPTED);
	delta.end_s = REVOKER_NOW - 1;
	(void)add_list(&asked, &authority, delta);
	is(&asked, CARDEA_CERT_REVOCATION_STALE);
	/* of two the newer one counts */
	delta.number = 7;
	delta.begin_s = REVOKER_NOW - 10;
	delta.end_s = REVOKER_NOW + 60;
	(void)add_list(&asked, &authority, delta);
	is(&asked, CARDEA_CERT_ACCEPTED);
}

/* An indirect list's entries are of whom they name, or the entry before. */
static void
an_indirect_list_tells_issuers_apart(void **state)
{
	struct octets name = der(0x30,
	    der(0x31,
		der(0x30,
		    join(unhex("0603550403"),
			der(0x0c, octets_of("Authority", 9))))));
	struct octets names = der_ce(29, true, der(0x30, der(0xa4, name)));
	struct octets scope = der_ce(28, true, unhex("30038401ff"));
	struct octets at = list_entry(
	    der_number(5), REVOKER_NOW - DAY_S, names);
	struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);

	(void)state;
	asked.verifying.leaf = indirect.certificate;
	(void)add_list(&asked, &root, (struct list_make){ 0 });
	(void)add_list(&asked, &lister,
	    (struct list_make){
		.extensions = scope, .entries = join(list_serial(1001), at) });
	/* the number is one of the lister's own certificates */
	is(&asked, CARDEA_CERT_ACCEPTED);
	asked.verifying.trust.list_count = 1;
	(void)add_list(&asked, &lister,
	    (struct list_make){
		.extensions = scope, .entries = join(at, list_serial(1001)) });
	is(&asked, CARDEA_CERT_REVOKED);
	asked.verifying.trust.list_count = 1;
	(void)add_list(&asked, &lister,
	    (struct list_make){ .extensions = scope,
		.entries = list_entry(
		    der_number(1001), REVOKER_NOW - DAY_S, names) });
	is(&asked, CARDEA_CERT_REVOKED);
	/* whoever signs the list is looked up himself */
	asked.verifying.trust.list_count = 0;
	(void)add_list(
	    &asked, &root, (struct list_make){ .entries = list_serial(4) });
	(void)add_list(
	    &asked, &lister, (struct list_make){ .extensions = scope });
	is(&asked, CARDEA_CERT_REVOCATION_UNKNOWN);
}

/* Ed25519 signs no digest, so only its key is compared at a look-up. */
static void
every_kind_of_key_has_its_lists(void **state)
{
	static const enum pair_kind kinds[] = { PAIR_RSA, PAIR_ED25519,
		PAIR_RSA };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct party top = party_new(
		    &(struct party_make){ .name = "Top",
			.serial = 1,
			.kind = kinds[i],
			.extensions = AUTHORITY_EXTENSIONS });
		struct party below = party_new(&(struct party_make){
		    .name = "Below", .serial = 8, .issuer = &top });
		struct cardea_cert_bytes issuer = bytes_of_octets(top.der);

		for (long serial = 8; serial < 10; serial++) {
			struct asked asked = ask(CARDEA_REVOCATION_BY_CRL);
			struct list_make make = { .issuer = &top,
				.pss = i == 2,
				.entries = list_serial(serial) };
			struct cardea_cert_bytes index,
			    list = bytes_of_octets(list_new(&make));

			assert_int_equal(
			    index_list(&list, &issuer, 1, &index), CARDEA_OK);
			asked.verifying.anchor = top.certificate;
			asked.verifying.leaf = below.certificate;
			asked.verifying.between_count = 0;
			asked.verifying.trust.lists[0] = index;
			asked.verifying.trust.list_count = 1;
			is(&asked,
			    serial == 8 ? CARDEA_CERT_REVOKED
					: CARDEA_CERT_ACCEPTED);
			free((void *)(uintptr_t)index.data);
		}
		party_free(&top);
		party_free(&below);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_delta_revokes_and_removes),
		cmocka_unit_test(X03_a_list_is_as_fresh_as_its_delta),
		cmocka_unit_test(an_indirect_list_tells_issuers_apart),
		cmocka_unit_test(every_kind_of_key_has_its_lists),
	};

	return cmocka_run_group_tests(tests, make_parties, drop_parties);
}
