/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/sshcert_form.h"

static bool
has_nul(struct cardea_sshwire_string string)
{
	return memchr(string.bytes, '\0', string.len) != NULL;
}

/* Names of people and hosts: bytes, but for the one that ends a string in C and
 * would make two names one (S07). */
static bool
count_principals(struct cardea_sshwire_string list, size_t *ret_count)
{
	struct cardea_sshwire_reader reader;
	size_t count = 0;

	cardea_sshwire_read(&reader, list.bytes, list.len);
	while (!reader.failed && reader.at < reader.len) {
		if (has_nul(cardea_sshwire_get_string(&reader)))
			return false;
		count++;
	}
	*ret_count = count;
	return !reader.failed;
}

/* "Options must be lexically ordered by name if they appear in the sequence.
 * Each named option may only appear once in a certificate." */
static bool
are_options(struct cardea_sshwire_string list)
{
	struct cardea_sshwire_string name, last = { NULL, 0 };
	struct cardea_sshwire_reader reader;

	cardea_sshwire_read(&reader, list.bytes, list.len);
	while (!reader.failed && reader.at < reader.len) {
		int order = -1;
		size_t common;

		name = cardea_sshwire_get_string(&reader);
		(void)cardea_sshwire_get_string(&reader);
		common = last.len < name.len ? last.len : name.len;
		if (last.bytes != NULL)
			order = memcmp(last.bytes, name.bytes, common);
		if (order > 0 || (order == 0 && last.len >= name.len))
			return false;
		last = name;
	}
	return !reader.failed;
}

static void
read_fields(struct cardea_sshwire_reader *reader, struct cardea_sshcert *cert)
{
	cert->serial = cardea_sshwire_get_u64(reader);
	cert->type = cardea_sshwire_get_u32(reader);
	cert->key_id = cardea_sshwire_get_string(reader);
	cert->principals = cardea_sshwire_get_string(reader);
	cert->valid_after = cardea_sshwire_get_u64(reader);
	cert->valid_before = cardea_sshwire_get_u64(reader);
	cert->critical = cardea_sshwire_get_string(reader);
	cert->extensions = cardea_sshwire_get_string(reader);
}

/* What is in front, the reserved field and the signature: all that is not said
 * in the certificate's own words. */
static enum cardea_status
read_frame(const struct cardea_cert_bytes *blob, struct cardea_sshcert *cert)
{
	struct cardea_sshwire_string reserved, signature;
	struct cardea_sshwire_reader reader;
	enum cardea_sshpublic_type type;

	cardea_sshwire_read(&reader, blob->data, blob->len);
	type = cardea_sshpublic_type(cardea_sshwire_get_string(&reader), true);
	if (type == CARDEA_SSHPUBLIC_NONE)
		return reader.failed ? CARDEA_E_SYNTAX : CARDEA_E_MISSING;
	(void)cardea_sshwire_get_string(&reader); /* the nonce */
	cardea_sshpublic_fields(&reader, type, &cert->key);
	read_fields(&reader, cert);
	reserved = cardea_sshwire_get_string(&reader);
	cert->ca_blob = cardea_sshwire_get_string(&reader);
	cert->signed_part.data = blob->data;
	cert->signed_part.len = reader.at;
	signature = cardea_sshwire_get_string(&reader);
	cert->signature.data = signature.bytes;
	cert->signature.len = signature.len;
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK || reserved.len != 0)
		return CARDEA_E_SYNTAX;
	return CARDEA_OK;
}

static enum cardea_status
check(struct cardea_sshcert *cert, struct cardea_diag *diag)
{
	if (cert->type != CARDEA_SSHCERT_USER &&
	    cert->type != CARDEA_SSHCERT_HOST)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "a certificate for neither users nor hosts");
	if (has_nul(cert->key_id))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a NUL in the key id");
	if (!count_principals(cert->principals, &cert->principal_count))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a principal is malformed");
	if (cert->principal_count > CARDEA_SSHCERT_PRINCIPALS_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "more than %d principals", CARDEA_SSHCERT_PRINCIPALS_MAX);
	if (!are_options(cert->critical) || !are_options(cert->extensions))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "options malformed, out of order or given twice");
	/* "chained certificates, where the signature key type is a certificate
	 * type itself are NOT supported" */
	if (cardea_sshpublic_parse(
		cert->ca_blob.bytes, cert->ca_blob.len, &cert->ca) != CARDEA_OK)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "signed by no plain key of a type that is known");
	if (!cardea_sshpublic_holds(&cert->key) ||
	    !cardea_sshpublic_holds(&cert->ca))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a key in it is none");
	return CARDEA_OK;
}

enum cardea_status
cardea_sshcert_parse(const struct cardea_cert_bytes *blob,
    struct cardea_sshcert *ret_cert, struct cardea_diag *diag)
{
	struct cardea_sshcert cert = { 0 };
	enum cardea_status status;

	if (blob->len > CARDEA_CERT_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "longer than %d bytes", CARDEA_CERT_MAX);
	status = read_frame(blob, &cert);
	if (status == CARDEA_E_MISSING)
		return cardea_diag_set(diag, status,
		    "not an OpenSSH certificate of a type that is known");
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "not an OpenSSH certificate to the last byte");
	status = check(&cert, diag);
	if (status == CARDEA_OK)
		*ret_cert = cert;
	return status;
}

enum cardea_status
cardea_sshcert_subject(const struct cardea_cert_bytes *blob,
    struct cardea_sshcert *ret_cert, bool *ret_is_cert,
    struct cardea_diag *diag)
{
	struct cardea_sshcert cert = { 0 };
	enum cardea_status status;

	if (blob->len > CARDEA_CERT_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "longer than %d bytes", CARDEA_CERT_MAX);
	status = cardea_sshpublic_parse(blob->data, blob->len, &cert.key);
	if (status == CARDEA_E_MISSING) {
		status = cardea_sshcert_parse(blob, ret_cert, diag);
		if (status == CARDEA_OK)
			*ret_is_cert = true;
		return status;
	}
	if (status == CARDEA_OK && !cardea_sshpublic_holds(&cert.key))
		status = CARDEA_E_SYNTAX;
	if (status != CARDEA_OK)
		return cardea_diag_set(
		    diag, status, "not a public key to the last byte");
	*ret_cert = cert;
	*ret_is_cert = false;
	return CARDEA_OK;
}

enum cardea_status
cardea_sshcert_describe(const struct cardea_cert_bytes *blob,
    struct cardea_cert_identity *ret_identity, struct cardea_diag *diag)
{
	struct cardea_sshcert cert;
	enum cardea_status status;
	bool is_cert = false;

	status = cardea_sshcert_subject(blob, &cert, &is_cert, diag);
	if (status == CARDEA_OK)
		status = cardea_sshcert_identify(&cert, is_cert, ret_identity);
	return status;
}
