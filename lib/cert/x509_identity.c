/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "cert/sshcert.h"
#include "cert/x509_identity.h"
#include "cert/x509_name.h"

#define DIGEST 32
#define SERIAL_OCTETS_MAX 23 /* as many as there is room for as hex */

static bool
digest(const struct cardea_x509_room *room, const struct cardea_cert_bytes *of,
    unsigned char ret_digest[DIGEST])
{
	size_t len = 0;

	return EVP_Q_digest(room->context, "SHA256", NULL, of->data, of->len,
		   ret_digest, &len) == 1 &&
	    len == DIGEST;
}

/* "SHA256:" and base64 without padding, as ssh-keygen -l has it. */
static bool
fingerprint(const struct cardea_x509_room *room,
    const struct cardea_cert_bytes *of,
    char text[CARDEA_CERT_FINGERPRINT_MAX + 1])
{
	unsigned char hash[DIGEST], base64[(DIGEST + 2) / 3 * 4 + 1];

	if (!digest(room, of, hash))
		return false;
	(void)EVP_EncodeBlock(base64, hash, DIGEST);
	base64[strcspn((const char *)base64, "=")] = '\0';
	return cardea_text_print(text, CARDEA_CERT_FINGERPRINT_MAX + 1,
		   "SHA256:%s", (const char *)base64) == CARDEA_OK;
}

static int64_t
seconds(const ASN1_TIME *time)
{
	struct tm moment;

	return ASN1_TIME_to_tm(time, &moment) == 1 ? (int64_t)timegm(&moment)
						   : 0;
}

static void
put_serial(const X509 *certificate, struct cardea_cert_identity *identity)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
	int len = ASN1_STRING_length(serial);

	if (len > 0 && len <= SERIAL_OCTETS_MAX)
		cardea_text_hex(identity->serial, ASN1_STRING_get0_data(serial),
		    (size_t)len);
}

/* A name without text meets no condition, and so is left out. */
static void
put_names(const X509 *certificate, struct cardea_cert_identity *identity)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(
	    certificate, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names) &&
	     identity->name_count < CARDEA_CERT_NAMES_MAX;
	     i++) {
		if (cardea_x509_general_text(sk_GENERAL_NAME_value(names, i),
			&identity->names[identity->name_count]))
			identity->name_count++;
	}
	GENERAL_NAMES_free(names);
}

static void
put_purposes(const X509 *certificate, struct cardea_cert_identity *identity)
{
	EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(
	    certificate, NID_ext_key_usage, NULL, NULL);

	for (int i = 0; i < sk_ASN1_OBJECT_num(purposes) &&
	     identity->purpose_count < CARDEA_CERT_OIDS_MAX;
	     i++) {
		char *text = identity->purposes[identity->purpose_count].text;
		int len = OBJ_obj2txt(text, CARDEA_CERT_OID_MAX + 1,
		    sk_ASN1_OBJECT_value(purposes, i), 1);

		if (len > 0 && len <= CARDEA_CERT_OID_MAX)
			identity->purpose_count++;
	}
	EXTENDED_KEY_USAGE_free(purposes);
}

static bool
put_key(const struct cardea_x509_room *room,
    const struct cardea_cert_bytes *der, struct cardea_cert_identity *identity)
{
	unsigned char blob[CARDEA_SSH_BLOB_MAX];
	struct cardea_cert_bytes spki, plain = { blob, 0 };

	if (!cardea_x509_form_spki(der, &spki) ||
	    !digest(room, &spki, identity->key_hash))
		return false;
	if (cardea_sshpublic_of_spki(&spki, blob, sizeof(blob), &plain.len) !=
	    CARDEA_OK)
		return true; /* a key that SSH does not know */
	return fingerprint(room, &plain, identity->ssh_fingerprint);
}

bool
cardea_x509_identity_fill(const struct cardea_x509_room *room,
    const struct cardea_cert_bytes *der, const X509 *certificate,
    struct cardea_cert_identity *identity)
{
	memset(identity, 0, sizeof(*identity));
	identity->kind = CARDEA_CERT_X509;
	cardea_x509_name_text(
	    X509_get_subject_name(certificate), identity->subject);
	cardea_x509_name_text(
	    X509_get_issuer_name(certificate), identity->issuer);
	cardea_x509_common_name(
	    X509_get_issuer_name(certificate), identity->issuer_name);
	put_serial(certificate, identity);
	identity->not_before_s = seconds(X509_get0_notBefore(certificate));
	identity->not_after_s = seconds(X509_get0_notAfter(certificate));
	put_names(certificate, identity);
	put_purposes(certificate, identity);
	return fingerprint(room, der, identity->fingerprint) &&
	    put_key(room, der, identity);
}
