/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "unit/revoker.h"
#include "unit/test.h"

static unsigned char *kept[65536];
static size_t kept_count;

const struct octets nothing = { (const unsigned char *)"", 0 };
const char pss_sha256[] =
    "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a"
    "06092a864886f70d010108300d06096086480165030402010500a203020120";

void
octets_drop(void)
{
	while (kept_count > 0)
		free(kept[--kept_count]);
}

static unsigned char *
keep(size_t len)
{
	unsigned char *bytes = malloc(len + 1);

	assert_non_null(bytes);
	assert_true(kept_count < sizeof(kept) / sizeof(kept[0]));
	kept[kept_count++] = bytes;
	return bytes;
}

struct octets
octets_of(const void *bytes, size_t len)
{
	unsigned char *copy = keep(len);

	memcpy(copy, bytes, len);
	return (struct octets){ copy, len };
}

struct octets
unhex(const char *hex)
{
	size_t len = strlen(hex) / 2;
	unsigned char *bytes = keep(len);

	assert_int_equal(cardea_text_unhex(bytes, len, hex), CARDEA_OK);
	return (struct octets){ bytes, len };
}

struct octets
octets_join(const struct octets *parts)
{
	size_t len = 0, at = 0;
	unsigned char *bytes;

	for (size_t i = 0; parts[i].data != NULL; i++)
		len += parts[i].len;
	bytes = keep(len);
	for (size_t i = 0; parts[i].data != NULL; i++) {
		memcpy(bytes + at, parts[i].data, parts[i].len);
		at += parts[i].len;
	}
	return (struct octets){ bytes, len };
}

struct octets
der(unsigned int tag, struct octets content)
{
	unsigned char head[8] = { (unsigned char)tag };
	size_t octets = 0, len = 2;

	if (content.len < 0x80) {
		head[1] = (unsigned char)content.len;
	} else {
		for (size_t rest = content.len; rest > 0; rest >>= 8)
			octets++;
		head[1] = (unsigned char)(0x80 | octets);
		for (size_t i = octets; i-- > 0;)
			head[len++] = (unsigned char)(content.len >> 8 * i);
	}
	return join(
	    octets_of(head, len), content.data == NULL ? nothing : content);
}

struct octets
der_number(long number)
{
	unsigned char bytes[9];
	size_t at = sizeof(bytes);

	do {
		bytes[--at] = (unsigned char)number;
		number >>= 8;
	} while (number != 0);
	if (bytes[at] >= 0x80)
		bytes[--at] = 0;
	return der(0x02, octets_of(bytes + at, sizeof(bytes) - at));
}

/* "20270115080000Z" */
static struct octets
time_text(int64_t time_s)
{
	time_t clock = (time_t)time_s;
	struct tm parts;
	char text[32];

	gmtime_r(&clock, &parts);
	return octets_of(
	    text, strftime(text, sizeof(text), "%Y%m%d%H%M%SZ", &parts));
}

struct octets
der_utc(int64_t time_s)
{
	struct octets text = time_text(time_s);

	return der(0x17, (struct octets){ text.data + 2, text.len - 2 });
}

struct octets
der_time(int64_t time_s)
{
	return der(0x18, time_text(time_s));
}

struct octets
der_extension(const char *oid_hex, bool critical, struct octets value)
{
	return der(0x30,
	    join(der(0x06, unhex(oid_hex)),
		critical ? unhex("0101ff") : nothing, der(0x04, value)));
}

struct octets
der_ce(unsigned int n, bool critical, struct octets value)
{
	char hex[] = "551d00";

	snprintf(hex + 4, 3, "%02x", n & 0xffU);
	return der_extension(hex, critical, value);
}

struct cardea_cert_bytes
bytes_of_octets(struct octets octets)
{
	return (struct cardea_cert_bytes){ octets.data, octets.len };
}

static EVP_PKEY *
make_pair(enum pair_kind kind)
{
	EVP_PKEY *pair = NULL;

	switch (kind) {
	case PAIR_P256:
		pair = EVP_EC_gen("P-256");
		break;
	case PAIR_RSA:
		pair = EVP_RSA_gen(2048);
		break;
	case PAIR_RSA_1024:
		pair = EVP_RSA_gen(1024);
		break;
	case PAIR_ED25519:
		pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		break;
	}
	assert_non_null(pair);
	return pair;
}

static X509_NAME *
make_name(const char *name)
{
	X509_NAME *made = X509_NAME_new();

	assert_non_null(made);
	assert_int_equal(X509_NAME_add_entry_by_txt(made, "CN", MBSTRING_UTF8,
			     (const unsigned char *)name, -1, -1, 0),
	    1);
	return made;
}

