/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cert/sshpublic.h"
#include "cert/sshroom.h"

/* What ssh-keygen takes as RSA at all; what we trust is less. */
#define RSA_BITS_MIN 1024
#define RSA_BITS_MAX 16384
/* FIPS 186-5, 5.1: an exponent is below 2 to the 256th */
#define RSA_EXPONENT_MAX 33

static const struct kind {
	const char *name, *cert_name;
	const char *curve; /* RFC 5656, 10.1 */
	size_t point_len;
} kinds[CARDEA_SSHPUBLIC_COUNT] = {
	[CARDEA_SSHPUBLIC_RSA] = { "ssh-rsa", "ssh-rsa-cert-v01@openssh.com",
	    NULL, 0 },
	[CARDEA_SSHPUBLIC_P256] = { "ecdsa-sha2-nistp256",
	    "ecdsa-sha2-nistp256-cert-v01@openssh.com", "nistp256", 65 },
	[CARDEA_SSHPUBLIC_P384] = { "ecdsa-sha2-nistp384",
	    "ecdsa-sha2-nistp384-cert-v01@openssh.com", "nistp384", 97 },
	[CARDEA_SSHPUBLIC_P521] = { "ecdsa-sha2-nistp521",
	    "ecdsa-sha2-nistp521-cert-v01@openssh.com", "nistp521", 133 },
	[CARDEA_SSHPUBLIC_ED25519] = { "ssh-ed25519",
	    "ssh-ed25519-cert-v01@openssh.com", NULL, 32 },
	[CARDEA_SSHPUBLIC_SK_P256] = { "sk-ecdsa-sha2-nistp256@openssh.com",
	    "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "nistp256", 65 },
	[CARDEA_SSHPUBLIC_SK_ED25519] = { "sk-ssh-ed25519@openssh.com",
	    "sk-ssh-ed25519-cert-v01@openssh.com", NULL, 32 },
};

static const struct kind *
kind_of(enum cardea_sshpublic_type type)
{
	return &kinds[(unsigned int)type < CARDEA_SSHPUBLIC_COUNT ? type : 0];
}

enum cardea_sshpublic_type
cardea_sshpublic_type(struct cardea_sshwire_string name, bool is_cert)
{
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++) {
		if (cardea_sshwire_is(
			name, is_cert ? kinds[i].cert_name : kinds[i].name))
			return (enum cardea_sshpublic_type)i;
	}
	return CARDEA_SSHPUBLIC_NONE;
}

const char *
cardea_sshpublic_name(enum cardea_sshpublic_type type)
{
	const char *name = kind_of(type)->name;

	return name == NULL ? "none" : name;
}

bool
cardea_sshpublic_is_sk(enum cardea_sshpublic_type type)
{
	return type == CARDEA_SSHPUBLIC_SK_P256 ||
	    type == CARDEA_SSHPUBLIC_SK_ED25519;
}

/* The bits of an mpint above zero. */
static size_t
bits_of(struct cardea_sshwire_string number)
{
	size_t skip = number.len > 0 && number.bytes[0] == 0;
	size_t bits = (number.len - skip) * 8;

	for (unsigned int high = 0x80;
	     bits > 0 && (number.bytes[skip] & high) == 0; high >>= 1)
		bits--;
	return bits;
}

static void
read_rsa(struct cardea_sshwire_reader *reader, struct cardea_sshpublic *key)
{
	size_t bits;

	key->e = cardea_sshwire_get_positive(reader);
	key->n = cardea_sshwire_get_positive(reader);
	bits = bits_of(key->n);
	if (bits < RSA_BITS_MIN || bits > RSA_BITS_MAX ||
	    key->e.len > RSA_EXPONENT_MAX)
		reader->failed = true;
}

static void
read_application(
    struct cardea_sshwire_reader *reader, struct cardea_sshpublic *key)
{
	struct cardea_sshwire_string text = cardea_sshwire_get_string(reader);

	key->application = text;
	if (text.len == 0 || text.len > CARDEA_KEY_RP_MAX ||
	    memchr(text.bytes, '\0', text.len) != NULL)
		reader->failed = true;
}

void
cardea_sshpublic_fields(struct cardea_sshwire_reader *reader,
    enum cardea_sshpublic_type type, struct cardea_sshpublic *ret_key)
{
	const struct kind *kind = kind_of(type);
	struct cardea_sshpublic key = { .type = type };

