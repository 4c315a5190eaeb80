/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/pem.h"
#include "base/text.h"

#define LABEL_MAX 64
#define MARK_MAX (LABEL_MAX + 32)

/* A line that is mark and nothing else; where it begins, NULL: nowhere. */
static const char *
find_line(const char *text, const char *mark, const char **ret_behind)
{
	size_t len = strlen(mark);
	const char *at = text;

	while ((at = strstr(at, mark)) != NULL) {
		const char *behind = at + len;

		if (*behind == '\r')
			behind++;
		if ((at == text || at[-1] == '\n') &&
		    (*behind == '\n' || *behind == '\0')) {
			*ret_behind = *behind == '\n' ? behind + 1 : behind;
			return at;
		}
		at += len;
	}
	return NULL;
}

/* The characters between the lines, without what breaks them. */
static char *
join_lines(const char *begin, const char *end, size_t *ret_len)
{
	char *joined = malloc((size_t)(end - begin) + 1);
	size_t len = 0;

	if (joined == NULL)
		return NULL;
	for (const char *at = begin; at < end; at++) {
		if (*at != '\n' && *at != '\r')
			joined[len++] = *at;
	}
	joined[len] = '\0';
	*ret_len = len;
	return joined;
}

enum cardea_status
cardea_pem_next(const char **text, const char *label, unsigned char *bytes,
    size_t size, size_t *ret_len)
{
	char begin_mark[MARK_MAX], end_mark[MARK_MAX];
	const char *begin, *end, *behind;
	enum cardea_status status;
	size_t joined_len = 0, len = 0;
	char *joined;

	if (cardea_text_print(begin_mark, sizeof(begin_mark),
		"-----BEGIN %s-----", label) != CARDEA_OK ||
	    cardea_text_print(end_mark, sizeof(end_mark), "-----END %s-----",
		label) != CARDEA_OK)
		return CARDEA_E_INTERNAL;
	if (find_line(*text, begin_mark, &begin) == NULL)
		return CARDEA_E_MISSING;
	end = find_line(begin, end_mark, &behind);
	if (end == NULL)
		return CARDEA_E_SYNTAX;
	joined = join_lines(begin, end, &joined_len);
	if (joined == NULL)
		return CARDEA_E_MEMORY;
	status = cardea_base64_decode(
	    CARDEA_BASE64, joined, joined_len, bytes, size, &len);
	free(joined);
	if (status == CARDEA_OK && len == 0)
		status = CARDEA_E_SYNTAX;
	if (status != CARDEA_OK)
		return status;
	*text = behind;
	*ret_len = len;
	return CARDEA_OK;
}
