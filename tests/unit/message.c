/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cardea/evidence.h>

#include "unit/test.h"
#include "wire/message.h"

#define ROUNDS 200000

static struct cardea_message message, other;
static unsigned char packet[CARDEA_MESSAGE_MAX + 1];

static const struct cardea_begin facts = {
	.service = "sshd",
	.user = "alice",
	.ruser = "",
	.rhost = "2001:db8::5",
	.tty = "ssh",
	.resume = "0123456789abcdef0123456789abcdef",
	.sshauth = "publickey ssh-ed25519 AAAA\n",
};

static size_t
encode(void)
{
	size_t len = 0;

	assert_int_equal(
	    cardea_message_encode(&message, packet, &len), CARDEA_OK);
	return len;
}

static void
put_u32(size_t at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		packet[at + i] = (unsigned char)(value >> (8 * i));
}

/* raw_packet: a header as anybody might send it, and body_len zero bytes. */
static size_t
raw_packet(uint32_t version, const uint32_t kind_flags_code[3], size_t body_len)
{
	memset(packet, 0, sizeof(packet));
	put_u32(0, CARDEA_WIRE_MAGIC);
	put_u32(4, version);
	put_u32(8, kind_flags_code[0]);
	put_u32(12, kind_flags_code[1]);
	put_u32(16, kind_flags_code[2]);
	return CARDEA_WIRE_HEADER + body_len;
}

static void
facts_arrive_as_they_were_sent(void **state)
{
	struct cardea_begin begin;

	(void)state;
	assert_int_equal(cardea_message_put_begin(&message,
			     CARDEA_PHASE_ACCOUNT, CARDEA_FLAG_SILENT, &facts),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_message_decode(packet, encode(), &other), CARDEA_OK);
	assert_int_equal(other.kind, CARDEA_MESSAGE_BEGIN);
	assert_int_equal(other.code, CARDEA_PHASE_ACCOUNT);
	assert_int_equal(other.flags, CARDEA_FLAG_SILENT);
	assert_int_equal(cardea_message_get_begin(&other, &begin), CARDEA_OK);
	assert_memory_equal(&begin, &facts, sizeof(facts));
}

static void
facts_of_full_length_fit_into_one_packet(void **state)
{
	static struct cardea_begin full, begin;

	(void)state;
	memset(full.service, 's', CARDEA_SERVICE_MAX);
	memset(full.user, 'u', CARDEA_NAME_MAX);
	memset(full.ruser, 'r', CARDEA_NAME_MAX);
	memset(full.rhost, 'h', CARDEA_NAME_MAX);
	memset(full.tty, 't', CARDEA_NAME_MAX);
	memset(full.resume, '1', CARDEA_TXN_MAX);
	memset(full.sshauth, 'k', CARDEA_SSHAUTH_MAX);
	memset(full.agent, 'a', CARDEA_AGENT_PATH_MAX);
	assert_int_equal(
	    cardea_message_put_begin(&message, CARDEA_PHASE_AUTH, 0, &full),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_message_decode(packet, encode(), &other), CARDEA_OK);
	assert_int_equal(cardea_message_get_begin(&other, &begin), CARDEA_OK);
	assert_memory_equal(&begin, &full, sizeof(full));
}

static void
a_verdict_arrives_as_it_was_sent(void **state)
{
	const struct cardea_verdict_body sent = {
		.resume = "ffffffffffffffffffffffffffffffff",
		.fail_delay_ms = 2000,
		.split_digits = 8,
	};
	struct cardea_verdict_body got;

	(void)state;
	assert_int_equal(cardea_message_put_verdict(
			     &message, CARDEA_OUTCOME_PERMITTED, &sent),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_message_decode(packet, encode(), &other), CARDEA_OK);
	assert_int_equal(other.code, CARDEA_OUTCOME_PERMITTED);
	assert_int_equal(cardea_message_get_verdict(&other, &got), CARDEA_OK);
	assert_string_equal(got.resume, sent.resume);
	assert_int_equal(got.fail_delay_ms, 2000);
	assert_int_equal(got.split_digits, 8);
}

