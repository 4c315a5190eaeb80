/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/driver.h"
#include "store/seal.h"

#define HEAD (1 + CARDEA_SEAL_ID)
#define KEY ((size_t)CARDEA_GCM_KEY)
#define NAME_HEAD 2 /* the length of the key that follows */

/* Before the keys that seal. */
#define MAC_AT ((size_t)0)
#define NAMES_AT KEY
#define SEALS_AT (2 * KEY)

_Static_assert(CARDEA_SEAL_OVERHEAD == HEAD + CARDEA_GCM_NONCE + CARDEA_GCM_TAG,
    "drivers size their rows by it");
_Static_assert(CARDEA_GCM_KEY == CARDEA_SHA256, "one derives the other");

static const char seal_label[] = "cardea store seal 1";
static const char mac_label[] = "cardea store mac 1";
static const char names_label[] = "cardea store names 1";
static const char id_label[] = "cardea store key id 1";

static enum cardea_status
derive(const unsigned char *file_key, const char *label, unsigned char *ret_key)
{
	return cardea_crypto_hmac_sha256(
	    file_key, KEY, label, strlen(label), ret_key);
}

static enum cardea_status
add_key(struct cardea_seal *seal, const unsigned char *file_key)
{
	unsigned char id[CARDEA_SHA256];
	enum cardea_status status;

	status = derive(file_key, seal_label,
	    seal->keys.data + SEALS_AT + seal->count * KEY);
	if (status == CARDEA_OK)
		status = derive(file_key, id_label, id);
	if (status == CARDEA_OK)
		memcpy(seal->ids[seal->count++], id, CARDEA_SEAL_ID);
	return status;
}

