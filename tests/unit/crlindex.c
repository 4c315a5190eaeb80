/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "cert/crlindex_file.h"
#include "unit/crlindex_fixture.h"
#include "unit/test.h"

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
		cmocka_unit_test(X03_a_damaged_index_never_clears),
		cmocka_unit_test(
		    another_versions_index_is_told_from_a_damaged_one),
	};

	return cmocka_run_group_tests(tests, make_parties, drop_parties);
}
