/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "base/text.h"
#include "cert/der.h"
#include "cert/x509.h"
#include "cert/x509_constraint.h"
#include "cert/x509_policy.h"
#include "cert/x509_profile.h"
#include "cert/x509_room.h"

/*
 * What a device may show.  The first byte of an input chooses:
 *
 *   'j'  a certificate and a chain, each behind two octets of its length:
 *        judged below a fixed anchor.  Nothing is accepted but the very
 *        certificate that was issued there; Ed25519 has no second signature.
 *   'x'  the same as a path, whoever signed it: profile, name constraints and
 *        policies, each for itself.
 *   'd'  one certificate, described: texts end, and can be shown.
 *   'p'  PEM: each item lies in the block.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

#define NOW 1800000000

/* made for this; the keys are gone */
static const char anchor[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBEDCBw6ADAgECAgEBMAUGAytlcDAPMQ0wCwYDVQQDDARSb290MCAXDTI2MTEy\n"
    "NTE5MDg0NVoYDzIxMDAxMDI4MTkwODQ1WjAPMQ0wCwYDVQQDDARSb290MCowBQYD\n"
    "K2VwAyEATRQqOBCV5bmXbS0yQbUEdovTOhJ2O8KuP194UJih1UCjQjBAMA8GA1Ud\n"
    "EwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0GA1UdDgQWBBQN3fIu0hy9bs0/\n"
    "FL3O0Ivf9ICFCTAFBgMrZXADQQCJH0SvTIRSbg4FxLMBAdYnllPrwZ/xvzEX+CwU\n"
    "boMQ/LUAVL7rKBDH/b71CpAjXwTxlm5PYfy46hs2A2CP7uUF\n"
    "-----END CERTIFICATE-----\n";
#define LEAF                                                                   \
	"308201ad3082015fa003020102020103300506032b65703011310f300d060355"     \
	"04030c064d6964646c653020170d3236313132353139303834355a180f323130"     \
	"30313032383139303834355a3011310f300d06035504030c066c6170746f7030"     \
	"2a300506032b6570032100f908d746c7a262c1e7100429fccc14a5e89015514d"     \
	"195a0a7b7d108f9f6dd13ea381d93081d6301f0603551d230418301680141b31"     \
	"5f86216af6d75467e9b54a9babeaaa66125330130603551d25040c300a06082b"     \
	"06010505070302300e0603551d0f0101ff040403020780305d0603551d110456"     \
	"305482126c6170746f702e6578616d706c652e6f7267810d61406578616d706c"     \
	"652e6f72678704c0000207860a75726e3a757569643a31a01d060a2b06010401"     \
	"8237140203a00f0c0d61406578616d706c652e6f726730100603551d20040930"     \
	"07300506032a0306301d0603551d0e041604141a7ca7a0c1f73f37455fc9b388"     \
	"f3b99e09975261300506032b6570034100f96fc7c58cb499f887e21e6f4b8b61"     \
	"dd19d2a0dde33b68ee72db9b076b2da959f4adaf8fa93377df6d3a29f3153909"     \
	"c32b3b29667b29133a5ddbaecd9f388805"

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static size_t
split(const unsigned char *bytes, size_t len, struct cardea_cert_bytes *items,
    size_t max)
{
	size_t count = 0;

	while (len >= 2 && count < max) {
		size_t size = (size_t)bytes[0] << 8 | bytes[1];

		if (size > len - 2)
			size = len - 2;
		items[count].data = bytes + 2;
		items[count++].len = size;
		bytes += 2 + size;
		len -= 2 + size;
	}
	return count;
}

static int
is_issued(const struct cardea_cert_bytes *der)
{
	unsigned char issued[sizeof(LEAF) / 2];
	size_t len = strlen(LEAF) / 2;

	must(cardea_text_unhex(issued, len, LEAF) == CARDEA_OK);
	return der->len == len && memcmp(der->data, issued, len) == 0;
}

static void
is_text(const char *text, size_t size)
{
	size_t len = strnlen(text, size);

	must(len < size);
	for (size_t i = 0; i < len; i++)
		must((unsigned char)text[i] >= 0x20 && text[i] != 0x7f);
}

static void
check_identity(const struct cardea_cert_identity *identity)
{
	is_text(identity->subject, sizeof(identity->subject));
	is_text(identity->issuer, sizeof(identity->issuer));
	is_text(identity->issuer_name, sizeof(identity->issuer_name));
	is_text(identity->serial, sizeof(identity->serial));
	is_text(identity->fingerprint, sizeof(identity->fingerprint));
	must(identity->name_count <= CARDEA_CERT_NAMES_MAX);
	for (size_t i = 0; i < identity->name_count; i++)
		is_text(identity->names[i].text, CARDEA_CERT_NAME_MAX + 1);
	must(identity->purpose_count <= CARDEA_CERT_OIDS_MAX);
	must(identity->policy_count <= CARDEA_CERT_OIDS_MAX);
}

static void
try_judge(const unsigned char *bytes, size_t len)
{
	static const struct cardea_authority authority = {
		.kind = CARDEA_AUTHORITY_X509,
		.name = "fuzz",
		.revocation = CARDEA_REVOCATION_BY_NONE,
	};
	struct cardea_cert_question question = {
		.kind = CARDEA_CERT_X509,
		.time_s = NOW,
		.proof = CARDEA_CERT_PROOF_OFFLINE,
		.trust_count = 1,
	};
	struct cardea_cert_bytes items[1 + CARDEA_CERT_CHAIN_MAX] = { 0 };
	struct cardea_cert_verdict verdict;
	size_t count = split(bytes, len, items, 1 + CARDEA_CERT_CHAIN_MAX);

	question.leaf = items[0];
	question.chain_count = count > 0 ? count - 1 : 0;
	memcpy(question.chain, items + 1, sizeof(question.chain));
	question.trust[0].authority = &authority;
	question.trust[0].trust.data = (const unsigned char *)anchor;
	question.trust[0].trust.len = strlen(anchor);
	cardea_x509_judge(&question, &verdict);
	must(verdict.result != CARDEA_RESULT_VERIFIED || is_issued(&items[0]));
	must(verdict.result != CARDEA_RESULT_NONE);
	must((verdict.result == CARDEA_RESULT_VERIFIED) ==
	    (verdict.why == CARDEA_CERT_ACCEPTED));
	is_text(verdict.detail, sizeof(verdict.detail));
	check_identity(&verdict.identity);
}

static void
try_path(const unsigned char *bytes, size_t len)
{
	struct cardea_cert_question question = { .time_s = NOW };
	struct cardea_cert_bytes items[CARDEA_CERT_CHAIN_MAX + 2];
	struct cardea_cert_identity identity = { 0 };
	struct cardea_x509_room room;
	STACK_OF(X509) *path = sk_X509_new_null();
	size_t count = split(bytes, len, items, CARDEA_CERT_CHAIN_MAX + 2);

	must(cardea_x509_room_open(&room) && path != NULL);
	for (size_t i = 0; i < count; i++) {
		struct cardea_x509_fault fault = { 0 };
		X509 *certificate = cardea_x509_read(
		    &room, &items[i], i > 0, &fault);

		must((certificate == NULL) == (fault.why != 0));
		if (certificate == NULL)
			continue;
		must(cardea_der_is_one(&items[i]));
		if (cardea_x509_leaf_holds(certificate, NULL, &fault))
			must(fault.why == 0);
		memset(&fault, 0, sizeof(fault));
		if (cardea_x509_issuer_holds(certificate, i + 1 == count,
			CARDEA_X509_PURPOSE, &fault))
			must(fault.why == 0);
		must(sk_X509_push(path, certificate) > 0);
	}
	if (sk_X509_num(path) > 1) {
		struct cardea_x509_fault fault = { 0 };

		if (cardea_x509_constraints_hold(path, &fault))
			must(fault.why == 0);
		memset(&fault, 0, sizeof(fault));
		(void)cardea_x509_policies_hold(
		    path, &question, &identity, &fault);
		check_identity(&identity);
	}
	sk_X509_pop_free(path, X509_free);
	cardea_x509_room_close(&room);
}

static void
try_describe(const unsigned char *bytes, size_t len)
{
	const struct cardea_cert_bytes der = { bytes, len };
	struct cardea_cert_identity identity;
	struct cardea_diag diag = { 0 };

	if (cardea_x509_describe(&der, &identity, &diag) == CARDEA_OK) {
		must(cardea_der_is_one(&der) && len <= CARDEA_CERT_MAX);
		check_identity(&identity);
	} else {
		must(diag.reason[0] != '\0');
	}
}

static void
try_pem(const unsigned char *bytes, size_t len)
{
	const struct cardea_cert_bytes pem = { bytes, len };
	struct cardea_cert_bytes items[4];
	unsigned char *heap = NULL;
	size_t count = 0;

	if (cardea_x509_pem(&pem, 4, items, &count, &heap, NULL) != CARDEA_OK) {
		must(heap == NULL && count == 0);
		return;
	}
	must(count > 0 && count <= 4);
	for (size_t i = 0; i < count; i++)
		must(items[i].data >= heap &&
		    items[i].data + items[i].len <= heap + len);
	free(heap);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	if (len == 0)
		return 0;
	switch (bytes[0]) {
	case 'j':
		try_judge(bytes + 1, len - 1);
		break;
	case 'x':
		try_path(bytes + 1, len - 1);
		break;
	case 'd':
		try_describe(bytes + 1, len - 1);
		break;
	case 'p':
		try_pem(bytes + 1, len - 1);
		break;
	default:
		break;
	}
	return 0;
}
