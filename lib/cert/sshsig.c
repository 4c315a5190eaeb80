/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/evp.h>

#include "cert/sshroom.h"
#include "cert/sshsig.h"

/* Which signature goes with which key: never one by SHA-1 (S04), never one of
 * another type, whatever its bytes are. */
static const struct algorithm {
	enum cardea_sshpublic_type type;
	const char *name;
	const char *digest; /* NULL: Ed25519 has its own */
} algorithms[] = {
	{ CARDEA_SSHPUBLIC_RSA, "rsa-sha2-256", "SHA256" }, /* RFC 8332 */
	{ CARDEA_SSHPUBLIC_RSA, "rsa-sha2-512", "SHA512" },
	{ CARDEA_SSHPUBLIC_P256, "ecdsa-sha2-nistp256", "SHA256" },
	{ CARDEA_SSHPUBLIC_P384, "ecdsa-sha2-nistp384", "SHA384" },
	{ CARDEA_SSHPUBLIC_P521, "ecdsa-sha2-nistp521", "SHA512" },
	{ CARDEA_SSHPUBLIC_ED25519, "ssh-ed25519", NULL },
	{ CARDEA_SSHPUBLIC_SK_P256, "sk-ecdsa-sha2-nistp256@openssh.com",
	    "SHA256" },
	{ CARDEA_SSHPUBLIC_SK_ED25519, "sk-ssh-ed25519@openssh.com", NULL },
};

static const struct algorithm *
find_algorithm(
    enum cardea_sshpublic_type type, struct cardea_sshwire_string name)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]);
	     i++) {
		if (algorithms[i].type == type &&
		    cardea_sshwire_is(name, algorithms[i].name))
			return &algorithms[i];
	}
	return NULL;
}

bool
cardea_sshsig_is_weak(const struct cardea_cert_bytes *signature)
{
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string name;

	cardea_sshwire_read(&reader, signature->data, signature->len);
	name = cardea_sshwire_get_string(&reader);
	return cardea_sshwire_is(name, "ssh-rsa") ||
	    cardea_sshwire_is(name, "ssh-rsa-cert-v01@openssh.com") ||
	    cardea_sshwire_is(name, "ssh-dss");
}

/* RFC 5656, 3.1.2: two mpints, which are the contents of two INTEGERs. Each is
 * at most one byte longer than the curve's field (65 to 132 bytes a point). */
static bool
make_der(const struct cardea_sshpublic *key, struct cardea_sshwire_string pair,
    unsigned char der[160], size_t *ret_len)
{
	size_t number_max = (key->point.len - 1) / 2 + 1, len;
	struct cardea_sshwire_string r, s;
	struct cardea_sshwire_reader reader;
	unsigned char *at = der;

	cardea_sshwire_read(&reader, pair.bytes, pair.len);
	r = cardea_sshwire_get_positive(&reader);
	s = cardea_sshwire_get_positive(&reader);
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK ||
	    r.len > number_max || s.len > number_max)
		return false;
	len = r.len + s.len + 4;
	*at++ = 0x30;
	if (len > 0x7f)
		*at++ = 0x81;
	*at++ = (unsigned char)len;
	*at++ = 0x02;
	*at++ = (unsigned char)r.len;
	memcpy(at, r.bytes, r.len);
	at += r.len;
	*at++ = 0x02;
	*at++ = (unsigned char)s.len;
	memcpy(at, s.bytes, s.len);
	*ret_len = (size_t)(at - der) + s.len;
	return true;
}

/* The bytes for OpenSSL, in the one length that the algorithm has: RFC 8332
 * lets a verifier take RSA's without its leading zeros; we do not. */
static bool
find_bytes(const struct cardea_sshpublic *key,
    struct cardea_sshwire_string string, unsigned char der[160],
    struct cardea_sshwire_string *ret_bytes)
{
	size_t modulus;

