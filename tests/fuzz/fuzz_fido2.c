/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "factor/attestation.h"
#include "factor/authdata.h"
#include "factor/cose.h"
#include "factor/library/table.h"

/*
 * What a security key may say.  The first byte of an input chooses:
 *
 *   'a'  an assertion: a length, so much authenticator data, the signature.
 *        Nothing is accepted but the very bytes that were signed.
 *   'r'  an attestation object.  Nothing is accepted with a signature unless
 *        all that it covers is what was signed.
 *   'k'  a public key in both forms: what is read is one that a credential may
 *        have, of the length that is said.
 *   'd'  authenticator data: each part lies within them.
 *
 * The seeds are from the test vectors of WebAuthn level 3, as is what follows.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

#define RP_ID "example.org"
#define RP_HASH                                                                \
	"bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5"

/* none-es256 */
#define PUBLIC                                                                 \
	"afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61"     \
	"930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220"
#define ASSERTED RP_HASH "1900000000"
#define SIGNATURE                                                              \
	"3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a8778021"    \
	"8deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295"    \
	"ea13653e331e87"
#define ASSERTED_CLIENT                                                        \
	"676a6e380fd31ea5710705c7be1ac4889b037895d0a25291f51251b7d7b1df02"

/* packed-eddsa */
#define PACKED                                                                 \
	RP_HASH                                                                \
	"4100000000d5aa33581e8ca478e20fe713f5d32ff20020ce9f840ed96599580c"     \
	"d140fbc7bb3230633f50f61041aff73308ae71caa8a2bda40101032720062158"     \
	"2044e06ddd331c36a8dc667bab52bcae63486c916aa5e339e6acebaa84934bf832"
#define PACKED_CLIENT                                                          \
	"d03e51a83301ce11d8da5137027e278dccd9e53d4800692f658871d6162400d3"

/* fido-u2f-es256 */
#define U2F_HANDLE                                                             \
	"a4ba6e2d2cfec43648d7d25c5ed5659bc18f2b781538527ebd492de03256bdf4"
#define U2F_PUBLIC                                                             \
	"b0d62de6b30f86f0bac7a9016951391c2e31849e2e64661cbd2b13cd7d5508ad"     \
	"503b0bda2a357a9a4b34475a28e65b660b4898a9e3e9bbf0820d43494297edd0"
#define U2F_CLIENT                                                             \
	"6970f8e417cf371997186aa92d7a63dc545d280c3ba8887bc1765a9700e23729"

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static size_t
fill(unsigned char *bytes, size_t size, const char *hex)
{
	size_t len = strlen(hex) / 2;

	must(len <= size && cardea_text_unhex(bytes, len, hex) == CARDEA_OK);
	return len;
}

static int
is_hex(const unsigned char *bytes, size_t len, const char *hex)
{
	unsigned char wanted[1024];

	return fill(wanted, sizeof(wanted), hex) == len &&
	    memcmp(bytes, wanted, len) == 0;
}

static void
try_assertion(const unsigned char *bytes, size_t len)
{
	struct cardea_fido2_credential credential = {
		.kind = CARDEA_FIDO2_CTAP,
		.algorithm = CARDEA_FIDO2_ES256,
		.handle_len = 1,
		.rp_id = RP_ID,
	};
	struct cardea_fido2_assertion assertion = { 0 };
	struct cardea_fido2_verdict verdict;

	if (len == 0 || bytes[0] > len - 1 ||
	    len - 1 - bytes[0] > sizeof(assertion.signature))
		return;
	credential.public_len = fill(
	    credential.public_key, sizeof(credential.public_key), PUBLIC);
	(void)fill(assertion.client_hash, CARDEA_FIDO2_HASH, ASSERTED_CLIENT);
	assertion.auth_data_len = bytes[0];
	memcpy(assertion.auth_data, bytes + 1, assertion.auth_data_len);
	assertion.signature_len = len - 1 - assertion.auth_data_len;
	memcpy(assertion.signature, bytes + 1 + assertion.auth_data_len,
	    assertion.signature_len);
	cardea_fido2_judge(
	    &cardea_fido2_library, &credential, &assertion, false, &verdict);
	must((verdict.result == CARDEA_RESULT_VERIFIED) ==
	    (is_hex(assertion.auth_data, assertion.auth_data_len, ASSERTED) &&
		is_hex(
		    assertion.signature, assertion.signature_len, SIGNATURE)));
	must(verdict.result == CARDEA_RESULT_VERIFIED ||
	    verdict.result == CARDEA_RESULT_REFUSED);
}

