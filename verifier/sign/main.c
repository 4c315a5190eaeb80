/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardea-sign: one signature, or one new key, for its parent.  See
 * lib/sign/talk.h for what is said.  It keeps the rights of whoever asks, which
 * are what reaches a TPM or a token; what it is careful with is everything
 * else: no environment, no configuration of OpenSSL, no terminal, an end.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "helper/confine.h"
#include "helper/spawn.h"
#include "holder.h"
#include "request.h"

#define FIRST_MS 10000 /* until the request is there */
#define MEMORY_MAX (1024UL * 1024 * 1024)
#define CPU_MAX_S 60
#define SLACK_MS 1000 /* beyond the parent's own limit */

/* static: too large for a stack, and there is one of each */
static struct cardea_sign_request request;
static struct cardea_sign_reply reply;
static unsigned char packet[CARDEA_SIGN_PACKET_MAX];

/* Our parent may have blocked or ignored what is to end us. */
static void
handle_signals(void)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP, SIGALRM, SIGXFSZ };
	sigset_t none;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		(void)signal(ends[i], SIG_DFL);
	(void)signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool
hear(void)
{
	struct pollfd polled = { .fd = CARDEA_HELPER_FD, .events = POLLIN };
	enum cardea_status status;
	size_t len = 0;

	while (poll(&polled, 1, -1) < 0)
		continue;
	if (cardea_helper_receive(
		CARDEA_HELPER_FD, packet, sizeof(packet), &len) != CARDEA_OK)
		return false;
	status = cardea_sign_unpack_request(packet, len, &request);
	CARDEA_WIPE(packet);
	return status == CARDEA_OK;
}

static bool
serve(struct cardea_holder *holder)
{
	const struct cardea_cert_bytes message = { request.message,
		request.message_len };
	struct cardea_sign_answer *answer = holder->answer;
	size_t len = sizeof(answer->signature);

	switch (request.task) {
	case CARDEA_SIGN_TASK_MAKE:
		return cardea_holder_make(holder);
	case CARDEA_SIGN_TASK_REQUEST:
		return cardea_holder_open(holder) &&
		    cardea_request_make(holder, reply.pem, sizeof(reply.pem));
	case CARDEA_SIGN_TASK_SIGN:
		if (!cardea_holder_open(holder))
			return false;
		if (!holder->sign(holder, &message, answer->signature, &len))
			return cardea_holder_end(holder, CARDEA_SIGN_FAILED,
			    "the key does not sign");
		answer->signature_len = len;
		return true;
	case CARDEA_SIGN_TASK_NONE:
	case CARDEA_SIGN_TASK_COUNT:
		break;
	}
	return false;
}

/* With a reason goes nothing else. */
static bool
say(bool done)
{
	struct cardea_sign_answer *answer = &reply.answer;
	size_t len = 0;

	if (done) {
		answer->why = CARDEA_SIGN_DONE;
	} else {
		if (answer->why == CARDEA_SIGN_WHY_NONE)
			answer->why = CARDEA_SIGN_FAILED;
		answer->signature_len = 0;
		answer->public_len = 0;
		reply.pem[0] = '\0';
	}
	return cardea_sign_pack_reply(&reply, packet, sizeof(packet), &len) ==
	    CARDEA_OK &&
	    cardea_helper_send(CARDEA_HELPER_FD, packet, len) == CARDEA_OK;
}

int
main(void)
{
	struct cardea_holder holder = { .request = &request,
		.answer = &reply.answer };
	bool done;

	if (cardea_confine_apart(MEMORY_MAX, CPU_MAX_S) != CARDEA_OK)
		return 1;
	handle_signals();
	cardea_confine_time(FIRST_MS);
	if (!hear())
		return 1;
	cardea_confine_time(request.timeout_ms + SLACK_MS);
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
		return 1;
	done = serve(&holder);
	/* before the answer: once that is there we may be ended */
	cardea_holder_close(&holder);
	cardea_secret_clear(&request.pin);
	/* other people's exit handlers have had their chance to hang */
	_exit(say(done) ? 0 : 1);
}
