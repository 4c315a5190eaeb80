/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/sha.h>

#include "unit/krl_scene.h"
#include "unit/test.h"

static void
an_empty_list_revokes_nothing(void **state)
{
	struct cardea_krl_info info;
	struct cardea_krl *list;

	(void)state;
	sshmaker_krl(&krl, 1400);
	assert_int_equal(ask(7, "id"), FREE);
	assert_int_equal(open_krl(&list, &info), CARDEA_OK);
	assert_int_equal(info.version, 3);
	assert_int_equal(info.generated_s, 1400);
	assert_int_equal(info.entries, 0);
	assert_false(info.is_signed);
	(void)cardea_krl_close(list);
	assert_null(cardea_krl_close(NULL));
}

static void
serials_of_a_list(void **state)
{
	(void)state;
	begin(ca);
	sshmaker_put_u64(&section, 9);
	sshmaker_put_u64(&section, 3);
	sshmaker_put_u64(&section, UINT64_MAX);
	sshmaker_put_u64(&section, 4);
	sshmaker_put_u64(&section, 3);
	end(LIST);
	assert_int_equal(ask(9, ""), REVOKED);
	assert_int_equal(ask(3, ""), REVOKED);
	assert_int_equal(ask(4, ""), REVOKED);
	assert_int_equal(ask(UINT64_MAX, ""), REVOKED);
	assert_int_equal(ask(2, ""), FREE);
	assert_int_equal(ask(5, ""), FREE);
	assert_int_equal(ask(8, ""), FREE);
	assert_int_equal(ask(10, ""), FREE);
	assert_int_equal(ask(UINT64_MAX - 1, ""), FREE);
	/* "it must set this field to zero" */
	assert_int_equal(ask(0, ""), FREE);
}

static void
serials_of_ranges_that_overlap(void **state)
{
	static const uint64_t ranges[][2] = { { 100, 200 }, { 50, 60 },
		{ 150, 300 }, { 55, 58 }, { 61, 61 }, { 1000, UINT64_MAX } };

	(void)state;
	begin(ca);
	for (size_t i = 0; i < 6; i++) {
		section.len = 0;
		sshmaker_put_u64(&section, ranges[i][0]);
		sshmaker_put_u64(&section, ranges[i][1]);
		if (i < 5)
			sshmaker_section(&part, RANGE, &section);
	}
	end(RANGE);
	for (uint64_t serial = 1; serial < 1100; serial++) {
		bool in = (serial >= 50 && serial <= 61) ||
		    (serial >= 100 && serial <= 300) || serial >= 1000;

		if (serial % 50 > 2 && serial % 50 < 48 && serial != 60 &&
		    serial != 61 && serial != 62)
			continue;
		assert_int_equal(ask(serial, ""), in ? REVOKED : FREE);
	}
	assert_int_equal(ask(UINT64_MAX, ""), REVOKED);
}

static void
serials_of_bitmaps_that_overlap(void **state)
{
	(void)state;
	begin(ca);
	/* 1000 + { 0, 9, 15 }, a zero byte in front */
	sshmaker_put_u64(&section, 1000);
	sshmaker_put_string(&section, "\0\x82\x01", 3);
	sshmaker_section(&part, BITMAP, &section);
	section.len = 0; /* 900 + { 0, 200 }, around the first */
	sshmaker_put_u64(&section, 900);
	sshmaker_put_u32(&section, 26);
	sshmaker_put_u8(&section, 1);
	for (size_t i = 0; i < 24; i++)
		sshmaker_put_u8(&section, 0);
	sshmaker_put_u8(&section, 1);
	sshmaker_section(&part, BITMAP, &section);
	section.len = 0; /* none at all */
	sshmaker_put_u64(&section, 950);
	sshmaker_put_u32(&section, 0);
	sshmaker_section(&part, BITMAP, &section);
	section.len = 0; /* the last that there is */
	sshmaker_put_u64(&section, UINT64_MAX - 1);
	sshmaker_put_string(&section, "\x02", 1);
	end(BITMAP);
	for (uint64_t serial = 890; serial < 1110; serial++) {
		bool in = serial == 900 || serial == 1000 || serial == 1009 ||
		    serial == 1015 || serial == 1100;

		assert_int_equal(ask(serial, ""), in ? REVOKED : FREE);
	}
	assert_int_equal(ask(UINT64_MAX, ""), REVOKED);
	assert_int_equal(ask(UINT64_MAX - 1, ""), FREE);
}

