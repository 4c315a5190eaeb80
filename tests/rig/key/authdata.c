/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "rig/key/authdata.h"
#include "rig/key/mode.h"
#include "rig/key/softkey.h"

static const char foreign_rp[] = "foreign.invalid";

unsigned int
flags_told(const struct softkey *softkey, unsigned int flags)
{
	const struct state *state = &softkey->state;
	long other = 0;
	if (mode_has(state, "noup"))
		flags &= ~(unsigned int)FLAG_PRESENT;
	if (mode_has(state, "nouv"))
		flags &= ~(unsigned int)FLAG_VERIFIED;
	(void)mode_number(state, "flags", &other);
	return flags ^ ((unsigned int)other & 0xff);
}

uint32_t
next_counter(const struct softkey *softkey)
{
	const struct state *state = &softkey->state;
	char text[16];
	if (mode_has(state, "zeroctr"))
		return 0;
	state_read_word(state, "counter", text, sizeof text);
	uint32_t counter = (uint32_t)strtoul(text, NULL, 10);
	if (mode_has(state, "stuckctr"))
		return counter;
	state_write_number(state, "counter", counter + 1);
	return counter + 1;
}

static void
put_attested(const struct softkey *softkey, struct writer *writer,
    const struct credential *credential)
{
	static const unsigned char no_model[AAGUID_LEN];
	/* U2F knows no models (WebAuthn, 8.6) */
	put_raw(writer,
	    softkey->options.attestation == ATTESTATION_U2F
		? no_model
		: softkey->options.aaguid,
	    AAGUID_LEN);
	put_u16(writer, CREDENTIAL_ID_LEN);
	put_raw(writer, credential->id, CREDENTIAL_ID_LEN);
	put_credential_key(writer, credential);
}

void
put_authdata(const struct softkey *softkey, struct writer *writer,
    const unsigned char rp_hash[HASH_LEN], unsigned int flags,
    const struct credential *credential)
{
	const struct state *state = &softkey->state;
	unsigned char told[HASH_LEN];
	memcpy(told, rp_hash, sizeof told);
	if (mode_has(state, "foreignrp"))
		hash(foreign_rp, strlen(foreign_rp), told);

	put_raw(writer, told, sizeof told);
	flags |= softkey->options.backup;
	if (credential != NULL)
		flags |= FLAG_ATTESTED;
	put_byte(writer, flags_told(softkey, flags));
	put_u32(writer, next_counter(softkey));
	if (credential != NULL)
		put_attested(softkey, writer, credential);

	long trailing = 0;
	(void)mode_number(state, "trailing", &trailing);
	for (; trailing > 0; trailing--)
		put_byte(writer, 0);
}

void
sign_told(const struct softkey *softkey, EVP_PKEY *key,
    const struct writer *data, struct writer *ret_signature)
{
	sign(key, data, ret_signature);
	if (mode_has(&softkey->state, "badsig"))
		ret_signature->bytes[ret_signature->len - 1] ^= 1;
}
