/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "rig/key/command.h"
#include "rig/key/mode.h"
#include "rig/key/softkey.h"
#include "rig/key/touch.h"

enum parameter {
	ASSERT_RP = 1,
	ASSERT_CLIENT_HASH = 2,
	ASSERT_ALLOW = 3,
	ASSERT_OPTIONS = 5,
	ASSERT_AUTH = 6,
	ASSERT_PROTOCOL = 7,
};
enum answer {
	ANSWER_CREDENTIAL = 1,
	ANSWER_AUTHDATA = 2,
	ANSWER_SIGNATURE = 3,
	ANSWER_USER = 4,
	ANSWER_COUNT = 5,
};

static const struct layout layout = {
	.name = "getAssertion",
	.options = ASSERT_OPTIONS,
	.auth = ASSERT_AUTH,
	.protocol = ASSERT_PROTOCOL,
};

/* --- whose credential ---------------------------------------------------- */

/* The first of the listed ones that is ours. */
static bool
choose_listed(const struct softkey *softkey, struct slice list,
    const unsigned char rp_hash[HASH_LEN], struct credential *ret_credential)
{
	struct slice items, item, id;
	if (!cbor_get_array(list, &items))
		return false;
	while (cbor_skip(&items, &item)) {
		if (cbor_find_named(item, "id", &id) &&
		    cbor_get_bytes(id, &id) &&
		    credential_open(softkey->seed, id, rp_hash, ret_credential))
			return true;
	}
	return false;
}

/* The next of those that the key remembers, the newest first. */
static const struct resident *
choose_resident(struct softkey *softkey, struct credential *ret_credential)
{
	struct round *round = &softkey->round;
	if (round->count == 0)
		return NULL;
	const struct resident *resident =
	    &softkey->residents.list[round->left[--round->count]];
	if (!credential_open(softkey->seed,
		(struct slice){ resident->id, sizeof resident->id },
		round->rp_hash, ret_credential))
		return NULL;
	return resident;
}

/* What answers: a credential that is listed, or one that the key remembers, of
 * which the next are for getNextAssertion. */
struct choice {
	struct credential credential;
	const struct resident *resident;
	size_t total;
};

static bool
choose(struct softkey *softkey, struct slice request, struct choice *ret_choice)
{
	struct slice allow;
	struct round *round = &softkey->round;
	*ret_choice = (struct choice){ .total = 1 };
	if (cbor_find(request, ASSERT_ALLOW, &allow))
		return choose_listed(
		    softkey, allow, round->rp_hash, &ret_choice->credential);

	round->count = residents_find(
	    &softkey->residents, round->rp_hash, round->left);
	ret_choice->total = round->count;
	ret_choice->resident = choose_resident(
	    softkey, &ret_choice->credential);
	return ret_choice->resident != NULL;
}

/* --- answering ----------------------------------------------------------- */

static void
put_descriptor(struct writer *answer, const struct softkey *softkey,
    const struct credential *credential)
{
	unsigned char id[CREDENTIAL_ID_LEN];
	memcpy(id, credential->id, sizeof id);
	if (mode_has(&softkey->state, "foreigncred"))
		id[sizeof id - 1] ^= 1;
	put_map(answer, 2);
	put_text(answer, "id");
	put_bytes(answer, id, sizeof id);
	put_text(answer, "type");
	put_text(answer, "public-key");
}

static void
put_assertion(struct writer *answer, const struct softkey *softkey,
    const struct choice *choice)
{
	const struct resident *resident = choice->resident;
	const struct round *round = &softkey->round;
	struct writer data = { .bytes = NULL }, signature = { .bytes = NULL };
	put_authdata(softkey, &data, round->rp_hash, round->flags, NULL);
	size_t authdata_len = data.len;
	put_raw(&data, round->client_hash, sizeof round->client_hash);
	sign_told(softkey, choice->credential.key, &data, &signature);

	put_map(answer, 3u + (resident != NULL) + (choice->total > 1));
	put_int(answer, ANSWER_CREDENTIAL);
	put_descriptor(answer, softkey, &choice->credential);
	put_int(answer, ANSWER_AUTHDATA);
	put_bytes(answer, data.bytes, authdata_len);
	put_int(answer, ANSWER_SIGNATURE);
	put_bytes(answer, signature.bytes, signature.len);
	if (resident != NULL) {
		put_int(answer, ANSWER_USER);
		put_map(answer, 1);
		put_text(answer, "id");
		put_bytes(answer, resident->user, resident->user_len);
	}
	if (choice->total > 1) {
		put_int(answer, ANSWER_COUNT);
		put_int(answer, (int64_t)choice->total);
	}
	writer_clear(&data);
	writer_clear(&signature);
}

/* Verification and presence, as far as the request asks for them. */
static enum ctap_status
ask_person(struct softkey *softkey, struct slice request,
    struct slice client_hash, unsigned int *ret_flags)
{
	bool touch;
	if (!get_option(&layout, request, "up", true, &touch))
		return CTAP_CBOR_TYPE;
	unsigned int flags;
	enum ctap_status status = verify_user(
	    softkey, &layout, request, client_hash, &flags);
	if (status != CTAP_OK)
		return status;
	if (touch && !(flags & FLAG_PRESENT)) {
		status = touch_wait(softkey, layout.name);
		flags |= FLAG_PRESENT;
	}
	*ret_flags = flags;
	return status;
}

enum ctap_status
get_assertion(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	struct slice rp, text, client_hash;
	struct round *round = &softkey->round;
	round->count = 0;
	if (!cbor_find(request, ASSERT_RP, &text) ||
	    !cbor_get_text(text, &rp) ||
	    !cbor_find_bytes(request, ASSERT_CLIENT_HASH, &client_hash))
		return CTAP_MISSING;
	if (client_hash.len != HASH_LEN)
		return CTAP_PARAMETER;
	hash(rp.bytes, rp.len, round->rp_hash);
	memcpy(round->client_hash, client_hash.bytes, HASH_LEN);

	struct choice choice;
	if (!choose(softkey, request, &choice))
		return CTAP_NO_CREDENTIALS;
	enum ctap_status status = ask_person(
	    softkey, request, client_hash, &round->flags);
	if (status == CTAP_OK) {
		put_assertion(answer, softkey, &choice);
		state_log(&softkey->state, "getAssertion rp=%.*s up=%d uv=%d",
		    (int)rp.len, (const char *)rp.bytes,
		    (round->flags & FLAG_PRESENT) != 0,
		    (round->flags & FLAG_VERIFIED) != 0);
	} else {
		round->count = 0; /* nor is there a next one */
	}
	credential_clear(&choice.credential);
	return status;
}

enum ctap_status
get_next_assertion(
    struct softkey *softkey, struct slice request, struct writer *answer)
{
	(void)request;
	/* how many there are was told before */
	struct choice choice = { .total = 1 };
	choice.resident = choose_resident(softkey, &choice.credential);
	if (choice.resident == NULL)
		return CTAP_NOT_ALLOWED;
	put_assertion(answer, softkey, &choice);
	credential_clear(&choice.credential);
	return CTAP_OK;
}
