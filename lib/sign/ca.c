/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "base/secret.h"
#include "base/text.h"
#include "sign/ca_parts.h"
#include "sign/name.h"
#include "sign/resign.h"

#define SERIAL_BYTES 16
#define KEY_ID_BYTES 20

static enum cardea_status
fail(struct cardea_diag *diag, const char *what)
{
	return cardea_diag_set(diag, CARDEA_E_INTERNAL, "%s", what);
}

/* --- the issuer ---------------------------------------------------------- */

static X509 *
read_certificate(OSSL_LIB_CTX *context, const char *pem)
{
	BIO *in = BIO_new_mem_buf(pem, -1);
	X509 *certificate = X509_new_ex(context, NULL);

	if (in == NULL || certificate == NULL ||
	    PEM_read_bio_X509(in, &certificate, NULL, NULL) == NULL) {
		X509_free(certificate);
		certificate = NULL;
	}
	BIO_free(in);
	return certificate;
}

static enum cardea_status
choose_issuer(const struct cardea_ca *ca, const unsigned char *public_key,
    size_t public_len, struct cardea_ca_work *work, struct cardea_diag *diag)
{
	if (ca->root != NULL) {
		work->root = read_certificate(work->context, ca->root);
		if (work->root == NULL || X509_check_ca(work->root) != 1)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "the root is no certificate of an authority");
		work->issuer = X509_get_pubkey(work->root);
	} else {
		work->issuer = d2i_PUBKEY_ex(
		    NULL, &public_key, (long)public_len, work->context, NULL);
	}
	return work->issuer != NULL
	    ? CARDEA_OK
	    : cardea_diag_set(diag, CARDEA_E_SYNTAX, "no public key");
}

enum cardea_status
cardea_ca_begin(const struct cardea_ca *ca, const unsigned char *public_key,
    size_t public_len, struct cardea_ca_work *work, struct cardea_diag *diag)
{
	const char *digest = NULL;
	enum cardea_status status;

	*work = (struct cardea_ca_work){ .context = OSSL_LIB_CTX_new() };
	if (work->context == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "an authority");
	status = choose_issuer(ca, public_key, public_len, work, diag);
	if (status != CARDEA_OK)
		return status;
	if (!cardea_resign_digest(work->issuer, &digest))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "a kind of key that an authority does not use");
	if (digest != NULL)
		work->digest = EVP_MD_fetch(work->context, digest, NULL);
	work->stand_in = cardea_resign_stand_in(work->context, work->issuer);
	if (work->stand_in == NULL || (digest != NULL && work->digest == NULL))
		return fail(diag, "no key can be made");
	return CARDEA_OK;
}

void
cardea_ca_end(struct cardea_ca_work *work)
{
	EVP_MD_free(work->digest);
	EVP_PKEY_free(work->stand_in);
	EVP_PKEY_free(work->issuer);
	X509_free(work->root);
	OSSL_LIB_CTX_free(work->context);
}

enum cardea_status
cardea_ca_seal(const struct cardea_ca *ca, const unsigned char *der, size_t len,
    unsigned char **ret_der, size_t *ret_len, struct cardea_diag *diag)
{
	struct cardea_resign_parts parts;
	struct cardea_sign_answer answer = { .why = CARDEA_SIGN_WHY_NONE };
	struct cardea_cert_bytes body;
	enum cardea_status status;

	status = cardea_resign_cut(der, len, &parts);
	if (status != CARDEA_OK)
		return fail(diag, "what is to be signed cannot be cut");
	body = (struct cardea_cert_bytes){ parts.body, parts.body_len };
	status = cardea_sign(ca->key, &body, ca->timeout_ms, &answer, diag);
	if (status != CARDEA_OK)
		return status;
	if (answer.why != CARDEA_SIGN_DONE)
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "the authority's key: %s: %.150s",
		    cardea_sign_why_text(answer.why), answer.detail);
	return cardea_resign_join(
	    &parts, answer.signature, answer.signature_len, ret_der, ret_len);
}

/* --- parts of certificates ----------------------------------------------- */

