/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "sign/ca_parts.h"

static ASN1_INTEGER *
serial_of(const char *hex)
{
	BIGNUM *number = NULL;
	ASN1_INTEGER *serial = NULL;

	if (BN_hex2bn(&number, hex) > 0)
		serial = BN_to_ASN1_INTEGER(number, NULL);
	BN_free(number);
	return serial;
}

static bool
add_revoked(X509_CRL *list, const struct cardea_ca_revoked *revoked)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_INTEGER *serial = serial_of(revoked->serial);
	ASN1_TIME *when = ASN1_TIME_adj(NULL, (time_t)revoked->time_s, 0, 0);
	bool good;

	good = entry != NULL && serial != NULL && when != NULL &&
	    X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
	    X509_REVOKED_set_revocationDate(entry, when) == 1 &&
	    X509_CRL_add0_revoked(list, entry) == 1;
	if (!good)
		X509_REVOKED_free(entry);
	ASN1_TIME_free(when);
	ASN1_INTEGER_free(serial);
	return good;
}

static bool
add_extensions(X509_CRL *crl, const X509 *root, uint64_t number)
{
	AUTHORITY_KEYID *authority = cardea_ca_authority(root);
	ASN1_INTEGER *value = ASN1_INTEGER_new();
	bool good;

	good = authority != NULL && value != NULL &&
	    ASN1_INTEGER_set_uint64(value, number) == 1 &&
	    X509_CRL_add1_ext_i2d(crl, NID_authority_key_identifier, authority,
		0, X509V3_ADD_APPEND) == 1 &&
	    X509_CRL_add1_ext_i2d(
		crl, NID_crl_number, value, 0, X509V3_ADD_APPEND) == 1;
	AUTHORITY_KEYID_free(authority);
	ASN1_INTEGER_free(value);
	return good;
}

static bool
fill(const struct cardea_ca_work *work, const struct cardea_ca_list *list,
    X509_CRL *crl)
{
	ASN1_TIME *from = ASN1_TIME_adj(NULL, (time_t)list->now_s, 0, 0);
	ASN1_TIME *to = ASN1_TIME_adj(NULL,
	    (time_t)(list->now_s + (int64_t)list->days * CARDEA_CA_DAY_S), 0,
	    0);
	bool good;

	good = from != NULL && to != NULL &&
	    X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(work->root)) ==
		1 &&
	    X509_CRL_set1_lastUpdate(crl, from) == 1 &&
	    X509_CRL_set1_nextUpdate(crl, to) == 1 &&
	    add_extensions(crl, work->root, list->number);
	for (size_t i = 0; i < list->count && good; i++)
		good = add_revoked(crl, &list->revoked[i]);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return good && X509_CRL_sort(crl) == 1 &&
	    X509_CRL_sign(crl, work->stand_in, work->digest) > 0;
}

static char *
write_sealed(
    const struct cardea_ca_work *work, const unsigned char *der, size_t len)
{
	X509_CRL *crl = X509_CRL_new_ex(work->context, NULL);
	BIO *out = BIO_new(BIO_s_mem());
	char *text = NULL;

	if (out != NULL && crl != NULL &&
	    d2i_X509_CRL(&crl, &der, (long)len) != NULL &&
	    X509_CRL_verify(crl, work->issuer) == 1 &&
	    PEM_write_bio_X509_CRL(out, crl) == 1)
		text = cardea_ca_text(out);
	X509_CRL_free(crl);
	BIO_free(out);
	return text;
}

static enum cardea_status
make(const struct cardea_ca *ca, const struct cardea_ca_work *work,
    const struct cardea_ca_list *list, char **ret_pem, struct cardea_diag *diag)
{
	X509_CRL *crl = X509_CRL_new_ex(work->context, NULL);
	unsigned char *der = NULL, *sealed = NULL;
	enum cardea_status status;
	size_t sealed_len = 0;
	char *pem = NULL;
	int len = 0;

	if (crl != NULL && fill(work, list, crl))
		len = i2d_X509_CRL(crl, &der);
	X509_CRL_free(crl);
	if (len <= 0)
		return cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "the list cannot be made");
	status = cardea_ca_seal(
	    ca, der, (size_t)len, &sealed, &sealed_len, diag);
	OPENSSL_free(der);
	if (status != CARDEA_OK)
		return status;
	pem = write_sealed(work, sealed, sealed_len);
	free(sealed);
	if (pem == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_IO, "the key that signs is not the root's");
	*ret_pem = pem; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_ca_list(const struct cardea_ca *ca, const struct cardea_ca_list *list,
    char **ret_pem, struct cardea_diag *diag)
{
	struct cardea_ca_work work = { .context = NULL };
	enum cardea_status status;

	if (list->count > CARDEA_CA_LIST_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "more than %d certificates are revoked: this authority is "
		    "too small",
		    CARDEA_CA_LIST_MAX);
	status = cardea_ca_begin(ca, NULL, 0, &work, diag);
	if (status == CARDEA_OK)
		status = make(ca, &work, list, ret_pem, diag);
	cardea_ca_end(&work);
	return status;
}
