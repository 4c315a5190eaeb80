/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "cert/sshsig.h"

/*
 * A signature of a stranger, behind the key that it says to be by: length of
 * the key in two bytes, the key, the signature; and the same bytes as what
 * ssh-keygen -Y sign wraps.  No input holds over a message that nobody signed.
 */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len);

static void
must(int is_so)
{
	if (!is_so)
		abort();
}

static void
try_envelope(const unsigned char *bytes, size_t len)
{
	struct cardea_sshsig_armour armour;
	unsigned char envelope[512];
	size_t envelope_len = 0;

	if (cardea_sshsig_unwrap(bytes, len, &armour) != CARDEA_OK)
		return;
	must(armour.space.len > 0);
	if (cardea_sshsig_envelope(&armour, "message", 7, envelope,
		sizeof(envelope), &envelope_len) == CARDEA_OK)
		must(envelope_len > 6 + armour.space.len);
	else
		must(armour.space.len > 256);
}

int
LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t len)
{
	static const unsigned char message[] = "nobody signed this";
	const struct cardea_cert_bytes signed_part = { message,
		sizeof(message) };
	struct cardea_cert_bytes key = { bytes + 2, 0 }, signature;
	unsigned char flags = 0xee;

	if (len < 2)
		return 0;
	try_envelope(bytes + 2, len - 2);
	key.len = (size_t)bytes[0] << 8 | bytes[1];
	if (key.len > len - 2)
		key.len = len - 2;
	signature.data = bytes + 2 + key.len;
	signature.len = len - 2 - key.len;
	must(!cardea_sshsig_verify(&key, &signed_part, &signature, &flags));
	must(flags == 0xee);
	(void)cardea_sshsig_is_weak(&signature);
	return 0;
}
