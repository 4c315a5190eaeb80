/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "factor/library/chain.h"

/* 112 bits: RSA of 2048, and no SHA-1 (SP 800-57) */
#define AUTH_LEVEL 2

/* A context of our own: the default one is the host's, and reads files. */
struct workshop {
	OSSL_LIB_CTX *context;
	OSSL_PROVIDER *provider;
	X509 *leaf;
	STACK_OF(X509) * others; /* the rest of the chain */
	STACK_OF(X509) * roots;
};

void
cardea_chain_enter(void)
{
	(void)ERR_set_mark();
	(void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
}

void
cardea_chain_leave(void)
{
	(void)ERR_pop_to_mark();
}

static void
close_workshop(struct workshop *shop)
{
	X509_free(shop->leaf);
	sk_X509_pop_free(shop->others, X509_free);
	sk_X509_pop_free(shop->roots, X509_free);
	if (shop->provider != NULL)
		OSSL_PROVIDER_unload(shop->provider);
	OSSL_LIB_CTX_free(shop->context);
}

static bool
open_workshop(struct workshop *shop)
{
	shop->context = OSSL_LIB_CTX_new();
	if (shop->context == NULL)
		return false;
	shop->provider = OSSL_PROVIDER_load(shop->context, "default");
	shop->others = sk_X509_new_null();
	shop->roots = sk_X509_new_null();
	return shop->provider != NULL && shop->others != NULL &&
	    shop->roots != NULL;
}

/* DER to the last byte; NULL otherwise. */
static X509 *
read_certificate(const struct workshop *shop, struct cardea_cbor_span der)
{
	X509 *certificate = X509_new_ex(shop->context, NULL);
	const unsigned char *at = der.bytes;

	if (certificate != NULL &&
	    d2i_X509(&certificate, &at, (long)der.len) != NULL &&
	    at == der.bytes + der.len)
		return certificate;
	X509_free(certificate); /* NULL where reading has freed it */
	return NULL;
}

static enum cardea_status
read_chain(struct workshop *shop, const struct cardea_statement *statement,
    struct cardea_diag *diag)
{
	for (size_t i = 0; i < statement->cert_count; i++) {
		X509 *certificate = read_certificate(shop, statement->certs[i]);

		if (certificate == NULL)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "certificate %zu of the attestation is malformed",
			    i + 1);
		if (i == 0) {
			shop->leaf = certificate; /* moved */
		} else if (sk_X509_push(shop->others, certificate) <= 0) {
			X509_free(certificate);
			return CARDEA_E_MEMORY;
		}
	}
	return CARDEA_OK;
}

/* The one entry of the subject of this kind is there, and is text. */
static bool
subject_has(const X509 *certificate, int nid, const char *text)
{
	const X509_NAME *subject = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(subject, nid, -1);
	const ASN1_STRING *value;

	if (at < 0 || X509_NAME_get_index_by_NID(subject, nid, at) >= 0)
		return false;
	value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
	if (text == NULL)
		return ASN1_STRING_length(value) > 0;
	return ASN1_STRING_length(value) == (int)strlen(text) &&
	    memcmp(ASN1_STRING_get0_data(value), text, strlen(text)) == 0;
}

static bool
is_no_authority(const X509 *certificate)
{
	BASIC_CONSTRAINTS *constraints = X509_get_ext_d2i(
	    certificate, NID_basic_constraints, NULL, NULL);
	bool is_none = constraints != NULL && constraints->ca == 0;

	BASIC_CONSTRAINTS_free(constraints);
	return is_none;
}

/* id-fido-gen-ce-aaguid: not critical, an OCTET STRING in the extension's own
 * (8.2.1); a certificate without it speaks for every model of its maker. */
