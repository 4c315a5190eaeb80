/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <cardea/store.h>

#include "base/secret.h"

/* Appends text and, where more follows, the NUL that parts it from that.  One
 * byte stays free, so that the last part of a key ends in a NUL too. */
static enum cardea_status
append(struct cardea_key *key, const char *text, size_t nul)
{
	size_t len = strlen(text);

	if (len + nul >= sizeof(key->bytes) - key->len)
		return CARDEA_E_RANGE;
	memcpy(key->bytes + key->len, text, len);
	key->len += len;
	if (nul > 0)
		key->bytes[key->len] = '\0';
	key->len += nul;
	return CARDEA_OK;
}

enum cardea_status
cardea_key_make(const char *kind, const char *owner, const char *id,
    struct cardea_key *ret_key)
{
	struct cardea_key key = { .len = 0 };
	enum cardea_status status;

	if (kind == NULL || kind[0] == '\0' || (owner == NULL && id != NULL))
		return CARDEA_E_INTERNAL;
	status = append(&key, kind, 1);
	if (status == CARDEA_OK && owner != NULL)
		status = append(&key, owner, 1);
	if (status == CARDEA_OK && id != NULL)
		status = append(&key, id, 0);
	if (status == CARDEA_OK)
		*ret_key = key;
	return status;
}

enum cardea_status
cardea_key_split(const struct cardea_key *key, const char **ret_kind,
    const char **ret_owner, const char **ret_id)
{
	const char *part[3] = { (const char *)key->bytes, NULL, NULL };
	size_t parts = 1;

	if (key->len >= sizeof(key->bytes) || key->bytes[key->len] != '\0')
		return CARDEA_E_SYNTAX;
	for (size_t i = 0; i < key->len; i++) {
		if (key->bytes[i] != '\0')
			continue;
		if (parts == 3)
			return CARDEA_E_SYNTAX;
		part[parts++] = (const char *)key->bytes + i + 1;
	}
	if (parts != 3 || part[0][0] == '\0')
		return CARDEA_E_SYNTAX;
	*ret_kind = part[0];
	*ret_owner = part[1];
	*ret_id = part[2];
	return CARDEA_OK;
}

void
cardea_value_clear(struct cardea_value *value)
{
	if (value->data != NULL)
		cardea_wipe(value->data, value->len);
	free(value->data);
	*value = (struct cardea_value){ 0 };
}