static void
a_text_arrives_as_it_was_sent_with_any_byte_but_nul(void **state)
{
	char text[CARDEA_ANSWER_MAX + 1], got[CARDEA_ANSWER_MAX + 1];

	(void)state;
	for (size_t i = 0; i < CARDEA_ANSWER_MAX; i++)
		text[i] = (char)(1 + i % 255);
	text[CARDEA_ANSWER_MAX] = '\0';
	assert_int_equal(
	    cardea_message_put_text(
		&message, CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_TEXT, 0, text),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_message_decode(packet, encode(), &other), CARDEA_OK);
	assert_int_equal(
	    cardea_message_get_text(&other, got, sizeof(got)), CARDEA_OK);
	assert_string_equal(got, text);
}

static void
a_text_beyond_its_ceiling_is_refused_and_never_cut(void **state)
{
	static const struct {
		enum cardea_message_kind kind;
		size_t max;
	} rows[] = {
		{ CARDEA_MESSAGE_STASH, CARDEA_CODE_DIGITS_MAX },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_NAME_MAX },
		{ CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_MAX },
		{ CARDEA_MESSAGE_DECIDE, CARDEA_NAME_MAX },
		{ CARDEA_MESSAGE_ASK, CARDEA_PROMPT_MAX },
		{ CARDEA_MESSAGE_TELL, CARDEA_PROMPT_MAX },
	};
	char text[CARDEA_PROMPT_MAX + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(text, 'x', sizeof(text));
		text[rows[i].max + 1] = '\0';
		message.kind = CARDEA_MESSAGE_NONE;
		assert_int_equal(
		    cardea_message_put_text(&message, rows[i].kind, 0, 0, text),
		    CARDEA_E_RANGE);
		assert_int_equal(message.kind, CARDEA_MESSAGE_NONE);
		text[rows[i].max] = '\0';
		assert_int_equal(
		    cardea_message_put_text(&message, rows[i].kind, 0, 0, text),
		    CARDEA_OK);
		assert_int_equal(message.body_len, rows[i].max);
	}
}

static void
a_text_with_a_nul_inside_is_refused(void **state)
{
	char text[16] = "before";

	(void)state;
	assert_int_equal(cardea_message_put_text(&message, CARDEA_MESSAGE_ASK,
			     0, CARDEA_FLAG_ECHO, "a-b"),
	    CARDEA_OK);
	message.body[1] = '\0';
	assert_int_equal(cardea_message_get_text(&message, text, sizeof(text)),
	    CARDEA_E_SYNTAX);
	assert_string_equal(text, "before");
}

static void
a_text_too_long_for_its_reader_is_refused(void **state)
{
	char text[4] = "old";

	(void)state;
	assert_int_equal(
	    cardea_message_put_text(&message, CARDEA_MESSAGE_ASK, 0, 0, "four"),
	    CARDEA_OK);
	assert_int_equal(cardea_message_get_text(&message, text, sizeof(text)),
	    CARDEA_E_RANGE);
	assert_string_equal(text, "old");
}

static void
every_truncation_of_the_facts_is_refused(void **state)
{
	struct cardea_begin begin = { .user = "untouched" };
	size_t len;

	(void)state;
	assert_int_equal(
	    cardea_message_put_begin(&message, CARDEA_PHASE_AUTH, 0, &facts),
	    CARDEA_OK);
	len = encode();
	for (size_t cut = 0; cut < len; cut++) {
		if (cardea_message_decode(packet, cut, &other) != CARDEA_OK) {
			assert_true(cut < CARDEA_WIRE_HEADER);
			continue;
		}
		assert_int_equal(
		    cardea_message_get_begin(&other, &begin), CARDEA_E_SYNTAX);
		assert_string_equal(begin.user, "untouched");
	}
}

