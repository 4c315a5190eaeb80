/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent.h"
#include "usersocket.h"
#include "wire/channel.h"

#define CUE "Touch your security key."
#define QUEUE_PAUSE_MS 20 /* until a full queue is tried again */

/* a key, the envelope, and what the request has around them */
#define REQUEST_MAX (CARDEA_SSHSK_KEY_MAX + CARDEA_SSHSK_ENVELOPE_MAX + 32)

/* One conversation.  Steps give false when it is over: then status is not OK,
 * or answer says how it ended. */
struct talk {
	const struct cardea_agent_call *call;
	struct cardea_diag *diag;
	int64_t deadline_ms;
	int fd;
	unsigned char envelope[CARDEA_SSHSK_ENVELOPE_MAX];
	size_t envelope_len;
	bool asked[CARDEA_KEYS_MAX];
	bool any_asked;
	enum cardea_status status;
	struct cardea_agent_answer answer;
};

/* One message of the agent, on the heap: its size is its own choice. */
struct payload {
	unsigned char *bytes;
	size_t len;
};

static bool
end_with(struct talk *talk, enum cardea_agent_end end, const char *reason)
{
	(void)cardea_diag_set(talk->diag, CARDEA_OK, "%s", reason);
	talk->answer.end = end;
	return false;
}

static bool
break_off(struct talk *talk, enum cardea_status status, const char *reason)
{
	talk->status = cardea_diag_set(talk->diag, status, "%s", reason);
	return false;
}

/* --- waiting -------------------------------------------------------------- */

/* Until something can be done with fd (-1: with nothing), or pause_ms are over.
 * The end is looked for first: an agent that always has one more byte to say
 * must not outlast it. */
static bool
wait_for(struct talk *talk, int fd, short events, int64_t pause_ms)
{
	struct pollfd fds[] = {
		{ .fd = talk->call->person->hangup_fd, .events = POLLIN },
		{ .fd = fd, .events = events },
	};
	int64_t until_ms = cardea_channel_now_ms() + pause_ms;

	if (until_ms > talk->deadline_ms)
		until_ms = talk->deadline_ms;
	for (;;) {
		int64_t left = until_ms - cardea_channel_now_ms();
		int ready = poll(fds, 2, left > 0 ? (int)left : 0);

		if (ready < 0 && errno != EINTR)
			return break_off(talk, CARDEA_E_IO, "poll");
		if (ready > 0 && fds[0].revents != 0)
			return end_with(talk, CARDEA_AGENT_CANCELLED,
			    "nobody waits for it any more");
		if (cardea_channel_now_ms() >= talk->deadline_ms)
			return end_with(talk, CARDEA_AGENT_TIMEOUT,
			    "the ssh agent did not answer in time");
		if (ready > 0 || left <= 0)
			return true;
	}
}

static bool
is_passing(int error)
{
	return error == EAGAIN || error == EINTR;
}

static bool
send_all(struct talk *talk, const unsigned char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t sent;

		if (!wait_for(talk, talk->fd, POLLOUT, INT32_MAX))
			return false;
		sent = send(talk->fd, bytes, len, MSG_NOSIGNAL);
		if (sent < 0 && !is_passing(errno))
			return end_with(talk, CARDEA_AGENT_FAILED,
			    "the ssh agent closed the connection");
		if (sent > 0) {
			bytes += sent;
			len -= (size_t)sent;
		}
	}
	return true;
}

/* There is no room for control data: descriptors that an agent might pass are
 * dropped by the kernel. */
static bool
receive_all(struct talk *talk, unsigned char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t got;

		if (!wait_for(talk, talk->fd, POLLIN, INT32_MAX))
			return false;
		got = recv(talk->fd, bytes, len, 0);
		if (got == 0 || (got < 0 && !is_passing(errno)))
			return end_with(talk, CARDEA_AGENT_FAILED,
			    "the ssh agent closed the connection");
		if (got > 0) {
			bytes += got;
			len -= (size_t)got;
		}
	}
	return true;
}

/* --- messages ------------------------------------------------------------- */

