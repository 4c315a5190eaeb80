/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "base/text.h"
#include "factor/authdata.h"
#include "factor/cose.h"
#include "unit/signer.h"
#include "unit/test.h"

static const enum cardea_fido2_algorithm algorithms[] = { CARDEA_FIDO2_ES256,
	CARDEA_FIDO2_ES384, CARDEA_FIDO2_EDDSA, CARDEA_FIDO2_RS256 };

#define EACH(i, table) (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)

/* The COSE_Key that a key of ours hands over. */
static size_t
cose_of(const struct softkey *key, unsigned char cose[1024])
{
	struct cardea_fido2_registration registration = softkey_register(
	    key, &(struct softkey_make){ .bare = true });
	struct cardea_authdata data;

	assert_int_equal(cardea_authdata_read(registration.auth_data,
			     registration.auth_data_len, true, &data),
	    CARDEA_OK);
	assert_true(data.key.len <= 1024);
	memcpy(cose, data.key.bytes, data.key.len);
	return data.key.len;
}

static enum cardea_status
read_hex(const char *hex, struct cardea_fido2_credential *credential)
{
	unsigned char bytes[1024];
	struct cardea_diag diag = { 0 };
	enum cardea_status status;
	size_t len = strlen(hex) / 2;

	assert_int_equal(cardea_text_unhex(bytes, len, hex), CARDEA_OK);
	status = cardea_cose_read(bytes, len, credential, &diag);
	assert_int_equal(status == CARDEA_OK, diag.reason[0] == '\0');
	return status;
}

static void
a_key_of_each_algorithm_is_read_in_both_forms(void **state)
{
	(void)state;
	for
		EACH(i, algorithms)
		{
			struct softkey key = softkey_new(algorithms[i]);
			struct cardea_fido2_credential read = { 0 };
			unsigned char cose[1024];
			size_t len = cose_of(&key, cose);

			assert_int_equal(
			    cardea_cose_read(cose, len, &read, NULL),
			    CARDEA_OK);
			assert_int_equal(read.algorithm, algorithms[i]);
			assert_int_equal(
			    read.public_len, key.credential.public_len);
			assert_int_equal(read.public_len,
			    cardea_cose_public_len(algorithms[i]));
			assert_memory_equal(read.public_key,
			    key.credential.public_key, read.public_len);
			softkey_free(&key);
		}
	assert_int_equal(
	    cardea_cose_public_len(CARDEA_FIDO2_ALGORITHM_NONE), 0);
}

static void
a_cut_or_longer_key_is_refused_and_changes_nothing(void **state)
{
	(void)state;
	for
		EACH(i, algorithms)
		{
			struct softkey key = softkey_new(algorithms[i]);
			struct cardea_fido2_credential read = { 0 },
						       empty = { 0 };
			unsigned char cose[1024] = { 0 };
			size_t len = cose_of(&key, cose);

			for (size_t cut = 0; cut < len; cut++)
				assert_int_equal(
				    cardea_cose_read(cose, cut, &read, NULL),
				    CARDEA_E_SYNTAX);
			assert_int_equal(
			    cardea_cose_read(cose, len + 1, &read, NULL),
			    CARDEA_E_SYNTAX);
			assert_memory_equal(&read, &empty, sizeof(read));
			softkey_free(&key);
		}
}

#define X                                                                      \
	"5820"                                                                 \
	"0000000000000000000000000000000000000000000000000000000000000001"
#define Y                                                                      \
	"5820"                                                                 \
	"0000000000000000000000000000000000000000000000000000000000000002"
#define SHORT                                                                  \
	"581f"                                                                 \
	"00000000000000000000000000000000000000000000000000000000000001"
#define LONG                                                                   \
	"5821"                                                                 \
	"000000000000000000000000000000000000000000000000000000000000000001"

