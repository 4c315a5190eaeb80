/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/pack.h"
#include "store/crypto.h"
#include "unit/remote_fixture.h"
#include "unit/test.h"

#define PREFIX "(alice@bank.example) "

static struct cardea_remote_challenge challenge;
static char prompt[CARDEA_PROMPT_MAX + 1];
static char argument[5 * CARDEA_PROMPT_MAX];

static int
prepare(void **state)
{
	(void)state;
	challenge = a_challenge();
	return cardea_remote_prompt(&challenge, prompt, sizeof(prompt)) ==
		CARDEA_OK
	    ? 0
	    : -1;
}

/* What askpass makes of an argument; the question is untouched on failure. */
static enum cardea_status
read_argument(const char *text, struct cardea_remote_question *ret_question)
{
	static struct cardea_remote_question untouched;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	memset(ret_question, 0x5a, sizeof(*ret_question));
	memset(&untouched, 0x5a, sizeof(untouched));
	status = cardea_remote_read(text, ret_question, &diag);
	if (status != CARDEA_OK) {
		assert_memory_equal(
		    ret_question, &untouched, sizeof(untouched));
		assert_int_equal(status, CARDEA_E_SYNTAX);
		assert_string_not_equal(diag.reason, "");
	}
	return status;
}

/* The same for "BEFORE prompt AFTER". */
static enum cardea_status
read_around(const char *before, const char *after,
    struct cardea_remote_question *ret_question)
{
	snprintf(argument, sizeof(argument), "%s%s%s", before, prompt, after);
	return read_argument(argument, ret_question);
}

static void
assert_refused(const char *before, const char *after)
{
	static struct cardea_remote_question question;

	if (read_around(before, after, &question) == CARDEA_OK)
		fail_msg("accepted: %s...%s", before, after);
}

static void
assert_alike(const struct cardea_remote_challenge *a,
    const struct cardea_remote_challenge *b)
{
	assert_memory_equal(a->nonce, b->nonce, sizeof(a->nonce));
	assert_string_equal(a->service, b->service);
	assert_int_equal(a->uv, b->uv);
	assert_int_equal(a->handle_count, b->handle_count);
	for (size_t i = 0; i < a->handle_count; i++) {
		assert_string_equal(a->handles[i].rp_id, b->handles[i].rp_id);
		assert_int_equal(a->handles[i].len, b->handles[i].len);
		assert_memory_equal(a->handles[i].bytes, b->handles[i].bytes,
		    a->handles[i].len);
	}
}

static void
a_challenge_arrives_as_it_was_sent(void **state)
{
	struct cardea_remote_question question;

	(void)state;
	assert_int_equal(read_around(PREFIX, "", &question), CARDEA_OK);
	assert_int_equal(question.kind, CARDEA_REMOTE_CHALLENGE);
	assert_string_equal(question.user, "alice");
	assert_string_equal(question.host, "bank.example");
	assert_alike(&question.challenge, &challenge);
}

static void
the_prompt_is_what_the_header_says(void **state)
{
	(void)state;
	assert_memory_equal(prompt,
	    "Security key: cardea-askpass answers this; else press Enter. "
	    "[cardea-key1:",
	    74);
	assert_string_equal(prompt + strlen(prompt) - 2, "] ");
	assert_null(strchr(prompt, '\n'));
}

static void
prompts_of_others_are_left_to_others(void **state)
{
	static const char *const others[] = {
		"",
		"Password: ",
		"(alice@bank.example) Password: ",
		"Enter passphrase for key '/home/alice/.ssh/cardea-key1': ",
		"The authenticity of host '[cardea-key1]:2222' can't be",
		"(alice@bank.example) cardea-key1:1/1:AAAA",
	};
	struct cardea_remote_question question;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(
		    read_argument(others[i], &question), CARDEA_OK);
		assert_int_equal(question.kind, CARDEA_REMOTE_OTHER);
	}
}