	*ret_bytes = string;
	switch (key->type) {
	case CARDEA_SSHPUBLIC_RSA:
		modulus = key->n.len - (key->n.bytes[0] == 0);
		return string.len == modulus;
	case CARDEA_SSHPUBLIC_ED25519:
	case CARDEA_SSHPUBLIC_SK_ED25519:
		return string.len == 64;
	case CARDEA_SSHPUBLIC_P256:
	case CARDEA_SSHPUBLIC_P384:
	case CARDEA_SSHPUBLIC_P521:
	case CARDEA_SSHPUBLIC_SK_P256:
		ret_bytes->bytes = der;
		return make_der(key, string, der, &ret_bytes->len);
	case CARDEA_SSHPUBLIC_NONE:
	case CARDEA_SSHPUBLIC_COUNT:
		break;
	}
	return false;
}

static bool
verify(const struct cardea_sshpublic *key, const struct algorithm *algorithm,
    const struct cardea_cert_bytes *message,
    struct cardea_sshwire_string signature)
{
	OSSL_LIB_CTX *context = cardea_sshroom_enter();
	EVP_PKEY *pkey = NULL;
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	bool holds = false;

	if (context != NULL && digest != NULL)
		pkey = cardea_sshpublic_pkey(context, key);
	/* RSA's padding is PKCS #1 1.5 unless told otherwise */
	holds = pkey != NULL &&
	    EVP_DigestVerifyInit_ex(digest, NULL, algorithm->digest, context,
		NULL, pkey, NULL) == 1 &&
	    EVP_DigestVerify(digest, signature.bytes, signature.len,
		message->data, message->len) == 1;
	EVP_MD_CTX_free(digest);
	EVP_PKEY_free(pkey);
	cardea_sshroom_leave();
	return holds;
}

/* PROTOCOL.u2f: SHA-256 of the application, flags, counter, SHA-256 of the
 * message. */
static bool
verify_sk(const struct cardea_sshpublic *key, const struct algorithm *algorithm,
    const struct cardea_cert_bytes *message,
    struct cardea_sshwire_string signature, const unsigned char tail[5])
{
	unsigned char bytes[32 + 5 + 32];
	const struct cardea_cert_bytes whole = { bytes, sizeof(bytes) };

	if (cardea_sshroom_digest("SHA256", key->application.bytes,
		key->application.len, bytes, 32) != CARDEA_OK ||
	    cardea_sshroom_digest("SHA256", message->data, message->len,
		bytes + 37, 32) != CARDEA_OK)
		return false;
	memcpy(bytes + 32, tail, 5);
	return verify(key, algorithm, &whole, signature);
}

bool
cardea_sshsig_holds(const struct cardea_sshpublic *key,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature, unsigned char *ret_flags)
{
	const struct algorithm *algorithm;
	struct cardea_sshwire_string string;
	struct cardea_sshwire_reader reader;
	unsigned char der[160], tail[5] = { 0 };
	bool is_sk = cardea_sshpublic_is_sk(key->type);

	if (cardea_sshpublic_is_weak(key))
		return false;
	cardea_sshwire_read(&reader, signature->data, signature->len);
	algorithm = find_algorithm(
	    key->type, cardea_sshwire_get_string(&reader));
	string = cardea_sshwire_get_string(&reader);
	for (size_t i = 0; is_sk && i < sizeof(tail); i++)
		tail[i] = cardea_sshwire_get_u8(&reader);
	if (algorithm == NULL || cardea_sshwire_all_read(&reader) != CARDEA_OK)
		return false;
	if (!find_bytes(key, string, der, &string))
		return false;
	if (is_sk &&
	    ((tail[0] & CARDEA_SSHSIG_UP) == 0 ||
		!verify_sk(key, algorithm, message, string, tail)))
		return false;
	if (!is_sk && !verify(key, algorithm, message, string))
		return false;
	*ret_flags = tail[0];
	return true;
}

bool
cardea_sshsig_verify(const struct cardea_cert_bytes *key,
    const struct cardea_cert_bytes *message,
    const struct cardea_cert_bytes *signature, unsigned char *ret_flags)
{
	struct cardea_sshpublic public;

	return cardea_sshpublic_parse(key->data, key->len, &public) ==
	    CARDEA_OK &&
	    cardea_sshsig_holds(&public, message, signature, ret_flags);
}
