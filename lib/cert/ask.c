/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cert/ask.h"
#include "cert/question.h"
#include "helper/pass.h"
#include "helper/spawn.h"

/* What cannot change under the reader's hands need not be copied there. */
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

_Static_assert(
    1 + CARDEA_CERT_LISTS_MAX <= CARDEA_PASS_MAX, "all lists go in one packet");

struct handover {
	size_t count;
	int fds[1 + CARDEA_CERT_LISTS_MAX]; /* the question; borrowed lists */
	bool has_list[CARDEA_AUTHORITIES_MAX][CARDEA_AUTHORITY_LISTS_MAX];
};

/* --- the question -------------------------------------------------------- */

/* X07: before anything looks inside. */
static bool
is_too_large(const struct cardea_cert_question *question)
{
	if (question->leaf.len > CARDEA_CERT_MAX ||
	    question->chain_count > CARDEA_CERT_CHAIN_MAX ||
	    question->signature.len > CARDEA_SSH_BLOB_MAX)
		return true;
	for (size_t i = 0; i < question->chain_count; i++) {
		if (question->chain[i].len > CARDEA_CERT_MAX)
			return true;
	}
	return false;
}

static void
take_lists(const struct cardea_cert_question *question,
    const struct cardea_cert_lists *lists, struct handover *handover)
{
	for (size_t i = 0; i < question->trust_count; i++) {
		for (size_t k = 0; k < question->trust[i].list_count; k++) {
			handover->has_list[i][k] = lists->fds[i][k] >= 0;
			if (handover->has_list[i][k])
				handover->fds[handover->count++] =
				    lists->fds[i][k];
		}
	}
}

