/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/remote_device_fixture.h"

/* The answer and its parts. */

/* --- the answer ----------------------------------------------------------- */

static void
write_parts(const struct cardea_remote_device_answer *from,
    struct cardea_remote_parts *parts)
{
	memset(parts, 0x5a, sizeof(*parts));
	assert_int_equal(cardea_remote_device_write(from, parts), CARDEA_OK);
	for (unsigned int i = 0; i < parts->count; i++)
		assert_true(strlen(parts->texts[i]) <= CARDEA_PROOF_CHUNK_MAX);
}

/* By the verifier's way, part by part. */
static void
carry(const struct cardea_remote_device_answer *from,
    struct cardea_remote_device_answer *ret_answer)
{
	static struct cardea_remote_parts sent, got;
	bool done = false;

	write_parts(from, &sent);
	memset(&got, 0, sizeof(got));
	for (unsigned int i = 0; i < sent.count; i++) {
		assert_false(done);
		assert_int_equal(
		    cardea_remote_add_part(
			&cardea_remote_device_form, &got, sent.texts[i], &done),
		    CARDEA_OK);
	}
	assert_true(done);
	assert_int_equal(
	    cardea_remote_device_join(&got, ret_answer), CARDEA_OK);
}

static void
assert_arrives(void)
{
	static struct cardea_remote_device_answer got;
	size_t at = 0;

	carry(&answer, &got);
	assert_int_equal(got.no, answer.no);
	assert_string_equal(got.user, answer.user);
	assert_string_equal(got.host, answer.host);
	assert_int_equal(got.form, answer.form);
	assert_int_equal(got.count, answer.count);
	for (size_t i = 0; i < answer.count; i++) {
		assert_int_equal(got.lens[i], answer.lens[i]);
		at += got.lens[i];
	}
	assert_memory_equal(got.der, answer.der, at);
	assert_int_equal(got.signature_len, answer.signature_len);
	assert_memory_equal(
	    got.signature, answer.signature, answer.signature_len);
}

static void
answers_arrive_as_they_were_sent(void **state)
{
	(void)state;
	assert_arrives();
	answer.form = CARDEA_REMOTE_DEVICE_SSHSIG;
	answer.count = 1;
	assert_arrives();
	for (size_t len = 1; len < 1200; len += 7) {
		answer.lens[0] = len;
		answer.signature_len = 1 + len % 512;
		assert_arrives();
	}
	answer.count = CARDEA_REMOTE_DEVICE_CERTS_MAX;
	for (size_t i = 0; i < answer.count; i++)
		answer.lens[i] = 1 + i;
	assert_arrives();
}

static void
a_fingerprint_may_stand_for_the_certificates(void **state)
{
	static struct cardea_remote_device_answer got;
	static struct cardea_remote_parts parts;

	(void)state;
	answer.count = 0;
	memcpy(answer.fingerprint, FINGERPRINT, sizeof(FINGERPRINT));
	assert_arrives();
	carry(&answer, &got);
	assert_string_equal(got.fingerprint, FINGERPRINT);
	assert_memory_equal(got.key_hash, answer.key_hash, 32);
	write_parts(&answer, &parts);
	assert_int_equal(parts.count, 1);
}

/* Nobody can send one certificate and name another. */
static void
of_a_certificate_the_fingerprint_is_made_by_the_reader(void **state)
{
	static struct cardea_remote_device_answer got;
	char wanted[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1];

	(void)state;
	memcpy(answer.fingerprint, FINGERPRINT, sizeof(FINGERPRINT));
	carry(&answer, &got);
	assert_int_equal(cardea_remote_device_fingerprint(
			     answer.der, answer.lens[0], wanted),
	    CARDEA_OK);
	assert_string_equal(got.fingerprint, wanted);
	assert_string_not_equal(got.fingerprint, FINGERPRINT);
}

static void
the_fingerprint_of_nothing_is_the_known_one(void **state)
{
	char text[CARDEA_SSHWIRE_FINGERPRINT_MAX + 1];

	(void)state;
	assert_int_equal(cardea_remote_device_fingerprint(
			     (const unsigned char *)"", 0, text),
	    CARDEA_OK);
	assert_string_equal(text, FINGERPRINT);
}

static void
a_refusal_is_one_short_part(void **state)
{
	static struct cardea_remote_device_answer no, got;
	static struct cardea_remote_parts parts;

	(void)state;
	for (int i = 1; i < CARDEA_REMOTE_DEVICE_NO_COUNT; i++) {
		no.no = (enum cardea_remote_device_no)i;
		write_parts(&no, &parts);
		assert_int_equal(parts.count, 1);
		assert_int_equal(strlen(parts.texts[0]), 15 + 4 + 2);
		carry(&no, &got);
		assert_int_equal(got.no, i);
	}
}