static bool
names_other_model(
    const X509 *certificate, const unsigned char model[CARDEA_FIDO2_MODEL])
{
	static const unsigned char head[] = { 0x04, CARDEA_FIDO2_MODEL };
	ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.45724.1.1.4", 1);
	bool other = true;
	const ASN1_OCTET_STRING *value;
	X509_EXTENSION *extension;
	int at;

	if (oid == NULL)
		goto out;
	at = X509_get_ext_by_OBJ(certificate, oid, -1);
	if (at < 0) {
		other = false;
		goto out;
	}
	extension = X509_get_ext(certificate, at);
	value = X509_EXTENSION_get_data(extension);
	other = X509_EXTENSION_get_critical(extension) != 0 ||
	    X509_get_ext_by_OBJ(certificate, oid, at) >= 0 ||
	    ASN1_STRING_length(value) !=
		(int)sizeof(head) + CARDEA_FIDO2_MODEL ||
	    memcmp(ASN1_STRING_get0_data(value), head, sizeof(head)) != 0 ||
	    memcmp(ASN1_STRING_get0_data(value) + sizeof(head), model,
		CARDEA_FIDO2_MODEL) != 0;
out:
	ASN1_OBJECT_free(oid);
	return other;
}

/* WebAuthn level 2, 8.2.1; NULL if nothing is wrong. */
static const char *
packed_fault(const X509 *leaf, const unsigned char model[CARDEA_FIDO2_MODEL])
{
	if (X509_get_version(leaf) != X509_VERSION_3)
		return "is not of version 3";
	if (!subject_has(leaf, NID_countryName, NULL) ||
	    !subject_has(leaf, NID_organizationName, NULL) ||
	    !subject_has(leaf, NID_commonName, NULL))
		return "names no maker";
	if (!subject_has(
		leaf, NID_organizationalUnitName, "Authenticator Attestation"))
		return "is none of an authenticator";
	if (!is_no_authority(leaf))
		return "may sign other certificates";
	if (names_other_model(leaf, model))
		return "is for another model than the key says it is";
	return NULL;
}

/* WebAuthn level 2, 8.6: a key on P-256. */
static const char *
u2f_fault(X509 *leaf)
{
	const EVP_PKEY *key = X509_get0_pubkey(leaf);
	char group[32] = "";

	if (key == NULL || EVP_PKEY_is_a(key, "EC") != 1 ||
	    EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1 ||
	    strcmp(group, SN_X9_62_prime256v1) != 0)
		return "has no key on P-256";
	return NULL;
}

static enum cardea_status
check_leaf(const struct workshop *shop,
    const struct cardea_statement *statement,
    const unsigned char model[CARDEA_FIDO2_MODEL], struct cardea_diag *diag)
{
	const char *fault = statement->format == CARDEA_STATEMENT_U2F
	    ? u2f_fault(shop->leaf)
	    : packed_fault(shop->leaf, model);

	if (fault == NULL)
		return CARDEA_OK;
	return cardea_diag_set(
	    diag, CARDEA_E_UNSAFE, "the attestation certificate %s", fault);
}

/* Nobody is asked for the pass phrase of a certificate. */
static int
no_phrase(char *phrase, int size, int writing, void *context)
{
	(void)phrase;
	(void)size;
	(void)writing;
	(void)context;
	return -1;
}

/* The next certificate of the file; false at the end of it, or with another
 * error than that. */
static bool
read_root(const struct workshop *shop, BIO *file)
{
	X509 *root = X509_new_ex(shop->context, NULL);

	if (root != NULL &&
	    PEM_read_bio_X509(file, &root, no_phrase, NULL) != NULL &&
	    sk_X509_push(shop->roots, root) > 0)
		return true;
	X509_free(root); /* NULL where reading has freed it */
	return false;
}

static enum cardea_status
read_roots_text(const struct workshop *shop, const char *text, size_t len,
    struct cardea_diag *diag)
{
	BIO *file = BIO_new_mem_buf(text, (int)len);
	size_t count = 0;
	bool at_end;

