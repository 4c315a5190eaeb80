/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "store/crypto.h"
#include "unit/sk_key.h"
#include "unit/test.h"
#include "verifier/agent.h"
#include "wire/channel.h"

/*
 * Agents of our own making, each a process that answers as its test wants.
 * That sockets of others are refused is shown in usersocket.c, and real agents
 * in tests/e2e/agent.sh.
 */

/* alice has enrolled two keys; a third one is nobody's */
static struct sk_key ed, ec, strange;
static struct cardea_fido2_credential enrolled[2];

static const unsigned char nonce[32] = { 3 };
static const struct cardea_sshsk_question question = { .user = "alice",
	.host = "host.example",
	.service = "sudo",
	.txn = "00112233445566778899aabbccddeeff",
	.nonce = nonce };

/* the person: how often he was told to touch, and a pipe that says so */
static unsigned int told;
static int told_pipe[2] = { -1, -1 };

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static pid_t agent_pid;

/* --- the agent's side ----------------------------------------------------- */

static unsigned char request[4096];
static size_t request_len;

static bool
read_exactly(int fd, unsigned char *bytes, size_t len)
{
	return recv(fd, bytes, len, MSG_WAITALL) == (ssize_t)len;
}

/* The next request's number; 0 when the other side has gone. */
static unsigned int
hear(int fd)
{
	struct cardea_sshwire_reader reader;
	unsigned char head[4];

	if (!read_exactly(fd, head, 4))
		return 0;
	cardea_sshwire_read(&reader, head, 4);
	request_len = cardea_sshwire_get_u32(&reader);
	if (request_len > sizeof(request) ||
	    !read_exactly(fd, request, request_len))
		_exit(1);
	return request[0];
}

static void
say_bytes(int fd, const void *bytes, size_t len)
{
	(void)!send(fd, bytes, len, MSG_NOSIGNAL);
}

static void
say(int fd, const unsigned char *payload, size_t len)
{
	unsigned char head[4];
	struct cardea_sshwire_writer writer;

	cardea_sshwire_write(&writer, head, sizeof(head));
	cardea_sshwire_put_u32(&writer, (uint32_t)len);
	say_bytes(fd, head, sizeof(head));
	say_bytes(fd, payload, len);
}

static void
say_failure(int fd)
{
	say(fd, (const unsigned char *)"\5", 1);
}

static void
put_key(struct cardea_sshwire_writer *writer, const struct sk_key *key)
{
	unsigned char blob[CARDEA_SSHSK_KEY_MAX];
	size_t len = 0;

	if (cardea_sshsk_blob(&key->credential, blob, sizeof(blob), &len) !=
	    CARDEA_OK)
		_exit(1);
	cardea_sshwire_put_string(writer, blob, len);
	cardea_sshwire_put_text(writer, "a comment");
}

/* Answers the list of keys; NULL ends them. */
static void
say_keys(int fd, const struct sk_key *const keys[])
{
	unsigned char payload[2048];
	struct cardea_sshwire_writer writer;
	uint32_t count = 0;

	while (keys[count] != NULL)
		count++;
	if (hear(fd) != 11)
		_exit(1);
	cardea_sshwire_write(&writer, payload, sizeof(payload));
	cardea_sshwire_put_u8(&writer, 12);
	cardea_sshwire_put_u32(&writer, count);
	for (size_t i = 0; i < count; i++)
		put_key(&writer, keys[i]);
	say(fd, payload, writer.len);
}

