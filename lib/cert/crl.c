/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/crl.h"
#include "cert/dertime.h"
#include "cert/extension.h"

#define TAG_EXTENSIONS 0xa0U

static enum cardea_status
malformed(struct cardea_diag *diag, const char *what)
{
	return cardea_diag_set(
	    diag, CARDEA_E_SYNTAX, "%s of the list is malformed", what);
}

/* CertificateList: three elements, the signature's bits all used */
static enum cardea_status
read_outside(const struct cardea_cert_bytes *der, struct cardea_crl *crl,
    struct cardea_diag *diag)
{
	struct cardea_cert_bytes rest = *der, inside;
	struct cardea_der list, tbs, algorithm, signature;

	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &list) ||
	    rest.len != 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "not one list in DER, from the first byte to the last");
	inside = list.content;
	if (!cardea_der_take(&inside, CARDEA_DER_SEQUENCE, &tbs) ||
	    !cardea_der_take(&inside, CARDEA_DER_SEQUENCE, &algorithm) ||
	    !cardea_der_is_one(&algorithm.whole))
		return malformed(diag, "the form");
	if (!cardea_der_take(&inside, CARDEA_DER_BIT_STRING, &signature) ||
	    signature.content.len < 2 || signature.content.data[0] != 0 ||
	    inside.len != 0)
		return malformed(diag, "the signature");
	crl->tbs = tbs.whole;
	crl->algorithm = algorithm.whole;
	crl->signature.data = signature.content.data + 1;
	crl->signature.len = signature.content.len - 1;
	return CARDEA_OK;
}

/* Absent it is v1, and 1 is v2; 0 is the default, which DER does not write,
 * and there is no third (X03). */
static bool
take_version(struct cardea_cert_bytes *rest, bool *ret_v2)
{
	struct cardea_der version;

	*ret_v2 = cardea_der_take(rest, CARDEA_DER_INTEGER, &version);
	return !*ret_v2 ||
	    (version.content.len == 1 && version.content.data[0] == 1);
}

static enum cardea_status
read_head(struct cardea_cert_bytes *rest, struct cardea_crl *crl,
    struct cardea_diag *diag)
{
	struct cardea_der algorithm, issuer;

	if (!take_version(rest, &crl->v2))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the list has a version that does not exist");
	/* 5.1.1.2: the same as outside, which is not signed */
	if (!cardea_der_take(rest, CARDEA_DER_SEQUENCE, &algorithm) ||
	    !cardea_der_equal(&algorithm.whole, &crl->algorithm))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the list names two different signature algorithms");
	/* 5.1.2.3: the issuer's name is not empty */
	if (!cardea_der_take(rest, CARDEA_DER_SEQUENCE, &issuer) ||
	    issuer.content.len == 0 || !cardea_der_is_one(&issuer.whole))
		return malformed(diag, "the issuer");
	crl->issuer = issuer.whole;
	if (!cardea_dertime_take(rest, &crl->this_update_s))
		return malformed(diag, "thisUpdate");
	/* optional in X.509, demanded by 5.1.2.5: a list without an end would
	 * be good for ever */
	if (!cardea_dertime_take(rest, &crl->next_update_s))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the list has no nextUpdate, or it is malformed");
	if (crl->next_update_s <= crl->this_update_s)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "the list ends before it begins");
	return CARDEA_OK;
}

static enum cardea_status
read_entries(struct cardea_cert_bytes *rest, struct cardea_crl *crl,
    struct cardea_diag *diag)
{
	struct cardea_der entries;

	if (!cardea_der_take(rest, CARDEA_DER_SEQUENCE, &entries))
		return CARDEA_OK;
	if (entries.content.len == 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the list of entries is there and empty");
	crl->entries = entries.content;
	return CARDEA_OK;
}

static enum cardea_status
read_extensions(struct cardea_cert_bytes *rest, struct cardea_crl *crl,
    struct cardea_diag *diag)
{
	struct cardea_cert_bytes inside;
	struct cardea_der outer, sequence;

	if (rest->len == 0)
		return CARDEA_OK;
	if (!cardea_der_take(rest, TAG_EXTENSIONS, &outer) || rest->len != 0)
		return malformed(diag, "what follows the entries");
	if (!crl->v2)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the list is of version 1 and has extensions");
	inside = outer.content;
	if (!cardea_der_take(&inside, CARDEA_DER_SEQUENCE, &sequence) ||
	    inside.len != 0 || !cardea_extensions_hold(sequence.content))
		return malformed(diag, "an extension");
	crl->extensions = outer.whole;
	return cardea_crl_extensions(sequence.content, crl, diag);
}

enum cardea_status
cardea_crl_read(const struct cardea_cert_bytes *der, struct cardea_crl *ret_crl,
    struct cardea_diag *diag)
{
	struct cardea_crl crl = { 0 };
	struct cardea_cert_bytes rest;
	struct cardea_der tbs;
	enum cardea_status status;

	if (der->len > CARDEA_CRL_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the list is too large");
	status = read_outside(der, &crl, diag);
	if (status != CARDEA_OK)
		return status;
	rest = crl.tbs;
	(void)cardea_der_next(&rest, &tbs);
	rest = tbs.content;
	crl.head.data = rest.data;
	status = read_head(&rest, &crl, diag);
	crl.head.len = (size_t)(rest.data - crl.head.data);
	if (status == CARDEA_OK)
		status = read_entries(&rest, &crl, diag);
	if (status == CARDEA_OK)
		status = read_extensions(&rest, &crl, diag);
	if (status == CARDEA_OK)
		*ret_crl = crl;
	return status;
}
