/* SPDX-License-Identifier: BSD-2-Clause */
#include <pthread.h>
#include <string.h>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "cert/revocation_list.h"

/* The place in an X509_STORE that is ours, asked of OpenSSL once.  The context
 * has none: that of a list's issuer is made by OpenSSL without it. */
static int place = -1;
static pthread_once_t place_once = PTHREAD_ONCE_INIT;

static void
find_place(void)
{
	place = X509_STORE_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

static struct cardea_revocation *
revocation_of(const X509_STORE_CTX *context)
{
	return X509_STORE_get_ex_data(
	    X509_STORE_CTX_get0_store(context), place);
}

/* Newest first: OpenSSL takes the first delta that fits, whatever its age.
 * What is from the future is not there yet. */
static bool
push_newest(STACK_OF(X509_CRL) * stack, struct cardea_revocation_list *list,
    const struct cardea_revocation *revocation)
{
	int64_t begin_s = list->index.crl.this_update_s;
	int at = 0;

	if (begin_s > revocation->question->time_s)
		return true;
	for (; at < sk_X509_CRL_num(stack); at++) {
		const struct cardea_revocation_list *other =
		    X509_CRL_get_meth_data(sk_X509_CRL_value(stack, at));

		if (other->index.crl.this_update_s < begin_s)
			break;
	}
	if (X509_CRL_up_ref(list->crl) != 1)
		return false;
	if (sk_X509_CRL_insert(stack, list->crl, at) > 0)
		return true;
	X509_CRL_free(list->crl);
	return false;
}

/* All of them whatever their issuer: an indirect list has another one than the
 * certificate, and which list serves OpenSSL decides. */
static STACK_OF(X509_CRL) *
    look_up(const X509_STORE_CTX *context, const X509_NAME *name)
{
	struct cardea_revocation *revocation = revocation_of(context);
	STACK_OF(X509_CRL) *stack = sk_X509_CRL_new_null();

	(void)name;
	for (size_t i = 0; stack != NULL && i < revocation->list_count; i++) {
		if (push_newest(stack, &revocation->lists[i], revocation))
			continue;
		sk_X509_CRL_pop_free(stack, X509_CRL_free);
		stack = NULL;
	}
	return stack;
}

/* As OpenSSL's own checks do: the callback has the last word. */
static int
complain(X509_STORE_CTX *context, int error)
{
	X509_STORE_CTX_set_error(context, error);
	return X509_STORE_CTX_get_verify_cb(context)(0, context);
}

/* A number's order is that of its octets, without leading zeros (DER). */
static int
compare(
    const struct cardea_cert_bytes *one, const struct cardea_cert_bytes *other)
{
	if (one->len != other->len)
		return one->len < other->len ? -1 : 1;
	return memcmp(one->data, other->data, one->len);
}

/* RFC 5280, 5.2.4 and 6.3.3 c: what makes a delta one of this list. */
static bool
is_delta_of(const struct cardea_revocation_list *delta,
    const struct cardea_revocation_list *list)
{
	const struct cardea_crl *newer = &delta->index.crl;
	const struct cardea_crl *older = &list->index.crl;

	return newer->delta && newer->number.len > 0 && older->number.len > 0 &&
	    X509_NAME_cmp(X509_CRL_get_issuer(delta->crl),
		X509_CRL_get_issuer(list->crl)) == 0 &&
	    memcmp(delta->index.header.key_hash, list->index.header.key_hash,
		sizeof(delta->index.header.key_hash)) == 0 &&
	    cardea_der_equal(&newer->scope, &older->scope) &&
	    compare(&newer->base, &older->number) <= 0 &&
	    compare(&newer->number, &older->number) > 0;
}

/* Deltas count for OpenSSL only where certificate or list point to them
 * (freshestCRL).  One that is here counts in any case, to revoke. */
static enum cardea_status
ask_deltas(const struct cardea_revocation *revocation,
    const struct cardea_revocation_list *list, const X509 *certificate)
{
	enum cardea_status status = CARDEA_E_MISSING;

	for (size_t i = 0;
	     i < revocation->list_count && status == CARDEA_E_MISSING; i++) {
		const struct cardea_revocation_list *delta =
		    &revocation->lists[i];
		struct cardea_crlindex_found found;

		if (!is_delta_of(delta, list) ||
		    delta->index.crl.this_update_s >
			revocation->question->time_s)
			continue;
		status = cardea_revocation_list_find(
		    delta, certificate, &found);
		if (status == CARDEA_OK && found.reason == CARDEA_CRL_REMOVED)
			status = CARDEA_E_MISSING;
	}
	return status;
}

static void
note(struct cardea_revocation *revocation, X509_STORE_CTX *context,
    int64_t date_s)
{
	int depth = X509_STORE_CTX_get_error_depth(context);
	struct cardea_revocation_place *at;

	if (X509_STORE_CTX_get0_parent_ctx(context) != NULL || depth < 0 ||
	    depth >= CARDEA_REVOCATION_DEPTH_MAX)
		return;
	at = &revocation->places[depth];
	if (!at->listed || date_s < at->date_s)
		at->date_s = date_s;
	at->listed = true;
}

/* Fresh enough by the date of the list or of its delta; what has ended OpenSSL
 * has seen of lists, and not of deltas. */
static int
clear(struct cardea_revocation *revocation, X509_STORE_CTX *context,
    const struct cardea_revocation_list *list, int result)
{
	int64_t now_s = revocation->question->time_s;
	int64_t date_s = list->index.crl.this_update_s;
	uint32_t max_age_s = cardea_revocation_max_age(revocation);

	note(revocation, context, date_s);
	if ((max_age_s == 0 || now_s - date_s <= (int64_t)max_age_s) &&
	    (!list->index.crl.delta || list->index.crl.next_update_s > now_s))
		return result;
	revocation->stale = true;
	return complain(context, X509_V_ERR_CRL_HAS_EXPIRED) == 1 ? result : 0;
}

/* A certificate of version 1 does not tell whether it is an authority's, so no
 * list for some kind of them covers it. */
static bool
is_covered(const struct cardea_revocation_list *list, const X509 *certificate)
{
	return (!list->index.crl.users_only &&
		   !list->index.crl.authorities_only) ||
	    X509_get_version(certificate) == X509_VERSION_3;
}

static int
revoked(X509_STORE_CTX *context, X509 *certificate)
{
	X509_STORE_CTX_set_current_cert(context, certificate);
	return complain(context, X509_V_ERR_CERT_REVOKED);
}

static int
unknown(struct cardea_revocation *revocation, X509_STORE_CTX *context)
{
	revocation->damaged = true;
	return complain(context, X509_V_ERR_UNABLE_TO_GET_CRL);
}

/* For a delta and then for its list, or for a list alone: 1 not revoked, 2
 * removed by the delta, so that the list is not asked, 0 no. */
static int
check(X509_STORE_CTX *context, X509_CRL *crl, X509 *certificate)
{
	struct cardea_revocation *revocation = revocation_of(context);
	const struct cardea_revocation_list *list = X509_CRL_get_meth_data(crl);
	const struct cardea_revocation_list *dated = list;
	struct cardea_crlindex_found found = { 0 };
	enum cardea_status status = CARDEA_E_CORRUPT;

	if (list != NULL)
		status = cardea_revocation_list_find(list, certificate, &found);
	if (status != CARDEA_OK && status != CARDEA_E_MISSING)
		return unknown(revocation, context);
	if (!is_covered(list, certificate) &&
	    complain(context, X509_V_ERR_DIFFERENT_CRL_SCOPE) != 1)
		return 0;
	if (status == CARDEA_OK && found.reason == CARDEA_CRL_REMOVED)
		return clear(revocation, context, list, 2);
	if (status == CARDEA_E_MISSING && list->index.crl.delta) {
		revocation->delta = list;
		revocation->delta_for = certificate;
		return 1;
	}
	if (status == CARDEA_E_MISSING)
		status = ask_deltas(revocation, list, certificate);
	if (status == CARDEA_OK)
		return revoked(context, certificate);
	if (status != CARDEA_E_MISSING)
		return unknown(revocation, context);
	if (revocation->delta != NULL && revocation->delta_for == certificate)
		dated = revocation->delta;
	revocation->delta = NULL;
	return clear(revocation, context, dated, 1);
}

bool
cardea_revocation_hook(struct cardea_revocation *revocation, X509_STORE *store)
{
	(void)pthread_once(&place_once, find_place);
	if (place < 0 || X509_STORE_set_ex_data(store, place, revocation) != 1)
		return false;
	X509_STORE_set_lookup_crls(store, look_up);
	X509_STORE_set_cert_crl(store, check);
	return X509_STORE_set_flags(store,
		   X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
		       X509_V_FLAG_EXTENDED_CRL_SUPPORT |
		       X509_V_FLAG_USE_DELTAS) == 1;
}
