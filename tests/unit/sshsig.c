/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "base/base64.h"
#include "base/text.h"
#include "cert/sshroom.h"
#include "cert/sshsig.h"
#include "unit/sshmaker.h"
#include "unit/test.h"

static const struct cardea_cert_bytes message = {
	(const unsigned char *)"what is signed", 14
};
static struct sshmaker_key *keys[CARDEA_SSHPUBLIC_COUNT];

static int
make_keys(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++)
		keys[i] = sshmaker_key((enum cardea_sshpublic_type)i, 0);
	return 0;
}

static int
free_keys(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++)
		sshmaker_key_free(keys[i]);
	return 0;
}

static bool
holds(const struct sshmaker_key *key, const struct sshmaker_bytes *signature)
{
	const struct cardea_cert_bytes blob = sshmaker_lend(&key->blob),
				       lent = sshmaker_lend(signature);
	unsigned char flags = 0xee;
	bool is = cardea_sshsig_verify(&blob, &message, &lent, &flags);

	/* outputs are untouched by a no */
	assert_true(is || flags == 0xee);
	return is;
}

static void
every_type_signs(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++) {
		struct sshmaker_bytes signature;
		struct cardea_cert_bytes lent, other = message;
		const struct cardea_cert_bytes blob = sshmaker_lend(
		    &keys[i]->blob);
		unsigned char flags = 0xee;

		sshmaker_sign(
		    keys[i], NULL, 0x05, message.data, message.len, &signature);
		lent = sshmaker_lend(&signature);
		assert_true(
		    cardea_sshsig_verify(&blob, &message, &lent, &flags));
		assert_int_equal(flags,
		    cardea_sshpublic_is_sk((enum cardea_sshpublic_type)i) ? 0x05
									  : 0);
		other.len--;
		assert_false(
		    cardea_sshsig_verify(&blob, &other, &lent, &flags));
		other.len = 0;
		assert_false(
		    cardea_sshsig_verify(&blob, &other, &lent, &flags));
	}
}

static void
a_signature_is_of_its_key_alone(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++) {
		struct sshmaker_bytes signature;

		sshmaker_sign(
		    keys[i], NULL, 1, message.data, message.len, &signature);
		for (size_t k = 1; k < CARDEA_SSHPUBLIC_COUNT; k++)
			assert_int_equal(holds(keys[k], &signature), i == k);
	}
}

static void
S08_no_bit_of_a_signature_may_be_another(void **state)
{
	(void)state;
	for (size_t i = 1; i < CARDEA_SSHPUBLIC_COUNT; i++) {
		struct sshmaker_bytes signature;
		size_t len;

		sshmaker_sign(
		    keys[i], NULL, 1, message.data, message.len, &signature);
		len = signature.len;
		for (size_t at = 0; at < len; at++) {
			signature.data[at] ^= (unsigned char)(1u << at % 8);
			assert_false(holds(keys[i], &signature));
			signature.data[at] ^= (unsigned char)(1u << at % 8);
		}
		sshmaker_put_u8(&signature, 0);
		assert_false(holds(keys[i], &signature));
		for (signature.len = 0; signature.len < len; signature.len++)
			assert_false(holds(keys[i], &signature));
		assert_true(holds(keys[i], &signature));
	}
}

static void
S04_a_signature_with_sha1_never_holds(void **state)
{
	const struct sshmaker_key *key = keys[CARDEA_SSHPUBLIC_RSA];
	struct sshmaker_bytes signature;
	struct cardea_cert_bytes lent;

	(void)state;
	sshmaker_sign(key, "ssh-rsa", 0, message.data, message.len, &signature);
	lent = sshmaker_lend(&signature);
	assert_true(cardea_sshsig_is_weak(&lent));
	assert_false(holds(key, &signature));
	sshmaker_sign(
	    key, "rsa-sha2-256", 0, message.data, message.len, &signature);
	assert_true(holds(key, &signature));
	lent = sshmaker_lend(&signature);
	assert_false(cardea_sshsig_is_weak(&lent));
	/* nor under another name */
	sshmaker_sign(key, "rsa-sha2-512-cert-v01@openssh.com", 0, message.data,
	    message.len, &signature);
	assert_false(holds(key, &signature));
}

