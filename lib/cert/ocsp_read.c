/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/dertime.h"
#include "cert/extension.h"
#include "cert/ocsp_read.h"

#define DER_ENUMERATED 0x0aU
#define SHA1_LEN 20

/* the tag of a field [n]: one that holds an element, one that is one */
#define OUTER(n) (0xa0U + (n))
#define INNER(n) (0x80U + (n))

/* id-pkix-ocsp: 1.3.6.1.5.5.7.48.1 */
#define OCSP_ARC 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01

static const unsigned char oid_basic[] = { OCSP_ARC, 1 };
static const unsigned char oid_nonce[] = { OCSP_ARC, 2 };

static bool
is_oid(const struct cardea_cert_bytes *oid, const unsigned char *wanted,
    size_t len)
{
	return oid->len == len && memcmp(oid->data, wanted, len) == 0;
}

/* A field [n] EXPLICIT with one element of this tag in it, if it is there. */
static bool
take_field(struct cardea_cert_bytes *rest, unsigned int n, unsigned int tag,
    struct cardea_der *ret)
{
	struct cardea_cert_bytes inside;
	struct cardea_der outer;

	if (!cardea_der_take(rest, OUTER(n), &outer))
		return false;
	inside = outer.content;
	return cardea_der_take(&inside, tag, ret) && inside.len == 0;
}

static bool
begins_with(const struct cardea_cert_bytes *rest, unsigned int tag)
{
	return rest->len > 0 && rest->data[0] == tag;
}

/* GeneralizedTime only (4.2.2.1) */
static bool
take_time(struct cardea_cert_bytes *rest, int64_t *ret_time_s)
{
	return begins_with(rest, CARDEA_DER_TIME) &&
	    cardea_dertime_take(rest, ret_time_s);
}

/* [n] Extensions OPTIONAL, which end what they stand in */
static bool
take_extensions(struct cardea_cert_bytes *rest, unsigned int n,
    struct cardea_cert_bytes *ret_extensions)
{
	struct cardea_der sequence;

	if (rest->len == 0)
		return true;
	if (!take_field(rest, n, CARDEA_DER_SEQUENCE, &sequence) ||
	    rest->len != 0 || !cardea_extensions_hold(sequence.content))
		return false;
	*ret_extensions = sequence.content;
	return true;
}

static bool
read_id(struct cardea_cert_bytes rest, struct cardea_ocsp_single *single)
{
	struct cardea_der hash, name, key, serial;

	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &hash) ||
	    !cardea_der_take(&rest, CARDEA_DER_OCTET_STRING, &name) ||
	    !cardea_der_take(&rest, CARDEA_DER_OCTET_STRING, &key) ||
	    !cardea_der_take(&rest, CARDEA_DER_INTEGER, &serial) ||
	    rest.len != 0)
		return false;
	single->hash = hash.whole;
	single->name_hash = name.content;
	single->key_hash = key.content;
	single->serial = serial.whole;
	return true;
}

/* good and unknown are NULL; revoked has a time, and a reason or none */
static bool
read_status(const struct cardea_der *element, struct cardea_ocsp_single *single)
{
	struct cardea_cert_bytes rest = element->content;
	struct cardea_der reason;
	int64_t revoked_s;

	switch (element->tag) {
	case INNER(CARDEA_OCSP_TAG_GOOD):
	case INNER(CARDEA_OCSP_TAG_UNKNOWN):
		single->status = element->tag & 0x1fU;
		return rest.len == 0;
	case OUTER(CARDEA_OCSP_TAG_REVOKED):
		single->status = CARDEA_OCSP_TAG_REVOKED;
		return take_time(&rest, &revoked_s) &&
		    (rest.len == 0 ||
			(take_field(&rest, 0, DER_ENUMERATED, &reason) &&
			    rest.len == 0));
	default:
		return false;
	}
}

bool
cardea_ocsp_next(
    struct cardea_cert_bytes *singles, struct cardea_ocsp_single *ret_single)
{
	struct cardea_ocsp_single single = { 0 };
	struct cardea_cert_bytes rest;
	struct cardea_der whole, id, status, next;

	if (!cardea_der_take(singles, CARDEA_DER_SEQUENCE, &whole))
		return false;
	rest = whole.content;
	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &id) ||
	    !read_id(id.content, &single) || !cardea_der_next(&rest, &status) ||
	    !read_status(&status, &single) ||
	    !take_time(&rest, &single.this_update_s))
		return false;
	if (begins_with(&rest, OUTER(0))) {
		if (!take_field(&rest, 0, CARDEA_DER_TIME, &next) ||
		    !cardea_dertime_read(&next, &single.next_update_s))
			return false;
		single.has_next_update = true;
	}
	if (!take_extensions(&rest, 1, &single.extensions))
		return false;
	*ret_single = single;
	return true;
}

static bool
read_responder(
    struct cardea_cert_bytes *rest, struct cardea_ocsp_response *response)
{
	struct cardea_der element;

	if (begins_with(rest, OUTER(1))) {
		if (!take_field(rest, 1, CARDEA_DER_SEQUENCE, &element) ||
		    element.content.len == 0)
			return false;
		response->responder_name = element.whole;
		return true;
	}
	if (!take_field(rest, 2, CARDEA_DER_OCTET_STRING, &element) ||
	    element.content.len != SHA1_LEN)
		return false;
	response->responder_key = element.content;
	return true;
}

