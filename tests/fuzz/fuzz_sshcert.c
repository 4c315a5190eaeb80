/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/sshcert_form.h"

/*
 * A certificate or a plain key of a stranger: judged, and with it a line of a
 * .pub file.  What is described is text that ends; a plain key is written back
 * to the very bytes it came from.  Nothing of this is ever accepted, since no
 * proof is shown.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
try_plain(const unsigned char *bytes, size_t len)
{
	unsigned char again[CARDEA_SSHPUBLIC_MAX];
	struct cardea_sshpublic key;
	size_t again_len = 0;

	if (cardea_sshpublic_parse(bytes, len, &key) != CARDEA_OK)
		return;
	must(cardea_sshpublic_write(&key, again, sizeof(again), &again_len) ==
	    CARDEA_OK);
	must(again_len == len && memcmp(again, bytes, len) == 0);
}

/* The CA that a certificate names is trusted, so that all is looked at. */
static void
try_judge(const unsigned char *bytes, size_t len, enum cardea_cert_kind kind,
    const char *trust, size_t trust_len)
{
	struct cardea_authority authority = { .kind = CARDEA_AUTHORITY_SSH,
		.revocation = CARDEA_REVOCATION_BY_NONE,
		.principals = { "%u" },
		.principal_count = 1 };
	struct cardea_cert_question question = { .kind = kind,
		.leaf = { bytes, len },
		.time_s = 1767225600,
		.user = "alice",
		.source = "192.0.2.7",
		.trust_count = 1 };
	static struct cardea_cert_verdict verdict;

	question.trust[0].authority = &authority;
	question.trust[0].trust.data = (const unsigned char *)trust;
	question.trust[0].trust.len = trust_len;
	cardea_sshcert_judge(&question, &verdict);
	must(verdict.result != CARDEA_RESULT_VERIFIED);
	must(verdict.why != CARDEA_CERT_ACCEPTED);
	must(verdict.detail[0] != '\0');
}

static void
try_describe(const unsigned char *bytes, size_t len)
{
	static struct cardea_cert_identity identity;
	const struct cardea_cert_bytes blob = { bytes, len };
	struct cardea_diag diag = { .line = 0 };

	if (cardea_sshcert_describe(&blob, &identity, &diag) != CARDEA_OK) {
		must(diag.reason[0] != '\0');
		return;
	}
	must(strlen(identity.fingerprint) == CARDEA_SSHWIRE_FINGERPRINT_MAX);
	must(identity.name_count <= CARDEA_CERT_NAMES_MAX);
	must(strlen(identity.subject) <= CARDEA_CERT_NAME_MAX);
}

static void
try_line(const unsigned char *bytes, size_t len)
{
	static unsigned char blob[CARDEA_CERT_MAX];
	char *line = malloc(len + 1);
	size_t blob_len = 0;

	must(line != NULL);
	if (len > 0)
		memcpy(line, bytes, len);
	line[len] = '\0';
	if (cardea_sshcert_line(line, blob, sizeof(blob), &blob_len, NULL) ==
	    CARDEA_OK) {
		try_plain(blob, blob_len);
		try_judge(blob, blob_len, CARDEA_CERT_SSH, line, len);
		try_describe(blob, blob_len);
	}
	free(line);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	if (len == 0)
		return 0;
	if (bytes[0] % 2 == 0) {
		try_plain(bytes + 1, len - 1);
		try_describe(bytes + 1, len - 1);
		try_judge(bytes + 1, len - 1, CARDEA_CERT_SSH, "", 0);
		try_judge(bytes + 1, len - 1, CARDEA_CERT_SSH_KEY, "", 0);
	} else {
		try_line(bytes + 1, len - 1);
		try_judge(bytes + 1, len - 1, CARDEA_CERT_SSH,
		    (const char *)bytes, len);
	}
	return 0;
}
