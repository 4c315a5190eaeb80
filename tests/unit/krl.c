/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/sha.h>

#include "cert/krl.h"
#include "unit/sshmaker.h"
#include "unit/test.h"

enum {
	CERTIFICATES = 1,
	KEYS = 2,
	SHA1S = 3,
	SIGNATURE = 4,
	SHA256S = 5,
	EXTENSION = 255,
	LIST = 0x20,
	RANGE = 0x21,
	BITMAP = 0x22,
	KEY_ID = 0x23,
	CERT_EXTENSION = 0x39,
};

static struct sshmaker_key *ca, *other_ca, *leaf;
static struct sshmaker_bytes krl, part, section, blob;

static int
make_keys(void **state)
{
	(void)state;
	ca = sshmaker_key(CARDEA_SSHPUBLIC_ED25519, 0);
	other_ca = sshmaker_key(CARDEA_SSHPUBLIC_P256, 0);
	leaf = sshmaker_key(CARDEA_SSHPUBLIC_RSA, 2048);
	return 0;
}

static int
free_keys(void **state)
{
	(void)state;
	sshmaker_key_free(ca);
	sshmaker_key_free(other_ca);
	sshmaker_key_free(leaf);
	return 0;
}

static enum cardea_status
open_krl(struct cardea_krl **ret_krl, struct cardea_krl_info *ret_info)
{
	const struct cardea_cert_bytes bytes = sshmaker_lend(&krl);
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	status = cardea_krl_open(&bytes, NULL, ret_krl, ret_info, &diag);
	assert_int_equal(status == CARDEA_OK, diag.reason[0] == '\0');
	return status;
}

/* The answer of the list about a certificate of ca, or "no list". */
enum answer { FREE, REVOKED, NO_LIST };

static enum answer
ask_blob(const struct sshmaker_bytes *of)
{
	const struct cardea_cert_bytes lent = sshmaker_lend(of);
	struct cardea_krl_info info;
	struct cardea_krl *list = NULL;
	bool revoked = false;

	if (open_krl(&list, &info) != CARDEA_OK) {
		assert_null(list);
		return NO_LIST;
	}
	assert_int_equal(cardea_krl_revokes(list, &lent, &revoked), CARDEA_OK);
	assert_null(cardea_krl_close(list));
	return revoked ? REVOKED : FREE;
}

static enum answer
ask(uint64_t serial, const char *key_id)
{
	struct sshmaker_cert cert;

	sshmaker_begin(&cert, leaf, ca);
	cert.serial = serial;
	cert.key_id = key_id;
	sshmaker_end(&cert, &blob);
	return ask_blob(&blob);
}

/* A list with one certificates section of ca, and one section in it. */
static void
begin(const struct sshmaker_key *of)
{
	sshmaker_krl(&krl, 1400);
	part.len = section.len = 0;
	if (of != NULL)
		sshmaker_put_bytes(&part, &of->blob);
	else
		sshmaker_put_u32(&part, 0);
	sshmaker_put_text(&part, "reserved");
}

static void
end(unsigned int type)
{
	sshmaker_section(&part, type, &section);
	section.len = 0;
	sshmaker_section(&krl, CERTIFICATES, &part);
}

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

/* --- damage --------------------------------------------------------------- */

/* A good section in front of the bad one. */
static void
begin_damaged(void)
{
	begin(ca);
	sshmaker_put_u64(&section, 5);
	sshmaker_section(&part, LIST, &section);
	section.len = 0;
}

static void
S05_a_damaged_section_makes_no_list(void **state)
{
	(void)state;
	begin_damaged();
	sshmaker_put(&section, "1234567", 7);
	end(LIST);
	assert_int_equal(ask(7, ""), NO_LIST);
	begin_damaged();
	sshmaker_put_u64(&section, 0);
	end(LIST);
	assert_int_equal(ask(7, ""), NO_LIST);
	begin_damaged();
	sshmaker_put_u64(&section, 9);
	sshmaker_put_u64(&section, 8);
	end(RANGE);
	assert_int_equal(ask(7, ""), NO_LIST);
	begin_damaged();
	sshmaker_put_u64(&section, 0);
	sshmaker_put_u64(&section, 8);
	end(RANGE);
	assert_int_equal(ask(7, ""), NO_LIST);
	begin_damaged();
	sshmaker_put_u64(&section, 1);
	sshmaker_put_u64(&section, 8);
	sshmaker_put_u8(&section, 0);
	end(RANGE);
	assert_int_equal(ask(7, ""), NO_LIST);
	begin_damaged();
	sshmaker_put_string(&section, "a\0b", 3);
	end(KEY_ID);
	assert_int_equal(ask(7, ""), NO_LIST);
	begin_damaged();
	end(0x24);
	assert_int_equal(ask(7, ""), NO_LIST);
	begin(ca);
	sshmaker_put_u8(&part, LIST);
	end(LIST);
	assert_int_equal(ask(7, ""), NO_LIST);
}