static void
the_host_is_written_in_lower_case(void **state)
{
	static struct cardea_remote_device_answer got;

	(void)state;
	memcpy(answer.host, "BANK.Example", 13);
	memcpy(answer.user, "Alice", 6);
	carry(&answer, &got);
	assert_string_equal(got.host, "bank.example");
	assert_string_equal(got.user, "Alice");
}

static void
X07_the_largest_answer_fits_and_a_larger_one_is_refused(void **state)
{
	static struct cardea_remote_parts parts;

	(void)state;
	memset(answer.user, 'u', CARDEA_NAME_MAX);
	memset(answer.host, 'h', CARDEA_NAME_MAX);
	answer.count = CARDEA_REMOTE_DEVICE_CERTS_MAX;
	answer.lens[0] = CARDEA_REMOTE_DEVICE_BYTES -
	    (CARDEA_REMOTE_DEVICE_CERTS_MAX - 1);
	for (size_t i = 1; i < answer.count; i++)
		answer.lens[i] = 1;
	answer.signature_len = sizeof(answer.signature);
	assert_true(answer.lens[0] <= CARDEA_CERT_MAX);
	assert_arrives();
	write_parts(&answer, &parts);
	assert_true(parts.count <= CARDEA_PROOF_CHUNKS_MAX);
	answer.lens[1]++;
	assert_int_equal(
	    cardea_remote_device_write(&answer, &parts), CARDEA_E_SYNTAX);
}

static void
what_could_not_be_read_is_not_written(void **state)
{
	static struct cardea_remote_parts parts, untouched;
	static struct cardea_remote_device_answer bad;

	(void)state;
	memset(&parts, 0x5a, sizeof(parts));
	untouched = parts;
	for (int i = 0; i < 11; i++) {
		bad = answer;
		switch (i) {
		case 0:
			bad.no = CARDEA_REMOTE_DEVICE_NO_COUNT;
			break;
		case 1:
			bad.user[0] = '\0';
			break;
		case 2:
			bad.host[0] = '\n';
			break;
		case 3:
			bad.form = CARDEA_REMOTE_DEVICE_FORM_NONE;
			break;
		case 4:
			bad.form = (enum cardea_remote_device_form)3;
			break;
		case 5:
			bad.count = CARDEA_REMOTE_DEVICE_CERTS_MAX + 1;
			break;
		case 6:
			bad.lens[1] = 0;
			break;
		case 7:
			bad.lens[0] = CARDEA_CERT_MAX + 1;
			break;
		case 8:
			bad.count = 0;
			break; /* and no fingerprint */
		case 9:
			bad.signature_len = 0;
			break;
		default:
			bad.signature_len = sizeof(bad.signature) + 1;
			break;
		}
		assert_int_equal(
		    cardea_remote_device_write(&bad, &parts), CARDEA_E_SYNTAX);
		assert_memory_equal(&parts, &untouched, sizeof(parts));
	}
}

static void
fingerprints_have_one_form(void **state)
{
	static const char *const bad[] = { "",
		"SHA256:", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF",
		"sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
		"SHA256:47DEQpj8HBSa-_TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
		"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF=" };
	static struct cardea_remote_parts parts;

	(void)state;
	answer.count = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(answer.fingerprint, sizeof(answer.fingerprint), "%s",
		    bad[i]);
		assert_int_equal(cardea_remote_device_write(&answer, &parts),
		    CARDEA_E_SYNTAX);
	}
}

/* --- parts ---------------------------------------------------------------- */

