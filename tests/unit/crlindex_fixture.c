/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/crlindex.h"
#include "unit/crlindex_fixture.h"
#include "unit/test.h"

struct party root, other;

int
make_parties(void **state)
{
	(void)state;
	root = party_new(&(struct party_make){
	    .name = "Root", .serial = 1, .extensions = AUTHORITY_EXTENSIONS });
	other = party_new(&(struct party_make){
	    .name = "Other", .serial = 1, .extensions = AUTHORITY_EXTENSIONS });
	return 0;
}

int
drop_parties(void **state)
{
	(void)state;
	party_free(&root);
	party_free(&other);
	octets_drop();
	return 0;
}

struct built
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

struct built
build_made(struct list_make make)
{
	make.issuer = &root;
	return build(list_new(&make));
}
