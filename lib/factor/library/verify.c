/* SPDX-License-Identifier: BSD-2-Clause */
#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/es384.h>
#include <fido/rs256.h>

#include "factor/library/verify.h"

/* The key in libfido2's own form; one of them. */
union public_key {
	es256_pk_t *es256;
	es384_pk_t *es384;
	rs256_pk_t *rs256;
	eddsa_pk_t *eddsa;
	void *any;
};

static void
say_nothing(const char *text)
{
	(void)text;
}

/* fido_init looks for FIDO_DEBUG in the environment and would then write
 * packets to stderr, which may be the network (K04). */
static void
silence(void)
{
	fido_init(0);
	fido_set_log_handler(say_nothing);
}

static enum cardea_status
status_of(int error)
{
	switch (error) {
	case FIDO_OK:
		return CARDEA_OK;
	case FIDO_ERR_INVALID_SIG:
	case FIDO_ERR_INVALID_PARAM: /* relying party, flags, extensions */
		return CARDEA_E_CORRUPT;
	case FIDO_ERR_INVALID_ARGUMENT:
	case FIDO_ERR_INVALID_CBOR:
		return CARDEA_E_SYNTAX;
	case FIDO_ERR_UNSUPPORTED_OPTION:
		return CARDEA_E_VERSION;
	default:
		return CARDEA_E_INTERNAL;
	}
}

bool
cardea_verify_has(int algorithm)
{
	return algorithm == COSE_ES256 || algorithm == COSE_EDDSA ||
	    algorithm == COSE_ES384 || algorithm == COSE_RS256;
}

static void
free_key(enum cardea_fido2_algorithm algorithm, union public_key *key)
{
	switch (algorithm) {
	case CARDEA_FIDO2_ES256:
		es256_pk_free(&key->es256);
		break;
	case CARDEA_FIDO2_ES384:
		es384_pk_free(&key->es384);
		break;
	case CARDEA_FIDO2_RS256:
		rs256_pk_free(&key->rs256);
		break;
	case CARDEA_FIDO2_EDDSA:
		eddsa_pk_free(&key->eddsa);
		break;
	case CARDEA_FIDO2_ALGORITHM_NONE:
		break;
	}
}

static union public_key
new_key(enum cardea_fido2_algorithm algorithm)
{
	union public_key key = { .any = NULL };

	switch (algorithm) {
	case CARDEA_FIDO2_ES256:
		key.es256 = es256_pk_new();
		break;
	case CARDEA_FIDO2_ES384:
		key.es384 = es384_pk_new();
		break;
	case CARDEA_FIDO2_RS256:
		key.rs256 = rs256_pk_new();
		break;
	case CARDEA_FIDO2_EDDSA:
		key.eddsa = eddsa_pk_new();
		break;
	case CARDEA_FIDO2_ALGORITHM_NONE:
		break;
	}
	return key;
}

static int
fill_key(const struct cardea_fido2_credential *credential, union public_key key)
{
	const unsigned char *bytes = credential->public_key;
	size_t len = credential->public_len;

	switch (credential->algorithm) {
	case CARDEA_FIDO2_ES256:
		return es256_pk_from_ptr(key.es256, bytes, len);
	case CARDEA_FIDO2_ES384:
		return es384_pk_from_ptr(key.es384, bytes, len);
	case CARDEA_FIDO2_RS256:
		return rs256_pk_from_ptr(key.rs256, bytes, len);
	case CARDEA_FIDO2_EDDSA:
		return eddsa_pk_from_ptr(key.eddsa, bytes, len);
	case CARDEA_FIDO2_ALGORITHM_NONE:
		break;
	}
	return FIDO_ERR_UNSUPPORTED_OPTION;
}

/* What libfido2 reads of extensions must be what it was told to expect.  Of
 * those it knows we ask for none, and refuse none: what counts is signed. */
struct extensions {
	int mask;
	int protection;	  /* credProtect */
	size_t pin_least; /* minPinLength */
};

static void
read_extension(struct cardea_cbor *reader, struct extensions *extensions)
{
	struct cardea_cbor_span name = cardea_cbor_string(
	    reader, CARDEA_CBOR_TEXT);
	bool is_number = cardea_cbor_is(reader, CARDEA_CBOR_UNSIGNED);
	struct cardea_cbor_span value = cardea_cbor_skip(reader);
	struct cardea_cbor inside;

	cardea_cbor_begin(&inside, value.bytes, value.len);
	if (cardea_cbor_equal(name, "credProtect") && is_number)
		extensions->protection = (int)cardea_cbor_integer(&inside);
	else if (cardea_cbor_equal(name, "minPinLength") && is_number)
		extensions->pin_least = (size_t)cardea_cbor_integer(&inside);
	else if (cardea_cbor_equal(name, "hmac-secret") &&
	    (cardea_cbor_is(&inside, CARDEA_CBOR_BYTES) ||
		cardea_cbor_bool(&inside)))
		extensions->mask |= FIDO_EXT_HMAC_SECRET;
	else if (cardea_cbor_equal(name, "credBlob") &&
	    (cardea_cbor_is(&inside, CARDEA_CBOR_BYTES) ||
		cardea_cbor_bool(&inside)))
		extensions->mask |= FIDO_EXT_CRED_BLOB;
}