static void
S04_a_weak_key_signs_nothing(void **state)
{
	struct sshmaker_key *key = sshmaker_key(CARDEA_SSHPUBLIC_RSA, 1024);
	struct sshmaker_bytes signature;

	(void)state;
	sshmaker_sign(key, NULL, 0, message.data, message.len, &signature);
	assert_false(holds(key, &signature));
	sshmaker_key_free(key);
}

static void
a_security_key_must_have_been_touched(void **state)
{
	static const enum cardea_sshpublic_type types[] = {
		CARDEA_SSHPUBLIC_SK_P256, CARDEA_SSHPUBLIC_SK_ED25519
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sshmaker_bytes signature;

		sshmaker_sign(keys[types[i]], NULL, 0x01, message.data,
		    message.len, &signature);
		assert_true(holds(keys[types[i]], &signature));
		sshmaker_sign(keys[types[i]], NULL, 0x04, message.data,
		    message.len, &signature);
		assert_false(holds(keys[types[i]], &signature));
		sshmaker_sign(keys[types[i]], NULL, 0x00, message.data,
		    message.len, &signature);
		assert_false(holds(keys[types[i]], &signature));
	}
}

static void
numbers_have_one_form(void **state)
{
	const struct sshmaker_key *key = keys[CARDEA_SSHPUBLIC_P256];
	struct sshmaker_bytes signature, pair = { .len = 0 },
					 again = { .len = 0 };
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_string string, r, s;

	(void)state;
	sshmaker_sign(key, NULL, 0, message.data, message.len, &signature);
	cardea_sshwire_read(&reader, signature.data, signature.len);
	(void)cardea_sshwire_get_string(&reader);
	string = cardea_sshwire_get_string(&reader);
	cardea_sshwire_read(&reader, string.bytes, string.len);
	r = cardea_sshwire_get_string(&reader);
	s = cardea_sshwire_get_string(&reader);
	/* a zero byte more in front of r */
	sshmaker_put_u32(&pair, (uint32_t)r.len + 1);
	sshmaker_put_u8(&pair, 0);
	sshmaker_put(&pair, r.bytes, r.len);
	sshmaker_put_string(&pair, s.bytes, s.len);
	sshmaker_put_text(&again, "ecdsa-sha2-nistp256");
	sshmaker_put_bytes(&again, &pair);
	assert_false(holds(key, &again));
	/* r and s behind one another, as in IEEE P1363 */
	pair.len = again.len = 0;
	sshmaker_put(&pair, r.bytes, r.len);
	sshmaker_put(&pair, s.bytes, s.len);
	sshmaker_put_text(&again, "ecdsa-sha2-nistp256");
	sshmaker_put_bytes(&again, &pair);
	assert_false(holds(key, &again));
}

/* --- Wycheproof ----------------------------------------------------------- */

struct vector {
	char id[16], result[16];
	unsigned char key[600], exponent[16], bytes[4096], signature[8192];
	size_t key_len, exponent_len, len, signature_len;
};

static size_t
unhex(const char *hex, unsigned char *bytes, size_t size)
{
	size_t len = strcmp(hex, "-") == 0 ? 0 : strlen(hex) / 2;

	assert_true(len <= size);
	if (len > 0)
		assert_int_equal(cardea_text_unhex(bytes, len, hex), CARDEA_OK);
	return len;
}

