/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "unit/remote_fixture.h"
#include "unit/test.h"

static void
write_parts(const struct cardea_remote_answer *answer,
    struct cardea_remote_parts *ret_parts)
{
	memset(ret_parts, 0x5a, sizeof(*ret_parts));
	assert_int_equal(cardea_remote_write(answer, ret_parts), CARDEA_OK);
	for (unsigned int i = 0; i < ret_parts->count; i++)
		assert_true(
		    strlen(ret_parts->texts[i]) <= CARDEA_PROOF_CHUNK_MAX);
}

/* The verifier's side of it: part by part. */
static void
carry(const struct cardea_remote_parts *sent,
    struct cardea_remote_parts *ret_parts)
{
	struct cardea_remote_parts parts = { 0 };
	char prompt[32], wanted[32];
	bool done = false;

	for (unsigned int i = 0; i < sent->count; i++) {
		assert_false(done);
		assert_int_equal(cardea_remote_add_part(&cardea_remote_key_form,
				     &parts, sent->texts[i], &done),
		    CARDEA_OK);
		if (done)
			continue;
		assert_int_equal(
		    cardea_remote_more(&parts, prompt, sizeof(prompt)),
		    CARDEA_OK);
		snprintf(wanted, sizeof(wanted), "[cardea-more1:%u] ", i + 2);
		assert_string_equal(prompt, wanted);
	}
	assert_true(done);
	assert_int_equal(cardea_remote_more(&parts, prompt, sizeof(prompt)),
	    CARDEA_E_INTERNAL);
	*ret_parts = parts;
}

static void
answers_of_every_size_arrive_as_they_were_sent(void **state)
{
	static struct cardea_remote_parts sent, got;
	static struct cardea_remote_answer answer;
	unsigned int most = 0;

	(void)state;
	for (size_t len = 1; len <= CARDEA_KEY_AUTHDATA_MAX; len++) {
		size_t signature_len = 1 + len / 2;
		struct cardea_remote_answer wanted = an_answer(
		    len, signature_len < 512 ? signature_len : 512);

		write_parts(&wanted, &sent);
		carry(&sent, &got);
		memset(&answer, 0x5a, sizeof(answer));
		assert_int_equal(cardea_remote_join(&got, &answer), CARDEA_OK);
		assert_memory_equal(&answer, &wanted, sizeof(answer));
		most = sent.count;
	}
	assert_int_equal(most, 5);
}

static void
the_usual_answer_is_one_part_of_this_form(void **state)
{
	static struct cardea_remote_parts parts;
	struct cardea_remote_answer answer = an_answer(37, 72);

	(void)state;
	write_parts(&answer, &parts);
	assert_int_equal(parts.count, 1);
	assert_memory_equal(parts.texts[0], "cardea-key1:1/1:AAEFAAAA", 24);
	assert_int_equal(strlen(parts.texts[0]), 208);
	assert_null(strpbrk(parts.texts[0] + 16, "+/=\r\n "));
}

static void
a_refusal_is_one_part_that_says_why(void **state)
{
	static struct cardea_remote_parts parts, got;
	static struct cardea_remote_answer answer;

	(void)state;
	for (int no = CARDEA_REMOTE_NO_KEY; no < CARDEA_REMOTE_NO_COUNT; no++) {
		struct cardea_remote_answer wanted = {
			.no = (enum cardea_remote_no)no,
		};

		write_parts(&wanted, &parts);
		assert_int_equal(parts.count, 1);
		carry(&parts, &got);
		assert_int_equal(cardea_remote_join(&got, &answer), CARDEA_OK);
		assert_memory_equal(&answer, &wanted, sizeof(answer));
	}
	assert_int_equal(strlen(parts.texts[0]), strlen("cardea-key1:1/1:BQ"));
}

static void
the_host_is_written_in_lower_case(void **state)
{
	static struct cardea_remote_parts parts;
	static struct cardea_remote_answer answer, read;

	(void)state;
	answer = an_answer(37, 72);
	memcpy(answer.host, "BANK.Example", 13);
	write_parts(&answer, &parts);
	assert_int_equal(cardea_remote_join(&parts, &read), CARDEA_OK);
	assert_string_equal(read.host, "bank.example");
}

static void
what_could_not_be_read_is_not_written(void **state)
{
	static struct cardea_remote_parts parts, untouched;
	static struct cardea_remote_answer bad[8];

	(void)state;
	memset(&parts, 0x5a, sizeof(parts));
	untouched = parts;
	for (size_t i = 0; i < 8; i++)
		bad[i] = an_answer(37, 72);
	bad[0].no = CARDEA_REMOTE_NO_COUNT;
	bad[1].handle = CARDEA_REMOTE_HANDLES_MAX;
	bad[2].user[0] = '\0';
	bad[3].host[0] = '\n';
	bad[4].auth_data_len = 0;
	bad[5].auth_data_len = CARDEA_KEY_AUTHDATA_MAX + 1;
	bad[6].signature_len = 0;
	bad[7].signature_len = CARDEA_KEY_SIGNATURE_MAX + 1;
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(
		    cardea_remote_write(&bad[i], &parts), CARDEA_E_SYNTAX);
		assert_memory_equal(&parts, &untouched, sizeof(parts));
	}
}

