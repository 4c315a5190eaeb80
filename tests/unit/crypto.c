/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/err.h>

#include "base/text.h"
#include "store/crypto.h"
#include "unit/test.h"

static void
assert_hex(const unsigned char *bytes, size_t len, const char *hex)
{
	char text[2 * 64 + 1];

	assert_in_range(len, 0, 64);
	cardea_text_hex(text, bytes, len);
	assert_string_equal(text, hex);
}

/* FIPS 180-4, as NIST's example values print them */
static void
sha256_agrees_with_fips_180(void **state)
{
	static const struct {
		const char *text, *digest;
	} cases[] = {
		{ "",
		    "e3b0c44298fc1c149afbf4c8996fb924"
		    "27ae41e4649b934ca495991b7852b855" },
		{ "abc",
		    "ba7816bf8f01cfea414140de5dae2223"
		    "b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		    "248d6a61d20638b8e5c026930c3e6039"
		    "a33ce45964ff2167f6ecedd419db06c1" },
	};
	unsigned char digest[CARDEA_SHA256];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(cardea_crypto_sha256(cases[i].text,
				     strlen(cases[i].text), digest),
		    CARDEA_OK);
		assert_hex(digest, sizeof(digest), cases[i].digest);
	}
	assert_int_equal(cardea_crypto_sha256(NULL, 0, digest), CARDEA_OK);
	assert_hex(digest, sizeof(digest), cases[0].digest);
}

static void
sha512_agrees_with_fips_180(void **state)
{
	static const struct {
		const char *text, *digest;
	} cases[] = {
		{ "",
		    "cf83e1357eefb8bdf1542850d66d8007"
		    "d620e4050b5715dc83f4a921d36ce9ce"
		    "47d0d13c5d85f2b0ff8318d2877eec2f"
		    "63b931bd47417a81a538327af927da3e" },
		{ "abc",
		    "ddaf35a193617abacc417349ae204131"
		    "12e6fa4e89a97ea20a9eeee64b55d39a"
		    "2192992a274fc1a836ba3c23a3feebbd"
		    "454d4423643ce80e2a9ac94fa54ca49f" },
		{ "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
		  "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
		    "8e959b75dae313da8cf4f72814fc143f"
		    "8f7779c6eb9f7fa17299aeadb6889018"
		    "501d289e4900f7e4331b99dec4b5433a"
		    "c7d329eeb6dd26545e96e55b874be909" },
	};
	unsigned char digest[CARDEA_SHA512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(cardea_crypto_sha512(cases[i].text,
				     strlen(cases[i].text), digest),
		    CARDEA_OK);
		assert_hex(digest, sizeof(digest), cases[i].digest);
	}
	assert_int_equal(cardea_crypto_sha512(NULL, 0, digest), CARDEA_OK);
	assert_hex(digest, sizeof(digest), cases[0].digest);
}