static void
say_ours(int fd)
{
	static const struct sk_key *const keys[] = { &ed, &ec, NULL };

	say_keys(fd, keys);
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

/* Signs the request that was heard with that key, whichever it was for. */
static void
say_signature(int fd, const struct sk_key *key, uint8_t flags)
{
	unsigned char blob[CARDEA_SSH_BLOB_MAX], payload[CARDEA_SSH_BLOB_MAX];
	struct cardea_sshwire_reader reader;
	struct cardea_sshwire_writer writer;
	struct cardea_sshwire_string data;
	size_t len;

	cardea_sshwire_read(&reader, request + 1, request_len - 1);
	(void)cardea_sshwire_get_string(&reader);
	data = cardea_sshwire_get_string(&reader);
	if (cardea_sshwire_get_u32(&reader) != 0 ||
	    cardea_sshwire_all_read(&reader) != CARDEA_OK)
		_exit(1);
	len = sk_key_sign(key, data.bytes, data.len, flags, 42, blob);
	cardea_sshwire_write(&writer, payload, sizeof(payload));
	cardea_sshwire_put_u8(&writer, 14);
	cardea_sshwire_put_string(&writer, blob, len);
	say(fd, payload, writer.len);
}

static void
start_agent(void (*behave)(int fd))
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(listener >= 0);
	(void)unlink(address.sun_path);
	assert_int_equal(
	    bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	close(told_pipe[0]);
	close(told_pipe[1]);
	assert_int_equal(pipe(told_pipe), 0);
	agent_pid = fork();
	assert_true(agent_pid >= 0);
	if (agent_pid == 0) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		close(listener);
		behave(fd);
		/* until the other side has gone */
		while (recv(fd, request, sizeof(request), 0) > 0)
			continue;
		_exit(0);
	}
	close(listener);
}

/* end_agent: 0 unless it heard what it did not expect */
static int
end_agent(void)
{
	int wstatus = -1;

	assert_int_equal(waitpid(agent_pid, &wstatus, 0), agent_pid);
	return wstatus;
}

/* --- our side ------------------------------------------------------------- */

static void
tell(void *context, const char *text)
{
	assert_ptr_equal(context, &told);
	assert_string_equal(text, "Touch your security key.");
	told++;
	assert_int_equal(write(told_pipe[1], "t", 1), 1);
}

static struct cardea_touch_person person = { .tell = tell,
	.hangup_fd = -1,
	.context = &told };

static struct cardea_agent_call
usual_call(void)
{
	return (struct cardea_agent_call){ .peer = { .path = address.sun_path,
					       .uid = geteuid(),
					       .gid = getegid(),
					       .timeout_ms = 10000,
					       .person = &person },
		.count = 2,
		.credentials = enrolled,
		.question = &question };
}

static struct cardea_agent_answer
sign_by(const struct cardea_agent_call *call, const char *reason)
{
	struct cardea_agent_answer answer = { .end = CARDEA_AGENT_END_COUNT };
	struct cardea_diag diag = { .line = 0 };

	told = 0;
	assert_int_equal(cardea_agent_sign(call, &answer, &diag), CARDEA_OK);
	if (reason != NULL)
		assert_string_equal(diag.reason, reason);
	return answer;
}

/* What becomes of it with an agent that behaves so. */
static struct cardea_agent_answer
sign_with(void (*behave)(int fd), const char *reason)
{
	const struct cardea_agent_call call = usual_call();
	struct cardea_agent_answer answer;

	start_agent(behave);
	answer = sign_by(&call, reason);
	assert_int_equal(end_agent(), 0);
	return answer;
}

