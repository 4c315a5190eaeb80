/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <openssl/sha.h>

#include "unit/krl_scene.h"
#include "unit/test.h"

/* Lists with one thing wrong (S05). */

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("krl", tests, make_keys, free_keys);
}
