/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "cert/ocsp_judge.h"
#include "cert/revocation_list.h"

static enum cardea_revocation_by
wanted(const struct cardea_revocation *revocation)
{
	return revocation->trust->authority->revocation;
}

uint32_t
cardea_revocation_max_age(const struct cardea_revocation *revocation)
{
	uint32_t one = revocation->trust->authority->max_age_s;
	uint32_t other = revocation->question->revocation_s;

	if (one == 0 || (other != 0 && other < one))
		return other;
	return one;
}

/* An empty index stands for a file that is missing. */
static enum cardea_status
open_lists(struct cardea_revocation *revocation, struct cardea_diag *diag)
{
	const struct cardea_cert_trust *trust = revocation->trust;
	enum cardea_status status = CARDEA_OK;

	for (size_t i = 0; i < trust->list_count && status == CARDEA_OK; i++) {
		if (trust->lists[i].len > 0)
			status = cardea_revocation_list_open(
			    revocation, &trust->lists[i], diag);
	}
	return status;
}

enum cardea_status
cardea_revocation_arm(OSSL_LIB_CTX *libctx, X509_STORE *store,
    const struct cardea_cert_trust *trust,
    const struct cardea_cert_question *question,
    struct cardea_revocation **ret_revocation, struct cardea_diag *diag)
{
	struct cardea_revocation *revocation = calloc(1, sizeof(*revocation));
	enum cardea_status status = CARDEA_OK;

	if (revocation == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	revocation->libctx = libctx;
	revocation->trust = trust;
	revocation->question = question;
	if (wanted(revocation) == CARDEA_REVOCATION_BY_NONE)
		goto out;
	revocation->method = cardea_revocation_method();
	status = revocation->method == NULL ? CARDEA_E_MEMORY
					    : open_lists(revocation, diag);
	revocation->by_lists = revocation->list_count > 0 ||
	    wanted(revocation) == CARDEA_REVOCATION_BY_CRL;
	if (status == CARDEA_OK && revocation->by_lists &&
	    !cardea_revocation_hook(revocation, store))
		status = CARDEA_E_MEMORY;
out:
	if (status != CARDEA_OK) {
		cardea_revocation_free(revocation);
		return cardea_diag_set(
		    diag, status, "the lists cannot be used");
	}
	*ret_revocation = revocation; /* moved */
	return CARDEA_OK;
}

struct cardea_revocation *
cardea_revocation_free(struct cardea_revocation *revocation)
{
	if (revocation == NULL)
		return NULL;
	for (size_t i = 0; i < revocation->list_count; i++)
		X509_CRL_free(revocation->lists[i].crl);
	X509_CRL_METHOD_free(revocation->method);
	free(revocation);
	return NULL;
}

bool
cardea_revocation_is_error(int error)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_GET_CRL:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_CRL_NOT_YET_VALID:
	case X509_V_ERR_CRL_HAS_EXPIRED:
	case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
	case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
	case X509_V_ERR_CERT_REVOKED:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_DIFFERENT_CRL_SCOPE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
		return true;
	default:
		return false;
	}
}

/* No list says anything of the certificate now, and none is forged. */
static bool
is_silence(int error)
{
	return error == X509_V_ERR_UNABLE_TO_GET_CRL ||
	    error == X509_V_ERR_CRL_HAS_EXPIRED ||
	    error == X509_V_ERR_CRL_NOT_YET_VALID ||
	    error == X509_V_ERR_DIFFERENT_CRL_SCOPE;
}

/* OpenSSL asks for a list of the anchor, too (CRL_CHECK_ALL), which the
 * settings vouch for and nobody else. */
static bool
is_anchor(X509_STORE_CTX *verifying, int depth)
{
	return depth == sk_X509_num(X509_STORE_CTX_get0_chain(verifying)) - 1;
}

bool
cardea_revocation_tolerates(
    struct cardea_revocation *revocation, X509_STORE_CTX *verifying)
{
	int error = X509_STORE_CTX_get_error(verifying);
	int depth = X509_STORE_CTX_get_error_depth(verifying);
	enum cardea_revocation_by by = wanted(revocation);

	if (revocation->damaged || !is_silence(error) || depth < 0 ||
	    depth >= CARDEA_REVOCATION_DEPTH_MAX ||
	    X509_STORE_CTX_get0_parent_ctx(verifying) != NULL)
		return false;
	if (!is_anchor(verifying, depth)) {
		struct cardea_revocation_place *at = &revocation->places[depth];

		if (by != CARDEA_REVOCATION_BY_ANY &&
		    by != CARDEA_REVOCATION_BY_OCSP)
			return false;
		if (!at->tolerated)
			at->error = error;
		at->tolerated = true;
	}
	X509_STORE_CTX_set_error(verifying, X509_V_OK);
	return true;
}

void
cardea_revocation_explain(const struct cardea_revocation *revocation,
    X509_STORE_CTX *verifying, struct cardea_cert_verdict *verdict)
{
	int error = X509_STORE_CTX_get_error(verifying);
	int depth = X509_STORE_CTX_get_error_depth(verifying);
	enum cardea_cert_why why = CARDEA_CERT_REVOCATION_UNKNOWN;
	const char *text = X509_verify_cert_error_string(error);

	if (error == X509_V_ERR_CERT_REVOKED) {
		why = CARDEA_CERT_REVOKED;
		text = "a list says that it is revoked";
	} else if (revocation->damaged) {
		text = "the index of a list is damaged";
	} else if (error == X509_V_ERR_CRL_HAS_EXPIRED) {
		why = CARDEA_CERT_REVOCATION_STALE;
		text = revocation->stale ? "its list is older than is wanted"
					 : "its list has ended";
	} else if (error == X509_V_ERR_UNABLE_TO_GET_CRL) {
		text = "there is no list for it";
	}
	cardea_cert_refuse(
	    verdict, why, "certificate %d of the path: %s", depth, text);
}

