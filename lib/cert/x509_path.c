/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "cert/revocation.h"
#include "cert/x509.h"
#include "cert/x509_constraint.h"
#include "cert/x509_path.h"
#include "cert/x509_policy.h"
#include "cert/x509_profile.h"

/* leaf, what is between, anchor */
#define PATH_MAX_LENGTH (CARDEA_CERT_CHAIN_MAX + 2)
/* X08: of two hundred certificates with one name and one key there are more
 * paths than seconds. */
#define VISITS_MAX 1024
#define TRIES_MAX 16
/* 112 bits: RSA of 2048, and no SHA-1 (SP 800-57) */
#define AUTH_LEVEL 2
#define ANY_POLICY "2.5.29.32.0"

/* What is known while one authority's paths are searched. */
struct walk {
	const struct cardea_x509_search *search;
	STACK_OF(X509) * anchors, *pool;
	X509 *path[PATH_MAX_LENGTH]; /* borrowed */
	size_t length;
	size_t visits, tries;
	struct cardea_cert_verdict *best;
};

/* What one call of X509_verify_cert works with. */
struct attempt {
	X509_STORE *store;
	X509_STORE_CTX *context;
	STACK_OF(X509) * others;
	struct cardea_revocation *revocation;
};

bool
cardea_x509_further(enum cardea_cert_why why, enum cardea_cert_why other)
{
	static const unsigned char ranks[CARDEA_CERT_WHY_COUNT] = {
		[CARDEA_CERT_UNTRUSTED] = 1,
		[CARDEA_CERT_PURPOSE] = 3,
		[CARDEA_CERT_MALFORMED] = 4,
		[CARDEA_CERT_TOO_LARGE] = 4,
		[CARDEA_CERT_PROFILE] = 5,
		[CARDEA_CERT_WEAK] = 5,
		[CARDEA_CERT_NOT_YET] = 6,
		[CARDEA_CERT_EXPIRED] = 6,
		[CARDEA_CERT_BAD_SIGNATURE] = 6,
		[CARDEA_CERT_CONSTRAINT] = 7,
		/* where one authority could not be asked, the no of another is
		 * none of all */
		[CARDEA_CERT_FAILED] = 8,
		[CARDEA_CERT_REVOCATION_UNKNOWN] = 8,
		[CARDEA_CERT_REVOCATION_STALE] = 9,
		[CARDEA_CERT_REVOKED] = 10,
		[CARDEA_CERT_ACCEPTED] = 11,
	};

	return ranks[why] > ranks[other];
}

static void
note(struct walk *walk, const struct cardea_cert_verdict *verdict)
{
	if (cardea_x509_further(verdict->why, walk->best->why))
		*walk->best = *verdict;
}

/* The certificates of a path are told by their place: 0 is the device's. */
static void
refuse_place(struct cardea_cert_verdict *verdict,
    const struct cardea_x509_fault *fault, size_t place)
{
	if (place == 0)
		cardea_cert_refuse(
		    verdict, fault->why, "the certificate %s", fault->text);
	else
		cardea_cert_refuse(verdict, fault->why,
		    "certificate %zu of the path %s", place, fault->text);
}

/* X09: the second that notAfter names is not valid any more, as OpenSSL has it;
 * RFC 5280 would let it be. */
static bool
time_holds(
    const X509 *certificate, int64_t time_s, struct cardea_x509_fault *fault)
{
	time_t now = (time_t)time_s;
	int begun = X509_cmp_time(X509_get0_notBefore(certificate), &now);
	int ends = X509_cmp_time(X509_get0_notAfter(certificate), &now);

	if (begun == 0 || ends == 0)
		return cardea_x509_fault_set(
		    fault, CARDEA_CERT_MALFORMED, "has no readable validity");
	if (begun > 0)
		return cardea_x509_fault_set(
		    fault, CARDEA_CERT_NOT_YET, "is not valid yet");
	return ends > 0 ||
	    cardea_x509_fault_set(fault, CARDEA_CERT_EXPIRED, "has expired");
}

static bool
path_holds(const struct walk *walk, struct cardea_cert_verdict *verdict)
{
	const struct cardea_x509_search *search = walk->search;

	for (size_t i = 0; i < walk->length; i++) {
		struct cardea_x509_fault fault = { 0 };

		if ((i == 0 ||
			cardea_x509_issuer_holds(walk->path[i],
			    i + 1 == walk->length, search->purpose, &fault)) &&
		    time_holds(walk->path[i], search->question->time_s, &fault))
			continue;
		refuse_place(verdict, &fault, i);
		return false;
	}
	return true;
}