bool
cardea_ca_extend(X509 *certificate, int nid, bool critical, void *value)
{
	return X509_add1_ext_i2d(
		   certificate, nid, value, critical, X509V3_ADD_APPEND) == 1;
}

bool
cardea_ca_extend_usage(X509 *certificate, const int *bits, size_t count)
{
	ASN1_BIT_STRING *usage = ASN1_BIT_STRING_new();
	bool good = usage != NULL;

	for (size_t i = 0; i < count && good; i++)
		good = ASN1_BIT_STRING_set_bit(usage, bits[i], 1) == 1;
	good = good &&
	    cardea_ca_extend(certificate, NID_key_usage, true, usage);
	ASN1_BIT_STRING_free(usage);
	return good;
}

/* Nothing below a root of ours is an authority: path length 0. */
bool
cardea_ca_extend_basic(X509 *certificate, bool is_ca)
{
	BASIC_CONSTRAINTS *basic = BASIC_CONSTRAINTS_new();
	bool good = basic != NULL;

	if (good && is_ca) {
		basic->ca = 0xff;
		basic->pathlen = ASN1_INTEGER_new();
		good = basic->pathlen != NULL &&
		    ASN1_INTEGER_set(basic->pathlen, 0) == 1;
	}
	good = good &&
	    cardea_ca_extend(certificate, NID_basic_constraints, true, basic);
	BASIC_CONSTRAINTS_free(basic);
	return good;
}

/* The leftmost 160 bits of SHA-256 of the key (RFC 7093, 2, method 1). */
static bool
extend_key_id(const struct cardea_ca_work *work, X509 *certificate)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
	EVP_MD *sha256 = EVP_MD_fetch(work->context, "SHA256", NULL);
	bool good;

	good = id != NULL && sha256 != NULL &&
	    X509_pubkey_digest(certificate, sha256, digest, &len) == 1 &&
	    ASN1_OCTET_STRING_set(id, digest, KEY_ID_BYTES) == 1 &&
	    cardea_ca_extend(
		certificate, NID_subject_key_identifier, false, id);
	EVP_MD_free(sha256);
	ASN1_OCTET_STRING_free(id);
	return good;
}

AUTHORITY_KEYID *
cardea_ca_authority(const X509 *root)
{
	AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id((X509 *)root);

	if (authority != NULL && id != NULL)
		authority->keyid = ASN1_OCTET_STRING_dup(id);
	if (authority == NULL || authority->keyid != NULL)
		return authority;
	AUTHORITY_KEYID_free(authority);
	return NULL;
}

static bool
extend_authority(const struct cardea_ca_work *work, X509 *certificate)
{
	AUTHORITY_KEYID *authority;
	bool good;

	if (work->root == NULL)
		return true;
	authority = cardea_ca_authority(work->root);
	good = authority != NULL &&
	    cardea_ca_extend(
		certificate, NID_authority_key_identifier, false, authority);
	AUTHORITY_KEYID_free(authority);
	return good;
}

/* Positive, 16 bytes, 126 of its bits chance (RFC 5280, 4.1.2.2). */
static bool
set_serial(X509 *certificate)
{
	unsigned char bytes[SERIAL_BYTES];
	BIGNUM *number = NULL;
	bool good = false;

	if (cardea_secret_random(bytes, sizeof(bytes)) == CARDEA_OK) {
		bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
		number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	}
	if (number != NULL)
		good = BN_to_ASN1_INTEGER(
			   number, X509_get_serialNumber(certificate)) != NULL;
	BN_free(number);
	return good;
}

