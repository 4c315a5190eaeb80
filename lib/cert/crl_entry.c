/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/crl.h"
#include "cert/dertime.h"
#include "cert/extension.h"

#define TAG_DIRECTORY_NAME 0xa4U
#define DER_ENUMERATED 0x0aU

enum {
	CE_REASON = 21,
	CE_ISSUER = 29, /* certificateIssuer */
};

void
cardea_crl_walk_init(struct cardea_crl_walk *walk, const struct cardea_crl *crl)
{
	*walk = (struct cardea_crl_walk){ .crl = crl, .rest = crl->entries };
}

static bool
read_reason(const struct cardea_cert_bytes *value, bool delta,
    enum cardea_crl_reason *ret_reason)
{
	struct cardea_cert_bytes rest = *value;
	struct cardea_der element;
	unsigned int reason;

	if (!cardea_der_take(&rest, DER_ENUMERATED, &element) ||
	    rest.len != 0 || element.content.len != 1)
		return false;
	reason = element.content.data[0];
	/* 7 is not used; what is removed stands in deltas alone (5.3.1) */
	if (reason > CARDEA_CRL_REASON_MAX || reason == 7 ||
	    (reason == CARDEA_CRL_REMOVED && !delta))
		return false;
	*ret_reason = (enum cardea_crl_reason)reason;
	return true;
}

/* 5.3.3: GeneralNames with the issuer's distinguished name.  Other names beside
 * it would say nothing that we compare, a second one something ambiguous. */
static bool
read_issuer(
    const struct cardea_cert_bytes *value, struct cardea_cert_bytes *ret_issuer)
{
	struct cardea_cert_bytes rest = *value;
	struct cardea_der names, directory, name;

	if (!cardea_der_is_one(value) ||
	    !cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &names))
		return false;
	rest = names.content;
	if (!cardea_der_take(&rest, TAG_DIRECTORY_NAME, &directory) ||
	    rest.len != 0)
		return false;
	rest = directory.content;
	if (!cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &name) ||
	    rest.len != 0 || name.content.len == 0)
		return false;
	*ret_issuer = name.whole;
	return true;
}

/* An unknown critical extension may change what an entry means, so the whole
 * list cannot be used (5.3). */
static enum cardea_status
read_extension(struct cardea_crl_walk *walk,
    const struct cardea_extension *extension, struct cardea_crl_entry *entry,
    struct cardea_diag *diag)
{
	switch (cardea_extension_ce(extension)) {
	case CE_REASON:
		if (read_reason(
			&extension->value, walk->crl->delta, &entry->reason))
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the reason of an entry of the list is malformed");
	case CE_ISSUER:
		/* read as critical even where it is not marked so */
		if (walk->crl->indirect &&
		    read_issuer(&extension->value, &walk->issuer))
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "an entry of the list names another issuer, which it may "
		    "not, or not so");
	default:
		if (!extension->critical)
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "an entry of the list has a critical extension that is "
		    "unknown");
	}
}

static enum cardea_status
read_extensions(struct cardea_crl_walk *walk, struct cardea_cert_bytes bytes,
    struct cardea_crl_entry *entry, struct cardea_diag *diag)
{
	struct cardea_extension extension;
	struct cardea_der sequence;
	enum cardea_status status = CARDEA_OK;

	if (!walk->crl->v2)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the list is of version 1 and its entries have extensions");
	if (!cardea_der_take(&bytes, CARDEA_DER_SEQUENCE, &sequence) ||
	    bytes.len != 0 || !cardea_extensions_hold(sequence.content))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "an extension of an entry of the list is malformed");
	bytes = sequence.content;
	while (status == CARDEA_OK && bytes.len > 0) {
		(void)cardea_extension_next(&bytes, &extension);
		status = read_extension(walk, &extension, entry, diag);
	}
	return status;
}

enum cardea_status
cardea_crl_walk_next(struct cardea_crl_walk *walk,
    struct cardea_crl_entry *ret_entry, struct cardea_diag *diag)
{
	struct cardea_crl_entry entry = { 0 };
	struct cardea_cert_bytes inside;
	struct cardea_der whole, serial;

	if (!cardea_der_take(&walk->rest, CARDEA_DER_SEQUENCE, &whole))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "an entry of the list is malformed");
	inside = whole.content;
	if (!cardea_der_take(&inside, CARDEA_DER_INTEGER, &serial) ||
	    serial.content.len == 0 || !cardea_der_is_one(&serial.whole))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "a serial number in the list is malformed");
	/* 4.1.2.2: no more than 20 octets, or it cannot be looked up */
	if (serial.content.len > CARDEA_CRL_SERIAL_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "a serial number in the list is longer than 20 octets");
	entry.serial = serial.content;
	if (!cardea_dertime_take(&inside, &entry.date_s))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a date in the list is malformed");
	if (inside.len > 0) {
		enum cardea_status status = read_extensions(
		    walk, inside, &entry, diag);

		if (status != CARDEA_OK)
			return status;
	}
	entry.issuer = walk->issuer;
	*ret_entry = entry;
	return CARDEA_OK;
}
