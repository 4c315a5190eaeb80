/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "cert/crlindex_file.h"
#include "unit/random.h"
#include "unit/revoker.h"
#include "unit/test.h"

/* Lists as they are read, and their indexes; who uses them: revocation.c */

static struct party root, other;

static int
make_parties(void **state)
{
	(void)state;
	root = party_new(&(struct party_make){
	    .name = "Root", .serial = 1, .extensions = AUTHORITY_EXTENSIONS });
	other = party_new(&(struct party_make){
	    .name = "Other", .serial = 1, .extensions = AUTHORITY_EXTENSIONS });
	return 0;
}

static int
drop_parties(void **state)
{
	(void)state;
	party_free(&root);
	party_free(&other);
	octets_drop();
	return 0;
}

struct built {
	enum cardea_status status;
	unsigned char *index;
	size_t len;
	char reason[256];
};

static struct built
build(struct octets list)
{
	struct built built = { 0 };
	struct cardea_diag diag = { 0 };
	const struct cardea_cert_bytes items[2] = {
		bytes_of_octets(other.der),
		bytes_of_octets(root.der),
	};
	const struct cardea_crlindex_issuers issuers = { 2, items };
	const struct cardea_cert_bytes bytes = bytes_of_octets(list);

	built.status = cardea_crlindex_build(
	    &bytes, &issuers, &built.index, &built.len, &diag);
	memcpy(built.reason, diag.reason, sizeof(built.reason));
	if (built.status != CARDEA_OK) {
		assert_null(built.index);
		assert_string_not_equal(built.reason, "");
	}
	return built;
}

static struct built
build_made(struct list_make make)
{
	make.issuer = &root;
	return build(list_new(&make));
}

static struct cardea_crlindex
open_built(const struct built *built)
{
	const struct cardea_cert_bytes bytes = { built->index, built->len };
	struct cardea_crlindex index;

	if (built->status != CARDEA_OK)
		print_message("%s\n", built->reason);
	assert_int_equal(built->status, CARDEA_OK);
	assert_int_equal(cardea_crlindex_open(&bytes, &index, NULL), CARDEA_OK);
	return index;
}

static enum cardea_status
find(const struct cardea_crlindex *index, long serial,
    struct cardea_crlindex_found *ret_found)
{
	struct octets number = der_number(serial);
	const struct cardea_cert_bytes octets = { number.data + 2,
		number.len - 2 };

	return cardea_crlindex_find(index, 0, &octets, ret_found);
}

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
a_list_is_looked_up(void **state)
{
	struct built built = build_made((struct list_make){
	    .entries = join(list_serial(70000),
		list_entry(der_number(5), REVOKER_NOW - DAY_S, list_reason(1)),
		list_serial(200)),
	});
	struct cardea_crlindex index = open_built(&built);
	struct cardea_crlindex_found found = { 0 };

	(void)state;
	assert_int_equal(find(&index, 5, &found), CARDEA_OK);
	assert_int_equal(found.reason, 1);
	assert_int_equal(found.date_s, REVOKER_NOW - DAY_S);
	assert_int_equal(find(&index, 200, &found), CARDEA_OK);
	assert_int_equal(found.reason, 0);
	assert_int_equal(find(&index, 70000, &found), CARDEA_OK);
	for (long serial = 0; serial < 300; serial++) {
		if (serial != 5 && serial != 200)
			assert_int_equal(
			    find(&index, serial, &found), CARDEA_E_MISSING);
	}
	assert_int_equal(find(&index, 69999, &found), CARDEA_E_MISSING);
	assert_int_equal(find(&index, 70001, &found), CARDEA_E_MISSING);
	free(built.index);
}

static void
a_list_without_entries_revokes_nobody(void **state)
{
	struct built built = build_made((struct list_make){ 0 });
	struct cardea_crlindex index = open_built(&built);
	struct cardea_crlindex_found found;

	(void)state;
	assert_int_equal(find(&index, 1, &found), CARDEA_E_MISSING);
	free(built.index);
}

