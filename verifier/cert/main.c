/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cardea-cert: judges one certificate for its parent, and ends.  It prints
 * nothing and has no environment.  What it is handed is mapped while it still
 * may; then every right goes, and only then is a byte of a certificate looked
 * at (X07).  How it ends otherwise is its parent's to tell: lib/cert/ask.c.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cert/question.h"
#include "cert/ready.h"
#include "helper/confine.h"
#include "helper/filter.h"
#include "helper/pass.h"
#include "helper/spawn.h"

#define MEMORY_MAX (128UL * 1024 * 1024) /* beyond what is mapped by then */
#define ALL_MS (CARDEA_CERT_JUDGE_MS + 1000)

/* static: too large for a stack, and there is one of each */
static struct cardea_cert_heard heard;
static struct cardea_cert_verdict verdict;
static struct cardea_cert_bytes parts[1 + CARDEA_CERT_LISTS_MAX];
static unsigned char packet[CARDEA_CERT_VERDICT_BYTES];

/* The descriptors; without as many as are announced there is nothing to do. */
static bool
hear(int fds[1 + CARDEA_CERT_LISTS_MAX], size_t *ret_count)
{
	struct pollfd polled = { .fd = CARDEA_HELPER_FD, .events = POLLIN };
	unsigned char hello[CARDEA_CERT_HELLO_BYTES];
	size_t len = 0, count = 0;
	uint32_t announced = 0;

	(void)poll(&polled, 1, ALL_MS);
	if (cardea_pass_receive(CARDEA_HELPER_FD, hello, sizeof(hello), &len,
		fds, 1 + CARDEA_CERT_LISTS_MAX, &count) != CARDEA_OK ||
	    cardea_cert_unpack_hello(hello, len, &announced) != CARDEA_OK ||
	    announced != count)
		return false;
	*ret_count = count;
	return true;
}

/* One that is cut while we read it is our end, and no verdict: SIGBUS. */
static bool
map(int fd, struct cardea_cert_bytes *ret_part)
{
	struct stat st;
	size_t len;
	void *bytes;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0 ||
	    (uintmax_t)st.st_size > CARDEA_CERT_LIST_BYTES_MAX)
		return false;
	len = (size_t)st.st_size;
	if (len == 0)
		return true; /* an empty one is as good as none */
	bytes = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return false;
	ret_part->data = bytes;
	ret_part->len = len;
	return true;
}

static bool
map_all(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!map(fds[i], &parts[i]) || close(fds[i]) != 0)
			return false;
	}
	return true;
}

static bool
confine(void)
{
	return cardea_confine_first(MEMORY_MAX, CARDEA_CERT_CPU_S) ==
	    CARDEA_OK &&
	    cardea_confine(false) == CARDEA_OK &&
	    cardea_confine_rest() == CARDEA_OK &&
	    cardea_filter_compute() == CARDEA_OK;
}

/* Lists come in the order of their places. */
static bool
put_lists(size_t count)
{
	struct cardea_cert_question *question = &heard.question;
	size_t next = 1;

	for (size_t i = 0; i < question->trust_count; i++) {
		for (size_t k = 0; k < question->trust[i].list_count; k++) {
			if (!heard.has_list[i][k])
				continue;
			if (next >= count)
				return false;
			question->trust[i].lists[k] = parts[next++];
		}
	}
	return next == count;
}

int
main(void)
{
	int fds[1 + CARDEA_CERT_LISTS_MAX];
	size_t count = 0, len = 0;

	cardea_confine_time(ALL_MS);
	if (!hear(fds, &count) || !map_all(fds, count) ||
	    cardea_cert_ready() != CARDEA_OK || !confine())
		_exit(1);
	if (cardea_cert_unpack_question(parts[0].data, parts[0].len, &heard) !=
		CARDEA_OK ||
	    !put_lists(count))
		_exit(1);
	cardea_cert_judge(&heard.question, &verdict);
	if (cardea_cert_pack_verdict(&verdict, packet, sizeof(packet), &len) !=
		CARDEA_OK ||
	    cardea_helper_send(CARDEA_HELPER_FD, packet, len) != CARDEA_OK)
		_exit(1);
	/* what runs at an exit has nothing to do here, and might call */
	_exit(0);
}
