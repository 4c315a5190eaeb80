/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "cert/certread.h"
#include "cert/ocsp_judge.h"
#include "cert/x509_room.h"

/* A responder that answers at once may have a clock that is ahead of ours. */
#define SKEW_S 60

static const unsigned char oid_sha1[] = { 0x2b, 0x0e, 0x03, 0x02, 0x1a };
static const unsigned char oid_sha256[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
	0x04, 0x02, 0x01 };

bool
cardea_ocsp_hash(OSSL_LIB_CTX *libctx, const char *digest, const void *bytes,
    size_t len, unsigned char ret_hash[CARDEA_OCSP_HASH_MAX], size_t *ret_len)
{
	return EVP_Q_digest(
		   libctx, digest, NULL, bytes, len, ret_hash, ret_len) == 1;
}

bool
cardea_ocsp_id_of(OSSL_LIB_CTX *libctx, const char *digest,
    const X509 *certificate, const X509 *issuer, struct cardea_ocsp_id *ret_id)
{
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(issuer);
	const unsigned char *name = NULL;
	size_t len = 0;

	return bits != NULL &&
	    X509_NAME_get0_der(
		X509_get_issuer_name(certificate), &name, &len) == 1 &&
	    cardea_ocsp_hash(libctx, digest, name, len, ret_id->name_hash,
		&ret_id->hash_len) &&
	    cardea_ocsp_hash(libctx, digest, ASN1_STRING_get0_data(bits),
		(size_t)ASN1_STRING_length(bits), ret_id->key_hash,
		&ret_id->hash_len);
}

/* The name of the digest; SHA-1 may name a certificate here, since who signs is
 * found by the issuer's own signature.  NULL for any other one. */
static const char *
read_hash(const struct cardea_cert_bytes *identifier)
{
	struct cardea_cert_bytes rest = *identifier;
	struct cardea_der whole, oid, null;

	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &whole))
		return NULL;
	rest = whole.content;
	if (!cardea_der_take(&rest, CARDEA_DER_OID, &oid))
		return NULL;
	(void)cardea_der_take(&rest, CARDEA_DER_NULL, &null);
	if (rest.len != 0)
		return NULL;
	if (oid.content.len == sizeof(oid_sha1) &&
	    memcmp(oid.content.data, oid_sha1, sizeof(oid_sha1)) == 0)
		return "SHA1";
	if (oid.content.len == sizeof(oid_sha256) &&
	    memcmp(oid.content.data, oid_sha256, sizeof(oid_sha256)) == 0)
		return "SHA2-256";
	return NULL;
}

static bool
is_hash(
    const struct cardea_cert_bytes *told, const unsigned char *hash, size_t len)
{
	return told->len == len && memcmp(told->data, hash, len) == 0;
}

static bool
is_serial(const struct cardea_cert_bytes *told, const X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_ASN1_INTEGER(X509_get0_serialNumber(certificate), &der);
	bool is = len > 0 && told->len == (size_t)len &&
	    memcmp(told->data, der, told->len) == 0;

	OPENSSL_free(der);
	return is;
}

static bool
is_about(const struct cardea_ocsp_case *ocsp,
    const struct cardea_ocsp_single *single)
{
	const char *digest = read_hash(&single->hash);
	struct cardea_ocsp_id id;

	return digest != NULL &&
	    is_serial(&single->serial, ocsp->certificate) &&
	    cardea_ocsp_id_of(
		ocsp->libctx, digest, ocsp->certificate, ocsp->issuer, &id) &&
	    is_hash(&single->name_hash, id.name_hash, id.hash_len) &&
	    is_hash(&single->key_hash, id.key_hash, id.hash_len);
}

/* Exactly one is about the certificate: where "good" stands beside "revoked",
 * the first one is no answer (X02). */