static bool
receive_payload(struct talk *talk, struct payload *payload)
{
	struct cardea_sshwire_reader reader;
	unsigned char head[4];

	if (!receive_all(talk, head, sizeof(head)))
		return false;
	cardea_sshwire_read(&reader, head, sizeof(head));
	payload->len = cardea_sshwire_get_u32(&reader);
	if (payload->len == 0 || payload->len > CARDEA_AGENT_MESSAGE_MAX)
		return end_with(talk, CARDEA_AGENT_FAILED,
		    "the ssh agent's answer is of no possible size");
	payload->bytes = malloc(payload->len);
	if (payload->bytes == NULL)
		return break_off(talk, CARDEA_E_MEMORY, "an agent's answer");
	return receive_all(talk, payload->bytes, payload->len);
}

static bool
exchange(struct talk *talk, const unsigned char *packet, size_t len,
    struct payload *payload)
{
	return send_all(talk, packet, len) && receive_payload(talk, payload);
}

static bool
fetch_keys(
    struct talk *talk, struct payload *payload, struct cardea_sshsk_list *list)
{
	unsigned char packet[8];
	enum cardea_status status;
	size_t len;

	status = cardea_sshsk_ask_keys(packet, sizeof(packet), &len);
	if (status != CARDEA_OK)
		return break_off(talk, status, "the request for keys");
	if (!exchange(talk, packet, len, payload))
		return false;
	status = cardea_sshsk_read_keys(payload->bytes, payload->len, list);
	if (status == CARDEA_E_MISSING)
		return end_with(talk, CARDEA_AGENT_REFUSED,
		    "the ssh agent does not tell its keys");
	if (status != CARDEA_OK)
		return end_with(talk, CARDEA_AGENT_FAILED,
		    "the ssh agent's answer is no list of keys");
	return true;
}

/* False when the conversation is over, which a good signature ends too; true
 * when the agent said no to this key. */
static bool
fetch_signature(struct talk *talk, size_t index, const unsigned char *key_blob,
    size_t key_len, struct payload *payload)
{
	unsigned char packet[REQUEST_MAX];
	const unsigned char *blob;
	enum cardea_status status;
	size_t len, blob_len;

	status = cardea_sshsk_ask_signature(key_blob, key_len, talk->envelope,
	    talk->envelope_len, packet, sizeof(packet), &len);
	if (status != CARDEA_OK)
		return break_off(talk, status, "the request for a signature");
	if (!exchange(talk, packet, len, payload))
		return false;
	status = cardea_sshsk_read_signature(
	    payload->bytes, payload->len, &blob, &blob_len);
	if (status == CARDEA_E_MISSING)
		return true;
	if (status == CARDEA_OK)
		status = cardea_sshsk_signature(&talk->call->credentials[index],
		    blob, blob_len, talk->envelope, talk->envelope_len,
		    &talk->answer.assertion);
	if (status == CARDEA_E_SYNTAX)
		return end_with(talk, CARDEA_AGENT_FAILED,
		    "the ssh agent's answer is no signature of that key");
	if (status != CARDEA_OK)
		return break_off(talk, status, "the signature");
	talk->answer.credential = index;
	talk->answer.end = CARDEA_AGENT_DONE;
	return false;
}

/* --- the conversation ----------------------------------------------------- */

static bool
end_without_agent(
    struct talk *talk, enum cardea_status status, const char *reason)
{
	cardea_diag_place(talk->diag, talk->call->path, 0, NULL);
	if (status == CARDEA_E_UNSAFE)
		return end_with(talk, CARDEA_AGENT_FOREIGN, reason);
	if (status == CARDEA_E_MISSING || status == CARDEA_E_SYNTAX ||
	    status == CARDEA_E_RANGE)
		return end_with(talk, CARDEA_AGENT_NO_AGENT, reason);
	return break_off(talk, status, reason);
}

