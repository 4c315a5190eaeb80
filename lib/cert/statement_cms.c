/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/pem.h>

#include "cert/statement_keys.h"
#include "cert/x509_key.h"

/* Cryptographic Message Syntax: the signer is found among the pinned keys, or
 * it is nobody. */

static enum cardea_status
refuse(struct cardea_diag *diag, enum cardea_status status, const char *reason)
{
	return cardea_diag_set(diag, status, "%s", reason);
}

/* ---- the message ---- */

static CMS_ContentInfo *
read_der(const struct cardea_statement_keys *keys, const unsigned char *der,
    size_t len)
{
	CMS_ContentInfo *cms = CMS_ContentInfo_new_ex(keys->room.context, NULL);
	const unsigned char *at = der;

	if (cms == NULL || d2i_CMS_ContentInfo(&cms, &at, (long)len) == NULL)
		return NULL; /* freed with the failure */
	if (at == der + len)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

/* One block, and nothing behind it. */
static CMS_ContentInfo *
read_pem(const struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *pem)
{
	BIO *file = BIO_new_mem_buf(pem->data, (int)pem->len);
	CMS_ContentInfo *cms = NULL;
	char *name = NULL, *header = NULL;
	unsigned char *data = NULL;
	char rest[64];
	long len = 0;
	int got = 0;

	if (file != NULL &&
	    PEM_read_bio(file, &name, &header, &data, &len) == 1 &&
	    (strcmp(name, PEM_STRING_CMS) == 0 ||
		strcmp(name, PEM_STRING_PKCS7) == 0)) {
		got = BIO_read(file, rest, sizeof(rest));
		if (got <= 0)
			cms = read_der(keys, data, (size_t)len);
	}
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(data);
	BIO_free(file);
	return cms;
}

static CMS_ContentInfo *
read_message(const struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *cms)
{
	if (cms->len > 0 && cms->data[0] == 0x30)
		return read_der(keys, cms->data, cms->len);
	return read_pem(keys, cms);
}

/* ---- the signer ---- */

static bool
is_strong(CMS_SignerInfo *info)
{
	X509_ALGOR *digest = NULL, *signature = NULL;
	const ASN1_OBJECT *oid = NULL;

	CMS_SignerInfo_get0_algs(info, NULL, NULL, &digest, &signature);
	X509_ALGOR_get0(&oid, NULL, NULL, digest);
	switch (OBJ_obj2nid(oid)) {
	case NID_sha256:
	case NID_sha384:
	case NID_sha512:
		break;
	default:
		return false;
	}
	X509_ALGOR_get0(&oid, NULL, NULL, signature);
	switch (OBJ_obj2nid(oid)) {
	case NID_rsaEncryption:
	case NID_sha256WithRSAEncryption:
	case NID_sha384WithRSAEncryption:
	case NID_sha512WithRSAEncryption:
	case NID_ecdsa_with_SHA256:
	case NID_ecdsa_with_SHA384:
	case NID_ecdsa_with_SHA512:
	case NID_ED25519:
		return true;
	default:
		return false;
	}
}

/* RFC 5652, 11.1: with attributes, the type of the content is one that is
 * signed; the type that the message itself names is not, and OpenSSL does not
 * compare them. */
static bool
is_signed_as_data(CMS_SignerInfo *info)
{
	const ASN1_OBJECT *type;

	if (CMS_signed_get_attr_count(info) < 0)
		return true;
	type = CMS_signed_get0_data_by_OBJ(
	    info, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);
	return type != NULL && OBJ_obj2nid(type) == NID_pkcs7_data;
}

/* A pinned certificate, as it is pinned.  A pinned key has no certificate of
 * ours to be named by, so one that comes along may say which key is meant. */
static X509 *
find_certificate(const struct cardea_statement_key *key, CMS_SignerInfo *info,
    const STACK_OF(X509) * along)
{
	struct cardea_x509_fault fault = { .why = CARDEA_CERT_WHY_NONE };

	if (key->certificate != NULL)
		return CMS_SignerInfo_cert_cmp(info, key->certificate) == 0
		    ? key->certificate
		    : NULL;
	for (int i = 0; i < sk_X509_num(along); i++) {
		X509 *certificate = sk_X509_value(along, i);

		if (CMS_SignerInfo_cert_cmp(info, certificate) == 0 &&
		    cardea_statement_key_is(key, certificate) &&
		    cardea_x509_key_holds(certificate, &fault))
			return certificate;
	}
	return NULL;
}

static const struct cardea_statement_key *
find_signer(const struct cardea_statement_keys *keys, CMS_ContentInfo *cms,
    CMS_SignerInfo *info, int64_t time_s)
{
	STACK_OF(X509) *along = CMS_get1_certs(cms);
	const struct cardea_statement_key *found = NULL;

	for (size_t i = 0; found == NULL && i < keys->count; i++) {
		const struct cardea_statement_key *key = &keys->items[i];
		X509 *certificate = NULL;

		if (cardea_statement_key_counts(key, time_s))
			certificate = find_certificate(key, info, along);
		if (certificate == NULL)
			continue;
		CMS_SignerInfo_set1_signer_cert(info, certificate);
		found = key;
	}
	sk_X509_pop_free(along, X509_free);
	return found;
}

/* ---- the content ---- */

static enum cardea_status
copy_content(BIO *content, unsigned char **ret_content, size_t *ret_len)
{
	char *bytes = NULL;
	long len = BIO_get_mem_data(content, &bytes);
	unsigned char *copy;

	if (len <= 0 || len > CARDEA_STATEMENT_MAX)
		return CARDEA_E_RANGE;
	copy = malloc((size_t)len);
	if (copy == NULL)
		return CARDEA_E_MEMORY;
	memcpy(copy, bytes, (size_t)len);
	*ret_content = copy;
	*ret_len = (size_t)len;
	return CARDEA_OK;
}

/* The signer's certificate is set already, so nothing is looked up, and no path
 * is built: it is pinned. */
static enum cardea_status
verify(CMS_ContentInfo *cms, const struct cardea_cert_bytes *content,
    unsigned char **ret_content, size_t *ret_len, struct cardea_diag *diag)
{
	BIO *inside = NULL, *out = BIO_new(BIO_s_mem());
	enum cardea_status status = CARDEA_E_MEMORY;

	if (content != NULL)
		inside = BIO_new_mem_buf(content->data, (int)content->len);
	if (out == NULL || (content != NULL && inside == NULL))
		goto out;
	if (CMS_verify(cms, NULL, NULL, inside, out,
		CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1) {
		status = refuse(diag, CARDEA_E_UNSAFE,
		    "not signed by any of the pinned keys");
		goto out;
	}
	status = copy_content(out, ret_content, ret_len);
out:
	BIO_free(inside);
	BIO_free(out);
	return status;
}

static enum cardea_status
check_form(CMS_ContentInfo *cms, bool detached, CMS_SignerInfo **ret_info,
    struct cardea_diag *diag)
{
	STACK_OF(CMS_SignerInfo) * infos;
	bool inside;

	if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
		return refuse(diag, CARDEA_E_SYNTAX, "is not signed");
	/* a time stamp or a receipt of the same signer is no statement */
	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
		return refuse(diag, CARDEA_E_SYNTAX, "does not hold data");
	inside = CMS_is_detached(cms) == 0;
	if (inside && detached)
		return refuse(diag, CARDEA_E_SYNTAX,
		    "has its content inside: give no other");
	if (!inside && !detached)
		return refuse(diag, CARDEA_E_SYNTAX,
		    "is detached: its content is wanted too");
	infos = CMS_get0_SignerInfos(cms);
	if (sk_CMS_SignerInfo_num(infos) != 1)
		return refuse(diag, CARDEA_E_SYNTAX, "wants one signer");
	*ret_info = sk_CMS_SignerInfo_value(infos, 0);
	if (!is_signed_as_data(*ret_info))
		return refuse(diag, CARDEA_E_SYNTAX, "was not signed as data");
	if (!is_strong(*ret_info))
		return refuse(diag, CARDEA_E_UNSAFE,
		    "is signed by an algorithm that does not count");
	return CARDEA_OK;
}

enum cardea_status
cardea_statement_open(const struct cardea_statement_keys *keys,
    const struct cardea_cert_bytes *cms,
    const struct cardea_cert_bytes *content, int64_t time_s,
    unsigned char **ret_content, size_t *ret_len,
    char ret_signer[CARDEA_CERT_NAME_MAX + 1], struct cardea_diag *diag)
{
	const struct cardea_statement_key *signer = NULL;
	CMS_SignerInfo *info = NULL;
	CMS_ContentInfo *message;
	enum cardea_status status;

	if (cms->len > CARDEA_STATEMENT_MAX ||
	    (content != NULL && content->len > CARDEA_STATEMENT_MAX))
		return refuse(diag, CARDEA_E_RANGE, "is too long");
	message = read_message(keys, cms);
	if (message == NULL)
		return refuse(diag, CARDEA_E_SYNTAX,
		    "is no CMS message to its last byte");
	status = check_form(message, content != NULL, &info, diag);
	if (status == CARDEA_OK) {
		signer = find_signer(keys, message, info, time_s);
		if (signer == NULL)
			status = refuse(diag, CARDEA_E_UNSAFE,
			    "not signed by any of the pinned keys");
	}
	if (status == CARDEA_OK)
		status = verify(message, content, ret_content, ret_len, diag);
	if (status == CARDEA_OK)
		memcpy(ret_signer, signer->name, sizeof(signer->name));
	CMS_ContentInfo_free(message);
	return status;
}
