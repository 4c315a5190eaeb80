/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/text.h"
#include "store/driver.h"
#include "store/seal.h"

#define HEAD (1 + CARDEA_SEAL_ID)
#define KEYS (CARDEA_GCM_KEY + CARDEA_SHA256)

_Static_assert(CARDEA_SEAL_OVERHEAD == HEAD + CARDEA_GCM_NONCE + CARDEA_GCM_TAG,
    "drivers size their rows by it");

static const char seal_label[] = "cardea store seal 1";
static const char mac_label[] = "cardea store mac 1";
static const char id_label[] = "cardea store key id 1";

static enum cardea_status
derive(const unsigned char *file_key, struct cardea_seal *seal)
{
	unsigned char id[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_secret_resize(&seal->keys, KEYS);
	if (status == CARDEA_OK)
		status = cardea_crypto_hmac_sha256(file_key, CARDEA_GCM_KEY,
		    seal_label, sizeof(seal_label) - 1, seal->keys.data);
	if (status == CARDEA_OK)
		status = cardea_crypto_hmac_sha256(file_key, CARDEA_GCM_KEY,
		    mac_label, sizeof(mac_label) - 1,
		    seal->keys.data + CARDEA_GCM_KEY);
	if (status == CARDEA_OK)
		status = cardea_crypto_hmac_sha256(file_key, CARDEA_GCM_KEY,
		    id_label, sizeof(id_label) - 1, id);
	if (status == CARDEA_OK)
		memcpy(seal->id, id, sizeof(seal->id));
	return status;
}

/* 64 hex digits, then nothing but one newline, or not even that. */
static enum cardea_status
parse_key(char *text, size_t len, unsigned char key[CARDEA_GCM_KEY])
{
	if (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	if (len != 2 * (size_t)CARDEA_GCM_KEY)
		return CARDEA_E_SYNTAX;
	return cardea_text_unhex(key, CARDEA_GCM_KEY, text);
}

enum cardea_status
cardea_seal_load(
    const char *path, struct cardea_seal *ret_seal, struct cardea_diag *diag)
{
	struct cardea_seal seal = { 0 };
	unsigned char key[CARDEA_GCM_KEY];
	char *text = NULL;
	size_t len = 0;
	enum cardea_status status;

	status = cardea_file_read(path, CARDEA_FILE_SECRET,
	    CARDEA_SEAL_KEY_FILE_MAX, &text, &len, diag);
	if (status != CARDEA_OK)
		return status;
	status = parse_key(text, len, key);
	cardea_wipe(text, len);
	free(text);
	if (status == CARDEA_OK)
		status = derive(key, &seal);
	CARDEA_WIPE(key);
	if (status != CARDEA_OK) {
		cardea_seal_clear(&seal);
		cardea_diag_place(diag, path, 0, NULL);
		return cardea_diag_set(diag, status,
		    status == CARDEA_E_SYNTAX ? "is not a key of 64 hex digits"
					      : "keys cannot be derived");
	}
	*ret_seal = seal; /* moved */
	return CARDEA_OK;
}

enum cardea_status
cardea_seal_create(const char *path, struct cardea_diag *diag)
{
	char hex[2 * CARDEA_GCM_KEY + 2];
	enum cardea_status status;

	status = cardea_secret_random_hex(hex, CARDEA_GCM_KEY);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status, "no random bytes");
	hex[sizeof(hex) - 2] = '\n';
	status = cardea_file_create(path, hex, sizeof(hex) - 1, S_IRUSR, diag);
	CARDEA_WIPE(hex);
	return status;
}

void
cardea_seal_clear(struct cardea_seal *seal)
{
	cardea_secret_clear(&seal->keys);
	CARDEA_WIPE(seal->id);
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

enum cardea_status
cardea_seal_value(const struct cardea_seal *seal, const struct cardea_key *key,
    const unsigned char *data, size_t len, struct cardea_value *ret_sealed)
{
	unsigned char *bytes, *nonce;
	struct binding binding;
	enum cardea_status status;

	if (len > CARDEA_VALUE_MAX)
		return CARDEA_E_RANGE;
	bytes = malloc(len + CARDEA_SEAL_OVERHEAD);
	if (bytes == NULL)
		return CARDEA_E_MEMORY;
	bytes[0] = CARDEA_SEAL_FORMAT;
	memcpy(bytes + 1, seal->id, sizeof(seal->id));
	nonce = bytes + HEAD;
	binding = bind(bytes, key);
	status = cardea_secret_random(nonce, CARDEA_GCM_NONCE);
	if (status == CARDEA_OK)
		status = cardea_crypto_seal(seal->keys.data, nonce,
		    binding.bytes, binding.len, data, len,
		    nonce + CARDEA_GCM_NONCE);
	if (status != CARDEA_OK) {
		free(bytes);
		return status;
	}
	*ret_sealed = (struct cardea_value){ .data = bytes, /* moved */
		.len = len + CARDEA_SEAL_OVERHEAD };
	return CARDEA_OK;
}

/* Judges what stands in clear, so that the reason can be told. */
static enum cardea_status
check_head(const struct cardea_seal *seal, const struct cardea_value *sealed,
    struct cardea_diag *diag)
{
	if (sealed->len < CARDEA_SEAL_OVERHEAD ||
	    sealed->len > CARDEA_SEALED_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "record of an impossible length");
	if (sealed->data[0] != CARDEA_SEAL_FORMAT)
		return cardea_diag_set(diag, CARDEA_E_VERSION,
		    "record sealed in format %u, this release knows %u",
		    (unsigned int)sealed->data[0], CARDEA_SEAL_FORMAT);
	if (memcmp(sealed->data + 1, seal->id, sizeof(seal->id)) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_CORRUPT, "sealed under another key");
	return CARDEA_OK;
}

enum cardea_status
cardea_seal_open(const struct cardea_seal *seal, const struct cardea_key *key,
    const struct cardea_value *sealed, struct cardea_value *ret_value,
    struct cardea_diag *diag)
{
	struct cardea_value value = { .version = sealed->version };
	const unsigned char *nonce;
	struct binding binding;
	enum cardea_status status;

	status = check_head(seal, sealed, diag);
	if (status != CARDEA_OK)
		return status;
	value.len = sealed->len - CARDEA_SEAL_OVERHEAD;
	value.data = malloc(value.len + 1);
	if (value.data == NULL)
		return CARDEA_E_MEMORY;
	nonce = sealed->data + HEAD;
	binding = bind(sealed->data, key);
	status = cardea_crypto_open(seal->keys.data, nonce, binding.bytes,
	    binding.len, nonce + CARDEA_GCM_NONCE, value.len + CARDEA_GCM_TAG,
	    value.data);
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
cardea_seal_mac(
    const struct cardea_seal *seal, const char *text, char ret_hex[17])
{
	unsigned char mac[CARDEA_SHA256];
	enum cardea_status status;

	status = cardea_crypto_hmac_sha256(seal->keys.data + CARDEA_GCM_KEY,
	    CARDEA_SHA256, text, strlen(text), mac);
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

	status = cardea_crypto_hmac_sha256(seal->keys.data + CARDEA_GCM_KEY,
	    CARDEA_SHA256, purpose, strlen(purpose), key);
	if (status == CARDEA_OK)
		status = cardea_crypto_hmac_sha256(
		    key, sizeof(key), name, strlen(name), bytes);
	if (status == CARDEA_OK)
		memcpy(ret_bytes, bytes, sizeof(bytes));
	CARDEA_WIPE(key);
	return status;
}