/* As many as make three levels; what is there is found, its neighbours not. */
static void
a_long_list_has_every_entry_and_no_other(void **state)
{
	enum { COUNT = 20000 };
	unsigned char *bytes = malloc(COUNT * 24);
	size_t len = 0;
	struct built built;
	struct cardea_crlindex index;
	struct cardea_crlindex_found found;

	(void)state;
	assert_non_null(bytes);
	for (long i = 0; i < COUNT; i++) {
		/* each third number, in no order: 7919 is prime to 20000 */
		long serial = 1000000 + 3 * (i * 7919 % COUNT);
		unsigned char entry[] = { 0x30, 0x14, 0x02, 0x03,
			(unsigned char)(serial >> 16),
			(unsigned char)(serial >> 8), (unsigned char)serial,
			0x17, 0x0d, '2', '6', '0', '1', '0', '1', '0', '0', '0',
			'0', '0', '0', 'Z' };

		memcpy(bytes + len, entry, sizeof(entry));
		len += sizeof(entry);
	}
	built = build_made(
	    (struct list_make){ .entries = octets_of(bytes, len) });
	free(bytes);
	index = open_built(&built);
	assert_int_equal(index.header.entries, COUNT);
	assert_int_equal(index.level_count, 3);
	for (long i = -1; i < 3 * COUNT + 2; i++) {
		unsigned char serial[] = { (unsigned char)((1000000 + i) >> 16),
			(unsigned char)((1000000 + i) >> 8),
			(unsigned char)(1000000 + i) };
		const struct cardea_cert_bytes octets = { serial, 3 };

		assert_int_equal(
		    cardea_crlindex_find(&index, 0, &octets, &found),
		    i >= 0 && i < 3 * COUNT && i % 3 == 0 ? CARDEA_OK
							  : CARDEA_E_MISSING);
	}
	free(built.index);
}

static void
an_entry_that_comes_twice_is_one(void **state)
{
	struct built built = build_made((struct list_make){
	    .base = 1,
	    .number = 2,
	    .entries = join(list_entry(der_number(9), REVOKER_NOW - DAY_S,
				list_reason(CARDEA_CRL_REMOVED)),
		list_serial(8), list_serial(9), list_serial(8)),
	});
	struct cardea_crlindex index = open_built(&built);
	struct cardea_crlindex_found found;

	(void)state;
	assert_int_equal(index.header.entries, 2);
	assert_int_equal(find(&index, 9, &found), CARDEA_OK);
	assert_int_equal(found.reason, CARDEA_CRL_UNSPECIFIED);
	free(built.index);
}

/* PKITS 4.4.14: -1 and 255 are two numbers of one octet */
static void
serial_numbers_compare_as_they_are_written(void **state)
{
	struct built built = build_made((struct list_make){
	    .entries = list_entry(
		unhex("0201ff"), REVOKER_NOW - DAY_S, nothing),
	});
	struct cardea_crlindex index = open_built(&built);
	const struct cardea_cert_bytes minus = { (const unsigned char *)"\xff",
		1 };
	const struct cardea_cert_bytes plus = {
		(const unsigned char *)"\x00\xff", 2
	};
	const struct cardea_cert_bytes endless = { root.der.data, 21 };
	const struct cardea_cert_bytes none = { root.der.data, 0 };
	struct cardea_crlindex_found found;

	(void)state;
	assert_int_equal(
	    cardea_crlindex_find(&index, 0, &minus, &found), CARDEA_OK);
	assert_int_equal(
	    cardea_crlindex_find(&index, 0, &plus, &found), CARDEA_E_MISSING);
	/* what no list can hold is not said to be clean */
	assert_int_equal(cardea_crlindex_find(&index, 0, &endless, &found),
	    CARDEA_E_CORRUPT);
	assert_int_equal(
	    cardea_crlindex_find(&index, 0, &none, &found), CARDEA_E_CORRUPT);
	free(built.index);
}

static void
what_an_index_says_of_its_list(void **state)
{
	struct list_make make = {
		.issuer = &root, .number = 4660, .entries = list_serial(7)
	};
	struct octets list = list_new(&make);
	struct built built = build(list);
	const struct cardea_cert_bytes bytes = { built.index, built.len };
	struct cardea_crlindex_info info;

	(void)state;
	assert_int_equal(cardea_crlindex_info(&bytes, &info, NULL), CARDEA_OK);
	assert_string_equal(info.issuer, "CN=Root");
	assert_string_equal(info.number, "1234");
	assert_false(info.delta);
	assert_false(info.indirect);
	assert_int_equal(info.this_update_s, REVOKER_NOW - DAY_S);
	assert_int_equal(info.next_update_s, REVOKER_NOW + DAY_S);
	assert_int_equal(info.entries, 1);
	assert_int_equal(info.source_len, list.len);
	free(built.index);
}

