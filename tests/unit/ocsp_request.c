/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include <openssl/ocsp.h>

#include "cert/ocsp.h"
#include "unit/ocsp_parties.h"
#include "unit/test.h"

/* The question to which the answers of ocsp.c belong. */

/* What is asked, OpenSSL's reader agrees. */
static void
a_request_asks_about_the_certificate(void **state)
{
	const struct cardea_cert_bytes certificate = bytes_of_octets(leaf.der);
	const struct cardea_cert_bytes issuer = bytes_of_octets(root.der);
	const struct cardea_cert_bytes broken = { leaf.der.data,
		leaf.der.len - 1 };
	unsigned char *request = NULL;
	const unsigned char *at;
	OCSP_REQUEST *parsed;
	OCSP_CERTID *wanted;
	size_t len;

	(void)state;
	assert_int_equal(
	    cardea_ocsp_ask(&certificate, &issuer, &request, &len, NULL),
	    CARDEA_OK);
	at = request;
	parsed = d2i_OCSP_REQUEST(NULL, &at, (long)len);
	assert_non_null(parsed);
	assert_ptr_equal(at, request + len);
	assert_int_equal(OCSP_request_onereq_count(parsed), 1);
	wanted = OCSP_cert_to_id(NULL, leaf.certificate, root.certificate);
	assert_int_equal(OCSP_id_cmp(OCSP_onereq_get0_id(
					 OCSP_request_onereq_get0(parsed, 0)),
			     wanted),
	    0);
	assert_int_equal(OCSP_REQUEST_get_ext_count(parsed), 1);
	assert_true(OCSP_REQUEST_get_ext_by_NID(
			parsed, NID_id_pkix_OCSP_Nonce, -1) >= 0);
	OCSP_CERTID_free(wanted);
	OCSP_REQUEST_free(parsed);
	free(request);
	request = NULL;
	assert_int_equal(
	    cardea_ocsp_ask(&broken, &issuer, &request, &len, NULL),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_ocsp_ask(&certificate, &broken, &request, &len, NULL),
	    CARDEA_E_SYNTAX);
	assert_null(request);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_asks_about_the_certificate),
	};

	return cmocka_run_group_tests(tests, make_parties, drop_parties);
}