static bool
next_vector(FILE *file, struct vector *vector)
{
	static char line[32768], key[4096], bytes[16384], signature[16384];
	char *comma;

	do {
		if (fgets(line, sizeof(line), file) == NULL)
			return false;
	} while (line[0] == '#');
	assert_int_equal(sscanf(line, "%15s %15s %4095s %16383s %16383s",
			     vector->id, vector->result, key, bytes, signature),
	    5);
	comma = strchr(key, ',');
	vector->exponent_len = 0;
	if (comma != NULL) {
		*comma = '\0';
		vector->exponent_len = unhex(
		    comma + 1, vector->exponent, sizeof(vector->exponent));
	}
	vector->key_len = unhex(key, vector->key, sizeof(vector->key));
	vector->len = unhex(bytes, vector->bytes, sizeof(vector->bytes));
	vector->signature_len = unhex(
	    signature, vector->signature, sizeof(vector->signature));
	return true;
}

/* A number of DER's contents, as they stand: they are an mpint's, too. */
static bool
put_integer(const unsigned char **at, const unsigned char *end,
    struct sshmaker_bytes *to)
{
	size_t len;

	if (end - *at < 2 || (*at)[0] != 0x02 || (*at)[1] > 0x7f ||
	    end - *at - 2 < (*at)[1])
		return false;
	len = (*at)[1];
	sshmaker_put_string(to, *at + 2, len);
	*at += 2 + len;
	return true;
}

/* What is no DER of two numbers is left as it is, and must be refused. */
static void
put_ecdsa(const struct vector *vector, struct sshmaker_bytes *to)
{
	const unsigned char *at = vector->signature,
			    *end = at + vector->signature_len;
	struct sshmaker_bytes pair = { .len = 0 };
	bool whole = end - at > 2 && at[0] == 0x30 && at[1] <= 0x7f &&
	    (size_t)(end - at) == (size_t)at[1] + 2;

	at += 2;
	whole = whole && put_integer(&at, end, &pair) &&
	    put_integer(&at, end, &pair) && at == end;
	sshmaker_put_text(to, "ecdsa-sha2-nistp256");
	if (whole)
		sshmaker_put_bytes(to, &pair);
	else
		sshmaker_put_string(
		    to, vector->signature, vector->signature_len);
}

static void
put_vector(const char *name, const struct vector *vector,
    struct sshmaker_bytes *key, struct sshmaker_bytes *signature)
{
	key->len = signature->len = 0;
	if (strcmp(name, "ecdsa-p256") == 0) {
		sshmaker_put_text(key, "ecdsa-sha2-nistp256");
		sshmaker_put_text(key, "nistp256");
		sshmaker_put_string(key, vector->key, vector->key_len);
		put_ecdsa(vector, signature);
		return;
	}
	if (strcmp(name, "ed25519") == 0) {
		sshmaker_put_text(key, "ssh-ed25519");
		sshmaker_put_text(signature, "ssh-ed25519");
	} else {
		sshmaker_put_text(key, "ssh-rsa");
		sshmaker_put_string(
		    key, vector->exponent, vector->exponent_len);
		sshmaker_put_text(signature, "rsa-sha2-256");
	}
	sshmaker_put_string(key, vector->key, vector->key_len);
	sshmaker_put_string(
	    signature, vector->signature, vector->signature_len);
}

/* Every case of a file through cardea_sshsig_verify: what is invalid never
 * holds; what is valid does, and "acceptable" forms are not taken. */
static void
run_vectors(const char *name, unsigned int wanted)
{
	static struct vector vector;
	static struct sshmaker_bytes key, signature;
	char path[512];
	unsigned int count = 0;
	FILE *file;

	(void)snprintf(
	    path, sizeof(path), TEST_VECTORS "/wycheproof/%s.txt", name);
	file = fopen(path, "re");
	assert_non_null(file);
	while (next_vector(file, &vector)) {
		const struct cardea_cert_bytes bytes = { vector.bytes,
			vector.len };
		struct cardea_cert_bytes lent, blob;
		unsigned char flags;
		bool is;

		put_vector(name, &vector, &key, &signature);
		blob = sshmaker_lend(&key);
		lent = sshmaker_lend(&signature);
		is = cardea_sshsig_verify(&blob, &bytes, &lent, &flags);
		if (is != (strcmp(vector.result, "valid") == 0))
			fail_msg("%s %s: %s, and %s", name, vector.id,
			    vector.result, is ? "holds" : "does not hold");
		count++;
	}
	fclose(file);
	assert_int_equal(count, wanted);
}