	if (file == NULL)
		return CARDEA_E_MEMORY;
	while (count <= CARDEA_KEY_ROOTS_MAX && read_root(shop, file))
		count++;
	at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	BIO_free(file);
	if (count > CARDEA_KEY_ROOTS_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "holds too many certificates");
	if (count == 0 || !at_end)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "certificate %zu is not one in PEM", count + 1);
	return CARDEA_OK;
}

static enum cardea_status
read_roots(
    const struct workshop *shop, const char *path, struct cardea_diag *diag)
{
	enum cardea_status status;
	char *text = NULL;
	size_t len = 0;

	status = cardea_file_read(path, CARDEA_FILE_CONFIG,
	    CARDEA_KEY_ROOTS_BYTES, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	status = read_roots_text(shop, text, len, diag);
	if (status != CARDEA_OK)
		cardea_diag_place(diag, path, 0, NULL);
	free(text);
	return status;
}

/* Does a path lead from the leaf to this root? X509_V_OK, or why not. */
static int
search_path(const struct workshop *shop, X509 *root, int64_t time_s)
{
	X509_STORE_CTX *search = X509_STORE_CTX_new_ex(shop->context, NULL);
	STACK_OF(X509) *alone = sk_X509_new_null();
	int error = X509_V_ERR_OUT_OF_MEM;
	X509_VERIFY_PARAM *param;

	if (search == NULL || alone == NULL || sk_X509_push(alone, root) <= 0 ||
	    X509_STORE_CTX_init(search, NULL, shop->leaf, shop->others) != 1)
		goto out;
	X509_STORE_CTX_set0_trusted_stack(search, alone);
	param = X509_STORE_CTX_get0_param(search);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	X509_VERIFY_PARAM_set_depth(param, CARDEA_KEY_CHAIN_MAX);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	X509_VERIFY_PARAM_set_time(param, (time_t)time_s);
	error = X509_V_OK;
	if (X509_verify_cert(search) != 1) {
		error = X509_STORE_CTX_get_error(search);
		if (error == X509_V_OK)
			error = X509_V_ERR_UNSPECIFIED;
	}
out:
	X509_STORE_CTX_free(search);
	sk_X509_free(alone);
	return error;
}

/* Each root is tried alone, since OpenSSL looks for an issuer by its name, and
 * of two with one name takes one.  NULL if a path was found; otherwise what is
 * most telling. */
static const char *
path_fault(const struct workshop *shop)
{
	struct cardea_clock clock = cardea_clock_read();
	int fault = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;

	if (!clock.plausible)
		return "the clock of this machine is wrong";
	for (int i = 0; i < sk_X509_num(shop->roots); i++) {
		int error = search_path(
		    shop, sk_X509_value(shop->roots, i), clock.time_s);

		if (error == X509_V_OK)
			return NULL;
		if (error != X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
			fault = error;
	}
	return X509_verify_cert_error_string(fault);
}

enum cardea_status
cardea_chain_check(const struct cardea_statement *statement,
    const unsigned char model[CARDEA_FIDO2_MODEL], const char *roots_path,
    bool *ret_chained, char ret_fault[128], struct cardea_diag *diag)
{
	struct workshop shop = { 0 };
	enum cardea_status status = CARDEA_E_MEMORY;
	const char *fault = "no roots are given";

	if (!open_workshop(&shop))
		goto out;
	status = read_chain(&shop, statement, diag);
	if (status == CARDEA_OK)
		status = check_leaf(&shop, statement, model, diag);
	if (status == CARDEA_OK && roots_path != NULL) {
		status = read_roots(&shop, roots_path, diag);
		if (status == CARDEA_OK)
			fault = path_fault(&shop);
	}
	if (status == CARDEA_OK)
		status = cardea_text_copy(ret_fault, 128, fault);
	if (status == CARDEA_OK)
		*ret_chained = fault == NULL;
out:
	close_workshop(&shop);
	return status;
}