static enum cardea_ocsp_answer
find_single(const struct cardea_ocsp_case *ocsp,
    struct cardea_cert_bytes singles, struct cardea_ocsp_single *ret_single,
    struct cardea_diag *diag)
{
	struct cardea_ocsp_single single;
	unsigned int count = 0;

	while (singles.len > 0) {
		if (!cardea_ocsp_next(&singles, &single))
			return CARDEA_OCSP_INVALID;
		if (!is_about(ocsp, &single))
			continue;
		*ret_single = single;
		count++;
	}
	if (count == 1)
		return CARDEA_OCSP_GOOD;
	(void)cardea_diag_set(diag, CARDEA_E_MISSING,
	    count == 0 ? "the OCSP answer is not about this certificate"
		       : "the OCSP answer speaks of this certificate twice");
	return count == 0 ? CARDEA_OCSP_NONE : CARDEA_OCSP_INVALID;
}

static enum cardea_ocsp_answer
answer(
    enum cardea_ocsp_answer what, struct cardea_diag *diag, const char *reason)
{
	(void)cardea_diag_set(diag, CARDEA_E_UNSAFE, "%s", reason);
	return what;
}

/* What is critical and unknown may change what the rest means (RFC 6960, 4.4);
 * in any of the answers, not only in ours. */
static bool
has_critical(const struct cardea_ocsp_response *response)
{
	struct cardea_cert_bytes singles = response->singles;
	struct cardea_ocsp_single single;

	if (cardea_ocsp_is_critical(response->extensions))
		return true;
	while (singles.len > 0) {
		if (!cardea_ocsp_next(&singles, &single) ||
		    cardea_ocsp_is_critical(single.extensions))
			return true;
	}
	return false;
}

/* An old answer in front of a fresh question: the nonce tells it (4.4.1).  A
 * responder that sends none (RFC 5019) cannot be asked this way. */
static bool
nonce_holds(const struct cardea_ocsp_case *ocsp,
    const struct cardea_ocsp_response *response)
{
	struct cardea_cert_bytes asked, told;

	if (ocsp->request.len == 0)
		return true;
	if (!cardea_ocsp_request_nonce(ocsp->request, &asked))
		return false;
	told = cardea_ocsp_nonce(response->extensions);
	return asked.len == 0 || cardea_der_equal(&asked, &told);
}

static bool
read_validity(const X509 *certificate, int64_t *ret_from_s, int64_t *ret_to_s)
{
	static const int day_s = 86400;
	const ASN1_TIME *times[2] = { X509_get0_notBefore(certificate),
		X509_get0_notAfter(certificate) };
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int64_t seconds[2] = { 0 };
	bool holds = epoch != NULL;

	for (int i = 0; i < 2 && holds; i++) {
		int days = 0, rest = 0;

		holds = ASN1_TIME_diff(&days, &rest, epoch, times[i]) == 1;
		seconds[i] = (int64_t)days * day_s + rest;
	}
	ASN1_TIME_free(epoch);
	*ret_from_s = seconds[0];
	*ret_to_s = seconds[1];
	return holds;
}

/* GOOD if the dates hold; 4.2.2.1 and X02. */
static enum cardea_ocsp_answer
judge_dates(const struct cardea_ocsp_case *ocsp, int64_t produced_s,
    const struct cardea_ocsp_single *single, struct cardea_diag *diag)
{
	int64_t from_s, to_s;

	if (!read_validity(ocsp->certificate, &from_s, &to_s) ||
	    produced_s < from_s || produced_s > to_s)
		return answer(CARDEA_OCSP_INVALID, diag,
		    "the OCSP answer was not made in the certificate's life");
	if (produced_s > ocsp->time_s + SKEW_S ||
	    single->this_update_s > ocsp->time_s + SKEW_S)
		return answer(CARDEA_OCSP_INVALID, diag,
		    "the OCSP answer is from the future");
	if (single->has_next_update &&
	    single->next_update_s <= single->this_update_s)
		return answer(CARDEA_OCSP_INVALID, diag,
		    "the OCSP answer ends before it begins");
	if (single->has_next_update && single->next_update_s <= ocsp->time_s)
		return answer(
		    CARDEA_OCSP_STALE, diag, "the OCSP answer has ended");
	if (!single->has_next_update && ocsp->max_age_s == 0)
		return answer(CARDEA_OCSP_STALE, diag,
		    "the OCSP answer has no end, and no age limit is set");
	if (ocsp->max_age_s != 0 &&
	    ocsp->time_s - single->this_update_s > (int64_t)ocsp->max_age_s)
		return answer(CARDEA_OCSP_STALE, diag,
		    "the OCSP answer is older than is wanted");
	return CARDEA_OCSP_GOOD;
}

