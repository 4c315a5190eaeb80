/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/base64.h"
#include "cli/publickey.h"
#include "factor/cose.h"

#define KEY_BYTES_MAX 2048
#define PEM_BEGIN "-----BEGIN PUBLIC KEY-----\n"
#define PEM_END "-----END PUBLIC KEY-----"

static enum cardea_status
fail(struct cardea_diag *diag)
{
	return cardea_diag_set(
	    diag, CARDEA_E_CORRUPT, "the public key is malformed");
}

/* What the readers call SYNTAX is no fault of the question here. */
static enum cardea_status
as_key_fault(enum cardea_status status)
{
	return status == CARDEA_E_SYNTAX ? CARDEA_E_CORRUPT : status;
}

static enum cardea_status
read_raw(enum cardea_fido2_algorithm algorithm, const unsigned char *bytes,
    size_t len, struct cardea_fido2_credential *credential,
    struct cardea_diag *diag)
{
	bool has_point = algorithm == CARDEA_FIDO2_ES256 ||
	    algorithm == CARDEA_FIDO2_ES384;
	size_t public_len = cardea_cose_public_len(algorithm);

	if (algorithm == CARDEA_FIDO2_ALGORITHM_NONE)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "public_key: wants its algorithm beside it");
	/* SEC 1, 2.3.3: an uncompressed point */
	if (has_point && len == public_len + 1 && bytes[0] == 4) {
		bytes++;
		len--;
	}
	if (len != public_len)
		return fail(diag);
	credential->algorithm = algorithm;
	credential->public_len = len;
	memcpy(credential->public_key, bytes, len);
	return CARDEA_OK;
}

/* RFC 7468, 13: the lines between the marks are base64; anything before or
 * after them is none of a key. */
static enum cardea_status
read_pem(const char *pem, struct cardea_fido2_credential *credential,
    struct cardea_diag *diag)
{
	const size_t begin_len = strlen(PEM_BEGIN);
	unsigned char der[KEY_BYTES_MAX];
	char text[CARDEA_BASE64_LEN(KEY_BYTES_MAX)];
	size_t len = 0, der_len = 0;
	const char *at, *end = strstr(pem, "\n" PEM_END);

	if (strncmp(pem, PEM_BEGIN, begin_len) != 0 || end == NULL ||
	    strspn(end + 1 + strlen(PEM_END), "\r\n") !=
		strlen(end + 1 + strlen(PEM_END)))
		return fail(diag);
	for (at = pem + begin_len; at < end; at++) {
		if (*at == '\r' || *at == '\n')
			continue;
		if (len == sizeof(text))
			return fail(diag);
		text[len++] = *at;
	}
	if (cardea_base64_decode(CARDEA_BASE64, text, len, der, sizeof(der),
		&der_len) != CARDEA_OK)
		return fail(diag);
	return as_key_fault(
	    cardea_cose_read_spki(der, der_len, credential, diag));
}

static enum cardea_status
read_key(const struct cardea_octets *octets, const char *pem,
    enum cardea_fido2_algorithm algorithm,
    struct cardea_fido2_credential *credential, struct cardea_diag *diag)
{
	const char *member = cardea_octets_has(octets, "cose_key")
	    ? "cose_key"
	    : "public_key";
	unsigned char bytes[KEY_BYTES_MAX];
	enum cardea_status status;
	size_t len = 0;

	if (pem != NULL)
		return read_pem(pem, credential, diag);
	status = cardea_octets_find(
	    octets, member, bytes, sizeof(bytes), &len, diag);
	if (status == CARDEA_E_RANGE)
		return CARDEA_E_CORRUPT;
	if (status != CARDEA_OK)
		return status;
	if (strcmp(member, "public_key") == 0)
		return read_raw(algorithm, bytes, len, credential, diag);
	return as_key_fault(cardea_cose_read(bytes, len, credential, diag));
}

/* NONE if the case does not name it. */
static enum cardea_status
find_algorithm(const struct cardea_octets *octets,
    enum cardea_fido2_algorithm *ret_algorithm, struct cardea_diag *diag)
{
	enum cardea_status status;
	const char *name = NULL;

	*ret_algorithm = CARDEA_FIDO2_ALGORITHM_NONE;
	status = cardea_octets_find_text(octets, "algorithm", &name, diag);
	if (status != CARDEA_OK || name == NULL)
		return status;
	*ret_algorithm = cardea_fido2_algorithm_parse(name);
	if (*ret_algorithm == CARDEA_FIDO2_ALGORITHM_NONE)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "algorithm: wants es256, es384, eddsa or rs256");
	return CARDEA_OK;
}

enum cardea_status
cardea_publickey_find(const struct cardea_octets *octets,
    struct cardea_fido2_credential *credential, struct cardea_diag *diag)
{
	enum cardea_fido2_algorithm algorithm;
	enum cardea_status status;
	const char *pem = NULL;

	status = cardea_octets_find_text(octets, "pem", &pem, diag);
	if (status != CARDEA_OK)
		return status;
	if ((pem != NULL) + cardea_octets_has(octets, "cose_key") +
		cardea_octets_has(octets, "public_key") !=
	    1)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants one of public_key, cose_key and pem");
	status = find_algorithm(octets, &algorithm, diag);
	if (status == CARDEA_OK)
		status = read_key(octets, pem, algorithm, credential, diag);
	if (status == CARDEA_OK && algorithm != CARDEA_FIDO2_ALGORITHM_NONE &&
	    credential->algorithm != algorithm)
		return cardea_diag_set(diag, CARDEA_E_CORRUPT,
		    "algorithm: the public key is of another");
	return status;
}