static int
on_error(int ok, X509_STORE_CTX *context)
{
	/* NULL in the path of a list's issuer, which has no excuse */
	struct attempt *attempt = X509_STORE_CTX_get_app_data(context);

	if (ok != 1 && attempt != NULL && attempt->revocation != NULL &&
	    cardea_revocation_is_error(X509_STORE_CTX_get_error(context)) &&
	    cardea_revocation_tolerates(attempt->revocation, context))
		return 1;
	return ok;
}

static bool
add_policy(X509_VERIFY_PARAM *param, const char *oid)
{
	ASN1_OBJECT *policy = OBJ_txt2obj(oid, 1);

	if (policy != NULL && X509_VERIFY_PARAM_add0_policy(param, policy) == 1)
		return true;
	ASN1_OBJECT_free(policy);
	return false;
}

static bool
set_policies(
    X509_VERIFY_PARAM *param, const struct cardea_cert_question *question)
{
	unsigned long flags = X509_V_FLAG_X509_STRICT |
	    X509_V_FLAG_POLICY_CHECK | X509_V_FLAG_TRUSTED_FIRST;

	if (question->explicit_policy)
		flags |= X509_V_FLAG_EXPLICIT_POLICY;
	if (question->inhibit_mapping)
		flags |= X509_V_FLAG_INHIBIT_MAP;
	if (question->inhibit_any)
		flags |= X509_V_FLAG_INHIBIT_ANY;
	/* to OpenSSL, no policy is none, not any */
	if (question->policies == NULL && !add_policy(param, ANY_POLICY))
		return false;
	for (size_t i = 0;
	     question->policies != NULL && i < question->policy_count; i++) {
		if (!add_policy(param, question->policies[i]))
			return false;
	}
	return X509_VERIFY_PARAM_set_flags(param, flags) == 1;
}

static void
attempt_close(struct attempt *attempt)
{
	X509_STORE_CTX_free(attempt->context);
	X509_STORE_free(attempt->store);
	sk_X509_free(attempt->others);
	attempt->revocation = cardea_revocation_free(attempt->revocation);
}

static bool
attempt_open(struct attempt *attempt, const struct walk *walk)
{
	X509 *anchor = walk->path[walk->length - 1];

	attempt->context = X509_STORE_CTX_new_ex(
	    walk->search->room->context, NULL);
	attempt->store = X509_STORE_new();
	attempt->others = sk_X509_new_null();
	if (attempt->context == NULL || attempt->store == NULL ||
	    attempt->others == NULL ||
	    X509_STORE_add_cert(attempt->store, anchor) != 1)
		return false;
	/* the path's own first, which OpenSSL then takes; the others may have
	 * signed a list */
	for (size_t i = 1; i + 1 < walk->length; i++) {
		if (sk_X509_push(attempt->others, walk->path[i]) <= 0)
			return false;
	}
	for (int i = 0; i < sk_X509_num(walk->pool); i++) {
		if (sk_X509_push(
			attempt->others, sk_X509_value(walk->pool, i)) <= 0)
			return false;
	}
	return true;
}

static bool
attempt_ready(struct attempt *attempt, const struct walk *walk,
    struct cardea_cert_verdict *verdict)
{
	const struct cardea_x509_search *search = walk->search;
	struct cardea_diag diag = { 0 };
	X509_VERIFY_PARAM *param;
	enum cardea_status status;

	if (!attempt_open(attempt, walk)) {
		cardea_cert_refuse(
		    verdict, CARDEA_CERT_FAILED, "out of memory");
		return false;
	}
	status = cardea_revocation_arm(search->room->context, attempt->store,
	    search->trust, search->question, &attempt->revocation, &diag);
	if (status != CARDEA_OK) {
		cardea_cert_refuse(verdict,
		    status == CARDEA_E_MEMORY ? CARDEA_CERT_FAILED
					      : CARDEA_CERT_REVOCATION_UNKNOWN,
		    "a revocation list cannot be used: %s",
		    diag.reason[0] != '\0' ? diag.reason
					   : cardea_status_text(status));
		return false;
	}
	if (X509_STORE_CTX_init(attempt->context, attempt->store, search->leaf,
		attempt->others) != 1 ||
	    X509_STORE_CTX_set_app_data(attempt->context, attempt) != 1)
		goto broken;
	X509_STORE_CTX_set_verify_cb(attempt->context, on_error);
	param = X509_STORE_CTX_get0_param(attempt->context);
	X509_VERIFY_PARAM_set_depth(param, CARDEA_CERT_CHAIN_MAX);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	X509_VERIFY_PARAM_set_time(param, (time_t)search->question->time_s);
	if (set_policies(param, search->question))
		return true;
broken:
	cardea_cert_refuse(verdict, CARDEA_CERT_FAILED, "OpenSSL has failed");
	return false;
}

