/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/ocsp_parties.h"

const unsigned char kept_zeros[CARDEA_OCSP_MAX];
struct party root, other, twin, leaf, second, responder;

struct party
make_responder(struct party_make make)
{
	if (make.issuer == NULL)
		make.issuer = &root;
	if (make.name == NULL)
		make.name = "Responder";
	make.serial = 9;
	return party_new(&make);
}

int
make_parties(void **state)
{
	struct party_make authority = {
		.name = "Root", .serial = 1, .extensions = AUTHORITY_EXTENSIONS
	};

	(void)state;
	root = party_new(&authority);
	twin = party_new(&authority); /* the same name, another key */
	authority.name = "Other";
	other = party_new(&authority);
	leaf = party_new(&(struct party_make){
	    .name = "Leaf", .serial = 5, .issuer = &root });
	second = party_new(&(struct party_make){
	    .name = "Second", .serial = 6, .issuer = &root });
	responder = make_responder(
	    (struct party_make){ .extensions = RESPONDER_EXTENSIONS });
	return 0;
}

int
drop_parties(void **state)
{
	(void)state;
	party_free(&root);
	party_free(&other);
	party_free(&twin);
	party_free(&leaf);
	party_free(&second);
	party_free(&responder);
	octets_drop();
	return 0;
}
