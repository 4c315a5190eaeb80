/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/base64.h"
#include "cli/statement.h"

/*
 * A manager's statements.  The first byte chooses: a statement as it comes; its
 * claims alone, which are signed here, since nothing is read of what is not; or
 * the file of pinned keys.  Whatever is accepted keeps to its ceilings, and of
 * what was not signed here only the seeds can be.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW INT64_C(1800000000)

/* RFC 8037, appendix A.1: a pair that everybody knows. */
static const unsigned char private_key[32] = { 0x9d, 0x61, 0xb1, 0x9d, 0xef,
	0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44,
	0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c,
	0xae, 0x7f, 0x60 };
static const char public_key[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static struct cardea_statement_keys *
pin(const void *pem, size_t len)
{
	const struct cardea_cert_bytes bytes = { pem, len };
	struct cardea_statement_keys *keys = NULL;
	struct cardea_diag diag = { 0 };

	if (cardea_statement_keys_load(&bytes, &keys, &diag) != CARDEA_OK) {
		must(keys == NULL);
		return NULL;
	}
	return keys;
}

static void
try_statement(const uint8_t *data, size_t size)
{
	static struct cardea_statement_keys *keys;
	const struct cardea_cert_bytes bytes = { data, size };
	struct cardea_statement statement;
	struct cardea_diag diag = { 0 };

	if (keys == NULL)
		keys = pin(public_key, sizeof(public_key) - 1);
	must(keys != NULL);
	if (cardea_statement_read(keys, &bytes, NULL, NOW, &statement, &diag) ==
	    CARDEA_OK) {
		must(statement.issued_s > 0 && statement.issued_s <= NOW);
		must(statement.ends_s == 0 || statement.ends_s > NOW);
		must(statement.fact_count > 0 &&
		    statement.fact_count <= CARDEA_POSTURE_FACTS_MAX);
		must((statement.device[0] != '\0') !=
		    (statement.san[0] != '\0' || statement.serial[0] != '\0'));
		must(strncmp(statement.signer, "SHA256:", 7) == 0);
	} else {
		must(diag.reason[0] != '\0');
	}
}

static void
encode(const void *bytes, size_t len, char *text, size_t size)
{
	must(cardea_base64_encode(CARDEA_BASE64_URL, bytes, len, text, size) ==
	    CARDEA_OK);
}

static void
try_claims(const uint8_t *data, size_t size)
{
	static const char header[] = "eyJhbGciOiJFZERTQSJ9.";
	size_t room = sizeof(header) + CARDEA_BASE64_LEN(size) + 128;
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, private_key, sizeof(private_key));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[64];
	size_t signature_len = sizeof(signature), len;
	char *text = malloc(room);

	must(key != NULL && context != NULL && text != NULL);
	memcpy(text, header, sizeof(header));
	len = sizeof(header) - 1;
	encode(data, size, text + len, room - len);
	len += strlen(text + len);
	must(EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestSign(context, signature, &signature_len,
		(unsigned char *)text, len) == 1);
	text[len++] = '.';
	encode(signature, signature_len, text + len, room - len);
	try_statement((uint8_t *)text, strlen(text));
	free(text);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0 || size > 16384)
		return 0;
	switch (data[0]) {
	case 'c':
		try_claims(data + 1, size - 1);
		break;
	case 'k':
		cardea_statement_keys_free(pin(data + 1, size - 1));
		break;
	default:
		try_statement(data + 1, size - 1);
		break;
	}
	return 0;
}