enum cardea_status
cardea_seal_derive(
    const struct cardea_keyring *keyring, struct cardea_seal *ret_seal)
{
	const unsigned char *names = cardea_keyring_names(keyring);
	struct cardea_seal seal = { .has_next = keyring->has_next };
	enum cardea_status status;

	status = cardea_secret_resize(
	    &seal.keys, SEALS_AT + CARDEA_SEAL_KEYS_MAX * KEY);
	if (status == CARDEA_OK)
		status = derive(names, mac_label, seal.keys.data + MAC_AT);
	if (status == CARDEA_OK)
		status = derive(names, names_label, seal.keys.data + NAMES_AT);
	if (status == CARDEA_OK)
		status = add_key(&seal, cardea_keyring_current(keyring));
	if (status == CARDEA_OK && keyring->has_next)
		status = add_key(&seal, cardea_keyring_next(keyring));
	for (size_t i = 0; status == CARDEA_OK && i < keyring->old_count; i++)
		status = add_key(&seal, cardea_keyring_old(keyring, i));
	if (status != CARDEA_OK) {
		cardea_seal_clear(&seal);
		return status;
	}
	*ret_seal = seal; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_seal_load(
    const char *path, struct cardea_seal *ret_seal, struct cardea_diag *diag)
{
	struct cardea_keyring keyring = { .has_next = false };
	enum cardea_status status;

	status = cardea_keyring_load(path, &keyring, diag);
	if (status != CARDEA_OK)
		return status;
	status = cardea_seal_derive(&keyring, ret_seal);
	cardea_keyring_clear(&keyring);
	if (status != CARDEA_OK) {
		cardea_diag_place(diag, path, 0, NULL);
		cardea_diag_set(diag, status, "keys cannot be derived");
	}
	return status;
}

void
cardea_seal_clear(struct cardea_seal *seal)
{
	cardea_secret_clear(&seal->keys);
	*seal = (struct cardea_seal){ .count = 0 };
}

static size_t
index_of(const struct cardea_seal *seal, const unsigned char *id)
{
	size_t i = 0;

	while (i < seal->count && memcmp(seal->ids[i], id, CARDEA_SEAL_ID) != 0)
		i++;
	return i;
}

enum cardea_status
cardea_seal_prefer(
    struct cardea_seal *seal, const unsigned char id[CARDEA_SEAL_ID])
{
	size_t index = index_of(seal, id);

	if (index == seal->count)
		return CARDEA_E_MISSING;
	seal->use = index;
	return CARDEA_OK;
}

enum cardea_status
cardea_seal_find(const struct cardea_seal *seal,
    const struct cardea_value *sealed, size_t *ret_index)
{
	size_t index;

	if (sealed->len < CARDEA_SEAL_OVERHEAD ||
	    sealed->len > CARDEA_SEALED_MAX)
		return CARDEA_E_CORRUPT;
	if (sealed->data[0] != CARDEA_SEAL_FORMAT &&
	    sealed->data[0] != CARDEA_SEAL_FORMAT_NAMED)
		return CARDEA_E_VERSION;
	index = index_of(seal, sealed->data + 1);
	if (index == seal->count)
		return CARDEA_E_MISSING;
	*ret_index = index;
	return CARDEA_OK;
}

/* What a seal is bound to: its own head and the place where it stands. */
struct binding {
	unsigned char bytes[HEAD + CARDEA_KEY_MAX];
	size_t len;
};

static struct binding
bind(const unsigned char head[HEAD], const struct cardea_key *key)
{
	struct binding binding = { .len = HEAD + key->len };

	memcpy(binding.bytes, head, HEAD);
	memcpy(binding.bytes + HEAD, key->bytes, key->len);
	return binding;
}

static enum cardea_status
seal_bytes(const struct cardea_seal *seal, unsigned char format,
    const struct cardea_key *key, const unsigned char *data, size_t len,
    struct cardea_value *ret_sealed)
{
	const unsigned char *with = seal->keys.data + SEALS_AT +
	    seal->use * KEY;
	unsigned char *bytes, *nonce;
	struct binding binding;
	enum cardea_status status;

	bytes = malloc(len + CARDEA_SEAL_OVERHEAD);
	if (bytes == NULL)
		return CARDEA_E_MEMORY;
	bytes[0] = format;
	memcpy(bytes + 1, seal->ids[seal->use], CARDEA_SEAL_ID);
	nonce = bytes + HEAD;
	binding = bind(bytes, key);
	status = cardea_secret_random(nonce, CARDEA_GCM_NONCE);
	if (status == CARDEA_OK)
		status = cardea_crypto_seal(with, nonce, binding.bytes,
		    binding.len, data, len, nonce + CARDEA_GCM_NONCE);
	if (status != CARDEA_OK) {
		free(bytes);
		return status;
	}
	*ret_sealed = (struct cardea_value){ .data = bytes, /* moved */
		.len = len + CARDEA_SEAL_OVERHEAD };
	return CARDEA_OK;
}

enum cardea_status
cardea_seal_value(const struct cardea_seal *seal, const struct cardea_key *key,
    const unsigned char *data, size_t len, struct cardea_value *ret_sealed)
{
	if (len > CARDEA_VALUE_MAX)
		return CARDEA_E_RANGE;
	return seal_bytes(seal, CARDEA_SEAL_FORMAT, key, data, len, ret_sealed);
}

enum cardea_status
cardea_seal_named(const struct cardea_seal *seal,
    const struct cardea_key *outer, const struct cardea_key *inner,
    const unsigned char *data, size_t len, struct cardea_value *ret_sealed)
{
	struct cardea_value plain = { .len = NAME_HEAD + inner->len + len };
	enum cardea_status status;

	if (len > CARDEA_VALUE_MAX)
		return CARDEA_E_RANGE;
	plain.data = malloc(plain.len);
	if (plain.data == NULL)
		return CARDEA_E_MEMORY;
	plain.data[0] = (unsigned char)(inner->len & 0xff);
	plain.data[1] = (unsigned char)(inner->len >> 8);
	memcpy(plain.data + NAME_HEAD, inner->bytes, inner->len);
	if (len > 0)
		memcpy(plain.data + NAME_HEAD + inner->len, data, len);
	status = seal_bytes(seal, CARDEA_SEAL_FORMAT_NAMED, outer, plain.data,
	    plain.len, ret_sealed);
	cardea_value_clear(&plain);
	return status;
}

/* Judges what stands in clear, so that the reason can be told. */
static enum cardea_status
check_head(const struct cardea_seal *seal, unsigned char format,
    const struct cardea_value *sealed, size_t *ret_index,
    struct cardea_diag *diag)
{
	enum cardea_status status = cardea_seal_find(seal, sealed, ret_index);
	char id[CARDEA_SEAL_ID_TEXT + 1];

	if (status == CARDEA_E_CORRUPT)
		return cardea_diag_set(
		    diag, status, "record of an impossible length");
	if (status == CARDEA_E_VERSION || sealed->data[0] != format)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "record sealed in format %u, not in %u",
		    (unsigned int)sealed->data[0], (unsigned int)format);
	if (status != CARDEA_E_MISSING)
		return status;
	cardea_text_hex(id, sealed->data + 1, CARDEA_SEAL_ID);
	return cardea_diag_set(diag, CARDEA_E_CORRUPT,
	    "sealed under the key %s, which the key file has not", id);
}

