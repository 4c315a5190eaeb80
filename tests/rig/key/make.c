/* SPDX-License-Identifier: BSD-2-Clause */
#include "rig/key/command.h"
#include "rig/key/softkey.h"
#include "rig/key/touch.h"

enum parameter {
	MAKE_CLIENT_HASH = 1,
	MAKE_RP = 2,
	MAKE_USER = 3,
	MAKE_ALGORITHMS = 4,
	MAKE_EXCLUDE = 5,
	MAKE_OPTIONS = 7,
	MAKE_AUTH = 8,
	MAKE_PROTOCOL = 9,
};
enum answer {
	ANSWER_FORMAT = 1,
	ANSWER_AUTHDATA = 2,
	ANSWER_STATEMENT = 3,
};

static const struct layout layout = {
	.name = "makeCredential",
	.options = MAKE_OPTIONS,
	.auth = MAKE_AUTH,
	.protocol = MAKE_PROTOCOL,
};

/* A request, taken apart. */
struct wish {
	struct slice request, client_hash, rp, user;
	unsigned char rp_hash[HASH_LEN];
	enum algorithm algorithm;
	bool resident;
};

/* --- reading ------------------------------------------------------------- */

static enum ctap_status
choose_algorithm(struct slice list, enum algorithm *ret_algorithm)
{
	struct slice items, item, value;
	if (!cbor_get_array(list, &items))
		return CTAP_CBOR_TYPE;
	while (cbor_skip(&items, &item)) {
		int64_t number;
		if (!cbor_find_named(item, "alg", &value) ||
		    !cbor_get_int(value, &number))
			continue;
		if (number == ES256 || number == EDDSA) {
			*ret_algorithm = (enum algorithm)number;
			return CTAP_OK;
		}
	}
	return CTAP_ALGORITHM;
}

static enum ctap_status
read_wish(struct slice request, struct wish *ret_wish)
{
	struct slice rp, user, id, algorithms;
	ret_wish->request = request;
	if (!cbor_find_bytes(
		request, MAKE_CLIENT_HASH, &ret_wish->client_hash) ||
	    !cbor_find(request, MAKE_RP, &rp) ||
	    !cbor_find_named(rp, "id", &id) ||
	    !cbor_get_text(id, &ret_wish->rp) ||
	    !cbor_find(request, MAKE_USER, &user) ||
	    !cbor_find_named(user, "id", &id) ||
	    !cbor_get_bytes(id, &ret_wish->user) ||
	    !cbor_find(request, MAKE_ALGORITHMS, &algorithms))
		return CTAP_MISSING;
	if (ret_wish->client_hash.len != HASH_LEN)
		return CTAP_PARAMETER;
	if (!get_option(&layout, request, "rk", false, &ret_wish->resident))
		return CTAP_CBOR_TYPE;
	hash(ret_wish->rp.bytes, ret_wish->rp.len, ret_wish->rp_hash);
	return choose_algorithm(algorithms, &ret_wish->algorithm);
}

/* Is one of the credentials that the request excludes ours? */
static bool
is_excluded(const struct softkey *softkey, const struct wish *wish)
{
	struct slice list, items, item, id;
	if (!cbor_find(wish->request, MAKE_EXCLUDE, &list) ||
	    !cbor_get_array(list, &items))
		return false;
	while (cbor_skip(&items, &item)) {
		struct credential known;
		if (!cbor_find_named(item, "id", &id) ||
		    !cbor_get_bytes(id, &id) ||
		    !credential_open(softkey->seed, id, wish->rp_hash, &known))
			continue;
		credential_clear(&known);
		return true;
	}
	return false;
}

/* --- answering ----------------------------------------------------------- */

static void
put_x5c(struct writer *answer, const struct softkey *softkey)
{
	const struct writer *batch = &softkey->certificates.batch;
	put_text(answer, "x5c");
	put_array(answer, 1);
	put_bytes(answer, batch->bytes, batch->len);
}

/* WebAuthn 8.2: over authenticator data and client hash */
static void
put_packed(struct writer *answer, const struct softkey *softkey,
    const struct wish *wish, const struct credential *credential,
    const struct writer *authdata)
{
	bool by_batch = softkey->options.attestation == ATTESTATION_X5C;
	struct writer data = { .bytes = NULL }, signature = { .bytes = NULL };
	put_raw(&data, authdata->bytes, authdata->len);
	put_raw(&data, wish->client_hash.bytes, wish->client_hash.len);
	sign_told(softkey,
	    by_batch ? softkey->certificates.batch_key : credential->key, &data,
	    &signature);

	put_map(answer, by_batch ? 3 : 2);
	put_text(answer, "alg");
	put_int(answer, by_batch ? ES256 : credential->algorithm);
	put_text(answer, "sig");
	put_bytes(answer, signature.bytes, signature.len);
	if (by_batch)
		put_x5c(answer, softkey);
	writer_clear(&data);
	writer_clear(&signature);
}