static void
add_extensions(X509 *certificate, const struct party_make *make)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context,
	    make->issuer == NULL ? certificate : make->issuer->certificate,
	    certificate, NULL, NULL, 0);
	for (size_t i = 0; i < 8 && make->extensions[i] != NULL; i++) {
		char name[64], *value;
		X509_EXTENSION *extension;

		snprintf(name, sizeof(name), "%s", make->extensions[i]);
		value = strchr(name, '=');
		assert_non_null(value);
		*value = '\0';
		extension = X509V3_EXT_nconf(
		    NULL, &context, name, strchr(make->extensions[i], '=') + 1);
		assert_non_null(extension);
		assert_int_equal(X509_add_ext(certificate, extension, -1), 1);
		X509_EXTENSION_free(extension);
	}
}

struct party
party_new(const struct party_make *make)
{
	struct party party = { 0 };
	const struct party *issuer = make->issuer;
	X509_NAME *name = make_name(make->name);
	int64_t from_s = make->from_s, until_s = make->until_s;
	unsigned char *bytes = NULL;
	EVP_PKEY *signer;
	int len;

	if (from_s == 0)
		from_s = REVOKER_NOW - 183 * DAY_S;
	if (until_s == 0)
		until_s = REVOKER_NOW + 183 * DAY_S;
	party.pair = make->same_key == NULL ? make_pair(make->kind)
					    : make->same_key->pair;
	if (make->same_key != NULL)
		EVP_PKEY_up_ref(party.pair);
	party.certificate = X509_new();
	assert_non_null(party.certificate);
	X509_set_version(party.certificate, make->v1 ? 0 : 2);
	ASN1_INTEGER_set(
	    X509_get_serialNumber(party.certificate), make->serial);
	X509_set_subject_name(party.certificate, name);
	X509_set_issuer_name(party.certificate,
	    issuer == NULL ? name : X509_get_subject_name(issuer->certificate));
	ASN1_TIME_set(X509_getm_notBefore(party.certificate), (time_t)from_s);
	ASN1_TIME_set(X509_getm_notAfter(party.certificate), (time_t)until_s);
	X509_set_pubkey(party.certificate, party.pair);
	add_extensions(party.certificate, make);
	signer = issuer == NULL ? party.pair : issuer->pair;
	assert_true(
	    X509_sign(party.certificate, signer,
		EVP_PKEY_is_a(signer, "ED25519") ? NULL : EVP_sha256()) > 0);
	len = i2d_X509(party.certificate, &bytes);
	assert_true(len > 0);
	party.der = octets_of(bytes, (size_t)len);
	/* read again, so that OpenSSL has it as others sent it */
	X509_free(party.certificate);
	{
		const unsigned char *at = party.der.data;

		party.certificate = d2i_X509(NULL, &at, len);
		assert_non_null(party.certificate);
	}
	OPENSSL_free(bytes);
	X509_NAME_free(name);
	return party;
}

void
party_free(struct party *party)
{
	EVP_PKEY_free(party->pair);
	X509_free(party->certificate);
	memset(party, 0, sizeof(*party));
}

struct octets
sign(const struct party *party, const char *digest, bool pss,
    struct octets message)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char signature[1024];
	size_t len = sizeof(signature);
	EVP_PKEY_CTX *parameters;

	if (EVP_PKEY_is_a(party->pair, "ED25519"))
		digest = NULL;
	assert_int_equal(EVP_DigestSignInit_ex(context, &parameters, digest,
			     NULL, NULL, party->pair, NULL),
	    1);
	if (pss) {
		EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(
		    parameters, RSA_PSS_SALTLEN_DIGEST);
	}
	assert_int_equal(
	    EVP_DigestSign(context, signature, &len, message.data, message.len),
	    1);
	EVP_MD_CTX_free(context);
	return der(0x03, join(unhex("00"), octets_of(signature, len)));
}

struct octets
algorithm_of(const struct party *party)
{
	if (EVP_PKEY_is_a(party->pair, "ED25519"))
		return unhex("300506032b6570");
	return unhex(EVP_PKEY_is_a(party->pair, "RSA")
		? "300d06092a864886f70d01010b0500"
		: "300a06082a8648ce3d040302");
}

static struct octets
name_of(const X509_NAME *name)
{
	const unsigned char *bytes;
	size_t len;

	assert_int_equal(X509_NAME_get0_der(name, &bytes, &len), 1);
	return octets_of(bytes, len);
}

static struct octets
given(struct octets octets, struct octets otherwise)
{
	return octets.data == NULL ? otherwise : octets;
}

static struct octets
list_extensions(const struct list_make *make)
{
	int number = make->number == 0 ? 1 : make->number;

	return join(
	    number < 0 ? nothing : der_ce(20, false, der_number(number)),
	    make->base > 0 ? der_ce(27, true, der_number(make->base)) : nothing,
	    given(make->extensions, nothing));
}