/* Keys that are no texts are for nobody we know. */
static void
read_extensions(
    const struct cardea_authdata *data, struct extensions *extensions)
{
	struct cardea_cbor reader;
	size_t pairs;

	if (data->extensions.len == 0)
		return;
	cardea_cbor_begin(
	    &reader, data->extensions.bytes, data->extensions.len);
	pairs = cardea_cbor_open(&reader, CARDEA_CBOR_MAP);
	while (pairs-- > 0 && !reader.failed)
		read_extension(&reader, extensions);
}

static int
fill_assertion(fido_assert_t *assert,
    const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion)
{
	struct extensions extensions = { 0 };
	struct cardea_authdata data;
	int error;

	if (cardea_authdata_read(assertion->auth_data, assertion->auth_data_len,
		false, &data) != CARDEA_OK)
		return FIDO_ERR_INVALID_PARAM;
	read_extensions(&data, &extensions);
	error = fido_assert_set_count(assert, 1);
	if (error == FIDO_OK)
		error = fido_assert_set_rp(assert, credential->rp_id);
	if (error == FIDO_OK)
		error = fido_assert_set_clientdata_hash(
		    assert, assertion->client_hash, CARDEA_FIDO2_HASH);
	if (error == FIDO_OK)
		error = fido_assert_set_extensions(assert, extensions.mask);
	if (error == FIDO_OK)
		error = fido_assert_set_authdata_raw(
		    assert, 0, assertion->auth_data, assertion->auth_data_len);
	if (error == FIDO_OK)
		error = fido_assert_set_sig(
		    assert, 0, assertion->signature, assertion->signature_len);
	/* what is not demanded is not looked at (K01) */
	if (error == FIDO_OK)
		error = fido_assert_set_up(assert, FIDO_OPT_TRUE);
	if (error == FIDO_OK)
		error = fido_assert_set_uv(assert,
		    credential->demands_uv ? FIDO_OPT_TRUE : FIDO_OPT_OMIT);
	return error;
}

enum cardea_status
cardea_verify_assertion(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion)
{
	enum cardea_fido2_algorithm algorithm = credential->algorithm;
	enum cardea_status status = CARDEA_E_MEMORY;
	fido_assert_t *assert = NULL;
	union public_key key;
	int error;

	silence();
	if (!cardea_verify_has((int)algorithm))
		return CARDEA_E_VERSION;
	key = new_key(algorithm);
	assert = fido_assert_new();
	if (key.any == NULL || assert == NULL)
		goto out;
	status = status_of(fill_key(credential, key));
	if (status != CARDEA_OK)
		goto out;
	error = fill_assertion(assert, credential, assertion);
	/* whatever is wrong now is wrong with the assertion */
	if (error == FIDO_ERR_INVALID_ARGUMENT)
		error = FIDO_ERR_INVALID_PARAM;
	if (error == FIDO_OK)
		error = fido_assert_verify(assert, 0, (int)algorithm, key.any);
	status = status_of(error);
out:
	fido_assert_free(&assert);
	free_key(algorithm, &key);
	return status;
}

static int
fill_extensions(fido_cred_t *cred, const struct cardea_authdata *data)
{
	struct extensions extensions = { 0 };
	int error;

	read_extensions(data, &extensions);
	error = fido_cred_set_extensions(cred, extensions.mask);
	if (error == FIDO_OK && extensions.protection != 0)
		error = fido_cred_set_prot(cred, extensions.protection);
	if (error == FIDO_OK && extensions.pin_least != 0)
		error = fido_cred_set_pin_minlen(cred, extensions.pin_least);
	return error;
}

static int
fill_registration(fido_cred_t *cred,
    const struct cardea_fido2_registration *registration,
    const struct cardea_authdata *data, enum cardea_fido2_algorithm algorithm)
{
	int error;

	error = fido_cred_set_type(cred, (int)algorithm);
	if (error == FIDO_OK)
		error = fido_cred_set_fmt(cred, registration->format);
	if (error == FIDO_OK)
		error = fido_cred_set_rp(cred, registration->rp_id, NULL);
	if (error == FIDO_OK)
		error = fido_cred_set_clientdata_hash(
		    cred, registration->client_hash, CARDEA_FIDO2_HASH);
	if (error == FIDO_OK)
		error = fill_extensions(cred, data);
	if (error == FIDO_OK)
		error = fido_cred_set_authdata_raw(
		    cred, registration->auth_data, registration->auth_data_len);
	if (error == FIDO_OK)
		error = fido_cred_set_attstmt(
		    cred, registration->statement, registration->statement_len);
	return error;
}

enum cardea_status
cardea_verify_attestation(const struct cardea_fido2_registration *registration,
    const struct cardea_statement *statement,
    const struct cardea_authdata *data, enum cardea_fido2_algorithm algorithm)
{
	fido_cred_t *cred;
	int error;

	silence();
	cred = fido_cred_new();
	if (cred == NULL)
		return CARDEA_E_MEMORY;
	error = fill_registration(cred, registration, data, algorithm);
	if (error == FIDO_OK)
		error = statement->cert_count > 0 ? fido_cred_verify(cred)
						  : fido_cred_verify_self(cred);
	fido_cred_free(&cred);
	return status_of(error);
}