static void
another_set_of_parameters_is_refused(void **state)
{
	static const char *const keys[] = {
		"a0",
		"a40102032620"
		"01"
		"21" X,				 /* no y */
		"a501020326200121" X "21" X,	 /* x twice */
		"a501020326200121" X "22f5",	 /* compressed */
		"a501020326200121" X "22" SHORT, /* a byte short */
		"a501020326200121" X "22" LONG,	 /* a byte long */
		"a501020326200221" X "22" Y,	 /* P-384 for es256 */
		"a501020326200621" X "22" Y,	 /* Ed25519 for es256 */
		"a501010326200121" X "22" Y,	 /* kind OKP */
		"a401022001"
		"21" X "22" Y, /* no algorithm */
		"a403262001"
		"21" X "22" Y, /* no kind */
		"a4010203"
		"26"
		"21" X "22" Y, /* no curve */
		"a60102032620012002"
		"21" X "22" Y, /* two curves */
		"a6010202410103262001"
		"21" X "22" Y, /* a key id */
		"a601020326040120"
		"01"
		"21" X "22" Y, /* what it is for */
		"a6010203262001"
		"21" X "22" Y "23" X,		/* a private key */
		"a50102032620" X "21" X "22" Y, /* a curve of bytes */
		"a501020361"
		"61"
		"2001"
		"21" X "22" Y,		     /* algorithm as text */
		"a401010327200121" X,	     /* P-256 for eddsa */
		"a501010327200621" X "22" Y, /* y for eddsa */
		"a401010327200621" SHORT,
		"a40103033901002001"
		"21"
		"43010001",	      /* RSA with a curve */
		"a301030339010020" X, /* RSA without e */
		"84010203262001",     /* no map */
	};
	struct cardea_fido2_credential read = { 0 };

	(void)state;
	assert_int_equal(
	    read_hex("a501020326200121" X "22" Y, &read), CARDEA_OK);
	assert_int_equal(read_hex("a4010103272006"
				  "21" X,
			     &read),
	    CARDEA_OK);
	for
		EACH(i, keys)
		{
			if (read_hex(keys[i], &read) != CARDEA_E_SYNTAX)
				fail_msg("%s", keys[i]);
		}
}

static void
a_sound_key_of_another_algorithm_is_not_supported(void **state)
{
	static const char *const keys[] = {
		"a501020338232003"
		"21" X "22" Y,		/* es512 */
		"a40101033834200721" X, /* Ed448 */
		"a50102033"
		"82e20"
		"08"
		"21" X "22" Y, /* es256k */
		"a4010303390100"
		"20" X "2143010001", /* RSA of 256 bits */
		"a3010703"
		"38302058"
		"20"
		"0000000000000000000000000000000000"
		"000000000000000000000000000000", /* ML-DSA */
	};
	struct cardea_fido2_credential read = { 0 };

	(void)state;
	for
		EACH(i, keys)
		{
			if (read_hex(keys[i], &read) != CARDEA_E_VERSION)
				fail_msg("%s", keys[i]);
		}
}

static void
another_public_key_in_der_is_not_supported(void **state)
{
	struct cardea_fido2_credential read = { 0 };
	EVP_PKEY *others[] = { EVP_EC_gen("P-521"), EVP_RSA_gen(3072),
		EVP_EC_gen("secp256k1"),
		EVP_PKEY_Q_keygen(NULL, NULL, "X25519") };
	struct softkey key = softkey_new(CARDEA_FIDO2_RS256);
	unsigned char *der = NULL;
	int len;

	(void)state;
	for
		EACH(i, others)
		{
			assert_non_null(others[i]);
			len = i2d_PUBKEY(others[i], &der);
			assert_true(len > 0);
			assert_int_equal(cardea_cose_read_spki(
					     der, (size_t)len, &read, NULL),
			    CARDEA_E_VERSION);
			OPENSSL_free(der);
			der = NULL;
			EVP_PKEY_free(others[i]);
		}
	len = i2d_PUBKEY(key.pair, &der);
	for (size_t cut = 0; cut < (size_t)len; cut++)
		assert_int_equal(cardea_cose_read_spki(der, cut, &read, NULL),
		    CARDEA_E_VERSION);
	OPENSSL_free(der);
	softkey_free(&key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_of_each_algorithm_is_read_in_both_forms),
		cmocka_unit_test(
		    a_cut_or_longer_key_is_refused_and_changes_nothing),
		cmocka_unit_test(another_set_of_parameters_is_refused),
		cmocka_unit_test(
		    a_sound_key_of_another_algorithm_is_not_supported),
		cmocka_unit_test(another_public_key_in_der_is_not_supported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
