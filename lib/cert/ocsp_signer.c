/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "cert/certread.h"
#include "cert/ocsp_judge.h"
#include "cert/sigalg.h"
#include "cert/x509_key.h"

#define CERTIFICATES_MAX 8

/* A responder's own certificate may be revoked, too, and OCSP would have to be
 * asked about who answers it.  RFC 6960 leaves what to do to us (4.2.2.2.1): we
 * want id-pkix-ocsp-nocheck, by which the issuer says not to ask, or a life so
 * short that there is nothing to ask about. */
#define SHORT_LIFE_DAYS 7

/* Is it whom the answer names (4.2.2.3)?  Of a key SHA-1 is the name only; who
 * it is, its signature and its certificate show. */
static bool
is_named(OSSL_LIB_CTX *libctx, const struct cardea_ocsp_response *response,
    X509 *certificate)
{
	const unsigned char *at = response->responder_name.data;
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(certificate);
	unsigned char hash[CARDEA_OCSP_HASH_MAX];
	size_t len = 0;
	X509_NAME *name;
	bool is;

	if (response->responder_name.len == 0)
		return bits != NULL &&
		    cardea_ocsp_hash(libctx, "SHA1",
			ASN1_STRING_get0_data(bits),
			(size_t)ASN1_STRING_length(bits), hash, &len) &&
		    response->responder_key.len == len &&
		    memcmp(response->responder_key.data, hash, len) == 0;
	name = d2i_X509_NAME(NULL, &at, (long)response->responder_name.len);
	is = name != NULL &&
	    X509_NAME_cmp(name, X509_get_subject_name(certificate)) == 0;
	X509_NAME_free(name);
	return is;
}

static bool
has_signed(const struct cardea_ocsp_case *ocsp,
    const struct cardea_ocsp_response *response,
    const struct cardea_sigalg *algorithm, X509 *signer)
{
	EVP_PKEY *key = X509_get0_pubkey(signer);

	return key != NULL &&
	    cardea_sigalg_verify(ocsp->libctx, algorithm, key, &response->tbs,
		&response->signature);
}

static bool
may_sign(X509 *delegate)
{
	const uint32_t usages = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION;
	uint32_t flags = X509_get_extension_flags(delegate);

	/* without keyUsage every bit is said to be set */
	return X509_get_version(delegate) == X509_VERSION_3 &&
	    (flags & (EXFLAG_INVALID | EXFLAG_CRITICAL)) == 0 &&
	    (flags & EXFLAG_XKUSAGE) != 0 &&
	    (X509_get_extended_key_usage(delegate) & XKU_OCSP_SIGN) != 0 &&
	    (X509_get_key_usage(delegate) & usages) != 0;
}

static bool
needs_no_check(const X509 *delegate)
{
	int days = SHORT_LIFE_DAYS, seconds = 0;

	return X509_get_ext_by_NID(delegate, NID_id_pkix_OCSP_noCheck, -1) >=
	    0 ||
	    (ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(delegate),
		 X509_get0_notAfter(delegate)) == 1 &&
		days < SHORT_LIFE_DAYS);
}

static bool
is_valid(const X509 *delegate, int64_t time_s)
{
	time_t now = (time_t)time_s;

	return X509_cmp_time(X509_get0_notBefore(delegate), &now) < 0 &&
	    X509_cmp_time(X509_get0_notAfter(delegate), &now) > 0;
}

/* NULL if the issuer itself appointed it (4.2.2.2), by a key and a signature
 * that count for any certificate; else what is wrong. */
static const char *
judge_delegate(const struct cardea_ocsp_case *ocsp, X509 *delegate)
{
	struct cardea_x509_fault fault = { 0 };
	EVP_PKEY *key = X509_get0_pubkey(ocsp->issuer);

	if (key == NULL ||
	    X509_check_issued(ocsp->issuer, delegate) != X509_V_OK ||
	    X509_verify(delegate, key) != 1)
		return "the OCSP responder is not of the same issuer";
	if (!may_sign(delegate))
		return "the OCSP responder is not allowed to answer "
		       "(id-kp-OCSPSigning)";
	if (!is_valid(delegate, ocsp->time_s))
		return "the OCSP responder's certificate has expired, or is "
		       "not valid yet";
	if (!needs_no_check(delegate))
		return "whether the OCSP responder is revoked cannot be known "
		       "(id-pkix-ocsp-nocheck)";
	if (!cardea_x509_key_holds(delegate, &fault) ||
	    !cardea_x509_algorithm_holds(delegate, &fault))
		return "the OCSP responder's key or certificate is too weak";
	return NULL;
}

/* Of the certificates that came along; NULL if one of them has signed. */
static const char *
find_delegate(const struct cardea_ocsp_case *ocsp,
    const struct cardea_ocsp_response *response,
    const struct cardea_sigalg *algorithm)
{
	struct cardea_cert_bytes rest = response->certificates;
	const char *reason = "the OCSP answer does not bring the certificate "
			     "of its signer";

	for (int i = 0; i < CERTIFICATES_MAX && rest.len > 0; i++) {
		struct cardea_der whole = { 0 };
		X509 *delegate;

		(void)cardea_der_next(&rest, &whole);
		delegate = cardea_certread(ocsp->libctx, &whole.whole);
		if (delegate == NULL)
			return "a certificate in the OCSP answer is malformed";
		if (is_named(ocsp->libctx, response, delegate)) {
			reason = judge_delegate(ocsp, delegate);
			if (reason == NULL &&
			    !has_signed(ocsp, response, algorithm, delegate))
				reason = "the signature of the OCSP answer is "
					 "wrong";
		}
		X509_free(delegate);
		if (reason == NULL)
			break;
	}
	return reason;
}

enum cardea_status
cardea_ocsp_is_signed(const struct cardea_ocsp_case *ocsp,
    const struct cardea_ocsp_response *response, struct cardea_diag *diag)
{
	struct cardea_sigalg algorithm;
	const char *reason;

	if (cardea_sigalg_read(&response->algorithm, &algorithm) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_UNSAFE,
		    "the OCSP answer is signed with an algorithm that does "
		    "not count");
	if (is_named(ocsp->libctx, response, ocsp->issuer)) {
		if (has_signed(ocsp, response, &algorithm, ocsp->issuer))
			return CARDEA_OK;
		reason = "the signature of the OCSP answer is wrong";
		if (response->certificates.len == 0)
			return cardea_diag_set(
			    diag, CARDEA_E_UNSAFE, "%s", reason);
	}
	reason = find_delegate(ocsp, response, &algorithm);
	if (reason == NULL)
		return CARDEA_OK;
	return cardea_diag_set(diag, CARDEA_E_UNSAFE, "%s", reason);
}
