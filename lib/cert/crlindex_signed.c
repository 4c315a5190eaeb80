/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "cert/certread.h"
#include "cert/crlindex_file.h"

/* What a list tells of its issuer, as OpenSSL's objects. */
struct told {
	X509_NAME *name;
	AUTHORITY_KEYID *key; /* NULL: nothing */
	bool has_key;
};

static bool
read_told(const struct cardea_crl *crl, struct told *told)
{
	const unsigned char *at = crl->issuer.data;

	told->name = d2i_X509_NAME(NULL, &at, (long)crl->issuer.len);
	at = crl->authority.data;
	told->has_key = crl->authority.len > 0;
	if (told->has_key)
		told->key = d2i_AUTHORITY_KEYID(
		    NULL, &at, (long)crl->authority.len);
	return told->name != NULL && (told->key != NULL || !told->has_key);
}

/* Name (RFC 5280, 6.3.3 f) and authorityKeyIdentifier, then the signature; may
 * it sign lists (keyUsage), that the path's judge asks at each login. */
static bool
has_signed(OSSL_LIB_CTX *libctx, const struct cardea_crl *crl,
    const struct cardea_sigalg *algorithm, const struct told *told,
    X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	/* the flags first: asking for them is what makes OpenSSL read the
	 * extensions, and it compares no key identifier before */
	return key != NULL &&
	    (X509_get_extension_flags(issuer) & EXFLAG_INVALID) == 0 &&
	    X509_NAME_cmp(X509_get_subject_name(issuer), told->name) == 0 &&
	    X509_check_akid(issuer, told->key) == X509_V_OK &&
	    cardea_sigalg_verify(
		libctx, algorithm, key, &crl->tbs, &crl->signature);
}

static bool
find_signer(OSSL_LIB_CTX *libctx, const struct cardea_crl *crl,
    const struct cardea_sigalg *algorithm,
    const struct cardea_crlindex_issuers *issuers, const struct told *told,
    struct cardea_crlindex_header *header)
{
	bool found = false;

	for (size_t i = 0; i < issuers->count && !found; i++) {
		X509 *issuer = cardea_certread(libctx, &issuers->items[i]);

		found = issuer != NULL &&
		    has_signed(libctx, crl, algorithm, told, issuer) &&
		    cardea_sigalg_key_hash(
			X509_get0_pubkey(issuer), header->key_hash) &&
		    cardea_sigalg_digest(
			libctx, algorithm, &crl->tbs, header->digest);
		X509_free(issuer);
	}
	return found;
}

enum cardea_status
cardea_crlindex_signed(OSSL_LIB_CTX *libctx, const struct cardea_crl *crl,
    const struct cardea_crlindex_issuers *issuers,
    struct cardea_crlindex_header *header, struct cardea_diag *diag)
{
	struct cardea_sigalg algorithm;
	struct told told = { 0 };
	enum cardea_status status;

	status = cardea_sigalg_read(&crl->algorithm, &algorithm);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "the list is signed with an algorithm that does not "
		    "count");
	if (!read_told(crl, &told))
		status = cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the issuer of the list, or the identifier of its key, is "
		    "malformed");
	else if (!find_signer(libctx, crl, &algorithm, issuers, &told, header))
		status = cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "none of the authority's certificates has signed the "
		    "list");
	X509_NAME_free(told.name);
	AUTHORITY_KEYID_free(told.key);
	return status;
}
