/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "factor/sshsk.h"

/*
 * What comes from strangers about OpenSSH's security keys: key blobs, lines of
 * .pub files, signature blobs; the first byte chooses.  A key that is accepted
 * is written back to the very bytes it came from, one of a line as well.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static const unsigned char envelope[] = "what was signed";

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
try_again(const struct cardea_fido2_credential *credential,
    unsigned char blob[CARDEA_SSHSK_KEY_MAX], size_t *ret_len)
{
	struct cardea_fido2_credential again;
	char text[CARDEA_SSHSK_FINGERPRINT_MAX + 1];

	must(cardea_sshsk_blob(
		 credential, blob, CARDEA_SSHSK_KEY_MAX, ret_len) == CARDEA_OK);
	must(cardea_sshsk_key(blob, *ret_len, &again) == CARDEA_OK);
	must(again.algorithm == credential->algorithm &&
	    again.public_len == credential->public_len &&
	    memcmp(again.public_key, credential->public_key,
		again.public_len) == 0 &&
	    strcmp(again.rp_id, credential->rp_id) == 0);
	must(cardea_sshsk_fingerprint(credential, text) == CARDEA_OK);
	must(strlen(text) == CARDEA_SSHSK_FINGERPRINT_MAX);
}

static void
try_blob(const unsigned char *bytes, size_t len)
{
	struct cardea_fido2_credential credential;
	unsigned char blob[CARDEA_SSHSK_KEY_MAX];
	size_t blob_len;

	if (cardea_sshsk_key(bytes, len, &credential) != CARDEA_OK)
		return;
	try_again(&credential, blob, &blob_len);
	must(blob_len == len && memcmp(blob, bytes, len) == 0);
}

static void
try_line(const unsigned char *bytes, size_t len)
{
	struct cardea_fido2_credential credential;
	struct cardea_diag diag = { .line = 0 };
	unsigned char blob[CARDEA_SSHSK_KEY_MAX];
	char *line = malloc(len + 1);
	size_t blob_len;

	must(line != NULL);
	if (len > 0)
		memcpy(line, bytes, len);
	line[len] = '\0';
	if (cardea_sshsk_line(line, &credential, &diag) == CARDEA_OK) {
		must(strlen(credential.name) <= CARDEA_CREDENTIAL_MAX);
		try_again(&credential, blob, &blob_len);
	} else {
		must(diag.reason[0] != '\0');
	}
	free(line);
}

static void
try_signature(const unsigned char *bytes, size_t len)
{
	struct cardea_fido2_credential credential = { .kind = CARDEA_FIDO2_SSH,
		.rp_id = "ssh:" };
	struct cardea_fido2_assertion assertion;

	credential.algorithm = CARDEA_FIDO2_EDDSA;
	credential.public_len = 32;
	if (cardea_sshsk_signature(&credential, bytes, len, envelope,
		sizeof(envelope), &assertion) == CARDEA_OK) {
		must(assertion.auth_data_len == 37);
		must(assertion.signature_len == 64);
		must(len == 103);
	}
	credential.algorithm = CARDEA_FIDO2_ES256;
	credential.public_len = 64;
	if (cardea_sshsk_signature(&credential, bytes, len, envelope,
		sizeof(envelope), &assertion) == CARDEA_OK) {
		must(assertion.auth_data_len == 37);
		must(assertion.signature_len >= 8);
		must(assertion.signature_len <= 72);
		must(assertion.signature[1] == assertion.signature_len - 2);
	}
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	if (len == 0)
		return 0;
	switch (bytes[0] % 3) {
	case 0:
		try_blob(bytes + 1, len - 1);
		break;
	case 1:
		try_line(bytes + 1, len - 1);
		break;
	default:
		try_signature(bytes + 1, len - 1);
		break;
	}
	return 0;
}
