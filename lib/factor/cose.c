/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "factor/cbor.h"
#include "factor/cose.h"

/* labels of a COSE_Key (RFC 9052, 7.1) and of its kinds (RFC 9053, 7) */
#define LABEL_KTY 1
#define LABEL_ALG 3
#define LABEL_CRV (-1) /* RSA: n */
#define LABEL_X (-2)   /* RSA: e */
#define LABEL_Y (-3)

#define KTY_OKP 1
#define KTY_EC2 2
#define KTY_RSA 3

#define RSA_N 256
#define RSA_E 3
#define PARTS 2

/* The public key is one or two byte strings, one after the other; their labels
 * and lengths, and what stands in front of them in DER. */
struct shape {
	enum cardea_fido2_algorithm algorithm;
	int64_t kty, curve; /* curve 0: none */
	int64_t labels[PARTS];
	size_t lengths[PARTS];
	const char *der; /* all before the first part */
	size_t der_len;
	const char *der_between; /* and before the second */
	size_t der_between_len;
};

#define DER(text) text, sizeof(text) - 1

static const struct shape shapes[] = {
	{ CARDEA_FIDO2_ES256, KTY_EC2, 1, { LABEL_X, LABEL_Y }, { 32, 32 },
	    DER("\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08"
		"\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04"),
	    DER("") },
	{ CARDEA_FIDO2_ES384, KTY_EC2, 2, { LABEL_X, LABEL_Y }, { 48, 48 },
	    DER("\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05"
		"\x2b\x81\x04\x00\x22\x03\x62\x00\x04"),
	    DER("") },
	{ CARDEA_FIDO2_EDDSA, KTY_OKP, 6, { LABEL_X, 0 }, { 32, 0 },
	    DER("\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"), DER("") },
	{ CARDEA_FIDO2_RS256, KTY_RSA, 0, { LABEL_CRV, LABEL_X },
	    { RSA_N, RSA_E },
	    DER("\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01"
		"\x01\x01\x05\x00\x03\x82\x01\x0f\x00\x30\x82\x01\x0a\x02\x82"
		"\x01\x01\x00"),
	    DER("\x02\x03") },
};

#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static const struct shape *
shape_of(int64_t algorithm)
{
	for (size_t i = 0; i < SHAPES; i++) {
		if ((int64_t)shapes[i].algorithm == algorithm)
			return &shapes[i];
	}
	return NULL;
}

size_t
cardea_cose_public_len(enum cardea_fido2_algorithm algorithm)
{
	const struct shape *shape = shape_of((int64_t)algorithm);

	return shape == NULL ? 0 : shape->lengths[0] + shape->lengths[1];
}

static enum cardea_status
fail(struct cardea_diag *diag)
{
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "the public key is malformed");
}

/* The parameters of a COSE_Key; seen has a bit for each label. */
struct parameters {
	unsigned int seen;
	int64_t kty, algorithm, curve;
	struct cardea_cbor_span parts[3]; /* -1 (RSA), -2, -3 */
};

/* One pair; false if it repeats one, or is none that a key of ours can have. */
static bool
read_parameter(struct cardea_cbor *reader, struct parameters *parameters)
{
	int64_t label = cardea_cbor_integer(reader);
	unsigned int bit;

	if (label < LABEL_Y || label > LABEL_ALG)
		return false;
	bit = 1u << (unsigned int)(label - LABEL_Y);
	if ((parameters->seen & bit) != 0)
		return false;
	parameters->seen |= bit;
	if (label == LABEL_KTY)
		parameters->kty = cardea_cbor_integer(reader);
	else if (label == LABEL_ALG)
		parameters->algorithm = cardea_cbor_integer(reader);
	else if (label == LABEL_CRV &&
	    !cardea_cbor_is(reader, CARDEA_CBOR_BYTES))
		parameters->curve = cardea_cbor_integer(reader);
	else if (label < 0)
		parameters->parts[-1 - label] = cardea_cbor_string(
		    reader, CARDEA_CBOR_BYTES);
	else
		return false;
	return true;
}

