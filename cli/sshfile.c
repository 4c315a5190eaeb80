/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "cert/sshcert_form.h"
#include "cli/input.h"
#include "cli/sshfile.h"

/* The text of a blob, with a comment of some length. */
#define LINE_MAX_BYTES (CARDEA_BASE64_LEN(CARDEA_CERT_MAX) + 1024)
#define ARMOUR_MAX_BYTES (2 * LINE_MAX_BYTES)

#define ARMOUR_BEGIN "-----BEGIN SSH SIGNATURE-----\n"
#define ARMOUR_END "-----END SSH SIGNATURE-----\n"

enum cardea_status
cardea_sshfile_read(const char *path, size_t max, struct cardea_sshfile *file,
    struct cardea_diag *diag)
{
	struct cardea_diag place = { 0 };
	enum cardea_status status;

	status = cardea_input_read(path, max, &file->bytes, &file->len, &place);
	if (status == CARDEA_OK)
		return status;
	return cardea_diag_set(diag, status, "%.128s: %.96s", path,
	    place.reason[0] != '\0' ? place.reason
				    : cardea_status_text(status));
}

enum cardea_status
cardea_sshfile_add(const char *path, size_t max, struct cardea_sshfile *file,
    struct cardea_diag *diag)
{
	struct cardea_sshfile more = { 0 };
	enum cardea_status status;
	char *bytes;

	status = cardea_sshfile_read(path, max, &more, diag);
	if (status != CARDEA_OK)
		return status;
	bytes = realloc(file->bytes, file->len + more.len + 1);
	if (bytes == NULL) {
		cardea_sshfile_free(&more);
		return CARDEA_E_MEMORY;
	}
	memcpy(bytes + file->len, more.bytes, more.len);
	file->bytes = bytes;
	file->len += more.len;
	file->bytes[file->len++] = '\n';
	cardea_sshfile_free(&more);
	return CARDEA_OK;
}

void
cardea_sshfile_free(struct cardea_sshfile *file)
{
	free(file->bytes);
	file->bytes = NULL;
	file->len = 0;
}

static enum cardea_status
take_line(const struct cardea_sshfile *file, struct cardea_sshfile *blob,
    struct cardea_diag *diag)
{
	struct cardea_sshwire_string line, other,
	    text = { (const unsigned char *)file->bytes, file->len };
	unsigned int number = 0;

	if (!cardea_sshcert_next_line(&text, &line, &number))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "no key is in the file");
	if (cardea_sshcert_next_line(&text, &other, &number))
		return cardea_diag_set(
		    diag, CARDEA_E_SYNTAX, "more than one key is in the file");
	blob->bytes = malloc(CARDEA_CERT_MAX);
	if (blob->bytes == NULL)
		return CARDEA_E_MEMORY;
	return cardea_sshcert_read_line(line, (unsigned char *)blob->bytes,
	    CARDEA_CERT_MAX, &blob->len, diag);
}

enum cardea_status
cardea_sshfile_key(const char *path, struct cardea_sshfile *ret_blob,
    bool *ret_was_read, struct cardea_diag *diag)
{
	struct cardea_sshfile file = { 0 }, blob = { 0 };
	enum cardea_status status;

	status = cardea_sshfile_read(path, LINE_MAX_BYTES, &file, diag);
	if (status != CARDEA_OK)
		return status;
	*ret_was_read = true;
	status = take_line(&file, &blob, diag);
	cardea_sshfile_free(&file);
	if (status == CARDEA_OK)
		*ret_blob = blob; /* moved */
	else
		cardea_sshfile_free(&blob);
	return status;
}

/* The base64 between the two lines, without its ends of lines, in place. */
static char *
find_base64(struct cardea_sshfile *file)
{
	size_t begin = sizeof(ARMOUR_BEGIN) - 1, end = sizeof(ARMOUR_END) - 1;
	char *from = file->bytes + begin, *to = from;

	if (file->len < begin + end ||
	    strncmp(file->bytes, ARMOUR_BEGIN, begin) != 0 ||
	    strcmp(file->bytes + file->len - end, ARMOUR_END) != 0)
		return NULL;
	file->bytes[file->len - end] = '\0';
	for (const char *c = from; *c != '\0'; c++) {
		if (*c != '\n')
			*to++ = *c;
	}
	*to = '\0';
	return from;
}

enum cardea_status
cardea_sshfile_armour(const char *path, struct cardea_sshfile *ret_bytes,
    struct cardea_sshsig_armour *ret_armour, bool *ret_was_read,
    struct cardea_diag *diag)
{
	struct cardea_sshfile file = { 0 }, bytes = { 0 };
	enum cardea_status status;
	const char *text;

	status = cardea_sshfile_read(path, ARMOUR_MAX_BYTES, &file, diag);
	if (status != CARDEA_OK)
		return status;
	*ret_was_read = true;
	status = CARDEA_E_SYNTAX;
	text = find_base64(&file);
	bytes.bytes = malloc(file.len + 1);
	if (bytes.bytes != NULL && text != NULL)
		status = cardea_base64_decode(CARDEA_BASE64, text, strlen(text),
		    (unsigned char *)bytes.bytes, file.len, &bytes.len);
	cardea_sshfile_free(&file);
	if (status == CARDEA_OK)
		status = cardea_sshsig_unwrap(
		    (const unsigned char *)bytes.bytes, bytes.len, ret_armour);
	if (status != CARDEA_OK) {
		cardea_sshfile_free(&bytes);
		return cardea_diag_set(diag, CARDEA_E_SYNTAX,
		    "not a signature as ssh-keygen -Y sign writes it");
	}
	*ret_bytes = bytes; /* moved */
	return CARDEA_OK;
}
