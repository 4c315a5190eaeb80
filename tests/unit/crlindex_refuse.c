/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "unit/crlindex_fixture.h"
#include "unit/test.h"

/* Lists with one thing wrong (X03). */

static void
refuses(struct list_make make, enum cardea_status status, const char *reason)
{
	struct built built = build_made(make);

	if (built.status != status || strstr(built.reason, reason) == NULL)
		print_message("%s: %s\n", reason, built.reason);
	assert_int_equal(built.status, status);
	assert_non_null(strstr(built.reason, reason));
	free(built.index);
}

static void
X03_versions_other_than_2_have_no_extensions(void **state)
{
	(void)state;
	/* v1, absent: a list, but without a number */
	refuses((struct list_make){ .version = nothing, .number = -1 },
	    CARDEA_E_SYNTAX, "has no number");
	refuses((struct list_make){ .version = nothing }, CARDEA_E_SYNTAX,
	    "version 1 and has extensions");
	refuses((struct list_make){ .version = nothing,
		    .number = -1,
		    .entries = list_entry(
			der_number(1), REVOKER_NOW, list_reason(1)) },
	    CARDEA_E_SYNTAX, "version 1 and its entries have extensions");
	refuses((struct list_make){ .version = unhex("020100") },
	    CARDEA_E_SYNTAX, "version that does not exist");
	refuses((struct list_make){ .version = unhex("020102") },
	    CARDEA_E_SYNTAX, "version that does not exist");
	refuses((struct list_make){ .version = unhex("02020001") },
	    CARDEA_E_SYNTAX, "version that does not exist");
}

static void
X03_a_list_of_entries_that_is_empty_is_refused(void **state)
{
	(void)state;
	refuses((struct list_make){ .no_entries = true }, CARDEA_E_SYNTAX,
	    "there and empty");
}

static void
X03_dates_that_are_none_are_refused(void **state)
{
	static const char *const times[] = {
		"170d3237303131343038303030305b",	/* no Z */
		"170b323730313134303830305a",		/* no seconds */
		"170d3237313331343038303030305a",	/* month 13 */
		"170d3237303030313038303030305a",	/* month 0 */
		"170d3237303232393038303030305a",	/* 29 February 2027 */
		"170d3237303131343234303030305a",	/* hour 24 */
		"170d3237303131343038363030305a",	/* minute 60 */
		"170d3237303131343038303036305a",	/* second 60 */
		"170d323730313134303830302d305a",	/* a sign */
		"1810323032373031313430383030302e305a", /* a fraction */
		"180d3237303131343038303030305a",	/* the wrong tag */
		"180f32303237303233313038303030305a",
		"1700",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		refuses((struct list_make){ .begin = unhex(times[i]) },
		    CARDEA_E_SYNTAX, "thisUpdate");
		refuses((struct list_make){ .end = unhex(times[i]) },
		    CARDEA_E_SYNTAX, "no nextUpdate");
		refuses((struct list_make){ .entries = der(0x30,
						join(der_number(1),
						    unhex(times[i]))) },
		    CARDEA_E_SYNTAX, "a date in the list");
	}
	refuses((struct list_make){ .end = nothing }, CARDEA_E_SYNTAX,
	    "no nextUpdate");
	refuses(
	    (struct list_make){ .begin_s = REVOKER_NOW, .end_s = REVOKER_NOW },
	    CARDEA_E_SYNTAX, "ends before it begins");
	refuses((struct list_make){ .tail = der_utc(REVOKER_NOW) },
	    CARDEA_E_SYNTAX, "what follows");
}

static void
X03_what_is_critical_and_unknown_is_refused(void **state)
{
	struct octets fake = der(0x0c, octets_of("?", 1));

	(void)state;
	refuses((struct list_make){ .extensions = der_extension(
					"2a0304", true, fake) },
	    CARDEA_E_SYNTAX, "the list has a critical extension");
	refuses(
	    (struct list_make){ .extensions = der_ce(46, true, unhex("3000")) },
	    CARDEA_E_SYNTAX, "the list has a critical extension");
	refuses((struct list_make){ .number = -1,
		    .extensions = der_ce(20, true, der_number(1)) },
	    CARDEA_E_SYNTAX, "number of the list");
	refuses((struct list_make){ .entries = list_entry(der_number(1),
					REVOKER_NOW,
					der_extension("2a0304", true, fake)) },
	    CARDEA_E_SYNTAX, "an entry of the list has a critical");
	free(build_made((struct list_make){
			    .extensions = der_extension("2a0304", false, fake),
			    .entries = list_entry(der_number(1), REVOKER_NOW,
				der_extension("2a0304", false, fake)) })
		 .index);
}