static void
key_ids_as_bytes(void **state)
{
	(void)state;
	begin(ca);
	sshmaker_put_text(&section, "the laptop");
	sshmaker_put_text(&section, "a laptop");
	sshmaker_section(&part, KEY_ID, &section);
	section.len = 0;
	sshmaker_put_text(&section, "another");
	end(KEY_ID);
	assert_int_equal(ask(7, "the laptop"), REVOKED);
	assert_int_equal(ask(7, "a laptop"), REVOKED);
	assert_int_equal(ask(7, "another"), REVOKED);
	assert_int_equal(ask(0, "another"), REVOKED);
	assert_int_equal(ask(7, "The laptop"), FREE);
	assert_int_equal(ask(7, "the laptop "), FREE);
	assert_int_equal(ask(7, "the lapto"), FREE);
	assert_int_equal(ask(7, ""), FREE);
}

static void
a_section_is_of_its_ca_or_of_all(void **state)
{
	(void)state;
	begin(other_ca);
	sshmaker_put_u64(&section, 7);
	end(LIST);
	assert_int_equal(ask(7, ""), FREE);
	begin(NULL);
	sshmaker_put_u64(&section, 7);
	end(LIST);
	assert_int_equal(ask(7, ""), REVOKED);
	assert_int_equal(ask(8, ""), FREE);
	/* a second section of the same CA */
	begin(ca);
	sshmaker_put_u64(&section, 1);
	end(LIST);
	part.len = 0;
	sshmaker_put_bytes(&part, &ca->blob);
	sshmaker_put_u32(&part, 0);
	sshmaker_put_u64(&section, 7);
	end(LIST);
	assert_int_equal(ask(7, ""), REVOKED);
	/* the CA's serials say nothing of plain keys */
	assert_int_equal(ask_blob(&leaf->blob), FREE);
}

static void
S05_a_key_is_revoked_with_all_its_certificates(void **state)
{
	static const unsigned int types[] = { KEYS, SHA1S, SHA256S };
	const struct sshmaker_key *const of[] = { leaf, ca };
	unsigned char digest[32];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 2; k++) {
			const struct sshmaker_bytes *key = &of[k]->blob;

			sshmaker_krl(&krl, 1400);
			section.len = 0;
			if (types[i] == KEYS)
				sshmaker_put_bytes(&section, key);
			SHA1(key->data, key->len, digest);
			if (types[i] == SHA1S)
				sshmaker_put_string(&section, digest, 20);
			SHA256(key->data, key->len, digest);
			if (types[i] == SHA256S)
				sshmaker_put_string(&section, digest, 32);
			sshmaker_section(&krl, types[i], &section);
			assert_int_equal(ask(7, ""), REVOKED);
			assert_int_equal(ask_blob(key), REVOKED);
			assert_int_equal(ask_blob(&other_ca->blob), FREE);
			assert_int_equal(ask_blob(&of[1 - k]->blob), FREE);
		}
	}
}

/* --- signatures ----------------------------------------------------------- */

static enum cardea_status
open_signed(const char *signers, bool *is_signed)
{
	const struct cardea_cert_bytes bytes = sshmaker_lend(&krl),
				       lines = { (const unsigned char *)signers,
					       strlen(signers) };
	struct cardea_krl_info info = { 0 };
	struct cardea_krl *list = NULL;
	enum cardea_status status;

	status = cardea_krl_open(&bytes, &lines, &list, &info, NULL);
	*is_signed = info.is_signed;
	(void)cardea_krl_close(list);
	return status;
}

static void
S05_a_list_is_signed_by_who_may(void **state)
{
	char signers[8192] = "# who may\n";
	bool is_signed;

	(void)state;
	sshmaker_line(&leaf->blob, signers, sizeof(signers));
	sshmaker_line(&ca->blob, signers, sizeof(signers));
	sshmaker_krl(&krl, 1400);
	assert_int_equal(open_signed(signers, &is_signed), CARDEA_E_UNSAFE);
	sshmaker_krl_sign(&krl, other_ca);
	assert_int_equal(open_signed(signers, &is_signed), CARDEA_E_UNSAFE);
	/* several, one of them by who may */
	sshmaker_krl_sign(&krl, leaf);
	assert_int_equal(open_signed(signers, &is_signed), CARDEA_OK);
	assert_true(is_signed);
	assert_int_equal(open_signed("", &is_signed), CARDEA_E_UNSAFE);
	assert_int_equal(ask(7, ""), FREE);
	/* nothing behind a signature but another one */
	section.len = 0;
	sshmaker_section(&krl, KEYS, &section);
	assert_int_equal(open_signed(signers, &is_signed), CARDEA_E_SYNTAX);
	assert_int_equal(ask(7, ""), NO_LIST);
}