struct octets
list_new(const struct list_make *make)
{
	const struct party *signer = make->signer == NULL ? make->issuer
							  : make->signer;
	struct octets algorithm = make->pss
	    ? unhex(pss_sha256)
	    : given(make->algorithm, algorithm_of(signer));
	struct octets extensions = list_extensions(make);
	struct octets entries = given(make->entries, nothing);
	int64_t begin_s = make->begin_s == 0 ? REVOKER_NOW - DAY_S
					     : make->begin_s;
	int64_t end_s = make->end_s == 0 ? REVOKER_NOW + DAY_S : make->end_s;
	struct octets tbs = der(0x30,
	    join(given(make->version, unhex("020101")), algorithm,
		given(make->name,
		    name_of(X509_get_subject_name(make->issuer->certificate))),
		given(make->begin, der_utc(begin_s)),
		given(make->end, der_utc(end_s)),
		entries.len > 0 || make->no_entries ? der(0x30, entries)
						    : nothing,
		extensions.len > 0 ? der(0xa0, der(0x30, extensions)) : nothing,
		given(make->tail, nothing)));

	return der(0x30,
	    join(tbs, given(make->outer_algorithm, algorithm),
		sign(signer, make->digest == NULL ? "SHA256" : make->digest,
		    make->pss, tbs),
		given(make->outer_tail, nothing)));
}

struct octets
list_entry(struct octets serial, int64_t time_s, struct octets extensions)
{
	return der(0x30,
	    join(serial, der_utc(time_s),
		extensions.len > 0 ? der(0x30, extensions) : nothing));
}

struct octets
list_serial(long serial)
{
	return list_entry(
	    der_number(serial), REVOKER_NOW - 30 * DAY_S, nothing);
}

struct octets
list_reason(unsigned int reason)
{
	unsigned char byte = (unsigned char)reason;

	return der_ce(21, false, der(0x0a, octets_of(&byte, 1)));
}

static struct octets
digest_of(const char *digest, const void *bytes, size_t len)
{
	unsigned char hash[64];
	size_t hash_len;

	assert_int_equal(
	    EVP_Q_digest(NULL, digest, NULL, bytes, len, hash, &hash_len), 1);
	return octets_of(hash, hash_len);
}

static struct octets
key_digest(const char *digest, const X509 *certificate)
{
	const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(certificate);

	return digest_of(digest, ASN1_STRING_get0_data(bits),
	    (size_t)ASN1_STRING_length(bits));
}

static struct octets
identifier_of(const char *digest)
{
	if (strcmp(digest, "SHA1") == 0)
		return unhex("300906052b0e03021a0500");
	if (strcmp(digest, "SHA512") == 0)
		return unhex("300d06096086480165030402030500");
	return unhex("300d06096086480165030402010500");
}

struct octets
single_new(const struct single_make *make)
{
	const char *digest = make->digest == NULL ? "SHA1" : make->digest;
	struct octets name = name_of(X509_get_issuer_name(make->certificate));
	const ASN1_INTEGER *number = X509_get0_serialNumber(make->certificate);
	unsigned char *serial = NULL;
	int serial_len = i2d_ASN1_INTEGER(number, &serial);
	struct octets id = der(0x30,
	    join(identifier_of(digest),
		der(0x04, digest_of(digest, name.data, name.len)),
		der(0x04, key_digest(digest, make->issuer->certificate)),
		octets_of(serial, (size_t)serial_len)));
	struct octets status = make->status == 1
	    ? der(0xa1, der_time(REVOKER_NOW - 30 * DAY_S))
	    : der(0x80 | make->status, nothing);
	int64_t this_s = make->this_s == 0 ? REVOKER_NOW - 3600 : make->this_s;

	OPENSSL_free(serial);
	return der(0x30,
	    join(id, status, der_time(this_s),
		make->next_s == 0 ? nothing : der(0xa0, der_time(make->next_s)),
		make->extensions.data == NULL
		    ? nothing
		    : der(0xa1, der(0x30, make->extensions))));
}

struct octets
answer_new(const struct answer_make *make)
{
	const struct party *signer = make->signer;
	struct octets responder = make->by_key
	    ? der(0xa2, der(0x04, key_digest("SHA1", signer->certificate)))
	    : der(0xa1, name_of(X509_get_subject_name(signer->certificate)));
	int64_t produced_s = make->produced_s == 0 ? REVOKER_NOW - 3600
						   : make->produced_s;
	struct octets tbs = der(0x30,
	    join(given(make->version, nothing),
		given(make->responder, responder), der_time(produced_s),
		der(0x30, make->singles),
		make->extensions.data == NULL
		    ? nothing
		    : der(0xa1, der(0x30, make->extensions))));
	struct octets basic = der(0x30,
	    join(tbs, given(make->algorithm, algorithm_of(signer)),
		sign(signer, make->digest == NULL ? "SHA256" : make->digest,
		    false, tbs),
		make->certificates.data == NULL
		    ? nothing
		    : der(0xa0, der(0x30, make->certificates))));

	return der(0x30,
	    join(given(make->status, unhex("0a0100")),
		der(0xa0,
		    der(0x30,
			join(unhex("06092b0601050507300101"),
			    der(0x04, basic))))));
}