enum cardea_ocsp_answer
cardea_ocsp_judge_case(const struct cardea_ocsp_case *ocsp, int64_t *ret_date_s,
    struct cardea_diag *diag)
{
	struct cardea_ocsp_response response;
	struct cardea_ocsp_single single = { 0 };
	struct cardea_diag dates = { 0 };
	enum cardea_ocsp_answer found;

	if (cardea_ocsp_read(&ocsp->response, &response, diag) != CARDEA_OK)
		return CARDEA_OCSP_INVALID;
	found = find_single(ocsp, response.singles, &single, diag);
	if (found != CARDEA_OCSP_GOOD)
		return found;
	if (has_critical(&response))
		return answer(CARDEA_OCSP_INVALID, diag,
		    "the OCSP answer has a critical extension that is "
		    "unknown");
	if (!nonce_holds(ocsp, &response))
		return answer(CARDEA_OCSP_INVALID, diag,
		    "the OCSP answer is not to this request (nonce)");
	found = judge_dates(ocsp, response.produced_s, &single, &dates);
	if (found == CARDEA_OCSP_INVALID)
		return answer(found, diag, dates.reason);
	if (cardea_ocsp_is_signed(ocsp, &response, diag) != CARDEA_OK)
		return CARDEA_OCSP_INVALID;
	/* what was revoked once stays so, however old the word is */
	if (single.status == CARDEA_OCSP_TAG_REVOKED)
		*ret_date_s = single.this_update_s;
	if (single.status == CARDEA_OCSP_TAG_REVOKED)
		return answer(
		    CARDEA_OCSP_REVOKED, diag, "OCSP says that it is revoked");
	if (found != CARDEA_OCSP_GOOD)
		return answer(found, diag, dates.reason);
	if (single.status != CARDEA_OCSP_TAG_GOOD)
		return answer(CARDEA_OCSP_UNKNOWN, diag,
		    "the OCSP responder does not know it");
	*ret_date_s = single.this_update_s;
	return CARDEA_OCSP_GOOD;
}

enum cardea_ocsp_answer
cardea_ocsp_judge(const struct cardea_ocsp_call *call, int64_t *ret_date_s,
    struct cardea_diag *diag)
{
	struct cardea_x509_room room;
	struct cardea_ocsp_case ocsp = {
		.response = call->response,
		.request = call->request,
		.time_s = call->time_s,
		.max_age_s = call->max_age_s,
	};
	enum cardea_ocsp_answer found = CARDEA_OCSP_INVALID;

	if (cardea_x509_room_open(&room)) {
		ocsp.libctx = room.context;
		ocsp.certificate = cardea_certread(
		    room.context, &call->certificate);
		ocsp.issuer = cardea_certread(room.context, &call->issuer);
	}
	if (ocsp.certificate != NULL && ocsp.issuer != NULL)
		found = cardea_ocsp_judge_case(&ocsp, ret_date_s, diag);
	else
		(void)cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the certificate that OCSP was asked about, or its issuer, "
		    "is malformed");
	X509_free(ocsp.certificate);
	X509_free(ocsp.issuer);
	cardea_x509_room_close(&room);
	return found;
}
