/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/x509.h>

#include "cert/certread.h"
#include "cert/der.h"

X509 *
cardea_certread(OSSL_LIB_CTX *libctx, const struct cardea_cert_bytes *der)
{
	const unsigned char *at = der->data;
	X509 *certificate;

	if (der->len == 0 || der->len > CARDEA_CERT_MAX ||
	    !cardea_der_is_one(der))
		return NULL;
	certificate = X509_new_ex(libctx, NULL);
	if (certificate != NULL &&
	    d2i_X509(&certificate, &at, (long)der->len) != NULL &&
	    at == der->data + der->len)
		return certificate;
	X509_free(certificate); /* NULL where reading has freed it */
	return NULL;
}