static void
wycheproof_ecdsa(void **state)
{
	(void)state;
	run_vectors("ecdsa-p256", 484);
}

static void
wycheproof_ed25519(void **state)
{
	(void)state;
	run_vectors("ed25519", 151);
}

static void
wycheproof_rsa(void **state)
{
	(void)state;
	run_vectors("rsa-2048-sha256", 259);
}

/* --- the envelope of ssh-keygen -Y ---------------------------------------- */

static size_t
read_file(const char *name, char *text, size_t size)
{
	char path[512];
	size_t len;
	FILE *file;

	(void)snprintf(path, sizeof(path), TEST_VECTORS "/%s", name);
	file = fopen(path, "re");
	assert_non_null(file);
	len = fread(text, 1, size - 1, file);
	fclose(file);
	text[len] = '\0';
	return len;
}

/* The base64 between the first and the last line. */
static size_t
read_armour(const char *name, unsigned char *bytes, size_t size)
{
	static char text[16384], joined[16384];
	char *at = text, *to = joined;
	size_t len = 0;

	(void)read_file(name, text, sizeof(text));
	at = strchr(text, '\n') + 1;
	for (; *at != '-'; at++) {
		if (*at != '\n')
			*to++ = *at;
	}
	*to = '\0';
	assert_int_equal(cardea_base64_decode(CARDEA_BASE64, joined,
			     strlen(joined), bytes, size, &len),
	    CARDEA_OK);
	return len;
}

static bool
verify_file(
    const char *name, const char *space, const char *data, size_t data_len)
{
	static unsigned char bytes[16384];
	unsigned char envelope[512];
	struct cardea_sshsig_armour armour;
	struct cardea_cert_bytes key, signed_part, signature;
	size_t len = read_armour(name, bytes, sizeof(bytes));
	unsigned char flags;

	assert_int_equal(cardea_sshsig_unwrap(bytes, len, &armour), CARDEA_OK);
	assert_true(cardea_sshwire_is(armour.space, space));
	assert_int_equal(cardea_sshsig_envelope(&armour, data, data_len,
			     envelope, sizeof(envelope), &signed_part.len),
	    CARDEA_OK);
	signed_part.data = envelope;
	key.data = armour.key.bytes;
	key.len = armour.key.len;
	signature.data = armour.signature.bytes;
	signature.len = armour.signature.len;
	return cardea_sshsig_verify(&key, &signed_part, &signature, &flags);
}

static void
openssh_signatures_of_its_own_tests(void **state)
{
	char data[256];
	size_t len = read_file(
	    "openssh/sshsig/signed-data", data, sizeof(data));

	(void)state;
	assert_true(
	    verify_file("openssh/sshsig/ecdsa.sig", "unittest", data, len));
	assert_false(
	    verify_file("openssh/sshsig/ecdsa.sig", "unittest", data, len - 1));
	/* a type that is not ours */
	assert_false(verify_file(
	    "openssh/sshsig/mldsa44-ed25519.sig", "unittest", data, len));
}

static void
put_text(struct sshmaker_bytes *bytes, const char *name)
{
	static const unsigned char nonce[32] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
		10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
		26, 27, 28, 29, 30, 31 };

	if (strcmp(name, "nonce") == 0)
		sshmaker_put_string(bytes, nonce, sizeof(nonce));
	else
		sshmaker_put_text(bytes, name);
}

