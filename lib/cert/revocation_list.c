/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include "cert/revocation_list.h"

/* What OpenSSL calls where it would verify the list.  The entries are not
 * there, so the signature is checked over the digest of the whole list, which
 * the index keeps, and by the very key that was found to have signed it when
 * the index was made.  Ed25519 signs no digest: there the key alone is
 * compared, and that the list was signed by it rests on the making of the
 * index, as for all of them do the entries. */
static int
verify(X509_CRL *crl, EVP_PKEY *key)
{
	const struct cardea_revocation_list *list = X509_CRL_get_meth_data(crl);
	unsigned char hash[32];

	if (list == NULL || !cardea_sigalg_key_hash(key, hash) ||
	    memcmp(hash, list->index.header.key_hash, sizeof(hash)) != 0)
		return 0;
	if (list->index.algorithm.kind == CARDEA_SIGALG_ED25519)
		return EVP_PKEY_is_a(key, "ED25519");
	return cardea_sigalg_verify_digest(list->libctx, &list->index.algorithm,
	    key, list->index.header.digest, &list->index.crl.signature);
}

/* The list's own look-up, which nobody should come to: no answer. */
static int
find_none(X509_CRL *crl, X509_REVOKED **ret, const ASN1_INTEGER *serial,
    const X509_NAME *issuer)
{
	(void)crl;
	(void)ret;
	(void)serial;
	(void)issuer;
	return 0;
}

X509_CRL_METHOD *
cardea_revocation_method(void)
{
	return X509_CRL_METHOD_new(NULL, NULL, find_none, verify);
}

/* OpenSSL gives a list its method as it is made, from one place for the whole
 * process: ours stands there as long as this takes.  Whoever judges
 * certificates has no threads. */
static X509_CRL *
make_crl(X509_CRL_METHOD *method, const struct cardea_cert_bytes *skeleton)
{
	const unsigned char *at = skeleton->data;
	X509_CRL *crl;

	X509_CRL_set_default_method(method);
	crl = d2i_X509_CRL(NULL, &at, (long)skeleton->len);
	X509_CRL_set_default_method(NULL);
	return crl;
}

enum cardea_status
cardea_revocation_list_open(struct cardea_revocation *revocation,
    const struct cardea_cert_bytes *bytes, struct cardea_diag *diag)
{
	struct cardea_revocation_list *list =
	    &revocation->lists[revocation->list_count];
	enum cardea_status status = cardea_crlindex_open(
	    bytes, &list->index, diag);

	if (status != CARDEA_OK)
		return status;
	list->libctx = revocation->libctx;
	list->crl = make_crl(revocation->method, &list->index.skeleton);
	if (list->crl == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "OpenSSL cannot read the list");
	X509_CRL_set_meth_data(list->crl, list);
	revocation->list_count++;
	return CARDEA_OK;
}

static enum cardea_status
find_serial(const struct cardea_revocation_list *list, unsigned int issuer,
    const X509 *certificate, struct cardea_crlindex_found *ret_found)
{
	unsigned char *der = NULL;
	int len = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);
	enum cardea_status status = CARDEA_E_CORRUPT;
	struct cardea_cert_bytes rest = { der, len > 0 ? (size_t)len : 0 };
	struct cardea_der serial;

	if (cardea_der_take(&rest, CARDEA_DER_INTEGER, &serial))
		status = cardea_crlindex_find(
		    &list->index, issuer, &serial.content, ret_found);
	OPENSSL_free(der);
	return status;
}

static bool
is_name(
    const struct cardea_cert_bytes *der, const X509_NAME *wanted, bool *ret_is)
{
	const unsigned char *at = der->data;
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)der->len);

	if (name == NULL)
		return false;
	*ret_is = X509_NAME_cmp(name, wanted) == 0;
	X509_NAME_free(name);
	return true;
}

/* Two names may be written in two ways and be the same (RFC 5280, 7.1), so all
 * that are the certificate's issuer are asked. */
enum cardea_status
cardea_revocation_list_find(const struct cardea_revocation_list *list,
    const X509 *certificate, struct cardea_crlindex_found *ret_found)
{
	const X509_NAME *issuer = X509_get_issuer_name(certificate);
	enum cardea_status status = CARDEA_E_MISSING;

	if (X509_NAME_cmp(issuer, X509_CRL_get_issuer(list->crl)) == 0)
		status = find_serial(list, 0, certificate, ret_found);
	for (size_t i = 0;
	     i < list->index.issuer_count && status == CARDEA_E_MISSING; i++) {
		bool is = false;

		if (!is_name(&list->index.issuers[i], issuer, &is))
			return CARDEA_E_CORRUPT;
		if (is)
			status = find_serial(
			    list, (unsigned int)i + 1, certificate, ret_found);
	}
	return status;
}
