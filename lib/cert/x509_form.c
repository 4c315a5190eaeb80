/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cert/der.h"
#include "cert/x509_form.h"

#define SERIAL_MAX 20	  /* octets (4.1.2.2) */
#define EXTENSIONS_MAX 64 /* of one certificate; a real one has a dozen */
#define VERSION 0xa0
#define ISSUER_ID 0x81
#define SUBJECT_ID 0x82
#define EXTENSIONS 0xa3

struct tbs {
	struct cardea_der version, serial, algorithm, issuer, validity, subject,
	    spki, extensions;
};

bool
cardea_x509_fault_set(struct cardea_x509_fault *fault, enum cardea_cert_why why,
    const char *format, ...)
{
	va_list arguments;

	if (fault->why != CARDEA_CERT_WHY_NONE)
		return false;
	fault->why = why;
	va_start(arguments, format);
	(void)vsnprintf(fault->text, sizeof(fault->text), format, arguments);
	va_end(arguments);
	return false;
}

static bool
malformed(struct cardea_x509_fault *fault, const char *what)
{
	return cardea_x509_fault_set(fault, CARDEA_CERT_MALFORMED, "%s", what);
}

static bool
outside(struct cardea_x509_fault *fault, const char *what)
{
	return cardea_x509_fault_set(fault, CARDEA_CERT_PROFILE, "%s", what);
}

static bool
is_number(const struct cardea_cert_bytes *text, size_t digits)
{
	if (text->len != digits + 1 || text->data[digits] != 'Z')
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (text->data[i] < '0' || text->data[i] > '9')
			return false;
	}
	return true;
}

/* 4.1.2.5: with seconds, in Zulu, without fractions. */
static bool
takes_time(struct cardea_cert_bytes *bytes)
{
	struct cardea_der time;

	if (cardea_der_take(bytes, CARDEA_DER_UTC_TIME, &time))
		return is_number(&time.content, 12);
	return cardea_der_take(bytes, CARDEA_DER_TIME, &time) &&
	    is_number(&time.content, 14);
}

static bool
serial_holds(
    const struct cardea_cert_bytes *serial, struct cardea_x509_fault *fault)
{
	if (serial->len > SERIAL_MAX)
		return outside(fault, "serial number is longer than 20 octets");
	if (serial->data[0] >= 0x80)
		return outside(fault, "serial number is negative");
	if (serial->len == 1 && serial->data[0] == 0)
		return outside(fault, "serial number is zero");
	return true;
}

static bool
extension_holds(struct cardea_cert_bytes *list, struct cardea_cert_bytes *oids,
    size_t count, struct cardea_x509_fault *fault)
{
	struct cardea_der extension, oid, critical, value;

	if (!cardea_der_take(list, CARDEA_DER_SEQUENCE, &extension) ||
	    !cardea_der_take(&extension.content, CARDEA_DER_OID, &oid))
		return malformed(fault, "an extension is malformed");
	/* what is FALSE by default is not written (X.690, 11.5) */
	if (cardea_der_take(
		&extension.content, CARDEA_DER_BOOLEAN, &critical) &&
	    critical.content.data[0] == 0)
		return malformed(
		    fault, "an extension says that it is not critical");
	if (!cardea_der_take(
		&extension.content, CARDEA_DER_OCTET_STRING, &value) ||
	    extension.content.len != 0)
		return malformed(fault, "an extension is malformed");
	for (size_t i = 0; i < count; i++) {
		if (cardea_der_equal(&oids[i], &oid.content))
			return malformed(fault, "an extension stands twice");
	}
	oids[count] = oid.content;
	return true;
}

static bool
extensions_hold(const struct cardea_der *field, struct cardea_x509_fault *fault)
{
	struct cardea_cert_bytes oids[EXTENSIONS_MAX], bytes = field->content;
	struct cardea_der list;
	size_t count = 0;

	if (!cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &list) ||
	    bytes.len != 0 || list.content.len == 0)
		return malformed(fault, "extensions are malformed");
	while (list.content.len > 0) {
		if (count == EXTENSIONS_MAX)
			return cardea_x509_fault_set(fault,
			    CARDEA_CERT_TOO_LARGE, "too many extensions");
		if (!extension_holds(&list.content, oids, count++, fault))
			return false;
	}
	return true;
}

static bool
split_tbs(struct cardea_cert_bytes bytes, struct tbs *tbs)
{
	struct cardea_der unique;

	memset(tbs, 0, sizeof(*tbs));
	(void)cardea_der_take(&bytes, VERSION, &tbs->version);
	if (!cardea_der_take(&bytes, CARDEA_DER_INTEGER, &tbs->serial) ||
	    !cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &tbs->algorithm) ||
	    !cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &tbs->issuer) ||
	    !cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &tbs->validity) ||
	    !cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &tbs->subject) ||
	    !cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &tbs->spki))
		return false;
	(void)cardea_der_take(&bytes, ISSUER_ID, &unique);
	(void)cardea_der_take(&bytes, SUBJECT_ID, &unique);
	(void)cardea_der_take(&bytes, EXTENSIONS, &tbs->extensions);
	return bytes.len == 0;
}

static bool
split(const struct cardea_cert_bytes *der, struct tbs *tbs,
    struct cardea_der *ret_algorithm)
{
	struct cardea_cert_bytes bytes = *der;
	struct cardea_der certificate, inner, signature;

	return cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &certificate) &&
	    bytes.len == 0 &&
	    cardea_der_take(
		&certificate.content, CARDEA_DER_SEQUENCE, &inner) &&
	    cardea_der_take(
		&certificate.content, CARDEA_DER_SEQUENCE, ret_algorithm) &&
	    cardea_der_take(
		&certificate.content, CARDEA_DER_BIT_STRING, &signature) &&
	    certificate.content.len == 0 && split_tbs(inner.content, tbs);
}

bool
cardea_x509_form_holds(const struct cardea_cert_bytes *der, bool is_anchor,
    struct cardea_x509_fault *fault)
{
	static const unsigned char version3[] = { CARDEA_DER_INTEGER, 1, 2 };
	const struct cardea_cert_bytes three = { version3, sizeof(version3) };
	struct cardea_der algorithm;
	struct tbs tbs;

	if (der->len > CARDEA_CERT_MAX)
		return cardea_x509_fault_set(fault, CARDEA_CERT_TOO_LARGE,
		    "is larger than %d bytes", CARDEA_CERT_MAX);
	if (!cardea_der_is_one(der) || !split(der, &tbs, &algorithm))
		return malformed(fault, "is no certificate in DER");
	if (!cardea_der_equal(&tbs.version.content, &three))
		return outside(fault, "is not of version 3");
	if (!is_anchor && !serial_holds(&tbs.serial.content, fault))
		return false;
	if (!cardea_der_equal(&algorithm.whole, &tbs.algorithm.whole))
		return malformed(fault, "names two signature algorithms");
	if (!takes_time(&tbs.validity.content) ||
	    !takes_time(&tbs.validity.content) || tbs.validity.content.len != 0)
		return malformed(fault, "its validity is malformed");
	if (tbs.issuer.content.len == 0)
		return outside(fault, "names no issuer");
	if (tbs.extensions.whole.len == 0)
		return outside(fault, "has no extensions");
	return extensions_hold(&tbs.extensions, fault);
}

bool
cardea_x509_form_spki(
    const struct cardea_cert_bytes *der, struct cardea_cert_bytes *ret_spki)
{
	struct cardea_der algorithm;
	struct tbs tbs;

	if (!split(der, &tbs, &algorithm))
		return false;
	*ret_spki = tbs.spki.whole;
	return true;
}