static void
text_that_sshd_glued_in_front_is_ignored(void **state)
{
	struct cardea_remote_question question;

	(void)state;
	assert_int_equal(
	    read_around(PREFIX "Scheduled downtime (Friday) see\nmotd\n", "",
		&question),
	    CARDEA_E_SYNTAX);
	assert_int_equal(read_around(PREFIX "Downtime on Friday;\nsee (motd)\n",
			     "", &question),
	    CARDEA_OK);
	assert_string_equal(question.host, "bank.example");
	assert_alike(&question.challenge, &challenge);
	/* sshd ends each message by a newline, so this is not sshd's */
	assert_refused(PREFIX "some words ", "");
}

static void
users_and_hosts_of_every_kind_are_told_apart(void **state)
{
	static const struct {
		const char *before, *user, *host;
	} rows[] = {
		{ "(alice@192.0.2.7) ", "alice", "192.0.2.7" },
		{ "(alice@2001:db8::7) ", "alice", "2001:db8::7" },
		{ "(alice@fe80::1%eth0) ", "alice", "fe80::1%eth0" },
		{ "(alice@Bank) ", "alice", "Bank" },
		{ "(alice@example.com@bank) ", "alice@example.com", "bank" },
		{ "(j\303\274rgen smith@b) ", "j\303\274rgen smith", "b" },
		{ "((@)) ", "(", ")" },
	};
	struct cardea_remote_question question;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    read_around(rows[i].before, "", &question), CARDEA_OK);
		assert_string_equal(question.user, rows[i].user);
		assert_string_equal(question.host, rows[i].host);
	}
}

/* A server in the middle writes what it likes behind the client's prefix. */
static void
a_second_prefix_is_refused(void **state)
{
	(void)state;
	assert_refused("(alice@evil) (alice@bank.example) ", "");
	assert_refused("(alice@evil) \n(alice@bank.example) ", "");
	assert_refused("(alice@evil) x\r(alice@bank.example) \n", "");
	assert_refused("(alice@evil) (alice@bank.example) words\n", "");
	assert_refused("(alice@evil) a) b\n", "");
}

/* Whoever has somebody click on ssh://USER@evil chose the user. */
static void
a_user_name_that_pretends_to_be_a_prefix_is_refused(void **state)
{
	(void)state;
	assert_refused("(alice@bank.example) x@evil) ", "");
	assert_refused("(alice@bank.example) x\n@evil) ", "");
	assert_refused("(alice@bank.example) \n@evil) \n", "");
}

/* Clients before 8.5 say nothing of their own: all of it is the server's. */
static void
what_an_old_client_shows_is_refused(void **state)
{
	(void)state;
	assert_refused("", "");
	assert_refused("words\n", "");
	assert_refused("words\n" PREFIX, "");
	assert_refused(" " PREFIX, "");
	assert_refused("\n" PREFIX, "");
	assert_refused("alice@bank.example's password: ", "");
}

static void
a_prefix_that_is_not_one_is_refused(void **state)
{
	char long_user[600];

	(void)state;
	assert_refused("(alice@bank.example)", "");
	assert_refused("(alice@bank.example)\t", "");
	assert_refused("(alice) ", "");
	assert_refused("(@bank) ", "");
	assert_refused("(alice@) ", "");
	assert_refused("(@) ", "");
	assert_refused("() ", "");
	assert_refused("(al\nice@bank) ", "");
	assert_refused("(alice@ba\033nk) ", "");
	assert_refused("(alice@bank\177) ", "");
	memset(long_user, 'a', sizeof(long_user));
	memcpy(long_user + sizeof(long_user) - 8, "@bank) ", 8);
	long_user[0] = '(';
	assert_refused(long_user, "");
}

static void
a_prompt_of_ours_is_all_there_is(void **state)
{
	char twice[2 * sizeof(prompt) + sizeof(PREFIX)];

	(void)state;
	assert_refused(PREFIX, " ");
	assert_refused(PREFIX, "\n");
	assert_refused(PREFIX, "x");
	assert_refused(PREFIX, "[cardea-more1:2] ");
	assert_refused(PREFIX "[cardea-more1:2] \n", "");
	assert_refused(PREFIX "[cardea-key1:AAAA] \n", "");
	snprintf(twice, sizeof(twice), PREFIX "%s", prompt);
	assert_refused(twice, "");
	snprintf(twice, sizeof(twice), PREFIX "%s\n", prompt);
	assert_refused(twice, "");
	assert_refused("(alice@bank[cardea-key1:) ", "");
}