static struct octets
pem_of(struct octets list, const char *label, size_t width, const char *tail)
{
	size_t size = 2 * list.len + 200, len = 0;
	char *text = malloc(size), *base64 = malloc(size);
	struct octets pem;

	assert_int_equal(cardea_base64_encode(
			     CARDEA_BASE64, list.data, list.len, base64, size),
	    CARDEA_OK);
	len += (size_t)snprintf(
	    text, size, "for people\n-----BEGIN %s-----\n", label);
	for (size_t i = 0; i < strlen(base64); i += width)
		len += (size_t)snprintf(
		    text + len, size - len, "%.*s\n", (int)width, base64 + i);
	len += (size_t)snprintf(
	    text + len, size - len, "-----END %s-----\n%s", label, tail);
	pem = octets_of(text, len);
	free(text);
	free(base64);
	return pem;
}

static void
a_list_in_pem_is_the_same_list(void **state)
{
	struct list_make make = { .issuer = &root, .entries = list_serial(7) };
	struct octets list = list_new(&make);
	struct built plain = build(list), pem;
	struct octets crlf;

	(void)state;
	for (size_t width = 64; width <= 76; width += 12) {
		pem = build(pem_of(list, "X509 CRL", width, " \n"));
		assert_int_equal(pem.status, CARDEA_OK);
		assert_int_equal(pem.len, plain.len);
		assert_memory_equal(pem.index, plain.index, plain.len);
		free(pem.index);
	}
	free(plain.index);
	crlf = pem_of(list, "CRL", 64, "");
	assert_int_equal(build(crlf).status, CARDEA_E_SYNTAX);
	crlf = pem_of(list, "X509 CRL", 64, "more");
	assert_int_equal(build(crlf).status, CARDEA_E_SYNTAX);
	crlf = pem_of(list, "X509 CRL", 61, "");
	assert_int_equal(build(crlf).status, CARDEA_E_SYNTAX);
	crlf = pem_of(list, "X509 CRL", 80, "");
	assert_int_equal(build(crlf).status, CARDEA_E_SYNTAX);
	crlf = pem_of(list, "X509 CRL", 64, "");
	for (size_t len = 0; len + 2 < crlf.len; len += 7) {
		struct octets cut = { crlf.data, len };

		assert_int_equal(build(cut).status, CARDEA_E_SYNTAX);
	}
	assert_int_equal(build(nothing).status, CARDEA_E_SYNTAX);
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
a_date_is_read_in_both_forms(void **state)
{
	struct built built = build_made((struct list_make){
	    .begin = der_time(REVOKER_NOW - DAY_S),
	    .end = unhex("180f32303532303232393233353935395a"),
	});
	struct cardea_crlindex index = open_built(&built);

	(void)state;
	assert_int_equal(index.crl.this_update_s, REVOKER_NOW - DAY_S);
	assert_int_equal(index.crl.next_update_s, 2592863999); /* 2052 */
	free(built.index);
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

static enum cardea_status
build_for(const struct party *party, const struct list_make *make)
{
	const struct cardea_cert_bytes item = bytes_of_octets(party->der);
	const struct cardea_crlindex_issuers issuers = { 1, &item };
	const struct cardea_cert_bytes list = bytes_of_octets(list_new(make));
	unsigned char *index = NULL;
	size_t len;
	enum cardea_status status = cardea_crlindex_build(
	    &list, &issuers, &index, &len, NULL);

	free(index);
	return status;
}

static void
every_algorithm_that_counts_is_verified(void **state)
{
	static const enum pair_kind kinds[] = { PAIR_P256, PAIR_RSA,
		PAIR_ED25519, PAIR_RSA };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct party_make make = { .name = "Root",
			.serial = 2,
			.kind = kinds[i],
			.extensions = AUTHORITY_EXTENSIONS };
		struct party right = party_new(&make), wrong = party_new(&make);
		struct list_make list = { .issuer = &right, .pss = i == 3 };

		assert_int_equal(build_for(&right, &list), CARDEA_OK);
		list.signer = &wrong;
		assert_int_equal(build_for(&right, &list), CARDEA_E_UNSAFE);
		assert_int_equal(build_for(&wrong, &list), CARDEA_OK);
		party_free(&right);
		party_free(&wrong);
	}
}

/* Of a damaged index nothing is read that would say "not revoked". */
static void
X03_a_damaged_index_never_clears(void **state)
{
	enum { COUNT = 700 };
	struct octets entries = nothing;
	struct built built;
	struct cardea_crlindex index;
	unsigned char *bytes;
	size_t judged = 0, damaged = 0;

	(void)state;
	for (long i = 0; i < COUNT; i++)
		entries = join(entries, list_serial(2 * i + 2));
	built = build_made((struct list_make){ .entries = entries });
	index = open_built(&built);
	assert_int_equal(index.level_count, 2);
	bytes = malloc(built.len);
	assert_non_null(bytes);
	for (size_t at = 0; at < built.len; at++) {
		const struct cardea_cert_bytes changed = { bytes, built.len };
		struct cardea_crlindex_found found;
		bool opened;

		memcpy(bytes, built.index, built.len);
		bytes[at] ^= (unsigned char)(1U << at % 8);
		opened = cardea_crlindex_open(&changed, &index, NULL) ==
		    CARDEA_OK;
		if (at < index.levels[0].offset)
			assert_false(opened);
		/* where it opens: the right answer, or none */
		for (long serial = 2; opened && serial < 2 * COUNT;
		     serial += 101) {
			unsigned char octets[] = { (unsigned char)(serial >> 8),
				(unsigned char)serial };
			bool is_short = serial < 0x80;
			const struct cardea_cert_bytes number = {
				is_short ? octets + 1 : octets, is_short ? 1 : 2
			};
			enum cardea_status status;

			if (!is_short && serial < 0x100 && octets[1] < 0x80)
				continue;
			status = cardea_crlindex_find(
			    &index, 0, &number, &found);
			if (status == CARDEA_E_CORRUPT) {
				damaged++;
				continue;
			}
			judged++;
			assert_int_equal(status,
			    serial % 2 == 0 ? CARDEA_OK : CARDEA_E_MISSING);
		}
	}
	assert_true(damaged > 0 && judged > damaged);
	for (size_t len = 0; len < built.len; len++) {
		const struct cardea_cert_bytes cut = { built.index, len };

		assert_int_equal(
		    cardea_crlindex_open(&cut, &index, NULL), CARDEA_E_CORRUPT);
	}
	free(bytes);
	free(built.index);
}

static void
another_versions_index_is_told_from_a_damaged_one(void **state)
{
	struct built built = build_made((struct list_make){ 0 });
	const struct cardea_cert_bytes bytes = { built.index, built.len };
	struct cardea_crlindex_info info = { .entries = 77 };
	struct cardea_diag diag = { 0 };

	(void)state;
	built.index[8]++;
	assert_int_equal(
	    cardea_crlindex_info(&bytes, &info, &diag), CARDEA_E_VERSION);
	assert_non_null(strstr(diag.reason, "cardea refresh"));
	assert_int_equal(info.entries, 77);
	free(built.index);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_looked_up),
		cmocka_unit_test(a_list_without_entries_revokes_nobody),
		cmocka_unit_test(a_long_list_has_every_entry_and_no_other),
		cmocka_unit_test(an_entry_that_comes_twice_is_one),
		cmocka_unit_test(serial_numbers_compare_as_they_are_written),
		cmocka_unit_test(what_an_index_says_of_its_list),
		cmocka_unit_test(a_list_in_pem_is_the_same_list),
		cmocka_unit_test(a_date_is_read_in_both_forms),
		cmocka_unit_test(every_algorithm_that_counts_is_verified),
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
		cmocka_unit_test(X03_a_damaged_index_never_clears),
		cmocka_unit_test(
		    another_versions_index_is_told_from_a_damaged_one),
	};

	return cmocka_run_group_tests(tests, make_parties, drop_parties);
}