/* As much room as a question can need; the file has only what was written. */
static enum cardea_status
write_question(int fd, const struct cardea_cert_question *question,
    const struct handover *handover)
{
	enum cardea_status status;
	size_t len = 0;
	void *room;

	if (ftruncate(fd, (off_t)CARDEA_CERT_QUESTION_BYTES) != 0)
		return CARDEA_E_IO;
	room = mmap(NULL, CARDEA_CERT_QUESTION_BYTES, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	if (room == MAP_FAILED)
		return CARDEA_E_MEMORY;
	status = cardea_cert_pack_question(question, handover->has_list, room,
	    CARDEA_CERT_QUESTION_BYTES, &len);
	if (munmap(room, CARDEA_CERT_QUESTION_BYTES) != 0)
		status = CARDEA_E_INTERNAL;
	if (status == CARDEA_OK &&
	    (ftruncate(fd, (off_t)len) != 0 ||
		fcntl(fd, F_ADD_SEALS, SEALS) != 0))
		status = CARDEA_E_IO;
	return status;
}

static enum cardea_status
make_handover(const struct cardea_cert_question *question,
    const struct cardea_cert_lists *lists, struct handover *handover,
    struct cardea_diag *diag)
{
	enum cardea_status status;

	if (question->trust_count > CARDEA_AUTHORITIES_MAX)
		return cardea_diag_set(diag, CARDEA_E_RANGE, "authorities");
	for (size_t i = 0; i < question->trust_count; i++) {
		if (question->trust[i].list_count > CARDEA_AUTHORITY_LISTS_MAX)
			return cardea_diag_set(diag, CARDEA_E_RANGE, "lists");
	}
	handover->fds[0] = memfd_create(
	    "question", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (handover->fds[0] < 0)
		return cardea_diag_set(diag, CARDEA_E_IO, "memfd_create");
	handover->count = 1;
	take_lists(question, lists, handover);
	status = write_question(handover->fds[0], question, handover);
	if (status != CARDEA_OK)
		return cardea_diag_set(diag, status,
		    "the question about a certificate: %s",
		    cardea_status_text(status));
	return CARDEA_OK;
}

/* --- the answer ---------------------------------------------------------- */

static int64_t
now_ms(void)
{
	struct timespec now = { .tv_sec = 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* TIMEOUT, CLOSED, SYNTAX, IO */
static enum cardea_status
hear(int fd, int64_t end_ms, struct cardea_cert_verdict *verdict)
{
	unsigned char packet[CARDEA_CERT_VERDICT_BYTES];
	struct pollfd polled = { .fd = fd, .events = POLLIN };
	enum cardea_status status = CARDEA_E_TIMEOUT;
	size_t len = 0;

	while (status == CARDEA_E_TIMEOUT) {
		int64_t left_ms = end_ms - now_ms();

		if (left_ms <= 0)
			return CARDEA_E_TIMEOUT;
		(void)poll(&polled, 1, (int)left_ms);
		status = cardea_helper_receive(
		    fd, packet, sizeof(packet), &len);
	}
	if (status != CARDEA_OK)
		return status;
	return cardea_cert_unpack_verdict(packet, len, verdict);
}

static enum cardea_authority_kind
voucher_of(enum cardea_cert_kind kind)
{
	switch (kind) {
	case CARDEA_CERT_X509:
		return CARDEA_AUTHORITY_X509;
	case CARDEA_CERT_SSH:
		return CARDEA_AUTHORITY_SSH;
	case CARDEA_CERT_SSH_KEY:
	case CARDEA_CERT_NONE:
		break;
	}
	return CARDEA_AUTHORITY_NONE;
}

/* Does a yes answer what was asked?  Who parsed a stranger's bytes may speak
 * for the stranger by now, and then it need not even be consistent. */
static bool
is_answer(const struct cardea_cert_question *question,
    const struct cardea_cert_verdict *verdict)
{
	const struct cardea_cert_identity *identity = &verdict->identity;
	enum cardea_authority_kind voucher = voucher_of(question->kind);

	if (verdict->result != CARDEA_RESULT_VERIFIED)
		return true;
	if (question->proof == CARDEA_CERT_PROOF_NONE ||
	    question->kind == CARDEA_CERT_NONE ||
	    identity->kind != question->kind)
		return false;
	if (voucher == CARDEA_AUTHORITY_NONE)
		return identity->authority[0] == '\0';
	for (size_t i = 0; i < question->trust_count; i++) {
		const struct cardea_authority *authority =
		    question->trust[i].authority;

		if (authority->kind == voucher &&
		    strcmp(authority->name, identity->authority) == 0)
			return true;
	}
	return false;
}

/* X08: how a process ended that said nothing of use. */
static void
tell_end(int ending, enum cardea_status status,
    struct cardea_cert_verdict *ret_verdict)
{
	int signal = WIFSIGNALED(ending) ? WTERMSIG(ending) : 0;

	memset(ret_verdict, 0, sizeof(*ret_verdict));
	if (status == CARDEA_E_TIMEOUT)
		cardea_cert_refuse(ret_verdict, CARDEA_CERT_TIMEOUT,
		    "no verdict after %d ms", CARDEA_CERT_JUDGE_MS);
	else if (status == CARDEA_E_SYNTAX)
		cardea_cert_refuse(ret_verdict, CARDEA_CERT_FAILED,
		    "cardea-cert said what is no verdict on this");
	else if (signal == SIGKILL || signal == SIGXCPU)
		cardea_cert_refuse(ret_verdict, CARDEA_CERT_TIMEOUT,
		    "killed at its limit of %d s of processor time",
		    CARDEA_CERT_CPU_S);
	else if (signal != 0)
		cardea_cert_refuse(ret_verdict, CARDEA_CERT_FAILED,
		    "cardea-cert was ended by SIG%s", sigabbrev_np(signal));
	else
		cardea_cert_refuse(ret_verdict, CARDEA_CERT_FAILED,
		    "cardea-cert ended without a verdict");
}

static enum cardea_status
ask(const struct cardea_cert_question *question,
    const struct handover *handover, struct cardea_cert_verdict *ret_verdict,
    struct cardea_diag *diag)
{
	struct cardea_helper helper = CARDEA_HELPER_NONE;
	struct cardea_cert_verdict verdict = { .why = CARDEA_CERT_WHY_NONE };
	unsigned char hello[CARDEA_CERT_HELLO_BYTES];
	int64_t end_ms = now_ms() + CARDEA_CERT_JUDGE_MS;
	enum cardea_status status;
	int ending;

	status = cardea_helper_spawn(CARDEA_CERT_HELPER, &helper, diag);
	if (status != CARDEA_OK)
		return status;
	cardea_cert_pack_hello((uint32_t)handover->count, hello);
	status = cardea_pass_send(
	    helper.fd, hello, sizeof(hello), handover->fds, handover->count);
	if (status == CARDEA_OK)
		status = hear(helper.fd, end_ms, &verdict);
	if (status == CARDEA_OK && !is_answer(question, &verdict))
		status = CARDEA_E_SYNTAX;
	ending = cardea_helper_reap(
	    &helper, status == CARDEA_E_TIMEOUT ? 0 : CARDEA_HELPER_GRACE_MS);
	if (status != CARDEA_OK)
		tell_end(ending, status, &verdict);
	*ret_verdict = verdict;
	return CARDEA_OK;
}

enum cardea_status
cardea_cert_ask(const struct cardea_cert_question *question,
    const struct cardea_cert_lists *lists,
    struct cardea_cert_verdict *ret_verdict, struct cardea_diag *diag)
{
	struct handover handover = { .count = 0 };
	struct cardea_cert_verdict verdict = { .why = CARDEA_CERT_WHY_NONE };
	enum cardea_status status;

	if (is_too_large(question)) {
		cardea_cert_refuse(&verdict, CARDEA_CERT_TOO_LARGE,
		    "certificate, chain or signature beyond its ceiling");
		*ret_verdict = verdict;
		return CARDEA_OK;
	}
	status = make_handover(question, lists, &handover, diag);
	if (status == CARDEA_OK)
		status = ask(question, &handover, ret_verdict, diag);
	if (handover.count > 0)
		(void)close(handover.fds[0]);
	return status;
}