static void
every_truncation_of_a_verdict_is_refused(void **state)
{
	const struct cardea_verdict_body sent = { .resume = "ab" };
	struct cardea_verdict_body got = { .fail_delay_ms = 77 };
	size_t len;

	(void)state;
	assert_int_equal(cardea_message_put_verdict(
			     &message, CARDEA_OUTCOME_VERIFIED, &sent),
	    CARDEA_OK);
	len = encode();
	for (size_t cut = 0; cut < len; cut++) {
		if (cardea_message_decode(packet, cut, &other) != CARDEA_OK) {
			assert_true(cut < CARDEA_WIRE_HEADER);
			continue;
		}
		assert_int_equal(
		    cardea_message_get_verdict(&other, &got), CARDEA_E_SYNTAX);
		assert_int_equal(got.fail_delay_ms, 77);
	}
}

static void
bytes_after_the_last_field_are_refused(void **state)
{
	struct cardea_begin begin;

	(void)state;
	assert_int_equal(
	    cardea_message_put_begin(&message, CARDEA_PHASE_AUTH, 0, &facts),
	    CARDEA_OK);
	message.body[message.body_len++] = 0;
	assert_int_equal(
	    cardea_message_get_begin(&message, &begin), CARDEA_E_SYNTAX);
}

static void
one_kind_is_never_read_as_another(void **state)
{
	struct cardea_begin begin;
	struct cardea_verdict_body verdict = { 0 };

	(void)state;
	assert_int_equal(cardea_message_put_verdict(
			     &message, CARDEA_OUTCOME_VERIFIED, &verdict),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_message_get_begin(&message, &begin), CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_message_put_begin(&message, CARDEA_PHASE_AUTH, 0, &facts),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_message_get_verdict(&message, &verdict), CARDEA_E_SYNTAX);
}