static void
the_largest_answer_fits(void **state)
{
	static struct cardea_remote_parts parts;
	static struct cardea_remote_answer answer, read;

	(void)state;
	answer = an_answer(CARDEA_KEY_AUTHDATA_MAX, CARDEA_KEY_SIGNATURE_MAX);
	memset(answer.user, 'u', CARDEA_NAME_MAX);
	memset(answer.host, 'h', CARDEA_NAME_MAX);
	answer.handle = CARDEA_REMOTE_HANDLES_MAX - 1;
	write_parts(&answer, &parts);
	assert_int_equal(parts.count, 6);
	assert_int_equal(cardea_remote_join(&parts, &read), CARDEA_OK);
	assert_memory_equal(&answer, &read, sizeof(answer));
}

/* Alone, each of these is no first part. */
static void
parts_are_read_strictly(void **state)
{
	static const char *const bad[] = { "", "cardea-key1:", "yes",
		"cardea-key1:1/1:", "cardea-key1:1/1:BQ==",
		"cardea-key1:1/1:BQ\n", " cardea-key1:1/1:BQ",
		"cardea-key1:01/1:BQ", "cardea-key1:1/01:BQ",
		"cardea-key1:0/1:BQ", "cardea-key1:2/1:BQ",
		"cardea-key1:1/17:BQ", "cardea-key1:1/0:BQ",
		"cardea-key1:+1/1:BQ", "cardea-key1:1/1:BR",
		"cardea-key1:1/1:B", "cardea-key1:1/1:B+", "cardea-key1:1:BQ",
		"cardea-key2:1/1:BQ", "CARDEA-KEY1:1/1:BQ",
		"cardea-key1:1/2:BQ", "cardea-key1:2/2:BQ",
		"[cardea-key1:1/1:BQ] " };
	static struct cardea_remote_parts parts, zero;
	bool done = false;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (cardea_remote_add_part(&cardea_remote_key_form, &parts,
			bad[i], &done) != CARDEA_E_SYNTAX)
			fail_msg("accepted: %s", bad[i]);
		assert_memory_equal(&parts, &zero, sizeof(parts));
		assert_false(done);
	}
	assert_int_equal(cardea_remote_add_part(&cardea_remote_key_form, &parts,
			     "cardea-key1:1/1:BQ", &done),
	    CARDEA_OK);
	assert_true(done);
}

static void
parts_come_in_their_order_and_of_one_answer(void **state)
{
	static struct cardea_remote_parts three, four, got;
	struct cardea_remote_answer answer = an_answer(500, 400);
	struct cardea_remote_answer longer = an_answer(800, 400);
	bool done = false;

	(void)state;
	write_parts(&answer, &three);
	write_parts(&longer, &four);
	assert_int_equal(three.count, 3);
	assert_int_equal(four.count, 4);
#define ADD(text)                                                              \
	cardea_remote_add_part(&cardea_remote_key_form, &got, text, &done)
	assert_int_equal(ADD(three.texts[1]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(three.texts[0]), CARDEA_OK);
	assert_int_equal(ADD(three.texts[0]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(three.texts[2]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(four.texts[1]), CARDEA_E_SYNTAX);
	assert_int_equal(ADD(three.texts[1]), CARDEA_OK);
	assert_int_equal(cardea_remote_join(&got, &answer), CARDEA_E_SYNTAX);
	assert_false(done);
	assert_int_equal(ADD(three.texts[2]), CARDEA_OK);
	assert_true(done);
	assert_int_equal(ADD(three.texts[2]), CARDEA_E_SYNTAX);
	assert_int_equal(cardea_remote_join(&got, &answer), CARDEA_OK);
#undef ADD
}

static void
K02_cut_or_changed_anywhere_it_is_refused_or_another_one(void **state)
{
	static struct cardea_remote_parts sent, got, again;
	static struct cardea_remote_answer answer, read;

	(void)state;
	answer = an_answer(37, 72);
	write_parts(&answer, &sent);
	for (size_t cut = 0; cut < strlen(sent.texts[0]); cut++) {
		bool done = false;
		char text[CARDEA_PROOF_CHUNK_MAX + 1] = "";

		memset(&got, 0, sizeof(got));
		memcpy(text, sent.texts[0], cut);
		if (cardea_remote_add_part(&cardea_remote_key_form, &got, text,
			&done) == CARDEA_OK)
			assert_int_equal(
			    cardea_remote_join(&got, &read), CARDEA_E_SYNTAX);
	}
	for (size_t at = 0; at < strlen(sent.texts[0]); at++) {
		for (int byte = 1; byte < 256; byte++) {
			bool done = false;
			char text[CARDEA_PROOF_CHUNK_MAX + 1];

			memset(&got, 0, sizeof(got));
			memcpy(text, sent.texts[0], sizeof(text));
			text[at] = (char)byte;
			if (cardea_remote_add_part(&cardea_remote_key_form,
				&got, text, &done) != CARDEA_OK ||
			    !done ||
			    cardea_remote_join(&got, &read) != CARDEA_OK)
				continue;
			write_parts(&read, &again);
			assert_string_equal(again.texts[0], text);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    answers_of_every_size_arrive_as_they_were_sent),
		cmocka_unit_test(the_usual_answer_is_one_part_of_this_form),
		cmocka_unit_test(a_refusal_is_one_part_that_says_why),
		cmocka_unit_test(the_host_is_written_in_lower_case),
		cmocka_unit_test(what_could_not_be_read_is_not_written),
		cmocka_unit_test(the_largest_answer_fits),
		cmocka_unit_test(parts_are_read_strictly),
		cmocka_unit_test(parts_come_in_their_order_and_of_one_answer),
		cmocka_unit_test(
		    K02_cut_or_changed_anywhere_it_is_refused_or_another_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
