/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "cert/crlindex_file.h"

/* RFC 7468, 4 and 6: "X509 CRL"; what stands before the block is for people,
 * behind it nothing may stand but white space. */
static const char begin[] = "-----BEGIN X509 CRL-----";
static const char end[] = "-----END X509 CRL-----";

#define PEM_LINE_MAX 76

/* Takes a line off the text, without its end. */
static struct cardea_cert_bytes
take_line(struct cardea_cert_bytes *text)
{
	struct cardea_cert_bytes line = *text;
	const unsigned char *newline = text->len == 0
	    ? NULL
	    : memchr(text->data, '\n', text->len);

	if (newline == NULL) {
		text->data += text->len;
		text->len = 0;
	} else {
		line.len = (size_t)(newline - text->data);
		text->data = newline + 1;
		text->len -= line.len + 1;
	}
	if (line.len > 0 && line.data[line.len - 1] == '\r')
		line.len--;
	return line;
}

static bool
is_line(const struct cardea_cert_bytes *line, const char *wanted)
{
	return line->len == strlen(wanted) &&
	    memcmp(line->data, wanted, line->len) == 0;
}

static bool
is_blank(struct cardea_cert_bytes text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (strchr(" \t\r\n", text.data[i]) == NULL ||
		    text.data[i] == '\0')
			return false;
	}
	return true;
}

/* Each line stands for whole groups of three octets, and only the last one may
 * be padded: so a list is decoded without a second copy of its text. */
static bool
decode(struct cardea_cert_bytes *text, unsigned char *der, size_t size,
    size_t *ret_len)
{
	size_t len = 0;

	while (text->len > 0) {
		struct cardea_cert_bytes line = take_line(text);
		size_t part;

		if (is_line(&line, end)) {
			*ret_len = len;
			return true;
		}
		if (line.len == 0 || line.len > PEM_LINE_MAX || len % 3 != 0 ||
		    cardea_base64_decode(CARDEA_BASE64, (const char *)line.data,
			line.len, der + len, size - len, &part) != CARDEA_OK)
			return false;
		len += part;
	}
	return false;
}

enum cardea_status
cardea_crlindex_pem(const struct cardea_cert_bytes *pem,
    unsigned char **ret_der, size_t *ret_len, struct cardea_diag *diag)
{
	struct cardea_cert_bytes text = *pem;
	struct cardea_cert_bytes line = take_line(&text);
	unsigned char *der;
	size_t size, len;

	while (!is_line(&line, begin)) {
		if (text.len == 0)
			return cardea_diag_set(diag, CARDEA_E_SYNTAX,
			    "this is no list, neither DER nor PEM (X509 CRL)");
		line = take_line(&text);
	}
	size = text.len / 4 * 3 + 3;
	der = malloc(size);
	if (der == NULL)
		return cardea_diag_set(diag, CARDEA_E_MEMORY, "out of memory");
	if (!decode(&text, der, size, &len) || !is_blank(text)) {
		free(der);
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "the PEM of the list is malformed, or something follows "
		    "it");
	}
	*ret_der = der;
	*ret_len = len;
	return CARDEA_OK;
}
