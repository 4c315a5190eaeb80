/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "store/ledger.h"
#include "store/record.h"
#include "unit/test.h"
#include "verifier/world.h"

#define PROVED CARDEA_FLAG_PASSWORD_PROVED

/* Brings a conversation to one of the states in which it can be. */
enum state { NEW, BEGUN, GOING, ASKED, STATES };

static struct talk
talk_in(enum state state)
{
	struct talk talk = talk_start();

	if (state >= BEGUN) {
		talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	}
	if (state == GOING) {
		talk_send(&talk, CARDEA_MESSAGE_STASH, 0, 0, "x");
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BEGUN);
	}
	if (state == ASKED) {
		talk_send(&talk, CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP,
		    PROVED, "alice");
		assert_int_equal(talk_next(&talk), CARDEA_MESSAGE_ASK);
	}
	return talk;
}

/* The last word is "broken", and then nobody is there any more. */
static void
ends_broken(struct talk *talk)
{
	assert_int_equal(talk_outcome(talk), CARDEA_OUTCOME_BROKEN);
	assert_string_equal(talk->resume, "");
	assert_int_equal(talk_next(talk), CARDEA_MESSAGE_NONE);
	assert_int_equal(talk_end(talk), 0);
	assert_int_equal(world_log_count("permit"), 0);
}

static void
a_message_out_of_turn_ends_the_conversation(void **state)
{
	static const struct {
		enum cardea_message_kind kind;
		uint32_t code, flags;
		const char *text;
		unsigned int fits; /* bit (1 << state): in turn there */
	} cases[] = {
		{ CARDEA_MESSAGE_STASH, 0, 0, "123456", 1u << BEGUN },
		{ CARDEA_MESSAGE_STASH, 0, PROVED, "123456", 0 },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP, 0, "alice",
		    1u << BEGUN | 1u << GOING },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_NONE, 0, "alice", 0 },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_PASSWORD, 0, "alice",
		    0 },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_FIDO2, 0, "alice",
		    1u << BEGUN | 1u << GOING },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_DEVICE, 0, "alice",
		    1u << BEGUN | 1u << GOING },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_SSHCERT, 0, "alice", 0 },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_COUNT, 0, "alice", 0 },
		{ CARDEA_MESSAGE_VERIFY, CARDEA_FACTOR_TOTP,
		    CARDEA_FLAG_CLOSE_SESSION, "alice", 0 },
		{ CARDEA_MESSAGE_DECIDE, 0, 0, "alice",
		    1u << BEGUN | 1u << GOING },
		{ CARDEA_MESSAGE_DECIDE, 0, CARDEA_FLAG_CLOSE_SESSION, "alice",
		    0 },
		{ CARDEA_MESSAGE_DECIDE, 1, 0, "alice", 0 },
		{ CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_TEXT, 0, "123456",
		    1u << ASKED },
		{ CARDEA_MESSAGE_ANSWER, 4, 0, "123456", 0 },
		{ CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_TEXT, PROVED, "123456",
		    0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (enum state at = NEW; at < STATES; at++) {
			struct talk talk;

			if (cases[i].fits & 1u << at)
				continue;
			world_reset();
			talk = talk_in(at);
			talk_send(&talk, cases[i].kind, cases[i].code,
			    cases[i].flags, cases[i].text);
			ends_broken(&talk);
		}
	}
}

static void
a_second_beginning_is_out_of_turn(void **state)
{
	(void)state;
	for (enum state at = BEGUN; at < STATES; at++) {
		struct talk talk;

		world_reset();
		talk = talk_in(at);
		talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
		ends_broken(&talk);
	}
}

static void
a_phase_that_is_none_breaks(void **state)
{
	static const struct cardea_begin begin = { .service = "sshd",
		.user = "alice" };
	static const uint32_t phases[] = { 0, 5, 255, UINT32_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		struct talk talk;

		world_reset();
		talk = talk_start();
		talk_begin_as(&talk, phases[i], &begin);
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BROKEN);
		assert_int_equal(
		    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_BROKEN);
		assert_int_equal(talk_end(&talk), 0);
		assert_int_equal(world_log_count("permit"), 0);
	}
}

static void
garbage_breaks_and_does_no_harm(void **state)
{
	unsigned char bytes[CARDEA_MESSAGE_MAX];
	static const size_t sizes[] = { 1, 3, 19, 20, 21, 512, 4096,
		CARDEA_MESSAGE_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int fill = 0; fill <= 0xff; fill += 0x55) {
			struct talk talk;

			world_reset();
			memset(bytes, fill, sizeof(bytes));
			talk = talk_in(i % STATES);
			talk_bytes(&talk, bytes, sizes[i]);
			ends_broken(&talk);
		}
	}
}