/* Characters of the prefix's names may change: then it is another name. */
static void
K02_cut_or_changed_anywhere_it_is_refused_or_another_one(void **state)
{
	static struct cardea_remote_question question;
	const size_t prefix = strlen(PREFIX);
	char again[sizeof(prompt)];
	size_t len;

	(void)state;
	snprintf(argument, sizeof(argument), PREFIX "%s", prompt);
	len = strlen(argument);
	for (size_t cut = 0; cut < len; cut++) {
		char *copy = strndup(argument, cut);

		if (read_argument(copy, &question) == CARDEA_OK)
			assert_int_equal(question.kind, CARDEA_REMOTE_OTHER);
		free(copy);
	}
	for (size_t at = prefix; at < len; at++) {
		for (int byte = 1; byte < 256; byte++) {
			char old = argument[at];

			if ((char)byte == old)
				continue;
			argument[at] = (char)byte;
			if (read_argument(argument, &question) == CARDEA_OK &&
			    question.kind != CARDEA_REMOTE_OTHER) {
				assert_int_equal(
				    cardea_remote_prompt(&question.challenge,
					again, sizeof(again)),
				    CARDEA_OK);
				assert_string_equal(again, argument + prefix);
			}
			argument[at] = old;
		}
	}
}

/* PREFIX and the words, around bytes of a challenge. */
static enum cardea_status
read_bytes(const unsigned char *bytes, size_t len)
{
	static struct cardea_remote_question question;
	char text[CARDEA_PROMPT_MAX];

	assert_int_equal(cardea_base64_encode(
			     CARDEA_BASE64_URL, bytes, len, text, sizeof(text)),
	    CARDEA_OK);
	snprintf(
	    argument, sizeof(argument), PREFIX "%.*s%s] ", 74, prompt, text);
	return read_argument(argument, &question);
}

static void
K08_trailing_bytes_and_impossible_values_are_refused(void **state)
{
	unsigned char bytes[512] = { 0 };
	struct cardea_pack pack;

	(void)state;
	for (unsigned int spoil = 0; spoil < 9; spoil++) {
		cardea_pack_init(&pack, bytes, sizeof(bytes));
		cardea_pack_blob(&pack, bytes + 400, spoil == 1 ? 31 : 32);
		cardea_pack_text(&pack, spoil == 2 ? "" : "sshd");
		cardea_pack_u8(&pack, spoil == 3 ? 3 : 2);
		cardea_pack_u8(&pack, spoil == 4 ? 0 : spoil == 5 ? 17 : 1);
		cardea_pack_text(&pack, spoil == 6 ? "a\nb" : "a");
		cardea_pack_blob(&pack, "h", spoil == 7 ? 0 : 1);
		if (spoil == 8)
			cardea_pack_u8(&pack, 0);
		assert_int_equal(cardea_pack_done(&pack), CARDEA_OK);
		assert_int_equal(read_bytes(bytes, pack.len),
		    spoil == 0 ? CARDEA_OK : CARDEA_E_SYNTAX);
	}
}

static void
what_could_not_be_read_is_not_written(void **state)
{
	struct cardea_remote_challenge bad[6];
	char text[sizeof(prompt)] = "untouched";

	(void)state;
	for (size_t i = 0; i < 6; i++)
		bad[i] = challenge;
	bad[0].handle_count = 0;
	bad[1].handle_count = CARDEA_REMOTE_HANDLES_MAX + 1;
	bad[2].service[0] = '\0';
	bad[3].uv = (enum cardea_uv)3;
	bad[4].handles[1].len = 0;
	bad[5].handles[0].rp_id[0] = '\n';
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(
		    cardea_remote_prompt(&bad[i], text, sizeof(text)),
		    CARDEA_E_SYNTAX);
		assert_string_equal(text, "untouched");
	}
}

