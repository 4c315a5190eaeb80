/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "cert/place.h"

static bool
is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* Two names that fall together would let one authority's list stand for
 * another's, so nothing but the blank is rewritten, and to what no name has. */
static enum cardea_status
name_of(const struct cardea_authority *authority,
    char name[CARDEA_AUTHORITY_NAME_MAX + 1])
{
	size_t len = strnlen(authority->name, CARDEA_AUTHORITY_NAME_MAX + 1);

	if (len == 0 || len > CARDEA_AUTHORITY_NAME_MAX)
		return CARDEA_E_RANGE;
	for (size_t i = 0; i < len; i++) {
		char c = authority->name[i];

		if (!is_plain(c) && c != ' ')
			return CARDEA_E_RANGE;
		name[i] = c == ' ' ? '+' : c;
	}
	name[len] = '\0';
	return CARDEA_OK;
}

enum cardea_status
cardea_cert_place_list(const char *folder,
    const struct cardea_authority *authority, size_t number,
    char ret_path[CARDEA_CERT_PLACE_MAX + 1])
{
	char name[CARDEA_AUTHORITY_NAME_MAX + 1];
	const char *ending = authority->kind == CARDEA_AUTHORITY_SSH ? "krl"
								     : "index";
	enum cardea_status status = name_of(authority, name);

	if (status != CARDEA_OK)
		return status;
	if (number >= CARDEA_AUTHORITY_LISTS_MAX)
		return CARDEA_E_RANGE;
	return cardea_text_print(ret_path, CARDEA_CERT_PLACE_MAX + 1,
	    "%s/%s.%zu.%s", folder, name, number, ending);
}

enum cardea_status
cardea_cert_place_answer(const char *folder,
    const struct cardea_authority *authority, const unsigned char digest[32],
    char ret_path[CARDEA_CERT_PLACE_MAX + 1])
{
	char name[CARDEA_AUTHORITY_NAME_MAX + 1];
	char hex[65];
	enum cardea_status status = name_of(authority, name);

	if (status != CARDEA_OK)
		return status;
	cardea_text_hex(hex, digest, 32);
	return cardea_text_print(ret_path, CARDEA_CERT_PLACE_MAX + 1,
	    "%s/%s.%s.ocsp", folder, name, hex);
}

enum cardea_status
cardea_cert_place_state(
    const char *folder, char ret_path[CARDEA_CERT_PLACE_MAX + 1])
{
	return cardea_text_print(
	    ret_path, CARDEA_CERT_PLACE_MAX + 1, "%s/state", folder);
}