static bool
is_right(const struct cardea_agent_answer *answer)
{
	unsigned char envelope[CARDEA_SSHSK_ENVELOPE_MAX], hash[32];
	size_t len = 0;

	assert_int_equal(
	    cardea_sshsk_envelope(&question, envelope, &len), CARDEA_OK);
	assert_int_equal(cardea_crypto_sha256(envelope, len, hash), CARDEA_OK);
	assert_memory_equal(answer->assertion.client_hash, hash, 32);
	return sk_verify(&enrolled[answer->credential], &answer->assertion);
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
hold_none(int fd)
{
	static const struct sk_key *const keys[] = { NULL };

	say_keys(fd, keys);
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

/* --- agents that do not --------------------------------------------------- */

static void
sign_without_a_touch(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say_signature(fd, &ed, 0);
}

static void
sign_with_another_key(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	/* of the same type: only the signature tells */
	say_signature(fd, &strange, 1);
}

static void
sign_something_else(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	request[request_len - 5] ^= 1;
	say_signature(fd, &ed, 1);
}

static void
K01_what_was_signed_is_told_as_it_is_and_not_believed(void **state)
{
	struct cardea_agent_answer answer;

	(void)state;
	answer = sign_with(sign_without_a_touch, "");
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_true(is_right(&answer));
	assert_int_equal(answer.assertion.auth_data[32], 0);

	answer = sign_with(sign_with_another_key, "");
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_false(is_right(&answer));

	answer = sign_with(sign_something_else, "");
	assert_int_equal(answer.end, CARDEA_AGENT_DONE);
	assert_false(is_right(&answer));
}

static void
close_at_once(int fd)
{
	shutdown(fd, SHUT_RDWR);
}

static void
close_after_the_question(int fd)
{
	(void)hear(fd);
	shutdown(fd, SHUT_RDWR);
}

static void
close_in_the_length(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\0", 2);
	shutdown(fd, SHUT_RDWR);
}

static void
close_in_the_list(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\0\0\x20\x0c\0\0\0\1", 9);
	shutdown(fd, SHUT_RDWR);
}

static void
close_instead_of_signing(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	shutdown(fd, SHUT_RDWR);
}

static void
say_a_huge_length(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\xff\xff\xff\xff\x0c", 5);
}

static void
say_a_length_beyond_the_ceiling(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\4\0\1\x0c", 5);
}

static void
say_nothing_at_length(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\0\0\0", 4);
}

static void
say_success(int fd)
{
	(void)hear(fd);
	say(fd, (const unsigned char *)"\6", 1);
}

static void
sign_before_listing(int fd)
{
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0e\0\0\0\0", 5);
}

static void
tell_more_keys_than_there_are(int fd)
{
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0c\xff\xff\xff\xff\0\0\0\0\0\0\0\0",
	    13);
}

static void
list_with_a_byte_too_many(int fd)
{
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0c\0\0\0\0\0", 6);
}

static void
list_instead_of_signing(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0c\0\0\0\0", 5);
}

static void
sign_with_nothing(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0e\0\0\0\0", 5);
}

static void
sign_with_a_byte_too_many(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say(fd, (const unsigned char *)"\x0e\0\0\0\0\0", 6);
}

static void
sign_with_a_key_of_another_type(int fd)
{
	say_ours(fd);
	(void)hear(fd);
	say_signature(fd, &ec, 1);
}

static void
an_agent_that_talks_nonsense_ends_it(void **state)
{
	static const char closed[] = "the ssh agent closed the connection";
	static const char size[] =
	    "the ssh agent's answer is of no possible size";
	static const char list[] = "the ssh agent's answer is no list of keys";
	static const char signature[] =
	    "the ssh agent's answer is no signature of that key";
	static const struct {
		void (*behave)(int fd);
		const char *reason;
	} cases[] = {
		{ close_at_once, closed },
		{ close_after_the_question, closed },
		{ close_in_the_length, closed },
		{ close_in_the_list, closed },
		{ close_instead_of_signing, closed },
		{ say_a_huge_length, size },
		{ say_a_length_beyond_the_ceiling, size },
		{ say_nothing_at_length, size },
		{ say_success, list },
		{ sign_before_listing, list },
		{ tell_more_keys_than_there_are, list },
		{ list_with_a_byte_too_many, list },
		{ list_instead_of_signing, signature },
		{ sign_with_nothing, signature },
		{ sign_with_a_byte_too_many, signature },
		{ sign_with_a_key_of_another_type, signature },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    sign_with(cases[i].behave, cases[i].reason).end,
		    CARDEA_AGENT_FAILED);
}

/* --- ends of waiting ------------------------------------------------------ */

static void
nap(long ms)
{
	const struct timespec time = { .tv_nsec = ms * 1000000 };

	(void)nanosleep(&time, NULL);
}

static void
say_nothing(int fd)
{
	(void)fd;
}

static void
never_sign(int fd)
{
	say_ours(fd);
	(void)hear(fd);
}

static void
drip(int fd)
{
	(void)hear(fd);
	say_bytes(fd, "\0\4\0\0\x0c", 5);
	while (send(fd, "", 1, MSG_NOSIGNAL) == 1)
		nap(2);
}

static void
K09_an_agent_that_does_not_answer_ends_at_the_limit(void **state)
{
	static void (*const behaviours[])(
	    int fd) = { say_nothing, never_sign, drip };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct cardea_agent_call call = usual_call();
		int64_t start_ms = cardea_channel_now_ms(), took_ms;

		call.peer.timeout_ms = 200;
		start_agent(behaviours[i]);
		assert_int_equal(
		    sign_by(&call, "the ssh agent did not answer in time").end,
		    CARDEA_AGENT_TIMEOUT);
		took_ms = cardea_channel_now_ms() - start_ms;
		assert_in_range(took_ms, 200, 5000);
		assert_int_equal(end_agent(), 0);
		assert_int_equal(told, i == 1 ? 1 : 0);
	}
}