/* By ssh-keygen and a security key in software: see its SOURCE. */
static void
openssh_signatures_of_security_keys(void **state)
{
	static const char *const texts[] = { "cardea-agent-1", "alice",
		"host.example", "sudo", "00112233445566778899aabbccddeeff",
		"nonce" };
	struct sshmaker_bytes data = { .len = 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_text(&data, texts[i]);
	assert_true(verify_file("openssh-sk/ed25519.sig", "agent@cardea",
	    (const char *)data.data, data.len));
	assert_true(verify_file("openssh-sk/ecdsa.sig", "agent@cardea",
	    (const char *)data.data, data.len));
	assert_false(verify_file("openssh-sk/ecdsa.sig", "agent@cardea",
	    (const char *)data.data, data.len - 1));
	/* sound, but nobody touched it */
	assert_false(verify_file("openssh-sk/no_touch.sig", "agent@cardea",
	    (const char *)data.data, data.len));
}

static void
an_envelope_is_read_to_the_last_byte(void **state)
{
	static unsigned char bytes[16384];
	struct cardea_sshsig_armour armour;
	size_t len = read_armour(
	    "openssh/sshsig/ecdsa.sig", bytes, sizeof(bytes));

	(void)state;
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(
		    cardea_sshsig_unwrap(bytes, cut, &armour), CARDEA_E_SYNTAX);
	bytes[len] = 0;
	assert_int_equal(
	    cardea_sshsig_unwrap(bytes, len + 1, &armour), CARDEA_E_SYNTAX);
	bytes[9] = 2; /* the version */
	assert_int_equal(
	    cardea_sshsig_unwrap(bytes, len, &armour), CARDEA_E_SYNTAX);
}

static void
digests_have_their_length(void **state)
{
	unsigned char digest[32] = { 0 };

	(void)state;
	assert_int_equal(cardea_sshroom_digest("SHA1", "", 0, digest, 32),
	    CARDEA_E_INTERNAL);
	assert_int_equal(cardea_sshroom_digest("none", "", 0, digest, 32),
	    CARDEA_E_INTERNAL);
	assert_int_equal(digest[0], 0);
	assert_int_equal(
	    cardea_sshroom_digest("SHA256", "", 0, digest, 32), CARDEA_OK);
	assert_int_equal(digest[0], 0xe3);
}

static void
P09_the_errors_of_the_host_stay_as_they_were(void **state)
{
	struct sshmaker_bytes signature;

	(void)state;
	ERR_clear_error();
	ERR_raise(ERR_LIB_USER, 77);
	sshmaker_sign(keys[CARDEA_SSHPUBLIC_P256], NULL, 1, message.data,
	    message.len, &signature);
	signature.data[signature.len - 1] ^= 1;
	assert_false(holds(keys[CARDEA_SSHPUBLIC_P256], &signature));
	assert_false(holds(keys[CARDEA_SSHPUBLIC_RSA], &signature));
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), 77);
	assert_int_equal(ERR_get_error(), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_signs),
		cmocka_unit_test(a_signature_is_of_its_key_alone),
		cmocka_unit_test(S08_no_bit_of_a_signature_may_be_another),
		cmocka_unit_test(S04_a_signature_with_sha1_never_holds),
		cmocka_unit_test(S04_a_weak_key_signs_nothing),
		cmocka_unit_test(a_security_key_must_have_been_touched),
		cmocka_unit_test(numbers_have_one_form),
		cmocka_unit_test(wycheproof_ecdsa),
		cmocka_unit_test(wycheproof_ed25519),
		cmocka_unit_test(wycheproof_rsa),
		cmocka_unit_test(openssh_signatures_of_its_own_tests),
		cmocka_unit_test(openssh_signatures_of_security_keys),
		cmocka_unit_test(an_envelope_is_read_to_the_last_byte),
		cmocka_unit_test(digests_have_their_length),
		cmocka_unit_test(P09_the_errors_of_the_host_stay_as_they_were),
	};

	return cmocka_run_group_tests_name(
	    "sshsig", tests, make_keys, free_keys);
}