static void
X03_a_list_without_a_number_is_refused(void **state)
{
	(void)state;
	refuses((struct list_make){ .number = -1 }, CARDEA_E_SYNTAX,
	    "has no number");
	refuses((struct list_make){ .number = -1,
		    .extensions = der_ce(20, false, unhex("0201ff")) },
	    CARDEA_E_SYNTAX, "number of the list");
	refuses((struct list_make){ .number = -1,
		    .extensions = der_ce(20, false, unhex("02020001")) },
	    CARDEA_E_SYNTAX, "number of the list");
	refuses((struct list_make){ .extensions = der_ce(
					20, false, der_number(2)) },
	    CARDEA_E_SYNTAX, "an extension of the list");
}

static void
X03_scopes_that_say_nothing_are_refused(void **state)
{
	static const char *const scopes[] = {
		"3000",			    /* empty */
		"3003810100",		    /* a default that is written */
		"3003810101",		    /* a true that is none */
		"30068101ff8201ff",	    /* users only, authorities only */
		"30068201ff8101ff",	    /* the wrong order */
		"30068101ff8101ff",	    /* twice */
		"3002a000",		    /* a point without a name */
		"3004a002a000",		    /* an empty name */
		"300aa008a003860161860162", /* more behind the name */
		"30038501ff",		    /* attribute certificates */
		"30038601ff",		    /* a part that does not exist */
		"30028300",		    /* reasons that are no bits */
		"0500",			    /* no sequence */
		"30038101ff00",		    /* more behind it */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++)
		refuses((struct list_make){ .extensions = der_ce(
						28, true, unhex(scopes[i])) },
		    CARDEA_E_SYNTAX, "scope of the list");
	refuses((struct list_make){ .base = 1,
		    .number = 2,
		    .extensions = der_ce(28, true, unhex("300483020640")) },
	    CARDEA_E_SYNTAX, "for some reasons only");
}

static void
X03_both_algorithms_are_the_same(void **state)
{
	(void)state;
	refuses((struct list_make){ .outer_algorithm = unhex(
					"300a06082a8648ce3d040303") },
	    CARDEA_E_SYNTAX, "two different signature algorithms");
}

static void
X03_nothing_follows_anything(void **state)
{
	struct octets reason = list_reason(1);

	(void)state;
	refuses((struct list_make){ .outer_tail = unhex("0500") },
	    CARDEA_E_SYNTAX, "the signature");
	refuses((struct list_make){ .tail = unhex("0500") }, CARDEA_E_SYNTAX,
	    "what follows");
	refuses(
	    (struct list_make){ .entries = der(0x30,
				    join(der_number(1), der_utc(REVOKER_NOW),
					der(0x30, reason), unhex("0500"))) },
	    CARDEA_E_SYNTAX, "an extension of an entry");
	refuses((struct list_make){ .entries = join(
					list_serial(1), unhex("0500")) },
	    CARDEA_E_SYNTAX, "an entry of the list");
	refuses((struct list_make){ .entries = list_entry(der_number(1),
					REVOKER_NOW, join(reason, reason)) },
	    CARDEA_E_SYNTAX, "an extension of an entry");
	refuses(
	    (struct list_make){ .entries = der(0x30,
				    join(der_number(1), der_utc(REVOKER_NOW),
					der(0x30, nothing))) },
	    CARDEA_E_SYNTAX, "an extension of an entry");
	refuses((struct list_make){ .extensions = der_ce(
					35, false, unhex("30000500")) },
	    CARDEA_E_SYNTAX, "key identifier");
	assert_int_equal(
	    build(join(list_new(&(struct list_make){ .issuer = &root }),
		      unhex("00")))
		.status,
	    CARDEA_E_SYNTAX);
}