bool
cardea_ca_fill(const struct cardea_ca_work *work,
    const struct cardea_ca_wish *wish, const X509_NAME *subject, EVP_PKEY *key,
    X509 *certificate)
{
	time_t from = (time_t)(wish->now_s - CARDEA_CA_SKEW_S);
	time_t to = (time_t)(wish->now_s +
	    (int64_t)wish->days * CARDEA_CA_DAY_S);
	const X509_NAME *issuer = work->root != NULL
	    ? X509_get_subject_name(work->root)
	    : subject;

	return X509_set_version(certificate, X509_VERSION_3) == 1 &&
	    set_serial(certificate) &&
	    X509_set_issuer_name(certificate, issuer) == 1 &&
	    X509_set_subject_name(certificate, subject) == 1 &&
	    ASN1_TIME_adj(X509_getm_notBefore(certificate), from, 0, 0) !=
	    NULL &&
	    ASN1_TIME_adj(X509_getm_notAfter(certificate), to, 0, 0) != NULL &&
	    X509_set_pubkey(certificate, key) == 1 &&
	    extend_key_id(work, certificate) &&
	    extend_authority(work, certificate);
}

/* --- the end ------------------------------------------------------------- */

char *
cardea_ca_text(BIO *out)
{
	char *bytes = NULL, *text;
	long len = BIO_get_mem_data(out, &bytes);

	if (len <= 0)
		return NULL;
	text = malloc((size_t)len + 1);
	if (text == NULL)
		return NULL;
	memcpy(text, bytes, (size_t)len);
	text[len] = '\0';
	return text;
}

static bool
format_serial(const X509 *certificate, char *hex)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(
	    X509_get0_serialNumber(certificate), NULL);
	unsigned char bytes[CARDEA_CA_SERIAL_MAX / 2];
	int len = number != NULL ? BN_num_bytes(number) : 0;
	bool good = len > 0 && (size_t)len <= sizeof(bytes) &&
	    BN_bn2bin(number, bytes) == len;

	if (good)
		cardea_text_hex(hex, bytes, (size_t)len);
	BN_free(number);
	return good;
}

static enum cardea_status
describe_names(
    X509 *certificate, struct cardea_ca_made *made, struct cardea_diag *diag)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(
	    certificate, NID_subject_alt_name, NULL, NULL);
	enum cardea_status status = CARDEA_OK;

	if (names != NULL)
		status = cardea_name_unlist(
		    names, made->names, &made->name_count, diag);
	GENERAL_NAMES_free(names);
	return status;
}

enum cardea_status
cardea_ca_describe(
    X509 *certificate, struct cardea_ca_made *made, struct cardea_diag *diag)
{
	struct tm until;
	time_t end;

	if (!format_serial(certificate, made->serial) ||
	    ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) != 1)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a certificate out of all bounds");
	end = timegm(&until);
	made->not_after_s = end;
	if (cardea_name_format(X509_get_subject_name(certificate),
		made->subject, sizeof(made->subject)) != CARDEA_OK)
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the subject is too long");
	return describe_names(certificate, made, diag);
}

static enum cardea_status
write_made(X509 *certificate, struct cardea_ca_made *ret_made,
    struct cardea_diag *diag)
{
	struct cardea_ca_made made = { .pem = NULL };
	enum cardea_status status = cardea_ca_describe(
	    certificate, &made, diag);
	BIO *out;

	if (status != CARDEA_OK)
		return status;
	out = BIO_new(BIO_s_mem());
	if (out != NULL && PEM_write_bio_X509(out, certificate) == 1)
		made.pem = cardea_ca_text(out);
	BIO_free(out);
	if (made.pem == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "a certificate");
	*ret_made = made; /* moved */
	return CARDEA_OK;
}

/* What does not hold by the issuer's own key was signed by another one. */
static X509 *
reread(const struct cardea_ca_work *work, const unsigned char *der, size_t len)
{
	X509 *certificate = X509_new_ex(work->context, NULL);

	if (certificate != NULL &&
	    d2i_X509(&certificate, &der, (long)len) != NULL &&
	    X509_verify(certificate, work->issuer) == 1)
		return certificate;
	X509_free(certificate);
	return NULL;
}

enum cardea_status
cardea_ca_finish(const struct cardea_ca *ca, const struct cardea_ca_work *work,
    X509 *certificate, struct cardea_ca_made *ret_made,
    struct cardea_diag *diag)
{
	unsigned char *der = NULL, *sealed = NULL;
	enum cardea_status status;
	X509 *made = NULL;
	size_t sealed_len = 0;
	int len = 0;

