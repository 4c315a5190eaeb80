/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pack.h"
#include "cert/devproof.h"
#include "store/crypto.h"
#include "unit/remote_device_fixture.h"

/* --- the question --------------------------------------------------------- */

/* What askpass makes of "BEFORE prompt AFTER"; untouched on failure. */
static enum cardea_status
read_around(const char *before, const char *after,
    struct cardea_remote_question *question)
{
	static struct cardea_remote_question untouched;
	struct cardea_diag diag = { 0 };
	enum cardea_status status;

	snprintf(argument, sizeof(argument), "%s%s%s", before, prompt, after);
	memset(question, 0x5a, sizeof(*question));
	memset(&untouched, 0x5a, sizeof(untouched));
	status = cardea_remote_read(argument, question, &diag);
	if (status != CARDEA_OK) {
		assert_int_equal(status, CARDEA_E_SYNTAX);
		assert_memory_equal(question, &untouched, sizeof(untouched));
		assert_string_not_equal(diag.reason, "");
	}
	return status;
}

static void
assert_refused(const char *before, const char *after)
{
	static struct cardea_remote_question question;

	if (read_around(before, after, &question) == CARDEA_OK)
		fail_msg("accepted: %s...%s", before, after);
}

static void
a_challenge_arrives_as_it_was_sent(void **state)
{
	static struct cardea_remote_question question;

	(void)state;
	assert_memory_equal(prompt,
	    "Device: cardea-askpass answers this; else press Enter. "
	    "[cardea-device1:",
	    71);
	assert_string_equal(prompt + strlen(prompt) - 2, "] ");
	assert_int_equal(read_around(PREFIX, "", &question), CARDEA_OK);
	assert_int_equal(question.kind, CARDEA_REMOTE_DEVICE);
	assert_string_equal(question.user, "alice");
	assert_string_equal(question.host, "bank.example");
	assert_memory_equal(
	    &question.device, &challenge, sizeof(question.device));
	assert_int_equal(
	    read_around(PREFIX "Downtime\n", "", &question), CARDEA_OK);
}

/* P17: it has no room for who has which device. */
static void
P17_a_challenge_is_nonce_and_service(void **state)
{
	size_t len = strlen(prompt);

	(void)state;
	assert_int_equal(len, 71 + (4 + 32 + 4 + 4) * 8 / 6 + 1 + 2);
}

static void
without_the_clients_own_prefix_it_is_refused(void **state)
{
	(void)state;
	assert_refused("", "");
	assert_refused(" " PREFIX, "");
	assert_refused("words\n" PREFIX, "");
	assert_refused("alice@bank.example: ", "");
	assert_refused("(alice@evil) " PREFIX, "");
	assert_refused("(alice@evil) \n" PREFIX "\n", "");
	assert_refused(PREFIX "x@evil) ", "");
	assert_refused("(@bank) ", "");
	assert_refused("(alice) ", "");
}

static void
a_prompt_of_ours_is_all_there_is(void **state)
{
	struct cardea_remote_challenge key = a_challenge();
	static char other[CARDEA_PROMPT_MAX + 1], text[2 * CARDEA_PROMPT_MAX];

	(void)state;
	assert_refused(PREFIX, " ");
	assert_refused(PREFIX, "x");
	assert_refused(PREFIX "words ", "");
	assert_refused(PREFIX, "[cardea-more1:2] ");
	assert_refused(PREFIX "[cardea-more1:2] \n", "");
	assert_refused(PREFIX "[cardea-device1:AAAA] \n", "");
	assert_int_equal(
	    cardea_remote_prompt(&key, other, sizeof(other)), CARDEA_OK);
	assert_refused(PREFIX, other);
	snprintf(text, sizeof(text), PREFIX "%s\n", other);
	assert_refused(text, "");
}

/* The bytes of a key's challenge are no device's, nor the reverse. */
static void
questions_of_two_kinds_are_never_taken_for_one_another(void **state)
{
	struct cardea_remote_challenge key = a_challenge();
	static struct cardea_remote_question question;
	static char other[CARDEA_PROMPT_MAX + 1];
	const char *body;

	(void)state;
	assert_int_equal(
	    cardea_remote_prompt(&key, other, sizeof(other)), CARDEA_OK);
	body = strstr(other, "[cardea-key1:") + 13;
	snprintf(argument, sizeof(argument),
	    PREFIX CARDEA_REMOTE_DEVICE_WORDS CARDEA_REMOTE_DEVICE_MAGIC "%s",
	    body);
	assert_int_equal(
	    cardea_remote_read(argument, &question, NULL), CARDEA_E_SYNTAX);
	snprintf(argument, sizeof(argument), PREFIX "%.*s%s",
	    (int)(body - other), other, prompt + 71);
	assert_int_equal(
	    cardea_remote_read(argument, &question, NULL), CARDEA_E_SYNTAX);
}

