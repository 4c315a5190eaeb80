/* SPDX-License-Identifier: BSD-2-Clause */
#include "cert/sshroom.h"
#include "cert/sshsig.h"

#define MAGIC "SSHSIG"
#define VERSION 1

enum cardea_status
cardea_sshsig_unwrap(const unsigned char *bytes, size_t len,
    struct cardea_sshsig_armour *ret_armour)
{
	struct cardea_sshsig_armour armour;
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string reserved;

	cardea_sshwire_read(&reader, bytes, len);
	for (const char *c = MAGIC; *c != '\0'; c++) {
		if (cardea_sshwire_get_u8(&reader) != (unsigned char)*c)
			return CARDEA_E_SYNTAX;
	}
	if (cardea_sshwire_get_u32(&reader) != VERSION)
		return CARDEA_E_SYNTAX;
	armour.key = cardea_sshwire_get_string(&reader);
	armour.space = cardea_sshwire_get_string(&reader);
	reserved = cardea_sshwire_get_string(&reader);
	armour.hash = cardea_sshwire_get_string(&reader);
	armour.signature = cardea_sshwire_get_string(&reader);
	/* "the namespace ... MUST NOT be the empty string" */
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK ||
	    armour.space.len == 0 || reserved.len != 0 ||
	    (!cardea_sshwire_is(armour.hash, "sha256") &&
		!cardea_sshwire_is(armour.hash, "sha512")))
		return CARDEA_E_SYNTAX;
	*ret_armour = armour;
	return CARDEA_OK;
}

enum cardea_status
cardea_sshsig_envelope(const struct cardea_sshsig_armour *armour,
    const void *message, size_t message_len, unsigned char *bytes, size_t size,
    size_t *ret_len)
{
	bool is_256 = cardea_sshwire_is(armour->hash, "sha256");
	size_t digest_len = is_256 ? 32 : 64;
	struct cardea_sshwire_writer writer;
	enum cardea_status status;
	unsigned char digest[64];

	status = cardea_sshroom_digest(is_256 ? "SHA256" : "SHA512", message,
	    message_len, digest, digest_len);
	if (status != CARDEA_OK)
		return status;
	cardea_sshwire_write(&writer, bytes, size);
	cardea_sshwire_put_bytes(&writer, MAGIC, sizeof(MAGIC) - 1);
	cardea_sshwire_put_string(
	    &writer, armour->space.bytes, armour->space.len);
	cardea_sshwire_put_string(&writer, NULL, 0);
	cardea_sshwire_put_string(
	    &writer, armour->hash.bytes, armour->hash.len);
	cardea_sshwire_put_string(&writer, digest, digest_len);
	status = cardea_sshwire_written(&writer);
	if (status == CARDEA_OK)
		*ret_len = writer.len;
	return status;
}
