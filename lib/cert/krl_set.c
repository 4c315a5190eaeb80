/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/krl_parts.h"
#include "cert/sshpublic.h"

static int
compare(const void *left, const void *right)
{
	const struct cardea_sshwire_string *a = left, *b = right;
	size_t common = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->bytes, b->bytes, common);

	return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

/* A key of ours must be whole, since half of one revokes nothing; other types,
 * such as DSA, may well be listed.  A certificate there would never be met: its
 * plain key is what is looked up. */
static bool
is_key(struct cardea_sshwire_string blob)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string name;
	struct cardea_sshpublic key;
	enum cardea_status status;

	cardea_sshwire_read(&reader, blob.bytes, blob.len);
	name = cardea_sshwire_get_string(&reader);
	status = cardea_sshpublic_parse(blob.bytes, blob.len, &key);
	return status == CARDEA_OK ||
	    (status == CARDEA_E_MISSING &&
		cardea_sshpublic_type(name, true) == CARDEA_SSHPUBLIC_NONE);
}

static bool
is_entry(struct cardea_sshwire_string string, enum cardea_krl_kind kind)
{
	switch (kind) {
	case CARDEA_KRL_KEYS:
		return is_key(string);
	case CARDEA_KRL_SHA1S:
		return string.len == 20;
	case CARDEA_KRL_SHA256S:
		return string.len == 32;
	case CARDEA_KRL_IDS:
		return memchr(string.bytes, '\0', string.len) == NULL;
	case CARDEA_KRL_KINDS:
		break;
	}
	return false;
}

enum cardea_status
cardea_krl_set_count(struct cardea_sshwire_string section,
    enum cardea_krl_kind kind, size_t *count)
{
	struct cardea_sshwire_reader reader;

	cardea_sshwire_read(&reader, section.bytes, section.len);
	while (!reader.failed && reader.at < reader.len) {
		struct cardea_sshwire_string string = cardea_sshwire_get_string(
		    &reader);

		if (reader.failed || !is_entry(string, kind))
			return CARDEA_E_SYNTAX;
		(*count)++;
	}
	return cardea_sshwire_all_read(&reader);
}

enum cardea_status
cardea_krl_set_make(struct cardea_krl_set *set, size_t size)
{
	set->count = 0;
	set->size = size;
	set->entries = NULL;
	if (size == 0)
		return CARDEA_OK;
	set->entries = calloc(size, sizeof(*set->entries));
	return set->entries == NULL ? CARDEA_E_MEMORY : CARDEA_OK;
}

void
cardea_krl_set_add(
    struct cardea_krl_set *set, struct cardea_sshwire_string section)
{
	struct cardea_sshwire_reader reader;

	cardea_sshwire_read(&reader, section.bytes, section.len);
	while (set->count < set->size && reader.at < reader.len)
		set->entries[set->count++] = cardea_sshwire_get_string(&reader);
}

void
cardea_krl_set_sort(struct cardea_krl_set *set)
{
	size_t i = 1;

	while (i < set->count &&
	    compare(&set->entries[i - 1], &set->entries[i]) <= 0)
		i++;
	if (i < set->count)
		qsort(set->entries, set->count, sizeof(*set->entries), compare);
}

bool
cardea_krl_set_has(
    const struct cardea_krl_set *set, const void *bytes, size_t len)
{
	const struct cardea_sshwire_string wanted = { bytes, len };

	return set->count > 0 &&
	    bsearch(&wanted, set->entries, set->count, sizeof(*set->entries),
		compare) != NULL;
}

void
cardea_krl_set_clear(struct cardea_krl_set *set)
{
	free(set->entries);
	set->entries = NULL;
	set->count = set->size = 0;
}
