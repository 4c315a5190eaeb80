/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>

#include "base/sshwire.h"
#include "unit/sk_key.h"

/* what a key signs: SHA-256(application) | flags | counter | client hash */
#define SIGNED_LEN (32 + 1 + 4 + 32)

static void
must(bool is_so)
{
	if (!is_so)
		abort();
}

void
sk_key_make(struct sk_key *key, enum cardea_fido2_algorithm algorithm,
    const char *application)
{
	struct cardea_fido2_credential *credential = &key->credential;
	unsigned char public[65];
	size_t len = sizeof(public);
	EVP_PKEY *pkey;

	memset(key, 0, sizeof(*key));
	credential->kind = CARDEA_FIDO2_SSH;
	credential->algorithm = algorithm;
	must(strlen(application) < sizeof(credential->rp_id));
	strcpy(credential->rp_id, application);
	if (algorithm == CARDEA_FIDO2_EDDSA) {
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		must(pkey != NULL &&
		    EVP_PKEY_get_raw_public_key(pkey, public, &len) == 1);
		memcpy(credential->public_key, public, len);
		credential->public_len = len;
	} else {
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
		must(pkey != NULL &&
		    EVP_PKEY_get_octet_string_param(pkey,
			OSSL_PKEY_PARAM_PUB_KEY, public, len, &len) == 1 &&
		    len == 65);
		memcpy(credential->public_key, public + 1, 64);
		credential->public_len = 64;
	}
	key->private_key = pkey;
}

void
sk_key_free(struct sk_key *key)
{
	EVP_PKEY_free(key->private_key);
	key->private_key = NULL;
}

static void
put_mpint(struct cardea_sshwire_writer *writer, const BIGNUM *number)
{
	unsigned char bytes[33] = { 0 };
	int len = BN_bn2bin(number, bytes + 1);

	if ((bytes[1] & 0x80) != 0)
		cardea_sshwire_put_string(writer, bytes, (size_t)len + 1);
	else
		cardea_sshwire_put_string(writer, bytes + 1, (size_t)len);
}

static size_t
numbers_of(
    const unsigned char *der, size_t len, unsigned char *bytes, size_t size)
{
	ECDSA_SIG *numbers = d2i_ECDSA_SIG(NULL, &der, (long)len);
	struct cardea_sshwire_writer writer;

	must(numbers != NULL);
	cardea_sshwire_write(&writer, bytes, size);
	put_mpint(&writer, ECDSA_SIG_get0_r(numbers));
	put_mpint(&writer, ECDSA_SIG_get0_s(numbers));
	ECDSA_SIG_free(numbers);
	must(!writer.failed);
	return writer.len;
}

size_t
sk_key_sign(const struct sk_key *key, const unsigned char *data, size_t len,
    uint8_t flags, uint32_t counter, unsigned char blob[CARDEA_SSH_BLOB_MAX])
{
	bool eddsa = key->credential.algorithm == CARDEA_FIDO2_EDDSA;
	const char *application = key->credential.rp_id;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char tbs[SIGNED_LEN], raw[128], signature[128];
	size_t raw_len = sizeof(raw), signature_len;
	struct cardea_sshwire_writer writer;

	SHA256((const unsigned char *)application, strlen(application), tbs);
	cardea_sshwire_write(&writer, tbs + 32, 5);
	cardea_sshwire_put_u8(&writer, flags);
	cardea_sshwire_put_u32(&writer, counter);
	SHA256(data, len, tbs + 37);
	must(EVP_DigestSignInit(context, NULL, eddsa ? NULL : EVP_sha256(),
		 NULL, key->private_key) == 1 &&
	    EVP_DigestSign(context, raw, &raw_len, tbs, sizeof(tbs)) == 1);
	EVP_MD_CTX_free(context);
	if (eddsa) {
		memcpy(signature, raw, raw_len);
		signature_len = raw_len;
	} else {
		signature_len = numbers_of(
		    raw, raw_len, signature, sizeof(signature));
	}

	cardea_sshwire_write(&writer, blob, CARDEA_SSH_BLOB_MAX);
	cardea_sshwire_put_text(&writer,
	    eddsa ? "sk-ssh-ed25519@openssh.com"
		  : "sk-ecdsa-sha2-nistp256@openssh.com");
	cardea_sshwire_put_string(&writer, signature, signature_len);
	cardea_sshwire_put_u8(&writer, flags);
	cardea_sshwire_put_u32(&writer, counter);
	must(!writer.failed);
	return writer.len;
}

static EVP_PKEY *
public_key_of(const struct cardea_fido2_credential *credential)
{
	unsigned char point[65] = { 4 };
	char curve[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(
		    OSSL_PKEY_PARAM_GROUP_NAME, curve, sizeof(curve) - 1),
		OSSL_PARAM_octet_string(
		    OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *context;
	EVP_PKEY *pkey = NULL;

	if (credential->algorithm == CARDEA_FIDO2_EDDSA)
		return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
		    credential->public_key, credential->public_len);
	memcpy(point + 1, credential->public_key, 64);
	context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	must(context != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
	    EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) ==
		1);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

bool
sk_verify(const struct cardea_fido2_credential *credential,
    const struct cardea_fido2_assertion *assertion)
{
	bool eddsa = credential->algorithm == CARDEA_FIDO2_EDDSA;
	EVP_PKEY *pkey = public_key_of(credential);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char tbs[SIGNED_LEN];
	bool right;

	must(pkey != NULL && assertion->auth_data_len == 37);
	memcpy(tbs, assertion->auth_data, 37);
	memcpy(tbs + 37, assertion->client_hash, 32);
	right = EVP_DigestVerifyInit(context, NULL, eddsa ? NULL : EVP_sha256(),
		    NULL, pkey) == 1 &&
	    EVP_DigestVerify(context, assertion->signature,
		assertion->signature_len, tbs, sizeof(tbs)) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	return right;
}