static enum cardea_status
open_bytes(const struct cardea_seal *seal, unsigned char format,
    const struct cardea_key *key, const struct cardea_value *sealed,
    struct cardea_value *ret_value, struct cardea_diag *diag)
{
	struct cardea_value value = { .version = sealed->version };
	const unsigned char *nonce;
	struct binding binding;
	enum cardea_status status;
	size_t index = 0;

	status = check_head(seal, format, sealed, &index, diag);
	if (status != CARDEA_OK)
		return status;
	value.len = sealed->len - CARDEA_SEAL_OVERHEAD;
	value.data = malloc(value.len + 1);
	if (value.data == NULL)
		return CARDEA_E_MEMORY;
	nonce = sealed->data + HEAD;
	binding = bind(sealed->data, key);
	status = cardea_crypto_open(seal->keys.data + SEALS_AT + index * KEY,
	    nonce, binding.bytes, binding.len, nonce + CARDEA_GCM_NONCE,
	    value.len + CARDEA_GCM_TAG, value.data);
	if (status != CARDEA_OK) {
		cardea_value_clear(&value);
		return cardea_diag_set(diag, status,
		    status == CARDEA_E_CORRUPT
			? "record damaged, or not written here"
			: "record cannot be opened");
	}
	*ret_value = value; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_seal_open(const struct cardea_seal *seal, const struct cardea_key *key,
    const struct cardea_value *sealed, struct cardea_value *ret_value,
    struct cardea_diag *diag)
{
	return open_bytes(
	    seal, CARDEA_SEAL_FORMAT, key, sealed, ret_value, diag);
}

/* The key goes out of the front of what was opened. */
static enum cardea_status
part(struct cardea_value *value, struct cardea_key *ret_inner)
{
	size_t head = NAME_HEAD, len = 0;

	if (value->len >= NAME_HEAD)
		len = (size_t)value->data[0] | (size_t)value->data[1] << 8;
	if (len == 0 || len >= CARDEA_KEY_MAX || value->len < head + len)
		return CARDEA_E_CORRUPT;
	*ret_inner = (struct cardea_key){ .len = len };
	memcpy(ret_inner->bytes, value->data + head, len);
	value->len -= head + len;
	memmove(value->data, value->data + head + len, value->len);
	cardea_wipe(value->data + value->len, head + len);
	return CARDEA_OK;
}

enum cardea_status
cardea_seal_open_named(const struct cardea_seal *seal,
    const struct cardea_key *outer, const struct cardea_value *sealed,
    struct cardea_key *ret_inner, struct cardea_value *ret_value,
    struct cardea_diag *diag)
{
	struct cardea_value value = { .version = 0 };
	enum cardea_status status;

	status = open_bytes(
	    seal, CARDEA_SEAL_FORMAT_NAMED, outer, sealed, &value, diag);
	if (status != CARDEA_OK)
		return status;
	status = part(&value, ret_inner);
	if (status == CARDEA_OK && value.len > CARDEA_VALUE_MAX)
		status = CARDEA_E_CORRUPT;
	if (status != CARDEA_OK) {
		cardea_value_clear(&value);
		return cardea_diag_set(
		    diag, status, "what was sealed is no record");
	}
	*ret_value = value; /* moved */
	return CARDEA_OK;
}

const unsigned char *
cardea_seal_names_key(const struct cardea_seal *seal)
{
	return seal->keys.data + NAMES_AT;
}

enum cardea_status
cardea_seal_mac(
    const struct cardea_seal *seal, const char *text, char ret_hex[17])
{
	unsigned char mac[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_hmac_sha256(
	    seal->keys.data + MAC_AT, KEY, text, strlen(text), mac);
	if (status == CARDEA_OK)
		cardea_text_hex(ret_hex, mac, 8);
	return status;
}

enum cardea_status
cardea_seal_pseudonym(const struct cardea_seal *seal, const char *purpose,
    const char *name, unsigned char ret_bytes[CARDEA_SHA256])
{
	unsigned char key[CARDEA_SHA256], bytes[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_hmac_sha256(
	    seal->keys.data + MAC_AT, KEY, purpose, strlen(purpose), key);
	if (status == CARDEA_OK)
		status = cardea_crypto_hmac_sha256(
		    key, sizeof(key), name, strlen(name), bytes);
	if (status == CARDEA_OK)
		memcpy(ret_bytes, bytes, sizeof(bytes));
	CARDEA_WIPE(key);
	return status;
}
