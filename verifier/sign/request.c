/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "request.h"
#include "sign/name.h"
#include "sign/resign.h"

/* --- what is asked for --------------------------------------------------- */

static bool
add(STACK_OF(X509_EXTENSION) * extensions, int nid, int critical, void *value)
{
	X509_EXTENSION *extension = X509V3_EXT_i2d(nid, critical, value);

	if (extension != NULL && sk_X509_EXTENSION_push(extensions, extension))
		return true;
	X509_EXTENSION_free(extension);
	return false;
}

static bool
add_purpose(STACK_OF(X509_EXTENSION) * extensions)
{
	EXTENDED_KEY_USAGE *purposes = sk_ASN1_OBJECT_new_null();
	bool good;

	good = purposes != NULL &&
	    sk_ASN1_OBJECT_push(purposes, OBJ_nid2obj(NID_client_auth)) > 0 &&
	    add(extensions, NID_ext_key_usage, 0, purposes);
	sk_ASN1_OBJECT_pop_free(purposes, ASN1_OBJECT_free);
	return good;
}

static bool
add_usage(STACK_OF(X509_EXTENSION) * extensions)
{
	ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();
	bool good;

	/* bit 0: digitalSignature (RFC 5280, 4.2.1.3) */
	good = usage != NULL && ASN1_BIT_STRING_set_bit(usage, 0, 1) == 1 &&
	    add(extensions, NID_key_usage, 1, usage);
	ASN1_BIT_STRING_free(usage);
	return good;
}

static bool
add_extensions(X509_REQ *request, GENERAL_NAMES *names)
{
	STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
	bool good;

	good = extensions != NULL &&
	    (sk_GENERAL_NAME_num(names) == 0 ||
		add(extensions, NID_subject_alt_name, 0, names)) &&
	    add_usage(extensions) && add_purpose(extensions) &&
	    X509_REQ_add_extensions(request, extensions) == 1;
	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	return good;
}

/* Complete but for who signed it. */
static X509_REQ *
fill(struct cardea_holder *holder, const X509_NAME *subject,
    GENERAL_NAMES *names)
{
	X509_REQ *request = X509_REQ_new_ex(holder->context, NULL);
	EVP_PKEY *stand_in = cardea_resign_stand_in(
	    holder->context, holder->public_key);
	const char *digest = NULL;
	EVP_MD *fetched = NULL;
	bool good;

	if (cardea_resign_digest(holder->public_key, &digest) && digest != NULL)
		fetched = EVP_MD_fetch(holder->context, digest, NULL);
	good = request != NULL && stand_in != NULL &&
	    (digest == NULL || fetched != NULL) &&
	    X509_REQ_set_version(request, X509_REQ_VERSION_1) == 1 &&
	    X509_REQ_set_subject_name(request, subject) == 1 &&
	    X509_REQ_set_pubkey(request, holder->public_key) == 1 &&
	    add_extensions(request, names) &&
	    X509_REQ_sign(request, stand_in, fetched) > 0;
	EVP_PKEY_free(stand_in);
	EVP_MD_free(fetched);
	if (good)
		return request;
	X509_REQ_free(request);
	return NULL;
}

/* --- signed -------------------------------------------------------------- */

static X509_REQ *
resign(struct cardea_holder *holder, const unsigned char *der, size_t len)
{
	struct cardea_resign_parts parts;
	struct cardea_cert_bytes body;
	unsigned char signature[CARDEA_CERT_SIGNATURE_MAX], *whole = NULL;
	size_t signature_len = sizeof(signature), whole_len = 0;
	const unsigned char *at;
	X509_REQ *request;

	if (cardea_resign_cut(der, len, &parts) != CARDEA_OK)
		return NULL;
	body = (struct cardea_cert_bytes){ parts.body, parts.body_len };
	if (!holder->sign(holder, &body, signature, &signature_len) ||
	    cardea_resign_join(&parts, signature, signature_len, &whole,
		&whole_len) != CARDEA_OK)
		return NULL;
	at = whole;
	request = X509_REQ_new_ex(holder->context, NULL);
	if (request == NULL ||
	    d2i_X509_REQ(&request, &at, (long)whole_len) == NULL ||
	    X509_REQ_verify(request, holder->public_key) != 1) {
		X509_REQ_free(request);
		request = NULL;
	}
	free(whole);
	return request;
}

static bool
write_pem(const X509_REQ *request, char *pem, size_t size)
{
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len = 0;
	bool good;

	good = out != NULL && PEM_write_bio_X509_REQ(out, request) == 1;
	if (good)
		len = BIO_get_mem_data(out, &text);
	good = good && len > 0 && (size_t)len < size;
	if (good) {
		memcpy(pem, text, (size_t)len);
		pem[len] = '\0';
	}
	BIO_free(out);
	return good;
}

static bool
sign_request(struct cardea_holder *holder, const X509_NAME *subject,
    GENERAL_NAMES *names, char *pem, size_t size)
{
	X509_REQ *filled = fill(holder, subject, names), *made = NULL;
	unsigned char *der = NULL;
	int len;
	bool good;

	len = filled != NULL ? i2d_X509_REQ(filled, &der) : 0;
	if (len > 0)
		made = resign(holder, der, (size_t)len);
	good = made != NULL && write_pem(made, pem, size);
	OPENSSL_free(der);
	X509_REQ_free(filled);
	X509_REQ_free(made);
	return good ? true
		    : cardea_holder_end(holder, CARDEA_SIGN_FAILED,
			  "the key does not sign the request");
}

bool
cardea_request_make(struct cardea_holder *holder, char *pem, size_t size)
{
	const struct cardea_sign_request *request = holder->request;
	struct cardea_diag diag = { 0 };
	GENERAL_NAMES *names = NULL;
	X509_NAME *subject = NULL;
	bool good;

	if (cardea_name_subject(request->subject, &subject, &diag) !=
		CARDEA_OK ||
	    cardea_name_list(request->names, request->name_count, &names,
		&diag) != CARDEA_OK)
		good = cardea_holder_end(
		    holder, CARDEA_SIGN_FAILED, "%.180s", diag.reason);
	else
		good = sign_request(holder, subject, names, pem, size);
	X509_NAME_free(subject);
	GENERAL_NAMES_free(names);
	return good;
}
