/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/askpass/await.h"
#include "cli/askpass/device_agent.h"
#include "factor/sshsk.h"
#include "store/crypto.h"

#define ED25519_LEN 32
#define REQUEST_MAX (CARDEA_SSH_BLOB_MAX + 512)

/* One message of the agent; its size is its own choice. */
struct payload {
	unsigned char *bytes;
	size_t len;
};

/* --- the socket ----------------------------------------------------------- */

static enum cardea_status
connect_agent(const char *path, int *ret_fd)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (path == NULL ||
	    cardea_text_copy(
		address.sun_path, sizeof(address.sun_path), path) != CARDEA_OK)
		return CARDEA_E_MISSING;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return CARDEA_E_IO;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) !=
	    0) {
		close(fd);
		return CARDEA_E_MISSING;
	}
	*ret_fd = fd;
	return CARDEA_OK;
}

static enum cardea_status
receive(const struct cardea_device_agent_call *call, int fd,
    unsigned char *bytes, size_t len)
{
	while (len > 0) {
		enum cardea_status status = cardea_await(
		    fd, call->deadline_ms, call->hangup_fd);
		ssize_t got;

		if (status != CARDEA_OK)
			return status;
		got = recv(fd, bytes, len, 0);
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
			return CARDEA_E_IO;
		if (got > 0) {
			bytes += got;
			len -= (size_t)got;
		}
	}
	return CARDEA_OK;
}

/* Requests are far smaller than what a socket takes at once. */
static enum cardea_status
exchange(const struct cardea_device_agent_call *call, int fd,
    const unsigned char *packet, size_t len, struct payload *payload)
{
	struct cardea_sshwire_reader reader;
	unsigned char head[4];
	enum cardea_status status;

	if (send(fd, packet, len, MSG_NOSIGNAL) != (ssize_t)len)
		return CARDEA_E_IO;
	status = receive(call, fd, head, sizeof(head));
	if (status != CARDEA_OK)
		return status;
	cardea_sshwire_read(&reader, head, sizeof(head));
	payload->len = cardea_sshwire_get_u32(&reader);
	if (payload->len == 0 || payload->len > CARDEA_AGENT_MESSAGE_MAX)
		return CARDEA_E_SYNTAX;
	free(payload->bytes);
	payload->bytes = malloc(payload->len);
	if (payload->bytes == NULL)
		return CARDEA_E_MEMORY;
	return receive(call, fd, payload->bytes, payload->len);
}

/* --- which key ------------------------------------------------------------ */

/* What of a key blob stands in a certificate as it is (RFC 8709; RFC 5656,
 * 3.1, and RFC 5480, 2.2: the point; RFC 8017, A.1.1: the modulus); empty for
 * other keys. */
static struct cardea_sshwire_string
public_bytes(const unsigned char *blob, size_t len)
{
	struct cardea_sshwire_string type, public = { .len = 0 };
	struct cardea_sshwire_reader reader;

	cardea_sshwire_read(&reader, blob, len);
	type = cardea_sshwire_get_string(&reader);
	if (cardea_sshwire_is(type, "ssh-ed25519")) {
		public = cardea_sshwire_get_string(&reader);
	} else if (cardea_sshwire_is(type, "ssh-rsa")) {
		(void)cardea_sshwire_get_positive(&reader);
		public = cardea_sshwire_get_positive(&reader);
	} else if (cardea_sshwire_is(type, "ecdsa-sha2-nistp256") ||
	    cardea_sshwire_is(type, "ecdsa-sha2-nistp384") ||
	    cardea_sshwire_is(type, "ecdsa-sha2-nistp521")) {
		(void)cardea_sshwire_get_string(&reader);
		public = cardea_sshwire_get_string(&reader);
	} else {
		return public;
	}
	if (cardea_sshwire_all_read(&reader) != CARDEA_OK ||
	    public.len < ED25519_LEN)
	public.len = 0;
	return public;
}

static bool
is_certified(const struct cardea_device_agent_call *call,
    const unsigned char *blob, size_t len)
{
	struct cardea_sshwire_string public = public_bytes(blob, len);

	return public.len > 0 &&
	    memmem(call->der, call->der_len, public.bytes, public.len) != NULL;
}

/* --- the conversation ----------------------------------------------------- */