static void
what_the_vocabulary_lacks_is_refused_by_both_ends(void **state)
{
	static const struct {
		uint32_t kind_flags_code[3];
		size_t body_len;
	} rows[] = {
		{ { 0, 0, 0 }, 0 },
		{ { 6, 0, 0 }, 0 },
		{ { 63, 0, 0 }, 0 },
		{ { 68, 0, 0 }, 0 },
		/* patience: some, but not for ever, and without words */
		{ { CARDEA_MESSAGE_WAIT, 0, 0 }, 0 },
		{ { CARDEA_MESSAGE_WAIT, 0, CARDEA_WAIT_MAX_MS + 1 }, 0 },
		{ { CARDEA_MESSAGE_WAIT, CARDEA_FLAG_ECHO, 1 }, 0 },
		{ { CARDEA_MESSAGE_WAIT, 0, 1 }, 1 },
		{ { 0xffffffff, 0, 0 }, 0 },
		/* phases */
		{ { CARDEA_MESSAGE_BEGIN, 0, 0 }, 0 },
		{ { CARDEA_MESSAGE_BEGIN, 0, 5 }, 0 },
		/* flags of other kinds, and of none */
		{ { CARDEA_MESSAGE_BEGIN, CARDEA_FLAG_ECHO, 1 }, 0 },
		{ { CARDEA_MESSAGE_BEGIN, 1u << 31, 1 }, 0 },
		{ { CARDEA_MESSAGE_STASH, 1, 0 }, 0 },
		{ { CARDEA_MESSAGE_VERIFY, CARDEA_FLAG_DEFER_SESSION, 2 }, 0 },
		{ { CARDEA_MESSAGE_ANSWER, CARDEA_FLAG_ECHO, 1 }, 0 },
		{ { CARDEA_MESSAGE_DECIDE, CARDEA_FLAG_ECHO, 0 }, 0 },
		{ { CARDEA_MESSAGE_ASK, CARDEA_FLAG_SILENT, 0 }, 0 },
		{ { CARDEA_MESSAGE_TELL, CARDEA_FLAG_ECHO, 0 }, 0 },
		{ { CARDEA_MESSAGE_VERDICT, 1, 0 }, 0 },
		/* factors */
		{ { CARDEA_MESSAGE_VERIFY, 0, CARDEA_FACTOR_NONE }, 0 },
		{ { CARDEA_MESSAGE_VERIFY, 0, CARDEA_FACTOR_COUNT }, 0 },
		/* codes where there are none */
		{ { CARDEA_MESSAGE_STASH, 0, 1 }, 0 },
		{ { CARDEA_MESSAGE_DECIDE, 0, 1 }, 0 },
		{ { CARDEA_MESSAGE_ASK, 0, 1 }, 0 },
		{ { CARDEA_MESSAGE_TELL, 0, 1 }, 0 },
		/* answers */
		{ { CARDEA_MESSAGE_ANSWER, 0, 4 }, 0 },
		{ { CARDEA_MESSAGE_ANSWER, 0, CARDEA_ANSWER_NONE }, 1 },
		{ { CARDEA_MESSAGE_ANSWER, 0, CARDEA_ANSWER_PASSWORD }, 1 },
		{ { CARDEA_MESSAGE_ANSWER, 0, CARDEA_ANSWER_TOO_LONG }, 1 },
		/* outcomes: small numbers and one flipped bit (V26) */
		{ { CARDEA_MESSAGE_VERDICT, 0, 1 }, 0 },
		{ { CARDEA_MESSAGE_VERDICT, 0, CARDEA_OUTCOME_PERMITTED ^ 1 },
		    0 },
		{ { CARDEA_MESSAGE_VERDICT, 0, 0xffffffff }, 0 },
		/* lengths */
		{ { CARDEA_MESSAGE_STASH, 0, 0 }, CARDEA_CODE_DIGITS_MAX + 1 },
		{ { CARDEA_MESSAGE_VERIFY, 0, 2 }, CARDEA_NAME_MAX + 1 },
		{ { CARDEA_MESSAGE_ANSWER, 0, 1 }, CARDEA_ANSWER_MAX + 1 },
		{ { CARDEA_MESSAGE_DECIDE, 0, 0 }, CARDEA_NAME_MAX + 1 },
		{ { CARDEA_MESSAGE_ASK, 0, 0 }, CARDEA_PROMPT_MAX + 1 },
		{ { CARDEA_MESSAGE_TELL, 0, 0 }, CARDEA_PROMPT_MAX + 1 },
		{ { CARDEA_MESSAGE_VERDICT, 0, 0 }, CARDEA_TXN_MAX + 13 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = raw_packet(CARDEA_WIRE_VERSION,
		    rows[i].kind_flags_code, rows[i].body_len);
		size_t ret_len = 12345;

		other.body_len = 4711;
		assert_int_equal(cardea_message_decode(packet, len, &other),
		    CARDEA_E_SYNTAX);
		assert_int_equal(other.body_len, 4711);

		message.kind = rows[i].kind_flags_code[0];
		message.flags = rows[i].kind_flags_code[1];
		message.code = rows[i].kind_flags_code[2];
		message.body_len = rows[i].body_len;
		assert_int_equal(
		    cardea_message_encode(&message, packet, &ret_len),
		    CARDEA_E_INTERNAL);
		assert_int_equal(ret_len, 12345);
	}
}

static void
a_packet_of_an_unknown_version_is_refused(void **state)
{
	const uint32_t decide[3] = { CARDEA_MESSAGE_DECIDE, 0, 0 };
	static const uint32_t versions[] = { 0, CARDEA_WIRE_VERSION + 1,
		CARDEA_WIRE_VERSION + 256, 0xffffffff };

	(void)state;
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		assert_int_equal(
		    cardea_message_decode(
			packet, raw_packet(versions[i], decide, 0), &other),
		    CARDEA_E_VERSION);
	assert_int_equal(
	    cardea_message_decode(
		packet, raw_packet(CARDEA_WIRE_VERSION, decide, 0), &other),
	    CARDEA_OK);
}

static void
version_n_accepts_n_and_the_one_before(void **state)
{
	(void)state;
	assert_true(cardea_message_version_is_known(7, 7));
	assert_true(cardea_message_version_is_known(6, 7));
	assert_false(cardea_message_version_is_known(5, 7));
	assert_false(cardea_message_version_is_known(8, 7));
	assert_true(cardea_message_version_is_known(1, 1));
	assert_false(cardea_message_version_is_known(0, 1));
}

static void
a_wrong_magic_or_a_packet_too_large_is_refused(void **state)
{
	const uint32_t decide[3] = { CARDEA_MESSAGE_DECIDE, 0, 0 };
	const uint32_t begin[3] = { CARDEA_MESSAGE_BEGIN, 0,
		CARDEA_PHASE_AUTH };
	size_t len = raw_packet(CARDEA_WIRE_VERSION, decide, 0);

	(void)state;
	packet[0] ^= 1;
	assert_int_equal(
	    cardea_message_decode(packet, len, &other), CARDEA_E_SYNTAX);
	len = raw_packet(CARDEA_WIRE_VERSION, begin, CARDEA_WIRE_BODY_MAX);
	assert_int_equal(cardea_message_decode(packet, len, &other), CARDEA_OK);
	assert_int_equal(
	    cardea_message_decode(packet, len + 1, &other), CARDEA_E_SYNTAX);
}

/* Seeded, so that a failure can be repeated. */
static uint32_t
next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void
random_bytes_are_refused_or_encode_to_themselves(void **state)
{
	static unsigned char again[CARDEA_MESSAGE_MAX];
	uint32_t seed = 20261123;
	size_t accepted = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		uint32_t head[3] = { next_random(&seed) % 70,
			next_random(&seed) % 128, next_random(&seed) % 10 };
		size_t body_len = next_random(&seed) % 64, again_len = 0;
		size_t len = raw_packet(1, head, body_len);
		struct cardea_begin begin;
		struct cardea_verdict_body verdict;
		char text[64];

		for (size_t i = 0; i < body_len; i++)
			packet[CARDEA_WIRE_HEADER + i] =
			    (unsigned char)next_random(&seed);
		if (cardea_message_decode(packet, len, &other) != CARDEA_OK)
			continue;
		accepted++;
		assert_int_equal(
		    cardea_message_encode(&other, again, &again_len),
		    CARDEA_OK);
		assert_int_equal(again_len, len);
		assert_memory_equal(again, packet, len);
		if (cardea_message_get_begin(&other, &begin) == CARDEA_OK)
			assert_int_equal(other.kind, CARDEA_MESSAGE_BEGIN);
		if (cardea_message_get_verdict(&other, &verdict) == CARDEA_OK)
			assert_int_equal(other.kind, CARDEA_MESSAGE_VERDICT);
		if (cardea_message_get_text(&other, text, sizeof(text)) ==
		    CARDEA_OK)
			assert_int_equal(strlen(text), body_len);
	}
	assert_true(accepted > 100);
}

