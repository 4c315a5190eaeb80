/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/x509_vfy.h>

#include "cert/crlindex_file.h"
#include "cert/x509_room.h"
#include "unit/revocation_fixture.h"
#include "unit/test.h"

static int
on_error(int ok, X509_STORE_CTX *context)
{
	struct cardea_revocation *revocation = X509_STORE_CTX_get_app_data(
	    context);

	if (ok == 1 || revocation == NULL)
		return ok;
	return cardea_revocation_is_error(X509_STORE_CTX_get_error(context)) &&
		cardea_revocation_tolerates(revocation, context)
	    ? 1
	    : 0;
}

/* The certificates once more in the room's own context, as x509.c has them. */
static X509 *
copy(const struct cardea_x509_room *room, const X509 *certificate)
{
	X509 *made = X509_new_ex(room->context, NULL);
	unsigned char *bytes = NULL;
	int len = i2d_X509(certificate, &bytes);
	const unsigned char *at = bytes;

	assert_true(len > 0);
	assert_non_null(d2i_X509(&made, &at, len));
	OPENSSL_free(bytes);
	return made;
}

static void
run(const struct verifying *verifying, struct cardea_revocation *revocation,
    X509_STORE_CTX *context, struct verified *verified)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);

	assert_int_equal(X509_STORE_CTX_set_app_data(
			     context, verifying->plain ? NULL : revocation),
	    1);
	X509_STORE_CTX_set_verify_cb(context, on_error);
	X509_VERIFY_PARAM_set_time(param, verifying->question.time_s);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	if (X509_verify_cert(context) == 1) {
		verified->verdict.result = CARDEA_RESULT_VERIFIED;
		verified->verdict.why = CARDEA_CERT_ACCEPTED;
		cardea_revocation_judge(
		    revocation, context, &verified->verdict);
		return;
	}
	verified->error = X509_STORE_CTX_get_error(context);
	if (cardea_revocation_is_error(verified->error))
		cardea_revocation_explain(
		    revocation, context, &verified->verdict);
	else
		cardea_cert_refuse(&verified->verdict, CARDEA_CERT_UNTRUSTED,
		    "%s", X509_verify_cert_error_string(verified->error));
}

struct verified
verify_path(struct verifying *verifying)
{
	struct verified verified = { 0 };
	struct cardea_revocation *revocation = NULL;
	struct cardea_x509_room room;
	STACK_OF(X509) *between = sk_X509_new_null();
	X509_STORE_CTX *context;
	X509_STORE *store = X509_STORE_new();
	X509 *anchor, *leaf;

	assert_true(cardea_x509_room_open(&room));
	anchor = copy(&room, verifying->anchor);
	leaf = copy(&room, verifying->leaf);
	for (size_t i = 0; i < verifying->between_count; i++)
		assert_true(sk_X509_push(between,
				copy(&room, verifying->between[i])) > 0);
	assert_int_equal(X509_STORE_add_cert(store, anchor), 1);
	verifying->trust.authority = &verifying->authority;
	verified.armed = cardea_revocation_arm(room.context, store,
	    &verifying->trust, &verifying->question, &revocation, NULL);
	if (verified.armed == CARDEA_OK) {
		context = X509_STORE_CTX_new_ex(room.context, NULL);
		assert_int_equal(
		    X509_STORE_CTX_init(context, store, leaf, between), 1);
		run(verifying, revocation, context, &verified);
		X509_STORE_CTX_free(context);
	}
	X509_STORE_free(store);
	assert_null(cardea_revocation_free(revocation));
	sk_X509_pop_free(between, X509_free);
	X509_free(anchor);
	X509_free(leaf);
	cardea_x509_room_close(&room);
	return verified;
}

enum cardea_status
index_list(const struct cardea_cert_bytes *list,
    const struct cardea_cert_bytes *issuers, size_t count,
    struct cardea_cert_bytes *ret_index)
{
	const struct cardea_crlindex_issuers who = { count, issuers };
	struct cardea_x509_room room;
	unsigned char *bytes = NULL;
	enum cardea_status status;

	assert_true(cardea_x509_room_open(&room));
	status = cardea_crlindex_make(
	    room.context, list, &who, &bytes, &ret_index->len, NULL);
	ret_index->data = bytes;
	cardea_x509_room_close(&room);
	return status;
}