/* What all answers together say of one certificate. */
struct word {
	enum cardea_ocsp_answer answer;
	int64_t date_s;
	struct cardea_diag diag; /* of what is no GOOD */
};

/* A revocation beats everything, and an answer what is none. */
static unsigned int
rank(enum cardea_ocsp_answer answer)
{
	switch (answer) {
	case CARDEA_OCSP_NONE:
		return 0;
	case CARDEA_OCSP_INVALID:
		return 1;
	case CARDEA_OCSP_UNKNOWN:
		return 2;
	case CARDEA_OCSP_STALE:
		return 3;
	case CARDEA_OCSP_GOOD:
		return 4;
	case CARDEA_OCSP_REVOKED:
		return 5;
	}
	return 1;
}

static void
ask_answers(const struct cardea_revocation *revocation, X509 *certificate,
    X509 *issuer, struct word *word)
{
	const struct cardea_cert_trust *trust = revocation->trust;
	struct cardea_ocsp_case ocsp = {
		.libctx = revocation->libctx,
		.certificate = certificate,
		.issuer = issuer,
		.time_s = revocation->question->time_s,
		.max_age_s = cardea_revocation_max_age(revocation),
	};

	for (size_t i = 0; i < trust->answer_count; i++) {
		struct cardea_diag diag = { 0 };
		enum cardea_ocsp_answer answer;
		int64_t date_s = 0;

		ocsp.response = trust->answers[i];
		answer = cardea_ocsp_judge_case(&ocsp, &date_s, &diag);
		/* the newest of the good ones */
		if (rank(answer) > rank(word->answer) ||
		    (answer == CARDEA_OCSP_GOOD && answer == word->answer &&
			date_s > word->date_s)) {
			word->answer = answer;
			word->date_s = date_s;
			word->diag = diag;
		}
	}
}

/* What cleared the certificate, and since when it counts; 0: nothing did. */
static int64_t
cleared_s(const struct cardea_revocation *revocation, int depth,
    const struct word *word)
{
	const struct cardea_revocation_place *place =
	    &revocation->places[depth];
	bool by_list = revocation->by_lists && place->listed &&
	    !place->tolerated;
	bool by_answer = word->answer == CARDEA_OCSP_GOOD;

	switch (wanted(revocation)) {
	case CARDEA_REVOCATION_BY_CRL:
		by_answer = false;
		break;
	case CARDEA_REVOCATION_BY_OCSP:
		by_list = by_list && depth > 0;
		break;
	case CARDEA_REVOCATION_BY_ANY:
	case CARDEA_REVOCATION_BY_NONE:
		break;
	}
	if (by_list && by_answer)
		return place->date_s > word->date_s ? place->date_s
						    : word->date_s;
	if (by_list)
		return place->date_s;
	return by_answer ? word->date_s : 0;
}

static void
refuse_uncleared(const struct cardea_revocation *revocation, int depth,
    const struct word *word, struct cardea_cert_verdict *verdict)
{
	bool stale = word->answer == CARDEA_OCSP_STALE ||
	    revocation->places[depth].error == X509_V_ERR_CRL_HAS_EXPIRED;

	cardea_cert_refuse(verdict,
	    stale ? CARDEA_CERT_REVOCATION_STALE
		  : CARDEA_CERT_REVOCATION_UNKNOWN,
	    "certificate %d of the path: %s", depth,
	    word->answer != CARDEA_OCSP_NONE ? word->diag.reason
		: stale			     ? "its list has ended"
			: "no list or OCSP answer says that it holds");
}

/* Of each certificate below the anchor; false if one is revoked, which is an
 * answer, before any is missed, which is trouble. */
static bool
ask_all(const struct cardea_revocation *revocation,
    const STACK_OF(X509) * chain, struct word words[],
    struct cardea_cert_verdict *verdict)
{
	for (int depth = 0; depth < sk_X509_num(chain) - 1; depth++) {
		ask_answers(revocation, sk_X509_value(chain, depth),
		    sk_X509_value(chain, depth + 1), &words[depth]);
		if (words[depth].answer != CARDEA_OCSP_REVOKED)
			continue;
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOKED,
		    "certificate %d of the path: %s", depth,
		    words[depth].diag.reason);
		return false;
	}
	return true;
}

void
cardea_revocation_judge(struct cardea_revocation *revocation,
    X509_STORE_CTX *verified, struct cardea_cert_verdict *verdict)
{
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(verified);
	struct word words[CARDEA_REVOCATION_DEPTH_MAX] = { 0 };
	int count = sk_X509_num(chain);
	int64_t oldest_s = INT64_MAX;

	if (wanted(revocation) == CARDEA_REVOCATION_BY_NONE)
		return;
	if (count < 2 || count > CARDEA_REVOCATION_DEPTH_MAX) {
		cardea_cert_refuse(verdict, CARDEA_CERT_REVOCATION_UNKNOWN,
		    "nothing of the path can be looked up");
		return;
	}
	if (!ask_all(revocation, chain, words, verdict))
		return;
	for (int depth = 0; depth < count - 1; depth++) {
		int64_t date_s = cleared_s(revocation, depth, &words[depth]);

		if (date_s <= 0) {
			refuse_uncleared(
			    revocation, depth, &words[depth], verdict);
			return;
		}
		if (date_s < oldest_s)
			oldest_s = date_s;
	}
	verdict->identity.revocation_s = oldest_s;
}
