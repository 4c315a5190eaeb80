/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sign_once sign URI FILE [OPTION...]     a signature of FILE's bytes
 * sign_once make URI ALGORITHM [OPTION...] p256 p384 ed25519 rsa2048 rsa3072
 * sign_once request URI SUBJECT [OPTION...] a request, in PEM
 *
 *   tpm=TCTI  module=PATH  pin=PIN  timeout=MS   san=NAME
 *   signature=FILE  public=FILE  pem=FILE: where what came back goes
 *
 * Prints one line: how it ended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sign/sign.h"

static struct cardea_secret pin;
static struct cardea_sign_key key = { .pin = &pin };
static struct cardea_sign_answer answer;
static struct cardea_cert_name names[CARDEA_CERT_NAMES_MAX];
static size_t name_count;
static const char *signature_file, *public_file, *pem_file;
static int timeout_ms = 8000;

static bool
read_option(const char *word)
{
	if (strncmp(word, "tpm=", 4) == 0)
		key.tpm = word + 4;
	else if (strncmp(word, "module=", 7) == 0)
		key.module = word + 7;
	else if (strncmp(word, "timeout=", 8) == 0)
		timeout_ms = (int)strtol(word + 8, NULL, 10);
	else if (strncmp(word, "signature=", 10) == 0)
		signature_file = word + 10;
	else if (strncmp(word, "public=", 7) == 0)
		public_file = word + 7;
	else if (strncmp(word, "pem=", 4) == 0)
		pem_file = word + 4;
	else if (strncmp(word, "san=", 4) == 0)
		return name_count < CARDEA_CERT_NAMES_MAX &&
		    cardea_text_copy(names[name_count++].text,
			sizeof(names[0].text), word + 4) == CARDEA_OK;
	else
		return strncmp(word, "pin=", 4) == 0 &&
		    cardea_secret_set(&pin, word + 4, strlen(word + 4)) ==
		    CARDEA_OK;
	return true;
}

static bool
keep(const char *path, const void *bytes, size_t len)
{
	FILE *file;

	if (path == NULL)
		return true;
	file = fopen(path, "we");
	return file != NULL && fwrite(bytes, 1, len, file) == len &&
	    fclose(file) == 0;
}

static enum cardea_status
sign_file(const char *path, struct cardea_diag *diag)
{
	static unsigned char bytes[CARDEA_SIGN_LIST_MAX + 1];
	struct cardea_cert_bytes message = { .data = bytes };
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return CARDEA_E_MISSING;
	message.len = fread(bytes, 1, sizeof(bytes), file);
	(void)fclose(file);
	return cardea_sign(&key, &message, timeout_ms, &answer, diag);
}

static enum cardea_status
make(const char *name, struct cardea_diag *diag)
{
	static const char *const known[] = { "p256", "p384", "ed25519",
		"rsa2048", "rsa3072" };
	unsigned int i = 0;

	while (i < 4 && strcmp(known[i], name) != 0)
		i++;
	return cardea_sign_make(
	    &key, (enum cardea_sign_algorithm)i, timeout_ms, &answer, diag);
}

static enum cardea_status
request(const char *subject, struct cardea_diag *diag)
{
	enum cardea_status status;
	char *pem = NULL;

	status = cardea_sign_request(
	    &key, subject, names, name_count, timeout_ms, &pem, &answer, diag);
	if (pem != NULL && !keep(pem_file, pem, strlen(pem)))
		status = CARDEA_E_IO;
	free(pem);
	return status;
}

int
main(int argc, char **argv)
{
	struct cardea_diag diag = { .line = 0 };
	enum cardea_status status = CARDEA_E_INTERNAL;

	for (int i = 4; i < argc; i++)
		if (!read_option(argv[i]))
			return 2;
	if (argc < 4)
		return 2;
	key.uri = argv[2];
	if (strcmp(argv[1], "sign") == 0)
		status = sign_file(argv[3], &diag);
	else if (strcmp(argv[1], "make") == 0)
		status = make(argv[3], &diag);
	else if (strcmp(argv[1], "request") == 0)
		status = request(argv[3], &diag);
	if (!keep(signature_file, answer.signature, answer.signature_len) ||
	    !keep(public_file, answer.public_key, answer.public_len))
		return 2;
	printf("status=%d why=\"%s\" %s %s\n", (int)status,
	    cardea_sign_why_text(answer.why), answer.detail, diag.reason);
	cardea_secret_clear(&pin);
	return status == CARDEA_OK && answer.why == CARDEA_SIGN_DONE ? 0 : 1;
}
