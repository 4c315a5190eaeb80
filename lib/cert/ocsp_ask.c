/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/asn1.h>
#include <openssl/x509.h>

#include "cert/certread.h"
#include "cert/derwrite.h"
#include "cert/ocsp_judge.h"
#include "cert/x509_room.h"

/* RFC 9654, 2.1 */
#define NONCE_LEN 32
#define HASH_LEN 20

/* sha1: the one digest that every responder knows (RFC 5019, 2.1.1); it names,
 * and vouches for nothing. */
static const unsigned char sha1[] = { 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03,
	0x02, 0x1a, 0x05, 0x00 };
static const unsigned char oid_nonce[] = { 0x06, 0x09, 0x2b, 0x06, 0x01, 0x05,
	0x05, 0x07, 0x30, 0x01, 0x02 };

struct asking {
	struct cardea_ocsp_id id;
	unsigned char nonce[NONCE_LEN];
	unsigned char *serial; /* INTEGER, of OpenSSL's heap */
	size_t serial_len;
};

/* OCSPRequest { TBSRequest { requestList { Request { CertID } }, [2]
 * requestExtensions { nonce } } }: lengths from the inside out */
static enum cardea_status
write_request(
    const struct asking *asking, unsigned char **ret_request, size_t *ret_len)
{
	size_t hash = cardea_derwrite_len(HASH_LEN);
	size_t id = sizeof(sha1) + 2 * hash + asking->serial_len;
	size_t request = cardea_derwrite_len(id);
	size_t requests = cardea_derwrite_len(request);
	size_t list = cardea_derwrite_len(requests);
	size_t nonce = cardea_derwrite_len(NONCE_LEN);
	size_t extension = sizeof(oid_nonce) + cardea_derwrite_len(nonce);
	size_t extensions = cardea_derwrite_len(extension);
	size_t field = cardea_derwrite_len(extensions);
	size_t tbs = list + cardea_derwrite_len(field);
	size_t whole = cardea_derwrite_len(cardea_derwrite_len(tbs));
	struct cardea_derwrite write;

	*ret_request = malloc(whole);
	if (*ret_request == NULL)
		return CARDEA_E_MEMORY;
	*ret_len = whole;
	write.at = *ret_request;
	cardea_derwrite_head(
	    &write, CARDEA_DER_SEQUENCE, cardea_derwrite_len(tbs));
	cardea_derwrite_head(&write, CARDEA_DER_SEQUENCE, tbs);
	cardea_derwrite_head(&write, CARDEA_DER_SEQUENCE, requests);
	cardea_derwrite_head(&write, CARDEA_DER_SEQUENCE, request);
	cardea_derwrite_head(&write, CARDEA_DER_SEQUENCE, id);
	cardea_derwrite_bytes(&write, sha1, sizeof(sha1));
	cardea_derwrite_head(&write, CARDEA_DER_OCTET_STRING, HASH_LEN);
	cardea_derwrite_bytes(&write, asking->id.name_hash, HASH_LEN);
	cardea_derwrite_head(&write, CARDEA_DER_OCTET_STRING, HASH_LEN);
	cardea_derwrite_bytes(&write, asking->id.key_hash, HASH_LEN);
	cardea_derwrite_bytes(&write, asking->serial, asking->serial_len);
	cardea_derwrite_head(&write, 0xa2, field);
	cardea_derwrite_head(&write, CARDEA_DER_SEQUENCE, extensions);
	cardea_derwrite_head(&write, CARDEA_DER_SEQUENCE, extension);
	cardea_derwrite_bytes(&write, oid_nonce, sizeof(oid_nonce));
	cardea_derwrite_head(&write, CARDEA_DER_OCTET_STRING, nonce);
	cardea_derwrite_head(&write, CARDEA_DER_OCTET_STRING, NONCE_LEN);
	cardea_derwrite_bytes(&write, asking->nonce, NONCE_LEN);
	return CARDEA_OK;
}

static enum cardea_status
fill(struct asking *asking, OSSL_LIB_CTX *libctx, const X509 *certificate,
    const X509 *issuer)
{
	int len = i2d_ASN1_INTEGER(
	    X509_get0_serialNumber(certificate), &asking->serial);

	if (len <= 0 ||
	    !cardea_ocsp_id_of(
		libctx, "SHA1", certificate, issuer, &asking->id))
		return CARDEA_E_MEMORY;
	asking->serial_len = (size_t)len;
	return getrandom(asking->nonce, NONCE_LEN, 0) == NONCE_LEN
	    ? CARDEA_OK
	    : CARDEA_E_IO;
}

enum cardea_status
cardea_ocsp_ask(const struct cardea_cert_bytes *certificate,
    const struct cardea_cert_bytes *issuer, unsigned char **ret_request,
    size_t *ret_len, struct cardea_diag *diag)
{
	struct cardea_x509_room room;
	struct asking asking = { 0 };
	X509 *subject = NULL, *above = NULL;
	enum cardea_status status = CARDEA_E_SYNTAX;

	if (cardea_x509_room_open(&room)) {
		subject = cardea_certread(room.context, certificate);
		above = cardea_certread(room.context, issuer);
	}
	if (subject != NULL && above != NULL)
		status = fill(&asking, room.context, subject, above);
	if (status == CARDEA_OK)
		status = write_request(&asking, ret_request, ret_len);
	OPENSSL_free(asking.serial);
	X509_free(subject);
	X509_free(above);
	cardea_x509_room_close(&room);
	if (status == CARDEA_E_SYNTAX)
		return cardea_diag_set(diag, status,
		    "the certificate to ask OCSP about, or its issuer, is "
		    "malformed");
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "cannot make a request for OCSP");
	return CARDEA_OK;
}