static void
put_bitmap(uint64_t low, size_t len, unsigned int first)
{
	begin(ca);
	sshmaker_put_u64(&section, low);
	sshmaker_put_u32(&section, (uint32_t)len);
	for (size_t i = 0; i < len; i++)
		sshmaker_put_u8(&section, i == 0 ? first : 1);
	end(BITMAP);
}

static void
S05_a_bitmap_neither_wraps_nor_is_without_end(void **state)
{
	(void)state;
	put_bitmap(1, CARDEA_KRL_BITMAP_MAX, 0x7f);
	assert_int_equal(ask(1, ""), REVOKED);
	put_bitmap(1, CARDEA_KRL_BITMAP_MAX + 1, 0x00); /* not its one form */
	assert_int_equal(ask(1, ""), NO_LIST);
	put_bitmap(1, CARDEA_KRL_BITMAP_MAX + 1, 0x01);
	assert_int_equal(ask(1, ""), NO_LIST);
	put_bitmap(1, 1, 0x80); /* below zero */
	assert_int_equal(ask(1, ""), NO_LIST);
	put_bitmap(UINT64_MAX - 6, 1, 0x40);
	assert_int_equal(ask(UINT64_MAX, ""), REVOKED);
	put_bitmap(UINT64_MAX - 5, 1, 0x40);
	assert_int_equal(ask(UINT64_MAX, ""), NO_LIST);
	put_bitmap(0, 1, 0x02);
	assert_int_equal(ask(1, ""), REVOKED);
	put_bitmap(0, 1, 0x03); /* serial 0 */
	assert_int_equal(ask(1, ""), NO_LIST);
}

static void
S05_a_fingerprint_of_another_length_makes_no_list(void **state)
{
	(void)state;
	for (size_t len = 0; len < 40; len++) {
		for (unsigned int type = SHA1S; type <= SHA256S; type += 2) {
			sshmaker_krl(&krl, 1400);
			section.len = 0;
			sshmaker_put_string(&section, krl.data, len);
			sshmaker_section(&krl, type, &section);
			assert_int_equal(ask(7, ""),
			    len == (type == SHA1S ? 20 : 32) ? FREE : NO_LIST);
		}
	}
}

static void
S05_an_explicit_key_is_a_key(void **state)
{
	struct sshmaker_cert cert;

	(void)state;
	sshmaker_krl(&krl, 1400);
	section.len = 0; /* of a type that is not ours */
	sshmaker_put_u32(&section, 13);
	sshmaker_put_text(&section, "ssh-dss");
	sshmaker_put(&section, "..", 2);
	sshmaker_section(&krl, KEYS, &section);
	assert_int_equal(ask(7, ""), FREE);
	section.len = 0;
	sshmaker_put_string(&section, leaf->blob.data, leaf->blob.len - 1);
	sshmaker_section(&krl, KEYS, &section);
	assert_int_equal(ask(7, ""), NO_LIST);
	/* a certificate would never be met */
	sshmaker_begin(&cert, leaf, ca);
	sshmaker_end(&cert, &blob);
	sshmaker_krl(&krl, 1400);
	section.len = 0;
	sshmaker_put_bytes(&section, &blob);
	sshmaker_section(&krl, KEYS, &section);
	assert_int_equal(ask(7, ""), NO_LIST);
}

static void
S05_a_section_that_is_not_known_makes_no_list(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < 256; type++) {
		if (type >= CERTIFICATES && type <= SHA256S)
			continue;
		sshmaker_krl(&krl, 1400);
		section.len = 0;
		sshmaker_section(&krl, type, &section);
		assert_int_equal(ask(7, ""), NO_LIST);
	}
}

static void
put_extension(unsigned int type, unsigned int critical, const char *tail)
{
	section.len = 0;
	sshmaker_put_text(&section, "extension@example.org");
	sshmaker_put_u8(&section, critical);
	sshmaker_put_text(&section, "contents");
	sshmaker_put(&section, tail, strlen(tail));
	if (type == EXTENSION) {
		sshmaker_krl(&krl, 1400);
		sshmaker_section(&krl, EXTENSION, &section);
		return;
	}
	begin(ca);
	section.len = 0;
	sshmaker_put_text(&section, "extension@example.org");
	sshmaker_put_u8(&section, critical);
	sshmaker_put_text(&section, "contents");
	sshmaker_put(&section, tail, strlen(tail));
	end(CERT_EXTENSION);
}