static void
sixteen_long_handles_do_not_fit_and_fewer_do(void **state)
{
	static struct cardea_remote_challenge big;
	static struct cardea_remote_question question;
	static char text[CARDEA_PROMPT_MAX + 1] = "untouched";
	static char wide[4 * CARDEA_PROMPT_MAX];

	(void)state;
	big = challenge;
	big.handle_count = CARDEA_REMOTE_HANDLES_MAX;
	for (size_t i = 0; i < big.handle_count; i++) {
		memset(big.handles[i].rp_id, 'r', CARDEA_KEY_RP_MAX);
		big.handles[i].len = CARDEA_KEY_HANDLE_MAX;
	}
	assert_int_equal(
	    cardea_remote_prompt(&big, text, sizeof(text)), CARDEA_E_RANGE);
	assert_string_equal(text, "untouched");
	/* the ceiling is the prompt's: the reader takes what is longer */
	assert_int_equal(
	    cardea_remote_prompt(&big, wide, sizeof(wide)), CARDEA_OK);
	snprintf(argument, sizeof(argument), PREFIX "%s", wide);
	assert_int_equal(read_argument(argument, &question), CARDEA_OK);
	assert_alike(&question.challenge, &big);
	while (cardea_remote_prompt(&big, text, sizeof(text)) != CARDEA_OK)
		big.handle_count--;
	assert_int_equal(big.handle_count, 4);

	/* what hardware makes, sixteen times */
	big.handle_count = CARDEA_REMOTE_HANDLES_MAX;
	for (size_t i = 0; i < big.handle_count; i++) {
		memcpy(big.handles[i].rp_id, "fleet.example.com", 18);
		big.handles[i].len = 256;
	}
	assert_int_equal(
	    cardea_remote_prompt(&big, text, sizeof(text)), CARDEA_OK);
}

static void
a_prompt_that_does_not_fit_leaves_the_buffer_alone(void **state)
{
	char text[sizeof(prompt)];
	size_t need = strlen(prompt) + 1;

	(void)state;
	for (size_t size = 0; size < need; size++) {
		memset(text, 'x', sizeof(text));
		if (cardea_remote_prompt(&challenge, text, size) == CARDEA_OK)
			fail_msg("fits into %zu", size);
		assert_int_equal(text[0], 'x');
	}
	/* base64 asks for room that its unpadded form does not use */
	assert_int_equal(
	    cardea_remote_prompt(&challenge, text, need + 2), CARDEA_OK);
	assert_string_equal(text, prompt);
}

static void
the_next_part_is_asked_for_by_its_number(void **state)
{
	static const char *const bad[] = { "[cardea-more1:1] ",
		"[cardea-more1:0] ", "[cardea-more1:49] ", "[cardea-more1:02] ",
		"[cardea-more1:2]", "[cardea-more1:2] x", "[cardea-more1:] ",
		"[cardea-more1:2] [cardea-more1:2] ", "x[cardea-more1:2] ",
		"[cardea-more1:+2] ", "(a@b) [cardea-more1:2] ",
		"[cardea-more1:2 ] " };
	struct cardea_remote_question question;
	char text[128];

	(void)state;
	assert_int_equal(
	    read_argument(PREFIX "[cardea-more1:2] ", &question), CARDEA_OK);
	assert_int_equal(question.kind, CARDEA_REMOTE_MORE);
	assert_int_equal(question.part, 2);
	assert_int_equal(
	    read_argument(PREFIX "words\n[cardea-more1:16] ", &question),
	    CARDEA_OK);
	assert_int_equal(question.part, 16);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(text, sizeof(text), PREFIX "%s", bad[i]);
		assert_int_equal(
		    read_argument(text, &question), CARDEA_E_SYNTAX);
	}
	assert_int_equal(
	    read_argument("[cardea-more1:2] ", &question), CARDEA_E_SYNTAX);
}

static void
hash(const struct cardea_remote_challenge *of, const char *user,
    const char *host, unsigned char ret_hash[32])
{
	assert_int_equal(
	    cardea_remote_hash(of, user, host, ret_hash), CARDEA_OK);
}

