/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "unit/agent_fixture.h"
#include "unit/test.h"

/* Agents that mean well, and no agent at all. */

/* --- the agent's side ----------------------------------------------------- */

static void
say_failure(int fd)
{
	say(fd, (const unsigned char *)"\5", 1);
}

static bool
is_for(const struct sk_key *key)
{
	unsigned char blob[CARDEA_SSHSK_KEY_MAX];
	size_t len = 0;

	return cardea_sshsk_blob(&key->credential, blob, sizeof(blob), &len) ==
	    CARDEA_OK &&
	    request_len > 5 + len && memcmp(request + 5, blob, len) == 0;
}

/* --- agents that mean well ------------------------------------------------ */

static void
sign_after_the_cue(int fd)
{
	char byte;

	say_ours(fd);
	if (hear(fd) != 13 || !is_for(&ed))
		_exit(1);
	/* the person was told before we were asked */
	if (read(told_pipe[0], &byte, 1) != 1)
		_exit(1);
	say_signature(fd, &ed, 5);
}

static void
an_enrolled_key_signs_our_question(void **state)
{
	struct cardea_agent_answer answer = sign_with(sign_after_the_cue, "");

	(void)state;
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_int_equal(answer.credential, 0);
	assert_int_equal(told, 1);
	assert_true(is_right(&answer));
	assert_int_equal(answer.assertion.auth_data[32], 5);
	assert_int_equal(answer.assertion.auth_data[36], 42);
}

static void
refuse_the_first(int fd)
{
	static const struct sk_key *const keys[] = { &strange, &ec, &ed, NULL };

	say_keys(fd, keys);
	if (hear(fd) != 13 || !is_for(&ec))
		_exit(1);
	say_failure(fd);
	if (hear(fd) != 13 || !is_for(&ed))
		_exit(1);
	say_signature(fd, &ed, 1);
}

static void
a_key_that_refuses_leaves_it_to_the_next(void **state)
{
	struct cardea_agent_answer answer = sign_with(refuse_the_first, "");

	(void)state;
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_int_equal(answer.credential, 0);
	assert_int_equal(told, 1);
	assert_true(is_right(&answer));
}

static void
refuse_all(int fd)
{
	say_ours(fd);
	for (int i = 0; i < 2; i++) {
		if (hear(fd) != 13)
			_exit(1);
		say_failure(fd);
	}
	if (hear(fd) != 0)
		_exit(1);
}

static void
refuse_to_list(int fd)
{
	(void)hear(fd);
	say_failure(fd);
}

static void
an_agent_may_refuse(void **state)
{
	(void)state;
	assert_int_equal(
	    sign_with(refuse_all, "the ssh agent refused to sign").end,
	    CARDEA_AGENT_REFUSED);
	assert_int_equal(told, 1);
	assert_int_equal(
	    sign_with(refuse_to_list, "the ssh agent does not tell its keys")
		.end,
	    CARDEA_AGENT_REFUSED);
	assert_int_equal(told, 0);
}

static void
hold_strange(int fd)
{
	static const struct sk_key *const keys[] = { &strange, NULL };

	say_keys(fd, keys);
	if (hear(fd) != 0)
		_exit(1);
}

static void
hold_ours(int fd)
{
	say_ours(fd);
	if (hear(fd) != 0)
		_exit(1);
}

static void
only_enrolled_keys_are_asked_for(void **state)
{
	static const char reason[] = "the ssh agent holds no enrolled key";
	struct cardea_fido2_credential keys[2];
	struct cardea_agent_call call = usual_call();

	(void)state;
	assert_int_equal(
	    sign_with(hold_strange, reason).end, CARDEA_AGENT_NO_KEY);
	assert_int_equal(sign_with(hold_none, reason).end, CARDEA_AGENT_NO_KEY);

	/* one disabled, one to be reached another way */
	memcpy(keys, enrolled, sizeof(keys));
	keys[0].disabled = true;
	keys[1].kind = CARDEA_FIDO2_CTAP;
	call.credentials = keys;
	start_agent(hold_ours);
	assert_int_equal(sign_by(&call, reason).end, CARDEA_AGENT_NO_KEY);
	assert_int_equal(end_agent(), 0);

	/* the same key for another application is another key */
	memcpy(keys, enrolled, sizeof(keys));
	keys[0].rp_id[0] = 'S';
	keys[1].public_key[63] ^= 1;
	start_agent(hold_ours);
	assert_int_equal(sign_by(&call, reason).end, CARDEA_AGENT_NO_KEY);
	assert_int_equal(end_agent(), 0);

	call.count = 0;
	start_agent(hold_ours);
	assert_int_equal(sign_by(&call, reason).end, CARDEA_AGENT_NO_KEY);
	assert_int_equal(end_agent(), 0);
	assert_int_equal(told, 0);
}

/* So many keys of no type that anybody knows, with ours at one place. */
static void
say_crowd(int fd, uint32_t count, uint32_t ours_at)
{
	static unsigned char payload[CARDEA_AGENT_MESSAGE_MAX];
	struct cardea_sshwire_writer writer;

	if (hear(fd) != 11)
		_exit(1);
	cardea_sshwire_write(&writer, payload, sizeof(payload));
	cardea_sshwire_put_u8(&writer, 12);
	cardea_sshwire_put_u32(&writer, count);
	for (uint32_t i = 0; i < count; i++) {
		if (i == ours_at) {
			put_key(&writer, &ec);
			continue;
		}
		cardea_sshwire_put_string(&writer, &i, i % 5);
		cardea_sshwire_put_text(&writer, "");
	}
	if (writer.failed)
		_exit(1);
	say(fd, payload, writer.len);
}