static void
parts_come_in_their_order_and_of_one_answer(void **state)
{
	static struct cardea_remote_device_answer longer, got_answer;
	static struct cardea_remote_parts four, five, got, key;
	static struct cardea_remote_answer key_answer;
	bool done = false;

	(void)state;
	longer = answer;
	longer.lens[1] = 800;
	key_answer = an_answer(800, 400);
	write_parts(&answer, &four);
	write_parts(&longer, &five);
	assert_int_equal(cardea_remote_write(&key_answer, &key), CARDEA_OK);
	assert_int_equal(four.count, 4);
	assert_int_equal(five.count, 5);
#define ADD(text)                                                              \
	cardea_remote_add_part(&cardea_remote_device_form, &got, text, &done)
	assert_int_equal(ADD(four.texts[1]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(key.texts[0]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(""), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(four.texts[0]), CARDEA_OK);
	assert_int_equal(ADD(four.texts[0]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(four.texts[2]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(five.texts[1]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(key.texts[1]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(four.texts[1]), CARDEA_OK);
	assert_int_equal(ADD(four.texts[2]), CARDEA_OK);
	assert_int_equal(
	    cardea_remote_device_join(&got, &got_answer), CARDEA_E_SYNTAX);
	assert_false(done);
	assert_int_equal(ADD(four.texts[3]), CARDEA_OK);
	assert_true(done);
	assert_int_equal(ADD(four.texts[3]), CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_remote_device_join(&got, &got_answer), CARDEA_OK);
	memset(&got, 0, sizeof(got));
	assert_int_equal(ADD("cardea-device1:1/49:AA"), CARDEA_E_SYNTAX);
	assert_int_equal(ADD("cardea-device1:0/1:AA"), CARDEA_E_SYNTAX);
	assert_int_equal(ADD("cardea-device1:2/1:AA"), CARDEA_E_SYNTAX);
#undef ADD
}

/* All parts of an answer as one: its bytes. */
static size_t
bytes_of(unsigned char *bytes, size_t size)
{
	static struct cardea_remote_parts parts;
	size_t len = 0;

	write_parts(&answer, &parts);
	assert_int_equal(cardea_remote_bytes(&cardea_remote_device_form, &parts,
			     bytes, size, &len),
	    CARDEA_OK);
	return len;
}

static enum cardea_status
join_bytes(const unsigned char *bytes, size_t len,
    struct cardea_remote_device_answer *ret_answer)
{
	static struct cardea_remote_parts parts;
	enum cardea_status status = cardea_remote_cut(
	    &cardea_remote_device_form, bytes, len, &parts);

	return status == CARDEA_OK
	    ? cardea_remote_device_join(&parts, ret_answer)
	    : CARDEA_E_SYNTAX;
}

static void
cut_or_longer_by_any_byte_an_answer_is_refused(void **state)
{
	static struct cardea_remote_device_answer got, untouched;
	static unsigned char bytes[20000];
	size_t len = bytes_of(bytes, sizeof(bytes));

	(void)state;
	memset(&got, 0x5a, sizeof(got));
	untouched = got;
	for (size_t cut = 0; cut < len; cut++)
		assert_int_equal(join_bytes(bytes, cut, &got), CARDEA_E_SYNTAX);
	bytes[len] = 0;
	assert_int_equal(join_bytes(bytes, len + 1, &got), CARDEA_E_SYNTAX);
	assert_memory_equal(&got, &untouched, sizeof(got));
	assert_int_equal(join_bytes(bytes, len, &got), CARDEA_OK);
}

/* A changed byte is refused, or makes what is written as the same text. */
static void
no_two_texts_are_one_answer(void **state)
{
	static struct cardea_remote_device_answer got;
	static unsigned char bytes[20000], again[20000];
	size_t len;

	if (*state != NULL) {
		answer.count = 0;
		memcpy(answer.fingerprint, FINGERPRINT, sizeof(FINGERPRINT));
	} else {
		answer.count = 1;
		answer.lens[0] = 40;
	}
	answer.signature_len = 8;
	len = bytes_of(bytes, sizeof(bytes));
	for (size_t at = 0; at < len; at++) {
		for (int byte = 0; byte < 256; byte++) {
			unsigned char old = bytes[at];

			bytes[at] = (unsigned char)byte;
			if (join_bytes(bytes, len, &got) == CARDEA_OK) {
				answer = got;
				assert_int_equal(
				    bytes_of(again, sizeof(again)), len);
				assert_memory_equal(again, bytes, len);
			}
			bytes[at] = old;
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(answers_arrive_as_they_were_sent),
		TEST(a_fingerprint_may_stand_for_the_certificates),
		TEST(of_a_certificate_the_fingerprint_is_made_by_the_reader),
		TEST(the_fingerprint_of_nothing_is_the_known_one),
		TEST(a_refusal_is_one_short_part),
		TEST(the_host_is_written_in_lower_case),
		TEST(X07_the_largest_answer_fits_and_a_larger_one_is_refused),
		TEST(what_could_not_be_read_is_not_written),
		TEST(fingerprints_have_one_form),
		TEST(parts_come_in_their_order_and_of_one_answer),
		TEST(cut_or_longer_by_any_byte_an_answer_is_refused),
		TEST(no_two_texts_are_one_answer),
		cmocka_unit_test_prestate_setup_teardown(
		    no_two_texts_are_one_answer, prepare, NULL, prompt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
