/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "rig/key/certificate.h"
#include "rig/key/need.h"

/* id-fido-gen-ce-aaguid */
#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"

static EVP_PKEY *
derive_key(const char *maker, const char *purpose)
{
	unsigned char seed[HASH_LEN];
	struct writer data = { .bytes = NULL };
	put_raw(&data, maker, strlen(maker));
	put_raw(&data, purpose, strlen(purpose));
	hash(data.bytes, data.len, seed);
	writer_clear(&data);
	return p256_from_seed(seed);
}

static void
add_name(X509_NAME *name, const char *field, const char *value)
{
	need(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
		 (const unsigned char *)value, -1, -1, 0) == 1,
	    "a name");
}

/* The issuer's key identifier goes in where the value asks for it. */
static void
add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(
	    NULL, &context, nid, value);
	need(extension != NULL && X509_add_ext(certificate, extension, -1) == 1,
	    "an extension");
	X509_EXTENSION_free(extension);
}

/* Its value is an octet string within the octet string of every extension. */
static void
add_aaguid(X509 *certificate, const unsigned char aaguid[AAGUID_LEN])
{
	unsigned char value[2 + AAGUID_LEN] = { V_ASN1_OCTET_STRING,
		AAGUID_LEN };
	memcpy(value + 2, aaguid, AAGUID_LEN);
	ASN1_OCTET_STRING *string = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *name = OBJ_txt2obj(AAGUID_OID, 1);
	need(ASN1_OCTET_STRING_set(string, value, sizeof value) == 1, "memory");
	X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(
	    NULL, name, 0, string);
	need(extension != NULL && X509_add_ext(certificate, extension, -1) == 1,
	    "an extension");
	X509_EXTENSION_free(extension);
	ASN1_OBJECT_free(name);
	ASN1_OCTET_STRING_free(string);
}

/* Not signed yet.  It holds for as long as two digits can say, whatever clock
 * the tests set. */
static X509 *
new_certificate(
    const char *maker, const char *unit, const char *common, EVP_PKEY *key)
{
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);
	add_name(name, "C", "DE");
	add_name(name, "O", maker);
	if (unit != NULL)
		add_name(name, "OU", unit);
	add_name(name, "CN", common);
	need(X509_set_version(certificate, X509_VERSION_3) == 1 &&
		ASN1_TIME_set_string(
		    X509_getm_notBefore(certificate), "200101000000Z") == 1 &&
		ASN1_TIME_set_string(
		    X509_getm_notAfter(certificate), "491231235959Z") == 1 &&
		X509_set_pubkey(certificate, key) == 1,
	    "a certificate");
	return certificate;
}

static void
sign_certificate(
    X509 *certificate, long serial, const X509 *issuer, EVP_PKEY *issuer_key)
{
	need(
	    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial) == 1 &&
		X509_set_issuer_name(
		    certificate, X509_get_subject_name(issuer)) == 1 &&
		X509_sign(certificate, issuer_key, EVP_sha256()) > 0,
	    "a signed certificate");
}

static void
put_der(struct writer *writer, X509 *certificate)
{
	unsigned char *bytes = NULL;
	int len = i2d_X509(certificate, &bytes);
	need(len > 0, "a certificate");
	put_raw(writer, bytes, (size_t)len);
	OPENSSL_free(bytes);
}

static void
put_pem(struct writer *writer, X509 *certificate)
{
	char *text;
	BIO *memory = BIO_new(BIO_s_mem());
	need(PEM_write_bio_X509(memory, certificate) == 1, "PEM");
	long len = BIO_get_mem_data(memory, &text);
	put_raw(writer, text, (size_t)len);
	BIO_free(memory);
}

void
certificates_make(const char *maker, const unsigned char aaguid[AAGUID_LEN],
    struct certificates *ret_certificates)
{
	EVP_PKEY *root_key = derive_key(maker, "root");
	X509 *root = new_certificate(maker, NULL, "Attestation Root", root_key);
	add_extension(
	    root, root, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
	add_extension(root, root, NID_key_usage, "critical,keyCertSign");
	add_extension(root, root, NID_subject_key_identifier, "hash");
	sign_certificate(root, 1, root, root_key);

	EVP_PKEY *batch_key = derive_key(maker, "batch");
	X509 *batch = new_certificate(
	    maker, "Authenticator Attestation", "Batch", batch_key);
	add_extension(batch, root, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(batch, root, NID_authority_key_identifier, "keyid");
	add_aaguid(batch, aaguid);
	sign_certificate(batch, 2, root, root_key);

	*ret_certificates = (struct certificates){ .batch_key = batch_key };
	put_der(&ret_certificates->batch, batch);
	put_pem(&ret_certificates->root_pem, root);
	put_pem(&ret_certificates->batch_pem, batch);
	X509_free(batch);
	X509_free(root);
	EVP_PKEY_free(root_key);
}