/* RFC 4231, test cases 1, 2 and 6; and the empty key and message */
static void
hmac_agrees_with_rfc_4231(void **state)
{
	unsigned char key[131], mac[CARDEA_SHA256];

	(void)state;
	memset(key, 0x0b, 20);
	assert_int_equal(
	    cardea_crypto_hmac_sha256(key, 20, "Hi There", 8, mac), CARDEA_OK);
	assert_hex(mac, sizeof(mac),
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	assert_int_equal(cardea_crypto_hmac_sha256("Jefe", 4,
			     "what do ya want for nothing?", 28, mac),
	    CARDEA_OK);
	assert_hex(mac, sizeof(mac),
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	assert_int_equal(
	    cardea_crypto_hmac_sha256(key, sizeof(key),
		"Test Using Larger Than Block-Size Key - Hash Key First", 54,
		mac),
	    CARDEA_OK);
	assert_hex(mac, sizeof(mac),
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
	assert_int_equal(
	    cardea_crypto_hmac_sha256(NULL, 0, NULL, 0, mac), CARDEA_OK);
	assert_hex(mac, sizeof(mac),
	    "b613679a0814d9ec772f95d778c35fc5"
	    "ff1697c493715653c6c712144292c5ad");
}

struct gcm_case {
	char id[16], result[16];
	unsigned char key[CARDEA_GCM_KEY], nonce[CARDEA_GCM_NONCE];
	unsigned char aad[1024], plain[1024], sealed[1024 + CARDEA_GCM_TAG];
	size_t aad_len, plain_len;
};

static size_t
unhex(unsigned char *bytes, size_t size, const char *hex)
{
	size_t len = strcmp(hex, "-") == 0 ? 0 : strlen(hex) / 2;

	assert_in_range(len, 0, size);
	if (len > 0)
		assert_int_equal(cardea_text_unhex(bytes, len, hex), CARDEA_OK);
	return len;
}

static void
parse_case(char *line, struct gcm_case *ret_case)
{
	char *field[8], *rest = line;
	size_t len;

	for (size_t i = 0; i < 8; i++) {
		field[i] = strsep(&rest, " \n");
		assert_non_null(field[i]);
	}
	memset(ret_case, 0, sizeof(*ret_case));
	assert_int_equal(cardea_text_copy(ret_case->result,
			     sizeof(ret_case->result), field[1]),
	    CARDEA_OK);
	assert_int_equal(
	    unhex(ret_case->key, CARDEA_GCM_KEY, field[2]), CARDEA_GCM_KEY);
	assert_int_equal(unhex(ret_case->nonce, CARDEA_GCM_NONCE, field[3]),
	    CARDEA_GCM_NONCE);
	ret_case->aad_len = unhex(
	    ret_case->aad, sizeof(ret_case->aad), field[4]);
	ret_case->plain_len = unhex(
	    ret_case->plain, sizeof(ret_case->plain), field[5]);
	len = unhex(ret_case->sealed, sizeof(ret_case->plain), field[6]);
	assert_int_equal(len, ret_case->plain_len);
	assert_int_equal(
	    unhex(ret_case->sealed + len, CARDEA_GCM_TAG, field[7]),
	    CARDEA_GCM_TAG);
}

static void
try_case(const struct gcm_case *c)
{
	unsigned char sealed[1024 + CARDEA_GCM_TAG], plain[1024];
	size_t len = c->plain_len + CARDEA_GCM_TAG;
	enum cardea_status status;

	memset(plain, 0x55, sizeof(plain));
	status = cardea_crypto_open(
	    c->key, c->nonce, c->aad, c->aad_len, c->sealed, len, plain);
	if (strcmp(c->result, "valid") != 0) {
		assert_int_equal(status, CARDEA_E_CORRUPT);
		for (size_t i = 0; i < c->plain_len; i++)
			assert_int_equal(plain[i], 0);
		return;
	}
	assert_int_equal(status, CARDEA_OK);
	assert_memory_equal(plain, c->plain, c->plain_len);
	assert_int_equal(cardea_crypto_seal(c->key, c->nonce, c->aad,
			     c->aad_len, c->plain, c->plain_len, sealed),
	    CARDEA_OK);
	assert_memory_equal(sealed, c->sealed, len);
}

static void
gcm_agrees_with_wycheproof(void **state)
{
	char line[4096];
	struct gcm_case one;
	size_t count = 0;
	FILE *file = fopen(TEST_VECTORS "/wycheproof/aes-256-gcm.txt", "re");

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#')
			continue;
		parse_case(line, &one);
		try_case(&one);
		count++;
	}
	fclose(file);
	assert_int_equal(count, 66);
}

static void
what_is_sealed_opens_only_whole_and_in_its_place(void **state)
{
	static const unsigned char key[CARDEA_GCM_KEY] = { 1 };
	static const unsigned char nonce[CARDEA_GCM_NONCE] = { 2 };
	static const unsigned char text[] = "seventeen letters";
	unsigned char sealed[sizeof(text) + CARDEA_GCM_TAG];
	unsigned char plain[sizeof(text)];

	(void)state;
	assert_int_equal(cardea_crypto_seal(
			     key, nonce, "here", 4, text, sizeof(text), sealed),
	    CARDEA_OK);
	for (size_t len = 0; len < sizeof(sealed); len++)
		assert_int_equal(cardea_crypto_open(
				     key, nonce, "here", 4, sealed, len, plain),
		    CARDEA_E_CORRUPT);
	for (size_t bit = 0; bit < 8 * sizeof(sealed); bit++) {
		sealed[bit / 8] ^= (unsigned char)(1u << bit % 8);
		assert_int_equal(cardea_crypto_open(key, nonce, "here", 4,
				     sealed, sizeof(sealed), plain),
		    CARDEA_E_CORRUPT);
		sealed[bit / 8] ^= (unsigned char)(1u << bit % 8);
	}
	assert_int_equal(cardea_crypto_open(key, nonce, "herf", 4, sealed,
			     sizeof(sealed), plain),
	    CARDEA_E_CORRUPT);
	assert_int_equal(cardea_crypto_open(key, nonce, "here", 4, sealed,
			     sizeof(sealed), plain),
	    CARDEA_OK);
	assert_memory_equal(plain, text, sizeof(text));
}

static void
P09_the_hosts_error_queue_is_as_it_was(void **state)
{
	static const unsigned char key[CARDEA_GCM_KEY], nonce[CARDEA_GCM_NONCE];
	unsigned char sealed[40] = { 0 }, plain[24];

	(void)state;
	ERR_clear_error();
	assert_int_equal(cardea_crypto_open(
			     key, nonce, "", 0, sealed, sizeof(sealed), plain),
	    CARDEA_E_CORRUPT);
	assert_int_equal(ERR_peek_error(), 0);
	ERR_raise(ERR_LIB_USER, 7);
	assert_int_equal(cardea_crypto_open(
			     key, nonce, "", 0, sealed, sizeof(sealed), plain),
	    CARDEA_E_CORRUPT);
	assert_int_equal(ERR_GET_REASON(ERR_get_error()), 7);
	assert_int_equal(ERR_peek_error(), 0);
}

/* A configuration that would break every fetch, and one that is a FIFO. */
static void
no_openssl_configuration_is_read(void **state)
{
	static const char bad[] = "openssl_conf = a\n[a]\nalg_section = b\n"
				  "[b]\ndefault_properties = fips=yes\n";
	const char *argv[] = { "/proc/self/exe", "digest", NULL };
	char path[] = "crypto-conf-XXXXXX";
	int fd = mkstemp(path), wstatus = -1;
	pid_t child;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bad, sizeof(bad) - 1), sizeof(bad) - 1);
	close(fd);
	for (int round = 0; round < 2; round++) {
		child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			setenv("OPENSSL_CONF", path, 1);
			execv(argv[0], (char *const *)argv);
			_exit(9);
		}
		assert_int_equal(waitpid(child, &wstatus, 0), child);
		assert_int_equal(wstatus, 0);
		assert_int_equal(unlink(path), 0);
		if (round == 0)
			assert_int_equal(mkfifo(path, 0600), 0);
	}
}

static int
digest_once(void)
{
	unsigned char digest[CARDEA_SHA256];

	/* a read of a FIFO nobody writes would never end */
	alarm(5);
	return cardea_crypto_sha256("abc", 3, digest) == CARDEA_OK &&
		digest[0] == 0xba
	    ? 0
	    : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_agrees_with_fips_180),
		cmocka_unit_test(sha512_agrees_with_fips_180),
		cmocka_unit_test(hmac_agrees_with_rfc_4231),
		cmocka_unit_test(gcm_agrees_with_wycheproof),
		cmocka_unit_test(
		    what_is_sealed_opens_only_whole_and_in_its_place),
		cmocka_unit_test(P09_the_hosts_error_queue_is_as_it_was),
		cmocka_unit_test(no_openssl_configuration_is_read),
	};

	if (argc == 2 && strcmp(argv[1], "digest") == 0)
		return digest_once();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
