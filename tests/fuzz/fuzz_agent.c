/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "factor/sshsk.h"

/*
 * Payloads of an agent's answers.  What is told of one lies within it, and
 * what was accepted is refused as soon as a byte is missing or one too many.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
must_be_within(const unsigned char *part, size_t part_len,
    const unsigned char *bytes, size_t len)
{
	if (part_len == 0)
		return;
	must(part > bytes && part < bytes + len);
	must(part_len <= (size_t)(bytes + len - part));
}

static void
try_keys(const unsigned char *bytes, size_t len)
{
	struct cardea_sshsk_list list, other;

	if (cardea_sshsk_read_keys(bytes, len, &list) != CARDEA_OK)
		return;
	must(list.count <= CARDEA_AGENT_KEYS_MAX && list.count <= len / 8);
	for (size_t i = 0; i < list.count; i++) {
		struct cardea_fido2_credential credential;

		must_be_within(list.keys[i].blob, list.keys[i].len, bytes, len);
		/* of any type, or none */
		(void)!cardea_sshsk_key(
		    list.keys[i].blob, list.keys[i].len, &credential);
	}
	must(cardea_sshsk_read_keys(bytes, len - 1, &other) == CARDEA_E_SYNTAX);
}

static void
try_signature(const unsigned char *bytes, size_t len)
{
	const unsigned char *blob;
	size_t blob_len;

	if (cardea_sshsk_read_signature(bytes, len, &blob, &blob_len) !=
	    CARDEA_OK)
		return;
	must_be_within(blob, blob_len, bytes, len);
	must(blob_len + 5 == len);
	must(cardea_sshsk_read_signature(bytes, len - 1, &blob, &blob_len) ==
	    CARDEA_E_SYNTAX);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	try_keys(bytes, len);
	try_signature(bytes, len);
	return 0;
}