static void
S05_no_bit_of_a_signed_list_may_be_another(void **state)
{
	char signers[4096] = "";
	bool is_signed;

	(void)state;
	sshmaker_line(&ca->blob, signers, sizeof(signers));
	begin(ca);
	sshmaker_put_u64(&section, 5);
	end(LIST);
	sshmaker_krl_sign(&krl, ca);
	assert_int_equal(open_signed(signers, &is_signed), CARDEA_OK);
	for (size_t at = 0; at < krl.len; at++) {
		krl.data[at] ^= (unsigned char)(1u << at % 8);
		assert_int_not_equal(
		    open_signed(signers, &is_signed), CARDEA_OK);
		assert_false(is_signed);
		/* nor where nobody asks who signed */
		assert_int_equal(ask(7, ""), NO_LIST);
		krl.data[at] ^= (unsigned char)(1u << at % 8);
	}
}

static void
S05_a_signer_that_the_list_revokes_is_none(void **state)
{
	char signers[4096] = "";
	bool is_signed;

	(void)state;
	sshmaker_line(&ca->blob, signers, sizeof(signers));
	sshmaker_krl(&krl, 1400);
	section.len = 0;
	sshmaker_put_bytes(&section, &ca->blob);
	sshmaker_section(&krl, KEYS, &section);
	sshmaker_krl_sign(&krl, ca);
	assert_int_equal(open_signed(signers, &is_signed), CARDEA_E_UNSAFE);
	/* what it revokes for those who ask for no signer, it does */
	assert_int_equal(ask_blob(&ca->blob), REVOKED);
}

static void
signatures_have_a_ceiling(void **state)
{
	(void)state;
	sshmaker_krl(&krl, 1400);
	for (size_t i = 0; i < CARDEA_KRL_SIGNATURES_MAX; i++)
		sshmaker_krl_sign(&krl, ca);
	assert_int_equal(ask(7, ""), FREE);
	sshmaker_krl_sign(&krl, ca);
	assert_int_equal(ask(7, ""), NO_LIST);
}

/* --- size ----------------------------------------------------------------- */

static void
put_big(unsigned char **at, uint64_t value, size_t len)
{
	while (len-- > 0)
		*(*at)++ = (unsigned char)(value >> (8 * len));
}

/* A list of count serials, from the last to the first. */
static size_t
make_big(unsigned char *bytes, size_t count)
{
	unsigned char *at = bytes;

	begin(ca);
	memcpy(at, krl.data, krl.len);
	at += krl.len;
	put_big(&at, CERTIFICATES, 1);
	put_big(&at, part.len + 5 + 8 * count, 4);
	memcpy(at, part.data, part.len);
	at += part.len;
	put_big(&at, LIST, 1);
	put_big(&at, 8 * count, 4);
	for (size_t i = count; i > 0; i--)
		put_big(&at, i * 1000, 8);
	return (size_t)(at - bytes);
}

static void
a_hundred_thousand_serials_take_no_time(void **state)
{
	enum { COUNT = 100000 };
	unsigned char *bytes = malloc(8 * COUNT + 4096);
	struct cardea_cert_bytes lent = { bytes, 0 };
	struct cardea_krl_info info;
	struct cardea_krl *list = NULL;
	clock_t began;

	(void)state;
	assert_non_null(bytes);
	lent.len = make_big(bytes, COUNT);
	began = clock();
	assert_int_equal(
	    cardea_krl_open(&lent, NULL, &list, &info, NULL), CARDEA_OK);
	assert_int_equal(info.entries, COUNT);
	for (uint64_t i = 0; i < 200; i++) {
		struct sshmaker_cert cert;
		struct cardea_cert_bytes of;
		bool revoked = false;

		sshmaker_begin(&cert, other_ca, ca);
		cert.serial = i * 250;
		sshmaker_end(&cert, &blob);
		of = sshmaker_lend(&blob);
		assert_int_equal(
		    cardea_krl_revokes(list, &of, &revoked), CARDEA_OK);
		assert_int_equal(revoked, i > 0 && i % 4 == 0);
	}
	(void)cardea_krl_close(list);
	/* many times what it takes, sanitizers and a busy machine included */
	assert_true(clock() - began < 4 * CLOCKS_PER_SEC);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_list_revokes_nothing),
		cmocka_unit_test(serials_of_a_list),
		cmocka_unit_test(serials_of_ranges_that_overlap),
		cmocka_unit_test(serials_of_bitmaps_that_overlap),
		cmocka_unit_test(key_ids_as_bytes),
		cmocka_unit_test(a_section_is_of_its_ca_or_of_all),
		cmocka_unit_test(
		    S05_a_key_is_revoked_with_all_its_certificates),
		cmocka_unit_test(S05_a_list_is_signed_by_who_may),
		cmocka_unit_test(S05_no_bit_of_a_signed_list_may_be_another),
		cmocka_unit_test(S05_a_signer_that_the_list_revokes_is_none),
		cmocka_unit_test(signatures_have_a_ceiling),
		cmocka_unit_test(a_hundred_thousand_serials_take_no_time),
	};

	return cmocka_run_group_tests_name("krl", tests, make_keys, free_keys);
}
