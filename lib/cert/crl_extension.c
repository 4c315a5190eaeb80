/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/crl.h"
#include "cert/extension.h"

enum {
	CE_NUMBER = 20,
	CE_DELTA = 27,
	CE_SCOPE = 28, /* issuingDistributionPoint */
	CE_AUTHORITY_KEY = 35,
};

enum {
	SCOPE_POINT = 0xa0,
	SCOPE_USERS = 0x81,
	SCOPE_AUTHORITIES = 0x82,
	SCOPE_REASONS = 0x83,
	SCOPE_INDIRECT = 0x84,
	SCOPE_ATTRIBUTES = 0x85,
};

/* 5.2.3: not negative, at most 20 octets */
static bool
read_number(
    const struct cardea_cert_bytes *value, struct cardea_cert_bytes *ret_number)
{
	struct cardea_cert_bytes rest = *value;
	struct cardea_der number;

	if (!cardea_der_is_one(value) ||
	    !cardea_der_take(&rest, CARDEA_DER_INTEGER, &number) ||
	    number.content.len > CARDEA_CRL_SERIAL_MAX ||
	    number.content.data[0] >= 0x80)
		return false;
	*ret_number = number.content;
	return true;
}

/* DistributionPointName: one of two, and a name in it at least */
static bool
is_point(struct cardea_cert_bytes bytes)
{
	struct cardea_der name;

	return cardea_der_next(&bytes, &name) && bytes.len == 0 &&
	    (name.tag == 0xa0 || name.tag == 0xa1) && name.content.len > 0;
}

/* a BOOLEAN DEFAULT FALSE with a tag of its own: only TRUE is ever written */
static bool
is_true(const struct cardea_der *element)
{
	return element->content.len == 1 && element->content.data[0] == 0xff;
}

static bool
read_scope_part(const struct cardea_der *part, struct cardea_crl *crl)
{
	switch (part->tag) {
	case SCOPE_POINT:
		return is_point(part->content);
	case SCOPE_USERS:
		crl->users_only = true;
		return is_true(part);
	case SCOPE_AUTHORITIES:
		crl->authorities_only = true;
		return is_true(part);
	case SCOPE_REASONS:
		crl->some_reasons = true;
		return part->content.len >= 2 && part->content.data[0] < 8;
	case SCOPE_INDIRECT:
		crl->indirect = true;
		return is_true(part);
	default:
		return false;
	}
}

static enum cardea_status
read_scope(const struct cardea_cert_bytes *value, struct cardea_crl *crl,
    struct cardea_diag *diag)
{
	struct cardea_cert_bytes rest = *value;
	unsigned int before = 0;
	struct cardea_der part;

	/* 5.2.5: an empty one must not be issued; it says nothing */
	if (!cardea_der_is_one(value) ||
	    !cardea_der_take(&rest, CARDEA_DER_SEQUENCE, &part) ||
	    part.content.len == 0)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the scope of the list (issuingDistributionPoint) is "
		    "empty or malformed");
	rest = part.content;
	while (rest.len > 0) {
		if (!cardea_der_next(&rest, &part) ||
		    (part.tag & 0x1fU) + 1 <= before ||
		    part.tag == SCOPE_ATTRIBUTES ||
		    !read_scope_part(&part, crl))
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "the scope of the list (issuingDistributionPoint) "
			    "is malformed, or not of certificates");
		before = (part.tag & 0x1fU) + 1;
	}
	if (crl->users_only && crl->authorities_only)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the scope of the list leaves out everybody");
	crl->scope = *value;
	return CARDEA_OK;
}

static enum cardea_status
read_extension(const struct cardea_extension *extension, struct cardea_crl *crl,
    struct cardea_diag *diag)
{
	switch (cardea_extension_ce(extension)) {
	case CE_SCOPE:
		return read_scope(&extension->value, crl, diag);
	case CE_DELTA:
		crl->delta = true;
		if (read_number(&extension->value, &crl->base))
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the number of the list's base is malformed");
	case CE_NUMBER:
		if (!extension->critical &&
		    read_number(&extension->value, &crl->number))
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the number of the list is malformed");
	case CE_AUTHORITY_KEY:
		crl->authority = extension->value;
		if (cardea_der_is_one(&extension->value))
			return CARDEA_OK;
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the key identifier of the list is malformed");
	default:
		if (!extension->critical)
			return CARDEA_OK;
		/* 5.2: such a list must not be used */
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the list has a critical extension that is unknown");
	}
}

enum cardea_status
cardea_crl_extensions(struct cardea_cert_bytes bytes, struct cardea_crl *crl,
    struct cardea_diag *diag)
{
	struct cardea_extension extension;
	enum cardea_status status = CARDEA_OK;

	while (status == CARDEA_OK && bytes.len > 0) {
		(void)cardea_extension_next(&bytes, &extension);
		status = read_extension(&extension, crl, diag);
	}
	/* A delta of some reasons only would be taken for a complete list by
	 * OpenSSL's choice of lists; nobody makes them. */
	if (status == CARDEA_OK && crl->delta && crl->some_reasons)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "a delta list for some reasons only cannot be used");
	return status;
}
