/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/input.h"

/* One byte more than may be there tells whether there is more. */
static enum cardea_status
read_stream(FILE *stream, size_t max, char **ret_text, size_t *ret_len,
    struct cardea_diag *diag)
{
	char *text = malloc(max + 1);
	size_t len;

	if (text == NULL)
		return CARDEA_E_MEMORY;
	len = fread(text, 1, max + 1, stream);
	if (ferror(stream) != 0 || len > max) {
		free(text);
		return ferror(stream) != 0
		    ? cardea_diag_set(diag, CARDEA_E_IO, "cannot be read")
		    : cardea_diag_set(
			  diag, CARDEA_E_RANGE, "longer than %zu bytes", max);
	}
	text[len] = '\0';
	*ret_text = text; /* moved */
	*ret_len = len;
	return CARDEA_OK;
}

enum cardea_status
cardea_input_read(const char *path, size_t max, char **ret_text,
    size_t *ret_len, struct cardea_diag *diag)
{
	enum cardea_status status;
	FILE *stream;

	if (strcmp(path, "-") == 0) {
		cardea_diag_place(diag, "standard input", 0, NULL);
		return read_stream(stdin, max, ret_text, ret_len, diag);
	}
	cardea_diag_place(diag, path, 0, NULL);
	stream = fopen(path, "re");
	if (stream == NULL)
		return cardea_diag_set(diag,
		    errno == ENOENT ? CARDEA_E_MISSING : CARDEA_E_IO, "%s",
		    strerror(errno));
	status = read_stream(stream, max, ret_text, ret_len, diag);
	fclose(stream);
	return status;
}
