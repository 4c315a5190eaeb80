/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include "cert/crlindex.h"
#include "unit/revocation_scene.h"
#include "unit/test.h"

struct party root, authority, device, responder, lister, indirect;

int
make_parties(void **state)
{
	(void)state;
	root = party_new(&(struct party_make){
	    .name = "Root", .serial = 1, .extensions = AUTHORITY_EXTENSIONS });
	authority = party_new(&(struct party_make){ .name = "Authority",
	    .serial = 2,
	    .issuer = &root,
	    .extensions = AUTHORITY_EXTENSIONS });
	device = party_new(&(struct party_make){ .name = "Device",
	    .serial = 1000,
	    .issuer = &authority,
	    .extensions = { "basicConstraints=CA:FALSE" } });
	responder = party_new(&(struct party_make){ .name = "Responder",
	    .serial = 3,
	    .issuer = &authority,
	    .extensions = { "keyUsage=digitalSignature",
		"extendedKeyUsage=OCSPSigning", "noCheck=ignored" } });
	lister = party_new(&(struct party_make){ .name = "Lister",
	    .serial = 4,
	    .issuer = &root,
	    .extensions = {
		"keyUsage=critical,cRLSign", "subjectKeyIdentifier=hash" } });
	/* whose certificate says that another one lists it */
	indirect = party_new(&(struct party_make){ .name = "Elsewhere",
	    .serial = 1001,
	    .issuer = &authority,
	    .extensions = { "crlDistributionPoints=DER:"
			    "30193017a215a4133011"
			    "310f300d06035504030c064c6973746572" } });
	return 0;
}

int
drop_parties(void **state)
{
	(void)state;
	party_free(&root);
	party_free(&authority);
	party_free(&device);
	party_free(&responder);
	party_free(&lister);
	party_free(&indirect);
	octets_drop();
	return 0;
}

struct asked
ask(enum cardea_revocation_by by)
{
	struct asked asked = { 0 };

	asked.verifying.authority.kind = CARDEA_AUTHORITY_X509;
	asked.verifying.authority.revocation = by;
	asked.verifying.question.time_s = REVOKER_NOW;
	asked.verifying.anchor = root.certificate;
	asked.verifying.leaf = device.certificate;
	asked.verifying.between[0] = authority.certificate;
	asked.verifying.between[1] = lister.certificate;
	asked.verifying.between_count = 2;
	return asked;
}

struct cardea_cert_bytes *
add_list(struct asked *asked, const struct party *issuer, struct list_make make)
{
	struct cardea_cert_trust *trust = &asked->verifying.trust;
	struct cardea_cert_bytes issuers[] = { bytes_of_octets(root.der),
		bytes_of_octets(authority.der), bytes_of_octets(lister.der) };
	struct cardea_crlindex_issuers who = { 3, issuers };
	struct cardea_cert_bytes list;
	struct cardea_diag diag = { 0 };
	unsigned char *index = NULL;
	enum cardea_status status;
	size_t len;

	make.issuer = issuer;
	list = bytes_of_octets(list_new(&make));
	status = cardea_crlindex_build(&list, &who, &index, &len, &diag);
	if (status != CARDEA_OK)
		print_message("%s\n", diag.reason);
	assert_int_equal(status, CARDEA_OK);
	trust->lists[trust->list_count] = bytes_of_octets(
	    octets_of(index, len));
	free(index);
	return &trust->lists[trust->list_count++];
}

struct cardea_cert_verdict
judge(struct asked *asked)
{
	struct verified verified = verify_path(&asked->verifying);

	assert_int_equal(verified.armed, CARDEA_OK);
	if (verified.verdict.result == CARDEA_RESULT_VERIFIED)
		assert_int_equal(verified.verdict.why, CARDEA_CERT_ACCEPTED);
	else
		assert_int_equal(verified.verdict.identity.revocation_s, 0);
	return verified.verdict;
}

void
is(struct asked *asked, enum cardea_cert_why why)
{
	struct cardea_cert_verdict verdict = judge(asked);

	if (verdict.why != why)
		print_message("%s: %s\n", cardea_cert_why_text(verdict.why),
		    verdict.detail);
	assert_int_equal(verdict.why, why);
}