static void
S05_an_extension_is_known_or_not_critical(void **state)
{
	static const unsigned int types[] = { EXTENSION, CERT_EXTENSION };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		put_extension(types[i], 0, "");
		assert_int_equal(ask(7, ""), FREE);
		put_extension(types[i], 1, "");
		assert_int_equal(ask(7, ""), NO_LIST);
		put_extension(types[i], 0x80, "");
		assert_int_equal(ask(7, ""), NO_LIST);
		put_extension(types[i], 0, "x");
		assert_int_equal(ask(7, ""), NO_LIST);
	}
}

static void
S05_the_header_is_the_one_that_is_known(void **state)
{
	(void)state;
	for (size_t at = 0; at < 12; at++) { /* magic and version */
		sshmaker_krl(&krl, 1400);
		krl.data[at] ^= 0x20;
		assert_int_equal(ask(7, ""), NO_LIST);
	}
	sshmaker_krl(&krl, 1400);
	krl.data[35] = 1; /* a flag */
	assert_int_equal(ask(7, ""), NO_LIST);
	sshmaker_krl(&krl, UINT64_MAX);
	assert_int_equal(ask(7, ""), NO_LIST);
	sshmaker_krl(&krl, 1400);
	krl.data[krl.len - 1] = 0; /* in the comment */
	assert_int_equal(ask(7, ""), NO_LIST);
}

static void
S05_a_list_that_is_cut_anywhere_is_none(void **state)
{
	size_t len, head;

	(void)state;
	sshmaker_krl(&krl, 1400);
	head = krl.len;
	begin(ca);
	sshmaker_put_u64(&section, 5);
	end(LIST);
	sshmaker_put_bytes(&section, &other_ca->blob);
	sshmaker_section(&krl, KEYS, &section);
	len = krl.len;
	assert_int_equal(ask(5, ""), REVOKED);
	for (krl.len = 0; krl.len < len; krl.len++) {
		/* between two sections nobody can tell */
		if (krl.len == head || krl.len == head + 5 + part.len)
			continue;
		assert_int_equal(ask(7, ""), NO_LIST);
	}
}

static void
sections_have_a_ceiling(void **state)
{
	(void)state;
	sshmaker_krl(&krl, 1400);
	section.len = 0;
	for (size_t i = 0; i < CARDEA_KRL_SECTIONS_MAX; i++)
		sshmaker_section(&krl, KEYS, &section);
	assert_int_equal(ask(7, ""), FREE);
	sshmaker_section(&krl, KEYS, &section);
	assert_int_equal(ask(7, ""), NO_LIST);
}

static void
a_malformed_blob_is_told(void **state)
{
	struct sshmaker_bytes bad = leaf->blob;
	const struct cardea_cert_bytes lent = { bad.data, bad.len - 1 };
	struct cardea_krl_info info;
	struct cardea_krl *list;
	bool revoked = true;

	(void)state;
	sshmaker_krl(&krl, 1400);
	assert_int_equal(open_krl(&list, &info), CARDEA_OK);
	assert_int_equal(
	    cardea_krl_revokes(list, &lent, &revoked), CARDEA_E_SYNTAX);
	assert_true(revoked);
	(void)cardea_krl_close(list);
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
		cmocka_unit_test(S05_a_damaged_section_makes_no_list),
		cmocka_unit_test(S05_a_bitmap_neither_wraps_nor_is_without_end),
		cmocka_unit_test(
		    S05_a_fingerprint_of_another_length_makes_no_list),
		cmocka_unit_test(S05_an_explicit_key_is_a_key),
		cmocka_unit_test(S05_a_section_that_is_not_known_makes_no_list),
		cmocka_unit_test(S05_an_extension_is_known_or_not_critical),
		cmocka_unit_test(S05_the_header_is_the_one_that_is_known),
		cmocka_unit_test(S05_a_list_that_is_cut_anywhere_is_none),
		cmocka_unit_test(sections_have_a_ceiling),
		cmocka_unit_test(a_malformed_blob_is_told),
		cmocka_unit_test(S05_a_list_is_signed_by_who_may),
		cmocka_unit_test(S05_no_bit_of_a_signed_list_may_be_another),
		cmocka_unit_test(S05_a_signer_that_the_list_revokes_is_none),
		cmocka_unit_test(signatures_have_a_ceiling),
		cmocka_unit_test(a_hundred_thousand_serials_take_no_time),
	};

	return cmocka_run_group_tests_name("krl", tests, make_keys, free_keys);
}