static void
clear_leaves_nothing_of_an_answer(void **state)
{
	static const struct cardea_message zero;

	(void)state;
	assert_int_equal(
	    cardea_message_put_text(&message, CARDEA_MESSAGE_ANSWER,
		CARDEA_ANSWER_TEXT, 0, "123456"),
	    CARDEA_OK);
	cardea_message_clear(&message);
	assert_memory_equal(&message, &zero, sizeof(zero));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_arrive_as_they_were_sent),
		cmocka_unit_test(facts_of_full_length_fit_into_one_packet),
		cmocka_unit_test(a_verdict_arrives_as_it_was_sent),
		cmocka_unit_test(
		    a_text_arrives_as_it_was_sent_with_any_byte_but_nul),
		cmocka_unit_test(
		    a_text_beyond_its_ceiling_is_refused_and_never_cut),
		cmocka_unit_test(a_text_with_a_nul_inside_is_refused),
		cmocka_unit_test(a_text_too_long_for_its_reader_is_refused),
		cmocka_unit_test(every_truncation_of_the_facts_is_refused),
		cmocka_unit_test(every_truncation_of_a_verdict_is_refused),
		cmocka_unit_test(bytes_after_the_last_field_are_refused),
		cmocka_unit_test(one_kind_is_never_read_as_another),
		cmocka_unit_test(
		    what_the_vocabulary_lacks_is_refused_by_both_ends),
		cmocka_unit_test(a_packet_of_an_unknown_version_is_refused),
		cmocka_unit_test(version_n_accepts_n_and_the_one_before),
		cmocka_unit_test(
		    a_wrong_magic_or_a_packet_too_large_is_refused),
		cmocka_unit_test(
		    random_bytes_are_refused_or_encode_to_themselves),
		cmocka_unit_test(clear_leaves_nothing_of_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