/* Version 1 is the default; some write it all the same. */
static bool
take_version(struct cardea_cert_bytes *rest)
{
	struct cardea_der version;

	return !begins_with(rest, OUTER(0)) ||
	    (take_field(rest, 0, CARDEA_DER_INTEGER, &version) &&
		version.content.len == 1 && version.content.data[0] == 0);
}

static bool
read_data(struct cardea_cert_bytes rest, struct cardea_ocsp_response *response)
{
	struct cardea_cert_bytes singles;
	struct cardea_ocsp_single single;
	struct cardea_der sequence;

	if (!take_version(&rest) || !read_responder(&rest, response) ||
	    !take_time(&rest, &response->produced_s) ||
	    !cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &sequence) ||
	    !take_extensions(&rest, 1, &response->extensions))
		return false;
	response->singles = sequence.content;
	singles = sequence.content;
	while (singles.len > 0) {
		if (!cardea_ocsp_next(&singles, &single))
			return false;
	}
	return true;
}

static bool
read_basic(
    const struct cardea_cert_bytes *der, struct cardea_ocsp_response *response)
{
	struct cardea_cert_bytes rest = *der;
	struct cardea_der whole, data, algorithm, signature, certificates;

	if (!cardea_der_is_one(der) ||
	    !cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &whole))
		return false;
	rest = whole.content;
	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &data) ||
	    !cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &algorithm) ||
	    !cardea_der_take(&rest, CARDEA_DER_BIT_STRING, &signature) ||
	    signature.content.len < 2 || signature.content.data[0] != 0)
		return false;
	if (rest.len > 0) {
		if (!take_field(&rest, 0, CARDEA_DER_SEQUENCE, &certificates) ||
		    rest.len != 0)
			return false;
		response->certificates = certificates.content;
	}
	response->tbs = data.whole;
	response->algorithm = algorithm.whole;
	response->signature.data = signature.content.data + 1;
	response->signature.len = signature.content.len - 1;
	return read_data(data.content, response);
}

/* OCSPResponse: the responder's word on itself, which nobody signs, and the
 * answer as an octet string */
static enum cardea_status
open_response(
    const struct cardea_cert_bytes *der, struct cardea_cert_bytes *ret_basic)
{
	struct cardea_cert_bytes rest = *der;
	struct cardea_der whole, status, bytes, kind, basic;

	if (!cardea_der_is_one(der) ||
	    !cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &whole))
		return CARDEA_E_SYNTAX;
	rest = whole.content;
	if (!cardea_der_take(&rest, DER_ENUMERATED, &status) ||
	    status.content.len != 1)
		return CARDEA_E_SYNTAX;
	if (status.content.data[0] != 0)
		return rest.len == 0 ? CARDEA_E_MISSING : CARDEA_E_SYNTAX;
	if (!take_field(&rest, 0, CARDEA_DER_SEQUENCE, &bytes) || rest.len != 0)
		return CARDEA_E_SYNTAX;
	rest = bytes.content;
	if (!cardea_der_take(&rest, CARDEA_DER_OID, &kind) ||
	    !is_oid(&kind.content, oid_basic, sizeof(oid_basic)) ||
	    !cardea_der_take(&rest, CARDEA_DER_OCTET_STRING, &basic) ||
	    rest.len != 0)
		return CARDEA_E_SYNTAX;
	*ret_basic = basic.content;
	return CARDEA_OK;
}

enum cardea_status
cardea_ocsp_read(const struct cardea_cert_bytes *der,
    struct cardea_ocsp_response *ret_response, struct cardea_diag *diag)
{
	struct cardea_ocsp_response response = { 0 };
	struct cardea_cert_bytes basic;
	enum cardea_status status;

	if (der->len > CARDEA_OCSP_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the OCSP answer is too large");
	status = open_response(der, &basic);
	if (status == CARDEA_E_MISSING)
		return cardea_diag_set(diag, status,
		    "the OCSP responder had no answer, but an error");
	if (status != CARDEA_OK || !read_basic(&basic, &response))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "the OCSP answer is malformed");
	*ret_response = response;
	return CARDEA_OK;
}

struct cardea_cert_bytes
cardea_ocsp_nonce(struct cardea_cert_bytes extensions)
{
	struct cardea_extension extension;
	struct cardea_cert_bytes none = { 0 };

	while (extensions.len > 0 &&
	    cardea_extension_next(&extensions, &extension)) {
		if (is_oid(&extension.oid, oid_nonce, sizeof(oid_nonce)))
			return extension.value;
	}
	return none;
}

bool
cardea_ocsp_request_nonce(
    struct cardea_cert_bytes request, struct cardea_cert_bytes *ret_nonce)
{
	struct cardea_cert_bytes rest = request, extensions = { 0 };
	struct cardea_der whole, tbs, element;

	if (!cardea_der_is_one(&request) ||
	    !cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &whole))
		return false;
	rest = whole.content;
	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &tbs))
		return false;
	rest = tbs.content;
	(void)cardea_der_take(&rest, OUTER(0), &element); /* version */
	(void)cardea_der_take(&rest, OUTER(1), &element); /* who asks */
	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &element) ||
	    !take_extensions(&rest, 2, &extensions))
		return false;
	*ret_nonce = cardea_ocsp_nonce(extensions);
	return true;
}

bool
cardea_ocsp_is_critical(struct cardea_cert_bytes extensions)
{
	struct cardea_extension extension;

	while (extensions.len > 0 &&
	    cardea_extension_next(&extensions, &extension)) {
		if (extension.critical &&
		    !is_oid(&extension.oid, oid_nonce, sizeof(oid_nonce)))
			return true;
	}
	return false;
}
