/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/crypto.h"
#include "unit/agent_fixture.h"
#include "unit/test.h"

struct sk_key ed, ec, strange;
struct cardea_fido2_credential enrolled[2];

const unsigned char nonce[32] = { 3 };
const struct cardea_sshsk_question question = { .user = "alice",
	.host = "host.example",
	.service = "sudo",
	.txn = "00112233445566778899aabbccddeeff",
	.nonce = nonce };

unsigned int told;
int told_pipe[2] = { -1, -1 };

struct sockaddr_un address = { .sun_family = AF_UNIX };
pid_t agent_pid;

unsigned char request[4096];
size_t request_len;

static bool
read_exactly(int fd, unsigned char *bytes, size_t len)
{
	return recv(fd, bytes, len, MSG_WAITALL) == (ssize_t)len;
}

unsigned int
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

void
say_bytes(int fd, const void *bytes, size_t len)
{
	(void)!send(fd, bytes, len, MSG_NOSIGNAL);
}

void
say(int fd, const unsigned char *payload, size_t len)
{
	unsigned char head[4];
	struct cardea_sshwire_writer writer;

	cardea_sshwire_write(&writer, head, sizeof(head));
	cardea_sshwire_put_u32(&writer, (uint32_t)len);
	say_bytes(fd, head, sizeof(head));
	say_bytes(fd, payload, len);
}

void
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

void
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

void
say_ours(int fd)
{
	static const struct sk_key *const keys[] = { &ed, &ec, NULL };

	say_keys(fd, keys);
}

void
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

void
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

int
end_agent(void)
{
	int wstatus = -1;

	assert_int_equal(waitpid(agent_pid, &wstatus, 0), agent_pid);
	return wstatus;
}

void
tell(void *context, const char *text)
{
	assert_ptr_equal(context, &told);
	assert_string_equal(text, "Touch your security key.");
	told++;
	assert_int_equal(write(told_pipe[1], "t", 1), 1);
}

struct cardea_touch_person person = { .tell = tell,
	.hangup_fd = -1,
	.context = &told };

struct cardea_agent_call
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

struct cardea_agent_answer
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

struct cardea_agent_answer
sign_with(void (*behave)(int fd), const char *reason)
{
	const struct cardea_agent_call call = usual_call();
	struct cardea_agent_answer answer;

	start_agent(behave);
	answer = sign_by(&call, reason);
	assert_int_equal(end_agent(), 0);
	return answer;
}

bool
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

void
hold_none(int fd)
{
	static const struct sk_key *const keys[] = { NULL };

	say_keys(fd, keys);
	if (hear(fd) != 0)
		_exit(1);
}

int
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

int
take_down(void **state)
{
	(void)state;
	sk_key_free(&ed);
	sk_key_free(&ec);
	sk_key_free(&strange);
	return unlink(address.sun_path);
}