/* WebAuthn 8.6: as a U2F key signs its registration */
static void
put_u2f(struct writer *answer, const struct softkey *softkey,
    const struct wish *wish, const struct credential *credential)
{
	unsigned char point[POINT_LEN];
	struct writer data = { .bytes = NULL }, signature = { .bytes = NULL };
	p256_point(credential->key, point);
	put_byte(&data, 0);
	put_raw(&data, wish->rp_hash, sizeof wish->rp_hash);
	put_raw(&data, wish->client_hash.bytes, wish->client_hash.len);
	put_raw(&data, credential->id, sizeof credential->id);
	put_byte(&data, 4);
	put_raw(&data, point, sizeof point);
	sign_told(softkey, softkey->certificates.batch_key, &data, &signature);

	put_map(answer, 2);
	put_text(answer, "sig");
	put_bytes(answer, signature.bytes, signature.len);
	put_x5c(answer, softkey);
	writer_clear(&data);
	writer_clear(&signature);
}

static const char *
format_of(enum attestation attestation)
{
	switch (attestation) {
	case ATTESTATION_SELF:
	case ATTESTATION_X5C:
		return "packed";
	case ATTESTATION_U2F:
		return "fido-u2f";
	case ATTESTATION_NONE:
		return "none";
	}
	return "none";
}

static void
put_statement(struct writer *answer, const struct softkey *softkey,
    const struct wish *wish, const struct credential *credential,
    const struct writer *authdata)
{
	switch (softkey->options.attestation) {
	case ATTESTATION_SELF:
	case ATTESTATION_X5C:
		put_packed(answer, softkey, wish, credential, authdata);
		break;
	case ATTESTATION_U2F:
		put_u2f(answer, softkey, wish, credential);
		break;
	case ATTESTATION_NONE:
		put_map(answer, 0);
		break;
	}
}

static void
put_answer(struct writer *answer, const struct softkey *softkey,
    const struct wish *wish, unsigned int flags,
    const struct credential *credential)
{
	struct writer authdata = { .bytes = NULL };
	put_authdata(softkey, &authdata, wish->rp_hash, flags, credential);
	put_map(answer, 3);
	put_int(answer, ANSWER_FORMAT);
	put_text(answer, format_of(softkey->options.attestation));
	put_int(answer, ANSWER_AUTHDATA);
	put_bytes(answer, authdata.bytes, authdata.len);
	put_int(answer, ANSWER_STATEMENT);
	put_statement(answer, softkey, wish, credential, &authdata);
	writer_clear(&authdata);
}

/* Everything that may stand in the way. */
static enum ctap_status
ask_person(
    struct softkey *softkey, const struct wish *wish, unsigned int *ret_flags)
{
	enum ctap_status status = verify_user(
	    softkey, &layout, wish->request, wish->client_hash, ret_flags);
	if (status != CTAP_OK)
		return status;
	if (softkey->pin.record.is_set && !(*ret_flags & FLAG_VERIFIED))
		return CTAP_AUTH_REQUIRED;
	bool excluded = is_excluded(softkey, wish);
	if (!(*ret_flags & FLAG_PRESENT))
		status = touch_wait(softkey, layout.name);
	if (status == CTAP_OK && excluded)
		status = CTAP_EXCLUDED;
	*ret_flags |= FLAG_PRESENT;
	return status;
}

enum ctap_status
make_credential(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	struct wish wish;
	struct credential credential;
	unsigned int flags;
	enum ctap_status status = read_wish(request, &wish);
	if (status == CTAP_OK)
		status = ask_person(softkey, &wish, &flags);
	if (status != CTAP_OK)
		return status;

	credential_make(
	    softkey->seed, wish.algorithm, wish.rp_hash, &credential);
	if (wish.resident &&
	    !residents_add(&softkey->residents, &softkey->state, &credential,
		wish.rp_hash, wish.user)) {
		status = CTAP_FULL;
	} else {
		put_answer(answer, softkey, &wish, flags, &credential);
		state_log(&softkey->state,
		    "makeCredential rp=%.*s alg=%d rk=%d uv=%d",
		    (int)wish.rp.len, (const char *)wish.rp.bytes,
		    wish.algorithm, wish.resident,
		    (flags & FLAG_VERIFIED) != 0);
	}
	credential_clear(&credential);
	return status;
}
