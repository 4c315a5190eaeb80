/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "cli/clientdata.h"
#include "store/crypto.h"

#define CHALLENGE_MAX 1024
#define CLIENT_DATA_MAX 16384

struct challenge {
	bool given;
	size_t len;
	unsigned char bytes[CHALLENGE_MAX];
};

/* WebAuthn writes it in base64url; the texts are compared as what they are. */
static bool
is_challenge(const char *text, const struct challenge *challenge)
{
	unsigned char bytes[CHALLENGE_MAX];
	size_t len = 0;

	return text != NULL &&
	    cardea_base64_decode(CARDEA_BASE64_URL, text, strlen(text), bytes,
		sizeof(bytes), &len) == CARDEA_OK &&
	    len == challenge->len && memcmp(bytes, challenge->bytes, len) == 0;
}

static const char *
compare(const struct cardea_json_object *client,
    const struct challenge *challenge, const char *origin, const char *type)
{
	const char *their_type = cardea_json_find_text(client, "type", NULL);
	const char *their_origin = cardea_json_find_text(
	    client, "origin", NULL);

	if (their_type != NULL && strcmp(their_type, type) != 0)
		return "foreign-type";
	if (challenge->given &&
	    !is_challenge(
		cardea_json_find_text(client, "challenge", NULL), challenge))
		return "foreign-challenge";
	if (origin != NULL &&
	    (their_origin == NULL || strcmp(their_origin, origin) != 0))
		return "foreign-origin";
	return NULL;
}

/* Client data that are no JSON hold neither challenge nor origin. */
static const char *
judge(const unsigned char *bytes, size_t len, const struct challenge *challenge,
    const char *origin, const char *type)
{
	struct cardea_json_object client = { 0 };
	const char *why;

	if (cardea_json_parse_any((const char *)bytes, len, &client, NULL) !=
	    CARDEA_OK) {
		if (challenge->given)
			return "foreign-challenge";
		return origin == NULL ? NULL : "foreign-origin";
	}
	why = compare(&client, challenge, origin, type);
	cardea_json_object_clear(&client);
	return why;
}

static enum cardea_status
find_challenge(const struct cardea_octets *octets, struct challenge *challenge,
    struct cardea_diag *diag)
{
	challenge->given = cardea_octets_has(octets, "challenge");
	return cardea_octets_find(octets, "challenge", challenge->bytes,
	    sizeof(challenge->bytes), &challenge->len, diag);
}

static enum cardea_status
find_hash(const struct cardea_octets *octets,
    unsigned char ret_hash[CARDEA_FIDO2_HASH], struct cardea_diag *diag)
{
	unsigned char hash[CARDEA_FIDO2_HASH];
	enum cardea_status status;
	size_t len = 0;

	status = cardea_octets_find(
	    octets, "client_data_hash", hash, sizeof(hash), &len, diag);
	if (status != CARDEA_OK)
		return status;
	if (len != sizeof(hash))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "client_data_hash: wants %d bytes", CARDEA_FIDO2_HASH);
	memcpy(ret_hash, hash, sizeof(hash));
	return CARDEA_OK;
}

static enum cardea_status
find_data(const struct cardea_octets *octets, const struct challenge *challenge,
    const char *origin, const char *type,
    unsigned char ret_hash[CARDEA_FIDO2_HASH], const char **ret_why,
    struct cardea_diag *diag)
{
	unsigned char *bytes = malloc(CLIENT_DATA_MAX);
	enum cardea_status status;
	size_t len = 0;

	if (bytes == NULL)
		return CARDEA_E_MEMORY;
	status = cardea_octets_find(
	    octets, "client_data", bytes, CLIENT_DATA_MAX, &len, diag);
	if (status == CARDEA_OK)
		status = cardea_crypto_sha256(bytes, len, ret_hash);
	if (status == CARDEA_OK)
		*ret_why = judge(bytes, len, challenge, origin, type);
	free(bytes);
	return status;
}

/* Nothing to compare with: the hash itself, or a challenge that is all. */
static enum cardea_status
find_bare(const struct cardea_octets *octets, const struct challenge *challenge,
    const char *origin, unsigned char ret_hash[CARDEA_FIDO2_HASH],
    struct cardea_diag *diag)
{
	bool has_hash = cardea_octets_has(octets, "client_data_hash");

	if (origin != NULL || (has_hash && challenge->given))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants client_data to compare them with");
	if (has_hash)
		return find_hash(octets, ret_hash, diag);
	if (!challenge->given)
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants client_data, client_data_hash or a challenge");
	return cardea_crypto_sha256(challenge->bytes, challenge->len, ret_hash);
}

enum cardea_status
cardea_clientdata_find(const struct cardea_octets *octets, const char *type,
    unsigned char ret_hash[CARDEA_FIDO2_HASH], const char **ret_why,
    struct cardea_diag *diag)
{
	bool has_data = cardea_octets_has(octets, "client_data");
	struct challenge challenge = { 0 };
	enum cardea_status status;
	const char *origin = NULL;

	if (has_data && cardea_octets_has(octets, "client_data_hash"))
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "wants either client_data or client_data_hash");
	status = cardea_octets_find_text(octets, "origin", &origin, diag);
	if (status == CARDEA_OK)
		status = find_challenge(octets, &challenge, diag);
	if (status != CARDEA_OK)
		return status;
	if (has_data)
		return find_data(
		    octets, &challenge, origin, type, ret_hash, ret_why, diag);
	*ret_why = NULL;
	return find_bare(octets, &challenge, origin, ret_hash, diag);
}
