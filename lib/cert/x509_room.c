/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "cert/x509_room.h"

bool
cardea_x509_room_open(struct cardea_x509_room *room)
{
	(void)ERR_set_mark();
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	room->provider = NULL;
	room->context = OSSL_LIB_CTX_new();
	if (room->context != NULL)
		room->provider = OSSL_PROVIDER_load(room->context, "default");
	return room->provider != NULL;
}

void
cardea_x509_room_close(struct cardea_x509_room *room)
{
	if (room->provider != NULL)
		OSSL_PROVIDER_unload(room->provider);
	OSSL_LIB_CTX_free(room->context);
	room->provider = NULL;
	room->context = NULL;
	(void)ERR_pop_to_mark();
}

X509 *
cardea_x509_read(const struct cardea_x509_room *room,
    const struct cardea_cert_bytes *der, bool is_anchor,
    struct cardea_x509_fault *fault)
{
	const unsigned char *at = der->data;
	X509 *certificate;

	if (!cardea_x509_form_holds(der, is_anchor, fault))
		return NULL;
	certificate = X509_new_ex(room->context, NULL);
	if (certificate == NULL) {
		(void)cardea_x509_fault_set(
		    fault, CARDEA_CERT_FAILED, "out of memory");
		return NULL;
	}
	if (d2i_X509(&certificate, &at, (long)der->len) != NULL &&
	    at == der->data + der->len)
		return certificate;
	(void)cardea_x509_fault_set(
	    fault, CARDEA_CERT_MALFORMED, "cannot be read as a certificate");
	X509_free(certificate); /* NULL where reading has freed it */
	return NULL;
}

void *
cardea_x509_extension(const X509 *certificate, int nid, bool *ret_critical,
    struct cardea_x509_fault *fault)
{
	int critical = 0;
	void *value = X509_get_ext_d2i(certificate, nid, &critical, NULL);

	if (value == NULL && critical != -1)
		(void)cardea_x509_fault_set(fault, CARDEA_CERT_MALFORMED,
		    "extension %s is malformed", OBJ_nid2sn(nid));
	if (value != NULL && ret_critical != NULL)
		*ret_critical = critical != 0;
	return value;
}