static size_t
count_bits(unsigned int bits)
{
	return (size_t)__builtin_popcount(bits);
}

/* Are these the parameters of the shape, all and no others? */
static bool
fits(const struct shape *shape, const struct parameters *parameters)
{
	size_t wanted = 2 + (shape->curve != 0 ? 1 : 0);

	for (size_t i = 0; i < PARTS && shape->lengths[i] > 0; i++) {
		if (parameters->parts[-1 - shape->labels[i]].len !=
		    shape->lengths[i])
			return false;
		wanted++;
	}
	return parameters->kty == shape->kty &&
	    parameters->curve == shape->curve &&
	    count_bits(parameters->seen) == wanted;
}

/* RSA keys of other sizes are sound; they are only not for us. */
static bool
is_other_rsa(const struct shape *shape, const struct parameters *parameters)
{
	size_t n = parameters->parts[0].len, e = parameters->parts[1].len;

	return shape->kty == KTY_RSA && parameters->kty == KTY_RSA && n > 0 &&
	    e > 0 && (n != RSA_N || e != RSA_E);
}

static void
put_part(
    struct cardea_fido2_credential *credential, const void *bytes, size_t len)
{
	memcpy(credential->public_key + credential->public_len, bytes, len);
	credential->public_len += len;
}

enum cardea_status
cardea_cose_read(const unsigned char *bytes, size_t len,
    struct cardea_fido2_credential *credential, struct cardea_diag *diag)
{
	struct parameters parameters = { 0 };
	const struct shape *shape;
	struct cardea_cbor reader;
	size_t pairs;

	cardea_cbor_begin(&reader, bytes, len);
	pairs = cardea_cbor_open(&reader, CARDEA_CBOR_MAP);
	while (pairs-- > 0) {
		if (!read_parameter(&reader, &parameters))
			return fail(diag);
	}
	if (cardea_cbor_done(&reader) != CARDEA_OK)
		return fail(diag);
	shape = shape_of(parameters.algorithm);
	if (parameters.algorithm != 0 &&
	    (shape == NULL || is_other_rsa(shape, &parameters)))
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "a public key of algorithm %d is not supported",
		    (int)parameters.algorithm);
	if (shape == NULL || !fits(shape, &parameters))
		return fail(diag);
	credential->algorithm = shape->algorithm;
	credential->public_len = 0;
	for (size_t i = 0; i < PARTS && shape->lengths[i] > 0; i++)
		put_part(credential,
		    parameters.parts[-1 - shape->labels[i]].bytes,
		    shape->lengths[i]);
	return CARDEA_OK;
}

static bool
begins(
    const unsigned char *bytes, size_t len, const char *with, size_t with_len)
{
	return len >= with_len && memcmp(bytes, with, with_len) == 0;
}

/* DER has one form only, so what stands between the parts is constant. */
static bool
fits_der(const struct shape *shape, const unsigned char *bytes, size_t len)
{
	size_t second = shape->der_len + shape->lengths[0];

	return len == second + shape->der_between_len + shape->lengths[1] &&
	    begins(bytes, len, shape->der, shape->der_len) &&
	    begins(bytes + second, len - second, shape->der_between,
		shape->der_between_len);
}

enum cardea_status
cardea_cose_read_spki(const unsigned char *bytes, size_t len,
    struct cardea_fido2_credential *credential, struct cardea_diag *diag)
{
	for (size_t i = 0; i < SHAPES; i++) {
		const struct shape *shape = &shapes[i];

		if (!fits_der(shape, bytes, len))
			continue;
		credential->algorithm = shape->algorithm;
		credential->public_len = 0;
		put_part(credential, bytes + shape->der_len, shape->lengths[0]);
		put_part(credential,
		    bytes + shape->der_len + shape->lengths[0] +
			shape->der_between_len,
		    shape->lengths[1]);
		return CARDEA_OK;
	}
	return cardea_diag_set(diag, CARDEA_E_VERSION,
	    "not a public key of P-256, P-384, Ed25519 or RSA of 2048 bits");
}