	if (kind->name == NULL) {
		reader->failed = true;
		return;
	}
	if (type == CARDEA_SSHPUBLIC_RSA) {
		read_rsa(reader, &key);
		*ret_key = key;
		return;
	}
	/* RFC 5656, 3.1: the identifier must be that of the curve */
	if (kind->curve != NULL &&
	    !cardea_sshwire_is(cardea_sshwire_get_string(reader), kind->curve))
		reader->failed = true;
	key.point = cardea_sshwire_get_string(reader);
	/* compressed points are optional there, and OpenSSH takes none */
	if (key.point.len != kind->point_len ||
	    (kind->curve != NULL && key.point.bytes[0] != 0x04))
		reader->failed = true;
	if (cardea_sshpublic_is_sk(type))
		read_application(reader, &key);
	*ret_key = key;
}

enum cardea_status
cardea_sshpublic_parse(
    const unsigned char *blob, size_t len, struct cardea_sshpublic *ret_key)
{
	struct cardea_sshpublic key = { 0 };
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string name;
	enum cardea_sshpublic_type type;

	cardea_sshwire_read(&reader, blob, len);
	name = cardea_sshwire_get_string(&reader);
	if (reader.failed || name.len == 0)
		return CARDEA_E_SYNTAX;
	type = cardea_sshpublic_type(name, false);
	if (type == CARDEA_SSHPUBLIC_NONE)
		return CARDEA_E_MISSING;
	cardea_sshpublic_fields(&reader, type, &key);
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK)
		return CARDEA_E_SYNTAX;
	*ret_key = key;
	return CARDEA_OK;
}

enum cardea_status
cardea_sshpublic_write(const struct cardea_sshpublic *key, unsigned char *blob,
    size_t size, size_t *ret_len)
{
	const struct kind *kind = kind_of(key->type);
	struct cardea_sshwire_writer writer;

	if (kind->name == NULL)
		return CARDEA_E_INTERNAL;
	cardea_sshwire_write(&writer, blob, size);
	cardea_sshwire_put_text(&writer, kind->name);
	if (key->type == CARDEA_SSHPUBLIC_RSA) {
		cardea_sshwire_put_string(&writer, key->e.bytes, key->e.len);
		cardea_sshwire_put_string(&writer, key->n.bytes, key->n.len);
	} else {
		if (kind->curve != NULL)
			cardea_sshwire_put_text(&writer, kind->curve);
		cardea_sshwire_put_string(
		    &writer, key->point.bytes, key->point.len);
	}
	if (cardea_sshpublic_is_sk(key->type))
		cardea_sshwire_put_string(
		    &writer, key->application.bytes, key->application.len);
	if (cardea_sshwire_written(&writer) != CARDEA_OK)
		return CARDEA_E_RANGE;
	*ret_len = writer.len;
	return CARDEA_OK;
}

bool
cardea_sshpublic_is_weak(const struct cardea_sshpublic *key)
{
	size_t bits;

	if (key->type == CARDEA_SSHPUBLIC_NONE)
		return true;
	if (key->type != CARDEA_SSHPUBLIC_RSA)
		return false;
	bits = bits_of(key->n);
	if (bits < CARDEA_CERT_RSA_MIN || bits > CARDEA_CERT_RSA_MAX)
		return true;
	/* an even modulus has 2 for a factor, and the first power of anything
	 * is itself */
	return (key->n.bytes[key->n.len - 1] & 1) == 0 ||
	    (key->e.bytes[key->e.len - 1] & 1) == 0 || bits_of(key->e) < 2;
}

enum cardea_status
cardea_sshpublic_fingerprint(const struct cardea_sshpublic *key,
    char ret_text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1])
{
	unsigned char blob[CARDEA_SSHPUBLIC_MAX], digest[32];
	enum cardea_status status;
	size_t len = 0;

	status = cardea_sshpublic_write(key, blob, sizeof(blob), &len);
	if (status == CARDEA_OK)
		status = cardea_sshroom_digest(
		    "SHA256", blob, len, digest, sizeof(digest));
	if (status == CARDEA_OK)
		status = cardea_sshwire_fingerprint(digest, ret_text);
	return status;
}
