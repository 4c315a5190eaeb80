/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_WEBAUTHN_H
#define TESTS_UNIT_WEBAUTHN_H

#include <string.h>

#include "base/text.h"
#include "factor/attestation.h"
#include "factor/authdata.h"
#include "factor/cose.h"
#include "store/crypto.h"
#include "unit/vectors.h"

/* The test vectors of WebAuthn level 3, as our types. */
#define WEBAUTHN_VECTORS "webauthn-w3c/vectors.json"

static inline size_t
bytes_of(
    const json_t *object, const char *key, unsigned char *bytes, size_t size)
{
	const char *hex = text_of(object, key);
	size_t len = strlen(hex) / 2;

	assert_true(len <= size);
	assert_int_equal(cardea_text_unhex(bytes, len, hex), CARDEA_OK);
	return len;
}

static inline void
hash_client_data(const json_t *half, unsigned char ret_hash[CARDEA_FIDO2_HASH])
{
	unsigned char bytes[1024];
	size_t len = bytes_of(half, "clientDataJSON", bytes, sizeof(bytes));

	assert_int_equal(cardea_crypto_sha256(bytes, len, ret_hash), CARDEA_OK);
}

static inline struct cardea_fido2_registration
webauthn_registration(const json_t *root, const json_t *test)
{
	struct cardea_fido2_registration registration = { 0 };
	const json_t *half = json_object_get(test, "registration");
	unsigned char object[8192];
	size_t len = bytes_of(
	    half, "attestationObject", object, sizeof(object));

	hash_client_data(half, registration.client_hash);
	strcpy(registration.rp_id, text_of(root, "rp_id"));
	assert_int_equal(
	    cardea_attestation_unpack(object, len, &registration, NULL),
	    CARDEA_OK);
	return registration;
}

static inline struct cardea_fido2_assertion
webauthn_assertion(const json_t *test)
{
	struct cardea_fido2_assertion assertion = { 0 };
	const json_t *half = json_object_get(test, "authentication");

	hash_client_data(half, assertion.client_hash);
	assertion.auth_data_len = bytes_of(half, "authenticatorData",
	    assertion.auth_data, sizeof(assertion.auth_data));
	assertion.signature_len = bytes_of(half, "signature",
	    assertion.signature, sizeof(assertion.signature));
	return assertion;
}

/* The credential of a registration; false if its key is not for libfido2. */
static inline bool
webauthn_credential(const json_t *root, const json_t *test,
    struct cardea_fido2_credential *ret_credential)
{
	struct cardea_fido2_registration registration = webauthn_registration(
	    root, test);
	struct cardea_fido2_credential credential = { 0 };
	struct cardea_authdata data;
	enum cardea_status status;

	assert_int_equal(cardea_authdata_read(registration.auth_data,
			     registration.auth_data_len, true, &data),
	    CARDEA_OK);
	status = cardea_cose_read(
	    data.key.bytes, data.key.len, &credential, NULL);
	if (status == CARDEA_E_VERSION)
		return false;
	assert_int_equal(status, CARDEA_OK);
	strcpy(credential.id, "0000000000000001");
	strcpy(credential.name, "of the vectors");
	strcpy(credential.rp_id, registration.rp_id);
	credential.kind = CARDEA_FIDO2_CTAP;
	credential.handle_len = data.handle.len;
	memcpy(credential.handle, data.handle.bytes, data.handle.len);
	*ret_credential = credential;
	return true;
}

#endif