/* A socket that is listened on and never asked. */
static int
listen_only(void)
{
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(listener >= 0);
	(void)unlink(address.sun_path);
	assert_int_equal(
	    bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 0), 0);
	return listener;
}

static int
join_queue(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(
	    connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void
K09_a_queue_that_does_not_move_ends_at_the_limit(void **state)
{
	struct cardea_agent_call call = usual_call();
	int listener = listen_only(), waiting = join_queue();

	(void)state;
	call.peer.timeout_ms = 100;
	assert_int_equal(sign_by(&call, NULL).end, CARDEA_AGENT_TIMEOUT);
	close(waiting);
	close(listener);
}

static void
K09_a_queue_that_moves_is_waited_for(void **state)
{
	const struct cardea_agent_call call = usual_call();
	int listener = listen_only(), waiting = join_queue();

	(void)state;
	agent_pid = fork();
	assert_true(agent_pid >= 0);
	if (agent_pid == 0) {
		int fd;

		nap(60);
		close(accept(listener, NULL, NULL));
		fd = accept(listener, NULL, NULL);
		hold_none(fd);
		_exit(0);
	}
	close(listener);
	assert_int_equal(sign_by(&call, NULL).end, CARDEA_AGENT_NO_KEY);
	assert_int_equal(end_agent(), 0);
	close(waiting);
}

/* The other end of hangup_fd writes, or goes, after a while. */
static struct cardea_agent_answer
sign_until_hangup(bool write_first)
{
	struct cardea_touch_person leaving = person;
	struct cardea_agent_call call = usual_call();
	struct cardea_agent_answer answer;
	int pair[2];
	pid_t child;

	/* first, so that it does not hold the other end as well */
	start_agent(never_sign);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	leaving.hangup_fd = pair[0];
	call.peer.person = &leaving;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		nap(50);
		if (write_first)
			say_bytes(pair[1], "x", 1);
		_exit(0);
	}
	close(pair[1]);
	answer = sign_by(&call, "nobody waits for it any more");
	assert_int_equal(end_agent(), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(pair[0]);
	return answer;
}

static void
it_is_called_off_when_the_person_goes(void **state)
{
	(void)state;
	assert_int_equal(sign_until_hangup(false).end, CARDEA_AGENT_CANCELLED);
	assert_int_equal(sign_until_hangup(true).end, CARDEA_AGENT_CANCELLED);
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

static int
set_up(void **state)
{
	(void)state;
	sk_key_make(&ed, CARDEA_FIDO2_EDDSA, "ssh:");
	sk_key_make(&ec, CARDEA_FIDO2_ES256, "ssh:");
	sk_key_make(&strange, CARDEA_FIDO2_EDDSA, "ssh:");
	enrolled[0] = ed.credential;
	enrolled[1] = ec.credential;
	(void)snprintf(address.sun_path, sizeof(address.sun_path),
	    "/tmp/cardea-agent-%ld", (long)getpid());
	return 0;
}

static int
take_down(void **state)
{
	(void)state;
	sk_key_free(&ed);
	sk_key_free(&ec);
	sk_key_free(&strange);
	return unlink(address.sun_path);
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
		cmocka_unit_test(
		    K01_what_was_signed_is_told_as_it_is_and_not_believed),
		cmocka_unit_test(an_agent_that_talks_nonsense_ends_it),
		cmocka_unit_test(
		    K09_an_agent_that_does_not_answer_ends_at_the_limit),
		cmocka_unit_test(
		    K09_a_queue_that_does_not_move_ends_at_the_limit),
		cmocka_unit_test(K09_a_queue_that_moves_is_waited_for),
		cmocka_unit_test(it_is_called_off_when_the_person_goes),
		cmocka_unit_test(without_an_agent_there_is_none),
		cmocka_unit_test(
		    the_diagnosis_names_the_path_without_its_tricks),
		cmocka_unit_test(a_caller_at_fault_is_told_so),
		cmocka_unit_test(every_end_has_a_word),
	};

	return cmocka_run_group_tests(tests, set_up, take_down);
}
