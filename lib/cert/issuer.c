/* SPDX-License-Identifier: BSD-2-Clause */
#include <openssl/x509v3.h>

#include "cert/issuer.h"
#include "cert/x509_room.h"

static bool
did_sign(const struct cardea_x509_room *room,
    const struct cardea_cert_bytes *candidate, X509 *certificate)
{
	struct cardea_x509_fault fault = { 0 };
	X509 *issuer = cardea_x509_read(room, candidate, true, &fault);
	bool did = issuer != NULL &&
	    X509_check_issued(issuer, certificate) == X509_V_OK &&
	    X509_verify(certificate, X509_get0_pubkey(issuer)) == 1;

	X509_free(issuer);
	return did;
}

enum cardea_status
cardea_cert_issuer(const struct cardea_cert_bytes *certificate,
    const struct cardea_cert_bytes *candidates, size_t count, size_t *ret_index)
{
	struct cardea_x509_room room = { 0 };
	struct cardea_x509_fault fault = { 0 };
	enum cardea_status status = CARDEA_E_MEMORY;
	X509 *read = NULL;
	size_t i = 0;

	if (!cardea_x509_room_open(&room))
		goto out;
	status = CARDEA_E_SYNTAX;
	read = cardea_x509_read(&room, certificate, false, &fault);
	if (read == NULL)
		goto out;
	while (i < count && !did_sign(&room, &candidates[i], read))
		i++;
	status = i < count ? CARDEA_OK : CARDEA_E_MISSING;
	if (status == CARDEA_OK)
		*ret_index = i;
out:
	X509_free(read);
	cardea_x509_room_close(&room);
	return status;
}
