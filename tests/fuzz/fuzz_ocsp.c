/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include "base/text.h"
#include "cert/ocsp.h"
#include "cert/ocsp_read.h"
#include "fuzz/revoked.h"

/*
 * OCSP answers.  The first byte of an input chooses:
 *
 *   'o'  an answer.  It is good only if what is signed is what the authority
 *        signed; what is read OpenSSL reads, too.
 *   's'  a single answer within one
 *   'r'  a request, for its nonce
 *
 * The seeds are one answer, and BoringSSL's.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static struct cardea_cert_bytes
fill(unsigned char *bytes, size_t size, const char *hex)
{
	size_t len = strlen(hex) / 2;

	must(len <= size && cardea_text_unhex(bytes, len, hex) == CARDEA_OK);
	return (struct cardea_cert_bytes){ bytes, len };
}

static int
is_within(const struct cardea_cert_bytes *part, const unsigned char *bytes,
    size_t len)
{
	return part->len == 0 ||
	    (part->data >= bytes && part->data + part->len <= bytes + len);
}

static void
check_single(
    struct cardea_cert_bytes singles, const unsigned char *bytes, size_t len)
{
	struct cardea_ocsp_single single;

	while (singles.len > 0) {
		if (!cardea_ocsp_next(&singles, &single))
			return;
		must(single.status <= CARDEA_OCSP_TAG_UNKNOWN);
		must(is_within(&single.hash, bytes, len) &&
		    is_within(&single.name_hash, bytes, len) &&
		    is_within(&single.key_hash, bytes, len) &&
		    is_within(&single.serial, bytes, len) &&
		    is_within(&single.extensions, bytes, len));
		(void)cardea_ocsp_is_critical(single.extensions);
	}
}

static void
compare(const unsigned char *bytes, size_t len)
{
	const unsigned char *at = bytes;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)len);
	OCSP_BASICRESP *basic = NULL;

	if (response != NULL) {
		must(at == bytes + len);
		must(OCSP_response_status(response) == 0);
		basic = OCSP_response_get1_basic(response);
	}
	ERR_clear_error();
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
}

static void
try_answer(const unsigned char *bytes, size_t len)
{
	static unsigned char root[1024], leaf[1024], seed[1024];
	const struct cardea_cert_bytes known = fill(
	    seed, sizeof(seed), REVOKED_ANSWER);
	const struct cardea_ocsp_call call = {
		.response = { bytes, len },
		.certificate = fill(leaf, sizeof(leaf), REVOKED_LEAF),
		.issuer = fill(root, sizeof(root), REVOKED_ROOT),
		.time_s = REVOKED_TIME_S + 3600,
		.max_age_s = 86400,
	};
	struct cardea_ocsp_response response, original;
	struct cardea_diag diag = { 0 };
	int64_t date_s = -1;
	enum cardea_ocsp_answer answer;
	int is_read = cardea_ocsp_read(&call.response, &response, NULL) ==
	    CARDEA_OK;

	if (is_read) {
		check_single(response.singles, bytes, len);
		compare(bytes, len);
	}
	answer = cardea_ocsp_judge(&call, &date_s, &diag);
	must((answer == CARDEA_OCSP_GOOD) == (date_s == REVOKED_TIME_S));
	must((answer == CARDEA_OCSP_GOOD) == (diag.reason[0] == '\0'));
	must(answer == CARDEA_OCSP_GOOD || answer == CARDEA_OCSP_INVALID ||
	    answer == CARDEA_OCSP_NONE);
	if (answer != CARDEA_OCSP_GOOD)
		return;
	must(is_read &&
	    cardea_ocsp_read(&known, &original, NULL) == CARDEA_OK &&
	    cardea_der_equal(&response.tbs, &original.tbs));
}

static void
try_request(const unsigned char *bytes, size_t len)
{
	const struct cardea_cert_bytes request = { bytes, len };
	struct cardea_cert_bytes nonce;

	if (cardea_ocsp_request_nonce(request, &nonce))
		must(is_within(&nonce, bytes, len));
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	if (len == 0)
		return 0;
	switch (bytes[0]) {
	case 'o':
		try_answer(bytes + 1, len - 1);
		break;
	case 's':
		check_single((struct cardea_cert_bytes){ bytes + 1, len - 1 },
		    bytes + 1, len - 1);
		break;
	default:
		try_request(bytes + 1, len - 1);
		break;
	}
	return 0;
}