	if (X509_sign(certificate, work->stand_in, work->digest) > 0)
		len = i2d_X509(certificate, &der);
	if (len <= 0 || len > CARDEA_CERT_MAX) {
		OPENSSL_free(der);
		return cardea_diag_set(
		    diag, CARDEA_E_RANGE, "the certificate is too large");
	}
	status = cardea_ca_seal(
	    ca, der, (size_t)len, &sealed, &sealed_len, diag);
	OPENSSL_free(der);
	if (status != CARDEA_OK)
		return status;
	made = reread(work, sealed, sealed_len);
	free(sealed);
	status = made != NULL ? write_made(made, ret_made, diag)
			      : cardea_diag_set(diag, CARDEA_E_IO,
				    "the key that signs is not the root's");
	X509_free(made);
	return status;
}

static enum cardea_status
fill_root(const struct cardea_ca_work *work, const struct cardea_ca_wish *wish,
    X509 *certificate, struct cardea_diag *diag)
{
	/* keyCertSign and cRLSign */
	static const int usage[] = { 5, 6 };
	X509_NAME *subject = NULL;
	enum cardea_status status;

	status = cardea_name_subject(wish->subject, &subject, diag);
	if (status != CARDEA_OK)
		return status;
	if (X509_NAME_entry_count(subject) == 0)
		status = cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "an authority wants a subject");
	else if (!cardea_ca_fill(
		     work, wish, subject, work->issuer, certificate) ||
	    !cardea_ca_extend_basic(certificate, true) ||
	    !cardea_ca_extend_usage(certificate, usage, 2))
		status = fail(diag, "the root cannot be made");
	X509_NAME_free(subject);
	return status;
}

enum cardea_status
cardea_ca_root(const struct cardea_ca *ca, const struct cardea_ca_wish *wish,
    struct cardea_ca_made *ret_made, struct cardea_diag *diag)
{
	struct cardea_sign_answer answer = { .why = CARDEA_SIGN_WHY_NONE };
	struct cardea_ca_work work = { .context = NULL };
	X509 *certificate = NULL;
	enum cardea_status status;
	char *request = NULL;

	/* for its public key; that it can sign shows along the way */
	status = cardea_sign_request(ca->key, wish->subject, NULL, 0,
	    ca->timeout_ms, &request, &answer, diag);
	free(request);
	if (status != CARDEA_OK)
		return status;
	if (answer.why != CARDEA_SIGN_DONE)
		return cardea_diag_set(diag, CARDEA_E_IO,
		    "the authority's key: %s: %.150s",
		    cardea_sign_why_text(answer.why), answer.detail);
	status = cardea_ca_begin(
	    ca, answer.public_key, answer.public_len, &work, diag);
	if (status == CARDEA_OK) {
		certificate = X509_new_ex(work.context, NULL);
		status = certificate == NULL
		    ? fail(diag, "memory")
		    : fill_root(&work, wish, certificate, diag);
	}
	if (status == CARDEA_OK)
		status = cardea_ca_finish(
		    ca, &work, certificate, ret_made, diag);
	X509_free(certificate);
	cardea_ca_end(&work);
	return status;
}

enum cardea_status
cardea_ca_identify(const struct cardea_ca *ca, const char *certificate,
    struct cardea_ca_made *ret_made, struct cardea_diag *diag)
{
	struct cardea_ca_made made = { .pem = NULL };
	struct cardea_ca_work work = { .context = NULL };
	X509 *read = NULL;
	enum cardea_status status;

	status = cardea_ca_begin(ca, NULL, 0, &work, diag);
	if (status == CARDEA_OK) {
		read = read_certificate(work.context, certificate);
		if (read == NULL)
			status = cardea_diag_set(
			    diag, CARDEA_E_SYNTAX, "no certificate in PEM");
		else if (X509_verify(read, work.issuer) != 1)
			status = cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "not a certificate of this authority");
		else
			status = cardea_ca_describe(read, &made, diag);
	}
	if (status == CARDEA_OK)
		*ret_made = made;
	X509_free(read);
	cardea_ca_end(&work);
	return status;
}