static enum cardea_cert_why
why_of(int error)
{
	switch (error) {
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return CARDEA_CERT_NOT_YET;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return CARDEA_CERT_EXPIRED;
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
	case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
		return CARDEA_CERT_BAD_SIGNATURE;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_CHAIN_TOO_LONG:
		return CARDEA_CERT_UNTRUSTED;
	case X509_V_ERR_PATH_LENGTH_EXCEEDED:
	case X509_V_ERR_PERMITTED_VIOLATION:
	case X509_V_ERR_EXCLUDED_VIOLATION:
	case X509_V_ERR_SUBTREE_MINMAX:
	case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
	case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
	case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
	case X509_V_ERR_INVALID_POLICY_EXTENSION:
	case X509_V_ERR_NO_EXPLICIT_POLICY:
		return CARDEA_CERT_CONSTRAINT;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return CARDEA_CERT_WEAK;
	case X509_V_OK: /* and yet it said no */
	case X509_V_ERR_OUT_OF_MEM:
	case X509_V_ERR_UNSPECIFIED:
		return CARDEA_CERT_FAILED;
	default:
		return CARDEA_CERT_PROFILE;
	}
}

static void
refuse_error(const struct attempt *attempt, struct cardea_cert_verdict *verdict)
{
	int error = X509_STORE_CTX_get_error(attempt->context);

	if (cardea_revocation_is_error(error))
		cardea_revocation_explain(
		    attempt->revocation, attempt->context, verdict);
	else
		cardea_cert_refuse(verdict, why_of(error),
		    "certificate %d of the path: %s",
		    X509_STORE_CTX_get_error_depth(attempt->context),
		    X509_verify_cert_error_string(error));
}

static bool
is_our_path(const struct walk *walk, const STACK_OF(X509) * chain)
{
	if (sk_X509_num(chain) != (int)walk->length)
		return false;
	for (size_t i = 0; i < walk->length; i++) {
		if (X509_cmp(sk_X509_value(chain, (int)i), walk->path[i]) != 0)
			return false;
	}
	return true;
}

/* After OpenSSL's yes; the verdict is VERIFIED, or refused. */
static void
judge_chain(const struct walk *walk, const struct attempt *attempt,
    struct cardea_cert_verdict *verdict)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(attempt->context);
	struct cardea_x509_fault fault = { 0 };

	if (!is_our_path(walk, chain)) {
		cardea_cert_refuse(verdict, CARDEA_CERT_UNTRUSTED,
		    "its names and keys allow for more than one path");
		return;
	}
	if (!cardea_x509_constraints_hold(chain, &fault) ||
	    !cardea_x509_policies_hold(
		chain, walk->search->question, &verdict->identity, &fault)) {
		cardea_cert_refuse(verdict, fault.why, "%s", fault.text);
		return;
	}
	verdict->result = CARDEA_RESULT_VERIFIED;
	verdict->why = CARDEA_CERT_ACCEPTED;
	verdict->detail[0] = '\0';
	cardea_revocation_judge(attempt->revocation, attempt->context, verdict);
}

static void
try_path(const struct walk *walk, struct cardea_cert_verdict *verdict)
{
	struct attempt attempt = { 0 };

	if (path_holds(walk, verdict) &&
	    attempt_ready(&attempt, walk, verdict)) {
		if (X509_verify_cert(attempt.context) == 1)
			judge_chain(walk, &attempt, verdict);
		else
			refuse_error(&attempt, verdict);
	}
	attempt_close(&attempt);
}

static bool
has_ended(const struct walk *walk)
{
	return walk->best->result == CARDEA_RESULT_VERIFIED ||
	    walk->tries == TRIES_MAX || walk->visits == VISITS_MAX;
}

/* By name, key identifier and kind of key; what the issuer may do is judged
 * later, so that a refusal can say it. */
static bool
may_have_issued(X509 *issuer, X509 *subject)
{
	int error = X509_check_issued(issuer, subject);

	return error == X509_V_OK || error == X509_V_ERR_KEYUSAGE_NO_CERTSIGN;
}

static bool
is_on_path(const struct walk *walk, const X509 *certificate)
{
	for (size_t i = 0; i < walk->length; i++) {
		if (X509_cmp(walk->path[i], certificate) == 0)
			return true;
	}
	return false;
}

static bool
is_among(const STACK_OF(X509) * stack, const X509 *certificate)
{
	for (int i = 0; i < sk_X509_num(stack); i++) {
		if (X509_cmp(sk_X509_value(stack, i), certificate) == 0)
			return true;
	}
	return false;
}

static void
end_at(struct walk *walk, X509 *anchor)
{
	struct cardea_cert_verdict verdict = *walk->best;

	walk->path[walk->length++] = anchor;
	walk->tries++;
	verdict.result = CARDEA_RESULT_NONE;
	try_path(walk, &verdict);
	walk->length--;
	note(walk, &verdict);
}

static void extend(struct walk *walk);

static void
go_by(struct walk *walk, X509 *issuer)
{
	walk->path[walk->length++] = issuer;
	extend(walk);
	walk->length--;
}