static enum cardea_status
find_key(const struct cardea_device_agent_call *call, int fd,
    struct payload *payload, const unsigned char **ret_blob, size_t *ret_len)
{
	struct cardea_sshsk_list list;
	unsigned char packet[8];
	enum cardea_status status;
	size_t len;

	status = cardea_sshsk_ask_keys(packet, sizeof(packet), &len);
	if (status == CARDEA_OK)
		status = exchange(call, fd, packet, len, payload);
	if (status == CARDEA_OK)
		status = cardea_sshsk_read_keys(
		    payload->bytes, payload->len, &list);
	if (status != CARDEA_OK)
		return status;
	for (size_t i = 0; i < list.count; i++) {
		if (!is_certified(call, list.keys[i].blob, list.keys[i].len))
			continue;
		*ret_blob = list.keys[i].blob;
		*ret_len = list.keys[i].len;
		return CARDEA_OK;
	}
	return CARDEA_E_MISSING;
}

/* CONFLICT: it will not. */
static enum cardea_status
fetch_signature(const struct cardea_device_agent_call *call, int fd,
    const unsigned char *key_blob, size_t key_len,
    struct cardea_remote_device_answer *answer)
{
	struct payload payload = { .bytes = NULL };
	unsigned char packet[REQUEST_MAX];
	const unsigned char *blob = NULL;
	enum cardea_status status;
	size_t len = 0;

	status = cardea_sshsk_ask_signature(key_blob, key_len, call->envelope,
	    call->envelope_len, packet, sizeof(packet), &len);
	if (status == CARDEA_OK)
		status = exchange(call, fd, packet, len, &payload);
	if (status == CARDEA_OK)
		status = cardea_sshsk_read_signature(
		    payload.bytes, payload.len, &blob, &len);
	if (status == CARDEA_E_MISSING)
		status = CARDEA_E_CONFLICT;
	if (status == CARDEA_OK && len > sizeof(answer->signature))
		status = CARDEA_E_RANGE;
	if (status == CARDEA_OK) {
		memcpy(answer->signature, blob, len);
		answer->signature_len = len;
		answer->form = CARDEA_REMOTE_DEVICE_SSHSIG;
		status = cardea_crypto_sha256(
		    key_blob, key_len, answer->key_hash);
	}
	free(payload.bytes);
	return status;
}

static enum cardea_status
end_with(struct cardea_remote_device_answer *answer,
    enum cardea_remote_device_no no, struct cardea_diag *diag,
    const char *reason)
{
	answer->no = no;
	cardea_diag_set(diag, CARDEA_E_MISSING, "%s", reason);
	return CARDEA_OK;
}

static enum cardea_status
conclude(enum cardea_status status, struct cardea_remote_device_answer *answer,
    struct cardea_diag *diag)
{
	if (status == CARDEA_OK || status == CARDEA_E_CLOSED)
		return status;
	if (status == CARDEA_E_MISSING)
		return end_with(answer, CARDEA_REMOTE_DEVICE_NO_KEY, diag,
		    "the ssh-agent holds no key of the certificate");
	if (status == CARDEA_E_CONFLICT)
		return end_with(answer, CARDEA_REMOTE_DEVICE_REFUSED, diag,
		    "the ssh-agent will not sign");
	if (status == CARDEA_E_TIMEOUT)
		return end_with(answer, CARDEA_REMOTE_DEVICE_TIMEOUT, diag,
		    "the ssh-agent did not answer in time");
	return end_with(answer, CARDEA_REMOTE_DEVICE_FAILED, diag,
	    "the ssh-agent broke off, or talked nonsense");
}

enum cardea_status
cardea_device_agent_sign(const struct cardea_device_agent_call *call,
    struct cardea_remote_device_answer *answer, struct cardea_diag *diag)
{
	struct payload list = { .bytes = NULL };
	const unsigned char *blob = NULL;
	enum cardea_status status;
	size_t len = 0;
	int fd = -1;

	if (connect_agent(call->path, &fd) != CARDEA_OK)
		return end_with(answer, CARDEA_REMOTE_DEVICE_NO_KEY, diag,
		    "there is no ssh-agent (SSH_AUTH_SOCK)");
	status = find_key(call, fd, &list, &blob, &len);
	if (status == CARDEA_OK)
		status = fetch_signature(call, fd, blob, len, answer);
	free(list.bytes);
	close(fd);
	return conclude(status, answer, diag);
}