static void
hide_ours_in_a_crowd(int fd)
{
	say_crowd(fd, 10000, CARDEA_AGENT_KEYS_MAX - 1);
	if (hear(fd) != 13 || !is_for(&ec))
		_exit(1);
	say_signature(fd, &ec, 1);
}

static void
hide_ours_behind_the_ceiling(int fd)
{
	say_crowd(fd, 10000, CARDEA_AGENT_KEYS_MAX);
	if (hear(fd) != 0)
		_exit(1);
}

static void
K06_unknown_keys_are_passed_over_and_the_rest_decides(void **state)
{
	struct cardea_agent_answer answer;

	(void)state;
	answer = sign_with(hide_ours_in_a_crowd, "");
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_int_equal(answer.credential, 1);
	assert_true(is_right(&answer));
	assert_int_equal(sign_with(hide_ours_behind_the_ceiling, NULL).end,
	    CARDEA_AGENT_NO_KEY);
}

static void
tell_one_key_often(int fd)
{
	static const struct sk_key *const keys[] = { &ed, &ed, &ed, &ed, &ed,
		NULL };

	say_keys(fd, keys);
	if (hear(fd) != 13)
		_exit(1);
	say_failure(fd);
	if (hear(fd) != 0)
		_exit(1);
}

static void
a_key_that_is_told_often_is_asked_once(void **state)
{
	(void)state;
	assert_int_equal(
	    sign_with(tell_one_key_often, NULL).end, CARDEA_AGENT_REFUSED);
}

/* --- no agent at all ------------------------------------------------------ */

static void
without_an_agent_there_is_none(void **state)
{
	static const char *const paths[] = { NULL, "", "agent", "/nonexistent",
		"/" };
	struct cardea_agent_call call = usual_call();
	char link[sizeof(address.sun_path) + 8];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		call.peer.path = paths[i];
		assert_int_equal(
		    sign_by(&call, NULL).end, CARDEA_AGENT_NO_AGENT);
	}
	call.peer.path = paths[4];
	assert_int_equal(
	    sign_by(&call, "not a socket").end, CARDEA_AGENT_FOREIGN);

	start_agent(hold_none);
	(void)snprintf(link, sizeof(link), "%s.link", address.sun_path);
	assert_int_equal(symlink(address.sun_path, link), 0);
	call.peer.path = link;
	assert_int_equal(
	    sign_by(&call, "a symbolic link").end, CARDEA_AGENT_FOREIGN);
	assert_int_equal(unlink(link), 0);
	call.peer.path = address.sun_path;
	assert_int_equal(sign_by(&call, NULL).end, CARDEA_AGENT_NO_KEY);
	assert_int_equal(end_agent(), 0);
	assert_int_equal(told, 0);
}

static void
the_diagnosis_names_the_path_without_its_tricks(void **state)
{
	struct cardea_agent_call call = usual_call();
	struct cardea_agent_answer answer;
	struct cardea_diag diag = { .line = 0 };
	char text[512];

	(void)state;
	call.peer.path = "/no\n\x1b[2J%s";
	assert_int_equal(cardea_agent_sign(&call, &answer, &diag), CARDEA_OK);
	assert_int_equal(answer.end, CARDEA_AGENT_NO_AGENT);
	cardea_diag_format(&diag, text, sizeof(text));
	assert_null(strpbrk(text, "\n\x1b"));
	assert_non_null(strstr(text, ": No such file or directory"));
}

static void
a_caller_at_fault_is_told_so(void **state)
{
	struct cardea_sshsk_question nobodys = question;
	struct cardea_agent_answer answer = { .end = CARDEA_AGENT_END_COUNT };
	struct cardea_agent_call call = usual_call();

	(void)state;
	nobodys.user = "";
	call.question = &nobodys;
	assert_int_equal(
	    cardea_agent_sign(&call, &answer, NULL), CARDEA_E_INTERNAL);
	call = usual_call();
	call.count = CARDEA_KEYS_MAX + 1;
	assert_int_equal(
	    cardea_agent_sign(&call, &answer, NULL), CARDEA_E_INTERNAL);
	assert_int_equal(answer.end, CARDEA_AGENT_END_COUNT);
}

static void
every_end_has_a_word(void **state)
{
	(void)state;
	for (int i = 0; i < CARDEA_AGENT_END_COUNT; i++) {
		const char *text = cardea_agent_end_text(
		    (enum cardea_agent_end)i);

		assert_string_not_equal(text, "unknown");
		for (int j = 0; j < i; j++)
			assert_string_not_equal(text,
			    cardea_agent_end_text((enum cardea_agent_end)j));
	}
	assert_string_equal(
	    cardea_agent_end_text(CARDEA_AGENT_END_COUNT), "unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_enrolled_key_signs_our_question),
		cmocka_unit_test(a_key_that_refuses_leaves_it_to_the_next),
		cmocka_unit_test(an_agent_may_refuse),
		cmocka_unit_test(only_enrolled_keys_are_asked_for),
		cmocka_unit_test(
		    K06_unknown_keys_are_passed_over_and_the_rest_decides),
		cmocka_unit_test(a_key_that_is_told_often_is_asked_once),
		cmocka_unit_test(without_an_agent_there_is_none),
		cmocka_unit_test(
		    the_diagnosis_names_the_path_without_its_tricks),
		cmocka_unit_test(a_caller_at_fault_is_told_so),
		cmocka_unit_test(every_end_has_a_word),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
