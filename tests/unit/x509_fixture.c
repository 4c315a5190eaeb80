/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "unit/x509_fixture.h"

#define PARTIES_MAX 512
#define BLOCKS_MAX 512

static struct x509_party parties[PARTIES_MAX];
static void *blocks[BLOCKS_MAX];
static size_t party_count, block_count;

static void *
kept(void *block)
{
	assert_non_null(block);
	assert_true(block_count < BLOCKS_MAX);
	blocks[block_count++] = block;
	return block;
}

static EVP_PKEY *
make_key(const char *kind)
{
	EVP_PKEY *key;

	if (kind == NULL)
		kind = "P-256";
	if (strncmp(kind, "RSA:", 4) == 0)
		key = EVP_RSA_gen((unsigned int)atoi(kind + 4));
	else if (kind[0] == 'E')
		key = EVP_PKEY_Q_keygen(NULL, NULL, kind);
	else
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
	assert_non_null(key);
	return key;
}

static void
put_name(X509 *certificate, const char *name)
{
	X509_NAME *subject = X509_get_subject_name(certificate);

	if (name != NULL)
		assert_int_equal(
		    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
			(const unsigned char *)name, -1, -1, 0),
		    1);
}

static void
put_serial(X509 *certificate, const char *serial)
{
	static unsigned int next = 0x1000;
	char own[16];
	BIGNUM *number = NULL;

	snprintf(own, sizeof(own), "%x", next++);
	assert_int_not_equal(
	    BN_hex2bn(&number, serial == NULL ? own : serial), 0);
	assert_non_null(
	    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)));
	BN_free(number);
}

static const char *
changed(const struct x509_recipe *recipe, int nid, const char *usual)
{
	for (size_t i = 0; i < recipe->change_count; i++) {
		if (recipe->changes[i].nid == nid)
			return recipe->changes[i].value;
	}
	return usual;
}