static void
every_truncation_of_a_beginning_breaks(void **state)
{
	static const struct cardea_begin begin = {
		.service = "sshd", .user = "alice", .rhost = "192.0.2.7"
	};
	static struct cardea_message message;
	unsigned char packet[CARDEA_MESSAGE_MAX];
	size_t len = 0;

	(void)state;
	assert_int_equal(
	    cardea_message_put_begin(&message, CARDEA_PHASE_AUTH, 0, &begin),
	    CARDEA_OK);
	assert_int_equal(
	    cardea_message_encode(&message, packet, &len), CARDEA_OK);
	for (size_t cut = 1; cut < len; cut += cut < 24 ? 1 : 7) {
		struct talk talk = talk_start();

		talk_bytes(&talk, packet, cut);
		ends_broken(&talk);
	}
}

static void
P03_hanging_up_at_any_step_ends_the_verifier(void **state)
{
	(void)state;
	for (enum state at = NEW; at < STATES; at++) {
		struct talk talk;

		world_reset();
		talk = talk_in(at);
		assert_int_equal(talk_end(&talk), 0);
		assert_int_equal(world_log_count("permit"), 0);
	}
}

static bool
count_record(
    const struct cardea_key *key, const struct cardea_value *value, void *data)
{
	size_t *count = data;

	(void)key;
	(void)value;
	++*count;
	return true;
}

static size_t
count_tries(void)
{
	struct cardea_store *store = world_store();
	struct cardea_key prefix;
	size_t count = 0;

	assert_int_equal(
	    cardea_key_make(CARDEA_KIND_TRIES, NULL, NULL, &prefix), CARDEA_OK);
	assert_int_equal(
	    cardea_store_list(store, &prefix, count_record, &count, NULL),
	    CARDEA_OK);
	cardea_store_close(store);
	return count;
}

static void
R04_what_was_never_answered_counts_for_nothing(void **state)
{
	struct talk talk, waiting[8];

	(void)state;
	world_reset();
	for (int i = 0; i < 20; i++) {
		talk = talk_in(ASKED);
		assert_int_equal(talk_end(&talk), 0);
		talk = talk_in(ASKED);
		talk_send(
		    &talk, CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_NONE, 0, "");
		assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_REFUSED);
		assert_int_equal(talk_end(&talk), 0);
	}
	for (size_t i = 0; i < 8; i++)
		waiting[i] = talk_in(ASKED);
	assert_int_equal(count_tries(), 0);
	/* beside all those that are still being asked */
	talk = talk_in(ASKED);
	talk_send(&talk, CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_TEXT, 0,
	    world_code('a', 0));
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_VERIFIED);
	assert_int_equal(talk_end(&talk), 0);
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(talk_end(&waiting[i]), 0);
	assert_int_equal(count_tries(), 0);
	/* whereas an answer counts, for the source and for the user */
	talk = talk_in(ASKED);
	talk_send(
	    &talk, CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_TEXT, 0, "000000");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_REFUSED);
	assert_int_equal(talk_end(&talk), 0);
	assert_true(count_tries() > 0);
}

static void
hanging_up_after_the_answer_leaves_the_code_used_or_usable(void **state)
{
	char code[CARDEA_CODE_DIGITS_MAX + 1];
	struct talk talk;

	(void)state;
	world_reset();
	(void)snprintf(code, sizeof(code), "%s", world_code('a', 0));
	talk = talk_in(ASKED);
	talk_send(&talk, CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_TEXT, 0, code);
	assert_int_equal(talk_end(&talk), 0);
	assert_int_equal(world_log_count("factor=totp result=verified"), 1);
	assert_int_equal(world_log_count("permit"), 0);

	talk = talk_in(ASKED);
	talk_send(&talk, CARDEA_MESSAGE_ANSWER, CARDEA_ANSWER_TEXT, 0, code);
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_REFUSED);
	talk_end(&talk);
}

static void
V20_a_peer_that_is_not_root_is_not_served(void **state)
{
	struct talk talk;

	(void)state;
	world_reset();
	assert_int_equal(setresuid((uid_t)-1, 1002, 0), 0);
	talk = talk_start();
	assert_int_equal(setresuid((uid_t)-1, 0, 0), 0);
	talk_begin(&talk, CARDEA_PHASE_AUTH, "sshd", "alice", "");
	assert_int_equal(talk_outcome(&talk), CARDEA_OUTCOME_BROKEN);
	assert_int_equal(
	    talk_decide(&talk, "alice", PROVED), CARDEA_OUTCOME_BROKEN);
	assert_int_equal(talk_end(&talk), 0);
	assert_int_equal(world_log_count("the peer is not root"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_out_of_turn_ends_the_conversation),
		cmocka_unit_test(a_second_beginning_is_out_of_turn),
		cmocka_unit_test(a_phase_that_is_none_breaks),
		cmocka_unit_test(garbage_breaks_and_does_no_harm),
		cmocka_unit_test(every_truncation_of_a_beginning_breaks),
		cmocka_unit_test(P03_hanging_up_at_any_step_ends_the_verifier),
		cmocka_unit_test(
		    R04_what_was_never_answered_counts_for_nothing),
		cmocka_unit_test(
		    hanging_up_after_the_answer_leaves_the_code_used_or_usable),
		cmocka_unit_test(V20_a_peer_that_is_not_root_is_not_served),
	};
	const char *why = world_enter();

	if (why != NULL) {
		printf("1..0 # SKIP %s\n", why);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