/* A signature of whatever certificate is in there: the seed's own. */
static void
check_accepted(const struct cardea_fido2_registration *registration,
    const struct cardea_attestation *attestation)
{
	const struct cardea_fido2_credential *credential =
	    &attestation->credential;

	must(attestation->kind == CARDEA_ATTESTATION_NONE ||
	    attestation->kind == CARDEA_ATTESTATION_UNCHAINED);
	must(!credential->attested);
	must(credential->handle_len > 0 &&
	    credential->handle_len <= sizeof(credential->handle));
	must(credential->public_len ==
	    cardea_cose_public_len(credential->algorithm));
	if (attestation->kind == CARDEA_ATTESTATION_NONE)
		must(strcmp(registration->format, "none") == 0);
	else if (strcmp(registration->format, "packed") == 0)
		must(is_hex(registration->auth_data,
		    registration->auth_data_len, PACKED));
	else
		must(is_hex(credential->handle, credential->handle_len,
			 U2F_HANDLE) &&
		    is_hex(credential->public_key, credential->public_len,
			U2F_PUBLIC));
}

static void
try_registration(const unsigned char *bytes, size_t len)
{
	static const struct cardea_attestation_rules rules;
	struct cardea_fido2_registration registration = { .rp_id = RP_ID };
	struct cardea_attestation attestation = { 0 };
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_attestation_unpack(bytes, len, &registration, &diag);
	must((status == CARDEA_OK) == (diag.reason[0] == '\0'));
	if (status != CARDEA_OK)
		return;
	(void)fill(registration.client_hash, CARDEA_FIDO2_HASH,
	    strcmp(registration.format, "packed") == 0 ? PACKED_CLIENT
						       : U2F_CLIENT);
	status = cardea_attestation_judge(
	    &cardea_fido2_library, &registration, &rules, &attestation, &diag);
	must((status == CARDEA_OK) == (diag.reason[0] == '\0'));
	if (status == CARDEA_OK)
		check_accepted(&registration, &attestation);
}

static void
try_key(const unsigned char *bytes, size_t len)
{
	struct cardea_fido2_credential credential = { 0 }, empty = { 0 };

	if (cardea_cose_read(bytes, len, &credential, NULL) != CARDEA_OK &&
	    cardea_cose_read_spki(bytes, len, &credential, NULL) != CARDEA_OK) {
		must(memcmp(&credential, &empty, sizeof(empty)) == 0);
		return;
	}
	must(credential.public_len > 0 &&
	    credential.public_len ==
		cardea_cose_public_len(credential.algorithm));
}

static int
is_within(struct cardea_cbor_span span, const unsigned char *bytes, size_t len)
{
	return span.len == 0 ||
	    (span.bytes >= bytes && span.bytes + span.len <= bytes + len);
}

static void
try_data(const unsigned char *bytes, size_t len)
{
	struct cardea_authdata data;

	for (int attested = 0; attested < 2; attested++) {
		if (cardea_authdata_read(bytes, len, attested != 0, &data) !=
		    CARDEA_OK)
			continue;
		must(is_within(data.handle, bytes, len) &&
		    is_within(data.key, bytes, len) &&
		    is_within(data.extensions, bytes, len));
		must((data.handle.len > 0) == (attested != 0));
		must(CARDEA_AUTHDATA_MIN +
			(attested != 0 ? CARDEA_FIDO2_MODEL + 2u : 0u) +
			data.handle.len + data.key.len + data.extensions.len ==
		    len);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	if (len == 0)
		return 0;
	switch (bytes[0]) {
	case 'a':
		try_assertion(bytes + 1, len - 1);
		break;
	case 'r':
		try_registration(bytes + 1, len - 1);
		break;
	case 'k':
		try_key(bytes + 1, len - 1);
		break;
	default:
		try_data(bytes + 1, len - 1);
		break;
	}
	return 0;
}
