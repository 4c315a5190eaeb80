/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent_talk.h"
#include "usersocket.h"
#include "wire/channel.h"

#define QUEUE_PAUSE_MS 20 /* until a full queue is tried again */

/* a key or certificate, the envelope, and what the request has around them */
#define REQUEST_MAX (CARDEA_CERT_MAX + CARDEA_SIGN_MESSAGE_MAX + 32)

bool
cardea_agent_finish(struct cardea_agent_talk *talk, enum cardea_agent_end end,
    const char *reason)
{
	(void)cardea_diag_set(talk->diag, CARDEA_OK, "%s", reason);
	talk->end = end;
	return false;
}

static bool
break_off(struct cardea_agent_talk *talk, enum cardea_status status,
    const char *reason)
{
	talk->status = cardea_diag_set(talk->diag, status, "%s", reason);
	return false;
}

/* --- waiting -------------------------------------------------------------- */

/* Until something can be done with fd (-1: with nothing), or pause_ms are over.
 * The end is looked for first: an agent that always has one more byte to say
 * must not outlast it. */
static bool
wait_for(struct cardea_agent_talk *talk, int fd, short events, int64_t pause_ms)
{
	struct pollfd fds[] = {
		{ .fd = talk->peer->person->hangup_fd, .events = POLLIN },
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
			return cardea_agent_finish(talk, CARDEA_AGENT_CANCELLED,
			    "nobody waits for it any more");
		if (cardea_channel_now_ms() >= talk->deadline_ms)
			return cardea_agent_finish(talk, CARDEA_AGENT_TIMEOUT,
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
send_all(struct cardea_agent_talk *talk, const unsigned char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t sent;

		if (!wait_for(talk, talk->fd, POLLOUT, INT32_MAX))
			return false;
		sent = send(talk->fd, bytes, len, MSG_NOSIGNAL);
		if (sent < 0 && !is_passing(errno))
			return cardea_agent_finish(talk, CARDEA_AGENT_FAILED,
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
receive_all(struct cardea_agent_talk *talk, unsigned char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t got;

		if (!wait_for(talk, talk->fd, POLLIN, INT32_MAX))
			return false;
		got = recv(talk->fd, bytes, len, 0);
		if (got == 0 || (got < 0 && !is_passing(errno)))
			return cardea_agent_finish(talk, CARDEA_AGENT_FAILED,
			    "the ssh agent closed the connection");
		if (got > 0) {
			bytes += got;
			len -= (size_t)got;
		}
	}
	return true;
}

/* --- messages ------------------------------------------------------------- */

/* One message of the agent, on the heap: its size is its own choice. */
static bool
receive_payload(
    struct cardea_agent_talk *talk, unsigned char **payload, size_t *len)
{
	struct cardea_sshwire_reader reader;
	unsigned char head[4];

	if (!receive_all(talk, head, sizeof(head)))
		return false;
	cardea_sshwire_read(&reader, head, sizeof(head));
	*len = cardea_sshwire_get_u32(&reader);
	if (*len == 0 || *len > CARDEA_AGENT_MESSAGE_MAX)
		return cardea_agent_finish(talk, CARDEA_AGENT_FAILED,
		    "the ssh agent's answer is of no possible size");
	*payload = malloc(*len);
	if (*payload == NULL)
		return break_off(talk, CARDEA_E_MEMORY, "an agent's answer");
	return receive_all(talk, *payload, *len);
}

static bool
exchange(struct cardea_agent_talk *talk, const unsigned char *packet,
    size_t packet_len, unsigned char **payload, size_t *len)
{
	return send_all(talk, packet, packet_len) &&
	    receive_payload(talk, payload, len);
}

static bool
fetch_keys(struct cardea_agent_talk *talk)
{
	unsigned char packet[8];
	enum cardea_status status;
	size_t len;

	status = cardea_sshsk_ask_keys(packet, sizeof(packet), &len);
	if (status != CARDEA_OK)
		return break_off(talk, status, "the request for keys");
	if (!exchange(talk, packet, len, &talk->keys, &len))
		return false;
	status = cardea_sshsk_read_keys(talk->keys, len, &talk->list);
	if (status == CARDEA_E_MISSING)
		return cardea_agent_finish(talk, CARDEA_AGENT_REFUSED,
		    "the ssh agent does not tell its keys");
	if (status != CARDEA_OK)
		return cardea_agent_finish(talk, CARDEA_AGENT_FAILED,
		    "the ssh agent's answer is no list of keys");
	return true;
}

bool
cardea_agent_ask(struct cardea_agent_talk *talk, const unsigned char *key,
    size_t key_len, const unsigned char *data, size_t data_len)
{
	unsigned char packet[REQUEST_MAX];
	enum cardea_status status;
	size_t len;

	free(talk->signature);
	talk->signature = NULL;
	talk->blob = NULL;
	status = cardea_sshsk_ask_signature(
	    key, key_len, data, data_len, packet, sizeof(packet), &len);
	if (status != CARDEA_OK)
		return break_off(talk, status, "the request for a signature");
	if (!exchange(talk, packet, len, &talk->signature, &len))
		return false;
	status = cardea_sshsk_read_signature(
	    talk->signature, len, &talk->blob, &talk->blob_len);
	if (status == CARDEA_OK || status == CARDEA_E_MISSING)
		return true;
	return cardea_agent_finish(talk, CARDEA_AGENT_FAILED,
	    "the ssh agent's answer is no signature of that key");
}

/* --- the conversation ----------------------------------------------------- */

static bool
end_without_agent(struct cardea_agent_talk *talk, enum cardea_status status,
    const char *reason)
{
	cardea_diag_place(talk->diag, talk->peer->path, 0, NULL);
	if (status == CARDEA_E_UNSAFE)
		return cardea_agent_finish(talk, CARDEA_AGENT_FOREIGN, reason);
	if (status == CARDEA_E_MISSING || status == CARDEA_E_SYNTAX ||
	    status == CARDEA_E_RANGE)
		return cardea_agent_finish(talk, CARDEA_AGENT_NO_AGENT, reason);
	return break_off(talk, status, reason);
}

static bool
connect_agent(struct cardea_agent_talk *talk)
{
	const struct cardea_agent_peer *peer = talk->peer;

	if (peer->path == NULL || peer->path[0] == '\0')
		return cardea_agent_finish(
		    talk, CARDEA_AGENT_NO_AGENT, "no ssh agent is named");
	for (;;) {
		struct cardea_diag diag = { .line = 0 };
		enum cardea_status status;

		status = cardea_usersocket_connect(
		    peer->path, peer->uid, peer->gid, &talk->fd, &diag);
		if (status == CARDEA_OK)
			return true;
		if (status != CARDEA_E_FULL)
			return end_without_agent(talk, status, diag.reason);
		if (!wait_for(talk, -1, 0, QUEUE_PAUSE_MS))
			return false;
	}
}

bool
cardea_agent_open(struct cardea_agent_talk *talk,
    const struct cardea_agent_peer *peer, struct cardea_diag *diag)
{
	*talk = (struct cardea_agent_talk){
		.peer = peer,
		.diag = diag,
		.deadline_ms = cardea_channel_now_ms() + peer->timeout_ms,
		.fd = -1,
	};
	return connect_agent(talk) && fetch_keys(talk);
}

void
cardea_agent_close(struct cardea_agent_talk *talk)
{
	free(talk->keys);
	free(talk->signature);
	talk->keys = talk->signature = NULL;
	if (talk->fd >= 0)
		(void)close(talk->fd);
	talk->fd = -1;
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