/* From the last certificate of the path to an anchor, and then further by what
 * lies between.  As deep as a path may be long. */
static void
extend(struct walk *walk)
{
	X509 *last = walk->path[walk->length - 1];

	for (int i = 0; i < sk_X509_num(walk->anchors) && !has_ended(walk);
	     i++) {
		X509 *anchor = sk_X509_value(walk->anchors, i);

		if (may_have_issued(anchor, last) && !is_on_path(walk, anchor))
			end_at(walk, anchor);
	}
	for (int i = 0; walk->length <= CARDEA_CERT_CHAIN_MAX &&
	     i < sk_X509_num(walk->pool) && !has_ended(walk);
	     i++) {
		X509 *issuer = sk_X509_value(walk->pool, i);

		if (!may_have_issued(issuer, last) || is_on_path(walk, issuer))
			continue;
		walk->visits++;
		go_by(walk, issuer);
	}
}

static enum cardea_status
push_all(const struct walk *walk, STACK_OF(X509) * stack, bool anchors,
    const struct cardea_cert_bytes *items, size_t count,
    struct cardea_diag *diag)
{
	for (size_t i = 0; i < count; i++) {
		struct cardea_x509_fault fault = { 0 };
		X509 *certificate = cardea_x509_read(
		    walk->search->room, &items[i], anchors, &fault);

		if (certificate == NULL)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "certificate %zu %s", i + 1, fault.text);
		/* one that is an anchor needs nobody to vouch for it */
		if (is_among(stack, certificate) ||
		    is_among(walk->anchors, certificate)) {
			X509_free(certificate);
		} else if (sk_X509_push(stack, certificate) <= 0) {
			X509_free(certificate);
			return CARDEA_E_MEMORY;
		}
	}
	return CARDEA_OK;
}

static bool
read_file(const struct walk *walk, const struct cardea_cert_bytes *pem,
    bool anchors, struct cardea_cert_verdict *verdict)
{
	struct cardea_cert_bytes items[CARDEA_CERT_TRUSTED_MAX];
	struct cardea_diag diag = { 0 };
	unsigned char *heap = NULL;
	enum cardea_status status;
	size_t count = 0;

	status = cardea_x509_pem(
	    pem, CARDEA_CERT_TRUSTED_MAX, items, &count, &heap, &diag);
	if (status == CARDEA_OK)
		status = push_all(walk, anchors ? walk->anchors : walk->pool,
		    anchors, items, count, &diag);
	free(heap);
	if (status == CARDEA_OK)
		return true;
	cardea_cert_refuse(verdict, CARDEA_CERT_FAILED, "%s of %s: %s",
	    anchors ? "anchors" : "intermediates",
	    walk->search->trust->authority->name,
	    diag.reason[0] != '\0' ? diag.reason : cardea_status_text(status));
	return false;
}

/* The holder's come first: they are few, and most often the path. */
static bool
read_sent(struct walk *walk, struct cardea_cert_verdict *verdict)
{
	for (int i = 0; i < sk_X509_num(walk->search->sent); i++) {
		X509 *certificate = sk_X509_value(walk->search->sent, i);

		if (is_among(walk->anchors, certificate) ||
		    is_among(walk->pool, certificate))
			continue;
		if (X509_up_ref(certificate) != 1 ||
		    sk_X509_push(walk->pool, certificate) <= 0) {
			cardea_cert_refuse(
			    verdict, CARDEA_CERT_FAILED, "out of memory");
			return false;
		}
	}
	return true;
}

static void
search_paths(struct walk *walk, struct cardea_cert_verdict *verdict)
{
	const struct cardea_cert_trust *trust = walk->search->trust;

	if (!read_file(walk, &trust->trust, true, verdict) ||
	    !read_sent(walk, verdict) ||
	    (trust->intermediates.len > 0 &&
		!read_file(walk, &trust->intermediates, false, verdict)))
		return;
	cardea_cert_refuse(verdict, CARDEA_CERT_UNTRUSTED,
	    "no path leads from it to an anchor of %s", trust->authority->name);
	walk->best = verdict;
	walk->path[0] = walk->search->leaf;
	walk->length = 1;
	extend(walk);
}

void
cardea_x509_path_judge(const struct cardea_x509_search *search,
    struct cardea_cert_verdict *verdict)
{
	struct walk walk = { .search = search };

	walk.anchors = sk_X509_new_null();
	walk.pool = sk_X509_new_null();
	if (walk.anchors != NULL && walk.pool != NULL)
		search_paths(&walk, verdict);
	else
		cardea_cert_refuse(
		    verdict, CARDEA_CERT_FAILED, "out of memory");
	sk_X509_pop_free(walk.anchors, X509_free);
	sk_X509_pop_free(walk.pool, X509_free);
}