static void
cut_or_changed_anywhere_it_is_refused_or_another_one(void **state)
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

		if (cardea_remote_read(copy, &question, NULL) == CARDEA_OK)
			assert_int_equal(question.kind, CARDEA_REMOTE_OTHER);
		free(copy);
	}
	for (size_t at = prefix; at < len; at++) {
		for (int byte = 1; byte < 256; byte++) {
			char old = argument[at];

			if ((char)byte == old)
				continue;
			argument[at] = (char)byte;
			if (cardea_remote_read(argument, &question, NULL) ==
				CARDEA_OK &&
			    question.kind != CARDEA_REMOTE_OTHER) {
				assert_int_equal(
				    cardea_remote_device_prompt(
					&question.device, again, sizeof(again)),
				    CARDEA_OK);
				assert_string_equal(again, argument + prefix);
			}
			argument[at] = old;
		}
	}
}

static void
a_challenge_that_is_none_is_neither_written_nor_read(void **state)
{
	struct cardea_remote_device_challenge read;
	unsigned char bytes[128];
	struct cardea_pack pack;
	char text[sizeof(prompt)] = "untouched";

	(void)state;
	for (unsigned int spoil = 0; spoil < 6; spoil++) {
		cardea_pack_init(&pack, bytes, sizeof(bytes));
		cardea_pack_blob(&pack, challenge.nonce, spoil == 1 ? 31 : 32);
		cardea_pack_text(&pack,
		    spoil == 2	     ? ""
			: spoil == 3 ? "ss\nhd"
			: spoil == 4 ? "0123456789012345678901234567890123"
				       "456789012345678901234567890123"
				     : "sshd");
		if (spoil == 5)
			cardea_pack_u8(&pack, 0);
		assert_int_equal(
		    cardea_remote_device_unpack(bytes, pack.len, &read),
		    spoil == 0 ? CARDEA_OK : CARDEA_E_SYNTAX);
	}
	assert_int_equal(
	    cardea_remote_device_prompt(&challenge, text, 64), CARDEA_E_RANGE);
	challenge.service[0] = '\0';
	assert_int_equal(
	    cardea_remote_device_prompt(&challenge, text, sizeof(text)),
	    CARDEA_E_SYNTAX);
	assert_string_equal(text, "untouched");
}

/* --- what is signed ------------------------------------------------------- */

static size_t
message_of(const struct cardea_devproof *proof,
    unsigned char message[CARDEA_DEVPROOF_MAX])
{
	size_t len = 0;

	assert_int_equal(
	    cardea_devproof_message(proof, message, &len), CARDEA_OK);
	return len;
}

static void
X01_S08_who_where_when_and_which_make_another_message(void **state)
{
	unsigned char other_nonce[CARDEA_DEVPROOF_NONCE] = { 1 };
	const struct cardea_devproof first = { challenge.nonce, "remote",
		"alice", "sshd", "bank.example", FINGERPRINT };
	struct cardea_devproof others[6];
	unsigned char a[CARDEA_DEVPROOF_MAX], b[CARDEA_DEVPROOF_MAX];
	size_t len = message_of(&first, a);

	(void)state;
	for (size_t i = 0; i < 6; i++)
		others[i] = first;
	others[0].nonce = other_nonce;
	others[1].way = "host";
	others[2].user = "bob";
	others[3].service = "login";
	others[4].host = "evil.example";
	others[5].fingerprint = "SHA256:x";
	for (size_t i = 0; i < 6; i++) {
		size_t other = message_of(&others[i], b);

		if (other == len && memcmp(a, b, len) == 0)
			fail_msg("%zu makes no difference", i);
	}
}

/* PROTOCOL.sshsig, section 2, byte by byte. */
static void
what_an_agent_signs_is_an_envelope_in_a_namespace_of_its_own(void **state)
{
	static const char head[] = "SSHSIG\0\0\0\rdevice@cardea\0\0\0\0"
				   "\0\0\0\006sha512\0\0\0\100";
	unsigned char envelope[CARDEA_DEVPROOF_ENVELOPE_MAX];
	unsigned char digest[CARDEA_SHA512];
	size_t len = 0;

	(void)state;
	assert_int_equal(
	    cardea_devproof_envelope(
		(const unsigned char *)"message", 7, envelope, &len),
	    CARDEA_OK);
	assert_int_equal(cardea_crypto_sha512("message", 7, digest), CARDEA_OK);
	assert_int_equal(len, sizeof(head) - 1 + sizeof(digest));
	assert_memory_equal(envelope, head, sizeof(head) - 1);
	assert_memory_equal(
	    envelope + sizeof(head) - 1, digest, sizeof(digest));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_challenge_arrives_as_it_was_sent),
		TEST(P17_a_challenge_is_nonce_and_service),
		TEST(without_the_clients_own_prefix_it_is_refused),
		TEST(a_prompt_of_ours_is_all_there_is),
		TEST(questions_of_two_kinds_are_never_taken_for_one_another),
		TEST(cut_or_changed_anywhere_it_is_refused_or_another_one),
		TEST(a_challenge_that_is_none_is_neither_written_nor_read),
		TEST(X01_S08_who_where_when_and_which_make_another_message),
		TEST(
		    what_an_agent_signs_is_an_envelope_in_a_namespace_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