static bool
connect_agent(struct talk *talk)
{
	const struct cardea_agent_call *call = talk->call;

	if (call->path == NULL || call->path[0] == '\0')
		return end_with(
		    talk, CARDEA_AGENT_NO_AGENT, "no ssh agent is named");
	for (;;) {
		struct cardea_diag diag = { .line = 0 };
		enum cardea_status status;

		status = cardea_usersocket_connect(
		    call->path, call->uid, call->gid, &talk->fd, &diag);
		if (status == CARDEA_OK)
			return true;
		if (status != CARDEA_E_FULL)
			return end_without_agent(talk, status, diag.reason);
		if (!wait_for(talk, -1, 0, QUEUE_PAUSE_MS))
			return false;
	}
}

/* Which credential of ours the key is, to the last byte; count: none. */
static size_t
find_credential(const struct cardea_agent_call *call,
    const unsigned char *key_blob, size_t key_len)
{
	size_t i;

	for (i = 0; i < call->count; i++) {
		const struct cardea_fido2_credential *credential =
		    &call->credentials[i];
		unsigned char blob[CARDEA_SSHSK_KEY_MAX];
		size_t len;

		if (credential->disabled ||
		    cardea_sshsk_blob(credential, blob, sizeof(blob), &len) !=
			CARDEA_OK)
			continue;
		if (len == key_len && memcmp(blob, key_blob, len) == 0)
			break;
	}
	return i;
}

static bool
try_key(struct talk *talk, const unsigned char *key_blob, size_t key_len)
{
	const struct cardea_agent_call *call = talk->call;
	struct payload payload = { .bytes = NULL };
	size_t index = find_credential(call, key_blob, key_len);
	bool go_on;

	/* one key told twice must not blink twice */
	if (index == call->count || talk->asked[index])
		return true;
	if (!talk->any_asked)
		call->person->tell(call->person->context, CUE);
	talk->asked[index] = true;
	talk->any_asked = true;
	go_on = fetch_signature(talk, index, key_blob, key_len, &payload);
	free(payload.bytes);
	return go_on;
}

static void
converse(struct talk *talk)
{
	struct payload payload = { .bytes = NULL };
	struct cardea_sshsk_list list;
	bool go_on;

	go_on = connect_agent(talk) && fetch_keys(talk, &payload, &list);
	for (size_t i = 0; go_on && i < list.count; i++)
		go_on = try_key(talk, list.keys[i].blob, list.keys[i].len);
	free(payload.bytes);
	if (talk->fd >= 0)
		(void)close(talk->fd);
	if (!go_on)
		return;
	if (talk->any_asked)
		(void)end_with(talk, CARDEA_AGENT_REFUSED,
		    "the ssh agent refused to sign");
	else
		(void)end_with(talk, CARDEA_AGENT_NO_KEY,
		    "the ssh agent holds no enrolled key");
}

enum cardea_status
cardea_agent_sign(const struct cardea_agent_call *call,
    struct cardea_agent_answer *ret_answer, struct cardea_diag *diag)
{
	struct talk talk = { .call = call, .diag = diag, .fd = -1 };

	if (call->count > CARDEA_KEYS_MAX)
		return cardea_diag_set(
		    diag, CARDEA_E_INTERNAL, "more keys than a user may have");
	talk.deadline_ms = cardea_channel_now_ms() + call->timeout_ms;
	talk.status = cardea_sshsk_envelope(
	    call->question, talk.envelope, &talk.envelope_len);
	if (talk.status != CARDEA_OK)
		return cardea_diag_set(
		    diag, talk.status, "the question for an ssh agent");
	converse(&talk);
	if (talk.status == CARDEA_OK)
		*ret_answer = talk.answer;
	return talk.status;
}

const char *
cardea_agent_end_text(enum cardea_agent_end end)
{
	switch (end) {
	case CARDEA_AGENT_FAILED:
		return "failed";
	case CARDEA_AGENT_DONE:
		return "done";
	case CARDEA_AGENT_NO_AGENT:
		return "no-agent";
	case CARDEA_AGENT_FOREIGN:
		return "foreign-agent";
	case CARDEA_AGENT_NO_KEY:
		return "no-enrolled-key";
	case CARDEA_AGENT_REFUSED:
		return "refused";
	case CARDEA_AGENT_TIMEOUT:
		return "timeout";
	case CARDEA_AGENT_CANCELLED:
		return "cancelled";
	case CARDEA_AGENT_END_COUNT:
		break;
	}
	return "unknown";
}