static void
put_extension(
    X509 *certificate, X509V3_CTX *context, int nid, const char *value)
{
	X509_EXTENSION *extension;

	if (value == NULL)
		return;
	extension = X509V3_EXT_conf_nid(NULL, context, nid, value);
	if (extension == NULL)
		print_message("extension %d: %s\n", nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* OpenSSL would read them from a configuration alone. */
static void
put_policies(X509 *certificate, const char *list)
{
	CERTIFICATEPOLICIES *policies;
	char *copy, *at, *oid;

	if (list == NULL)
		return;
	policies = CERTIFICATEPOLICIES_new();
	copy = at = strdup(list);
	while ((oid = strsep(&at, ",")) != NULL) {
		POLICYINFO *policy = POLICYINFO_new();

		policy->policyid = OBJ_txt2obj(oid, 1);
		assert_non_null(policy->policyid);
		assert_true(sk_POLICYINFO_push(policies, policy) > 0);
	}
	free(copy);
	assert_int_equal(X509_add1_ext_i2d(certificate,
			     NID_certificate_policies, policies, 0, 0),
	    1);
	CERTIFICATEPOLICIES_free(policies);
}

/* OpenSSL writes an empty one where there is nothing to name. */
static const char *
usual_authority_key(X509 *certificate, X509 *issuer)
{
	if (issuer == certificate)
		return NULL;
	return X509_get0_subject_key_id(issuer) == NULL ? "DER:3006800401020304"
							: "keyid";
}

static void
put_extensions(
    const struct x509_recipe *recipe, X509 *certificate, X509 *issuer)
{
	const struct x509_change usual[] = {
		{ NID_basic_constraints,
		    recipe->is_authority ? "critical,CA:TRUE" : NULL },
		{ NID_key_usage,
		    recipe->is_authority ? "critical,keyCertSign,cRLSign"
					 : "critical,digitalSignature" },
		{ NID_ext_key_usage,
		    recipe->is_authority ? NULL : "clientAuth" },
		{ NID_subject_alt_name,
		    recipe->is_authority ? NULL : "DNS:laptop-7.example.org" },
		{ NID_subject_key_identifier, "hash" },
		{ NID_authority_key_identifier,
		    usual_authority_key(certificate, issuer) },
		{ NID_name_constraints, NULL },
		{ NID_policy_mappings, NULL },
		{ NID_policy_constraints, NULL },
		{ NID_inhibit_any_policy, NULL },
		{ NID_issuer_alt_name, NULL },
		{ NID_info_access, NULL },
		{ NID_netscape_comment, NULL },
	};
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509V3_set_ctx_nodb(&context);
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		put_extension(certificate, &context, usual[i].nid,
		    changed(recipe, usual[i].nid, usual[i].value));
	put_policies(
	    certificate, changed(recipe, NID_certificate_policies, NULL));
}

void
x509_sign(
    struct x509_party *party, struct x509_party *issuer, const char *digest)
{
	const EVP_MD *md = EVP_PKEY_get_id(issuer->key) == EVP_PKEY_ED25519
	    ? NULL
	    : EVP_get_digestbyname(digest == NULL ? "SHA256" : digest);
	unsigned char *der = NULL;
	int len;

	assert_true(X509_sign(party->certificate, issuer->key, md) > 0);
	len = i2d_X509(party->certificate, &der);
	assert_true(len > 0);
	party->der.data = kept(der);
	party->der.len = (size_t)len;
}

struct x509_party *
x509_make(const struct x509_recipe *recipe, struct x509_party *issuer)
{
	struct x509_party *party = &parties[party_count++];
	X509 *certificate = X509_new();

	assert_true(party_count < PARTIES_MAX);
	assert_non_null(certificate);
	if (issuer == NULL)
		issuer = party;
	party->certificate = certificate;
	if (recipe->same_key != NULL) {
		party->key = recipe->same_key->key;
		assert_int_equal(EVP_PKEY_up_ref(party->key), 1);
	} else {
		party->key = make_key(recipe->key);
	}
	X509_set_version(
	    certificate, recipe->version == 0 ? 2 : recipe->version - 1);
	put_serial(certificate, recipe->serial);
	put_name(certificate, recipe->name);
	X509_set_issuer_name(
	    certificate, X509_get_subject_name(issuer->certificate));
	ASN1_TIME_set(X509_getm_notBefore(certificate),
	    recipe->from_s == 0 ? X509_NOW - X509_DAY : recipe->from_s);
	ASN1_TIME_set(X509_getm_notAfter(certificate),
	    recipe->to_s == 0 ? X509_NOW + X509_DAY : recipe->to_s);
	X509_set_pubkey(certificate, party->key);
	put_extensions(recipe, certificate, issuer->certificate);
	x509_sign(party, issuer, recipe->digest);
	return party;
}

void
x509_drop(void)
{
	while (party_count > 0) {
		party_count--;
		X509_free(parties[party_count].certificate);
		EVP_PKEY_free(parties[party_count].key);
		memset(&parties[party_count], 0, sizeof(parties[0]));
	}
	while (block_count > 0)
		OPENSSL_free(blocks[--block_count]);
}

struct cardea_cert_bytes
x509_pem_of(struct x509_party *const *some, size_t count)
{
	BIO *memory = BIO_new(BIO_s_mem());
	struct cardea_cert_bytes pem;
	char *text = NULL;
	long len;

	assert_non_null(memory);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
		    PEM_write_bio_X509(memory, some[i]->certificate), 1);
	len = BIO_get_mem_data(memory, &text);
	pem.len = (size_t)len;
	pem.data = kept(OPENSSL_memdup(text, pem.len));
	BIO_free(memory);
	return pem;
}

static const char *
right_digest(EVP_PKEY *key)
{
	if (EVP_PKEY_get_id(key) == EVP_PKEY_ED25519)
		return NULL;
	if (EVP_PKEY_get_id(key) == EVP_PKEY_EC)
		return EVP_PKEY_get_bits(key) == 256 ? "SHA256"
		    : EVP_PKEY_get_bits(key) == 384  ? "SHA384"
						     : "SHA512";
	return "SHA256";
}

struct cardea_cert_bytes
x509_prove(struct x509_party *party, const struct cardea_cert_bytes *message,
    const char *digest)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	struct cardea_cert_bytes signature;
	size_t len = 0;
	unsigned char *bytes;

	if (digest == NULL)
		digest = right_digest(party->key);
	assert_int_equal(EVP_DigestSignInit_ex(context, NULL, digest, NULL,
			     NULL, party->key, NULL),
	    1);
	assert_int_equal(
	    EVP_DigestSign(context, NULL, &len, message->data, message->len),
	    1);
	bytes = kept(OPENSSL_malloc(len));
	assert_int_equal(
	    EVP_DigestSign(context, bytes, &len, message->data, message->len),
	    1);
	EVP_MD_CTX_free(context);
	signature.data = bytes;
	signature.len = len;
	return signature;
}