static void
X03_entries_that_cannot_be_told_are_refused(void **state)
{
	(void)state;
	refuses((struct list_make){ .entries = list_entry(
					unhex("0200"), REVOKER_NOW, nothing) },
	    CARDEA_E_SYNTAX, "a serial number");
	refuses((struct list_make){ .entries = list_entry(unhex("02020001"),
					REVOKER_NOW, nothing) },
	    CARDEA_E_SYNTAX, "a serial number");
	refuses(
	    (struct list_make){
		.entries = list_entry(
		    der(0x02, octets_of("\1xxxxxxxxxxxxxxxxxxxx", 21)),
		    REVOKER_NOW, nothing) },
	    CARDEA_E_RANGE, "longer than 20");
	for (unsigned int reason = 7; reason < 256; reason++) {
		if (reason == 9 || reason == 10)
			continue;
		refuses(
		    (struct list_make){ .entries = list_entry(der_number(1),
					    REVOKER_NOW, list_reason(reason)) },
		    CARDEA_E_SYNTAX, "the reason");
	}
	refuses(
	    (struct list_make){
		.entries = list_entry(der_number(1), REVOKER_NOW,
		    der_ce(
			29, true, der(0x30, der(0xa4, der(0x30, nothing))))) },
	    CARDEA_E_SYNTAX, "another issuer");
}

static void
X03_weak_signatures_do_not_count(void **state)
{
	(void)state;
	refuses((struct list_make){ .digest = "SHA1",
		    .algorithm = unhex("300906072a8648ce3d0401") },
	    CARDEA_E_UNSAFE, "algorithm that does not count");
	/* parameters where none may be, none where one must be */
	refuses((struct list_make){ .algorithm = unhex(
					"300c06082a8648ce3d0403020500") },
	    CARDEA_E_UNSAFE, "algorithm that does not count");
	refuses((struct list_make){ .algorithm = unhex(
					"300b06092a864886f70d01010b") },
	    CARDEA_E_UNSAFE, "algorithm that does not count");
	/* PSS with its defaults, which are SHA-1 */
	refuses((struct list_make){ .algorithm = unhex(
					"300d06092a864886f70d01010a3000") },
	    CARDEA_E_UNSAFE, "algorithm that does not count");
}

static void
X03_X06_a_list_is_its_issuers_or_nobodys(void **state)
{
	struct list_make make = { .issuer = &root };
	struct octets list = list_new(&make);
	struct octets keyid = der_ce(35, false,
	    der(0x30, der(0x80, octets_of("another key's identif", 20))));
	unsigned char *changed;

	(void)state;
	/* the right name, another key */
	refuses((struct list_make){ .signer = &other }, CARDEA_E_UNSAFE,
	    "none of the authority's");
	/* the right key, another name */
	refuses(
	    (struct list_make){
		.name = der(0x30,
		    der(0x31,
			der(0x30,
			    join(unhex("0603550403"),
				der(0x0c, octets_of("Toor", 4)))))) },
	    CARDEA_E_UNSAFE, "none of the authority's");
	refuses((struct list_make){ .extensions = keyid }, CARDEA_E_UNSAFE,
	    "none of the authority's");
	/* each bit of it is signed, or is the signature, or the form */
	changed = malloc(list.len);
	assert_non_null(changed);
	for (size_t bit = 0; bit < 8 * list.len; bit += 3) {
		memcpy(changed, list.data, list.len);
		changed[bit / 8] ^= (unsigned char)(1U << bit % 8);
		assert_int_not_equal(
		    build((struct octets){ changed, list.len }).status,
		    CARDEA_OK);
	}
	for (size_t len = 0; len < list.len; len++)
		assert_int_not_equal(
		    build((struct octets){ list.data, len }).status, CARDEA_OK);
	free(changed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(X03_versions_other_than_2_have_no_extensions),
		cmocka_unit_test(
		    X03_a_list_of_entries_that_is_empty_is_refused),
		cmocka_unit_test(X03_dates_that_are_none_are_refused),
		cmocka_unit_test(X03_what_is_critical_and_unknown_is_refused),
		cmocka_unit_test(X03_a_list_without_a_number_is_refused),
		cmocka_unit_test(X03_scopes_that_say_nothing_are_refused),
		cmocka_unit_test(X03_both_algorithms_are_the_same),
		cmocka_unit_test(X03_nothing_follows_anything),
		cmocka_unit_test(X03_entries_that_cannot_be_told_are_refused),
		cmocka_unit_test(X03_weak_signatures_do_not_count),
		cmocka_unit_test(X03_X06_a_list_is_its_issuers_or_nobodys),
	};

	return cmocka_run_group_tests(tests, make_parties, drop_parties);
}
