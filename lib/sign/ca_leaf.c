/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/pem.h>

#include "sign/ca_parts.h"
#include "sign/name.h"
#include "sign/resign.h"

/* --- the request --------------------------------------------------------- */

static enum cardea_status
read_request(const struct cardea_ca_work *work, const char *pem,
    X509_REQ **ret_request, EVP_PKEY **ret_key, struct cardea_diag *diag)
{
	BIO *in = BIO_new_mem_buf(pem, -1);
	X509_REQ *request = X509_REQ_new_ex(work->context, NULL);
	EVP_PKEY *key = NULL;
	const char *digest, *wrong = NULL;

	if (in == NULL || request == NULL ||
	    PEM_read_bio_X509_REQ(in, &request, NULL, NULL) == NULL)
		wrong = "no request (PKCS #10) in PEM";
	else if ((key = X509_REQ_get_pubkey(request)) == NULL ||
	    !cardea_resign_digest(key, &digest))
		wrong = "a kind of key that is not used";
	else if (X509_REQ_verify(request, key) != 1)
		wrong = "its own signature does not hold: who asks has not "
			"shown that the key is held";
	BIO_free(in);
	if (wrong == NULL) {
		*ret_request = request; /* moved */
		*ret_key = key;		/* moved */
		return CARDEA_OK;
	}
	X509_REQ_free(request);
	EVP_PKEY_free(key);
	return cardea_diag_set(diag, CARDEA_E_SYNTAX, "the request: %s", wrong);
}

static enum cardea_status
choose_subject(X509_REQ *request, const struct cardea_ca_wish *wish,
    X509_NAME **ret_subject, struct cardea_diag *diag)
{
	if (wish->subject != NULL)
		return cardea_name_subject(wish->subject, ret_subject, diag);
	*ret_subject = X509_NAME_dup(X509_REQ_get_subject_name(request));
	return *ret_subject != NULL
	    ? CARDEA_OK
	    : cardea_diag_set(diag, CARDEA_E_MEMORY, "a name");
}

static GENERAL_NAMES *
requested_names(X509_REQ *request)
{
	STACK_OF(X509_EXTENSION) *extensions = X509_REQ_get_extensions(request);
	GENERAL_NAMES *names = X509V3_get_d2i(
	    extensions, NID_subject_alt_name, NULL, NULL);

	sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
	return names;
}

/* Those of the request are read and written anew: what is not one of our kinds
 * is not certified. */
static enum cardea_status
choose_names(X509_REQ *request, const struct cardea_ca_wish *wish,
    GENERAL_NAMES **ret_names, struct cardea_diag *diag)
{
	struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX];
	GENERAL_NAMES *requested;
	enum cardea_status status;
	size_t count = 0;

	if (wish->name_count > 0)
		return cardea_name_list(
		    wish->names, wish->name_count, ret_names, diag);
	requested = requested_names(request);
	if (requested == NULL)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the request has no alternative names, and none are given: "
		    "nobody could tell whose it is");
	status = cardea_name_unlist(requested, names, &count, diag);
	GENERAL_NAMES_free(requested);
	if (status != CARDEA_OK)
		return status;
	return cardea_name_list(names, count, ret_names, diag);
}

enum cardea_status
cardea_ca_check(const char *subject, const struct cardea_cert_name *names,
    size_t count, struct cardea_diag *diag)
{
	X509_NAME *name = NULL;
	enum cardea_status status;

	status = cardea_name_subject(subject, &name, diag);
	X509_NAME_free(name);
	for (size_t i = 0; i < count && status == CARDEA_OK; i++)
		status = cardea_name_check(names[i].text, diag);
	return status;
}

/* --- the certificate ----------------------------------------------------- */

static bool
extend_purpose(X509 *certificate)
{
	EXTENDED_KEY_USAGE *purposes = sk_ASN1_OBJECT_new_null();
	bool good;

	good = purposes != NULL &&
	    sk_ASN1_OBJECT_push(purposes, OBJ_nid2obj(NID_client_auth)) > 0 &&
	    cardea_ca_extend(certificate, NID_ext_key_usage, false, purposes);
	sk_ASN1_OBJECT_pop_free(purposes, ASN1_OBJECT_free);
	return good;
}

static enum cardea_status
fill(const struct cardea_ca_work *work, const struct cardea_ca_wish *wish,
    X509_REQ *request, EVP_PKEY *key, X509 *certificate,
    struct cardea_diag *diag)
{
	static const int usage[] = { 0 }; /* digitalSignature */
	GENERAL_NAMES *names = NULL;
	X509_NAME *subject = NULL;
	enum cardea_status status;

	status = choose_subject(request, wish, &subject, diag);
	if (status == CARDEA_OK)
		status = choose_names(request, wish, &names, diag);
	/* names alone identify where there is no subject (RFC 5280, 4.2.1.6) */
	if (status == CARDEA_OK &&
	    (!cardea_ca_fill(work, wish, subject, key, certificate) ||
		!cardea_ca_extend_basic(certificate, false) ||
		!cardea_ca_extend_usage(certificate, usage, 1) ||
		!extend_purpose(certificate) ||
		!cardea_ca_extend(certificate, NID_subject_alt_name,
		    X509_NAME_entry_count(subject) == 0, names)))
		status = cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "the certificate cannot be made");
	X509_NAME_free(subject);
	GENERAL_NAMES_free(names);
	return status;
}

/* Nothing outlives what vouches for it. */
static enum cardea_status
check_life(const struct cardea_ca_work *work, const struct cardea_ca_wish *wish,
    struct cardea_diag *diag)
{
	time_t now = (time_t)wish->now_s;
	time_t to = now + (time_t)wish->days * CARDEA_CA_DAY_S;

	if (X509_cmp_time(X509_get0_notAfter(work->root), &to) != 1)
		return cardea_diag_set(diag, CARDEA_E_RANGE,
		    "the authority's own certificate ends before that");
	return CARDEA_OK;
}

enum cardea_status
cardea_ca_issue(const struct cardea_ca *ca, const char *request,
    const struct cardea_ca_wish *wish, struct cardea_ca_made *ret_made,
    struct cardea_diag *diag)
{
	struct cardea_ca_work work = { .context = NULL };
	X509_REQ *read = NULL;
	EVP_PKEY *key = NULL;
	X509 *certificate = NULL;
	enum cardea_status status;

	status = cardea_ca_begin(ca, NULL, 0, &work, diag);
	if (status == CARDEA_OK)
		status = check_life(&work, wish, diag);
	if (status == CARDEA_OK)
		status = read_request(&work, request, &read, &key, diag);
	if (status == CARDEA_OK) {
		certificate = X509_new_ex(work.context, NULL);
		status = certificate == NULL
		    ? CARDEA_E_MEMORY
		    : fill(&work, wish, read, key, certificate, diag);
	}
	if (status == CARDEA_OK)
		status = cardea_ca_finish(
		    ca, &work, certificate, ret_made, diag);
	X509_free(certificate);
	EVP_PKEY_free(key);
	X509_REQ_free(read);
	cardea_ca_end(&work);
	return status;
}