/* The very bytes, so that no version signs something else. */
static void
K03_the_hash_is_of_label_nonce_service_user_host_and_uv(void **state)
{
	static const char wanted[] =
	    "\x0f\0\0\0cardea-remote-1"
	    "\x20\0\0\0\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5"
	    "\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5\xa5"
	    "\xa5\xa5\x04\0\0\0sshd\x05\0\0\0alice\x04\0\0\0bank\x01";
	unsigned char ours[32], theirs[32];

	(void)state;
	hash(&challenge, "alice", "bank", ours);
	assert_int_equal(
	    cardea_crypto_sha256(wanted, sizeof(wanted) - 1, theirs),
	    CARDEA_OK);
	assert_memory_equal(ours, theirs, 32);
}

static void
K03_each_of_them_makes_another_hash(void **state)
{
	struct cardea_remote_challenge other = challenge;
	unsigned char first[32], second[32];

	(void)state;
	hash(&challenge, "alice", "bank", first);
	hash(&challenge, "alice", "BANK", second);
	assert_memory_equal(first, second, 32);

	hash(&challenge, "Alice", "bank", second);
	assert_memory_not_equal(first, second, 32);
	hash(&challenge, "alice", "banc", second);
	assert_memory_not_equal(first, second, 32);
	hash(&challenge, "aliceb", "ank", second);
	assert_memory_not_equal(first, second, 32);
	other.nonce[31] ^= 1;
	hash(&other, "alice", "bank", second);
	assert_memory_not_equal(first, second, 32);
	other = challenge;
	other.uv = CARDEA_UV_NEED;
	hash(&other, "alice", "bank", second);
	assert_memory_not_equal(first, second, 32);
	other = challenge;
	memcpy(other.service, "sudo", 5);
	hash(&other, "alice", "bank", second);
	assert_memory_not_equal(first, second, 32);
}

static void
names_that_are_none_are_not_hashed(void **state)
{
	unsigned char untouched[32];
	char wide[CARDEA_NAME_MAX + 2];

	(void)state;
	memset(untouched, 7, sizeof(untouched));
	memset(wide, 'w', sizeof(wide));
	wide[CARDEA_NAME_MAX + 1] = '\0';
	assert_int_equal(cardea_remote_hash(&challenge, "", "bank", untouched),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_remote_hash(&challenge, "alice", "b\n", untouched),
	    CARDEA_E_SYNTAX);
	assert_int_equal(
	    cardea_remote_hash(&challenge, wide, "bank", untouched),
	    CARDEA_E_RANGE);
	assert_int_equal(
	    cardea_remote_hash(&challenge, "alice", wide, untouched),
	    CARDEA_E_RANGE);
	wide[CARDEA_NAME_MAX] = '\0';
	assert_int_equal(untouched[0], 7);
	hash(&challenge, wide, wide, untouched);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_challenge_arrives_as_it_was_sent),
		cmocka_unit_test(the_prompt_is_what_the_header_says),
		cmocka_unit_test(prompts_of_others_are_left_to_others),
		cmocka_unit_test(text_that_sshd_glued_in_front_is_ignored),
		cmocka_unit_test(users_and_hosts_of_every_kind_are_told_apart),
		cmocka_unit_test(a_second_prefix_is_refused),
		cmocka_unit_test(
		    a_user_name_that_pretends_to_be_a_prefix_is_refused),
		cmocka_unit_test(what_an_old_client_shows_is_refused),
		cmocka_unit_test(a_prefix_that_is_not_one_is_refused),
		cmocka_unit_test(a_prompt_of_ours_is_all_there_is),
		cmocka_unit_test(
		    K02_cut_or_changed_anywhere_it_is_refused_or_another_one),
		cmocka_unit_test(
		    K08_trailing_bytes_and_impossible_values_are_refused),
		cmocka_unit_test(what_could_not_be_read_is_not_written),
		cmocka_unit_test(sixteen_long_handles_do_not_fit_and_fewer_do),
		cmocka_unit_test(
		    a_prompt_that_does_not_fit_leaves_the_buffer_alone),
		cmocka_unit_test(the_next_part_is_asked_for_by_its_number),
		cmocka_unit_test(
		    K03_the_hash_is_of_label_nonce_service_user_host_and_uv),
		cmocka_unit_test(K03_each_of_them_makes_another_hash),
		cmocka_unit_test(names_that_are_none_are_not_hashed),
	};

	return cmocka_run_group_tests(tests, prepare, NULL);
}
