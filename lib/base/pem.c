/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/pem.h"

#define ANY "-----BEGIN "
#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

/* The characters between the lines, without what parts them. */
static size_t
squeeze(const char *text, size_t len, char *target)
{
	size_t used = 0;

	for (size_t i = 0; i < len; i++) {
		if (strchr(" \t\r\n", text[i]) == NULL)
			target[used++] = text[i];
	}
	return used;
}

static enum cardea_status
decode(const char *text, size_t len, unsigned char *der, size_t size,
    size_t *ret_len)
{
	char *base64 = malloc(len + 1);
	enum cardea_status status;

	if (base64 == NULL)
		return CARDEA_E_MEMORY;
	len = squeeze(text, len, base64);
	status = len == 0 ? CARDEA_E_SYNTAX
			  : cardea_base64_decode(
				CARDEA_BASE64, base64, len, der, size, ret_len);
	free(base64);
	return status;
}

enum cardea_status
cardea_pem_next(const char **at, unsigned char *der, size_t size,
    size_t *ret_len, struct cardea_diag *diag)
{
	const char *begin = strstr(*at, ANY), *end;
	enum cardea_status status;

	if (begin == NULL)
		return CARDEA_E_MISSING;
	if (strncmp(begin, BEGIN, strlen(BEGIN)) != 0)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a block that is not a certificate");
	begin += strlen(BEGIN);
	end = strstr(begin, END);
	if (end == NULL)
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "a certificate without an end");
	status = decode(begin, (size_t)(end - begin), der, size, ret_len);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    status == CARDEA_E_RANGE ? "a certificate that is too large"
					     : "a certificate's base64");
	*at = end + strlen(END);
	return CARDEA_OK;
}
